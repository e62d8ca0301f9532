"""Draw the small pictures of the site: the mark that stands for the book."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageDraw

BLUE, WHITE, AMBER, GREEN = "#0b4f8a", "#ffffff", "#f6a623", "#0e7c66"
# Drawn larger and scaled down, so that edges are smooth.
FINER = 8


def mark(size: int) -> Image.Image:
    """Return the book's mark, two circles that share a part, as in `_static/favicon.svg`.

    Parameters
    ----------
    size
        Width and height in pixels.
    """
    scale = size * FINER / 32
    picture = Image.new("RGBA", (size * FINER, size * FINER))
    draw = ImageDraw.Draw(picture)
    draw.rounded_rectangle((0, 0, 32 * scale, 32 * scale), 7 * scale, BLUE)
    left, right = (
        tuple(value * scale for value in box) for box in ((4, 8, 20, 24), (12, 8, 28, 24))
    )
    draw.ellipse(left, WHITE)
    draw.ellipse(right, AMBER)
    shared = Image.new("L", picture.size)
    ImageDraw.Draw(shared).ellipse(left, 255)
    outside = Image.new("L", picture.size)
    ImageDraw.Draw(outside).ellipse(right, 255)
    shared.paste(0, mask=outside.point(lambda value: 255 - value))
    picture.paste(GREEN, mask=shared)
    return picture.resize((size, size), Image.Resampling.LANCZOS)


def write_icons(folder: Path) -> None:
    """Write the mark for browsers that do not read SVG, and for home screens."""
    mark(48).save(folder / "favicon.ico", sizes=[(16, 16), (32, 32), (48, 48)])
    mark(180).quantize(16).save(folder / "apple-touch-icon.png", optimize=True)
