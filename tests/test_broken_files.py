"""Thousands of broken files: each is refused in words, or read as a plain reader reads it.

The files are made by `broken.py`, the same each time: a few hundred in each run, more than 10,000
among the slow tests. A wrong answer said in silence is a cell that was read otherwise than it
stands, dropped, or made up; so whatever is accepted is compared with `csv` or openpyxl.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
import random
import re
import shutil
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path

import broken
import pandas as pd
import pytest
from book import ROOT
from broken import bytes_broken, text_broken, told_by, told_in

from partnership import __main__, assessment, citing, data, metadata, plan, ratings, references
from partnership.faults import DataError, Fault
from partnership.spreadsheets import unguarded


def sizes(quick: int, thorough: int) -> list:
    """Return which files are tried in each run, and which among the slow tests."""
    return [
        pytest.param(range(quick), id=f"{quick} files"),
        pytest.param(
            range(quick, quick + thorough), id=f"{thorough:,} files", marks=pytest.mark.slow
        ),
    ]


def check_told(faults: list[Fault], place: str) -> None:
    """Check that each fault names its place, what was found and expected, and a remedy."""
    assert faults
    for fault in faults:
        assert str(fault).isprintable() and fault.file.startswith(place), fault
        assert fault.found and fault.expected and len(fault.remedy) > 5, fault


@contextlib.contextmanager
def nothing_else(folder: Path) -> Iterator[None]:
    """Check that no warning leaks, and that no file in a folder is written, changed or removed."""
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def draws(name: str, seeds: range) -> Iterator[random.Random]:
    for seed in seeds:
        yield random.Random(f"{name} {seed}")


# --- a team's ratings ---------------------------------------------------------------------------


@pytest.mark.parametrize("seeds", sizes(150, 4_000))
def test_a_broken_csv_is_refused_or_read_as_it_stands(tmp_path, seeds):
    path, accepted = tmp_path / "ratings.csv", 0
    for draw in draws("csv", seeds):
        raw = broken.delimited(draw)
        path.write_bytes(raw)
        try:
            with nothing_else(tmp_path):
                found = ratings.read(path)
        except ratings.RatingsError as error:
            check_told(error.faults, "ratings.csv")
            continue
        accepted += 1
        said = told_by(found)
        assert any(said == _told(rows) for rows in broken.rows_of_text(raw)), raw
    assert 0.1 < accepted / len(seeds) < 0.9, "the proof needs files of both kinds"


def _told(rows: list[list[str]]) -> dict | None:
    try:
        return told_in(rows)
    except (KeyError, ValueError):  # not under this separator
        return None


@pytest.mark.parametrize("seeds", sizes(60, 2_500))
def test_a_broken_workbook_is_refused_or_read_as_openpyxl_reads_it(tmp_path, seeds):
    path, accepted, compared = tmp_path / "r.xlsx", 0, 0
    for draw in draws("workbook", seeds):
        raw = broken.workbook(draw)
        path.write_bytes(raw)
        try:
            with nothing_else(tmp_path):
                found = ratings.read(path)
        except ratings.RatingsError as error:
            check_told(error.faults, "r.xlsx")
            continue
        accepted += 1
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                rows = broken.rows_of_book(raw)
        except Exception:  # openpyxl reads parts that hold no cells as well, which may be damaged
            continue
        compared += 1
        wide = {key: what for key, what in told_by(found).items() if len(key) < 4}
        expected = told_in(rows)
        assert wide == {key: what for key, what in expected.items() if len(key) < 4}, draw
        assert {key for key in expected if len(key) == 4} <= told_by(found).keys()
    assert 0.1 < accepted / len(seeds) < 0.9 and compared > 0.8 * accepted


def test_a_workbook_as_excel_writes_it_is_read_as_the_csv_is(tmp_path):
    (tmp_path / "r.xlsx").write_bytes(broken.excel())
    (tmp_path / "r.csv").write_text(broken.SAMPLE, encoding="utf-8")
    book, text = (ratings.read(tmp_path / name) for name in ("r.xlsx", "r.csv"))
    pd.testing.assert_frame_equal(book.ratings, text.ratings)
    pd.testing.assert_frame_equal(book.practice, text.practice)


@pytest.mark.parametrize("seeds", sizes(20, 700))
def test_a_broken_file_of_practice_is_refused_or_read_as_it_stands(tmp_path, seeds):
    main, beside = tmp_path / "ratings.csv", tmp_path / "practice.csv"
    main.write_text("issue,rater,agency\nfalls,a,2\nnights,b,3\n", encoding="utf-8")
    sound = "issue,rater,layer,form\nfalls,a,offered,informant\nnights,b,enacted,advocate\n"
    for draw in draws("practice", seeds):
        raw = text_broken(sound, draw).encode("utf-8", "replace")
        beside.write_bytes(raw)
        try:
            with nothing_else(tmp_path):
                found = ratings.read(main, beside)
        except ratings.RatingsError as error:
            check_told(error.faults, "practice.csv")
            continue
        told = {tuple(row) for row in found.practice[["issue", "layer", "form"]].to_numpy()}
        assert any(told == _named(rows) for rows in broken.rows_of_text(raw)), raw


def _named(rows: list[list[str]]) -> set[tuple[str, ...]] | None:
    kept = [row for row in rows if any(map(str.strip, row))]
    header, *rows = [[ratings.tidy(cell) for cell in row] for row in kept]
    header = [name.lower() for name in header]
    if not {"issue", "layer", "form"} <= {*header}:
        return None
    cells = [dict(zip(header, row, strict=False)) for row in rows if any(row)]
    return {
        (cell["issue"], cell["layer"].lower(), cell["form"].lower())
        for cell in cells
        if cell.get("form")
    }


@pytest.mark.parametrize("seeds", sizes(60, 1_000))
def test_broken_weights_are_refused_or_read_as_they_stand(seeds):
    for draw in draws("weights", seeds):
        text = text_broken("interaction=2,presence=0.5,agency=1", draw)
        try:
            found = ratings.weights(text)
        except ratings.RatingsError as error:
            check_told(error.faults, "--weights")
            continue
        told = dict.fromkeys(found, 1.0)
        for item in filter(str.strip, re.split("[,;]", text)):
            scale, _, weight = item.partition("=")
            told[scale.strip().lower()] = float(weight)
        assert found == told, text


@pytest.mark.slow
def test_the_command_writes_a_whole_plan_or_nothing(tmp_path, capsys):
    path, out = tmp_path / "ratings.csv", tmp_path / "plan"
    codes = []
    for draw in draws("command", range(40)):
        path.write_bytes(broken.delimited(draw))
        codes.append(__main__.main(["plan", str(path), "--out", str(out), "--draws", "3"]))
        said = capsys.readouterr()
        if codes[-1] == 0:
            assert (out / "index.html").is_file() and (out / "figures" / "plan-map.svg").is_file()
            assert len(plan.read_csv(out / "plan.csv")) % 4 == 0
            shutil.rmtree(out)
        else:
            assert codes[-1] == 2 and not said.out and "ratings.csv" in said.err
        assert [each.name for each in tmp_path.iterdir()] == ["ratings.csv"]
    assert {*codes} == {0, 2}


# --- a plan, changed by hand --------------------------------------------------------------------


@pytest.mark.parametrize("seeds", sizes(30, 700))
def test_a_broken_plan_is_refused_or_read_as_it_stands(tmp_path, seeds):
    sample = ratings.read(ROOT / "chapters" / "files" / "team-ratings.csv")
    sound = plan.to_csv(plan.make(sample, draws=3).table).decode("utf-8-sig")
    path = tmp_path / "plan.csv"
    for draw in draws("plan", seeds):
        raw = text_broken(sound, draw).encode("utf-8", "replace")
        path.write_bytes(raw if draw.random() < 0.8 else bytes_broken(raw, draw))
        try:
            with nothing_else(tmp_path):
                found = plan.read_csv(path)
        except ratings.RatingsError as error:
            check_told(error.faults, "plan.csv")
            continue
        _, *rows = csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline=""))
        assert list(found["phase"]) == [row[2] for row in rows]
        shown = ["" if gap != gap else f"{gap:.4f}" for gap in found["gap"]]
        assert shown == [row[9] for row in rows]


# --- registers of any length --------------------------------------------------------------------

REGISTER = (
    "issue,note,interaction,variability,knowledge,presence,agency,offered,enacted\n"
    + 'falls,"two, or\nthree",2,1,3,2.5,0,informant,checker; advocate\n' * 2
    + "night,,,1,,,4,unheard,\n,,,,,,,,\nlast,x,0,0,0,0,0,,\n"
)


@pytest.mark.parametrize("seeds", sizes(60, 1_500))
def test_a_broken_register_is_refused_or_read_as_it_stands(tmp_path, seeds):
    source, target = tmp_path / "in.csv", tmp_path / "out" / "out.csv"
    target.parent.mkdir()
    accepted = 0
    for draw in draws("register", seeds):
        raw = text_broken(REGISTER, draw).encode("utf-8", "replace")
        raw = bytes_broken(raw, draw) if draw.random() < 0.2 else raw
        source.write_bytes(raw)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                count = assessment.assess_csv(source, target, draw.choice([1, 2, 99]), False)
        except ValueError as error:
            assert str(error).startswith("in.csv") and "found" in str(error), raw
            assert not any(target.parent.iterdir())
            continue
        accepted += 1
        expected = list(_assessed(raw))
        told = list(
            csv.DictReader(io.StringIO(target.read_bytes().decode("utf-8-sig"), newline=""))
        )
        assert count == len(told) == len(expected), raw
        found = [(unguarded(row["issue"]), row["scales_rated"]) for row in told]
        assert found == expected, raw
        target.unlink()
    assert 0.1 < accepted / len(seeds) < 0.9


def _assessed(raw: bytes) -> Iterator[tuple[str, str]]:
    """Yield the issue and the number of scales of each row that has something in it."""
    header, *rows = csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), strict=True)
    header = [name.strip().lower() for name in header]
    for row in rows:
        cells = {
            name: cell
            for name, cell in zip(header, row, strict=False)
            if name in ("issue", *assessment.SCALES, *assessment.LAYERS)
        }
        if any(cells.values()):
            yield cells["issue"], str(sum(bool(cells.get(name)) for name in assessment.SCALES))


# --- the book's own files -------------------------------------------------------------------------

TABLES = sorted(path.stem for path in data.FOLDER.glob("*.csv"))


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    place = tmp_path_factory.mktemp("data")
    for path in (*data.FOLDER.glob("*.csv"), data.FOLDER / data.PACKAGE):
        shutil.copyfile(path, place / path.name)
    return place


@pytest.mark.parametrize("seeds", sizes(40, 1_200))
def test_a_broken_table_is_refused_or_loaded_as_it_stands(folder, seeds):
    accepted = 0
    for draw in draws("table", seeds):
        name = draw.choice(TABLES)
        path = folder / f"{name}.csv"
        sound = path.read_bytes()
        if draw.random() < 0.3:
            raw = bytes_broken(sound, draw)
        else:
            raw = text_broken(sound.decode(), draw).encode("utf-8", "replace")
        path.write_bytes(raw)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("error")
                table = data.load(name, folder)
        except DataError as error:
            check_told(error.faults, f"{name}.csv")
            continue
        finally:
            path.write_bytes(sound)
        accepted += 1
        header, *rows = csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), strict=True)
        assert list(table.columns) == header and len(table) == len(rows), raw
        for place, column in enumerate(header):
            cells = [row[place] for row in rows]
            if table[column].dtype.kind in "if" or str(table[column].dtype) == "Int64":
                found = ["" if pd.isna(cell) else float(cell) for cell in table[column]]
                assert found == [float(cell) if cell else "" for cell in cells], (name, column)
            else:
                assert table[column].fillna("").tolist() == cells, (name, column)
    assert 0.1 < accepted / len(seeds) < 0.9


@pytest.mark.parametrize("seeds", sizes(10, 300))
def test_a_broken_description_is_refused_or_means_the_same(folder, seeds):
    path = folder / data.PACKAGE
    sound = path.read_bytes()
    for draw in draws("description", seeds):
        path.write_bytes(bytes_broken(sound, draw))
        try:
            table = data.load("scales", folder)
        except DataError as error:
            check_told(error.faults, "")
            continue
        finally:
            path.write_bytes(sound)
        assert table.astype(str).equals(data.load("scales").astype(str))


OWN = {
    "CITATION.cff": citing.citation,
    "_toc.yml": citing.chapters,
    "figures/figures.csv": citing.figures,
    "data/datapackage.json": citing.datapackage,
    "pyproject.toml": citing.project,
}


@pytest.fixture
def book(tmp_path, monkeypatch) -> Iterator[Path]:
    """Return a copy of the files in which the book tells of itself."""
    for name in OWN:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copyfile(ROOT / name, tmp_path / name)
    (tmp_path / "partnership").symlink_to(ROOT / "partnership")  # for the citation styles
    monkeypatch.setattr(citing, "ROOT", tmp_path)
    yield tmp_path
    for read in (*OWN.values(), citing.chapter_title):
        read.cache_clear()


@pytest.mark.parametrize("seeds", sizes(30, 400))
def test_what_the_book_tells_of_itself_is_refused_when_broken_or_can_be_cited(book, seeds):
    for draw in draws("own", seeds):
        name = draw.choice([*OWN, "CITATION.cff", "CITATION.cff"])
        path = book / name
        sound = path.read_bytes()
        path.write_bytes(
            bytes_broken(sound, draw)
            if draw.random() < 0.4
            else text_broken(sound.decode(), draw).encode("utf-8", "replace")
        )
        for read in OWN.values():
            read.cache_clear()
        try:
            OWN[name]()
            for record in (citing.book_record(), citing.dataset_record(), citing.software_record()):
                assert citing.bibtex(record) and citing.ris(record)
            assert json.loads(metadata.zenodo())["title"] == citing.citation()["title"]
            assert json.loads(metadata.codemeta())["version"] == citing.version()
        except DataError as error:
            check_told(error.faults, name)
        finally:
            path.write_bytes(sound)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("version: 0.1.0", "version: 1.10", 'version: found "1.1", read as a float'),
        ("date-released:", "date_released:", "column date-released: found nothing"),
        ('"2026-11-21"', "2026-11-21", "column date-released"),
        ("  - name: Co", "  - nam: Co", "column authors[1].name: found nothing"),
        ("authors:", "authors: [", "found what cannot be read as cff"),
        ("  - MIT\n", "  - 7\n", "column license[1]"),
    ],
)
def test_a_slip_in_the_citation_file_is_told_with_its_place(book, old, new, says, capsys):
    path = book / "CITATION.cff"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    for read in OWN.values():
        read.cache_clear()
    assert __main__.main(["references", "--check"]) == 2
    said = capsys.readouterr().err
    assert said.startswith("CITATION.cff") and says in said, said


def test_a_name_that_does_not_come_apart_is_told_with_its_row(folder):
    path = folder / "literature.csv"
    sound = path.read_text(encoding="utf-8")
    rows = list(csv.DictReader(io.StringIO(sound, newline="")))
    at = next(place for place, row in enumerate(rows) if "," in row["authors"])
    try:
        path.write_text(sound.replace(rows[at]["authors"], "NHS England", 1), encoding="utf-8")
        with pytest.raises(DataError) as refused:
            references.current(folder)
    finally:
        path.write_text(sound, encoding="utf-8")
    (fault,) = refused.value.faults
    assert (fault.file, fault.row, fault.column) == ("literature.csv", at + 2, "authors")


# --- what workbooks may not do in silence ---------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('<row r="3"', '<row r="2"', "row 2 after row 2"),
        ('<row r="2"', '<row r="9"', "cell A2 in row 9"),
        ('<c r="B2"', '<c r="A2"', "cell A2 in no order"),
        ('<c r="B2"', '<c r="B3"', "cell B3 in row 2"),
        ("<v>1</v></c>", "<v>1</v><v>2</v></c>", "two values in row"),
        ('t="s"><v>0</v>', 't="s"><v>-1</v>', "text -1 of"),
        ('t="s"><v>0</v>', 't="s"><v>9999</v>', "text 9999 of"),
        ("<sheetData>", "<!DOCTYPE a><sheetData>", "not well-formed"),
        ("<worksheet", "<!DOCTYPE a><worksheet", "a document type"),
    ],
)
def test_a_sheet_that_excel_would_not_write_is_refused(tmp_path, old, new, says):
    told = broken.parts([["issue", "agency"], ["x", 1], ["y", 2]])
    sheet = told[broken.SHEET].decode()
    assert old in sheet
    told[broken.SHEET] = sheet.replace(old, new, 1).encode()
    path = tmp_path / "r.xlsx"
    path.write_bytes(broken.packed(told))
    with pytest.raises(ratings.RatingsError, match=f"damaged workbook .*{re.escape(says)}"):
        ratings.read(path)


def test_a_part_twice_or_packed_otherwise_is_refused(tmp_path):
    told, path = broken.parts([["issue"], ["x"]]), tmp_path / "r.xlsx"
    for packing, says in ((zipfile.ZIP_BZIP2, "packed as Excel"), (zipfile.ZIP_STORED, "twice")):
        with zipfile.ZipFile(path, "w", packing) as archive, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a name twice
            for name, content in (*told.items(), (broken.SHEET, told[broken.SHEET])):
                archive.writestr(name, content)
        with pytest.raises(ratings.RatingsError, match=says):
            ratings.read(path)


def test_signs_that_xml_cannot_hold_are_read_as_excel_shows_them(tmp_path):
    told = broken.parts(
        [["issue", "label"], ["x", "a_x000D__x000A_b _x005F_x0041_"], ["y", "_x0007_"]]
    )
    path = tmp_path / "r.xlsx"
    path.write_bytes(broken.packed(told))
    with pytest.raises(ratings.RatingsError) as refused:
        ratings.read(path)
    (fault,) = refused.value.faults
    assert fault.row == 3 and "U+0007" in fault.found
    told["xl/sharedStrings.xml"] = told["xl/sharedStrings.xml"].replace(b"_x0007_", b"z")
    path.write_bytes(broken.packed(told))
    assert ratings.read(path).ratings.loc[0, "label"] == "a b _x0041_"


def test_what_stands_beside_the_table_is_noted(tmp_path):
    told = broken.parts([["issue", "agency"], ["x", 1, None, "aside"]])
    path = tmp_path / "r.xlsx"
    path.write_bytes(broken.packed(told))
    (note,) = ratings.read(path).notes
    assert note == "r.xlsx, sheet ratings: what stands beside the table, as in D2, was not read"


def test_two_sheets_of_one_name_are_refused(tmp_path):
    told = broken.parts([["issue", "agency"], ["x", 1]])
    book = told["xl/workbook.xml"].decode()
    other = '<sheet name="Ratings " sheetId="2" r:id="r1"/></sheets>'
    told["xl/workbook.xml"] = book.replace("</sheets>", other).encode()
    path = tmp_path / "r.xlsx"
    path.write_bytes(broken.packed(told))
    with pytest.raises(ratings.RatingsError, match='2 sheets "ratings"; expected one'):
        ratings.read(path)
