"""The partnership model: one issue against its forms, the fit of all, and the map."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import ceil

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Patch, Rectangle

from partnership import model
from partnership.figures.halo import Haloed
from partnership.figures.names import form_name, issue_name
from partnership.figures.placing import TOUCH, Box, around, place, text_size
from partnership.figures.style import (
    INK,
    MUTED,
    RULE,
    TRADITION,
    TRADITION_TEXT,
    WIDTH,
    BookFigure,
    canvas,
)
from partnership.figures.values import FORM_COLUMNS, ISSUE_COLUMNS, VIEW_COLUMN

CHAPTER = "07-the-partnership-model"
SIZE = 9.5
"""Size of the text in points."""
VIEW = {"pam": "public administration", "sm": "service management", "none": "no part"}
VIEW_COLOUR = {**TRADITION, "none": TRADITION["neither"]}
VIEW_TEXT = {**TRADITION_TEXT, "none": TRADITION_TEXT["neither"]}
ISSUE_DATA = ("safety_issues.csv", "issue_ratings.csv", "issue_readings.csv")
DATA = (*ISSUE_DATA, "issue_practice.csv", "partnership_forms.csv")


def _page(height: float) -> tuple[Figure, Axes]:
    """Open a figure on which everything is placed in inches from the lower left corner."""
    figure, axes = canvas(height)
    figure.set_layout_engine("none")
    axes.set_position([0, 0, 1, 1])
    axes.set(xlim=(0, WIDTH), ylim=(0, height))
    axes.set_axis_off()
    return figure, axes


def _write(axes: Axes, x: float, y: float, text: str, **style) -> None:
    """Write text in the book's size, its middle at the height y."""
    axes.text(x, y, text, **{"fontsize": SIZE, "va": "center", "color": INK, **style})


def _write_over(axes: Axes, x: float, y: float, text: str, **style) -> None:
    """Write text over lines and soft marks, its middle at a point."""
    style = {"fontsize": SIZE, "ha": "center", "va": "center", "zorder": 4, **style}
    axes.add_artist(Haloed(x, y, text, transform=axes.transData, clip_on=False, **style))


# --- one issue ------------------------------------------------------------------------------

ROW, PANEL, STEP = 0.33, 1.26, 0.2


def issue_against_prototypes(
    scores: pd.DataFrame,
    forms: pd.DataFrame,
    issue: str,
    compared: Sequence[str],
) -> BookFigure:
    """Draw one issue against the prototypes of three forms, scale by scale.

    Parameters
    ----------
    scores : DataFrame
        What :func:`partnership.model.score` returns.
    forms : DataFrame
        `partnership_forms.csv`.
    issue : str
        The issue; all its scales rated.
    compared : sequence of str
        Three forms.

    Returns
    -------
    BookFigure
        A panel a form, a row a scale; the length of a bar is the distance in steps.
    """
    row = scores.set_index("issue").loc[issue]
    rated = row[list(model.SCALES)].astype(float)
    forms = forms.set_index("form").loc[list(compared)]
    height = 3.4
    figure, axes = _page(height)
    left, top = 0.98, height - 1.08
    for number, scale in enumerate(model.SCALES):
        _write(axes, left - 0.1, top - number * ROW, scale, ha="right")
    bottom = top - (len(model.SCALES) - 1) * ROW
    axes.plot(0.12, height - 0.14, marker="o", color=INK, markersize=7)
    _write(axes, 0.24, height - 0.15, f"the issue: {row['label']}")
    axes.plot(0.12, height - 0.38, marker="D", color=MUTED, markersize=6.5)
    _write(axes, 0.24, height - 0.39, "what the form is made for: its prototype")

    told, values = [], []
    for panel, (_, form) in enumerate(forms.iterrows()):
        start = left + panel * PANEL
        colour, ink = VIEW_COLOUR[form["tradition"]], VIEW_TEXT[form["tradition"]]
        prototype = form[list(model.SCALES)].astype(float)
        steps = (rated - prototype).abs()
        fit = float(model.fit([*rated], [[*prototype]])[0])
        values += [
            (form.name, form["label"], scale, rated[scale], prototype[scale], steps[scale])
            + (steps.sum(), fit)
            for scale in model.SCALES
        ]
        title = form_name(form["label"])
        _write(axes, start, top + 0.38, title, color=ink, fontweight="bold")
        for level in range(model.TOP + 1):
            x = start + level * STEP
            axes.plot([x, x], [bottom - 0.14, top + 0.16], color=RULE, linewidth=0.7, zorder=0)
            _write(axes, x, bottom - 0.28, f"{level}", ha="center", color=MUTED)
        for number, scale in enumerate(model.SCALES):
            y = top - number * ROW
            ends = [start + value * STEP for value in (rated[scale], prototype[scale])]
            axes.plot(ends, [y, y], color=colour, linewidth=4, solid_capstyle="butt", alpha=0.45)
            axes.plot(ends[1], y, marker="D", color=colour, markersize=9, markeredgecolor="white")
            axes.plot(ends[0], y, marker="o", color=INK, markersize=6, markeredgecolor="white")
            _write(axes, start + 5.15 * STEP, y, f"{steps[scale]:g}", ha="right")
        _write(axes, start + 5.15 * STEP, bottom - 0.6, f"{steps.sum():g}", ha="right")
        _write(axes, start + 5.15 * STEP, bottom - 0.83, f"{fit:.2f}", ha="right", color=ink)
        axes.texts[-1].set_fontweight("bold")
        axes.plot(
            [start + 4.5 * STEP, start + 5.25 * STEP], [bottom - 0.46] * 2, color=INK, linewidth=0.8
        )
        apart = f"{steps.sum():g} step{'' if steps.sum() == 1 else 's'}"
        told.append(f"{title} {apart} apart, fit {fit:.2f}")
    _write(axes, left - 0.1, bottom - 0.28, "level", ha="right", color=MUTED)
    _write(axes, left - 0.1, bottom - 0.6, "steps in all", ha="right")
    _write(axes, left - 0.1, bottom - 0.83, "fit", ha="right", fontweight="bold")

    return BookFigure(
        name="issue-against-prototypes",
        chapter=CHAPTER,
        caption=(
            f"One issue, {row['label']}, against the prototypes of three forms of partnership. A "
            "bar is the distance on a scale and the number beside it the distance in steps; the "
            "fewer steps in all, the better the fit. Scores are read at the desk from abstracts, "
            "and the prototypes are this book’s judgement."
        ),
        alt=(
            f"Three panels compare {row['label']} with a form on five scales from 0 to "
            f"{model.TOP}. The issue scores "
            + ", ".join(f"{scale} {rated[scale]:g}" for scale in model.SCALES)
            + f". {'; '.join(told).capitalize()}."
        ),
        data=(*ISSUE_DATA, "partnership_forms.csv"),
        values=pd.DataFrame(
            values,
            columns=["form", "form_label", "scale", "issue_score", "prototype", "steps"]
            + ["steps_in_all", "fit"],
        ),
        columns={
            **FORM_COLUMNS,
            "scale": "scale of scales.csv, from 0 to 4",
            "issue_score": f"score of the issue, {row['label']}",
            "prototype": "what the form is made for",
            "steps": "distance of the two",
            "steps_in_all": "distance of issue and form, summed over the five scales",
            "fit": "fit of the form on all five scales, from 0 to 1",
        },
        plot=figure,
    )


# --- all issues and forms -------------------------------------------------------------------

SHADES = LinearSegmentedColormap.from_list("fit", ["#F6F8F9", "#A9C9C0", "#0A5547", "#06332B"])
CELL, LINE, HEAD = 0.28, 0.232, 1.84


def shade(fit: float) -> tuple[float, ...]:
    """Return the colour of a fit: the nearer to 1, the darker."""
    return SHADES(fit**2)


def contrast(one: str | tuple[float, ...], other: str | tuple[float, ...]) -> float:
    """Return the contrast of two colours, from 1 to 21, as the WCAG define it."""
    light = []
    for colour in (one, other):
        parts = [
            c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in to_rgb(colour)
        ]
        light.append(0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2] + 0.05)
    return max(light) / min(light)


def fit_heat_map(scores: pd.DataFrame, fits: pd.DataFrame, forms: pd.DataFrame) -> BookFigure:
    """Draw the fit of every delivery form to every issue.

    Parameters
    ----------
    scores : DataFrame
        What :func:`partnership.model.score` returns.
    fits : DataFrame
        What :func:`partnership.model.fits_of` returns for delivery.
    forms : DataFrame
        `partnership_forms.csv`.

    Returns
    -------
    BookFigure
        A row an issue, from the least to the most relational; a column a form that may be
        recommended, by view and relational character. The fit is written where a form is in the
        fitting set.
    """
    chosen = model.in_phase(forms)
    chosen = chosen[chosen["recommendable"] == "yes"]
    chosen = chosen.assign(x=model.map_position(chosen)["x"])
    chosen = chosen.sort_values(["tradition", "x", "activity"], kind="stable")
    where = model.map_position(scores)
    order = scores.assign(x=where["x"], y=where["y"]).sort_values(["x", "y"], kind="stable")
    order = order.set_index("issue")
    fits = fits.loc[order.index, chosen["form"]]
    fitting = pd.DataFrame(model.fitting_set(fits), index=fits.index, columns=fits.columns)

    height = HEAD + LINE * len(order) + 0.04
    figure, axes = _page(height)
    left, top = 2.13, height - HEAD
    views = list(chosen["tradition"])
    columns = [left + CELL * n + 0.07 * (view != views[0]) for n, view in enumerate(views)]
    for view in dict.fromkeys(views):
        own = [x for x, other in zip(columns, views, strict=True) if other == view]
        y = height - 0.21
        _write(axes, own[0], y, VIEW[view].replace(" ", "\n"), color=VIEW_TEXT[view])
        axes.plot([own[0], own[-1] + CELL - 0.03], [y - 0.22] * 2, color=VIEW_COLOUR[view], lw=3)
    for x, form in zip(columns, chosen.itertuples(), strict=True):
        name = form_name(form.label).replace("watching and ", "watching and\n")
        _write(
            axes,
            x + CELL / 2,
            top + 0.07,
            name,
            rotation=90,
            ha="center",
            va="bottom",
            color=VIEW_TEXT[form.tradition],
            linespacing=0.95,
        )
    for line, (issue, row) in enumerate(order.iterrows()):
        y = top - LINE * (line + 1)
        _write(axes, left - 0.07, y + LINE / 2, issue_name(issue, row["label"]), ha="right")
        if fits.loc[issue].isna().all():
            _write(axes, left + 0.04, y + LINE / 2, "not rated: no text bears on it", color=MUTED)
            continue
        for x, form in zip(columns, fits.columns, strict=True):
            fit = fits.loc[issue, form]
            axes.add_patch(
                Rectangle((x, y), CELL, LINE, facecolor=shade(fit), edgecolor="white", lw=0.8)
            )
            if fitting.loc[issue, form]:
                text = f"{fit:.2f}".removeprefix("0")
                _write(
                    axes,
                    x + CELL / 2,
                    y + LINE / 2 - 0.005,
                    text if fit < 0.995 else "1",
                    ha="center",
                    color=max("white", INK, key=lambda ink: contrast(ink, shade(fit))),
                )
    _write(axes, 0.06, height - 0.17, "fit", fontweight="bold")
    for place_, value in enumerate((0.2, 0.4, 0.6, 0.8, 1.0)):
        x = 0.06 + place_ * 0.34
        axes.add_patch(
            Rectangle((x, height - 0.56), 0.34, 0.2, facecolor=shade(value), edgecolor="white")
        )
        _write(axes, x + 0.17, height - 0.68, f"{value:g}", ha="center", color=MUTED)
    _write(axes, 0.06, height - 0.97, "written out where the\nform is in the fitting set")
    _write(axes, 0.06, top + 0.17, "least relational issue first", color=MUTED)

    rated = fits.dropna(how="all")
    known = fits.notna().any(axis=1)
    sizes = fitting.loc[rated.index].sum(axis=1)
    widest = sizes[sizes == sizes.max()].index
    named = ", ".join(issue_name(issue, order.loc[issue, "label"]) for issue in widest)
    by_view = {
        view: int(fitting.loc[rated.index, [v == view for v in views]].any(axis=1).sum())
        for view in dict.fromkeys(views)
    }
    return BookFigure(
        name="fit-heat-map",
        chapter=CHAPTER,
        caption=(
            f"Fit of the {len(chosen)} forms of partnership that may be recommended in delivery to "
            f"{len(rated)} rated issues; the darker, the better. Issues run from the least to the "
            "most relational and forms likewise within each view of the patient’s part. Scores "
            "are read at the desk from abstracts: fit is likeness of character, not effect."
        ),
        alt=(
            f"A heat map of {len(rated)} issues by {len(chosen)} forms. Fits run from "
            f"{rated.min().min():.2f} to {rated.max().max():.2f}. The dark cells move from the "
            "forms of the administration view at the top, for the least relational issues, to "
            "those of the service view below. A form of the administration view is in the "
            f"fitting set of {by_view['pam']} issues, one of the service view in that of "
            f"{by_view['sm']}. {int((sizes == 1).sum())} issues have a single fitting form; the "
            f"largest sets, of {sizes.max()} forms, belong to: {named}."
        ),
        data=(*ISSUE_DATA, "partnership_forms.csv"),
        values=pd.DataFrame(
            [
                (issue, issue_name(issue, order.at[issue, "label"]), form, view)
                + (fits.at[issue, form], bool(fitting.at[issue, form]) if known[issue] else None)
                for issue in order.index
                for form, view in zip(fits.columns, views, strict=True)
            ],
            columns=["issue", "issue_label", "form", "view", "fit", "in_fitting_set"],
        ),
        columns={
            **ISSUE_COLUMNS,
            "form": FORM_COLUMNS["form"],
            **VIEW_COLUMN,
            "fit": "fit of the form to the issue, from 0 to 1; empty where the issue is not rated",
            "in_fitting_set": "whether the form is in the fitting set, so that the fit is written",
        },
        plot=figure,
    )


# --- the map --------------------------------------------------------------------------------

RELATION_MARK = {
    "untapped": {"marker": "o", "fill": True},
    "unheard": {"marker": "s", "fill": True},
    "overreach": {"marker": "v", "fill": False},
    "misfit": {"marker": "^", "fill": False},
    "fits": {"marker": "o", "fill": False},
    "unknown": {"marker": "x", "fill": False},
}
"""How an issue is marked: filled where the part offered is less active than what fits."""
RELATION_WORDS = {
    "untapped": "less is offered than fits",
    "unheard": "people have no part today",
    "overreach": "more is asked than fits",
    "misfit": "another part than fits",
    "fits": "what is offered fits",
    "unknown": "nothing is known of today",
}
DOT, APART = 5.5, 0.115
SOFT = 0.28
TIGHT = 0.85
"""Height of a name among others, where that of its line is 1."""
PLANE = Box(0.6, 0.0, 4.52, 4.6)
"""The plane in inches from the corner of its axes; points lie from 0 to 1 in both directions."""
OUT = 0.2
"""How far the plane reaches beyond its outermost points, in inches."""
BELOW = 0.95
"""Room between the plane and the list, for the names of the axes."""
KEY_LINE, KEY_GAP, KEY_COLUMN = 0.185, 0.09, 2.4
LANDMARK, CLEAR = 0.08, 0.34
"""Room around the name of an issue on the plane, and around other issues, in inches."""


def partnership_map(
    scores: pd.DataFrame, delivery: pd.DataFrame, forms: pd.DataFrame
) -> BookFigure:
    """Draw issues and forms of delivery on one plane.

    Parameters
    ----------
    scores : DataFrame
        What :func:`partnership.model.score` returns.
    delivery : DataFrame
        What :func:`partnership.model.deliver` returns: `issue`, `relation`.
    forms : DataFrame
        `partnership_forms.csv`.

    Returns
    -------
    BookFigure
        Forms as large soft marks with their names, issues as small marks by their relation, with
        a number under which the list below names them; issues at one point stand side by side
        and share a range of numbers. Where there is room, an issue is named on the plane too.
    """
    chosen = model.in_phase(forms)
    chosen = chosen[chosen["recommendable"] == "yes"]
    chosen = chosen.assign(**model.map_position(chosen))
    issues = scores.assign(**model.map_position(scores)).merge(
        delivery[["issue", "relation"]], on="issue"
    )
    off = issues[issues["scales_rated"] < model.MIN_SCALES]
    issues = issues.drop(off.index).sort_values(["x", "y"], kind="stable", ignore_index=True)
    issues["number"] = range(1, len(issues) + 1)

    key = _key_columns(issues)
    below = 0.1 + max(map(_key_height, key))
    floor = below + BELOW
    figure, axes = _page(floor + PLANE.top + OUT + 0.62)

    def at(x: float, y: float) -> tuple[float, float]:
        return PLANE.left + x * (PLANE.right - PLANE.left), floor + y * PLANE.top

    _draw_plane(axes, at)
    anchors = {}
    for form in chosen.itertuples():
        x, y = at(form.x, form.y)
        anchors[form.form] = around(x, y, SOFT, SOFT)
        axes.add_patch(_soft(x, y, form.tradition))

    dots, labelled = [], []
    for (x, y), here in issues.groupby(["x", "y"], sort=True):
        x, y = at(x, y)
        wide = min(len(here), 3)
        rows = ceil(len(here) / wide)
        for place_, issue in enumerate(here.itertuples()):
            line, column = divmod(place_, wide)
            spot = (
                x + (column - (min(wide, len(here) - line * wide) - 1) / 2) * APART,
                y - (line - (rows - 1) / 2) * APART,
            )
            _mark(axes, *spot, issue.relation)
            dots.append(around(*spot, APART, APART))
        text = f"{here['number'].iloc[0]}"
        if len(here) > 1:
            text += f"–{here['number'].iloc[-1]}"
        name = issue_name(here["issue"].iloc[0], here["label"].iloc[0]) if len(here) == 1 else None
        labelled.append((around(x, y, wide * APART, rows * APART), text, name))
    bounds = Box(PLANE.left - OUT, floor - OUT, WIDTH - 0.02, floor + PLANE.top + OUT)
    placed = [_draw_form_key(axes, at, dict.fromkeys(chosen["tradition"]))]
    for form in chosen.itertuples():
        own = anchors[form.form]
        taken = dots + placed + [mark for mark in anchors.values() if mark is not own]
        name = form_name(form.label).split(" and ")[0]
        style = {"color": VIEW_TEXT[form.tradition], "fontweight": "bold"}
        placed.append(_name(axes, own, name, taken, bounds, **style))
    named = []
    for spot, text, name in labelled:
        on = next((mark for mark in anchors.values() if mark.overlap(spot) > TOUCH), spot)
        marks = [mark for mark in anchors.values() if mark is not on]
        number = _name(axes, on, text, dots + placed + marks, bounds, color=INK)
        placed.append(number)
        if name and on is spot:
            named.append((spot, number, name))
    for spot, number, name in named:
        others = [around(*dot.middle, CLEAR, CLEAR) for dot in dots if not dot.overlap(spot)]
        placed += _landmark(axes, spot, number, name, others + placed + [*anchors.values()], bounds)
    _draw_issue_key(axes, key, below)

    counts = issues["relation"].value_counts()
    told = ", ".join(f"{name} {counts[name]}" for name in RELATION_MARK if name in counts)
    crowded = issues.groupby(["x", "y"])["number"].agg(["min", "max", "size"])
    most = crowded.loc[crowded["size"].idxmax()]
    right = issues[issues["x"] > 0.5]
    untapped = int(right["relation"].isin(["untapped", "unheard"]).sum())
    return BookFigure(
        name="partnership-map",
        chapter=CHAPTER,
        caption=(
            f"Map of {len(issues)} safety issues (small marks, numbered as in the list) and "
            f"{len(chosen)} forms of partnership in delivery (large marks). Nearness suggests fit, "
            "though the five scales decide, and likeness is not effect; what is offered is what "
            "the texts tell. All is read at the desk from abstracts, and interaction is part of "
            "the horizontal axis, so the map cannot test whether potential lies where interaction "
            "is high."
        ),
        alt=(
            f"A plane. Across: relational character, low to high. Up: what patients and families "
            f"bring. Forms run from {form_name(chosen.loc[chosen['x'].idxmin(), 'label'])}, low on "
            f"both, to {form_name(chosen.loc[chosen['x'].idxmax(), 'label'])}, high on both. "
            f"{len(issues)} issues, by relation: {told}. In the right half lie {len(right)} of "
            f"them, {untapped} untapped or unheard. The most crowded point holds {most['size']}, "
            f"numbers {most['min']} to {most['max']}."
        ),
        data=DATA,
        values=pd.concat(
            [
                pd.DataFrame(
                    {
                        "kind": "form",
                        "number": pd.array([pd.NA] * len(chosen), dtype="Int64"),
                        "name": chosen["form"],
                        "label": chosen["label"].map(form_name),
                        "view": chosen["tradition"],
                        "relation": None,
                        "x": chosen["x"],
                        "y": chosen["y"],
                    }
                ),
                pd.DataFrame(
                    {
                        "kind": "issue",
                        "number": issues["number"].astype("Int64"),
                        "name": issues["issue"],
                        "label": [*map(issue_name, issues["issue"], issues["label"])],
                        "view": None,
                        "relation": issues["relation"],
                        "x": issues["x"],
                        "y": issues["y"],
                    }
                ),
            ]
        ),
        columns={
            "kind": "form (large mark) or issue (small mark)",
            "number": "number of the issue on the map",
            "name": "name in partnership_forms.csv or safety_issues.csv",
            "label": "what the figure calls it",
            "view": "view of the form, of partnership_forms.csv",
            "relation": "relation of the issue: how what is offered compares with what fits",
            "x": "relational character, from 0 (low) to 1 (high)",
            "y": "what patients and families bring, from 0 (little) to 1 (much)",
        },
        plot=figure,
    )


def _soft(x: float, y: float, view: str, width: float = SOFT) -> Patch:
    """Return the large mark of a form: round in the service view, square in the other."""
    style = {
        "facecolor": (*to_rgb(VIEW_COLOUR[view]), 0.22),
        "edgecolor": VIEW_COLOUR[view],
        "linewidth": 1.2,
        "zorder": 1,
    }
    if view == "sm":
        return Circle((x, y), width / 2, **style)
    return Rectangle((x - width / 2, y - width / 2), width, width, **style)


def _mark(axes: Axes, x: float, y: float, relation: str) -> None:
    """Draw the small mark of an issue."""
    style = RELATION_MARK[relation]
    axes.plot(
        x,
        y,
        marker=style["marker"],
        markersize=DOT,
        color=INK,
        markerfacecolor=INK if style["fill"] else "white",
        markeredgewidth=1.1,
        zorder=3,
    )


def _name(axes: Axes, anchor: Box, text: str, taken: list[Box], bounds: Box, **style: str) -> Box:
    """Write a name next to what it names, with a line if it stands far off; return where."""
    width, height = text_size(text, SIZE, style.get("fontweight", "normal"))
    box, distance = place(anchor, (width + 0.05, TIGHT * height), taken, bounds)
    x, y = box.middle
    _write_over(axes, x, y, text, **style)
    if distance > 0.2:
        from_x, from_y = anchor.middle
        to_x = min(max(from_x, box.left), box.right)
        to_y = min(max(from_y, box.bottom), box.top)
        axes.plot([from_x, to_x], [from_y, to_y], color=style["color"], linewidth=0.7, zorder=2)
    return box


def _landmark(
    axes: Axes, spot: Box, number: Box, name: str, taken: list[Box], bounds: Box
) -> list[Box]:
    """Write what an issue is called beside its number, above or below, if that covers nothing."""
    width, height = text_size(name, SIZE)
    width += LANDMARK
    low, high = min(spot.bottom, number.bottom), max(spot.top, number.top)
    left, right = min(spot.left, number.left), max(spot.right, number.right)
    spots = [Box(number.right, number.bottom, number.right + width, number.top)]
    for start in (left - LANDMARK / 2, (left + right - width) / 2, right - width):
        spots += [Box(start, y, start + width, y + height) for y in (high, low - height)]
    for box in spots:
        if box.within(bounds) and all(box.overlap(other) < TOUCH for other in taken):
            x, y = box.middle
            _write_over(axes, x, y, name, color=MUTED)
            return [box]
    return []


def _draw_plane(axes: Axes, at) -> None:
    """Draw the grid of the plane, what it is about and what its directions mean."""
    (near, low), (far, high) = at(0, 0), at(1, 1)
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        x, y = at(share, share)
        axes.plot([x, x], [low - OUT, high + OUT], color=RULE, linewidth=0.6, zorder=0)
        axes.plot([near - OUT, far + OUT], [y, y], color=RULE, linewidth=0.6, zorder=0)
    title = {"fontweight": "bold", "fontsize": SIZE + 1}
    bold, soft = {"fontweight": "bold", "ha": "center"}, {"color": MUTED}
    _write(axes, 0.05, high + OUT + 0.45, "Which part suits which safety issue?", **title)
    words = "The nearer, the more alike in character. Effect is not shown."
    _write(axes, 0.05, high + OUT + 0.23, words, **soft)
    _write(axes, near - OUT, low - 0.36, "technical, one standard", **soft)
    _write(axes, far + OUT, low - 0.36, "worked out between people", ha="right", **soft)
    _write(axes, (near + far) / 2, low - 0.6, "relational character of the issue  →", **bold)
    upwards = {"rotation": 90, "va": "bottom"}
    _write(axes, near - OUT - 0.3, low - OUT, "little", **soft, **upwards)
    _write(axes, near - OUT - 0.3, high + OUT, "much", rotation=90, **soft)
    axes.texts[-1].set_va("top")
    words = "what patients and families bring  →"
    _write(axes, near - OUT - 0.3, (low + high) / 2, words, rotation=90, **bold)
    for text in axes.texts[-3:]:
        text.set_ha("left")


def _draw_form_key(axes: Axes, at, views: Iterable[str]) -> Box:
    """Write what the large marks mean where no form lies: relational, without a part."""
    x, y = at(0.53, 0.29)
    top, left = y + 0.12, x - 0.14
    _write(axes, x - 0.08, y, "large: forms of partnership")
    for view in views:
        y -= 0.22
        axes.add_patch(_soft(x, y, view, 0.16))
        _write(axes, x + 0.15, y, VIEW[view], color=VIEW_TEXT[view])
    y -= 0.24
    _write(axes, x - 0.08, y, "small: safety issues, filled")
    _write(axes, x - 0.08, y - 0.18, "where less is offered")
    box = Box(left, y - 0.3, left + 1.98, top)
    corner, size = (box.left, box.bottom), (box.right - box.left, box.top - box.bottom)
    axes.add_patch(Rectangle(corner, *size, color="white", zorder=0.5))
    return box


def _key_columns(issues: pd.DataFrame) -> list[list[tuple[str, pd.DataFrame]]]:
    """Share the relations among two columns, in order, so that neither is much the longer."""
    groups = [
        (name, issues[issues["relation"] == name])
        for name in RELATION_MARK
        if (issues["relation"] == name).any()
    ]
    splits = [[groups[:cut], groups[cut:]] for cut in range(1, len(groups) + 1)]
    return min(splits, key=lambda columns: max(map(_key_height, columns)))


def _key_height(groups: list[tuple[str, pd.DataFrame]]) -> float:
    """Return the height of a column of the list, in inches."""
    return sum(KEY_LINE * (len(found) + 2) + KEY_GAP for _, found in groups)


def _draw_issue_key(axes: Axes, columns: list[list[tuple[str, pd.DataFrame]]], top: float) -> None:
    """List the issues by relation, each under its number on the plane."""
    for column, groups in enumerate(columns):
        x, y = 0.12 + column * KEY_COLUMN, top - 0.05
        for relation, found in groups:
            _mark(axes, x, y, relation)
            heading = f"{relation}: {len(found)} issue{'' if len(found) == 1 else 's'}"
            _write(axes, x + 0.15, y, heading, fontweight="bold")
            _write(axes, x + 0.15, y - KEY_LINE, RELATION_WORDS[relation], color=MUTED)
            y -= 2 * KEY_LINE
            for issue in found.itertuples():
                _write(axes, x + 0.3, y, f"{issue.number}", ha="right", color=MUTED)
                _write(axes, x + 0.37, y, issue_name(issue.issue, issue.label))
                y -= KEY_LINE
            y -= KEY_GAP
