"""The pages of the book as an edition prints them: numbered and linked, without code or controls.

Sphinx's builder `pages` (`tools/sphinx/pages.py`) writes each page's text. Here it is read in the
order of the contents, freed of what only a screen can use, and its links are made uniform: a link
within the book is `PAGE.xhtml` or `PAGE.xhtml#PLACE`, whatever page it stands on.
"""

from __future__ import annotations

import posixpath
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urldefrag

import yaml
from bs4 import BeautifulSoup, Tag

from partnership import citing, editions
from partnership.files import alone

from ..notebooks import begin

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
BUILD = ROOT / "_build"
INTRODUCTION = "index"
ON_SITE_ONLY = ("planner",)
"""Pages that are nothing without clicks. `front.colophon` names them."""

JUPYTER_BOOK = [sys.executable, "-c", "from jupyter_book.cli.main import main; main()", "build"]
COLOUR = re.compile(r"\x1b\[[0-9;]*m")

# Folded code, controls and what only helps to move about a site. Code that a chapter shows openly
# is part of what it says, and stays.
LEFT_OUT = (
    "script, style, template, noscript, iframe, nav, dialog, button, form, fieldset, label, input,"
    " select, textarea, [hidden],"
    " .noprint, .headerlink, .toctree-wrapper, .citation > .label, .output-fold > summary,"
    " .code-fold > summary, .tag_hide-input .cell_input, .tag_hide-cell .cell_input"
)
# Wrappers that say nothing once the code is gone.
UNWRAPPED = (
    "div.cell, div.cell_input, div.cell_output, details, div.output.text_html, div.table-region,"
    " div.works-view,"
    " span.pre, span.caption-text, span.bibtex-citation:not([id]), .works cite,"
    " span.pasted-text, span.std-ref, span.doc, span.std-numref, span.xref, div.compound"
)
KEPT_ATTRIBUTES = {
    "a": ("href", "id"),
    "img": ("src", "alt"),
    "th": ("scope", "colspan", "rowspan", "id", "class"),
    "td": ("colspan", "rowspan", "id", "class"),
    "ol": ("start", "id", "class"),
}


class EditionFailed(Exception):
    """The edition cannot be made; the message says why and what to do."""


@dataclass(frozen=True)
class Page:
    """One page of the book.

    Attributes
    ----------
    name : str
        File name without ending.
    title : str
        Title without its number.
    number : str
        The chapter's number, empty where it has none.
    part : str
        The part that begins with this page, empty for all others.
    body : Tag
        The outermost section, heading first.
    """

    name: str
    title: str
    number: str
    part: str
    body: Tag


@dataclass(frozen=True)
class Edition:
    """The whole book, with the facts of its cover.

    Attributes
    ----------
    title, subtitle : str
        As `CITATION.cff` has them.
    pages : tuple of Page
        In the order of the contents, the introduction first.
    pictures : dict
        The SVG file of each picture, by the name under which the pages show it. A figure's name
        is that of its files in `figures/`.
    """

    title: str
    subtitle: str
    pages: tuple[Page, ...]
    pictures: dict[str, Path]


def read(folder: Path = BUILD / "edition") -> Edition:
    """Build the pages into `folder` and return them as an edition.

    Raises
    ------
    EditionFailed
        If Sphinx warns of anything, or a link leads nowhere.
    """
    built = _build(folder)
    title, _, subtitle = citing.citation()["title"].partition(": ")
    names = _picture_names(built / "_images")
    pictures = {name: built / "_images" / file for file, name in names.items()}
    pages = tuple(_page(built, docname, part, names) for docname, part in _contents())
    _check_links(pages)
    return Edition(title, subtitle[:1].upper() + subtitle[1:], pages, pictures)


def run(work: Callable[[], int]) -> int:
    """Make an edition while no other run makes one, and return the exit code."""
    begin()
    try:
        with alone("make pdf or make epub", BUILD):
            return work()
    except KeyboardInterrupt:
        print("Stopped; an edition that was there is whole.", file=sys.stderr)
        return 130
    except OSError as error:
        print(f"{error}. Put that right and make the edition again.", file=sys.stderr)
        return 1


def keep(edition: editions.EditionFile, content: bytes, made_from: str, seconds: float) -> None:
    """Write a finished edition where the site looks for it, and say so."""
    path = editions.keep(edition, content, made_from)
    print(f"  made {path} ({len(content) / 1e6:.1f} MB, {seconds:.0f} s)", flush=True)


def sections_of(page: Page) -> list[tuple[str, str]]:
    """Return place and heading of each section of a page, the number within the heading."""
    sections = page.body.find_all("section", recursive=False)
    return [(section["id"], _text(section.find("h2"))) for section in sections]


def figures_of(page: Page) -> list[tuple[Tag, str]]:
    """Return each numbered figure of a page, and its number and title."""
    found = []
    for figure in page.body.find_all("figure", id=True):
        name = figure.img["src"].removesuffix(".svg")
        number = figure.find(class_="caption-number")
        if number and name in citing.figures():
            found.append((figure, f"{_text(number)}. {citing.figure_title(name)}"))
    return found


def _text(tag: Tag) -> str:
    return " ".join(tag.get_text().split())


def _build(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "pages.log"
    built = folder / "_build" / "pages"
    shutil.rmtree(built, ignore_errors=True)
    options = ["-q", "-W", "-n", "--keep-going", "--path-output", str(folder)]
    command = [*JUPYTER_BOOK, *options, "--builder", "custom", "--custom-builder", "pages"]
    with log.open("w", encoding="utf-8") as file:
        run = subprocess.run([*command, str(ROOT)], stdout=file, stderr=subprocess.STDOUT, cwd=ROOT)
    if run.returncode:
        said = COLOUR.sub("", log.read_text(encoding="utf-8")).splitlines()
        telling = [line for line in said if "WARNING" in line or "ERROR" in line] or said[-5:]
        shown = "\n".join(f"  {line}" for line in dict.fromkeys(telling))
        raise EditionFailed(f"{shown}\nThe pages were not built. The whole log: {log}")
    return built


def _contents() -> list[tuple[str, str]]:
    """Return the document name of each page, and the name of the part that begins with it."""
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    pages = [(contents["root"], "")]
    for part in contents["parts"]:
        files = [entry["file"] for entry in part["chapters"]]
        kept = [file for file in files if posixpath.basename(file) not in ON_SITE_ONLY]
        pages += zip(kept, [part["caption"]] + [""] * (len(kept) - 1), strict=True)
    return pages


def _picture_names(folder: Path) -> dict[str, str]:
    """Return a name for each picture file: of a figure its own, else that of the file."""
    figures = {path.read_bytes().strip(): path.stem for path in (ROOT / "figures").glob("*.svg")}
    return {
        path.name: figures.get(path.read_bytes().strip(), path.stem)
        for path in sorted(folder.iterdir())
    }


def _page(built: Path, docname: str, part: str, names: dict[str, str]) -> Page:
    name = posixpath.basename(docname)
    soup = BeautifulSoup((built / f"{docname}.html").read_text(encoding="utf-8"), "html.parser")
    body = soup.find("section")
    heading = body.find("h1")
    for unused in body.select(LEFT_OUT):
        unused.decompose()
    for summary in body.find_all("summary"):
        summary.name, summary["class"] = "p", ["summary"]
    for wrapper in body.select(UNWRAPPED):
        _keep_place(wrapper)
        wrapper.unwrap()
    _drop_empty(body)
    for link in body.find_all("a", href=True):
        _make_uniform(link, docname)
    for picture in body.find_all("img"):
        picture["src"] = f"{names[posixpath.basename(picture['src'])]}.svg"
    for tag in [body, *body.find_all(True)]:
        kept = KEPT_ATTRIBUTES.get(tag.name, ("id", "class"))
        tag.attrs = {key: value for key, value in tag.attrs.items() if key in kept}
    number = heading.find(class_="section-number")
    if name == INTRODUCTION:
        heading.string = "Introduction"
    label = _text(number) if number else ""
    title = _text(heading).removeprefix(label).strip()
    return Page(name, title, label.rstrip("."), part, body)


def _keep_place(wrapper: Tag) -> None:
    """Hand the identifier of a wrapper that goes to what it holds first."""
    first = wrapper.find(True)
    if wrapper.get("id") and first is not None and not first.get("id"):
        first["id"] = wrapper["id"]


def _drop_empty(body: Tag) -> None:
    """Leave out containers, and headings of sections, that hold nothing any more."""
    for tag in reversed(body.find_all(["div", "p", "section", "ul"])):
        if tag.find(["img", "table", "svg", "math"]) or tag.get("role") == "img":
            continue
        text = "".join(
            string
            for string in tag.strings
            if not string.find_parent(["h2", "h3", "h4"]) or tag.name != "section"
        )
        if not text.strip():
            tag.decompose()


def _make_uniform(link: Tag, docname: str) -> None:
    base = citing.base_url()
    address, place = urldefrag(link["href"])
    if re.match(r"[a-z]+:", address):
        return
    if not address:
        link["href"] = f"{posixpath.basename(docname)}.xhtml#{place}"
        return
    path = posixpath.normpath(posixpath.join(posixpath.dirname(docname), unquote(address)))
    if path.endswith(".html") and not path.startswith("_"):
        name = posixpath.basename(path).removesuffix(".html")
        if name not in ON_SITE_ONLY:
            link["href"] = f"{name}.xhtml" + (f"#{place}" if place else "")
        elif base:
            link["href"] = citing.page_url(name, anchor=place)
        else:
            link.unwrap()
    elif base:
        link["href"] = f"{base}{path}"
    else:
        link.unwrap()


def _check_links(pages: tuple[Page, ...]) -> None:
    places = {f"{page.name}.xhtml": page.body for page in pages}
    known = {
        name: {tag["id"] for tag in [body, *body.find_all(id=True)]}
        for name, body in places.items()
    }
    lost = []
    for page in pages:
        for link in page.body.find_all("a", href=True):
            address, place = urldefrag(link["href"])
            if re.match(r"[a-z]+:", address):
                continue
            if address not in known or (place and unquote(place) not in known[address]):
                lost.append(f"  chapters/{page.name}: {link['href']}")
    if lost:
        raise EditionFailed("\n".join(["These links lead nowhere in the edition:", *lost]))
