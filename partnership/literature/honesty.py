"""What the model's answers hang on: the reading, each scale, and C1 without circularity.

C1 says that potential is untapped "especially in activities that involve social interaction". The
model rates interaction itself, so it could find this of its own making. Here C1 is tested anew with
the scale left out of the model, and with issues left out in which only `unheard` is offered.

Functions take one reading of the issues, as `model.from_dataset` gives it: `ratings` and `named`.
`over_readings` puts a result for each reading in one frame.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd
import scipy
from numpy.typing import NDArray

from partnership import model
from partnership.fitting import book
from partnership.uncertainty import higher, tau_b

READINGS = ("all", "accounts", "service")
"""The headline and the two perspectives, which share no work. The headline is read from texts of
both, so the three are never pooled."""
UNTAPPED = ("untapped", "unheard")
"""Relations in which a more active part than any offered would fit."""
LEFT_OUT = ((), ("interaction",), ("interaction", "variability"))
"""Scales left out when C1 is tested: none; interaction; both that make up relational character."""
OUTCOMES = ("untapped or unheard", "untapped", "gap")
"""What is set against interaction: the second and third without issues only offered `unheard`."""
PERMUTATIONS = 9_999
BATCH = 100
"""Permutations at a time: what fits in a processor's cache is fastest."""


def over_readings(
    analysis: Callable[..., pd.DataFrame], readings: Sequence[str] = READINGS, **options
) -> pd.DataFrame:
    """Return what an analysis of this module finds in each reading of the dataset.

    Parameters
    ----------
    analysis : callable
        Takes `ratings` and `named`, returns a DataFrame.
    readings : sequence of str
        Of `READINGS`.
    **options
        Handed on to `analysis`.

    Returns
    -------
    DataFrame
        The rows of all readings, with `reading` as first column.
    """
    found = {name: analysis(*model.from_dataset(name), **options) for name in readings}
    return pd.concat(found, names=["reading", None]).reset_index("reading").reset_index(drop=True)


def delivery_without(
    ratings: pd.DataFrame,
    named: pd.DataFrame,
    left_out: Sequence[str] = (),
    forms: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return what the model says of delivery when some scales play no part in fit.

    Parameters
    ----------
    ratings, named, forms
        As for `model.plan`.
    left_out : sequence of str
        Scales of `model.SCALES` that get the weight 0. Whether an issue is known is decided with
        all scales, so that the same issues are compared.

    Returns
    -------
    DataFrame
        As `model.deliver` gives it, with the issue's score on `interaction`.

    Raises
    ------
    ValueError
        If there is no such scale, or all are left out.
    """
    scores = model.score(ratings)
    weights = dict.fromkeys(left_out, 0.0)
    table = model.deliver(scores, model.practice(named, forms), forms, weights)
    return table.assign(interaction=scores["interaction"].to_numpy())


def scale_left_out(
    ratings: pd.DataFrame, named: pd.DataFrame, forms: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return how each issue's answer changes when one scale at a time is left out.

    Parameters
    ----------
    ratings, named, forms
        As for `delivery_without`.

    Returns
    -------
    DataFrame
        One row a scale and issue that is known: `scale`, `issue`, `relation`,
        `relation_without`, `gap`, `gap_without`, and lists of forms: `stay` (in the fitting set
        with and without the scale), `leave` (only with it) and `enter` (only without it).
    """
    forms = book("partnership_forms", forms)
    with_all = delivery_without(ratings, named, forms=forms)
    fitting = with_all["fitting"].map(set)
    parts = []
    for scale in model.SCALES:
        without = delivery_without(ratings, named, (scale,), forms)
        other = without["fitting"].map(set)
        part = with_all[["issue", "relation", "gap"]].assign(
            scale=scale,
            relation_without=without["relation"],
            gap_without=without["gap"],
            stay=list(map(sorted, map(set.intersection, fitting, other))),
            leave=list(map(sorted, map(set.difference, fitting, other))),
            enter=list(map(sorted, map(set.difference, other, fitting))),
        )
        parts.append(part[with_all["best_fit"].notna()])
    order = ["scale", "issue", "relation", "relation_without", "gap", "gap_without"]
    return pd.concat(parts, ignore_index=True)[[*order, "stay", "leave", "enter"]]


def scale_left_out_counts(changes: pd.DataFrame) -> pd.DataFrame:
    """Sum up, scale by scale, what leaving it out changes.

    Parameters
    ----------
    changes : DataFrame
        As `scale_left_out` gives it, for one reading.

    Returns
    -------
    DataFrame
        One row a scale: `scale`; counts of issues: `issues` (known), `relation` (another
        relation), `fitting_set` (another set) and `none_stays` (no form in both sets); `overlap`,
        the mean share of forms in both sets among those in either; `tau`, Kendall's tau-b between
        the orders of gaps.
    """
    forms = changes[["stay", "leave", "enter"]].map(len)
    marks = changes.assign(
        other_relation=changes["relation"] != changes["relation_without"],
        other_set=forms["leave"] + forms["enter"] > 0,
        none_stays=forms["stay"] == 0,
        overlap=forms["stay"] / forms.sum(axis=1),
    )
    by_scale = marks.groupby("scale", sort=False)
    table = by_scale.agg(
        issues=("issue", "size"),
        relation=("other_relation", "sum"),
        fitting_set=("other_set", "sum"),
        none_stays=("none_stays", "sum"),
        overlap=("overlap", "mean"),
    )
    table["tau"] = [float(tau_b(part["gap"], part["gap_without"])) for _, part in by_scale]
    return table.reset_index()


def relation_by_interaction(
    ratings: pd.DataFrame, named: pd.DataFrame, forms: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Set relation and gap against interaction, with that scale in the model and without.

    Parameters
    ----------
    ratings, named, forms
        As for `delivery_without`.

    Returns
    -------
    DataFrame
        One row an issue with a relation and a score on interaction: `issue`, `interaction`,
        `relation`, `gap`, `relation_without`, `gap_without`.
    """
    forms = book("partnership_forms", forms)
    table = delivery_without(ratings, named, forms=forms)
    without = delivery_without(ratings, named, ("interaction",), forms)
    table = table.assign(relation_without=without["relation"], gap_without=without["gap"])
    told = (table["relation"] != "unknown") & table["interaction"].notna()
    columns = ["issue", "interaction", "relation", "gap", "relation_without", "gap_without"]
    return table.loc[told, columns].reset_index(drop=True)


def interaction_with_scales(
    ratings: pd.DataFrame, named: pd.DataFrame | None = None, seed: int = 2026
) -> pd.DataFrame:
    """Return how far interaction goes together with each other scale.

    Leaving interaction out does not take out what the other scales say of it.

    Parameters
    ----------
    ratings, named
        As for `model.plan`; `named` has no influence.
    seed : int
        Seed of the permutations.

    Returns
    -------
    DataFrame
        One row for each other scale: `scale`, `issues` (rated on both), `tau` (Kendall's tau-b)
        and `p` (two-sided, by permutation).
    """
    scores = model.score(ratings)
    rows = []
    for scale in model.SCALES[1:]:
        both = scores[["interaction", scale]].dropna().to_numpy()
        tau, p = _permuted(both[:, 0], both[:, 1], seed)
        rows.append({"scale": scale, "issues": len(both), "tau": tau, "p": p})
    return pd.DataFrame(rows)


def c1_tests(
    ratings: pd.DataFrame,
    named: pd.DataFrame,
    forms: pd.DataFrame | None = None,
    seed: int = 2026,
) -> pd.DataFrame:
    """Test C1: whether more is left untapped where there is more interaction.

    Parameters
    ----------
    ratings, named, forms
        As for `delivery_without`.
    seed : int
        Seed of the permutations.

    Returns
    -------
    DataFrame
        One row for each of `OUTCOMES` and `LEFT_OUT`: `outcome`; `left_out`, scales joined by
        `; ` or `none`; `issues`, those with an outcome and a score on interaction; `tau`,
        Kendall's tau-b of outcome and interaction; `p`, how often as strong a tau comes from
        interaction dealt out anew among the issues; `tau_expected` and `p_expected`, the mean tau,
        and how often one as far out, when what services offer is dealt out anew instead. Both p
        two-sided (twice the smaller tail). NaN where the outcome or interaction does not vary.

    Notes
    -----
    The two permutations ask different things. The first asks whether outcome and interaction go
    together at all. The second keeps characters, prototypes and the stock of what is offered, and
    so asks whether they go together more than the model brings about by itself, whatever is offered
    where; a deal after which the outcome does not vary counts as no stronger. In both, issues are
    taken as exchangeable, though they were chosen, not drawn.
    """
    forms = book("partnership_forms", forms)
    chosen = model.in_phase(forms)
    names = chosen["form"]
    rows = []
    for left_out in LEFT_OUT:
        table = delivery_without(ratings, named, left_out, forms)
        weights = dict.fromkeys(left_out, 0.0)
        fits = model.fits_of(model.score(ratings), forms, weights=weights).to_numpy()
        offered = np.array([names.isin(row) for row in table["offered"]])
        for outcome in OUTCOMES:
            have = (table["relation"] != "unknown") & table["interaction"].notna()
            if outcome != OUTCOMES[0]:
                have &= table["relation"] != "unheard"
            have = have.to_numpy()
            interaction = table.loc[have, "interaction"].to_numpy()
            # Row: the issue; column: the issue whose offers it is dealt.
            dealt = model.relate(fits[have][:, None], offered[have], chosen)
            values = _outcome(dealt, outcome)
            tau, p = _permuted(interaction, np.diagonal(values), seed)
            expected, p_expected = _redealt(interaction, values, seed)
            rows.append(
                {
                    "outcome": outcome,
                    "left_out": "; ".join(left_out) or "none",
                    "issues": int(have.sum()),
                    "tau": tau,
                    "p": p,
                    "tau_expected": expected,
                    "p_expected": p_expected,
                }
            )
    return pd.DataFrame(rows)


def _outcome(found: model.Delivery, outcome: str) -> NDArray:
    """Return an outcome as numbers, higher where more is left untapped."""
    if outcome == "gap":
        return found.gap
    return np.isin(found.relation, [model.RELATIONS.index(name) for name in UNTAPPED]).astype(float)


def _permuted(one: NDArray, other: NDArray, seed: int) -> tuple[float, float]:
    """Return tau-b of two orders without gaps, and its p when one of them is dealt out anew."""
    tau = float(tau_b(one, other))
    if np.isnan(tau):
        return np.nan, np.nan
    # A deal changes which pairs meet, not which of two cases is higher, nor how many ties there
    # are: so each pair is compared once, not in each of the deals.
    left, right = np.triu_indices(len(one), k=1)
    signs = higher(one[:, None], one)
    against = higher(other[left], other[right])
    untied = np.square(signs[left, right]).sum() * np.square(against).sum()

    def dealt(orders):
        return signs[orders[..., left], orders[..., right]] @ against / np.sqrt(untied)

    return tau, float(_test(len(one), dealt, seed).pvalue)


def _redealt(interaction: NDArray, values: NDArray, seed: int) -> tuple[float, float]:
    """Return the mean tau-b, and p, when issues are dealt each other's offers."""
    issues = np.arange(len(interaction))

    def dealt(orders):
        return tau_b(interaction, values[issues, orders])

    if np.isnan(dealt(issues)):
        return np.nan, np.nan
    result = _test(len(issues), dealt, seed)
    return float(np.nanmean(result.null_distribution)), float(result.pvalue)


def _test(cases: int, statistic: Callable[[NDArray], NDArray], seed: int):
    """Return scipy's permutation test of a statistic that takes many orders of the cases."""
    return scipy.stats.permutation_test(
        (np.arange(cases),),
        lambda orders, axis: statistic(np.moveaxis(orders, axis, -1)),
        permutation_type="pairings",
        n_resamples=PERMUTATIONS,
        batch=BATCH,
        rng=np.random.default_rng(seed),
    )
