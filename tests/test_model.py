"""The partnership model does what the book says it does, and repeats its worked examples."""

from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from pymcdm.methods import SPOTIS

from partnership import data, model

FORMS = data.load("partnership_forms")
SAFEGUARDS = data.load("safeguards")
DELIVERY = model.in_phase(FORMS)
PROTOTYPES = DELIVERY[list(model.SCALES)].to_numpy(float)
PLACE = {form: place for place, form in enumerate(DELIVERY["form"])}
BOOK = dict(zip(DELIVERY["form"], PROTOTYPES, strict=True))

scores = st.one_of(st.integers(0, 8).map(lambda steps: steps / 2), st.floats(0, 4))
characters = arrays(float, 5, elements=scores)
ratings = arrays(float, (4, 5), elements=st.one_of(st.just(np.nan), scores))
weights = arrays(float, 5, elements=st.integers(0, 10).map(float)).filter(lambda w: w.any())
masks = arrays(bool, (4, len(DELIVERY)))


def issue(offered="", enacted="", name="issue", **scores):
    """One issue as a team would write it."""
    return {"issue": name, **scores, "offered": offered, "enacted": enacted}


def delivery(*rows, forms=FORMS):
    """What the model says of a team's rows in delivery."""
    frame = pd.DataFrame(rows).replace("", np.nan)
    table = model.plan(frame, None, forms, SAFEGUARDS)
    return table[table["phase"] == "delivery"].set_index("issue")


@cache
def book_plan(group="all"):
    """The plan of the book's own issues in one reading, and their scores."""
    ratings, named = model.from_dataset(group)
    return model.plan(ratings, named), model.score(ratings).set_index("issue")


def rated(values):
    """Scores by scale; None is not rated."""
    pairs = zip(model.SCALES, values, strict=True)
    return {scale: np.nan if value is None else value for scale, value in pairs}


# --- fit ------------------------------------------------------------------------------------


def test_fit_is_one_minus_the_mean_share_of_the_scale_that_lies_between():
    fits = model.fit([2, 2, 3, 3, 3], [[2, 2, 3, 4, 3], [0, 0, 0, 0, 0], [4, 4, 4, 4, 4]])
    assert fits == pytest.approx([1 - 1 / 20, 1 - 13 / 20, 1 - 7 / 20])


def test_a_missing_scale_is_left_out_of_the_mean():
    assert model.fit([2, np.nan, 1, 3, 2], PROTOTYPES)[PLACE["checker"]] == pytest.approx(15 / 16)


def test_weights_weigh_the_scales():
    fits = model.fit([4, 0, 0, 0, 0], [[0, 0, 0, 0, 0]], {"interaction": 4})
    assert fits == pytest.approx([0.5])


def test_fit_takes_draws_of_weights_prototypes_and_ratings_at_once():
    draw = np.random.default_rng(1)
    rows = draw.integers(0, 9, (6, 3, 5)) / 2
    prototypes, weighed = draw.integers(0, 5, (6, 1, 7, 5)), draw.random((6, 1, 5))
    together = model.fit(rows, prototypes, weighed)
    one_by_one = [
        [model.fit(row, one[0], w[0]) for row in part]
        for part, one, w in zip(rows, prototypes, weighed, strict=True)
    ]
    assert together.shape == (6, 3, 7)
    assert together == pytest.approx(np.array(one_by_one))


@given(characters, characters, weights)
def test_fit_lies_from_nought_to_one_and_is_symmetric(one, other, w):
    there, back = model.fit(one, [other], w), model.fit(other, [one], w)
    assert 0 <= there[0] <= 1
    assert there == pytest.approx(back, abs=1e-12)


@given(characters, characters)
def test_fit_is_one_exactly_at_the_prototype(one, other):
    assert model.fit(one, [one]) == 1.0
    apart = np.abs(one - other).max() > 1e-6
    assert not apart or model.fit(one, [other]) < 1


@given(ratings, weights, st.floats(1e-3, 1e3))
def test_fit_does_not_change_when_all_weights_are_scaled(rows, w, factor):
    np.testing.assert_allclose(
        model.fit(rows, PROTOTYPES, w), model.fit(rows, PROTOTYPES, w * factor), atol=1e-12
    )


@given(ratings, weights, st.permutations(range(4)))
def test_fit_of_an_issue_does_not_depend_on_the_issues_beside_it(rows, w, order):
    order = list(order)
    np.testing.assert_array_equal(
        model.fit(rows, PROTOTYPES, w)[order], model.fit(rows[order], PROTOTYPES, w)
    )


@given(characters, weights, st.integers(0, 4), scores)
def test_a_scale_with_weight_zero_plays_no_part(row, w, scale, other):
    w[scale] = 0
    if w.any():
        changed = row.copy()
        changed[scale] = other
        np.testing.assert_array_equal(
            model.fit(row, PROTOTYPES, w), model.fit(changed, PROTOTYPES, w)
        )


@given(characters, characters, weights, st.integers(0, 4), st.floats(0, 1))
def test_fit_never_falls_when_a_rating_moves_towards_the_prototype(row, prototype, w, scale, way):
    nearer = row.copy()
    nearer[scale] += way * (prototype[scale] - row[scale])
    nearer = nearer.clip(0, 4)
    assert model.fit(nearer, [prototype], w) >= model.fit(row, [prototype], w) - 1e-12


@given(ratings, weights)
def test_missing_ratings_renormalise_and_fewer_than_three_leave_an_issue_unknown(rows, w):
    for row, fits in zip(rows, model.fit(rows, PROTOTYPES, w), strict=True):
        kept = ~np.isnan(row)
        if kept.sum() < 3 or not w[kept].any():
            assert np.isnan(fits).all()
        else:
            apart = np.abs(row[kept] - PROTOTYPES[:, kept]) @ w[kept] / (4 * w[kept].sum())
            assert fits == pytest.approx(1 - apart, abs=1e-12)


def test_what_counts_as_rated_does_not_depend_on_the_weights():
    row, w = [1, 1, 1, np.nan, np.nan], [1, 0, 0, 1, 1]
    assert model.fit(row, [[0, 0, 0, 0, 0]], w) == pytest.approx([0.75])
    assert np.isnan(model.fit(row, PROTOTYPES, [0, 0, 0, 1, 1])).all()


@pytest.mark.filterwarnings("ignore:Weights should be positive")
@given(arrays(float, (6, 5), elements=scores), characters, weights)
def test_fit_equals_one_minus_spotis_with_the_prototype_as_expected_solution(rows, prototype, w):
    spotis = SPOTIS(np.array([[0.0, 4.0]] * 5), esp=prototype)
    expected = 1 - spotis(rows, w / w.sum(), np.ones(5))
    np.testing.assert_allclose(model.fit(rows, [prototype], w)[:, 0], expected, atol=1e-12, rtol=0)


@pytest.mark.parametrize(
    "wrong, said",
    [
        ([1, 1, -1, 1, 1], "not below 0"),
        ([1, 1, np.nan, 1, 1], "finite"),
        ([0, 0, 0, 0, 0], "above 0"),
        ([1, 1, 1], "5 weights"),
        ({"presense": 2}, 'did you mean "presence"'),
    ],
)
def test_weights_that_cannot_weigh_are_refused(wrong, said):
    with pytest.raises(ValueError, match=said):
        model.fit([1, 1, 1, 1, 1], PROTOTYPES, wrong)


def test_huge_and_tiny_weights_are_weights():
    assert model.fit([0] * 5, [[4] * 5], [1.7e308] * 5) == pytest.approx([0])
    assert model.fit([0] * 5, [[2] * 5], [1e-300] * 5) == pytest.approx([0.5])


@pytest.mark.parametrize("wrong", [[0, 0, 0, 0, 4.5], [-1, 0, 0, 0, 0], [0, 0, 0]])
def test_ratings_off_the_scales_are_refused(wrong):
    with pytest.raises(ValueError, match="Expected"):
        model.fit(wrong, PROTOTYPES)


# --- fitting set, relation and gap ----------------------------------------------------------


@given(ratings, weights)
def test_the_fitting_set_holds_the_best_and_nothing_below_best_less_the_width(rows, w):
    fits = model.fit(rows, PROTOTYPES, w)
    for row, chosen in zip(fits, model.fitting_set(fits), strict=True):
        assert chosen.any() != np.isnan(row).any()
        if chosen.any():
            assert chosen[row.argmax()]
            assert row[chosen].min() >= row.max() - model.WIDTH - model.TOLERANCE
            assert (row[~chosen] < row.max() - model.WIDTH).all()


def test_rounding_does_not_shut_a_form_out_of_the_fitting_set():
    assert model.fitting_set([0.85, 0.85 - 0.05 - 1e-12, 0.7999]).tolist() == [True, True, False]


def test_forms_that_share_the_best_fit_are_the_set_of_width_zero():
    assert model.fitting_set([0.9, 0.9 - 1e-12, 0.89], width=0).tolist() == [True, True, False]


@given(ratings, weights, masks)
def test_a_gap_is_never_negative_and_unheard_and_unknown_have_none(rows, w, offered):
    found = model.relate(model.fit(rows, PROTOTYPES, w), offered, DELIVERY)
    names = np.array(model.RELATIONS)[found.relation]
    none = np.isin(names, ["unheard", "unknown"])
    assert (np.isnan(found.gap) == none).all()
    assert (found.gap[~none] >= 0).all()
    small = found.gap <= model.WIDTH + model.TOLERANCE
    assert (small == (names == "fits")).all()


@given(ratings, weights, masks, st.permutations(range(len(DELIVERY))))
@settings(max_examples=50)
def test_file_order_changes_nothing_but_display(rows, w, offered, order):
    order = list(order)
    fits = model.fit(rows, PROTOTYPES, w)
    one = model.relate(fits, offered, DELIVERY)
    other = model.relate(fits[:, order], offered[:, order], DELIVERY.iloc[order])
    np.testing.assert_array_equal(one.fitting[:, order], other.fitting)
    for a, b in zip(one[1:], other[1:], strict=True):
        np.testing.assert_array_equal(a, b)


def relation(values, offered, enacted=""):
    return delivery(issue(offered, enacted, **rated(values))).loc["issue"]


def test_an_offered_form_in_the_fitting_set_fits_though_a_better_one_is_left():
    found = relation([4, 4, 3, 4, 3], "sense-maker;trusted-partner")
    assert (found["relation"], found["gap"], found["offered_fit"]) == ("fits", 0, 1)
    found = relation([3, 3, 3, 3, 2], "sense-maker")
    assert found["fitting"] == ["advocate", "sense-maker"]
    assert (found["relation"], found["gap"]) == ("fits", pytest.approx(0))


def test_less_activity_offered_than_fits_is_untapped():
    assert relation(BOOK["self-manager"], "instructed")["relation"] == "untapped"


def test_more_activity_offered_than_fits_is_overreach():
    found = relation(BOOK["protected"], "self-manager")
    assert (found["relation"], found["gap"]) == ("overreach", pytest.approx(16 / 20))


def test_another_form_as_active_is_a_misfit():
    assert relation(BOOK["trusted-partner"], "self-manager")["relation"] == "misfit"


def test_activity_is_that_of_the_offered_form_that_fits_best_not_of_the_most_active():
    found = relation(BOOK["protected"], "instructed;self-manager")
    assert (found["relation"], found["offered_fit"]) == ("overreach", pytest.approx(0.6))
    found = relation(BOOK["checker"], "protected;instructed;trusted-partner")
    assert found["relation"] == "untapped"


def test_of_offered_forms_that_fit_equally_the_more_active_counts():
    forms = FORMS.copy()
    twins = forms["form"].isin(["protected", "coordinator"])
    forms.loc[twins, list(model.SCALES)] = 0
    for order in (forms, forms[::-1]):
        rows = [issue("protected;coordinator", **rated(BOOK["checker"]))]
        assert delivery(*rows, forms=order).loc["issue", "relation"] == "overreach"


def test_only_unheard_offered_is_a_relation_of_its_own_without_a_gap():
    found = relation([4, 3, 4, 4, 2], "unheard", "advocate")
    assert found["relation"] == "unheard"
    assert pd.isna(found["gap"]) and pd.isna(found["offered_fit"])
    assert found["unsupported"]


def test_unheard_beside_another_form_is_left_out():
    with_it, without = relation([0] * 5, "unheard;informant"), relation([0] * 5, "informant")
    assert with_it["offered"] == ["unheard", "informant"]
    assert (with_it["relation"], with_it["gap"]) == (without["relation"], without["gap"])


def test_unheard_fits_nothing_even_where_protection_does():
    assert relation([0] * 5, "unheard")["fitting"] == ["protected"]


def test_nothing_known_to_be_offered_is_unknown_but_the_fitting_set_is_told():
    found = relation(BOOK["advocate"], "", "advocate")
    assert (found["relation"], found["best_fit"]) == ("unknown", 1)
    assert found["fitting"][0] == "advocate" and found["enacted_fitting"] == ["advocate"]
    assert pd.isna(found["unsupported"]) and pd.isna(found["gap"])


def test_fewer_than_three_scales_leave_the_issue_unknown_whatever_is_offered():
    for offered in ("unheard", "advocate", ""):
        found = relation([3, 3, None, None, None], offered, "advocate")
        assert (found["relation"], found["scales_rated"], found["fitting"]) == ("unknown", 2, [])
        assert pd.isna(found["best_fit"]) and pd.isna(found["unsupported"])


def test_what_people_do_alone_is_unsupported_until_a_fitting_form_is_offered():
    character = [3, 3, 3, 3, 2]
    assert relation(character, "instructed", "advocate")["unsupported"]
    assert not relation(character, "sense-maker", "advocate")["unsupported"]
    assert not relation(character, "instructed", "checker")["unsupported"]
    assert not relation(character, "instructed")["unsupported"]


def test_the_fitting_set_is_listed_best_first_and_ties_in_file_order():
    found = relation([3, 3, 2, 3, 3], "instructed")
    assert found["fitting"] == ["advocate", "sense-maker", "coordinator", "trusted-partner"]
    turned = delivery(issue("instructed", **rated([3, 3, 2, 3, 3])), forms=FORMS[::-1])
    assert turned.loc["issue", "fitting"] == [
        "sense-maker",
        "advocate",
        "trusted-partner",
        "coordinator",
    ]


# --- from raters to issues ------------------------------------------------------------------


def test_scores_are_medians_half_points_stay_and_missing_scores_are_left_out():
    rows = pd.DataFrame(
        {
            "issue": ["a", "a", "b", "a"],
            "rater": ["x", "y", "x", "z"],
            "interaction": [1, 2, 0, np.nan],
            "presence": [1, 4, np.nan, 2],
            "burden": [1, 3, np.nan, 0],
            "who": ["patient", "both;family", np.nan, "patient"],
        }
    )
    table = model.score(rows).set_index("issue")
    assert list(table.index) == ["a", "b"]
    assert table.loc["a", ["interaction", "presence", "burden"]].tolist() == [1.5, 2, 3]
    assert table.loc["a", "who"] == "patient;family;both"
    assert table["raters"].tolist() == [3, 1]
    assert table["scales_rated"].tolist() == [2, 1]
    assert pd.isna(table.loc["b", "who"]) and pd.isna(table.loc["b", "burden"])


def test_long_and_wide_ratings_give_the_same_scores():
    wide = pd.DataFrame(
        {
            "issue": ["b", "b", "a"],
            "rater": ["x", "y", "x"],
            **{scale: [1.0, 4.0, 2.5] for scale in model.SCALES},
            "burden": [1.0, 0.0, 3.0],
        }
    )
    long = wide.melt(["issue", "rater"], var_name="scale", value_name="score")
    pd.testing.assert_frame_equal(model.score(wide), model.score(long))


def test_a_row_without_rater_is_a_rater_of_its_own():
    rows = pd.DataFrame({"issue": ["a"] * 3, "agency": [0, 1, 4], "offered": ["checker"] * 3})
    assert model.score(rows)["raters"].item() == 3
    assert model.practice(rows)["raters"].item() == 3


def test_the_same_rater_twice_is_a_fault():
    rows = pd.DataFrame({"issue": ["a", "a"], "rater": ["x", "x"], "agency": [0, 1]})
    with pytest.raises(ValueError, match="each issue once a rater"):
        model.score(rows)


def counted(*cells, layer="offered"):
    rows = pd.DataFrame({"issue": "a", layer: cells}).replace("", np.nan)
    return model.practice(rows)["form"].tolist()


def test_a_form_counts_when_half_of_the_raters_who_named_any_name_it():
    assert counted("checker;informant", "checker", "instructed") == ["checker"]
    assert counted("checker", "informant", "checker ; informant", "") == ["checker", "informant"]
    assert counted("checker", "informant") == ["checker", "informant"]


def test_if_no_form_reaches_half_all_that_were_named_count():
    assert counted("instructed", "checker", "informant") == ["instructed", "checker", "informant"]


def test_a_rater_who_names_none_is_left_out_phase_by_phase():
    rows = ["checker", "informant;reporter", "checker", "checker"]
    assert counted(*rows, layer="enacted") == ["checker", "reporter"]


def test_practice_is_the_same_from_long_and_from_wide():
    wide = pd.DataFrame({"issue": ["a", "a"], "rater": ["x", "y"]})
    wide["offered"], wide["enacted"] = ["checker;reporter", "informant"], [np.nan, "advocate"]
    long = wide.melt(["issue", "rater"], ["offered", "enacted"], "layer", "form").dropna()
    long = long.assign(form=long["form"].str.split(";")).explode("form")
    pd.testing.assert_frame_equal(model.practice(wide), model.practice(long))


def test_all_faults_are_named_at_once_with_rows_and_nearest_names():
    rows = pd.DataFrame(
        {
            "issue": ["a", "b", np.nan],
            "interaction": [5, 2, 1],
            "agency": ["high", "2", None],
        }
    )
    with pytest.raises(ValueError) as error:
        model.score(rows)
    for said in ('row 0, column interaction: found "5', 'found "high"', "row 2, column issue"):
        assert said in str(error.value)
    with pytest.raises(ValueError, match='rows 0, 1, column offered.*did you mean "sense-maker"'):
        model.practice(pd.DataFrame({"issue": ["a", "b"], "offered": ["sensemaker"] * 2}))


def test_a_practice_file_is_checked_for_forms_layers_phases_and_issues():
    good = pd.DataFrame(
        {"issue": ["a"], "phase": "delivery", "layer": "offered", "form": "checker"}
    )
    for column, wrong in [("form", "chequer"), ("layer", "offer"), ("phase", "design")]:
        with pytest.raises(ValueError, match=f"column {column}"):
            model.practice(good.assign(**{column: wrong}))
    ratings = pd.DataFrame([{"issue": "falls", **rated([1] * 5)}])
    with pytest.raises(ValueError, match='"fall" .did you mean "falls"'):
        model.plan(ratings, good.assign(issue="fall"))


def test_a_missing_column_and_an_unknown_scale_are_named():
    with pytest.raises(ValueError, match='"issue" .did you mean "issues"'):
        model.score(pd.DataFrame({"issues": ["a"]}))
    with pytest.raises(ValueError, match='did you mean "agency"'):
        model.score(pd.DataFrame({"issue": ["a"], "scale": ["agenzy"], "score": [1]}))


def test_forms_the_model_cannot_read_are_refused():
    forms = FORMS.copy()
    forms.loc[forms["form"] == "checker", "recommendable"] = "no"
    with pytest.raises(ValueError, match="unheard"):
        model.in_phase(forms)
    with pytest.raises(ValueError, match='did you mean "delivery"'):
        model.in_phase(FORMS, "deliverry")


# --- the plan -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "burden, who, interaction, carried_by",
    [
        (2.5, "patient", 4, None),
        (np.nan, "patient", 4, None),
        (3, "patient", 2.5, "a person the patient trusts, then named staff"),
        (3, "patient", 3, "an advocate from outside the unit, then named staff"),
        (4, "family", 3.5, "named staff and an advocate from outside the unit"),
        (4, np.nan, 0, "named staff and a person of the patient’s choice"),
        (4, "patient;family", 0, "named staff and a person of the patient’s choice"),
        (4, "family", np.nan, "named staff, with relief for the family"),
    ],
)
def test_where_the_burden_is_heavy_the_plan_says_who_carries_it(
    burden, who, interaction, carried_by
):
    assert model.safeguard(burden, who, interaction, SAFEGUARDS) == carried_by


def test_a_plan_has_four_rows_an_issue_and_the_columns_of_its_contract():
    table, _ = book_plan()
    assert list(table) == (
        "issue,label,phase,scales_rated,fitting,best_fit,offered,offered_fit,relation,gap,"
        "enacted,enacted_fitting,unsupported,burden,who,carried_by"
    ).split(",")
    issues = data.load("safety_issues")["issue"]
    assert table["issue"].tolist() == [name for name in issues for _ in model.PHASES]
    assert table["phase"].tolist() == list(model.PHASES) * len(issues)
    outside = table[table["phase"] != "delivery"]
    assert outside[["offered_fit", "relation", "gap", "unsupported"]].isna().all(axis=None)
    assert outside["offered"].map(len).any()


def test_options_are_ranked_among_the_forms_that_may_be_recommended():
    scores = model.score(pd.DataFrame([issue(**rated([0] * 5))]))
    for phase, fitting in [("evaluation", "reporter"), ("design", "adviser")]:
        assert model.options(scores, phase=phase)["fitting"].item() == [fitting]
    best = model.options(scores, phase="management")["best_fit"].item()
    assert best == pytest.approx(0.75)


def test_the_map_shows_relation_against_what_people_bring_over_what_is_rated():
    table = pd.DataFrame([rated([4, 2, 1, 2, 3]), rated([None, 2, 4, None, 3]), rated([None] * 5)])
    place = model.map_position(table)
    assert place["x"].tolist()[:2] == [0.75, 0.5]
    assert place["y"].tolist()[:2] == [0.5, 0.875]
    assert place.loc[2].isna().all()


# --- the worked examples --------------------------------------------------------------------

NONE = [None] * 5
INSISTING = ["advocate", "sense-maker"]
MANY = [*INSISTING, "informant", "coordinator", "trusted-partner"]
EXAMPLES = {
    "sterile-instruments": (NONE, [], None, [], "unknown", None, [], None),
    "line-infection": ([0, 0, 0, 1, 1], ["protected"], 0.9, ["protected"], "fits", 0, [], False),
    "bedside-handover": (
        *([2, None, 1, 3, 2], ["instructed", "checker"], 0.9375),
        *(["informant"], "misfit", 0.1875, [], False),
    ),
    "medication-transitions": (
        *([2, 2, 3, 3, 3], ["coordinator"], 0.95),
        *(["instructed", "informant"], "untapped", 0.10, ["coordinator"], True),
    ),
    "care-transitions": (
        *([3, 3, 2, 3, 3], [*INSISTING, "coordinator", "trusted-partner"], 0.85),
        *(["unheard", "instructed"], "untapped", 0.15, ["coordinator", "advocate"], True),
    ),
    "dementia-hospital": (
        *([3, 3, 3, 2, 3], MANY, 0.85, ["unheard", "informant"]),
        *("fits", 0.05, ["informant", *INSISTING], False),
    ),
    "psychiatric-suicide": (
        *([4, 3, 3, 2, 2], ["sense-maker"], 0.95, ["protected"]),
        *("untapped", 0.65, [], False),
    ),
    "disrespect": (
        *([4, 3, 4, 4, 2], [*INSISTING, "trusted-partner"], 0.9),
        *(["unheard"], "unheard", None, ["advocate"], True),
    ),
}
COLUMNS = ["fitting", "best_fit", "offered", "relation", "gap", "enacted_fitting", "unsupported"]


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_worked_examples_come_out_as_defined(name):
    character, *expected = EXAMPLES[name]
    table, scores = book_plan()
    assert scores.loc[name, list(model.SCALES)].tolist() == pytest.approx(
        list(rated(character).values()), nan_ok=True
    )
    found = table[table["phase"] == "delivery"].set_index("issue").loc[name]
    for column, value in zip(COLUMNS, expected, strict=True):
        if value is None:
            assert pd.isna(found[column]), column
        elif isinstance(value, float):
            assert found[column] == pytest.approx(value, abs=1e-12), column
        else:
            assert found[column] == value, column


@pytest.mark.parametrize(
    "group, counts",
    [
        ("all", {"fits": 11, "untapped": 11, "unheard": 5, "misfit": 2, "unknown": 1}),
        ("accounts", {"unheard": 14, "unknown": 7, "untapped": 5, "fits": 3, "misfit": 1}),
        (
            "service",
            {"fits": 10, "unknown": 7, "untapped": 6, "misfit": 4, "unheard": 2, "overreach": 1},
        ),
    ],
)
def test_each_reading_has_the_relations_that_were_counted(group, counts):
    table, _ = book_plan(group)
    assert table["relation"].value_counts().to_dict() == counts


def test_an_unknown_reading_is_named():
    with pytest.raises(ValueError, match='did you mean "accounts"'):
        model.from_dataset("account")
