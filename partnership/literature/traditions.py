"""Which view of the patient's part safety works take, counted in every defensible way.

The sample is purposive and was coded by machine readers, so one share would say too little. Each
count here comes with what it becomes when the coding is another, a theme is left out, or the
works that the second reader was unsure of are dropped or counted against the claim.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import pandas as pd
import scipy

from partnership.literature.codes import CODINGS, SAFETY, TRADITIONS, coded_works

PATIENTS_PART = ("patients-in-safety",)
"""Corpus codes of the works whose subject is the patient's or family's part in safety."""

VARIATIONS = ("codings", "themes", "confident")
"""What is varied, one thing at a time: the coding, a theme left out, unsure works left out."""

DOUBTFUL = ("kept", "left out", "pam to sm")
"""What may be done with works that the second reader coded with low confidence.

The mirror case, doubtful `sm` works counted as `pam`, could only widen the lead that is tested.
"""

_MEMBERSHIPS = (("own", "agreed"), ("own", "first"), ("own", "second"))
_CROSSED = (("agreed", "first"), ("agreed", "second"))


def works_in_codings(literature: pd.DataFrame, codings: pd.DataFrame) -> pd.DataFrame:
    """Join works and codings into one row a work and coding.

    Parameters
    ----------
    literature : pandas.DataFrame
        `literature.csv`: columns `key`, `theme`, `year`, `sample`; only works whose `sample` is
        `coded` are kept.
    codings : pandas.DataFrame
        `codings.csv`: columns `key`, `coding`, `corpus`, `field`, `study`, `tradition`,
        `interaction`, `confidence`.

    Returns
    -------
    pandas.DataFrame
        Columns `key`, `coding`, `theme`, `decade` (first year), `corpus`, `agreed_corpus` (the
        agreed coding's corpus, in every row of the work), `field`, `study`, `tradition`,
        `interaction` and `doubtful` (True where the second reader's confidence is low, in every
        row of the work).

    Raises
    ------
    ValueError
        If there is no agreed coding, or a tradition is not in the codebook.
    """
    works = coded_works(literature)[["key", "theme", "year"]]
    rows = codings.merge(works, validate="many_to_one")
    if not (rows["coding"] == "agreed").any():
        raise ValueError("codings has no row with coding 'agreed'; add the agreed coding")
    unknown = set(rows["tradition"].dropna()) - set(TRADITIONS)
    if unknown:
        raise ValueError(f"tradition {sorted(unknown)} is not one of {', '.join(TRADITIONS)}")
    agreed = rows[rows["coding"] == "agreed"].set_index("key")["corpus"]
    unsure = rows.loc[(rows["coding"] == "second") & (rows["confidence"] == "low"), "key"]
    rows = rows.assign(
        decade=rows["year"] // 10 * 10,
        agreed_corpus=rows["key"].map(agreed),
        doubtful=rows["key"].isin(unsure),
    )
    columns = ["key", "coding", "theme", "decade", "corpus", "agreed_corpus", "field", "study"]
    return rows[[*columns, "tradition", "interaction", "doubtful"]]


def in_corpus(
    works: pd.DataFrame,
    corpora: Sequence[str] = PATIENTS_PART,
    coding: str = "agreed",
    membership: str = "own",
) -> pd.DataFrame:
    """Return the works of one coding that belong to the given corpora.

    Parameters
    ----------
    works : pandas.DataFrame
        As :func:`works_in_codings` returns it.
    corpora : sequence of str
        Corpus codes of the codebook.
    coding : str
        `first`, `second` or `agreed`.
    membership : str
        Which coding decides what belongs: its `own` or the `agreed` one.

    Returns
    -------
    pandas.DataFrame
        The rows of that coding, one a work.
    """
    corpus = {"own": "corpus", "agreed": "agreed_corpus"}[membership]
    return works[(works["coding"] == coding) & works[corpus].isin(corpora)]


def _variants(
    works: pd.DataFrame, corpora: Sequence[str]
) -> Iterator[tuple[str, str, pd.DataFrame]]:
    """Yield (variation, way, rows), the agreed coding first, then one thing changed at a time."""
    agreed = in_corpus(works, corpora)
    yield "point", "agreed coding", agreed
    present = set(works["coding"])
    for membership, coding in (*_MEMBERSHIPS, *_CROSSED):
        if coding in present and coding != "agreed":
            belongs = "its own" if membership == "own" else "the agreed"
            way = f"{coding} coding, {belongs} corpus"
            yield "codings", way, in_corpus(works, corpora, coding, membership)
    for theme in sorted(agreed["theme"].unique()):
        yield "themes", f"without theme {theme}", agreed[agreed["theme"] != theme]
    yield "confident", "doubtful works left out", agreed[~agreed["doubtful"]]


def tradition_counts(
    works: pd.DataFrame, by: str | None = None, corpora: Sequence[str] = PATIENTS_PART
) -> pd.DataFrame:
    """Count the traditions in each group, in each way of counting.

    Parameters
    ----------
    works : pandas.DataFrame
        As :func:`works_in_codings` returns it.
    by : str, optional
        Column whose values are the groups (`theme`, `study`, `decade`, `interaction`); one group
        `all` if None. Works without a value form no group.
    corpora : sequence of str
        Corpus codes that are counted.

    Returns
    -------
    pandas.DataFrame
        One row a variation, way, group and tradition: `variation` (`point` or one of
        `VARIATIONS`), `way` (in words), `group`, `tradition`, `n` (works in the group), `k`
        (works of the tradition), `share` (k / n). A way that leaves a group empty has no row.
    """
    found = []
    for variation, way, rows in _variants(works, corpora):
        groups = pd.Series("all", index=rows.index) if by is None else rows[by]
        table = pd.crosstab(groups, rows["tradition"]).reindex(columns=TRADITIONS, fill_value=0)
        sizes = table.sum(axis=1)
        for group, counts in table.iterrows():
            for tradition, k in counts.items():
                n = int(sizes[group])
                found.append((variation, way, group, tradition, n, int(k), k / n))
    columns = ["variation", "way", "group", "tradition", "n", "k", "share"]
    return pd.DataFrame(found, columns=columns)


def tradition_ranges(
    works: pd.DataFrame, by: str | None = None, corpora: Sequence[str] = PATIENTS_PART
) -> pd.DataFrame:
    """Return each tradition's share in each group, and how far it moves with the counting.

    Parameters
    ----------
    works, by, corpora
        As in :func:`tradition_counts`.

    Returns
    -------
    pandas.DataFrame
        One row a group and tradition, groups sorted: `group`, `tradition`, `n`, `k`, `share` (by
        the agreed coding); for each of `VARIATIONS` its `_low` and `_high`; `low`, `high` over
        all ways and `low_from`, `high_from` (the way that gives them, in words); and
        `if_random_low`, `if_random_high`: the 95 % Wilson interval that would hold if the works
        were a random sample, which they are not.

    Notes
    -----
    One thing is varied at a time, and the agreed coding counts in every range, so that a range
    always holds its point. All combinations are in :func:`ways_of_counting`.
    """
    counts = tradition_counts(works, by, corpora)
    point = counts[counts["variation"] == "point"]
    found = []
    for row in point.itertuples():
        same = counts[(counts["group"] == row.group) & (counts["tradition"] == row.tradition)]
        record = {name: getattr(row, name) for name in ("group", "tradition", "n", "k", "share")}
        for variation in VARIATIONS:
            share = same.loc[same["variation"].isin(["point", variation]), "share"]
            record |= {f"{variation}_low": share.min(), f"{variation}_high": share.max()}
        for end, pick in (("low", same["share"].idxmin()), ("high", same["share"].idxmax())):
            record |= {end: same.loc[pick, "share"], f"{end}_from": same.loc[pick, "way"]}
        record["if_random_low"], record["if_random_high"] = wilson(row.k, row.n)
        found.append(record)
    return pd.DataFrame(found)


def wilson(k: int, n: int) -> tuple[float, float]:
    """Return the 95 % Wilson interval of k in n (Wilson 1927, as SciPy computes it)."""
    interval = scipy.stats.binomtest(k, n).proportion_ci(method="wilson")
    return float(interval.low), float(interval.high)


def works_to_level(more: int, fewer: int) -> int:
    """Return how many works would have to change sides until the larger count leads no more.

    Parameters
    ----------
    more, fewer : int
        The two counts, the larger first.

    Returns
    -------
    int
        Works of the larger side that, counted on the other, bring the two level or beyond.

    Raises
    ------
    ValueError
        If the first count is the smaller one.

    Examples
    --------
    >>> works_to_level(60, 32)
    14
    """
    if more < fewer:
        raise ValueError(f"give the larger count first, not {more} and {fewer}")
    return -((fewer - more) // 2)


def ways_of_counting(works: pd.DataFrame) -> pd.DataFrame:
    """Count `pam` against `sm` in all combinations of the choices that a reader might make.

    Parameters
    ----------
    works : pandas.DataFrame
        As :func:`works_in_codings` returns it.

    Returns
    -------
    pandas.DataFrame
        One row a combination of `scope` (`patients' part` or `all safety`), `coding`,
        `membership` (which coding decides what belongs), `themes` (`all`, `without X`, or `each
        theme alike`: the mean of the themes' differences) and `doubtful` (one of `DOUBTFUL`),
        with `n`, `pam`, `sm` (works) and `difference` (share of `pam` minus share of `sm`).

    Notes
    -----
    `pam to sm` counts every doubtful `pam` work as `sm`: the bound least favourable to the claim
    that `pam` leads.
    """
    found = []
    present = set(works["coding"])
    for scope, corpora in (("patients' part", PATIENTS_PART), ("all safety", SAFETY)):
        for membership, coding in (*_MEMBERSHIPS, *_CROSSED):
            if coding not in present:
                continue
            rows = in_corpus(works, corpora, coding, membership)
            for doubtful in DOUBTFUL:
                settled = _settle(rows, doubtful)
                for themes, chosen in _theme_choices(settled):
                    found.append(
                        {
                            "scope": scope,
                            "coding": coding,
                            "membership": membership,
                            "themes": themes,
                            "doubtful": doubtful,
                            "n": len(chosen),
                            "pam": int((chosen["tradition"] == "pam").sum()),
                            "sm": int((chosen["tradition"] == "sm").sum()),
                            "difference": _difference(chosen, alike=themes == "each theme alike"),
                        }
                    )
    return pd.DataFrame(found)


def _settle(rows: pd.DataFrame, doubtful: str) -> pd.DataFrame:
    """Return the rows with the doubtful works kept, left out or counted on the other side."""
    if doubtful == "kept":
        return rows
    if doubtful == "left out":
        return rows[~rows["doubtful"]]
    source, target = doubtful.split(" to ")
    moved = rows["doubtful"] & (rows["tradition"] == source)
    return rows.assign(tradition=rows["tradition"].mask(moved, target))


def _theme_choices(rows: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    yield "all", rows
    for theme in sorted(rows["theme"].unique()):
        yield f"without {theme}", rows[rows["theme"] != theme]
    yield "each theme alike", rows


def _difference(rows: pd.DataFrame, alike: bool) -> float:
    """Return share of pam minus share of sm; with `alike`, the mean of that over the themes."""
    side = rows["tradition"].map({"pam": 1, "sm": -1}).fillna(0)
    if rows.empty:
        return np.nan
    return float(side.groupby(rows["theme"]).mean().mean() if alike else side.mean())


FIELDS = (
    "health-services",
    "nursing",
    "social-science",
    "safety-science",
    "design",
    "policy",
    "public-administration",
    "service-management",
)
"""Fields of the codebook, the two that the traditions are named for at the end."""


def fields_of_safety_works(
    works: pd.DataFrame, tradition: str = "sm", corpora: Sequence[str] = SAFETY
) -> pd.DataFrame:
    """Count the fields that the works of one tradition come from, in every coding.

    Parameters
    ----------
    works : pandas.DataFrame
        As :func:`works_in_codings` returns it.
    tradition : str
        One of `TRADITIONS`.
    corpora : sequence of str
        Corpus codes that are counted; each coding by its own.

    Returns
    -------
    pandas.DataFrame
        Indexed by `field` (all of `FIELDS`, also those without a work), one column a coding,
        values are numbers of works.
    """
    rows = works[(works["tradition"] == tradition) & works["corpus"].isin(corpora)]
    table = pd.crosstab(rows["field"], rows["coding"])
    return table.reindex(
        index=pd.Index(FIELDS, name="field"),
        columns=pd.Index(CODINGS, name="coding"),
        fill_value=0,
    )


def in_words(counts: pd.DataFrame) -> pd.Series:
    """Write the counts of the three codings as one text, `agreed (first, second)`.

    Parameters
    ----------
    counts : pandas.DataFrame
        Columns `first`, `second` and `agreed`: numbers of works.

    Returns
    -------
    pandas.Series
        One text a row.

    Examples
    --------
    >>> in_words(pd.DataFrame({"first": [14], "second": [27], "agreed": [20]})).tolist()
    ['20 (14, 27)']
    """
    texts = [f"{row.agreed} ({row.first}, {row.second})" for row in counts.itertuples()]
    return pd.Series(texts, index=counts.index, dtype="str")
