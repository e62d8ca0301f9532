"""A team's file is read as it was meant, or every fault in it is named; nothing lies between."""

from __future__ import annotations

import datetime
import io
import re
import tempfile
import time
import zipfile
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from partnership import data, model, ratings, spreadsheets
from partnership.ratings import RatingsError

PLAIN = "issue,rater,interaction,offered\nfalls,a,2.5,informant\nfalls,b,3,checker\n"


@pytest.fixture
def save(tmp_path):
    """Return a function that writes a file and gives its path."""

    def save(content: str | bytes, name: str = "ratings.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return save


def workbook(**sheets: list[list]) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    return book


def packed(book: openpyxl.Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def archive(**parts: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as parts_of:
        for name, content in parts.items():
            parts_of.writestr(name.replace("__", "/").replace("_", "."), content)
    return file.getvalue()


def repacked(raw: bytes, part: str, change) -> bytes:
    """Return a workbook in which one part was changed."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, change(content) if name == part else content)
    return file.getvalue()


def faults(path: Path, practice: Path | None = None) -> list[str]:
    with pytest.raises(RatingsError) as error:
        ratings.read(path, practice)
    return [str(fault) for fault in error.value.faults]


# --- what is read is what was meant -----------------------------------------------------------


def test_excel_in_sweden_saves_semicolons_decimal_commas_and_windows_1252(save):
    text = (
        "Issue;Label;Rater;Interaction;Offered\r\n"
        'fall;Fall på avdelning – natt;Åsa;2,5;"informant; checker"\r\n'
    )
    read = ratings.read(save(text.encode("cp1252")))
    row = read.ratings.iloc[0]
    assert (row["label"], row["rater"]) == ("Fall på avdelning – natt", "Åsa")
    assert row["interaction"] == 2.5
    assert list(read.practice["form"]) == ["informant", "checker"]
    assert "Windows-1252" in read.notes[0]


def test_excel_in_britain_saves_commas_and_a_byte_order_mark(save):
    text = 'issue,label,interaction,offered\r\nfalls,"At night, alone",2.5,informant;checker\r\n'
    read = ratings.read(save(text.encode("utf-8-sig")))
    assert read.ratings.loc[0, "label"] == "At night, alone"
    assert read.ratings.loc[0, "interaction"] == 2.5
    assert len(read.practice) == 2
    assert read.notes == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encoding_separator_and_line_ends_change_nothing(save, encoding, mark, end):
    text = end.join([mark.join(["issue", "rater", "agency"]), mark.join(["vård", "é", "3"]), ""])
    row = ratings.read(save(text.encode(encoding))).ratings.iloc[0]
    assert (row["issue"], row["rater"], row["agency"]) == ("vård", "é", 3)


def test_a_line_that_tells_excel_the_separator_is_not_a_row(save):
    assert "row 2, column agency" in faults(save("sep=;\r\nissue;agency\r\nfalls;7\r\n"))[0]


def test_wide_and_long_say_the_same(save):
    wide = save("issue,rater,group,interaction,burden\nx,a,g,2.5,1\nx,b,,3,\n", "wide.csv")
    long = (
        "issue,rater,group,scale,score\nx,a,g,interaction,2.5\nx,a,g,Burden,1\nx,b,,interaction,3\n"
    )
    one, other = ratings.read(wide), ratings.read(save(long, "long.csv"))
    assert one.ratings.equals(other.ratings)
    assert one.ratings.loc[1, ["group", "burden"]].isna().all()


def test_the_books_own_ratings_are_read_whole():
    read = ratings.read(data.FOLDER / "issue_ratings.csv", data.FOLDER / "issue_practice.csv")
    own = data.load("issue_ratings")
    assert read.ratings[list(ratings.RATED)].notna().sum().sum() == own["score"].notna().sum()
    assert len(read.ratings) == len(own.drop_duplicates(["issue", "rater"]))
    assert len(read.practice) == len(data.load("issue_practice"))
    assert read.notes == []
    named = read.ratings.set_index("issue")["label"]
    assert named["inpatient-falls"].iloc[0] == "falls in hospital"


def test_the_model_takes_what_is_read(save):
    read = ratings.read(save(PLAIN))
    assert model.score(read.ratings).loc[0, "interaction"] == 2.75
    assert set(model.practice(read.practice)["form"]) == {"informant", "checker"}


def test_a_blank_rater_is_one_rater_a_row(save):
    read = ratings.read(save("issue,rater,agency\nx,,1\nx, ,2\n"))
    assert list(read.ratings["rater"]) == ["(row 2)", "(row 3)"]


def test_several_forms_stand_in_a_cell_with_or_without_blanks_and_in_any_case(save):
    read = ratings.read(save("issue,offered\nx,informant;Checker ;; sense-maker;checker\n"))
    assert list(read.practice["form"]) == ["informant", "checker", "sense-maker"]


def test_a_forms_phase_follows_from_the_form(save):
    read = ratings.read(save("issue,offered,enacted\nx,reporter;co-designer,advocate\n"))
    assert list(read.practice["phase"]) == ["evaluation", "design", "delivery"]
    assert list(read.practice["layer"]) == ["offered", "offered", "enacted"]


def test_a_practice_file_adds_to_what_the_ratings_say(save):
    head = "issue;rater;group;phase;layer;form\n"
    extra = head + "falls;a;;;Enacted;advocate\nfalls;a;;;offered;informant\n"
    read = ratings.read(save(PLAIN), save(extra, "practice.csv"))
    assert list(read.practice["form"]) == ["informant", "checker", "advocate"]
    assert list(read.practice["phase"].unique()) == ["delivery"]


def test_blank_rows_are_skipped_and_rows_are_numbered_as_the_spreadsheet_does(save):
    text = '\nissue,label,agency\n\n"x","two\nlines",1\n,,\n"y","three\nmore\nlines",9\n,,\n'
    assert [fault.split(":")[0] for fault in faults(save(text))] == [
        "ratings.csv, row 6, column agency"
    ]
    read = ratings.read(save(text.replace("9", "3")))
    assert list(read.ratings["label"]) == ["two lines", "three more lines"]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@sum", "'=x"])
def test_the_guard_against_formulas_is_taken_off_again(save, text):
    row = ratings.read(save(f"issue,label\n'{text.strip(chr(39))},x\n")).ratings.iloc[0]
    assert row["issue"] == text.strip("'")


def test_an_apostrophe_that_guards_nothing_stays(save):
    assert ratings.read(save("issue\n'tis\n")).ratings.loc[0, "issue"] == "'tis"


def test_names_that_look_alike_are_one_issue_or_are_noted(save):
    text = "issue,rater,agency\nvård,a,1\nva\u030ard\u200b,b,2\n\u00a0vård ,c,2\nVård,d,2\n"
    read = ratings.read(save(text))
    assert list(read.ratings["issue"].unique()) == ["vård", "Vård"]
    assert read.notes == ['ratings.csv: "vård" (row 2) and "Vård" (row 5) count as two issues']


def test_unknown_columns_are_a_note_that_guesses(save):
    read = ratings.read(save("issue,Date,knowlege\nx,2025-01-01,#N/A\n"))
    assert 'column "date" was ignored' in read.notes[0]
    assert 'did you mean "knowledge"' in read.notes[1]
    assert "all issues stay unknown" in read.notes[2]


def test_the_teams_label_comes_first_then_the_books_then_the_issue(save):
    text = "issue,rater,label\nsepsis-recognition,a,\nfoo,a,\nx,a,\nx,b,Ours\nx,c,Theirs\n"
    read = ratings.read(save(text))
    assert list(read.ratings["label"]) == [
        *("recognising sepsis outside hospital", "foo", "Ours", "Ours", "Ours")
    ]
    assert read.notes[-1] == 'ratings.csv: issue "x" has several labels; the first is used'


def test_names_alike_but_for_capitals_are_noted_once_and_raters_not_named(save):
    text = (
        "issue,rater,group,agency\nx,Anna,staff,1\nx,anna,Staff,1\ny,Anna,Staff,1\ny,Bo,staff,1\n"
    )
    assert ratings.read(save(text)).notes == [
        'ratings.csv: "staff" (row 2) and "Staff" (row 3) count as two groups',
        "ratings.csv: the raters of row 2 and row 3, alike but for capitals, count as two raters",
    ]


@pytest.mark.parametrize("text", [".5", "0.5", "+.5", "0.50"])
def test_numbers_are_read_as_people_type_them(save, text):
    assert ratings.read(save(f"issue,agency\nx,{text}\n")).ratings.loc[0, "agency"] == 0.5


# --- workbooks ---------------------------------------------------------------------------------


def test_a_workbook_gives_ratings_practice_and_weights_by_name_in_any_case(save):
    book = workbook(
        Notes=[["made by us"]],
        WEIGHTS=[["scale", "weight"], ["presence", "0,5"], ["agency", 2]],
        Ratings=[["Issue", " Agency ", "Offered"], [12, 2.5, None], ["x", "0,5", "checker"]],
        practice=[["issue", "layer", "form"], ["x", "enacted", "advocate"]],
    )
    read = ratings.read(save(packed(book), "r.xlsx"))
    assert list(read.ratings["issue"]) == ["12", "x"]
    assert list(read.ratings["agency"]) == [2.5, 0.5]
    assert list(read.practice["form"]) == ["checker", "advocate"]
    weighed = {"interaction": 1, "variability": 1, "knowledge": 1, "presence": 0.5, "agency": 2}
    assert read.weights == weighed
    assert read.notes == ['r.xlsx: sheet "Notes" was not read']


def test_long_numbers_of_issues_stay_apart_and_worked_out_halves_are_halves(save):
    rows = [["issue", "agency"], [1234567890123, 2.4999999999999996], [1234567890124, 1e0]]
    read = ratings.read(save(packed(workbook(ratings=rows)), "r.xlsx")).ratings
    assert list(read["issue"]) == ["1234567890123", "1234567890124"]
    assert list(read["agency"]) == [2.5, 1]


def test_without_a_sheet_ratings_the_first_visible_one_is_read(save):
    book = workbook(Old=[["issue"], ["old"]], Data=[["issue"], ["new"]])
    book["Old"].sheet_state = "hidden"
    assert ratings.read(save(packed(book), "r.xlsx")).ratings.loc[0, "issue"] == "new"


def test_a_hidden_sheet_that_is_read_is_noted(save):
    book = workbook(ratings=[["issue"], ["x"]], other=[["y"]])
    book["ratings"].sheet_state = "hidden"
    book.active = 1
    notes = ratings.read(save(packed(book), "r.xlsx")).notes
    assert 'r.xlsx: sheet "ratings" is hidden, and was read' in notes


def test_formulas_are_read_as_they_were_last_worked_out(save):
    book = workbook(ratings=[["issue", "label", "agency"], ["x", '=""', "=1+1"]])
    cached = repacked(
        packed(book),
        "xl/worksheets/sheet1.xml",
        lambda xml: re.sub(rb"<f>1\+1</f><v ?/?>(</v>)?", b"<f>1+1</f><v>2</v>", xml).replace(
            b'<c r="B2">', b'<c r="B2" t="str">'
        ),
    )
    row = ratings.read(save(cached, "r.xlsx")).ratings.iloc[0]
    assert (row["agency"], row["label"]) == (2, "x")


def test_a_sheets_own_word_on_its_size_is_not_trusted(save):
    raw = repacked(
        packed(workbook(ratings=[["issue", "agency"], ["x", 1], ["y", 2]])),
        "xl/worksheets/sheet1.xml",
        lambda xml: re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:A2"', xml),
    )
    assert list(ratings.read(save(raw, "r.xlsx")).ratings["agency"]) == [1, 2]


def test_a_workbook_is_known_by_its_content_whatever_its_name(save):
    raw = packed(workbook(ratings=[["issue"], ["x"]]))
    assert len(ratings.read(save(raw, "ratings.csv")).ratings) == 1


# --- what is wrong is named --------------------------------------------------------------------

HEAD = "issue,rater,interaction,burden,offered,who\n"
LONG = "issue,rater,group,scale,score\n"

BROKEN = {
    # scores
    "above the scale": (HEAD + "x,a,5,,,\n", "row 2, column interaction", '"5"', "from 0 to 4"),
    "below the scale": (HEAD + "x,a,-1,,,\n", '"-1"', "from 0 to 4"),
    "no half": (HEAD + "x,a,2.3,,,\n", '"2.3"', "halves only: the nearest is 2.5"),
    "burden too": (HEAD + "x,a,,9,,\n", "column burden", '"9"'),
    "a word": (HEAD + "x,a,high,,,\n", '"high"', "a number from 0 to 4"),
    "two numbers": (HEAD + "x,a,2-3,,,\n", '"2-3"', "a number"),
    "not a number": (HEAD + "x,a,nan,,,\n", '"nan"', "a number"),
    "infinite": (HEAD + "x,a,inf,,,\n", '"inf"', "a number"),
    "exponent": (HEAD + "x,a,1e0,,,\n", '"1e0"', "a number"),
    "hexadecimal": (HEAD + "x,a,0x1,,,\n", '"0x1"'),
    "underscore": (HEAD + "x,a,1_0,,,\n", '"1_0"'),
    "foreign digits": (HEAD + "x,a,٣,,,\n", "a number from 0 to 4"),
    "two points": (HEAD + "x,a,1.0.0,,,\n", '"1.0.0"'),
    "percent": (HEAD + "x,a,50%,,,\n", '"50%"'),
    "very large": (HEAD + f"x,a,{'9' * 400},,,\n", "a number from 0 to 4"),
    "comma in a comma file": (HEAD + 'x,a,"2,5",,,\n', "a decimal point", "write 2.5"),
    "comma without marks": (HEAD + "x,a,2,5,,,\n", "7 cells", "6, as in row 1", "quotation marks"),
    "Swedish date": (HEAD + "x,a,02-maj,,,\n", 'did you mean "2.5"', "took it for a date"),
    "British date": (HEAD + "x,a,3-May,,,\n", 'did you mean "3.5"'),
    "ISO date": (HEAD + "x,a,2025-05-02,,,\n", '"2025-05-02"'),
    "error": (HEAD + "x,a,#N/A,,,\n", "the spreadsheet's error #N/A", "correct the formula"),
    "reference error": (HEAD + "x,a,#REF!,,,\n", "#REF!"),
    "Swedish error": (HEAD + "x,a,#VÄRDEFEL!,,,\n", "#VÄRDEFEL!"),
    "formula": (HEAD + "x,a,=1+1,,,\n", '"=1+1"', "a number"),
    # forms and codes
    "misspelt form": (
        HEAD + "x,a,,,sense-makr,\n",
        "column offered",
        'did you mean "sense-maker"?',
    ),
    "a form's label": (HEAD + "x,a,,,Checking patient,\n", 'did you mean "checker"?'),
    "one of two forms": (HEAD + "x,a,,,checker; chekker,\n", '"chekker"', 'mean "checker"'),
    "unlike any form": (HEAD + "x,a,,,zzz,\n", '"zzz"', "one of unheard, protected"),
    "forms by commas": (HEAD + 'x,a,,,"checker, informant",\n', 'write "checker; informant"'),
    "forms by lines": (HEAD + 'x,a,,,"checker\ninformant",\n', 'write "checker; informant"'),
    "who": (HEAD + "x,a,,,,families\n", "column who", 'did you mean "family"?'),
    # rows
    "blank issue": (HEAD + ",a,2,,,\n", "row 2, column issue", "an empty cell", "merged"),
    "blanks as issue": (HEAD + '"  ",a,2,,,\n', "row 2, column issue", "an empty cell"),
    "twice": (
        HEAD + "x,a,1,,,\ny,a,1,,,\nx,a,2,,,\n",
        "row 4, column issue and rater",
        "row 2 has",
    ),
    "twice but for blanks": (HEAD + "x,a,1,,,\n x ,a ,2,,,\n", "row 3", "row 2 has the same"),
    "too few quotation marks": (HEAD + 'x,a,1,,,"\n', "broken quotation", "close the quotation"),
    "text after a mark": (HEAD + '"x"y,a,1,,,\n', "row 2", "broken quotation"),
    "no name": ("issue,,agency\nx,stray,1\n", "row 2, column B", "a column with a name"),
    # signs
    "control sign": (HEAD + "x\x07,a,1,,,\n", "row 2, column issue", "U+0007"),
    "escape": (HEAD + "\x1b[31mx,a,1,,,\n", "U+001B", r"\x1b[31mx"),
    "from right to left": (HEAD + "x\u202ey,a,1,,,\n", "U+202E"),
    "isolate": (HEAD + "x,\u2066a,1,,,\n", "column rater", "U+2066"),
    "damaged letter": (HEAD + "f\ufffdll,a,1,,,\n", "U+FFFD", "type it again"),
    "long cell": (HEAD + f"{'x' * 1001},a,1,,,\n", "1,001 characters", "at most 1,000"),
    "very long cell": (HEAD + f"{'x' * 200_000},a,1,,,\n", "field larger than field limit"),
    # header
    "no issue": ("rater,agency\na,1\n", "row 1, column issue", "no such column"),
    "misspelt issue": ("isue,agency\nx,1\n", 'no such column, but "isue"'),
    "a title above": ("Our ratings 2025\nissue,agency\nx,1\n", "row 1, column issue", "first row"),
    "column twice": ("issue,agency,AGENCY\nx,1,2\n", "column agency", "the column twice"),
    "only a header": (HEAD, "a header without rows"),
    "empty": ("", "nothing in it", "fill in the template"),
    "blank": ("\n  \n\n", "nothing in it"),
    "too many columns": ("issue" + "," * 200 + "\n", "201 columns", "at most 200"),
    "bars": ("issue|agency\nx|1\n", "column issue", "no such column"),
    # long
    "no score": ("issue,scale\nx,agency\n", "column score", "no such column"),
    "misspelt score": ("issue,scale,scor\nx,agency,1\n", 'no such column, but "scor"'),
    "no scale": ("issue,score\nx,1\n", "column scale", "no such column"),
    "both forms": ("issue,scale,score,agency\nx,agency,1,2\n", "both forms", "one form"),
    "misspelt scale": (LONG + "x,a,,knowlege,1\n", "column scale", 'did you mean "knowledge"?'),
    "blank scale": (LONG + "x,a,,,1\n", "column scale", "an empty cell"),
    "long twice": (LONG + "x,a,,agency,1\nx,a,,agency,1\n", "row 3", "scale", "row 2 has the same"),
    "two groups": (LONG + "x,a,g,agency,1\nx,a,h,presence,1\n", "row 3, column group", '"g" as'),
    "long score": (LONG + "x,a,,agency,4.5\n", "row 2, column score", '"4.5"'),
    # files that are something else
    "NUL": (b"issue\0,agency\n", "bytes that are no text"),
    "UTF-16 unmarked": ("issue,agency\nx,1\n".encode("utf-16-le"), "bytes that are no text"),
    "half of UTF-16": (b"\xff\xfei\0s", "bytes that are no text"),
    "torn UTF-16": (b"\xff\xfei\0\x00\xd8", "bytes that are no text"),
    "no encoding": (b"issue,agency\nx\x81,1\n", "byte 0x81, in line 2", "UTF-8 or Windows-1252"),
    "PDF": (b"%PDF-1.7\n", "a PDF", "the spreadsheet it was made from"),
    "old Excel": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 99, "old .xls", ".xlsx"),
    "password": (
        b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"),
        *("a workbook with a password", "remove the password"),
    ),
    "web page": (b"\n<html><table>", "a web page or XML"),
    "ods": (archive(mimetype=b"", content_xml=b""), "OpenDocument", "save it as"),
    "Numbers": (archive(Index__Document_iwa=b""), "a Numbers document", "Export To"),
    "Word": (archive(word__document_xml=b""), "no .xlsx workbook"),
    "binary workbook": (archive(xl__workbook_bin=b""), "no .xlsx workbook"),
    "hollow workbook": (archive(xl__workbook_xml=b""), "a damaged workbook", "open it in Excel"),
    "damaged archive": (b"PK\x03\x04" + b"x" * 99, "a damaged workbook"),
    "bomb": (archive(xl__a_xml=b"0" * 30_000_000), "times its size", "at most 200 times"),
    "huge parts": (archive(xl__a_xml=b"0" * 100_000_001), "at most 100 MB in 1,000 parts"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_wrong_is_named_with_its_place_and_a_remedy(save, name):
    content, *parts = BROKEN[name]
    message = "\n".join(faults(save(content)))
    assert all(part in message for part in ["ratings.csv", *parts]), message


SHEETS = {
    "logical": ([["issue", "agency"], ["x", True]], "row 2, column agency", "logical value TRUE"),
    "date": (
        [["issue", "agency"], ["x", datetime.datetime(2025, 5, 2)]],
        *("a date (2025-05-02)", 'did you mean "2.5"?', "took it for a date"),
    ),
    "other date": (
        [["issue", "agency"], [datetime.date(2025, 7, 9), 1]],
        "column issue",
        "2025-07",
    ),
    "time": ([["issue", "agency"], ["x", datetime.time(1, 30)]], "a date or time (01:30:00)"),
    "duration": ([["issue", "agency"], ["x", datetime.timedelta(1)]], "a date or time"),
    "error": ([["issue", "agency"], ["x", "#N/A"]], "the spreadsheet's error #N/A"),
    "formula": ([["issue", "agency"], ["x", "=1+1"]], "without a stored value", "calculate"),
    "score": ([["issue", "agency"], [], ["x", 2.3]], "row 3, column agency", '"2.3"', "halves"),
    "text": ([["issue", "agency"], ["x", "2,3"]], '"2,3"', "nearest is 2.5"),
    "nothing": ([], "sheet ratings: found nothing in it"),
    "wide": ([["issue"] * 201], "201 columns"),
    "no name": ([["issue", None, "agency"], ["x", 7, 1]], "row 2, column B"),
}


@pytest.mark.parametrize("name", SHEETS)
def test_what_is_wrong_in_a_sheet_is_named_as_what_it_is(save, name):
    rows, *parts = SHEETS[name]
    message = "\n".join(faults(save(packed(workbook(ratings=rows)), "r.xlsx")))
    assert all(part in message for part in ["r.xlsx", *parts]), message


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("issue;rater;offered;enacted;who\nx;a;informant;checker", "offered and enacted"),
        ("issue;rater;offered;enacted;who\nx;a;;informant;checker", "enacted and who"),
        ("issue;offered;agency\nx;informant; Checker", "offered and agency"),
    ],
)
def test_a_cell_that_its_semicolon_cut_in_two_is_a_fault(save, text, place):
    (fault,) = faults(save(text))
    assert f"row 2, column {place}" in fault and '"informant; checker"' in fault


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("issue,rater,agency\nx;a;1\n", "separated by semicolons in a file separated by commas"),
        ("issue;rater;agency\nx,a,1\n", "separated by commas in a file separated by semicolons"),
        ("issue,rater,agency\nx\ta\t1\n", "separated by tabs"),
    ],
)
def test_a_row_separated_otherwise_than_the_header_is_a_fault(save, text, found):
    (fault,) = faults(save(text))
    assert "row 2" in fault and found in fault


def test_a_cell_that_its_semicolon_may_have_cut_is_noted(save):
    (note,) = ratings.read(save("issue;agency;offered;label\nx;1;informant;checker\n")).notes
    assert "row 2, column label" in note and 'quotation marks: "informant; checker"' in note


def test_forms_that_stand_where_they_belong_are_not_taken_for_cut(save):
    whole = "issue;offered;enacted;who\nx;informant;checker;\n"
    assert list(ratings.read(save(whole)).practice["layer"]) == ["offered", "enacted"]
    last = ratings.read(save("issue,agency,offered,enacted,who\nx,1,informant,checker\n"))
    assert list(last.practice["layer"]) == ["offered", "enacted"] and not last.notes


def test_merged_cells_are_named(save):
    book = workbook(ratings=[["issue", "rater"], ["x", "a"], [None, "b"]])
    book["ratings"].merge_cells("A2:A3")
    merged, blank = faults(save(packed(book), "r.xlsx"))
    assert "sheet ratings, row 2: found merged cells A2:A3" in merged and "unmerge" in merged
    assert "row 3, column issue" in blank


def test_faults_of_all_sheets_and_files_come_at_once(save):
    book = workbook(
        ratings=[["issue", "agency"], ["x", 9], ["", 2.2]],
        practice=[["issue", "layer", "form"], ["y", "ofered", "chcker"]],
        weights=[["scale", "weight"], ["presense", 1], ["agency", -1]],
    )
    extra = save("issue,layer,form,phase\nx,,checker,design\n", "more.csv")
    found = faults(save(packed(book), "r.xlsx"), extra)
    places = [fault.split(": found")[0] for fault in found]
    assert places == [
        "r.xlsx, sheet ratings, row 2, column agency",
        "r.xlsx, sheet ratings, row 3, column issue",
        "r.xlsx, sheet ratings, row 3, column agency",
        "r.xlsx, sheet practice, row 2, column issue",
        "r.xlsx, sheet practice, row 2, column layer",
        "r.xlsx, sheet practice, row 2, column form",
        "more.csv, row 2, column layer",
        "more.csv, row 2, column phase",
        "r.xlsx, sheet weights, row 2, column scale",
        "r.xlsx, sheet weights, row 3, column weight",
    ]
    assert 'did you mean "offered"?' in found[4] and "the phase of checker" in found[7]


def test_cells_are_checked_even_where_the_issue_has_no_column(save):
    assert len(faults(save("isue,agency\nx,9\ny,2.3\n"))) == 3


def test_a_practice_row_names_an_issue_of_the_ratings(save):
    extra = save("issue,layer,form\nfals,offered,checker\n", "p.csv")
    assert 'did you mean "falls"?' in faults(save(PLAIN), extra)[0]


def test_what_is_no_file_is_named(save, tmp_path):
    save(PLAIN)
    assert 'did you mean "ratings.csv"?' in faults(tmp_path / "rating.csv")[0]
    assert "no such file" in faults(tmp_path / "no" / "folder.csv")[0]
    assert "a folder" in faults(tmp_path)[0]
    assert "a device" in faults(Path("/dev/zero"))[0]
    assert "no such file" in faults(Path("a\0b"))[0]
    assert "cannot be read" in faults(tmp_path / ("x" * 300))[0]
    assert "no such file" in faults(save(PLAIN), tmp_path / "p.csv")[0]
    assert "nothing in it" in faults(save(PLAIN), save("", "p.csv"))[0]
    assert "a damaged workbook" in faults(save(PLAIN, "r.xlsx"))[0]


def test_a_workbook_cut_short_is_a_fault(save):
    raw = packed(workbook(ratings=[["issue"], ["x"]]))
    for size in range(4, len(raw), 501):
        assert "workbook" in faults(save(raw[:size], "r.xlsx"))[0]


def test_what_is_too_large_is_refused_soon(save, monkeypatch):
    start = time.perf_counter()
    for limit, most in [("MOST_BYTES", "at most 0 MB"), ("MOST_ROWS", "at most 1 under")]:
        with monkeypatch.context() as patch:
            patch.setattr(spreadsheets, limit, 1)
            assert most in faults(save(PLAIN))[0]
    found = faults(save("issue,agency\n" + "x,9\n" * 50_000))
    assert len(found) == spreadsheets.MOST_FAULTS + 1 and "read the file again" in found[-1]
    # A single cell in the last row that a file may claim to have.
    raw = repacked(
        packed(workbook(ratings=[["issue"], ["x"], ["y"]])),
        "xl/worksheets/sheet1.xml",
        lambda xml: re.sub(rb'<row r="3"', b'<row r="99999999999"', xml).replace(b"A3", b"A999999"),
    )
    path = save(raw, "r.xlsx")
    try:
        assert len(ratings.read(path).ratings) <= 2
    except RatingsError:
        pass
    assert time.perf_counter() - start < 10


def test_a_message_shows_the_first_faults_and_counts_the_rest(save):
    with pytest.raises(RatingsError, match=r"^50 faults:") as error:
        ratings.read(save("issue,agency\n" + "x,9\n" * 50))
    assert str(error.value).endswith("… and 10 more.")


# --- weights -----------------------------------------------------------------------------------


def test_weights_are_given_for_some_scales_and_are_one_for_the_others():
    found = ratings.weights(" Interaction=2 , presence = 0.5")
    assert list(found) == list(model.SCALES)
    assert list(found.values()) == [2, 1, 1, 0.5, 1]
    assert ratings.weights("agency=0;presence=3")["agency"] == 0


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", ["scale=weight"]),
        ("agency", ['"agency"', "scale=weight"]),
        ("agency=", ['"agency="']),
        ("agencies=2", ['did you mean "agency"?']),
        ("burden=1", ['"burden"', "one of interaction"]),
        ("agency=-1", ["from 0 to 1000"]),
        ("agency=1001", ["from 0 to 1000"]),
        ("agency=nan,presence=inf", ['"nan"', '"inf"']),
        ("agency=0,5", ['"5"', "decimal point"]),
        ("agency=1,agency=2", ["each scale once"]),
        (",".join(f"{scale}=0" for scale in model.SCALES), ["only zeros"]),
        ("agency=1," * 200, ["1,800 characters"]),
    ],
)
def test_wrong_weights_are_named(text, parts):
    with pytest.raises(RatingsError) as error:
        ratings.weights(text)
    assert all(part in str(error.value) for part in ["--weights", *parts]), str(error.value)


# --- whatever comes ----------------------------------------------------------------------------

QUICK = settings(
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def outcome(content: bytes, name: str = "ratings.csv") -> ratings.Ratings | RatingsError:
    """Read a file: only a `RatingsError` may be raised, and it says something on each fault."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        try:
            return ratings.read(path)
        except RatingsError as error:
            assert error.faults and all(fault.remedy for fault in error.faults)
            assert all(line.isprintable() for line in str(error).split("\n"))
            return error


@QUICK
@given(
    st.binary(max_size=300), st.sampled_from([b"", b"issue,agency\n", b"PK\x03\x04", b"\xff\xfe"])
)
def test_no_bytes_end_in_another_error(body, start):
    outcome(start + body)


@QUICK
@given(st.integers(0, 4000), st.binary(min_size=1, max_size=8))
def test_no_damaged_workbook_ends_in_another_error(position, damage):
    outcome(WORKBOOK[:position] + damage + WORKBOOK[position + len(damage) :], "r.xlsx")


WORKBOOK = packed(workbook(ratings=[["issue", "agency"], ["x", 1]], weights=[["scale", "weight"]]))
CELL = st.one_of(
    st.sampled_from(["x", "y", "2", "2,5", "2.5", "checker", "checker;advocate", "both", "", '"']),
    st.text(max_size=6),
)


@QUICK
@given(
    st.lists(st.sampled_from([*ratings.WIDE, "scale", "score", "", "else"]), max_size=8),
    st.lists(st.lists(CELL, max_size=9), max_size=6),
    st.sampled_from(",;\t"),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
)
def test_whatever_is_read_keeps_the_contract(header, rows, mark, encoding):
    text = "\n".join(mark.join(cells) for cells in [header, *rows])
    found = outcome(text.encode(encoding, "replace"))
    if isinstance(found, RatingsError):
        return
    table = found.ratings
    assert len(table) and table["issue"].notna().all() and table["label"].notna().all()
    assert not table.duplicated(["issue", "rater"]).any()
    scores = table[list(ratings.RATED)].to_numpy()
    scores = scores[~np.isnan(scores)]
    assert ((scores * 2 % 1 == 0) & (scores >= 0) & (scores <= 4)).all()
    assert set(found.practice["form"]) <= set(data.load("partnership_forms")["form"])
