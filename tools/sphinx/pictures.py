"""Draw the small pictures of the site: the book's mark, and a card for each page.

A card is what other sites show of a page when somebody links to it.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

import matplotlib
from PIL import Image, ImageDraw, ImageFont

BLUE, WHITE, AMBER, GREEN = "#0b4f8a", "#ffffff", "#f6a623", "#0e7c66"
INK, MUTED = "#22262b", "#5a6067"
CARD = (1200, 630)
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


@cache
def _font(size: int, bold: bool = False) -> ImageFont.FreeTypeFont:
    """Return the figures' typeface, which comes with Matplotlib."""
    name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
    return ImageFont.truetype(Path(matplotlib.get_data_path(), "fonts", "ttf", name), size)


def _lines(text: str, font: ImageFont.FreeTypeFont, width: int) -> list[str]:
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if font.getlength(longer) <= width or not lines[-1]:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def card(title: str, above: str, below: str) -> Image.Image:
    """Return a page's card.

    Parameters
    ----------
    title
        What the page is called.
    above
        What stands over it, such as the chapter's number.
    below
        What stands at the foot: the book's title.
    """
    picture = Image.new("RGB", CARD, WHITE)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, 28, CARD[1]), BLUE)
    left, width = 100, CARD[0] - 200
    sizes = (84, 76, 68, 60, 52)
    wrapped = {size: _lines(title, _font(size, bold=True), width) for size in sizes}
    size = next(size for size, lines in wrapped.items() if len(lines) * size < 250)
    lines = wrapped[size]
    top = 110
    draw.text((left, top), above, MUTED, _font(36))
    for number, line in enumerate(lines):
        draw.text((left, top + 70 + number * size * 1.22), line, INK, _font(size, bold=True))
    badge = mark(72)
    picture.paste(badge, (left, CARD[1] - 142), badge)
    foot = next(s for s in range(34, 0, -1) if _font(s).getlength(below) <= width - 96)
    draw.text((left + 96, CARD[1] - 106), below, INK, _font(foot), anchor="lm")
    return picture.quantize(32)
