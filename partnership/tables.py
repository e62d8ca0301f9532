"""A table as the book shows it: with a caption, row and column headings, and nothing cut off."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import pandas as pd


@dataclass(frozen=True)
class Table:
    """A data frame with a caption, which shows itself as an accessible HTML table.

    Attributes
    ----------
    frame : DataFrame
        What to show: the index (all its levels) becomes row headings, the columns column
        headings. Cells are shown as `str` gives them, empty where they are missing; round
        numbers before. A word between backticks is set as code.
    caption : str
        What the table shows, in a sentence. A word between backticks is set as code.
    links : sequence of str, optional
        An address for the row heading of each row, in order; empty for none.
    kind : str, optional
        A class for the style sheet, where a table needs a layout of its own.
    """

    frame: pd.DataFrame
    caption: str
    links: Sequence[str] | None = None
    kind: str = ""

    def __repr__(self) -> str:
        return f"Table: {self.caption}"

    def _repr_html_(self) -> str:
        heads = [*self.frame.index.names, *self.frame.columns]
        lines = [
            f'<table class="book-table {self.kind}">',
            f"<caption>{_text(self.caption)}</caption>",
            "<thead><tr>"
            + "".join(f'<th scope="col">{_text(head)}</th>' for head in heads)
            + "</tr></thead>",
            "<tbody>",
        ]
        rows = self.frame.itertuples(index=False)
        links = self.links if self.links is not None else [""] * len(self.frame)
        for label, row, link in zip(self.frame.index, rows, links, strict=True):
            names = [_text(name) for name in (label if isinstance(label, tuple) else (label,))]
            if link:
                names[-1] = f'<a href="{escape(link)}">{names[-1]}</a>'
            cells = [f'<th scope="row">{name}</th>' for name in names]
            cells += [f"<td>{_text(value)}</td>" for value in row]
            lines.append(f"<tr>{''.join(cells)}</tr>")
        return "\n".join([*lines, "</tbody>", "</table>"])


def _text(value: object) -> str:
    """Return a cell's text, escaped; a missing value as nothing."""
    if value is None or value is pd.NA or value != value:
        return ""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", escape(str(value)))
