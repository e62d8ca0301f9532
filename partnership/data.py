"""The book's data, read and checked in one place.

`load` gives one table, `load_all` all of them, `check` a list of everything that is wrong.
What a table must hold is written once, in `datapackage.json`, which other software can read as
well; what must hold between cells and tables beyond that is in `partnership.rules`. No fault ends
in a traceback from a library: it is a `Fault` with file, row, column and a remedy.
"""

from __future__ import annotations

import csv
import dataclasses
import functools
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pandas as pd
import pandera.pandas as pa

from partnership.faults import DataError, Fault, hint, nearest, quoted
from partnership.files import read_within
from partnership.rules import COUNTS, RULES

__all__ = ["FOLDER", "DataError", "Fault", "check", "load", "load_all", "split_list"]

FOLDER = Path(__file__).resolve().parents[1] / "data"
"""The book's own data; every function takes another folder."""

PACKAGE = "datapackage.json"
SEPARATOR = "; "
SAVE_AS = 'save it again as "CSV UTF-8 (comma delimited)" and run make book again.'
REPLACE = "put the book's file back."
UNIQUE = "what no other row has"
NUMBERS = {
    "integer": (re.compile(r"-?(0|[1-9][0-9]{0,14})"), "a whole number"),
    "number": (re.compile(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]+)?"), "a number"),
}
MOST_BYTES, MOST_ROWS, MOST_COLUMNS = 20_000_000, 100_000, 200
"""What a file of the data may hold."""
UNTIDY = re.compile(r"^\s|\s\Z|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufeff]")


def load(name: str, folder: Path = FOLDER) -> pd.DataFrame:
    """Return one table, checked.

    The table itself is checked in full, its keys against the tables they point to, and the rules
    for which these tables suffice. Faults of the other tables are left to `check`.

    Parameters
    ----------
    name : str
        The table: a file of the folder without `.csv`.
    folder : pathlib.Path
        Folder with the CSV files and `datapackage.json`.

    Returns
    -------
    pandas.DataFrame
        Columns as in the file. Text is `str` with NaN where a cell is empty; whole numbers are
        `int64` (`Int64` where cells may be empty), other numbers `float64`. Lists stay text,
        joined by `; `: see `split_list`.

    Raises
    ------
    DataError
        If the table has faults; all of them are named.
    """
    described = _content(PACKAGE, folder)
    package = _package(folder, described)
    if name not in package:
        raise DataError([_unknown_table(name, package)])
    files = [package[need]["path"] for need in _needed(name, package)]
    # A notebook loads the same tables many times. What depends on the files' bytes cannot go
    # stale, and a shallow copy is the caller's own, since pandas copies what is written to.
    contents = tuple(_content(file, folder) for file in files)
    return _loaded(name, folder, described, contents).copy(deep=False)


@functools.lru_cache(maxsize=64)
def _loaded(
    name: str, folder: Path, described: bytes | None, contents: tuple[bytes | None, ...]
) -> pd.DataFrame:
    # From these bytes and no others: a file may change between two looks at it.
    package = _package(folder, described)
    read = zip(_needed(name, package), contents, strict=True)
    tables = {need: _read(package[need], folder, content) for need, content in read}
    if faults := _faults(tables, [name]):
        raise DataError(faults)
    return _typed(tables[name])


def _needed(name: str, package: dict[str, dict]) -> list[str]:
    """Return a table and those that its keys point to."""
    return sorted({name} | {target for _, target, _, _ in _keys(package[name])})


def _content(file: str, folder: Path) -> bytes | None:
    """Return a file's bytes; None if it cannot be read, which the checks will tell."""
    try:
        return read_within(Path(folder) / file, MOST_BYTES)
    except OSError:
        return None


def load_all(folder: Path = FOLDER) -> dict[str, pd.DataFrame]:
    """Return all tables by name, each as `load` gives it, checked together.

    Raises
    ------
    DataError
        If any table has faults; all faults of all tables are named.
    """
    package = _package(folder)
    tables = {name: _read(resource, folder) for name, resource in package.items()}
    if faults := _unregistered(package, folder) + _faults(tables, tables):
        raise DataError(faults)
    return {name: _typed(table) for name, table in tables.items()}


def check(folder: Path = FOLDER) -> list[Fault]:
    """Return all faults of all tables: an empty list if the data are sound."""
    try:
        load_all(folder)
    except DataError as error:
        return error.faults
    return []


def split_list(column: pd.Series) -> pd.Series:
    """Return a column of lists joined by `; ` as lists; an empty cell as an empty list."""
    return column.map(lambda text: [] if pd.isna(text) else text.split(SEPARATOR)).astype(object)


@dataclass
class _Table:
    """A table as read: a frame of text, each row under the number a spreadsheet gives it."""

    resource: dict
    frame: pd.DataFrame = dataclasses.field(default_factory=pd.DataFrame)
    faults: list[Fault] = dataclasses.field(default_factory=list)

    @property
    def file(self) -> str:
        return self.resource["path"]

    @property
    def fields(self) -> dict[str, dict]:
        return {field["name"]: field for field in self.resource["schema"]["fields"]}

    @property
    def whole(self) -> bool:
        """Whether it can be compared with others: nothing of it was unreadable or missing."""
        return not self.faults

    def note(
        self, row: int | None, found: str, expected: str, remedy: str, column: str | None = None
    ) -> None:
        """Keep a fault of the file's shape."""
        self.faults.append(Fault(self.file, row, column, found, expected, remedy))

    def fault(self, row: int, columns: Iterable[str], expected: str, remedy: str) -> Fault:
        """Return a fault of a cell, or of cells of one row."""
        found = ", ".join(quoted(self.frame.at[row, column]) for column in columns)
        return Fault(self.file, int(row), " and ".join(columns), found, expected, remedy)


# --- datapackage.json -----------------------------------------------------------------------


def _package(folder: Path, raw: bytes | None = None) -> dict[str, dict]:
    """Return the tables' descriptions in `datapackage.json`, or its bytes, by name."""

    def broken(found: str, remedy: str = f"restore {PACKAGE} of the book.") -> DataError:
        expected = "a Data Package that describes each CSV file with its columns"
        return DataError([Fault(PACKAGE, None, None, found, expected, remedy)])

    folder = Path(folder)
    if not folder.is_dir():
        raise broken(f"no folder {quoted(str(folder))}", "name the folder of the CSV files.")
    try:
        return _described(read_within(folder / PACKAGE, MOST_BYTES) if raw is None else raw)
    except OSError as error:
        found = f"no readable file in {quoted(str(folder))} ({error.strerror})"
        raise broken(found) from None
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise broken(f"text that is not JSON ({error})") from None
    except (KeyError, TypeError, AttributeError, ValueError, re.error) as error:
        raise broken(f"a description that cannot be used ({error!r})") from None


# What depends on the bytes alone cannot go stale, and a notebook loads a dozen tables.
@functools.lru_cache(maxsize=4)
def _described(content: bytes) -> dict[str, dict]:
    package = {resource["name"]: resource for resource in json.loads(content)["resources"]}
    for resource in package.values():
        _try_out(resource, package)
    return package


def _try_out(resource: dict, package: dict) -> None:
    """Take from a description all that the checks will take: what fails, fails here."""
    table = _Table(resource)
    _schema(table, table.fields)
    Path(table.file), [table.fields[column] for column in resource["schema"]["primaryKey"]]
    for columns, target, target_columns, _ in _keys(resource):
        other = _Table(package[target]).fields
        [table.fields[column] for column in columns], [other[column] for column in target_columns]


def _keys(resource: dict) -> Iterator[tuple[list[str], str, list[str], bool]]:
    """Yield a table's keys: columns, table they point to, its columns, whether a list."""
    for key in resource["schema"].get("foreignKeys", []):
        target = key["reference"]
        yield list(key["fields"]), target["resource"], list(target["fields"]), False
    for field in resource["schema"]["fields"]:
        target = field.get("list", {})
        if "resource" in target:
            yield [field["name"]], target["resource"], [target["field"]], True


def _unknown_table(name: str, package: dict) -> Fault:
    remedy = hint(nearest(str(name).removesuffix(".csv"), package), f"Name a table of {PACKAGE}.")
    found, expected = f"no table of the name {quoted(str(name))}", "one of " + ", ".join(package)
    return Fault(PACKAGE, None, None, found, expected, remedy)


def _unregistered(package: dict, folder: Path) -> list[Fault]:
    known = {resource["path"] for resource in package.values()}
    files = sorted(path.name for path in Path(folder).glob("*.csv") if path.name not in known)
    found, expected = "a file without description", f"a resource in {PACKAGE}"
    remedy = f"describe its columns in {PACKAGE}, or take the file away."
    return [Fault(file, None, None, found, expected, remedy) for file in files]


# --- reading --------------------------------------------------------------------------------


def _read(resource: dict, folder: Path, raw: bytes | None = None) -> _Table:
    """Read a file, or its bytes, as text and note what keeps it from being a table."""
    table = _Table(resource)
    try:
        raw = read_within(Path(folder) / table.file, MOST_BYTES) if raw is None else raw
        text = raw.decode("utf-8-sig")
    except FileNotFoundError:
        table.note(None, "no such file", f"it in {quoted(str(folder))}", "put the file back.")
    except OSError as error:
        table.note(None, f"a file that cannot be read ({error.strerror})", "a CSV file", REPLACE)
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        found = f"byte 0x{raw[error.start]:02x} at position {error.start + 1}, in line {line}"
        table.note(None, found, "text in UTF-8", SAVE_AS)
    else:
        _fill(table, _rows(table, text))
    return table


def _rows(table: _Table, text: str) -> list[list[str]]:
    """Return the rows up to the first quotation that is broken."""
    rows = []
    try:
        # Strict, and not by pandas, which guesses at quotation marks and drops blank lines.
        for cells in csv.reader(io.StringIO(text, newline=""), strict=True):
            if len(rows) > MOST_ROWS:
                table.note(None, "more rows", f"at most {MOST_ROWS:,} under the header", REPLACE)
                break
            rows.append(cells)
    except csv.Error as error:
        remedy = "close the quotation mark; a mark within a text is written twice."
        table.note(len(rows) + 1, f"a broken quotation ({error})", "marks in pairs", remedy)
    return rows


def _fill(table: _Table, rows: list[list[str]]) -> None:
    """Make rows the table's frame, without those that do not fit under the header."""
    header = next((cells for cells in rows if any(cells)), None)
    if not header:
        table.note(None, "an empty file", "a header and rows", REPLACE)
        return
    if header is not rows[0]:
        table.note(1, "an empty row", "the header", "delete the rows above the header.")
        return
    for mark, name in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
        if len(header) == 1 < len(table.fields) and mark in header[0]:
            table.note(1, f"columns separated by {name}", "columns separated by commas", SAVE_AS)
            return
    if len(header) > MOST_COLUMNS:
        table.note(1, f"{len(header):,} columns", f"at most {MOST_COLUMNS}", REPLACE)
        return
    if len(set(header)) < len(header):
        twice = sorted({column for column in header if header.count(column) > 1})
        found = "twice or more: " + ", ".join(map(quoted, twice))
        table.note(1, found, "each column once", "rename the column or take it away.")
        return
    for column in table.fields:
        if column not in header:
            near = nearest(column, (name for name in header if name not in table.fields))
            found = f"no such column, but {quoted(near)}" if near else "no such column"
            table.note(1, found, "a column of that name", "write it into the header.", column)
    for column in header:
        if column not in table.fields:
            near = nearest(column, (name for name in table.fields if name not in header))
            remedy = hint(near, f"Describe the column in {PACKAGE}, or take it away.")
            expected = f"a column described in {PACKAGE}"
            table.note(1, quoted(column), expected, remedy, quoted(column)[1:-1])
    good = {}
    for number, cells in enumerate(rows[1:], start=2):
        if not any(cells):
            table.note(number, "an empty row", "a row with cells", "delete the row.")
        elif len(cells) != len(header):
            remedy = "mind the commas: a text that holds one stands in quotation marks."
            expected = f"{len(header)} cells, as in the header"
            table.note(number, f"{len(cells)} cells", expected, remedy)
        else:
            good[number] = [cell or None for cell in cells]
    if not good and not table.faults:
        table.note(None, "a header without rows", "at least one row", REPLACE)
    table.frame = pd.DataFrame(good.values(), index=list(good), columns=header, dtype="str")


# --- checking -------------------------------------------------------------------------------


def _faults(tables: dict[str, _Table], names: Iterable[str]) -> list[Fault]:
    """Return the faults of the named tables in order of table and row, one a cell."""
    found = {
        name: [
            *tables[name].faults,
            *_cell_faults(tables[name]),
            *_key_faults(tables[name], tables),
        ]
        for name in names
    }
    for needs, rule in (*RULES, *COUNTS):
        counts_faults = (needs, rule) in COUNTS and any(found.get(need) for need in needs)
        if all(need in tables and tables[need].whole for need in needs) and not counts_faults:
            for name, row, column, text, *rest in rule(*(tables[need].frame for need in needs)):
                if name in found:
                    text = text or quoted(tables[name].frame.at[row, column])
                    found[name].append(Fault(tables[name].file, row, column, text, *rest))
    return [fault for faults in found.values() for fault in _one_a_cell(faults)]


def _one_a_cell(faults: list[Fault]) -> list[Fault]:
    """Keep the first fault of each cell: what is no code need not be reported as a wrong key."""
    kept, seen = [], set()
    for fault in faults:
        cells = {(fault.row, column) for column in str(fault.column).split(" and ")}
        if fault.row is None or not cells & seen:
            kept.append(fault)
            seen |= cells
    return sorted(kept, key=lambda fault: fault.row or 0)


def _schema(table: _Table, columns: Iterable[str]) -> pa.DataFrameSchema:
    """Return the schema of those columns, all text, as `datapackage.json` describes them."""
    described = {}
    for name in columns:
        limits = table.fields[name].get("constraints", {})
        checks = [
            pa.Check(partial(_each, test), error=expected)
            for test, expected in _tests(table.fields[name])
        ]
        if limits.get("unique"):
            checks.append(pa.Check(lambda cells: ~cells.duplicated(keep=False), error=UNIQUE))
        described[name] = pa.Column(checks=checks, nullable=not limits.get("required"))
    key = table.resource["schema"]["primaryKey"]
    return pa.DataFrameSchema(described, unique=key if set(key) <= set(described) else None)


def _each(test: Callable[[str], object], cells: pd.Series) -> pd.Series:
    return cells.map(lambda text: bool(test(text))).astype(bool)


def _tests(field: dict) -> Iterator[tuple[Callable[[str], object], str]]:
    """Yield what each text of a column must pass, and in words what is expected of it."""
    limits, listed = field.get("constraints", {}), field.get("list", {})
    yield lambda text: not UNTIDY.search(text), "text without stray blanks or control signs"
    if field["type"] in NUMBERS:
        number, expected = NUMBERS[field["type"]]
        low, high = float(limits.get("minimum", "-inf")), float(limits.get("maximum", "inf"))
        if limits.keys() & {"minimum", "maximum"}:
            expected += f" from {low:g}" + (f" to {high:g}" if high < float("inf") else "")
        yield lambda text: number.fullmatch(text) and low <= float(text) <= high, expected
    if "enum" in limits:
        codes = [str(code) for code in limits["enum"]]
        yield codes.__contains__, "one of " + ", ".join(codes)
    if "pattern" in limits:
        pattern = re.compile(limits["pattern"])
        expected = f"text like {field.get('example', pattern.pattern)}"
        if "enum" in listed:
            expected = f"one or more of {', '.join(listed['enum'])}, joined by {quoted(SEPARATOR)}"
        yield pattern.fullmatch, expected
    if listed:
        yield _is_list, f"a list joined by {quoted(SEPARATOR)}, nothing in it twice"


def _is_list(text: str) -> bool:
    items = text.split(SEPARATOR)
    return len(set(items)) == len(items) and all(item and item == item.strip() for item in items)


def _cell_faults(table: _Table) -> Iterator[Fault]:
    """Yield what pandera finds in the table's cells."""
    frame = table.frame[[column for column in table.frame if column in table.fields]]
    schema = _schema(table, frame.columns)
    try:
        schema.validate(frame, lazy=True)
        return
    except pa.errors.SchemaErrors as errors:
        cases = errors.failure_cases
    alike: dict[tuple[str, ...], list[int]] = {}
    for case in cases.itertuples():
        if case.check == "multiple_fields_uniqueness":
            alike.setdefault(tuple(schema.unique), []).append(case.index)
        elif case.check == "not_nullable":
            yield table.fault(case.index, [case.column], "a value", hint(None))
        elif case.check == UNIQUE:
            alike.setdefault((case.column,), []).append(case.index)
        else:
            guess = _guess(case.failure_case, table.fields[case.column])
            yield table.fault(case.index, [case.column], case.check, hint(guess))
    for columns, rows in alike.items():
        first: dict[tuple, int] = {}
        for row in sorted(set(rows)):
            cells = tuple(frame.loc[row, list(columns)].fillna(""))
            if first.setdefault(cells, row) != row:
                remedy = f"row {first[cells]} has the same: change or delete one of the two rows."
                yield table.fault(row, columns, UNIQUE, remedy)


def _guess(text: str, field: dict) -> str | None:
    """Return what a wrong cell was probably meant to hold, if that can be told."""
    tidy = UNTIDY.sub("", text.strip())
    codes = field.get("constraints", {}).get("enum")
    if "list" in field:
        known = field["list"].get("enum", [])
        items = [item.strip() for item in tidy.split(";") if item.strip()]
        guess = SEPARATOR.join(dict.fromkeys(nearest(item, known) or item for item in items))
    elif codes:
        guess = nearest(tidy, codes)
    else:
        guess = tidy.replace(",", ".") if field["type"] in NUMBERS else tidy
    sound = guess and all(test(guess) for test, _ in _tests(field))
    return guess if sound else None


def _key_faults(table: _Table, tables: dict[str, _Table]) -> Iterator[Fault]:
    """Yield the cells that point to nothing; a table that was not read whole is left out."""
    for columns, name, target_columns, listed in _keys(table.resource):
        target = tables[name]
        if not target.whole or not set(columns).issubset(table.frame):
            continue
        known = set(target.frame[target_columns].itertuples(index=False, name=None))
        codes = [str(one) for one, *_ in known]
        expected = f"a {' and '.join(target_columns)} of {target.file}"
        action = f"Correct the cell, or add the row to {target.file}, and run make book again."
        for row, *cells in table.frame[columns].dropna().itertuples(name=None):
            wanted = [(item,) for item in cells[0].split(SEPARATOR)] if listed else [tuple(cells)]
            wrong = [value for values in wanted if values not in known for value in values]
            if wrong:
                near = nearest(wrong[0], codes) if len(wrong) == 1 else None
                found, place = ", ".join(map(quoted, wrong)), " and ".join(columns)
                yield Fault(table.file, row, place, found, expected, hint(near, action))


# --- types ----------------------------------------------------------------------------------


def _typed(table: _Table) -> pd.DataFrame:
    """Return a sound table with numbers as numbers, rows counted from 0."""
    frame = table.frame.reset_index(drop=True)
    for name, field in table.fields.items():
        if field["type"] == "integer":
            required = field.get("constraints", {}).get("required")
            frame[name] = pd.to_numeric(frame[name]).astype("int64" if required else "Int64")
        elif field["type"] == "number":
            frame[name] = pd.to_numeric(frame[name]).astype("float64")
    return frame
