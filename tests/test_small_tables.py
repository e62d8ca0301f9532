"""Reading and checking, on a package of three small tables: every fault in full, word by word."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from partnership import data
from partnership.files import read_within

PACKAGE = {
    "resources": [
        {
            "name": "people",
            "path": "people.csv",
            "schema": {
                "fields": [
                    {
                        "name": "name",
                        "type": "string",
                        "constraints": {"required": True, "pattern": "^[a-z]+$"},
                        "example": "anna",
                    },
                    {
                        "name": "born",
                        "type": "integer",
                        "constraints": {"required": True, "minimum": 1900, "maximum": 2100},
                    },
                    {"name": "children", "type": "integer", "constraints": {"minimum": 0}},
                    {
                        "name": "height",
                        "type": "number",
                        "constraints": {"minimum": 0.5, "maximum": 2.5},
                    },
                    {"name": "weight", "type": "number"},
                    {"name": "debt", "type": "number", "constraints": {"maximum": 0}},
                    {
                        "name": "role",
                        "type": "string",
                        "constraints": {"enum": ["nurse", "doctor"]},
                    },
                    {
                        "name": "skills",
                        "type": "string",
                        "constraints": {"pattern": "^(care|cure)(; (care|cure))*$"},
                        "list": {"separator": "; ", "enum": ["care", "cure"]},
                    },
                    {
                        "name": "friends",
                        "type": "string",
                        "list": {"separator": "; ", "resource": "people", "field": "name"},
                    },
                    {"name": "badge", "type": "string", "constraints": {"unique": True}},
                    {"name": "code", "type": "string", "constraints": {"pattern": "^[A-Z]{2}$"}},
                ],
                "primaryKey": ["name"],
            },
        },
        {
            "name": "visits",
            "path": "visits.csv",
            "schema": {
                "fields": [
                    {"name": "person", "type": "string", "constraints": {"required": True}},
                    {"name": "day", "type": "integer", "constraints": {"required": True}},
                    {"name": "note", "type": "string"},
                ],
                "primaryKey": ["person", "day"],
                "foreignKeys": [
                    {
                        "fields": ["person"],
                        "reference": {"resource": "people", "fields": ["name"]},
                    }
                ],
            },
        },
        {
            "name": "costs",
            "path": "costs.csv",
            "schema": {
                "fields": [
                    {"name": "person", "type": "string"},
                    {"name": "day", "type": "integer"},
                    {"name": "sum", "type": "number", "constraints": {"required": True}},
                ],
                "primaryKey": ["person", "day"],
                "foreignKeys": [
                    {
                        "fields": ["person", "day"],
                        "reference": {"resource": "visits", "fields": ["person", "day"]},
                    }
                ],
            },
        },
    ]
}
FILES = {
    "people.csv": (
        "name,born,children,height,weight,debt,role,skills,friends,badge,code\n"
        "anna,1970,2,1.7,70.5,0,nurse,care; cure,bo,x1,AB\n"
        "bo,1980,,,,,doctor,cure,anna; cy,x2,\n"
        "cy,1990,0,0.5,80,-3.25,,,,,ZZ\n"
    ),
    "visits.csv": "person,day,note\nanna,1,first\nanna,2,\nbo,1,second\n",
    "costs.csv": "person,day,sum\nanna,1,10\nbo,1,20.5\n,,3\n",
}
AGAIN = "correct the cell and run make book again."
REPLACE = "put the book's file back."
SAVE = 'save it again as "CSV UTF-8 (comma delimited)" and run make book again.'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for file, text in FILES.items():
        (tmp_path / file).write_text(text, encoding="utf-8")
    (tmp_path / "datapackage.json").write_text(json.dumps(PACKAGE), encoding="utf-8")
    return tmp_path


def person(row: int = 2, **cells: str) -> str:
    """Return `people.csv` with other texts in cells of a row."""
    lines = [line.split(",") for line in FILES["people.csv"].splitlines()]
    for column, text in cells.items():
        lines[row - 1][lines[0].index(column)] = text
    return "\n".join(",".join(line) for line in lines) + "\n"


def said(folder: Path, table: str) -> list[str]:
    """Return the faults for which a table is refused; none if it is taken."""
    try:
        data.load(table, folder)
    except data.DataError as error:
        return [str(fault) for fault in error.faults]
    return []


# --- what is loaded ---------------------------------------------------------------------------


def test_each_column_has_the_type_that_its_description_and_its_gaps_ask_for(folder):
    people = data.load("people", folder)
    assert people.index.equals(pd.RangeIndex(3))
    assert {name: str(kind) for name, kind in people.dtypes.items()} == {
        "name": "str",
        "born": "int64",
        "children": "Int64",
        "height": "float64",
        "weight": "float64",
        "debt": "float64",
        "role": "str",
        "skills": "str",
        "friends": "str",
        "badge": "str",
        "code": "str",
    }
    assert people["born"].tolist() == [1970, 1980, 1990]
    assert people["children"].tolist() == [2, pd.NA, 0]
    np.testing.assert_equal(people["debt"].to_numpy(), [0, np.nan, -3.25])
    assert people["friends"].fillna("nobody").tolist() == ["bo", "anna; cy", "nobody"]
    assert data.load("costs", folder)["sum"].tolist() == [10, 20.5, 3]


def test_all_tables_come_in_the_order_of_the_package_and_as_each_alone(folder):
    tables = data.load_all(folder)
    assert list(tables) == ["people", "visits", "costs"]
    for name, table in tables.items():
        pd.testing.assert_frame_equal(table, data.load(name, folder))
    assert data.check(folder) == []
    assert data.load_all(str(folder)).keys() == tables.keys()
    assert data.load("visits", str(folder)).equals(tables["visits"])


def test_a_table_is_read_anew_when_it_or_what_it_points_to_changes(folder):
    assert len(data.load("visits", folder)) == 3
    (folder / "visits.csv").write_text("person,day,note\nbo,7,\n", encoding="utf-8")
    assert data.load("visits", folder)["day"].tolist() == [7]
    (folder / "people.csv").write_text(person(row=3, name="bob"), encoding="utf-8")
    assert len(said(folder, "visits")) == 1
    (folder / "people.csv").write_text(FILES["people.csv"], encoding="utf-8")
    package = json.dumps(PACKAGE).replace('"person", "type"', '"who", "type"')
    (folder / "datapackage.json").write_text(package, encoding="utf-8")
    assert said(folder, "visits")


def test_what_a_caller_writes_into_a_table_stays_with_the_caller(folder):
    mine = data.load("visits", folder)
    mine.loc[0, "note"] = "changed"
    mine["more"] = 1
    assert data.load("visits", folder).loc[0, "note"] == "first"
    assert "more" not in data.load("visits", folder)


def test_a_list_is_a_column_of_lists(folder):
    lists = data.split_list(data.load("people", folder)["friends"])
    assert lists.tolist() == [["bo"], ["anna", "cy"], []]
    assert lists.dtype == object


# --- cells ------------------------------------------------------------------------------------

TAKEN = [
    {"born": "1900"},
    {"born": "2100"},
    {"children": "0"},
    {"children": "9" * 15},
    {"height": "0.5"},
    {"height": "2.5"},
    {"height": "2"},
    {"weight": "-1234567.125"},
    {"debt": "0"},
    {"skills": "cure; care"},
    {"friends": "anna; bo; cy"},
    {"badge": ""},
    {"code": ""},
]
REFUSED = [
    ({"name": ""}, "an empty cell", "a value", AGAIN),
    ({"name": "Anna"}, '"Anna"', "text like anna", AGAIN),
    ({"name": "anna "}, '"anna "', "text without stray blanks or control signs",
     'did you mean "anna"? Correct the cell and run make book again.'),
    ({"name": "\u00a0anna"}, '"\\xa0anna"', "text without stray blanks or control signs",
     'did you mean "anna"? Correct the cell and run make book again.'),
    ({"born": ""}, "an empty cell", "a value", AGAIN),
    ({"born": "1899"}, '"1899"', "a whole number from 1900 to 2100", AGAIN),
    ({"born": "2101"}, '"2101"', "a whole number from 1900 to 2100", AGAIN),
    ({"born": "197O"}, '"197O"', "a whole number from 1900 to 2100", AGAIN),
    ({"born": "1970.0"}, '"1970.0"', "a whole number from 1900 to 2100", AGAIN),
    ({"children": "-1"}, '"-1"', "a whole number from 0", AGAIN),
    ({"children": "01"}, '"01"', "a whole number from 0", AGAIN),
    ({"children": "9" * 16}, f'"{"9" * 16}"', "a whole number from 0", AGAIN),
    ({"height": "0.49"}, '"0.49"', "a number from 0.5 to 2.5", AGAIN),
    ({"height": "2.51"}, '"2.51"', "a number from 0.5 to 2.5", AGAIN),
    ({"height": '"1,7"'}, '"1,7"', "a number from 0.5 to 2.5",
     'did you mean "1.7"? Correct the cell and run make book again.'),
    ({"badge": '"a,b "'}, '"a,b "', "text without stray blanks or control signs",
     'did you mean "a,b"? Correct the cell and run make book again.'),
    ({"weight": "1e3"}, '"1e3"', "a number", AGAIN),
    ({"weight": ".5"}, '".5"', "a number", AGAIN),
    ({"debt": "1"}, '"1"', "a number from -inf to 0", AGAIN),
    ({"role": "nurze"}, '"nurze"', "one of nurse, doctor",
     'did you mean "nurse"? Correct the cell and run make book again.'),
    ({"role": "walrus"}, '"walrus"', "one of nurse, doctor", AGAIN),
    ({"role": "DOCTOR "}, '"DOCTOR "', "text without stray blanks or control signs",
     'did you mean "doctor"? Correct the cell and run make book again.'),
    ({"skills": "care;cuer"}, '"care;cuer"', 'one or more of care, cure, joined by "; "',
     'did you mean "care; cure"? Correct the cell and run make book again.'),
    ({"skills": ";care;;"}, '";care;;"', 'one or more of care, cure, joined by "; "',
     'did you mean "care"? Correct the cell and run make book again.'),
    ({"skills": "cook; care"}, '"cook; care"', 'one or more of care, cure, joined by "; "', AGAIN),
    ({"skills": "care; care"}, '"care; care"', 'a list joined by "; ", nothing in it twice',
     'did you mean "care"? Correct the cell and run make book again.'),
    ({"friends": "bo;  cy"}, '"bo;  cy"', 'a list joined by "; ", nothing in it twice',
     'did you mean "bo; cy"? Correct the cell and run make book again.'),
    ({"friends": "bo; ; cy"}, '"bo; ; cy"', 'a list joined by "; ", nothing in it twice',
     'did you mean "bo; cy"? Correct the cell and run make book again.'),
    ({"friends": "dora"}, '"dora"', "a name of people.csv",
     "correct the cell, or add the row to people.csv, and run make book again."),
    ({"friends": "bo; ana"}, '"ana"', "a name of people.csv", 'did you mean "anna"? '
     "Correct the cell, or add the row to people.csv, and run make book again."),
    ({"friends": "ana; bo; boo"}, '"ana", "boo"', "a name of people.csv",
     "correct the cell, or add the row to people.csv, and run make book again."),
    ({"code": "ab"}, '"ab"', "text like ^[A-Z]{2}$", AGAIN),
    ({"code": "A\x07B"}, '"A\\x07B"', "text without stray blanks or control signs",
     'did you mean "AB"? Correct the cell and run make book again.'),
    ({"code": "AB\ufeff"}, '"AB\\ufeff"', "text without stray blanks or control signs",
     'did you mean "AB"? Correct the cell and run make book again.'),
]  # fmt: skip
"""Texts in a cell of row 2; found, expected and remedy where it is refused."""


@pytest.mark.parametrize("cells", TAKEN, ids=str)
def test_what_a_description_allows_is_taken(folder, cells):
    (folder / "people.csv").write_text(person(**cells), encoding="utf-8")
    assert said(folder, "people") == []


@pytest.mark.parametrize(("cells", "found", "expected", "remedy"), REFUSED, ids=str)
def test_what_a_description_forbids_is_refused_with_place_and_remedy(
    folder, cells, found, expected, remedy
):
    (folder / "people.csv").write_text(person(**cells), encoding="utf-8")
    (column,) = cells
    # A key that is not there is missed where others point to it.
    fault, *others = said(folder, "people")
    place = f"people.csv, row 2, column {column}"
    assert fault == f"{place}: found {found}; expected {expected}; {remedy}"
    assert len(others) == (column == "name")


def test_whoever_points_to_a_renamed_row_is_told(folder):
    (folder / "people.csv").write_text(person(name="ann"), encoding="utf-8")
    remedy = "Correct the cell, or add the row to people.csv, and run make book again."
    expected = f'found "anna"; expected a name of people.csv; did you mean "ann"? {remedy}'
    assert said(folder, "people") == [f"people.csv, row 3, column friends: {expected}"]
    assert said(folder, "visits") == [
        f"visits.csv, row 2, column person: {expected}",
        f"visits.csv, row 3, column person: {expected}",
    ]
    assert said(folder, "costs") == []
    assert [str(fault) for fault in data.check(folder)] == [
        f"people.csv, row 3, column friends: {expected}",
        f"visits.csv, row 2, column person: {expected}",
        f"visits.csv, row 3, column person: {expected}",
    ]


def test_what_must_differ_is_told_at_each_later_row(folder):
    same = "expected what no other row has; row 2 has the same: change or delete one of the two"
    text = person(row=3, badge="x1").replace("cy,1990,0,0.5,80,-3.25,,,,,", "cy,1990,,,,,,,,x1,")
    (folder / "people.csv").write_text(text, encoding="utf-8")
    assert said(folder, "people") == [
        f'people.csv, row {row}, column badge: found "x1"; {same} rows.' for row in (3, 4)
    ]
    (folder / "people.csv").write_text(person(row=4, name="anna"), encoding="utf-8")
    assert set(said(folder, "people")) == {
        f'people.csv, row 4, column name: found "anna"; {same} rows.',
        'people.csv, row 3, column friends: found "cy"; expected a name of people.csv; '
        "correct the cell, or add the row to people.csv, and run make book again.",
    }
    (folder / "visits.csv").write_text(
        "person,day,note\nbo,2,\nanna,1,\nbo,1,\nanna,1,again\nbo,1,\n", encoding="utf-8"
    )
    (folder / "people.csv").write_text(FILES["people.csv"], encoding="utf-8")
    same = "expected what no other row has; row {} has the same: change or delete one of the two"
    assert said(folder, "visits") == [
        f'visits.csv, row 5, column person and day: found "anna", "1"; {same.format(3)} rows.',
        f'visits.csv, row 6, column person and day: found "bo", "1"; {same.format(4)} rows.',
    ]


def test_rows_alike_but_for_an_empty_cell_are_told(folder):
    (folder / "costs.csv").write_text("person,day,sum\nbo,,3\nanna,1,2\nbo,,4\n", encoding="utf-8")
    assert said(folder, "costs") == [
        'costs.csv, row 4, column person and day: found "bo", an empty cell; expected '
        "what no other row has; row 2 has the same: change or delete one of the two rows."
    ]


def test_a_key_of_two_columns_is_one_key(folder):
    (folder / "costs.csv").write_text("person,day,sum\nanna,3,1\nbo,,2\n", encoding="utf-8")
    assert said(folder, "costs") == [
        'costs.csv, row 2, column person and day: found "anna", "3"; expected a person and day of '
        "visits.csv; correct the cell, or add the row to visits.csv, and run make book again."
    ]


def test_a_cell_is_told_once_and_rows_come_in_order(folder):
    text = person(row=4, friends="dora; dora", role="x", code="x").replace("bo,1980", "bo,x")
    (folder / "people.csv").write_text(text, encoding="utf-8")
    faults = said(folder, "people")
    assert [fault.partition(":")[0] for fault in faults] == [
        "people.csv, row 3, column born",
        "people.csv, row 4, column role",
        "people.csv, row 4, column friends",
        "people.csv, row 4, column code",
    ]
    assert "nothing in it twice" in faults[2]


def test_a_key_is_not_missed_where_one_of_its_cells_is_wrong_in_itself(folder):
    (folder / "costs.csv").write_text("person,day,sum\nanna,x,1\n", encoding="utf-8")
    assert said(folder, "costs") == [
        f'costs.csv, row 2, column day: found "x"; expected a whole number; {AGAIN}'
    ]


def test_each_key_is_followed_also_where_another_leads_to_a_table_not_read_whole(folder):
    package = copy.deepcopy(PACKAGE)
    package["resources"][2]["schema"]["foreignKeys"].append(
        {"fields": ["person"], "reference": {"resource": "people", "fields": ["name"]}}
    )
    (folder / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    (folder / "visits.csv").unlink()
    (folder / "costs.csv").write_text("person,day,sum\nzoe,1,1\n", encoding="utf-8")
    assert said(folder, "costs") == [
        'costs.csv, row 2, column person: found "zoe"; expected a name of people.csv; '
        "correct the cell, or add the row to people.csv, and run make book again."
    ]


# --- files ------------------------------------------------------------------------------------


def spoilt(file: str, text: str | bytes) -> Callable[[Path], object]:
    content = text if isinstance(text, bytes) else text.encode()
    return lambda folder: (folder / file).write_bytes(content)


VISITS = FILES["visits.csv"]
SPOILT_FILES = [
    (lambda folder: (folder / "visits.csv").unlink(),
     ["visits.csv: found no such file; expected it in {folder}; put the file back."]),
    (lambda folder: ((folder / "visits.csv").unlink(), (folder / "visits.csv").mkdir()),
     ["visits.csv: found a file that cannot be read (Is a directory); expected a CSV file; "
      + REPLACE]),
    (spoilt("visits.csv", b"person,day,note\n\nx,y\xff\n"),
     ["visits.csv: found byte 0xff at position 21, in line 3; expected text in UTF-8; " + SAVE]),
    (spoilt("visits.csv", b"\n\x9f"),
     ["visits.csv: found byte 0x9f at position 2, in line 2; expected text in UTF-8; " + SAVE]),
    (spoilt("visits.csv", ""),
     ["visits.csv: found an empty file; expected a header and rows; " + REPLACE]),
    (spoilt("visits.csv", ",,\n\n"),
     ["visits.csv: found an empty file; expected a header and rows; " + REPLACE]),
    (spoilt("visits.csv", "\n,,\n" + VISITS),
     ["visits.csv, row 1: found an empty row; expected the header; "
      "delete the rows above the header."]),
    (spoilt("visits.csv", VISITS.replace(",", ";")),
     ["visits.csv, row 1: found columns separated by semicolons; "
      "expected columns separated by commas; " + SAVE]),
    (spoilt("visits.csv", VISITS.replace(",", "\t")),
     ["visits.csv, row 1: found columns separated by tabs; "
      "expected columns separated by commas; " + SAVE]),
    (spoilt("visits.csv", VISITS.replace(",", "|")),
     ["visits.csv, row 1: found columns separated by bars; "
      "expected columns separated by commas; " + SAVE]),
    (spoilt("visits.csv", "person,note,day,note,person\nanna,,1,,bo\n"),
     ['visits.csv, row 1: found twice or more: "note", "person"; expected each column once; '
      "rename the column or take it away."]),
    (spoilt("visits.csv", "person,day\nanna,1\n"),
     ["visits.csv, row 1, column note: found no such column; expected a column of that name; "
      "write it into the header."]),
    (spoilt("visits.csv", "person,note\nanna,\nanna,\n"),
     ["visits.csv, row 1, column day: found no such column; expected a column of that name; "
      "write it into the header."]),
    (spoilt("visits.csv", VISITS.replace("note", "notes")),
     ['visits.csv, row 1, column note: found no such column, but "notes"; '
      "expected a column of that name; write it into the header.",
      'visits.csv, row 1, column notes: found "notes"; expected a column described in '
      'datapackage.json; did you mean "note"? Describe the column in datapackage.json, '
      "or take it away."]),
    (spoilt("visits.csv", "person,day,note,weather\nanna,1,,\n"),
     ['visits.csv, row 1, column weather: found "weather"; expected a column described in '
      "datapackage.json; describe the column in datapackage.json, or take it away."]),
    (spoilt("visits.csv", "person,day,note\nanna,1\nbo,1,\nanna,2,,\n"),
     ["visits.csv, row 2: found 2 cells; expected 3 cells, as in the header; "
      "mind the commas: a text that holds one stands in quotation marks.",
      "visits.csv, row 4: found 4 cells; expected 3 cells, as in the header; "
      "mind the commas: a text that holds one stands in quotation marks."]),
    (spoilt("visits.csv", "person,day,note\nanna,1,\n\n,,\nbo,1,\n"),
     ["visits.csv, row 3: found an empty row; expected a row with cells; delete the row.",
      "visits.csv, row 4: found an empty row; expected a row with cells; delete the row."]),
    (spoilt("visits.csv", "person,day,note\n"),
     ["visits.csv: found a header without rows; expected at least one row; " + REPLACE]),
    (spoilt("visits.csv", "person,day,note\n,,\n"),
     ["visits.csv, row 2: found an empty row; expected a row with cells; delete the row."]),
    (spoilt("visits.csv", 'person,day,note\nanna,1,"a\n'),
     ["visits.csv, row 2: found a broken quotation (unexpected end of data); expected marks in "
      "pairs; close the quotation mark; a mark within a text is written twice."]),
    (spoilt("visits.csv", 'person,day,note\nanna,1,\nbo,1,"a" b\n'),
     ["visits.csv, row 3: found a broken quotation (',' expected after '\"'); expected marks in "
      "pairs; close the quotation mark; a mark within a text is written twice."]),
]  # fmt: skip
"""What is done to `visits.csv`, and all that is then said of it."""


@pytest.mark.parametrize(("spoil", "expected"), SPOILT_FILES)
def test_a_file_that_is_no_table_is_refused(folder, spoil, expected):
    spoil(folder)
    place = f'"{folder}"' if len(str(folder)) <= 80 else f'"{str(folder)[:77]}…"'
    assert said(folder, "visits") == [text.replace("{folder}", place) for text in expected]
    # What was not read whole is not held against the tables that point to it.
    assert said(folder, "costs") == []


def test_a_table_has_no_more_columns_than_any_of_the_book_needs(folder, monkeypatch):
    monkeypatch.setattr(data, "MOST_COLUMNS", 3)
    assert said(folder, "visits") == []
    (folder / "visits.csv").write_text("person,day,note,weather\nanna,1,,\n", encoding="utf-8")
    assert said(folder, "visits") == [
        f"visits.csv, row 1: found 4 columns; expected at most 3; {REPLACE}"
    ]


def test_a_table_has_no_more_rows_than_any_of_the_book_needs(folder, monkeypatch):
    monkeypatch.setattr(data, "MOST_ROWS", 3)
    assert said(folder, "visits") == []
    text = FILES["visits.csv"] + "cy,3,\nnobody,4,\n"
    (folder / "visits.csv").write_text(text, encoding="utf-8")
    assert said(folder, "visits") == [
        f"visits.csv: found more rows; expected at most 3 under the header; {REPLACE}"
    ]


def test_a_table_is_made_of_the_bytes_of_one_look_at_each_file(folder, monkeypatch):
    looked_at = []

    def look(path: Path, most: int) -> bytes:
        looked_at.append(path.name)
        return read_within(path, most)

    monkeypatch.setattr(data, "read_within", look)
    data.load("visits", folder)
    assert sorted(looked_at) == ["datapackage.json", "people.csv", "visits.csv"]


def test_a_key_may_be_all_that_a_table_has(folder):
    package = copy.deepcopy(PACKAGE)
    package["resources"][1]["schema"]["fields"].pop()
    (folder / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    (folder / "visits.csv").write_text("person,day\nanna,1\nbo,1\nanna,1\n", encoding="utf-8")
    assert said(folder, "visits") == [
        'visits.csv, row 4, column person and day: found "anna", "1"; '
        "expected what no other row has; "
        "row 2 has the same: change or delete one of the two rows."
    ]


def test_a_file_with_a_mark_of_byte_order_dos_line_ends_and_quotations_is_read(folder):
    text = 'person,day,note\r\nanna,1,"a, ""b""\r\nc"\r\nbo,2,|\r\n'
    (folder / "visits.csv").write_bytes(b"\xef\xbb\xbf" + text.encode())
    visits = data.load("visits", folder)
    assert visits["note"].tolist() == ['a, "b"\r\nc', "|"]


def test_line_ends_of_old_machines_are_read(folder):
    (folder / "visits.csv").write_bytes(b"person,day,note\ranna,1,\rbo,2,\r")
    visits = data.load("visits", folder)
    assert visits["person"].tolist() == ["anna", "bo"]
    # A column without any text is one of text all the same.
    assert str(visits["note"].dtype) == "str" and visits["note"].isna().all()


def test_a_table_of_one_column_may_have_a_mark_in_its_header(folder):
    schema = {"fields": [{"name": "a;b", "type": "string"}], "primaryKey": ["a;b"]}
    package = {"resources": [{"name": "one", "path": "one.csv", "schema": schema}]}
    (folder / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    (folder / "one.csv").write_text("a;b\nx\n", encoding="utf-8")
    assert data.load("one", folder)["a;b"].tolist() == ["x"]


def test_cells_below_a_row_that_does_not_fit_keep_their_numbers(folder):
    text = "person,day,note\n\nanna,x,\nanna,1\nbo,y,\n"
    (folder / "visits.csv").write_text(text, encoding="utf-8")
    assert [fault.partition(":")[0] for fault in said(folder, "visits")] == [
        "visits.csv, row 2",
        "visits.csv, row 3, column day",
        "visits.csv, row 4",
        "visits.csv, row 5, column day",
    ]


def test_the_cells_of_columns_that_are_there_are_checked_where_one_is_missing(folder):
    (folder / "visits.csv").write_text("day,note\nx,\n", encoding="utf-8")
    assert [fault.partition(":")[0] for fault in said(folder, "visits")] == [
        "visits.csv, row 1, column person",
        "visits.csv, row 2, column day",
    ]


# --- the folder and its description -----------------------------------------------------------


def test_a_table_that_is_not_described_is_told_with_those_that_are(folder):
    expected = "expected one of people, visits, costs"
    with pytest.raises(data.DataError) as error:
        data.load("pepl.csv", folder)
    assert [str(fault) for fault in error.value.faults] == [
        f'datapackage.json: found no table of the name "pepl.csv"; {expected}; '
        'did you mean "people"? Name a table of datapackage.json.'
    ]
    assert said(folder, "walrus") == [
        f'datapackage.json: found no table of the name "walrus"; {expected}; '
        "name a table of datapackage.json."
    ]


def test_files_that_are_not_described_are_told_in_order(folder):
    for name in ("b.csv", "a.csv", "c.txt"):
        (folder / name).write_text("x\n1\n", encoding="utf-8")
    (folder / "visits.csv").write_text("person,day,note\n", encoding="utf-8")
    told = "found a file without description; expected a resource in datapackage.json; describe "
    assert [str(fault) for fault in data.check(folder)] == [
        *(
            f"{name}: {told}its columns in datapackage.json, or take the file away."
            for name in ("a.csv", "b.csv")
        ),
        f"visits.csv: found a header without rows; expected at least one row; {REPLACE}",
    ]


def test_a_folder_that_is_missing_or_has_no_description_is_told(folder, tmp_path):
    whole = "expected a Data Package that describes each CSV file with its columns"
    back = "restore datapackage.json of the book."
    nowhere = Path("no") / "where"
    assert said(nowhere, "visits") == [
        f'datapackage.json: found no folder "{nowhere}"; {whole}; name the folder of the CSV files.'
    ]
    (folder / "datapackage.json").unlink()
    place = f'"{folder}"' if len(str(folder)) <= 80 else f'"{str(folder)[:77]}…"'
    assert said(folder, "visits") == [
        f"datapackage.json: found no readable file in {place} (No such file or directory); "
        f"{whole}; {back}"
    ]
    (folder / "datapackage.json").write_text("{", encoding="utf-8")
    assert said(folder, "visits") == [
        "datapackage.json: found text that is not JSON (Expecting property name enclosed in double "
        f"quotes: line 1 column 2 (char 1)); {whole}; {back}"
    ]
    (folder / "datapackage.json").write_text("{}", encoding="utf-8")
    assert said(folder, "visits") == [
        f"datapackage.json: found a description that cannot be used (KeyError('resources')); "
        f"{whole}; {back}"
    ]


def people(package: dict) -> dict:
    return package["resources"][0]


def visits(package: dict) -> dict:
    return package["resources"][1]["schema"]


UNUSABLE = [
    (lambda package: people(package).pop("path"), "KeyError('path')"),
    (lambda package: people(package).update(path=3), "TypeError"),
    (lambda package: people(package)["schema"].pop("primaryKey"), "KeyError('primaryKey')"),
    (lambda package: people(package)["schema"].update(primaryKey=["nam"]), "KeyError('nam')"),
    (lambda package: people(package)["schema"]["fields"][0].pop("name"), "KeyError('name')"),
    (lambda package: people(package)["schema"]["fields"][0]["constraints"].update(pattern="("),
     "missing ), unterminated subpattern"),
    (lambda package: people(package)["schema"]["fields"][1]["constraints"].update(minimum="x"),
     "could not convert string to float"),
    (lambda package: people(package)["schema"]["fields"][8]["list"].update(resource="persons"),
     "KeyError('persons')"),
    (lambda package: people(package)["schema"]["fields"][8]["list"].update(field="nam"),
     "KeyError('nam')"),
    (lambda package: visits(package)["foreignKeys"][0].update(fields=["persn"]),
     "KeyError('persn')"),
    (lambda package: visits(package)["foreignKeys"][0]["reference"].update(resource="persons"),
     "KeyError('persons')"),
    (lambda package: visits(package)["foreignKeys"][0]["reference"].update(fields=["nam"]),
     "KeyError('nam')"),
]  # fmt: skip


@pytest.mark.parametrize(("spoil", "found"), UNUSABLE)
def test_a_description_that_would_fail_later_fails_at_once(folder, spoil, found):
    package = copy.deepcopy(PACKAGE)
    spoil(package)
    (folder / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    (fault,) = said(folder, "costs")
    assert fault.startswith("datapackage.json: found a description that cannot be used (")
    assert found in fault


# --- rules between tables ---------------------------------------------------------------------


def busy_people(visits: pd.DataFrame, people: pd.DataFrame) -> Iterator[tuple]:
    """A made-up rule: the first person and the first visit are never right."""
    yield "people", people.index[0], "role", None, "somebody else", "ask."
    yield "visits", visits.index[0], "note", "a visit", "no visit", "stay at home."
    yield "visits", None, "note", "visits", "none", "stay at home."
    yield "visits", None, "note", "more visits", "none", "stay at home."


@pytest.fixture
def ruled(folder, monkeypatch) -> Path:
    monkeypatch.setattr(data, "RULES", [(("visits", "people"), busy_people)])
    return folder


OF_PEOPLE = 'people.csv, row 2, column role: found "nurse"; expected somebody else; ask.'
OF_VISITS = [
    "visits.csv, column note: found visits; expected none; stay at home.",
    "visits.csv, column note: found more visits; expected none; stay at home.",
    "visits.csv, row 2, column note: found a visit; expected no visit; stay at home.",
]


def test_a_rule_is_applied_where_all_its_tables_are_there(ruled):
    assert said(ruled, "visits") == OF_VISITS
    assert said(ruled, "people") == []
    assert [str(fault) for fault in data.check(ruled)] == [OF_PEOPLE, *OF_VISITS]


def test_a_rule_is_left_out_where_one_of_its_tables_was_not_read_whole(ruled):
    (ruled / "people.csv").write_text(FILES["people.csv"] + "\n", encoding="utf-8")
    told = "found an empty row; expected a row with cells; delete the row."
    assert [str(fault) for fault in data.check(ruled)] == [f"people.csv, row 5: {told}"]


def test_a_cell_that_is_wrong_in_itself_is_not_told_again_by_a_rule(ruled):
    (ruled / "people.csv").write_text(person(role="x"), encoding="utf-8")
    assert [str(fault) for fault in data.check(ruled)] == [
        'people.csv, row 2, column role: found "x"; expected one of nurse, doctor; ' + AGAIN,
        *OF_VISITS,
    ]


def counted(people: pd.DataFrame) -> Iterator[tuple]:
    """A made-up rule that counts: there are never enough people."""
    yield "people", people.index[0], "badge", None, "one more", "call her."


def test_a_count_is_told_only_where_the_tables_it_counts_have_no_fault(folder, monkeypatch):
    monkeypatch.setattr(data, "RULES", [])
    monkeypatch.setattr(data, "COUNTS", [(("people",), counted)])
    (folder / "visits.csv").write_text("person,day,note\nanna,x,\n", encoding="utf-8")
    told = 'people.csv, row 2, column badge: found "x1"; expected one more; call her.'
    assert said(folder, "people") == [told]
    columns = ["badge", "day", "person and day", "person and day"]
    assert [fault.column for fault in data.check(folder)] == columns
    (folder / "people.csv").write_text(person(row=4, role="x"), encoding="utf-8")
    assert [fault.partition(":")[0] for fault in said(folder, "people")] == [
        "people.csv, row 4, column role"
    ]
