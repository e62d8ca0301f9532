"""A team's own ratings, read from CSV or Excel files by the contract of `partnership plan`.

`read` gives ratings, practice, weights and notes, or raises a `RatingsError` with all that is wrong
at once. It never guesses at a value: what is not clear is a fault, what is ignored is a note.
`partnership.spreadsheets` turns files into records under known columns; here cells become scores,
forms and weights, and records become frames.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd

from partnership import data
from partnership.faults import SHOWN, Fault, counted, hint, nearest, quoted
from partnership.fitting import LAYERS, PHASES, SCALES, TOP
from partnership.raters import WHO
from partnership.spreadsheets import (
    MOST_SIGNS,
    Faults,
    Full,
    Table,
    looks,
    records,
    tables,
    tidy,
)
from partnership.workbooks import DATED

__all__ = ["Ratings", "RatingsError", "read", "weights"]

RATED = (*SCALES, "burden")
TEXTS = ("issue", "label", "rater", "group", "who")
COLUMNS = ("issue", "label", "rater", "group", *RATED, "who")
WIDE = (*COLUMNS, *LAYERS)
LONG = (*TEXTS, "scale", "score")
PRACTICE = ("issue", "rater", "group", "phase", "layer", "form")
WEIGHTS = ("scale", "weight")
SHEETS = ("ratings", "practice", "weights")
ASIDE = ("anchors", "forms", "lists")
"""Sheets of the template that tell and are not read."""

MOST_WEIGHT = 1_000
MOST_NOTES = 100
"""Notes after which the others are only counted."""
MOST_GUESSED, LONGEST_GUESSED = 200, 60
"""Issues among which a misspelt one is sought, and signs of each that is looked at."""
NUMBER = re.compile(r"[+-]?([0-9]{1,12}([.,][0-9]{0,15})?|[.,][0-9]{1,15})")
MAY = re.compile(r"0?([1-3])[-./ ](0?5|maj|may|mai)\.?", re.IGNORECASE)
"""What a spreadsheet makes of 1.5, 2.5 and 3.5 where numbers have a decimal comma."""


@dataclass(frozen=True, eq=False)
class Ratings:
    """What a team says about its issues.

    Attributes
    ----------
    ratings : pandas.DataFrame
        One row an issue and rater, in file order: `issue, label, rater, group`, the five scales
        and `burden` (0 to 4, NaN where not rated), `who`. Text is `str`, NaN where not given;
        `label` is the team's, else the book's, else the issue itself. A blank rater is named
        after the row: `(row 5)`.
    practice : pandas.DataFrame
        One row a form that a rater named: `issue, rater, group, phase, layer, form`.
    weights : dict of str to float, or None
        Weights of all five scales, if the workbook has a sheet `weights` that gives any.
    notes : list of str
        What was ignored or assumed.
    """

    ratings: pd.DataFrame
    practice: pd.DataFrame
    weights: dict[str, float] | None
    notes: list[str]


class RatingsError(ValueError):
    """A team's files have faults; `faults` lists them and the message says them in words."""

    def __init__(self, faults: Iterable[Fault]):
        self.faults = list(faults)
        lines = [f"  {fault}" for fault in self.faults[:SHOWN]]
        if len(self.faults) > SHOWN:
            lines.append(f"  … and {len(self.faults) - SHOWN:,} more.")
        super().__init__("\n".join([f"{counted(len(self.faults), 'fault')}:", *lines]))


def read(path: Path | str, practice: Path | str | None = None) -> Ratings:
    """Return a team's ratings and practice.

    Parameters
    ----------
    path : path
        CSV (comma, semicolon or tab; UTF-8, UTF-16 or Windows-1252) or `.xlsx`, with a row an
        issue and rater (wide) or an issue, rater and scale (long: columns `scale` and `score`).
        Of a workbook the sheets `ratings`, `practice` and `weights` are read; if none is called
        `ratings`, the first visible one.
    practice : path, optional
        File with a row a form: `issue, rater, group, phase, layer, form`. It adds to what the
        ratings say themselves.

    Returns
    -------
    Ratings

    Raises
    ------
    RatingsError
        If anything is wrong; all faults of all files are named, up to 1,000.
    """
    faults, notes = Faults(), []
    try:
        found = _read(Path(path), None if practice is None else Path(practice), faults, notes)
    except Full:
        raise RatingsError(faults) from None
    if len(notes) > MOST_NOTES:
        notes[MOST_NOTES:] = [f"… and {counted(len(notes) - MOST_NOTES, 'note')} more"]
    return found


def _read(path: Path, practice: Path | None, faults: Faults, notes: list[str]) -> Ratings:
    """Read all that can be read, and only then raise what is wrong."""
    found = tables(path, SHEETS, {*WIDE, *LONG}, ASIDE, faults, notes)
    named = [found["practice"]] if "practice" in found else []
    if practice is not None:
        named += tables(practice, SHEETS[1:2], PRACTICE, (), faults, notes).values()
    rows, forms, weighed = [], [], None
    if "ratings" in found:
        main = found["ratings"]
        rows, forms = _long(main, notes) if _is_long(main) else _wide(main, notes)
    issues = dict.fromkeys(row["issue"] for row in rows if row["issue"])
    for table in named:
        forms += _practice(table, issues, notes)
    if "weights" in found:
        cells = records(found["weights"], WEIGHTS, WEIGHTS, notes)
        entries = ((row, cell["scale"], cell["weight"]) for row, cell in cells)
        weighed = _weights(found["weights"], entries)
    if faults:
        raise RatingsError(faults)
    frame = _labelled(_frame(rows, COLUMNS), quoted(path.name)[1:-1], notes)
    practised = _frame(forms, PRACTICE).drop_duplicates(ignore_index=True)
    return Ratings(frame, practised, weighed, notes)


def weights(text: str) -> dict[str, float]:
    """Return weights of the five scales from text such as `interaction=2,presence=0.5`.

    Scales that are not named weigh 1.

    Raises
    ------
    RatingsError
        If a scale or weight is wrong; all faults are named.
    """
    table, entries = Table("--weights", {}, False, Faults()), []
    for item in filter(None, map(str.strip, re.split("[,;]", text[:MOST_SIGNS]))):
        scale, equals, weight = (part.strip() for part in item.partition("="))
        if scale and equals and weight:
            entries.append((None, scale, weight))
        else:
            remedy = "write interaction=2,presence=0.5 (with a decimal point)."
            table.fault(None, None, quoted(item), "scale=weight", remedy)
    if len(text) > MOST_SIGNS:
        found = f"{len(text):,} characters"
        table.fault(None, None, found, f"at most {MOST_SIGNS:,}", "name each scale once.")
    if not entries and not table.faults:
        table.fault(None, None, quoted(text), "scale=weight", "write for instance interaction=2.")
    found = _weights(table, entries)
    if table.faults:
        raise RatingsError(table.faults)
    return found


def _number(table: Table, row: int | None, column: str, text: str | None, top: int) -> float:
    """Return a score or weight; NaN where there is none, or a fault."""
    if not text:
        return float("nan")
    score = column != "weight"
    expected = f"a number from 0 to {top}" + (", halves allowed" if score else "")
    value = float(text.replace(",", ".")) if NUMBER.fullmatch(text) else None
    if value is None:
        remedy = "type a number, or leave the cell empty."
        if score and (day := MAY.fullmatch(text)):
            remedy = hint(f"{day[1]}.5", DATED)
        elif score and re.fullmatch("[0-3] ?½", text):
            remedy = hint(f"{text[0]}.5", "Write it so.")
        table.fault(row, column, quoted(text), expected, remedy)
    elif "," in text and not table.comma:
        remedy = f"write {value:g}, or separate the columns by semicolons."
        table.fault(row, column, quoted(text), "a decimal point", remedy)
    elif not 0 <= value <= top:
        table.fault(row, column, quoted(text), expected, "correct the number.")
    elif score and value * 2 % 1:
        remedy = f"halves only: the nearest is {round(value * 2) / 2:g}."
        table.fault(row, column, quoted(text), expected, remedy)
    else:
        return value + 0.0  # no -0
    return float("nan")


def _choice(
    table: Table,
    row: int | None,
    column: str,
    text: str | None,
    options: Iterable[str],
    meant: dict[str, str] | None = None,
) -> str | None:
    """Return one of the options, "" where there is none, None where it is at fault."""
    if not text or text.lower() in options:
        return text and text.lower()
    near = nearest(text, [*options, *(meant or {})])
    guess = hint((meant or {}).get(near, near), "Correct the word.")
    table.fault(row, column, quoted(text), "one of " + ", ".join(options), guess)
    return None


# --- from records to frames -------------------------------------------------------------------


def _is_long(table: Table) -> bool:
    """Tell whether scores stand under `scale` and `score`; half of each form is a fault."""
    header = table.header
    long, wide = {"scale", "score"} & set(header), [name for name in RATED if name in header]
    if long and wide:
        remedy = "give scores either in a column a scale, or under scale and score."
        found = " and ".join([*sorted(long), *wide])
        table.fault(next(iter(table.rows)), found, "both forms", "one form", remedy)
    return bool(long)


def _people(
    table: Table, known: Collection[str], needed: Iterable[str], notes: list[str]
) -> Iterator[tuple[int, dict[str, str | None]]]:
    """Yield the records with issue and rater filled in and `who` checked."""
    if not table.rows and not table.faults:
        table.fault(None, None, "nothing in it", "a header and rows", "fill in the template.")
    first: dict[tuple, dict[str, int]] = {}
    empty = True
    for row, cell in records(table, known, needed, notes):
        empty = False
        if _cut(table, row, cell, notes):
            continue
        if cell["issue"] == "":
            remedy = "name the issue in every row; a merged cell fills only its first row."
            table.fault(row, "issue", quoted(None), "the name of an issue", remedy)
        issue = cell["issue"] or ""
        _alike(table, row, "issue", issue, (), first, notes)
        _alike(table, row, "group", cell.get("group"), (), first, notes)
        _alike(table, row, "rater", issue and cell.get("rater"), (issue,), first, notes)
        cell["rater"] = (issue and cell.get("rater")) or f"(row {row})"
        cell["who"] = _choice(table, row, "who", cell.get("who"), WHO)
        yield row, cell
    if empty and not table.faults:
        remedy = "write a row for each issue and rater."
        table.fault(None, None, "a header without rows", "at least one row", remedy)


def _alike(
    table: Table,
    row: int,
    column: str,
    text: str | None,
    within: tuple,
    first: dict[tuple, dict[str, int]],
    notes: list[str],
) -> None:
    """Note once where a name differs from an earlier one only in capitals, or only to machines."""
    spelt = first.setdefault((column, *within, looks(text or "")), {})
    if text and text not in spelt:
        if spelt:
            other, at = next(iter(spelt.items()))
            pair = f"{quoted(other)} (row {at}) and {quoted(text)} (row {row})"
            but = "capitals" if other.lower() == text.lower() else "signs that look the same"
            if column == "rater":  # notes go into the plan, where no rater is named
                pair = f"the raters of row {at} and row {row}, alike but for {but},"
            elif but != "capitals":
                pair += f", alike but for {but},"
            notes.append(f"{table.place}: {pair} count as two {column}s")
        spelt[text] = row


def _cut(table: Table, row: int, cell: dict[str, str | None], notes: list[str]) -> bool:
    """Tell whether a cell of several forms, not in quotation marks, was cut by its semicolon.

    Where that is all but sure it is a fault; where it may be so, a note.
    """
    header, cells = table.header, table.rows[row]
    for layer in LAYERS if table.mark == ";" else ():
        at = table.columns.get(layer, len(header)) + 1
        if not cell.get(layer) or at >= min(len(cells), len(header)):
            continue
        forms, column = [tidy(cells[at - 1]).lower(), tidy(cells[at]).lower()], header[at]
        if not all(form in _phases() for form in forms):
            continue
        both = '"' + "; ".join(forms) + '"'
        remedy = f"several forms in a cell stand in quotation marks: {both}"
        if column in (*RATED, "who") or (column in LAYERS and len(cells) < len(header)):
            if column in LAYERS:
                remedy += f"; else write the row to its end, {len(header)} cells"
            place = f"{layer} and {column}"
            table.fault(row, place, f"{forms[0]};{forms[1]}", "one form a cell", f"{remedy}.")
            return True
        if column not in LAYERS:
            where = f"{table.place}, row {row}, column {quoted(column)[1:-1]}"
            notes.append(f"{where}: {quoted(forms[1])}; {remedy}")
    return False


def _twice(table: Table, row: int, first: int, names: str, cells: Iterable[str]) -> None:
    remedy = f"row {first} has the same: change or delete one of the two rows."
    table.fault(row, names, ", ".join(map(quoted, cells)), "what no other row has", remedy)


def _wide(table: Table, notes: list[str]) -> tuple[list[dict], list[dict]]:
    """Return ratings and practice of a table with a row an issue and rater."""
    rows, forms, first = [], [], {}
    for row, cell in _people(table, WIDE, ["issue"], notes):
        key = cell["issue"], cell["rater"]
        if cell["issue"] and first.setdefault(key, row) != row:
            _twice(table, row, first[key], "issue and rater", key)
        scores = {name: _number(table, row, name, cell.get(name), TOP) for name in RATED}
        rows.append(cell | scores)
        forms += [
            {**cell, "layer": layer, "form": form, "phase": _phases()[form]}
            for layer in LAYERS
            for form in _forms(table, row, layer, cell.get(layer))
        ]
    if rows and not set(RATED) & table.columns.keys():
        notes.append(f"{table.place}: no column of a scale, so that all issues stay unknown")
    return rows, forms


def _long(table: Table, notes: list[str]) -> tuple[list[dict], list[dict]]:
    """Return ratings of a table with a row an issue, rater and scale; it holds no practice."""
    people: dict[tuple, dict] = {}
    first: dict[tuple, int] = {}
    for row, cell in _people(table, LONG, ["issue", "scale", "score"], notes):
        key = cell["issue"], cell["rater"]
        person = people.setdefault(key, dict.fromkeys(RATED, float("nan")))
        for name in TEXTS:
            if (text := cell.get(name)) and person.setdefault(name, text) != text:
                remedy = "one rater has one group, label and who for an issue."
                table.fault(row, name, quoted(text), f"{quoted(person[name])} as before", remedy)
        scale = _choice(table, row, "scale", cell.get("scale"), RATED)
        score = _number(table, row, "score", cell.get("score"), TOP)
        if scale == "" and cell.get("score"):
            table.fault(row, "scale", quoted(None), "one of " + ", ".join(RATED), "name the scale.")
        if scale and first.setdefault((*key, scale), row) != row:
            at = first[(*key, scale)]
            _twice(table, row, at, "issue and rater and scale", (*key, scale))
        elif scale:
            person[scale] = score
    if any(rater.startswith("(row ") for _, rater in people):
        notes.append(f"{table.place}: where the rater is blank, each row counts as its own rater")
    return [person for person in people.values() if person.get("issue")], []


def _practice(table: Table, issues: Collection[str], notes: list[str]) -> Iterator[dict]:
    """Yield the forms of a table with a row a form; a sheet may be left empty."""
    if not table.rows:
        if ", sheet " not in table.place:
            table.fault(None, None, "nothing in it", "a header and rows", "leave it out.")
        return
    for row, cell in records(table, PRACTICE, ["issue", "layer", "form"], notes):
        if issues and cell["issue"] is not None and cell["issue"] not in issues:
            # Guesses at long names, or among many, or for a whole wrong file, would take hours.
            short = [name for name in issues if len(name) <= LONGEST_GUESSED]
            few = len(issues) <= MOST_GUESSED and len(table.faults) < SHOWN
            near = nearest(cell["issue"], short if few else [])
            remedy = hint(near, "Add the issue to the ratings.")
            table.fault(
                row, "issue", quoted(cell["issue"] or None), "an issue of the ratings", remedy
            )
        for name in ("layer", "form"):
            if cell[name] == "":
                remedy = f"name a {name}, or delete the row."
                table.fault(row, name, quoted(None), f"a {name}", remedy)
        layer = _choice(table, row, "layer", cell["layer"], LAYERS)
        form = _choice(table, row, "form", cell["form"], _phases(), _labels())
        phase = _choice(table, row, "phase", cell.get("phase"), PHASES)
        if form and phase and phase != _phases()[form]:
            expected = f"{_phases()[form]}, the phase of {form}"
            table.fault(row, "phase", quoted(phase), expected, "correct the phase or the form.")
        if form:
            rater = cell.get("rater") or f"(practice, row {row})"
            yield {**cell, "rater": rater, "layer": layer, "form": form, "phase": _phases()[form]}


def _forms(table: Table, row: int, layer: str, text: str | None) -> Iterator[str]:
    """Yield the forms named in one cell."""
    for part in filter(None, map(str.strip, (text or "").split(";"))):
        pieces = re.split(r"[,/|\s]+", part.lower())
        if len(pieces) > 1 and set(pieces) <= _phases().keys():
            remedy = f"write {quoted('; '.join(pieces))}."
            table.fault(row, layer, quoted(part), "forms separated by semicolons", remedy)
        elif form := _choice(table, row, layer, part, _phases(), _labels()):
            yield form


@cache
def _phases() -> dict[str, str]:
    """Return the phase of each form."""
    forms = data.load("partnership_forms")
    return dict(zip(forms["form"], forms["phase"], strict=True))


@cache
def _labels() -> dict[str, str]:
    """Return the form of each label."""
    forms = data.load("partnership_forms")
    return dict(zip(forms["label"], forms["form"], strict=True))


def _weights(
    table: Table, entries: Iterable[tuple[int | None, str | None, str | None]]
) -> dict[str, float] | None:
    """Return the weights of all scales, None if none is given."""
    found: dict[str, float] = {}
    for row, scale, weight in entries:
        name = _choice(table, row, "scale", scale, SCALES)
        value = _number(table, row, "weight", weight, MOST_WEIGHT)
        if name == "" and weight:
            expected = "one of " + ", ".join(SCALES)
            table.fault(row, "scale", quoted(None), expected, "name the scale.")
        if name and name in found:
            table.fault(row, "scale", quoted(name), "each scale once", "take one of them away.")
        elif name and value == value:
            found[name] = value
    if len(found) == len(SCALES) and not any(found.values()):
        remedy = "give at least one scale a weight above 0."
        table.fault(None, "weight", "only zeros", "a weight above 0", remedy)
    return {scale: found.get(scale, 1.0) for scale in SCALES} if found else None


def _frame(rows: Iterable[dict], columns: Collection[str]) -> pd.DataFrame:
    """Return records as a frame: scores `float64`, text `str`, NaN where nothing is given."""
    cells = [
        [row.get(name) if name in RATED else row.get(name) or None for name in columns]
        for row in rows
    ]
    types = {name: "float64" if name in RATED else "str" for name in columns}
    return pd.DataFrame(cells, columns=list(columns)).astype(types)


def _labelled(frame: pd.DataFrame, place: str, notes: list[str]) -> pd.DataFrame:
    """Give each issue one label: the team's first, else the book's, else the issue itself."""
    given = frame.dropna(subset="label").drop_duplicates(["issue", "label"])
    for issue in given.loc[given.duplicated("issue"), "issue"].unique():
        notes.append(f"{place}: issue {quoted(issue)} has several labels; the first is used")
    book = data.load("safety_issues").set_index("issue")["label"]
    labels = book.to_dict() | given.drop_duplicates("issue").set_index("issue")["label"].to_dict()
    label = frame["issue"].map(lambda issue: labels.get(issue, issue)).astype("str")
    return frame.assign(label=label)
