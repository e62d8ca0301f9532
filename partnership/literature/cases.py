"""Four worked cases: how they are chosen, what the model says of each, and what would turn it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from partnership.literature.strategies import ACTORS, CAUTIONS
from partnership.literature.untapped import READINGS, delivery_of
from partnership.model import PHASES, SCALES, TOLERANCE, TOP, UNHEARD, deliver

CASE_RULES = {
    "fits": "nearest to the corner of the map where nothing is asked of people",
    "untapped": "fewest forms in the fitting set, of the issues with an unsupported resource",
    "unheard": "farthest from that corner",
    "misfit": "largest gap",
}
"""How the case of each relation is chosen, in the order in which the cases are told."""

SHOWN = 0.05
"""From this share of draws on, a relation is named in a case's table."""


def choose_cases(
    plan: pd.DataFrame, positions: pd.DataFrame, told: Sequence[str] | None = None
) -> pd.DataFrame:
    """Return one issue for each relation, by `CASE_RULES`.

    Parameters
    ----------
    plan : DataFrame
        What :func:`partnership.literature.untapped.delivery_of` returns.
    positions : DataFrame
        What :func:`partnership.model.map_position` returns, indexed by issue.
    told : sequence of str, optional
        The issues that a text tells of, in the order of `CASE_RULES`.

    Returns
    -------
    DataFrame
        Index `relation`; `issue`, `label`, `candidates` (issues with that relation), `rule`.

    Raises
    ------
    ValueError
        If no issue or more than one meets a rule, since the order of a file must not choose a
        case, or if a rule chooses another issue than the one that is told.
    """
    reach = np.hypot(positions["x"], positions["y"]).reindex(plan.index)
    unsupported = plan["unsupported"].fillna(False).astype(bool)
    sought = {
        "fits": reach,
        "untapped": plan["fitting"].map(len).where(unsupported),
        "unheard": -reach,
        "misfit": -plan["gap"],
    }
    rows = []
    for relation, rule in CASE_RULES.items():
        members = plan["relation"] == relation
        least = sought[relation][members].dropna()
        first = list(least.index[least <= least.min() + TOLERANCE])
        if len(first) != 1:
            raise ValueError(
                f"The case for {relation!r} is not one issue: {', '.join(first) or 'none'}. Issues "
                f"with that relation: {', '.join(plan.index[members]) or 'none'}. The rule in "
                f"`CASE_RULES` must name one ({rule}). Change the rule, or tell chapter 11 without "
                "this case."
            )
        rows.append(
            {
                "relation": relation,
                "issue": first[0],
                "label": plan.loc[first[0], "label"],
                "candidates": int(members.sum()),
                "rule": rule,
            }
        )
    chosen = pd.DataFrame(rows).set_index("relation")
    for (relation, issue), tells in zip(
        chosen["issue"].items(), told or chosen["issue"], strict=True
    ):
        if issue != tells:
            raise ValueError(
                f"The rule for {relation!r} ({CASE_RULES[relation]}) now chooses {issue!r}, and "
                f"chapter 11 tells of {tells!r} as that case. Tell the new case there and name it "
                "in this cell, or undo the change of scores or prototypes."
            )
    return chosen


def case_profiles(
    issues: list[str],
    scores: pd.DataFrame,
    plan: pd.DataFrame,
    fits: pd.DataFrame,
    forms: pd.DataFrame,
) -> pd.DataFrame:
    """Return what is compared in each case: the issue, what fits best, and the best on offer.

    Parameters
    ----------
    issues : list of str
        The cases.
    scores : DataFrame
        What :func:`partnership.model.score` returns.
    plan : DataFrame
        What :func:`partnership.literature.untapped.delivery_of` returns.
    fits : DataFrame
        What :func:`partnership.model.fits_of` returns, for delivery.
    forms : DataFrame
        `partnership_forms.csv`.

    Returns
    -------
    DataFrame
        One row a profile: `issue`, `label`, `relation`, `part` (`issue`, `fits` or `offered`),
        `form`, `tradition` and `fit` (missing for the issue itself; the fit of `unheard` is not
        one that the model counts), and the `SCALES`. Forms that fit equally well have a row each.
    """
    rated = scores.set_index("issue")[list(SCALES)]
    made_for = forms[forms["phase"] == "delivery"].set_index("form")
    rows = []
    for issue in issues:
        about = {"issue": issue, "label": plan.loc[issue, "label"]}
        about["relation"] = plan.loc[issue, "relation"]
        rows.append({**about, "part": "issue", **rated.loc[issue]})
        heard = [form for form in plan.loc[issue, "offered"] if form != UNHEARD]
        for part, named in (
            ("fits", plan.loc[issue, "fitting"]),
            ("offered", heard or plan.loc[issue, "offered"]),
        ):
            fit = fits.loc[issue, named]
            for form in fit.index[fit >= fit.max() - TOLERANCE]:
                place = made_for.loc[form, ["tradition", *SCALES]]
                rows.append({**about, "part": part, "form": form, "fit": fit[form], **place})
    order = ["issue", "label", "relation", "part", "form", "tradition", "fit", *SCALES]
    return pd.DataFrame(rows)[order]


def turning_scores(scores: pd.DataFrame, practised: pd.DataFrame, issue: str) -> pd.DataFrame:
    """Return which other score, on one scale alone, would change an issue's relation.

    Parameters
    ----------
    scores, practised : DataFrame
        What :func:`partnership.model.score` and :func:`partnership.model.practice` return.
    issue : str
        The issue; its relation must be known.

    Returns
    -------
    DataFrame
        A row a scale and whole score from 0 to 4 that changes the relation: `scale`, `now`
        (missing where it is not rated), `score`, `steps` (how far apart; missing likewise) and
        `relation`.
    """
    row = scores[scores["issue"] == issue]
    made = practised[practised["issue"] == issue]
    tries = [(scale, score) for scale in SCALES for score in range(TOP + 1)]
    names = [f"{scale} {score}" for scale, score in tries]
    varied = pd.concat([row] * len(tries), ignore_index=True).assign(issue=names)
    varied[list(SCALES)] = varied[list(SCALES)].astype(float)
    for place, (scale, score) in enumerate(tries):
        varied.loc[place, scale] = score
    found = deliver(varied, pd.concat([made.assign(issue=name) for name in names]))
    table = pd.DataFrame(tries, columns=["scale", "score"])
    table["now"] = table["scale"].map(row[list(SCALES)].iloc[0].astype(float))
    table["steps"] = (table["score"] - table["now"]).abs()
    table["relation"] = found["relation"].to_numpy()
    present = deliver(row, made)["relation"].iloc[0]
    columns = ["scale", "now", "score", "steps", "relation"]
    return table.loc[table["relation"] != present, columns].reset_index(drop=True)


def nearest_turns(turns: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of `turning_scores` that take fewest steps.

    Parameters
    ----------
    turns : DataFrame
        What `turning_scores` returns.

    Returns
    -------
    DataFrame
        As given. A scale that is not rated takes no step, since any score may be its first.
    """
    steps = turns["steps"].fillna(0)
    return turns[steps == steps.min()].reset_index(drop=True)


def turn_to(turns: pd.DataFrame, scale: str, relation: str, case: str) -> pd.Series:
    """Return the smallest turn of one scale to one relation, which a text tells of.

    Parameters
    ----------
    turns : DataFrame
        What `turning_scores` returns.
    scale, relation : str
        The scale that is changed, and what it would make of the case.
    case : str
        The issue, for the message.

    Returns
    -------
    Series
        The row of `turns` that takes fewest steps.

    Raises
    ------
    ValueError
        If no score on that scale gives that relation: the text tells what no longer holds.
    """
    found = turns[(turns["scale"] == scale) & (turns["relation"] == relation)]
    if found.empty:
        others = ", ".join(
            f"{turn.scale} {turn.score} ({turn.relation})" for turn in turns.itertuples()
        )
        raise ValueError(
            f"The chapter says that another score of {scale} would make {case!r} come out as "
            f"{relation!r}, and none does any more. What turns it now: {others or 'nothing'}. Tell "
            "the case anew in the cells before and after this one, or undo the change of scores or "
            "prototypes."
        )
    return nearest_turns(found).iloc[0]


def sole_issue(plan: pd.DataFrame, relation: str, reading: str) -> str:
    """Return the one issue that has a relation in a reading, which a text tells of.

    Parameters
    ----------
    plan : DataFrame
        What :func:`partnership.literature.untapped.delivery_of` returns for the reading.
    relation, reading : str
        What the issue came out as, and in which reading.

    Returns
    -------
    str
        The issue.

    Raises
    ------
    ValueError
        If it is no longer one: the text tells of one.
    """
    found = list(plan.index[plan["relation"] == relation])
    if len(found) != 1:
        raise ValueError(
            f"The chapter tells of the one issue that comes out as {relation!r} in the reading "
            f"{reading!r}. There are now {len(found)}: {', '.join(found) or 'none'}. Tell that "
            "section anew, in the cell after this one, or undo the change of scores or prototypes."
        )
    return found[0]


def never_overreach(plan: pd.DataFrame, forms: pd.DataFrame) -> int:
    """Count the issues for which nothing offered could be overreach.

    Overreach is an offer more active than all that fits, so it is ruled out where something that
    fits is as active as any form.

    Parameters
    ----------
    plan : DataFrame
        What :func:`partnership.literature.untapped.delivery_of` returns.
    forms : DataFrame
        `partnership_forms.csv`.

    Returns
    -------
    int
        A count of issues.
    """
    activity = forms[forms["phase"] == "delivery"].set_index("form")["activity"]
    most_active = plan["fitting"].explode().map(activity).groupby(level=0).max()
    return int((most_active == activity.max()).sum())


def case_sheet(
    issue: str,
    plans: Mapping[str, pd.DataFrame],
    scores: Mapping[str, pd.DataFrame],
    practised: Mapping[str, pd.DataFrame],
    draws: Mapping[str, pd.DataFrame],
) -> pd.DataFrame:
    """Return what the model says of one issue in each reading, in words, the same form for all.

    Parameters
    ----------
    issue : str
        The issue.
    plans, scores, practised : mapping of str to DataFrame
        What :func:`partnership.model.plan`, `score` and `practice` return, by reading.
    draws : mapping of str to DataFrame
        `relations` of :func:`partnership.uncertainty.acceptability`, by reading.

    Returns
    -------
    DataFrame
        Index `question`; a column a reading, headed as in `READINGS`; text, `–` where nothing is
        known.
    """
    sheet = {}
    for reading, plan in plans.items():
        sheet[READINGS[reading]] = _answers(
            issue, plan, scores[reading], practised[reading], draws[reading]
        )
    return pd.DataFrame(sheet).rename_axis("question")


def case_strategies(
    issues: list[str], labels: pd.Series, links: pd.DataFrame, strategies: pd.DataFrame
) -> pd.DataFrame:
    """Return the own strategies that each case could draw on, with what speaks for caution.

    Parameters
    ----------
    issues : list of str
        The cases.
    labels : Series
        What each issue is called, indexed by issue.
    links : DataFrame
        What :func:`partnership.literature.untapped.issue_strategies` returns.
    strategies : DataFrame
        `own_strategies.csv`: columns `id`, `risk`.

    Returns
    -------
    DataFrame
        Index `what people do`; `issue` (label), `standing` (documented or transferable, and what
        it is if no resource) and `to mind`: its cost or limit, and cautions about the sources
        counted. The documented come first in each issue.
    """
    rows = links[links["issue"].isin(issues)]
    rows = rows.assign(place=[issues.index(issue) for issue in rows["issue"]])
    rows = rows.sort_values(["place", "basis"])
    risks = rows["id"].map(strategies.set_index("id")["risk"])
    kind = rows["kind"].map(lambda name: "" if name == "resource" else f", {name}")
    return pd.DataFrame(
        {
            "what people do": rows["strategy"],
            "issue": rows["issue"].map(labels),
            "standing": rows["basis"] + kind,
            "to mind": list(map(_to_mind, risks, rows["cautions"])),
        }
    ).set_index("what people do")


def _to_mind(risk: str, cautions: list[str]) -> str:
    """Return the cost or limit of a strategy, and what weakens its sources, as one text."""
    doubts = "; ".join(CAUTIONS[name] for name in cautions)
    parts = [risk] if pd.notna(risk) else []
    return " ".join(parts + ([f"Sources: {doubts}."] if doubts else []))


def _answers(
    issue: str,
    plan: pd.DataFrame,
    scores: pd.DataFrame,
    practised: pd.DataFrame,
    draws: pd.DataFrame,
) -> dict[str, str]:
    """Return the answers of one reading."""
    own = plan[plan["issue"] == issue].set_index("phase")
    case = delivery_of(plan).loc[issue]
    rated = scores.set_index("issue").loc[issue]
    known = case["relation"] != "unknown"
    gap = f", gap {case['gap']:.2f}" if pd.notna(case["gap"]) else ""
    alone = {True: "yes", False: "no"}.get(case["unsupported"], "–")

    def turns() -> str:
        return _turns(nearest_turns(turning_scores(scores, practised, issue)))

    return {
        "five scores": " ".join(_number(rated[scale]) for scale in SCALES),
        "burden": _number(case["burden"]),
        "best placed": ACTORS.get(case["who"], "–"),
        "fits": _with_fit(case["fitting"], case["best_fit"]),
        "offered": _with_fit(case["offered"], case["offered_fit"]),
        "relation": f"{case['relation']}{gap}",
        "people do": _listed(case["enacted"]),
        "unsupported": alone,
        "relation in the draws": _shares(draws[draws["issue"] == issue]) if known else "–",
        "a score that would turn it": turns() if known else "–",
        **{phase: _with_fit(*own.loc[phase, ["fitting", "best_fit"]]) for phase in PHASES[1:]},
        "load carried by": case["carried_by"] if pd.notna(case["carried_by"]) else "–",
    }


def _number(score: float) -> str:
    return "–" if pd.isna(score) else f"{score:g}"


def _listed(names: list[str]) -> str:
    return ", ".join(names) or "–"


def _with_fit(names: list[str], fit: float) -> str:
    return _listed(names) + (f" ({fit:.2f})" if pd.notna(fit) else "")


def _shares(draws: pd.DataFrame) -> str:
    """Return the relations an issue has in many draws, the most frequent first."""
    often = draws[draws["probability"] >= SHOWN]
    order = sorted(often.itertuples(), key=lambda row: -row.probability)
    return ", ".join(f"{row.relation} {row.probability:.0%}" for row in order)


def _turns(turns: pd.DataFrame) -> str:
    """Return scores that turn a relation, one text: `knowledge 3 or 4: fits`."""
    joined: dict[tuple[str, str], list[str]] = {}
    for turn in turns.itertuples():
        joined.setdefault((turn.scale, turn.relation), []).append(str(turn.score))
    texts = [f"{scale} {' or '.join(scores)}: {to}" for (scale, to), scores in joined.items()]
    return "; ".join(texts) or "none"
