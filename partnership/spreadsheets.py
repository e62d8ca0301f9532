"""Rows of cells from files as people save them: CSV of any kind, and Excel workbooks.

From bytes to rows (`tables`), and from rows to records under known columns (`head`, `records`).
Nothing is guessed: what is not clear is a fault, what is ignored is a note. Files come from
anywhere, so size, rows, columns and cells have limits, and each fault names its limit.
"""

from __future__ import annotations

import codecs
import csv
import io
import os
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from pathlib import Path

from openpyxl.utils import get_column_letter

from partnership.faults import Fault, hint, nearest, quoted
from partnership.workbooks import SAVE, TABLE, Odd, Sheet, Unreadable, Workbook

MOST_BYTES, MOST_ROWS, MOST_COLUMNS = 20_000_000, 100_000, 200
MOST_SIGNS, MOST_FAULTS = 1_000, 1_000

ERROR = re.compile(r"#(N/A|[\w/]{3,12}[!?])")
# Programs that take ; for the separator of a CSV file begin a cell after it, quoted or not.
FORMULA = r"(^|[;\t\r\n] *){}(?='*[=+\-@\t\r\uff1d\uff0b\uff0d\uff20])"
UNGUARDED, GUARDED = re.compile(FORMULA.format("")), re.compile(FORMULA.format("'"))
INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")
# What takes no room: joiners, marks of direction, fillers, selectors of variants.
UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\U000e0000-\U000e0fff]"
)
LOOKS = str.maketrans("авекмнорстухіјѕһԁԛԝαβεζηικμορτυχ", "abekmhopctyxijshdqwabezhikmoptyx")
"""Cyrillic and Greek letters that look like Latin ones, as capitals or as small letters."""
# Direction marks make a text read otherwise than it is stored; no name of an issue needs them.
FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufff9-\uffff]"
)
SIGNS = {",": "commas", ";": "semicolons", "\t": "tabs"}
"""What may separate the cells of a CSV file."""
SPLIT = "split it into several files."


class Full(Exception):
    """There are so many faults that reading ended."""


class Faults(list[Fault]):
    """The faults found so far; when there are too many, reading ends."""

    def add(self, *parts: str | int | None) -> None:
        self.append(Fault(*parts))
        if len(self) >= MOST_FAULTS:
            found, remedy = f"{MOST_FAULTS:,} faults", "put these right and read the file again."
            self.append(Fault(str(parts[0]), None, None, found, "fewer", remedy))
            raise Full


@dataclass
class Table:
    """Rows of cells, each under the number that the spreadsheet shows; the header first."""

    place: str
    rows: dict[int, list[str | Odd]]
    comma: bool
    """Whether a number may have a decimal comma."""
    faults: Faults
    columns: dict[str, int] = field(default_factory=dict)
    mark: str | None = None
    """What separates the cells of a CSV file."""

    @cached_property
    def header(self) -> list[str]:
        """The first row, in small letters."""
        cells = next(iter(self.rows.values()), [])
        return [cell.found if isinstance(cell, Odd) else tidy(cell).lower() for cell in cells]

    def fault(self, row: int | None, column: str | None, *rest: str) -> None:
        self.faults.add(self.place, row, column, *rest)


# --- from bytes to rows -----------------------------------------------------------------------


def tables(
    path: Path,
    wanted: tuple[str, ...],
    known: Collection[str],
    aside: Collection[str],
    faults: Faults,
    notes: list[str],
) -> dict[str, Table]:
    """Return the tables of a file.

    Parameters
    ----------
    path : Path
        A CSV file or a workbook.
    wanted : tuple of str
        Names of tables. A CSV file holds the first; of a workbook the sheets of these names are
        read, in any case, and for the first, if no sheet is called so, the first visible sheet.
    known : collection of str
        Names of columns by which the separator of a CSV file is told.
    aside : collection of str
        Sheets that are left out without a note.
    faults, notes : list
        Where to add what is wrong, and what is ignored.

    Raises
    ------
    Full
        If `faults` has become too long.
    """
    place = quoted(path.name)[1:-1]
    try:
        raw = _bytes(path)
        if raw.startswith((b"PK\x03\x04", b"PK\x05\x06")):
            return _book(raw, place, wanted, aside, faults, notes)
        text = _text(raw, path, place, notes)
        return {wanted[0]: _delimited(text, place, known, faults)}
    except Unreadable as error:
        faults.add(place, None, None, *error.args)
        return {}


def _is_there(path: Path) -> bool:
    """Tell whether there is a file; `Path.exists` hides other errors on some versions of Python."""
    try:
        os.stat(path)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return False
    return True


def _bytes(path: Path) -> bytes:
    try:
        if not _is_there(path):
            beside = path.parent.iterdir() if path.parent.is_dir() else []
            near = nearest(path.name, [file.name for file in islice(beside, 1_000)])
            where = f"it in {quoted(str(path.parent))}"
            raise Unreadable("no such file", where, hint(near, "Check the name and the folder."))
        if path.is_dir():
            raise Unreadable("a folder", "a file", "name the file in it.")
        if not path.is_file():
            raise Unreadable("a device", "a file", "name a CSV or .xlsx file.")
        with path.open("rb") as file:
            raw = file.read(MOST_BYTES + 1)
    except OSError as error:
        found = f"a file that cannot be read ({error.strerror})"
        raise Unreadable(found, "a readable file", "check who may read it.") from None
    if len(raw) > MOST_BYTES:
        raise Unreadable("a larger file", f"at most {MOST_BYTES // 1_000_000} MB", SPLIT)
    return raw


def _text(raw: bytes, path: Path, place: str, notes: list[str]) -> str:
    """Return a file's text in whatever encoding spreadsheet programs write."""
    if raw.startswith(b"\xd0\xcf\x11\xe0"):
        if "EncryptedPackage".encode("utf-16-le") in raw:
            remedy = "remove the password (File, Info, Protect Workbook) and save a copy."
            raise Unreadable("a workbook with a password", "one without", remedy)
        raise Unreadable("a workbook in the old .xls format", TABLE, SAVE)
    if raw.startswith(b"%PDF"):
        remedy = f"go back to the spreadsheet it was made from: {SAVE}"
        raise Unreadable("a PDF", TABLE, remedy)
    if raw.lstrip().startswith(b"<"):
        raise Unreadable("a web page or XML", TABLE, SAVE)
    if path.suffix.lower() in (".xlsx", ".xlsm") and raw.strip():
        raise Unreadable("a damaged workbook", "a whole .xlsx file", f"open it, {SAVE}")
    try:
        if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            text = raw.decode("utf-16")
        else:
            text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = raw.decode("cp1252")
        except UnicodeDecodeError as error:
            found = f"byte 0x{raw[error.start]:02x}, in line {raw.count(10, 0, error.start) + 1}"
            raise Unreadable(found, "text in UTF-8 or Windows-1252", SAVE) from None
        note = "is not UTF-8 and was read as Windows-1252: check letters such as é and ö"
        notes.append(f"{place}: {note}")
    if "\0" in text:
        raise Unreadable("bytes that are no text", TABLE, SAVE)
    return text


def _delimited(text: str, place: str, known: Collection[str], faults: Faults) -> Table:
    """Return the rows of a CSV file; its separator is the one under which the header reads."""
    if told := re.match(r"sep=(.)\r?\n", text, re.IGNORECASE):
        text = text[told.end() :]

    def rows(mark: str) -> Iterator[list[str]]:
        # Strict, and not by pandas, which guesses at quotation marks and drops blank lines.
        return csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)

    def recognised(mark: str) -> tuple[int, int]:
        try:
            header = next((cells for cells in rows(mark) if any(map(str.strip, cells))), [])
        except csv.Error:
            return 0, 0
        looked_at = header[: MOST_COLUMNS + 1]
        return len({tidy(cell).lower() for cell in looked_at} & set(known)), len(header)

    if not text.strip("\r\n"):
        return Table(place, {}, False, faults, mark=",")
    mark = told[1] if told and told[1] in ",;\t" else max(",;\t", key=recognised)
    table, number = Table(place, {}, mark != ",", faults, mark=mark), 0
    try:
        for number, cells in enumerate(rows(mark), start=1):
            if len(cells) > MOST_COLUMNS:
                raise Unreadable(f"{len(cells):,} columns", f"at most {MOST_COLUMNS}", SPLIT)
            if any(map(str.strip, cells)):
                table.rows[number] = cells
                _count(table)
    except csv.Error as error:
        remedy = "close the quotation mark; a mark within a text is written twice."
        found = f"a broken quotation ({quoted(str(error))[1:-1]})"
        table.fault(number + 1, None, found, "marks in pairs", remedy)
    return table


def _count(table: Table) -> None:
    if len(table.rows) > MOST_ROWS + 1:
        raise Unreadable("more rows", f"at most {MOST_ROWS:,} under the header", SPLIT)


def _book(
    raw: bytes,
    place: str,
    wanted: tuple[str, ...],
    aside: Collection[str],
    faults: Faults,
    notes: list[str],
) -> dict[str, Table]:
    """Return the sheets of a workbook that are wanted."""
    try:
        book = Workbook(raw)
        chosen = {name: sheet for name in wanted if (sheet := _called(book.sheets, name))}
        if wanted[0] not in chosen:
            chosen[wanted[0]] = _first(book.sheets, wanted[0], {*wanted, *aside})
        for sheet in book.sheets:
            title = f"{place}: sheet {quoted(sheet.title)}"
            if sheet in chosen.values():
                if not sheet.visible:
                    notes.append(f"{title} is hidden, and was read")
            elif _plain(sheet) not in aside:
                notes.append(f"{title} was not read")
        return {name: _sheet(book, sheet, place, faults, notes) for name, sheet in chosen.items()}
    except (Unreadable, Full):
        raise
    except Exception as error:  # a damaged workbook ends in any error there is
        found = f"a damaged workbook ({quoted(str(error) or type(error).__name__)})"
        raise Unreadable(found, "a whole .xlsx file", f"open it in Excel, {SAVE}") from None


def _plain(sheet: Sheet) -> str:
    return sheet.title.strip().lower()


def _called(sheets: list[Sheet], name: str) -> Sheet | None:
    """Return the sheet of a name, in any case and with or without blanks around it."""
    found = [sheet for sheet in sheets if _plain(sheet) == name]
    if len(found) > 1:
        one = f"one sheet {quoted(name)}"
        raise Unreadable(f"{len(found)} sheets {quoted(name)}", one, "rename the others.")
    return found[0] if found else None


def _first(sheets: list[Sheet], name: str, others: Collection[str]) -> Sheet:
    """Return the first visible sheet that is not for something else."""
    for sheet in sheets:
        if sheet.visible and _plain(sheet) not in others:
            return sheet
    raise Unreadable(f"no sheet {quoted(name)}", "a sheet of that name", "rename the sheet.")


def _sheet(book: Workbook, sheet: Sheet, place: str, faults: Faults, notes: list[str]) -> Table:
    """Return the rows of a sheet as wide as its header; what stands beside it is no table."""
    table = Table(f"{place}, sheet {quoted(sheet.title)[1:-1]}", {}, True, faults)
    width, beside = 0, []

    def take(row: int, cells: dict[int, str | Odd]) -> None:
        nonlocal width
        width = width or max(cells)
        if width > MOST_COLUMNS:
            raise Unreadable(f"{width:,} columns", f"at most {MOST_COLUMNS}", SPLIT)
        if (last := max(cells)) > width and not beside:
            beside.append(f"{get_column_letter(last)}{row}")
        if min(cells) <= width:
            table.rows[row] = [cells.get(column, "") for column in range(1, width + 1)]
            _count(table)

    merged = book.read(sheet, take)
    for cell in beside:
        notes.append(f"{table.place}: what stands beside the table, as in {cell}, was not read")
    for area in merged:
        found, remedy = f"merged cells {area.name}", "unmerge them and fill in every row."
        table.fault(area.row, None, found, "each cell on its own", remedy)
    return table


# --- from rows to records ---------------------------------------------------------------------


def tidy(text: str) -> str:
    """Return text without invisible signs, needless blanks and the guard against formulas."""
    text = unguarded(INVISIBLE.sub("", text).strip())
    return " ".join(unicodedata.normalize("NFC", text).split())


def looks(text: str) -> str:
    """Return text as it looks: two texts that look alike, capitals aside, give the same."""
    plain = unicodedata.normalize("NFKC", UNSEEN.sub("", text)).lower()
    return plain.translate(LOOKS)


def guarded(text: str) -> str:
    """Return text with a `'` wherever a spreadsheet would begin to read a formula."""
    return UNGUARDED.sub(r"\1'", text)


def unguarded(text: str) -> str:
    """Return the text that `guarded` was given."""
    return GUARDED.sub(r"\1", text)


def records(
    table: Table, known: Collection[str], needed: Iterable[str], notes: list[str]
) -> Iterator[tuple[int, dict[str, str | None]]]:
    """Yield row and cells by known column: "" for an empty cell, None for one that is at fault.

    Rows with nothing under a known column are left out. A needed column that is missing is a fault,
    and so is each cell of it; a column that is not known is a note.
    """
    if not table.rows:
        return
    top, *rows = table.rows
    header = table.header
    _head(table, top, header, known, needed, notes)
    missing = {name: None for name in needed if name not in table.columns}
    unnamed = [position for position, name in enumerate(header) if not name]
    for row in rows:
        cells = table.rows[row]
        if len(cells) > len(header):
            remedy = "a text or number that holds the separator stands in quotation marks."
            expected = f"{len(header)}, as in row {top}"
            table.fault(row, None, f"{len(cells)} cells", expected, remedy)
            continue
        if len(cells) == 1 < len(header) and (other := _other_mark(table, cells[0])):
            found = f"a row separated by {other} in a file separated by {SIGNS[table.mark]}"
            table.fault(row, None, found, "one separator", "save it anew from a spreadsheet.")
            continue
        cells = cells + [""] * (len(header) - len(cells))
        for position in unnamed:
            if cells[position]:
                column = get_column_letter(position + 1)
                table.fault(row, column, "a value", "a column with a name", "name it or empty it.")
        found = {name: _cell(table, row, name, cells[at]) for name, at in table.columns.items()}
        if any(text != "" for text in found.values()):
            yield row, missing | found


def _other_mark(table: Table, cell: str | Odd) -> str | None:
    """Return which separator other than the file's a row with a single cell is full of."""
    if table.mark is None or not isinstance(cell, str):
        return None
    full = (mark for mark in SIGNS if mark != table.mark and cell.count(mark) > 1)
    return next((SIGNS[mark] for mark in full), None)


def _head(
    table: Table,
    top: int,
    header: list[str],
    known: Collection[str],
    needed: Iterable[str],
    notes: list[str],
) -> None:
    """Find the known columns in the header."""
    for position, name in enumerate(header):
        if name in table.columns:
            remedy = "rename the column or take it away."
            table.fault(top, name, "the column twice", "each column once", remedy)
        elif name in known:
            table.columns[name] = position
        elif name:
            near = nearest(name, [column for column in known if column not in header])
            guess = f": did you mean {quoted(near)}?" if near else ""
            notes.append(f"{table.place}: column {quoted(name)} was ignored{guess}")
    for name in needed:
        if name not in table.columns:
            near = nearest(name, [other for other in header if other and other not in known])
            found = f"no such column, but {quoted(near)}" if near else "no such column"
            remedy = "write the column names into the first row."
            table.fault(top, name, found, "a column of that name", remedy)


def _cell(table: Table, row: int, column: str, cell: str | Odd) -> str | None:
    """Return the tidy text of a cell, or None and a fault."""
    if isinstance(cell, Odd):
        found, expected, remedy = cell.found, "a number or text", cell.remedy
    elif len(cell) > MOST_SIGNS:
        found, expected = f"{len(cell):,} characters", f"at most {MOST_SIGNS:,}"
        remedy = "shorten the text, and look for a quotation mark that is not closed."
    elif sign := FORBIDDEN.search(cell):
        found, expected = f"{quoted(cell)} with the hidden sign U+{ord(sign[0]):04X}", "plain text"
        remedy = "delete the text and type it again."
    elif ERROR.fullmatch(cell.strip()):
        found, expected = f"the spreadsheet's error {cell.strip()}", "a number or text"
        remedy = "correct the formula, or type the value."
    else:
        return tidy(cell)
    table.fault(row, column, found, expected, remedy)
    return None
