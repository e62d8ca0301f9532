"""Fields and traditions: what chapter 3 counts, and what its two figures show."""

import pandas as pd
import pytest

from partnership import data
from partnership.figures import fields_by_tradition, two_traditions
from partnership.figures.fields import FIELD_LABEL
from partnership.figures.scheme import COLUMN, INSET, LEFT, ROWS
from partnership.literature import (
    ranges_by_field,
    service_view_on_safety,
    traditions_by_field,
    traditions_by_title_words,
)

LITERATURE = pd.DataFrame(
    {
        "key": ["a", "b", "c", "d"],
        "title": [
            "Coproducing care",
            "Value co-creation and patient involvement",
            "Hand hygiene",
            "A book seen only as a record of co-production",
        ],
        "sample": ["coded", "coded", "coded", "record"],
    }
)


def coded(coding: str, **codes: list) -> pd.DataFrame:
    """Return the three coded works of `LITERATURE` in one coding."""
    return pd.DataFrame({"key": ["a", "b", "c"], "coding": coding, **codes})


@pytest.fixture
def codings() -> pd.DataFrame:
    """Three works: the second coder moves work b to another field and view."""
    corpus = ["co-production", "value", "patients-in-safety"]
    first = coded(
        "first",
        corpus=corpus,
        field=["nursing", "service-management", "nursing"],
        tradition=["pam", "sm", "pam"],
    )
    second = coded(
        "second",
        corpus=corpus,
        field=["nursing", "design", "nursing"],
        tradition=["pam", "both", "sm"],
    )
    agreed = first.assign(coding="agreed")
    return pd.concat([first, second, agreed], ignore_index=True)


def test_works_are_counted_by_field_and_tradition_with_the_largest_field_first(codings):
    expected = pd.DataFrame(
        {"pam": [1, 0], "sm": [1, 0], "both": [0, 1], "neither": [0, 0]},
        index=pd.Index(["nursing", "design"], name="field"),
    )
    pd.testing.assert_frame_equal(traditions_by_field(codings, LITERATURE, "second"), expected)
    agreed = traditions_by_field(codings, LITERATURE)
    assert agreed.index.tolist() == ["nursing", "service-management"]
    assert agreed.to_numpy().tolist() == [[2, 0, 0, 0], [0, 1, 0, 0]]


def test_fields_of_one_size_stand_by_name(codings):
    codings["field"] = ["policy", "design", "nursing"] * 3
    assert list(traditions_by_field(codings, LITERATURE).index) == ["design", "nursing", "policy"]


def test_a_work_that_was_not_coded_for_the_sample_is_not_counted(codings):
    extra = codings.assign(key="d").head(1).assign(coding="agreed", field="policy")
    counts = traditions_by_field(pd.concat([codings, extra]), LITERATURE)
    assert "policy" not in counts.index


def test_a_work_without_a_tradition_is_left_out(codings):
    codings.loc[codings["key"].eq("b"), "tradition"] = None
    assert traditions_by_field(codings, LITERATURE).index.tolist() == ["nursing"]


def test_an_unknown_coding_is_refused_with_the_names_that_exist(codings):
    told = "^no coding called 'third'; use one of first, second, agreed$"
    with pytest.raises(ValueError, match=told):
        traditions_by_field(codings, LITERATURE, coding="third")


def test_a_work_is_known_by_its_key_alone_and_stands_once_in_a_coding(codings):
    noted = codings.assign(note="of the coding")
    counts = traditions_by_field(noted, LITERATURE.assign(note="of the work"))
    pd.testing.assert_frame_equal(counts, traditions_by_field(codings, LITERATURE))
    for twice in ((pd.concat([codings] * 2), LITERATURE), (codings, pd.concat([LITERATURE] * 2))):
        with pytest.raises(pd.errors.MergeError, match="one-to-one"):
            traditions_by_field(*twice)


def test_the_range_spans_all_three_codings_and_a_missing_pair_counts_nought(codings):
    ranges = ranges_by_field(codings, LITERATURE).set_index(["field", "tradition"])
    assert ranges.loc[("nursing", "pam")].tolist() == [2, 1, 2, 1, 2]
    assert ranges.loc[("service-management", "sm")].tolist() == [1, 0, 1, 0, 1]
    assert ranges.loc[("design", "both")].tolist() == [0, 1, 0, 0, 1]


def test_works_on_safety_are_told_apart_by_view_and_by_field(codings):
    codings.loc[codings["key"].eq("c"), "field"] = "service-management"
    expected = pd.DataFrame(
        {
            "on_safety": [1, 1, 1],
            "with_both": [0, 0, 0],
            "with_view": [0, 1, 0],
            "view_from_field": [0, 1, 0],
            "any_from_field": [1, 1, 1],
            "in_field": [2, 1, 2],
        },
        index=pd.Index(["first", "second", "agreed"], name="coding"),
    )
    pd.testing.assert_frame_equal(service_view_on_safety(codings, LITERATURE), expected)


def test_a_work_on_safety_that_joins_the_views_is_counted_as_such_and_not_as_service_view(codings):
    codings.loc[codings["key"].eq("c"), "tradition"] = "both"
    table = service_view_on_safety(codings, LITERATURE)
    assert table["with_both"].tolist() == [1, 1, 1]
    assert table["with_view"].tolist() == [0, 0, 0]


def test_a_title_counts_under_each_word_it_holds_in_any_spelling(codings):
    expected = pd.DataFrame(
        {
            "pam": [1, 0, 1, 0],
            "sm": [0, 1, 1, 0],
            "both": [0, 0, 0, 0],
            "neither": [0, 0, 0, 0],
            "all": [1, 1, 2, 0],
            "on_safety": [0, 0, 1, 0],
        },
        index=pd.Index(
            [
                "co-production",
                "co-creation or value",
                "involvement, engagement or participation",
                "partnership",
            ],
            name="words",
        ),
    )
    titles = LITERATURE.replace({"title": {"Hand hygiene": "PARTICIPATION in hand hygiene"}})
    pd.testing.assert_frame_equal(traditions_by_title_words(codings, titles), expected)


@pytest.mark.parametrize("coding", ["agreed", "first", "second"])
def test_no_work_on_safety_comes_from_service_management_in_any_coding(coding):
    table = service_view_on_safety(data.load("codings"), data.load("literature")).loc[coding]
    assert table["with_view"] > 0
    assert table["in_field"] > 0
    assert table["any_from_field"] == 0


def test_every_coded_work_has_a_field_and_a_tradition_in_the_agreed_coding():
    literature = data.load("literature")
    counted = traditions_by_field(data.load("codings"), literature).to_numpy().sum()
    assert counted == literature["sample"].eq("coded").sum()


def test_the_figure_of_fields_tells_every_agreed_count_to_those_who_cannot_see_it():
    ranges = ranges_by_field(data.load("codings"), data.load("literature"))
    figure = fields_by_tradition(ranges)
    health = ranges[ranges["field"].eq("health-services") & ranges["tradition"].eq("pam")].iloc[0]
    counts = f"{health['agreed']} ({health['low']} to {health['high']})"
    assert f"Health services and medicine: added {counts}, inherent" in figure.alt
    assert f"{ranges['agreed'].sum()} works" in figure.caption
    written = [text.get_text() for text in figure.plot.axes[0].texts]
    assert [int(text) for text in written if text.isdigit()] == _as_drawn(ranges)


def _as_drawn(ranges: pd.DataFrame) -> list[int]:
    """Return the agreed counts in the order of the drawing: home fields first."""
    counts = ranges.set_index(["field", "tradition"])["agreed"]
    traditions = ("pam", "sm", "both", "neither")
    return [int(counts[(field, code)]) for field in FIELD_LABEL for code in traditions]


def test_every_field_of_the_codebook_has_a_row_in_the_figure():
    codebook = data.load("codebook")
    assert set(FIELD_LABEL) == set(codebook.loc[codebook["variable"].eq("field"), "code"])


def test_the_scheme_says_in_words_all_that_it_draws():
    figure = two_traditions()
    for row in ROWS:
        for lines in (row.pam, row.sm):
            assert " ".join(lines) in figure.alt


def test_the_words_of_the_scheme_stay_inside_their_column_and_are_large_enough():
    figure = two_traditions()
    axes = figure.plot.axes[0]
    figure.plot.canvas.draw()
    answers = {line: code for row in ROWS for code in LEFT for line in getattr(row, code)}
    for text in axes.texts:
        assert text.get_fontsize() >= 9.5
        box = text.get_window_extent().transformed(axes.transData.inverted())
        code = answers.get(text.get_text())
        right = LEFT[code] + COLUMN if code else LEFT["sm"] + COLUMN
        assert box.x1 <= right - INSET / 2, text.get_text()
        assert box.x0 >= 0, text.get_text()
