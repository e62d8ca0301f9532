"""After the pages are written: one style sheet with what they use, the search data, nothing else.

The theme's styles are 500 kB for every site that could be made with it. `purge` keeps the rules
that can match something: whose every class, id and element stands in a page, or, as a word, in one
of the book's own scripts, which may add it. The book's own styles are taken whole.

Then every file that no page and no style sheet names is removed.
"""

from __future__ import annotations

import json
import os
import re
import urllib.parse
from collections.abc import Collection, Iterable, Iterator
from functools import partial
from hashlib import sha256
from pathlib import Path

import tinycss2
from built_page import BuiltPage, read
from sphinx.application import Sphinx

THEME_STYLES = (
    "basic.css",
    "styles/pydata-sphinx-theme.css",
    "pygments.css",
    "styles/sphinx-book-theme.css",
    "mystnb.*.css",
)
OWN_STYLES = ("book.css", "css/shell.css")
FRAME_SCRIPTS = ("js/theme.js", "js/shell.js", "js/search.js")
SHEET = "site.css"
SEARCH_DATA = "search-data.js"

KEPT = {
    ".buildinfo": "written by Sphinx, which reads it in the next build",
    "objects.inv": "lets other books link to places in this one",
    "index.html": "the front door",
    "404.html": "shown by the host where there is no page",
    "robots.txt": "read by search engines",
    "sitemap.xml": "read by search engines",
}
"""What is shipped though no page names it, and why."""

KEPT_FOLDERS = {
    "cite": "addresses for reference managers, given out once and for all",
    "data": "the dataset, under addresses that descriptions for machines name",
}
"""Whose files are all shipped, and why."""

# Functions whose argument holds alternatives of which one must match.
ALTERNATIVES = {"is", "where", "matches", "any"}
PROPERTY = re.compile(r"""(?:var\(\s*|["'])(--[\w-]+)""")
WORD = re.compile(r"[A-Za-z_][\w-]*")
# In what the theme offers for fonts, no page uses any: the reader's own are as good.
DROPPED_AT_RULES = {"font-face", "charset", "import"}


class Names:
    """The names that a rule may ask for."""

    def __init__(self, pages: Iterable[BuiltPage], words: Iterable[str] = ()) -> None:
        words = {*words, "html", "head", "body"}
        self.classes, self.ids, self.tags = set(words), set(words), set(words)
        for page in pages:
            self.classes |= page.classes
            self.ids |= page.ids
            self.tags |= page.tags


def purge(css: str, names: Names, properties: Collection[str] | None = None) -> str:
    """Return the rules of a style sheet that can match something, without comments.

    Parameters
    ----------
    css
        The style sheet.
    names
        The classes, ids and elements that occur.
    properties
        The custom properties that something reads; all are kept if not given.
    """
    rules = tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True)
    return "\n".join(_kept(rules, names, properties))


def _kept(rules: Iterable, names: Names, properties: Collection[str] | None) -> Iterator[str]:
    for rule in rules:
        if rule.type == "qualified-rule":
            selectors = [part for part in _split(rule.prelude) if _can_match(part, names)]
            body = _declarations(rule.content, properties)
            if selectors and body:
                selector = ",".join(tinycss2.serialize(part).strip() for part in selectors)
                yield f"{selector}{{{body}}}"
        elif rule.type == "at-rule" and rule.at_keyword not in DROPPED_AT_RULES:
            if rule.at_keyword in ("media", "supports"):
                inner = tinycss2.parse_rule_list(
                    rule.content, skip_comments=True, skip_whitespace=True
                )
                body = "".join(_kept(inner, names, properties))
                if body:
                    yield f"@{rule.at_keyword} {tinycss2.serialize(rule.prelude).strip()}{{{body}}}"
            else:
                yield tinycss2.serialize([rule])


def _declarations(content: list, properties: Collection[str] | None) -> str:
    declarations = tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True)
    return ";".join(
        f"{each.name}:{tinycss2.serialize(each.value).strip()}{'!important' * each.important}"
        for each in declarations
        if each.type == "declaration"
        and (properties is None or not each.name.startswith("--") or each.name in properties)
    )


def _split(selector: list) -> list[list]:
    parts: list[list] = [[]]
    for token in selector:
        if token.type == "comment":
            continue
        if token == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return parts


def _can_match(selector: list, names: Names) -> bool:
    """Tell whether all names that a selector asks for occur somewhere."""
    previous = None
    for token in selector:
        before, previous = previous, token
        if token.type == "hash":
            if token.value not in names.ids:
                return False
        elif token.type == "ident":
            if before == ".":
                if token.value not in names.classes:
                    return False
            elif before != ":" and token.lower_value not in names.tags:
                return False
        elif token.type == "function" and token.lower_name in ALTERNATIVES:
            if not any(_can_match(part, names) for part in _split(token.arguments)):
                return False
    return True


def drop_unread(css: str, others: str, names: Names) -> str:
    """Return a purged style sheet without the custom properties that nothing reads.

    Parameters
    ----------
    css
        The style sheet.
    others
        The styles and scripts that may read them too.
    names
        As for `purge`.
    """
    while True:
        kept = purge(css, names, set(PROPERTY.findall(f"{css}{others}")))
        if kept == css:
            return css
        css = kept


def referenced(page: BuiltPage, site: Path, base: str) -> set[Path]:
    """Return the files of the site that a page names in any attribute."""
    found = set()
    for address in page.addresses:
        inside = address.removeprefix(base) if base else address
        path = urllib.parse.unquote(inside.partition("#")[0].partition("?")[0])
        if not path or path.startswith("/") or ":" in path:
            continue
        folder = page.path.parent if inside == address else site
        found.add(Path(os.path.normpath(folder / path)))
    return found


def referenced_by_style(sheet: Path) -> set[Path]:
    """Return the files that a style sheet names."""
    addresses = re.findall(r"url\(\s*[\"']?(?!data:)([^\"')]+)", sheet.read_text(encoding="utf-8"))
    return {(sheet.parent / urllib.parse.urlsplit(text).path).resolve() for text in addresses}


def remove_unused(site: Path, used: Collection[Path], pages: Collection[Path]) -> list[str]:
    """Remove what is not used, no page of this build and not to be kept; return what went."""
    gone = []
    for path in sorted(site.rglob("*"), reverse=True):
        if path.is_dir():
            if not any(path.iterdir()):
                path.rmdir()
            continue
        name = path.relative_to(site).as_posix()
        kept = name in KEPT or name.partition("/")[0] in KEPT_FOLDERS
        if path not in used and path not in pages and not kept:
            path.unlink()
            gone.append(name)
    return gone


def search_data(pages: Iterable[BuiltPage], site: Path) -> str:
    """Return what can be found, as a script that works without a server.

    It sets `bookSearch`: pages as [address, title], passages as [page, anchor, heading, text].
    """
    listed, passages = [], []
    for page in pages:
        said = [passage for passage in page.passages if passage.text or passage.heading]
        if not said:
            continue
        listed.append([page.path.relative_to(site).as_posix(), page.title])
        passages += [
            [len(listed) - 1, passage.anchor, passage.heading, passage.text] for passage in said
        ]
    data = json.dumps(
        {"pages": listed, "passages": passages}, ensure_ascii=False, separators=(",", ":")
    )
    return f"globalThis.bookSearch = {data};\n"


def slim(app: Sphinx, exception: Exception | None, written: Collection[str]) -> None:
    """Write the style sheet and the search data, and remove what no page uses.

    All pages are written in each build (`tools/build_site.py`), so `written` names them all.
    """
    if exception or app.builder.name != "html":
        return
    site = Path(app.outdir).resolve()
    static = site / "_static"
    pages = [read(Path(app.builder.get_outfilename(name))) for name in sorted(written)]
    (static / SEARCH_DATA).write_text(
        search_data([page for page in pages if page.path.name != "search.html"], site),
        encoding="utf-8",
    )
    scripts = "\n".join(
        path.read_text(encoding="utf-8") for path in sorted((static / "js").rglob("*.js"))
    )
    names = Names(pages, WORD.findall(scripts))
    theme = "\n".join(
        purge(path.read_text(encoding="utf-8"), names)
        for pattern in THEME_STYLES
        for path in static.glob(pattern)
    )
    own = "\n".join((static / name).read_text(encoding="utf-8") for name in OWN_STYLES)
    others = "\n".join(
        path.read_text(encoding="utf-8") for path in sorted((static / "css").rglob("*.css"))
    )
    sheet = f"{drop_unread(theme, own + others + scripts, names)}\n{own}"
    (static / SHEET).write_text(sheet, encoding="utf-8")
    mark_versions(pages, [static / name for name in (SHEET, SEARCH_DATA, *FRAME_SCRIPTS)])
    base = app.config.html_baseurl
    used = set().union(*(referenced(page, site, base) for page in pages))
    for path in [path for path in used if path.suffix == ".css"]:
        used |= referenced_by_style(path)
    remove_unused(site, used, [page.path for page in pages])


def mark_versions(pages: Iterable[BuiltPage], files: Iterable[Path]) -> None:
    """Add a digest to the addresses of files, so that no browser shows an old one."""
    marks = {
        f'/{file.name}"': f'/{file.name}?v={sha256(file.read_bytes()).hexdigest()[:8]}"'
        for file in files
    }
    for page in pages:
        text = page.path.read_text(encoding="utf-8")
        for address, marked in marks.items():
            text = text.replace(address, marked)
        page.path.write_text(text, encoding="utf-8")


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension with Sphinx."""
    written: set[str] = set()
    app.connect("html-page-context", lambda app, page, *_: written.add(page) or None)
    # After the theme has written its last file.
    app.connect("build-finished", partial(slim, written=written), priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
