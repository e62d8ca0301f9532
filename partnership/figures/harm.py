"""Figures on harm, each axis for one source and one denominator; and on safety strategies."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
from matplotlib.ticker import FuncFormatter, MaxNLocator

from partnership.figures.style import ACCENT, INK, MUTED, RULE, BookFigure, canvas
from partnership.literature.harm import ROLES, STRATEGY_LABEL

CHAPTER = "04-risk-over-time"
BAR = "#9CCBBF"
"""A pale relative of the accent: dark text on it stays readable, and in greyscale too."""

TITLE = {"loc": "left", "fontsize": 10.5, "fontweight": "bold"}

SOURCED = {
    "percent": "the number, in per cent of what `per` says",
    "low": "lower end of its 95% confidence interval, where published",
    "high": "upper end of its 95% confidence interval, where published",
    "per": "what the number is a share of",
    "period": "years that it is about",
    "key": "work it comes from, by its key in literature.csv or sources_other.csv",
}
"""What the columns of a published number mean."""

PERCENT = FuncFormatter(lambda value, _: f"{value:g}%")


def harm_by_kind(kinds: pd.DataFrame) -> BookFigure:
    """Draw the share of each kind of harm, as one source gives it.

    Parameters
    ----------
    kinds : pandas.DataFrame
        What `partnership.literature.harm.tidy` returns for the kinds of harm in Swedish acute
        hospitals: `label`, `value` (per cent of harms), `key`, `per`, `period`.

    Raises
    ------
    ValueError
        If the numbers do not share source and denominator.
    """
    _check_panel(kinds)
    rest = 100 - kinds["value"].sum()
    period = kinds["period"].iloc[0]
    figure, axes = canvas(3.1)
    _bars(axes, kinds)
    _heading(
        axes,
        "National review, reported in Läkartidningen",
        f"share of all harms found, Sweden, {period}",
    )
    named = ", ".join(f"{row.label.lower()} {row.value:g}%" for row in kinds.itertuples())
    return BookFigure(
        name="harm-by-kind",
        chapter=CHAPTER,
        caption=(
            f"Kinds of harm in Swedish acute hospitals, {period}, from a national record review as "
            "reported in a news text of Läkartidningen (the report itself was not read). The text "
            f"gives these kinds only; they leave {rest:.1f}% of harms unnamed."
        ),
        alt=(
            f"Bar chart, shares of all harms found, {period}: {named}. The kinds named add up to "
            f"{kinds['value'].sum():.1f}%."
        ),
        data=("harm_figures.csv", "sources_other.csv"),
        # No interval was published, and a column of blanks would say nothing.
        values=_published(kinds, "kind").drop(columns=["low", "high"]),
        columns={
            "kind": "kind of harm",
            **{name: told for name, told in SOURCED.items() if name not in {"low", "high"}},
        },
        plot=figure,
    )


def harm_by_setting(panels: Mapping[str, pd.DataFrame]) -> BookFigure:
    """Draw published numbers from several settings, each source in a panel with its own axis.

    Parameters
    ----------
    panels : mapping of str to pandas.DataFrame
        A panel's title (setting and source) and what `tidy` returns for it: `label`, `value`,
        `low`, `high` (95% interval where published), `key`, `per`, `period`.

    Raises
    ------
    ValueError
        If the numbers of one panel do not share source and denominator.
    """
    for panel in panels.values():
        _check_panel(panel)
    rows = [len(panel) for panel in panels.values()]
    figure, axes = canvas(
        0.45 * (sum(rows) + 1.5 * len(rows)),
        nrows=len(rows),
        gridspec_kw={"height_ratios": [count + 0.05 for count in rows]},  # bars equally thick
    )
    told = []
    for place, (title, panel) in zip(axes, panels.items(), strict=True):
        _bars(place, panel)
        whole = panel["per"].iloc[0].removeprefix("% of ").split(";")[0]
        period = panel["period"].iloc[0]
        years = "years not told" if pd.isna(period) else period.replace("-", "–")
        _heading(place, title, f"share of {whole}, {years}")
        values = ", ".join(
            f"{row.label[0].lower()}{row.label[1:]} {row.value:g}%" for row in panel.itertuples()
        )
        told.append(f"{title}, share of {whole}, {years}: {values}.")
    return BookFigure(
        name="harm-by-setting",
        chapter=CHAPTER,
        caption=(
            "What record reviews find in hospital, surgery, psychiatry and home care in Sweden. "
            "Every panel has its own source, years, denominator and axis: bars of different panels "
            "must not be compared, even when they are equally long. Dark lines are 95% confidence "
            "intervals, drawn where they were published."
        ),
        alt=f"{len(panels)} panels of bars, each with its own axis. {' '.join(told)}",
        data=("harm_figures.csv",),
        values=pd.concat(
            [_published(panel, "finding").assign(panel=title) for title, panel in panels.items()]
        )[["panel", "finding", *SOURCED]],
        columns={
            "panel": "panel of the figure; numbers of different panels must not be compared",
            "finding": "what was counted",
            **SOURCED,
        },
        plot=figure,
    )


def contested_trend(
    events: pd.DataFrame, preventable: pd.DataFrame, countries: pd.DataFrame
) -> BookFigure:
    """Draw, in separate panels, two studies that disagree on whether harm in Sweden fell.

    Parameters
    ----------
    events, preventable : pandas.DataFrame
        Admissions with any, and with a preventable, adverse event by year, from one study, as
        `tidy` returns them (`label` is the year).
    countries : pandas.DataFrame
        Admissions with an adverse event by country from the other study, one number for all its
        years (`label` is the country, `period` its years).

    Raises
    ------
    ValueError
        If the numbers of one panel do not share source and denominator, or if the two studies
        are one: neither is to be shown alone.
    """
    for panel in (events, preventable, countries):
        _check_panel(panel)
    if events["key"].iloc[0] == countries["key"].iloc[0]:
        raise ValueError("The trend is contested: show both studies, never one of them alone.")
    period = countries["period"].iloc[0]
    first, last = (int(year) for year in period.split("-"))
    figure, axes = canvas(5.4, nrows=3)
    for place, panel, what in zip(
        axes,
        (events, preventable),
        ("all adverse events", "preventable adverse events"),
        strict=False,
    ):
        years = panel["label"].astype(int)
        top = panel["high"].fillna(panel["value"])
        place.plot(years, panel["value"], color=ACCENT, marker="o", markersize=4, linewidth=1)
        place.errorbar(
            years,
            panel["value"],
            yerr=[panel["value"] - panel["low"], panel["high"] - panel["value"]],
            color=INK,
            linestyle="none",
            elinewidth=1.2,
            capsize=6,
        )
        for year, value, above in zip(years, panel["value"], top, strict=True):
            offset = {"xytext": (0, 6), "textcoords": "offset points"}
            place.annotate(f"{value:.1f}%", (year, above), ha="center", **offset)
        _heading(
            place,
            f"Nilsson et al. 2018: a fall after {years.min()}",
            f"% of admissions, {what}, {years.min()}–{years.max()}",
        )
        place.set_xlim(years.min() - 0.4, years.max() + 0.4)
        place.set_xticks(years)
        place.set_ylim(0, 1.4 * top.max())
    third = axes[2]
    # Dashed, and without points: a mean over the years, which says nothing of any one of them.
    mean = countries["value"].mean()
    third.plot([first, last], [mean, mean], color=ACCENT, linewidth=1.4, linestyle=(0, (5, 3)))
    values = ", ".join(f"{row.label} {row.value:.1f}%" for row in countries.itertuples())
    third.annotate(
        f"{values}\n(one number for all the years together)",
        ((first + last) / 2, countries["value"].min()),
        (0, -6),
        textcoords="offset points",
        ha="center",
        va="top",
    )
    _heading(
        third,
        "Deilkås et al. 2021: no significant change",
        f"% of admissions, all adverse events, {first}–{last}",
    )
    third.set_xlim(first - 0.4, last + 0.4)
    third.set_xticks(range(first, last + 1))
    third.set_ylim(0, 1.25 * countries["value"].max())
    for place in axes:
        place.yaxis.set_major_formatter(PERCENT)
        place.yaxis.set_major_locator(MaxNLocator(3))
    by_year = [
        ", ".join(f"{row.label} {row.value:.1f}%" for row in panel.itertuples())
        for panel in (events, preventable)
    ]
    return BookFigure(
        name="contested-trend",
        chapter=CHAPTER,
        caption=(
            "Did harm fall in Swedish hospitals? One record-review study reports a fall, the other "
            "no significant change. Each study and measure has its own panel, axis and years. "
            "Whiskers are 95% confidence intervals, which were found for the middle panel only; "
            "the dashed line is one number for all its years, since that study’s abstract "
            "gives no yearly ones."
        ),
        alt=(
            f"Three panels. Nilsson et al. 2018, admissions with an adverse event: {by_year[0]}; "
            f"with a preventable one: {by_year[1]}; reported as a fall. Deilkås et al. 2021, "
            f"{first} to {last} in one number: {values}; reported as no significant change."
        ),
        data=("harm_figures.csv",),
        values=pd.concat(
            [
                _published(events, "year_or_country").assign(harm="all adverse events"),
                _published(preventable, "year_or_country").assign(
                    harm="preventable adverse events"
                ),
                _published(countries, "year_or_country").assign(harm="all adverse events"),
            ]
        )[["harm", "year_or_country", *SOURCED]],
        columns={
            "harm": "all adverse events, or those judged preventable",
            "year_or_country": "year, or country where one number is for all the years together",
            **SOURCED,
        },
        plot=figure,
    )


def strategies_and_roles(counts: pd.DataFrame) -> BookFigure:
    """Draw works on safety by safety strategy and by the part the patient has in them.

    Parameters
    ----------
    counts : pandas.DataFrame
        What `partnership.literature.harm.strategies_by_role` returns: `coding`, `strategy`,
        `role`, `works`.
    """
    table = counts.pivot_table(
        index=["strategy", "role"], columns="coding", values="works", aggfunc="sum"
    )
    low = table[["first", "second"]].min(axis=1)
    high = table[["first", "second"]].max(axis=1)
    largest = table["agreed"].max()
    figure, axes = canvas(5.5)
    words = []
    for level, strategy in enumerate(reversed(STRATEGY_LABEL)):
        axes.text(-0.5, level + 0.34, STRATEGY_LABEL[strategy], weight="bold", va="center")
        if level > 0:
            axes.axhline(level - 0.52, color=RULE, linewidth=0.8)
        for column, role in enumerate(ROLES):
            _disc(axes, column, level, table.loc[(strategy, role), "agreed"], largest, role)
            ends = low[strategy, role], high[strategy, role]
            span = f"{ends[0]}" if ends[0] == ends[1] else f"{ends[0]}–{ends[1]}"
            axes.text(
                column, level - 0.33, span, ha="center", va="center", fontsize=9.5, color=MUTED
            )
        parts = ", ".join(
            f"{'no part' if role == 'absent' else role} {table.loc[(strategy, role), 'agreed']}"
            for role in ROLES
        )
        words.append(f"{STRATEGY_LABEL[strategy]}: {parts}.")
    heads = ["no part", *ROLES[1:]]
    axes.set_xticks(range(len(ROLES)), heads)
    axes.xaxis.tick_top()
    axes.tick_params(length=0)
    axes.set_yticks([])
    axes.set_xlim(-0.55, len(ROLES) - 0.45)
    axes.set_ylim(-0.45, len(STRATEGY_LABEL) - 0.5)
    axes.spines[:].set_visible(False)
    return BookFigure(
        name="strategies-and-roles",
        chapter=CHAPTER,
        caption=(
            "Works on safety by the safety strategy they speak of and the part the patient has in "
            "them. Bold, and as the size of the disc: works in the agreed coding, where a strategy "
            "counts only if both readings have it; grey below: the lower and the higher count of "
            "the two readings; a ring means no part. A purposive sample, coded from abstracts by "
            "machine readers: compare roles within a row, never rows."
        ),
        alt=f"Table of discs, number of works in the agreed coding. {' '.join(reversed(words))}",
        data=("codings.csv", "literature.csv"),
        values=pd.DataFrame(
            [
                (strategy, label, role, table.at[place, "agreed"], low[place], high[place])
                for strategy, label in STRATEGY_LABEL.items()
                for role in ROLES
                for place in [(strategy, role)]
            ],
            columns=["strategy", "strategy_label", "role", "agreed", "low", "high"],
        ),
        columns={
            "strategy": "safety strategy of codebook.csv",
            "strategy_label": "what the strategy is called",
            "role": "part that the patient has in it, of codebook.csv",
            "agreed": "works on safety, by the agreed coding",
            "low": "works by the first or the second coding, whichever has fewer",
            "high": "works by the first or the second coding, whichever has more",
        },
        plot=figure,
    )


def _check_panel(panel: pd.DataFrame) -> None:
    """Refuse numbers of several sources or denominators in one panel."""
    if panel["key"].nunique() != 1 or panel["per"].nunique() != 1:
        given = "; ".join(f"{row.key}: {row.label} ({row.per})" for row in panel.itertuples())
        raise ValueError(
            "One panel holds numbers of one source and one denominator. Make it with `tidy` from "
            f"one comparable set. Given were: {given}."
        )


def _published(panel: pd.DataFrame, label: str) -> pd.DataFrame:
    """Return the published numbers of a panel under the names that the figures' tables use."""
    table = panel.rename(columns={"label": label, "value": "percent"})
    return table[[label, *SOURCED]]


def _heading(axes, finding: str, source: str) -> None:
    """Write a panel's finding in bold and below it, plain, whose and about what."""
    axes.set_title(finding, **TITLE, pad=20)
    axes.annotate(source, (0, 1), (0, 6), xycoords="axes fraction", textcoords="offset points")


def _disc(axes, column: int, level: int, works: int, largest: int, role: str) -> None:
    """Draw works as a disc (a ring for no part) with their number inside, or beside a small one."""
    size = 620 * works / largest
    ring = role == "absent"
    # A ring tells "no part" from a part without colour; its line is drawn inside its area.
    axes.scatter(
        column,
        level,
        s=max(size**0.5 - 1.5, 0) ** 2 if ring else size,
        facecolor="white" if ring else ACCENT,
        edgecolor=MUTED,
        linewidth=1.5 if ring and works else 0,
    )
    inside = size > 260 or works == 0
    axes.annotate(
        f"{works}",
        (column, level),
        (0, 0) if inside else (size**0.5 / 2 + 3, 0),
        textcoords="offset points",
        ha="center" if inside else "left",
        va="center",
        weight="bold",
        color="white" if works and inside and not ring else INK,
    )


def _bars(axes, table: pd.DataFrame) -> None:
    """Draw bars with their names above them, so that long names fit a phone."""
    places = range(len(table) - 1, -1, -1)
    axes.barh(places, table["value"], height=0.34, color=BAR)
    axes.hlines(places, table["low"], table["high"], color=INK, linewidth=1.6)
    reach = table["high"].fillna(table["value"])
    for place, row, end in zip(places, table.itertuples(), reach, strict=True):
        # What follows a comma is detail for the text; the bar needs the name of its number.
        name = row.label.split(",")[0]
        above = axes.annotate(
            name, (0, place + 0.17), (3, 2), textcoords="offset points", va="bottom"
        )
        # Names may run past their axes: the layout must not shrink the panel to make room.
        above.set_in_layout(False)
        axes.annotate(
            f"{row.value:g}%",
            (end, place),
            (5, 0),
            textcoords="offset points",
            va="center",
            weight="bold",
        )
    axes.set_xlim(0, 1.18 * reach.max())
    axes.set_ylim(-0.35, len(table) - 0.3)
    axes.set_yticks([])
    axes.spines["left"].set_color(MUTED)
    axes.xaxis.set_major_formatter(PERCENT)
    axes.xaxis.set_major_locator(MaxNLocator(5))
