"""The works of the dataset, drawn."""

from __future__ import annotations

import pandas as pd

from partnership.figures.style import ACCENT, INK, MUTED, RULE, BookFigure, canvas
from partnership.literature.works import THEME_LABEL

FIRST_YEAR = 1964
LAST_YEAR = 2026


def works_over_time(by_year: pd.DataFrame, record_only: int) -> BookFigure:
    """Draw every coded work as a dot at its year, one strip a theme.

    Parameters
    ----------
    by_year : pandas.DataFrame
        `theme`, `year`, `works`, as :func:`partnership.literature.works.works_by_year` returns.
    record_only : int
        How many works of the dataset are not drawn, since only a record of them was seen.

    Returns
    -------
    BookFigure
        The figure `works-over-time`.

    Raises
    ------
    ValueError
        If a work lies outside the years that the axis shows.
    """
    if not by_year["year"].between(FIRST_YEAR, LAST_YEAR).all():
        raise ValueError(f"a work lies outside {FIRST_YEAR}-{LAST_YEAR}: widen the axis")
    tallest = by_year["works"].max()
    figure, strips = canvas(6.6, nrows=len(THEME_LABEL), sharex=True, sharey=True)
    for axes, (theme, label) in zip(strips, THEME_LABEL.items(), strict=True):
        strip = by_year[by_year["theme"] == theme]
        dots = strip.loc[strip.index.repeat(strip["works"])]
        height = dots.groupby("year").cumcount() + 1
        axes.scatter(dots["year"], height, s=17, color=ACCENT, linewidths=0)
        works = int(strip["works"].sum())
        # The years before 2000 are nearly empty in every theme: the name has its place there.
        axes.text(
            FIRST_YEAR, 0.97 * tallest, f"{theme}  {label}", color=INK, weight="bold", va="top"
        )
        axes.text(FIRST_YEAR, 0.72 * tallest, f"{works} works", color=MUTED, va="top")
        axes.set(xlim=(FIRST_YEAR - 1, LAST_YEAR), ylim=(0, tallest + 1), yticks=[])
        axes.spines["left"].set_visible(False)
        axes.tick_params(axis="x", length=3, color=RULE)
        axes.set_xticks(range(1970, LAST_YEAR, 10))
    strips[-1].set_xlabel("year of publication", color=INK)

    totals = by_year.groupby("theme")["works"].sum()
    total = int(totals.sum())
    since = int(by_year.loc[by_year["year"] >= 2010, "works"].sum())
    peak = by_year.groupby("year")["works"].sum().idxmax()
    per_theme = ", ".join(f"{THEME_LABEL[theme]} {totals[theme]}" for theme in THEME_LABEL)
    return BookFigure(
        name="works-over-time",
        chapter="02-question-and-method",
        caption=(
            f"The {total} coded works by theme and year of publication; each dot is one work. "
            f"Another {record_only} works, seen only as a bibliographic record, are not drawn. "
            "The sample is purposive: the strips show what this book rests on, "
            "not how much research there is."
        ),
        alt=(
            f"Six strips of dots, one a theme, one dot a work, from {by_year['year'].min()} to "
            f"{by_year['year'].max()}. Works by theme: {per_theme}. Of all {total} works, "
            f"{since} were published in 2010 or later; the fullest year is {peak}."
        ),
        data=("literature.csv",),
        values=_values(by_year),
        columns={
            "theme": "theme of the dataset, by its letter",
            "theme_label": "what the theme is called",
            "year": "year of publication",
            "works": "coded works: as many dots",
        },
        plot=figure,
    )


def _values(by_year: pd.DataFrame) -> pd.DataFrame:
    """Return what is drawn: a row a theme and year that has works."""
    table = by_year[by_year["works"] > 0].sort_values(["theme", "year"], kind="stable")
    table = table.assign(theme_label=table["theme"].map(THEME_LABEL))
    return table[["theme", "theme_label", "year", "works"]]
