"""What the book says about agreement between those who rate issues."""

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
    assert row["alpha"] == pytest.approx(4 / 9)
    assert row["issues"] == 3
    assert row["same"] == pytest.approx(2 / 3)


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
    assert alpha_of(ratings, "burden")["issues"] == 0


def test_chosen_groups_leave_out_the_others(few_resamples):
    ratings = team(staff=[[0], [4]], patients=[[0], [4]], families=[[4], [0]])
    assert alpha_of(ratings, groups=["staff", "patients"])["alpha"] == 1
    assert alpha_of(ratings)["alpha"] < 1


def test_what_cannot_be_compared_is_said():
    ratings = team(staff=[[0]], patients=[[1]])
    with pytest.raises(ValueError, match="no group nurses"):
        alpha_by_scale(ratings, groups=["staff", "nurses"])
    with pytest.raises(ValueError, match="no column `group`"):
        alpha_by_scale(ratings.drop(columns="group"))
    with pytest.raises(ValueError, match="'team'"):
        alpha_by_scale(ratings, between="team")
    with pytest.raises(ValueError, match="staff twice"):
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


def test_differences_sum_up_by_scale():
    ratings = team(staff=[[1], [3], [2]], patients=[[4], [3], [1]])
    summed = difference_by_scale(group_differences(ratings, "staff", "patients"))
    row = summed.set_index("scale").loc["interaction"]
    assert row[["issues", "higher", "same", "lower"]].tolist() == [3, 1, 1, 1]
    assert row["mean"] == pytest.approx(2 / 3)
    assert summed["scale"].tolist() == list(RATED)
    assert summed.set_index("scale").loc["agency", "issues"] == 0


def test_raters_spread_from_the_lowest_to_the_highest():
    ratings = pd.concat([team(staff=[[1, 4, 2], [3]]), team("burden", staff=[[0, 0.5, NAN]])])
    table = rater_spread(ratings.reset_index(drop=True)).set_index(["issue", "scale"])
    assert table.loc[("issue 0", "interaction")].tolist() == [3, 1, 2, 4, 3]
    assert table.loc[("issue 1", "interaction"), "spread"] == 0
    assert table.loc[("issue 0", "burden")].tolist() == [2, 0, 0.25, 0.5, 0.5]
    assert table.index[0] == ("issue 0", "interaction")


# --- the dataset ----------------------------------------------------------------------------


def test_the_two_literatures_agree_better_than_chance_on_every_scale(perspectives):
    table = alpha_by_scale(perspectives, ["accounts", "service"])
    assert (table["alpha"] > 0).all()
    assert table.set_index("scale")["alpha"].idxmax() == "interaction"
    assert (table["alpha_low"] <= table["alpha"]).all()
    assert (table["alpha"] <= table["alpha_high"]).all()
    assert alpha_by_scale(perspectives).equals(table)


def test_few_issues_leave_agreement_on_most_scales_open(perspectives):
    table = alpha_by_scale(perspectives).set_index("scale")
    assert (table["alpha_low"].drop("interaction") < 0.1).all()
    assert table["issues"].max() < 30


def test_agreement_and_differences_count_the_same_issues(perspectives):
    alpha = alpha_by_scale(perspectives).set_index("scale")
    summed = difference_by_scale(group_differences(perspectives, "accounts", "service"))
    summed = summed.set_index("scale")
    assert summed["issues"].tolist() == alpha["issues"].tolist()
    assert np.allclose(summed["same"] / summed["issues"], alpha["same"])
