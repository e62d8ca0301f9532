"""From what each rater says to what holds of an issue, and what is wrong with raters' frames."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from partnership.faults import nearest, quoted
from partnership.fitting import LAYERS, LISTED, PHASES, SCALES, TOP, book, unlike

WHO = ("patient", "family", "both")
"""Who may be best placed, in the order in which several values are joined."""


def score(ratings: pd.DataFrame) -> pd.DataFrame:
    """Sum up the ratings of each issue over its raters.

    Parameters
    ----------
    ratings : DataFrame
        Wide, one row an issue and rater: `issue` and, where known, `SCALES`, `burden`, `rater`,
        `who`, `label`. Or long, one row a score: `issue`, `scale` (also `burden`), `score` and,
        where known, `rater`, `who`, `label`. A row without rater is a rater of its own. Groups
        are not kept apart: filter before, if there are any.

    Returns
    -------
    DataFrame
        One row an issue, in order of appearance: `issue`, `label` (the first), `raters` (those
        who gave a score), `SCALES` (medians, NaN where nobody rated), `burden` (the highest),
        `who` (all values given, joined by `;`), `scales_rated`.

    Raises
    ------
    ValueError
        If a column is missing, a cell is out of range or of an unknown scale, or an issue is
        rated twice by the same rater; all rows at fault are named.
    """
    wide = by_rater(ratings)
    scales = [*SCALES, "burden"]
    by_issue = wide.groupby("issue", sort=False)
    table = by_issue[list(SCALES)].median()
    table["burden"] = by_issue["burden"].max()
    table["scales_rated"] = table[list(SCALES)].notna().sum(axis=1)
    table["raters"] = wide[scales].notna().any(axis=1).groupby(wide["issue"]).sum()
    cells = ratings.reindex(columns=["issue", "label", "who"]).groupby("issue")
    table["label"] = cells["label"].first()
    table["who"] = cells["who"].agg(_joined)
    order = ["issue", "label", "raters", *scales, "who", "scales_rated"]
    return table.reset_index()[order]


def practice(named: pd.DataFrame, forms: pd.DataFrame | None = None) -> pd.DataFrame:
    """Return the forms that an issue's raters together name as offered and as enacted.

    A form counts when at least half of the raters who named any offered (enacted) form in its
    phase named it; if none reaches half, all that were named.

    Parameters
    ----------
    named : DataFrame
        Wide, one row an issue and rater: `issue`, `offered`, `enacted` (forms of all phases,
        joined by `;`). Or long, one row a form: `issue`, `layer` (`offered` or `enacted`), `form`
        and, where known, `phase`. In both `rater`, where known; a row without is one rater.
    forms : DataFrame, optional
        As for `in_phase`.

    Returns
    -------
    DataFrame
        One row a form that counts: `issue`, `phase`, `layer`, `form`, `named_by` (raters) and
        `raters` (those who named any). Issues in order of appearance, phases in order of
        `PHASES`, `offered` first, forms in file order.

    Raises
    ------
    ValueError
        If a column is missing, or a form, layer or phase is unknown; all rows are named.
    """
    forms = book("partnership_forms", forms)
    long = _long(named, forms).drop_duplicates()
    cell = ["issue", "phase", "layer"]
    long["raters"] = long.groupby(cell)["rater"].transform("nunique")
    long["named_by"] = long.groupby([*cell, "form"])["rater"].transform("nunique")
    half = 2 * long["named_by"] >= long["raters"]
    none = ~half.groupby([long[name] for name in cell]).transform("any")
    kept = long[half | none].drop_duplicates([*cell, "form"])
    orders = {
        "issue": pd.unique(named["issue"]),
        "phase": PHASES,
        "layer": LAYERS,
        "form": forms["form"],
    }
    kept = kept.sort_values(
        list(orders), key=lambda column: pd.Index(orders[column.name]).get_indexer(column)
    )
    return kept[[*cell, "form", "named_by", "raters"]].reset_index(drop=True)


def by_rater(ratings: pd.DataFrame) -> pd.DataFrame:
    """Bring ratings into one row an issue and rater, whichever form they come in.

    Parameters
    ----------
    ratings : DataFrame
        As for `score`.

    Returns
    -------
    DataFrame
        `issue`, `rater` (a number), `SCALES` and `burden` (NaN where not rated).

    Raises
    ------
    ValueError
        As `score` does.
    """
    faults, scales = Faults(), [*SCALES, "burden"]
    faults.missing(ratings, ["issue"])
    faults.note(ratings.loc[ratings["issue"].isna(), "issue"], "an issue")
    table = ratings[["issue"]].assign(rater=_raters(ratings))
    key = ["issue", "rater"]
    if long := {"scale", "score"} <= set(ratings):
        key.append("scale")
        table["scale"] = ratings["scale"]
        faults.note_others(ratings["scale"], scales)
        table["score"] = read_numbers(ratings, "score", faults)
    else:
        for scale in scales:
            table[scale] = read_numbers(ratings, scale, faults)
    twice = table.duplicated(key)
    faults.note(ratings.loc[twice, "issue"], "each issue once a rater" + " and scale" * long)
    faults.end()
    if long:
        order = pd.unique(table["issue"])
        table = table.pivot(index=["issue", "rater"], columns="scale", values="score")
        table = table.reindex(order, level="issue").reindex(columns=pd.Index(scales)).reset_index()
    return table


class Faults(list):
    """What is wrong with a frame, found bit by bit and raised together."""

    def missing(self, frame: pd.DataFrame, columns: Iterable[str]) -> None:
        """Raise at once if a column is missing: without it nothing else can be told."""
        if stray := [column for column in columns if column not in frame]:
            raise ValueError(unlike("columns", stray, frame.columns, "found"))

    def note(self, cells: pd.Series, expected: str, allowed: Iterable[str] = ()) -> None:
        """Keep wrong cells of a column, those of one content as one fault."""
        for found, rows in cells.groupby(cells, sort=False, dropna=False).groups.items():
            listed = ", ".join(map(str, rows[:LISTED])) + (", …" if len(rows) > LISTED else "")
            near = nearest(str(found), allowed)
            self.append(
                f"{'row' if len(rows) == 1 else 'rows'} {listed}, column {cells.name}: found "
                f"{quoted(found if pd.isna(found) else str(found))}; expected {expected}"
                + (f"; did you mean {quoted(near)}?" if near else "")
            )

    def note_others(self, cells: pd.Series, allowed: Iterable[str]) -> None:
        """Keep the cells that hold none of the names allowed."""
        self.note(cells[~cells.isin(allowed)], "one of " + ", ".join(allowed), allowed)

    def end(self) -> None:
        """Raise what was kept."""
        if self:
            rest = [f"… and {len(self) - LISTED:,} more"] if len(self) > LISTED else []
            raise ValueError("\n  ".join(["Faults in the frame:", *self[:LISTED], *rest]))


def _long(named: pd.DataFrame, forms: pd.DataFrame) -> pd.DataFrame:
    """Return forms named as one row a form: `issue`, `rater`, `phase`, `layer`, `form`."""
    faults, rater = Faults(), _raters(named)
    faults.missing(named, ["issue"])
    faults.note(named.loc[named["issue"].isna(), "issue"], "an issue")
    phase = forms.set_index("form")["phase"]
    if "form" in named:
        faults.missing(named, ["layer"])
        table = named[["issue", "layer", "form"]].assign(rater=rater)
        faults.note_others(named["layer"], LAYERS)
        faults.note_others(named["form"], phase.index)
        table["phase"] = table["form"].map(phase)
        if "phase" in named:
            other = table["phase"].notna() & named["phase"].notna()
            other &= named["phase"] != table["phase"]
            faults.note(named.loc[other, "phase"], "the phase that the form belongs to")
    else:
        parts = []
        for layer in LAYERS:
            codes, masks = read_names(named, layer, forms, faults)
            rows, places = masks[codes].nonzero()
            form = forms["form"].to_numpy()[places]
            part = named[["issue"]].iloc[rows].assign(rater=rater[rows], layer=layer, form=form)
            parts.append(part)
        table = pd.concat(parts)
        table["phase"] = table["form"].map(phase)
    faults.end()
    return table


def read_numbers(frame: pd.DataFrame, column: str, faults: Faults) -> NDArray:
    """Return scores as floats, NaN where there is none."""
    if column not in frame:
        return np.full(len(frame), np.nan)
    cells = frame[column]
    codes, texts = pd.factorize(cells)  # texts of numbers are many and mostly alike
    distinct = pd.to_numeric(pd.Series(texts), errors="coerce").to_numpy()
    numbers = np.append(distinct, np.nan)[codes]
    wrong = (numbers < 0) | (numbers > TOP) | (np.isnan(numbers) & cells.notna().to_numpy())
    faults.note(cells[wrong], f"a number from 0 to {TOP}, or nothing")
    return numbers


def read_names(
    frame: pd.DataFrame, layer: str, forms: pd.DataFrame, faults: Faults
) -> tuple[NDArray, NDArray[np.bool_]]:
    """Return which text each row's cell holds, and which forms each text names.

    The last text, which -1 finds as well, is that of an empty cell.
    """
    names = list(forms["form"])
    if layer not in frame:
        return np.full(len(frame), -1), np.zeros((1, len(names)), dtype=bool)
    codes, texts = pd.factorize(frame[layer])
    masks = np.zeros((len(texts) + 1, len(names)), dtype=bool)
    place = {name: number for number, name in enumerate(names)}
    strays: dict[str, list[int]] = {}
    for number, text in enumerate(texts):
        for name in _split(text):
            if name in place:
                masks[number, place[name]] = True
            else:
                strays.setdefault(name, []).append(number)
    for name, numbers in strays.items():
        rows = frame.index[np.isin(codes, numbers)]
        faults.note(pd.Series(name, rows, name=layer), "forms of " + ", ".join(names), names)
    return codes, masks


def _raters(frame: pd.DataFrame) -> NDArray:
    """Return a number for each row's rater; a row without rater is a rater of its own."""
    codes = pd.factorize(frame["rater"])[0] if "rater" in frame else np.full(len(frame), -1)
    return np.where(codes < 0, len(frame) + np.arange(len(frame)), codes)


def _split(cell: object) -> list[str]:
    """Return the names in a cell, which `;` separates with or without blanks."""
    return [name.strip() for name in str(cell).split(";") if name.strip()]


def _joined(cells: pd.Series) -> str | float:
    """Return all values given, joined by `;`, in an order that does not depend on the rows'."""
    values = {value for cell in cells if pd.notna(cell) for value in _split(cell)}
    known = [value for value in WHO if value in values]
    return ";".join(known + sorted(values.difference(WHO))) or np.nan
