"""What the result of a workshop hangs on: who is counted, and the weights."""

from __future__ import annotations

import pandas as pd
import pytest
from book import CHAPTERS

from partnership import model, ratings
from partnership.workshop import recounted, weights_tried

ROWS = """issue,rater,group,interaction,variability,knowledge,presence,agency,offered,enacted
night,S1,staff,0,0,0,0,0,protected,
night,P1,patients,4,3,3,3,2,,advocate
night,P2,patients,4,3,3,3,2,unheard,advocate
"""


@pytest.fixture
def team(tmp_path) -> ratings.Ratings:
    path = tmp_path / "ratings.csv"
    path.write_text(ROWS)
    return ratings.read(path)


def relation(team: ratings.Ratings) -> pd.Series:
    found = model.deliver(model.score(team.ratings), model.practice(team.practice))
    return found.set_index("issue")["relation"]


def test_a_rater_who_counts_twice_stands_for_two_who_said_the_same(team):
    twice = recounted(team, {"S1": 3})
    assert list(twice.ratings["rater"]) == ["S1", "S1 (copy 1)", "S1 (copy 2)", "P1", "P2"]
    assert model.score(team.ratings)["interaction"].item() == 4  # the middle of 0, 4, 4
    assert model.score(twice.ratings)["interaction"].item() == 0  # the middle of 0, 0, 0, 4, 4
    assert list(model.practice(twice.practice)["raters"]) == [4, 2]


def test_a_rater_who_counts_never_leaves_no_trace(team):
    without = recounted(team, {"P2": 0, "S1": 0})
    assert list(without.ratings["rater"]) == ["P1"]
    assert list(without.practice["form"]) == ["advocate"]


def test_counting_each_rater_once_changes_nothing(team):
    same = recounted(team, dict.fromkeys(["S1", "P1"], 1))
    pd.testing.assert_frame_equal(same.ratings, team.ratings)
    pd.testing.assert_frame_equal(same.practice, team.practice)


def test_a_rater_unknown_or_counted_less_than_never_is_named(team):
    with pytest.raises(ValueError, match="S9"):
        recounted(team, {"S9": 2})
    with pytest.raises(ValueError, match="less for P1"):
        recounted(team, {"P1": -1})


def test_each_scale_is_left_out_and_doubled_in_turn(team):
    tried = weights_tried(model.score(team.ratings), model.practice(team.practice))
    assert list(tried["scale"].unique()) == list(model.SCALES)
    assert list(tried["weight"]) == [0, 2] * len(model.SCALES)


def test_a_weight_that_turns_a_relation_is_counted():
    # Equal weights: `protected` lies 3 steps away (all of presence), `checker` 2 + 0 + 1 + 0 + 1.
    # With presence doubled these are 6 and 4, so that what is offered no longer fits.
    scores = pd.DataFrame({"issue": ["step"], "scales_rated": [5]}).assign(
        **dict(zip(model.SCALES, (0.0, 0.0, 0.0, 3.0, 0.0), strict=True))
    )
    offered = pd.DataFrame({"issue": ["step"], "layer": ["offered"], "form": ["protected"]})
    tried = weights_tried(scores, offered).set_index(["scale", "weight"])
    assert tried.loc[("agency", 0), "relations"] == 0
    assert tried.loc[("presence", 2), "relations"] == 1
    assert tried.loc[("presence", 2), "sets"] == 1


def test_in_the_sample_file_it_matters_more_who_is_counted_than_what_a_scale_weighs():
    team = ratings.read(CHAPTERS / "files" / "team-ratings.csv")
    tried = weights_tried(model.score(team.ratings), model.practice(team.practice))
    assert tried["relations"].sum() == 0
    uneven = recounted(team, {"invented-1": 2, "invented-2": 2, "invented-4": 0, "invented-6": 0})
    assert relation(team)["medication-transitions"] == "untapped"
    assert relation(uneven)["medication-transitions"] == "fits"
