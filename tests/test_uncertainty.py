"""What the book says about how sure the model's answers are."""

import itertools
import time
import tracemalloc
import warnings
from statistics import median

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from partnership import data, model
from partnership.uncertainty import VARIED, _block, acceptability, higher, tau_b

DRAWS = 10_000
NAN = float("nan")


def forms_of(**prototypes):
    """Return delivery forms: `unheard`, and the named ones as (activity, prototype)."""
    rows = {"unheard": (0, [0] * 5), **prototypes}
    table = pd.DataFrame(
        [prototype for _, prototype in rows.values()], columns=list(model.SCALES), dtype=float
    )
    table.insert(0, "form", list(rows))
    table["phase"], table["activity"] = "delivery", [activity for activity, _ in rows.values()]
    table["recommendable"] = ["no"] + ["yes"] * len(prototypes)
    return table


def rated(*rows):
    """Return wide ratings from (issue, scores, offered, enacted), one row a rater."""
    table = pd.DataFrame([row[1] for row in rows], columns=list(model.SCALES), dtype=float)
    table.insert(0, "issue", [row[0] for row in rows])
    table.insert(1, "rater", [f"rater {number}" for number in range(len(rows))])
    table["offered"] = [row[2] for row in rows]
    table["enacted"] = [row[3] if len(row) > 3 else None for row in rows]
    return table.astype({"offered": "str", "enacted": "str"})


def near(found, expected, draws=DRAWS):
    """Say whether a simulated share is as near to the exact one as chance allows."""
    return abs(found - expected) <= 5 * np.sqrt(expected * (1 - expected) / draws) + 1e-12


def cell(table, column, **where):
    """Return the one value of a tidy table."""
    rows = table[np.logical_and.reduce([table[name] == value for name, value in where.items()])]
    (value,) = rows[column]
    return value


@pytest.fixture(scope="module")
def headline():
    """The dataset's headline reading."""
    return model.from_dataset("all")


@pytest.fixture(scope="module")
def result(headline):
    """What chapter 9 reports."""
    return acceptability(*headline)


# --- nothing varies -------------------------------------------------------------------------


@pytest.mark.parametrize("reading", ["all", "accounts", "service"])
def test_without_variation_every_draw_is_the_models_answer(reading):
    ratings, named = model.from_dataset(reading)
    found = acceptability(ratings, named, draws=3, vary=())
    answer = model.deliver(model.score(ratings), model.practice(named)).set_index("issue")
    known = answer["best_fit"].notna()
    inclusion = found.forms.pivot(index="issue", columns="form", values="inclusion")
    relation = found.relations.pivot(index="issue", columns="relation", values="probability")
    issues = found.issues.set_index("issue")
    for issue in answer.index[known]:
        row = inclusion.loc[issue]
        assert set(row.index[row == 1]) == set(answer.loc[issue, "fitting"])
        assert set(row) <= {0, 1}
        assert relation.loc[issue, answer.loc[issue, "relation"]] == 1
        assert relation.loc[issue].sum() == 1
        assert issues.loc[issue, "unsupported"] == (answer["unsupported"].fillna(False)[issue])
    for end in ("gap", "gap_low", "gap_median", "gap_high"):
        pd.testing.assert_series_equal(issues[end], answer["gap"], check_names=False)
    assert (issues["skipped"] == (~known).astype(float)).all()
    assert found.tau == pytest.approx(1)


# --- exact answers --------------------------------------------------------------------------

SMALL = forms_of(
    instructed=(1, [1, 0, 2, 0, 0]),
    coordinator=(3, [3, 4, 2, 0, 0]),
)
MOVES = ((-1, 0.25), (0, 0.5), (1, 0.25))


def enumerated(ratings, forms, offered, enacted):
    """Return the exact answer for one issue rated on the first three scales.

    Written in plain Python, apart from the model: every move of every prototype value and every
    resample of raters, each with its probability.
    """
    names = [name for name in forms["form"] if name != "unheard"]
    prototypes = [forms.set_index("form").loc[name, list(model.SCALES[:3])] for name in names]
    activity = dict(zip(forms["form"], forms["activity"], strict=True))
    resamples = list(itertools.product(ratings, repeat=len(ratings)))
    exact = {"skipped": 0.0, "unsupported": 0.0, "gaps": []}
    for resample in resamples:
        columns = [
            [score for score in column if score == score] for column in zip(*resample, strict=True)
        ]
        if not all(columns):
            exact["skipped"] += 1 / len(resamples)
            continue
        scores = [median(column) for column in columns]
        for moves in itertools.product(MOVES, repeat=3 * len(names)):
            chance = np.prod([p for _, p in moves]) / len(resamples)
            steps = iter(move for move, _ in moves)
            fits = {}
            for name, prototype in zip(names, prototypes, strict=True):
                moved = [min(max(value + next(steps), 0), 4) for value in prototype]
                far = sum(abs(r - u) for r, u in zip(scores, moved, strict=True))
                fits[name] = 1 - far / 12
            best = max(fits.values())
            firsts = [name for name in names if fits[name] > best - 1e-9]
            fitting = [name for name in names if fits[name] > best - 0.05 - 1e-9]
            for name in firsts:
                exact["first", name] = exact.get(("first", name), 0) + chance / len(firsts)
            for name in fitting:
                exact["in", name] = exact.get(("in", name), 0) + chance
            relation = "fits"
            if offered not in fitting:
                levels = [activity[name] for name in fitting]
                relation = "untapped" if activity[offered] < min(levels) else "overreach"
            exact[relation] = exact.get(relation, 0) + chance
            if enacted in fitting and offered not in fitting:
                exact["unsupported"] += chance
            exact["gaps"].append((best - fits[offered], chance))
    return exact


@pytest.mark.parametrize(
    "raters",
    [
        [(2, 2, 2)],
        [(1, 0, 2), (4, 4, 3)],
        [(1, 3, 2), (2.5, 2, 2), (0, 4, 4)],
        [(2, 2, 1), (3, NAN, 2)],
        [(0, 2, 2), (NAN, 3, NAN), (4, NAN, 4)],
    ],
)
@pytest.mark.parametrize("offered", ["instructed", "coordinator"])
def test_moves_and_resamples_give_the_exact_answer(raters, offered):
    rows = [("issue", (*scores, NAN, NAN), offered, "coordinator") for scores in raters]
    found = acceptability(
        rated(*rows), forms=SMALL, draws=DRAWS, seed=7, vary=("prototypes", "raters")
    )
    exact = enumerated(raters, SMALL, offered, "coordinator")
    (skipped,) = found.issues["skipped"]
    (unsupported,) = found.issues["unsupported"]
    assert near(skipped, exact["skipped"])
    done = 1 - exact["skipped"]
    draws = DRAWS * (1 - skipped)
    assert near(unsupported, exact["unsupported"] / done, draws)
    for name in ("instructed", "coordinator"):
        first = cell(found.forms, "acceptability", form=name)
        assert near(first, exact.get(("first", name), 0) / done, draws)
        assert near(
            cell(found.forms, "inclusion", form=name), exact.get(("in", name), 0) / done, draws
        )
    for relation in ("fits", "untapped", "overreach"):
        probability = cell(found.relations, "probability", relation=relation)
        assert near(probability, exact.get(relation, 0) / done, draws)
    for percent, column in ((5, "gap_low"), (50, "gap_median"), (95, "gap_high")):
        # The percentile lies where the exact distribution passes its share, within chance.
        (gap,) = found.issues[column]
        below = sum(p for value, p in exact["gaps"] if value < gap - 1e-9) / done
        upto = sum(p for value, p in exact["gaps"] if value <= gap + 1e-9) / done
        slack = 5 * np.sqrt(0.25 / draws)
        assert below - slack <= percent / 100 <= upto + slack


@pytest.mark.parametrize(("steps", "expected"), [(1, 1 / 2), (2, 2 / 3), (4, 4 / 5)])
def test_weights_are_any_with_the_same_chance(steps, expected):
    # One form is `steps` nearer on one scale, the other one step nearer on another: with weights
    # uniform on the simplex the first wins with probability steps / (steps + 1).
    forms = forms_of(
        checker=(2, [steps, 1, 2, 2, 2]),
        informant=(2, [0, 0, 2, 2, 2]),
    )
    ratings = rated(("issue", [steps, 0, 2, 2, 2], "checker"))
    found = acceptability(ratings, forms=forms, draws=DRAWS, seed=3, vary=("weights",))
    assert near(cell(found.forms, "acceptability", form="checker"), expected)


def test_weights_do_not_matter_where_forms_differ_on_one_scale_only():
    forms = forms_of(checker=(2, [2, 1, 1, 1, 1]), informant=(2, [4, 1, 1, 1, 1]))
    ratings = rated(("issue", [2.5, 3, 0, 1, 4], "informant"))
    found = acceptability(ratings, forms=forms, draws=500, vary=("weights",))
    assert cell(found.forms, "acceptability", form="checker") == 1


def test_forms_that_fit_alike_share_a_draw():
    forms = forms_of(advocate=(3, [3] * 5), twin=(2, [3] * 5), instructed=(1, [0] * 5))
    ratings = rated(("issue", [3, 4, 2, 3, 3], "twin"))
    found = acceptability(ratings, forms=forms, draws=500, vary=("weights",)).forms
    assert found["acceptability"].tolist() == [0.5, 0.5, 0]
    assert found["inclusion"].tolist() == [1, 1, 0]


def test_a_rater_is_drawn_with_all_its_scores():
    # One rater sees an issue wholly like one form, the other wholly like the other. Scales drawn
    # one by one would mix them; drawn whole, only the median of both can lie between.
    forms = forms_of(protected=(0, [0] * 5), witness=(3, [4] * 5), halfway=(2, [2] * 5))
    ratings = rated(("issue", [0] * 5, "protected"), ("issue", [4] * 5, "protected"))
    found = acceptability(ratings, forms=forms, draws=DRAWS, vary=("raters",)).forms
    for form, expected in {"protected": 0.25, "witness": 0.25, "halfway": 0.5}.items():
        assert near(cell(found, "acceptability", form=form), expected)


def test_the_median_of_raters_stands_where_they_do_not_vary():
    forms = forms_of(protected=(0, [0] * 5), witness=(3, [4] * 5), halfway=(2, [2] * 5))
    ratings = rated(("issue", [0] * 5, "protected"), ("issue", [4] * 5, "protected"))
    found = acceptability(ratings, forms=forms, draws=50, vary=("weights",)).forms
    assert cell(found, "acceptability", form="halfway") == 1


def test_the_gap_without_a_draw_is_that_of_the_given_forms():
    forms = forms_of(instructed=(1, [0] * 5), advocate=(3, [4] * 5))
    ratings = rated(("issue", [4] * 5, "instructed"))
    found = acceptability(ratings, forms=forms, draws=1, vary=())
    assert found.issues.loc[0, ["gap", "gap_low", "gap_median", "gap_high"]].tolist() == [1] * 4


def test_as_many_raters_are_drawn_as_an_issue_has_whatever_others_have():
    # Two raters of one issue beside five of another: the exact answer stays that of two.
    forms = forms_of(protected=(0, [0] * 5), witness=(3, [4] * 5), halfway=(2, [2] * 5))
    rows = [("two", [0] * 5, "protected"), ("two", [4] * 5, "protected")]
    rows += [("five", [score] * 5, "protected") for score in (0, 0, 4, 4, 4)]
    found = acceptability(rated(*rows), forms=forms, draws=DRAWS, vary=("raters",)).forms
    for form, expected in {"protected": 0.25, "witness": 0.25, "halfway": 0.5}.items():
        assert near(cell(found, "acceptability", issue="two", form=form), expected)
    # The median of five drawn is 4 if three or more are: the binomial distribution with 3/5.
    exact = sum(stats.binom.pmf(high, 5, 3 / 5) for high in (3, 4, 5))
    assert near(cell(found, "acceptability", issue="five", form="witness"), exact)


def test_tau_is_the_mean_over_draws_with_the_base_order():
    # One rater pair swaps the order of two issues, a third stays between: enumerable by hand.
    forms = forms_of(protected=(0, [0] * 5), witness=(3, [4] * 5))
    ratings = rated(
        ("low", [2, 2, 2, 2, 2.5], "protected"),
        ("middle", [2, 2, 2, 3, 3], "protected"),
        ("either", [2, 2, 2, 2, 2.5], "protected"),
        ("either", [4, 4, 4, 4, 3.5], "protected"),
    )
    found = acceptability(ratings, forms=forms, draws=DRAWS, vary=("raters",))
    # Base gaps: low 1/16 of 2, middle 4 times that, either 1 rater each: its median lies above.
    # Drawn: 1/4 both low (tied with `low`, below `middle`), 3/4 as in the base.
    low_tied = stats.kendalltau([1, 2, 3], [1, 2, 1]).statistic
    exact = 0.25 * low_tied + 0.75
    assert found.tau == pytest.approx(exact, abs=5 * (1 - low_tied) * np.sqrt(0.1875 / DRAWS))


# --- the same for all -----------------------------------------------------------------------


def test_a_move_of_a_prototype_is_shared_by_all_issues():
    scores = [2, 3, 1, 2, 3]
    ratings = rated(("one", scores, "instructed"), ("other", scores, "instructed"))
    found = acceptability(ratings, draws=200, vary=("weights", "prototypes"))
    one, other = (found.forms[found.forms["issue"] == name] for name in ("one", "other"))
    assert one["acceptability"].tolist() == other["acceptability"].tolist()
    assert 0 < one["acceptability"].max() < 1


def test_raters_are_drawn_for_each_issue_on_its_own():
    forms = forms_of(protected=(0, [0] * 5), witness=(3, [4] * 5))
    views = ([0] * 5, [4] * 5, [4] * 5)
    rows = [(issue, view, "protected") for issue in ("one", "other") for view in views]
    found = acceptability(rated(*rows), forms=forms, draws=500, vary=("raters",)).forms
    one, other = (found[found["issue"] == name]["acceptability"] for name in ("one", "other"))
    assert one.tolist() != other.tolist()


# --- structure ------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def team():
    """Issues with one, two, four and no raters, and some with scales missing."""
    rng = np.random.default_rng(5)
    rows = [
        (issue, rng.integers(0, 9, 5) / 2, "instructed; unheard", "advocate")
        for issue, raters in {"alone": 1, "two": 2, "four": 4}.items()
        for _ in range(raters)
    ]
    rows.append(("sparse", [3, 3, NAN, 2, 2], "informant"))
    rows.append(("sparse", [NAN, 1, NAN, 4, NAN], "informant"))
    rows.append(("sparse", [0, NAN, 2, NAN, NAN], "informant"))
    rows.append(("unrated", [NAN] * 5, "checker"))
    rows.append(("not-told", [2, 2, 2, 2, 2], None))
    return rated(*rows)


def frames(found):
    """Return all that was found, to compare."""
    return pd.concat([found.forms, found.relations, found.issues, pd.DataFrame([found.tau])])


def test_the_same_seed_gives_the_same_result_and_another_seed_another(team):
    one, again, other = (acceptability(team, draws=300, seed=seed) for seed in (1, 1, 2))
    pd.testing.assert_frame_equal(frames(one), frames(again))
    assert not frames(one).equals(frames(other))


@pytest.mark.parametrize("block", [1, 7, 299, 300, 5000])
def test_the_size_of_a_block_has_no_influence(team, block):
    whole = acceptability(team, draws=300)
    pd.testing.assert_frame_equal(
        frames(whole), frames(acceptability(team, draws=300, block=block)), rtol=1e-12
    )


def test_shares_add_up_to_one_over_the_draws_not_skipped(team):
    found = acceptability(team, draws=400)
    skipped = found.issues.set_index("issue")["skipped"]
    assert skipped["unrated"] == 1
    assert 0 < skipped["sparse"] < 1
    assert skipped[["alone", "two", "four", "not-told"]].eq(0).all()
    firsts = found.forms.groupby("issue")["acceptability"].sum(min_count=1)
    relations = found.relations.groupby("issue")["probability"].sum(min_count=1)
    for sums in (firsts, relations):
        assert sums.drop("unrated").to_numpy() == pytest.approx(1)
        assert np.isnan(sums["unrated"])
    assert (found.forms["inclusion"].dropna() >= found.forms["acceptability"].dropna()).all()
    assert "unheard" not in set(found.forms["form"])


def test_an_issue_with_nothing_offered_stays_unknown_in_relation_but_has_fitting_forms(team):
    found = acceptability(team, draws=50)
    assert cell(found.relations, "probability", issue="not-told", relation="unknown") == 1
    row = found.issues.set_index("issue").loc["not-told"]
    assert row[["gap", "gap_low", "gap_median", "gap_high"]].isna().all()
    assert row["unsupported"] == 0


def test_long_ratings_give_what_wide_ones_give(team):
    wide = team[team["issue"] != "unrated"]
    long = wide.melt(["issue", "rater"], list(model.SCALES), "scale", "score")
    # In the order of the wide rows: raters are drawn by their place.
    long = long.dropna(subset="score").sort_values(
        "rater", key=lambda name: name.str[6:].astype(int)
    )
    named = wide[["issue", "rater", "offered", "enacted"]]
    one, other = acceptability(wide, draws=100), acceptability(long, named, draws=100)
    pd.testing.assert_frame_equal(frames(one), frames(other))


def test_a_rater_who_gives_no_score_is_none_of_an_issues_raters():
    full, blank = ("issue", [1, 2, 3, 4, 0], "instructed"), ("issue", [NAN] * 5, "checker")
    for rows in ((full, blank), (blank, full), (blank, full, full)):
        found = acceptability(rated(*rows), draws=100, vary=("raters",))
        assert found.issues["skipped"].tolist() == [0]
    nobody = acceptability(rated(blank, blank), draws=3)
    assert nobody.issues["skipped"].tolist() == [1]


def test_a_form_that_two_raters_name_is_named_once():
    one = ("issue", [3, 4, 2, 1, 1], "instructed", "coordinator")
    two = ("issue", [3, 4, 2, 1, 1], "instructed", "coordinator")
    alone, together = (
        acceptability(rated(*rows), forms=SMALL, draws=50, vary=()) for rows in ([one], [one, two])
    )
    assert alone.issues["unsupported"].tolist() == [1]
    pd.testing.assert_frame_equal(frames(alone), frames(together))


def test_rows_without_a_rater_are_raters_of_their_own():
    ratings = rated(("issue", [0] * 5, "protected"), ("issue", [4] * 5, "protected"))
    by_name, blank = ratings, ratings.assign(rater=pd.Series([None, None], dtype="str"))
    forms = forms_of(protected=(0, [0] * 5), witness=(3, [4] * 5))
    one, other = (acceptability(table, forms=forms, draws=200) for table in (by_name, blank))
    pd.testing.assert_frame_equal(frames(one), frames(other))
    assert one.relations["probability"].between(0.1, 0.9).any()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"draws": 0}, "Expected at least one draw, a block; found 0 and None."),
        ({"block": 0}, "Expected at least one draw, a block; found 10000 and 0."),
        ({"draws": -1, "block": 1}, "Expected at least one draw, a block; found -1 and 1."),
        (
            {"vary": ("moods", "weights", "luck")},
            "Only weights, prototypes, raters vary; found luck, moods.",
        ),
    ],
    ids=str,
)
def test_what_cannot_be_done_is_said(team, wrong, said):
    with pytest.raises(ValueError) as error:
        acceptability(team, **wrong)
    assert str(error.value) == said


def test_one_draw_is_enough(team):
    found = acceptability(team, draws=1, block=1)
    assert set(found.issues["skipped"]) <= {0, 1}
    base, drawn = found.issues["gap"], found.issues["gap_median"]
    assert found.tau == pytest.approx(float(tau_b(drawn, base)))
    known = found.issues.loc[found.issues["skipped"] == 0, "issue"]
    relations = found.relations[found.relations["issue"].isin(known)]
    assert len(known) and (relations.groupby("issue")["probability"].sum() == 1).all()


def test_no_order_has_no_tau_and_no_warning():
    ratings = rated(("one", [1, 2, 0, 0, 0], "instructed"), ("other", [NAN] * 5, "instructed"))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = acceptability(ratings, draws=5)
    assert np.isnan(found.tau)
    assert found.issues.loc[1, ["gap", "gap_low", "gap_median", "gap_high"]].isna().all()
    assert found.issues["gap_median"].notna().tolist() == [True, False]


def test_a_block_holds_as_many_draws_as_fit_into_memory_and_one_at_least():
    assert [_block(numbers) for numbers in (0, 1, 2, 1 << 16, 1 << 17, 1 << 18)] == [
        1 << 17,
        1 << 17,
        1 << 16,
        2,
        1,
        1,
    ]


def test_unless_told_otherwise_all_vary_ten_thousand_times_from_the_same_seed():
    ratings = rated(("one", [1, 2, 0, 0, 0], "instructed"), ("one", [3, 4, 2, 1, 0], "instructed"))
    named = ratings[["issue", "rater", "offered", "enacted"]]
    found = acceptability(ratings, forms=SMALL)
    told = {"draws": 10_000, "seed": 2026, "vary": VARIED}
    pd.testing.assert_frame_equal(
        frames(found), frames(acceptability(ratings, named, SMALL, **told))
    )
    assert VARIED == ("weights", "prototypes", "raters")


def test_the_answer_is_told_issue_by_issue_in_the_order_of_the_ratings(team):
    found = acceptability(team, draws=20)
    issues = ["alone", "two", "four", "sparse", "unrated", "not-told"]
    assert found.issues["issue"].tolist() == issues
    assert found.issues.columns.tolist() == [
        "issue",
        "gap",
        "gap_low",
        "gap_median",
        "gap_high",
        "unsupported",
        "skipped",
    ]
    forms = model.in_phase()
    forms = forms.loc[forms["recommendable"] == "yes", "form"].tolist()
    for table, name, labels, values in (
        (found.forms, "form", forms, ["acceptability", "inclusion"]),
        (found.relations, "relation", list(model.RELATIONS), ["probability"]),
    ):
        assert table.columns.tolist() == ["issue", name, *values]
        pairs = list(itertools.product(issues, labels))
        assert list(table[["issue", name]].itertuples(index=False, name=None)) == pairs
        assert table.index.equals(pd.RangeIndex(len(pairs)))
        assert table[values].dtypes.astype(str).eq("float64").all()


# --- tau ------------------------------------------------------------------------------------


def test_tau_b_is_that_of_scipy_ties_and_missing_values_included():
    rng = np.random.default_rng(0)
    one = rng.integers(0, 4, (60, 9)).astype(float)
    one[rng.random(one.shape) < 0.2] = np.nan
    other = rng.integers(0, 5, 9) / 2
    expected = [stats.kendalltau(row, other, nan_policy="omit").statistic for row in one]
    assert tau_b(one, other) == pytest.approx(np.array(expected), nan_ok=True)


def test_gaps_that_differ_by_rounding_are_ties_and_no_order_has_no_tau():
    assert tau_b([0.1 + 0.2, 0.3, 1], [1, 2, 3]) == pytest.approx(np.sqrt(2 / 3))
    assert np.isnan(tau_b([1, 1, 1], [1, 2, 3]))
    assert np.isnan(tau_b([1, 2, 3], [1, 1, 1]))
    assert np.isnan(tau_b([1], [2]))
    assert higher([0, 0], [model.TOLERANCE, 2 * model.TOLERANCE]).tolist() == [0, -1]


def test_whole_numbers_without_a_sign_have_an_order_too():
    assert tau_b(np.array([1, 2, 3], dtype=np.uint8), np.array([3, 2, 1], dtype=np.uint8)) == -1


def test_tau_b_of_many_orders_has_the_shape_of_both():
    one = np.array([[[1, 2, 3]], [[3, 2, 1]]])
    other = np.array([[1, 2, 3], [2, 1, 3]])
    assert tau_b(one, other) == pytest.approx(np.array([[1, 1 / 3], [-1, -1 / 3]]))
    assert tau_b([1, 2, 3], [1, 2, 3]).shape == ()
    assert tau_b([1, 2, NAN, 3], [1, 2, 0, NAN]) == 1


# --- the dataset ----------------------------------------------------------------------------


def test_relations_that_hang_on_no_judgement_of_the_model_are_certain(headline, result):
    answer = model.deliver(model.score(headline[0]), model.practice(headline[1]))
    for issue in answer.loc[answer["relation"] == "unheard", "issue"]:
        assert cell(result.relations, "probability", issue=issue, relation="unheard") == 1
    sure = cell(result.relations, "probability", issue="psychiatric-suicide", relation="untapped")
    assert sure > 0.99


def test_an_issue_that_no_text_reaches_is_skipped_in_every_draw(result):
    row = result.issues.set_index("issue").loc["sterile-instruments"]
    assert row["skipped"] == 1
    assert row.drop("skipped").isna().all()


def test_each_judgement_varied_alone_disturbs_the_order_of_gaps_less_than_all(headline, result):
    # With one rater an issue, raters cannot vary.
    taus = {part: acceptability(*headline, draws=2000, vary=(part,)).tau for part in VARIED}
    assert taus["raters"] == pytest.approx(1)
    assert result.tau < min(taus["weights"], taus["prototypes"]) < 1


# --- speed and memory -----------------------------------------------------------------------


@pytest.fixture(scope="module")
def twenty_forms():
    """All of the book's forms, as if each could be offered in delivery."""
    forms = data.load("partnership_forms").assign(phase="delivery")
    return forms.assign(recommendable=np.where(forms["form"] == "unheard", "no", "yes"))


def test_ten_thousand_draws_of_30_issues_and_20_forms_take_under_two_seconds(
    headline, twenty_forms
):
    ratings, named = headline
    named = named.drop(columns="phase")

    def seconds():
        start = time.process_time()
        acceptability(ratings, named, forms=twenty_forms, draws=10_000)
        return time.process_time() - start

    assert min(seconds() for _ in range(2)) < 2


def test_beside_the_gaps_memory_does_not_grow_with_draws(headline):
    def peak(draws):
        tracemalloc.start()
        acceptability(*headline, draws=draws, block=250)
        highest = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return highest

    peak(100)
    few, many = 1_000, 8_000
    gaps = (many - few) * len(headline[0]) * 8
    assert peak(many) - peak(few) < 4 * gaps
