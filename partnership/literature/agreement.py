"""How far the two codings agree, how differences were settled, and which way they lean.

Every function takes the table `codings`: one row for a work (`key`) in a coding (`coding` is
`first`, `second` or `agreed`), one column a code. An empty cell means that the reader found the
code undecidable or not applicable; it can be taken as a code of its own or the work be left out,
and the answer depends on which.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from partnership import reliability
from partnership.data import split_list
from partnership.literature.codes import ROLES

SINGLE_CODES = (
    "corpus",
    "field",
    "study",
    "tradition",
    "role",
    "locus",
    "will",
    "interaction",
    "own_strategies",
)
"""Codes of which a work has one or none."""

LIST_CODES = ("phases", "strategies")
"""Codes of which a work may have several."""

INTERACTION = ("low", "medium", "high")
BLANK = "(blank)"
RESAMPLES = 1000


def side_by_side(codings: pd.DataFrame, code: str) -> pd.DataFrame:
    """Return one code as the codings have it, side by side.

    Parameters
    ----------
    codings : pandas.DataFrame
        The table `codings`.
    code : str
        The column to compare.

    Returns
    -------
    pandas.DataFrame
        Index `key`, sorted; columns `first`, `second` and `agreed`; a blank is `"(blank)"`, the
        codes of a list are in alphabetical order.

    Raises
    ------
    ValueError
        If a work lacks one of the three codings.
    """
    wide = codings.pivot(index="key", columns="coding", values=code)
    have = codings.pivot(index="key", columns="coding", values="coding")
    have = have.reindex(columns=["first", "second", "agreed"])
    lacking = have.index[have.isna().any(axis=1)]
    if len(lacking):
        raise ValueError(f"not in all three codings: {', '.join(lacking)}")
    wide = wide[["first", "second", "agreed"]]
    if code in LIST_CODES:
        # A list is a set: the order in which a reader wrote it down is no difference.
        wide = wide.map(lambda text: "; ".join(sorted(text.split("; "))), na_action="ignore")
    return wide.fillna(BLANK)


def coding_agreement(codings: pd.DataFrame, seed: int = 2026) -> pd.DataFrame:
    """Measure how far the first and the second coding agree, code by code.

    Parameters
    ----------
    codings : pandas.DataFrame
        The table `codings`.
    seed : int
        Seed of the resampling; the same seed gives the same intervals.

    Returns
    -------
    pandas.DataFrame
        One row for a code and a treatment of blanks. `code`; `blanks`: `none` (no blank in
        either coding), `as a code`, or `left out` (only works that both coded); `scale`:
        `nominal`, `ordinal` or `set`; `works`, how many are compared. Then, each with the ends
        `_low` and `_high` of its bootstrap interval: `same`, the share of works coded alike
        (lists: exactly alike); `kappa`, Cohen's kappa (nominal rows only);
        `alpha`, Krippendorff's alpha.

    Raises
    ------
    ValueError
        If a work lacks one of the three codings, or interaction has a code off its scale.

    Notes
    -----
    Intervals are percentile intervals (95 %) over 1,000 resamples of works. The works are no
    random sample: an interval tells how far the figure hangs on which works are in.

    Interaction is an ordered scale only where both readers graded it, so it has a third row,
    with ordinal alpha. Lists are compared as sets by Jaccard distance (one minus shared codes
    over all codes named by either), with an empty list as a set of its own when blanks count.

    References
    ----------
    Kappa: Cohen (1960); alpha: Hayes and Krippendorff (2007); bootstrap: Efron (1979). Keys
    `cohen1960`, `hayes2007` and `efron1979` of `literature.csv`.
    """
    rows = []
    for code in (*SINGLE_CODES, *LIST_CODES):
        pairs = side_by_side(codings, code)[["first", "second"]]
        for blanks, kept in _treatments(pairs):
            scales = ["set" if code in LIST_CODES else "nominal"]
            if code == "interaction" and blanks != "as a code":
                scales.append("ordinal")
            for scale in scales:
                row = {"code": code, "blanks": blanks, "scale": scale, "works": len(kept)}
                rows.append(row | _measured(kept, scale, seed))
    measures = [f"{m}{end}" for m in ("same", "kappa", "alpha") for end in ("", "_low", "_high")]
    return pd.DataFrame(rows, columns=["code", "blanks", "scale", "works", *measures])


def agreement_table(measured: pd.DataFrame) -> pd.DataFrame:
    """Set agreement out for reading: each value with its interval, shares in per cent.

    Parameters
    ----------
    measured : pandas.DataFrame
        As :func:`coding_agreement` returns.

    Returns
    -------
    pandas.DataFrame
        Index `code`; text columns `blanks`, `scale`, `works`, `coded alike, %`, `Cohen's kappa`
        and `Krippendorff's alpha`, in the rows' own order; a measure that does not apply is
        empty.
    """

    def with_interval(name, factor, digits):
        columns = measured[[name, f"{name}_low", f"{name}_high"]].mul(factor)
        return [
            "" if np.isnan(value) else f"{value:.{digits}f} ({low:.{digits}f} to {high:.{digits}f})"
            for value, low, high in columns.to_numpy()
        ]

    table = measured[["code", "blanks", "scale", "works"]].copy()
    table["coded alike, %"] = with_interval("same", 100, 0)
    table["Cohen's kappa"] = with_interval("kappa", 1, 2)
    table["Krippendorff's alpha"] = with_interval("alpha", 1, 2)
    return table.set_index("code")


def _treatments(pairs: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
    """Return the pairs under each treatment of blanks that makes a difference to them."""
    both_coded = pairs[(pairs != BLANK).all(axis=1)]
    if len(both_coded) == len(pairs):
        return [("none", pairs)]
    return [("as a code", pairs), ("left out", both_coded)]


def _measured(pairs: pd.DataFrame, scale: str, seed: int) -> dict[str, float]:
    """Return the measures that fit a scale, each with the ends of its interval."""
    values = sorted(pd.unique(pairs.to_numpy().ravel()))
    if scale == "ordinal":
        unknown = sorted(set(values) - set(INTERACTION))
        if unknown:
            raise ValueError(f"interaction is {', '.join(INTERACTION)}; found {unknown}")
        values = [value for value in INTERACTION if value in values]
    cost = _jaccard(values) if scale == "set" else scale
    first, second = (pd.Index(values).get_indexer(pairs[name]) for name in ("first", "second"))
    marks = np.eye(len(values))

    def measures(works):
        one, other = first[works], second[works]
        alike = one == other
        crossed = marks[one].T @ marks[other]
        alpha = reliability.alpha(crossed + crossed.T, cost)
        if scale != "nominal":
            return np.array([np.mean(alike), alpha])
        # Imported here: statsmodels takes a second to load, and only this needs it.
        from statsmodels.stats.inter_rater import cohens_kappa

        kappa = cohens_kappa(crossed, return_results=False)
        return np.array([np.mean(alike), alpha, kappa])

    works = np.arange(len(pairs))
    ends = scipy.stats.bootstrap(
        (works,),
        measures,
        n_resamples=RESAMPLES,
        method="percentile",
        rng=np.random.default_rng(seed),
    ).confidence_interval
    row = {}
    for place, value in enumerate(measures(works)):
        name = ("same", "alpha", "kappa")[place]
        row |= {name: value, f"{name}_low": ends.low[place], f"{name}_high": ends.high[place]}
    return row


def _jaccard(values: list[str]) -> NDArray:
    """Return the Jaccard distance between lists of codes, each from each."""
    told = pd.Series(values)
    sets = split_list(told.where(told != BLANK))
    codes = sorted({code for codes in sets for code in codes})
    held = [np.isin(codes, has) for has in sets]
    return scipy.spatial.distance.cdist(held, held, "jaccard")


def settlement(codings: pd.DataFrame) -> pd.DataFrame:
    """Count, for each code, which way differences between the two codings were settled.

    Parameters
    ----------
    codings : pandas.DataFrame
        The table `codings`.

    Returns
    -------
    pandas.DataFrame
        Index `code` (the nine single codes, most differences first); counts of works:
        `differ`, and of these `second`, `first` (the reading that was followed) and `other`
        (a third code). A blank counts as a code.
    """
    rows = {}
    for code in SINGLE_CODES:
        pairs = side_by_side(codings, code)
        differ = pairs[pairs["first"] != pairs["second"]]
        second = int((differ["agreed"] == differ["second"]).sum())
        first = int((differ["agreed"] == differ["first"]).sum())
        rows[code] = {
            "differ": len(differ),
            "second": second,
            "first": first,
            "other": len(differ) - second - first,
        }
    order = sorted(rows, key=lambda code: -rows[code]["differ"])
    return pd.DataFrame([rows[code] for code in order], index=pd.Index(order, name="code"))


def differing_works(codings: pd.DataFrame) -> int:
    """Return how many works the two codings read differently in one single code or more.

    Parameters
    ----------
    codings : pandas.DataFrame
        The table `codings`.

    Returns
    -------
    int
        A count of works; a blank counts as a code.
    """
    differ = pd.DataFrame(
        {
            code: (pairs := side_by_side(codings, code))["first"] != pairs["second"]
            for code in SINGLE_CODES
        }
    )
    return int(differ.any(axis=1).sum())


def swaps(codings: pd.DataFrame, code: str) -> pd.DataFrame:
    """Count which codes stood against which where the two codings differ.

    Parameters
    ----------
    codings : pandas.DataFrame
        The table `codings`.
    code : str
        One of the single codes.

    Returns
    -------
    pandas.DataFrame
        One row for a pair of codes: `first`, `second`, `works` (a count) and `kept_second` (in
        how many of them the second was followed), most frequent first and equals by name.
    """
    pairs = side_by_side(codings, code)
    differ = pairs[pairs["first"] != pairs["second"]]
    differ = differ.assign(kept_second=differ["agreed"] == differ["second"])
    table = differ.groupby(["first", "second"])["kept_second"].agg(["size", "sum"]).reset_index()
    table.columns = ["first", "second", "works", "kept_second"]
    order = ["works", "first", "second"]
    return table.sort_values(order, ascending=[False, True, True], ignore_index=True)


def agreement_by_confidence(codings: pd.DataFrame, codes: tuple[str, ...]) -> pd.DataFrame:
    """Return the share of works coded alike, by the second coding's confidence.

    Parameters
    ----------
    codings : pandas.DataFrame
        The table `codings`; `confidence` is filled in the second coding.
    codes : tuple of str
        The single codes to compare.

    Returns
    -------
    pandas.DataFrame
        Index `confidence` (high, medium, low); `works`; for each code `<code>`, the share of
        works coded alike with blanks as a code, and `<code>_coded`, the share among works that
        both coded.
    """
    second = codings[codings["coding"] == "second"].set_index("key")["confidence"]
    table = pd.DataFrame({"works": second.value_counts()}).reindex(["high", "medium", "low"])
    for code in codes:
        pairs = side_by_side(codings, code)[["first", "second"]]
        same = pairs["first"] == pairs["second"]
        both_coded = (pairs != BLANK).all(axis=1)
        table[code] = same.groupby(second).mean()
        table[f"{code}_coded"] = same[both_coded].groupby(second).mean()
    return table.rename_axis("confidence")


def lean_by_theme(codings: pd.DataFrame, literature: pd.DataFrame) -> pd.DataFrame:
    """Count, theme by theme, which way the second coding departs from the first.

    Parameters
    ----------
    codings : pandas.DataFrame
        The table `codings`.
    literature : pandas.DataFrame
        The table `literature`, with `key` and `theme`.

    Returns
    -------
    pandas.DataFrame
        Index `theme` and a last row `all`; counts of works: `works`; `to_sm` and `to_pam`, the
        second coding's tradition nearer to that view than the first's (`both` and `neither`
        stand midway); `more_active` and `less_active`, the second coding's role higher or
        lower in the order of `ROLES` (works without a role in either coding are not counted).
    """
    tradition = side_by_side(codings, "tradition")
    place = {"pam": -1, "both": 0, "neither": 0, "sm": 1}
    view = tradition["second"].map(place) - tradition["first"].map(place)
    role = side_by_side(codings, "role")
    rank = {name: number for number, name in enumerate(ROLES)}
    part = role["second"].map(rank) - role["first"].map(rank)
    marks = pd.DataFrame(
        {
            "works": 1,
            "to_sm": view > 0,
            "to_pam": view < 0,
            "more_active": part > 0,
            "less_active": part < 0,
        }
    )
    counts = marks.groupby(literature.set_index("key")["theme"]).sum()
    counts.loc["all"] = counts.sum()
    return counts
