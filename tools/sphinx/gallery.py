"""Every figure with what it rests on: the gallery, and a line of links under each figure.

`{figure-gallery}` lists the figures of `figures/figures.csv`, chapter by chapter: small picture,
files, long description, meaning of the values, the code that draws it, and how to cite it. Under
each figure in a chapter stand links to its files and to its place in the gallery, its long
description, and its values where they are few.

The files lie on the site as they lie in the repository, under `figures/NAME.svg` and so on, so
that an address of a figure holds.
"""

from __future__ import annotations

import ast
import csv
import hashlib
import io
import json
import os
import re
import shutil
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

import yaml
from citing import block
from docutils import nodes
from jinja2 import Environment, FileSystemLoader
from PIL import Image
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from partnership import citing
from partnership.citing import ROOT
from partnership.files import write_atomically

FOLDER = "figures"
"""Where the figures lie, in the repository and on the site."""
CELL = (416, 520)
"""Width and height of a small picture in pixels, twice those at which `figures.css` shows it."""
SMALL_FORM = {"format": "AVIF", "quality": 25, "speed": 9}
DRAWN = ROOT / "_build" / "small"
"""Sheets of small pictures drawn before, by the digest of their figures."""
FORMS = (("svg", "SVG"), ("pdf", "PDF"), ("png", "PNG"), ("csv", "data"))
"""The files of a figure, and what a link to each is called."""
FEW = 40
"""Rows up to which the values of a figure are shown with it."""
DECIMALS = 3
"""Decimals that a value is shown with on a page; its file has all."""
LONG = re.compile(rf"-?[0-9]+\.[0-9]{{{DECIMALS + 1},}}")
PLAIN = re.compile(r'<span class="(?:n|nn|o|p|w)">([^<]*)</span>')
"""Marks of names and signs in highlighted code: most of the marks, and hardly any of the colour."""
GALLERY = "chapters/figure-gallery"
SHOWS = ("css/figures.css", "js/figures.js")
"""What a page with figures needs."""

TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=True,
    trim_blocks=True,
    lstrip_blocks=True,
)


# --- what is known of a figure --------------------------------------------------------------


@dataclass(frozen=True)
class Code:
    """A function as it stands in the package, and the functions beside it that it calls."""

    path: str
    name: str
    first: int
    last: int
    source: str


def rows_of(name: str) -> list[dict[str, str]]:
    """Return a table in `figures/`."""
    with (ROOT / FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def for_reading(rows: list[dict[str, str]]) -> list[dict[str, str]]:
    """Return a table with its long numbers rounded."""
    return [
        {
            column: f"{float(cell):.{DECIMALS}f}" if LONG.fullmatch(cell) else cell
            for column, cell in row.items()
        }
        for row in rows
    ]


def columns_of(name: str) -> list[dict[str, str]]:
    """Return the columns of a figure's values, each with its meaning."""
    return [row for row in rows_of("columns") if row["figure"] == name]


def data_files(name: str) -> list[str]:
    """Return the files that a figure was drawn from, as seen from the book's folder."""
    files = citing.figures()[name]["data"].split("; ")
    return [os.path.normpath(PurePosixPath("data", file)) for file in files]


@cache
def drawing_code() -> dict[str, list[Code]]:
    """Return, for each figure, the function that draws it, then those of its file that it calls."""
    found = {}
    for path in sorted((ROOT / "partnership" / FOLDER).glob("*.py")):
        source = path.read_text(encoding="utf-8")
        tree = ast.parse(source)
        functions = {
            node.name: node
            for node in tree.body
            if isinstance(node, (ast.FunctionDef, ast.ClassDef))
        }
        for function in functions.values():
            for name in names_made(function):
                found[name] = [
                    piece(path, source, functions[called])
                    for called in calls(function.name, functions)
                ]
    return found


def names_made(function: ast.stmt) -> list[str]:
    """Return the names of the figures that a function makes, as they are written in it."""
    return [
        part.value
        for call in ast.walk(function)
        if isinstance(call, ast.Call) and getattr(call.func, "id", None) == "BookFigure"
        for keyword in call.keywords
        if keyword.arg == "name"
        for part in ast.walk(keyword.value)
        if isinstance(part, ast.Constant) and isinstance(part.value, str)
    ]


def calls(name: str, functions: dict[str, ast.stmt]) -> list[str]:
    """Return a function and, in the order of the file, those beside it that it needs."""
    needed, new = {name}, {name}
    while new:
        used = {
            node.id
            for other in new
            for node in ast.walk(functions[other])
            if isinstance(node, ast.Name)
        }
        new = (used & set(functions)) - needed
        needed |= new
    return [name, *(other for other in functions if other in needed - {name})]


def piece(path: Path, source: str, node: ast.stmt) -> Code:
    """Return a function with its place in its file."""
    first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
    lines = source.splitlines()[first - 1 : node.end_lineno]
    place = path.relative_to(ROOT).as_posix()
    return Code(place, node.name, first, node.end_lineno, "\n".join(lines) + "\n")


def calling_cell(name: str) -> str:
    """Return the cell of a chapter that shows a figure."""
    chapter = ROOT / "chapters" / f"{citing.figures()[name]['chapter']}.ipynb"
    for cell in json.loads(chapter.read_text(encoding="utf-8"))["cells"]:
        for output in cell.get("outputs", []):
            if "".join(output.get("data", {}).get("text/plain", "")).startswith(f"Figure {name}\n"):
                return "".join(cell["source"])
    raise ValueError(f"no cell of {chapter.name} shows the figure {name}; run make figures")


def in_repository(path: str, first: int = 0, last: int = 0) -> str:
    """Return the address of a file in the repository, or "" where that is not known."""
    repository = os.environ.get("BOOK_REPOSITORY_URL", "").rstrip("/")
    if not repository:
        return ""
    branch = os.environ.get("BOOK_REPOSITORY_BRANCH", "main")
    return f"{repository}/blob/{branch}/{path}" + (f"#L{first}-L{last}" if first else "")


def size_of(file: Path) -> str:
    """Return the size of a file for a reader who wonders whether to fetch it."""
    size = file.stat().st_size
    return f"{size / 1000:.0f} kB" if size > 1000 else "1 kB"


def files_of(name: str) -> list[dict[str, str]]:
    """Return the files of a figure, for links to them."""
    return [
        {"name": word, "file": f"{name}.{form}", "size": size_of(ROOT / FOLDER / f"{name}.{form}")}
        for form, word in FORMS
    ]


# --- under a figure -------------------------------------------------------------------------


def shown(figure: nodes.figure) -> str | None:
    """Return the name of the figure of the book that a node shows, or None."""
    for name in figure["ids"]:
        if name.removeprefix("fig-") in citing.figures():
            return name.removeprefix("fig-")
    for image in figure.findall(nodes.image):
        file = PurePosixPath(image["uri"])
        if file.parent.name == FOLDER and file.stem in citing.figures():
            return file.stem
    return None


def number_of(app: Sphinx, page: str, figure: nodes.figure) -> str:
    """Return the number of a figure on its page, such as `Fig. 5.1`."""
    numbers = app.env.toc_fignumbers.get(page, {}).get("figure", {})
    number = next((numbers[own] for own in figure["ids"] if own in numbers), ())
    return app.config.numfig_format["figure"] % ".".join(map(str, number))


def relative(app: Sphinx, page: str, target: str, anchor: str = "") -> str:
    """Return the way from one page to another."""
    return app.builder.get_relative_uri(page, target) + (f"#{anchor}" if anchor else "")


def to_top(page: str) -> str:
    """Return the way from a page to the top of the site."""
    return "../" * page.count("/")


def under_figures(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Put links, long description and values under each figure of a page."""
    if app.builder.name != "html":
        return
    for place, figure in enumerate(list(doctree.findall(nodes.figure))):
        name = shown(figure)
        if name is None:
            continue
        figure["classes"].append("book-figure")
        values = rows_of(name)
        shown_values = for_reading(values)
        text = TEMPLATES.get_template("under_figure.html").render(
            name=name,
            place=f"{name}-{place}",
            number=number_of(app, page, figure),
            files=files_of(name),
            folder=f"{to_top(page)}{FOLDER}/",
            gallery=relative(app, page, GALLERY),
            alt=citing.figures()[name]["alt"],
            values=shown_values,
            rounded_to=DECIMALS if shown_values != values else None,
            shows_values=len(values) <= FEW,
        )
        figure.parent.insert(figure.parent.index(figure) + 1, nodes.raw("", text, format="html"))
        doctree["has-book-figures"] = True


# --- the gallery ----------------------------------------------------------------------------


class figure_gallery(nodes.General, nodes.Element):  # noqa: N801 (docutils names nodes like this)
    """The place of the figures of one chapter, filled when the page is written."""


class FigureGallery(SphinxDirective):
    """`{figure-gallery}`: every figure, a section for each chapter that shows some."""

    def run(self) -> list[nodes.Node]:
        sections = []
        for part, (caption, stems) in enumerate(parts().items(), start=1):
            for stem in stems:
                title = f"Chapter {citing.chapters()[stem]}: {citing.chapter_title(stem)}"
                section = nodes.section(ids=[f"gallery-{stem}"], classes=[f"gallery-part-{part}"])
                section += [nodes.title("", title), figure_gallery("", stem=stem, part=caption)]
                sections.append(section)
        chooser = TEMPLATES.get_template("gallery_chooser.html").render(parts=list(parts()))
        return [nodes.raw("", chooser, format="html"), *sections]


def parts() -> dict[str, list[str]]:
    """Return the parts of the book that have figures, with their chapters that show some."""
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    having = {row["chapter"] for row in citing.figures().values()}
    found = {
        part["caption"]: [
            stem for entry in part["chapters"] if (stem := Path(entry["file"]).name) in having
        ]
        for part in contents["parts"]
    }
    return {caption: stems for caption, stems in found.items() if stems}


def fill_gallery(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Write the figures of each chapter into their section."""
    for place in list(doctree.findall(figure_gallery)):
        chapter = f"chapters/{place['stem']}"
        if app.builder.name == "html":
            found = figures_on(app, chapter)
            text = "\n".join(entry(app, page, chapter, name, number) for number, name in found)
            doctree["has-book-figures"] = True
        else:
            text = on_paper(app, page, chapter)
        place.replace_self(nodes.raw("", text, format="html"))


def on_paper(app: Sphinx, page: str, chapter: str) -> str:
    """Return the figures of a chapter as a list, for editions that cannot unfold anything."""
    figures = [
        {
            "number": number,
            "name": name,
            "title": citing.figure_title(name),
            "place": relative(app, page, chapter, f"fig-{name}"),
        }
        for number, name in figures_on(app, chapter)
    ]
    return TEMPLATES.get_template("gallery_on_paper.html").render(figures=figures)


def figures_on(app: Sphinx, page: str) -> list[tuple[str, str]]:
    """Return number and name of each figure that a page shows, in the order of the page."""
    figures = [
        (number_of(app, page, figure), name)
        for figure in app.env.get_doctree(page).findall(nodes.figure)
        if (name := shown(figure))
    ]
    return figures


def entry(app: Sphinx, page: str, chapter: str, name: str, number: str) -> str:
    """Return one figure of the gallery."""
    row = citing.figures()[name]

    def highlighted(source: str) -> str:
        return PLAIN.sub(r"\1", app.builder.highlighter.highlight_block(source, "python"))

    code = [
        {"place": part, "url": in_repository(part.path, part.first, part.last)}
        | {"html": highlighted(part.source)}
        for part in drawing_code()[name]
    ]
    sheet, at = sheet_with(name)
    return TEMPLATES.get_template("gallery_entry.html").render(
        name=name,
        number=number,
        title=name.replace("-", " ").capitalize(),
        caption=row["caption"],
        alt=row["alt"],
        small={
            "file": f"part-{sheet}.avif",
            "at": at,
            "width": CELL[0] // 2,
            "height": CELL[1] // 2 * len(sheets()[sheet - 1]),
        },
        files=files_of(name),
        folder=f"{to_top(page)}{FOLDER}/",
        place=relative(app, page, chapter, f"fig-{name}"),
        chapter=citing.chapter_title(row["chapter"]),
        chapter_number=citing.chapters()[row["chapter"]],
        rows=len(rows_of(name)),
        columns=columns_of(name),
        data=[{"file": file, "url": in_repository(file)} for file in data_files(name)],
        cell=highlighted(calling_cell(name)),
        notebook={
            "file": f"chapters/{row['chapter']}.ipynb",
            "url": in_repository(f"chapters/{row['chapter']}.ipynb"),
        },
        code=code,
        cite=block(citing.figure_record(name), to_top(page), f"cite-{name}"),
    )


def written_always(app: Sphinx, env) -> list[str]:
    """Have the gallery written in each build: it shows files that Sphinx does not watch."""
    return [GALLERY] if GALLERY in env.all_docs else []


# --- the files ------------------------------------------------------------------------------


def sheets() -> list[list[str]]:
    """Return which figures share a sheet of small pictures, from its top to its end.

    There is one for each part of the book: a browser asks for three files, not for one a figure.
    """
    rows = citing.figures().values()
    return [[row["name"] for row in rows if row["chapter"] in stems] for stems in parts().values()]


def sheet_with(name: str) -> tuple[int, int]:
    """Return the number of the sheet that has a figure, and its place there."""
    return next(
        (number, names.index(name)) for number, names in enumerate(sheets(), 1) if name in names
    )


def ship(app: Sphinx) -> list:
    """Copy the figures to the site, and draw their small pictures."""
    if app.builder.name == "html":
        target = Path(app.outdir) / FOLDER
        target.mkdir(parents=True, exist_ok=True)
        for name in citing.figures():
            for form, _ in FORMS:
                shutil.copyfile(ROOT / FOLDER / f"{name}.{form}", target / f"{name}.{form}")
        for number, names in enumerate(sheets(), start=1):
            shutil.copyfile(drawn_sheet(names), target / f"part-{number}.avif")
        for name in ("figures", "columns"):
            shutil.copyfile(ROOT / FOLDER / f"{name}.csv", target / f"{name}.csv")
    return []


def drawn_sheet(names: list[str]) -> Path:
    """Return the small pictures of figures, one below the other, drawn if they were not yet.

    A picture is as wide as its place. Of a tall figure it shows the upper part.
    """
    files = [ROOT / FOLDER / f"{name}.png" for name in names]
    recipe = f"{CELL} {SMALL_FORM}".encode()
    content = b"".join(hashlib.sha256(file.read_bytes()).digest() for file in files)
    drawn = DRAWN / f"{hashlib.sha256(content + recipe).hexdigest()}.avif"
    if not drawn.exists():
        width, height = CELL
        sheet = Image.new("RGB", (width, height * len(files)), "white")
        for place, file in enumerate(files):
            with Image.open(file) as picture:
                tall = round(picture.height * width / picture.width)
                small = picture.convert("RGB").resize((width, tall), Image.BOX)
            sheet.paste(small.crop((0, 0, width, min(tall, height))), (0, place * height))
        DRAWN.mkdir(parents=True, exist_ok=True)
        file = io.BytesIO()
        sheet.save(file, **SMALL_FORM)
        write_atomically(drawn, file.getvalue())
    return drawn


def load_what_is_needed(app: Sphinx, page: str, template: str, context: dict, doctree) -> None:
    """Let the pages that show figures, and no other, load what makes them easy to look at."""
    if doctree is not None and doctree.get("has-book-figures"):
        app.add_css_file(SHOWS[0])
        app.add_js_file(SHOWS[1], loading_method="defer")


def setup(app: Sphinx) -> dict[str, object]:
    """Register the extension with Sphinx."""
    app.add_node(figure_gallery)
    app.add_directive("figure-gallery", FigureGallery)
    app.connect("env-get-updated", written_always)
    # Before the figures get their numbers in captions and after they have their names.
    app.connect("doctree-resolved", under_figures)
    app.connect("doctree-resolved", fill_gallery)
    app.connect("html-collect-pages", ship)
    app.connect("html-page-context", load_what_is_needed)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
