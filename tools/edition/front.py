"""What stands before the first page of an edition: what it is, its licence, what it leaves out."""

from __future__ import annotations

from html import escape

from partnership import citing

from . import cover
from .source import Edition

ABSTRACT_AUTHORS = (
    "It sets out the argument of the conference abstract <cite>{title}</cite> by {names}, who are "
    "not authors of this book. Nothing in it is peer reviewed."
)


def version() -> str:
    """Return version and date in words."""
    return f"Version {citing.version()}, {citing.released_in_words()}"


def standing() -> str:
    """Return whose argument the book sets out, and that nobody has reviewed it, as HTML."""
    abstract = citing.citation()["references"][0]
    names = [f"{author['given-names']} {author['family-names']}" for author in abstract["authors"]]
    listed = f"{', '.join(names[:-1])} and {names[-1]}"
    return ABSTRACT_AUTHORS.format(title=escape(abstract["title"]), names=escape(listed))


def colophon(edition: Edition, typefaces: str = "") -> str:
    """Return the page about the edition, as HTML.

    Parameters
    ----------
    edition
        The book.
    typefaces
        Whose the typefaces are that the file embeds, as HTML; nothing where it embeds none.
    """
    base = citing.base_url()
    site = f'the book’s site, <a href="{base}">{base}</a>' if base else "the book’s site"
    code = citing.citation().get("repository-code", "")
    sources = f'the book’s sources, <a href="{code}">{code}</a>' if code else "the book’s sources"
    cited = citing.formatted(citing.book_record(), "APA", html=True)
    return f"""
<h1>About this edition</h1>
<p>{version()}. {standing()}</p>
<h2>What is not in it</h2>
<p>The book can be run: code computes every number and draws every figure. This edition leaves the
code out. It is in the notebooks, in the folder <code>chapters</code> of {sources}. What answers to
a click is on {site} only: the search, the page “Plan in your browser”, the sorting and
filtering of the literature table, and all downloads, such as the files and values of each figure.
Where the text speaks of these, look there.</p>
<h2>How to cite it</h2>
<p>{cited}</p>
<h2>Licence</h2>
<p>Text, figures and data are under the <a href="https://creativecommons.org/licenses/by/4.0/">Creative
Commons Attribution 4.0 International</a> licence: use and change them, give credit, and say what
you changed. The code is under the MIT licence.</p>{typefaces}
<h2>The cover</h2>
<p>{escape(cover.description())}</p>
"""
