"""Four worked cases are chosen by rule, told in one form, and say what the data say."""

from __future__ import annotations

import re

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
    cases,
    choose_cases,
    nearest_turns,
    never_overreach,
    sole_issue,
    turn_to,
    turning_scores,
)
from partnership.literature.untapped import READINGS, delivery_of
from partnership.model import SCALES, TOLERANCE

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
            "unsupported": pd.array([False, False, None, True, True, True, False, None]),
        }
    ).set_index("issue")
    places = pd.DataFrame(
        {"x": [0.3, 0.2, 1, 1, 0.6, 0.8, 0, 0], "y": [0.4, 0.4, 1, 1, 0.8, 0.7, 0, 0]}
    )
    return plan, places.set_index(plan.index)


def test_each_relation_has_the_case_that_its_rule_names():
    chosen = choose_cases(*small_plan())
    # b lies nearer to the corner; d alone is unsupported, though the gap of c is larger and its
    # set smaller; f lies farther out (1.063 against 1); h has the larger gap.
    expected = pd.DataFrame(
        {
            "issue": ["b", "d", "f", "h"],
            "label": ["B", "D", "F", "H"],
            "candidates": 2,
            "rule": list(CASE_RULES.values()),
        },
        index=pd.Index(["fits", "untapped", "unheard", "misfit"], name="relation"),
    )
    pd.testing.assert_frame_equal(chosen, expected)


def test_the_order_of_the_file_chooses_no_case():
    plan, places = small_plan()
    upended = choose_cases(plan[::-1], places)
    pd.testing.assert_frame_equal(choose_cases(plan, places), upended)
    # What differs by no more than rounding does is a tie.
    places.loc[["a", "b"]] = [[TOLERANCE, 0], [0, 0]]
    told = (
        "The case for 'fits' is not one issue: a, b. Issues with that relation: a, b. The rule in "
        "`CASE_RULES` must name one (nearest to the corner of the map where nothing is asked of "
        "people). Change the rule, or tell chapter 11 without this case."
    )
    with pytest.raises(ValueError, match=f"^{re.escape(told)}$"):
        choose_cases(plan, places)


def test_a_relation_that_no_issue_has_gives_no_case():
    plan, places = small_plan()
    told = "'misfit' is not one issue: none. Issues with that relation: none. .*largest gap"
    with pytest.raises(ValueError, match=told):
        choose_cases(plan[plan["relation"] != "misfit"], places)


def test_another_case_than_the_one_that_is_told_is_named():
    plan, places = small_plan()
    assert list(choose_cases(plan, places, list("bdfh"))["issue"]) == list("bdfh")
    told = (
        f"The rule for 'misfit' ({CASE_RULES['misfit']}) now chooses 'h', and chapter 11 tells of "
        "'g' as that case. Tell the new case there and name it in this cell, or undo the change of "
        "scores or prototypes."
    )
    with pytest.raises(ValueError, match=f"^{re.escape(told)}$"):
        choose_cases(plan, places, list("bdfg"))
    with pytest.raises(ValueError, match="shorter"):
        choose_cases(plan, places, list("bdf"))


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


@pytest.mark.parametrize(
    ("presence", "agency", "offered"), [(3, 3, "informant"), (2, 1, "coordinator")]
)
def test_every_score_that_turns_the_relation_is_told_and_no_other(presence, agency, offered):
    scores = ratings(interaction=2, knowledge=3, presence=presence, agency=agency)
    made = offers(offered)
    present = model.deliver(scores, made)["relation"].item()
    expected = []
    for scale in SCALES:
        for score in range(5):
            rated = model.score(scores[["issue", *SCALES]].assign(**{scale: score}))
            relation = model.deliver(rated, made)["relation"].item()
            if relation != present:
                now = {"interaction": 2.0, "variability": np.nan, "knowledge": 3.0}
                now |= {"presence": float(presence), "agency": float(agency)}
                steps = abs(score - now[scale])
                expected.append((scale, now[scale], score, steps, relation))
    assert max(turn[2] for turn in expected) >= 2
    columns = ["scale", "now", "score", "steps", "relation"]
    found = turning_scores(scores, made, "one")
    pd.testing.assert_frame_equal(found, pd.DataFrame(expected, columns=columns))
    # Other issues play no part, wherever they stand.
    beside = [
        pd.concat([table.assign(issue="other"), table], ignore_index=True)
        for table in (scores.assign(agency=0.0), made)
    ]
    beside[0].loc[1] = scores.loc[0]
    pd.testing.assert_frame_equal(turning_scores(*beside, "one"), found)


def test_a_score_that_makes_an_issue_known_turns_it_though_it_was_half_rated():
    # Two scales are not enough to tell; with a third the relation is known.
    turns = turning_scores(ratings(interaction=0, knowledge=0), offers("protected"), "one")
    told = set(zip(turns["scale"], turns["score"], turns["relation"], strict=True))
    assert ("presence", 0, "fits") in told
    assert not set(turns["scale"]) & {"interaction", "knowledge"}


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
    expected = turns.loc[[1]].reset_index(drop=True)
    pd.testing.assert_frame_equal(nearest_turns(turns), expected)
    near = nearest_turns(turns.drop(index=1))
    pd.testing.assert_frame_equal(near, turns.loc[[0]])
    assert nearest_turns(turns.loc[[2]]).index.tolist() == [0]


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


def test_the_smallest_turn_of_that_scale_to_that_relation_is_the_one_told():
    columns = ["scale", "now", "score", "steps", "relation"]
    turns = pd.DataFrame(
        [
            ("agency", 3.0, 1, 2.0, "fits"),
            ("agency", 3.0, 2, 1.0, "misfit"),
            ("agency", 3.0, 4, 1.0, "fits"),
            ("presence", 2.0, 2, 0.0, "fits"),
        ],
        columns=columns,
    )
    assert turn_to(turns, "agency", "fits", "falls")["score"] == 4
    told = (
        "The chapter says that another score of presence would make 'falls' come out as 'misfit', "
        "and none does any more. What turns it now: agency 1 (fits), agency 2 (misfit), agency 4 "
        "(fits), presence 2 (fits). Tell the case anew in the cells before and after this one, or "
        "undo the change of scores or prototypes."
    )
    with pytest.raises(ValueError, match=f"^{re.escape(told)}$"):
        turn_to(turns, "presence", "misfit", "falls")
    with pytest.raises(ValueError, match="What turns it now: nothing. Tell"):
        turn_to(turns[:0], "presence", "misfit", "falls")


def test_the_one_issue_of_a_section_is_one_or_the_section_is_named():
    plan, _ = small_plan()
    told = (
        "The chapter tells of the one issue that comes out as 'fits' in the reading 'all'. There "
        "are now 2: a, b. Tell that section anew, in the cell after this one, or undo the change "
        "of scores or prototypes."
    )
    with pytest.raises(ValueError, match=f"^{re.escape(told)}$"):
        sole_issue(plan, "fits", "all")
    with pytest.raises(ValueError, match="now 2: a, b. Tell that section anew"):
        sole_issue(plan, "fits", "service")
    with pytest.raises(ValueError, match="the reading 'service'. There are now 0: none"):
        sole_issue(plan, "overreach", "service")
    assert sole_issue(plan[1:], "fits", "service") == "b"


def test_overreach_is_ruled_out_where_something_that_fits_is_as_active_as_any_form():
    forms = pd.DataFrame(
        {
            "form": ["follows", "invited", "partner", "governor"],
            "phase": ["delivery"] * 3 + ["management"],
            "activity": [1, 2, 3, 4],
        }
    )
    fitting = [["follows", "partner"], ["partner"], ["invited", "follows"], []]
    plan = pd.DataFrame({"fitting": fitting}, index=list("abcd"))
    assert never_overreach(plan, forms) == 2
    assert never_overreach(plan[2:], forms) == 0


# --- telling -------------------------------------------------------------------------------


def plan_of(relation, *, gap, unsupported, who, burden, carried_by, delivery, others, enacted):
    """Return the plan of one issue, and of another that must not be told."""
    fitting, best_fit, offered, offered_fit = delivery
    rows = [("delivery", fitting, best_fit)]
    rows += [(phase, *fits) for phase, fits in zip(model.PHASES[1:], others, strict=True)]
    plan = pd.DataFrame(rows, columns=["phase", "fitting", "best_fit"])
    plan = plan.assign(
        issue="one",
        label="One",
        relation=relation,
        gap=gap,
        unsupported=pd.array([unsupported] * 4, dtype="boolean"),
        who=who,
        burden=burden,
        carried_by=carried_by,
        offered=[offered] * 4,
        offered_fit=offered_fit,
        enacted=[enacted] * 4,
    )
    return pd.concat([plan.assign(issue="other", relation="fits", best_fit=0.11), plan])


def test_a_sheet_tells_each_reading_in_words():
    nothing = ([], np.nan)
    plans = {
        "all": plan_of(
            "untapped",
            gap=0.054,
            unsupported=True,
            who="both",
            burden=2.5,
            carried_by="staff",
            delivery=(["coordinator", "advocate"], 0.904, ["informant"], 0.85),
            others=[(["reporter"], 0.8), (["adviser", "designer"], 0.756), nothing],
            enacted=["advocate", "checker"],
        ),
        "accounts": plan_of(
            "unheard",
            gap=np.nan,
            unsupported=False,
            who="family",
            burden=3.0,
            carried_by=np.nan,
            delivery=(["coordinator"], 0.9, ["unheard"], np.nan),
            others=[nothing, (["adviser"], 0.7), (["leader"], 0.6)],
            enacted=["advocate"],
        ),
        "service": plan_of(
            "unknown",
            gap=np.nan,
            unsupported=None,
            who=np.nan,
            burden=np.nan,
            carried_by=np.nan,
            delivery=([], np.nan, [], np.nan),
            others=[nothing] * 3,
            enacted=[],
        ),
    }
    # One step down in presence or agency `informant` fits: see the scores that turn, above.
    known = ratings(interaction=2, variability=2, knowledge=3, presence=3, agency=3)
    scores = {"all": known, "accounts": known, "service": ratings(interaction=2.5)}
    practised = {
        "all": offers("informant"),
        "accounts": offers("unheard"),
        "service": offers("informant")[:0],
    }
    shares = {
        "one": {"misfit": 0.05, "overreach": 0.049, "untapped": 0.35, "fits": 0.551},
        "other": {"fits": 1.0},
    }
    drawn = pd.DataFrame(
        [(issue, name, share) for issue, row in shares.items() for name, share in row.items()],
        columns=["issue", "relation", "probability"],
    )
    heard = pd.DataFrame({"issue": ["one"], "relation": "unheard", "probability": 1.0})
    draws = {"all": drawn, "accounts": heard, "service": drawn}
    expected = pd.DataFrame(
        [
            ("five scores", "2 2 3 3 3", "2 2 3 3 3", "2.5 – – – –"),
            ("burden", "2.5", "3", "–"),
            ("best placed", "patient and family", "family", "–"),
            ("fits", "coordinator, advocate (0.90)", "coordinator (0.90)", "–"),
            ("offered", "informant (0.85)", "unheard", "–"),
            ("relation", "untapped, gap 0.05", "unheard", "unknown"),
            ("people do", "advocate, checker", "advocate", "–"),
            ("unsupported", "yes", "no", "–"),
            ("relation in the draws", "fits 55%, untapped 35%, misfit 5%", "unheard 100%", "–"),
            ("a score that would turn it", "presence 2: fits; agency 2: fits", "none", "–"),
            ("evaluation", "reporter (0.80)", "–", "–"),
            ("design", "adviser, designer (0.76)", "adviser (0.70)", "–"),
            ("management", "–", "leader (0.60)", "–"),
            ("load carried by", "staff", "–", "–"),
        ],
        columns=["question", "all texts", "accounts", "service"],
    ).set_index("question")
    pd.testing.assert_frame_equal(case_sheet("one", plans, scores, practised, draws), expected)


def test_scores_of_one_scale_that_turn_alike_are_told_together():
    # Not rated, variability may be anything: any score of it takes no step.
    scores = ratings(interaction=0, knowledge=0, presence=0, agency=0)
    turns = turning_scores(scores, offers("instructed"), "one")
    text = cases._turns(
        pd.DataFrame(
            {
                "scale": ["variability", "variability", "agency", "variability"],
                "score": [3, 4, 0, 1],
                "relation": ["fits", "fits", "untapped", "untapped"],
            }
        )
    )
    assert text == "variability 3 or 4: fits; agency 0: untapped; variability 1: untapped"
    assert cases._turns(turns.iloc[:0]) == "none"


def test_a_profile_is_the_issue_or_a_form_that_fits_it_best_of_its_part():
    scores = pd.DataFrame(
        [["one", 1, 2, 3, 4, 0], ["two", 4, 3, 2, None, 0], ["three", 0, 0, 0, 0, 0]],
        columns=["issue", *SCALES],
    ).assign(scales_rated=5)
    forms = pd.DataFrame(
        [
            ("unheard", "none", [0, 0, 0, 0, 0]),
            ("checker", "pam", [2, 0, 1, 3, 1]),
            ("informant", "pam", [2, 2, 3, 2, 1]),
            ("advocate", "sm", [3, 3, 3, 4, 4]),
        ],
        columns=["form", "tradition", "made_for"],
    )
    forms[list(SCALES)] = forms.pop("made_for").tolist()
    later = forms.assign(phase="design", tradition="none")
    forms = pd.concat([later, forms.assign(phase="delivery")])
    plan = pd.DataFrame(
        {
            "label": ["One", "Two", "Three"],
            "relation": ["untapped", "unheard", "fits"],
            "fitting": [["advocate"], ["checker", "advocate", "informant"], ["checker"]],
            # What is heard counts, though `unheard` would fit better, unless nothing is.
            "offered": [["unheard", "informant", "checker"], ["unheard"], ["checker"]],
        },
        index=pd.Index(["one", "two", "three"], name="issue"),
    )
    fits = pd.DataFrame(
        {
            "unheard": [0.9, 0.1, 0],
            "checker": [TOLERANCE, 0.8, 0],
            "informant": [0.0, 0.7, 0],
            "advocate": [0.6, 0.8, 0],
        },
        index=plan.index,
    )
    rows = [
        ("two", "Two", "unheard", "issue", None, None, np.nan, 4, 3, 2, np.nan, 0),
        ("two", "Two", "unheard", "fits", "checker", "pam", 0.8, 2, 0, 1, 3, 1),
        ("two", "Two", "unheard", "fits", "advocate", "sm", 0.8, 3, 3, 3, 4, 4),
        ("two", "Two", "unheard", "offered", "unheard", "none", 0.1, 0, 0, 0, 0, 0),
        ("one", "One", "untapped", "issue", None, None, np.nan, 1, 2, 3, 4, 0),
        ("one", "One", "untapped", "fits", "advocate", "sm", 0.6, 3, 3, 3, 4, 4),
        ("one", "One", "untapped", "offered", "informant", "pam", 0.0, 2, 2, 3, 2, 1),
        ("one", "One", "untapped", "offered", "checker", "pam", TOLERANCE, 2, 0, 1, 3, 1),
    ]
    columns = ["issue", "label", "relation", "part", "form", "tradition", "fit", *SCALES]
    profiles = case_profiles(["two", "one"], scores, plan, fits, forms)
    expected = pd.DataFrame(rows, columns=columns)
    pd.testing.assert_frame_equal(profiles, expected, check_dtype=False)


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
            "cautions": [["indirect", "ambiguous"], [], [], []],
        }
    )
    labels = pd.Series({"one": "One", "two": "Two", "three": "Three"})
    risks = pd.DataFrame({"id": ["a", "b"], "risk": ["tiring", None]})
    table = case_strategies(["two", "one"], labels, links, risks)
    expected = pd.DataFrame(
        {
            "issue": ["Two", "One", "One"],
            "standing": ["transferable", "documented, hidden", "transferable"],
            "to mind": [
                "tiring",
                "",
                "tiring Sources: shown at a remove; can be read otherwise.",
            ],
        },
        index=pd.Index(["act", "other", "act"], name="what people do"),
    )
    pd.testing.assert_frame_equal(table, expected)


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
