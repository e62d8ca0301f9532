"""What is offered, enacted and fitting is joined with the strategies that are documented."""

import pandas as pd
import pytest

from partnership import data, figures, model
from partnership.literature import (
    READINGS,
    delivery_of,
    forms_by_layer,
    issue_strategies,
    issues_with_view,
    read_and_found,
    relation_counts,
    relations,
    strategies_to_draw_on,
    strategy_catalogue,
    unheard_beside,
    unsupported_resources,
    unsupported_table,
    what_moves,
)


def small_plan(**changes):
    """Three issues in delivery: one untapped and unsupported, one that fits, one unknown."""
    plan = pd.DataFrame(
        {
            "label": ["the first", "the second", "the third"],
            "relation": ["untapped", "fits", "unknown"],
            "fitting": [["advocate"], ["protected", "checker"], []],
            "offered": [["unheard", "instructed"], ["checker"], []],
            "enacted": [["advocate", "checker"], [], ["advocate"]],
            "enacted_fitting": [["advocate"], [], []],
            "unsupported": pd.array([True, False, pd.NA], dtype="boolean"),
            "burden": [3.0, 1.0, float("nan")],
            "who": ["family", "patient", float("nan")],
        },
        index=pd.Index(["one", "two", "three"], name="issue"),
    )
    return plan.assign(**changes)


def small_catalogue():
    return pd.DataFrame(
        {
            "id": ["watch", "carry", "weigh", "lie"],
            "strategy": ["Watches", "Carries", "Weighs", "Lies"],
            "actor": ["family", "both", "both", "patient"],
            "openness": ["open", "open", "hidden", "hidden"],
            "warning_sign": [False, False, False, True],
            "all_cautioned": [False, True, False, False],
        }
    )


def small_links():
    """Watching is documented twice, once under a caution; carrying elsewhere, always under one."""
    strategy_issues = pd.DataFrame(
        [
            ("watch", "one", "documented", "a2001; b2002"),
            ("watch", "two", "documented", "b2002"),
            ("carry", "one", "documented", "c2003"),
            ("carry", "two", "transferable", None),
            ("weigh", "one", "documented", "a2001"),
            ("lie", "one", "documented", "a2001"),
            ("lie", "two", "transferable", None),
        ],
        columns=["id", "issue", "basis", "keys"],
    )
    cautions = pd.DataFrame(
        [
            ("watch", "b2002", "indirect"),
            ("carry", "c2003", "ambiguous"),
            ("carry", "d2004", "indirect"),
        ],
        columns=["id", "key", "caution"],
    )
    return issue_strategies(strategy_issues, small_catalogue(), cautions)


def small_strategy_forms():
    return pd.DataFrame(
        [
            ("watch", "advocate"),
            ("watch", "checker"),
            ("carry", "coordinator"),
            ("weigh", "advocate"),
            ("lie", None),
        ],
        columns=["id", "form"],
    )


def small_forms():
    return pd.DataFrame(
        {
            "form": ["unheard", "protected", "checker", "advocate"],
            "label": [
                "Unheard patient",
                "Protected patient",
                "Checking patient",
                "Insisting partner",
            ],
            "tradition": ["none", "pam", "pam", "sm"],
        }
    )


def real_plans():
    return {reading: delivery_of(model.plan(*model.from_dataset(reading))) for reading in READINGS}


def real_links():
    cautions, forms = data.load("strategy_source_cautions"), data.load("strategy_forms")
    catalogue = strategy_catalogue(
        data.load("own_strategies"), data.load("own_strategy_sources"), cautions, forms
    )
    return issue_strategies(data.load("strategy_issues"), catalogue, cautions)


# --- relations -------------------------------------------------------------------------------


def test_relations_are_set_side_by_side_in_the_order_of_the_first_reading():
    table = relations({"one": small_plan(), "other": small_plan().iloc[::-1]})
    assert list(table.index) == ["one", "two", "three"]
    assert table["other"].tolist() == ["untapped", "fits", "unknown"]


def test_readings_of_other_issues_are_refused():
    with pytest.raises(ValueError, match="short alone has, or lacks: three"):
        relations({"whole": small_plan(), "short": small_plan().iloc[:2]})


def test_a_relation_that_no_issue_has_is_counted_as_none():
    counts = relation_counts(relations({"one": small_plan()}))
    assert list(counts.index) == list(model.RELATIONS)
    assert counts["one"].to_dict() == {
        "fits": 1,
        "untapped": 1,
        "misfit": 0,
        "overreach": 0,
        "unheard": 0,
        "unknown": 1,
    }


def test_only_issues_that_both_readings_know_are_compared():
    other = small_plan(
        relation=["unheard", "unknown", "fits"],
        fitting=[["advocate", "sense-maker"], [], ["checker"]],
        offered=[["unheard"], ["checker"], ["checker"]],
    )
    moved = what_moves(small_plan(), other)
    assert moved.to_dict("index") == {
        "one": {"same_relation": False, "fitting_shared": True, "offered_shared": True}
    }


def test_readings_that_offer_nothing_alike_share_no_offer():
    other = small_plan(offered=[["protected"], ["informant"], []])
    moved = what_moves(small_plan(), other)
    assert moved["offered_shared"].to_dict() == {"one": False, "two": False}
    assert moved["same_relation"].all()


def test_the_counts_are_those_that_the_model_states():
    counts = relation_counts(relations(real_plans()))
    order = ["fits", "untapped", "unheard", "misfit", "overreach", "unknown"]
    assert counts.loc[order, "all"].tolist() == [11, 11, 5, 2, 0, 1]
    assert counts.loc[order, "accounts"].tolist() == [3, 5, 14, 1, 0, 7]
    assert counts.loc[order, "service"].tolist() == [10, 6, 2, 4, 1, 7]


def test_overreach_is_found_once_and_only_in_the_service_literature():
    table = relations(real_plans())
    assert table.index[table["service"] == "overreach"].tolist() == ["dementia-hospital"]
    assert not (table[["all", "accounts"]] == "overreach").any(axis=None)


# --- forms -----------------------------------------------------------------------------------


def test_forms_are_counted_in_each_layer_also_where_no_issue_has_them():
    table = forms_by_layer(small_plan(), small_forms())
    assert table.loc["Insisting"].tolist() == [1, 0, 2, "service"]
    assert table.loc["Protected"].tolist() == [1, 0, 0, "administration"]
    assert table.loc["Unheard"].tolist() == [0, 1, 0, "none"]


def test_an_issue_with_two_forms_of_a_view_counts_once():
    assert issues_with_view(small_plan(), small_forms(), "pam").to_dict() == {
        "fitting": 1,
        "offered": 1,
        "enacted": 1,
    }


def test_people_go_unheard_also_beside_what_is_offered():
    assert unheard_beside(small_plan()).to_dict() == {"one": True, "two": False, "three": False}


# --- strategies ------------------------------------------------------------------------------


def test_a_strategy_is_cautioned_where_every_work_on_the_issue_is():
    links = small_links().set_index(["id", "issue"])
    assert not links.loc[("watch", "one"), "cautioned"]
    assert links.loc[("watch", "one"), "cautions"] == ["indirect"]
    assert links.loc[("watch", "two"), "cautioned"]
    assert links.loc[("carry", "one"), "cautions"] == ["ambiguous"]


def test_a_strategy_judged_transferable_has_the_cautions_of_all_its_sources():
    links = small_links().set_index(["id", "issue"])
    assert links.loc[("carry", "two"), "cautioned"]
    assert links.loc[("carry", "two"), "cautions"] == ["ambiguous", "indirect"]


def test_a_warning_sign_is_one_whether_hidden_or_not():
    links = small_links()
    kinds = dict(zip(links["id"], links["kind"], strict=True))
    assert kinds == {
        "watch": "resource",
        "carry": "resource",
        "weigh": "hidden",
        "lie": "warning sign",
    }


def test_warning_signs_are_counted_apart_from_what_an_issue_could_draw_on():
    issues = pd.DataFrame({"issue": ["one", "two", "three"]})
    works = pd.DataFrame({"key": ["a2001", "b2002", "a2001"], "issue": ["one", "one", "two"]})
    counts = strategies_to_draw_on(issues, small_links(), works)
    assert counts.loc["one"].to_dict() == {
        "documented": 2,
        "documented_cautioned": 1,
        "transferable": 0,
        "transferable_cautioned": 0,
        "warning_signs": 1,
        "warning_signs_transferable": 0,
        "works": 2,
    }
    assert counts.loc["two"].tolist() == [0, 1, 0, 1, 0, 1, 1]
    assert counts.loc["three"].sum() == 0


def test_where_more_was_read_more_was_found():
    counts = pd.DataFrame(
        {"documented": [0, 1, 1], "documented_cautioned": [0, 0, 4], "works": [1, 2, 9]}
    )
    assert read_and_found(counts) == pytest.approx(1)
    assert read_and_found(counts.assign(works=[9, 2, 1])) == pytest.approx(-1)


# --- unsupported resources -------------------------------------------------------------------


def test_strategies_are_named_where_the_form_that_works_alone_makes_room_for_them():
    found = unsupported_resources(small_plan(), small_links(), small_strategy_forms())
    assert list(found.index) == ["one"]
    assert found.loc["one", "of_form"] == ["watch"]
    assert found.loc["one", "beside"] == ["carry"]
    assert found.loc["one", ["uncautioned", "hidden", "warning_signs"]].tolist() == [1, 1, 1]


def test_hidden_strategies_and_warning_signs_are_counted_and_never_named():
    found = unsupported_resources(small_plan(), small_links(), small_strategy_forms())
    table = unsupported_table(found, small_links(), small_forms())
    shown = table.loc["the first"]
    assert shown["works alone"] == "insisting partner (family)"
    assert shown["own strategies"] == "Watches; 1 of other forms"
    assert shown["with care"] == "shown at a remove; 1 hidden strategy; 1 warning sign"
    assert not table.map(lambda cell: "Weighs" in cell or "Lies" in cell).any(axis=None)


def test_a_resource_without_a_documented_strategy_is_shown_with_none():
    plan = small_plan(unsupported=pd.array([False, True, pd.NA], dtype="boolean"))
    plan.at["two", "enacted_fitting"] = ["checker"]
    links = small_links()
    links = links[links["basis"] == "transferable"]
    found = unsupported_resources(plan, links, small_strategy_forms())
    shown = unsupported_table(found, links, small_forms()).loc["the second"]
    assert shown["own strategies"] == "none documented"
    assert shown["with care"] == ""


def test_a_strategy_that_every_work_doubts_is_starred():
    plan = small_plan(unsupported=pd.array([False, True, pd.NA], dtype="boolean"))
    plan.at["two", "enacted_fitting"] = ["checker"]
    found = unsupported_resources(plan, small_links(), small_strategy_forms())
    shown = unsupported_table(found, small_links(), small_forms()).loc["the second"]
    assert shown["works alone"] == "checking patient (patient)"
    assert shown["own strategies"] == "Watches*"


def test_a_form_without_a_strategy_of_its_own_borrows_no_name_from_others():
    forms = small_strategy_forms().replace({"form": {"advocate": "sense-maker"}})
    found = unsupported_resources(small_plan(), small_links(), forms)
    shown = unsupported_table(found, small_links(), small_forms()).loc["the first"]
    assert shown["own strategies"] == "none of this form; 2 of other forms"


def test_nothing_unsupported_gives_an_empty_table():
    plan = small_plan(unsupported=pd.array([False, False, pd.NA], dtype="boolean"))
    found = unsupported_resources(plan, small_links(), small_strategy_forms())
    assert unsupported_table(found, small_links(), small_forms()).empty


def test_no_hidden_strategy_or_warning_sign_is_named_among_the_books_resources():
    links = real_links()
    kept = links.loc[links["kind"] != "resource", "id"].unique()
    found = unsupported_resources(real_plans()["all"], links, data.load("strategy_forms"))
    named = set(found["of_form"].sum()) | set(found["beside"].sum())
    assert named
    assert named.isdisjoint(kept)


def test_the_unsupported_resources_are_those_the_chapter_speaks_of():
    plans = real_plans()
    found = {
        name: set(plan.index[plan["unsupported"].fillna(False)]) for name, plan in plans.items()
    }
    assert set.intersection(*found.values()) == {"medication-transitions", "diagnostic-error"}
    assert {"maternity-voice", "care-transitions", "insulin-hospital"} <= found["all"]
    # The issue with the best evidence for a partner's part is not among them: fit is not effect.
    assert "anticoagulants" not in found["all"]


# --- figures ---------------------------------------------------------------------------------


def test_the_figures_tell_their_numbers_to_those_who_cannot_see_them():
    plans = real_plans()
    table = relations(plans)
    shown = figures.offered_enacted_fitting(plans["all"], data.load("partnership_forms"))
    assert "5 unheard, 11 untapped, 2 misfit, 11 fits, 1 unknown" in shown.alt
    shown = figures.relations_by_perspective(table, relation_counts(table))
    assert "accounts: 14 unheard, 5 untapped" in shown.alt
    counts = strategies_to_draw_on(
        data.load("safety_issues"), real_links(), data.load("literature_issues")
    )
    shown = figures.strategies_to_draw_on(counts)
    assert f"{counts['documented'].sum()} marks are documented" in shown.alt
