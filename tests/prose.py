"""The prose that a person wrote, taken out of pages, tables, templates and descriptions."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator

from book import ROOT, pages, table

DOCUMENTS = [
    path.relative_to(ROOT).as_posix()
    for folder in (".", "data", "planner")
    for path in sorted((ROOT / folder).glob("*.md"))
]
TEMPLATES = [
    path.relative_to(ROOT).as_posix()
    for folder in ("tools/sphinx", "partnership/pages")
    for path in sorted((ROOT / folder).rglob("*.html"))
]

NOT_PROSE = {
    "literature": "others wrote it: names, titles, places of publication",
    "sources_other": "others wrote it: titles of pages",
    "harm_figures": "others wrote it: measures and populations as printed",
}
"""Tables whose texts are exempt, and why."""

MARKUP = [
    re.compile(r"^:{3,}(?:\{(?:container|div)\}.*|\{[\w-]+\})?", re.MULTILINE),
    re.compile(r"<!-- (\w+) -->.*?<!-- end of \1 -->", re.DOTALL),  # made by code
    re.compile(r"<!--.*?-->|\{[%#].*?[%#]\}|\{\{.*?\}\}", re.DOTALL),
    re.compile(r"\{[a-z:-]+\}`[^`]*<[^`>]*>`"),  # a role whose text comes with an address
    re.compile(r"\{[a-z:-]+\}`[^`]*`|`[^`\n]*`"),
    re.compile(r"(?<=\])\([^)]*\)"),
    re.compile(r"\b(?:https?://|www\.)\S+|\b[\w./-]+\.(?:com|org|se|csv|md|py|js|html|txt)\b"),
    re.compile(r"<[^<>]+>"),
    re.compile(r"\b[a-z]+(?:19|20)\d\d[a-z]?\b"),  # keys of works
    re.compile(r"^\(.*\)=$|^:[\w-]+:", re.MULTILINE),
]
NO_PROSE = {"{tableofcontents}", "{bibliography}"}
SAID = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"")
QUOTED = re.compile(r"“[^”]*”|\"[^\"\n]*\"|(?<!\w)['‘][^'’\n]+['’](?!\w)")


def without_code(text: str) -> str:
    """Return a text without its blocks of code; directives hold prose and stay."""
    kept, fences = [], []
    for line in text.splitlines():
        fence = re.match(r"(`{3,})(.*)", line)
        if fence and fences and line.strip() == fences[-1][0]:
            fences.pop()
        elif fence:
            prose = fence[2].startswith("{") and fence[2] not in NO_PROSE
            fences.append((fence[1], prose))
        elif all(prose for _, prose in fences):
            kept.append(line)
    return "\n".join(kept)


def plain(text: str) -> str:
    """Return a text without code, roles, addresses and tags."""
    text = without_code(text)
    for pattern in MARKUP:
        text = pattern.sub(" ", text)
    return text


def own(text: str) -> str:
    """Return what of a text is in the book's own words: no code and no quotation."""
    return QUOTED.sub(" … ", plain(text))


def described(value: object) -> Iterator[str]:
    """Give every title and description in a JSON document."""
    if isinstance(value, dict):
        for name, inner in value.items():
            if isinstance(inner, str):
                yield from [inner] if name in ("title", "description") else []
            else:
                yield from described(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from described(inner)


def sentences_of_tables() -> Iterator[tuple[str, str]]:
    """Give the name and the texts of each table, a line a row; codes and keys are no texts."""
    for path in sorted((ROOT / "data").glob("*.csv")):
        if path.stem in NOT_PROSE:
            continue
        rows = table(f"data/{path.name}")
        listed = {name for name in rows[0] if any("; " in row[name] for row in rows)}
        listed = {
            name
            for name in listed
            if all(" " not in item for row in rows for item in row[name].split("; "))
        }
        texts = [
            name for name in rows[0] if name not in listed and any(" " in row[name] for row in rows)
        ]
        yield path.name, "\n".join(" | ".join(row[name] for name in texts) for row in rows)


def sentences_in_python(code: str) -> Iterator[str]:
    """Give each text of at least four words in a Python module but docstrings: its messages."""
    tree = ast.parse(code)
    alone = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if len(node.value.split()) > 3 and id(node) not in alone:
                yield node.value


def sentences_in_javascript(code: str) -> Iterator[str]:
    """Give each text of at least four words in a script: what it says to readers."""
    for quoted in SAID.findall(code):
        if len(quoted.split()) > 3:
            yield quoted[1:-1]


def sources() -> dict[str, str]:
    """Return all prose in the book's own words, by the page or file in which it stands."""
    found = {}
    for page in pages():
        found[page.stem] = page.prose
        # The table of works shows what others wrote; its own words are in its prose.
        if page.stem != "literature-table":
            found[f"{page.stem}, tables made by code"] = page.made
    for name in (*DOCUMENTS, *TEMPLATES):
        found[name] = (ROOT / name).read_text(encoding="utf-8")
    found.update((f"data/{name}", text) for name, text in sentences_of_tables())
    for name, columns in {"figures": ("caption", "alt"), "columns": ("meaning",)}.items():
        rows = table(f"figures/{name}.csv")
        found[f"figures/{name}.csv"] = "\n".join(row[c] for row in rows for c in columns)
    for path in sorted((ROOT / "partnership").rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        found[name] = "\n".join(sentences_in_python(path.read_text(encoding="utf-8")))
    for path in sorted([*(ROOT / "planner").glob("*.js"), *(ROOT / "_static/js").glob("*.js")]):
        name = path.relative_to(ROOT).as_posix()
        found[name] = "\n".join(sentences_in_javascript(path.read_text(encoding="utf-8")))
    package = json.loads((ROOT / "data" / "datapackage.json").read_text(encoding="utf-8"))
    found["data/datapackage.json"] = "\n".join(described(package))
    return {name: own(text) for name, text in found.items() if text.strip()}
