"""How well each form of partnership fits an issue, and what that makes of what is offered.

Pure functions over arrays, for one issue or for many draws of many issues. Fits are compared with
a tolerance, so that rounding decides nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from partnership import data
from partnership.faults import nearest, quoted

SCALES = ("interaction", "variability", "knowledge", "presence", "agency")
"""The scales that make up the character of an issue, each from 0 to `TOP`."""
TOP = 4
"""The highest score of a scale."""
MIN_SCALES = 3
"""With fewer scales rated an issue is unknown."""
TOLERANCE = 1e-9
"""Fits that differ by no more are equal."""
WIDTH = 0.05
"""How far below the best a form may fit and still be in the fitting set: one step on one scale."""
PHASES = ("delivery", "evaluation", "design", "management")
LAYERS = ("offered", "enacted")
RELATIONS = ("fits", "untapped", "misfit", "overreach", "unheard", "unknown")
UNHEARD = "unheard"
"""The form that is no part at all: offered alone it is a relation of its own."""
LISTED = 10
"""Values and faults that an error message lists."""


def fit(ratings: ArrayLike, prototypes: ArrayLike, weights: ArrayLike | None = None) -> NDArray:
    """Return how well each form fits each issue: Gower's similarity of ratings and prototype.

    The mean, over the scales rated, of how near rating and prototype lie: 1 is alike, 0 is as far
    apart as the scales allow. It equals 1 minus SPOTIS with the prototype as expected solution.

    Parameters
    ----------
    ratings : array_like, shape (..., 5)
        Scores from 0 to 4 in order of `SCALES`; NaN where a scale is not rated.
    prototypes : array_like, shape (forms, 5) or (..., forms, 5)
        Prototypes on the same scales. Leading dimensions broadcast against those of `ratings`:
        with one set of prototypes a draw, (draws, 1, forms, 5) meets (draws, issues, 5).
    weights : array_like, shape (5,) or (..., 5), or mapping, optional
        Weights of the scales, of which only the ratio matters; equal unless given. Leading
        dimensions broadcast against those of `ratings`. In a mapping by scale, the scales not
        named weigh 1.

    Returns
    -------
    ndarray, shape (..., forms)
        Fits from 0 to 1. NaN where an issue is unknown: fewer than 3 of the 5 scales are rated
        (whatever these weigh), or none that is rated has a positive weight.

    Raises
    ------
    ValueError
        If a rating, prototype or weight is out of range, or not one for each scale.

    References
    ----------
    Gower (1971), A general coefficient of similarity and some of its properties. Dezert et al.
    (2020), The SPOTIS rank reversal free method for multi-criteria decision-making support.

    Examples
    --------
    >>> fit([2, np.nan, 1, 3, 2], [[1, 1, 1, 3, 2], [0, 0, 0, 0, 0]])
    array([0.9375, 0.5   ])
    """
    ratings = _on_scales(ratings, "ratings")
    prototypes = _on_scales(prototypes, "prototypes")
    if prototypes.ndim < 2 or np.isnan(prototypes).any():
        raise ValueError("Expected a prototype a row, with a value on each scale.")
    rated = ~np.isnan(ratings)
    ratings = np.where(rated, ratings, 0.0)
    weights = np.where(rated, check_weights(weights), 0.0)
    total = weights.sum(axis=-1)
    known = (rated.sum(axis=-1) >= MIN_SCALES) & (total > 0)
    weights = weights / (TOP * np.where(known, total, np.nan))[..., None]
    shape = np.broadcast_shapes(weights.shape[:-1], prototypes.shape[:-2])
    # Form by form, each in one piece of memory: what is later taken over the forms is so fastest.
    fits = np.ones((prototypes.shape[-2], *shape))
    for form, scale in np.ndindex(len(fits), len(SCALES)):
        steps = np.abs(ratings[..., scale] - prototypes[..., form, scale])
        fits[form] -= weights[..., scale] * steps
    return np.moveaxis(np.maximum(fits, 0.0), 0, -1)  # rounding may leave -1e-17


def check_weights(weights: ArrayLike | Mapping[str, float] | None = None) -> NDArray:
    """Return weights as an array, the largest 1.

    Parameters
    ----------
    weights : array_like, shape (..., 5), or mapping, optional
        As for `fit`.

    Returns
    -------
    ndarray, shape (..., 5)

    Raises
    ------
    ValueError
        If a weight is negative or not finite, if all are zero, or if there is not one a scale.
    """
    if weights is None:
        return np.ones(len(SCALES))
    if isinstance(weights, Mapping):
        if stray := [name for name in weights if name not in SCALES]:
            raise ValueError(unlike("weights of scales", stray, SCALES))
        weights = [weights.get(scale, 1.0) for scale in SCALES]
    array = np.asarray(weights, dtype=float)
    if array.ndim == 0 or array.shape[-1] != len(SCALES):
        expected = f"{len(SCALES)} weights, for {', '.join(SCALES)}"
        raise ValueError(f"Expected {expected}; found an array of shape {array.shape}.")
    if not (np.isfinite(array) & (array >= 0)).all():
        raise ValueError(f"Weights must be finite and not below 0; found {array.tolist()}.")
    largest = array.max(axis=-1, keepdims=True)
    if not (largest > 0).all():
        raise ValueError("At least one scale must have a weight above 0; found all of them 0.")
    return array / largest


def best(fits: ArrayLike, axis: int = -1) -> NDArray:
    """Return the best fit along an axis, NaN left out; NaN where there is none."""
    return np.fmax.reduce(np.asarray(fits, dtype=float), axis=axis)


def fitting_set(fits: ArrayLike, axis: int = -1, width: float = WIDTH) -> NDArray[np.bool_]:
    """Return which forms fit best or almost.

    Parameters
    ----------
    fits : array_like
        Fits along `axis`; NaN for forms that do not count, or where nothing is known.
    axis : int
        The axis of forms.
    width : float
        How far below the best a form may be; 0 gives those that share the best fit.

    Returns
    -------
    ndarray of bool
        Of the shape of `fits`; all false along the axis where all fits are NaN.
    """
    fits = np.asarray(fits, dtype=float)
    return fits >= np.expand_dims(best(fits, axis), axis) - width - TOLERANCE


def best_first(fits: NDArray, fitting: NDArray) -> NDArray:
    """Return the places of the forms in each row's set, best first, then -1.

    Equal fits in file order: that is display, and all that file order decides.
    """
    count = fits.shape[-1]
    values = np.where(fitting, fits, -1.0)
    order = np.argsort(-values)
    values = np.take_along_axis(values, order, axis=-1)
    rank = (np.diff(values, prepend=values[..., :1]) < -TOLERANCE).cumsum(axis=-1)
    order = np.sort(rank * count + order) % count
    return np.where(np.take_along_axis(fitting, order, axis=-1), order, -1)


class Delivery(NamedTuple):
    """What `relate` finds; each array has the leading dimensions of the fits.

    Attributes
    ----------
    fitting : ndarray of bool, shape (..., forms)
        The fitting set.
    best_fit, offered_fit, gap : ndarray
        Best fit of all forms that may be recommended and of the forms offered, and the
        difference; NaN where there is none.
    relation : ndarray of int8
        Place in `RELATIONS`.
    """

    fitting: NDArray[np.bool_]
    best_fit: NDArray
    offered_fit: NDArray
    relation: NDArray[np.int8]
    gap: NDArray


def relate(fits: ArrayLike, offered: ArrayLike, forms: pd.DataFrame) -> Delivery:
    """Compare what fits with what is offered in delivery.

    Parameters
    ----------
    fits : array_like, shape (..., forms)
        Fits of all delivery forms in order of `forms`, as `fit` gives them.
    offered : array_like of bool, shape (..., forms)
        Which forms are offered; all false where nothing is known. Broadcast against `fits`.
    forms : DataFrame
        The delivery forms, as `in_phase` gives them.

    Returns
    -------
    Delivery
    """
    fits, offered = np.broadcast_arrays(fits, offered)
    heard = (forms["form"] != UNHEARD).to_numpy()
    activity = forms["activity"].to_numpy()
    recommended = np.where(heard, fits, np.nan)
    best_fit, fitting = best(recommended), fitting_set(recommended)
    counted = np.where(offered, recommended, np.nan)
    offered_fit = best(counted)
    # On equal fit the more active form counts.
    active = np.where(fitting_set(counted, width=0), activity, -1).max(axis=-1)
    lowest = np.where(fitting, activity, np.iinfo(int).max).min(axis=-1)
    highest = np.where(fitting, activity, -1).max(axis=-1)
    unknown = np.isnan(best_fit) | ~offered.any(axis=-1)
    cases = {
        "unknown": unknown,
        "unheard": np.isnan(offered_fit),
        "fits": (fitting & offered).any(axis=-1),
        "untapped": active < lowest,
        "overreach": active > highest,
    }
    codes = [np.int8(RELATIONS.index(name)) for name in cases]
    relation = np.select(list(cases.values()), codes, np.int8(RELATIONS.index("misfit")))
    return Delivery(fitting, best_fit, offered_fit, relation, best_fit - offered_fit)


def unsupported(found: Delivery, offered: ArrayLike, enacted: ArrayLike) -> NDArray[np.bool_]:
    """Return where a fitting form is enacted and none is offered.

    Parameters
    ----------
    found : Delivery
        What `relate` gives.
    offered, enacted : array_like of bool, shape (..., forms)
        Which delivery forms are offered and enacted.

    Returns
    -------
    ndarray of bool
        False also where the relation is unknown: there it cannot be told.
    """
    alone = (found.fitting & enacted).any(axis=-1) & ~(found.fitting & offered).any(axis=-1)
    return alone & (found.relation != RELATIONS.index("unknown"))


def in_phase(forms: pd.DataFrame | None = None, phase: str = "delivery") -> pd.DataFrame:
    """Return the forms of one phase, in file order.

    Parameters
    ----------
    forms : DataFrame, optional
        `partnership_forms.csv`, which is taken unless given: columns `form`, `phase`, `activity`,
        `recommendable` and `SCALES`.
    phase : str
        One of `PHASES`.

    Returns
    -------
    DataFrame
        The rows of the phase, numbered from 0.

    Raises
    ------
    ValueError
        If there is no such phase, if it has no form to recommend, or if in delivery another form
        than `unheard` is never recommended: what an offer of it means, the model does not say.
    """
    forms = book("partnership_forms", forms)
    if phase not in PHASES:
        raise ValueError(unlike("a phase", [phase], PHASES))
    found = forms[forms["phase"] == phase].reset_index(drop=True)
    recommendable = found["recommendable"] == "yes"
    if not recommendable.any():
        raise ValueError(f"No form of the phase {phase} may be recommended.")
    if phase == "delivery" and (recommendable == (found["form"] == UNHEARD)).any():
        raise ValueError(f"In delivery `{UNHEARD}`, and no other form, is never recommended.")
    return found


def book(name: str, table: pd.DataFrame | None) -> pd.DataFrame:
    """Return the table given, or else the book's."""
    return data.load(name) if table is None else table


def unlike(what: str, strays: Iterable, allowed: Iterable, of: str = "allowed") -> str:
    """Return the message that names are not among those allowed."""
    allowed = [str(name) for name in allowed]
    guesses = ((str(stray), nearest(str(stray), allowed)) for stray in strays)
    found = ", ".join(
        quoted(stray) + (f" (did you mean {quoted(near)}?)" if near else "")
        for stray, near in guesses
    )
    return f"Not {what}: {found}; {of}: {', '.join(allowed)}."


def _on_scales(values: ArrayLike, what: str) -> NDArray:
    """Return scores as an array whose last dimension is `SCALES`."""
    array = np.asarray(values, dtype=float)
    if array.ndim == 0 or array.shape[-1] != len(SCALES):
        expected = f"{len(SCALES)} {what} a row, for {', '.join(SCALES)}"
        raise ValueError(f"Expected {expected}; found an array of shape {array.shape}.")
    if (wrong := (array < 0) | (array > TOP)).any():
        found = ", ".join(f"{value:g}" for value in array[wrong][:LISTED])
        raise ValueError(f"Expected {what} from 0 to {TOP}, NaN where not rated; found {found}.")
    return array
