"""What the book says about what the model's answers hang on."""

import numpy as np
import pandas as pd
import pytest

from partnership import model
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


@pytest.fixture(scope="module", autouse=True)
def read_once():
    """Read the dataset once: no test changes what it reads."""
    readings = {name: model.from_dataset(name) for name in READINGS}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(model, "from_dataset", readings.__getitem__)
        yield


@pytest.fixture(scope="module")
def tested():
    """C1 as chapter 9 tests it."""
    return over_readings(c1_tests).set_index(["reading", "outcome", "left_out"])


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


def test_whether_an_issue_is_known_is_decided_with_all_scales():
    ratings, named = issues(([2, 2, 2, None, None], "protected"))
    without = delivery_without(ratings, named, ("interaction",), PROTECTED_OR_PARTNER)
    assert without["best_fit"].notna().all()


def test_changes_name_the_forms_that_stay_leave_and_enter():
    # Interaction alone speaks for the partner, on all other scales it is a tie.
    forms = forms_of(protected=(0, [0, 2, 2, 2, 2]), partner=(3, [4, 2, 2, 2, 2]))
    ratings, named = issues(([4, 2, 2, 2, 2], "protected"), ([None] * 5, "protected"))
    changes = scale_left_out(ratings, named, forms)
    assert changes["issue"].unique().tolist() == ["issue 0"]  # the other is unknown
    without = changes.set_index("scale").loc["interaction"]
    assert (without["relation"], without["relation_without"]) == ("untapped", "fits")
    assert (without["gap"], without["gap_without"]) == (pytest.approx(0.2), 0)
    assert (without["stay"], without["leave"], without["enter"]) == (["partner"], [], ["protected"])
    counts = scale_left_out_counts(changes).set_index("scale")
    assert counts["relation"].to_dict() == dict.fromkeys(model.SCALES, 0) | {"interaction": 1}
    assert counts["fitting_set"].to_dict() == counts["relation"].to_dict()
    assert counts.loc["interaction", "overlap"] == 0.5
    assert (counts["none_stays"] == 0).all()


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
    table = c1_tests(ratings, named, PROTECTED_OR_PARTNER).set_index(["outcome", "left_out"])
    gap = table.loc["gap"]
    assert gap["tau"].tolist() == [1, 1, 1]
    assert gap["p"].to_numpy() == pytest.approx(2 / 120)
    # All are offered the same: dealt out anew, nothing changes, so the model alone explains it.
    assert gap["tau_expected"].tolist() == [1, 1, 1]
    assert gap["p_expected"].tolist() == [1, 1, 1]
    # All are untapped: an outcome that does not vary goes together with nothing.
    assert table.loc["untapped", ["tau", "p", "tau_expected", "p_expected"]].isna().all(axis=None)


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


def test_c1_tests_are_repeated_by_their_seed(monkeypatch):
    monkeypatch.setattr(honesty, "PERMUTATIONS", 99)
    one, again, other = (c1_tests(*model.from_dataset("all"), seed=seed) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(one, again)
    assert one["tau"].equals(other["tau"]) and not one["p"].equals(other["p"])


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


def test_interaction_goes_together_with_variability_so_leaving_it_out_is_not_enough():
    table = over_readings(interaction_with_scales).set_index(["reading", "scale"])
    variability = table.xs("variability", level="scale")
    assert (variability["tau"] > 0.4).all()
    assert (variability["p"] < 0.05).all()


def test_issues_without_a_relation_or_interaction_are_not_set_against_it():
    ratings, named = issues(
        ([4] * 5, "protected"), ([None, 4, 4, 4, 4], "protected"), ([1] * 5, None)
    )
    table = relation_by_interaction(ratings, named, PROTECTED_OR_PARTNER)
    assert table["issue"].tolist() == ["issue 0"]
    assert table[["relation", "relation_without"]].to_numpy().tolist() == [["untapped"] * 2]
