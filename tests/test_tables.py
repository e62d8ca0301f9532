"""What must hold of the tables that pages show."""

from __future__ import annotations

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from partnership import appendices
from partnership.literature import short_citations
from partnership.tables import Table


def shown(table: Table) -> BeautifulSoup:
    return BeautifulSoup(table._repr_html_(), "html.parser")


def test_a_table_has_a_caption_and_headings_for_its_columns_and_rows():
    frame = pd.DataFrame({"Works": [3, 4]}, index=pd.Index(["low", "high"], name="Interaction"))
    page = shown(Table(frame, "Works by interaction"))
    assert page.caption.text == "Works by interaction"
    assert [head.text for head in page.select("th[scope=col]")] == ["Interaction", "Works"]
    assert [head.text for head in page.select("th[scope=row]")] == ["low", "high"]
    assert [cell.text for cell in page.select("td")] == ["3", "4"]


def test_every_level_of_an_index_is_a_row_heading():
    index = pd.MultiIndex.from_tuples([("a", "b")], names=["Table", "Column"])
    page = shown(Table(pd.DataFrame({"Code": ["c"]}, index=index), "Codes"))
    assert [head.text for head in page.select("th[scope=row]")] == ["a", "b"]


def test_text_is_shown_in_full_and_cannot_become_markup():
    text = "<script>alert(1)</script> & " + "long " * 50
    page = shown(Table(pd.DataFrame({"Note": [text]}, index=pd.Index([1], name="No.")), "Notes"))
    assert page.td.text == text
    assert page.script is None


def test_a_word_between_backticks_is_set_as_code():
    frame = pd.DataFrame({"Rule": ["Otherwise `pam`."]}).rename_axis("No.")
    assert str(shown(Table(frame, "Rules")).td) == "<td>Otherwise <code>pam</code>.</td>"


@pytest.mark.parametrize("missing", [None, float("nan"), pd.NA])
def test_a_missing_value_is_an_empty_cell(missing: object):
    frame = pd.DataFrame({"Year": pd.Series([missing], dtype="object")}).rename_axis("No.")
    assert shown(Table(frame, "Years")).td.text == ""


def test_a_row_heading_links_where_an_address_is_given():
    frame = pd.DataFrame({"Year": [1, 2]}, index=pd.Index(["same", "same"], name="Work"))
    page = shown(Table(frame, "Works", links=["https://doi.org/10.1/a?b&c", ""]))
    assert [link["href"] for link in page.select("a")] == ["https://doi.org/10.1/a?b&c"]


def test_addresses_must_be_as_many_as_rows():
    table = Table(pd.DataFrame({"Year": [1, 2]}).rename_axis("No."), "Works", links=["a"])
    with pytest.raises(ValueError, match="shorter"):
        table._repr_html_()


WORK = {
    "authors": "Grönroos, Christian; Voima, Päivi",
    "editors": None,
    "corporate_author": "no",
    "authors_complete": "yes",
    "year": 2013,
}


@pytest.mark.parametrize(
    ("changed", "citation"),
    [
        ({}, "Grönroos & Voima 2013"),
        ({"authors": "van Eijk, Carola"}, "van Eijk 2013"),
        ({"authors": "A, B; C, D; E, F"}, "A et al. 2013"),
        ({"authors": "Dunston, R", "authors_complete": "no"}, "Dunston et al. 2013"),
        ({"authors": "World Health Organization", "corporate_author": "yes"},
         "World Health Organization 2013"),
        ({"authors": None, "editors": "Rowley, Emma; Waring, Justin"}, "Rowley & Waring 2013"),
        ({"authors": "{SUGAR}"}, "SUGAR 2013"),
    ],
)  # fmt: skip
def test_a_work_is_named_by_author_and_year(changed: dict, citation: str):
    works = pd.DataFrame([{"key": "a2013", **WORK, **changed}])
    assert short_citations(works)["a2013"] == citation


def test_an_unknown_variable_of_the_codebook_is_named_with_those_there_are():
    codebook = pd.DataFrame({"variable": ["role"], "code": ["source"], "definition": ["Gives"]})
    with pytest.raises(KeyError, match="no variable 'rule' in codebook.csv; there are role"):
        appendices.codes_of(codebook, "rule")


def test_scales_are_shown_level_by_level_in_the_order_of_the_file():
    scales = pd.DataFrame(
        {
            "scale": ["z", "z", "a", "a"],
            "level": [0, 1, 0, 1],
            "anchor": ["z0", "z1", "a0", "a1"],
        }
    )
    table = appendices.anchors(scales)
    assert list(table.columns) == ["z", "a"]
    assert list(table.loc[1]) == ["z1", "a1"]


def test_a_claim_names_the_chapters_that_argue_it_by_their_titles():
    claims = pd.DataFrame(
        [
            {
                "id": "R1",
                "kind": "finding",
                "states": "S.",
                "argued_in": "05-x; 06-y",
                "rests_on": "Ground.",
                "against": "Doubt.",
                "verdict": "So.",
                "confidence": "low",
            }
        ]
    )
    record = appendices.claim_record(claims, "R1", {"05-x": "Five", "06-y": "Six"})
    assert "Argued in\n: {doc}`Five <05-x>`, {doc}`Six <06-y>`" in record
    assert record.index("The abstract states") < record.index("What speaks against it")
    assert "| {claim}`R1` | finding | So. | low |" in appendices.claims_overview(claims)
