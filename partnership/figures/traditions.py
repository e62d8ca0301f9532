"""Figures of the chapter on where safety work comes from."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from partnership.figures.style import (
    INK,
    MUTED,
    RULE,
    TRADITION,
    TRADITION_TEXT,
    BookFigure,
    canvas,
)

CHAPTER = "05-where-safety-work-comes-from"
DATA = ("codings.csv", "literature.csv")

FEWEST = 5
"""Groups with fewer works are told as counts: a share of so few would look like more than it is."""

THEMES = {
    "all": "All themes",
    "all but C": "All themes but C",
    "C": "C  Involvement in safety: reviews, trials, policy",
    "F": "F  Concrete safety issues",
    "D": "D  Patients’ own strategies and experience",
    "E": "E  Safety science and epidemiology",
}
STUDIES = {
    "trial": "Controlled trials",
    "review": "Reviews",
    "quantitative": "Surveys and other counts",
    "mixed": "Mixed methods",
    "qualitative": "Interviews, observation, texts",
    "conceptual": "Theory and essays",
    "policy": "Policy documents",
}

MARK = {"pam": "o", "sm": "D"}
NAME = {"pam": "public administration and management", "sm": "service management"}
READING = (
    "Dot: agreed coding; bar: range over the codings, over each theme left out and with "
    "low-confidence works left out; thin line: 95 % interval if this were a random sample, which "
    "it is not."
)


def tradition_by_theme(
    overall: pd.DataFrame, without_c: pd.DataFrame, ranges: pd.DataFrame
) -> BookFigure:
    """Draw the share of each tradition among works on patients' part in safety, by theme.

    Parameters
    ----------
    overall, without_c, ranges : pandas.DataFrame
        As `partnership.literature.tradition_ranges` returns them: of all works, of the works
        outside theme C, and of all works with `by="theme"`.
    """
    rows = pd.concat([overall, without_c.assign(group="all but C"), ranges])
    caption = (
        "Share of the two traditions among works on patients’ part in safety, by the theme under "
        f"which they were gathered. {READING} Theme C was searched with words such as "
        "involvement and engagement, which favours the administration view."
    )
    return BookFigure(
        name="tradition-by-theme",
        chapter=CHAPTER,
        caption=caption,
        alt=_alt("theme", rows, THEMES),
        data=DATA,
        plot=_share_rows(rows, THEMES),
    )


def tradition_by_study(ranges: pd.DataFrame) -> BookFigure:
    """Draw the share of each tradition by type of study.

    Parameters
    ----------
    ranges : pandas.DataFrame
        As `partnership.literature.tradition_ranges` returns it with `by="study"`.
    """
    caption = (
        "Share of the two traditions among works on patients’ part in safety, by type of study. "
        f"{READING}"
    )
    return BookFigure(
        name="tradition-by-study",
        chapter=CHAPTER,
        caption=caption,
        alt=_alt("type of study", ranges, STUDIES),
        data=DATA,
        plot=_share_rows(ranges, STUDIES),
    )


def tradition_by_decade(ranges: pd.DataFrame) -> BookFigure:
    """Draw the share of each tradition by decade of publication.

    Parameters
    ----------
    ranges : pandas.DataFrame
        As `partnership.literature.tradition_ranges` returns it with `by="decade"`.
    """
    decades = {decade: f"{decade}s" for decade in sorted(ranges["group"].unique())}
    caption = (
        "Share of the two traditions among works on patients’ part in safety, by decade of "
        f"publication. {READING} The decades differ in which themes they hold, so no trend is "
        "claimed."
    )
    return BookFigure(
        name="tradition-by-decade",
        chapter=CHAPTER,
        caption=caption,
        alt=_alt("decade", ranges, decades),
        data=DATA,
        plot=_share_rows(ranges, decades),
    )


def _share_rows(ranges: pd.DataFrame, labels: Mapping) -> Figure:
    """Draw one block a group: its name and size, then a line for pam and one for sm."""
    present = [group for group in labels if group in set(ranges["group"])]
    figure, axes = canvas(0.66 * len(present) + 1.1)
    for block, group in enumerate(present):
        rows = ranges[ranges["group"] == group].set_index("tradition")
        y = -3 * block
        n = rows["n"].iloc[0]
        axes.text(0, y, labels[group], va="center", color=INK)
        axes.text(1, y, _works(n), va="center", ha="right", color=MUTED, fontsize=9.5)
        for lane, tradition in enumerate(MARK, start=1):
            if n < FEWEST:
                _count(axes, rows.loc[tradition], tradition, lane, y - 1.05)
            else:
                _lane(axes, rows.loc[tradition], tradition, y - 0.15 - 0.75 * lane)
        if block:
            axes.axhline(y + 0.75, color=RULE, linewidth=0.6)
    _key(axes, 2.2)
    axes.set(xlim=(-0.02, 1.02), ylim=(0.55 - 3 * len(present), 2.7), yticks=[])
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "25", "50", "75", "100 %"])
    axes.grid(axis="x", alpha=0.7)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("share of the works in the row")
    return figure


def _lane(axes: Axes, row: pd.Series, tradition: str, y: float) -> None:
    colour = TRADITION[tradition]
    axes.plot([row["if_random_low"], row["if_random_high"]], [y, y], color=MUTED, linewidth=0.9)
    axes.plot(
        [row["low"], row["high"]],
        [y, y],
        color=colour,
        linewidth=6,
        alpha=0.45,
        solid_capstyle="butt",
    )
    axes.plot(
        row["share"],
        y,
        MARK[tradition],
        color=colour,
        markersize=7,
        markeredgecolor="white",
        markeredgewidth=0.8,
        clip_on=False,
    )


def _count(axes: Axes, row: pd.Series, tradition: str, lane: int, y: float) -> None:
    """Tell a count where the group is too small for a share."""
    x = 0.012 if lane == 1 else 0.36
    axes.plot(x, y, MARK[tradition], color=TRADITION[tradition], markersize=6)
    text = _works(row["k"])
    axes.text(x + 0.03, y, text, va="center", color=TRADITION_TEXT[tradition], fontsize=9.5)


def _key(axes: Axes, y: float) -> None:
    """Name the two traditions next to their marks, above the first row."""
    for line, tradition in enumerate(MARK):
        height = y - 0.85 * line
        axes.plot(0.012, height, MARK[tradition], color=TRADITION[tradition], markersize=6.5)
        colour = TRADITION_TEXT[tradition]
        axes.text(0.04, height, NAME[tradition], va="center", color=colour, fontsize=9.5)


def _works(n: int) -> str:
    return "1 work" if n == 1 else f"{n} works"


def _alt(by: str, ranges: pd.DataFrame, labels: Mapping) -> str:
    """Describe a figure of shares with its numbers."""
    parts = []
    for group, label in labels.items():
        rows = ranges[ranges["group"] == group].set_index("tradition")
        if rows.empty:
            continue
        n = rows["n"].iloc[0]
        name = " ".join(label.split())
        if n < FEWEST:
            told = f"{rows.loc['pam', 'k']} administration, {rows.loc['sm', 'k']} service"
        else:
            told = ", ".join(
                f"{word} {row['share']:.0%} (range {row['low']:.0%} to {row['high']:.0%})"
                for word, row in (
                    ("administration", rows.loc["pam"]),
                    ("service", rows.loc["sm"]),
                )
            )
        parts.append(f"{name}, {_works(n)}: {told}")
    return (
        f"Dots with ranges: shares of the public administration and the service management view "
        f"by {by}. {'; '.join(parts)}."
    )


TREATMENTS = {
    "kept": "all works as coded",
    "left out": "doubtful works left out",
    "pam to sm": "worst case",
    "sm to pam": "best case",
}
ROWS = {
    "all": "All themes",
    "without C": "Without theme C (reviews, trials, policy)",
    "without D": "Without theme D (own strategies)",
    "without E": "Without theme E (safety science)",
    "without F": "Without theme F (concrete issues)",
    "each theme alike": "Each theme weighs the same",
}


def ways_of_counting(ways: pd.DataFrame) -> BookFigure:
    """Draw how far `pam` leads `sm` in every way of counting.

    Parameters
    ----------
    ways : pandas.DataFrame
        As `partnership.literature.ways_of_counting` returns it.
    """
    figure, axes = canvas(7.1)
    for block, (themes, label) in enumerate(ROWS.items()):
        top = -5.4 * block
        box = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
        axes.text(-0.27, top, label, va="center", color=INK, bbox=box)
        for lane, (doubtful, name) in enumerate(TREATMENTS.items(), start=1):
            y = top - 0.05 - lane
            chosen = ways[(ways["themes"] == themes) & (ways["doubtful"] == doubtful)]
            for row in chosen.itertuples():
                _way(axes, row, y)
            side = chosen["difference"].max() + 0.025
            axes.text(side, y, name, va="center", color=MUTED, fontsize=9.5)
        if block:
            axes.axhline(top + 0.85, color=RULE, linewidth=0.6)
    bottom = -5.4 * len(ROWS) + 0.6
    axes.axvline(0, color=INK, linewidth=1)
    axes.set(xlim=(-0.28, 1.22), ylim=(bottom, 2.3), yticks=[])
    axes.set_xticks([-0.25, 0, 0.25, 0.5, 0.75], ["−25", "0", "25", "50", "75"])
    axes.grid(axis="x", alpha=0.7)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("lead of administration over service, per 100 works")
    for x, side, tradition, text in (
        (-0.02, "right", "sm", "service\nahead"),
        (0.02, "left", "pam", "administration\nahead"),
    ):
        colour = TRADITION_TEXT[tradition]
        axes.text(x, 1.5, text, ha=side, va="center", color=colour, fontsize=9.5, linespacing=0.95)
    against = ways[ways["difference"] <= 0]
    treatments = " or ".join(TREATMENTS[code] for code in against["doubtful"].unique())
    worst = ways.loc[ways["difference"].idxmin()]
    best = ways.loc[ways["difference"].idxmax()]
    caption = (
        "How far the administration view leads the service view in every combination of coding, "
        "corpus, themes and treatment of doubtful works. Filled: works on patients’ part in "
        "safety; open: all works on safety; ringed: agreed coding. Worst case: every doubtful "
        "administration work counted as service; best case: the reverse."
    )
    alt = (
        f"{len(ways)} ways of counting on one axis, in six blocks by theme left out. "
        f"In {len(ways) - len(against)} the administration view leads, in {len(against)} it does "
        f"not (treatment of doubtful works: {treatments}). Least favourable: "
        f"{100 * worst['difference']:.0f} per 100 works ({worst['themes']}); most favourable: "
        f"{100 * best['difference']:.0f} ({best['themes']})."
    )
    return BookFigure(
        name="ways-of-counting",
        chapter=CHAPTER,
        caption=caption,
        alt=alt,
        data=DATA,
        plot=figure,
    )


def _way(axes: Axes, row: tuple, y: float) -> None:
    tradition = "pam" if row.difference > 0 else "sm"
    colour = TRADITION[tradition]
    patients = row.scope == "patients' part"
    axes.plot(
        row.difference,
        y + (0.16 if patients else -0.16),
        MARK[tradition],
        markersize=6 if patients else 5,
        markerfacecolor=colour if patients else "none",
        markeredgecolor=INK if row.coding == "agreed" else colour,
        markeredgewidth=1,
        alpha=1 if row.coding == "agreed" else 0.55,
        zorder=3 if row.coding == "agreed" else 2,
    )
