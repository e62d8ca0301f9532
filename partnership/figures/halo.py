"""Text with a pale rim, which keeps it readable where a line or a soft mark lies behind it."""

from __future__ import annotations

from matplotlib.backend_bases import RendererBase
from matplotlib.patheffects import withStroke
from matplotlib.text import Text

RIM, ALPHA = 2.2, 0.8
"""Width of the rim's line in points, and how far it covers what is behind."""
GLYPH = 64 * 100
"""Units of a glyph in an SVG for each point of the size of its letters."""


class Haloed(Text):
    """Text with a white rim.

    Matplotlib writes text with an effect into an SVG as outlines of its own, letter by letter and
    twice over. Here both the rim and the text refer to the letters that the whole drawing shares,
    which makes the file a fraction as large.
    """

    def __init__(self, *arguments, **style):
        super().__init__(*arguments, **style)
        self.set_path_effects([withStroke(linewidth=RIM, foreground="white", alpha=ALPHA)])

    def draw(self, renderer: RendererBase) -> None:
        """Draw the rim, then the text on it."""
        writer = getattr(renderer, "writer", None)
        if writer is None:  # not an SVG
            super().draw(renderer)
            return
        effects, colour = self.get_path_effects(), self.get_color()
        width = RIM * GLYPH / self.get_fontsize()
        self.set_path_effects([])
        try:
            self.set_color("white")
            writer.start(
                "g",
                attrib={"style": f"stroke: #ffffff; stroke-width: {width:.1f}; opacity: {ALPHA}"},
            )
            super().draw(renderer)
            writer.end("g")
            self.set_color(colour)
            super().draw(renderer)
        finally:
            self.set_color(colour)
            self.set_path_effects(effects)
