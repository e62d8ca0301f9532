"""How far those who rate issues agree: between groups, and between raters.

For a team's own groups (staff, patients, families) as for the two readings of the literature,
`accounts` and `service`. The reading of `all` texts shares its texts with both and is no third
group. Where groups differ is where to talk, not an error to be averaged away.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from partnership import model, reliability
from partnership.raters import by_rater

RATED = (*model.SCALES, "burden")
"""The scales on which agreement is measured."""
RESAMPLES = 1000
STEP = 1.0
"""Medians that lie this far apart, one step of a scale, are worth a talk."""


def alpha_by_scale(
    ratings: pd.DataFrame,
    groups: Sequence[str] | None = None,
    between: str = "group",
    seed: int = 2026,
) -> pd.DataFrame:
    """Measure agreement on each scale with Krippendorff's alpha for ordinal values.

    Parameters
    ----------
    ratings : DataFrame
        As for `model.score`, wide or long, with the column `between`.
    groups : sequence of str, optional
        The groups to compare; all unless given.
    between : str
        `group` compares the medians of groups, `rater` what each rater gave. A row without rater
        is a rater of its own.
    seed : int
        Seed of the resampling; the same seed gives the same intervals.

    Returns
    -------
    DataFrame
        One row a scale (`model.SCALES` and `burden`): `scale`; `issues`, those with a score from
        two sides or more; `same`, the share of these in which all sides gave the same score;
        `alpha`, 1 for full agreement, 0 for what chance would give, below 0 for less;
        `alpha_low`, `alpha_high`, a 95 % percentile interval over 1,000 resamples of issues.
        NaN where nothing can be said: no issue with two sides, no two different scores, or (for
        the interval) a resample in which that is so.

    Raises
    ------
    ValueError
        If a column is missing or there is no such group.

    References
    ----------
    Hayes and Krippendorff (2007); bootstrap: Efron (1979). Keys `hayes2007` and `efron1979` of
    `literature.csv`.
    """
    scores = _sides(ratings, groups, between)
    rows = []
    for scale in RATED:
        units = scores[scores["scale"] == scale].pivot(
            index="issue", columns="side", values="score"
        )
        units = units[units.notna().sum(axis=1) > 1]
        same = units.max(axis=1) - units.min(axis=1) <= model.TOLERANCE
        alpha, low, high = _alpha(units.to_numpy(), seed)
        rows.append(
            {
                "scale": scale,
                "issues": len(units),
                "same": same.mean(),
                "alpha": alpha,
                "alpha_low": low,
                "alpha_high": high,
            }
        )
    return pd.DataFrame(rows)


def group_differences(ratings: pd.DataFrame, one: str, other: str) -> pd.DataFrame:
    """Return where two groups differ: the difference of their medians, issue by issue.

    Parameters
    ----------
    ratings : DataFrame
        As for `alpha_by_scale`, with the column `group`.
    one, other : str
        Two groups.

    Returns
    -------
    DataFrame
        One row an issue and scale that both groups rated: `issue`, `scale`, a column for each of
        the two groups with its median, `difference` (other minus one, in steps of the scale) and
        `talk` (whether it is a step or more). Issues in order of appearance, scales in order of
        `RATED`.

    Raises
    ------
    ValueError
        As for `alpha_by_scale`, or if the two groups are one.
    """
    if one == other:
        raise ValueError(f"Two groups are compared; found {one} twice.")
    scores = _sides(ratings, [one, other], "group")
    table = scores.pivot(index=["issue", "scale"], columns="side", values="score").dropna()
    table = table.rename_axis(columns=None)[[one, other]]
    table["difference"] = table[other] - table[one]
    table["talk"] = table["difference"].abs() >= STEP - model.TOLERANCE
    return _in_order(table.reset_index(), ratings)


def difference_by_scale(differences: pd.DataFrame) -> pd.DataFrame:
    """Sum up, scale by scale, which way two groups differ.

    Parameters
    ----------
    differences : DataFrame
        As `group_differences` gives it.

    Returns
    -------
    DataFrame
        One row a scale: `scale`; `issues`, which both groups rated; `higher`, `same` and `lower`,
        in how many the other group scores so; `mean`, the mean difference in steps.
    """
    by_scale = differences.groupby("scale")["difference"]
    table = pd.DataFrame(
        {
            "issues": by_scale.size(),
            "higher": by_scale.agg(lambda steps: (steps > model.TOLERANCE).sum()),
            "same": by_scale.agg(lambda steps: (steps.abs() <= model.TOLERANCE).sum()),
            "lower": by_scale.agg(lambda steps: (steps < -model.TOLERANCE).sum()),
            "mean": by_scale.mean(),
        }
    ).reindex(RATED)
    counts = ["issues", "higher", "same", "lower"]
    table[counts] = table[counts].fillna(0).astype(int)
    return table.rename_axis("scale").reset_index()


def rater_spread(ratings: pd.DataFrame) -> pd.DataFrame:
    """Return how far the raters of an issue lie apart.

    Parameters
    ----------
    ratings : DataFrame
        As for `model.score`, wide or long. Groups are not kept apart: filter before.

    Returns
    -------
    DataFrame
        One row an issue and scale that anybody rated: `issue`, `scale`, `raters` (those who gave a
        score), `lowest`, `median`, `highest` and `spread` (highest minus lowest, in steps; 0 with
        one rater). Issues in order of appearance, scales in order of `RATED`.
    """
    cells = _scores(ratings).groupby(["issue", "scale"])["score"]
    table = cells.agg(raters="size", lowest="min", median="median", highest="max").reset_index()
    table["spread"] = table["highest"] - table["lowest"]
    return _in_order(table, ratings)


def _scores(ratings: pd.DataFrame) -> pd.DataFrame:
    """Return ratings with one row a score: `issue`, `rater`, `scale`, `score`."""
    long = by_rater(ratings).melt(["issue", "rater"], var_name="scale", value_name="score")
    return long.dropna()


def _sides(ratings: pd.DataFrame, groups: Sequence[str] | None, between: str) -> pd.DataFrame:
    """Return the median of each side: `issue`, `scale`, `side`, `score`."""
    if between not in ("group", "rater"):
        raise ValueError(f"Agreement is between `group` or `rater`; found {between!r}.")
    if "group" not in ratings.columns and (between == "group" or groups is not None):
        raise ValueError("The ratings have no column `group`.")
    if groups is not None:
        if unknown := sorted(set(groups) - set(ratings["group"].dropna())):
            raise ValueError(f"The ratings have no group {', '.join(unknown)}.")
        ratings = ratings[ratings["group"].isin(groups)]
    if between == "rater":
        return _scores(ratings).rename(columns={"rater": "side"})
    parts = {group: _scores(rows) for group, rows in ratings.groupby("group")}
    scores = pd.concat(parts, names=["side"]).reset_index()
    return scores.groupby(["issue", "scale", "side"])["score"].median().reset_index()


def _alpha(units: NDArray, seed: int) -> tuple[float, float, float]:
    """Return ordinal alpha of units (issues by sides), and the ends of its interval."""
    values = np.unique(units[~np.isnan(units)])
    if len(values) < 2:
        return np.nan, np.nan, np.nan
    counts = (units[..., None] == values).sum(axis=1)

    def alpha(chosen):
        return reliability.alpha(reliability.coincidences(counts[chosen]), "ordinal")

    issues = np.arange(len(units))
    point = alpha(issues)
    if len(issues) < 2:
        return point, np.nan, np.nan
    with warnings.catch_warnings():
        # A resample without two different scores leaves the interval NaN, as documented.
        warnings.simplefilter("ignore", scipy.stats.DegenerateDataWarning)
        ends = scipy.stats.bootstrap(
            (issues,),
            alpha,
            n_resamples=RESAMPLES,
            method="percentile",
            rng=np.random.default_rng(seed),
        ).confidence_interval
    return point, ends.low, ends.high


def _in_order(table: pd.DataFrame, ratings: pd.DataFrame) -> pd.DataFrame:
    """Return rows with issues in order of appearance and scales in order of `RATED`."""
    orders = {"issue": pd.unique(ratings["issue"]), "scale": RATED}
    return table.sort_values(
        list(orders), key=lambda column: pd.Index(orders[column.name]).get_indexer(column)
    ).reset_index(drop=True)
