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
    told = ["untapped", "fits", "unknown"]
    expected = pd.DataFrame(
        {"one": told, "other": told}, index=pd.Index(["one", "two", "three"], name="issue")
    )
    table = relations({"one": small_plan(), "other": small_plan().iloc[::-1]})
    pd.testing.assert_frame_equal(table, expected)


def test_readings_of_other_issues_are_refused():
    told = "^Issues that short alone has, or lacks: three, two.$"
    with pytest.raises(ValueError, match=told):
        relations({"whole": small_plan(), "short": small_plan().iloc[:1]})
    with pytest.raises(ValueError, match="^Issues that whole alone has, or lacks: three, two.$"):
        relations({"short": small_plan().iloc[:1], "whole": small_plan()})


def test_a_relation_that_no_issue_has_is_counted_as_none():
    plans = {"one": small_plan(), "other": small_plan(relation="misfit")}
    expected = pd.DataFrame(
        {"one": [1, 1, 0, 0, 0, 1], "other": [0, 0, 3, 0, 0, 0]},
        index=pd.Index(
            ["fits", "untapped", "misfit", "overreach", "unheard", "unknown"], name="relation"
        ),
    )
    pd.testing.assert_frame_equal(relation_counts(relations(plans)), expected)


def test_delivery_is_one_phase_of_a_plan():
    plan = pd.DataFrame(
        {"issue": ["a", "a", "b"], "phase": ["design", "delivery", "delivery"], "gap": [1, 2, 3]}
    )
    expected = pd.DataFrame({"gap": [2, 3]}, index=pd.Index(["a", "b"], name="issue"))
    pd.testing.assert_frame_equal(delivery_of(plan), expected)


def test_only_issues_that_both_readings_know_are_compared():
    other = small_plan(
        relation=["unheard", "unknown", "fits"],
        fitting=[["advocate", "sense-maker"], [], ["checker"]],
        offered=[["unheard"], ["checker"], ["checker"]],
    )
    expected = pd.DataFrame(
        {"same_relation": [False], "fitting_shared": True, "offered_shared": True},
        index=pd.Index(["one"], name="issue"),
    )
    pd.testing.assert_frame_equal(what_moves(small_plan(), other), expected)
    # An issue that one reading does not have is compared no more than one that it leaves unknown.
    pd.testing.assert_frame_equal(what_moves(small_plan(), other.iloc[:2]), expected)


def test_readings_that_offer_nothing_alike_share_no_offer():
    other = small_plan(offered=[["protected"], ["informant"], []])
    moved = what_moves(small_plan(), other)
    assert moved.to_dict() == {
        "same_relation": {"one": True, "two": True},
        "fitting_shared": {"one": True, "two": True},
        "offered_shared": {"one": False, "two": False},
    }


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
    expected = pd.DataFrame(
        {
            "fits": [0, 1, 1, 1],
            "offered": [1, 0, 1, 0],
            "enacted": [0, 0, 1, 2],
            "view": ["none", "administration", "administration", "service"],
        },
        index=pd.Index(["Unheard", "Protected", "Checking", "Insisting"], name="form"),
    )
    table = forms_by_layer(small_plan(), small_forms())
    pd.testing.assert_frame_equal(table, expected)
    words = small_forms().assign(label="Partner patient in patient care")
    assert forms_by_layer(small_plan(), words).index[0] == "Partner patient in patient care"


def test_an_issue_with_two_forms_of_a_view_counts_once():
    assert issues_with_view(small_plan(), small_forms(), "pam").to_dict() == {
        "fitting": 1,
        "offered": 1,
        "enacted": 1,
    }


def test_people_go_unheard_also_beside_what_is_offered():
    expected = pd.Series({"one": True, "two": False, "three": False}, name="offered")
    pd.testing.assert_series_equal(unheard_beside(small_plan()), expected.rename_axis("issue"))
    assert unheard_beside(small_plan().iloc[:0]).dtype == bool


# --- strategies ------------------------------------------------------------------------------


def test_every_strategy_of_an_issue_is_weighed_by_the_works_on_that_issue():
    rows = [
        ("one", "watch", "Watches", "family", "documented", "resource", False, ["indirect"]),
        ("two", "watch", "Watches", "family", "documented", "resource", True, ["indirect"]),
        ("one", "carry", "Carries", "both", "documented", "resource", True, ["ambiguous"]),
        *[("two", "carry", "Carries", "both", "transferable", "resource", True)],
        ("one", "weigh", "Weighs", "both", "documented", "hidden", False, []),
        ("one", "lie", "Lies", "patient", "documented", "warning sign", False, []),
        ("two", "lie", "Lies", "patient", "transferable", "warning sign", False, []),
    ]
    rows[3] = (*rows[3], ["ambiguous", "indirect"])
    columns = ["issue", "id", "strategy", "actor", "basis", "kind", "cautioned", "cautions"]
    pd.testing.assert_frame_equal(small_links(), pd.DataFrame(rows, columns=columns))


def test_a_caution_about_several_works_is_told_once_in_the_order_of_the_works():
    links = pd.DataFrame(
        [
            ("watch", "one", "documented", "b2002; a2001"),
            ("watch", "two", "transferable", None),
        ],
        columns=["id", "issue", "basis", "keys"],
    ).assign(strategy="of the link")
    cautions = pd.DataFrame(
        [
            ("watch", "a2001", "extract-only"),
            ("watch", "a2001", "indirect"),
            ("watch", "b2002", "indirect"),
            ("watch", "b2002", "ambiguous"),
            ("other", "a2001", "by-absence"),
        ],
        columns=["id", "key", "caution"],
    )
    weighed = issue_strategies(links, small_catalogue(), cautions)
    assert weighed["cautions"].tolist() == [
        ["indirect", "ambiguous", "extract-only"],
        ["extract-only", "indirect", "ambiguous"],
    ]
    assert weighed["cautioned"].tolist() == [True, False]
    with pytest.raises(pd.errors.MergeError, match="many-to-one"):
        issue_strategies(links, pd.concat([small_catalogue()] * 2), cautions)


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
    expected = pd.DataFrame(
        {
            "documented": [2, 0, 0],
            "documented_cautioned": [1, 1, 0],
            "transferable": [0, 0, 0],
            "transferable_cautioned": [0, 1, 0],
            "warning_signs": [1, 0, 0],
            "warning_signs_transferable": [0, 1, 0],
            "works": [2, 1, 0],
        },
        index=pd.Index(["one", "two", "three"], name="issue"),
    )
    pd.testing.assert_frame_equal(counts, expected)
    # A strategy or a work that stands twice is one.
    twice = pd.concat([small_links()] * 2), pd.concat([works] * 2)
    pd.testing.assert_frame_equal(strategies_to_draw_on(issues, *twice), expected)


def test_where_more_was_read_more_was_found():
    counts = pd.DataFrame(
        {"documented": [0, 1, 1], "documented_cautioned": [0, 0, 4], "works": [1, 2, 9]}
    )
    assert read_and_found(counts) == pytest.approx(1)
    assert read_and_found(counts.assign(works=[9, 2, 1])) == pytest.approx(-1)


# --- unsupported resources -------------------------------------------------------------------


def test_strategies_are_named_where_the_form_that_works_alone_makes_room_for_them():
    forms = small_strategy_forms().assign(note=None)
    found = unsupported_resources(small_plan(), small_links(), forms)
    expected = pd.DataFrame(
        {
            "label": ["the first"],
            "relation": "untapped",
            "forms": [["advocate"]],
            "who": "family",
            "burden": 3.0,
            "of_form": [["watch"]],
            "beside": [["carry"]],
            "uncautioned": 1,
            "hidden": 1,
            "warning_signs": 1,
        },
        index=pd.Index(["one"], name="issue"),
    )
    pd.testing.assert_frame_equal(found, expected)


def test_strategies_are_those_documented_for_the_issue_and_some_form_of_it_makes_room():
    plan = small_plan(unsupported=pd.array([True, True, pd.NA], dtype="boolean"))
    plan.at["one", "enacted_fitting"] = ["coordinator", "checker"]
    plan.at["two", "enacted_fitting"] = ["checker"]
    found = unsupported_resources(plan, small_links(), small_strategy_forms())
    assert found["of_form"].to_dict() == {"one": ["watch", "carry"], "two": ["watch"]}
    assert found["beside"].to_dict() == {"one": [], "two": []}
    # Carrying is under a caution wherever it is documented, and watching in the second issue.
    assert found["uncautioned"].to_dict() == {"one": 1, "two": 0}
    assert found["hidden"].to_dict() == {"one": 1, "two": 0}
    assert found["warning_signs"].to_dict() == {"one": 1, "two": 0}


def test_hidden_strategies_and_warning_signs_are_counted_and_never_named():
    found = unsupported_resources(small_plan(), small_links(), small_strategy_forms())
    table = unsupported_table(found, small_links(), small_forms())
    expected = pd.DataFrame(
        {
            "works alone": ["insisting partner (family)"],
            "own strategies": "Watches; 1 of other forms",
            "with care": "shown at a remove; 1 hidden strategy; 1 warning sign",
        },
        index=pd.Index(["the first"], name="safety issue"),
    )
    pd.testing.assert_frame_equal(table, expected)
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


def test_several_forms_strategies_and_cautions_are_told_one_after_the_other():
    plan = small_plan(who=[float("nan"), "patient", "patient"])
    plan.at["one", "enacted_fitting"] = ["coordinator", "checker"]
    links = small_links()
    more = links[links["kind"] != "resource"]
    links = pd.concat([links, more.assign(id=more["id"] + " again")], ignore_index=True)
    found = unsupported_resources(plan, links, small_strategy_forms())
    forms = small_forms().replace({"form": {"protected": "coordinator"}})
    shown = unsupported_table(found, links, forms).loc["the first"]
    assert shown["works alone"] == "protected patient; checking patient (who is not told)"
    assert shown["own strategies"] == "Watches; Carries*"
    assert shown["with care"] == (
        "shown at a remove; can be read otherwise; 2 hidden strategies; 2 warning signs"
    )


def test_a_strategy_under_no_caution_is_said_to_be_so():
    links = small_links()
    links = links[links["kind"] == "resource"]
    links = links.assign(cautions=[[] for _ in links["id"]])
    found = unsupported_resources(small_plan(), links, small_strategy_forms())
    shown = unsupported_table(found, links, small_forms()).loc["the first"]
    assert shown["with care"] == "no caution noted"


def test_a_form_without_a_strategy_of_its_own_borrows_no_name_from_others():
    forms = small_strategy_forms().replace({"form": {"advocate": "sense-maker"}})
    found = unsupported_resources(small_plan(), small_links(), forms)
    shown = unsupported_table(found, small_links(), small_forms()).loc["the first"]
    assert shown["own strategies"] == "none of this form; 2 of other forms"


def test_nothing_unsupported_gives_an_empty_table():
    plan = small_plan(unsupported=pd.array([False, False, pd.NA], dtype="boolean"))
    found = unsupported_resources(plan, small_links(), small_strategy_forms())
    table = unsupported_table(found, small_links(), small_forms())
    assert table.empty
    assert (found.index.name, table.index.name) == ("issue", "safety issue")
    assert table.columns.tolist() == ["works alone", "own strategies", "with care"]
    columns = ["label", "relation", "forms", "who", "burden", "of_form", "beside", "uncautioned"]
    assert found.columns.tolist() == [*columns, "hidden", "warning_signs"]


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
