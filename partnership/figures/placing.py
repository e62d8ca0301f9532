"""Placing labels next to what they name, so that none covers another: greedy and deterministic."""

from __future__ import annotations

from collections.abc import Iterable
from math import cos, pi, sin
from typing import NamedTuple

from matplotlib.font_manager import FontProperties
from matplotlib.textpath import TextPath

POINTS = 72
"""Points in an inch."""
LEADING = 1.25
"""Height of a line of text, where the size of its letters is 1."""
DISTANCES = (0.0, 0.05, 0.1, 0.16, 0.24, 0.34, 0.46, 0.6)
"""How far from its anchor a label may stand, in inches: the nearest free place is taken."""
DIRECTIONS = tuple(
    pi * turn / 180 for turn in (0, 180, 270, 90, 330, 210, 30, 150, 300, 240, 60, 120)
)
"""In which directions a place is looked for, in this order."""

TOUCH = 1e-9
"""Below this area in square inches two boxes only touch, which sums of fractions hide."""


class Box(NamedTuple):
    """A rectangle, in inches."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def middle(self) -> tuple[float, float]:
        """The point in its middle."""
        return (self.left + self.right) / 2, (self.bottom + self.top) / 2

    def overlap(self, other: Box) -> float:
        """Return the area it shares with another, in square inches."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.top, other.top) - max(self.bottom, other.bottom)
        return max(width, 0.0) * max(height, 0.0)

    def within(self, other: Box) -> bool:
        """Whether it lies in another."""
        return (
            self.left >= other.left
            and self.bottom >= other.bottom
            and self.right <= other.right
            and self.top <= other.top
        )


def around(x: float, y: float, width: float, height: float) -> Box:
    """Return the rectangle of a width and height around a point."""
    return Box(x - width / 2, y - height / 2, x + width / 2, y + height / 2)


def text_size(text: str, size: float, weight: str = "normal") -> tuple[float, float]:
    """Return the width and height of text in the book's font.

    Parameters
    ----------
    text : str
        Lines separated by a line break.
    size : float
        Size of the letters in points.
    weight : str
        `normal` or `bold`.

    Returns
    -------
    tuple of float
        In inches, measured on the outlines, so that it is the same on every machine.
    """
    font = FontProperties(family="DejaVu Sans", weight=weight)
    lines = text.split("\n")
    widest = max(TextPath((0, 0), line, size=size, prop=font).get_extents().x1 for line in lines)
    return widest / POINTS, len(lines) * size * LEADING / POINTS


def place(
    anchor: Box, size: tuple[float, float], taken: Iterable[Box], bounds: Box
) -> tuple[Box, float]:
    """Return the nearest free place for a label.

    Parameters
    ----------
    anchor : Box
        What the label names.
    size : tuple of float
        Its width and height in inches.
    taken : iterable of Box
        Where it must not stand.
    bounds : Box
        Where it must stand.

    Returns
    -------
    box : Box
        Where it stands: beside the anchor, in the first of `DIRECTIONS` that is free at the
        smallest of `DISTANCES`; where nothing is free, where it covers least.
    distance : float
        How far from the anchor that is, in inches.
    """
    taken = list(taken)
    x, y = anchor.middle
    width, height = size
    reach_x = (anchor.right - anchor.left + width) / 2
    reach_y = (anchor.top - anchor.bottom + height) / 2
    least = None
    for distance in DISTANCES:
        for turn in DIRECTIONS:
            # From the anchor's edge outwards: at a slant the label's corner is what is near.
            across = min(1.0, max(-1.0, 1.6 * cos(turn)))
            up = min(1.0, max(-1.0, 1.6 * sin(turn)))
            box = around(
                x + across * reach_x + distance * cos(turn),
                y + up * reach_y + distance * sin(turn),
                width,
                height,
            )
            if not box.within(bounds):
                continue
            covered = sum(box.overlap(other) for other in taken)
            if least is None or covered < least[0]:
                least = covered, box, distance
            if covered < TOUCH:
                return box, distance
    if least is None:
        raise ValueError(f"A label {width:.2f} by {height:.2f} inches has no room in {bounds}.")
    return least[1], least[2]
