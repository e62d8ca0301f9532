"""What everyone needs in order to reach what a page holds.

- Every table stands in a region with a name that the keyboard can scroll, and its headings say
  what they head.
- A figure that is described in full under it says in short what it is.
- Every picture says its size, so that no text jumps when it comes, and comes when it is near.
- What unfolds code has the name that is written on it, and what unfolds a table the table's name.
  Cells of code that follow one another fold as one.
- The references are a list of items. They are found by author and year and have no number.
"""

from __future__ import annotations

import re
from html import escape, unescape
from pathlib import Path

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode
from sphinx.application import Sphinx

CAPTION = re.compile(r"<caption[^>]*>(.*?)</caption>", re.DOTALL)
SIZE = re.compile(r'<svg\b[^>]*\bviewBox="0 0 ([\d.]+) ([\d.]+)"', re.DOTALL)
PIXELS_A_POINT = 4 / 3
PHRASE = 25
WORDY = re.compile(rf"<td>(?=[^<]{{{PHRASE}}})")

# The class of a figure that has its long description and its data under it (gallery.py).
DESCRIBED = "book-figure"
SENTENCE_END = re.compile(r"(?<=[.?!])\s+(?=[A-Z0-9“‘])")
SHORT = 60

# What is folded, by what MyST-NB calls it.
FOLDED = {"source": "Code", "output": "Output", "outputs": "Output", "content": "Code and output"}


def region(caption: str) -> str:
    """Return the start of a region that holds a table and is named by the table's caption."""
    name = unescape(re.sub(r"<[^>]+>", "", caption)).strip()
    return f'<div class="table-region" role="region" tabindex="0" aria-label="{escape(name)}">\n'


def hold_made_tables(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Put each table made by code into a region of its own."""
    tables = [
        raw
        for raw in doctree.findall(nodes.raw)
        if raw.astext().startswith('<table class="book-table')
    ]
    captions = [CAPTION.search(raw.astext())[1] for raw in tables]
    for raw, caption in zip(tables, captions, strict=True):
        # A cell with a phrase in it needs some width; one with a number does not.
        text = WORDY.sub('<td class="wordy">', raw.astext())
        # Tables with one caption are told apart by the section they stand in.
        name = f"{caption} ({section_of(raw)})" if captions.count(caption) > 1 else caption
        raw.replace_self(nodes.raw("", f"{region(name)}{text}\n</div>", format=raw["format"]))


def section_of(node: nodes.Node) -> str:
    """Return the title of the section in which something stands, escaped."""
    while not isinstance(node, nodes.section):
        node = node.parent
    return escape(node.next_node(nodes.title).astext(), quote=False)


def visit_table(translator, node: nodes.table) -> None:
    """Write the start of a table, in a region instead of what the theme puts around it."""
    start = len(translator.body)
    type(translator).visit_table(translator, node)
    title = next(iter(node.findall(nodes.title)), None)
    if title is not None and translator.body[start].startswith("<div"):
        translator.body[start] = region(escape(title.astext(), quote=False))


def depart_table(translator, node: nodes.table) -> None:
    """Write the end of a table."""
    type(translator).depart_table(translator, node)


def visit_entry(translator, node: nodes.entry) -> None:
    """Write a cell; where it is a heading, say of what; where it holds a phrase, say so."""
    if len(node.astext()) >= PHRASE:
        node["classes"].append("wordy")
    type(translator).visit_entry(translator, node)
    scope = "col" if isinstance(node.parent.parent, nodes.thead) else "row"
    translator.body[-1] = translator.body[-1].replace("<th ", f'<th scope="{scope}" ', 1)


def depart_entry(translator, node: nodes.entry) -> None:
    """Write the end of a cell."""
    type(translator).depart_entry(translator, node)


def drop_numbers(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Take the running numbers from the list of references."""
    for citation in doctree.findall(nodes.citation):
        citation.children = [part for part in citation if not isinstance(part, nodes.label)]


def visit_citation(translator, node: nodes.citation) -> None:
    """Write the start of a reference as an item of its list."""
    type(translator).visit_citation(translator, node)
    translator.body[-1] = translator.body[-1].replace("doc-biblioentry", "listitem")


def depart_citation(translator, node: nodes.citation) -> None:
    """Write the end of a reference."""
    type(translator).depart_citation(translator, node)


def short_alt(alt: str) -> str:
    """Return the first sentences of a long description, and where the rest of it is."""
    sentences = SENTENCE_END.split(alt)
    kept = sentences[:1]
    for sentence in sentences[1:]:
        if len(" ".join(kept)) >= SHORT:
            break
        kept.append(sentence)
    more = "" if len(kept) == len(sentences) else " The full description is under the figure."
    return " ".join(kept) + more


def shorten_alts(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Have a figure that is described in full under it say in short what it is."""
    for figure in doctree.findall(nodes.figure):
        if DESCRIBED in figure["classes"]:
            for image in figure.findall(nodes.image):
                image["alt"] = short_alt(image["alt"])


def size_of(path: Path) -> tuple[int, int] | None:
    """Return width and height of a drawing in pixels of the screen, where it says so."""
    found = SIZE.search(path.read_text(encoding="utf-8")[:2000]) if path.is_file() else None
    if found is None:
        return None
    width, height = (round(float(points) * PIXELS_A_POINT) for points in found.groups())
    return width, height


def visit_image(translator, node: nodes.image) -> None:
    """Write a picture with its size; all but the first of a page come when they are near."""
    size = size_of(Path(translator.builder.srcdir, node["uri"]))
    type(translator).visit_image(translator, node)
    if size is None:
        return
    said = f'<img width="{size[0]}" height="{size[1]}" decoding="async" '
    if node is not next(iter(node.document.findall(nodes.image))):
        said += 'loading="lazy" '
    translator.body[-1] = translator.body[-1].replace("<img ", said, 1)


def depart_image(translator, node: nodes.image) -> None:
    """Write what follows a picture."""
    type(translator).depart_image(translator, node)


def folded_code(cell: nodes.Node | None) -> HideCodeCellNode | None:
    """Return what folds the code of a cell, where it does."""
    first = cell[0] if isinstance(cell, nodes.container) and cell.children else None
    folds = isinstance(first, HideCodeCellNode) and FOLDED[first["prompt_show"]] == "Code"
    return first if folds else None


def join_folds(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Put the code of a cell that shows nothing into the fold of the cell right after it."""
    for cell in list(doctree.findall(nodes.container)):
        fold = folded_code(cell)
        following = folded_code(cell.next_node(descend=False, siblings=True))
        if fold is not None and following is not None and len(cell) == 1:
            following.children[:0] = fold.children
            for code in fold.children:
                code.parent = following
            cell.parent.remove(cell)


def visit_fold(translator, node: HideCodeCellNode) -> None:
    """Write what unfolds a cell's code or output: named by its text, a table by its caption."""
    what = FOLDED[node["prompt_show"]]
    kind = "code-fold" if what == "Code" else "output-fold"
    caption = CAPTION.search(node.astext()) if kind == "output-fold" else None
    name = caption[1] if caption else what
    translator.body.append(f'<details class="{kind}">\n<summary>{name}</summary>\n')


def depart_fold(translator, node: HideCodeCellNode) -> None:
    """Write the end of a fold."""
    translator.body.append("</details>\n")


def setup(app: Sphinx) -> dict[str, object]:
    """Register the extension with Sphinx."""
    for node, visitors in {
        nodes.table: (visit_table, depart_table),
        nodes.entry: (visit_entry, depart_entry),
        nodes.citation: (visit_citation, depart_citation),
        nodes.image: (visit_image, depart_image),
        HideCodeCellNode: (visit_fold, depart_fold),
    }.items():
        app.add_node(node, override=True, html=visitors)
    app.connect("doctree-resolved", hold_made_tables)
    app.connect("doctree-resolved", drop_numbers)
    app.connect("doctree-resolved", join_folds)
    # After what stands under the figures has been written.
    app.connect("doctree-resolved", shorten_alts, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
