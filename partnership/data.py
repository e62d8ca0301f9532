"""The book's data tables, read and checked."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

FOLDER = Path(__file__).resolve().parents[1] / "data"


def load(name: str, folder: Path = FOLDER) -> pd.DataFrame:
    """Return one table of the book's data."""
    return pd.read_csv(folder / f"{name}.csv", keep_default_na=False, na_values=[""])


def split_list(column: pd.Series) -> pd.Series:
    """Return a column of lists joined by `; ` as lists; an empty cell as an empty list."""
    return column.map(lambda text: [part.strip() for part in text.split(";")], na_action="ignore")
