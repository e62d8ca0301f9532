"""How sure the model's answers are, and whether potential is untapped where interaction is high."""

from __future__ import annotations

import pandas as pd
from matplotlib.patches import Rectangle

from partnership.figures.names import issue_name
from partnership.figures.style import INK, MUTED, RULE, BookFigure, canvas
from partnership.figures.untapped import RELATION_FILL
from partnership.figures.values import FORM_COLUMNS, ISSUE_COLUMNS, VIEW_COLUMN
from partnership.literature.verdicts import SURE, TRIED, is_sure
from partnership.model import in_phase

CHAPTER = "09-how-sure-can-we-be"
DATA = (
    "issue_practice.csv",
    "issue_ratings.csv",
    "partnership_forms.csv",
    "safety_issues.csv",
)
SHADES = {
    "pam": ("#0B4F8A", "#7FB0DC", "#B9D6EE", "#E3EEF8"),
    "sm": ("#FDEBD3", "#F8C98D", "#E89A3C", "#A35300", "#5E3000"),
}
"""Fills of a view's forms in file order: pale where the views meet, dark at both ends."""
DARK = {"#0B4F8A", "#A35300", "#5E3000"}
"""Fills that take white text."""
INCHES = 2.78
"""Width of a full bar, by which words are judged to fit."""
LETTER = 0.088
"""Width of a letter of 9.5 points, in inches."""


def acceptability(forms_found: pd.DataFrame, forms: pd.DataFrame, draws: int) -> BookFigure:
    """Draw, for each issue, the share of draws in which each form fits best.

    Parameters
    ----------
    forms_found : DataFrame
        `forms` of :class:`partnership.uncertainty.Acceptability`; issues always skipped are left
        out.
    forms : DataFrame
        `partnership_forms.csv`.
    draws : int
        How many draws were made.

    Returns
    -------
    BookFigure
        A bar an issue, the forms in file order and so by view; a line marks where the forms of
        the administration view end.
    """
    table = forms_found.pivot(index="issue", columns="form", values="acceptability").dropna()
    chosen = in_phase(forms)
    chosen = chosen[chosen["form"].isin(table.columns)]
    views = {view: list(chosen.loc[chosen["tradition"] == view, "form"]) for view in SHADES}
    fills = {
        form: fill
        for view, names in views.items()
        for form, fill in zip(names, SHADES[view], strict=True)
    }
    table = table[list(fills)]
    asked = table[views["pam"]].sum(axis=1)
    order = asked.sort_values(ascending=False, kind="stable").index
    table, asked = table.loc[order], asked[order]

    figure, axes = canvas(9.5)
    _draw_form_key(axes, views, fills)
    for row, (issue, shares) in enumerate(table.iterrows()):
        axes.text(-0.02, row, issue_name(issue), ha="right", va="center", fontsize=9.5)
        left = 0.0
        for form, share in shares.items():
            _draw_part(axes, left, row, share, fills[form], form)
            left += share
        axes.plot([asked[issue]] * 2, [row - 0.5, row + 0.5], color=INK, linewidth=2)
    for share in (0, 0.5, 1):
        side = {0: "left", 1: "right"}.get(share, "center")
        axes.text(share, len(table) - 0.1, f"{share:.0%}", ha=side, va="center", fontsize=9.5)
    axes.text(-0.02, len(table) - 0.1, "share of the draws", ha="right", va="center", fontsize=9.5)
    axes.set(xlim=(-0.7, 1.04), ylim=(len(table) + 0.3, -5.7))
    axes.set_axis_off()

    best, most = table.max(axis=1), asked.where(asked > 0.5, 1 - asked)
    top = best.idxmax()
    return BookFigure(
        name="acceptability",
        chapter=CHAPTER,
        caption=(
            f"How often each form of partnership fits an issue best in {draws:,} draws of weights "
            "and prototypes; the thick line parts the forms of the administration view (blue) from "
            "those of the service view (orange). Headline reading: issues were rated from titles "
            "and abstracts by machine readers, and these ratings do not vary here."
        ),
        alt=(
            f"Stacked bars for {len(table)} issues, ordered by the share of the administration "
            f"view’s forms, from {asked.iloc[0]:.0%} in {issue_name(order[0])} to "
            f"{asked.iloc[-1]:.0%} in {issue_name(order[-1])}. In {is_sure(most).sum()} issues "
            f"one view has {SURE:.0%} of the draws or more. Single forms are less sure: in "
            f"{(best >= 0.5).sum()} issues one form is best in half of the draws or more, most "
            f"often {table.loc[top].idxmax()} in {issue_name(top)} with {best[top]:.0%}."
        ),
        data=DATA,
        values=pd.DataFrame(
            [
                (issue, issue_name(issue), form, view, table.at[issue, form])
                for issue in table.index
                for view, names in views.items()
                for form in names
            ],
            columns=["issue", "issue_label", "form", "view", "share"],
        ),
        columns={
            **ISSUE_COLUMNS,
            "form": FORM_COLUMNS["form"],
            **VIEW_COLUMN,
            "share": f"share of {draws:,} draws in which the form fits best, from 0 to 1",
        },
        plot=figure,
    )


def _draw_form_key(axes, views: dict[str, list[str]], fills: dict[str, str]) -> None:
    """Draw a swatch and a name for each form, the two views side by side."""
    heads = {"pam": (-0.66, 0.4, "administration view"), "sm": (0.18, 0.42, "service view")}
    for view, (left, apart, head) in heads.items():
        axes.text(left, -5.4, head, va="center", fontweight="bold", fontsize=9.5)
        for place, form in enumerate(views[view]):
            across, row = left + apart * (place // 3), -4.3 + 1.05 * (place % 3)
            patch = Rectangle(
                (across, row - 0.36), 0.06, 0.72, facecolor=fills[form], edgecolor=MUTED, lw=0.6
            )
            axes.add_patch(patch)
            axes.text(across + 0.08, row, form, va="center", fontsize=9.5)


def _draw_part(axes, left: float, row: float, share: float, fill: str, word: str) -> None:
    """Draw one part of a bar, with a word in it where there is room."""
    axes.add_patch(
        Rectangle((left, row - 0.4), share, 0.8, facecolor=fill, edgecolor="white", linewidth=0.8)
    )
    if len(word) * LETTER < share * INCHES:
        colour = "white" if fill in DARK else INK
        axes.text(left + share / 2, row, word, ha="center", va="center", fontsize=9.5, color=colour)


def how_sure_relations(relations: pd.DataFrame, sure: pd.DataFrame, draws: int) -> BookFigure:
    """Draw how many of the draws give an issue the relation that the model gives it.

    Parameters
    ----------
    relations : DataFrame
        `relations` of :class:`partnership.uncertainty.Acceptability`.
    sure : DataFrame
        What :func:`partnership.literature.verdicts.surety` returns.
    draws : int
        How many draws were made.

    Returns
    -------
    BookFigure
        A bar an issue, which begins with the model's relation; issues by this relation.
    """
    table = relations.pivot(index="issue", columns="relation", values="probability")
    groups = [name for name in ("untapped", "fits", "misfit", "overreach") if name in TRIED]
    groups = [name for name in groups if (sure["relation"] == name).any()]
    untried = sure[~sure["relation"].isin(TRIED)]

    figure, axes = canvas(8.6)
    row = 0.0
    for relation in groups:
        members = sure[sure["relation"] == relation].sort_values(
            "probability", ascending=False, kind="stable"
        )
        bold = is_sure(members["probability"])
        axes.text(
            -0.02,
            row,
            f"{relation.capitalize()} ({len(members)})",
            ha="right",
            va="center",
            fontweight="bold",
        )
        row += 1
        for issue, place in members.iterrows():
            axes.text(-0.02, row, issue_name(issue), ha="right", va="center", fontsize=9.5)
            left = 0.0
            for name in sorted(TRIED, key=lambda name: name != relation):
                share, (fill, colour) = table.at[issue, name], RELATION_FILL[name]
                axes.add_patch(
                    Rectangle(
                        (left, row - 0.4),
                        share,
                        0.8,
                        facecolor=fill,
                        edgecolor="white",
                        linewidth=0.8,
                        hatch="////" if name == "overreach" else None,
                    )
                )
                if len(name) * LETTER < share * INCHES * 0.86:
                    axes.text(
                        left + share / 2,
                        row,
                        name,
                        ha="center",
                        va="center",
                        fontsize=9.5,
                        color=colour,
                    )
                left += share
            axes.text(
                1.2,
                row,
                f"{place['probability']:.0%}",
                ha="right",
                va="center",
                fontsize=9.5,
                fontweight="bold" if bold[issue] else "normal",
            )
            row += 1
        row += 0.35
    if len(untried):
        axes.text(
            -0.02,
            row,
            f"Unheard ({len(untried)})",
            ha="right",
            va="center",
            fontweight="bold",
        )
        axes.text(0, row, "cannot change here: it rests on", va="center", fontsize=9.5)
        axes.text(0, row + 0.95, "what is offered, which does not vary", va="center", fontsize=9.5)
        row += 1.9
    axes.text(1.2, -0.85, "stays", ha="right", va="center", fontsize=9.5, color=MUTED)
    axes.set(xlim=(-0.7, 1.21), ylim=(row - 0.5, -1.3))
    axes.set_axis_off()

    tried = sure[sure["relation"].isin(TRIED)]
    told = "; ".join(
        f"{name}: from {part.min():.0%} to {part.max():.0%} of the draws, "
        f"{SURE:.0%} or more in {is_sure(part).sum()} of {len(part)}"
        for name in groups
        if len(part := tried.loc[tried["relation"] == name, "probability"])
    )
    return BookFigure(
        name="how-sure-relations",
        chapter=CHAPTER,
        caption=(
            f"How many of {draws:,} draws of weights and prototypes give an issue the relation "
            f"that the model gives it (first part of a bar, and percentage; bold from {SURE:.0%} "
            "on), and what the others give (dark: untapped; palest: fits; "
            "yellow: misfit; hatched: overreach). Headline reading. Draws can "
            "break a fit more easily than they can make one, so “fits” is put to the harder test."
        ),
        alt=(
            f"Stacked bars for {len(tried)} issues, grouped by the relation in the headline. "
            f"{told}. Least sure: "
            f"{', '.join(issue_name(issue) for issue in tried['probability'].nsmallest(3).index)}."
        ),
        data=DATA,
        values=pd.DataFrame(
            [
                (issue, issue_name(issue), place["relation"], place["probability"])
                + tuple(table.at[issue, name] if issue in tried.index else None for name in TRIED)
                for members in [
                    *(tried[tried["relation"] == name] for name in groups),
                    untried.assign(probability=None),
                ]
                for issue, place in members.sort_values(
                    "probability", ascending=False, kind="stable"
                ).iterrows()
            ],
            columns=["issue", "issue_label", "relation", "stays", *TRIED],
        ),
        columns={
            **ISSUE_COLUMNS,
            "relation": "relation that the model gives without any draw",
            "stays": f"share of {draws:,} draws that give this relation, from 0 to 1; empty, like "
            "the next columns, where it rests on what is offered, which does not vary",
            **{name: f"share of the draws that give “{name}”" for name in TRIED},
        },
        plot=figure,
    )


MARKS = {
    "untapped": {"marker": "o", "facecolor": RELATION_FILL["untapped"][0], "s": 60},
    "fits": {"marker": "o", "facecolor": "white", "s": 52},
    "misfit": {"marker": "s", "facecolor": RELATION_FILL["misfit"][0], "s": 56},
    "overreach": {"marker": "^", "facecolor": RELATION_FILL["overreach"][0], "s": 66},
    "unheard": {"marker": "X", "facecolor": RELATION_FILL["unheard"][0], "s": 58},
}
"""How an issue is marked in the figure of interaction and gap."""
STRIP = 0.93
"""Height at which issues stand that are only offered `unheard` and so have no gap."""
APART = 0.16
"""Distance at which issues with the same interaction and gap stand side by side."""
TOUCH = 0.045
"""Difference of gaps below which marks would touch."""


def interaction_and_gap(table: pd.DataFrame) -> BookFigure:
    """Draw relation and gap against interaction, with that scale in the model and without.

    Parameters
    ----------
    table : DataFrame
        What :func:`partnership.literature.honesty.relation_by_interaction` returns.

    Returns
    -------
    BookFigure
        Two panels, a mark an issue, by relation; short lines are medians of the gaps; issues that
        are only offered `unheard` stand in a strip of their own.
    """
    panels = {
        "": "Interaction is one of five scales",
        "_without": "Interaction plays no part in fit",
    }
    figure, both = canvas(7.9, nrows=2, sharex=True)
    for axes, (suffix, title) in zip(both, panels.items(), strict=True):
        _draw_gaps(axes, table, f"relation{suffix}", f"gap{suffix}")
        axes.set_title(title, loc="left", fontsize=10.5, fontweight="bold")
        axes.set_ylabel("gap")
    _name_marks(both[0], table)
    both[1].set_xlabel("interaction (0: none; 4: the encounter itself)")

    medians = {suffix: _medians(table, f"gap{suffix}") for suffix in panels}
    alone = table[table["relation"] == "unheard"]
    told = [
        ", ".join(f"{value:.2f} at {score:g}" for score, value in found.items())
        for found in medians.values()
    ]
    return BookFigure(
        name="interaction-and-gap",
        chapter=CHAPTER,
        caption=(
            "Interaction and the gap between what fits and what is offered, with the scale in the "
            "model and without it, by relation; short lines are medians. Issues in which only "
            f"“unheard” is offered ({len(alone)}) have no gap and stand above. Headline reading; "
            "the same readers rated interaction and named what is offered."
        ),
        alt=(
            f"Two scatter plots of {len(table)} issues. Above, with interaction in the model, the "
            f"median gaps by interaction are {told[0]}. Below, without it, they are {told[1]}. "
            f"The {len(alone)} unheard issues have an interaction of "
            f"{alone['interaction'].min():g} to {alone['interaction'].max():g}. "
            f"{(table['relation'] != table['relation_without']).sum()} issues change their "
            "relation."
        ),
        data=DATA,
        values=_places(table),
        columns={
            **ISSUE_COLUMNS,
            "interaction": "score on the scale of interaction, from 0 to 4",
            "relation": "relation, with interaction in the model (above)",
            "gap": "gap between what fits and what is offered; empty where people go unheard",
            "median_gap": "median gap of the issues with this score on interaction",
            "relation_without": "relation, where interaction plays no part in fit (below)",
            "gap_without": "gap, where interaction plays no part in fit",
            "median_gap_without": "median of these gaps",
        },
        plot=figure,
    )


def _places(table: pd.DataFrame) -> pd.DataFrame:
    """Return what both panels draw: a row an issue, by interaction."""
    places = table.assign(issue_label=table["issue"].map(issue_name))
    for gap in ("gap", "gap_without"):
        places[f"median_{gap}"] = places["interaction"].map(_medians(table, gap))
    places = places.sort_values(["interaction", "issue"], kind="stable")
    columns = ["issue", "issue_label", "interaction", "relation", "gap", "median_gap"]
    return places[[*columns, "relation_without", "gap_without", "median_gap_without"]]


def _medians(table: pd.DataFrame, gap: str) -> pd.Series:
    """Return the median gap of the issues with each score on interaction."""
    return table.dropna(subset=gap).groupby("interaction")[gap].median()


def _draw_gaps(axes, table: pd.DataFrame, relation: str, gap: str) -> None:
    """Draw one panel."""
    axes.axhspan(STRIP - 0.06, STRIP + 0.06, color="#EEF0F2", zorder=0, linewidth=0)
    axes.text(-0.42, STRIP, "unheard", va="center", fontsize=9.5)
    heights = table[gap].round(4).where(table[relation] != "unheard", STRIP)
    ranked = table.assign(height=heights).sort_values(["interaction", "height"], kind="stable")
    beside = ranked["height"].diff().abs() < TOUCH
    beside &= ranked["interaction"].diff() == 0
    for _, members in ranked.groupby((~beside).cumsum()):
        for place, issue in enumerate(members.itertuples()):
            across = issue.interaction + APART * (place - (len(members) - 1) / 2)
            look = MARKS[getattr(issue, relation)]
            axes.scatter(across, issue.height, edgecolor=INK, linewidth=0.9, zorder=3, **look)
    for score, value in _medians(table, gap).items():
        axes.plot([score - 0.42, score + 0.42], [value] * 2, color=MUTED, linewidth=1.6, zorder=2)
    axes.set(xlim=(-0.5, 4.5), ylim=(-0.06, STRIP + 0.07), xticks=range(5))
    axes.set_yticks([0, 0.2, 0.4, 0.6, 0.8])
    axes.grid(axis="y", color=RULE, linewidth=0.5)


def _name_marks(axes, table: pd.DataFrame) -> None:
    """Say in the empty corner of a panel what its marks mean."""
    shown = set(table["relation"]) | set(table["relation_without"])
    names = [name for name in MARKS if name in shown - {"unheard"}]
    # Grid lines would strike through the words.
    axes.add_patch(Rectangle((-0.45, 0.36), 1.4, 0.46, facecolor="white", zorder=1.6))
    for place, name in enumerate(names):
        height = 0.76 - 0.085 * place
        axes.scatter(-0.3, height, edgecolor=INK, linewidth=0.9, zorder=3, **MARKS[name])
        axes.text(-0.15, height, name, va="center", fontsize=9.5)
    height = 0.76 - 0.085 * len(names)
    axes.plot([-0.42, -0.18], [height] * 2, color=MUTED, linewidth=1.6)
    axes.text(-0.1, height, "median gap", va="center", fontsize=9.5)
