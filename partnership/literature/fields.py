"""Fields and traditions: where works come from, and which view of the user's part they take.

A *field* is where a work is published or argued from; a *tradition* is how it understands the
user's part. They are coded apart (`codebook.csv`), so that one can be told from the other.
"""

from __future__ import annotations

import re

import pandas as pd

from partnership.literature.codes import CODINGS, SAFETY, TRADITIONS, coded_works

TITLE_WORDS = {
    "co-production": r"co-?\s?produc",
    "co-creation or value": r"co-?\s?creat|\bvalue",
    "involvement, engagement or participation": r"involv|engag|participat",
    "partnership": r"partner",
}
"""Words in a title, as regular expressions; a title may hold several."""


def traditions_by_field(
    codings: pd.DataFrame, literature: pd.DataFrame, coding: str = "agreed"
) -> pd.DataFrame:
    """Count works by field and tradition in one coding.

    Parameters
    ----------
    codings : pandas.DataFrame
        A work in one coding a row, with `key`, `coding`, `field` and `tradition`.
    literature : pandas.DataFrame
        A work a row, with `key` and `sample`; only works whose `sample` is `coded` count.
    coding : str
        Which coding to count: one of `CODINGS`.

    Returns
    -------
    pandas.DataFrame
        Works (counts): a row for each field, the largest first and equals by name; columns
        `pam`, `sm`, `both`, `neither`. A work without a field or a tradition is left out.

    Raises
    ------
    ValueError
        If `coding` is not one of `CODINGS`.
    """
    works = _works(codings, literature, coding)
    counts = pd.crosstab(works["field"], works["tradition"])
    counts = counts.reindex(columns=list(TRADITIONS), fill_value=0)
    order = sorted(counts.index, key=lambda field: (-counts.loc[field].sum(), field))
    return counts.loc[order].rename_axis(columns=None)


def ranges_by_field(codings: pd.DataFrame, literature: pd.DataFrame) -> pd.DataFrame:
    """Count works by field and tradition, with the range over the codings.

    Parameters
    ----------
    codings, literature : pandas.DataFrame
        As for :func:`traditions_by_field`.

    Returns
    -------
    pandas.DataFrame
        A row for each pair of `field` and `tradition` that any coding knows, in the order of the
        agreed coding; columns `agreed`, `first` and `second` (works), `low` and `high` (the
        smallest and largest of the three). A pair that a coding lacks counts 0 there.

    Notes
    -----
    The range is over three readings of the same works by readers of one kind. It is no
    confidence interval.
    """
    tables = {coding: traditions_by_field(codings, literature, coding) for coding in CODINGS}
    fields = list(tables["agreed"].index)
    for table in tables.values():
        fields += [field for field in table.index if field not in fields]
    pairs = pd.MultiIndex.from_product([fields, TRADITIONS], names=["field", "tradition"])
    counts = pd.DataFrame(
        {coding: table.stack().reindex(pairs, fill_value=0) for coding, table in tables.items()}
    )
    counts["low"] = counts[list(CODINGS)].min(axis="columns")
    counts["high"] = counts[list(CODINGS)].max(axis="columns")
    return counts.reset_index()


def service_view_on_safety(codings: pd.DataFrame, literature: pd.DataFrame) -> pd.DataFrame:
    """Count works on safety by view and by whether they come from service management.

    Parameters
    ----------
    codings, literature : pandas.DataFrame
        As for :func:`traditions_by_field`; `codings` also with `corpus`.

    Returns
    -------
    pandas.DataFrame
        A row for each coding; columns (counts of works): `on_safety`, works whose matter is
        safety; `with_both`, those of them that join the two views (`both`); `with_view`, those
        that take the view of service management (`sm`); `view_from_field`, those of these whose
        field is service management; `any_from_field`, works on safety from that field whatever
        their view; `in_field`, all works of the field.
    """
    rows = {}
    for coding in CODINGS:
        works = _works(codings, literature, coding)
        safety = works["corpus"].isin(SAFETY)
        view = works["tradition"].eq("sm")
        field = works["field"].eq("service-management")
        rows[coding] = {
            "on_safety": safety.sum(),
            "with_both": (safety & works["tradition"].eq("both")).sum(),
            "with_view": (safety & view).sum(),
            "view_from_field": (safety & view & field).sum(),
            "any_from_field": (safety & field).sum(),
            "in_field": field.sum(),
        }
    return pd.DataFrame.from_dict(rows, orient="index").astype(int).rename_axis("coding")


def traditions_by_title_words(
    codings: pd.DataFrame, literature: pd.DataFrame, coding: str = "agreed"
) -> pd.DataFrame:
    """Count works by words in their title and by tradition.

    Parameters
    ----------
    codings : pandas.DataFrame
        As for :func:`traditions_by_field`, also with `corpus`.
    literature : pandas.DataFrame
        As for :func:`traditions_by_field`, also with `title`.
    coding : str
        Which coding to count: one of `CODINGS`.

    Returns
    -------
    pandas.DataFrame
        Works (counts): a row for each of `TITLE_WORDS`; columns `pam`, `sm`, `both`, `neither`,
        `all`, and `on_safety` (those whose matter is safety). A title counts in each row whose
        words it holds.

    Raises
    ------
    ValueError
        If `coding` is not one of `CODINGS`.
    """
    works = _works(codings, literature, coding)
    rows = {}
    for words, pattern in TITLE_WORDS.items():
        found = works[works["title"].str.contains(pattern, flags=re.IGNORECASE)]
        counts = {tradition: found["tradition"].eq(tradition).sum() for tradition in TRADITIONS}
        safety = found["corpus"].isin(SAFETY).sum()
        rows[words] = {**counts, "all": len(found), "on_safety": safety}
    return pd.DataFrame.from_dict(rows, orient="index").astype(int).rename_axis("words")


def _works(codings: pd.DataFrame, literature: pd.DataFrame, coding: str) -> pd.DataFrame:
    """Return the coded works in one coding, each with its bibliographic record."""
    if coding not in CODINGS:
        raise ValueError(f"no coding called {coding!r}; use one of {', '.join(CODINGS)}")
    in_coding = codings.loc[codings["coding"].eq(coding)]
    return in_coding.merge(coded_works(literature), on="key", validate="1:1")
