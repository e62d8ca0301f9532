"""Untapped resources: what is offered, enacted and fitting, and the own strategies behind it."""

from __future__ import annotations

import pandas as pd
from matplotlib.patches import Ellipse, Rectangle

from partnership.figures.names import form_name, issue_name
from partnership.figures.style import (
    ACCENT,
    INK,
    MUTED,
    RULE,
    TRADITION_TEXT,
    WIDTH,
    BookFigure,
    canvas,
)
from partnership.figures.values import FORM_COLUMNS, ISSUE_COLUMNS, VIEW_COLUMN
from partnership.literature.untapped import READINGS, unheard_beside
from partnership.model import in_phase

CHAPTER = "08-untapped-resources"

RELATION_ORDER = ("unheard", "untapped", "misfit", "overreach", "fits", "unknown")
"""From the starkest to what cannot be told."""

RELATION_MEANS = {
    "unheard": "no part, or none that is heard",
    "untapped": "less active than what fits",
    "misfit": "as active, but another form",
    "overreach": "more active than what fits",
    "fits": "a fitting form is offered",
    "unknown": "too little is told",
}
"""Relations in plain words."""

RELATION_FILL = {
    "unheard": ("#22262B", "white"),
    "untapped": ("#0E7C66", "white"),
    "misfit": ("#F1D27A", INK),
    "overreach": ("#9B2C4E", "white"),
    "fits": ("#D3EBE4", INK),
    "unknown": ("white", MUTED),
}
"""Fill and text of a relation; the word always stands beside the colour."""

VIEW_TINT = {"none": "#DADDE0", "pam": "#B5CFE8", "sm": "#F9CF95"}
"""Tint of a form that fits, by the view it belongs to."""

MODEL_DATA = (
    "issue_practice.csv",
    "issue_ratings.csv",
    "partnership_forms.csv",
    "safety_issues.csv",
)
STRATEGY_DATA = (
    "literature_issues.csv",
    "own_strategies.csv",
    "own_strategy_sources.csv",
    "safety_issues.csv",
    "strategy_forms.csv",
    "strategy_issues.csv",
    "strategy_source_cautions.csv",
)


def offered_enacted_fitting(plan: pd.DataFrame, forms: pd.DataFrame) -> BookFigure:
    """Draw, for each issue, which forms fit, which are offered and which are enacted.

    Parameters
    ----------
    plan : DataFrame
        What :func:`partnership.literature.untapped.delivery_of` returns.
    forms : DataFrame
        `partnership_forms.csv`.

    Returns
    -------
    BookFigure
        A row an issue, grouped by relation; a column a form, in order of activity. A tint says
        that the form fits, a ring that it is offered, a dot that it is enacted; issues with a
        resource that works unsupported are in bold.
    """
    chosen = in_phase(forms)
    columns = {form: place for place, form in enumerate(chosen["form"])}
    views = dict(zip(chosen["form"], chosen["tradition"], strict=True))
    alone = plan["unsupported"].fillna(False).astype(bool)
    groups = [name for name in RELATION_ORDER if (plan["relation"] == name).any()]

    figure, axes = canvas(9.75)
    row = 0.0
    left, right = -8.75, len(columns) - 0.4
    for relation in groups:
        members = plan[plan["relation"] == relation]
        head = f"{relation.capitalize()} ({len(members)})"
        axes.text(-0.72, row, head, ha="right", va="center", fontweight="bold")
        axes.text(-0.45, row, RELATION_MEANS[relation], va="center", color=MUTED, fontsize=9.5)
        axes.plot([left, right], [row + 0.52] * 2, color=INK, linewidth=0.8)
        row += 1.05
        for issue, place in members.iterrows():
            axes.text(
                -0.72,
                row,
                issue_name(issue),
                ha="right",
                va="center",
                fontsize=9.5,
                fontweight="bold" if alone[issue] else "normal",
            )
            for form, column in columns.items():
                _draw_cell(
                    axes,
                    column,
                    row,
                    fits=VIEW_TINT[views[form]] if form in place["fitting"] else None,
                    offered=form in place["offered"],
                    enacted=form in place["enacted"],
                )
            row += 1
        row += 0.35
    _draw_forms(axes, chosen)
    key = [
        ({"fits": VIEW_TINT["pam"]}, "fits, administration view"),
        ({"fits": VIEW_TINT["sm"]}, "fits, service view"),
        ({"offered": True}, "is offered"),
        ({"enacted": True}, "is enacted unasked"),
    ]
    for step, (look, meaning) in enumerate(key):
        above = 1.15 * step - 7.1
        _draw_cell(axes, left + 0.5, above, **look)
        axes.text(left + 1.25, above, meaning, va="center", fontsize=9.5)
    axes.text(
        left + 0.05,
        -1.95,
        "bold: a fitting form is\nenacted, none offered",
        va="center",
        fontweight="bold",
        fontsize=9.5,
    )
    axes.set(xlim=(left - 0.05, right + 0.1), ylim=(row - 0.75, -9.45))
    axes.set_axis_off()

    counts = plan["relation"].value_counts()
    told = ", ".join(f"{counts[name]} {name}" for name in groups)
    beside = unheard_beside(plan)
    return BookFigure(
        name="offered-enacted-fitting",
        chapter=CHAPTER,
        caption=(
            "What fits, what is offered and what people enact of their own accord in "
            f"{len(plan)} safety issues, by relation; forms in order of activity, those with a "
            "blue tint belong to the administration view and those with an orange tint to the "
            "service view. Read from titles and abstracts at the desk: a worked example, not a "
            "finding about any service. Where an issue goes unheard beside another form, the "
            "relation is that of the other form."
        ),
        alt=(
            f"A grid of {len(plan)} issues by {len(columns)} forms of partnership, grouped by "
            f"relation: {told}. In {int(beside.sum())} issues people go unheard, alone or beside "
            f"what is offered. In {int(alone.sum())} issues, in bold, a fitting form is enacted "
            "and none is offered: "
            f"{'; '.join(issue_name(issue) for issue in plan.index[alone])}."
        ),
        data=MODEL_DATA,
        values=pd.DataFrame(
            [
                (issue, issue_name(issue), relation, bool(alone[issue]), form)
                + (views[form], activity)
                + tuple(form in place[layer] for layer in ("fitting", "offered", "enacted"))
                for relation in groups
                for issue, place in plan[plan["relation"] == relation].iterrows()
                for form, activity in zip(chosen["form"], chosen["activity"], strict=True)
            ],
            columns=["issue", "issue_label", "relation", "unsupported", "form", "view"]
            + ["activity", "fits", "offered", "enacted"],
        ),
        columns={
            **ISSUE_COLUMNS,
            "relation": "how what is offered compares with what fits",
            "unsupported": "yes: a fitting form is enacted and none is offered (bold)",
            "form": FORM_COLUMNS["form"],
            **VIEW_COLUMN,
            "activity": "how active a part the form is, from 0 to 3",
            "fits": "whether the form is in the fitting set (tint)",
            "offered": "whether services offer it (ring)",
            "enacted": "whether people do it unasked (dot)",
        },
        plot=figure,
    )


def _draw_forms(axes, chosen: pd.DataFrame) -> None:
    """Write the names of forms above their columns, and their activity above these."""
    for place, form in enumerate(chosen.itertuples()):
        axes.text(
            place,
            -0.75,
            form_name(form.label),
            rotation=90,
            ha="center",
            va="bottom",
            fontsize=9.5,
            color=TRADITION_TEXT.get(form.tradition, MUTED),
        )
    for activity, members in chosen.groupby("activity"):
        first, last = members.index[0] - 0.4, members.index[-1] + 0.4
        axes.plot([first, last], [-8.15] * 2, color=MUTED, linewidth=1.6, solid_capstyle="butt")
        axes.text((first + last) / 2, -8.3, f"{activity}", ha="center", va="bottom", fontsize=9.5)
    axes.text(
        -0.72, -8.3, "activity of the form", ha="right", va="bottom", fontsize=9.5, color=MUTED
    )


def _draw_cell(axes, column, row, *, fits=None, offered=False, enacted=False) -> None:
    """Draw one form of one issue."""
    axes.add_patch(
        Rectangle(
            (column - 0.45, row - 0.45),
            0.9,
            0.9,
            facecolor=fits or "white",
            edgecolor=MUTED if fits else RULE,
            linewidth=0.9 if fits else 0.5,
        )
    )
    if offered:
        axes.plot(column, row, "o", markersize=10.5, markerfacecolor="none", color=INK, mew=1.5)
    if enacted:
        axes.plot(column, row, "o", markersize=5, color=INK, markeredgewidth=0)


def relations_by_perspective(table: pd.DataFrame, counts: pd.DataFrame) -> BookFigure:
    """Draw the relation of each issue in each reading of the literature, with counts above.

    Parameters
    ----------
    table, counts : DataFrame
        What :func:`partnership.literature.untapped.relations` and `relation_counts` return, for
        the readings of `READINGS`.

    Returns
    -------
    BookFigure
        A row an issue, a column a reading; issues by whether the two perspectives agree.
    """
    accounts, service = table["accounts"], table["service"]
    unknown = (accounts == "unknown") | (service == "unknown")
    groups = [
        ("The two perspectives differ", table[~unknown & (accounts != service)]),
        ("They agree", table[~unknown & (accounts == service)]),
        (
            "Only one of them can tell",
            table[unknown & ((accounts != "unknown") | (service != "unknown"))],
        ),
        (
            "Neither can tell",
            table[(accounts == "unknown") & (service == "unknown")],
        ),
    ]
    order = {name: place for place, name in enumerate(RELATION_ORDER)}

    figure, axes = canvas(9.9)
    left = -2.35
    for column, name in enumerate(READINGS.values()):
        axes.text(
            column + 0.5, -0.95, name, ha="center", va="center", fontweight="bold", fontsize=10
        )
    axes.text(left, -0.95, "Issues by relation", va="center", fontweight="bold")
    row = 0.0
    for relation in RELATION_ORDER:
        axes.text(-0.08, row, relation, ha="right", va="center", fontsize=9.5)
        for column, name in enumerate(READINGS):
            number = counts.loc[relation, name]
            _draw_relation(axes, column, row, relation if number else "unknown", f"{number}")
        row += 1
    row += 0.35
    for title, members in groups:
        if not len(members):
            continue
        axes.text(left, row, f"{title} ({len(members)})", va="center", fontweight="bold")
        row += 0.95
        ranked = members.iloc[
            sorted(
                range(len(members)),
                key=lambda place: tuple(order[members.iloc[place][name]] for name in READINGS),
            )
        ]
        for issue, found in ranked.iterrows():
            axes.text(-0.08, row, issue_name(issue), ha="right", va="center", fontsize=9.5)
            for column, name in enumerate(READINGS):
                _draw_relation(axes, column, row, found[name], found[name])
            row += 1
        row += 0.3
    axes.set(xlim=(left, len(READINGS) + 0.02), ylim=(row - 0.7, -1.6))
    axes.set_axis_off()

    sizes = {title: len(members) for title, members in groups}
    told = "; ".join(
        f"{words}: "
        + ", ".join(
            f"{counts.loc[relation, name]} {relation}"
            for relation in RELATION_ORDER
            if counts.loc[relation, name]
        )
        for name, words in READINGS.items()
    )
    return BookFigure(
        name="relations-by-perspective",
        chapter=CHAPTER,
        caption=(
            "The relation of each safety issue in three readings: of all texts, of qualitative "
            "accounts, and of trials, surveys, reviews and policy (service). The first shares "
            "texts with the other two and is no third witness. Readings were made at the desk by "
            "machine readers, from titles and abstracts."
        ),
        alt=(
            f"A table of {len(table)} issues by three readings. Counts: {told}. The two "
            f"perspectives differ in {sizes['The two perspectives differ']} issues and agree in "
            f"{sizes['They agree']}; only one of them can tell in "
            f"{sizes['Only one of them can tell']}, neither in {sizes['Neither can tell']}."
        ),
        data=MODEL_DATA,
        values=pd.DataFrame(
            [
                (issue, issue_name(issue), title, *(found[name] for name in READINGS))
                for title, members in groups
                for issue, found in members.iterrows()
            ],
            columns=["issue", "issue_label", "perspectives", *READINGS],
        ),
        columns={
            **ISSUE_COLUMNS,
            "perspectives": "whether the two perspectives, accounts and service, agree",
            **{name: f"relation in the reading: {words}" for name, words in READINGS.items()},
        },
        plot=figure,
    )


def _draw_relation(axes, column, row, relation, text) -> None:
    """Draw one issue, or a number of issues, in one reading."""
    fill, colour = RELATION_FILL[relation]
    axes.add_patch(
        Rectangle(
            (column + 0.025, row - 0.44),
            0.95,
            0.88,
            facecolor=fill,
            edgecolor=RULE if relation == "unknown" else fill,
            linewidth=0.8,
        )
    )
    axes.text(column + 0.5, row, text, ha="center", va="center", fontsize=9.5, color=colour)


MARKS = {
    "documented": {"facecolor": ACCENT, "edgecolor": ACCENT},
    "documented_cautioned": {"facecolor": "white", "edgecolor": ACCENT, "hatch": "//////"},
    "transferable": {"facecolor": MUTED, "edgecolor": MUTED},
    "transferable_cautioned": {"facecolor": "white", "edgecolor": MUTED, "hatch": "//////"},
}
"""How a strategy is marked: squares are documented for the issue, circles only transferable."""

WARNINGS = {"warning_signs": INK, "warning_signs_transferable": "white"}
"""Fill of a warning sign."""


def strategies_to_draw_on(counts: pd.DataFrame) -> BookFigure:
    """Draw, for each issue, the own strategies that it could draw on, a mark each.

    Parameters
    ----------
    counts : DataFrame
        What :func:`partnership.literature.untapped.strategies_to_draw_on` returns.

    Returns
    -------
    BookFigure
        Squares are documented, circles transferable, hatched ones under a caution; triangles, at
        the right, are warning signs, open where only transferable.
    """
    resources = counts[list(MARKS)].sum(axis=1)
    documented = counts["documented"] + counts["documented_cautioned"]
    ranked = counts.assign(total=documented, resources=resources).sort_values(
        ["total", "documented", "resources"], ascending=False, kind="stable"
    )
    height, above = 8.2, 6.1
    figure, axes = canvas(height)
    most = int(resources.max())
    left, apart = -16.0, most + 0.9
    right = apart + 0.9 * int(counts[list(WARNINGS)].sum(axis=1).max()) - 0.2
    axes.set(xlim=(left, right), ylim=(len(ranked) - 0.4, -above))
    axes.set_axis_off()
    # As many units of a row as make a unit of a column, so that marks come out as high as wide.
    flat = (len(ranked) - 0.4 + above) / height * WIDTH / (right - left)
    for row, place in enumerate(ranked.itertuples()):
        axes.text(-0.75, row, issue_name(place.Index), ha="right", va="center", fontsize=9.5)
        marks = [name for name in MARKS for _ in range(getattr(place, name))]
        for column, name in enumerate(marks):
            _draw_strategy(axes, column, row, flat, name)
        if not marks:
            axes.text(-0.35, row, "none", va="center", color=MUTED, fontsize=9.5)
        signs = [name for name in WARNINGS for _ in range(getattr(place, name))]
        for step, name in enumerate(signs):
            axes.plot(apart + 0.9 * step, row, "^", markersize=7, color=INK, mfc=WARNINGS[name])
        axes.plot([left, right], [row + 0.5] * 2, color=RULE, linewidth=0.5, zorder=0)
    axes.plot([apart - 0.8] * 2, [-0.5, len(ranked) - 0.5], color=INK, linewidth=0.8)
    axes.text(right, -0.65, "warning signs", ha="right", va="bottom", fontsize=9.5)
    _draw_strategy_key(axes, flat, right)

    links = counts.drop(columns="works").sum()
    return BookFigure(
        name="strategies-to-draw-on",
        chapter=CHAPTER,
        caption=(
            "Own strategies that each safety issue could draw on, a mark each, hidden ones "
            "included; the same strategy may serve several issues. Documented means that a work "
            "on the issue reports the act, not that it was shown to protect. Warning signs, open "
            "where only judged transferable, stand apart: they tell of the service and are never "
            "resources."
        ),
        alt=(
            f"Rows of marks for {len(counts)} issues. In all {links['documented']} marks are "
            f"documented with a work under no caution, {links['documented_cautioned']} documented "
            f"under cautions only, {links['transferable']} transferable and "
            f"{links['transferable_cautioned']} transferable with every source under a caution; "
            f"{int(links[list(WARNINGS)].sum())} warning signs stand apart. Most are documented "
            f"for {issue_name(ranked.index[0])} and {issue_name(ranked.index[1])}, "
            f"{documented[ranked.index[0]]} and {documented[ranked.index[1]]}. "
            f"{int((documented == 0).sum())} issues have none documented, and "
            f"{int((resources == 0).sum())} of them have none at all."
        ),
        data=STRATEGY_DATA,
        values=ranked.assign(issue=ranked.index, issue_label=[*map(issue_name, ranked.index)])[
            [*ISSUE_COLUMNS, *MARKS, *WARNINGS]
        ],
        columns={
            **ISSUE_COLUMNS,
            "documented": "own strategies that a work on the issue reports, one at least under "
            "no caution",
            "documented_cautioned": "own strategies that works on the issue report, every one "
            "under a caution",
            "transferable": "own strategies judged transferable by this book, a source under no "
            "caution",
            "transferable_cautioned": "own strategies judged transferable, every source under a "
            "caution",
            "warning_signs": "warning signs that a work on the issue reports",
            "warning_signs_transferable": "warning signs judged transferable",
        },
        plot=figure,
    )


def _draw_strategy_key(axes, flat, right) -> None:
    """Explain the marks in a small table: what is known across, how well down."""
    across = [("documented", "documented\nfor the issue", 3.2)]
    across += [("transferable", "judged transferable\nby this book", right - 5.4)]
    down = [("", "a work under no caution"), ("_cautioned", "every work under a caution")]
    for name, meaning, column in across:
        axes.text(column, -4.6, meaning, ha="center", va="bottom", fontsize=9.5, linespacing=1.1)
        for step, (ending, _) in enumerate(down):
            _draw_strategy(axes, column, step - 4.0, flat, name + ending)
    for (_, _, column), fill in zip(across, WARNINGS.values(), strict=True):
        axes.plot(column, -2.0, "^", markersize=7, color=INK, mfc=fill)
    for step, meaning in enumerate([meaning for _, meaning in down] + ["warning sign"]):
        axes.text(-0.75, step - 4.0, meaning, ha="right", va="center", fontsize=9.5)


def _draw_strategy(axes, column, row, flat, name) -> None:
    """Draw one strategy; `flat` is the height of a mark as wide as one unit."""
    look = {**MARKS[name], "linewidth": 1.0}
    if name.startswith("documented"):
        corner = (column - 0.37, row - 0.37 * flat)
        axes.add_patch(Rectangle(corner, 0.74, 0.74 * flat, **look))
    else:
        axes.add_patch(Ellipse((column, row), 0.8, 0.8 * flat, **look))
