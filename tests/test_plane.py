"""The plane of role and interaction says where the literature stands, and where it does not."""

import pandas as pd
import pytest

from partnership import data
from partnership.figures import safety_plane
from partnership.literature import (
    placed_alike,
    plane_cells,
    plane_ranges,
    role_counts,
    views_of_subjects,
    works_on_safety_part,
)
from partnership.literature.codes import ROLES

CODES = ["key", "coding", "corpus", "role", "interaction", "tradition"]


def small_dataset():
    """Four works on the patient's part in safety, one on something else, one not coded."""
    part = "patients-in-safety"
    rows = [
        ("a", "first", part, "subject", "high", "sm"),
        ("a", "second", part, "subject", "high", "sm"),
        ("a", "agreed", part, "subject", "high", "sm"),
        ("b", "first", part, "checker", "low", "pam"),
        ("b", "second", part, "checker", "medium", "pam"),
        ("b", "agreed", part, "checker", "low", "pam"),
        ("c", "first", part, "checker", "low", "pam"),
        ("c", "second", part, "subject", None, "pam"),
        ("c", "agreed", part, "subject", None, "pam"),
        ("d", "first", part, "subject", "low", "pam"),
        ("d", "second", "co-production", "subject", "low", "sm"),
        ("d", "agreed", part, "subject", "low", "sm"),
        ("e", "first", "value", "subject", "high", "sm"),
        ("e", "second", "value", "subject", "high", "sm"),
        ("e", "agreed", "value", "subject", "high", "sm"),
        ("f", "agreed", part, "source", "low", "pam"),
    ]
    codings = pd.DataFrame(rows, columns=CODES)
    samples = ["coded"] * 5 + ["record"]
    return codings, pd.DataFrame({"key": list("abcdef"), "sample": samples})


def cell(table, role, interaction):
    return table[(table["role"] == role) & (table["interaction"] == interaction)].iloc[0]


def test_every_cell_is_listed_also_the_empty_ones():
    cells = plane_cells(*small_dataset())
    counted = ["works", "pam", "sm", "both", "neither"]
    assert cells.columns.tolist() == ["role", "interaction", *counted]
    assert cells.columns.name is None
    assert cells[counted].dtypes.unique().tolist() == ["int64"]
    levels = ["low", "medium", "high"]
    roles = ["absent", "source", "checker", "adviser", "designer", "subject"]
    places = [(role, level) for role in roles for level in levels]
    assert list(zip(cells["role"], cells["interaction"], strict=True)) == places
    assert cell(cells, "designer", "medium")[counted].tolist() == [0, 0, 0, 0, 0]


def test_a_work_stands_in_the_cell_of_its_role_and_interaction():
    cells = plane_cells(*small_dataset())
    filled = cells[cells["works"] > 0].to_numpy().tolist()
    assert filled == [
        ["checker", "low", 1, 1, 0, 0, 0],
        ["subject", "low", 1, 0, 1, 0, 0],
        ["subject", "high", 1, 0, 1, 0, 0],
    ]


def test_a_blank_in_another_column_takes_no_work_from_the_plane():
    codings, literature = small_dataset()
    cells = plane_cells(codings.assign(locus=None), literature)
    pd.testing.assert_frame_equal(cells, plane_cells(codings, literature))


def test_a_work_without_a_coded_interaction_has_no_place():
    codings, literature = small_dataset()
    assert "c" in works_on_safety_part(codings, literature).index
    assert plane_cells(codings, literature)["works"].sum() == 3


def test_works_on_other_matters_and_works_not_coded_are_left_out():
    works = works_on_safety_part(*small_dataset())
    assert sorted(works.index) == ["a", "b", "c", "d"]


def test_an_unknown_coding_is_refused_by_name():
    told = "^No coding 'third'; choose one of first, second, agreed.$"
    with pytest.raises(ValueError, match=told):
        works_on_safety_part(*small_dataset(), coding="third")


def test_the_range_spans_both_codings_and_the_agreed_one():
    ranges = plane_ranges(*small_dataset())
    low = cell(ranges, "checker", "low")
    counted = ["first", "second", "agreed", "fewest", "most", "always_empty"]
    assert ranges.columns.tolist() == ["role", "interaction", *counted]
    assert low[counted].tolist() == [2, 0, 1, 0, 2, False]
    assert cell(ranges, "subject", "high")[counted].tolist() == [1, 1, 1, 1, 1, False]
    assert cell(ranges, "adviser", "high")[counted].tolist() == [0, 0, 0, 0, 0, True]


def test_a_missing_coding_leaves_the_plane_empty_instead_of_failing():
    codings, literature = small_dataset()
    only = codings[codings["coding"] == "agreed"]
    assert plane_cells(only, literature, "second")["works"].sum() == 0
    assert placed_alike(only, literature).tolist() == [0, 0, 0, 0]


def test_roles_that_could_not_be_coded_are_counted_as_such():
    codings, literature = small_dataset()
    codings.loc[(codings["key"] == "b") & (codings["coding"] == "agreed"), "role"] = None
    expected = pd.DataFrame(
        {
            "first": [0, 0, 2, 0, 0, 2, 0],
            "second": [0, 0, 1, 0, 0, 2, 0],
            "agreed": [0, 0, 0, 0, 0, 3, 1],
        },
        index=pd.Index([*ROLES, "not coded"], name="role"),
    )
    pd.testing.assert_frame_equal(role_counts(codings, literature), expected)


def test_agreement_on_place_counts_only_works_both_codings_put_in_the_corpus():
    # a: alike in both; b: role only; c: neither, a blank agrees with nothing; d: not compared.
    counted = placed_alike(*small_dataset())
    assert counted.to_dict() == {
        "both": 3,
        "same_role": 2,
        "same_interaction": 1,
        "same_cell": 1,
    }


def test_agreement_on_place_is_the_same_whichever_reader_comes_first():
    codings, literature = small_dataset()
    swapped = codings.replace({"coding": {"first": "second", "second": "first"}})
    expected = placed_alike(codings, literature)
    pd.testing.assert_series_equal(placed_alike(swapped, literature), expected)


def test_role_and_view_can_be_taken_from_different_readers():
    # First calls a a subject, and second sees it in the service view; second adds c, which
    # first sees in the other view; d is in the corpus of one coding only.
    crossed = views_of_subjects(*small_dataset())
    assert crossed.to_dict("index") == {
        "first": {"subjects": 1, "sm": 1},
        "second": {"subjects": 2, "sm": 1},
    }


def test_the_service_view_is_found_only_where_people_inform_or_act_themselves():
    codings, literature = data.load("codings"), data.load("literature")
    for coding in ("first", "second", "agreed"):
        cells = plane_cells(codings, literature, coding)
        elsewhere = cells[~cells["role"].isin(["source", "subject"])]
        assert elsewhere["sm"].sum() == 0


def test_the_figure_tells_its_numbers_to_those_who_cannot_see_it():
    codings, literature = data.load("codings"), data.load("literature")
    cells = plane_cells(codings, literature)
    figure = safety_plane(cells, plane_ranges(codings, literature))
    assert f"holding {cells['works'].sum()} works" in figure.alt
    assert f"{(cells['works'] == 0).sum()} cells" in figure.alt


def test_a_missing_service_view_is_written_out_wherever_a_role_has_works_without_it():
    codings, literature = data.load("codings"), data.load("literature")
    cells = plane_cells(codings, literature)
    figure = safety_plane(cells, plane_ranges(codings, literature)).plot
    written = [text.get_text() for axes in figure.axes for text in axes.texts]
    missing = (cells["works"] > 0) & (cells["sm"] == 0)
    assert written.count("0 service view") == missing.sum()
