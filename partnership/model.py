"""The partnership model: which part for patients and families fits a safety issue.

An issue is rated on five scales from 0 to 4. A form of partnership is made for issues of a certain
character, its prototype, on the same scales. `fit` says how alike the two are; the forms that fit
best or almost are the issue's *fitting set*. Compared with what services offer, the set gives a
*relation* and a *gap*; compared with what people do of their own accord, *unsupported* resources.

All of the model is had from here: functions over arrays (`partnership.fitting`), from raters to
issues (`partnership.raters`), from issues to a plan (below), and for millions of issues
(`partnership.assessment`).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from partnership import data
from partnership.assessment import assess, assess_csv
from partnership.fitting import (
    LAYERS,
    MIN_SCALES,
    PHASES,
    RELATIONS,
    SCALES,
    TOLERANCE,
    TOP,
    UNHEARD,
    WIDTH,
    Delivery,
    best,
    best_first,
    book,
    check_weights,
    fit,
    fitting_set,
    in_phase,
    relate,
    unlike,
    unsupported,
)
from partnership.raters import practice, score

__all__ = [
    "BURDENED",
    "LAYERS",
    "MIN_SCALES",
    "PHASES",
    "RELATIONS",
    "SCALES",
    "TOLERANCE",
    "TOP",
    "UNHEARD",
    "WIDTH",
    "Delivery",
    "assess",
    "assess_csv",
    "best",
    "check_weights",
    "deliver",
    "fit",
    "fits_of",
    "fitting_set",
    "from_dataset",
    "in_phase",
    "map_position",
    "options",
    "plan",
    "practice",
    "relate",
    "safeguard",
    "score",
    "unsupported",
]

BURDENED = 3
"""From this burden on, a plan says who carries the load."""


def fits_of(
    scores: pd.DataFrame,
    forms: pd.DataFrame | None = None,
    phase: str = "delivery",
    weights: ArrayLike | Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """Return the fit of each form of a phase to each issue.

    Parameters
    ----------
    scores : DataFrame
        What `score` gives: `issue` and `SCALES`.
    forms, phase
        As for `in_phase`.
    weights
        As for `fit`.

    Returns
    -------
    DataFrame
        Issues as index, forms (also those never recommended) as columns, fits from 0 to 1 or NaN.
    """
    chosen = in_phase(forms, phase)
    fits = fit(scores[list(SCALES)].astype(float), chosen[list(SCALES)].astype(float), weights)
    return pd.DataFrame(fits, index=pd.Index(scores["issue"]), columns=list(chosen["form"]))


def deliver(
    scores: pd.DataFrame,
    practised: pd.DataFrame,
    forms: pd.DataFrame | None = None,
    weights: ArrayLike | Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """Compare, for each issue, what fits in delivery with what is offered and enacted.

    Parameters
    ----------
    scores : DataFrame
        What `score` gives.
    practised : DataFrame
        What `practice` gives.
    forms
        As for `in_phase`.
    weights
        As for `fit`.

    Returns
    -------
    DataFrame
        One row an issue: `issue`, `scales_rated`, `fitting` (best first, equal fits in file
        order), `best_fit`, `offered`, `offered_fit`, `relation` (of `RELATIONS`), `gap`,
        `enacted`, `enacted_fitting` and `unsupported` (missing where the relation is unknown).
        `fitting`, `offered`, `enacted` and `enacted_fitting` hold lists of forms.

    Raises
    ------
    ValueError
        If an issue of `practised` has no row in `scores`, or as `fit` does.
    """
    chosen = in_phase(forms)
    names = chosen["form"].to_numpy()
    fits = fits_of(scores, forms, weights=weights).to_numpy()
    offered, enacted = (_layer(practised, scores["issue"], names, layer) for layer in LAYERS)
    found = relate(fits, offered, chosen)
    alone = pd.array(unsupported(found, offered, enacted))
    alone[found.relation == RELATIONS.index("unknown")] = pd.NA
    return pd.DataFrame(
        {
            "issue": scores["issue"].to_numpy(),
            "scales_rated": scores["scales_rated"].to_numpy(),
            "fitting": _sets(fits, found.fitting, names),
            "best_fit": found.best_fit,
            "offered": _lists(offered, names),
            "offered_fit": found.offered_fit,
            "relation": pd.array(RELATIONS, dtype="str").take(found.relation),
            "gap": found.gap,
            "enacted": _lists(enacted, names),
            "enacted_fitting": _lists(enacted & found.fitting, names),
            "unsupported": alone,
        }
    )


def options(
    scores: pd.DataFrame,
    forms: pd.DataFrame | None = None,
    phase: str = "evaluation",
    weights: ArrayLike | Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """Return which forms of a phase fit each issue: options for the organisation.

    Parameters
    ----------
    scores : DataFrame
        What `score` gives.
    forms, phase
        As for `in_phase`.
    weights
        As for `fit`.

    Returns
    -------
    DataFrame
        One row an issue: `issue`, `fitting` (a list, best first, of forms that may be
        recommended) and `best_fit`. No relation and no gap: these forms belong to the
        organisation more than to one issue.
    """
    chosen = in_phase(forms, phase)
    fits = fits_of(scores, forms, phase, weights).to_numpy()
    fits = np.where(chosen["recommendable"] == "yes", fits, np.nan)
    names = chosen["form"].to_numpy()
    return pd.DataFrame(
        {
            "issue": scores["issue"].to_numpy(),
            "fitting": _sets(fits, fitting_set(fits), names),
            "best_fit": best(fits),
        }
    )


def safeguard(
    burden: float, who: str | None, interaction: float, safeguards: pd.DataFrame | None = None
) -> str | None:
    """Return who carries the load of an issue where the burden is heavy.

    Parameters
    ----------
    burden : float
        The highest burden that any rater gave; NaN if none did.
    who : str or None
        Who is best placed; unless it is one value of `safeguards`, it counts as `both`.
    interaction : float
        The issue's score; NaN counts as 0.
    safeguards : DataFrame, optional
        `safeguards.csv`, which is taken unless given: `who`, `interaction_from`, `carried_by`.

    Returns
    -------
    str or None
        `carried_by` of the row; None where the burden is below 3 or unknown.
    """
    if not burden >= BURDENED:
        return None
    safeguards = book("safeguards", safeguards)
    who = who if (safeguards["who"] == who).any() else "both"
    reached = safeguards["interaction_from"] <= (0.0 if pd.isna(interaction) else interaction)
    rows = safeguards[reached & (safeguards["who"] == who)]
    return rows.loc[rows["interaction_from"].idxmax(), "carried_by"]


def plan(
    ratings: pd.DataFrame,
    named: pd.DataFrame | None = None,
    forms: pd.DataFrame | None = None,
    safeguards: pd.DataFrame | None = None,
    weights: ArrayLike | Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """Return the plan of each issue in each phase.

    Parameters
    ----------
    ratings : DataFrame
        As for `score`.
    named : DataFrame, optional
        As for `practice`; unless given, the columns `offered` and `enacted` of `ratings`.
    forms, safeguards, weights
        As for `in_phase`, `safeguard` and `fit`.

    Returns
    -------
    DataFrame
        Four rows an issue, one a phase: `issue`, `label`, `phase`, `scales_rated`, `fitting`,
        `best_fit`, `offered`, `offered_fit`, `relation`, `gap`, `enacted`, `enacted_fitting`,
        `unsupported`, `burden`, `who`, `carried_by`. Columns as in `deliver`; outside delivery
        `offered_fit`, `relation`, `gap`, `enacted_fitting` and `unsupported` are empty.

    Raises
    ------
    ValueError
        As `score`, `practice` and `deliver` do.
    """
    forms, safeguards = book("partnership_forms", forms), book("safeguards", safeguards)
    scores = score(ratings)
    practised = practice(ratings if named is None else named, forms)
    parts = [deliver(scores, practised, forms, weights)]
    for phase in PHASES[1:]:
        part = options(scores, forms, phase, weights)
        names = in_phase(forms, phase)["form"].to_numpy()
        for layer in LAYERS:
            part[layer] = _lists(_layer(practised, scores["issue"], names, layer), names)
        part["enacted_fitting"] = [[] for _ in range(len(part))]
        parts.append(part)
    cells = scores[["burden", "who", "interaction"]]
    carried_by = [safeguard(*row, safeguards) for row in cells.itertuples(index=False)]
    scores["carried_by"] = pd.array(carried_by, dtype="str")
    table = pd.concat(parts, keys=PHASES, names=["phase"]).reset_index()
    table = table.drop(columns="scales_rated").merge(scores, on="issue")
    place = pd.Index(scores["issue"]).get_indexer(table["issue"])
    columns = [
        *("issue", "label", "phase", "scales_rated", "fitting", "best_fit", "offered"),
        *("offered_fit", "relation", "gap", "enacted", "enacted_fitting", "unsupported"),
        *("burden", "who", "carried_by"),
    ]
    return table[columns].iloc[np.argsort(place, kind="stable")].reset_index(drop=True)


def map_position(scores: pd.DataFrame) -> pd.DataFrame:
    """Return where issues, or the prototypes of forms, lie on the map.

    Parameters
    ----------
    scores : DataFrame
        Columns `SCALES`, from 0 to 4.

    Returns
    -------
    DataFrame
        `x`, the relational character (mean of `interaction` and `variability`), and `y`, what
        patients and families bring (mean of `knowledge`, `presence` and `agency`), both from 0 to
        1, over the scales rated; NaN where none is. Index as in `scores`.
    """
    character, brought = list(SCALES[:2]), list(SCALES[2:])
    x = scores[character].astype(float).mean(axis=1) / TOP
    return pd.DataFrame({"x": x, "y": scores[brought].astype(float).mean(axis=1) / TOP})


def from_dataset(group: str = "all") -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the dataset's issues as one reading has them, as inputs of `plan`.

    Parameters
    ----------
    group : str
        `all` texts, the headline; or a perspective, `accounts` or `service`.

    Returns
    -------
    ratings : DataFrame
        All issues in order of `safety_issues.csv`: `issue`, `label`, `rater`, `group`, `SCALES`,
        `burden`, `who`. As for `score`.
    named : DataFrame
        The forms offered and enacted. As for `practice`.

    Raises
    ------
    ValueError
        If there is no such reading.
    """
    readings = data.load("issue_readings")
    groups = pd.unique(readings["group"])
    if group not in groups:
        raise ValueError(unlike("a reading", [group], groups))
    ratings, named = (data.load(table) for table in ("issue_ratings", "issue_practice"))
    ratings, named, readings = (
        table[table["group"] == group] for table in (ratings, named, readings)
    )
    scores = ratings.pivot(index="issue", columns="scale", values="score")
    scores = scores.reindex(columns=[*SCALES, "burden"]).reset_index()
    who = readings[["issue", "rater", "group", "who"]]
    table = data.load("safety_issues").merge(who, on="issue").merge(scores, "left", "issue")
    order = ["issue", "label", "rater", "group", *SCALES, "burden", "who"]
    return table[order], named.reset_index(drop=True)


def _layer(
    practised: pd.DataFrame, issues: pd.Series, names: ArrayLike, layer: str
) -> NDArray[np.bool_]:
    """Return which of some forms are offered or enacted in each issue."""
    found = practised[(practised["layer"] == layer) & practised["form"].isin(names)]
    rows = pd.Index(issues).get_indexer(found["issue"])
    if (rows < 0).any():
        raise ValueError(unlike("issues that are rated", found["issue"][rows < 0].unique(), issues))
    mask = np.zeros((len(issues), len(names)), dtype=bool)
    mask[rows, pd.Index(names).get_indexer(found["form"])] = True
    return mask


def _sets(fits: NDArray, fitting: NDArray[np.bool_], names: NDArray) -> list[list[str]]:
    """Return the names in each row's fitting set, best first."""
    return [list(names[row[row >= 0]]) for row in best_first(fits, fitting)]


def _lists(mask: NDArray[np.bool_], names: NDArray) -> list[list[str]]:
    """Return the names that each row of a mask picks."""
    return [list(names[row]) for row in mask]
