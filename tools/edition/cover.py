"""The cover's picture: a dot for each coded work, in the colour of the view that the work takes."""

from __future__ import annotations

import io
import math
import textwrap

import matplotlib
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties

from partnership import citing, data
from partnership.figures.style import INK, MUTED, TRADITION

from .fonts import face

VIEWS = ("pam", "neither", "both", "sm")
"""From left to right on the cover, which is not an order of merit."""
GOLDEN = math.pi * (3 - math.sqrt(5))
WIDTH, HEIGHT = 4.8, 4.8
"""The picture's size in inches."""


def views() -> list[str]:
    """Return the view of each coded work in the agreed coding, in the cover's order."""
    codings = data.load("codings")
    agreed = codings[codings["coding"] == "agreed"]["tradition"]
    return sorted(agreed.dropna(), key=VIEWS.index)


def description() -> str:
    """Return in words what the cover shows."""
    found = views()
    counts = {view: found.count(view) for view in VIEWS}
    return (
        f"A disc of {len(found)} dots, one for each coded work of the literature dataset, in the "
        f"colour of the view of the user’s part that the work takes in the agreed coding: public "
        f"administration and management {counts['pam']} (blue), service management "
        f"{counts['sm']} (orange), both {counts['both']} (purple), neither {counts['neither']} "
        f"(grey)."
    )


def picture() -> bytes:
    """Return the picture alone, as PDF."""
    figure = Figure(figsize=(WIDTH, HEIGHT))
    _dots(figure.add_axes((0, 0, 1, 1)))
    return _saved(figure, "pdf")


def portrait() -> bytes:
    """Return a whole cover, as PNG in the proportions of a book reader."""
    figure = Figure(figsize=(6, 9.6), facecolor="white")
    _dots(figure.add_axes((0.1, 0.1, 0.8, 0.5)))
    title, _, subtitle = citing.citation()["title"].partition(": ")
    bold, plain = _font("Semibold"), _font("Regular")
    left = {"x": 0.1, "ha": "left", "va": "top", "color": INK}
    figure.text(y=0.93, s=textwrap.fill(title, 14), fontproperties=bold, fontsize=39, **left)
    subtitle = textwrap.fill(subtitle[:1].upper() + subtitle[1:], 42)
    figure.text(y=0.745, s=subtitle, fontproperties=plain, fontsize=16.5, linespacing=1.35, **left)
    left["color"] = MUTED
    figure.text(y=0.068, s=citing.authors(), fontproperties=plain, fontsize=14, **left)
    return _saved(figure, "png")


def _dots(axes) -> None:
    """Draw the dots as a sunflower has its seeds, coloured from left to right."""
    found = views()
    places = [
        (
            math.sqrt(seed + 0.5) * math.cos(seed * GOLDEN),
            math.sqrt(seed + 0.5) * math.sin(seed * GOLDEN),
        )
        for seed in range(len(found))
    ]
    radius = math.sqrt(len(found)) * 1.04
    axes.set(xlim=(-radius, radius), ylim=(-radius, radius), aspect="equal")
    axes.axis("off")
    for (x, y), view in zip(sorted(places), found, strict=True):
        axes.add_patch(matplotlib.patches.Circle((x, y), 0.62, color=TRADITION[view], linewidth=0))


def _font(name: str) -> FontProperties:
    return FontProperties(fname=str(face("Source Serif Pro", name)))


def _saved(figure: Figure, form: str) -> bytes:
    made = io.BytesIO()
    dated = {"CreationDate": None} if form == "pdf" else {"Software": None}
    figure.savefig(made, format=form, dpi=200, metadata=dated)
    return made.getvalue()
