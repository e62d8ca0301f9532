"""Files made to do harm, or grown beyond all measure: refused or read in bounded time and memory.

Each is read in a process of its own, which may take only so much memory and time of a processor.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import struct
import subprocess
import sys
import threading
import xml.etree.ElementTree as ET
import zipfile
from pathlib import Path

import broken
import pytest
from book import ROOT
from bs4 import BeautifulSoup

from partnership import __main__, data, model, plan, ratings, spreadsheets, templates, workbooks

MEMORY, SECONDS = 2 << 30, 60
"""Bytes and seconds of a processor that reading one file may take; Python itself takes part."""

READ = """
import json, resource, sys, warnings
resource.setrlimit(resource.RLIMIT_AS, ({memory}, {memory}))
resource.setrlimit(resource.RLIMIT_CPU, ({seconds}, {seconds}))
warnings.simplefilter("error")
{code}
"""
RATINGS = """
from partnership import ratings
try:
    found = ratings.read(sys.argv[1])
    print(json.dumps([len(found.ratings), found.notes[:200]]))
except ratings.RatingsError as error:
    print(json.dumps([str(fault) for fault in error.faults[:3]]))
"""
REGISTER = """
from partnership import model
try:
    print(json.dumps([model.assess_csv(sys.argv[1], sys.argv[1] + ".out", progress=False), []]))
except ValueError as error:
    print(json.dumps([str(error)]))
"""
TABLE = """
from pathlib import Path
from partnership import data
print(json.dumps([str(fault) for fault in data.check(Path(sys.argv[1]))][:20]))
"""


def bounded(code: str, path: Path, memory: int = MEMORY, seconds: int = SECONDS) -> list:
    """Return what a reader says of a file, in a process with limits."""
    script = READ.format(code=code, memory=memory, seconds=seconds)
    run = subprocess.run(
        [sys.executable, "-c", script, str(path)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
    )
    assert run.returncode == 0 and not run.stderr, run.stderr[-2000:]
    return json.loads(run.stdout)


# --- CSV ----------------------------------------------------------------------------------------

MILLION = 1_000_000
HUGE = {
    # 100 MB
    "rows": (b"issue,agency\n", b"falls,1\n", 12 * MILLION, "at most 20 MB; split it"),
    "one line": (b"issue,agency\n", b"x" * 100, MILLION, "at most 20 MB; split it"),
    # as much as is read
    "one cell": (b"issue,agency\n", b"x" * 19, MILLION, "row 2: found a broken quotation"),
    "an open mark": (b'issue,agency\n"', b"x\n", 9 * MILLION, "row 2: found a broken quotation"),
    "marks": (b'issue,agency\n"', b'""', 9 * MILLION, "row 2: found a broken quotation"),
    "blanks": (b"issue,agency\n", b" ", 19 * MILLION, "row 2: found a broken quotation"),
    "a million columns": (b"issue", b",x", MILLION, "1,000,001 columns; expected at most 200"),
    "semicolons": (b"issue", b";x", 9 * MILLION, "9,000,001 columns; expected at most 200"),
    "more rows": (b"issue\n", b"x\n", MILLION, "more rows; expected at most 100,000"),
    "empty rows": (b"issue,agency\n", b",\n", 9 * MILLION, "a header without rows"),
    "empty lines": (b"", b"\n", 19 * MILLION, "nothing in it"),
    "NUL": (b"issue", b"\0", 19 * MILLION, "bytes that are no text"),
    "UTF-16": (b"\xff\xfei\0s\0\n\0", b"x\0\n\0", 4 * MILLION, "more rows"),
    "faults": (b"issue,agency\n", b"x,9\n", 99_999, "found"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", HUGE)
def test_a_huge_csv_is_refused_in_bounded_time_and_memory(tmp_path, name):
    start, again, times, says = HUGE[name]
    path = tmp_path / "huge.csv"
    path.write_bytes(start + again * times)
    said = bounded(RATINGS, path, memory=3 << 29)
    assert says in said[0] and said[0].startswith("huge.csv"), said


@pytest.mark.slow
def test_as_many_rows_as_are_allowed_are_read(tmp_path):
    rows = (f"issue {number},r,{number % 5}\n" for number in range(spreadsheets.MOST_ROWS))
    path = tmp_path / "large.csv"
    path.write_text("issue,rater,agency\n" + "".join(rows), encoding="utf-8")
    assert bounded(RATINGS, path) == [spreadsheets.MOST_ROWS, []]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("head", "row", "more"),
    [
        ("issue;offered;label\n", "f{0};informant;checker\n", 9_899),
        ("issue,rater\n", "x{1},{2}\n", 4_900),
    ],
)
def test_notes_without_end_are_counted(tmp_path, head, row, more):
    path = tmp_path / "ratings.csv"
    rows = (row.format(number, number // 2, "aA"[number % 2]) for number in range(9_998))
    path.write_text(head + "".join(rows), encoding="utf-8")
    notes = ratings.read(path).notes
    assert len(notes) == ratings.MOST_NOTES + 1 and notes[-1].startswith(f"… and {more:,} note")


@pytest.mark.slow
def test_guesses_at_misspelt_issues_end(tmp_path):
    # Hundreds of names, each much like every other: to compare them all would take hours.
    names = ["".join("ab"[number >> bit & 1] for bit in range(16)) * 10 for number in range(900)]
    (tmp_path / "r.csv").write_text("issue\n" + "\n".join(names), encoding="utf-8")
    rows = "".join(f"{name}c,offered,checker\n" for name in names)
    (tmp_path / "p.csv").write_text("issue,layer,form\n" + rows, encoding="utf-8")
    code = RATINGS.replace("read(sys.argv[1])", "read(sys.argv[1], sys.argv[1][:-5] + 'p.csv')")
    assert "an issue of the ratings" in bounded(code, tmp_path / "r.csv")[0]


# --- registers ----------------------------------------------------------------------------------

REGISTERS = {
    "one line": (b"issue,agency\n", b"x" * 100, MILLION, "row 2: found a line of 1,000,000 signs"),
    "an open mark": (b'issue,agency\n"', b"x\n", 50 * MILLION, "row 2: found a broken quotation"),
    "columns": (b"issue", b",x", 10 * MILLION, "row 1: found a line of 1,000,000 signs"),
    "one row of marks": (b'issue\n"', b'""', 9 * MILLION, "row 2: found a line of 1,000,000 signs"),
    "NUL": (b"issue\n", b"\0", 100 * MILLION, "bytes that are no text"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", REGISTERS)
def test_a_register_without_rows_is_refused_in_bounded_memory(tmp_path, name):
    start, again, times, says = REGISTERS[name]
    path = tmp_path / "huge.csv"
    path.write_bytes(start + again * times)
    said = bounded(REGISTER, path)
    assert says in said[0] and said[0].startswith("huge.csv"), said
    assert [each.name for each in tmp_path.iterdir()] == ["huge.csv"]


@pytest.mark.slow
def test_a_register_of_100_mb_is_read_in_bounded_memory(tmp_path):
    path, rows = tmp_path / "register.csv", 3 * MILLION
    path.write_bytes(
        b"issue,interaction,agency,offered\n" + b"ward,2.5,3,informant; checker\n" * rows
    )
    assert path.stat().st_size > 90 * MILLION
    assert bounded(REGISTER, path, seconds=180) == [rows, []]


# --- workbooks ----------------------------------------------------------------------------------


def lying(raw: bytes, name: str, size: int) -> bytes:
    """Return an archive that gives another size of one of its parts than that has."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        part = archive.getinfo(name)
    old = struct.pack("<II", part.compress_size, part.file_size)
    assert raw.count(old) == 2  # before the part, and in the list at the end
    return raw.replace(old, struct.pack("<II", part.compress_size, size))


def workbook(**changed: bytes) -> bytes:
    """Return a workbook with other parts, padded so that it does not look packed too tightly."""
    named = {
        "sheet": broken.SHEET,
        "strings": "xl/sharedStrings.xml",
        "styles": "xl/styles.xml",
        "book": "xl/workbook.xml",
        "other": "xl/media/image.bin",
    }
    told = broken.parts([["issue", "agency"], ["x", 1]])
    told |= {named[name]: content for name, content in changed.items()}
    return broken.packed(told | {"xl/media/pad.bin": os.urandom(600_000)}, level=1)


def sheet(rows: bytes, after: bytes = b"") -> bytes:
    main = broken.MAIN.encode()
    return b'<worksheet xmlns="%s"><sheetData>%s</sheetData>%s</worksheet>' % (main, rows, after)


def within(tag: str, inner: bytes) -> bytes:
    return f'<{tag} xmlns="{broken.MAIN}">'.encode() + inner + f"</{tag}>".encode()


def laughs() -> bytes:
    entities = b"".join(b'<!ENTITY e%d "%s">' % (n + 1, b"&e%d;" % n * 10) for n in range(12))
    cell = b'<row><c t="inlineStr"><is><t>&e12;</t></is></c></row>'
    return b'<!DOCTYPE a [<!ENTITY e0 "ha">' + entities + b"]>" + sheet(cell)


def outside() -> bytes:
    cell = b'<row><c t="inlineStr"><is><t>&x;</t></is></c></row>'
    return b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + sheet(cell)


MERGED = b'<mergeCell ref="A1:B2"/>'
BOOKS = {
    "zeros": (lambda: workbook(other=b"\0" * 2_000_000_000), "a workbook of 2,000 MB"),
    "a size that lies": (
        lambda: lying(workbook(sheet=b" " * 2_000_000_000), broken.SHEET, 1_000),
        "a damaged workbook",
    ),
    "a book in a book": (
        lambda: workbook(sheet=broken.packed({"a": b"\0" * 90 * MILLION})),
        "a damaged workbook",
    ),
    "styles": (
        lambda: workbook(styles=within("styleSheet", within("cellXfs", b"<xf/>" * 9 * MILLION))),
        [1, []],
    ),
    "texts": (
        lambda: workbook(strings=within("sst", b"<si/>" * 9 * MILLION)),
        "no such column",
    ),
    "a long text": (
        lambda: workbook(strings=within("sst", b"<si><t>" + b"x" * 90 * MILLION + b"</t></si>")),
        "a damaged workbook",
    ),
    "tags": (lambda: workbook(sheet=b"<a>" * 19 * MILLION), "19,000,000 tags; expected at most"),
    "depth": (lambda: workbook(sheet=b"<a>" * 9 * MILLION), "a damaged workbook"),
    "rows": (lambda: workbook(sheet=sheet(b"<row/>" * 9 * MILLION)), "a damaged workbook"),
    "cells": (
        lambda: workbook(sheet=sheet(b"<row><c/><c/><c/></row>" * 1_048_576)),
        "nothing in it",
    ),
    "values": (
        lambda: workbook(sheet=sheet(b"<row><c><v>1</v></c></row>" * 1_048_576)),
        "more rows; expected at most 100,000",
    ),
    "merged cells": (
        lambda: workbook(sheet=sheet(b"", MERGED * 3 * MILLION)),
        "found merged cells A1:B2",
    ),
    "a comment": (
        lambda: workbook(sheet=sheet(b"", b"<!-- " + b"<mergeCell " * MILLION + b"-->")),
        "nothing in it",
    ),
    "sheets": (
        lambda: workbook(
            book=f'<workbook xmlns="{broken.MAIN}" xmlns:r="{broken.OFFICE}">'.encode()
            + b'<sheet name="a" r:id="r1"/>' * MILLION
            + b"</workbook>"
        ),
        "more sheets; expected at most 1,000",
    ),
    "laughs": (lambda: workbook(sheet=laughs()), "a document type in the XML"),
    "outside": (lambda: workbook(sheet=outside()), "a document type in the XML"),
    "formats": (
        lambda: workbook(
            styles=within(
                "styleSheet",
                b'<numFmts><numFmt numFmtId="164" formatCode="%s"/></numFmts>' % (b"[" * MILLION),
            )
        ),
        "a format of 1,000,000 signs",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", BOOKS)
def test_a_workbook_made_to_do_harm_is_refused_in_bounded_time_and_memory(tmp_path, name):
    make, says = BOOKS[name]
    path = tmp_path / "r.xlsx"
    path.write_bytes(make())
    said = bounded(RATINGS, path)
    assert said == says if isinstance(says, list) else says in said[0], said
    assert "root:" not in json.dumps(said)


def test_entities_and_sizes_that_lie_are_refused(tmp_path):
    path = tmp_path / "r.xlsx"
    small = lying(workbook(sheet=b" " * MILLION), broken.SHEET, 1_000)
    for raw in (workbook(sheet=laughs()), workbook(sheet=outside()), small):
        path.write_bytes(raw)
        with pytest.raises(ratings.RatingsError, match="a damaged workbook") as refused:
            ratings.read(path)
        assert "root:" not in str(refused.value)


# --- what is no file ----------------------------------------------------------------------------


@pytest.fixture
def places(tmp_path) -> dict[str, Path]:
    """Return things that are no file of ours, by name."""
    found = {name: tmp_path / name for name in ("folder", "pipe", "circle", "nowhere", "zero")}
    found["folder"].mkdir()
    os.mkfifo(found["pipe"])
    found["circle"].symlink_to(found["circle"])
    found["nowhere"].symlink_to(tmp_path / "gone")
    found["zero"].symlink_to("/dev/zero")
    return found


@pytest.mark.parametrize("name", ["folder", "pipe", "circle", "nowhere", "zero"])
def test_what_is_no_file_is_refused_at_once(places, name, monkeypatch):
    with pytest.raises(ratings.RatingsError) as refused:
        ratings.read(places[name])
    assert len(refused.value.faults) == 1 and name in str(refused.value)
    with pytest.raises((ValueError, OSError)):
        model.assess_csv(places[name], places["folder"] / "out.csv", progress=False)
    with pytest.raises(ratings.RatingsError):
        plan.read_csv(places[name])
    assert not any(places["folder"].iterdir())


@pytest.mark.parametrize("name", ["folder", "pipe", "circle", "nowhere", "zero"])
def test_a_table_that_is_no_file_is_refused_at_once(places, name, tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    for path in (*data.FOLDER.glob("*.csv"), data.FOLDER / data.PACKAGE):
        (folder / path.name).symlink_to(path)
    assert data.load("scales", folder).equals(data.load("scales"))  # links to files are files
    for file in ("scales.csv", data.PACKAGE):
        (folder / file).unlink()
        (folder / file).symlink_to(places[name])
        with pytest.raises(data.DataError) as refused:
            data.load("scales", folder)
        (fault,) = refused.value.faults
        assert fault.file == file and fault.remedy


@pytest.mark.skipif(os.geteuid() == 0, reason="whoever may read everything is refused nothing")
def test_a_file_closed_to_the_reader_is_refused(tmp_path):
    path = tmp_path / "ratings.csv"
    path.write_text("issue\nx\n")
    path.chmod(0)
    with pytest.raises(ratings.RatingsError, match="check who may read it"):
        ratings.read(path)


@pytest.mark.slow
def test_a_huge_table_is_refused(tmp_path):
    for path in (*data.FOLDER.glob("*.csv"), data.FOLDER / data.PACKAGE):
        (tmp_path / path.name).symlink_to(path)
    for start, again, times, says in (
        (b"scale\n", b"x" * 100, MILLION, "larger than 20 MB"),
        (b"scale", b",x", MILLION, "1,000,001 columns; expected at most 200"),
        (b"scale\n", b"x\n", MILLION, "more rows; expected at most 100,000"),
        (b'scale\n"', b"x\n", 9 * MILLION, "a broken quotation"),
    ):
        (tmp_path / "scales.csv").unlink()
        (tmp_path / "scales.csv").write_bytes(start + again * times)
        said = bounded(TABLE, tmp_path)
        assert any(says in fault and fault.startswith("scales.csv") for fault in said), said


def test_a_file_that_changes_while_it_is_read_is_read_as_it_was_or_as_it_is(tmp_path):
    path = tmp_path / "ratings.csv"
    texts = [f"issue,agency\n{'x' * size},{size % 5}\n".encode() for size in (1, 900)]
    stop = threading.Event()

    def change() -> None:
        while not stop.is_set():
            for text in texts:
                path.with_suffix(".new").write_bytes(text)
                os.replace(path.with_suffix(".new"), path)

    path.write_bytes(texts[0])
    thread = threading.Thread(target=change)
    thread.start()
    try:
        found = [ratings.read(path).ratings.iloc[0] for _ in range(100)]
    finally:
        stop.set()
        thread.join()
    assert {(len(row["issue"]), row["agency"]) for row in found} <= {(1, 1.0), (900, 0.0)}


def test_a_table_that_changes_between_two_looks_is_not_kept_for_what_it_was(tmp_path, monkeypatch):
    for path in (*data.FOLDER.glob("*.csv"), data.FOLDER / data.PACKAGE):
        (tmp_path / path.name).symlink_to(path)
    file = tmp_path / "scales.csv"
    old = file.read_bytes()
    new = old.replace(b"backstage", b"behind the scenes")
    looked = data._content

    def then_changed(name: str, folder: Path) -> bytes | None:
        content = looked(name, folder)
        if name == "scales.csv":
            file.unlink()
            file.write_bytes(new)
        return content

    monkeypatch.setattr(data, "_content", then_changed)
    first = data.load("scales", tmp_path)
    monkeypatch.undo()
    assert first.equals(data.load("scales"))
    assert not data.load("scales", tmp_path).equals(first)


# --- text that runs, hides or deceives ------------------------------------------------------------

FORMULAS = (
    *("=1+1", '=HYPERLINK("https://example.org","click")', "=cmd|' /C calc'!A0", "@SUM(1+1)"),
    *("+1+1", "-2+3", "\uff1d1+1", "\uff0b1", "a; =1+1", "a;\t-1", "''=1", "'=1", "'@x"),
)
FORMULAS_READ = tuple(" ".join(text.split()) for text in FORMULAS)
"""The same as names: blanks are one blank."""
RUNS = re.compile(r"(^|[;\t\r\n])\s*[=+\-@\uff1d\uff0b\uff0d\uff20]")
"""What a spreadsheet would run, also one that takes the semicolon for the end of a cell."""
SCRIPTS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "javascript:alert(1)",
    "]]></title></text><script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "{{ 7 * 7 }} {% raw %}",
    "$\\frac{1}{2}$ \\input{x}",
)


def team(path: Path, names: tuple[str, ...]) -> Path:
    """Write ratings whose issues, labels, raters and groups have these names."""
    names = [spreadsheets.guarded(name) for name in names]
    rows = [[name, name, name, name, 2, 2, 3, 3, 3, 3, "informant", "", "both"] for name in names]
    text = io.StringIO()
    csv.writer(text).writerows([templates.COLUMNS, *rows])
    path.write_bytes(text.getvalue().encode())
    return path


def test_no_file_that_is_written_runs_what_a_team_writes(tmp_path):
    found = ratings.read(team(tmp_path / "ratings.csv", FORMULAS))
    told = plan.contents(plan.make(found, draws=3))
    rows = csv.reader(io.StringIO(told["plan.csv"].decode("utf-8-sig"), newline=""))
    assert not [cell for row in rows for cell in row if RUNS.search(cell)]
    (tmp_path / "plan.csv").write_bytes(told["plan.csv"])
    back = plan.read_csv(tmp_path / "plan.csv")
    assert list(back["issue"])[::4] == list(found.ratings["issue"]) == list(FORMULAS_READ)


def test_no_register_that_is_written_runs_what_stood_in_it(tmp_path):
    source, target = tmp_path / "in.csv", tmp_path / "out.csv"
    with source.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([["issue"], *([name] for name in FORMULAS)])
    model.assess_csv(source, target, progress=False)
    rows = list(csv.DictReader(target.open(encoding="utf-8-sig", newline="")))
    assert not [row["issue"] for row in rows if RUNS.search(row["issue"])]
    assert [spreadsheets.unguarded(row["issue"]) for row in rows] == list(FORMULAS)


@pytest.mark.parametrize("folder", ["data", "figures", "chapters/files"])
def test_nothing_that_the_book_offers_as_csv_runs(folder):
    for path in sorted((ROOT / folder).glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            cells = [cell for row in csv.reader(file) for cell in row]
        runs = [cell for cell in cells if RUNS.search(cell)]
        assert not [cell for cell in runs if not re.fullmatch(r"-[0-9.]+(e-?[0-9]+)?", cell)], path


def test_scripts_in_names_are_text_in_every_page_and_drawing(tmp_path):
    found = ratings.read(team(tmp_path / "ratings.csv", SCRIPTS))
    told = plan.contents(plan.make(found, draws=3))
    for name, content in told.items():
        if name.endswith(".html"):
            page = BeautifulSoup(content, "html.parser")
            assert not page.find_all(["script", "img", "iframe", "object", "embed"]), name
            marks = [
                (key, value) for tag in page.find_all(True) for key, value in tag.attrs.items()
            ]
            assert not [key for key, _ in marks if key.startswith("on")], name
            links = [value for key, value in marks if key in ("href", "src", "xlink:href")]
            assert not [link for link in links if ":" in link and link != "data:,"], name
        if name.endswith(".svg"):
            tags = [tag.tag.rpartition("}")[2] for tag in ET.fromstring(content).iter()]
            assert not {"script", "image", "a", "foreignObject"} & {*tags}, name
    overview = BeautifulSoup(told["index.html"], "html.parser").get_text()
    assert all(script in " ".join(overview.split()) for script in SCRIPTS)


@pytest.mark.parametrize(
    ("names", "says"),
    [
        (("falls", "f\u0430lls"), "alike but for signs that look the same, count as two issues"),
        (("falls", "fal\u200dls"), r'"fal\u200dls" (row 3), alike but for signs'),
        (("falls", "\u200ffalls"), r'"\u200ffalls" (row 3), alike but for signs'),
        (("falls", "falls\U000e0041"), r'"falls\U000e0041" (row 3)'),
        (("РОСА", "POCA"), "alike but for signs that look the same"),
        (("Falls", "falls"), '"Falls" (row 2) and "falls" (row 3) count as two issues'),
    ],
)
def test_names_that_only_look_alike_are_noted_and_hidden_signs_written_out(tmp_path, names, says):
    path = tmp_path / "ratings.csv"
    path.write_text("issue,agency\n" + "".join(f"{name},1\n" for name in names), encoding="utf-8")
    found = ratings.read(path)
    assert len(found.ratings["issue"].unique()) == 2
    (note,) = found.notes
    assert says in note and note.isprintable()


@pytest.mark.parametrize("name", ["a\nb.csv", "\u202evsc.x", "<b>.csv", "=1.csv", "x" * 200])
def test_a_name_of_a_file_is_shown_safely(tmp_path, name):
    path = tmp_path / name
    path.write_text("issue,agency\nx,9\n", encoding="utf-8")
    with pytest.raises(ratings.RatingsError) as refused:
        ratings.read(path)
    (fault,) = refused.value.faults
    assert str(fault).isprintable() and len(str(fault)) < 300


def test_the_name_of_a_column_is_shown_safely(tmp_path):
    path = tmp_path / "ratings.csv"
    path.write_text("issue;offered;\x1b[31mred\nx;informant;checker\n", encoding="utf-8")
    assert all(note.isprintable() for note in ratings.read(path).notes)


# --- limits are told where a user reads -----------------------------------------------------------


@pytest.mark.parametrize("place", ["help", "chapters/reproduce-and-cite.md"])
def test_the_limits_are_told_as_they_are(place, capsys):
    if place == "help":
        with pytest.raises(SystemExit):
            __main__.main(["plan", "--help"])
        text = capsys.readouterr().out
    else:
        text = (ROOT / place).read_text(encoding="utf-8")
    for limit in (
        f"at most {spreadsheets.MOST_BYTES // MILLION} MB, {spreadsheets.MOST_ROWS:,} rows",
        f"{spreadsheets.MOST_COLUMNS} columns",
        f"{spreadsheets.MOST_SIGNS:,} signs in a cell",
        f"{plan.MOST_ISSUES} issues, {plan.MOST_RATERS:,} raters",
        f"{plan.MOST_GROUPS} groups",
    ):
        assert limit in text, limit
    if place != "help":
        assert f"{workbooks.MOST_UNPACKED // MILLION} MB when unpacked" in text
