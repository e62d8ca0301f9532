"""A team gets files to fill in that explain themselves and are read back as they were meant."""

from __future__ import annotations

import csv
import re
import zipfile

import openpyxl
import pytest

from partnership import data, model, ratings, templates


@pytest.fixture
def folder(tmp_path):
    templates.write(tmp_path)
    return tmp_path


def filled(folder, rows: list[dict]):
    """Fill in the workbook as a team would, and return its path."""
    path = folder / templates.WORKBOOK
    book = openpyxl.load_workbook(path)
    columns = [cell.value for cell in book["ratings"][1]]
    for row in rows:
        book["ratings"].append([row.get(column) for column in columns])
    book.save(path)
    return path


def test_templates_have_the_columns_of_the_contract_and_no_rows(folder):
    with open(folder / templates.CSV, encoding="utf-8-sig", newline="") as file:
        (header,) = csv.reader(file)
    assert set(header) == set(ratings.WIDE) and header[0] == "issue"
    sheet = openpyxl.load_workbook(folder / templates.WORKBOOK)["ratings"]
    assert [cell.value for cell in sheet[1]] == header
    assert sheet.max_row == 1


@pytest.mark.parametrize("name", [templates.CSV, templates.WORKBOOK])
def test_an_empty_template_is_not_taken_for_ratings(folder, name):
    with pytest.raises(ratings.RatingsError, match="a header without rows"):
        ratings.read(folder / name)


def test_the_csv_template_tells_excel_that_it_is_utf_8(folder):
    assert (folder / templates.CSV).read_bytes().startswith(b"\xef\xbb\xbfissue,")


def test_the_example_is_read_without_notes_and_says_that_it_is_one(folder):
    read = ratings.read(folder / templates.EXAMPLE)
    assert read.notes == []
    assert len(read.ratings) == 2
    assert read.ratings["label"].str.startswith("Example").all()
    assert set(read.practice["layer"]) == {"offered", "enacted"}


def test_what_a_team_fills_in_comes_back(folder):
    rows = [
        {
            "issue": "fall",
            "label": "Fall på natten",
            "rater": "Åsa",
            "group": "nurses",
            **dict.fromkeys(model.SCALES, 2.5),
            "burden": 1,
            "offered": "informant; reporter",
            "enacted": "advocate",
            "who": "both",
        },
        {"issue": "fall", "rater": "Bo", "agency": "3,5"},
    ]
    read = ratings.read(filled(folder, rows))
    one, other = read.ratings.to_dict("records")
    given = ["issue", "label", "rater", "group", *model.SCALES, "burden", "who"]
    assert {name: one[name] for name in given} == {name: rows[0][name] for name in given}
    assert (other["rater"], other["agency"]) == ("Bo", 3.5)
    assert list(read.practice["form"]) == ["informant", "reporter", "advocate"]
    assert read.weights == dict.fromkeys(model.SCALES, 1)
    assert read.notes == []


def test_practice_and_weights_of_the_workbook_come_back(folder):
    path = filled(folder, [{"issue": "fall", "agency": 1}])
    book = openpyxl.load_workbook(path)
    book["practice"].append(["fall", "a", None, None, "offered", "co-designer"])
    book["weights"]["B2"] = 2
    book.save(path)
    read = ratings.read(path)
    assert list(read.practice["phase"]) == ["design"]
    assert read.weights["interaction"] == 2


def test_each_scale_carries_its_question_and_all_anchors(folder):
    sheet = openpyxl.load_workbook(folder / templates.WORKBOOK)["ratings"]
    notes = {cell.value: cell.comment.text for cell in sheet[1] if cell.comment}
    for row in data.load("scales").itertuples():
        assert row.question[1:] in notes[row.scale]
        assert f"{row.level}  {row.anchor}" in notes[row.scale]
    assert set(notes) == set(ratings.WIDE)


def test_lists_offer_what_is_allowed_and_nothing_else(folder):
    book = openpyxl.load_workbook(folder / templates.WORKBOOK)
    sheet, offered = book["ratings"], {}
    for rule in sheet.data_validations.dataValidation:
        source, area = rule.formula1.split("!")
        values = [cell.value for (cell,) in book[source][area.replace("$", "")]]
        column = sheet.cell(1, next(iter(rule.sqref.ranges)).min_col).value
        offered[column] = values, rule.showErrorMessage
    halves = [0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4]
    assert {name: offered[name] for name in ratings.RATED} == dict.fromkeys(
        ratings.RATED, (halves, True)
    )
    assert offered["who"] == (["patient", "family", "both"], True)
    assert offered["group"][1] is False  # a suggestion: other groups may be written


def test_the_workbook_shows_all_anchors_and_forms(folder):
    book = openpyxl.load_workbook(folder / templates.WORKBOOK, read_only=True)
    assert book.sheetnames[:5] == ["ratings", "practice", "weights", "anchors", "forms"]
    anchors = list(book["anchors"].values)[1:]
    assert [tuple(row) for row in anchors] == list(
        data.load("scales").itertuples(index=False, name=None)
    )
    forms = [row[0] for row in book["forms"].values][1:]
    assert forms == list(data.load("partnership_forms")["form"])


def test_templates_are_the_same_to_the_byte_each_time(tmp_path):
    first = templates.write(tmp_path / "new" / "folder")
    second = templates.write(tmp_path / "other")
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]
    with zipfile.ZipFile(first[0]) as archive:
        assert {part.date_time for part in archive.infolist()} == {(2026, 1, 1, 0, 0, 0)}
        dates = re.findall(rb"\d{4}-\d\d-\d\dT[\d:]+", archive.read("docProps/core.xml"))
    assert dates == [b"2026-01-01T00:00:00"] * 2


def test_nothing_is_written_over_unless_forced(folder):
    mine = folder / templates.CSV
    mine.write_text("mine")
    (folder / templates.EXAMPLE).unlink()
    with pytest.raises(FileExistsError, match=f"{templates.WORKBOOK}, {templates.CSV}"):
        templates.write(folder)
    assert mine.read_text() == "mine"
    assert not (folder / templates.EXAMPLE).exists()
    templates.write(folder, force=True)
    assert mine.read_text() != "mine"


def test_a_file_in_place_of_the_folder_is_told(tmp_path):
    file = tmp_path / "file"
    file.write_text("mine")
    with pytest.raises(NotADirectoryError, match="is a file; name a folder"):
        templates.write(file, force=True)
    assert file.read_text() == "mine"
