"""What is wrong with a file, said so that whoever edited it can put it right."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass

SHOWN = 40
"""Faults that the message of a `DataError` lists; the command `check` lists all."""

AGAIN = "Correct the cell and run make book again."


@dataclass(frozen=True)
class Fault:
    """One fault of one file.

    Attributes
    ----------
    file : str
        Name of the file in the data folder.
    row : int or None
        Row as a spreadsheet numbers it (the header is row 1); None: the whole file.
    column : str or None
        Column, or columns joined by ` and `; None: the whole row or file.
    found : str
        What is there; the text of a cell stands in quotation marks.
    expected : str
        What should be there.
    remedy : str
        What to do about it.
    """

    file: str
    row: int | None
    column: str | None
    found: str
    expected: str
    remedy: str

    def __str__(self) -> str:
        place = self.file
        if self.row is not None:
            place += f", row {self.row}"
        if self.column is not None:
            place += f", column {printable(self.column)}"
        return f"{place}: found {self.found}; expected {self.expected}; {self.remedy}"


class DataError(ValueError):
    """The data have faults; `faults` lists them and the message says them in words."""

    def __init__(self, faults: Iterable[Fault]):
        self.faults = list(faults)
        lines = [f"  {fault}" for fault in self.faults[:SHOWN]]
        if len(self.faults) > SHOWN:
            rest = len(self.faults) - SHOWN
            lines.append(f"  … and {rest:,} more: python -m partnership check lists them all.")
        super().__init__("\n".join([f"{counted(len(self.faults), 'fault')} in the data:", *lines]))


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: `1 fault`, `2 faults`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def quoted(text: str | None) -> str:
    """Return a cell as a fault shows it: in quotation marks, on one line, long texts cut."""
    if text is None or text != text:
        return "an empty cell"
    line = printable(text)
    return f'"{line if len(line) <= 80 else line[:77] + "…"}"'


def printable(text: str) -> str:
    """Return text on one line, signs that cannot be shown written out."""
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)


def nearest(text: str, options: Iterable[str]) -> str | None:
    """Return the option that `text` was most likely meant to be, if any comes near."""
    lower = {option.lower(): option for option in options}
    near = difflib.get_close_matches(text.strip().lower(), lower)
    return lower[near[0]] if near else None


def hint(guess: str | None, action: str = AGAIN) -> str:
    """Return a remedy that begins with a guess, if there is one."""
    return f"did you mean {quoted(guess)}? {action}" if guess else action[0].lower() + action[1:]
