"""Krippendorff's alpha, from how often two values meet in one unit.

Written from the definition, so that the package rests on permissive licences alone. The tests
compare it with worked examples in print and with the package `krippendorff`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


def coincidences(counts: ArrayLike) -> NDArray:
    """Count how often each value meets each other value within a unit.

    Parameters
    ----------
    counts : array_like of int
        One row a unit (a work, an issue), one column a value: how many coders gave that value.
        A unit with one value or none has nothing to be compared with and does not count.

    Returns
    -------
    ndarray of float
        Square and symmetric, one row and one column a value. Each value given in a unit of `m`
        values meets the other `m - 1` with a weight of `1 / (m - 1)`, so that the whole sums up
        to how many values can be paired.
    """
    counts = np.asarray(counts)
    given = counts.sum(axis=1)
    met = np.zeros((counts.shape[1],) * 2)
    # Units of one size together: their pairs are whole numbers, and are added without rounding.
    for size in np.unique(given[given > 1]):
        units = counts[given == size]
        met += (units.T @ units - np.diag(units.sum(axis=0))) / (size - 1)
    return met


def alpha(met: ArrayLike, scale: str | ArrayLike) -> float:
    """Compute Krippendorff's alpha.

    Parameters
    ----------
    met : array_like
        How often each value meets each other one, as `coincidences` counts it. For two coders
        without blanks it is their cross table added to its transpose.
    scale : {"nominal", "ordinal"} or array_like
        What two values that differ cost: all the same; the more, the more values given lie
        between them, where the values stand in order; or a square array of one's own, with a
        zero on its diagonal.

    Returns
    -------
    float
        1 for full agreement, 0 for what chance would give, below 0 for less; NaN where fewer
        than two different values can be paired, since chance then gives no difference either.

    Raises
    ------
    ValueError
        If there is no such scale.

    References
    ----------
    Hayes and Krippendorff (2007), key `hayes2007` of `literature.csv`.
    """
    met = np.asarray(met)
    given = met.sum(axis=1)
    if (given > 0).sum() < 2:
        return np.nan
    if not isinstance(scale, str):
        cost = np.asarray(scale)
    elif scale == "nominal":
        cost = 1 - np.eye(len(given))
    elif scale == "ordinal":
        rank = np.cumsum(given) - given / 2
        cost = np.subtract.outer(rank, rank) ** 2
    else:
        raise ValueError(f"Alpha is for a scale `nominal` or `ordinal`; found {scale!r}.")
    # A value meets itself at no cost, so that the diagonal of what chance gives need not be told.
    by_chance = np.outer(given, given) / (given.sum() - 1)
    return 1 - (met * cost).sum() / (by_chance * cost).sum()
