"""Chapter 3 and the landing page: the two traditions side by side, drawn and in words."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch, Rectangle

from partnership.figures.style import (
    INK,
    MUTED,
    TRADITION,
    TRADITION_TEXT,
    WIDTH,
    BookFigure,
    canvas,
)


@dataclass(frozen=True)
class Row:
    """A question put to the two views, and the lines that each answers."""

    question: str
    pam: tuple[str, ...]
    sm: tuple[str, ...]
    own_reading: bool = False


HEADLINE = {"pam": "A part that is added", "sm": "A part that is inherent"}
NAME = {"pam": ("public administration", "and management"), "sm": ("service management",)}

ROWS = (
    Row(
        "Where does the user’s part come from?",
        ("The service adds it: people", "are asked, taught, required"),
        ("It is there in any case:", "no service without it"),
    ),
    Row(
        "Who steers?",
        ("Those who plan and", "run the service"),
        ("Both, where they meet;", "the person, in daily life"),
    ),
    Row(
        "When?",
        ("At set points: planning,", "delivery, assessment"),
        ("In every encounter, and", "in the life around it"),
    ),
    Row(
        "What is value?",
        ("Better services, and a", "say for those they serve"),
        ("Made in use, in a person’s", "life; it can be destroyed"),
    ),
    Row(
        "What does the patient do? *",
        ("Complies, checks, reports,", "advises, shares in design"),
        ("Acts from own knowledge,", "relations and strategies"),
        own_reading=True,
    ),
    Row(
        "What is safety then? *",
        ("A safe process that", "people help to keep"),
        ("Something people make,", "or lose, between them"),
        own_reading=True,
    ),
    Row(
        "What does it overlook? *",
        ("What people do unasked,", "and what it costs them"),
        ("Harm that talk cannot avert;", "people too ill to act"),
        own_reading=True,
    ),
)

CLOSING = ("The book asks: which of the two,", "or what mix, fits which safety issue?")
FOOTNOTE = "* this book’s reading"

# All lengths are in inches: the axes are the page, so that a line of text has one height.
TEXT = 9.5
LINE = 0.175
GUTTER = 0.1
INSET = 0.1
COLUMN = (WIDTH - GUTTER) / 2
LEFT = {"pam": 0.0, "sm": COLUMN + GUTTER}
HEAD = 1.84
QUESTION = 0.27
CELL_PADDING = 0.16
FOOT = 0.84


def two_traditions() -> BookFigure:
    """Draw the two views of the user's part side by side.

    Returns
    -------
    BookFigure
        Two columns, one a view: a small drawing of it, then its answers to the same questions.
    """
    height = HEAD + sum(_row_height(row) for row in ROWS) + FOOT
    figure, axes = canvas(height)
    figure.set_layout_engine("none")
    axes.set_position((0, 0, 1, 1))
    axes.set_xlim(0, WIDTH)
    axes.set_ylim(0, height)
    axes.set_axis_off()

    for tradition, x in LEFT.items():
        _tint(axes, tradition, height - HEAD, HEAD)
        bar = Rectangle((x, height - 0.07), COLUMN, 0.07, color=TRADITION[tradition], linewidth=0)
        axes.add_patch(bar)
        heading = {"weight": "bold", "color": TRADITION_TEXT[tradition]}
        _write(axes, x + INSET, height - 0.3, (HEADLINE[tradition],), size=11, **heading)
        _write(axes, x + INSET, height - 0.52, NAME[tradition], color=MUTED)
    _draw_added(axes, LEFT["pam"], height - 1.28)
    _draw_inherent(axes, LEFT["sm"], height - 1.28)

    top = height - HEAD
    for row in ROWS:
        _write(axes, INSET, top - 0.19, (row.question,), weight="bold")
        below = _row_height(row) - QUESTION
        for tradition, x in LEFT.items():
            _tint(axes, tradition, top - QUESTION - below, below)
            _write(axes, x + INSET, top - QUESTION - 0.195, getattr(row, tradition))
        top -= _row_height(row)

    centred = {"horizontalalignment": "center"}
    _write(axes, WIDTH / 2, FOOT - 0.3, CLOSING, size=10.5, weight="bold", **centred)
    _write(axes, WIDTH / 2, 0.1, (FOOTNOTE,), color=MUTED, **centred)

    return BookFigure(
        name="two-traditions",
        chapter="03-how-co-production-is-theorised",
        caption=(
            "Two views of the user’s part, drawn as opposites so that they can be told apart; "
            "many works hold some of each. The rows with an asterisk (*) are this book’s reading; "
            "the others condense the works that chapter 3 cites."
        ),
        alt=_in_words(),
        data=("codebook.csv",),
        values=_values(),
        columns={
            "question": "what is asked of the two views",
            "added": "answer of the view that the user’s part is added",
            "inherent": "answer of the view that the user’s part is inherent",
            "this_books_reading": "yes: this book’s reading; no: condensed from works cited",
        },
        plot=figure,
    )


def _draw_added(axes: Axes, x: float, y: float) -> None:
    """Draw a person outside a service, let in by an arrow; centred on a height."""
    colour = TRADITION["pam"]
    service = FancyBboxPatch(
        (x + 1.16, y - 0.24),
        0.98,
        0.48,
        boxstyle="round,pad=0,rounding_size=0.07",
        facecolor="white",
        edgecolor=colour,
        linewidth=1.4,
    )
    axes.add_patch(service)
    _write(axes, x + 1.65, y - 0.045, ("service",), horizontalalignment="center")
    axes.add_patch(Circle((x + 0.36, y), 0.13, color=colour, linewidth=0))
    _write(axes, x + 0.36, y - 0.32, ("person",), horizontalalignment="center")
    arrow = FancyArrowPatch((x + 0.55, y), (x + 1.15, y), arrowstyle="-|>", mutation_scale=12)
    arrow.set(color=colour, linewidth=1.4, linestyle=(0, (3, 2)))
    axes.add_patch(arrow)


def _draw_inherent(axes: Axes, x: float, y: float) -> None:
    """Draw a person's life and a service that overlap; centred on a height."""
    colour = TRADITION["sm"]
    radius, apart = 0.47, 0.33
    middle = x + COLUMN / 2
    circles = [Circle((middle + side * apart, y), radius) for side in (-1, 1)]
    for circle in circles:
        circle.set(facecolor="white", edgecolor="none")
        axes.add_patch(circle)
    shared = Circle((middle + apart, y), radius, facecolor=colour, alpha=0.45, linewidth=0)
    axes.add_patch(shared)
    shared.set_clip_path(circles[0])
    for side in (-1, 1):
        outline = Circle((middle + side * apart, y), radius)
        outline.set(facecolor="none", edgecolor=colour, linewidth=1.4)
        axes.add_patch(outline)
    _write(axes, middle - 0.47, y - 0.045, ("life",), horizontalalignment="center")
    _write(axes, middle + 0.47, y - 0.045, ("service",), horizontalalignment="center")


def _tint(axes: Axes, tradition: str, bottom: float, height: float) -> None:
    """Lay a tradition's tint behind a part of its column."""
    corner = (LEFT[tradition], bottom)
    colour = TRADITION[tradition]
    axes.add_patch(Rectangle(corner, COLUMN, height, color=colour, alpha=0.08, linewidth=0))


def _write(axes: Axes, x: float, y: float, lines: tuple[str, ...], size=TEXT, **style) -> None:
    """Write lines with the first baseline at `y`, each on its own baseline."""
    style = {"color": INK, **style}
    for number, line in enumerate(lines):
        axes.text(x, y - number * LINE * size / TEXT, line, fontsize=size, **style)


def _row_height(row: Row) -> float:
    """Return the height of a row in inches: its question and the longer of its answers."""
    return QUESTION + max(len(row.pam), len(row.sm)) * LINE + CELL_PADDING


def _values() -> pd.DataFrame:
    """Return what is written: a row a question, after what the views are called."""
    asked = [
        ("What is the view called?", HEADLINE["pam"], HEADLINE["sm"], False),
        ("Where is it at home?", " ".join(NAME["pam"]), " ".join(NAME["sm"]), False),
    ]
    asked += [
        (row.question.removesuffix(" *"), " ".join(row.pam), " ".join(row.sm), row.own_reading)
        for row in ROWS
    ]
    return pd.DataFrame(asked, columns=["question", "added", "inherent", "this_books_reading"])


def _in_words() -> str:
    """Return the whole drawing in words."""
    parts = ["Two columns compare two views of the user’s part."]
    drawn = {
        "pam": "a person stands outside a service and is let in",
        "sm": "a person’s life and a service are two circles that overlap",
    }
    for tradition, picture in drawn.items():
        parts.append(f"{HEADLINE[tradition]} ({' '.join(NAME[tradition])}): {picture}.")
    for row in ROWS:
        mark = " (this book’s reading)" if row.own_reading else ""
        question = row.question.removesuffix(" *")
        added, inherent = " ".join(row.pam), " ".join(row.sm)
        parts.append(f"{question}{mark} Added: {added}. Inherent: {inherent}.")
    return " ".join([*parts, " ".join(CLOSING)])
