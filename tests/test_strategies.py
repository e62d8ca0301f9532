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
    strategies, *others = small_tables()
    expected = strategies.assign(
        sources=[2, 1, 1],
        cautioned=[1, 1, 0],
        single_source=[False, True, True],
        all_cautioned=[False, True, False],
        warning_sign=[False, False, True],
    )
    # The file's order and its further columns play no part.
    mixed = strategies.iloc[[2, 1, 0]].assign(risk="tiring")
    pd.testing.assert_frame_equal(strategy_catalogue(mixed, *others), expected)


def test_strategies_stand_by_mode_then_by_sources_then_by_name():
    strategies, sources, cautions, forms = small_tables()
    strategies = strategies.assign(mode=["repair", "repair", "watch"], id=["b", "a", "lie"])
    renamed = {"id": {"ask": "b", "stay": "a"}}
    tables = [table.replace(renamed) for table in (sources, cautions, forms)]
    assert strategy_catalogue(strategies, *tables)["id"].tolist() == ["lie", "b", "a"]
    tables[0] = tables[0][tables[0]["key"] != "two2002b"]
    tables[1] = tables[1].iloc[:0]
    assert strategy_catalogue(strategies, *tables)["id"].tolist() == ["lie", "a", "b"]


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
    cautions["key"] = ["misspelt2001", "misspelt2002"]
    told = "of the catalogue: ask / misspelt2001, stay / misspelt2002.$"
    with pytest.raises(ValueError, match=told):
        strategy_catalogue(strategies, sources, cautions, forms)


def test_a_strategy_without_a_source_is_refused():
    strategies, sources, cautions, forms = small_tables()
    cautions, sources = cautions[cautions["id"] == "stay"], sources[sources["id"] == "stay"]
    with pytest.raises(ValueError, match="^Strategies without a source: ask, lie.$"):
        strategy_catalogue(strategies, sources, cautions, forms)


@pytest.mark.parametrize("kinds", [["makes-room", "warning-sign"], []])
def test_a_strategy_is_either_a_resource_or_a_warning_sign(kinds):
    strategies, sources, cautions, forms = small_tables()
    others = [pd.DataFrame({"id": name, "kind": kinds}) for name in ("stay", "lie")]
    mixed = pd.concat([forms[forms["id"] == "ask"], *others])
    with pytest.raises(ValueError, match="^Strategies of no kind or of two: stay, lie.$"):
        strategy_catalogue(strategies, sources, cautions, mixed)


def test_an_unknown_mode_is_refused():
    strategies, sources, cautions, forms = small_tables()
    strategies["mode"] = ["dream", "watch", "act"]
    with pytest.raises(ValueError, match="^Unknown modes: act, dream. Add them to MODES.$"):
        strategy_catalogue(strategies, sources, cautions, forms)


def test_a_mode_is_shown_by_its_best_documented_resource():
    rows = [
        # of two with one source under no caution, the one with more sources
        ("few", "watch", 1, 0, False, "open"),
        ("many", "watch", 3, 2, False, "hidden"),
        ("doubted", "watch", 4, 4, False, "open"),
        ("sign", "watch", 9, 0, True, "hidden"),
        # the first in the catalogue
        ("first", "repair", 2, 1, False, "open"),
        ("alike", "repair", 2, 1, False, "open"),
        # nothing but a warning sign is known of this mode, so that is what stands for it
        ("lie", "withhold", 1, 1, True, "hidden"),
    ]
    columns = ["id", "mode", "sources", "cautioned", "warning_sign", "openness"]
    expected = pd.DataFrame(
        {
            "mode": ["watch", "repair", "withhold"],
            "strategies": [4, 2, 1],
            "hidden": [2, 0, 1],
            "warning_signs": [1, 0, 1],
            "example": ["many", "first", "lie"],
        }
    )
    found = strategies_by_mode(pd.DataFrame(rows, columns=columns))
    pd.testing.assert_frame_equal(found, expected)


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
    catalogue = strategy_catalogue(*small_tables())
    expected = issues.assign(
        resources=[1, 0, 0],
        warning_signs=[1, 1, 0],
        transferable=[0, 0, 1],
        gap=["", "warning signs only", "nothing documented"],
    )
    covered = issue_coverage(issues.assign(scope="any"), links, catalogue)
    pd.testing.assert_frame_equal(covered, expected)
    with pytest.raises(pd.errors.MergeError, match="many-to-one"):
        issue_coverage(issues, links, pd.concat([catalogue] * 2))


def test_works_are_named_as_a_reader_would_name_them():
    names = short_citations(small_literature())
    assert names.to_dict() == {
        "one2001": "One 2001",
        "two2002b": "Two & Three 2002b",
        "body2003": "World Body & Other Body 2003",
        "many2004": "Many et al. 2004",
        "lost2005": "Lost 2005",
    }


def test_an_organisation_is_named_whole_and_without_its_braces():
    literature = small_literature().assign(corporate_author="yes")
    literature["authors"] = "{World Body, North}; {Xenia House}"
    literature["authors_complete"] = "no"
    named = short_citations(literature)
    assert named["body2003"] == "World Body, North & Xenia House 2003"
    assert short_citations(literature.head(0)).dtype == "str"


def test_a_list_of_authors_that_is_not_complete_ends_in_et_al():
    literature = small_literature()
    literature.loc[0, "authors_complete"] = "no"
    assert short_citations(literature)["one2001"] == "One et al. 2001"


def test_sources_under_a_caution_are_starred_and_come_last():
    strategies, sources, cautions, _ = small_tables()
    named = sources_named(sources.iloc[::-1], cautions, small_literature())
    assert named["ask"] == "One 2001; Two & Three 2002b*"
    assert named["stay"] == "One 2001*"


def test_a_source_under_two_cautions_is_named_once():
    _, sources, cautions, _ = small_tables()
    more = pd.DataFrame([("stay", "one2001", "ambiguous")], columns=cautions.columns)
    named = sources_named(sources, pd.concat([cautions, more]), small_literature())
    assert named["stay"] == "One 2001*"


def test_warning_signs_are_marked_in_the_list_for_readers():
    strategies, sources, cautions, forms = small_tables()
    table = strategy_catalogue(strategies, sources, cautions, forms)
    shown = strategy_list(table, sources_named(sources, cautions, small_literature()))
    expected = pd.DataFrame(
        {
            "what people do": ["Asks", "Stays", "Lies"],
            "who": ["patient and family", "family", "patient"],
            "seen by staff": ["open", "open", "hidden; warning sign"],
            "sources": [
                "One 2001; Two & Three 2002b*",
                "One 2001*",
                "World Body & Other Body 2003",
            ],
        },
        index=pd.Index(
            ["watch and notice", "watch and notice", "withhold or mislead"], name="mode"
        ),
    )
    pd.testing.assert_frame_equal(shown, expected)


def test_a_caution_without_plain_words_is_refused():
    with pytest.raises(ValueError, match="^Unknown cautions: odd, vague. Add them to CAUTIONS.$"):
        caution_kinds(pd.DataFrame({"caution": ["vague", "indirect", "odd"]}))


def test_cautions_are_told_in_plain_words_the_most_frequent_first():
    told = ["ambiguous", *["by-absence"] * 2, "indirect", *["ambiguous"] * 2]
    kinds = caution_kinds(pd.DataFrame({"caution": told}))
    assert kinds.columns.tolist() == ["caution", "label", "entries"]
    assert kinds.to_numpy().tolist() == [
        ["ambiguous", "can be read otherwise", 3],
        ["by-absence", "inferred from its absence", 2],
        ["indirect", "shown at a remove", 1],
        ["behaviour-only", "shows the act, not tied to safety", 0],
        ["not-about-safety", "safety is not its subject", 0],
        ["proposed-not-observed", "proposed, not observed", 0],
        ["extract-only", "seen in an extract only", 0],
        ["also-recommended", "professionals recommend it too", 0],
    ]


def test_acts_are_counted_by_view_also_where_a_view_has_none():
    works = pd.DataFrame(
        {
            "tradition": ["pam", "pam", "sm"],
            "own_strategies": ["yes", "no", "yes"],
            "study": ["trial", "qualitative", "qualitative"],
            "field": ["nursing", "nursing", "service-management"],
        }
    )
    expected = pd.DataFrame(
        {
            "works": [2, 1, 0, 0],
            "own_strategies": [1, 1, 0, 0],
            "qualitative": [1, 1, 0, 0],
            "trials": [1, 0, 0, 0],
            "service_field": [0, 1, 0, 0],
        },
        index=pd.Index(["pam", "sm", "both", "neither"], name="tradition"),
    )
    pd.testing.assert_frame_equal(acts_by_tradition(works), expected)


def test_a_work_that_serves_several_strategies_is_one_work():
    _, sources, _, _ = small_tables()
    keys = ["one2001", "many2004", "two2002b", "body2003"]
    agreed = pd.DataFrame({"key": keys, "coding": "agreed", "role": list("abcd")})
    codings = pd.concat([agreed.assign(coding="first", role="e"), agreed])
    literature = small_literature()
    expected = agreed.iloc[[0, 2, 3]].set_index("key")
    pd.testing.assert_frame_equal(works_behind(sources, codings, literature), expected)
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
