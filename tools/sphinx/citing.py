"""How to cite, on every page: to copy, as tags for machines, as files for reference managers.

What is said comes from `partnership.citing` and `partnership.metadata`. Other extensions can call
`block` to show how to cite a figure, and link to the files that `write_files` leaves in `cite/`.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import zipfile
from datetime import date
from html import escape
from pathlib import Path

from docutils import nodes
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup
from sphinx.application import Sphinx
from sphinx.util.docutils import ReferenceRole, SphinxDirective
from sphinx.util.osutil import relative_uri

from partnership import citing, metadata
from partnership.citing import ROOT, Record

HERE = Path(__file__).parent
TEMPLATE = Environment(
    loader=FileSystemLoader(HERE / "templates"), autoescape=True, trim_blocks=True
).get_template("cite.html")
ENTRIES = (("BibTeX", "bib", citing.bibtex), ("RIS", "ris", citing.ris))

FOLDER = "cite"
"""Where the site keeps the files for reference managers."""
SOURCES = (
    *("CITATION.cff", "_toc.yml", "pyproject.toml", "figures/figures.csv", "data/datapackage.json"),
    *("partnership/citing.py", "partnership/metadata.py", "partnership/references.py"),
    *("tools/sphinx/citing.py", "tools/sphinx/templates/cite.html"),
)
"""What a page's way of being cited depends on, besides its own title."""


def file_name(record: Record) -> str:
    """Return the name, without ending, of the files of a record; it holds from year to year."""
    return record["id"].partition("-")[2] or ("abstract" if "version" not in record else "book")


def block(record: Record, root: str, place: str) -> str:
    """Return how to cite a record, as HTML: formatted, as BibTeX and as RIS.

    The page needs `_static/css/cite.css` and `_static/js/cite.js`; without the second all is there
    to read and to download, and nothing to press.

    Parameters
    ----------
    record : dict
        What one of the functions of `partnership.citing` returns.
    root : str
        The way from the page to the top of the site, such as "../".
    place : str
        What the ids in the block begin with; another one for each block on a page.
    """
    return TEMPLATE.render(
        place=place,
        title=record["title"],
        formatted=[
            {
                "id": style.lower(),
                "name": style,
                "html": Markup(citing.formatted(record, style, html=True)),
            }
            for style in citing.STYLES
        ],
        entries=[
            {
                "id": ending,
                "name": name,
                "ending": f".{ending}",
                "text": write(record).strip("\n"),
                "file": f"{root}{FOLDER}/{file_name(record)}.{ending}",
                "download": f"{record['id']}.{ending}",
            }
            for name, ending, write in ENTRIES
        ],
    )


# --- the end of a page ----------------------------------------------------------------------


def end_of_page(record: Record, number: str | None, root: str, guide: str) -> str:
    """Return the section that ends a page: how to cite it, and of which version it is.

    Parameters
    ----------
    record : dict
        The record of the page.
    number : str or None
        Its number, if it is a chapter.
    root : str
        The way from the page to the top of the site.
    guide : str
        The way to the page that says more; empty on that page.
    """
    kind = "book" if record["type"] == "book" else "chapter" if number else "appendix"
    more = f' <a href="{guide}">How to cite a figure, the dataset or the abstract</a>.'
    return (
        '\n<section class="cite-page" id="cite" aria-labelledby="cite-heading">\n'
        f'<h2 id="cite-heading">Cite this {kind}</h2>\n'
        f"<p>Version {escape(citing.version())}, {citing.released_in_words()}."
        f"{more if guide else ''}</p>\n"
        f"{block(record, root, 'cite')}\n</section>\n"
    )


def add_to_page(app: Sphinx, pagename: str, templatename: str, context: dict, doctree) -> None:
    """Add to each page of the book how to cite it, to its end and to its head."""
    stem = pagename.removeprefix("chapters/")
    if app.builder.name != "html" or doctree is None or stem not in citing.chapters():
        return
    record = citing.chapter_record(stem)
    root = relative_uri(app.builder.get_target_uri(pagename), "")
    guide = relative_uri(
        app.builder.get_target_uri(pagename),
        app.builder.get_target_uri(f"chapters/{citing.DATASET_PAGE}"),
    )
    context["body"] += end_of_page(record, citing.chapters()[stem], root, guide)
    context["metatags"] += metadata.tags(stem, pdf=address_of_pdf(stem, root, context)) + "\n"
    use_in(app)


def address_of_pdf(stem: str, root: str, context: dict) -> str:
    """Return the address of the book as PDF, for the page that stands for the book; or ""."""
    base = citing.base_url()
    if not base or "container-title" in citing.chapter_record(stem):
        return ""
    offered = (edition["path"] for edition in context.get("editions", []))
    names = (path.removeprefix(root) for path in offered if path.endswith(".pdf"))
    return next((base + name for name in names), "")


def use_in(app: Sphinx) -> None:
    """Load what blocks need on the page at hand; called from `html-page-context`."""
    app.add_css_file("css/cite.css")
    app.add_js_file("js/cite.js", loading_method="defer")


# --- within a page --------------------------------------------------------------------------


class how_to_cite(nodes.General, nodes.Element):  # noqa: N801 (docutils names nodes like this)
    """How to cite one thing, written when the page is."""


class HowToCite(SphinxDirective):
    """`{how-to-cite} WHAT`: how to cite the `book`, the `dataset`, the `code` or the `abstract`.

    A figure or a chapter is named after its kind: `figure partnership-map`, `chapter glossary`.
    """

    required_arguments = 1
    final_argument_whitespace = True

    def run(self) -> list[nodes.Node]:
        try:
            record_of(self.arguments[0])
        except KeyError as error:
            raise self.error(f"nothing to cite is called {self.arguments[0]!r}") from error
        return [how_to_cite("", what=self.arguments[0])]


class DataTables(SphinxDirective):
    """`{data-tables}`: every table of the dataset, by its title, as a file to download."""

    def run(self) -> list[nodes.Node]:
        entries = []
        for resource in citing.datapackage()["resources"]:
            path = f"{metadata.DATA_FOLDER}/{resource['path']}"
            link = site_file("", "", nodes.Text(resource["path"]), path=path)
            line = nodes.paragraph("", f"{resource['title']} (", link, nodes.Text(")"))
            entries.append(nodes.list_item("", line))
        return [data_tables("", nodes.bullet_list("", *entries))]


class data_tables(nodes.General, nodes.Element):  # noqa: N801 (docutils names nodes like this)
    """The list of tables, on the site alone."""


def visit_data_tables(self, node: data_tables) -> None:
    """Begin the list, which opens when it is asked for."""
    if self.builder.name != "html":
        raise nodes.SkipNode
    self.body.append('<details class="site-files"><summary>The tables, one by one</summary>\n')


def depart_data_tables(self, node: data_tables) -> None:
    """End the list."""
    self.body.append("</details>\n")


def record_of(what: str) -> Record:
    """Return the record that a directive's argument names."""
    kind, _, name = what.partition(" ")
    if name:
        return {"figure": citing.figure_record, "chapter": citing.chapter_record}[kind](name)
    return {
        "book": citing.book_record,
        "dataset": citing.dataset_record,
        "code": citing.software_record,
        "abstract": citing.abstract_record,
    }[kind]()


def visit_html(self, node: how_to_cite) -> None:
    """Write the block; in a book for other devices than a browser, the formatted text alone."""
    record = record_of(node["what"])
    if self.builder.name == "html":
        root = relative_uri(self.builder.get_target_uri(self.builder.current_docname), "")
        self.body.append(block(record, root, f"cite-{node['what'].replace(' ', '-')}"))
    else:
        for style in citing.STYLES:
            text = citing.formatted(record, style, html=True)
            self.body.append(f"<p>{style}: {text}</p>\n")
    raise nodes.SkipNode


class site_file(nodes.Inline, nodes.TextElement):  # noqa: N801 (docutils names nodes like this)
    """A link to a file that is made with the site, and is nowhere else."""


class SiteFile(ReferenceRole):
    """`{site-file}`text <path>``: a link to a file of the finished site, such as `cite/all.bib`."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        return [site_file("", "", nodes.Text(self.title), path=self.target)], []


def visit_site_file(self, node: site_file) -> None:
    """Write the link; a book for other devices than a browser has the text alone."""
    if self.builder.name == "html":
        page = self.builder.get_target_uri(self.builder.current_docname)
        self.body.append(f'<a href="{relative_uri(page, node["path"])}" download>')


def depart_site_file(self, node: site_file) -> None:
    """End the link."""
    if self.builder.name == "html":
        self.body.append("</a>")


# --- the files ------------------------------------------------------------------------------


def every_record() -> list[Record]:
    """Return the records of all that the book offers to cite."""
    return [
        *(citing.chapter_record(stem) for stem in citing.chapters()),
        *(citing.figure_record(name) for name in citing.figures()),
        citing.dataset_record(),
        citing.software_record(),
        citing.abstract_record(),
    ]


def write_files(app: Sphinx, error: Exception | None) -> None:
    """Leave in the site the files for reference managers and the dataset."""
    if error or app.builder.name != "html":
        return
    folder = Path(app.outdir) / FOLDER
    folder.mkdir(exist_ok=True)
    records = every_record()
    for _, ending, write in ENTRIES:
        texts = [write(record) for record in records]
        for record, text in zip(records, texts, strict=True):
            (folder / f"{file_name(record)}.{ending}").write_text(text, encoding="utf-8")
        (folder / f"all.{ending}").write_text("".join(texts), encoding="utf-8")
    (folder / "all.csl.json").write_text(
        json.dumps(records, ensure_ascii=False, indent=2) + "\n", encoding="utf-8"
    )
    write_dataset(Path(app.outdir))


def write_dataset(site: Path) -> None:
    """Leave the tables and their descriptions in the site, each by itself and all in one file."""
    target = site / metadata.DATA_FOLDER
    target.mkdir(exist_ok=True)
    sources = sorted(path for path in (ROOT / "data").iterdir() if path.is_file())
    for path in sources:
        shutil.copyfile(path, target / path.name)
    # The same bytes each time: entries carry the day of the release, not of the build.
    day = date.fromisoformat(citing.released()).timetuple()[:3]
    with zipfile.ZipFile(site / metadata.DATA_ARCHIVE, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in [*sources, ROOT / "CITATION.cff", ROOT / "LICENSE"]:
            entry = zipfile.ZipInfo(path.name, (*day, 0, 0, 0))
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, path.read_bytes())


def note_sources(app: Sphinx, config) -> None:
    """Write all pages anew when what they say of citing has changed, and give the day a name."""
    digest = hashlib.sha256()
    for source in SOURCES:
        digest.update((ROOT / source).read_bytes())
    for stem in citing.chapters():
        digest.update(citing.chapter_title(stem).encode())
    config.citing_sources = digest.hexdigest()
    config.myst_substitutions = {
        **config.myst_substitutions,
        "released": citing.released_in_words(),
    }


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension with Sphinx."""
    app.add_config_value("citing_sources", "", "html")
    app.add_directive("how-to-cite", HowToCite)
    app.add_directive("data-tables", DataTables)
    app.add_role("site-file", SiteFile())
    app.add_node(how_to_cite, html=(visit_html, None))
    app.add_node(data_tables, html=(visit_data_tables, depart_data_tables))
    app.add_node(site_file, html=(visit_site_file, depart_site_file))
    app.connect("config-inited", note_sources)
    # After it is known which editions for other devices are offered.
    app.connect("html-page-context", add_to_page, priority=600)
    app.connect("build-finished", write_files)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
