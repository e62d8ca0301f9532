"""What the tools that execute and check the book's notebooks share."""

from __future__ import annotations

import csv
import os
import re
import sys
from pathlib import Path

import nbformat

from partnership.files import stop_tidily

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


THEIR_OWN = {
    "IPYTHONDIR": "ipython",
    "JUPYTER_CONFIG_DIR": "jupyter",
    "JUPYTER_DATA_DIR": "jupyter",
    "JUPYTER_RUNTIME_DIR": "jupyter/runtime",
    "MPLCONFIGDIR": "matplotlib",
}
"""Where programs look for what a user has set, and the folder that they get instead."""
LEFT_OUT = (
    "JUPYTER_PATH",
    "JUPYTER_CONFIG_PATH",
    "MATPLOTLIBRC",
    "PYTHONIOENCODING",
    "PYTHONSTARTUP",
)
"""Variables by which a user's own settings could reach a notebook."""


def begin() -> None:
    """Make a tool run the same for everybody, and stop without leaving anything.

    Settings of the user, which could alter an output, are left out, and nothing is written into
    the home folder. What the terminal cannot show is told in another way.
    """
    home = BUILD / "home"
    try:
        home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        sys.exit(f"{home}: {error.strerror}. The book's folder must be open to writing.")
    for variable, folder in THEIR_OWN.items():
        os.environ[variable] = str(home / folder)
    os.environ["PYTHONUTF8"] = "1"  # names of folders need not be in the user's own encoding
    for variable in LEFT_OUT:
        os.environ.pop(variable, None)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")
    stop_tidily()


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


def svg_file(figure: dict[str, str]) -> bytes:
    """Return the file that holds the drawing of a figure in a notebook."""
    return (figure["svg"].rstrip("\n") + "\n").encode()


def listed(name: str) -> list[dict[str, str]]:
    """Return the rows of a list in `figures/`, none if there is no such list yet."""
    path = FIGURES / name
    if not path.exists():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def first_line(cell: nbformat.NotebookNode) -> str:
    """Return the first line of a cell that is not an import, to recognise the cell by."""
    lines = [line.strip() for line in cell.source.splitlines() if line.strip()]
    telling = [line for line in lines if not line.startswith(("import ", "from "))]
    return (telling or lines or ["(empty cell)"])[0]
