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
from partnership.figures.values import VIEW_COLUMN
from partnership.literature.works import THEME_LABEL

CHAPTER = "05-where-safety-work-comes-from"
DATA = ("codings.csv", "literature.csv")

FEWEST = 10
"""Groups with fewer works are told as counts: a share of so few would look like more than it is."""

THEMES = {
    "all": "All themes",
    "all but C": "All themes but C",
    **{code: f"{code}  {THEME_LABEL[code]}" for code in "CFDE"},
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

SHARE_COLUMNS = {
    "group": "group of works: a theme’s letter, a type of study of codebook.csv, or a decade",
    "group_label": "what the group is called",
    **VIEW_COLUMN,
    "works": "works in this view, by the agreed coding",
    "of": "works in the group",
    "share": "share of the group’s works, from 0 to 1; drawn for groups of 10 works or more",
    "low": "least share over codings, themes left out and low-confidence works left out",
    "high": "greatest share over codings, themes left out and low-confidence works left out",
    "if_random_low": "lower end of the 95% interval if this were a random sample, which it is not",
    "if_random_high": "upper end of the 95% interval if this were a random sample",
}
"""What the columns of a figure of shares mean."""

MARK = {"pam": "o", "sm": "D"}
VIEW = {
    "pam": "administration view: patients’ part is added",
    "sm": "service view: patients’ part is inherent",
}
"""The two codes as views of the patient's part, so that no reader takes them for fields."""
SMALL = 9.5
"""Size of text beside the marks, in points: the smallest that a phone still shows."""
READING = (
    "Dot or diamond: agreed coding; bar: range over the codings, over each theme left out and with "
    "low-confidence works left out; thin line: 95% interval if this were a random sample, which "
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
        "Share of each view of the patient’s part among works on that part in safety, by the theme "
        f"under which they were gathered. {READING} Theme C was searched with words such as "
        "involvement and engagement, which favours the administration view."
    )
    return BookFigure(
        name="tradition-by-theme",
        chapter=CHAPTER,
        caption=caption,
        alt=_alt("theme", rows, THEMES),
        data=DATA,
        values=_shares(rows, THEMES),
        columns=SHARE_COLUMNS,
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
        "Share of each view of the patient’s part among works on that part in safety, by type of "
        f"study. {READING}"
    )
    return BookFigure(
        name="tradition-by-study",
        chapter=CHAPTER,
        caption=caption,
        alt=_alt("type of study", ranges, STUDIES),
        data=DATA,
        values=_shares(ranges, STUDIES),
        columns=SHARE_COLUMNS,
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
        "Share of each view of the patient’s part among works on that part in safety, by decade of "
        f"publication. {READING} The decades differ in which themes they hold, so no trend is "
        "claimed."
    )
    return BookFigure(
        name="tradition-by-decade",
        chapter=CHAPTER,
        caption=caption,
        alt=_alt("decade", ranges, decades),
        data=DATA,
        values=_shares(ranges, decades),
        columns=SHARE_COLUMNS,
        plot=_share_rows(ranges, decades),
    )


def _shares(ranges: pd.DataFrame, labels: Mapping) -> pd.DataFrame:
    """Return what is drawn: a row a group and view, in the figure's order."""
    table = ranges.rename(columns={"tradition": "view", "k": "works", "n": "of"})
    names = {group: " ".join(label.split()) for group, label in labels.items()}
    table = table.assign(group_label=table["group"].map(names))
    table = table.set_index(["group", "view"], drop=False)
    present = set(table["group"])
    pairs = [(group, view) for group in labels if group in present for view in MARK]
    return table.loc[pairs, list(SHARE_COLUMNS)]


def _share_rows(ranges: pd.DataFrame, labels: Mapping) -> Figure:
    """Draw one block a group: its name and size, then a line for each view, or its counts."""
    present = [group for group in labels if group in set(ranges["group"])]
    sizes = ranges.drop_duplicates("group").set_index("group")["n"]
    tall = [3.0 if sizes[group] >= FEWEST else 2.3 for group in present]
    figure, axes = canvas(0.22 * sum(tall) + 1.75)
    axes.set(xlim=(-0.02, 1.02), ylim=(0.6 - sum(tall), 5.2), yticks=[])
    axes.vlines([0.25, 0.5, 0.75, 1], 0.6 - sum(tall), 0.6, color=RULE, linewidth=0.6)
    top = 0.0
    for group, height in zip(present, tall, strict=True):
        rows = ranges[ranges["group"] == group].set_index("tradition")
        n = sizes[group]
        box = {"facecolor": "white", "edgecolor": "none", "pad": 0.5}
        axes.text(0, top, labels[group], va="center", color=INK, bbox=box)
        text = {"va": "center", "ha": "right", "color": MUTED, "fontsize": SMALL, "bbox": box}
        axes.text(1.02, top, _works(n), **text)
        for lane, tradition in enumerate(MARK):
            if n < FEWEST:
                _count(axes, rows.loc[tradition], tradition, 0.02 + 0.3 * lane, top - 0.95)
            else:
                _lane(axes, rows.loc[tradition], tradition, top - 0.85 - 0.75 * lane)
        top -= height
        if group != present[-1]:
            axes.axhline(top + 0.65, color=RULE, linewidth=0.6)
    _key(axes, 4.7)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", "25", "50", "75", "100%"])
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("share of the works in each block")
    return figure


def _lane(axes: Axes, row: pd.Series, tradition: str, y: float) -> None:
    _range(axes, row["low"], row["high"], tradition, y)
    _interval(axes, row["if_random_low"], row["if_random_high"], y)
    _point(axes, row["share"], tradition, y)


def _range(axes: Axes, low: float, high: float, tradition: str, y: float) -> None:
    colour = TRADITION[tradition]
    axes.plot([low, high], [y, y], color=colour, linewidth=7, alpha=0.45, solid_capstyle="butt")


def _interval(axes: Axes, low: float, high: float, y: float) -> None:
    axes.plot([low, high], [y, y], color=INK, linewidth=0.9)


def _point(axes: Axes, x: float, tradition: str, y: float) -> None:
    style = {"markersize": 7, "markeredgecolor": "white", "markeredgewidth": 0.8, "zorder": 3}
    axes.plot(x, y, MARK[tradition], color=TRADITION[tradition], clip_on=False, **style)


def _count(axes: Axes, row: pd.Series, tradition: str, x: float, y: float) -> None:
    """Tell a count where the group is too small for a share."""
    _point(axes, x, tradition, y)
    box = {"facecolor": "white", "edgecolor": "none", "pad": 0.5}
    text = {"va": "center", "color": TRADITION_TEXT[tradition], "fontsize": SMALL, "bbox": box}
    axes.text(x + 0.03, y, _works(row["k"]), **text)


def _key(axes: Axes, y: float) -> None:
    """Say above the first row what marks, bars and lines are."""
    for line, tradition in enumerate(MARK):
        _point(axes, 0.05, tradition, y - line)
        text = {"va": "center", "color": TRADITION_TEXT[tradition], "fontsize": SMALL}
        axes.text(0.12, y - line, VIEW[tradition], **text)
    text = {"va": "center", "color": MUTED, "fontsize": SMALL}
    _range(axes, 0, 0.05, "pam", y - 2)
    _range(axes, 0.05, 0.1, "sm", y - 2)
    axes.text(0.12, y - 2, "range over ways of counting", **text)
    _interval(axes, 0, 0.1, y - 3)
    axes.text(0.12, y - 3, "95% interval, if the sample were random", **text)


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
        f"Points with ranges: shares of the administration view and of the service view of the "
        f"patient’s part, by {by}. {'; '.join(parts)}."
    )


TREATMENTS = {
    "kept": "all as coded",
    "left out": "doubtful left out",
    "pam to sm": "doubtful to service",
}
ROWS = {
    "all": "All themes",
    **{f"without {code}": f"Without theme {code}: {THEME_LABEL[code]}" for code in "CDEF"},
    "each theme alike": "Each theme weighs the same",
}


def ways_of_counting(ways: pd.DataFrame) -> BookFigure:
    """Draw how far `pam` leads `sm`: a bar over codings and corpora for every other choice.

    Parameters
    ----------
    ways : pandas.DataFrame
        As `partnership.literature.ways_of_counting` returns it.
    """
    figure, axes = canvas(6.6)
    bottom = 0.9 - 4.5 * len(ROWS)
    axes.set(xlim=(-0.72, 0.9), ylim=(bottom, 2.6), yticks=[])
    axes.vlines([-0.25, 0.25, 0.5, 0.75], bottom, 1.2, color=RULE, linewidth=0.6)
    axes.vlines(0, bottom, 2.6, color=INK, linewidth=1)
    for block, (themes, label) in enumerate(ROWS.items()):
        top = -4.5 * block
        box = {"facecolor": "white", "edgecolor": "none", "pad": 0.5}
        axes.text(-0.72, top, label, va="center", color=INK, bbox=box)
        for lane, (doubtful, name) in enumerate(TREATMENTS.items(), start=1):
            chosen = ways[(ways["themes"] == themes) & (ways["doubtful"] == doubtful)]
            axes.text(-0.70, top - lane, name, va="center", color=MUTED, fontsize=SMALL)
            _lead(axes, chosen, top - lane)
        if block:
            axes.axhline(top + 0.75, color=RULE, linewidth=0.6)
    axes.set_xticks([-0.25, 0, 0.25, 0.5, 0.75], ["−25", "0", "25", "50", "75"])
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("lead of the administration view, per 100 works")
    for x, side, tradition, text in (
        (-0.03, "right", "sm", "service view\nleads"),
        (0.03, "left", "pam", "administration view\nleads"),
    ):
        style = {"va": "center", "fontsize": SMALL, "linespacing": 0.95}
        axes.text(x, 1.75, text, ha=side, color=TRADITION_TEXT[tradition], **style)
    against = ways[ways["difference"] <= 0]
    treatments = " or ".join(TREATMENTS[code] for code in against["doubtful"].unique())
    worst = ways.loc[ways["difference"].idxmin()]
    best = ways.loc[ways["difference"].idxmax()]
    caption = (
        "Lead of the administration view over the service view, by themes counted and by what is "
        "done with doubtful works. Dot or diamond: agreed coding, works on patients’ part in "
        "safety; bar: range over both codings and the agreed one, for these works and for all "
        "works on safety. “Doubtful to service” is the worst case: every doubtful administration "
        "work counted as a service work."
    )
    alt = (
        f"{len(ways)} ways of counting as bars on one axis, in six blocks by themes counted. "
        f"In {len(ways) - len(against)} the administration view leads, in {len(against)} it does "
        f"not (all with {treatments}). Least favourable: {100 * worst['difference']:.0f} per 100 "
        f"works ({ROWS[worst['themes']]}); most favourable: {100 * best['difference']:.0f} "
        f"({ROWS[best['themes']]})."
    )
    return BookFigure(
        name="ways-of-counting",
        chapter=CHAPTER,
        caption=caption,
        alt=alt,
        data=DATA,
        values=_leads(ways),
        columns={
            "themes": "themes counted; “each theme alike”: the mean of the themes’ leads",
            "doubtful": "doubtful works: kept as coded, left out, or counted as service (pam to "
            "sm)",
            "scope": "works on patients’ part in safety, or all works on safety",
            "coding": "coding that counts",
            "membership": "coding that decides which works belong: its own, or the agreed one",
            "lead_per_100": "lead of the administration view over the service view, per 100 works",
            "mark": "yes: drawn as a dot or diamond; no: one of those that the bar spans",
        },
        plot=figure,
    )


def _is_usual(ways: pd.DataFrame) -> pd.Series:
    """Whether a way of counting is the one that is drawn as a mark."""
    return (
        (ways["scope"] == "patients' part")
        & (ways["coding"] == "agreed")
        & (ways["membership"] == "own")
    )


def _leads(ways: pd.DataFrame) -> pd.DataFrame:
    """Return what is drawn: a row a way of counting, in the figure's order."""
    table = ways.assign(lead_per_100=100 * ways["difference"], mark=_is_usual(ways))
    rows, lanes = list(ROWS), list(TREATMENTS)
    table = table[table["themes"].isin(rows) & table["doubtful"].isin(lanes)]
    table = table.sort_values(
        ["themes", "doubtful"],
        key=lambda column: column.map((rows if column.name == "themes" else lanes).index),
        kind="stable",
    )
    return table[["themes", "doubtful", "scope", "coding", "membership", "lead_per_100", "mark"]]


def _lead(axes: Axes, chosen: pd.DataFrame, y: float) -> None:
    """Draw a range of leads, each side of nought in its view's colour, and the usual count."""
    low, high = chosen["difference"].min(), chosen["difference"].max()
    if high > 0:
        _range(axes, max(low, 0), high, "pam", y)
    if low < 0:
        _range(axes, low, min(high, 0), "sm", y)
    lead = chosen.loc[_is_usual(chosen), "difference"].item()
    _point(axes, lead, "pam" if lead > 0 else "sm", y)
