"""The catalogue of own strategies is counted as it stands, cautions and gaps included."""

import pandas as pd
import pytest

from partnership import data
from partnership.figures import catalogue_strength, own_strategies
from partnership.literature import (
    acts_by_tradition,
    catalogue_totals,
    caution_kinds,
    issue_coverage,
    short_citations,
    sources_named,
    strategies_by_mode,
    strategy_catalogue,
    strategy_list,
    works_behind,
)


def small_tables():
    """Three strategies: one well documented, one under a caution, one a warning sign."""
    strategies = pd.DataFrame(
        {
            "id": ["ask", "stay", "lie"],
            "strategy": ["Asks", "Stays", "Lies"],
            "mode": ["watch", "watch", "withhold"],
            "actor": ["both", "family", "patient"],
            "openness": ["open", "open", "hidden"],
            "phase": ["delivery", "delivery; design", "delivery"],
        }
    )
    sources = pd.DataFrame(
        [("ask", "one2001"), ("ask", "two2002b"), ("stay", "one2001"), ("lie", "body2003")],
        columns=["id", "key"],
    )
    cautions = pd.DataFrame(
        [("ask", "two2002b", "indirect"), ("stay", "one2001", "behaviour-only")],
        columns=["id", "key", "caution"],
    )
    forms = pd.DataFrame(
        [
            ("ask", "makes-room"),
            ("ask", "makes-room"),
            ("stay", "makes-room"),
            ("lie", "warning-sign"),
        ],
        columns=["id", "kind"],
    )
    return strategies, sources, cautions, forms


def small_literature():
    return pd.DataFrame(
        {
            "key": ["one2001", "two2002b", "body2003", "many2004", "lost2005"],
            "authors": [
                "One, Ann",
                "Two, Bea; Three, Cid",
                "World Body; Other Body",
                "Many, A.; Many, B.; Many, C.",
                None,
            ],
            "editors": [None, None, None, None, "Lost, Eve"],
            "year": [2001, 2002, 2003, 2004, 2005],
            "corporate_author": ["no", "no", "yes", "no", "no"],
            "authors_complete": ["yes"] * 5,
            "sample": ["coded"] * 5,
        }
    )


def real_catalogue():
    return strategy_catalogue(
        data.load("own_strategies"),
        data.load("own_strategy_sources"),
        data.load("strategy_source_cautions"),
        data.load("strategy_forms"),
    )


def test_sources_and_cautions_are_counted_for_each_strategy():
    table = strategy_catalogue(*small_tables()).set_index("id")
    assert table["sources"].to_dict() == {"ask": 2, "stay": 1, "lie": 1}
    assert table["cautioned"].to_dict() == {"ask": 1, "stay": 1, "lie": 0}
    assert table["all_cautioned"].to_dict() == {"ask": False, "stay": True, "lie": False}
    assert table.index[table["warning_sign"]].tolist() == ["lie"]


def test_totals_of_a_small_catalogue():
    assert catalogue_totals(strategy_catalogue(*small_tables())).to_dict() == {
        "strategies": 3,
        "sources": 4,
        "cautioned": 2,
        "single_source": 2,
        "all_cautioned": 1,
        "warning_signs": 1,
        "hidden": 1,
    }


def test_two_cautions_about_one_source_make_one_cautioned_source():
    strategies, sources, cautions, forms = small_tables()
    more = pd.DataFrame([("stay", "one2001", "ambiguous")], columns=cautions.columns)
    table = strategy_catalogue(strategies, sources, pd.concat([cautions, more]), forms)
    assert table.set_index("id").loc["stay", "cautioned"] == 1


def test_a_caution_about_a_source_nobody_lists_is_refused():
    strategies, sources, cautions, forms = small_tables()
    cautions.loc[0, "key"] = "misspelt2001"
    with pytest.raises(ValueError, match="ask / misspelt2001"):
        strategy_catalogue(strategies, sources, cautions, forms)


def test_a_strategy_without_a_source_is_refused():
    strategies, sources, cautions, forms = small_tables()
    with pytest.raises(ValueError, match="without a source: lie"):
        strategy_catalogue(strategies, sources[sources["id"] != "lie"], cautions, forms)


@pytest.mark.parametrize("kinds", [["makes-room", "warning-sign"], []])
def test_a_strategy_is_either_a_resource_or_a_warning_sign(kinds):
    strategies, sources, cautions, forms = small_tables()
    other = pd.DataFrame({"id": "lie", "kind": kinds})
    mixed = pd.concat([forms[forms["id"] != "lie"], other])
    with pytest.raises(ValueError, match="no kind or of two: lie"):
        strategy_catalogue(strategies, sources, cautions, mixed)


def test_an_unknown_mode_is_refused():
    strategies, sources, cautions, forms = small_tables()
    strategies.loc[0, "mode"] = "dream"
    with pytest.raises(ValueError, match="Unknown modes: dream"):
        strategy_catalogue(strategies, sources, cautions, forms)


def test_a_mode_is_shown_by_its_best_documented_resource():
    by_mode = strategies_by_mode(strategy_catalogue(*small_tables())).set_index("mode")
    assert by_mode.loc["watch", "example"] == "ask"
    assert by_mode.loc["watch", "strategies"] == 2
    # Nothing but a warning sign is known of this mode, so that is what stands for it.
    assert by_mode.loc["withhold", ["example", "hidden"]].tolist() == ["lie", 1]


def test_a_tie_between_examples_goes_to_the_first_in_the_catalogue():
    strategies, sources, cautions, forms = small_tables()
    sources = sources[sources["key"] != "two2002b"]
    table = strategy_catalogue(strategies, sources, cautions.iloc[:0], forms)
    assert strategies_by_mode(table).set_index("mode").loc["watch", "example"] == "ask"


def test_an_issue_with_only_a_warning_sign_is_a_gap_and_so_is_one_with_nothing():
    issues = pd.DataFrame({"issue": ["x", "y", "z"], "label": ["X", "Y", "Z"]})
    links = pd.DataFrame(
        [
            ("ask", "x", "documented"),
            ("lie", "x", "documented"),
            ("lie", "y", "documented"),
            ("ask", "z", "transferable"),
        ],
        columns=["id", "issue", "basis"],
    )
    covered = issue_coverage(issues, links, strategy_catalogue(*small_tables()))
    assert covered["gap"].tolist() == ["", "warning signs only", "nothing documented"]
    assert covered["resources"].tolist() == [1, 0, 0]
    assert covered["transferable"].tolist() == [0, 0, 1]


def test_works_are_named_as_a_reader_would_name_them():
    names = short_citations(small_literature())
    assert names.to_dict() == {
        "one2001": "One 2001",
        "two2002b": "Two & Three 2002b",
        "body2003": "World Body & Other Body 2003",
        "many2004": "Many et al. 2004",
        "lost2005": "Lost 2005",
    }


def test_a_list_of_authors_that_is_not_complete_ends_in_et_al():
    literature = small_literature()
    literature.loc[0, "authors_complete"] = "no"
    assert short_citations(literature)["one2001"] == "One et al. 2001"


def test_sources_under_a_caution_are_starred_and_come_last():
    strategies, sources, cautions, _ = small_tables()
    named = sources_named(sources.iloc[::-1], cautions, small_literature())
    assert named["ask"] == "One 2001; Two & Three 2002b*"
    assert named["stay"] == "One 2001*"


def test_warning_signs_are_marked_in_the_list_for_readers():
    strategies, sources, cautions, forms = small_tables()
    table = strategy_catalogue(strategies, sources, cautions, forms)
    shown = strategy_list(table, sources_named(sources, cautions, small_literature()))
    seen = dict(zip(shown["what people do"], shown["seen by staff"], strict=True))
    assert seen == {"Asks": "open", "Stays": "open", "Lies": "hidden; warning sign"}


def test_a_caution_without_plain_words_is_refused():
    with pytest.raises(ValueError, match="Unknown cautions: vague"):
        caution_kinds(pd.DataFrame({"caution": ["vague"]}))


def test_acts_are_counted_by_view_also_where_a_view_has_none():
    works = pd.DataFrame(
        {
            "tradition": ["pam", "pam", "sm"],
            "own_strategies": ["yes", "no", "yes"],
            "study": ["trial", "qualitative", "qualitative"],
            "field": ["nursing", "nursing", "service-management"],
        }
    )
    counted = acts_by_tradition(works)
    assert counted.loc["pam"].tolist() == [2, 1, 1, 1, 0]
    assert counted.loc["sm"].tolist() == [1, 1, 1, 0, 1]
    assert counted.loc["both"].sum() == 0


def test_a_work_that_serves_several_strategies_is_one_work():
    _, sources, _, _ = small_tables()
    codings = pd.DataFrame({"key": ["one2001", "two2002b", "body2003"], "coding": "agreed"})
    literature = small_literature()
    assert len(works_behind(sources, codings, literature)) == 3
    literature.loc[literature["key"] == "one2001", "sample"] = "record"
    assert "one2001" not in works_behind(sources, codings, literature).index


def test_the_catalogue_is_as_strong_as_the_book_says():
    totals = catalogue_totals(real_catalogue())
    assert totals["strategies"] == 60
    assert totals["sources"] == 150
    assert totals["cautioned"] == 96
    assert totals["single_source"] == 17
    assert totals["all_cautioned"] == 23


def test_every_caution_belongs_to_one_source_entry():
    kinds = caution_kinds(data.load("strategy_source_cautions"))
    assert kinds["entries"].sum() == catalogue_totals(real_catalogue())["cautioned"]


def test_whatever_withholds_or_misleads_is_a_warning_sign_and_never_a_resource():
    table = real_catalogue()
    assert table.loc[table["mode"] == "withhold", "warning_sign"].all()


def test_the_gaps_named_in_the_book_are_gaps_in_the_data():
    covered = issue_coverage(
        data.load("safety_issues"), data.load("strategy_issues"), real_catalogue()
    ).set_index("issue")
    assert set(covered.index[covered["gap"] == "nothing documented"]) == {
        "sterile-instruments",
        "line-infection",
        "pressure-ulcers",
        "inpatient-falls",
        "bedside-handover",
        "psychiatric-suicide",
    }
    assert covered.index[covered["gap"] == "warning signs only"].tolist() == ["disrespect"]


def test_no_two_sources_of_the_catalogue_share_a_name():
    named = short_citations(data.load("literature"))
    keys = data.load("own_strategy_sources")["key"].unique()
    assert named[keys].is_unique


def test_the_figures_tell_their_numbers_to_those_who_cannot_see_them():
    table = real_catalogue()
    totals = catalogue_totals(table)
    kinds = caution_kinds(data.load("strategy_source_cautions"))
    assert f"{totals['warning_signs']} are warning signs" in own_strategies(table).alt
    assert f"{totals['single_source']} strategies rest on one" in (
        catalogue_strength(table, kinds).alt
    )
