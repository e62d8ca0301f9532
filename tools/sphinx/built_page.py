"""Read a page of the built site: which names and files it uses, and what it says where."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

VOID = frozenset("area base br col embed hr img input link meta param source track wbr".split())
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
# What stands between the words of two blocks.
BREAKS = dict.fromkeys(("p", "li", "dd", "caption", "figcaption", "tr"), " ") | dict.fromkeys(
    ("th", "td"), " · "
)
# What a page says besides its text: code, marks for links, controls.
UNSAID_TAGS = frozenset(("script", "style", "template", "button", "form", "noscript", "svg"))
UNSAID_CLASSES = frozenset(
    ("headerlink", "cell_input", "code-fold", "margin-note", "cite-page", "visually-hidden")
)


@dataclass
class Passage:
    """A part of a page that can be linked to: a section, a term, a reference, a table's row."""

    anchor: str
    heading: str = ""
    text: str = ""


@dataclass
class BuiltPage:
    """What one page of the site uses and says."""

    path: Path
    tags: set[str] = field(default_factory=set)
    ids: set[str] = field(default_factory=set)
    classes: set[str] = field(default_factory=set)
    addresses: set[str] = field(default_factory=set)
    title: str = ""
    passages: list[Passage] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self, page: BuiltPage) -> None:
        super().__init__(convert_charrefs=True)
        self.page = page
        self.open: list[tuple[str, Passage | None]] = []
        self.unsaid = 0  # how many open elements say nothing
        self.article = False
        self.passage: Passage | None = None
        self.in_heading = 0
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        page = self.page
        named = {name: value or "" for name, value in attributes}
        classes = named.get("class", "").split()
        page.tags.add(tag)
        page.classes.update(classes)
        if "id" in named:
            page.ids.add(named["id"])
        page.addresses.update(value for value in named.values() if " " not in value)
        if tag in VOID:
            return
        before = self.passage
        if tag == "article" and "bd-article" in classes:
            self.article = True
            self._begin(Passage(""))
        elif self.article and "id" in named and _stands_alone(tag, named):
            self._begin(Passage(named["id"]))
        self.open.append((tag, before))
        if tag in UNSAID_TAGS or UNSAID_CLASSES.intersection(classes):
            self.unsaid += 1
            self.open[-1] = (f"-{tag}", before)
        if tag in HEADINGS or tag == "dt":
            self._end_words()
            self.in_heading += 1

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        while self.open:
            name, before = self.open.pop()
            bare = name.lstrip("-")
            if name != bare:
                self.unsaid -= 1
            if bare in HEADINGS or bare == "dt":
                self._end_words()
                self.in_heading -= 1
            elif bare in BREAKS and self.words and not self.unsaid:
                self.words.append(BREAKS[bare])
            # A term stands for what defines it too.
            if before is not self.passage and bare != "dt":
                self._end_words()
                self.passage = before
            if bare == "article":
                self.article = False
            if bare == tag:
                return

    def handle_data(self, data: str) -> None:
        if self.passage is not None and not self.unsaid:
            self.words.append(data)

    def _begin(self, passage: Passage) -> None:
        self._end_words()
        self.page.passages.append(passage)
        self.passage = passage

    def _end_words(self) -> None:
        said = " ".join("".join(self.words).split())
        self.words.clear()
        if self.passage is None or not said:
            return
        if self.in_heading and not self.passage.heading:
            self.passage.heading = said
            self.page.title = self.page.title or said
        else:
            self.passage.text = f"{self.passage.text} {said}".strip()


def _stands_alone(tag: str, named: dict[str, str]) -> bool:
    return tag in ("section", "dt", "tr") or named.get("class") == "citation"


def read(path: Path) -> BuiltPage:
    """Return what the page at `path` uses and says."""
    page = BuiltPage(path)
    reader = _Reader(page)
    reader.feed(path.read_text(encoding="utf-8"))
    reader.close()
    return page
