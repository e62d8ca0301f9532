"""The frame around every page: layout, head, icons, links out, and what of the theme is left out.

The book keeps the look of the Sphinx Book Theme and leaves its scripts. The frame is
`templates/book/layout.html`, and `_static/js/shell.js` is what moves in it. Nothing of the theme or
of Jupyter Book's extensions is loaded that a page does not use (`slim.py` sees to the files).

Another extension adds to a page from `html-page-context`:

- `app.add_css_file("css/NAME.css")` and `app.add_js_file("js/NAME.js", defer="defer")` for the
  pages that need them; what merely lies in `_static` is on no page;
- `context["metatags"]`, a string, for the head;
- `context["article_start"]` and `context["article_end"]`, lists of HTML, above and below the text.

A page of its own, from `html-collect-pages`, extends `book/layout.html`. Templates have
`icon("name")`, a drawing from the theme's own set, and `book`, facts about the book.
"""

from __future__ import annotations

import json
import os
import re
import urllib.parse
from functools import cache
from html import escape
from pathlib import Path

import pydata_sphinx_theme
import sphinx_thebe
from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml
from markupsafe import Markup
from pictures import card, write_icons
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError

from partnership import __version__, citing

ROOT = Path(__file__).parents[2]
TEMPLATES = Path(__file__).parent / "templates"

# The theme's icons: Font Awesome Free 6, icons CC BY 4.0, https://fontawesome.com/license/free
ICONS = Path(pydata_sphinx_theme.__file__).parent.joinpath(
    "theme/pydata_sphinx_theme/static/scripts/fontawesome.js"
)

POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        # Figures are drawn, copied and turned into other formats in the page.
        "img-src 'self' data: blob:",
        # No script here asks for anything; what measures a page reads robots.txt in its name.
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "object-src 'none'",
    ]
)
"""What a page may load, as its Content-Security-Policy: its own files, and nothing inline."""

CARDS = "_static/cards"
"""Where the site keeps the pictures that other sites show of its pages."""

SENTENCE = re.compile(r"(?<=[.?!])\s+(?=[A-Z“])")


@cache
def _icon_set() -> str:
    return ICONS.read_text(encoding="utf-8")


@cache
def icon(name: str) -> Markup:
    """Return an icon of the theme's set as inline SVG, hidden from screen readers.

    Parameters
    ----------
    name
        The icon's name in Font Awesome Free 6, such as `magnifying-glass`.
    """
    drawn = re.search(
        rf'[{{,]"?{re.escape(name)}"?:(\[\d+,\d+,\[[^\]]*\],"[0-9a-f]+","[^"]+"\])', _icon_set()
    )
    if drawn is None:
        raise ExtensionError(f"the theme has no icon {name!r}")
    width, height, _, _, path = json.loads(drawn[1])
    return Markup(
        '<svg class="icon" viewBox="0 0 {} {}" aria-hidden="true" focusable="false">'
        '<path fill="currentColor" d="{}"/></svg>'
    ).format(width, height, path)


@cache
def facts() -> dict[str, str]:
    """Return what every page says of the book: title, authors, version, date."""
    return {
        "title": citing.short_title(),
        "subtitle": citing.citation()["title"].partition(": ")[2],
        "authors": citing.authors(),
        "version": citing.version(),
        "date": citing.released_in_words(),
        "isodate": citing.released(),
    }


def base_url() -> str:
    """Return where the site will be published, with a slash at the end, or nothing."""
    given = os.environ.get("BOOK_BASE_URL", "").rstrip("/")
    return f"{given}/" if given else ""


def describe(document: nodes.document | None, metadata: dict) -> str:
    """Return a sentence or two on a page, which tell what it is about where they stand alone.

    It is what the page's metadata say (`description`), or the question with which a chapter opens
    and the first sentence of its answer, or the first sentence of the page.
    """
    if metadata.get("description"):
        return str(metadata["description"])
    if document is None:
        return ""
    openings = [box for box in document.findall(nodes.admonition) if "question" in box["classes"]]
    if openings:
        question, *answer = openings[0].findall(nodes.paragraph)
        asked = " ".join(question.astext().split()).removeprefix("Question. ")
        return " ".join([asked, *map(first_sentence, answer[:1])])
    paragraphs = (found for found in document.findall(nodes.paragraph) if len(found.astext()) > 60)
    return next(map(first_sentence, paragraphs), "")


def first_sentence(paragraph: nodes.paragraph) -> str:
    """Return the first sentence of a paragraph as plain text."""
    return SENTENCE.split(" ".join(paragraph.astext().split()))[0]


def configure(app: Sphinx, config: Config) -> None:
    """Leave out what Jupyter Book adds to every page, and choose what the frame shows."""
    config.templates_path.insert(0, str(TEMPLATES))
    config.html_baseurl = base_url()
    # Jupyter Book puts each style and script that lies in `_static` on every page.
    config.html_css_files = []
    config.html_js_files = []
    options = config.html_theme_options
    options.update(use_download_button=False, use_fullscreen_button=False)
    launch = options.get("launch_buttons") or {}
    if options.get("repository_url"):
        launch["colab_url"] = "https://colab.research.google.com"
        launch["jupyterhub_url"] = os.environ.get("BOOK_JUPYTERHUB_URL", "")
        options["launch_buttons"] = launch


def leave_out(app: Sphinx) -> None:
    """Switch off Sphinx's search, which the book's own replaces, and Thebe, which needs a server.

    Jupyter Book loads Thebe whether it is wanted or not.
    """
    if app.builder.name != "html":
        return
    app.builder.search = False
    for listener in list(app.events.listeners["doctree-resolved"]):
        if listener.handler is sphinx_thebe.update_thebe_context:
            app.disconnect(listener.id)


JOINED = ("_static/js/planner.js",)
"""Scripts of the book's own that lie nowhere in one piece before the site is built."""


def _own(file: object) -> bool:
    """Tell whether a style or script is the book's own."""
    name = getattr(file, "filename", None)
    return bool(name) and (name in JOINED or (ROOT / name).is_file())


def frame(
    app: Sphinx, page: str, template: str, context: dict, document: nodes.document | None
) -> str | None:
    """Give the templates what they show, and keep only the book's own styles and scripts."""
    if app.builder.name != "html":
        return None
    context["css_files"] = [file for file in context["css_files"] if _own(file)]
    context["script_files"] = [file for file in context["script_files"] if _own(file)]
    context["policy"] = POLICY
    context["book"] = facts()
    context["icon"] = icon
    if base_url() and document is not None:
        context["card"] = f"{base_url()}{CARDS}/{card_name(page)}"
    context["description"] = describe(document, app.env.metadata.get(page, {}))
    context.setdefault("article_start", [])
    context.setdefault("article_end", [])
    context.setdefault("metatags", "")
    return "book/page.html" if template == "page.html" else None


def extra_pages(app: Sphinx) -> list[tuple[str, dict, str]]:
    """Return the pages that no chapter makes."""
    if app.builder.name != "html":
        return []
    # The host shows 404.html at any depth: what it names must be named from the host's root.
    root = urllib.parse.urlsplit(base_url()).path
    return [
        ("search", {"title": "Search"}, "book/search.html"),
        ("404", {"title": "No such page", "root": root}, "book/404.html"),
    ]


def card_name(page: str) -> str:
    """Return the file name of a page's card."""
    return f"{page.rpartition('/')[2]}.png"


def write_cards(app: Sphinx, folder: Path) -> None:
    """Write a card for each page of the book."""
    folder.mkdir(parents=True, exist_ok=True)
    for page in sorted(app.env.found_docs):
        number = app.env.toc_secnumbers.get(page, {}).get("")
        title = app.env.titles[page].astext()
        is_front = page == app.config.root_doc
        above = f"Chapter {number[0]}" if number else "" if is_front else "Appendix"
        below = facts()["subtitle"] if is_front else facts()["title"]
        card(title, above, below[0].upper() + below[1:]).save(
            folder / card_name(page), optimize=True
        )


def write_for_engines(app: Sphinx, site: Path) -> None:
    """Write what tells search engines which pages there are."""
    addresses = [base_url() + app.builder.get_target_uri(page) for page in app.env.found_docs]
    listed = "".join(f"<url><loc>{escape(address)}</loc></url>\n" for address in sorted(addresses))
    site.joinpath("sitemap.xml").write_text(
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{listed}</urlset>\n',
        encoding="utf-8",
    )
    site.joinpath("robots.txt").write_text(
        f"User-agent: *\nAllow: /\nSitemap: {base_url()}sitemap.xml\n", encoding="utf-8"
    )


def finish(app: Sphinx, exception: Exception | None) -> None:
    """Write what stands beside the pages: pictures, and what needs the site's address."""
    if exception or app.builder.name != "html":
        return
    site = Path(app.outdir)
    write_icons(site / "_static")
    if base_url():
        write_cards(app, site / CARDS)
        write_for_engines(app, site)
    else:
        for name in ("sitemap.xml", "robots.txt"):
            site.joinpath(name).unlink(missing_ok=True)


def _math(self, node: nodes.Element, as_block: bool) -> None:
    self.body.append(tex2mathml(node.astext(), as_block=as_block))
    raise nodes.SkipNode


def inline_math(self, node: nodes.math) -> None:
    """Write a formula in the text as MathML, which browsers show by themselves."""
    _math(self, node, as_block=False)


def block_math(self, node: nodes.math_block) -> None:
    """Write a formula on a line of its own as MathML."""
    _math(self, node, as_block=True)


def setup(app: Sphinx) -> dict[str, object]:
    """Register the extension with Sphinx."""
    # After the addresses are known, before the theme reads its options.
    app.connect("config-inited", configure, priority=2)
    app.connect("builder-inited", leave_out)
    # After all others have said what they add.
    app.connect("html-page-context", frame, priority=900)
    app.connect("html-collect-pages", extra_pages)
    app.connect("build-finished", finish)
    app.add_html_math_renderer("mathml", (inline_math, None), (block_math, None))
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True}
