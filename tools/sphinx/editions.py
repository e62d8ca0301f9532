"""The PDF and the EPUB, offered on the site where they have been made.

An edition that was made before a chapter, a figure or a table changed is not offered: the site
never gives away an older book than it shows. `make pdf` and `make epub` bring them up to date.

- `{editions}` is a line with a link to each edition and its size, or nothing where there is none.
- Templates find the same links as `editions`: `kind`, `use`, `size` and `path`.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.osutil import relative_uri

from partnership import __version__, editions


class edition_links(nodes.General, nodes.Element):  # noqa: N801 (docutils names nodes like this)
    """The line of links, written when the page is."""


class Editions(SphinxDirective):
    """`{editions}`: the whole book as one file, to download."""

    def run(self) -> list[nodes.Node]:
        return [edition_links()]


def size_in_words(path: Path) -> str:
    """Return the size of a file as people say it: `2.6 MB`."""
    return f"{path.stat().st_size / 1e6:.1f} MB"


def offered(root: str) -> list[dict[str, str]]:
    """Return the editions at hand, each with its way from a page.

    Parameters
    ----------
    root : str
        The way from the page to the top of the site, such as "../".
    """
    return [
        {
            "kind": edition.kind,
            "use": edition.use,
            "size": size_in_words(edition.path()),
            "path": f"{root}{edition.name}",
        }
        for edition in editions.current()
    ]


def write_links(translator, node: edition_links) -> None:
    """Write the line, on the site alone."""
    builder = translator.builder
    if builder.name != "html":
        raise nodes.SkipNode
    root = relative_uri(builder.get_target_uri(builder.current_docname), "")
    links = [
        f'<a href="{edition["path"]}" download>{edition["kind"]} {edition["use"]}'
        f" ({edition['size']})</a>"
        for edition in offered(root)
    ]
    if links:
        translator.body.append(
            f'<p class="editions">The whole book as one file: {" or ".join(links)}.</p>\n'
        )
    raise nodes.SkipNode


def add_to_context(app: Sphinx, pagename: str, template: str, context: dict, doctree) -> None:
    """Let the templates know what is offered."""
    context["editions"] = offered(relative_uri(app.builder.get_target_uri(pagename), ""))


def note_offer(app: Sphinx, config) -> None:
    """Have pages written anew when another edition is at hand than when they were written."""
    config.book_editions = [
        [edition.name, size_in_words(edition.path())] for edition in editions.current()
    ]


def put_on_site(app: Sphinx, failure: Exception | None) -> None:
    """Put what is offered on the site, and take away what no longer is."""
    if app.builder.name != "html" or failure:
        return
    now = editions.current()
    for edition in editions.EDITIONS:
        copy = Path(app.outdir, edition.name)
        if edition in now:
            shutil.copyfile(edition.path(), copy)
        else:
            copy.unlink(missing_ok=True)


def setup(app: Sphinx) -> dict[str, object]:
    """Register the extension with Sphinx."""
    app.add_node(edition_links, html=(write_links, None))
    app.add_directive("editions", Editions)
    app.add_config_value("book_editions", [], "html")
    app.connect("config-inited", note_offer)
    app.connect("html-page-context", add_to_context)
    app.connect("build-finished", put_on_site)
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True}
