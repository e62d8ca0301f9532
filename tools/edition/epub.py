"""Make the book's EPUB: `python -m tools.edition.epub` writes `_build/epub/co-producing-….epub`.

The file is the same whenever it is made from the same sources: nothing in it tells when or where.
"""

from __future__ import annotations

import copy
import io
import re
import sys
import time
import uuid
import zipfile
from html import escape

from bs4 import Tag

from partnership import citing, editions

from . import cover, front, source
from .source import Edition, EditionFailed, Page

LANGUAGE = "en-GB"
STYLE = source.HERE / "epub.css"

CONTAINER = """<?xml version="1.0" encoding="UTF-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container">
<rootfiles>
<rootfile full-path="EPUB/book.opf" media-type="application/oebps-package+xml"/>
</rootfiles>
</container>
"""
PAGE = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" \
lang="{language}" xml:lang="{language}">
<head>
<title>{title}</title>
<link rel="stylesheet" type="text/css" href="book.css"/>
</head>
<body{kind}>
{body}
</body>
</html>
"""
ACCESS = {
    "schema:accessMode": ("textual", "visual"),
    "schema:accessModeSufficient": ("textual",),
    "schema:accessibilityFeature": (
        "alternativeText",
        "displayTransformability",
        "readingOrder",
        "structuralNavigation",
        "tableOfContents",
    ),
    "schema:accessibilityHazard": ("none",),
    "schema:accessibilitySummary": (
        "Every figure has a text alternative that gives its numbers, every table has headings for "
        "rows and columns, and headings follow the structure of the book. Nothing is told by "
        "colour alone. There is no script, sound or film.",
    ),
}
"""What EPUB Accessibility 1.1 asks a publication to tell of itself."""

KINDS = {
    "glossary": ' epub:type="backmatter glossary"',
    "references": ' epub:type="backmatter bibliography"',
}
MANY_COLUMNS = 3
"""A table with more columns is set row by row on a narrow screen."""
CELLS = {"table": "table", "thead": "rowgroup", "tbody": "rowgroup", "tr": "row", "td": "cell"}


def main() -> int:
    """Make the EPUB; return the exit code."""
    print("Making the EPUB …", flush=True)
    start = time.perf_counter()
    made_from = editions.fingerprint()
    try:
        content = make(source.read())
    except EditionFailed as failure:
        print(f"{failure}\nThe EPUB was not made: correct the above.", file=sys.stderr)
        return 1
    source.keep(editions.EPUB, content, made_from, time.perf_counter() - start)
    return 0


def make(edition: Edition) -> bytes:
    """Return the whole book as an EPUB 3 file."""
    pages = {"cover.xhtml": _cover_page(edition), "about.xhtml": _about_page(edition)}
    for page in edition.pages:
        if page.part:
            name, body = _part_page(page.part)
            pages[name] = _page(page.part, body, ' epub:type="bodymatter part"')
        kind = KINDS.get(page.name, "" if page.number else "")
        pages[f"{page.name}.xhtml"] = _page(_heading(page), _body(page), kind)
    shown = _shown(edition)
    files = {
        "EPUB/book.opf": _package(list(pages), shown),
        "EPUB/nav.xhtml": _navigation(edition),
        "EPUB/book.css": STYLE.read_bytes(),
        "EPUB/images/cover.png": cover.portrait(),
        **{f"EPUB/{name}": text for name, text in pages.items()},
        **{f"EPUB/images/{name}.svg": edition.pictures[name].read_bytes() for name in shown},
    }
    return _zipped({"META-INF/container.xml": CONTAINER, **files})


def _zipped(files: dict[str, str | bytes]) -> bytes:
    """Return the files as a ZIP archive, its type first and plain, as readers expect it."""
    made = io.BytesIO()
    year, month, day = (int(part) for part in citing.released().split("-"))
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in {"mimetype": "application/epub+zip", **files}.items():
            entry = zipfile.ZipInfo(name, (year, month, day, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            packed = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(entry, content, packed, 9)
    return made.getvalue()


def _page(title: str, body: str, kind: str = "") -> str:
    return PAGE.format(language=LANGUAGE, title=escape(title), body=body, kind=kind)


def _cover_page(edition: Edition) -> str:
    alt = f"Cover of {edition.title}: {edition.subtitle}. {cover.description()}"
    body = f'<p class="cover"><img src="images/cover.png" alt="{escape(alt)}"/></p>'
    return _page("Cover", body, ' epub:type="frontmatter cover"')


def _about_page(edition: Edition) -> str:
    return _page("About this edition", front.colophon(edition), ' epub:type="frontmatter"')


def _part_page(part: str) -> tuple[str, str]:
    return f"part-{_plain(part)}.xhtml", f'<h1 class="part">{escape(part)}</h1>'


def _plain(text: str) -> str:
    return re.sub(r"\W+", "-", text.lower()).strip("-")


def _heading(page: Page) -> str:
    return f"{page.number}. {page.title}" if page.number else page.title


def _body(page: Page) -> str:
    """Return a page's text with what readers of books know: kinds of links, rows that stack."""
    body = copy.copy(page.body)
    for picture in body.find_all("img"):
        picture["src"] = f"images/{picture['src']}"
    for link in body.find_all("a", href=True):
        if link["href"].startswith("references.xhtml#"):
            link["role"] = "doc-biblioref"
        elif link["href"].startswith("glossary.xhtml#"):
            link["role"] = "doc-glossref"
    for table in body.find_all("table"):
        _label_cells(table)
    return body.decode(formatter="minimal")


def _label_cells(table: Tag) -> None:
    """Write its column beside each cell of a wide table, and keep it a table where rows stack."""
    columns = [" ".join(cell.get_text().split()) for cell in table.find("tr").find_all("th")]
    if len(columns) <= MANY_COLUMNS:
        return
    table["class"] = [*table.get("class", []), "stacks"]
    for tag in [table, *table.find_all(list(CELLS))]:
        tag["role"] = CELLS[tag.name]
    for heading in table.find_all("th"):
        heading["role"] = "rowheader" if heading.get("scope") == "row" else "columnheader"
    for row in table.tbody.find_all("tr"):
        for cell, column in zip(row.find_all(["th", "td"]), columns, strict=False):
            cell["data-column"] = column


def _shown(edition: Edition) -> list[str]:
    """Return the pictures that the pages show, each once, in their order."""
    found = (picture["src"] for page in edition.pages for picture in page.body.find_all("img"))
    return list(dict.fromkeys(src.removesuffix(".svg") for src in found))


# --- what tells a reader's device what the book holds ---------------------------------------------


def _package(pages: list[str], shown: list[str]) -> str:
    cff = citing.citation()
    identity = uuid.uuid5(uuid.NAMESPACE_URL, f"{cff['title']} {citing.version()}")
    access = "\n".join(
        f'<meta property="{name}">{escape(text)}</meta>'
        for name, texts in ACCESS.items()
        for text in texts
    )
    subjects = "\n".join(f"<dc:subject>{escape(word)}</dc:subject>" for word in cff["keywords"])
    items = [
        '<item id="nav" href="nav.xhtml" media-type="application/xhtml+xml" properties="nav"/>',
        '<item id="style" href="book.css" media-type="text/css"/>',
        '<item id="cover-image" href="images/cover.png" media-type="image/png" '
        'properties="cover-image"/>',
    ]
    items += [
        f'<item id="picture-{name}" href="images/{name}.svg" media-type="image/svg+xml"/>'
        for name in shown
    ]
    ids = {name: f"page-{name.removesuffix('.xhtml')}" for name in pages}
    items += [
        f'<item id="{ids[name]}" href="{name}" media-type="application/xhtml+xml"/>'
        for name in pages
    ]
    spine = [f'<itemref idref="{ids[name]}"/>' for name in pages]
    spine.insert(2, '<itemref idref="nav"/>')
    line = "\n"
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="identity" \
xml:lang="{LANGUAGE}">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="identity">urn:uuid:{identity}</dc:identifier>
<dc:title>{escape(cff["title"])}</dc:title>
<dc:creator>{escape(citing.authors())}</dc:creator>
<dc:language>{LANGUAGE}</dc:language>
<dc:date>{citing.released()}</dc:date>
<dc:description>{escape(" ".join(cff["abstract"].split()))}</dc:description>
<dc:rights>Text, figures and data: CC BY 4.0. Code: MIT.</dc:rights>
{subjects}
<meta property="dcterms:modified">{citing.released()}T00:00:00Z</meta>
{access}
</metadata>
<manifest>
{line.join(items)}
</manifest>
<spine>
{line.join(spine)}
</spine>
</package>
"""


def _navigation(edition: Edition) -> str:
    entries: list[str] = ['<li><a href="about.xhtml">About this edition</a></li>']
    opened = False
    for page in edition.pages:
        if page.part:
            name, _ = _part_page(page.part)
            entries.append("</ol></li>" if opened else "")
            entries.append(f'<li><a href="{name}">{escape(page.part)}</a><ol>')
            opened = True
        entries.append(_entry(page))
    entries.append("</ol></li>" if opened else "")
    figures = "".join(
        f'<li><a href="{page.name}.xhtml#{figure["id"]}">{escape(label)}</a></li>'
        for page in edition.pages
        for figure, label in source.figures_of(page)
    )
    first = edition.pages[0].name
    body = f"""<nav epub:type="toc" role="doc-toc" id="toc"><h1>Contents</h1>
<ol>{"".join(entries)}</ol></nav>
<nav epub:type="loi" id="figures"><h2>Figures</h2><ol>{figures}</ol></nav>
<nav epub:type="landmarks" hidden="hidden"><h2>Landmarks</h2><ol>
<li><a epub:type="cover" href="cover.xhtml">Cover</a></li>
<li><a epub:type="toc" href="#toc">Contents</a></li>
<li><a epub:type="bodymatter" href="{first}.xhtml">Introduction</a></li>
<li><a epub:type="glossary" href="glossary.xhtml">Glossary</a></li>
<li><a epub:type="bibliography" href="references.xhtml">References</a></li>
</ol></nav>"""
    return _page("Contents", body, ' epub:type="frontmatter"')


def _entry(page: Page) -> str:
    sections = "".join(
        f'<li><a href="{page.name}.xhtml#{place}">{escape(label)}</a></li>'
        for place, label in source.sections_of(page)
    )
    nested = f"<ol>{sections}</ol>" if sections else ""
    return f'<li><a href="{page.name}.xhtml">{escape(_heading(page))}</a>{nested}</li>'


if __name__ == "__main__":
    sys.exit(source.run(main))
