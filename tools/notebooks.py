"""What the tools that execute and check the book's notebooks share."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[1]
CHAPTERS = ROOT / "chapters"
FIGURES = ROOT / "figures"
BUILD = ROOT / "_build"

FORMS = ("svg", "pdf", "png", "csv")
"""The forms in which every figure lies in `figures/`; the last holds its values."""
LISTS = {"figures.csv", "columns.csv"}
"""What else lies there: all figures, and what the columns of their values mean."""

FIGURE_TEXT = re.compile(
    r"Figure (?P<name>[a-z0-9-]+)\nCaption: (?P<caption>.+)\nAlt: (?P<alt>.+)\n"
    r"Values: (?P<rows>\d+) rows, SHA-256 (?P<digest>[0-9a-f]{64})\n(?P<columns>(?:.+: .+\n?)+)"
)


def figure_in(cell: nbformat.NotebookNode) -> dict[str, str] | None:
    """Return name, caption, alt, values in short and SVG of the figure that a cell shows, or None.

    Of the values there are the number of `rows`, the `digest` of the file that holds them, and
    their `columns`, a line each with its meaning.

    Raises
    ------
    ValueError
        If the cell shows more than one figure: each needs a cell of its own, since the cell
        carries its caption.
    """
    found = []
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        text = FIGURE_TEXT.fullmatch(data.get("text/plain", ""))
        if text and "image/svg+xml" in data:
            found.append({**text.groupdict(), "svg": data["image/svg+xml"]})
    if len(found) > 1:
        names = ", ".join(figure["name"] for figure in found)
        raise ValueError(f"one cell shows {len(found)} figures ({names}); give each its own cell")
    return found[0] if found else None


def figure_metadata(figure: dict[str, str]) -> dict:
    """Return the cell metadata with which the site numbers, captions and describes a figure."""
    return {
        "figure": {"caption": figure["caption"], "name": f"fig-{figure['name']}"},
        "image": {"alt": figure["alt"]},
    }


def first_line(cell: nbformat.NotebookNode) -> str:
    """Return the first line of a cell that is not an import, to recognise the cell by."""
    lines = [line.strip() for line in cell.source.splitlines() if line.strip()]
    telling = [line for line in lines if not line.startswith(("import ", "from "))]
    return (telling or lines or ["(empty cell)"])[0]
