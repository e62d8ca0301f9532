"""The literature table of the site: where the book cites each work, and what its script needs.

The notebook shows the table. When the site is built, this extension adds to each row the places
that cite the work, puts the controls before the table and the codes behind it, and writes two
scripts that are loaded only when a reader asks: what lies behind a row, and records for export.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path
from string import ascii_lowercase
from typing import NamedTuple

from docutils import nodes
from jinja2 import Environment
from markupsafe import Markup
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.util.osutil import relative_uri
from sphinxcontrib.bibtex.domain import get_docnames

from partnership import __version__, data, works_table
from partnership.works_table import Filter, Option

PAGE = "chapters/literature-table"
REFERENCES = "chapters/references"
CLAIMS = "chapters/abstract-claims"
INTERACTIVE = ("html", "dirhtml")
ROW = re.compile(r'(<tr role="row" id="work-([^"]+)">.*?)</tr>', re.DOTALL)
CONTROLS = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(
    (Path(__file__).parent / "works.html").read_text(encoding="utf-8")
)


class Place(NamedTuple):
    """A place that cites a work."""

    docname: str
    anchor: str
    label: str
    """The number of its section, or the title of its page; a letter where that is not enough."""
    title: str
    """The page and section in words."""


# --- where the book cites its works ---------------------------------------------------------


def cited_places(env: BuildEnvironment) -> dict[str, list[Place]]:
    """Return the places that cite each work, by key, in the order of the contents."""
    known = defaultdict(dict)
    for ref in env.get_domain("cite").citation_refs:
        known[ref.docname][ref.citation_ref_id] = [target.key for target in ref.targets]
    places = defaultdict(list)
    for docname in get_docnames(env):
        if docname not in known:
            continue
        for node in env.get_doctree(docname).findall(pending_xref):
            if node.get("refdomain") == "cite":
                anchor = node["ids"][0]
                label, title = _section(env, docname, node)
                for key in known[docname][anchor]:
                    places[key].append(Place(docname, anchor, label, title))
    return {key: _lettered(found) for key, found in places.items()}


def _section(env: BuildEnvironment, docname: str, node: nodes.Node) -> tuple[str, str]:
    """Return the number of the section that a node stands in, and its page and title in words."""
    page = env.titles[docname].astext()
    sections, term = [], ""
    while node.parent is not None:
        node = node.parent
        if isinstance(node, nodes.section):
            sections.append(node)
        elif isinstance(node, nodes.definition_list_item):
            term = f": {node[0].astext()}"
    label = _number(env, docname) or page
    # The last section is the page itself.
    if len(sections) < 2:
        return label, f"{page}{term}"
    heading = sections[0].next_node(nodes.title).astext()
    if docname == CLAIMS:
        return f"claim {heading.partition(' · ')[0]}", f"{page}: {heading}"
    numbers = [_number(env, docname, f"#{name}") for name in sections[0]["ids"]]
    return next(filter(None, numbers), label), f"{page}: {heading}"


def _number(env: BuildEnvironment, docname: str, anchor: str = "") -> str:
    """Return the number of a page or section as it is printed; nothing if it has none."""
    return ".".join(map(str, env.toc_secnumbers.get(docname, {}).get(anchor) or ()))


def _lettered(places: list[Place]) -> list[Place]:
    """Tell places of one label apart by letters."""
    often = Counter(place.label for place in places)
    seen = Counter()
    named = []
    for place in places:
        if often[place.label] > 1:
            letter = ascii_lowercase[seen[place.label]]
            seen[place.label] += 1
            gap = "" if place.label[-1].isdigit() else " "
            place = place._replace(label=f"{place.label}{gap}{letter}")
        named.append(place)
    return named


def list_again(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Have the table written anew whenever a page was read, since it may cite other works."""
    return [PAGE] if PAGE in env.found_docs else []


# --- the page -------------------------------------------------------------------------------


def complete_table(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Add the cited places to the table, and controls and data where a script can use them."""
    if docname != PAGE or app.builder.format != "html":
        return
    tables = {name: data.load(name) for name in works_table.TABLES}
    places = cited_places(app.env)
    for raw in doctree.findall(nodes.raw):
        if 'class="book-table works"' in raw.astext():
            break
    else:
        raise ExtensionError(f"{PAGE} shows no literature table: run make figures")
    html, rows = ROW.subn(lambda row: _with_places(app, row, places), raw.astext())
    if rows != len(tables["literature"]):
        found = f"{rows} works, and literature.csv has {len(tables['literature'])}"
        raise ExtensionError(f"the table of {PAGE} shows {found}: run make figures")
    html = html.replace("</tr></thead>", _head("Cited in") + "</tr></thead>", 1)
    if app.builder.name in INTERACTIVE:
        html = _controls(app, tables, places) + html
    html = f'<div class="works-view">\n{html}\n</div>'
    raw.children = [nodes.Text(html)]
    raw.rawsource = html


def lead_to_table(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Let each reference lead to its work in the table."""
    if docname != REFERENCES or app.builder.format != "html":
        return
    keys = {each.citation_id: each.key for each in app.env.get_domain("cite").citations}
    for citation in doctree.findall(nodes.citation):
        address = (
            f"{app.builder.get_relative_uri(REFERENCES, PAGE)}#work-{keys[citation['ids'][0]]}"
        )
        link = nodes.reference("", "Codes and uses", refuri=address, internal=True)
        citation[-1] += [nodes.Text(" "), link]


def _head(name: str) -> str:
    return f'<th role="columnheader" scope="col">{name}</th>'


def _with_places(app: Sphinx, row: re.Match, places: dict[str, list[Place]]) -> str:
    key = row[2]
    link = Markup('<a href="{}" title="{}">{}</a>')
    links = [
        link.format(_address(app, place.docname, place.anchor), place.title, place.label)
        for place in places.get(key, [])
    ]
    for citation in app.env.get_domain("cite").citations:
        if citation.key == key and citation.bibliography_key.docname == REFERENCES:
            address = _address(app, REFERENCES, citation.citation_id)
            links.append(link.format(address, "Its entry in the references", "References"))
    cell = Markup(" ").join(links) or "not cited"
    more = ""
    if app.builder.name in INTERACTIVE:
        more = Markup(
            '<a class="works-more" href="#work-{}" aria-expanded="false">Details</a>'
        ).format(key)
    return f'{row[1]}<td role="cell">{cell}{more}</td></tr>'


def _address(app: Sphinx, docname: str, anchor: str) -> str:
    return f"{app.builder.get_relative_uri(PAGE, docname)}#{anchor}"


def _controls(app: Sphinx, tables: dict, places: dict[str, list[Place]]) -> str:
    """Return the controls before the table, and the codes that they choose by."""
    choices = [*works_table.filters(tables)]
    choices.insert(8, _cited_filter(app.env, places))
    codes = works_table.codes(tables)
    for key, own in codes.items():
        docnames = dict.fromkeys(place.docname for place in places.get(key, []))
        own["cited"] = ["yes", *docnames] if docnames else ["no"]
    place = {choice.name: _positions(choice) for choice in choices}
    block = {
        "filters": [choice.name for choice in choices],
        "codes": {
            key: [
                [place[choice.name][code] for code in own.get(choice.name, [])]
                for choice in choices
            ]
            for key, own in codes.items()
        },
    }
    header, records = works_table.records(tables["literature"], tables["codings"])
    details = {
        key: {**own, "cited": _told_places(app, places.get(key, []))}
        for key, own in works_table.details(tables).items()
    }
    pages = {
        Path(name).name: [app.builder.get_relative_uri(PAGE, name), _page_title(app.env, name)]
        for name in sorted(app.env.found_docs)
    }
    return CONTROLS.render(
        filters=choices,
        columns=works_table.COLUMNS,
        works=len(codes),
        codes=Markup(_json(block)),
        records=_script(app, "records", {"header": header, "works": records}),
        details=_script(app, "details", {"pages": pages, "works": details}),
    )


def _positions(choice: Filter) -> dict[str, int]:
    return {option.code: position for position, option in enumerate(choice.options)}


def _cited_filter(env: BuildEnvironment, places: dict[str, list[Place]]) -> Filter:
    """Return the filter by the places that cite a work: whether at all, and in which chapter."""
    citing = {place.docname for found in places.values() for place in found}
    pages = [Option(name, _page_title(env, name)) for name in get_docnames(env) if name in citing]
    options = [Option("yes", "anywhere in the book"), Option("no", "nowhere"), *pages]
    return Filter("cited", "Cited in", options)


def _page_title(env: BuildEnvironment, docname: str) -> str:
    return f"{_number(env, docname)} {env.titles[docname].astext()}".strip()


def _told_places(app: Sphinx, places: Iterable[Place]) -> list[list[str]]:
    return [
        [_address(app, place.docname, place.anchor), place.label, place.title] for place in places
    ]


def _script(app: Sphinx, name: str, content: object) -> str:
    """Write data as a script, which loads where pages are opened as files; return its address."""
    text = f"(globalThis.bookWorks ??= {{}}).{name} = {_json(content)};\n"
    path = Path(app.outdir) / "_static" / f"works-{name}.js"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    version = hashlib.sha256(text.encode()).hexdigest()[:8]
    address = relative_uri(app.builder.get_target_uri(PAGE), f"_static/works-{name}.js")
    return f"{address}?v={version}"


def _json(content: object) -> str:
    """Return JSON that can stand in a page: nothing in it ends a script."""
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")


def add_files(app: Sphinx, pagename: str, template: str, context: dict, doctree) -> None:
    """Load script and style on this page alone."""
    if pagename == PAGE and app.builder.name in INTERACTIVE:
        app.add_js_file("js/works.js", loading_method="defer")
        app.add_css_file("css/works.css")


def setup(app: Sphinx) -> dict[str, object]:
    """Register the extension with Sphinx."""
    # After sphinxcontrib-bibtex, at 500, has made the list of references.
    app.connect("env-updated", list_again, priority=900)
    # Before other tables are put into regions that scroll: this one needs none.
    app.connect("doctree-resolved", complete_table, priority=400)
    app.connect("doctree-resolved", lead_to_table)
    app.connect("html-page-context", add_files)
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True}
