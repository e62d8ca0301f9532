"""CSV files of any length, as frames: checked line by line, in memory that does not grow."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from typing import BinaryIO

import pandas as pd

from partnership.faults import Fault, hint, nearest, quoted
from partnership.fitting import LAYERS, LISTED, SCALES

LONGEST_LINE = 1_000_000
"""Bytes at which a line is taken for one without end."""
WANTED = ("issue", *SCALES, *LAYERS)
AS_UTF8 = 'save it as "CSV UTF-8 (comma delimited)".'


def frames(file: BinaryIO, place: str, size: int) -> Iterator[pd.DataFrame]:
    """Yield the rows of a file as frames that `assess` takes, at least one.

    Parameters
    ----------
    file : binary file
        Comma-separated, in UTF-8.
    place : str
        Its name, as faults call it.
    size : int
        Rows of a frame.

    Raises
    ------
    ValueError
        If the file is none that `assess_csv` reads; the message names file and row.
    """
    try:
        chunks = pd.read_csv(
            _Checked(file, place),
            chunksize=size,
            usecols=lambda name: name.strip().lower() in WANTED,
            dtype="str",  # of True and False pandas would make numbers
            keep_default_na=False,
            na_values=[""],
            skip_blank_lines=False,
        )
    except pd.errors.EmptyDataError:
        expected, remedy = "a header and rows", "name a file that has them."
        raise ValueError(Fault(place, None, None, "nothing in it", expected, remedy)) from None
    with chunks:
        for frame in chunks:
            frame.columns = frame.columns.str.strip().str.lower()
            yield frame.set_axis(frame.index + 2).dropna(how="all")


class _Checked(io.RawIOBase):
    """The bytes of a CSV file, of which each line has been checked before pandas reads it.

    pandas drops cells beyond the header, guesses at quotation marks, and reads on to the end of
    the file for a mark that is not closed.
    """

    def __init__(self, file: BinaryIO, place: str) -> None:
        self.file, self.place = file, place
        self.line = self.row = 0
        self.header: list[str] = []
        self.kept: list[bytes] = []
        """Lines of which it is not clear yet where their row ends."""
        self.open = self.held = 0
        """Whether a quotation mark in them is open, and how many bytes they are."""
        self.ready = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:
        if not self.ready:
            self.ready = memoryview(self._more())
        size = min(len(buffer), len(self.ready))
        buffer[:size], self.ready = self.ready[:size], self.ready[size:]
        return size

    def broken(self, *parts: str) -> ValueError:
        return ValueError(Fault(self.place, self.row + 1, None, *parts))

    def _more(self) -> bytes:
        """Return the next lines of which each has been checked; nothing at the end of the file."""
        content = b""
        while not content:
            lines, size = [], 0
            while size < LONGEST_LINE and (line := self.file.readline(LONGEST_LINE)):
                lines.append(line)
                size += len(line)
            if not lines:
                return self._split() if self.kept else b""
            if not self.line:
                lines[0] = lines[0].removeprefix(codecs.BOM_UTF8)
            self._check_text(b"".join(lines))
            content = b"".join(map(self._check, lines))
        return content

    def _check(self, line: bytes) -> bytes:
        """Return a line, or lines put aside before, once it is clear how many cells they have."""
        self.line += 1
        if len(line) == LONGEST_LINE:
            remedy = "end each row with a line of its own, and close quotation marks."
            found = f"a line of {LONGEST_LINE:,} signs or more"
            raise self.broken(found, "a shorter one", remedy)
        if self.kept or not self.header or b'"' in line or b"\r" in line[:-2]:
            return self._keep(line)
        self._count(line.count(b",") + 1)
        return line

    def _check_text(self, content: bytes) -> None:
        if b"\0" in content:
            raise self.broken("bytes that are no text", "text in UTF-8", AS_UTF8)
        try:
            content.decode()
        except UnicodeDecodeError as error:
            line = self.line + content.count(b"\n", 0, error.start) + 1
            found = f"byte 0x{content[error.start]:02x}, in line {line}"
            raise ValueError(
                Fault(self.place, None, None, found, "text in UTF-8", AS_UTF8)
            ) from None

    def _keep(self, line: bytes) -> bytes:
        """Put a line aside until all quotation marks are in pairs, or are taken for lost."""
        self.kept.append(line)
        self.open = self.open ^ line.count(b'"') % 2
        self.held += len(line)
        return b"" if self.open and self.held <= LONGEST_LINE else self._split()

    def _split(self) -> bytes:
        """Return the lines put aside when their cells are counted, as `csv` reads them."""
        content = b"".join(self.kept)
        self.kept, self.open, self.held = [], 0, 0
        try:
            for cells in csv.reader(io.StringIO(content.decode(), newline=""), strict=True):
                if not self.header:
                    self.header = cells
                    _places(cells, self.place)
                self._count(len(cells))
        except csv.Error as error:
            remedy = "close the quotation mark; a mark within a text is written twice."
            found = f"a broken quotation ({error})"
            raise self.broken(found, "marks in pairs", remedy) from None
        return content

    def _count(self, cells: int) -> None:
        if cells > len(self.header):
            expected = f"{len(self.header)}, as in the header"
            remedy = "a text that holds a comma stands in quotation marks."
            raise self.broken(f"{cells:,} cells", expected, remedy)
        self.row += 1


def _places(header: list[str], place: str) -> dict[str, int]:
    """Return where the columns stand that `assess` reads."""
    names = [name.strip().lower() for name in header]
    places = {name: names.index(name) for name in WANTED if name in names}
    for name in places:
        if names.count(name) > 1:
            remedy = "rename one of them or take it away."
            fault = Fault(place, 1, name, "the column twice", "each column once", remedy)
            raise ValueError(fault)
    if "issue" not in places:
        remedy = "Write the names into the first row, and separate the columns by commas."
        remedy = hint(nearest("issue", [name for name in names if len(name) < 20]), remedy)
        found = ", ".join(map(quoted, header[:LISTED])) or "an empty row"
        raise ValueError(Fault(place, 1, "issue", found, "a column of that name", remedy))
    return places
