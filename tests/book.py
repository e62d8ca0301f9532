"""The book's pages as the tests read them."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import nbformat
import yaml

ROOT = Path(__file__).resolve().parents[1]
CHAPTERS = ROOT / "chapters"

CITATION = re.compile(r"\{cite(?::[a-z]+)?\}`([^`]+)`")
CLAIM = re.compile(r"\{claim\}`([^`]+)`")
FENCED = re.compile(r"^(`{3,}|:{3,})\{?([a-z-]*)\}?.*?$", re.MULTILINE)


@dataclass(frozen=True)
class Page:
    """One page of the book."""

    path: Path

    @property
    def stem(self) -> str:
        return self.path.stem

    @cached_property
    def notebook(self) -> nbformat.NotebookNode | None:
        if self.path.suffix != ".ipynb":
            return None
        return nbformat.read(self.path, as_version=4)

    @cached_property
    def prose(self) -> str:
        """The Markdown that a person wrote."""
        if self.notebook is None:
            return self.path.read_text(encoding="utf-8")
        cells = self.notebook.cells
        return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")

    @cached_property
    def made(self) -> str:
        """The Markdown that the notebook's code gave."""
        if self.notebook is None:
            return ""
        outputs = [out for cell in self.notebook.cells for out in cell.get("outputs", [])]
        return "\n\n".join(out.get("data", {}).get("text/markdown", "") for out in outputs)

    @property
    def cited(self) -> set[str]:
        """The keys of the works that the page cites."""
        found = CITATION.findall(self.prose + self.made)
        return {key.strip() for keys in found for key in keys.split(",")}

    @property
    def claims(self) -> set[str]:
        return set(CLAIM.findall(self.prose))


def listed_in_contents() -> list[str]:
    """The stems of all pages that the table of contents names, in order."""
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    files = [contents["root"]]
    files += [entry["file"] for part in contents["parts"] for entry in part["chapters"]]
    return [Path(file).name for file in files]


def pages() -> list[Page]:
    """Every page in the table of contents, in order; that none is missing has a test of its own."""
    found = {path.stem: path for path in CHAPTERS.iterdir() if path.suffix in {".md", ".ipynb"}}
    return [Page(found[stem]) for stem in listed_in_contents() if stem in found]


def numbered() -> list[Page]:
    """The numbered chapters."""
    return [page for page in pages() if re.match(r"\d\d-", page.stem)]


def table(path: str) -> list[dict[str, str]]:
    """Return a CSV file of the book as rows of text, as it stands in the file."""
    with (ROOT / path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
