"""Sheets of Excel workbooks, read as a stream: in bounded time and memory, and nothing dropped.

openpyxl, which writes the book's workbooks, makes objects in memory of whatever a file holds,
unpacks parts beyond the size that they state, and leaves out rows that stand in no order. A team's
file may come from anywhere. So only the parts that hold cells are read here, up to limits, and what
Excel itself would not write is refused.
"""

from __future__ import annotations

import datetime
import io
import posixpath
import re
import zipfile
from collections.abc import Callable, Collection
from functools import cached_property
from typing import NamedTuple
from xml.parsers import expat

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format
from openpyxl.utils import column_index_from_string
from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH, from_excel, from_ISO8601

from partnership.faults import hint, quoted

MOST_UNPACKED, MOST_PARTS, MOST_SHEETS, MOST_TAGS = 100_000_000, 1_000, 1_000, 10_000_000
"""What a workbook may hold: bytes when unpacked, parts, sheets, and tags in one part."""
BOMB = 200
"""Workbooks shrink to a tenth when packed; what shrinks more than this is made to do harm."""
MOST_MERGED = 1_000
"""Merged cells that are told."""
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
"""The last row and column that a spreadsheet has."""
LONGEST_FORMAT = 255
"""Signs that the format of a cell may have."""

SPACES = (
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
)
RELATION = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships id",
    "http://purl.oclc.org/ooxml/officeDocument/relationships id",
)
TAGS = {
    "http://schemas.openxmlformats.org/package/2006/relationships Relationship": "Relationship"
} | {
    f"{space} {tag}": tag
    for space in SPACES
    for tag in (
        *("workbookPr", "sheet", "si", "is", "t", "rPh", "row", "c", "v", "f", "mergeCell"),
        *("numFmts", "numFmt", "cellXfs", "xf"),
    )
}
CELL = re.compile(r"([A-Z]{1,3})([1-9][0-9]{0,6})")
AREA = re.compile(r"[A-Z]{1,3}([1-9][0-9]{0,6})(:[A-Z]{1,3}[1-9][0-9]{0,6})?")
NUMBER = re.compile(r"[+-]?([0-9]{1,400}(\.[0-9]{0,400})?|\.[0-9]{1,400})([eE][+-]?[0-9]{1,3})?")
WRITTEN_OUT = re.compile("_x([0-9A-Fa-f]{4})_")
"""How Excel writes signs that XML cannot hold."""

TABLE = "CSV or .xlsx"
SAVE = 'save it as "Excel Workbook (.xlsx)" or "CSV UTF-8 (comma delimited)" and read that file.'
ANEW = "copy the ratings into a new workbook."
DATED = "The spreadsheet took it for a date: set the cells to General or Text and type it again."


class Unreadable(Exception):
    """A file, or the rest of it, cannot be read: found, expected, remedy."""


class Damaged(Exception):
    """A workbook is not as Excel writes it; the message says where."""


class Odd(NamedTuple):
    """A cell that holds neither text nor number."""

    found: str
    remedy: str


class Sheet(NamedTuple):
    """A sheet as the workbook lists it."""

    title: str
    visible: bool
    part: str


class Area(NamedTuple):
    """Cells that are merged."""

    row: int
    name: str


class Workbook:
    """A workbook as it lies packed in memory.

    Parameters
    ----------
    raw : bytes
        The whole file.

    Raises
    ------
    Unreadable
        If it is another kind of file, has a password, or is too large; so do the methods.
    Damaged, zipfile.BadZipFile, expat.ExpatError
        If it is no whole workbook; so do the methods.
    """

    def __init__(self, raw: bytes):
        self.archive = zipfile.ZipFile(io.BytesIO(raw))
        parts = self.archive.infolist()
        _check_parts(parts, len(raw))
        self.parts = {part.filename: part for part in parts}
        if len(self.parts) < len(parts):
            raise Damaged("a part twice")
        book = self._related("_rels/.rels", "officeDocument")
        self.main = next(iter(book.values()), "xl/workbook.xml")
        self.epoch = WINDOWS_EPOCH
        self.sheets = self._sheets()

    def _sheets(self) -> list[Sheet]:
        """Return the sheets of cells in their order; those of charts are left out."""
        places, sheets = self._places("worksheet"), []
        others = {*self._places("chartsheet"), *self._places("dialogsheet")}

        def start(tag: str, given: dict[str, str]) -> None:
            if tag == "workbookPr" and given.get("date1904") in ("1", "true"):
                self.epoch = MAC_EPOCH
            if tag != "sheet":
                return
            if len(sheets) >= MOST_SHEETS:
                raise Unreadable("more sheets", f"at most {MOST_SHEETS:,}", ANEW)
            key = next((given[name] for name in RELATION if name in given), "")
            if key in others:
                return
            if key not in places:
                raise Damaged(f"a sheet {quoted(given.get('name', ''))} that is nowhere")
            visible = given.get("state", "visible") == "visible"
            sheets.append(Sheet(given.get("name", ""), visible, places[key]))

        _parse(self._part(self.main), start)
        return sheets

    def _places(self, kind: str) -> dict[str, str]:
        folder, name = posixpath.split(self.main)
        return self._related(f"{folder}/_rels/{name}.rels", kind)

    def _related(self, part: str, kind: str) -> dict[str, str]:
        """Return the parts of a kind that a part is related to, by the names of the relations."""
        found: dict[str, str] = {}
        folder = posixpath.dirname(posixpath.dirname(part))

        def start(tag: str, given: dict[str, str]) -> None:
            if tag == "Relationship" and given.get("Type", "").rpartition("/")[2] == kind:
                target = posixpath.normpath(posixpath.join("/", folder, given.get("Target", "")))
                found[given.get("Id", "")] = target[1:]

        if part in self.parts:
            _parse(self._part(part), start)
        return found

    def _part(self, name: str) -> bytes:
        """Return a part, not more of it than it says that it has."""
        if name not in self.parts:
            raise Damaged(f"no part {name}")
        part = self.parts[name]
        with self.archive.open(part) as file:
            content = file.read(part.file_size + 1)
        if content.count(b"<") > MOST_TAGS:
            most = f"at most {MOST_TAGS:,} in each part"
            raise Unreadable(f"a workbook of {content.count(b'<'):,} tags", most, ANEW)
        return content

    @cached_property
    def _strings(self) -> list[str]:
        """The texts that cells refer to by their number."""
        strings: list[str] = []
        text = _Text()

        def end(tag: str) -> None:
            text.end(tag)
            if tag == "si":
                strings.append(text.taken())

        for part in self._places("sharedStrings").values():
            _parse(self._part(part), text.start, end, text.add)
        return strings

    @cached_property
    def _dates(self) -> dict[int, bool]:
        """The styles that make a date of a number, and whether it is a length of time."""
        formats, styles, within = dict(BUILTIN_FORMATS), [], [""]

        def start(tag: str, given: dict[str, str]) -> None:
            if tag in ("numFmts", "cellXfs"):
                within[0] = tag
            elif tag == "numFmt" and within[0] == "numFmts":
                code = given.get("formatCode", "")
                if len(code) > LONGEST_FORMAT:
                    raise Damaged(f"a format of {len(code):,} signs")
                formats[int(given["numFmtId"])] = code
            elif tag == "xf" and within[0] == "cellXfs":
                styles.append(int(given.get("numFmtId", "0")))

        def end(tag: str) -> None:
            if tag in ("numFmts", "cellXfs"):
                within[0] = ""

        for part in self._places("styles").values():
            _parse(self._part(part), start, end)
        told = {
            key: is_timedelta_format(code) for key, code in formats.items() if is_date_format(code)
        }
        return {place: told[key] for place, key in enumerate(styles) if key in told}

    def read(self, sheet: Sheet, take: Callable[[int, dict[int, str | Odd]], None]) -> list[Area]:
        """Give the rows of a sheet, one after the other, and return what is merged.

        Parameters
        ----------
        sheet : Sheet
            One of `sheets`.
        take : callable
            Is given the number of each row that has cells, and these by the number of the column:
            text (of a number its digits), or what the cell holds instead.
        """
        reader = _Cells(self._strings, self._dates, self.epoch, take)
        _parse(self._part(sheet.part), reader.start, reader.end, reader.add)
        return reader.merged


class _Text:
    """Text of a string, in one piece or in several that look different."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.open = self.aside = False

    def start(self, tag: str, given: dict[str, str]) -> None:
        if tag == "t":
            self.open = not self.aside
        elif tag == "rPh":  # how it is pronounced
            self.aside = True

    def end(self, tag: str) -> None:
        if tag == "t":
            self.open = False
        elif tag == "rPh":
            self.aside = False

    def add(self, text: str) -> None:
        if self.open:
            self.pieces.append(text)

    def taken(self) -> str:
        text = "".join(self.pieces)
        self.pieces.clear()
        return WRITTEN_OUT.sub(lambda sign: chr(int(sign[1], 16)), text) if "_x" in text else text


class _Cells:
    """Reads the cells of a sheet."""

    def __init__(
        self,
        strings: list[str],
        dates: dict[int, bool],
        epoch: datetime.datetime,
        take: Callable[[int, dict[int, str | Odd]], None],
    ) -> None:
        self.strings, self.dates, self.epoch, self.take = strings, dates, epoch, take
        self.merged: list[Area] = []
        self.row = self.column = 0
        self.cells: dict[int, str | Odd] = {}
        self.given: dict[str, str] = {}
        self.value: list[str] = []
        self.text = _Text()
        self.in_value = self.formula = self.filled = False

    def start(self, tag: str, given: dict[str, str]) -> None:
        if tag == "c":
            self.given, self.value, self.formula, self.filled = given, [], False, False
            self.text.taken()
            self.column = self._place(given.get("r"))
        elif tag in ("v", "is"):
            if self.filled:
                raise Damaged(f"two values in row {self.row}")
            self.filled, self.in_value = True, tag == "v"
        elif tag == "f":
            self.formula = True
        elif tag == "row":
            number = given.get("r", str(self.row + 1))
            if not (number.isascii() and number.isdigit() and self.row < int(number) <= LAST_ROW):
                raise Damaged(f"row {number} after row {self.row}")
            self.row, self.column, self.cells = int(number), 0, {}
        elif tag == "mergeCell":
            name = given.get("ref", "")
            if not (area := AREA.fullmatch(name)):
                raise Damaged(f"merged cells {name}")
            if len(self.merged) < MOST_MERGED:
                self.merged.append(Area(int(area[1]), name))
        else:
            self.text.start(tag, given)

    def end(self, tag: str) -> None:
        if tag == "v":
            self.in_value = False
        elif tag == "c":
            cell = self._cell()
            if cell:
                self.cells[self.column] = cell
        elif tag == "row":
            if self.cells:
                self.take(self.row, self.cells)
        else:
            self.text.end(tag)

    def add(self, text: str) -> None:
        if self.in_value:
            self.value.append(text)
        else:
            self.text.add(text)

    def _place(self, name: str | None) -> int:
        """Return the column of a cell, which stands behind the one before it."""
        if name is None:
            column = self.column + 1
        elif (cell := CELL.fullmatch(name)) and int(cell[2]) == self.row:
            column = column_index_from_string(cell[1])
        else:
            raise Damaged(f"cell {name} in row {self.row}")
        if not self.column < column <= LAST_COLUMN:
            raise Damaged(f"cell {name} in no order")
        return column

    def _cell(self) -> str | Odd:
        """Return what a cell holds; "" for nothing, or blanks alone."""
        kind, value = self.given.get("t", "n"), "".join(self.value)
        if kind == "inlineStr":
            text = self.text.taken()
            return text if text.strip() else ""
        if kind == "str":
            text = WRITTEN_OUT.sub(lambda sign: chr(int(sign[1], 16)), value)
            return text if text.strip() else ""
        value = value.strip()
        if not value:
            # A formula that gave an empty text has the type `str`; one never worked out has none.
            remedy = "open the file in Excel, let it calculate, and save it."
            return Odd("a formula without a stored value", remedy) if self.formula else ""
        if kind == "s":
            if not (value.isascii() and value.isdigit() and int(value[:9]) < len(self.strings)):
                raise Damaged(f"text {value} of {len(self.strings):,}")
            text = self.strings[int(value)]
            return text if text.strip() else ""
        if kind == "b" and value in ("0", "1", "false", "true"):
            told = "TRUE" if value in ("1", "true") else "FALSE"
            return Odd(f"the logical value {told}", "type the number or text itself.")
        if kind == "e":
            return value
        if kind == "d":
            return _dated(from_ISO8601(value))
        if kind == "n" and NUMBER.fullmatch(value):
            return self._number(value)
        raise Damaged(f"{quoted(value)} of the type {quoted(kind)}")

    def _number(self, text: str) -> str | Odd:
        style = self.given.get("s", "0")
        if not (style.isascii() and style.isdigit()):
            raise Damaged(f"the style {quoted(style)}")
        short = self.dates.get(int(style[:9]))
        if short is not None:
            try:
                return _dated(from_excel(float(text), self.epoch, timedelta=short))
            except (OverflowError, ValueError):
                return _dated(text)
        if text.isdigit() and len(text) < 16:
            return str(int(text))
        number = float(text)
        if abs(number) == float("inf"):
            raise Damaged(f"the number {quoted(text)}")
        # Whole numbers in full: two long numbers of issues must not become one.
        if number == number // 1:
            return str(int(text) if text.lstrip("+-").isdigit() else int(number))
        return format(number, ".15g")


def _dated(value: object) -> Odd:
    if isinstance(value, datetime.date) and value.month == 5 and value.day < 4:
        return Odd(f"a date ({value:%Y-%m-%d})", hint(f"{value.day}.5", DATED))
    return Odd(f"a date or time ({value})", hint(None, DATED))


def _parse(
    content: bytes,
    start: Callable[[str, dict[str, str]], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    """Read XML without keeping it; entities, which can grow without bounds, are refused."""

    def refuse(*_: object) -> None:
        raise Damaged("a document type in the XML")

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = lambda name, given: start(TAGS.get(name, ""), given)
    if end is not None:
        parser.EndElementHandler = lambda name: end(TAGS.get(name, ""))
    if text is not None:
        parser.CharacterDataHandler = text
    parser.Parse(content, True)


def _check_parts(parts: Collection[zipfile.ZipInfo], packed: int) -> None:
    """Refuse archives that are no workbook, or would fill the memory when unpacked."""
    names = {part.filename for part in parts}
    if "content.xml" in names:
        raise Unreadable("an OpenDocument file (.ods)", TABLE, SAVE)
    if any(name.endswith(".iwa") for name in names):
        remedy = "in Numbers choose File, Export To, Excel or CSV, and read that file."
        raise Unreadable("a Numbers document", TABLE, remedy)
    if "xl/workbook.bin" in names or not any(name.startswith("xl/") for name in names):
        raise Unreadable("an archive that is no .xlsx workbook", TABLE, SAVE)
    if any(part.flag_bits & 1 for part in parts):
        raise Unreadable("an archive with a password", "one without", "remove the password.")
    size = sum(part.file_size for part in parts)
    if size > MOST_UNPACKED or len(parts) > MOST_PARTS:
        most = f"at most {MOST_UNPACKED // 1_000_000} MB in {MOST_PARTS:,} parts"
        found = f"a workbook of {size // 1_000_000:,} MB in {len(parts):,} parts when unpacked"
        raise Unreadable(found, most, ANEW)
    if size > 1_000_000 and size > BOMB * packed:
        found = f"a workbook that unpacks to {size // packed:,} times its size"
        raise Unreadable(found, f"at most {BOMB} times", ANEW)
    if not {part.compress_type for part in parts} <= {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise Damaged("a part packed as Excel does not pack")
