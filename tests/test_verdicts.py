"""What becomes of each conclusion follows from its tests by rule, on cases worked out by hand."""

import pandas as pd
import pytest

from partnership import model
from partnership.literature import verdicts
from partnership.uncertainty import Acceptability

FORMS = pd.DataFrame(
    [
        ("unheard", "none", "no"),
        ("coordinator", "sm", "yes"),
        ("protected", "pam", "yes"),
        ("instructed", "pam", "yes"),
        ("advocate", "sm", "yes"),
    ],
    columns=["form", "tradition", "recommendable"],
).assign(phase="delivery")
"""A file of forms whose order is not that of the alphabet, neither in forms nor in views."""


def drawn(tau=1.0, **fits):
    """Return draws and the answer without draws: two known issues and one always skipped.

    `later` is a tie between two forms of one view, `early` a tie between all forms and between
    two relations. `fits` are shares of `fits` by issue, taken from those of `untapped`.
    """
    shares = {
        "later": {"advocate": 0.2, "coordinator": 0.2, "instructed": 0.3, "protected": 0.3},
        "early": dict.fromkeys(["advocate", "coordinator", "instructed", "protected"], 0.25),
        "sparse": dict.fromkeys(["advocate", "coordinator", "instructed", "protected"]),
    }
    told = {
        "later": {"fits": 0.4, "untapped": 0.6},
        "early": {"misfit": 0.5, "untapped": 0.5},
        "heard": {"unheard": 1.0},
    }
    for issue, share in fits.items():
        told[issue] = {"fits": share, "untapped": 1 - share}
    shares["heard"] = shares["later"]
    forms = pd.DataFrame(
        [(issue, form, share) for issue, row in shares.items() for form, share in row.items()],
        columns=["issue", "form", "acceptability"],
    )
    relations = pd.DataFrame(
        [
            (issue, name, told[issue].get(name, 0.0) if issue in told else None)
            for issue in shares
            for name in sorted(model.RELATIONS)
        ],
        columns=["issue", "relation", "probability"],
    )
    issues = pd.DataFrame(
        {"issue": ["early", "heard", "later", "sparse"], "unsupported": [0.0, 0.5, 0.25, None]}
    )
    delivered = pd.DataFrame(
        {
            "issue": ["later", "sparse", "heard", "early"],
            "best_fit": [0.9, None, 0.8, 0.7],
            "relation": ["fits", "unknown", "unheard", "misfit"],
            "unsupported": pd.array([True, None, False, None], dtype="boolean"),
        }
    )
    return Acceptability(forms, relations, issues, tau), delivered


# --- how sure, issue by issue ---------------------------------------------------------------


def test_surety_reads_off_relation_form_and_view_of_the_issues_that_are_known():
    expected = pd.DataFrame(
        {
            "relation": ["fits", "unheard", "misfit"],
            "probability": [0.4, 1.0, 0.5],
            "likeliest": ["untapped", "unheard", "untapped"],
            "form": ["protected", "protected", "coordinator"],
            "form_share": [0.3, 0.3, 0.25],
            "view": ["pam", "pam", "sm"],
            "view_share": [0.6, 0.6, 0.5],
            "unsupported": [True, False, False],
            "unsupported_share": [0.25, 0.5, 0.0],
        },
        index=pd.Index(["later", "heard", "early"], name="issue"),
    )
    pd.testing.assert_frame_equal(verdicts.surety(*drawn(), FORMS), expected)


def test_without_forms_of_its_own_surety_takes_the_books():
    # In the book's file `protected` stands before the others, and its view before the other.
    assert verdicts.surety(*drawn()).loc["early", ["form", "view"]].tolist() == ["protected", "pam"]


def test_places_are_kept_by_forms_that_stay_inside_and_by_forms_that_stay_outside():
    shares = pd.DataFrame(
        [("known", "checker", 0.7), ("known", "advocate", 0.1), ("sparse", "checker", None)],
        columns=["issue", "form", "inclusion"],
    )
    delivered = pd.DataFrame(
        {
            "issue": ["known", "sparse"],
            "best_fit": [0.9, None],
            "fitting": [["checker"], []],
            "inclusion": [2.0, 2.0],
        }
    )
    expected = pd.DataFrame(
        {
            "issue": "known",
            "form": ["checker", "advocate"],
            "fitting": [True, False],
            "kept": [0.7, 0.9],
        }
    )
    found = Acceptability(shares.assign(acceptability=0.5), None, None, 1.0)
    pd.testing.assert_frame_equal(verdicts.kept_places(found, delivered), expected)
    nothing = verdicts.kept_places(found, delivered.tail(1))
    assert nothing.empty and nothing["fitting"].dtype == bool


def test_shares_are_judged_in_whole_per_cent_as_they_are_told():
    shares = pd.Series([0.894, 0.896, 0.9, 1.0])
    assert verdicts.is_sure(shares).tolist() == [False, True, True, True]


def test_what_unsettles_is_the_mean_share_of_relations_that_could_have_changed(monkeypatch):
    asked = []
    found = {"weights": drawn(0.9, later=0.8)[0], "prototypes": drawn(0.7)[0]}

    def acceptability(*arguments, vary):
        asked.append((*arguments, vary))
        return found[vary[0]]

    monkeypatch.setattr(verdicts, "acceptability", acceptability)
    _, delivered = drawn()
    # `heard` is always unheard, whatever is drawn, and does not count.
    expected = pd.DataFrame(
        {"kept": [(0.8 + 0.5) / 2, (0.4 + 0.5) / 2], "tau": [0.9, 0.7]},
        index=pd.Index(["weights", "prototypes"], name="varied"),
    )
    table = verdicts.what_unsettles("ratings", "named", delivered, FORMS, draws=20, seed=1)
    pd.testing.assert_frame_equal(table, expected)
    verdicts.what_unsettles("ratings", "named", delivered)
    assert [(one[0], one[1], *one[3:]) for one in asked] == [
        ("ratings", "named", 20, 1, ("weights",)),
        ("ratings", "named", 20, 1, ("prototypes",)),
        ("ratings", "named", 10_000, 2026, ("weights",)),
        ("ratings", "named", 10_000, 2026, ("prototypes",)),
    ]
    assert [one[2] is FORMS for one in asked] == [True, True, False, False]


# --- a scale left out -----------------------------------------------------------------------


def changed(scale, gap, relation="fits", without="untapped"):
    return {
        "scale": scale,
        "issue": "issue",
        "relation": relation,
        "relation_without": without,
        "gap_without": gap,
    }


def test_a_fit_is_lost_by_the_margin_alone_when_the_offer_is_within_a_step_on_what_is_left():
    scores = pd.DataFrame([["issue", 1, 1, 1, 1, None]], columns=["issue", *model.SCALES])
    rows = [
        changed("interaction", 1 / 12),  # three scales are left: one step
        changed("interaction", 1 / 12 + model.TOLERANCE),
        changed("interaction", 1 / 12 + 0.01),
        changed("agency", 1 / 16),  # was not rated: four are left
        changed("agency", 1 / 12),
        changed("knowledge", 0.0, without="fits"),
        changed("knowledge", 0.05, relation="misfit"),
    ]
    changes = pd.DataFrame(rows, index=[7, 6, 5, 4, 3, 2, 1])
    lost = verdicts.lost_by_margin(changes, scores)
    pd.testing.assert_frame_equal(lost, changes.loc[[7, 6, 4]])


# --- two literatures ------------------------------------------------------------------------

SAID = pd.DataFrame(
    {
        "all": ["fits", "fits", "unknown", "fits", "fits", "fits", "fits"],
        "accounts": ["unheard", "unheard", "fits", "untapped", "unknown", "misfit", "unheard"],
        "service": ["unheard", "fits", "fits", "misfit", "fits", "untapped", "untapped"],
    },
    index=pd.Index(list("abcdefg"), name="issue"),
)


def test_two_readings_are_compared_where_both_can_tell():
    expected = pd.DataFrame(
        {
            "accounts": ["unheard", "unheard", "fits", "untapped", "misfit", "unheard"],
            "service": ["unheard", "fits", "fits", "misfit", "untapped", "untapped"],
            "same": [True, False, True, False, False, False],
            "one_says": [True, True, False, True, False, True],
            "other_says": [True, False, False, False, True, True],
        },
        index=pd.Index(list("abcdfg"), name="issue"),
    )
    pd.testing.assert_frame_equal(verdicts.known_to_both(SAID), expected)
    other = verdicts.known_to_both(SAID, "service", "all")
    assert other.index.tolist() == list("abdefg")
    assert other["one_says"].tolist() == [True, False, False, False, True, True]


def test_scores_and_offers_are_exchanged_one_at_a_time():
    scores = {"low": [0, 0, 0, 1, 0], "high": [4, 4, 3, 3, 3]}

    def reading(level, offered, second):
        ratings = pd.DataFrame(
            [["issue", *scores[level]], ["second", *second]], columns=["issue", *model.SCALES]
        )
        named = pd.DataFrame(
            [[issue, "delivery", "offered", offered] for issue in ("issue", "second")],
            columns=["issue", "phase", "layer", "form"],
        )
        return ratings, named

    one = reading("low", "protected", [None] * 5)
    other = reading("high", "trusted-partner", [4, 4, 4, 4, 4])
    expected = pd.DataFrame(
        {"one": "fits", "other": "fits", "one_scores": "overreach", "other_scores": "untapped"},
        index=pd.Index(["issue"], name="issue"),
    )
    pd.testing.assert_frame_equal(verdicts.swapped(one, other), expected)
    pd.testing.assert_frame_equal(
        verdicts.swapped(other, one),
        expected.assign(one_scores="untapped", other_scores="overreach"),
    )


def test_offers_are_exchanged_among_the_forms_given():
    forms = pd.DataFrame(
        [
            ("unheard", 0, "no", [0] * 5),
            ("protected", 0, "yes", [0] * 5),
            ("friend", 3, "yes", [4] * 5),
        ],
        columns=["form", "activity", "recommendable", "made_for"],
    )
    forms[list(model.SCALES)] = forms.pop("made_for").tolist()
    forms = forms.assign(phase="delivery")
    ratings = pd.DataFrame([["issue", *[4] * 5]], columns=["issue", *model.SCALES])
    one, other = (
        (ratings, pd.DataFrame({"issue": ["issue"], "layer": "offered", "form": form}))
        for form in ("friend", "protected")
    )
    assert verdicts.swapped(one, other, forms).loc["issue"].to_dict() == {
        "one": "fits",
        "other": "untapped",
        "one_scores": "untapped",
        "other_scores": "fits",
    }
    assert verdicts.swapped(other, one, forms).loc["issue", "other"] == "fits"


def test_agreement_by_chance_counts_how_often_each_says_so():
    both = pd.DataFrame(
        {"one_says": [True] * 3 + [False], "other_says": [True, True, False, False]}
    )
    expected, chance = verdicts.shared_by_chance(both)
    assert expected == pytest.approx(1.5)  # 4 issues, 3/4 and 2/4
    assert chance == pytest.approx(0.5)  # 3 of the 6 pairs lie within the three
    always = both.assign(one_says=True)
    assert verdicts.shared_by_chance(always)[1] == pytest.approx(1)


# --- C1 -------------------------------------------------------------------------------------


def c1(*rows):
    """Return tests of C1 from (outcome, reading, tau, tau expected, p)."""
    return pd.DataFrame(rows, columns=["outcome", "reading", "tau", "tau_expected", "p_expected"])


def test_c1_is_passed_only_with_every_choice_of_scales_and_in_its_direction():
    tests = c1(
        ("untapped", "service", -0.4, 0, 0.01),
        ("untapped", "service", 0.4, 0, 0.01),
        ("untapped", "all", float("nan"), 0, float("nan")),
        ("gap", "service", 0.4, 0, 0.01),
        ("gap", "service", 0.4, 0, 0.049),
        ("gap", "all", 0.4, 0, 0.01),
        ("gap", "all", 0.4, 0, 0.05),
        ("third", "service", 0.0, 0, 0.01),
        ("third", "all", 0.4, 0, 0.01),
    )
    expected = pd.DataFrame(
        {"service": [False, True, False], "all": [False, False, True]},
        index=pd.Index(["untapped", "gap", "third"], name="outcome"),
    )
    expected.columns.name = "reading"
    pd.testing.assert_frame_equal(verdicts.c1_passed(tests), expected)


def test_c1_stands_only_where_both_literatures_pass_whatever_the_headline_says():
    good, bad = 0.01, 0.2
    rows = [
        (outcome, reading, tau, expected, p)
        for outcome, tau, expected, chances in (
            ("z", 0.4, 0.1, (bad, good, good)),
            ("b", 0.4, 0.1, (good, good, bad)),
            ("c", 0.4, 0.5, (good, good, bad)),
            ("as expected", 0.4, 0.4, (good, good, bad)),
            ("none at all", 0.0, -0.1, (bad, bad, bad)),
            ("against", -0.1, -0.2, (good, good, good)),
        )
        for reading, p in zip(("all", "accounts", "service"), chances, strict=True)
    ]
    # One reading that goes the other way is enough.
    rows += [("one", name, 0.4, 0.1, bad) for name in ("all", "accounts")]
    rows += [("one", "service", 0.4, 0.5, bad)]
    told = verdicts.c1_verdict(c1(*rows))
    assert told.index.name == "outcome"
    assert list(told.items()) == [
        ("z", "stands"),
        ("b", "compatible, not shown"),
        ("c", "falls"),
        ("as expected", "falls"),
        ("none at all", "falls"),
        ("against", "falls"),
        ("one", "falls"),
    ]


def test_the_table_of_c1_shows_each_test_once_in_the_order_given():
    left_out = ["interaction", "none", "interaction; variability"]
    tests = pd.concat(
        [
            pd.DataFrame(
                {
                    "reading": reading,
                    "outcome": outcome,
                    "left_out": left_out,
                    "issues": issues,
                    "tau": [tau, 0.456, 0.1],
                    "tau_expected": [0.1, -0.2, 0.3],
                    "p_expected": [0.0004, 0.001, 0.0456],
                }
            )
            for reading, outcome, issues, tau in (
                ("service", "untapped", 20, 0.5),
                ("service", "gap", 19, 0.6),
                ("all", "untapped", 29, 0.7),
            )
        ],
        ignore_index=True,
    )
    expected = pd.DataFrame(
        {
            "Issues": [20, 19, 29],
            "All scales": "0.46 against -0.20, p = 0.001",
            "Without interaction": [
                "0.50 against 0.10, p < 0.001",
                "0.60 against 0.10, p < 0.001",
                "0.70 against 0.10, p < 0.001",
            ],
            "Without variability too": "0.10 against 0.30, p = 0.046",
        },
        index=pd.MultiIndex.from_tuples(
            [("service", "untapped"), ("service", "gap"), ("all texts", "untapped")],
            names=["Reading", "Outcome"],
        ),
    )
    pd.testing.assert_frame_equal(verdicts.c1_table(tests), expected)


# --- the verdicts ---------------------------------------------------------------------------


def test_a_verdict_tells_for_how_many_issues_a_conclusion_stands():
    told = [verdicts.verdict(stand, 3) for stand in (0, 1, 2, 3)]
    assert told == ["falls", "stands in 1 of 3", "stands in 2 of 3", "stands"]


def test_each_conclusion_is_judged_by_its_tests():
    headline = pd.DataFrame(
        {
            "form_share": [0.95, 0.5, 0.4, 0.4, 0.3],
            "view_share": [1.0, 0.96, 0.7, 0.7, 0.6],
            "relation": ["untapped", "untapped", "fits", "misfit", "unheard"],
            "probability": [0.95, 0.89, 0.7, 0.3, 1.0],
            "unsupported": [True, True, False, False, False],
            "unsupported_share": [0.92, 0.2, 0.95, 0.0, 0.1],
        }
    )
    service = pd.DataFrame({"relation": ["overreach", "fits"], "probability": [0.5, 0.99]})
    places = pd.DataFrame({"fitting": [True, True, False, False], "kept": [0.9, 0.95, 0.5, 0.99]})
    changes = pd.DataFrame(
        [
            ("a", "fits", "fits"),
            ("b", "fits", "misfit"),
            ("c", "unheard", "unheard"),
            ("a", "fits", "fits"),
            ("b", "fits", "fits"),
            ("c", "unheard", "unheard"),
        ],
        columns=["issue", "relation", "relation_without"],
    )
    tests = c1(
        ("untapped or unheard", "all", 0.4, 0.1, 0.01),
        ("untapped or unheard", "accounts", 0.4, 0.1, 0.01),
        ("untapped or unheard", "service", 0.4, 0.1, 0.01),
        ("untapped", "all", 0.4, 0.1, 0.01),
        ("untapped", "accounts", 0.4, 0.1, 0.2),
        ("untapped", "service", 0.4, 0.1, 0.01),
        ("gap", "all", 0.4, 0.1, 0.2),
        ("gap", "accounts", 0.4, 0.5, 0.2),
        ("gap", "service", 0.4, 0.1, 0.2),
    )
    sure = {"all": headline, "service": service}
    table = verdicts.conclusions(sure, SAID, changes, tests, places)
    assert (table.index.name, *table.columns) == ("Conclusion", "Test", "Result", "Verdict")
    draws, literatures = "random draws", "the two literatures"
    dealt = "offers dealt out anew, scales left out"
    own = "more than the model’s own doing in: "
    assert list(table.itertuples(name=None)) == [
        (
            "One form fits an issue best",
            draws,
            "30% to 95% of the draws",
            "stands in 1 of 5",
        ),
        ("A form is in the fitting set", draws, "90% to 95% of the draws", "stands"),
        (
            "A form is not in the fitting set",
            draws,
            "50% to 99% of the draws",
            "stands in 1 of 2",
        ),
        (
            "Forms of one view fit an issue best",
            draws,
            "60% to 100% of the draws",
            "stands in 2 of 5",
        ),
        (
            "Relation `untapped` in the headline",
            draws,
            "89% to 95% of the draws",
            "stands in 1 of 2",
        ),
        ("Relation `fits` in the headline", draws, "70% of the draws", "falls"),
        ("Relation `misfit` in the headline", draws, "30% of the draws", "falls"),
        ("Relation `overreach` in the service reading", draws, "50% of the draws", "falls"),
        (
            "A fitting form is enacted and none offered (R4)",
            draws,
            "20% to 92% of the draws",
            "stands in 1 of 2",
        ),
        (
            "An issue’s relation can be told",
            literatures,
            "6 of 7 issues known to both",
            "stands in 6 of 7",
        ),
        (
            "Relation `unheard` in the accounts",
            "the other literature",
            "`unheard` there too in 1 of 3 issues known to both",
            "stands in 1 of 3",
        ),
        (
            "An issue has one relation, whoever tells",
            literatures,
            "the same in 2 of 6 issues known to both",
            "stands in 2 of 6",
        ),
        (
            "More room than is offered",
            literatures,
            "both say so in 2, one of them in 3",
            "stands in 2 of 5",
        ),
        (
            "Relations do not hang on one scale",
            "each scale left out",
            "no relation changes in 2 of 3 issues",
            "stands in 2 of 3",
        ),
        (
            "C1: more often `untapped` or `unheard` with more interaction",
            dealt,
            own + "all texts, accounts, service",
            "stands",
        ),
        (
            "C1: more often `untapped`, without `unheard`",
            dealt,
            own + "all texts, service",
            "compatible, not shown",
        ),
        ("C1: wider gaps, without `unheard`", dealt, own + "none", "falls"),
        ("What fits is what works", "known effects", "fit does not measure it", "not concluded"),
    ]
