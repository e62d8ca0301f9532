"""How sure the model's answers are: stochastic multicriteria acceptability analysis.

The model rests on judgements: how much each scale weighs, which character a form is made for, and
how issues are rated. Here all three vary at random, many times over, and the model answers anew
each time. What is offered and enacted stays as it was told. An answer that seldom changes does not
hang on those judgements; that it is true, this cannot show.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from partnership import model
from partnership.raters import by_rater

VARIED = ("weights", "prototypes", "raters")
"""What varies from draw to draw."""
MOVES = np.array([-1.0, 0.0, 0.0, 1.0])
"""Moves of a prototype value, each equally likely: in half of the draws it stays."""
RANGE = (5, 50, 95)
"""Percentiles in which gaps are told."""
WORKING_MEMORY = 1 << 17
"""Numbers in the largest array of a block of draws; larger blocks are not faster."""


@dataclass(frozen=True)
class Acceptability:
    """What the draws say.

    Attributes
    ----------
    forms : DataFrame
        One row an issue and delivery form that may be recommended: `issue`, `form`,
        `acceptability` (share of draws in which the form fits best; forms that share the best fit
        share the draw) and `inclusion` (share of draws in which it is in the fitting set).
    relations : DataFrame
        One row an issue and relation of `model.RELATIONS`: `issue`, `relation`, `probability`.
    issues : DataFrame
        One row an issue: `issue`; `gap`, as the model gives it without any draw; `gap_low`,
        `gap_median`, `gap_high`, its 5th, 50th and 95th percentile over the draws that give one;
        `unsupported`, share of draws in which a fitting form is enacted and none offered;
        `skipped`, share of draws in which fewer than three scales had a score.
    tau : float
        Mean over draws of Kendall's tau-b between the order of the gaps in the draw and without
        any draw; 1 is the same order. NaN where no draw has an order to compare.

    Notes
    -----
    Shares are of the draws in which the issue was not skipped (`skipped`: of all draws). They are
    NaN for an issue that was always skipped, and so are gaps where there is none.
    """

    forms: pd.DataFrame
    relations: pd.DataFrame
    issues: pd.DataFrame
    tau: float


def acceptability(
    ratings: pd.DataFrame,
    named: pd.DataFrame | None = None,
    forms: pd.DataFrame | None = None,
    draws: int = 10_000,
    seed: int = 2026,
    block: int | None = None,
    vary: Collection[str] = VARIED,
) -> Acceptability:
    """Ask the model many times over, with its judgements varied at random.

    In each draw the weights of the scales are any (Dirichlet distribution, all parameters 1); each
    prototype value moves by -1, 0 or +1 with probability 1/4, 1/2 and 1/4, kept within 0 to 4, the
    same for all issues; and an issue with two raters or more is rated by that many of them, drawn
    with replacement, each with all its scores.

    Parameters
    ----------
    ratings : DataFrame
        As for `model.score`. A rater who gave an issue no score on `model.SCALES` is none of its
        raters here.
    named : DataFrame, optional
        As for `model.practice`; unless given, the columns `offered` and `enacted` of `ratings`.
    forms : DataFrame, optional
        As for `model.in_phase`.
    draws : int
        How many.
    seed : int
        The same seed gives the same result.
    block : int, optional
        Draws held in memory at a time; has no influence on the result. Beside a block, the gaps of
        all draws are kept.
    vary : collection of str
        Which of `VARIED` vary; the others stay as in the model (weights equal).

    Returns
    -------
    Acceptability

    Raises
    ------
    ValueError
        If there are no draws, a block is empty, `vary` names something else, or the model rejects
        the frames.

    References
    ----------
    Lahdelma, Hokkanen and Salminen (1998), SMAA - Stochastic multiobjective acceptability
    analysis: key `lahdelma1998` of `literature.csv`.

    Examples
    --------
    >>> result = acceptability(*model.from_dataset("all"), draws=1000)
    >>> surest = result.relations.query("issue == 'psychiatric-suicide'").set_index("relation")
    >>> float(surest.loc["untapped", "probability"])
    1.0
    """
    if draws < 1 or (block is not None and block < 1):
        raise ValueError(f"Expected at least one draw, a block; found {draws} and {block}.")
    if stray := set(vary) - set(VARIED):
        raise ValueError(f"Only {', '.join(VARIED)} vary; found {', '.join(sorted(stray))}.")
    chosen = model.in_phase(forms)
    scores = model.score(ratings)
    practised = model.practice(ratings if named is None else named, forms)
    base = model.deliver(scores, practised, forms)["gap"].to_numpy()
    offered, enacted = (_marks(practised, layer, scores, chosen) for layer in model.LAYERS)
    recommendable = (chosen["recommendable"] == "yes").to_numpy()
    prototypes = chosen[list(model.SCALES)].to_numpy(dtype=float)
    medians = scores[list(model.SCALES)].to_numpy(dtype=float)
    several, pool = _raters(ratings, scores["issue"])

    # A stream for each thing that varies: how many are drawn of one does not shift the others.
    for_weights, for_moves, for_raters = np.random.default_rng(seed).spawn(3)
    widest = max(len(scores) * max(len(chosen), len(scores) // 2), pool.size)
    block = block or _block(widest)
    best, included = (np.zeros(offered.shape) for _ in range(2))
    relations = np.zeros((len(scores), len(model.RELATIONS)))
    kept, alone = (np.zeros(len(scores)) for _ in range(2))
    gaps = np.empty((draws, len(scores)))
    for start in range(0, draws, block):
        size = min(block, draws - start)
        weights, moved, rated = None, prototypes, medians
        if "weights" in vary:
            weights = for_weights.dirichlet(np.ones(len(model.SCALES)), size)[:, None]
        if "prototypes" in vary:
            moves = MOVES[for_moves.integers(len(MOVES), size=(size, *prototypes.shape))]
            moved = np.clip(prototypes + moves, 0, model.TOP)[:, None]
        if "raters" in vary and several.any():
            rated = np.broadcast_to(medians, (size, *medians.shape)).copy()
            rated[:, several] = _resampled(pool, size, for_raters)
        fits = model.fit(rated, moved, weights)
        fits = np.broadcast_to(fits, (size, *offered.shape))
        found = model.relate(fits, offered, chosen)
        firsts = model.fitting_set(np.where(recommendable, fits, np.nan), width=0)
        sharing = firsts.sum(axis=-1, keepdims=True)
        best += (firsts / np.maximum(sharing, 1)).sum(axis=0)
        included += found.fitting.sum(axis=0)
        known = ~np.isnan(found.best_fit)
        kept += known.sum(axis=0)
        alone += model.unsupported(found, offered, enacted).sum(axis=0)
        for place in range(len(model.RELATIONS)):
            relations[:, place] += ((found.relation == place) & known).sum(axis=0)
        gaps[start : start + size] = found.gap

    shares = np.where(kept > 0, kept, np.nan)[:, None]
    ends = np.full((len(RANGE), len(scores)), np.nan)
    some = ~np.isnan(gaps).all(axis=0)
    if some.any():
        ends[:, some] = np.nanpercentile(gaps[:, some], RANGE, axis=0)
    low, median, high = ends
    issues = scores["issue"].to_numpy()
    return Acceptability(
        forms=_tidy(
            issues,
            "form",
            chosen["form"].to_numpy()[recommendable],
            acceptability=(best / shares)[:, recommendable],
            inclusion=(included / shares)[:, recommendable],
        ),
        relations=_tidy(issues, "relation", model.RELATIONS, probability=relations / shares),
        issues=pd.DataFrame(
            {
                "issue": issues,
                "gap": base,
                "gap_low": low,
                "gap_median": median,
                "gap_high": high,
                "unsupported": alone / shares[:, 0],
                "skipped": 1 - kept / draws,
            }
        ),
        tau=_mean_tau(gaps, base),
    )


def tau_b(one: ArrayLike, other: ArrayLike) -> NDArray:
    """Return Kendall's tau-b between two orders, for many pairs of orders at once.

    It equals `scipy.stats.kendalltau`, which takes one pair at a time.

    Parameters
    ----------
    one, other : array_like, shape (..., n)
        Values in the same order of cases, NaN where there is none; values that differ by no more
        than `model.TOLERANCE` are ties. Leading dimensions broadcast.

    Returns
    -------
    ndarray, shape (...)
        From -1 to 1, over the cases that have both values; NaN where one of the two has no order.
    """
    signs = [_signs(np.asarray(values, dtype=float)) for values in (one, other)]
    both = ~np.isnan(signs[0] + signs[1])
    first, second = (np.where(both, sign, 0.0) for sign in signs)
    untied = np.square(first).sum(axis=-1) * np.square(second).sum(axis=-1)
    return (first * second).sum(axis=-1) / np.sqrt(np.where(untied > 0, untied, np.nan))


def higher(one: ArrayLike, other: ArrayLike) -> NDArray:
    """Return which of two values is higher: 1 the first, -1 the second, 0 a tie, NaN if one is.

    Parameters
    ----------
    one, other : array_like
        Values that broadcast; a tie is what differs by no more than `model.TOLERANCE`.

    Returns
    -------
    ndarray
        Whole numbers, as floating point.
    """
    apart = np.subtract(one, other)
    return np.sign(apart) * (np.abs(apart) > model.TOLERANCE)


def _signs(values: NDArray) -> NDArray:
    """Return which of each pair of cases is higher."""
    left, right = np.triu_indices(values.shape[-1], k=1)
    return higher(values[..., left], values[..., right])


def _block(numbers: int) -> int:
    """Return how many draws are held in memory at a time if each takes so many numbers."""
    return max(1, WORKING_MEMORY // max(numbers, 1))


def _mean_tau(gaps: NDArray, base: NDArray) -> float:
    """Return the mean tau-b of each row of gaps with the base order."""
    block = _block(len(base) ** 2 // 2)
    taus = [tau_b(gaps[start : start + block], base) for start in range(0, len(gaps), block)]
    taus = np.concatenate(taus)
    return float(np.nanmean(taus)) if not np.isnan(taus).all() else np.nan


def _marks(
    practised: pd.DataFrame, layer: str, scores: pd.DataFrame, chosen: pd.DataFrame
) -> NDArray[np.bool_]:
    """Return which forms an issue has in a layer, one row an issue and one column a form."""
    rows = practised[practised["layer"] == layer]
    table = pd.crosstab(rows["issue"], rows["form"])
    table = table.reindex(index=scores["issue"], columns=chosen["form"], fill_value=0)
    return table.to_numpy(dtype=bool)


def _raters(ratings: pd.DataFrame, issues: pd.Series) -> tuple[NDArray[np.bool_], NDArray]:
    """Return which issues have several raters, and the scores each of these gave.

    The scores have the shape (such issues, most raters, 5), in which an issue's raters come
    first; places without a rater are NaN on all scales.
    """
    wide = by_rater(ratings).dropna(subset=model.SCALES, how="all")
    row = pd.Index(issues).get_indexer(wide["issue"])
    place = wide.groupby("issue").cumcount().to_numpy()
    scores = np.full((len(issues), place.max(initial=-1) + 1, len(model.SCALES)), np.nan)
    scores[row, place] = wide[list(model.SCALES)].astype(float)
    several = np.bincount(row, minlength=len(issues)) > 1
    return several, scores[several]


def _resampled(pool: NDArray, size: int, rng: np.random.Generator) -> NDArray:
    """Return the medians of raters drawn with replacement, shape (size, issues, 5).

    Sorted by hand: `numpy.nanmedian` is several times slower on many short rows.
    """
    issues, most, _ = pool.shape
    raters = (~np.isnan(pool)).any(axis=2).sum(axis=1)[:, None]
    drawn = rng.integers(raters, size=(size, issues, most))
    drawn = np.where(np.arange(most) < raters, drawn, most)  # as many as there are, then nobody
    nobody = np.full((issues, 1, len(model.SCALES)), np.nan)
    places = np.concatenate([pool, nobody], axis=1).swapaxes(1, 2)
    values = places[
        np.arange(issues)[:, None, None],
        np.arange(len(model.SCALES))[:, None],
        drawn[:, :, None, :],
    ]
    values.sort(axis=-1)  # NaN comes last
    given = (~np.isnan(values)).sum(axis=-1, keepdims=True)
    low = np.take_along_axis(values, (given - 1) // 2, axis=-1)  # the last, NaN, if none is given
    high = np.take_along_axis(values, given // 2, axis=-1)
    return ((low + high) / 2)[..., 0]


def _tidy(issues: NDArray, name: str, labels: Collection[str], **values: NDArray) -> pd.DataFrame:
    """Return tables of issues by labels as one frame with a row for each cell."""
    index = pd.MultiIndex.from_product([issues, list(labels)], names=["issue", name])
    columns = {column: table.ravel() for column, table in values.items()}
    return pd.DataFrame(columns, index=index).reset_index()
