"""The builder `pages`: each page's text alone, without a theme, from which PDF and EPUB are made.

Numbers, citations and references are those of the site, since the builder is Sphinx's own for
HTML. Only the frame around the text is left out, and what scripts need.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sphinx.application import Sphinx
from sphinx.builders.html import StandaloneHTMLBuilder

from partnership import __version__

# What a notebook's cell shows when it offers several forms: a drawing before a table before text.
FORMS = ("image/svg+xml", "text/markdown", "text/html", "text/plain")


class PagesBuilder(StandaloneHTMLBuilder):
    """Write `NAME.html` for each page, with nothing in it but the text, and the pictures."""

    name = "pages"
    copysource = False
    search = False
    use_index = False

    def get_doc_context(self, docname: str, body: str, metatags: str) -> dict[str, Any]:
        return {"body": body}

    def handle_page(self, pagename: str, addctx: dict[str, Any], *args: Any, **named: Any) -> None:
        path = Path(self.outdir, f"{pagename}.html")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(addctx["body"], encoding="utf-8")

    def finish(self) -> None:
        self.copy_image_files()


def take_forms(app: Sphinx, config) -> None:
    """Tell MyST-NB which form of an output this builder takes."""
    own = [(PagesBuilder.name, form, place) for place, form in enumerate(FORMS)]
    config.nb_mime_priority_overrides = [*config.nb_mime_priority_overrides, *own]


def setup(app: Sphinx) -> dict[str, object]:
    """Register the builder with Sphinx."""
    app.add_builder(PagesBuilder)
    app.connect("config-inited", take_forms, priority=1)
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True}
