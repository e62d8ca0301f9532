"""The planner's page: a place for it, the book's data beside it, and its script, on that page only.

`:::{planner}` holds what stands there where no script runs. The modules in `planner/` become one
classic script, since browsers load no modules from the file system (`bundle.py`); the data come
from `data/` (`partnership/planner.py`).
"""

from __future__ import annotations

from pathlib import Path

from bundle import bundle
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from partnership import __version__, planner

ROOT = Path(__file__).parents[2]
MODULES = ROOT / "planner"
SCRIPT = "js/planner.js"
STYLE = "css/planner.css"


class PlannerPlace(nodes.General, nodes.Element):
    """Where the planner stands in the page."""


class PlannerDirective(SphinxDirective):
    """`:::{planner}`: the place of the planner; its content shows where no script runs."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        for path in (planner.EXAMPLE, *(ROOT / "data").glob("*.csv")):
            self.env.note_dependency(str(path))
        plain = nodes.container(ids=["planner-plain"])
        self.state.nested_parse(self.content, self.content_offset, plain)
        return [plain, PlannerPlace()]


def show(self, node: PlannerPlace) -> None:
    """Write the place and the data; nothing where pages are not opened in a browser."""
    if self.builder.name == "html":
        self.body.append(
            '<div id="planner" class="planner" hidden></div>\n'
            f'<script type="application/json" id="planner-book">{planner.to_json()}</script>\n'
        )
    raise nodes.SkipNode


def leave_out(self, node: PlannerPlace) -> None:
    """Write nothing."""
    raise nodes.SkipNode


def write_script(app: Sphinx) -> None:
    """Join the planner's modules into the one script that the page loads."""
    if app.builder.name == "html":
        path = Path(app.outdir, "_static", SCRIPT)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(bundle(MODULES / "ui-main.js", "planner"), encoding="utf-8")


def add_files(
    app: Sphinx, page: str, template: str, context: dict, document: nodes.document | None
) -> None:
    """Load the planner's script and style on its page."""
    if document is not None and next(document.findall(PlannerPlace), None) is not None:
        app.add_css_file(STYLE)
        app.add_js_file(SCRIPT, defer="defer")


def setup(app: Sphinx) -> dict[str, object]:
    """Register the extension with Sphinx."""
    nothing = (leave_out, None)
    app.add_node(
        PlannerPlace, html=(show, None), latex=nothing, text=nothing, man=nothing, texinfo=nothing
    )
    app.add_directive("planner", PlannerDirective)
    app.connect("builder-inited", write_script)
    app.connect("html-page-context", add_files)
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True}
