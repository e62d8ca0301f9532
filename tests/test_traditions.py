"""What the chapter on where safety work comes from says, checked on small cases and on the data."""

import pandas as pd
import pytest

from partnership import data
from partnership.figures import traditions as figures
from partnership.literature import traditions


def small(rows, sample="coded"):
    """Build literature and codings from (key, theme, year, confidence, first, second, agreed).

    A coding is written `corpus/study/tradition`, short: `pis` and `ps` for the safety corpora;
    None leaves that coding out.
    """
    long = {"pis": "patients-in-safety", "ps": "patient-safety"}
    works, codings = [], []
    for key, theme, year, confidence, *coded in rows:
        works.append({"key": key, "theme": theme, "year": year, "sample": sample})
        for name, code in zip(("first", "second", "agreed"), coded, strict=True):
            if code is None:
                continue
            corpus, study, tradition = code.split("/")
            codings.append(
                {
                    "key": key,
                    "coding": name,
                    "corpus": long.get(corpus, corpus),
                    "field": "nursing",
                    "study": study,
                    "tradition": tradition,
                    "interaction": "high" if tradition == "sm" else None,
                    "confidence": confidence if name == "second" else None,
                }
            )
    return pd.DataFrame(works), pd.DataFrame(codings)


FOUR = [
    # key, theme, year, confidence, first, second, agreed
    ("a", "C", 2001, "high", "pis/trial/pam", "pis/trial/pam", "pis/trial/pam"),
    ("b", "C", 2012, "low", "pis/review/pam", "pis/review/sm", "pis/review/pam"),
    ("c", "D", 2013, "high", "pis/review/sm", "pis/review/sm", "pis/review/sm"),
    ("d", "D", 2019, "low", "ps/trial/neither", "pis/trial/neither", "pis/trial/neither"),
]


@pytest.fixture
def four():
    return traditions.works_in_codings(*small(FOUR))


@pytest.fixture(scope="module")
def book():
    return traditions.works_in_codings(data.load("literature"), data.load("codings"))


def row(ranges, tradition, group="all"):
    chosen = ranges[(ranges["tradition"] == tradition) & (ranges["group"] == group)]
    assert len(chosen) == 1
    return chosen.iloc[0]


def test_works_and_codings_are_joined_a_row_for_each_work_and_coding(four):
    pis, ps = "patients-in-safety", "patient-safety"
    rows = [
        ("a", "first", "C", 2000, pis, pis, "nursing", "trial", "pam", None, False),
        ("a", "second", "C", 2000, pis, pis, "nursing", "trial", "pam", None, False),
        ("a", "agreed", "C", 2000, pis, pis, "nursing", "trial", "pam", None, False),
        ("d", "first", "D", 2010, ps, pis, "nursing", "trial", "neither", None, True),
        ("d", "second", "D", 2010, pis, pis, "nursing", "trial", "neither", None, True),
        ("d", "agreed", "D", 2010, pis, pis, "nursing", "trial", "neither", None, True),
    ]
    columns = ["key", "coding", "theme", "decade", "corpus", "agreed_corpus", "field", "study"]
    expected = pd.DataFrame(rows, columns=[*columns, "tradition", "interaction", "doubtful"])
    shown = four[four["key"].isin(["a", "d"])].reset_index(drop=True)
    pd.testing.assert_frame_equal(
        shown, expected.astype({"interaction": shown["interaction"].dtype})
    )
    # b is in the sm view of the second reader, whose interaction is high in these small cases.
    assert four.loc[four["key"] == "b", "interaction"].tolist()[1] == "high"


def test_a_work_listed_twice_in_the_literature_is_refused():
    literature, codings = small(FOUR)
    with pytest.raises(pd.errors.MergeError, match="many-to-one"):
        traditions.works_in_codings(pd.concat([literature] * 2), codings)


def test_a_coding_is_counted_by_its_own_corpus_or_by_the_agreed_one(four):
    keys = {
        (coding, membership): "".join(
            traditions.in_corpus(four, coding=coding, membership=membership)["key"]
        )
        for coding in ("first", "agreed")
        for membership in ("own", "agreed")
    }
    assert keys == {
        ("first", "own"): "abc",
        ("first", "agreed"): "abcd",
        ("agreed", "own"): "abcd",
        ("agreed", "agreed"): "abcd",
    }
    assert traditions.in_corpus(four, ["patient-safety"]).empty
    assert traditions.in_corpus(four, ["patient-safety"], "first")["key"].tolist() == ["d"]


def test_every_way_of_counting_changes_one_thing(four):
    counts = traditions.tradition_counts(four)
    columns = ["variation", "way", "group", "tradition", "n", "k", "share"]
    assert counts.columns.tolist() == columns
    assert counts["group"].unique().tolist() == ["all"]
    assert counts["tradition"].tolist() == ["pam", "sm", "both", "neither"] * 8
    assert counts["share"].tolist() == pytest.approx((counts["k"] / counts["n"]).tolist())
    found = [
        (*place, rows["n"].unique().tolist(), rows["k"].tolist())
        for place, rows in counts.groupby(["variation", "way"], sort=False)
    ]
    assert found == [
        ("point", "agreed coding", [4], [2, 1, 0, 1]),
        ("codings", "first coding, its own corpus", [3], [2, 1, 0, 0]),
        ("codings", "second coding, its own corpus", [4], [1, 2, 0, 1]),
        ("codings", "first coding, the agreed corpus", [4], [2, 1, 0, 1]),
        ("codings", "second coding, the agreed corpus", [4], [1, 2, 0, 1]),
        ("themes", "without theme C", [2], [0, 1, 0, 1]),
        ("themes", "without theme D", [2], [2, 0, 0, 0]),
        ("confident", "doubtful works left out", [2], [1, 1, 0, 0]),
    ]


def test_a_range_tells_its_ends_for_each_variation_and_where_they_come_from(four):
    low, high = traditions.wilson(1, 4)
    told = row(traditions.tradition_ranges(four), "sm")
    assert list(told.to_dict().items()) == [
        ("group", "all"),
        ("tradition", "sm"),
        ("n", 4),
        ("k", 1),
        ("share", 0.25),
        ("codings_low", 0.25),
        ("codings_high", 0.5),
        ("themes_low", 0.0),
        ("themes_high", 0.5),
        ("confident_low", 0.25),
        ("confident_high", 0.5),
        ("low", 0.0),
        ("low_from", "without theme D"),
        ("high", 0.5),
        ("high_from", "second coding, its own corpus"),
        ("if_random_low", low),
        ("if_random_high", high),
    ]


def test_groups_and_corpora_are_those_asked_for(four):
    decades = traditions.tradition_ranges(four, "decade")
    assert decades["group"].unique().tolist() == [2000, 2010]
    assert decades.loc[decades["tradition"] == "pam", ["n", "k"]].to_numpy().tolist() == [
        [1, 1],
        [3, 1],
    ]
    assert traditions.tradition_ranges(four, corpora=["patient-safety"]).empty
    moved = traditions.tradition_counts(four, corpora=["patient-safety"])
    assert moved[["way", "tradition", "n", "k"]].to_numpy().tolist() == [
        ["first coding, its own corpus", "pam", 1, 0],
        ["first coding, its own corpus", "sm", 1, 0],
        ["first coding, its own corpus", "both", 1, 0],
        ["first coding, its own corpus", "neither", 1, 1],
    ]


def test_the_share_is_that_of_the_agreed_coding(four):
    pam = row(traditions.tradition_ranges(four), "pam")
    assert (pam["k"], pam["n"], pam["share"]) == (2, 4, 0.5)


def test_the_range_over_codings_holds_both_ways_of_deciding_what_belongs(four):
    pam = row(traditions.tradition_ranges(four), "pam")
    # first coding: 2 of 3 by its own corpus, 2 of 4 by the agreed one; second coding: 1 of 4
    assert (pam["codings_low"], pam["codings_high"]) == (0.25, pytest.approx(2 / 3))


def test_the_range_over_themes_leaves_out_one_at_a_time(four):
    pam = row(traditions.tradition_ranges(four), "pam")
    assert (pam["themes_low"], pam["themes_high"]) == (0, 1)
    assert (pam["low_from"], pam["high_from"]) == ("without theme C", "without theme D")


def test_doubtful_means_low_confidence_of_the_second_reader_in_every_coding(four):
    assert set(four.loc[four["doubtful"], "key"]) == {"b", "d"}
    sm = row(traditions.tradition_ranges(four), "sm")
    assert (sm["confident_low"], sm["confident_high"]) == (0.25, 0.5)


def test_groups_follow_each_coding_and_an_emptied_group_has_no_share(four):
    counts = traditions.tradition_counts(four, "theme")
    assert counts[(counts["way"] == "without theme C") & (counts["group"] == "C")].empty
    ranges = traditions.tradition_ranges(four, "theme")
    c = row(ranges, "pam", "C")
    assert (c["share"], c["low"], c["high"]) == (1, 0.5, 1)


def test_a_work_without_a_value_is_in_no_group(four):
    ranges = traditions.tradition_ranges(four, "interaction")
    assert set(ranges["group"]) == {"high"}
    assert row(ranges, "sm", "high")["n"] == 1


def test_a_missing_coding_narrows_the_range_and_a_missing_agreed_one_is_refused():
    without_first = [(*work[:4], None, *work[5:]) for work in FOUR]
    works = traditions.works_in_codings(*small(without_first))
    pam = row(traditions.tradition_ranges(works), "pam")
    assert (pam["codings_low"], pam["codings_high"]) == (0.25, 0.5)
    assert traditions.ways_of_counting(works)["coding"].unique().tolist() == ["agreed", "second"]
    without_agreed = [(*work[:6], None) for work in FOUR]
    told = "^codings has no row with coding 'agreed'; add the agreed coding$"
    with pytest.raises(ValueError, match=told):
        traditions.works_in_codings(*small(without_agreed))


def test_works_that_were_not_coded_do_not_count():
    assert traditions.works_in_codings(*small(FOUR[:1])).shape[0] == 3
    with pytest.raises(ValueError, match="agreed"):
        traditions.works_in_codings(*small(FOUR[:1], sample="record"))


def test_an_unknown_tradition_is_refused():
    odd = [("a", "C", 2001, "high", "pis/trial/sales", "pis/trial/pam", "pis/trial/marketing")]
    told = r"^tradition \['marketing', 'sales'\] is not one of pam, sm, both, neither$"
    with pytest.raises(ValueError, match=told):
        traditions.works_in_codings(*small(odd))


def test_the_wilson_interval_agrees_with_its_formula_where_that_is_short():
    z = 1.959964
    # with none in n the interval ends at z² / (n + z²), with half of n it is symmetric
    assert traditions.wilson(0, 20) == pytest.approx((0, z**2 / (20 + z**2)), abs=1e-6)
    half = z / (2 * (10 + z**2) ** 0.5)
    assert traditions.wilson(5, 10) == pytest.approx((0.5 - half, 0.5 + half), abs=1e-6)


@pytest.mark.parametrize(("more", "fewer", "works"), [(60, 32, 14), (5, 2, 2), (3, 3, 0)])
def test_works_to_level_counts_works_that_change_sides(more, fewer, works):
    assert traditions.works_to_level(more, fewer) == works


def test_works_to_level_wants_the_larger_count_first():
    with pytest.raises(ValueError, match="^give the larger count first, not 2 and 3$"):
        traditions.works_to_level(2, 3)


def test_all_choices_are_combined_with_all_others(four):
    ways = traditions.ways_of_counting(four)
    choices = ["scope", "coding", "membership", "themes", "doubtful"]
    assert ways.columns.tolist() == [*choices, "n", "pam", "sm", "difference"]
    assert len(ways) == len(ways.drop_duplicates(choices)) == 2 * 5 * 3 * 4
    usual = ways[(ways["themes"] == "all") & (ways["doubtful"] == "kept")]
    assert usual[["scope", "coding", "membership", "n", "pam", "sm"]].to_numpy().tolist() == [
        ["patients' part", "agreed", "own", 4, 2, 1],
        ["patients' part", "first", "own", 3, 2, 1],
        ["patients' part", "second", "own", 4, 1, 2],
        ["patients' part", "first", "agreed", 4, 2, 1],
        ["patients' part", "second", "agreed", 4, 1, 2],
        ["all safety", "agreed", "own", 4, 2, 1],
        ["all safety", "first", "own", 4, 2, 1],
        ["all safety", "second", "own", 4, 1, 2],
        ["all safety", "first", "agreed", 4, 2, 1],
        ["all safety", "second", "agreed", 4, 1, 2],
    ]


def test_every_way_of_counting_settles_doubtful_works_as_it_says(four):
    ways = traditions.ways_of_counting(four).head(12)
    assert ways[["doubtful", "themes", "n", "pam", "sm", "difference"]].to_numpy().tolist() == [
        ["kept", "all", 4, 2, 1, 0.25],
        ["kept", "without C", 2, 0, 1, -0.5],
        ["kept", "without D", 2, 2, 0, 1.0],
        ["kept", "each theme alike", 4, 2, 1, 0.25],
        ["left out", "all", 2, 1, 1, 0.0],
        ["left out", "without C", 1, 0, 1, -1.0],
        ["left out", "without D", 1, 1, 0, 1.0],
        ["left out", "each theme alike", 2, 1, 1, 0.0],
        ["pam to sm", "all", 4, 1, 2, -0.25],
        ["pam to sm", "without C", 2, 0, 1, -0.5],
        ["pam to sm", "without D", 2, 1, 1, 0.0],
        ["pam to sm", "each theme alike", 4, 1, 2, -0.25],
    ]


def test_where_no_work_is_left_there_is_no_difference():
    unsure = traditions.works_in_codings(*small([FOUR[1], FOUR[3]]))
    ways = traditions.ways_of_counting(unsure)
    left_out = ways[ways["doubtful"] == "left out"]
    assert left_out["themes"].unique().tolist() == ["all", "each theme alike"]
    assert (left_out["n"] == 0).all()
    assert left_out["difference"].isna().all()


def test_themes_that_weigh_alike_count_as_the_mean_of_their_differences():
    five = [*FOUR, ("e", "C", 2020, "high", *["pis/trial/pam"] * 3)]
    ways = traditions.ways_of_counting(traditions.works_in_codings(*small(five)))
    chosen = ways[
        (ways["scope"] == "patients' part")
        & (ways["coding"] == "agreed")
        & (ways["doubtful"] == "kept")
    ].set_index("themes")
    # C: 3 of 3 pam; D: 1 of 2 sm, so the themes' differences are 1 and -0.5
    assert chosen.loc["each theme alike", "difference"] == 0.25
    assert chosen.loc["all", "difference"] == pytest.approx(2 / 5)


def test_fields_without_a_work_are_shown_as_zero(four):
    table = traditions.fields_of_safety_works(four)
    expected = pd.DataFrame(
        0,
        index=pd.Index(traditions.FIELDS, name="field"),
        columns=pd.Index(["first", "second", "agreed"], name="coding"),
    )
    expected.loc["nursing"] = [1, 2, 1]
    pd.testing.assert_frame_equal(table, expected)
    pam = traditions.fields_of_safety_works(four, "pam")
    assert pam.loc["nursing"].tolist() == [2, 1, 2]
    # Each coding counts by its own corpus: the first alone has d among works on safety only.
    only = traditions.fields_of_safety_works(four, "neither", ["patient-safety"])
    assert only.loc["nursing"].tolist() == [1, 0, 0]


def test_a_cell_tells_the_agreed_count_first_and_both_codings_behind_it(four):
    told = traditions.in_words(traditions.fields_of_safety_works(four))
    assert told["nursing"] == "1 (1, 2)"
    assert told.index.tolist() == list(traditions.FIELDS)
    empty = pd.DataFrame(columns=["first", "second", "agreed"])
    assert traditions.in_words(empty).dtype == "str"


# What the chapter says of the dataset. A change in the data must change the words too.


def test_more_works_on_patients_part_are_pam_than_sm_with_and_without_theme_c(book):
    with_c = traditions.tradition_ranges(book)
    without_c = traditions.tradition_ranges(book[book["theme"] != "C"])
    assert row(with_c, "pam")["low"] > row(with_c, "sm")["high"]
    assert row(without_c, "pam")["codings_low"] > row(without_c, "sm")["codings_high"]


def test_pam_does_not_lead_in_the_theme_of_own_strategies_except_by_one_work_in_the_first(book):
    leads = {}
    for coding in traditions.CODINGS:
        rows = traditions.in_corpus(book, coding=coding)
        counts = rows.loc[rows["theme"] == "D", "tradition"].value_counts()
        leads[coding] = counts["pam"] - counts["sm"]
    assert leads["first"] == 1
    assert leads["second"] < 0
    assert leads["agreed"] < 0


@pytest.mark.parametrize("coding", traditions.CODINGS)
def test_without_themes_c_and_f_more_works_are_sm_in_every_coding(book, coding):
    rows = traditions.in_corpus(book, coding=coding)
    counts = rows.loc[~rows["theme"].isin(["C", "F"]), "tradition"].value_counts()
    assert counts["sm"] > counts["pam"]


def test_no_controlled_trial_of_patients_part_is_sm_in_any_way_of_counting(book):
    assert row(traditions.tradition_ranges(book, "study"), "sm", "trial")["high"] == 0


def test_pam_fails_to_lead_only_if_all_doubtful_works_are_held_against_it(book):
    ways = traditions.ways_of_counting(book)
    behind = ways[ways["difference"] <= 0]
    assert set(behind["doubtful"]) == {"pam to sm"}
    assert set(behind["themes"]) == {"without C", "each theme alike"}


def test_no_work_on_safety_comes_from_service_management_in_any_coding(book):
    safety = book[book["corpus"].isin(traditions.SAFETY)]
    assert not (safety["field"] == "service-management").any()


def test_authors_of_the_abstract_do_not_decide_the_order_in_theme_d(book):
    rows = traditions.in_corpus(book)
    kept = rows[(rows["theme"] == "D") & ~rows["key"].isin(["bruggemann2015", "bruggemann2019"])]
    counts = kept["tradition"].value_counts()
    assert counts["sm"] > counts["pam"]


@pytest.mark.parametrize(
    ("one", "other"), [("lawton2017", "ohara2016a"), ("baxter2022", "murray2025")]
)
def test_trials_said_to_test_one_programme_name_it_in_their_titles(one, other):
    titles = data.load("literature").set_index("key")["title"]
    programme = {"lawton2017": "(PRASE)", "baxter2022": "Your Care Needs You"}[one]
    assert programme in titles[one]
    assert programme in titles[other]


def test_figures_tell_counts_where_a_group_is_too_small(book):
    drawn = figures.tradition_by_decade(traditions.tradition_ranges(book, "decade"))
    assert "1990s, 1 work: 0 administration, 1 service" in drawn.alt


def test_the_figure_of_all_ways_tells_how_many_there_are_and_marks_the_usual_count(book):
    ways = traditions.ways_of_counting(book)
    drawn = figures.ways_of_counting(ways)
    assert drawn.alt.startswith(f"{len(ways)} ways of counting")
    axes = drawn.plot.axes[0]
    points = [line.get_xdata()[0] for line in axes.lines if line.get_marker() in {"o", "D"}]
    usual = ways[
        (ways["scope"] == "patients' part")
        & (ways["coding"] == "agreed")
        & (ways["membership"] == "own")
    ]
    assert sorted(points) == pytest.approx(sorted(usual["difference"]))
