"""The model for millions of issues: the same results, in time and memory that grow linearly."""

from __future__ import annotations

import codecs
import csv
import io
import os
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from tqdm import tqdm

from partnership.faults import Fault, hint, nearest, printable, quoted
from partnership.fitting import (
    LAYERS,
    LISTED,
    RELATIONS,
    SCALES,
    UNHEARD,
    best_first,
    book,
    check_weights,
    fit,
    fitting_set,
    in_phase,
    relate,
    unsupported,
)
from partnership.raters import Faults, read_names, read_numbers
from partnership.spreadsheets import guarded

BLOCK = 1 << 16
"""Rows that `assess` holds in working memory at a time."""
LONGEST_LINE = 1_000_000
"""Signs at which a line of a file is taken for one without end."""
WANTED = ("issue", *SCALES, *LAYERS)
AS_UTF8 = 'save it as "CSV UTF-8 (comma delimited)".'


def assess(
    frame: pd.DataFrame,
    forms: pd.DataFrame | None = None,
    weights: ArrayLike | Mapping[str, float] | None = None,
) -> pd.DataFrame:
    """Compare fit and offer in delivery for any number of issues, one row each.

    Time and memory grow in step with the rows. Each row stands alone, so a frame may be cut
    anywhere: chunks of a file (`assess_csv`) or partitions on a cluster give the same result.

    Parameters
    ----------
    frame : DataFrame
        `issue` and, where known, `SCALES` (0 to 4, NaN where not rated), `offered` and `enacted`
        (forms joined by `;`, with or without blanks; those of other phases are left out).
    forms, weights
        As for `in_phase` and `fit`.

    Returns
    -------
    DataFrame
        Index as in `frame`; `issue`, `scales_rated`, `fitting` (joined by `;`, best first),
        `best_fit`, `offered_fit`, `relation`, `gap`, `unsupported` (`yes`, `no`, or missing where
        the relation is unknown). The columns mean what they mean in `plan`.

    Raises
    ------
    ValueError
        If a column is missing, a score is out of range or a form unknown; rows are named.

    Examples
    --------
    On a cluster, with dask (`pip install "dask[distributed]"`) and its scheduler's address:

    >>> import dask.dataframe as dd                                         # doctest: +SKIP
    >>> from dask.distributed import Client                                 # doctest: +SKIP
    >>> client = Client("tcp://scheduler:8786")                             # doctest: +SKIP
    >>> issues = dd.read_parquet("issues.parquet")                          # doctest: +SKIP
    >>> result = issues.map_partitions(assess, meta=assess(issues._meta))   # doctest: +SKIP
    >>> result.to_parquet("assessed.parquet")                               # doctest: +SKIP
    """
    forms = book("partnership_forms", forms)
    chosen, weights = in_phase(forms), check_weights(weights)
    in_delivery = (forms["phase"] == "delivery").to_numpy()
    faults = Faults()
    faults.missing(frame, ["issue"])
    ratings = np.column_stack([read_numbers(frame, scale, faults) for scale in SCALES])
    layers = [read_names(frame, layer, forms, faults) for layer in LAYERS]
    faults.end()
    layers = [(codes, masks.T[in_delivery]) for codes, masks in layers]
    blocks = []
    for start in range(0, max(len(frame), 1), BLOCK):
        rows = slice(start, start + BLOCK)
        offered, enacted = (masks.take(codes[rows], axis=1).T for codes, masks in layers)
        part = _assessed(ratings[rows], offered, enacted, chosen, weights)
        blocks.append(part.set_axis(frame.index[rows]))
    table = pd.concat(blocks) if len(blocks) > 1 else blocks[0]
    table.insert(0, "issue", frame["issue"].array)
    return table


def assess_csv(
    source: str | os.PathLike,
    target: str | os.PathLike,
    chunk: int = 4 * BLOCK,
    progress: bool = True,
    forms: pd.DataFrame | None = None,
    weights: ArrayLike | Mapping[str, float] | None = None,
) -> int:
    """Assess a CSV file of any length, a chunk of rows in memory at a time.

    Parameters
    ----------
    source : path
        Comma-separated, in UTF-8, with the columns that `assess` reads, in any case. There is no
        limit to its rows; a line has at most 1,000,000 signs.
    target : path
        Where to write what `assess` returns, numbers with 4 decimals. The file appears when it is
        complete; one of that name is then replaced. Text that a spreadsheet would run as a
        formula gets a leading `'`.
    chunk : int
        Rows at a time.
    progress : bool
        Whether to show a progress bar.
    forms, weights
        As for `assess`.

    Returns
    -------
    int
        Rows written.

    Raises
    ------
    ValueError
        If the source is not such a file, a column that it reads stands twice, or a row has more
        cells than the first; and as `assess` does, of the first chunk with a fault. The message
        names the file, and rows as a spreadsheet numbers them.
    OSError
        If the source cannot be read or the target not be written.
    """
    forms = book("partnership_forms", forms)
    source, target, rows = Path(source), Path(target), 0
    place = printable(source.name)
    if source.exists() and not source.is_file():
        found = "a folder" if source.is_dir() else "a device"
        raise ValueError(Fault(place, None, None, found, "a CSV file", "name a file."))
    with (
        source.open("rb") as file,
        tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as folder,
        tqdm(total=os.path.getsize(source), unit="B", unit_scale=True, disable=not progress) as bar,
    ):
        part = Path(folder, target.name)
        with part.open("w", encoding="utf-8-sig", newline="") as out:
            for frame in _frames(_Checked(file, place), chunk):
                try:
                    result = assess(frame, forms, weights)
                except ValueError as error:
                    raise ValueError(f"{place}: {error}") from None
                result["issue"] = result["issue"].map(guarded, na_action="ignore")
                result.to_csv(out, index=False, header=rows == 0, float_format="%.4f")
                rows += len(frame)
                bar.update(file.tell() - bar.n)
        os.replace(part, target)
    return rows


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
        """Return the next lines; nothing at the end of the file."""
        lines, size = [], 0
        while size < LONGEST_LINE and (line := self.file.readline(LONGEST_LINE)):
            lines.append(line)
            size += len(line)
        if lines and not self.line:
            lines[0] = lines[0].removeprefix(codecs.BOM_UTF8)
        content = b"".join(lines)
        self._check_text(content)
        for line in lines:
            self.line += 1
            if self.kept or not self.header or b'"' in line or b"\r" in line[:-2]:
                self._keep(line)
            elif len(line) == LONGEST_LINE:
                remedy = "end each row with a line of its own."
                found = f"a line of {LONGEST_LINE:,} signs or more"
                raise self.broken(found, "a shorter one", remedy)
            else:
                self._count(line.count(b",") + 1)
        if not lines and self.kept:
            self._split()
        return content

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

    def _keep(self, line: bytes) -> None:
        """Put a line aside until all quotation marks are in pairs, or are taken for lost."""
        self.kept.append(line)
        self.open = self.open ^ line.count(b'"') % 2
        self.held += len(line)
        if not self.open or self.held > LONGEST_LINE:
            self._split()

    def _split(self) -> None:
        """Count the cells in the lines put aside, as `csv` reads them."""
        text = b"".join(self.kept).decode()
        self.kept, self.open, self.held = [], 0, 0
        try:
            for cells in csv.reader(io.StringIO(text, newline=""), strict=True):
                if not self.header:
                    self.header = cells
                    _places(cells, self.place)
                self._count(len(cells))
        except csv.Error as error:
            remedy = "close the quotation mark; a mark within a text is written twice."
            found = f"a broken quotation ({error})"
            raise self.broken(found, "marks in pairs", remedy) from None

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


def _frames(file: _Checked, size: int) -> Iterator[pd.DataFrame]:
    """Yield the rows of a file as frames that `assess` takes, at least one."""
    try:
        chunks = pd.read_csv(
            file,
            chunksize=size,
            usecols=lambda name: name.strip().lower() in WANTED,
            dtype="str",  # of True and False pandas would make numbers
            keep_default_na=False,
            na_values=[""],
            skip_blank_lines=False,
        )
    except pd.errors.EmptyDataError:
        expected, remedy = "a header and rows", "name a file that has them."
        raise ValueError(Fault(file.place, None, None, "nothing in it", expected, remedy)) from None
    with chunks:
        for frame in chunks:
            frame.columns = frame.columns.str.strip().str.lower()
            yield frame.set_axis(frame.index + 2).dropna(how="all")


def _assessed(
    ratings: NDArray, offered: NDArray, enacted: NDArray, chosen: pd.DataFrame, weights: NDArray
) -> pd.DataFrame:
    """Return what `assess` does, without the issue, for one block of rows."""
    names = chosen["form"].to_numpy(dtype=object)
    # Issues are many and their ratings mostly few: fits and sets are found once for each.
    first, code = _distinct(ratings.T)
    fits = fit(ratings[first], chosen[list(SCALES)], weights)
    places = best_first(fits, fitting_set(np.where(names == UNHEARD, np.nan, fits)))
    member, text = _distinct(places.T)
    texts = [";".join(names[row[row >= 0]]) or None for row in places[member]]
    found = relate(fits.T.take(code, axis=1).T, offered, chosen)
    alone = np.where(unsupported(found, offered, enacted), 1, 0)
    return pd.DataFrame(
        {
            "scales_rated": (~np.isnan(ratings)).sum(axis=1),
            "fitting": pd.array(texts, dtype="str").take(text[code]),
            "best_fit": found.best_fit,
            "offered_fit": found.offered_fit,
            "relation": pd.array(RELATIONS, dtype="str").take(found.relation),
            "gap": found.gap,
            "unsupported": pd.array(["no", "yes", None], dtype="str").take(
                np.where(found.relation == RELATIONS.index("unknown"), 2, alone)
            ),
        }
    )


def _distinct(columns: Iterable[NDArray]) -> tuple[NDArray, NDArray]:
    """Return the rows that differ (place of the first of each) and which of them each row is.

    In time that grows with the rows, which sorting (`numpy.unique`) would not do.
    """
    code = None
    for column in columns:
        step, values = pd.factorize(column, use_na_sentinel=False)
        code = step if code is None else pd.factorize(code * len(values) + step)[0]
    first = np.empty(code.max(initial=-1) + 1, dtype=np.intp)
    first[code[::-1]] = np.arange(len(code))[::-1]
    return first, code
