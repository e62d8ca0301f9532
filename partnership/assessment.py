"""The model for millions of issues: the same results, in time and memory that grow linearly."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from tqdm import tqdm

from partnership.faults import Fault, printable
from partnership.fitting import (
    LAYERS,
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
from partnership.registers import frames
from partnership.spreadsheets import guarded

BLOCK = 1 << 16
"""Rows that `assess` holds in working memory at a time."""


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
    table = pd.concat(blocks)
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
            for number, frame in enumerate(frames(file, place, chunk)):
                try:
                    result = assess(frame, forms, weights)
                except ValueError as error:
                    raise ValueError(f"{place}: {error}") from None
                result["issue"] = result["issue"].map(guarded, na_action="ignore")
                result.to_csv(out, index=False, header=number == 0, float_format="%.4f")
                rows += len(frame)
                bar.update(file.tell() - bar.n)
        os.replace(part, target)
    return rows


def _assessed(
    ratings: NDArray, offered: NDArray, enacted: NDArray, chosen: pd.DataFrame, weights: NDArray
) -> pd.DataFrame:
    """Return what `assess` does, without the issue, for one block of rows."""
    names = chosen["form"].to_numpy()
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
