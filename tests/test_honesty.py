"""What the book says about what the model's answers hang on."""

import itertools
import warnings

import numpy as np
import pandas as pd
import pytest
import scipy

from partnership import data, model
from partnership.literature import honesty
from partnership.literature.honesty import (
    LEFT_OUT,
    OUTCOMES,
    READINGS,
    c1_tests,
    delivery_without,
    interaction_with_scales,
    over_readings,
    relation_by_interaction,
    scale_left_out,
    scale_left_out_counts,
)


def forms_of(**prototypes):
    """Return delivery forms: `unheard`, and the named ones as (activity, prototype)."""
    rows = {"unheard": (0, [0] * 5), **prototypes}
    table = pd.DataFrame([scores for _, scores in rows.values()], columns=list(model.SCALES))
    return table.astype(float).assign(
        form=list(rows),
        phase="delivery",
        activity=[activity for activity, _ in rows.values()],
        recommendable=["no"] + ["yes"] * len(prototypes),
    )


PROTECTED_OR_PARTNER = forms_of(protected=(0, [0] * 5), partner=(3, [4] * 5))


def issues(*rows):
    """Return ratings and named forms from (scores, offered), one row an issue."""
    table = pd.DataFrame([scores for scores, _ in rows], columns=list(model.SCALES), dtype=float)
    table.insert(0, "issue", [f"issue {number}" for number in range(len(rows))])
    named = table[["issue"]].assign(offered=[offered for _, offered in rows])
    return table, named


@pytest.fixture(scope="module")
def read_once():
    """Read the dataset once: no test changes what it reads."""
    readings = {name: model.from_dataset(name) for name in READINGS}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(model, "from_dataset", readings.__getitem__)
        yield


@pytest.fixture(scope="module")
def tested(read_once):
    """C1 as chapter 9 tests it."""
    return over_readings(c1_tests).set_index(["reading", "outcome", "left_out"])


# --- readings -------------------------------------------------------------------------------


def test_an_analysis_is_made_of_each_reading_in_turn(monkeypatch):
    monkeypatch.setattr(model, "from_dataset", lambda name: (f"{name} ratings", f"{name} named"))

    def analysis(ratings, named, seed=1):
        return pd.DataFrame({"given": [ratings, named], "seed": seed}, index=[5, 6])

    expected = pd.DataFrame(
        {
            "reading": ["service", "service", "all", "all"],
            "given": ["service ratings", "service named", "all ratings", "all named"],
            "seed": 3,
        }
    )
    found = over_readings(analysis, ["service", "all"], seed=3)
    pd.testing.assert_frame_equal(found, expected)
    every = over_readings(analysis)
    assert every["reading"].unique().tolist() == ["all", "accounts", "service"]
    assert every["seed"].unique().tolist() == [1]


# --- a scale left out -----------------------------------------------------------------------


def test_a_scale_left_out_plays_no_part_in_fit():
    one, named = issues(([0, 4, 4, 4, 4], "protected"), ([4, 0, 1, 0, 2], "protected"))
    other = one.assign(interaction=4.0 - one["interaction"])
    columns = ["fitting", "best_fit", "relation", "gap"]
    results = [
        delivery_without(ratings, named, ("interaction",), PROTECTED_OR_PARTNER)
        for ratings in (one, other)
    ]
    pd.testing.assert_frame_equal(results[0][columns], results[1][columns])
    assert results[0]["interaction"].tolist() == [0, 4]


def test_without_a_word_on_scales_and_forms_all_scales_and_the_books_forms_are_taken():
    ratings, named = issues(([4, 3, 3, 3, 3], "protected"), ([1, 1, 1, 2, 1], "instructed"))
    made = model.practice(named)
    expected = model.deliver(model.score(ratings), made).assign(interaction=[4.0, 1.0])
    pd.testing.assert_frame_equal(delivery_without(ratings, named), expected)
    forms = data.load("partnership_forms")
    for analysis in (scale_left_out, relation_by_interaction, c1_tests):
        found = analysis(ratings, named)
        pd.testing.assert_frame_equal(found, analysis(ratings, named, forms))
        assert len(found)
    changes = scale_left_out(ratings, named)
    assert changes.loc[0, "stay"] == ["sense-maker"]


def test_only_scales_of_the_model_can_be_left_out():
    ratings, named = issues(([4] * 5, "protected"))
    with pytest.raises(ValueError, match="humour"):
        delivery_without(ratings, named, ("humour",), PROTECTED_OR_PARTNER)
    with pytest.raises(ValueError, match="weight"):
        delivery_without(ratings, named, model.SCALES, PROTECTED_OR_PARTNER)


def test_whether_an_issue_is_known_is_decided_with_all_scales():
    ratings, named = issues(([2, 2, 2, None, None], "protected"))
    without = delivery_without(ratings, named, ("interaction",), PROTECTED_OR_PARTNER)
    assert without["best_fit"].notna().all()


def test_changes_name_the_forms_that_stay_leave_and_enter():
    # Interaction alone speaks for partner and ally, on all other scales it is a tie. Near and nigh
    # are one step on agency away: within the margin on five scales, and outside on four.
    alone, together, close = (0, [0, 2, 2, 2, 2]), (3, [4, 2, 2, 2, 2]), (3, [4, 2, 2, 2, 3])
    forms = forms_of(
        protected=alone, guarded=alone, partner=together, ally=together, nigh=close, near=close
    )
    ratings, named = issues(([None] * 5, "protected"), ([4, 2, 2, 2, 2], "protected"))
    best, outer, lesser = ["ally", "partner"], ["near", "nigh"], ["guarded", "protected"]
    expected = pd.DataFrame(
        [
            ("interaction", "fits", 0.0, best, outer, lesser),
            ("variability", "untapped", 0.25, best, outer, []),
            ("knowledge", "untapped", 0.25, best, outer, []),
            ("presence", "untapped", 0.25, best, outer, []),
            ("agency", "untapped", 0.25, ["ally", "near", "nigh", "partner"], [], []),
        ],
        columns=["scale", "relation_without", "gap_without", "stay", "leave", "enter"],
    )
    expected.insert(1, "issue", "issue 1")  # the other is unknown
    expected.insert(2, "relation", "untapped")
    expected.insert(4, "gap", 0.2)
    pd.testing.assert_frame_equal(scale_left_out(ratings, named, forms), expected)


def test_what_each_scale_changes_is_counted_scale_by_scale():
    changes = pd.DataFrame(
        [
            ("variability", "fits", "fits", 0.0, 0.0, ["a"], [], []),
            ("variability", "fits", "misfit", 0.1, 0.3, [], ["a"], ["b"]),
            ("variability", "misfit", "misfit", 0.3, 0.1, ["a", "b"], ["c"], []),
            ("agency", "fits", "untapped", 0.0, 0.1, ["a"], [], ["b", "c", "d"]),
            ("agency", "fits", "untapped", 0.2, 0.3, ["a"], [], []),
        ],
        columns=[
            *["scale", "relation", "relation_without", "gap", "gap_without"],
            *["stay", "leave", "enter"],
        ],
    ).assign(issue=["a", "b", "c", "a", "b"])
    expected = pd.DataFrame(
        {
            "scale": ["variability", "agency"],
            "issues": [3, 2],
            "relation": [1, 2],
            "fitting_set": [2, 1],
            "none_stays": [1, 0],
            "overlap": [(1 + 0 + 2 / 3) / 3, (1 / 4 + 1) / 2],
            "tau": [1 / 3, 1.0],
        }
    )
    pd.testing.assert_frame_equal(scale_left_out_counts(changes), expected)


@pytest.mark.usefixtures("read_once")
def test_fitting_sets_hang_more_on_single_scales_than_relations_do():
    for reading in READINGS:
        counts = scale_left_out_counts(scale_left_out(*model.from_dataset(reading)))
        assert (counts["relation"] < counts["fitting_set"]).all()
        assert (counts["tau"] > 0.75).all()


# --- C1 -------------------------------------------------------------------------------------


def test_c1_is_found_where_it_was_planted_and_p_is_exact_for_few_issues():
    # Five issues, more interaction and a larger gap step by step, on every scale alike: of the
    # 120 ways to deal interaction out, one is in this order and one in the opposite.
    ratings, named = issues(*[([step] * 5, "protected") for step in (2.2, 2.6, 3, 3.5, 4)])
    table = c1_tests(ratings, named, PROTECTED_OR_PARTNER)
    shown = ["issues", "tau", "p", "tau_expected", "p_expected"]
    assert table.columns.tolist() == ["outcome", "left_out", *shown]
    left_out = ["none", "interaction", "interaction; variability"]
    assert table["left_out"].tolist() == [name for name in left_out for _ in OUTCOMES]
    assert table["outcome"].tolist() == ["untapped or unheard", "untapped", "gap"] * 3
    table = table.set_index(["outcome", "left_out"])
    gap = table.loc["gap"]
    assert gap["issues"].tolist() == [5, 5, 5]
    assert gap["tau"].tolist() == [1, 1, 1]
    assert gap["p"].to_numpy() == pytest.approx(2 / 120)
    # All are offered the same: dealt out anew, nothing changes, so the model alone explains it.
    assert gap["tau_expected"].tolist() == [1, 1, 1]
    assert gap["p_expected"].tolist() == [1, 1, 1]
    # All are untapped: an outcome that does not vary goes together with nothing.
    assert table.loc["untapped", ["tau", "p", "tau_expected", "p_expected"]].isna().all(axis=None)


def dealt_out(ratings, named, forms, left_out, outcome):
    """Return tau for each way to deal the offers out among the issues, the given one first."""
    dealt = []
    for offer in named["offered"]:
        table = delivery_without(ratings, named.assign(offered=offer), left_out, forms)
        untapped = table["relation"].isin(["untapped", "unheard"])
        dealt.append(table["gap"].round(9) if outcome == "gap" else untapped)
    taus = []
    for order in itertools.permutations(range(len(named))):
        values = [dealt[offer][issue] for issue, offer in enumerate(order)]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # where all values are the same
            taus.append(scipy.stats.kendalltau(ratings["interaction"], values).statistic)
    return np.array(taus)


@pytest.mark.parametrize("offered", ["gap", "untapped or unheard"])
def test_dealing_offers_out_anew_is_done_in_every_way_where_issues_are_few(offered):
    forms = forms_of(protected=(0, [0] * 5), helper=(1, [1, 2, 2, 1, 2]), partner=(3, [4] * 5))
    ratings, named = issues(
        ([0, 1, 0, 2, 0], "protected"),
        ([1, 3, 2, 1, 2], "helper"),
        ([3, 4, 2, 4, 3], "protected"),
        ([4, 3, 4, 3, 4], "helper"),
    )
    table = c1_tests(ratings, named, forms).set_index(["outcome", "left_out"])
    for left_out in LEFT_OUT:
        told = table.loc[(offered, "; ".join(left_out) or "none")]
        taus = dealt_out(ratings, named, forms, left_out, offered)
        assert told["tau"] == pytest.approx(taus[0])
        assert told["tau_expected"] == pytest.approx(np.nanmean(taus))
        tails = (taus >= taus[0] - 1e-9).mean(), (taus <= taus[0] + 1e-9).mean()
        assert told["p_expected"] == pytest.approx(min(1, 2 * min(tails)))


def test_c1_is_not_found_where_interaction_alone_drives_the_gap_and_is_left_out():
    ratings, named = issues(
        *[([step, 4, 4, 4, 4], "protected") for step in (0, 1, 2, 3, 4)],
    )
    table = c1_tests(ratings, named, PROTECTED_OR_PARTNER).set_index(["outcome", "left_out"])
    assert table.loc[("gap", "none"), "tau"] == 1
    assert np.isnan(table.loc[("gap", "interaction"), "tau"])  # all gaps are the same


def test_unheard_issues_count_for_the_first_outcome_only_and_unknown_ones_for_none():
    ratings, named = issues(
        ([4] * 5, "unheard"),
        ([4] * 5, "protected"),
        ([0] * 5, "protected"),
        ([None, 4, 4, 4, 4], "protected"),
        ([1] * 5, None),
    )
    table = c1_tests(ratings, named, PROTECTED_OR_PARTNER).groupby("outcome")["issues"].max()
    assert table.to_dict() == {"untapped or unheard": 3, "untapped": 2, "gap": 2}


def test_tests_by_permutation_are_repeated_by_their_seed(monkeypatch):
    monkeypatch.setattr(honesty, "PERMUTATIONS", 99)
    rng = np.random.default_rng(1)
    ratings, named = issues(*[(rng.integers(0, 5, 5), "protected") for _ in range(8)])
    named["offered"] = ["protected", "partner"] * 4
    for analysis, forms in ((c1_tests, [PROTECTED_OR_PARTNER]), (interaction_with_scales, [])):
        one, again, other = (
            analysis(ratings, named, *forms, seed=seed) for seed in (2026, 2026, 2)
        )
        pd.testing.assert_frame_equal(one, again)
        pd.testing.assert_frame_equal(one, analysis(ratings, named, *forms))
        assert one["tau"].equals(other["tau"])
        for p in one.columns.intersection(["p", "p_expected"]):
            assert not one[p].equals(other[p])
            # Twice the smaller tail, of 99 deals and the one given.
            told = one[p].dropna() * 50
            assert told.to_numpy() == pytest.approx(told.round())


def test_c1_is_tested_in_each_reading_with_each_outcome_and_scale_left_out(tested):
    assert len(tested) == len(READINGS) * len(OUTCOMES) * len(LEFT_OUT)
    assert tested[["p", "p_expected"]].stack().between(0, 1).all()


def test_gaps_grow_with_interaction_in_every_reading_also_with_the_scale_left_out(tested):
    gaps = tested.xs("gap", level="outcome")
    assert (gaps["tau"] > 0).all()
    assert (gaps["p"] < 0.05).all()


def test_a_part_of_c1_is_the_models_own_doing(tested):
    # Whatever is offered where, the model alone already ties outcomes to interaction.
    assert (tested["tau_expected"] > 0).all()
    assert (tested["tau_expected"] < tested["tau"]).all()


def test_with_unheard_left_out_untapped_relations_are_no_surprise_in_the_service_reading(tested):
    rows = tested.loc["service"].loc["untapped"]
    assert (rows[["p", "p_expected"]] > 0.05).all(axis=None)


@pytest.mark.usefixtures("read_once")
def test_interaction_goes_together_with_variability_so_leaving_it_out_is_not_enough():
    table = over_readings(interaction_with_scales).set_index(["reading", "scale"])
    variability = table.xs("variability", level="scale")
    assert (variability["tau"] > 0.4).all()
    assert (variability["p"] < 0.05).all()


def test_scales_go_together_where_issues_are_ordered_alike_on_both():
    ratings, _ = issues(
        ([0, 1, 4, 0, 2], None),
        ([1, 2, 3, None, 2], None),
        ([2, 3, 2, 3, 2], None),
        ([4, 4, 1, 4, 2], None),
        ([None, 0, 4, 4, 1], None),
    )
    expected = pd.DataFrame(
        {
            "scale": ["variability", "knowledge", "presence", "agency"],
            "issues": [4, 4, 3, 4],
            "tau": [1.0, -1.0, 1.0, None],
            "p": [2 / 24, 2 / 24, 2 / 6, None],  # one order is this one, one its opposite
        }
    )
    pd.testing.assert_frame_equal(interaction_with_scales(ratings), expected)


def test_issues_without_a_relation_or_interaction_are_not_set_against_it():
    ratings, named = issues(
        ([None, 4, 4, 4, 4], "protected"), ([1] * 5, None), ([4, 2, 2, 2, 2], "protected")
    )
    table = relation_by_interaction(ratings, named, PROTECTED_OR_PARTNER)
    # On all scales the partner fits by 0.6 and protection by 0.4, without interaction both by 0.5.
    expected = pd.DataFrame(
        {
            "issue": ["issue 2"],
            "interaction": 4.0,
            "relation": "untapped",
            "gap": 0.2,
            "relation_without": "fits",
            "gap_without": 0.0,
        }
    )
    pd.testing.assert_frame_equal(table, expected)
