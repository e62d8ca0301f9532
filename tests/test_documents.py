"""What must hold of the documents for those who keep the book: what they name is there."""

from __future__ import annotations

import re
import subprocess

import pytest
from book import ROOT
from conftest import FIRST
from prose import DOCUMENTS

KNOWN = pytest.mark.parametrize("name", DOCUMENTS)
INVENTED = re.compile(r"NN-|RATINGS|\.\.\.|[<>*{…]")
"""Names that stand for any file."""
MADE = ("_build/", "_static/site.css", "plan.csv", ".csl.json")
"""What commands make, and endings."""


def text_of(name: str) -> str:
    """Return a document."""
    return (ROOT / name).read_text(encoding="utf-8")


@KNOWN
def test_every_file_that_a_document_names_is_there(name: str):
    folders = [
        ROOT,
        (ROOT / name).parent,
        *(ROOT / f for f in ("tools", "tools/sphinx", "tools/edition")),
    ]
    folders += [ROOT / "partnership", ROOT / "data", ROOT / "planner"]
    missing = []
    for word in re.findall(
        r"`([\w./-]+/|[\w./-]*\.(?:py|js|mjs|md|csv|json|toml|css|cff))`", text_of(name)
    ):
        if not INVENTED.search(word) and not word.startswith(MADE):
            if not any((folder / word).exists() for folder in folders):
                missing.append(word)
    assert not missing


@KNOWN
def test_every_link_of_a_document_to_a_file_holds(name: str):
    links = re.findall(r"\]\(([^)\s]+)\)", text_of(name))
    inside = [link for link in links if not re.match(r"[a-z]+:|#", link)]
    assert not [link for link in inside if not (ROOT / name).parent.joinpath(link).exists()]


@KNOWN
def test_every_command_that_a_document_names_exists(name: str):
    text = text_of(name)
    makefile = text_of("Makefile")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    named = set(re.findall(r"(?:`|^)make ([a-z][a-z-]*)\b", text, re.MULTILINE))
    assert named <= targets, named - targets
    run = subprocess.run(
        [ROOT / ".venv" / "bin" / "python", "-m", "partnership", "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    known = set(re.findall(r"^\s{2,4}([a-z]+)\s", run.stdout, re.MULTILINE))
    asked = set(re.findall(r"-m partnership ([a-z]+)", text))
    assert asked <= known, asked - known


def test_the_picture_of_how_the_book_is_made_names_folders_that_are_there():
    picture = text_of("architecture.svg")
    named = re.findall(r'class="t"[^>]*>([^<]+)<', picture)
    assert len(named) == 8
    for word in ", ".join(named).split(", "):
        assert word.startswith("_build") or (ROOT / word).exists(), word
    assert "prefers-color-scheme: dark" in picture
    assert "<title" in picture and "<desc" in picture


@pytest.mark.parametrize("name", [".ci/run", ".github/workflows/book.yml"])
def test_every_tier_of_tests_runs_before_the_book_is_published(name: str):
    build, _, newest = text_of(name).partition("\n  newest:\n")
    ran = " ".join(re.findall(r"^(?:.*run: |\s*)make (.+)$", build, re.MULTILINE)).split()
    assert not newest or "make test\n" in newest
    assert ran[:2] == ["test", "test-slow"] and ran[-1] == "book"


def test_all_tests_are_the_quick_and_the_slow_ones():
    makefile = text_of("Makefile")
    quick, slow, every = (
        re.search(rf"^{name}:.*\n(?:\t.*\n)+", makefile, re.MULTILINE)[0]
        for name in ("test", "test-slow", "test-all")
    )
    assert quick.rstrip().endswith('$(PYTEST) -m "not slow"')
    assert slow.rstrip().endswith("$(PYTEST) -m slow")
    assert every.startswith("test-all: test ") and every.rstrip().endswith(" test-slow")


def test_the_modules_that_run_first_are_there():
    assert [name for name in FIRST if not (ROOT / "tests" / f"test_{name}.py").exists()] == []
