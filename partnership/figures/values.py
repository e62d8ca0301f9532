"""The values that a figure draws, as a table of its own that a reader can take away."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping

import numpy as np
import pandas as pd

DECIMALS = 6
"""Beyond this many decimals a number differs between machines and tells a reader nothing."""

ISSUE_COLUMNS = {
    "issue": "safety issue, by its name in safety_issues.csv",
    "issue_label": "what the figure calls the issue",
}
FORM_COLUMNS = {
    "form": "form of partnership, by its name in partnership_forms.csv",
    "form_label": "what the form is called",
}
VIEW_COLUMN = {
    "view": "view of the patient’s part: pam (added; public administration and management), sm "
    "(inherent; service management), both, neither or none"
}
"""Meanings that several figures share, word for word."""


def checked(name: str, values: pd.DataFrame, columns: Mapping[str, str]) -> None:
    """Refuse a figure without values, or with columns that nobody explains.

    Parameters
    ----------
    name : str
        Name of the figure.
    values : DataFrame
        What it draws, a row each.
    columns : mapping of str to str
        What each column means, in the order of the columns.

    Raises
    ------
    ValueError
        If there is no value, or the columns are not those explained.
    """
    if values.empty:
        raise ValueError(f"Figure {name} has no values: give it the table of what it draws.")
    if list(values.columns) != list(columns):
        raise ValueError(
            f"Figure {name} has the columns {', '.join(map(str, values.columns))}, and explains "
            f"{', '.join(columns)}: explain each column, in this order."
        )
    if mute := [column for column, meaning in columns.items() if not meaning.strip()]:
        raise ValueError(f"Figure {name} does not explain the columns {', '.join(mute)}.")


def as_text(value: object) -> str:
    """Return a value as it stands in the file.

    Parameters
    ----------
    value : object
        A number, a text, a truth, a list of these, or nothing.

    Returns
    -------
    str
        `yes` and `no` for truths, items of a list joined by `; `, nothing where nothing is known.

    Examples
    --------
    >>> as_text(0.5), as_text(2.0), as_text(True), as_text(["a", "b"]), as_text(float("nan"))
    ('0.5', '2', 'yes', 'a; b', '')
    """
    if isinstance(value, (list, tuple)):
        return "; ".join(map(as_text, value))
    if value is None or value is pd.NA:
        return ""
    if isinstance(value, (bool, np.bool_)):
        return "yes" if value else "no"
    if isinstance(value, float):
        if math.isnan(value):
            return ""
        text = f"{value:.{DECIMALS}f}".rstrip("0").rstrip(".")
        return "0" if text == "-0" else text
    return str(value)


def as_csv(values: pd.DataFrame) -> bytes:
    """Return a table as a CSV file: UTF-8, lines ended by a line feed, the same bytes each time.

    Parameters
    ----------
    values : DataFrame
        The table; its index is left out.

    Returns
    -------
    bytes
    """
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(values.columns)
    for row in values.itertuples(index=False, name=None):
        writer.writerow(map(as_text, row))
    return text.getvalue().encode()
