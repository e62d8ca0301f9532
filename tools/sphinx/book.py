"""The book's own Sphinx extension: claim badges, figures on other pages, addresses at build time.

No address of the published book is written in the sources. `BOOK_BASE_URL` (where the site will
be published) and `BOOK_REPOSITORY_URL` (where its sources are) are read when it is built, and
what needs them is left out when they are not set.
"""

from __future__ import annotations

import csv
import os
from dataclasses import dataclass, field
from pathlib import Path

import sphinxcontrib.bibtex.plugin
from docutils import nodes
from docutils.statemachine import StringList
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.directives.patches import Figure
from sphinx.util.docutils import SphinxRole
from sphinxcontrib.bibtex.style.referencing import BracketStyle
from sphinxcontrib.bibtex.style.referencing.author_year import AuthorYearReferenceStyle

from partnership import __version__

with (Path(__file__).parents[2] / "data" / "claims.csv").open(encoding="utf-8") as _file:
    CLAIMS = tuple(row["id"] for row in csv.DictReader(_file))


def round_brackets() -> BracketStyle:
    """Return the brackets in which the field's journals put citations."""
    return BracketStyle(left="(", right=")", sep="; ")


@dataclass
class RoundAuthorYear(AuthorYearReferenceStyle):
    """Citations as author and year in round brackets: (Osborne et al., 2018)."""

    bracket_parenthetical: BracketStyle = field(default_factory=round_brackets)
    bracket_textual: BracketStyle = field(default_factory=round_brackets)
    bracket_author: BracketStyle = field(default_factory=round_brackets)
    bracket_label: BracketStyle = field(default_factory=round_brackets)
    bracket_year: BracketStyle = field(default_factory=round_brackets)


sphinxcontrib.bibtex.plugin.register_plugin(
    "sphinxcontrib.bibtex.style.referencing", "author_year_round", RoundAuthorYear
)


class ClaimRole(SphinxRole):
    """`{claim}`R1``: a small badge that links to the claim in the appendix of claims."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        claim = self.text.strip()
        if claim not in CLAIMS:
            message = self.inliner.reporter.warning(
                f"unknown claim {claim!r}; expected one of {', '.join(CLAIMS)}", line=self.lineno
            )
            return [self.inliner.problematic(self.rawtext, self.rawtext, message)], [message]
        link = addnodes.pending_xref(
            "",
            nodes.inline(claim, f"claim {claim}"),
            refdomain="std",
            reftype="ref",
            reftarget=f"claim-{claim.lower()}",
            refexplicit=True,
            refwarn=True,
            refdoc=self.env.docname,
        )
        return [nodes.inline("", "", link, classes=["claim"])], []


class BookFigureDirective(Figure):
    """`{book-figure} NAME`: shows a figure outside its chapter, with its own caption and alt text.

    Caption and alternative text come from `figures/figures.csv`, so that they are written once.
    """

    has_content = False
    option_spec = {}

    def run(self) -> list[nodes.Node]:
        name = self.arguments[0].strip()
        listed = os.path.join(self.state.document.settings.env.srcdir, "figures", "figures.csv")
        self.state.document.settings.env.note_dependency(listed)
        with open(listed, encoding="utf-8", newline="") as file:
            rows = {row["name"]: row for row in csv.DictReader(file)}
        if name not in rows:
            raise self.error(f"no figure {name!r} in figures/figures.csv; run make figures")
        self.arguments = [f"/figures/{name}.svg"]
        self.options = {"alt": rows[name]["alt"]}
        self.content = StringList([rows[name]["caption"]], source=listed)
        return super().run()


def take_addresses(app: Sphinx, config) -> None:
    """Set what depends on where the book is published, or leave it out."""
    config.version = config.release = __version__
    config.myst_substitutions = {**config.myst_substitutions, "version": __version__}
    config.html_baseurl = os.environ.get("BOOK_BASE_URL", "")
    repository = os.environ.get("BOOK_REPOSITORY_URL", "").rstrip("/")
    options = dict(config.html_theme_options)
    # The sidebar has the search field and the title already.
    options.update(navbar_start=[], navbar_center=[], navbar_end=[], navbar_persistent=[])
    options["repository_url"] = repository
    options["repository_branch"] = os.environ.get("BOOK_REPOSITORY_BRANCH", "main")
    for button in ("use_repository_button", "use_issues_button", "use_edit_page_button"):
        options[button] = bool(repository)
    launch = dict(options.get("launch_buttons") or {})
    if repository:
        launch["binderhub_url"] = "https://mybinder.org"
    options["launch_buttons"] = launch
    config.html_theme_options = options


def setup(app: Sphinx) -> dict[str, object]:
    """Register the extension with Sphinx."""
    app.add_role("claim", ClaimRole())
    app.add_directive("book-figure", BookFigureDirective)
    # Before the theme reads its options.
    app.connect("config-inited", take_addresses, priority=1)
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True}
