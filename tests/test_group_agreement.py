"""What the book says about agreement between those who rate issues."""

import krippendorff
import numpy as np
import pandas as pd
import pytest

from partnership import agreement as module
from partnership import model
from partnership.agreement import (
    RATED,
    alpha_by_scale,
    difference_by_scale,
    group_differences,
    rater_spread,
)

NAN = float("nan")


@pytest.fixture
def few_resamples(monkeypatch):
    """Keep small cases quick; what they check does not hang on the intervals."""
    monkeypatch.setattr(module, "RESAMPLES", 20)


@pytest.fixture(scope="module")
def perspectives():
    """The dataset's two perspectives, as groups."""
    parts = [model.from_dataset(group)[0] for group in ("accounts", "service")]
    return pd.concat(parts, ignore_index=True)


@pytest.fixture(scope="module")
def measured(perspectives):
    """The agreement between the two perspectives, as the book shows it."""
    return alpha_by_scale(perspectives)


def team(scale="interaction", **groups):
    """Return long ratings of one scale; each group gives a list of scores an issue."""
    rows = [
        (f"issue {issue}", f"{group} {number}", group, scale, score)
        for group, issues in groups.items()
        for issue, scores in enumerate(issues)
        for number, score in enumerate(scores)
        if score == score
    ]
    return pd.DataFrame(rows, columns=["issue", "rater", "group", "scale", "score"])


def alpha_of(ratings, scale="interaction", **options):
    """Return the row of one scale."""
    return alpha_by_scale(ratings, **options).set_index("scale").loc[scale]


# --- alpha ----------------------------------------------------------------------------------


def test_alpha_is_what_one_finds_by_hand(few_resamples):
    # Three issues, scored 0 0, 0 1, 1 1. Two values are coincident once each way out of 6:
    # alpha = 1 - (6 - 1) * 1 / (3 * 3).
    row = alpha_of(team(staff=[[0], [0], [1]], patients=[[0], [1], [1]]))
    assert list(row.index) == ["issues", "same", "alpha", "alpha_low", "alpha_high"]
    assert row["alpha"] == pytest.approx(4 / 9)
    assert row["issues"] == 3
    assert row["same"] == pytest.approx(2 / 3)


def test_the_interval_runs_between_what_resamples_give_by_hand(few_resamples):
    # Two issues, scored 0 1 and 0 2. A resample holds one of them twice, of which alpha is -1/2,
    # or both, of which it is 1 - (17 / 4) / 3.
    row = alpha_of(team(staff=[[0], [0]], patients=[[1], [2]]))
    assert row["alpha"] == pytest.approx(-5 / 12)
    assert row["alpha_low"] == pytest.approx(-1 / 2)
    assert row["alpha_high"] == pytest.approx(-5 / 12)


def test_the_interval_leaves_out_a_fortieth_of_the_resamples_at_each_end(monkeypatch):
    monkeypatch.setattr(module, "RESAMPLES", 200)
    staff, patients = [0, 1, 2, 3, 4, 0, 2, 4, 1, 3], [1, 1, 2, 4, 4, 0, 3, 2, 0, 3]
    ratings = team(staff=[[score] for score in staff], patients=[[score] for score in patients])
    row = alpha_of(ratings, seed=5)
    draw, alphas = np.random.default_rng(8), []
    for _ in range(400):
        chosen = draw.integers(0, 10, 10)
        units = [np.array(staff)[chosen], np.array(patients)[chosen]]
        alphas.append(krippendorff.alpha(units, level_of_measurement="ordinal"))
    low, high = np.percentile(alphas, [2.5, 97.5])
    assert row["alpha_low"] == pytest.approx(low, abs=0.12)
    assert row["alpha_high"] == pytest.approx(high, abs=0.05)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # of the spread of one resample
def test_the_interval_rests_on_its_seed_and_on_as_many_resamples_as_are_asked(monkeypatch):
    monkeypatch.setattr(module, "RESAMPLES", 1)
    ratings = team(staff=[[0], [3], [4], [0], [2]], patients=[[0], [4], [1], [3], [2]])
    row = alpha_of(ratings)
    assert row["alpha_low"] == row["alpha_high"] != row["alpha"]
    assert row.equals(alpha_of(ratings, seed=2026))
    drawn = {alpha_of(ratings, seed=seed)["alpha_low"] for seed in range(2026, 2036)}
    assert len(drawn) > 5


def test_one_issue_has_an_alpha_and_no_interval():
    row = alpha_of(team(staff=[[0]], patients=[[1]]))
    assert (row["issues"], row["same"], row["alpha"]) == (1, 0, 0)
    assert row[["alpha_low", "alpha_high"]].isna().all()


@pytest.mark.filterwarnings("error")
def test_a_resample_of_which_nothing_can_be_said_leaves_the_interval_open(few_resamples):
    row = alpha_of(team(staff=[[0], [1]], patients=[[0], [1]]))
    assert row["alpha"] == 1
    assert row[["alpha_low", "alpha_high"]].isna().all()


def test_full_agreement_is_one_and_opposition_below_zero(few_resamples):
    same = team(staff=[[0], [2], [4], [1]], patients=[[0], [2], [4], [1]])
    opposed = team(staff=[[0], [1], [3], [4]], patients=[[4], [3], [1], [0]])
    assert alpha_of(same)["alpha"] == 1
    assert alpha_of(opposed)["alpha"] < 0


def test_only_the_order_of_scores_counts_not_how_far_they_lie_apart(few_resamples):
    near = team(staff=[[0], [0.5], [1], [0]], patients=[[0], [1], [1], [0.5]])
    far = team(staff=[[0], [3], [4], [0]], patients=[[0], [4], [4], [3]])
    assert alpha_of(near)["alpha"] == pytest.approx(alpha_of(far)["alpha"])
    # Taking one for the other costs less between neighbours than across the scale.
    across = team(staff=[[0], [3], [4], [0]], patients=[[0], [3], [0], [4]])
    assert alpha_of(across)["alpha"] < alpha_of(far)["alpha"]


def test_groups_are_compared_by_their_medians_and_raters_one_by_one(few_resamples):
    ratings = team(staff=[[0, 1, 4], [3, 3, 3]], patients=[[1], [3]])
    assert alpha_of(ratings)["alpha"] == 1
    assert alpha_of(ratings, between="rater")["alpha"] < 1


def test_rows_without_a_rater_are_raters_of_their_own(few_resamples):
    ratings = team(staff=[[0, 1], [3, 4], [2, 2]])
    blank = ratings.assign(rater=pd.Series(index=ratings.index, dtype="str"))
    named, unnamed = (alpha_of(table, between="rater") for table in (ratings, blank))
    pd.testing.assert_series_equal(named, unnamed)


def test_issues_that_one_side_alone_rated_do_not_count(few_resamples):
    ratings = team(staff=[[0], [2], [4], [1]], patients=[[0], [2], [NAN], [NAN]])
    assert alpha_of(ratings)["issues"] == 2
    assert alpha_of(ratings)["alpha"] == 1


@pytest.mark.parametrize(
    "ratings",
    [
        team(staff=[[1], [2]], patients=[[NAN], [NAN], [3]]),
        team(staff=[[2], [2]], patients=[[2], [2]]),
        team(staff=[[1], [2]]),
    ],
    ids=["nothing in common", "one score only", "one group only"],
)
def test_where_nothing_can_be_said_of_agreement_nothing_is_said(ratings, few_resamples):
    row = alpha_of(ratings)
    assert row[["alpha", "alpha_low", "alpha_high"]].isna().all()
    empty = alpha_of(ratings, "burden")
    assert empty["issues"] == 0 and np.isnan(empty["same"])


def test_chosen_groups_leave_out_the_others(few_resamples):
    ratings = team(staff=[[0], [4]], patients=[[0], [4]], families=[[4], [0]])
    assert alpha_of(ratings, groups=["staff", "patients"])["alpha"] == 1
    assert alpha_of(ratings)["alpha"] < 1


def test_what_cannot_be_compared_is_said():
    ratings = team(staff=[[0]], patients=[[1]])
    with pytest.raises(ValueError, match="^The ratings have no group carers, nurses.$"):
        alpha_by_scale(ratings, groups=["nurses", "staff", "carers"])
    alone = ratings.drop(columns="group")
    for options in ({}, {"groups": ["staff"]}, {"groups": ["staff"], "between": "rater"}):
        with pytest.raises(ValueError, match="^The ratings have no column `group`.$"):
            alpha_by_scale(alone, **options)
    assert alpha_by_scale(alone, between="rater")["issues"].tolist() == [1, 0, 0, 0, 0, 0]
    between = "^Agreement is between `group` or `rater`; found 'team'.$"
    with pytest.raises(ValueError, match=between):
        alpha_by_scale(ratings, between="team")
    with pytest.raises(ValueError, match="^Two groups are compared; found staff twice.$"):
        group_differences(ratings, "staff", "staff")
    with pytest.raises(ValueError, match="number from 0 to 4"):
        alpha_by_scale(ratings.assign(score=7))


# --- differences ----------------------------------------------------------------------------


def test_groups_differ_by_their_medians_issue_by_issue():
    ratings = team(staff=[[1, 2], [3], [2]], patients=[[4, 3, 2], [3], [1.5]])
    table = group_differences(ratings, "staff", "patients")
    assert list(table.columns) == ["issue", "scale", "staff", "patients", "difference", "talk"]
    assert table["difference"].tolist() == [1.5, 0, -0.5]
    assert table["talk"].tolist() == [True, False, False]
    assert table.index.tolist() == [0, 1, 2] and table.columns.name is None


def test_a_step_either_way_is_worth_a_talk_but_for_rounding():
    ratings = team(staff=[[0], [0], [3], [0]], patients=[[1], [1 - 1e-9], [2], [0.99]])
    table = group_differences(ratings, "staff", "patients")
    assert table["talk"].tolist() == [True, True, True, False]


def test_a_third_group_does_not_hide_an_issue_of_the_two():
    ratings = team(staff=[[1], [2]], patients=[[3], [2]], families=[[4]])
    table = group_differences(ratings, "patients", "staff")
    assert table["difference"].tolist() == [-2, 0]


def test_issues_come_in_order_of_appearance_and_scales_in_the_books():
    parts = [team(scale, staff=[[1], [2]], patients=[[3], [3]]) for scale in ("burden", "agency")]
    ratings = pd.concat([*parts, team(staff=[[0], [0]], patients=[[0], [0]])])
    ratings = ratings.iloc[::-1].reset_index(drop=True)
    expected = [(f"issue {n}", scale) for n in (1, 0) for scale in ("interaction", "agency")]
    for table in (group_differences(ratings, "staff", "patients"), rater_spread(ratings)):
        found = table[table["scale"] != "burden"]
        assert list(zip(found["issue"], found["scale"], strict=True)) == expected
        assert table["scale"].tolist() == ["interaction", "agency", "burden"] * 2
        assert table.index.tolist() == list(range(6))


def test_differences_sum_up_by_scale():
    ratings = team(staff=[[1], [3], [2]], patients=[[4], [3], [1]])
    summed = difference_by_scale(group_differences(ratings, "staff", "patients"))
    row = summed.set_index("scale").loc["interaction"]
    assert row[["issues", "higher", "same", "lower"]].tolist() == [3, 1, 1, 1]
    assert row["mean"] == pytest.approx(2 / 3)
    assert summed["scale"].tolist() == list(RATED)
    none = summed.set_index("scale").loc["agency"]
    assert none[["issues", "higher", "same", "lower"]].tolist() == [0, 0, 0, 0]
    assert np.isnan(none["mean"])
    counts = summed[["issues", "higher", "same", "lower"]]
    assert counts.dtypes.eq("int64").all()


def test_differences_of_rounding_are_none(few_resamples):
    row = alpha_of(team(staff=[[0], [0]], patients=[[model.TOLERANCE], [2e-9]]))
    assert row["same"] == 0.5
    steps = [model.TOLERANCE, -model.TOLERANCE, 2e-9, -2e-9]
    row = difference_by_scale(pd.DataFrame({"scale": "agency", "difference": steps}))
    row = row.set_index("scale").loc["agency"]
    assert row[["issues", "higher", "same", "lower"]].tolist() == [4, 1, 2, 1]


def test_raters_spread_from_the_lowest_to_the_highest():
    ratings = pd.concat([team(staff=[[1, 4, 2], [3]]), team("burden", staff=[[0, 0.5, NAN]])])
    table = rater_spread(ratings.reset_index(drop=True)).set_index(["issue", "scale"])
    assert table.loc[("issue 0", "interaction")].tolist() == [3, 1, 2, 4, 3]
    assert table.loc[("issue 1", "interaction"), "spread"] == 0
    assert table.loc[("issue 0", "burden")].tolist() == [2, 0, 0.25, 0.5, 0.5]
    assert table.index[0] == ("issue 0", "interaction")


# --- the dataset ----------------------------------------------------------------------------


def test_the_two_literatures_agree_better_than_chance_on_every_scale(perspectives, measured):
    assert (measured["alpha"] > 0).all()
    assert measured.set_index("scale")["alpha"].idxmax() == "interaction"
    assert (measured["alpha_low"] <= measured["alpha"]).all()
    assert (measured["alpha"] <= measured["alpha_high"]).all()
    assert alpha_by_scale(perspectives, ["accounts", "service"]).equals(measured)


def test_few_issues_leave_agreement_on_most_scales_open(measured):
    table = measured.set_index("scale")
    assert (table["alpha_low"].drop("interaction") < 0.1).all()
    assert table["issues"].max() < 30


def test_agreement_and_differences_count_the_same_issues(perspectives, measured):
    alpha = measured.set_index("scale")
    summed = difference_by_scale(group_differences(perspectives, "accounts", "service"))
    summed = summed.set_index("scale")
    assert summed["issues"].tolist() == alpha["issues"].tolist()
    assert np.allclose(summed["same"] / summed["issues"], alpha["same"])
