"""What is wrong with the data is found, all at once, and said so that it can be put right."""

from __future__ import annotations

import csv
import io
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from partnership import data
from partnership.__main__ import main
from partnership.faults import SHOWN

ROWS = {
    "adjudication": 25,
    "adjudication_counts": 9,
    "audit": 17,
    "claims": 14,
    "codebook": 49,
    "codings": 1155,
    "harm_figures": 91,
    "issue_notes": 11,
    "issue_practice": 269,
    "issue_ratings": 439,
    "issue_readings": 90,
    "literature_issues": 128,
    "own_strategies": 60,
    "own_strategy_sources": 150,
    "partnership_forms": 20,
    "safeguards": 6,
    "safety_issues": 30,
    "scales": 30,
    "sources_other": 7,
    "strategy_forms": 90,
    "strategy_issues": 183,
    "strategy_source_cautions": 96,
    "vocabulary": 102,
}
"""Rows of the tables whose making is finished."""


# --- what is loaded is what is in the files ---------------------------------------------------


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    return data.load_all()


def raw(name: str, folder: Path = data.FOLDER) -> list[list[str]]:
    """Return the cells of a file, header first, as the standard library reads them."""
    with open(folder / f"{name}.csv", encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_the_books_data_have_no_faults():
    assert data.check() == []


def test_no_row_is_lost_or_added(tables):
    for name, table in tables.items():
        assert len(table) == len(raw(name)) - 1, name
    assert {name: len(tables[name]) for name in ROWS} == ROWS


def test_the_sample_has_394_works_of_which_385_are_coded(tables):
    sample = tables["literature"]["sample"].value_counts()
    assert (sample["coded"], sample["record"]) == (385, 9)


def test_every_cell_is_loaded_as_it_is_written(tables):
    for name, table in tables.items():
        header, *rows = raw(name)
        assert list(table.columns) == header
        for position, column in enumerate(header):
            for written, loaded in zip((row[position] for row in rows), table[column], strict=True):
                if written == "":
                    assert pd.isna(loaded), (name, column)
                elif isinstance(loaded, str):
                    assert loaded == written, (name, column)
                else:
                    assert loaded == float(written), (name, column)


def test_the_recorded_counts_of_differences_are_those_of_the_codings(tables):
    codings = tables["codings"].fillna("").pivot(index="key", columns="coding")
    for count in tables["adjudication_counts"].itertuples():
        first, second, agreed = (codings[count.variable][c] for c in ("first", "second", "agreed"))
        differ = first != second
        assert count.differences == differ.sum()
        assert count.took_first == (differ & (agreed == first)).sum()
        assert count.took_second == (differ & (agreed == second)).sum()


def test_a_coding_that_is_missing_does_not_hide_behind_the_counts(folder):
    rows("codings", lambda table: table.pop(5))(folder)
    (fault,) = data.check(folder)
    assert "coding of albutt2017" in fault.found
    assert len(data.load("adjudication_counts", folder)) == ROWS["adjudication_counts"]


def test_numbers_are_numbers_and_texts_are_texts(tables):
    types = {name: table.dtypes.astype(str).to_dict() for name, table in tables.items()}
    assert types["literature"]["year"] == "int64"
    assert types["literature"]["volume"] == types["literature"]["pmid"] == "str"
    assert types["harm_figures"]["value_num"] == "float64"
    assert types["harm_figures"]["denominator_n"] == "Int64"
    assert types["harm_figures"]["value_text"] == "str"


def test_one_table_is_loaded_as_with_all(tables):
    for name in ("literature", "harm_figures", "issue_practice"):
        pd.testing.assert_frame_equal(data.load(name), tables[name])


def test_a_list_is_split_and_an_empty_cell_is_an_empty_list():
    split = data.split_list(pd.Series(["design; delivery", np.nan, "delivery"]))
    assert split.tolist() == [["design", "delivery"], [], ["delivery"]]


# --- broken inputs, each made by changing one thing -------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return copy_to(tmp_path)


def copy_to(place: Path) -> Path:
    for path in (*data.FOLDER.glob("*.csv"), data.FOLDER / data.PACKAGE):
        shutil.copyfile(path, place / path.name)
    return place


Change = Callable[[Path], None]


def write(name: str, rows: list[list[str]], folder: Path) -> None:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    (folder / f"{name}.csv").write_bytes(text.getvalue().encode())


def cells(name: str, row: int, **texts: str) -> Change:
    """Write texts into cells of a row, numbered as a spreadsheet does."""

    def change(folder: Path) -> None:
        rows = raw(name, folder)
        for column, text in texts.items():
            rows[row - 1][rows[0].index(column)] = text
        write(name, rows, folder)

    return change


def header(name: str, old: str, new: str) -> Change:
    return cells(name, 1, **{old: new})


def rows(name: str, edit: Callable[[list[list[str]]], object]) -> Change:
    def change(folder: Path) -> None:
        content = raw(name, folder)
        edit(content)
        write(name, content, folder)

    return change


def content(file: str, edit: Callable[[bytes], bytes]) -> Change:
    def change(folder: Path) -> None:
        path = folder / file
        path.write_bytes(edit(path.read_bytes()))

    return change


def lines(name: str, edit: Callable[[list[bytes]], object]) -> Change:
    def on_lines(text: bytes) -> bytes:
        parts = text.split(b"\n")
        edit(parts)
        return b"\n".join(parts)

    return content(f"{name}.csv", on_lines)


def description(edit: Callable[[dict], object]) -> Change:
    def on_package(text: bytes) -> bytes:
        package = json.loads(text)
        edit(package)
        return json.dumps(package).encode()

    return content(data.PACKAGE, on_package)


def first_column(edit: Callable[[dict], object]) -> Change:
    return description(lambda package: edit(package["resources"][0]["schema"]["fields"][0]))


def separated_by(mark: str) -> Callable[[bytes], bytes]:
    def edit(text: bytes) -> bytes:
        out = io.StringIO()
        table = csv.reader(io.StringIO(text.decode(), newline=""))
        csv.writer(out, delimiter=mark, lineterminator="\n").writerows(table)
        return out.getvalue().encode()

    return edit


# Each: name of the case, table, change, row, column, found, and a part of the message.
BROKEN_TABLES = [
    # codes
    ("mistyped code", "codings", cells("codings", 17, tradition="smm"),
     17, "tradition", '"smm"', 'one of pam, sm, both, neither; did you mean "sm"? Correct'),
    ("unknown code", "codings", cells("codings", 17, tradition="qqq"),
     17, "tradition", '"qqq"', "one of pam, sm, both, neither; correct the cell"),
    ("code in capitals", "codings", cells("codings", 2, tradition="PAM"),
     2, "tradition", '"PAM"', 'did you mean "pam"?'),
    ("blank after a code", "codings", cells("codings", 3, role="checker "),
     3, "role", '"checker "', 'did you mean "checker"?'),
    ("blank before a code", "codings", cells("codings", 3, role=" checker"),
     3, "role", '" checker"', 'without stray blanks'),
    ("hard blank after a code", "codings", cells("codings", 3, role="checker\u00a0"),
     3, "role", '"checker\\xa0"', 'did you mean "checker"?'),
    ("empty cell", "codings", cells("codings", 5, corpus=""),
     5, "corpus", "an empty cell", "expected a value"),
    ("blank cell", "codings", cells("codings", 5, corpus="  "),
     5, "corpus", '"  "', "stray blanks"),
    ("yes or no", "literature", cells("literature", 2, audited="true"),
     2, "audited", '"true"', "one of yes, no"),
    ("blank at the end of a text", "literature", cells("literature", 2, title="A title "),
     2, "title", '"A title "', 'did you mean "A title"?'),
    # lists
    ("mistyped code in a list", "codings", cells("codings", 2, phases="design; delivry"),
     2, "phases", '"design; delivry"', 'did you mean "design; delivery"?'),
    ("list without blanks", "codings", cells("codings", 2, phases="design;delivery"),
     2, "phases", '"design;delivery"', 'did you mean "design; delivery"?'),
    ("list with commas", "codings", cells("codings", 2, phases="design, delivery"),
     2, "phases", '"design, delivery"', 'joined by "; "'),
    ("twice in a list", "codings", cells("codings", 2, phases="delivery; delivery"),
     2, "phases", '"delivery; delivery"', 'nothing in it twice; did you mean "delivery"?'),
    ("list with an empty item", "own_strategies", cells("own_strategies", 2, setting="home; "),
     2, "setting", '"home; "', 'did you mean "home"?'),
    # numbers
    ("letter in a year", "literature", cells("literature", 2, year="20O4"),
     2, "year", '"20O4"', "a whole number from 1900 to 2100"),
    ("year too early", "literature", cells("literature", 2, year="1850"),
     2, "year", '"1850"', "from 1900 to 2100"),
    ("year as a decimal", "literature", cells("literature", 2, year="2024.0"),
     2, "year", '"2024.0"', "a whole number"),
    ("number too long to hold", "harm_figures", cells("harm_figures", 2, denominator_n="9" * 30),
     2, "denominator_n", '"' + "9" * 30 + '"', "a whole number"),
    ("digits of another script", "literature", cells("literature", 2, year="٢٠٢٤"),
     2, "year", '"٢٠٢٤"', "a whole number"),
    ("decimal comma", "harm_figures", cells("harm_figures", 2, value_num="12,3"),
     2, "value_num", '"12,3"', 'did you mean "12.3"?'),
    ("word for a number", "harm_figures", cells("harm_figures", 2, value_num="nan"),
     2, "value_num", '"nan"', "a number from 0"),
    ("score too high", "issue_ratings", cells("issue_ratings", 3, score="5"),
     3, "score", '"5"', "a number from 0 to 4"),
    ("score below zero", "issue_ratings", cells("issue_ratings", 3, score="-1"),
     3, "score", '"-1"', "a number from 0 to 4"),
    ("activity too high", "partnership_forms", cells("partnership_forms", 2, activity="4"),
     2, "activity", '"4"', "a whole number from 0 to 3"),
    # forms of text
    ("capital in a key", "own_strategies", cells("own_strategies", 2, id="Bridge it"),
     2, "id", '"Bridge it"', "text like chase-and-remind"),
    ("PubMed id", "literature", cells("literature", 2, pmid="PMC38647970"),
     2, "pmid", '"PMC38647970"', "text like 27785868"),
    ("PubMed Central id", "literature", cells("literature", 2, pmcid="11306898"),
     2, "pmcid", '"11306898"', "text like PMC"),
    ("address without https", "literature", cells("literature", 2, link="doi.org/10.1007/x"),
     2, "link", '"doi.org/10.1007/x"', "text like https://"),
    ("two addresses in a link", "literature", cells("literature", 7, link="https://a.eu https://b.eu"),
     7, "link", '"https://a.eu https://b.eu"', "text like https://"),
    ("control sign", "codings", cells("codings", 2, why="a\x07b"),
     2, "why", '"a\\x07b"', "control signs"),
    ("NUL byte", "codings", cells("codings", 2, why="a\0b"),
     2, "why", '"a\\x00b"', 'did you mean "ab"?'),
    # uniqueness
    ("key twice", "literature", cells("literature", 4, key="albutt2017"),
     4, "key", '"albutt2017"', "what no other row has; row 3 has the same"),
    ("identifier twice", "literature", cells("literature", 3, pmid="38647970"),
     3, "pmid", '"38647970"', "row 2 has the same"),
    ("key of several columns twice", "issue_ratings",
     cells("issue_ratings", 3, scale="interaction"),
     3, "issue and rater and scale", '"surgical-complications", "desk-accounts", "interaction"',
     "row 2 has the same"),
    # keys to other tables
    ("key to nothing", "literature_issues", cells("literature_issues", 2, key="agar2024"),
     2, "key", '"agar2024"', 'a key of literature.csv; did you mean "aggar2024"? Correct the cell, '
     "or add the row to literature.csv"),
    ("issue to nothing", "literature_issues", cells("literature_issues", 3, issue="deterioratoin"),
     3, "issue", '"deterioratoin"', 'did you mean "deterioration"?'),
    ("form to nothing", "strategy_forms", cells("strategy_forms", 2, form="nobody"),
     2, "form", '"nobody"', "a form of partnership_forms.csv"),
    ("key to nothing in a list", "strategy_issues",
     cells("strategy_issues", 2, keys="fylan2018; garfeld2020"),
     2, "keys", '"garfeld2020"', 'did you mean "garfield2020"?'),
    ("two keys to nothing in a list", "issue_readings",
     cells("issue_readings", 5, sources="nn2001; walters2017; nn2002"),
     5, "sources", '"nn2001", "nn2002"', "a key of literature.csv"),
    ("form in the wrong phase", "issue_practice", cells("issue_practice", 2, phase="design"),
     2, "form and phase", '"instructed", "design"', "a form and phase of partnership_forms.csv"),
    ("reading in the wrong group", "issue_ratings", cells("issue_ratings", 2, group="service"),
     2, "issue and rater and group", '"surgical-complications", "desk-accounts", "service"',
     "of issue_readings.csv"),
    ("caution about a source that tells nothing", "strategy_source_cautions",
     cells("strategy_source_cautions", 2, key="aggar2024"),
     2, "id and key", '"bridge-missing-information", "aggar2024"', "of own_strategy_sources.csv"),
    # files
    ("file missing", "scales", lambda folder: (folder / "scales.csv").unlink(),
     None, None, "no such file", "put the file back"),
    ("a folder in place of a file", "scales",
     lambda folder: ((folder / "scales.csv").unlink(), (folder / "scales.csv").mkdir()),
     None, None, "a file that cannot be read (Is a directory)", "a CSV file"),
    ("empty file", "scales", content("scales.csv", lambda text: b""),
     None, None, "an empty file", "a header and rows"),
    ("file of blank lines", "scales", content("scales.csv", lambda text: b"\n\n,,\n"),
     None, None, "an empty file", "a header and rows"),
    ("header only", "scales", content("scales.csv", lambda text: text.split(b"\n")[0]),
     None, None, "a header without rows", "at least one row"),
    ("not UTF-8", "scales", content("scales.csv", lambda text: b"scale,caf\xe9\n" + text),
     None, None, "byte 0xe9 at position 10, in line 1", 'save it again as "CSV UTF-8'),
    ("not UTF-8 further down", "scales", lines("scales", lambda at: at.insert(4, b"\x93x\x94")),
     None, None, None, "in line 5; expected text in UTF-8"),
    ("UTF-16", "scales", content("scales.csv", lambda text: text.decode().encode("utf-16")),
     None, None, "byte 0xff at position 1, in line 1", "text in UTF-8"),
    ("semicolons", "scales", content("scales.csv", separated_by(";")),
     1, None, "columns separated by semicolons", "columns separated by commas; save it again"),
    ("tabs", "scales", content("scales.csv", separated_by("\t")),
     1, None, "columns separated by tabs", "columns separated by commas"),
    # header
    ("column missing", "safeguards", rows("safeguards", lambda table: [row.pop() for row in table]),
     1, "reason", "no such column", "a column of that name; write it into the header"),
    ("column unknown", "safeguards",
     rows("safeguards", lambda table: [row.append("x") for row in table]),
     1, "x", '"x"', "a column described in datapackage.json"),
    ("column twice", "safeguards", header("safeguards", "reason", "who"),
     1, None, 'twice or more: "who"', "each column once"),
    ("row above the header", "safeguards", lines("safeguards", lambda at: at.insert(0, b",,,")),
     1, None, "an empty row", "delete the rows above the header"),
    # rows
    ("cell too many", "safeguards", rows("safeguards", lambda table: table[2].append("x")),
     3, None, "5 cells", "4 cells, as in the header"),
    ("cell too few", "safeguards", rows("safeguards", lambda table: table[2].pop()),
     3, None, "3 cells", "4 cells, as in the header; mind the commas"),
    ("comma without quotation marks", "safeguards",
     lines("safeguards", lambda at: at.__setitem__(3, at[3].replace(b'"', b""))),
     4, None, "5 cells", "stands in quotation marks"),
    ("blank line", "safeguards", lines("safeguards", lambda at: at.insert(3, b"")),
     4, None, "an empty row", "delete the row"),
    ("row of empty cells", "safeguards", lines("safeguards", lambda at: at.insert(3, b",,,")),
     4, None, "an empty row", "delete the row"),
    ("blank line at the end", "safeguards", content("safeguards.csv", lambda text: text + b"\n"),
     8, None, "an empty row", "delete the row"),
    ("quotation never closed", "safeguards",
     content("safeguards.csv", lambda text: text + b'patient,2,"a,b\n'),
     8, None, "a broken quotation (unexpected end of data)", "close the quotation mark"),
    ("text after a quotation", "safeguards",
     lines("safeguards", lambda at: at.insert(2, b'patient,2,"a"b,c')),
     3, None, None, "a broken quotation"),
    ("cell without end", "safeguards",
     content("safeguards.csv", lambda text: text + b"patient,2,b," + b"x" * 140_000),
     8, None, None, "field larger than field limit"),
    ("fault below a cell of several lines", "safeguards",
     lambda folder: (cells("safeguards", 2, reason="one\ntwo\nthree")(folder),
                     cells("safeguards", 5, interaction_from="x")(folder)),
     5, "interaction_from", '"x"', "a whole number from 0 to 4"),
    # what must hold between cells
    ("coded without its text", "literature", cells("literature", 2, text_read="record"),
     2, "text_read", '"record"', "abstract where the sample is coded"),
    ("sample without theme", "literature", cells("literature", 2, theme=""),
     2, "theme", "an empty cell", "a theme for each work of the sample"),
    ("nobody wrote it", "literature", cells("literature", 2, authors=""),
     2, "authors", "an empty cell", "authors, or else editors"),
    ("link elsewhere than the DOI", "literature",
     cells("literature", 2, link="https://doi.org/10.1/x"),
     2, "link", '"https://doi.org/10.1/x"',
     'did you mean "https://doi.org/10.1007/s11606-024-08734-6"?'),
    ("unexplained doubt", "literature", cells("literature", 18, check_note=""),
     18, "check_note", "an empty cell", "what could not be settled"),
    ("agreed coding missing", "codings", rows("codings", lambda table: table.pop(3)),
     None, "coding", "no agreed coding of aggar2024", "add the row"),
    ("record with a coding", "codings",
     rows("codings", lambda table: table.append(["alford2009", *table[1][1:]])),
     1157, "key", '"alford2009"', "a work whose sample is coded"),
    ("confidence in the first coding", "codings", cells("codings", 2, confidence="high"),
     2, "confidence", '"high"', "in the second coding, and in no other"),
    ("second coding without confidence", "codings", cells("codings", 3, confidence=""),
     3, "confidence", "an empty cell", "a confidence in the second coding"),
    ("low above the value", "harm_figures", cells("harm_figures", 2, low="13"),
     2, "low", '"13"', "at most value_num, 12.3"),
    ("share above 100", "harm_figures", cells("harm_figures", 3, value_num="170"),
     3, "value_num", '"170"', "a share of at most 100 %"),
    ("form for a warning sign", "strategy_forms", cells("strategy_forms", 13, form="advocate"),
     13, "form", '"advocate"', "none for a warning-sign"),
    ("no form to make room", "strategy_forms", cells("strategy_forms", 2, form=""),
     2, "form", "an empty cell", "a form where the kind is makes-room"),
    ("anchor missing", "scales", rows("scales", lambda table: table.pop(2)),
     2, "level", "no anchor 1 of interaction", "anchors for 0 to 4"),
    ("two questions of a scale", "scales", cells("scales", 3, question="Another?"),
     3, "question", '"Another?"', "one question for all rows of interaction"),
    ("nobody carries the load", "safeguards", cells("safeguards", 4, interaction_from="1"),
     None, "interaction_from", "no row for family from 0", "a row from 0"),
]  # fmt: skip
"""Broken so that loading the one table finds exactly this fault."""

BROKEN_DESCRIPTIONS = [
    ("missing", lambda folder: (folder / data.PACKAGE).unlink(), "no readable file"),
    ("not JSON", content(data.PACKAGE, lambda text: text[:-9]), "text that is not JSON"),
    ("not text", content(data.PACKAGE, lambda text: b"\xff\xfe{"), "text that is not JSON"),
    ("empty", content(data.PACKAGE, lambda text: b"[]"), "a description that cannot be used"),
    ("column without type", first_column(lambda field: field.pop("type")), "KeyError('type')"),
    ("impossible pattern", first_column(lambda field: field.update(constraints={"pattern": "("})),
     "a description that cannot be used"),
    ("bound that is no number", first_column(
        lambda field: field.update(type="integer", constraints={"minimum": "many"})),
     "could not convert"),
    ("key to a table left out", description(lambda package: package["resources"].pop(0)),
     "KeyError('literature')"),
]  # fmt: skip
"""A `datapackage.json` that cannot be used, and what is then said to be found."""

BROKEN_TOGETHER = [
    ("count that the codings do not have", "adjudication_counts.csv",
     cells("adjudication_counts", 3, took_first="26"),
     3, "took_first", '"26"', "25, as codings.csv has it"),
    ("work settled another way", "adjudication_counts.csv",
     content("codings.csv", lambda text: text.replace(
         b"aggar2024,agreed,patients-in-safety,health-services,",
         b"aggar2024,agreed,patients-in-safety,policy,")),
     6, "took_second", '"28"', "27, as codings.csv has it"),
    ("count of nothing", "adjudication_counts.csv",
     cells("adjudication_counts", 2, variable="interacting"),
     2, "variable", '"interacting"', "a column of codings.csv"),
    ("variable that is no column", "codebook.csv", cells("codebook", 2, variable="corpse"),
     2, "variable", '"corpse"', "a column of codings.csv"),
    ("rule for nothing", "adjudication.csv", cells("adjudication", 2, variable="rolle"),
     2, "variable", '"rolle"', "a variable of codebook.csv"),
    ("figure of a work that is missing", "harm_figures.csv",
     cells("harm_figures", 2, key="soop2008"),
     2, "key", '"soop2008"', "a key of literature.csv, since source_in_dataset is yes"),
    ("figure of a page that is missing", "harm_figures.csv",
     cells("harm_figures", 24, key="skl2014"),
     24, "key", '"skl2014"', "a key of sources_other.csv"),
    ("documented by nothing", "strategy_issues.csv", cells("strategy_issues", 2, keys=""),
     2, "keys", "an empty cell", "works for a documented link"),
    ("transferable, yet documented", "strategy_issues.csv",
     cells("strategy_issues", 3, keys="fylan2018"),
     3, "keys", '"fylan2018"', "and for no other"),
    ("documented by a work that does not tell", "strategy_issues.csv",
     cells("strategy_issues", 2, keys="aggar2024"),
     2, "keys", '"aggar2024"', "works that tell of bridge-missing-information"),
    ("note about nothing", "issue_notes.csv", cells("issue_notes", 2, about="presense"),
     2, "about", '"presense"', "scales, forms, layers, phases or columns"),
    ("file without description", "more.csv",
     lambda folder: (folder / "more.csv").write_text("a,b\n1,2\n"),
     None, None, "a file without description", "describe its columns in datapackage.json"),
    ("strategy without form", "own_strategies.csv",
     rows("strategy_forms", lambda table: table.pop(12)),
     None, "id", '"gather-evidence-of-poor-care"', "a strategy with a row in strategy_forms.csv"),
]  # fmt: skip
"""Broken so that only the tables together show it."""


@pytest.mark.parametrize(
    ("table", "change", "row", "column", "found", "says"),
    [case[1:] for case in BROKEN_TABLES],
    ids=[case[0] for case in BROKEN_TABLES],
)
def test_a_broken_table_is_refused(folder, table, change, row, column, found, says):
    change(folder)
    with pytest.raises(data.DataError) as error:
        data.load(table, folder)
    (fault,) = error.value.faults
    assert (fault.file, fault.row, fault.column) == (f"{table}.csv", row, column)
    assert found is None or fault.found == found
    assert says in str(fault) and str(fault) in str(error.value)


@pytest.mark.parametrize(
    ("file", "change", "row", "column", "found", "says"),
    [case[1:] for case in BROKEN_TOGETHER],
    ids=[case[0] for case in BROKEN_TOGETHER],
)
def test_tables_that_do_not_fit_together_are_refused(
    folder, file, change, row, column, found, says
):
    change(folder)
    (fault,) = data.check(folder)
    assert (fault.file, fault.column, fault.found) == (file, column, found)
    assert row is None or fault.row == row
    assert says in str(fault)


@pytest.mark.parametrize(
    ("change", "found"),
    [case[1:] for case in BROKEN_DESCRIPTIONS],
    ids=[case[0] for case in BROKEN_DESCRIPTIONS],
)
def test_a_broken_description_is_refused(folder, change, found):
    change(folder)
    (fault,) = data.check(folder)
    assert fault.file == data.PACKAGE
    assert found in fault.found and "restore" in fault.remedy


def test_a_table_that_is_not_described_is_refused():
    with pytest.raises(data.DataError, match='no table of the name "scalse".*mean "scales"'):
        data.load("scalse")


def test_a_fault_reads_as_a_sentence(folder):
    cells("codings", 17, tradition="smm")(folder)
    (fault,) = data.check(folder)
    assert str(fault) == (
        'codings.csv, row 17, column tradition: found "smm"; expected one of pam, sm, both, '
        'neither; did you mean "sm"? Correct the cell and run make book again.'
    )


def test_a_renamed_column_is_told_from_both_sides(folder):
    header("codings", "tradition", "traditon")(folder)
    missing, unknown = (str(fault) for fault in data.check(folder))
    assert 'row 1, column tradition: found no such column, but "traditon"' in missing
    assert 'did you mean "tradition"?' in unknown


def test_a_missing_folder_is_told(tmp_path):
    (fault,) = data.check(tmp_path / "nowhere")
    assert "nowhere" in fault.found and fault.file == data.PACKAGE


def test_all_faults_of_all_tables_are_found_at_once(folder):
    cells("codings", 17, tradition="smm", role="chekcer")(folder)
    cells("codings", 30, corpus="")(folder)
    cells("literature", 2, year="soon")(folder)
    rows("safeguards", lambda table: table[3].append("x"))(folder)
    cells("issue_readings", 5, sources="nn2001")(folder)
    (folder / "scales.csv").unlink()
    places = {(fault.file, fault.row, fault.column) for fault in data.check(folder)}
    assert places == {
        ("codings.csv", 17, "tradition"),
        ("codings.csv", 17, "role"),
        ("codings.csv", 30, "corpus"),
        ("literature.csv", 2, "year"),
        ("safeguards.csv", 4, None),
        ("issue_readings.csv", 5, "sources"),
        ("scales.csv", None, None),
    }


def test_a_fault_elsewhere_does_not_keep_a_table_from_loading(folder):
    cells("codings", 17, tradition="smm")(folder)
    assert len(data.load("scales", folder)) == ROWS["scales"]


def test_a_mark_of_byte_order_and_dos_line_ends_are_let_pass(folder, tables):
    content("scales.csv", lambda text: b"\xef\xbb\xbf" + text.replace(b"\n", b"\r\n"))(folder)
    pd.testing.assert_frame_equal(data.load("scales", folder), tables["scales"])


def test_the_order_of_columns_is_free(folder, tables):
    rows("scales", lambda table: [row.reverse() for row in table])(folder)
    pd.testing.assert_frame_equal(data.load("scales", folder)[tables["scales"].columns],
                                  tables["scales"])  # fmt: skip


def test_a_long_list_of_faults_is_cut_in_the_message_only(folder):
    rows("codings", lambda table: [row.__setitem__(5, "x") for row in table[1:]])(folder)
    with pytest.raises(data.DataError) as error:
        data.load("codings", folder)
    assert len(error.value.faults) == ROWS["codings"]
    assert len(str(error.value).splitlines()) == SHOWN + 2
    assert str(error.value).startswith("1,155 faults in the data:")


# --- nothing ends in a traceback --------------------------------------------------------------

NAMES = ["literature", *sorted(ROWS)]
TEXTS = st.one_of(
    st.text(st.characters(codec="utf-8"), max_size=20),
    st.sampled_from(["", " ", "; ", "0", "-1", "1e400", "nan", "None", "\n", '"', "'", ",", "\0"]),
)
QUICK = settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


@QUICK
@given(st.lists(st.tuples(st.sampled_from(NAMES), st.integers(0), st.integers(0), TEXTS),
                min_size=1, max_size=12))  # fmt: skip
def test_random_cells_are_taken_or_told(edits):
    """The command lets only `DataError` be: any other exception would end the test."""
    with tempfile.TemporaryDirectory() as place:
        folder = copy_to(Path(place))
        for name, row, column, text in edits:
            table = raw(name, folder)
            cells_of_row = table[row % len(table)]
            cells_of_row[column % len(cells_of_row)] = text
            write(name, table, folder)
        assert main(["check", "--data", str(folder)]) in (0, 2)


@settings(QUICK, max_examples=40)
@given(st.sampled_from(NAMES), st.integers(0), st.binary(min_size=1, max_size=8), st.booleans())
def test_random_bytes_are_taken_or_told(name, position, new, insert):
    with tempfile.TemporaryDirectory() as place:
        folder = copy_to(Path(place))
        path = folder / f"{name}.csv"
        old = path.read_bytes()
        at = position % len(old)
        path.write_bytes(old[:at] + new + old[at if insert else at + len(new) :])
        try:
            data.load(name, folder)
        except data.DataError as error:
            assert error.faults


def test_the_command_counts_what_it_checked(capsys, tables):
    assert main(["check"]) == 0
    total = sum(map(len, tables.values()))
    output = capsys.readouterr().out
    assert output.startswith(f"checked {len(tables)} tables, {total:,} rows: no faults (")


def test_the_command_names_all_faults_and_ends_with_2(folder):
    cells("codings", 17, tradition="smm")(folder)
    cells("scales", 2, level="x")(folder)
    command = [sys.executable, "-m", "partnership", "check", "--data", str(folder)]
    run = subprocess.run(command, cwd=data.FOLDER.parent, capture_output=True, text=True)
    assert (run.returncode, run.stdout) == (2, "")
    assert "codings.csv, row 17, column tradition" in run.stderr
    assert "scales.csv, row 2, column level" in run.stderr
    assert "Traceback" not in run.stderr


def test_a_table_is_read_anew_when_its_file_changes(folder):
    before = data.load("scales", folder)
    scales = folder / "scales.csv"
    scales.write_text(scales.read_text("utf-8").replace("backstage", "behind the scenes"), "utf-8")
    after = data.load("scales", folder)
    assert before.compare(after).shape[0] == 1


def test_what_a_caller_writes_into_a_table_stays_with_the_caller():
    mine = data.load("scales")
    mine.loc[0, "anchor"] = "changed"
    assert data.load("scales").loc[0, "anchor"] != "changed"
