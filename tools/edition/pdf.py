"""Make the book's PDF: `python -m tools.edition.pdf` writes `_build/pdf/co-producing-….pdf`.

WeasyPrint sets the pages, tags them for screen readers and makes bookmarks. The figures are put in
as the PDF files of `figures/`, so that they stay drawings and their words stay words: WeasyPrint
leaves a mark where each belongs, and pikepdf puts it there.
"""

from __future__ import annotations

import copy
import io
import logging
import re
import sys
import time
from html import escape
from pathlib import Path
from typing import BinaryIO

from partnership import citing, editions

from . import cover, fonts, front, source
from .source import BUILD, ROOT, Edition, EditionFailed, Page

STYLE = source.HERE / "print.css"
MARK = "/BookFigure"
SHORT_ROWS, SHORT_TEXT = 16, 1500
"""A table with no more rows and letters stays on one page."""
COVER = "cover"
COVER_PLACE = (BUILD / "cover").as_uri()

NO_PANGO = """WeasyPrint cannot set pages without the Pango library. Install it:
  Debian or Ubuntu:  apt install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0
  macOS:             brew install pango"""
NO_PACKAGES = "The packages that make the PDF are not installed ({error}). Run `make pdf`."


class FigurePicture:
    """A figure as WeasyPrint places it: of known size, drawn as a mark to be replaced.

    Its methods are those that WeasyPrint calls on the pictures in its cache.
    """

    def __init__(self, name: str, width: float, height: float):
        self.name, self.width, self.height = name, width, height

    def get_intrinsic_size(self, resolution: float, font_size: float) -> tuple:
        """Return width and height in CSS pixels, and their ratio."""
        return self.width * 4 / 3, self.height * 4 / 3, self.width / self.height

    def draw(self, stream, width: float, height: float, style) -> None:
        """Leave a mark of the size at which the figure is to appear."""
        import pydyf

        mark = stream.add_group(0, 0, width, height)
        mark.extra[MARK.strip("/")] = pydyf.String(self.name)
        stream.draw_x_object(mark.id)


def main() -> int:
    """Make the PDF; return the exit code."""
    print("Making the PDF …", flush=True)
    start = time.perf_counter()
    made_from = editions.fingerprint()
    try:
        weasyprint, pikepdf = _import()
        edition = source.read()
        with _complaints() as complaints:
            content = make(edition, weasyprint, pikepdf)
        if complaints:
            raise EditionFailed("\n".join(f"  {line}" for line in dict.fromkeys(complaints)))
    except EditionFailed as failure:
        print(f"{failure}\nThe PDF was not made: correct the above.", file=sys.stderr)
        return 1
    source.keep(editions.PDF, content, made_from, time.perf_counter() - start)
    return 0


def make(edition: Edition, weasyprint, pikepdf) -> bytes:
    """Return the whole book as a tagged PDF.

    Parameters
    ----------
    edition : Edition
        The pages.
    weasyprint, pikepdf : module
        The two packages, imported.
    """
    pictures = _pictures(edition, pikepdf)
    typefaces = weasyprint.text.fonts.FontConfiguration()
    text = fonts.rules() + STYLE.read_text(encoding="utf-8")
    style = weasyprint.CSS(string=text, font_config=typefaces)
    html = weasyprint.HTML(string=_document(edition))
    document = html.render(stylesheets=[style], font_config=typefaces, cache=pictures)
    made = io.BytesIO()
    document.write_pdf(made, pdf_variant="pdf/ua-1")
    return _finish(made, pikepdf)


def _import() -> tuple:
    try:
        import pikepdf
        import weasyprint
    except OSError as error:
        raise EditionFailed(NO_PANGO) from error
    except ImportError as error:
        raise EditionFailed(NO_PACKAGES.format(error=error)) from error
    return weasyprint, pikepdf


class _complaints(list):
    """What WeasyPrint warns of while the block runs, as a list."""

    def __enter__(self) -> list[str]:
        self.handler = logging.Handler(logging.WARNING)
        self.handler.emit = lambda record: self.append(record.getMessage())
        self.logger = logging.getLogger("weasyprint")
        self.before = self.logger.handlers
        self.logger.handlers = [self.handler]
        return self

    def __exit__(self, *unused) -> None:
        self.logger.handlers = self.before


def _pictures(edition: Edition, pikepdf) -> dict[str, FigurePicture]:
    """Return each figure of the book, and the cover's picture, by the address in the pages."""
    pictures = {COVER_PLACE: FigurePicture(COVER, cover.WIDTH * 72, cover.HEIGHT * 72)}
    for name, path in edition.pictures.items():
        if _drawing(name).exists():
            with pikepdf.open(_drawing(name)) as drawn:
                left, bottom, right, top = (float(side) for side in drawn.pages[0].mediabox)
            pictures[path.as_uri()] = FigurePicture(name, right - left, top - bottom)
    return pictures


def _drawing(name: str) -> Path:
    return ROOT / "figures" / f"{name}.pdf"


# --- the whole book as one page of HTML ----------------------------------------------------------


def _document(edition: Edition) -> str:
    cff = citing.citation()
    colophon = front.colophon(edition, fonts.notice())
    parts = [_cover(edition), f'<section class="colophon">{colophon}</section>']
    parts += [_contents(edition), _list_of_figures(edition)]
    for page in edition.pages:
        if page.part:
            parts.append(_part(page.part))
        parts.append(_article(page, edition))
    head = {
        "author": citing.authors(),
        "description": " ".join(cff["abstract"].split()),
        "keywords": ", ".join(cff["keywords"]),
        "dcterms.created": citing.released(),
        "dcterms.modified": citing.released(),
    }
    metas = "".join(f'<meta name="{key}" content="{escape(head[key])}">' for key in head)
    return (
        f'<!DOCTYPE html><html lang="en-GB"><head><title>{escape(cff["title"])}</title>{metas}'
        f"</head><body>{''.join(parts)}</body></html>"
    )


def _cover(edition: Edition) -> str:
    return (
        f'<section class="cover"><p class="title">{escape(edition.title)}</p>'
        f'<p class="subtitle">{escape(edition.subtitle)}</p>'
        f'<img src="{COVER_PLACE}" alt="{escape(cover.description())}">'
        f'<p class="contributors">{escape(citing.authors())}</p><p>{front.version()}</p>'
        f"<p>{front.standing()}</p><p>Text, figures and data: CC BY 4.0. Code: MIT.</p></section>"
    )


def _contents(edition: Edition) -> str:
    lines = ['<section class="contents"><h1>Contents</h1>']
    for page in edition.pages:
        if page.part:
            lines.append(_line("part-line", _part_place(page.part), page.part))
        label = f"{page.number}. {page.title}" if page.number else page.title
        lines.append(_line("chapter-line", page.name, label))
        for place, heading in source.sections_of(page):
            lines.append(_line("section-line", f"{page.name}--{place}", heading))
    return "".join([*lines, "</section>"])


def _list_of_figures(edition: Edition) -> str:
    lines = [
        _line("figure-line", f"{page.name}--{figure['id']}", label.removeprefix("Fig. "))
        for page in edition.pages
        for figure, label in source.figures_of(page)
    ]
    return f'<section class="contents"><h1>Figures</h1>{"".join(lines)}</section>'


def _line(kind: str, place: str, label: str) -> str:
    """Return a line of a list of contents; its number, if any, stands by itself."""
    numbered = re.match(r"([\d.]+)\. (.*)", label)
    text = escape(label)
    if numbered:
        text = f'<span class="number">{numbered[1]}</span> {escape(numbered[2])}'
    return f'<p class="{kind}"><a href="#{place}">{text}</a></p>'


def _part_place(part: str) -> str:
    return "part-" + re.sub(r"\W+", "-", part.lower())


def _part(part: str) -> str:
    return f'<section class="part" id="{_part_place(part)}"><h1>{escape(part)}</h1></section>'


def _article(page: Page, edition: Edition) -> str:
    """Return a page with places and links that hold in one document."""
    body = copy.copy(page.body)
    for tag in [body, *body.find_all(id=True)]:
        tag["id"] = f"{page.name}--{tag['id']}"
    for link in body.find_all("a", href=True):
        found = re.fullmatch(r"([\w-]+)\.xhtml(?:#(.*))?", link["href"])
        if found:
            link["href"] = f"#{found[1]}--{found[2]}" if found[2] else f"#{found[1]}"
            link["class"] = ["within"]
            if found[2] and found[2].startswith("fig-"):
                link["class"] = ["within", "to-figure"]
    for picture in body.find_all("img"):
        picture["src"] = edition.pictures[picture["src"].removesuffix(".svg")].as_uri()
    # Names in full are in the dataset, and in the references where the work is cited.
    for names in body.select(".works small:has(+ small)"):
        names.decompose()
    for table in body.find_all("table"):
        columns = len(table.find("tr").find_all(["th", "td"]))
        kinds = [*table.get("class", []), f"columns-{columns}"]
        if len(table.find_all("tr")) <= SHORT_ROWS and len(table.get_text()) <= SHORT_TEXT:
            kinds.append("short")
        table["class"] = kinds
    text = body.decode(formatter="minimal")
    return f'<article id="{page.name}" class="{page.name}">{text}</article>'


# --- after WeasyPrint ----------------------------------------------------------------------------


def _finish(made: BinaryIO, pikepdf) -> bytes:
    """Put the figures in, label the pages with the numbers printed on them, and save the file."""
    finished = io.BytesIO()
    with pikepdf.open(made) as pdf:
        drawings: dict[str, object] = {}
        for mark in pdf.objects:
            if isinstance(mark, pikepdf.Stream) and MARK in mark:
                _draw(mark, str(mark[MARK]), drawings, pdf, pikepdf)
        decimal = pikepdf.Dictionary(S=pikepdf.Name.D)
        pdf.Root.PageLabels = pikepdf.Dictionary(Nums=pikepdf.Array([0, decimal]))
        pdf.Root.PageMode = pikepdf.Name.UseOutlines
        pdf.save(
            finished,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            deterministic_id=True,
        )
    return finished.getvalue()


def _draw(mark, name: str, drawings: dict[str, object], pdf, pikepdf) -> None:
    """Make a mark the figure of that name, as large as the mark."""
    if name not in drawings:
        drawn = io.BytesIO(cover.picture()) if name == COVER else _drawing(name)
        with pikepdf.open(drawn) as figure:
            drawings[name] = pdf.copy_foreign(figure.pages[0].as_form_xobject())
    drawing = drawings[name]
    left, bottom, right, top = (float(side) for side in drawing.BBox)
    width, height = float(mark.BBox[2]), float(mark.BBox[3])
    across, up = width / (right - left), height / (top - bottom)
    mark.write(drawing.read_bytes())
    mark.Resources = drawing.Resources
    mark.BBox = drawing.BBox
    # WeasyPrint counts downwards, a figure upwards.
    mark.Matrix = pikepdf.Array([across, 0, 0, -up, -left * across, height + bottom * up])
    del mark[MARK]


if __name__ == "__main__":
    sys.exit(source.run(main))
