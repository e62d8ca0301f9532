"""What the book says about the agreement between the two codings."""

import krippendorff
import pandas as pd
import pytest

from partnership import data
from partnership.figures.agreement import agreement_between_codings
from partnership.literature import agreement as module
from partnership.literature.agreement import (
    BLANK,
    LIST_CODES,
    ROLES,
    SINGLE_CODES,
    agreement_by_confidence,
    agreement_table,
    coding_agreement,
    differing_works,
    lean_by_theme,
    settlement,
    side_by_side,
    swaps,
)

GRADED = (["low", "high"] * 10, ["low", "high"] * 10)
"""Twenty works coded alike, for the codes that a case does not turn on."""


def coded_as(first, second, agreed=None, confidence=None, **codes):
    """Return codings in which every code, or the codes named, have the values given."""
    keys = [f"work{number}" for number in range(len(first))]
    readings = {"first": first, "second": second, "agreed": agreed or second}
    frames = []
    for place, (coding, values) in enumerate(readings.items()):
        columns = dict.fromkeys((*SINGLE_CODES, *LIST_CODES), values)
        columns |= {code: (*both, both[1])[place] for code, both in codes.items()}
        frame = pd.DataFrame({"key": keys, "coding": coding, **columns})
        frame["confidence"] = confidence if coding == "second" else None
        frames.append(frame)
    return pd.concat(frames, ignore_index=True)


@pytest.fixture
def few_resamples(monkeypatch):
    """Keep small cases quick; what they check does not hang on the intervals."""
    monkeypatch.setattr(module, "RESAMPLES", 50)


@pytest.fixture(scope="module")
def codings():
    """The book's own codings."""
    return data.load("codings")


@pytest.fixture(scope="module")
def measured(codings):
    """The agreement that chapter 2 reports."""
    return coding_agreement(codings).set_index(["code", "blanks", "scale"])


def test_a_code_stands_side_by_side_in_the_three_codings_lists_in_order_and_blanks_named():
    codings = coded_as(["a", None], ["b", "a"], ["b", None], phases=(["b; a", None], ["a", "c"]))
    index = pd.Index(["work0", "work1"], name="key")
    columns = pd.Index(["first", "second", "agreed"], name="coding")
    upended = codings.iloc[::-1]
    expected = pd.DataFrame([["a", "b", "b"], [BLANK, "a", BLANK]], index, columns)
    pd.testing.assert_frame_equal(side_by_side(upended, "role"), expected)
    expected = pd.DataFrame([["a; b", "a", "a"], [BLANK, "c", "c"]], index, columns)
    pd.testing.assert_frame_equal(side_by_side(upended, "phases"), expected)


def test_the_measures_of_every_code_stand_in_one_table(few_resamples):
    # All alike: whatever is drawn, nothing but full agreement is found.
    table = coding_agreement(coded_as(*GRADED))
    scales = [(code, "nominal") for code in SINGLE_CODES] + [(code, "set") for code in LIST_CODES]
    scales.insert(8, ("interaction", "ordinal"))
    expected = pd.DataFrame(scales, columns=["code", "scale"])
    expected.insert(1, "blanks", "none")
    expected["works"] = 20
    for name in ("same", "kappa", "alpha"):
        for end in ("", "_low", "_high"):
            expected[name + end] = 1.0
            if name == "kappa":
                expected.loc[expected["scale"] != "nominal", name + end] = None
    pd.testing.assert_frame_equal(table, expected)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # one resample has no spread
def test_intervals_are_percentiles_of_a_thousand_resamples(monkeypatch):
    # Of 20 works 15 alike: the mean of 20 draws with replacement lies, in 95 of 100 cases, within
    # some 1.96 * sqrt(0.75 * 0.25 / 20) = 0.19 of that, in steps of 0.05.
    pairs = pd.DataFrame({"first": ["a"] * 10 + ["b"] * 10, "second": ["a"] * 15 + ["b"] * 5})
    row = module._measured(pairs, "set", seed=1)
    assert (row["same_low"], row["same"], row["same_high"]) == pytest.approx(
        (0.55, 0.75, 0.95), abs=0.051
    )
    assert module.RESAMPLES == 1000
    monkeypatch.setattr(module, "RESAMPLES", 1)  # both percentiles of one number are that number
    row = module._measured(pairs, "set", seed=1)
    assert row["same_low"] == row["same_high"]


def test_ordinal_alpha_by_hand(few_resamples):
    grades = ["low", "low", "high", "high"] * 5, ["low", "medium", "high", "high"] * 5
    row = (
        coding_agreement(coded_as(*grades))
        .set_index(["code", "scale"])
        .loc[("interaction", "ordinal")]
    )
    # Of 40 values 15 are low, 5 medium and 20 high: they stand at 7.5, 17.5 and 30. Low meets
    # medium 10 times, at a cost of 10² each; by chance the cost would be 350,000 / 39:
    # 2 * (15 * 5 * 10² + 5 * 20 * 12.5² + 15 * 20 * 22.5²) / 39.
    assert row["alpha"] == pytest.approx(1 - 10 * 100 / (350_000 / 39))


def test_kappa_and_alpha_by_hand(few_resamples):
    codings = coded_as(["low", "low", "high", "high"] * 5, ["low", "high", "high", "high"] * 5)
    row = coding_agreement(codings).set_index(["code", "scale"]).loc[("tradition", "nominal")]
    # Of 20 works 15 alike; by chance 0.5 * 0.25 + 0.5 * 0.75 = 0.5.
    assert row["same"] == 0.75
    assert row["kappa"] == pytest.approx(0.5)
    # 40 values, 15 of them low: 1 - (10 / 40) / (2 * 15 * 25 / (40 * 39)).
    assert row["alpha"] == pytest.approx(1 - 0.25 / (750 / 1560))


def test_blanks_count_as_a_code_or_leave_the_work_out(few_resamples):
    codings = coded_as(["low", "high", None, None] * 5, ["low", "high", "low", None] * 5)
    rows = coding_agreement(codings).set_index(["code", "blanks", "scale"])
    assert rows.loc[("role", "as a code", "nominal"), ["works", "same"]].tolist() == [20, 0.75]
    assert rows.loc[("role", "left out", "nominal"), ["works", "same"]].tolist() == [10, 1.0]
    # Blank has no place in the order low, medium, high: no ordinal row with blanks as a code.
    assert ("interaction", "left out", "ordinal") in rows.index
    assert ("interaction", "as a code", "ordinal") not in rows.index


def test_lists_are_compared_by_jaccard_distance(few_resamples):
    codings = coded_as(*GRADED, phases=(["a; b", "a"] * 10, ["a", "a"] * 10))
    row = coding_agreement(codings).set_index(["code", "scale"]).loc[("phases", "set")]
    assert row["same"] == 0.5
    assert pd.isna(row["kappa"])
    # Distance of {a, b} and {a} is 1/2, in 20 of 40 ordered pairs within works, and by chance in
    # 2 * 10 * 30 of 40 * 39.
    assert row["alpha"] == pytest.approx(1 - (20 / 40 * 0.5) / (600 / 1560 * 0.5))


def test_lists_are_the_farther_apart_the_fewer_codes_they_share():
    apart = [[0, 1, 1, 1], [1, 0, 1 / 2, 2 / 3], [1, 1 / 2, 0, 1 / 3], [1, 2 / 3, 1 / 3, 0]]
    found = module._jaccard([BLANK, "a", "a; b", "a; b; c"])
    assert found.tolist() == [pytest.approx(row) for row in apart]


def test_the_order_of_a_list_does_not_matter(few_resamples):
    codings = coded_as(*GRADED, phases=(["a; b", "c"] * 10, ["b; a", "c"] * 10))
    row = coding_agreement(codings).set_index(["code", "scale"]).loc[("phases", "set")]
    assert row["alpha"] == 1
    assert row["same"] == 1


def test_alpha_of_two_codings_is_what_another_implementation_gives(codings, measured):
    pairs = side_by_side(codings, "role")[["first", "second"]]
    other = krippendorff.alpha(pairs.to_numpy().T.astype(str), level_of_measurement="nominal")
    assert measured.loc[("role", "as a code", "nominal"), "alpha"] == pytest.approx(other)


def test_a_grade_of_interaction_off_the_scale_is_an_error(few_resamples):
    told = r"^interaction is low, medium, high; found \['huge', 'vast'\]$"
    with pytest.raises(ValueError, match=told):
        coding_agreement(coded_as(["low", "vast"] * 10, ["low", "huge"] * 10))


def test_the_same_seed_gives_the_same_intervals(few_resamples):
    codings = coded_as(["low", "low", "high", "high"] * 5, ["low", "high", "high", "high"] * 5)
    pd.testing.assert_frame_equal(
        coding_agreement(codings, seed=1), coding_agreement(codings, seed=1)
    )
    assert not coding_agreement(codings, seed=1).equals(coding_agreement(codings, seed=2))
    pd.testing.assert_frame_equal(coding_agreement(codings), coding_agreement(codings, seed=2026))


def test_interaction_agrees_better_where_both_readers_graded_it(measured):
    assert round(measured.loc[("interaction", "as a code", "nominal"), "kappa"], 2) == 0.57
    assert round(measured.loc[("interaction", "left out", "nominal"), "kappa"], 2) == 0.67


def test_the_table_leaves_a_measure_empty_where_it_does_not_apply(measured):
    table = agreement_table(measured.reset_index())
    lists = table[table["scale"] == "set"]
    assert (lists["Cohen's kappa"] == "").all()
    kappa = measured.loc[("tradition", "none", "nominal")]
    told = f"{kappa['kappa']:.2f} ({kappa['kappa_low']:.2f} to {kappa['kappa_high']:.2f})"
    assert table.loc["tradition", "Cohen's kappa"] == told


def test_the_table_tells_shares_in_per_cent_and_each_value_with_its_interval():
    row = {"code": "role", "blanks": "none", "scale": "nominal", "works": 20}
    row |= {"same": 0.754, "same_low": 0.556, "same_high": 0.95}
    row |= {"kappa": 0.5, "kappa_low": -0.014, "kappa_high": 0.816}
    row |= {"alpha": 0.49, "alpha_low": 0.1, "alpha_high": 0.8}
    lists = row | {"code": "phases", "scale": "set", "kappa": None}
    expected = pd.DataFrame(
        {
            "blanks": ["none", "none"],
            "scale": ["nominal", "set"],
            "works": [20, 20],
            "coded alike, %": "75 (56 to 95)",
            "Cohen's kappa": ["0.50 (-0.01 to 0.82)", ""],
            "Krippendorff's alpha": "0.49 (0.10 to 0.80)",
        },
        index=pd.Index(["role", "phases"], name="code"),
    )
    pd.testing.assert_frame_equal(agreement_table(pd.DataFrame([row, lists])), expected)


def test_every_interval_holds_its_value(measured):
    for name in ("same", "kappa", "alpha"):
        told = measured.dropna(subset=[name])
        assert len(told) > 0
        assert (told[f"{name}_low"] < told[name]).all()
        assert (told[name] < told[f"{name}_high"]).all()


def test_the_adjudicators_took_the_second_reading_about_twice_as_often(codings):
    table = settlement(codings)
    kept = table[["second", "first"]].T.to_dict("list")
    assert kept["tradition"] == [24, 12]
    assert kept["interaction"] == [84, 36]
    assert kept["role"] == [51, 17]
    assert table["differ"].sum() == 461
    assert differing_works(codings) == 289
    assert table.index[0] == "interaction"


def test_what_both_readings_have_was_never_changed(codings):
    for code in SINGLE_CODES:
        pairs = side_by_side(codings, code)
        alike = pairs[pairs["first"] == pairs["second"]]
        assert (alike["agreed"] == alike["first"]).all()


def test_a_third_code_is_counted_as_such():
    codings = coded_as(
        ["a", "a", "a", None],
        ["b", "b", "a", "a"],
        agreed=["b", "c", "a", None],
        locus=(["a", "a", "a", "a"], ["a", "a", "a", "a"]),
    )
    expected = pd.DataFrame(
        {"differ": 3, "second": 1, "first": 1, "other": 1},
        index=pd.Index([code for code in SINGLE_CODES if code != "locus"], name="code"),
    )
    expected.loc["locus"] = 0
    pd.testing.assert_frame_equal(settlement(codings), expected)


def test_codes_with_most_differences_come_first_and_works_that_differ_count_once():
    codings = coded_as(
        ["a", "a", "a"], ["a", "a", "a"], will=(["a"] * 3, ["b"] * 3), role=(["b"] * 3, list("aba"))
    )
    assert settlement(codings).index[:3].tolist() == ["will", "role", "corpus"]
    assert differing_works(codings) == 3
    codings = coded_as(["a", "a", None], ["a", "a", None], role=(list("baa"), list("aba")))
    assert differing_works(codings) == 2


def test_swaps_name_both_codes_and_what_was_kept():
    table = swaps(
        coded_as(["a", "a", None, "a"], ["b", "b", "b", "a"], ["b", "a", "b", "a"]), "role"
    )
    expected = pd.DataFrame(
        [("a", "b", 2, 1), (BLANK, "b", 1, 1)],
        columns=["first", "second", "works", "kept_second"],
    )
    pd.testing.assert_frame_equal(table, expected)
    # Equals stand by name.
    table = swaps(coded_as(["b", "a", "a", "c"], ["a", "c", "b", "a"]), "role")
    assert table["first"].str.cat(table["second"]).tolist() == ["ab", "ac", "ba", "ca"]


def test_no_work_the_first_coding_called_sm_was_called_otherwise_by_the_second(codings):
    assert "sm" not in swaps(codings, "tradition")["first"].tolist()


def test_agreement_by_confidence_with_and_without_blanks():
    table = agreement_by_confidence(
        coded_as(["a", None, "a"], ["a", "a", "b"], confidence=["high", "high", "low"]), ("role",)
    )
    expected = pd.DataFrame(
        {"works": [2.0, None, 1.0], "role": [0.5, None, 0.0], "role_coded": [1.0, None, 0.0]},
        index=pd.Index(["high", "medium", "low"], name="confidence"),
    )
    pd.testing.assert_frame_equal(table, expected)


def test_lean_by_theme_by_hand():
    codings = coded_as(
        ["pam", "both", "sm", "neither", "neither"], ["both", "sm", "pam", "both", "pam"]
    )
    codings["role"] = ["checker", "subject", None, "source", "source"] * 3
    second = codings["coding"] == "second"
    codings.loc[second, "role"] = ["subject", "source", "adviser", "source", "checker"]
    literature = pd.DataFrame({"key": [f"work{n}" for n in range(6)], "theme": list("AABBBC")})
    # `neither` and `both` stand midway alike; a work without a role in one coding is not counted.
    expected = pd.DataFrame(
        {
            "works": [2, 3, 5],
            "to_sm": [2, 0, 2],
            "to_pam": [0, 2, 2],
            "more_active": [1, 1, 2],
            "less_active": [1, 0, 1],
        },
        index=pd.Index(["A", "B", "all"], name="theme"),
    )
    pd.testing.assert_frame_equal(lean_by_theme(codings, literature.iloc[::-1]), expected)


def test_roles_are_ordered_as_in_the_codebook():
    codebook = data.load("codebook")
    assert tuple(codebook.loc[codebook["variable"] == "role", "code"]) == ROLES


def test_a_work_that_lacks_a_coding_is_named():
    codings = coded_as(["a", "b"], ["a", "b"])
    short = codings[~((codings["key"] == "work1") & (codings["coding"] == "second"))]
    with pytest.raises(ValueError, match="^not in all three codings: work1$"):
        side_by_side(short, "role")
    with pytest.raises(ValueError, match="^not in all three codings: work0, work1$"):
        side_by_side(codings[codings["coding"] != "second"], "role")


def test_the_figure_tells_both_treatments_of_blanks(measured):
    figure = agreement_between_codings(measured.reset_index())
    interaction = measured.loc["interaction"]["alpha"]
    for blanks in ("as a code", "left out"):
        assert f"{interaction[blanks, 'nominal']:.2f} ({blanks})" in figure.alt
