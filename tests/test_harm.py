"""What the book says of harm: numbers traceable one by one, never mixed on one axis."""

import itertools
import re

import pandas as pd
import pytest

from partnership import data
from partnership.figures import harm as figures
from partnership.literature import harm


@pytest.fixture(scope="module")
def numbers() -> pd.DataFrame:
    return data.load("harm_figures")


def small(**columns) -> pd.DataFrame:
    """Return rows like those of `harm_figures`, two of one set unless told otherwise."""
    row = {
        "key": ["a2000", "a2000"],
        "measure": ["share of events by type: fall", "share of events by type: burn"],
        "value_text": ["30", "20"],
        "value_num": [30.0, 20.0],
        "low": [25.0, None],
        "high": [35.0, None],
        "per": "% of events",
        "period": "1999",
        "country": "Sweden",
        "population": "all",
        "comparable_set": "a2000 by type",
    }
    return pd.DataFrame({**row, **columns})


def test_a_number_in_the_text_is_one_row_of_the_table(numbers):
    row = harm.figure(numbers, "rutberg2014", "patients with an adverse event")
    assert row["per"].startswith("% of patients")
    assert row["page_url"].startswith("http")


def test_a_number_that_is_not_there_is_refused_with_what_is_there(numbers):
    with pytest.raises(LookupError, match="patients with an adverse event"):
        harm.figure(numbers, "rutberg2014", "patients harmed")
    with pytest.raises(LookupError, match="of nobody1900; it measures: nothing.$"):
        harm.figure(numbers, "nobody1900", "anything")
    told = "it measures: share of events by type: fall; share of events by type: burn.$"
    with pytest.raises(LookupError, match=told):
        harm.figure(small(), "a2000", "share of events")


def test_a_number_given_twice_is_refused():
    twice = small(measure=["share", "share"])
    with pytest.raises(LookupError, match="2 rows instead of one"):
        harm.figure(twice, "a2000", "share")


def test_an_unknown_set_names_the_sets_most_like_it(numbers):
    with pytest.raises(ValueError, match="lindblad2020 no-harm incidents by type"):
        harm.comparable_set(numbers, "lindblad2020 incidents by type")
    sets = small(comparable_set=["one by kind", None])
    two = pd.concat([sets, sets.assign(comparable_set="events per year")])
    told = "^No comparable set is called “none”; did you mean: events per year; one by kind\\?$"
    with pytest.raises(ValueError, match=told):
        harm.comparable_set(two, "none")


def test_a_set_is_given_in_the_order_of_the_table():
    rows = pd.concat([small(), small(comparable_set="other")])
    pd.testing.assert_frame_equal(harm.comparable_set(rows, "a2000 by type"), small())


def test_numbers_of_several_sets_never_share_a_chart(numbers):
    sets = ["soop2009 attributes of adverse events", "nilsson2016 attributes of adverse events"]
    mixed = numbers[numbers["comparable_set"].isin(sets)]
    with pytest.raises(ValueError, match="different sources or denominators"):
        harm.tidy(mixed)


def test_numbers_without_a_set_stand_alone(numbers):
    loose = numbers[numbers["comparable_set"].isna()]
    assert len(harm.tidy(loose[loose["key"] == "schildmeijer2018"])) == 1
    with pytest.raises(ValueError, match="different sources or denominators"):
        harm.tidy(loose[loose["key"] == "rutberg2014"])


@pytest.mark.parametrize("other", [None, "another set"])
def test_a_set_mixes_neither_with_a_loose_number_nor_with_another_set(other):
    mixed = small(comparable_set=["a2000 by type", other])
    told = (
        "These numbers have different sources or denominators and must not share an axis. "
        "Draw one panel for each comparable set instead. Given were: "
        "a2000: share of events by type: fall (% of events); "
        "a2000: share of events by type: burn (% of events)."
    )
    with pytest.raises(ValueError, match="^" + re.escape(told) + "$"):
        harm.tidy(mixed)


def test_an_empty_selection_is_refused():
    with pytest.raises(ValueError, match="^There is no number to show: .* is empty.$"):
        harm.tidy(small().head(0))


def test_words_are_quoted_and_not_drawn():
    rows = small(value_text=["around 30", "around 80"], value_num=None)
    told = "fall: “around 30”; share of events by type: burn: “around 80”.$"
    with pytest.raises(ValueError, match=told):
        harm.tidy(rows)


def test_a_chart_gets_what_it_draws_and_nothing_else():
    expected = pd.DataFrame(
        {
            "label": ["Fall", "Burn"],
            "value": [30.0, 20.0],
            "low": [25.0, None],
            "high": [35.0, None],
            "per": "% of events",
            "key": "a2000",
            "period": "1999",
            "population": "all",
        }
    )
    pd.testing.assert_frame_equal(harm.tidy(small().set_index(pd.Index([7, 8]))), expected)


def test_rows_are_named_by_what_tells_them_apart():
    assert harm.tidy(small().head(1))["label"].to_list() == ["Fall"]
    assert harm.tidy(small(period=["1998", "1999"]))["label"].to_list() == ["1998", "1999"]
    countries = harm.tidy(small(country=["Sweden", "Norway"]))
    assert countries["label"].to_list() == ["Sweden", "Norway"]
    assert countries["low"].isna().to_list() == [False, True]


def test_every_comparable_set_has_one_source_and_one_unit(numbers):
    sets = numbers.dropna(subset="comparable_set").groupby("comparable_set")
    assert (sets["key"].nunique() == 1).all()


def test_the_two_shares_at_odds_with_their_counts_are_quoted_as_counts(numbers):
    for key, measure in harm.PRINTED_COUNTS:
        part, whole = harm.printed_counts(numbers, key, measure)
        printed = harm.figure(numbers, key, measure)["value_num"]
        assert round(100 * part / whole, 1) != printed
    with pytest.raises(LookupError, match="quote it"):
        harm.printed_counts(numbers, "rutberg2014", "patients with an adverse event")


def test_preventability_lists_sources_of_the_dataset_by_year_and_not_by_share():
    rows = pd.DataFrame(
        {
            "key": ["b2001", "z2000", "a2001", "lindblad2020"],
            "measure": [*["events judged preventable"] * 3, "no-harm incidents judged preventable"],
            "measure_type": "share preventable",
            "source_in_dataset": "yes",
            "value_num": [30.0, 20.0, 25.5, 60.0],
            "low": [None, 15.0, None, None],
            "high": [None, 25.0, None, None],
            "interval": [None, "95% CI", None, None],
            "per": ["% of falls", "% of events", "% of events", "% of incidents"],
            "setting": [None, "hospital", "home", "home care"],
            "country": ["Norway", "Sweden", None, "Sweden"],
            "period": ["1999", "1996-1998", None, "2015-2016"],
        }
    )
    outside = rows.assign(source_in_dataset="no", value_num=99.0)
    other = rows.assign(measure_type="share harmed", value_num=99.0)
    works = pd.DataFrame(
        {
            "key": ["z2000", "a2001", "b2001", "lindblad2020"],
            "authors": ["Z, B", "A, A", "C, D; E, F", "L, M; P, Q; R, S"],
            "year": [2000, 2001, 2001, 2020],
            "corporate_author": "no",
            "authors_complete": "yes",
        }
    )
    expected = pd.DataFrame(
        {
            "Judged preventable": ["20% (95% CI 15–25)", "25.5%", "30%", "198 of 313"],
            "Of what": ["events", "events", "falls", "incidents"],
            "Setting": ["hospital", "home", "", "home care"],
            "Country": ["Sweden", "", "Norway", "Sweden"],
            "Years of the data": ["1996–1998", "", "1999", "2015–2016"],
        },
        index=pd.Index(["Z 2000", "A 2001", "C & E 2001", "L et al. 2020"], name="Source"),
    )
    table = harm.preventability(pd.concat([rows, outside, other]), works)
    pd.testing.assert_frame_equal(table, expected)


CODINGS = pd.DataFrame(
    [
        ("w1", "first", "patient-safety", "absent", "best-practice"),
        ("w1", "agreed", "patient-safety", "absent", "best-practice"),
        ("w2", "first", "patients-in-safety", "subject", "mitigation; monitoring-adaptation"),
        ("w2", "agreed", "patients-in-safety", None, "monitoring-adaptation"),
        ("w3", "first", "patients-in-safety", "checker", None),
        ("w3", "agreed", "co-production", "subject", "mitigation"),
        ("w4", "first", "patients-in-safety", "source", "monitoring-adaptation"),
        ("w5", "first", "patients-in-safety", "source", "monitoring-adaptation"),
    ],
    columns=["key", "coding", "corpus", "role", "strategies"],
)
WORKS = pd.DataFrame(
    {
        "key": ["w1", "w2", "w3", "w4", "w5"],
        "sample": ["coded", "coded", "coded", "coded", "context"],
        "theme": ["E", "D", "D", "C", "C"],
    }
)


def test_a_work_counts_under_each_of_its_strategies():
    counts = harm.strategies_by_role(CODINGS, WORKS)
    cells = counts.set_index(["coding", "strategy", "role"])["works"]
    assert cells["first", "mitigation", "subject"] == 1
    assert cells["first", "monitoring-adaptation", "subject"] == 1
    assert cells["agreed", "monitoring-adaptation", "untold"] == 1
    assert cells["first", "risk-control", "source"] == 0


def test_every_combination_of_coding_strategy_and_role_is_counted_in_their_order():
    counts = harm.strategies_by_role(CODINGS, WORKS)
    assert counts.columns.to_list() == ["coding", "strategy", "role", "works"]
    every = itertools.product(["agreed", "first"], harm.STRATEGY_LABEL, [*harm.ROLES, "untold"])
    listed = zip(counts["coding"], counts["strategy"], counts["role"], strict=True)
    assert list(listed) == list(every)
    assert counts["works"].sum() == 6


def test_only_coded_works_on_safety_are_counted():
    counts = harm.strategies_by_role(CODINGS, WORKS)
    cells = counts.set_index(["coding", "strategy", "role"])["works"]
    assert cells["first", "monitoring-adaptation", "source"] == 1  # w5 is cited for context
    assert cells["agreed", "mitigation", "subject"] == 0  # w3 is not on safety in that coding


def test_a_part_is_any_role_but_none_and_untold():
    room = harm.room_for_patients(harm.strategies_by_role(CODINGS, WORKS))
    cells = room.set_index(["coding", "strategy"])
    first = cells.loc[("first", "monitoring-adaptation")]
    assert (first["works"], first["part"], first["subject"]) == (2, 2, 1)
    assert first["subject_share"] == 0.5
    best = cells.loc[("first", "best-practice")]
    assert (best["works"], best["part"]) == (1, 0)
    assert pd.isna(best["subject_share"])
    assert cells.loc[("agreed", "monitoring-adaptation"), "part"] == 0
    assert list(cells.loc["first"].index) == list(harm.STRATEGY_LABEL)
    assert cells[["works", "part", "subject"]].dtypes.unique().tolist() == ["int64"]
    assert cells.columns.name is None


def test_leaving_out_a_theme_leaves_out_its_works():
    room = harm.room_range(CODINGS, WORKS)
    pd.testing.assert_index_equal(room.index, pd.RangeIndex(4 * 2 * 5))
    assert room["left_out"].unique().tolist() == ["", "C", "D", "E"]
    cells = room.set_index(["left_out", "coding", "strategy"])["works"]
    assert cells["", "first", "monitoring-adaptation"] == 2
    assert cells["C", "first", "monitoring-adaptation"] == 1
    assert cells["E", "first", "best-practice"] == 0


def test_the_chapter_s_finding_holds_in_every_coding_and_without_any_theme():
    room = harm.room_range(data.load("codings"), data.load("literature"))
    for _, run in room.groupby(["coding", "left_out"]):
        lead = run.set_index("strategy")["subject"]
        assert lead.drop("monitoring-adaptation").max() < lead["monitoring-adaptation"]


def test_without_the_theme_of_patients_own_acts_subjects_are_fewer_under_monitoring():
    room = harm.room_range(data.load("codings"), data.load("literature"))
    shares = room[room["strategy"] == "monitoring-adaptation"].pivot(
        index="coding", columns="left_out", values="subject_share"
    )
    assert (shares["D"] < shares[""]).all()


def test_without_that_theme_checkers_outnumber_subjects_under_monitoring_in_every_coding():
    codings, works = data.load("codings"), data.load("literature")
    counts = harm.strategies_by_role(codings, works[works["theme"] != "D"])
    monitoring = counts[counts["strategy"] == "monitoring-adaptation"]
    works = monitoring.pivot(index="coding", columns="role", values="works")
    assert (works["checker"] > works["subject"]).all()


def test_a_panel_made_by_hand_from_several_sources_is_refused():
    two = pd.concat([harm.tidy(small()), harm.tidy(small(key="b2001"))])
    with pytest.raises(ValueError, match="One panel holds numbers of one source"):
        figures.harm_by_kind(two)
    with pytest.raises(ValueError, match="One panel holds numbers of one source"):
        figures.harm_by_setting({"Home": two})


def test_the_contested_trend_is_never_shown_with_one_study(numbers):
    by_year = harm.tidy(
        harm.comparable_set(numbers, "nilsson2018 admissions with adverse event by year")
    )
    with pytest.raises(ValueError, match="never one of them alone"):
        figures.contested_trend(by_year, by_year, by_year)


def test_the_trend_names_both_studies_and_their_years(numbers):
    panels = [
        harm.tidy(harm.comparable_set(numbers, name))
        for name in (
            "nilsson2018 admissions with adverse event by year",
            "nilsson2018 admissions with preventable adverse event by year",
            "deilkas2021 admissions with adverse event by country",
        )
    ]
    drawn = figures.contested_trend(*panels)
    for words in ("Nilsson et al. 2018", "Deilkås et al. 2021", "2013 to 2018", "fall"):
        assert words in drawn.alt


def test_every_panel_of_the_settings_names_its_denominator_and_its_years():
    untold = harm.tidy(small(period=None))
    drawn = figures.harm_by_setting({"Ward": harm.tidy(small()), "Home": untold})
    assert "Ward, share of events, 1999" in drawn.alt
    assert "Home, share of events, years not told" in drawn.alt


def test_the_second_study_s_number_is_the_first_study_s_for_its_first_year_and_no_later_one(
    numbers,
):
    by_year = harm.comparable_set(numbers, "nilsson2018 admissions with adverse event by year")
    sweden = harm.figure(
        numbers, "deilkas2021", "admissions with an adverse event, Sweden 2013-2018"
    )
    first, *later = by_year.sort_values("period")["value_num"]
    assert sweden["value_num"] == first > max(later)
