"""Which of the book's conclusions stand, and which fall: the tests of chapter 9 in one place.

Nothing is tested here. `surety` reads off, issue by issue, how sure an answer of the model is;
`conclusions` sets what the tests found beside what the book concluded, with a verdict that a rule
gives, so that no conclusion is judged more kindly than another.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping

import pandas as pd
import scipy

from partnership import model
from partnership.literature.honesty import UNTAPPED
from partnership.literature.untapped import READINGS
from partnership.uncertainty import Acceptability, acceptability

SURE = 0.9
"""Share of draws, in whole per cent, from which on a conclusion about an issue stands."""
ODDS = 0.05
"""Value of p below which a test of C1 is passed."""
TRIED = ("fits", "untapped", "misfit", "overreach")
"""Relations that can change from draw to draw: the others rest on what is offered alone."""


def surety(
    result: Acceptability, delivered: pd.DataFrame, forms: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Return how sure the model's answer is, issue by issue.

    Parameters
    ----------
    result : Acceptability
        What the draws say.
    delivered : DataFrame
        The answer without any draw, as `model.deliver` gives it: `issue`, `best_fit`, `relation`,
        `unsupported`.
    forms : DataFrame, optional
        As for `model.in_phase`.

    Returns
    -------
    DataFrame
        Index `issue`, those known, in order of `delivered`: `relation`, and `probability`, the
        share of draws that give it; `likeliest`, the relation most draws give; `form`, best most
        often, and `form_share`; `view`, whose forms together are best most often, and
        `view_share`; `unsupported`, true or false, and `unsupported_share`. On equal shares the
        first in order of `model.RELATIONS` or of the file.
    """
    answer = delivered.set_index("issue")
    answer = answer[answer["best_fit"].notna()]
    chosen = model.in_phase(forms)
    found = result.relations.pivot(index="issue", columns="relation", values="probability")
    found = found.loc[answer.index, list(model.RELATIONS)]
    best = result.forms.pivot(index="issue", columns="form", values="acceptability")
    best = best.loc[answer.index, [name for name in chosen["form"] if name in best.columns]]
    views = best.T.groupby(chosen.set_index("form")["tradition"], sort=False).sum().T
    alone = result.issues.set_index("issue").loc[answer.index, "unsupported"]
    return pd.DataFrame(
        {
            "relation": answer["relation"],
            "probability": [found.at[issue, name] for issue, name in answer["relation"].items()],
            "likeliest": found.idxmax(axis=1),
            "form": best.idxmax(axis=1),
            "form_share": best.max(axis=1),
            "view": views.idxmax(axis=1),
            "view_share": views.max(axis=1),
            "unsupported": answer["unsupported"].fillna(False).astype(bool),
            "unsupported_share": alone,
        }
    )


def kept_places(result: Acceptability, delivered: pd.DataFrame) -> pd.DataFrame:
    """Return how often a form stays inside, or outside, the fitting set of an issue.

    Parameters
    ----------
    result : Acceptability
        What the draws say.
    delivered : DataFrame
        The answer without any draw: `issue`, `best_fit` and `fitting`, lists of forms.

    Returns
    -------
    DataFrame
        One row a known issue and form: `issue`, `form`, `fitting` (whether the model puts it in
        the set) and `kept`, the share of draws that leave it where it is.
    """
    answer = delivered.loc[delivered["best_fit"].notna(), ["issue", "fitting"]]
    table = result.forms[["issue", "form", "inclusion"]].merge(answer)
    inside = pd.Series(map(operator.contains, table["fitting"], table["form"]), dtype=bool)
    kept = table["inclusion"].where(inside, 1 - table["inclusion"])
    return table[["issue", "form"]].assign(fitting=inside, kept=kept)


def what_unsettles(
    ratings: pd.DataFrame,
    named: pd.DataFrame,
    delivered: pd.DataFrame,
    forms: pd.DataFrame | None = None,
    draws: int = 10_000,
    seed: int = 2026,
) -> pd.DataFrame:
    """Return how often relations stay when weights or prototypes alone vary.

    Parameters
    ----------
    ratings, named, forms, draws, seed
        As for `uncertainty.acceptability`.
    delivered : DataFrame
        As for `surety`.

    Returns
    -------
    DataFrame
        Index `varied`, `weights` and `prototypes`: `kept`, the mean probability of the relations
        that the model gives, over issues with one of `TRIED`; `tau`, as in `Acceptability`.
    """
    tried = delivered.loc[delivered["relation"].isin(TRIED), ["issue", "relation"]]
    rows = {}
    for varied in ("weights", "prototypes"):
        result = acceptability(ratings, named, forms, draws, seed, vary=(varied,))
        shares = result.relations.merge(tried)["probability"]
        rows[varied] = {"kept": shares.mean(), "tau": result.tau}
    return pd.DataFrame(rows).T.rename_axis("varied")


def lost_by_margin(changes: pd.DataFrame, scores: pd.DataFrame) -> pd.DataFrame:
    """Return where an issue stops to fit only because fewer scales make each step count more.

    The margin of the fitting set is one step on one of five scales. With a scale left out, one
    step counts for more than that margin.

    Parameters
    ----------
    changes : DataFrame
        As `honesty.scale_left_out` gives it.
    scores : DataFrame
        As `model.score` gives it.

    Returns
    -------
    DataFrame
        The rows of `changes` with the relation `fits`, and another without the scale, although
        what is offered lies within one step on one of the scales left.
    """
    rated = scores.set_index("issue")[list(model.SCALES)].notna()
    left = [
        rated.loc[row.issue].sum() - rated.at[row.issue, row.scale] for row in changes.itertuples()
    ]
    step = 1 / (model.TOP * pd.Series(left, index=changes.index))
    lost = (changes["relation"] == "fits") & (changes["relation_without"] != "fits")
    return changes[lost & (changes["gap_without"] <= step + model.TOLERANCE)]


def known_to_both(
    relations: pd.DataFrame, one: str = "accounts", other: str = "service"
) -> pd.DataFrame:
    """Return what two readings say of the issues that both of them know.

    Parameters
    ----------
    relations : DataFrame
        Index `issue`, a column of relations for each reading, as `untapped.relations` gives it.
    one, other : str
        Two readings.

    Returns
    -------
    DataFrame
        Index `issue`: the two relations; true or false: `same`; `one_says` and `other_says`, that
        a more active part than any offered would fit (`honesty.UNTAPPED`).
    """
    both = relations.loc[(relations[[one, other]] != "unknown").all(axis=1), [one, other]]
    return both.assign(
        same=both[one] == both[other],
        one_says=both[one].isin(UNTAPPED),
        other_says=both[other].isin(UNTAPPED),
    )


def swapped(
    one: tuple[pd.DataFrame, pd.DataFrame],
    other: tuple[pd.DataFrame, pd.DataFrame],
    forms: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return what becomes of relations when two readings exchange their scores or their offers.

    Parameters
    ----------
    one, other : tuple of DataFrame
        Two readings, `ratings` and `named`, as `model.from_dataset` gives them.
    forms : DataFrame, optional
        As for `model.in_phase`.

    Returns
    -------
    DataFrame
        Index `issue`, those that both know; relations: `one`, `other`; `one_scores`, by the scores
        of one and the offers of the other; `other_scores`, the reverse.
    """
    scores = {"one": model.score(one[0]), "other": model.score(other[0])}
    named = {"one": model.practice(one[1], forms), "other": model.practice(other[1], forms)}
    pairs = {
        "one": ("one", "one"),
        "other": ("other", "other"),
        "one_scores": ("one", "other"),
        "other_scores": ("other", "one"),
    }
    relation = {
        name: model.deliver(scores[rated], named[offered], forms).set_index("issue")["relation"]
        for name, (rated, offered) in pairs.items()
    }
    table = pd.DataFrame(relation)
    return table[(table[["one", "other"]] != "unknown").all(axis=1)]


def shared_by_chance(both: pd.DataFrame) -> tuple[float, float]:
    """Return how many issues two readings would agree on by chance, and p of those they do.

    A reading that says the same of nearly every issue agrees with any other. Here what each says
    stays as frequent as it is, and is dealt out anew among the issues (hypergeometric).

    Parameters
    ----------
    both : DataFrame
        As `known_to_both` gives it.

    Returns
    -------
    tuple of float
        The expected number of issues of which both say that there is more room, and how often
        chance gives as many or more.
    """
    one, other = int(both["one_says"].sum()), int(both["other_says"].sum())
    agreed = int((both["one_says"] & both["other_says"]).sum())
    chance = scipy.stats.hypergeom.sf(agreed - 1, len(both), one, other)
    return one * other / len(both), float(chance)


def c1_passed(tests: pd.DataFrame) -> pd.DataFrame:
    """Return which tests of C1 are passed: more than the model brings about by itself.

    Parameters
    ----------
    tests : DataFrame
        As `honesty.c1_tests` gives it, with the column `reading`.

    Returns
    -------
    DataFrame
        Index `outcome`, a column for each reading, both in order of appearance: whether tau is
        above 0 and `p_expected` below `ODDS` with all scales and however scales are left out.
    """
    good = tests.assign(good=(tests["tau"] > 0) & (tests["p_expected"] < ODDS))
    table = good.groupby(["outcome", "reading"])["good"].all().unstack()
    return table.loc[tests["outcome"].unique(), tests["reading"].unique()]


def c1_table(tests: pd.DataFrame) -> pd.DataFrame:
    """Set out the tests of C1 for readers.

    Parameters
    ----------
    tests : DataFrame
        As `honesty.c1_tests` gives it, with the column `reading`.

    Returns
    -------
    DataFrame
        Index `Reading` and `Outcome`; `Issues`, and a column for each choice of scales left out,
        with tau, the mean tau of the model by itself, and `p_expected`.
    """
    left_out = {
        "none": "All scales",
        "interaction": "Without interaction",
        "interaction; variability": "Without variability too",
    }

    def told(test) -> str:
        p = test.p_expected
        chance = "p < 0.001" if p < 0.001 else f"p = {p:.3f}"
        return f"{test.tau:.2f} against {test.tau_expected:.2f}, {chance}"

    cells = tests.assign(
        Reading=tests["reading"].map(READINGS),
        Outcome=tests["outcome"],
        left_out=tests["left_out"].map(left_out),
        cell=[told(test) for test in tests.itertuples()],
    )
    index = ["Reading", "Outcome"]
    table = cells.set_index([*index, "left_out"])["cell"].unstack()[list(left_out.values())]
    table.insert(0, "Issues", cells.groupby(index)["issues"].first())
    return table.loc[cells.drop_duplicates(index).set_index(index).index].rename_axis(columns=None)


def c1_verdict(tests: pd.DataFrame) -> pd.Series:
    """Return what becomes of C1, outcome by outcome.

    C1 is about a pattern and not about single issues, and the headline is read from texts of both
    literatures: only the two that were read apart can bear it out.

    Parameters
    ----------
    tests : DataFrame
        As for `c1_passed`, with the readings `accounts` and `service`.

    Returns
    -------
    Series
        Index `outcome`: `stands` where both literatures pass; else `compatible, not shown` where
        in every test tau is above 0 and above the mean of the model by itself; else `falls`.
    """
    passed = c1_passed(tests)[["accounts", "service"]].all(axis=1)
    along = (tests["tau"] > 0) & (tests["tau"] > tests["tau_expected"])
    along = along.groupby(tests["outcome"]).all().reindex(passed.index)
    words = along.map({True: "compatible, not shown", False: "falls"})
    return words.mask(passed, "stands")


def is_sure(shares: pd.Series) -> pd.Series:
    """Return which shares of draws are enough, judged in whole per cent, as they are told."""
    return shares.round(2) >= SURE


def verdict(stand: int, of: int) -> str:
    """Return what becomes of a conclusion about some issues when it stands for so many.

    >>> verdict(0, 2), verdict(2, 2), verdict(1, 2)
    ('falls', 'stands', 'stands in 1 of 2')
    """
    if stand == of:
        return "stands"
    return f"stands in {stand} of {of}" if stand else "falls"


def conclusions(
    sure: Mapping[str, pd.DataFrame],
    relations: pd.DataFrame,
    changes: pd.DataFrame,
    tests: pd.DataFrame,
    places: pd.DataFrame,
) -> pd.DataFrame:
    """Set each conclusion beside its test, the result and a verdict.

    Parameters
    ----------
    sure : mapping of str to DataFrame
        What `surety` gives, by reading: `all` and `service`.
    relations : DataFrame
        As for `known_to_both`, with the readings `accounts` and `service`.
    changes : DataFrame
        What `honesty.scale_left_out` gives for the headline.
    tests : DataFrame
        As for `c1_verdict`.
    places : DataFrame
        What `kept_places` gives for the headline.

    Returns
    -------
    DataFrame
        Index `Conclusion`: `Test`, `Result`, `Verdict`.
    """
    headline, both = sure["all"], known_to_both(relations)
    rows = [
        _by_draws("One form fits an issue best", headline["form_share"]),
        _by_draws("A form is in the fitting set", places.loc[places["fitting"], "kept"]),
        _by_draws("A form is not in the fitting set", places.loc[~places["fitting"], "kept"]),
        _by_draws("Forms of one view fit an issue best", headline["view_share"]),
    ]
    for relation in ("untapped", "fits", "misfit"):
        shares = headline.loc[headline["relation"] == relation, "probability"]
        rows.append(_by_draws(f"Relation `{relation}` in the headline", shares))
    over = sure["service"]
    over = over.loc[over["relation"] == "overreach", "probability"]
    rows.append(_by_draws("Relation `overreach` in the service reading", over))
    alone = headline.loc[headline["unsupported"], "unsupported_share"]
    rows.append(_by_draws("A fitting form is enacted and none offered (R4)", alone))

    silent = both[both["accounts"] == "unheard"]
    heard = int((silent["service"] == "unheard").sum())
    either = both["one_says"] | both["other_says"]
    agreed = int((both["one_says"] & both["other_says"]).sum())
    same = int(both["same"].sum())
    steady = changes["relation"].eq(changes["relation_without"]).groupby(changes["issue"]).all()
    steady = int(steady.sum()), len(steady)
    rows += [
        (
            "An issue’s relation can be told",
            "the two literatures",
            f"{len(both)} of {len(relations)} issues known to both",
            verdict(len(both), len(relations)),
        ),
        (
            "Relation `unheard` in the accounts",
            "the other literature",
            f"`unheard` there too in {heard} of {len(silent)} issues known to both",
            verdict(heard, len(silent)),
        ),
        (
            "An issue has one relation, whoever tells",
            "the two literatures",
            f"the same in {same} of {len(both)} issues known to both",
            verdict(same, len(both)),
        ),
        (
            "More room than is offered",
            "the two literatures",
            f"both say so in {agreed}, one of them in {either.sum() - agreed}",
            verdict(agreed, int(either.sum())),
        ),
        (
            "Relations do not hang on one scale",
            "each scale left out",
            f"no relation changes in {steady[0]} of {steady[1]} issues",
            verdict(*steady),
        ),
    ]
    names = {
        "untapped or unheard": "C1: more often `untapped` or `unheard` with more interaction",
        "untapped": "C1: more often `untapped`, without `unheard`",
        "gap": "C1: wider gaps, without `unheard`",
    }
    verdicts = c1_verdict(tests)
    for outcome, found in c1_passed(tests).iterrows():
        where = ", ".join(READINGS[name] for name in found.index[found]) or "none"
        rows.append(
            (
                names[outcome],
                "offers dealt out anew, scales left out",
                f"more than the model’s own doing in: {where}",
                verdicts[outcome],
            )
        )
    rows.append(
        (
            "What fits is what works",
            "known effects",
            "fit does not measure it",
            "not concluded",
        )
    )
    table = pd.DataFrame(rows, columns=["Conclusion", "Test", "Result", "Verdict"])
    return table.set_index("Conclusion")


def _by_draws(conclusion: str, shares: pd.Series) -> tuple[str, str, str, str]:
    """Return the row of a conclusion that random draws test, issue by issue or form by form."""
    low, high = (f"{share:.0%}" for share in (shares.min(), shares.max()))
    spread = low if low == high else f"{low} to {high}"
    stand = int(is_sure(shares).sum())
    return conclusion, "random draws", f"{spread} of the draws", verdict(stand, len(shares))
