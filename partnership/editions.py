"""The book as one file: where its PDF and EPUB lie, and whether they show the book as it is now."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from pathlib import Path

from partnership.citing import ROOT
from partnership.files import write_together

NAME = "co-producing-patient-safety"
SHOWN = (
    *("CITATION.cff", "_config.yml", "_toc.yml", "chapters/*.md", "chapters/*.ipynb"),
    *("data/*.csv", "data/*.bib", "figures/*.svg", "figures/*.pdf", "figures/figures.csv"),
    *("tools/edition/*.*", "tools/print-requirements.txt"),
)
"""What an edition is made from, as patterns below the book's folder."""
ADDRESSES = ("BOOK_BASE_URL", "BOOK_REPOSITORY_URL")


@dataclass(frozen=True)
class EditionFile:
    """One edition of the book.

    Attributes
    ----------
    kind : str
        "PDF" or "EPUB".
    use : str
        What it is good for, in a few words.
    """

    kind: str
    use: str

    @property
    def name(self) -> str:
        """The file's name, the same from version to version."""
        return f"{NAME}.{self.kind.lower()}"

    def path(self, root: Path = ROOT) -> Path:
        """Return where the edition lies once it is made."""
        return root / "_build" / self.kind.lower() / self.name


EDITIONS = (EditionFile("PDF", "to print"), EditionFile("EPUB", "for e-readers and phones"))
PDF, EPUB = EDITIONS


def fingerprint(root: Path = ROOT) -> str:
    """Return a number for all that an edition is made from; it changes when any of it does."""
    read = hashlib.sha256()
    for pattern in SHOWN:
        for path in sorted(root.glob(pattern)):
            content = hashlib.sha256(path.read_bytes()).hexdigest()
            read.update(f"{path.relative_to(root)} {content}\n".encode())
    read.update(repr([os.environ.get(name, "") for name in ADDRESSES]).encode())
    return read.hexdigest()


def _note(path: Path) -> Path:
    """Return the file beside an edition that says what it was made from."""
    return path.with_name(f"{path.name}.sources")


def keep(edition: EditionFile, content: bytes, made_from: str, root: Path = ROOT) -> Path:
    """Write an edition, and beside it the fingerprint of what it was made from; return its path.

    The note is of this very file: without the other, neither counts.
    """
    path = edition.path(root)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_together({_note(path): _told(made_from, content), path: content})
    return path


def _told(made_from: str, content: bytes) -> bytes:
    return f"{made_from} {hashlib.sha256(content).hexdigest()}\n".encode()


def current(root: Path = ROOT) -> list[EditionFile]:
    """Return the editions that have been made and show the book as it is now."""
    made = [edition for edition in EDITIONS if edition.path(root).is_file()]
    if not made:
        return []
    now = fingerprint(root)
    return [
        edition
        for edition in made
        if _note(edition.path(root)).is_file()
        and _note(edition.path(root)).read_bytes() == _told(now, edition.path(root).read_bytes())
    ]
