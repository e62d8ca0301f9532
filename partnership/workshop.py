"""What a workshop's result hangs on beside the scores: who sits at the table, and the weights."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from partnership import model
from partnership.fitting import unlike
from partnership.ratings import Ratings

__all__ = ["recounted", "weights_tried"]

TRIED = (0, 2)
"""Weights that a scale is given in turn: left out, and doubled."""


def recounted(team: Ratings, times: Mapping[str, int]) -> Ratings:
    """Return a team's ratings with some raters counted more often, or not at all.

    Parameters
    ----------
    team : Ratings
        What `ratings.read` gives.
    times : mapping of str to int
        How often raters count, by name; 0 leaves a rater out. Those not named count once. A rater
        who counts twice stands for two people who said the same.

    Returns
    -------
    Ratings
        Copies are raters of their own.

    Raises
    ------
    ValueError
        If there is no such rater, or a count is negative.
    """
    known = pd.unique(team.ratings["rater"])
    if stray := [rater for rater in times if rater not in known]:
        raise ValueError(unlike("raters", stray, known))
    if low := [rater for rater, count in times.items() if count < 0]:
        raise ValueError(f"A rater counts 0 times or more; found less for {', '.join(low)}.")

    def counted(table: pd.DataFrame) -> pd.DataFrame:
        count = table["rater"].map(times).fillna(1).astype(int)
        rows = table.loc[table.index.repeat(count)]
        copy = rows.groupby(level=0).cumcount()
        name = rows["rater"].where(copy == 0, rows["rater"] + " (copy " + copy.astype(str) + ")")
        return rows.assign(rater=name).reset_index(drop=True)

    return replace(team, ratings=counted(team.ratings), practice=counted(team.practice))


def weights_tried(scores: pd.DataFrame, practised: pd.DataFrame) -> pd.DataFrame:
    """Return what changes when each scale in turn is left out or doubled.

    Parameters
    ----------
    scores, practised : DataFrame
        What `model.score` and `model.practice` give.

    Returns
    -------
    DataFrame
        One row a scale and weight: `scale`, `weight` (0 or 2, the others weigh 1), and in how many
        issues the `relations` and the fitting `sets` (in their order) are others than with equal
        weights.
    """
    equal = model.deliver(scores, practised)
    rows = []
    for scale in model.SCALES:
        for weight in TRIED:
            weights = dict.fromkeys(model.SCALES, 1.0) | {scale: weight}
            other = model.deliver(scores, practised, weights=weights)
            rows.append(
                {
                    "scale": scale,
                    "weight": weight,
                    "relations": int((other["relation"] != equal["relation"]).sum()),
                    "sets": int((other["fitting"] != equal["fitting"]).sum()),
                }
            )
    return pd.DataFrame(rows)
