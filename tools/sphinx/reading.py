"""What helps to read: reading times, definitions in the margin, previews of what is linked.

All of it is made when a page is written, from the one place that holds it: definitions from the
glossary, references from the bibliography, claims and where they are argued from
`data/claims.csv`, and the reading time from the words of the page.

- A numbered chapter says under its title to which part it belongs, how long it takes to read, and
  which claims it argues.
- Where a glossary term is used first in a chapter, a short form of its definition is put before
  the paragraph. The style sheet shows it in the margin of a wide screen.
- A `<template>` at the end of a page holds what `_static/js/reading.js` shows when a term, a
  citation or a claim is pointed at. Without scripts these are links like any other.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterator
from html import escape
from pathlib import Path

from docutils import nodes
from pybtex.plugin import find_plugin
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.environment import BuildEnvironment

WORDS_A_MINUTE = 220
"""A little under the 238 words a minute that adults read of English prose (Brysbaert, 2019)."""

CLAIMS_PAGE = "chapters/abstract-claims"
CLAIMS_TABLE = Path(__file__).parents[2] / "data" / "claims.csv"

NOT_PROSE = (nodes.literal_block, nodes.table, nodes.raw, nodes.comment, nodes.image)

# What a note takes of the margin, in pixels and characters, as `_static/book.css` sets it.
TEXT_LINE, TEXT_CHARACTERS = 29, 72
NOTE_LINE, NOTE_CHARACTERS, NOTE_SPACE = 21, 36, 44
SHORT_ENOUGH = 60

SENTENCE_END = re.compile(r"(?<=[.?!])\s+(?=[A-Z“‘])")


class built(nodes.General, nodes.Element):
    """HTML made here. It has no text of its own, so that the search does not find it twice."""


def visit_built(translator, node: built) -> None:
    """Write the HTML as it is."""
    translator.body.append(node["html"])
    raise nodes.SkipNode


# --- under the title -----------------------------------------------------------------------


def words_of(section: nodes.Element) -> int:
    """Return how many words of prose there are: not those of code, tables and figures' letters."""
    return sum(len(text.split()) for text in _prose(section))


def _prose(node: nodes.Node) -> Iterator[str]:
    for part in node.findall(nodes.TextElement):
        if isinstance(part, NOT_PROSE) or isinstance(part.parent, nodes.TextElement):
            continue
        if not any(isinstance(above, NOT_PROSE) for above in _above(part)):
            yield part.astext()


def _above(node: nodes.Node) -> Iterator[nodes.Node]:
    while node.parent is not None:
        node = node.parent
        yield node


def minutes(words: int) -> int:
    """Return the minutes that so many words take, at least one."""
    return max(1, round(words / WORDS_A_MINUTE))


def parts_of(env: BuildEnvironment) -> dict[str, str]:
    """Return for each page of the contents the heading of its part, such as "II · Results"."""
    trees = env.external_site_map.root.subtrees
    return {str(item): tree.caption for tree in trees if tree.caption for item in tree.items}


def claims_argued(page: str) -> list[str]:
    """Return the names of the claims that `data/claims.csv` says are argued on a page."""
    return [row["id"] for row in _claims() if page in row["argued_in"].split("; ")]


def _claims() -> list[dict[str, str]]:
    with CLAIMS_TABLE.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def facts(app: Sphinx, page: str, section: nodes.section) -> nodes.paragraph:
    """Return the line under a chapter's title."""
    said = minutes(words_of(section))
    line = nodes.paragraph(classes=["chapter-facts"])
    part = parts_of(app.env).get(page)
    if part:
        number, _, name = part.partition(" · ")
        line += nodes.inline("", f"Part {number}: {name}")
    line += nodes.inline("", f"About {said} minute{'s' * (said > 1)} to read")
    argued = claims_argued(Path(page).name)
    if argued:
        claims = nodes.inline("", "Argues claim" + "s " * (len(argued) > 1) or " ")
        base = app.builder.get_relative_uri(page, CLAIMS_PAGE)
        for claim in argued:
            address = f"{base}#claim-{claim.lower()}"
            link = nodes.reference("", claim, refuri=address, internal=True)
            claims += [nodes.Text(" "), nodes.inline("", "", link, classes=["claim"])]
        line += claims
    return line


# --- the glossary --------------------------------------------------------------------------


def read_glossary(app: Sphinx, builder: Builder) -> None:
    """Keep every definition of the glossary, by the page and place where it stands."""
    env = app.env
    env.book_definitions = {}
    terms = env.get_domain("std").get_objects()
    homes = {(home, anchor) for _, _, kind, home, anchor, _ in terms if kind == "term"}
    found = {}
    for home in sorted({home for home, _ in homes}):
        tree = env.get_doctree(home)
        env.apply_post_transforms(tree, home)
        for item in tree.findall(nodes.definition_list_item):
            term, definition = item[0], item[-1]
            found |= {
                (home, anchor): (term.astext(), definition)
                for anchor in term["ids"]
                if (home, anchor) in homes
            }
    env.book_definitions = found


def html_of(node: nodes.Node, short: bool = False) -> str:
    """Return a text as HTML without links; the short form leaves out citations in brackets."""
    if isinstance(node, nodes.Text):
        return escape(str(node), quote=False)
    inner = "".join(html_of(child, short) for child in node.children)
    if short and "bibtex-citation" in node.get("classes", []) and node.astext().startswith("("):
        return ""
    if isinstance(node, nodes.emphasis):
        return f"<em>{inner}</em>"
    if isinstance(node, nodes.literal):
        return f"<code>{inner}</code>"
    return inner


def short_form(definition: nodes.Element) -> str:
    """Return the first sentence of a definition, and the next ones where the first is very short.

    What is said of where a term comes from ("Of the model.") stays with the sentence after it.
    """
    text = re.sub(r"\s+([,.;:)])", r"\1", html_of(definition, short=True).strip())
    kept: list[str] = []
    for sentence in SENTENCE_END.split(text):
        kept.append(sentence)
        if len(re.sub(r"<[^>]+>", "", " ".join(kept))) >= SHORT_ENOUGH:
            break
    return " ".join(kept)


# --- margin notes --------------------------------------------------------------------------


def add_notes(app: Sphinx, page: str, section: nodes.section) -> None:
    """Put a note before each paragraph that uses a term first, as far as the margin holds them."""
    definitions = _definitions_seen_from(app, page)
    met: set[str] = set()
    taken = top = 0.0
    for block in list(_blocks(section)):
        height = _height(block)
        for link in block.findall(nodes.reference):
            address = link.get("refuri", "")
            if address not in definitions or address in met:
                continue
            met.add(address)
            name, definition = definitions[address]
            text = short_form(definition)
            # No note stands lower than the last line of the paragraph it belongs to.
            if max(taken, top) > top + height - TEXT_LINE or _boxed(block):
                continue
            note = built(html=_note(name, text, address))
            block.parent.insert(block.parent.index(block), note)
            lines = math.ceil((len(name) + len(text)) / NOTE_CHARACTERS)
            taken = max(taken, top) + lines * NOTE_LINE + NOTE_SPACE
        top += height


def _note(name: str, text: str, address: str) -> str:
    anchor = address.partition("#")[2].replace("term-", "note-", 1)
    return (
        f'<div class="margin-note" role="note" id="{anchor}">'
        f"<p><strong>{escape(name)}</strong> {text}</p></div>\n"
    )


def _blocks(section: nodes.Element) -> Iterator[nodes.Element]:
    """Give what stands one below the other in the sections of a page."""
    for child in section.children:
        if isinstance(child, nodes.section):
            yield from _blocks(child)
        elif isinstance(child, nodes.Element):
            yield child


def _boxed(block: nodes.Element) -> bool:
    return isinstance(block, (nodes.Admonition, nodes.table, nodes.figure, nodes.container))


def _height(block: nodes.Element) -> float:
    """Return about how high a block is, so that notes are not made for a margin that is full."""
    if isinstance(block, (nodes.container, nodes.figure, nodes.table)):
        return 8 * TEXT_LINE
    lines = math.ceil(len(block.astext()) / TEXT_CHARACTERS)
    return (lines + (1 if isinstance(block, nodes.paragraph) else 2)) * TEXT_LINE


def _definitions_seen_from(app: Sphinx, page: str) -> dict[str, tuple[str, nodes.Element]]:
    uri = app.builder.get_relative_uri
    known = app.env.book_definitions.items()
    return {
        f"{uri(page, home) if home != page else ''}#{anchor}": what
        for (home, anchor), what in known
    }


# --- previews ------------------------------------------------------------------------------


def previews(app: Sphinx, page: str, doctree: nodes.document) -> dict[str, str]:
    """Return, by the address of its link, the preview of each term, work and claim linked."""
    uri = app.builder.get_relative_uri
    known = {
        address: ("term", f"<strong>{escape(name)}</strong> {html_of(definition).strip()}")
        for address, (name, definition) in _definitions_seen_from(app, page).items()
    }
    html = find_plugin("pybtex.backends", "html")()
    for work in app.env.get_domain("cite").citations:
        home = work.bibliography_key.docname
        address = f"{uri(page, home)}#{work.citation_id}"
        known[address] = ("work", work.formatted_entry.text.render(html))
    if page != CLAIMS_PAGE:
        for row in _claims():
            address = f"{uri(page, CLAIMS_PAGE)}#claim-{row['id'].lower()}"
            text = f"<strong>The abstract’s claim {row['id']}</strong> {escape(row['states'])}"
            known[address] = ("claim", text)
    linked = {link.get("refuri", "") for link in doctree.findall(nodes.reference)}
    linked |= {f"#{link['refid']}" for link in doctree.findall(nodes.reference) if "refid" in link}
    return {
        address: f'<div data-for="{escape(address)}" data-kind="{kind}"><p>{text}</p></div>'
        for address, (kind, text) in known.items()
        if address in linked
    }


def help_reading(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Add to a page what helps to read it."""
    if app.builder.name not in {"html", "dirhtml"} or not app.env.book_definitions:
        return
    section = next(iter(doctree.findall(nodes.section)), None)
    if section is None:
        return
    if page == app.config.root_doc:
        section["classes"].append("front-page")
    shown = previews(app, page, doctree)
    if page in app.env.toc_secnumbers and app.env.toc_secnumbers[page]:
        line = facts(app, page, section)
        add_notes(app, page, section)
        section.insert(1, line)
    if shown:
        text = "\n".join(shown.values())
        section += built(html=f'<template id="previews">\n{text}\n</template>\n')


def rewrite_all(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Have all pages written when one has changed, since each may show what another says."""
    return sorted(env.all_docs)


def depend_on_claims(app: Sphinx, doctree: nodes.document) -> None:
    """Have a page read anew when the table of claims has changed."""
    app.env.note_dependency(str(CLAIMS_TABLE))


def setup(app: Sphinx) -> dict[str, object]:
    """Register the extension with Sphinx."""
    app.add_node(built, html=(visit_built, None))
    app.add_js_file("js/reading.js", loading_method="defer")
    app.connect("doctree-read", depend_on_claims)
    app.connect("env-updated", rewrite_all)
    app.connect("write-started", read_glossary)
    app.connect("doctree-resolved", help_reading)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
