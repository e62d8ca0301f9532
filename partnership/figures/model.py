"""The partnership model: one issue against its forms, the fit of all, and the map."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Circle, Patch, Rectangle
from matplotlib.patheffects import withStroke

from partnership import model
from partnership.figures.names import form_name, issue_name
from partnership.figures.placing import Box, around, place, text_size
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

CHAPTER = "07-the-partnership-model"
SIZE = 9.5
"""Size of the text in points."""
VIEW = {"pam": "public administration", "sm": "service management", "none": "no part"}
VIEW_COLOUR = {**TRADITION, "none": TRADITION["neither"]}
VIEW_TEXT = {**TRADITION_TEXT, "none": TRADITION_TEXT["neither"]}
HALO = [withStroke(linewidth=2.2, foreground="white", alpha=0.8)]
"""Keeps a name readable where a line or a soft mark lies behind it."""
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

    told = []
    for panel, (_, form) in enumerate(forms.iterrows()):
        start = left + panel * PANEL
        colour, ink = VIEW_COLOUR[form["tradition"]], VIEW_TEXT[form["tradition"]]
        prototype = form[list(model.SCALES)].astype(float)
        steps = (rated - prototype).abs()
        fit = float(model.fit([*rated], [[*prototype]])[0])
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
DOT, APART = 5.0, 0.105
SOFT = 0.31
PLANE = Box(0.86, 0.0, 4.5, 4.9)
"""The plane in inches from the corner of its axes; points lie from 0 to 1 in both directions."""
KEY_LINE = 0.185


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
        a number that the key below explains; issues at one point stand side by side and share a
        range of numbers.
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

    lines = ceil(len(issues) / 2)
    below = 0.14 + KEY_LINE * lines
    height = below + 0.66 + PLANE.top + 0.3
    figure, axes = _page(height)
    floor = below + 0.72

    def at(x: float, y: float) -> tuple[float, float]:
        return PLANE.left + x * (PLANE.right - PLANE.left), floor + y * PLANE.top

    _draw_axes(axes, at, floor)
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
        labelled.append((around(x, y, wide * APART, rows * APART), text))
    bounds = Box(PLANE.left - 0.22, floor - 0.22, WIDTH - 0.03, floor + PLANE.top + 0.28)
    placed: list[Box] = []
    for form in chosen.itertuples():
        own = anchors[form.form]
        taken = dots + placed + [mark for mark in anchors.values() if mark is not own]
        name = form_name(form.label).split(" and ")[0]
        style = {"color": VIEW_TEXT[form.tradition], "fontweight": "bold"}
        placed.append(_name(axes, own, name, taken, bounds, **style))
    for spot, text in labelled:
        placed.append(_name(axes, spot, text, dots + placed, bounds, color=INK))
    _draw_relation_key(axes, at, issues["relation"], dict.fromkeys(chosen["tradition"]))
    _draw_issue_key(axes, issues, below, lines)

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
            f"Map of {len(issues)} safety issues (small marks, numbered below) and {len(chosen)} "
            "forms of partnership in delivery (large marks); nearness suggests fit, though the "
            "five scales decide. Filled marks: as far as the texts tell, services offer a less "
            "active part than fits (untapped) or leave people unheard. All is read at the desk "
            "from abstracts, and interaction is part of the horizontal axis, so the map cannot "
            "test whether potential lies where interaction is high."
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
        plot=figure,
    )


def _soft(x: float, y: float, view: str, width: float = SOFT) -> Patch:
    """Return the large mark of a form: round in the service view, square in the other."""
    style = {"facecolor": VIEW_COLOUR[view], "edgecolor": "none", "alpha": 0.32, "zorder": 1}
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
    box, distance = place(anchor, (width + 0.05, height), taken, bounds)
    x, y = box.middle
    _write(axes, x, y, text, ha="center", zorder=4, path_effects=HALO, **style)
    if distance > 0.2:
        from_x, from_y = anchor.middle
        to_x = min(max(from_x, box.left), box.right)
        to_y = min(max(from_y, box.bottom), box.top)
        axes.plot([from_x, to_x], [from_y, to_y], color=style["color"], linewidth=0.7, zorder=2)
    return box


def _draw_axes(axes: Axes, at, floor: float) -> None:
    """Draw the grid of the plane and what its directions mean."""
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        (x, y), (near, low), (far, high) = at(share, share), at(0, 0), at(1, 1)
        axes.plot([x, x], [low - 0.22, high + 0.2], color=RULE, linewidth=0.6, zorder=0)
        axes.plot([near - 0.22, far + 0.25], [y, y], color=RULE, linewidth=0.6, zorder=0)
        if share in (0.0, 0.5, 1.0):
            _write(axes, x, low - 0.32, f"{share:g}", ha="center", color=MUTED)
            _write(axes, near - 0.28, y, f"{share:g}", ha="right", color=MUTED)
    middle = (at(0, 0)[0] + at(1, 1)[0]) / 2
    _write(axes, middle, floor - 0.53, "relational character", ha="center", fontweight="bold")
    _write(
        axes,
        0.15,
        floor + PLANE.top / 2,
        "what patients and families bring",
        rotation=90,
        ha="center",
        fontweight="bold",
    )


def _draw_relation_key(axes: Axes, at, relations: pd.Series, views) -> None:
    """Write what the marks mean into the corner where no form lies: relational, without a part."""
    x, y = at(0.44, 0.34)
    present = [name for name in RELATION_MARK if (relations == name).any()]
    high = 0.2 * (len(present) + len(views)) + 0.06
    axes.add_patch(Rectangle((x - 0.12, y + 0.1 - high), 2.26, high, color="white", zorder=0.5))
    for name in present:
        _mark(axes, x, y, name)
        _write(axes, x + 0.13, y, f"{name}: {(relations == name).sum()} issues")
        y -= 0.2
    y -= 0.06
    for view in views:
        axes.add_patch(_soft(x, y, view, 0.17))
        _write(axes, x + 0.13, y, f"form: {VIEW[view]}", color=VIEW_TEXT[view])
        y -= 0.2


def _draw_issue_key(axes: Axes, issues: pd.DataFrame, top: float, lines: int) -> None:
    """List the issues by number in two columns."""
    for issue in issues.itertuples():
        column, line = divmod(issue.number - 1, lines)
        x, y = 0.1 + column * 2.38, top - 0.1 - line * KEY_LINE
        _mark(axes, x, y, issue.relation)
        _write(axes, x + 0.32, y, f"{issue.number}", ha="right", color=MUTED)
        _write(axes, x + 0.39, y, issue_name(issue.issue, issue.label))
