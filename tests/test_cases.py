"""Four worked cases are chosen by rule, told in one form, and say what the data say."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from partnership import data, model, uncertainty
from partnership.figures import four_cases
from partnership.literature import (
    CASE_RULES,
    case_profiles,
    case_sheet,
    case_strategies,
    choose_cases,
    nearest_turns,
    sole_issue,
    turn_to,
    turning_scores,
)
from partnership.literature.untapped import READINGS, delivery_of
from partnership.model import SCALES

CHOSEN = ["line-infection", "medication-transitions", "disrespect", "bedside-handover"]


@pytest.fixture(scope="module")
def book():
    """Return scores, practice, plans and draws of the dataset, by reading."""
    inputs = {reading: model.from_dataset(reading) for reading in READINGS}
    return {
        "scores": {name: model.score(ratings) for name, (ratings, _) in inputs.items()},
        "practised": {name: model.practice(named) for name, (_, named) in inputs.items()},
        "plans": {name: model.plan(*frames) for name, frames in inputs.items()},
        "draws": {
            name: uncertainty.acceptability(*frames, draws=200).relations
            for name, frames in inputs.items()
        },
    }


@pytest.fixture(scope="module")
def headline(book):
    return delivery_of(book["plans"]["all"])


# --- choosing ------------------------------------------------------------------------------


def small_plan():
    """Two issues of each relation, of which the second should be chosen."""
    plan = pd.DataFrame(
        {
            "issue": list("abcdefgh"),
            "label": list("ABCDEFGH"),
            "relation": np.repeat(["fits", "untapped", "unheard", "misfit"], 2),
            "fitting": [["x"], ["x"], ["x"], ["x", "y"], ["x"], ["x"], ["x"], ["x"]],
            "gap": [0, 0, 0.9, 0.1, np.nan, np.nan, 0.1, 0.2],
            "unsupported": pd.array([False, False, False, True, True, True, False, False]),
        }
    ).set_index("issue")
    places = pd.DataFrame(
        {"x": [0.3, 0.2, 1, 1, 0.6, 0.8, 0, 0], "y": [0.4, 0.4, 1, 1, 0.8, 0.7, 0, 0]}
    )
    return plan, places.set_index(plan.index)


def test_each_relation_has_the_case_that_its_rule_names():
    chosen = choose_cases(*small_plan())
    assert list(chosen.index) == list(CASE_RULES)
    # b lies nearer to the corner; d alone is unsupported, though the gap of c is larger and its
    # set smaller; f lies farther out (1.063 against 1); h has the larger gap.
    assert list(chosen["issue"]) == ["b", "d", "f", "h"]
    assert list(chosen["candidates"]) == [2, 2, 2, 2]


def test_the_order_of_the_file_chooses_no_case():
    plan, places = small_plan()
    upended = choose_cases(plan[::-1], places)
    pd.testing.assert_frame_equal(choose_cases(plan, places), upended)
    places.loc["a"] = places.loc["b"]
    with pytest.raises(ValueError, match="'fits' is not one issue: a, b. Issues"):
        choose_cases(plan, places)


def test_a_relation_that_no_issue_has_gives_no_case():
    plan, places = small_plan()
    with pytest.raises(ValueError, match="'misfit' is not one issue: none.*largest gap"):
        choose_cases(plan[plan["relation"] != "misfit"], places)


# --- turning -------------------------------------------------------------------------------


def ratings(**scores):
    frame = pd.DataFrame({"issue": ["one"], **{scale: [scores.get(scale)] for scale in SCALES}})
    return model.score(frame)


def offers(form):
    return model.practice(pd.DataFrame({"issue": ["one"], "layer": ["offered"], "form": [form]}))


def test_a_score_turns_a_relation_where_the_model_says_so():
    # At 0 0 0 0 0 `protected` fits alone, and no one score reaches a form that excludes it.
    still = turning_scores(ratings(**dict.fromkeys(SCALES, 0)), offers("protected"), "one")
    assert still.empty
    # `coordinator` is 2 2 3 4 3, `informant` 2 2 3 2 1: two steps apart on two scales.
    scores = ratings(interaction=2, variability=2, knowledge=3, presence=3, agency=3)
    turns = turning_scores(scores, offers("informant"), "one")
    nearest = nearest_turns(turns)
    assert set(zip(nearest["scale"], nearest["score"], nearest["relation"], strict=True)) == {
        ("presence", 2, "fits"),
        ("agency", 2, "fits"),
    }
    assert (nearest["steps"] == 1).all()


def test_each_turn_is_what_the_model_says_of_the_changed_issue(book):
    scores, practised = book["scores"]["all"], book["practised"]["all"]
    turns = turning_scores(scores, practised, "bedside-handover")
    for turn in turns.itertuples():
        changed = scores[scores["issue"] == "bedside-handover"].assign(**{turn.scale: turn.score})
        made = practised[practised["issue"] == "bedside-handover"]
        assert model.deliver(changed, made)["relation"].item() == turn.relation
    assert len(turns)


def test_a_scale_that_is_not_rated_takes_no_step_to_turn():
    turns = pd.DataFrame(
        {
            "scale": ["interaction", "knowledge", "agency"],
            "now": [2.0, np.nan, 1.0],
            "score": [3, 4, 3],
            "steps": [1.0, np.nan, 2.0],
            "relation": ["fits", "misfit", "fits"],
        }
    )
    assert list(nearest_turns(turns)["scale"]) == ["knowledge"]


def test_what_the_text_tells_of_a_turn_is_found_or_named_as_lost(book):
    scores, practised = book["scores"]["all"], book["practised"]["all"]
    turns = turning_scores(scores, practised, "bedside-handover")
    known = turn_to(turns, "knowledge", "fits", "bedside-handover")
    assert (known["scale"], known["relation"]) == ("knowledge", "fits")
    assert (
        known["steps"] == turns.query("scale == 'knowledge' and relation == 'fits'")["steps"].min()
    )
    lost = turns[turns["scale"] != "knowledge"]
    with pytest.raises(ValueError, match="another score of knowledge would make 'bedside-") as said:
        turn_to(lost, "knowledge", "fits", "bedside-handover")
    turn = lost.iloc[0]
    assert f"{turn['scale']} {turn['score']} ({turn['relation']})" in str(said.value)
    assert "Tell the case anew" in str(said.value)
    with pytest.raises(ValueError, match="What turns it now: nothing"):
        turn_to(turns[:0], "knowledge", "fits", "bedside-handover")


def test_the_one_issue_of_a_section_is_one_or_the_section_is_named():
    plan, _ = small_plan()
    with pytest.raises(ValueError, match="now 2: a, b. Tell that section anew"):
        sole_issue(plan, "fits", "service")
    with pytest.raises(ValueError, match="the reading 'service'. There are now 0: none"):
        sole_issue(plan, "overreach", "service")
    assert sole_issue(plan[1:], "fits", "service") == "b"


# --- telling -------------------------------------------------------------------------------


def test_every_case_is_told_in_the_same_form(book):
    sheets = [case_sheet(issue, **book) for issue in CHOSEN]
    for sheet in sheets:
        assert list(sheet.columns) == list(READINGS.values())
        assert list(sheet.index) == list(sheets[0].index)
        assert (sheet.map(len) > 0).all().all(), "a cell is empty; the unknown is a dash"


def test_a_sheet_says_what_the_plan_says(book):
    sheet = case_sheet("psychiatric-suicide", **book)["all texts"]
    assert sheet["five scores"] == "4 3 3 2 2"
    assert sheet["fits"] == "sense-maker (0.95)"
    assert sheet["offered"] == "protected (0.30)"
    assert sheet["relation"] == "untapped, gap 0.65"
    assert sheet["relation in the draws"] == "untapped 100%"


def test_a_reading_that_knows_nothing_says_nothing(book):
    sheet = case_sheet("line-infection", **book)["accounts"]
    assert sheet["relation"] == "unknown"
    assert set(sheet.drop(["relation", "five scores"])) == {"–"}


def test_forms_that_fit_equally_well_have_a_profile_each(book, headline):
    forms = data.load("partnership_forms")
    profiles = case_profiles(
        CHOSEN, book["scores"]["all"], headline, model.fits_of(book["scores"]["all"]), forms
    )
    shift = profiles[profiles["issue"] == "bedside-handover"]
    assert list(shift["part"]) == ["issue", "fits", "fits", "offered"]
    assert list(shift["form"].dropna()) == ["instructed", "checker", "informant"]
    assert profiles.groupby("issue")["part"].agg(set).eq({"issue", "fits", "offered"}).all()
    figure = four_cases(profiles)
    for label in profiles["label"].unique():
        assert label.lower() in figure.alt.lower()
    assert "variability not rated" in figure.alt


def test_documented_strategies_come_before_transferable_ones():
    links = pd.DataFrame(
        {
            "issue": ["one", "one", "two", "three"],
            "id": ["a", "b", "a", "a"],
            "strategy": ["act", "other", "act", "act"],
            "basis": ["transferable", "documented", "transferable", "documented"],
            "kind": ["resource", "hidden", "resource", "resource"],
            "cautions": [["indirect"], [], [], []],
        }
    )
    labels = pd.Series({"one": "One", "two": "Two", "three": "Three"})
    risks = pd.DataFrame({"id": ["a", "b"], "risk": ["tiring", None]})
    table = case_strategies(["two", "one"], labels, links, risks)
    assert list(table["issue"]) == ["Two", "One", "One"]
    assert list(table.index) == ["act", "other", "act"]
    assert list(table["standing"]) == ["transferable", "documented, hidden", "transferable"]
    assert list(table["to mind"]) == ["tiring", "", "tiring Sources: shown at a remove."]


# --- what chapter 11 says in words ---------------------------------------------------------


def test_the_cases_of_the_chapter_are_the_ones_that_the_rules_choose(book, headline):
    scores = book["scores"]["all"]
    places = model.map_position(scores).set_axis(scores["issue"])
    assert list(choose_cases(headline, places)["issue"]) == CHOSEN


def relation_of(book, reading, issue):
    return delivery_of(book["plans"][reading]).loc[issue, "relation"]


def test_the_readings_agree_and_differ_as_the_chapter_tells(book):
    for issue, told in {
        "line-infection": ["fits", "unknown", "fits"],
        "medication-transitions": ["untapped", "unheard", "untapped"],
        "disrespect": ["unheard", "unheard", "unheard"],
        "bedside-handover": ["misfit", "unknown", "misfit"],
        "dementia-hospital": ["fits", "unheard", "overreach"],
    }.items():
        assert [relation_of(book, reading, issue) for reading in READINGS] == told
    home = [book["scores"][reading].set_index("issue") for reading in READINGS]
    home = pd.DataFrame([table.loc["medication-transitions", list(SCALES)] for table in home])
    assert (home.nunique() == 1).all()
    for reading in READINGS:
        assert delivery_of(book["plans"][reading]).loc["medication-transitions", "unsupported"]


def test_one_step_turns_two_cases_and_none_turns_the_others(book):
    found = {
        issue: turning_scores(book["scores"]["all"], book["practised"]["all"], issue)
        for issue in CHOSEN
    }
    assert found["line-infection"].empty
    assert found["disrespect"].empty
    home = nearest_turns(found["medication-transitions"])
    assert list(home["scale"]) == ["presence", "agency"]
    assert list(home["relation"]) == ["fits", "fits"]
    shift = nearest_turns(found["bedside-handover"])
    assert list(shift["scale"]) == ["interaction"]
    assert list(shift["score"]) == [1]
    assert list(shift["relation"]) == ["overreach"]


def test_a_high_score_for_variability_would_make_the_carers_toolkit_fit(book):
    turns = turning_scores(
        book["scores"]["service"], book["practised"]["service"], "dementia-hospital"
    )
    high = turns[(turns["scale"] == "variability") & (turns["score"] >= 3)]
    assert list(high["relation"]) == ["fits", "fits"]


def test_self_management_of_anticoagulants_falls_outside_the_fitting_set(headline):
    assert headline.loc["anticoagulants", "fitting"] == ["coordinator"]
