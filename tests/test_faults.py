"""How a fault is said: in one line, with its place and what to do."""

from __future__ import annotations

import pytest

from partnership import faults
from partnership.faults import DataError, Fault


@pytest.mark.parametrize(
    ("row", "column", "place"),
    [
        (None, None, "scales.csv"),
        (3, None, "scales.csv, row 3"),
        (None, "level", "scales.csv, column level"),
        (3, "level", "scales.csv, row 3, column level"),
        (0, "", "scales.csv, row 0, column "),
    ],
)
def test_a_fault_says_its_place_what_is_there_and_what_to_do(row, column, place):
    fault = Fault("scales.csv", row, column, "no row", "a row", "add it.")
    assert str(fault) == f"{place}: found no row; expected a row; add it."


def fault(row: int) -> Fault:
    return Fault("scales.csv", row, None, "x", "y", "mend it.")


def test_an_error_lists_its_faults_one_a_line():
    error = DataError(fault(row) for row in (2, 3))
    assert error.faults == [fault(2), fault(3)]
    assert str(error) == (
        "2 faults in the data:\n"
        "  scales.csv, row 2: found x; expected y; mend it.\n"
        "  scales.csv, row 3: found x; expected y; mend it."
    )
    assert str(DataError([fault(2)])).startswith("1 fault in the data:\n")
    assert isinstance(error, ValueError)


def test_an_error_lists_forty_faults_and_counts_the_rest():
    lines = str(DataError(map(fault, range(40)))).splitlines()
    assert len(lines) == 41 and lines[-1] == f"  {fault(39)}"
    lines = str(DataError(map(fault, range(41)))).splitlines()
    assert lines[40:] == [
        f"  {fault(39)}",
        "  … and 1 more: python -m partnership check lists them all.",
    ]
    last = str(DataError(map(fault, range(1041)))).splitlines()[-1]
    assert last == "  … and 1,001 more: python -m partnership check lists them all."


def test_a_number_stands_with_its_noun():
    numbers = (0, 1, 2, 1234567)
    assert [faults.counted(number, "row") for number in numbers] == [
        "0 rows",
        "1 row",
        "2 rows",
        "1,234,567 rows",
    ]


def test_a_cell_is_shown_in_quotation_marks_and_cut():
    assert faults.quoted("a b") == '"a b"'
    assert faults.quoted("") == '""'
    assert faults.quoted("x" * 80) == f'"{"x" * 80}"'
    assert faults.quoted("x" * 81) == f'"{"x" * 77}…"'
    assert faults.quoted("one\ntwo") == '"one\\ntwo"'


@pytest.mark.parametrize("nothing", [None, float("nan")])
def test_an_empty_cell_is_said_in_words(nothing):
    assert faults.quoted(nothing) == "an empty cell"


def test_signs_that_cannot_be_shown_are_written_out():
    assert faults.printable("é – “a” \\ '") == "é – “a” \\ '"
    assert faults.printable("a\tb\x07\u202e'c'") == "a\\tb\\x07\\u202e'c'"


def test_the_option_that_comes_nearest_is_found_whatever_its_case():
    options = ["Presence", "notice", "voice"]
    assert faults.nearest(" PRESENSE ", options) == "Presence"
    assert faults.nearest("voise", options) == "voice"
    assert faults.nearest("notices", options) == "notice"
    assert faults.nearest("walrus", options) is None
    assert faults.nearest("", []) is None


def test_a_remedy_begins_with_a_guess_or_with_a_small_letter():
    assert faults.hint("sm") == 'did you mean "sm"? Correct the cell and run make book again.'
    assert faults.hint(None) == "correct the cell and run make book again."
    assert faults.hint("a", "Name it, or A.") == 'did you mean "a"? Name it, or A.'
    assert faults.hint("", "Name it, or A.") == "name it, or A."
