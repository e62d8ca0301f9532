"""One style for every figure of the book, and the object in which a figure is shown and saved.

A figure is 4.8 inches wide and its text is 9.5 points or more, so that it stays readable at the
width of a phone (360 px, where it is shown at about 70 %) without a second version. Colours are
safe for colour-blind readers and differ in lightness, so that a greyscale print keeps them apart.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping
from dataclasses import dataclass

import matplotlib
import pandas as pd

from partnership.figures.values import as_csv, checked

matplotlib.use("agg")
# A figure is the same for everybody: what a user has set for other drawings is left out.
matplotlib.rcdefaults()

from matplotlib.figure import Figure  # noqa: E402  (after the backend is chosen)

WIDTH = 4.8
"""Width of every figure in inches."""

TRADITION = {"pam": "#0B4F8A", "sm": "#E07B00", "both": "#7A5BA6", "neither": "#A3A9AF"}
"""Fill of a tradition, the same in every figure (codes of `codebook.csv`)."""

TRADITION_TEXT = {"pam": "#0B4F8A", "sm": "#A35300", "both": "#5F438A", "neither": "#5A6067"}
"""Text in a tradition's colour: dark enough to read on white (contrast of 4.5 or more)."""

TRADITION_LABEL = {
    "pam": "public administration\nand management",
    "sm": "service management",
    "both": "both views",
    "neither": "no view of a\nuser’s part",
}
"""What a tradition is called in a figure."""

INK = "#22262B"
MUTED = "#5A6067"
RULE = "#C9CED3"
ACCENT = "#0E7C66"
"""For what belongs to neither tradition: data of its own, highlights."""

RC = {
    "font.family": "DejaVu Sans",
    "font.size": 10,
    "axes.titlesize": 10.5,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 10,
    "axes.labelcolor": INK,
    "axes.edgecolor": RULE,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.axisbelow": True,
    "xtick.labelsize": 9.5,
    "ytick.labelsize": 9.5,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "text.color": INK,
    "grid.color": RULE,
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "svg.fonttype": "path",
    "pdf.fonttype": 42,
}

CREATOR = "Co-producing Patient Safety"

drawn: dict[str, BookFigure] = {}
"""Every figure drawn in this session, by name: what `make figures` saves after a notebook ran."""


def canvas(height: float, **subplots) -> tuple[Figure, object]:
    """Open an empty figure in the book's style.

    Parameters
    ----------
    height : float
        Height in inches; the width is `WIDTH`.
    **subplots
        Passed to :meth:`matplotlib.figure.Figure.subplots`.

    Returns
    -------
    tuple
        The figure, and its axes as `subplots` returns them.
    """
    with matplotlib.rc_context(RC):
        figure = Figure(figsize=(WIDTH, height), layout="constrained")
        return figure, figure.subplots(**subplots)


@dataclass(frozen=True)
class BookFigure:
    """A finished figure with all that a reader, a screen reader or a citing author needs.

    Attributes
    ----------
    name : str
        Its one name: the file in `figures/` and the label in the text (lower case, hyphens).
    chapter : str
        The chapter that shows it: file name in `chapters/` without its ending.
    caption : str
        Its caption, one to three sentences; the only place where it is written.
    alt : str
        What a reader who cannot see it needs to know, with its main numbers (computed).
    data : tuple of str
        The files in `data/` that it is drawn from.
    values : pandas.DataFrame
        What it draws, a row each, as a reader would want to use it again.
    columns : mapping of str to str
        What each column of `values` means, with its unit.
    plot : matplotlib.figure.Figure
        The drawing.

    Raises
    ------
    ValueError
        If it has no values, or not each of their columns is explained.

    Notes
    -----
    In a notebook it shows itself as SVG, the same bytes on every run: identifiers are salted
    with the name, no date is written, text is drawn as outlines of a font that Matplotlib ships.
    Caption, alternative text, the columns of its values and the digest of the file that holds
    them are its plain-text form, so that the notebook check, which compares outputs, notices a
    change in them too.
    """

    name: str
    chapter: str
    caption: str
    alt: str
    data: tuple[str, ...]
    values: pd.DataFrame
    columns: Mapping[str, str]
    plot: Figure

    def __post_init__(self):
        """Remember the figure, so that `make figures` can save what a notebook drew."""
        checked(self.name, self.values, self.columns)
        drawn[self.name] = self

    def __repr__(self) -> str:
        digest = hashlib.sha256(self.csv()).hexdigest()
        lines = [f"Figure {self.name}", f"Caption: {self.caption}", f"Alt: {self.alt}"]
        lines += [f"Values: {len(self.values)} rows, SHA-256 {digest}"]
        lines += [f"{column}: {meaning}" for column, meaning in self.columns.items()]
        return "\n".join(lines)

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        return {"image/svg+xml": self.svg().decode(), "text/plain": repr(self)}

    def csv(self) -> bytes:
        """Return what the figure draws as a CSV file."""
        return as_csv(self.values)

    def svg(self) -> bytes:
        """Return the figure as SVG."""
        return self._saved("svg", metadata={"Date": None, "Creator": CREATOR, "Title": self.name})

    def pdf(self) -> bytes:
        """Return the figure as PDF, with its fonts embedded."""
        metadata = {"CreationDate": None, "Creator": CREATOR, "Title": self.name}
        return self._saved("pdf", metadata=metadata)

    def png(self) -> bytes:
        """Return the figure as PNG with 300 dots per inch."""
        return self._saved("png", dpi=300, metadata={"Software": CREATOR, "Title": self.name})

    def _saved(self, form: str, **options) -> bytes:
        buffer = io.BytesIO()
        with matplotlib.rc_context({**RC, "svg.hashsalt": self.name}):
            self.plot.savefig(buffer, format=form, **options)
        return buffer.getvalue()
