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
from partnership.fitting import best_first

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
    for none in (np.nan, None):
        fits = model.fit([2, none, 1, 3, 2], PROTOTYPES)
        assert fits[PLACE["checker"]] == pytest.approx(15 / 16)


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


def test_fit_takes_many_weights_or_prototypes_of_one_issue():
    row, two = [2, 2, 3, 3, 3], np.stack([PROTOTYPES, 4 - PROTOTYPES])
    weighed = np.array([[1, 0, 0, 0, 0], [1, 1, 1, 1, 2]])
    by_weights = model.fit(row, PROTOTYPES, weighed)
    by_prototypes = model.fit(row, two)
    for draw in range(2):
        assert by_weights[draw] == pytest.approx(model.fit(row, PROTOTYPES, weighed[draw]))
        assert by_prototypes[draw] == pytest.approx(model.fit(row, two[draw]))


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


def refusal(of, *given, **named):
    """What a function says to what it cannot take."""
    with pytest.raises(ValueError) as error:
        of(*given, **named)
    return str(error.value)


NAMES = "interaction, variability, knowledge, presence, agency"


@pytest.mark.parametrize(
    "wrong, said",
    [
        (
            [1, 1, -1, 1, 1],
            "Weights must be finite and not below 0; found [1.0, 1.0, -1.0, 1.0, 1.0].",
        ),
        (
            [1, 1, np.nan, 1, 1],
            "Weights must be finite and not below 0; found [1.0, 1.0, nan, 1.0, 1.0].",
        ),
        (
            [np.inf, 1, 1, 1, 1],
            "Weights must be finite and not below 0; found [inf, 1.0, 1.0, 1.0, 1.0].",
        ),
        ([0] * 5, "At least one scale must have a weight above 0; found all of them 0."),
        (
            [[1] * 5, [0] * 5],
            "At least one scale must have a weight above 0; found all of them 0.",
        ),
        ([1, 1, 1], f"Expected 5 weights, for {NAMES}; found an array of shape (3,)."),
        (2, f"Expected 5 weights, for {NAMES}; found an array of shape ()."),
        (
            {"presense": 2, "burden": 1, "agency": 1},
            'Not weights of scales: "presense" (did you mean "presence"?), "burden"; '
            f"allowed: {NAMES}.",
        ),
    ],
)
def test_weights_that_cannot_weigh_are_refused(wrong, said):
    assert refusal(model.fit, [1, 1, 1, 1, 1], PROTOTYPES, wrong) == said


def test_the_largest_weight_of_each_row_becomes_one():
    assert model.check_weights().tolist() == [1, 1, 1, 1, 1]
    assert model.check_weights({"presence": 4}).tolist() == [0.25, 0.25, 0.25, 1, 0.25]
    rows = model.check_weights([[2, 4, 0, 1, 1], [0, 0, 0, 0, 0.5]])
    assert rows.tolist() == [[0.5, 1, 0, 0.25, 0.25], [0, 0, 0, 0, 1]]


def test_huge_and_tiny_weights_are_weights():
    assert model.fit([0] * 5, [[4] * 5], [1.7e308] * 5) == pytest.approx([0])
    assert model.fit([0] * 5, [[2] * 5], [1e-300] * 5) == pytest.approx([0.5])


def test_rounding_never_makes_a_fit_less_than_nought():
    assert model.fit([0] * 5, [[4] * 5], [7, 1, 1, 1, 3]).tolist() == [0]


@pytest.mark.filterwarnings("error")
def test_an_issue_is_known_by_scales_that_weigh_however_little_and_unknown_without_a_word():
    row = [np.nan, 1, 1, 1, np.nan]
    weights = [1, 0.001, 0.001, 0.002, 1]
    assert model.fit(row, [[0, 1, 1, 3, 0]], weights) == pytest.approx([0.75])
    few = [1, 1, np.nan, np.nan, np.nan]
    assert np.isnan(model.fit([few, row], PROTOTYPES, [1, 0, 0, 0, 1])).all()


@pytest.mark.parametrize(
    "wrong, said",
    [
        ([0, 0, 0, 0, 4.5], "Expected ratings from 0 to 4, NaN where not rated; found 4.5."),
        ([-1, 0, 5, np.nan, 4], "Expected ratings from 0 to 4, NaN where not rated; found -1, 5."),
        (
            [[9] * 5] * 3,
            "Expected ratings from 0 to 4, NaN where not rated; found " + ", ".join("9" * 10) + ".",
        ),
        ([0, 0, 0], f"Expected 5 ratings a row, for {NAMES}; found an array of shape (3,)."),
        (3, f"Expected 5 ratings a row, for {NAMES}; found an array of shape ()."),
    ],
)
def test_ratings_off_the_scales_are_refused(wrong, said):
    assert refusal(model.fit, wrong, PROTOTYPES) == said


@pytest.mark.parametrize(
    "wrong, said",
    [
        ([1, 1, 1, 1, 1], "Expected a prototype a row, with a value on each scale."),
        ([[1, 1, np.nan, 1, 1]], "Expected a prototype a row, with a value on each scale."),
        ([[1, 1, 1, 1, 5]], "Expected prototypes from 0 to 4, NaN where not rated; found 5."),
        ([[1, 1]], f"Expected 5 prototypes a row, for {NAMES}; found an array of shape (1, 2)."),
    ],
)
def test_prototypes_without_a_value_on_each_scale_are_refused(wrong, said):
    assert refusal(model.fit, [1, 1, 1, 1, 1], wrong) == said


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


def test_fits_that_differ_by_no_more_than_the_tolerance_are_equal():
    least = 1 - model.TOLERANCE
    assert model.fitting_set([1, least, 1 - 2e-9], width=0).tolist() == [True, True, False]
    assert model.fitting_set([1, 1 - model.WIDTH - model.TOLERANCE, 0.9]).tolist()[:2] == [True] * 2
    fits = np.array([[1e-9, 2e-9, 0.5], [1e-9, 4e-9, 0.5]])
    assert best_first(fits, fits < 0.1).tolist() == [[0, 1, -1], [1, 0, -1]]


def test_the_best_is_taken_along_an_axis_and_what_is_not_known_left_out():
    fits = [[0.2, np.nan, 0.7], [0.4, np.nan, 0.1]]
    assert model.best(fits).tolist() == [0.7, 0.4]
    assert model.best(fits[0]) == 0.7
    np.testing.assert_array_equal(model.best(fits, axis=0), [0.4, np.nan, 0.7])
    assert model.best([0.5, None]) == 0.5
    assert model.fitting_set([0.5, None]).tolist() == [True, False]
    assert model.fitting_set(fits, axis=0).tolist() == [[False, False, True], [True, False, False]]


def test_forms_are_ordered_best_first_and_many_equal_ones_as_in_the_file():
    fits = np.array([[0.5, 0.9, 0.9, 0.2], [0.5, 0.6, 0.7, 0.8]])
    fitting = np.array([[True, True, True, False], [False, True, True, False]])
    assert best_first(fits, fitting).tolist() == [[1, 2, 0, -1], [2, 1, -1, -1]]
    draws = np.stack([fits, fits[::-1]])
    expected = [[[1, 2, 0, -1], [2, 1, -1, -1]], [[2, 1, -1, -1], [1, 2, 0, -1]]]
    assert best_first(draws, np.stack([fitting, fitting[::-1]])).tolist() == expected
    many = np.full((1, 50), 0.5)
    assert best_first(many, many > 0).tolist() == [list(range(50))]


def test_forms_without_any_activity_are_below_those_that_follow():
    instructed, protected = (PROTOTYPES[[PLACE[name]]] for name in ("instructed", "protected"))
    for character, offered, relation in [
        (instructed, "protected", "untapped"),
        (protected, "instructed", "overreach"),
    ]:
        found = model.relate(
            model.fit(character, PROTOTYPES), DELIVERY["form"] == offered, DELIVERY
        )
        assert model.RELATIONS[found.relation.item()] == relation
        assert found.relation.dtype == np.int8
        assert found.best_fit.item() == 1 and found.offered_fit.item() == pytest.approx(0.6)


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


def test_draws_of_issues_are_compared_each_as_if_it_stood_alone():
    characters = np.array([[0, 0, 0, 1, 1], [3, 3, 2, 3, 3], [4, 3, 4, 4, 2], [2, 1, 2, 4, 4]])
    fits = model.fit(np.stack([characters, characters[::-1], 4 - characters]), PROTOTYPES)
    offered, enacted = np.zeros((2, 4, len(DELIVERY)), dtype=bool)
    offered[1, PLACE["unheard"]] = offered[2, PLACE["instructed"]] = True
    offered[3, PLACE["coordinator"]] = enacted[2:, PLACE["advocate"]] = True
    enacted[1, PLACE["coordinator"]] = True
    together = model.relate(fits, offered, DELIVERY)
    apart = model.unsupported(together, offered, enacted)
    assert len(set(together.relation.ravel())) == 5 and len(set(apart.ravel())) == 2
    for draw, issue in np.ndindex(3, 4):
        alone = model.relate(fits[draw, issue], offered[issue], DELIVERY)
        for field, value in zip(together, alone, strict=True):
            np.testing.assert_array_equal(field[draw, issue], value)
        found = model.unsupported(alone, offered[issue], enacted[issue])
        assert found == apart[draw, issue]


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
    # Informing lies 7 steps away and making sense 8: almost as well is not as well.
    found = relation([2, 1, 2, 4, 4], "informant;sense-maker")
    assert (found["fitting"], found["relation"]) == (["coordinator"], "untapped")
    assert found["gap"] == pytest.approx(0.2)


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
    found = relation(character, "instructed", "checker;sense-maker")
    assert found["enacted_fitting"] == ["sense-maker"] and found["unsupported"]
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
    for raters in (["x", None, None], ["x", "y", None]):
        named = rows.assign(rater=raters)
        assert model.score(named)["raters"].item() == 3
        assert model.practice(named)["raters"].item() == 3


def test_scores_may_be_of_any_kind_of_number():
    for kind in ("Int64", "Float64", "str", object):
        rows = pd.DataFrame({"issue": ["a", "b"], "agency": pd.array([3, None], dtype=kind)})
        np.testing.assert_array_equal(model.score(rows)["agency"], [3, np.nan])
    table = model.score(pd.DataFrame({"issue": ["a"], "agency": [3], "burden": [2]}))
    assert (table[[*model.SCALES, "burden"]].dtypes == "float64").all()


def test_the_same_rater_twice_is_a_fault():
    rows = pd.DataFrame({"issue": ["a", "a"], "rater": ["x", "x"], "agency": [0, 1]})
    fault = 'row 1, column issue: found "a"; expected each issue once a rater'
    assert refusal(model.score, rows) == FAULTS + fault
    long = pd.DataFrame({"issue": "a", "rater": "x", "scale": ["agency"] * 2, "score": 1})
    assert refusal(model.score, long) == FAULTS + fault + " and scale"
    assert model.score(long.assign(scale=["agency", "burden"]))["raters"].item() == 1


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


def test_scores_stand_in_the_order_in_which_issues_appear():
    rows = pd.DataFrame(
        {
            "issue": ["b", "a", "b"],
            "label": [None, "Falls", "Sepsis"],
            "burden": [None, None, 1],
            "agency": ["4", None, None],
            "who": [" both", None, "nurse; patient ;carer;;family"],
        }
    )
    rows.index = [4, 4, 4]
    expected = pd.DataFrame(
        {
            "issue": ["b", "a"],
            "label": ["Sepsis", "Falls"],
            "raters": [2, 0],
            **dict.fromkeys(model.SCALES[:4], np.nan),
            "agency": [4, np.nan],
            "burden": [1, np.nan],
            "who": ["patient;family;both;carer;nurse", np.nan],
            "scales_rated": [1, 0],
        }
    )
    pd.testing.assert_frame_equal(model.score(rows), expected, check_dtype=False)


def test_forms_named_stand_by_issue_phase_layer_and_form():
    wide = pd.DataFrame(
        {
            "issue": ["b", "a", "b"],
            "rater": ["x", "x", "y"],
            "offered": ["adviser;informant;checker;informant", "reporter", "informant"],
            "enacted": ["advocate", None, "sense-maker;co-reviewer"],
        }
    )
    expected = [
        ("b", "delivery", "offered", "checker", 1, 2),
        ("b", "delivery", "offered", "informant", 2, 2),
        ("b", "delivery", "enacted", "advocate", 1, 2),
        ("b", "delivery", "enacted", "sense-maker", 1, 2),
        ("b", "evaluation", "enacted", "co-reviewer", 1, 1),
        ("b", "design", "offered", "adviser", 1, 1),
        ("a", "evaluation", "offered", "reporter", 1, 1),
    ]
    columns = ["issue", "phase", "layer", "form", "named_by", "raters"]
    table = model.practice(wide)
    pd.testing.assert_frame_equal(table, pd.DataFrame(expected, columns=columns), check_dtype=False)
    assert model.practice(wide[["issue", "rater"]]).empty
    forms = FORMS.assign(form=FORMS["form"].replace("checker", "watcher"))
    own = model.practice(pd.DataFrame({"issue": ["a"], "offered": ["watcher"]}), forms)
    assert own["form"].tolist() == ["watcher"]


def test_a_form_that_nobody_else_names_counts_beside_one_that_half_name_in_another_issue():
    rows = pd.DataFrame({"issue": ["a", "a", "a", "b"], "rater": ["x", "y", "z", "x"]})
    rows["offered"] = ["checker", "informant", "instructed", "checker"]
    table = model.practice(rows)
    assert table["form"].tolist() == ["instructed", "checker", "informant", "checker"]
    assert table["raters"].tolist() == [3, 3, 3, 1]


def test_who_names_a_form_twice_names_it_once():
    long = pd.DataFrame({"issue": "a", "layer": "offered", "form": ["checker"] * 2, "rater": "x"})
    assert model.practice(long)[["named_by", "raters"]].to_numpy().tolist() == [[1, 1]]


FAULTS = "Faults in the frame:\n  "
FOUND = "expected a number from 0 to 4, or nothing"


def test_all_faults_are_named_at_once_with_their_rows():
    rows = pd.DataFrame(
        {
            "issue": ["a", "b", np.nan, "c", None],
            "interaction": [4.5, 2, -1, 4.5, 0],
            "agency": ["high", "2", None, "4", "0"],
        },
        index=[2, 3, 4, 5, 6],
    )
    assert refusal(model.score, rows) == FAULTS + "\n  ".join(
        [
            "rows 4, 6, column issue: found an empty cell; expected an issue",
            f'rows 2, 5, column interaction: found "4.5"; {FOUND}',
            f'row 4, column interaction: found "-1.0"; {FOUND}',
            f'row 2, column agency: found "high"; {FOUND}',
        ]
    )


def test_many_faults_are_counted_and_the_first_ten_told():
    rows = pd.DataFrame({"issue": [f"issue {n}" for n in range(13)], "agency": range(5, 18)})
    told = [f'row {n}, column agency: found "{n + 5}"; {FOUND}' for n in range(10)]
    assert refusal(model.score, rows) == FAULTS + "\n  ".join([*told, "… and 3 more"])
    assert refusal(model.score, rows[:11]) == FAULTS + "\n  ".join([*told, "… and 1 more"])
    assert refusal(model.score, rows[:10]) == FAULTS + "\n  ".join(told)
    rows = rows.assign(agency=7)
    ten = ", ".join(map(str, range(10)))
    fault = f'rows {ten}, …, column agency: found "7"; {FOUND}'
    assert refusal(model.score, rows) == refusal(model.score, rows[:11]) == FAULTS + fault
    assert refusal(model.score, rows[:10]) == FAULTS + fault.replace(", …", "")


def test_a_form_that_does_not_exist_is_named_with_the_nearest_that_does():
    rows = pd.DataFrame(
        {"issue": ["a", "b", "c"], "offered": ["sensemaker"] * 2 + ["checker;zzz;sensemaker"]}
    )
    forms = ", ".join(FORMS["form"])
    assert refusal(model.practice, rows) == FAULTS + (
        f'rows 0, 1, 2, column offered: found "sensemaker"; expected forms of {forms}; '
        f'did you mean "sense-maker"?\n  row 2, column offered: found "zzz"; '
        f"expected forms of {forms}"
    )


def test_a_practice_file_is_checked_for_forms_layers_phases_and_issues():
    good = pd.DataFrame(
        {"issue": ["a", "b"], "phase": ["delivery", None], "layer": "offered", "form": "checker"}
    )
    assert len(model.practice(good)) == 2
    for column, wrong, said in [
        ("form", "chequer", f'one of {", ".join(FORMS["form"])}; did you mean "checker"?'),
        ("layer", "offer", 'one of offered, enacted; did you mean "offered"?'),
        ("phase", "design", "the phase that the form belongs to"),
        ("issue", None, "an issue"),
    ]:
        found = "an empty cell" if wrong is None else f'"{wrong}"'
        fault = f"row 0, column {column}: found {found}; expected {said}"
        broken = good.assign(**{column: [wrong, *good[column][1:]]})
        assert refusal(model.practice, broken) == FAULTS + fault
    both = good.assign(form=["chequer", "checker"])
    assert "column phase" not in refusal(model.practice, both)
    ratings = pd.DataFrame([{"issue": "falls", **rated([1] * 5)}])
    assert refusal(model.plan, ratings, good.assign(issue=["fall", "falls"])) == (
        'Not issues that are rated: "fall" (did you mean "falls"?); allowed: falls.'
    )


def test_a_missing_column_is_named_with_those_that_are_there():
    for of in (model.score, model.practice):
        assert refusal(of, pd.DataFrame({"issues": ["a"], "form": ["checker"]})) == (
            'Not columns: "issue" (did you mean "issues"?); found: issues, form.'
        )
    assert refusal(model.practice, pd.DataFrame({"issue": ["a"], "form": ["checker"]})) == (
        'Not columns: "layer"; found: issue, form.'
    )


def test_a_scale_that_does_not_exist_is_named():
    rows = pd.DataFrame({"issue": ["a"] * 2, "scale": ["agenzy", "burden"], "score": [1, 9]})
    assert refusal(model.score, rows) == FAULTS + (
        'row 0, column scale: found "agenzy"; expected one of '
        f'{NAMES}, burden; did you mean "agency"?\n  row 1, column score: found "9"; {FOUND}'
    )


def test_forms_the_model_cannot_read_are_refused():
    forms = FORMS.copy()
    forms.loc[forms["form"] == "checker", "recommendable"] = "no"
    never = "In delivery `unheard`, and no other form, is never recommended."
    assert refusal(model.in_phase, forms) == never
    forms = FORMS.assign(
        recommendable=FORMS["recommendable"].where(FORMS["form"] != "unheard", "yes")
    )
    assert refusal(model.in_phase, forms) == never
    forms = FORMS.assign(recommendable="no")
    assert (
        refusal(model.in_phase, forms, "design")
        == "No form of the phase design may be recommended."
    )
    assert refusal(model.in_phase, FORMS, "deliverry") == (
        'Not a phase: "deliverry" (did you mean "delivery"?); '
        "allowed: delivery, evaluation, design, management."
    )


def test_the_forms_of_a_phase_are_numbered_from_nought_in_file_order():
    found = model.in_phase(FORMS, "design")
    assert found["form"].tolist() == ["no-design", "adviser", "co-designer"]
    assert found.index.tolist() == [0, 1, 2] and list(found) == list(FORMS)
    pd.testing.assert_frame_equal(model.in_phase(), model.in_phase(FORMS, "delivery"))


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
    assert table.index.tolist() == list(range(len(table)))
    assert table["carried_by"].dtype == table["relation"].dtype == "str"
    outside = table[table["phase"] != "delivery"]
    assert outside[["offered_fit", "relation", "gap", "unsupported"]].isna().all(axis=None)
    assert outside["offered"].map(len).any()


def test_fits_stand_by_issue_and_form():
    scores = pd.DataFrame([{"issue": "a", **rated([1] * 5)}, {"issue": "b", **rated([0] * 5)}])
    table = model.fits_of(scores, phase="management", weights={"agency": 4})
    assert table.index.tolist() == ["a", "b"] and table.index.name == "issue"
    assert list(table) == ["no-management", "representative", "co-governor"]
    # Governing lies 2, 2, 2, 3 and 3 away from the first, and agency counts four times.
    assert table.loc["a"].tolist() == pytest.approx([0.75, 1, 1 - 21 / 32])
    nullable = scores.astype(dict.fromkeys(model.SCALES, "Float64")).replace(0, pd.NA)
    assert model.fits_of(nullable).loc["b"].isna().all()


def test_a_plan_keeps_to_the_forms_the_safeguards_and_the_weights_given():
    forms = FORMS.assign(form=FORMS["form"].replace({"checker": "watcher", "adviser": "guide"}))
    forms.loc[forms["form"] == "co-governor", list(model.SCALES)] = [4, 0, 1, 3, 0]
    safeguards = pd.DataFrame(
        {"who": ["both"] * 2, "interaction_from": [0, 1], "carried_by": ["the ward", "nobody"]}
    )
    rows = [issue("watcher;guide", "watcher;reporter", burden=3, **rated([None, 0, 1, 3, 4]))]
    table = model.plan(pd.DataFrame(rows), None, forms, safeguards, {"agency": 0})
    table = table.set_index("phase")
    assert table["fitting"].tolist() == [["watcher"], ["reporter"], ["guide"], ["co-governor"]]
    assert table["best_fit"].tolist() == pytest.approx([1, 1 - 3 / 12, 1 - 4 / 12, 1])
    assert table["offered"].tolist() == [["watcher"], [], ["guide"], []]
    assert table["enacted"].tolist() == [["watcher"], ["reporter"], [], []]
    assert table["enacted_fitting"].tolist() == [["watcher"], [], [], []]
    assert table["carried_by"].tolist() == ["the ward"] * 4
    assert table["burden"].tolist() == [3] * 4
    practised = pd.DataFrame({"issue": ["issue"], "offered": ["protected"]})
    table = model.plan(pd.DataFrame(rows), practised, forms, safeguards)
    assert table["offered"].tolist() == [["protected"], [], [], []]
    # Protecting lies 0, 1, 3 and 4 away on four scales.
    assert table["offered_fit"].tolist()[0] == pytest.approx(0.5)


def test_a_load_is_carried_from_three_on_and_an_unknown_interaction_counts_as_nought():
    safeguards = pd.DataFrame(
        {"who": ["family"] * 2, "interaction_from": [0, 0.5], "carried_by": ["low", "high"]}
    )
    assert model.safeguard(3, "family", np.nan, safeguards) == "low"
    assert model.safeguard(3, "family", 0.5, safeguards) == "high"
    assert model.safeguard(2.99, "family", 0.5, safeguards) is None
    assert model.safeguard(4, "both", 4) == "an advocate from outside the unit and named staff"


def test_options_are_ranked_among_the_forms_that_may_be_recommended():
    scores = model.score(pd.DataFrame([issue(**rated([0] * 5))]))
    for phase, fitting in [("evaluation", "reporter"), ("design", "adviser")]:
        assert model.options(scores, phase=phase)["fitting"].item() == [fitting]
    pd.testing.assert_frame_equal(model.options(scores), model.options(scores, phase="evaluation"))
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
    assert refusal(model.from_dataset, "account") == (
        'Not a reading: "account" (did you mean "accounts"?); allowed: accounts, service, all.'
    )


def test_a_reading_is_the_datasets_issues_with_their_scores_and_forms():
    ratings, named = model.from_dataset("service")
    assert list(ratings) == ["issue", "label", "rater", "group", *model.SCALES, "burden", "who"]
    issues = data.load("safety_issues")
    assert ratings[["issue", "label"]].equals(issues[["issue", "label"]])
    assert set(ratings["group"]) == {"service"} == set(named["group"])
    row = ratings.set_index("issue").loc["medication-transitions"]
    long = data.load("issue_ratings")
    own = long[(long["issue"] == row.name) & (long["group"] == "service")]
    assert row[own["scale"]].tolist() == own["score"].tolist()
    assert row["rater"] == own["rater"].iloc[0] == "desk-service"
    forms = data.load("issue_practice")
    assert named.equals(forms[forms["group"] == "service"].reset_index(drop=True))
    pd.testing.assert_frame_equal(model.from_dataset()[0], model.from_dataset("all")[0])
