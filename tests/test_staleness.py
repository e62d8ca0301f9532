"""What a reader sees cannot lag behind: each change to the book's own sources is caught.

Each change is made in a copy of this very book. The check of a notebook that shows what changed
must then fail, naming the cells; without a change it must pass.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from book import ROOT

pytestmark = pytest.mark.slow

PARTS = ("chapters", "data", "figures", "partnership", "tools")
FILES = ("CITATION.cff", "_toc.yml", "pyproject.toml")


@dataclass(frozen=True)
class Change:
    """One small change to one file, and a notebook that shows what hangs on it."""

    file: str
    old: str
    new: str
    notebook: str


CHANGES = {
    "a rating": Change(
        "data/issue_ratings.csv",
        "medication-transitions,desk-all,all,agency,3",
        "medication-transitions,desk-all,all,agency,2",
        "08-untapped-resources",
    ),
    "a code": Change(
        "data/codings.csv",
        "albutt2017,agreed,patients-in-safety,health-services,review,pam,",
        "albutt2017,agreed,patients-in-safety,health-services,review,sm,",
        "05-where-safety-work-comes-from",
    ),
    "a prototype": Change(
        "data/partnership_forms.csv",
        "monitoring-adaptation,yes,2,2,3,4,3,Carries",
        "monitoring-adaptation,yes,2,2,3,4,2,Carries",
        "07-the-partnership-model",
    ),
    "a form that is offered": Change(
        "data/issue_practice.csv",
        "medication-transitions,desk-all,all,delivery,offered,informant",
        "medication-transitions,desk-all,all,delivery,offered,checker",
        "11-four-worked-cases",
    ),
    "an anchor of a scale": Change(
        "data/scales.csv",
        "one fixed standard is safest for everyone",
        "a fixed standard is safest for everyone",
        "codebook-and-scales",
    ),
    "a title": Change(
        "data/literature.csv",
        "Is there a role for patients and their relatives in escalating",
        "Have patients and their relatives a role in escalating",
        "literature-table",
    ),
    "a line of the model": Change(
        "partnership/fitting.py", "WIDTH = 0.05", "WIDTH = 0.10", "07-the-partnership-model"
    ),
    "a line of the uncertainty analysis": Change(
        "partnership/uncertainty.py",
        "np.clip(prototypes + moves, 0, model.TOP)",
        "np.clip(prototypes + moves, 1, model.TOP)",
        "09-how-sure-can-we-be",
    ),
    "the seed of a resampling": Change(
        "partnership/literature/agreement.py",
        "seed: int = 2026",
        "seed: int = 2027",
        "02-question-and-method",
    ),
    "a colour": Change(
        "partnership/figures/style.py",
        '"sm": "#E07B00"',
        '"sm": "#E07B01"',
        "03-how-co-production-is-theorised",
    ),
    "a caption": Change(
        "partnership/figures/works.py",
        "caption=(",
        'caption="Anew: " + (',
        "02-question-and-method",
    ),
}
"""What is changed, and where it must be noticed."""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the book, without what is built from it."""
    folder = tmp_path_factory.mktemp("copy")
    for part in PARTS:
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    for file in FILES:
        shutil.copy(ROOT / file, folder)
    return folder


def check(book: Path, notebook: str) -> subprocess.CompletedProcess:
    """Check one notebook of the copy, with the copy's own package and data."""
    return subprocess.run(
        [sys.executable, str(book / "tools/check_notebook.py"), f"chapters/{notebook}.ipynb"],
        cwd=book,
        env={**os.environ, "PYTHONPATH": str(book)},
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("notebook", sorted({change.notebook for change in CHANGES.values()}))
def test_an_unchanged_book_is_current(copy: Path, notebook: str):
    run = check(copy, notebook)
    assert run.returncode == 0, run.stderr


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_makes_what_shows_it_stale(copy: Path, what: str):
    change = CHANGES[what]
    path = copy / change.file
    before = path.read_text(encoding="utf-8")
    assert before.count(change.old) >= 1, "the book no longer says what this test changes"
    path.write_text(before.replace(change.old, change.new, 1), encoding="utf-8")
    try:
        run = check(copy, change.notebook)
    finally:
        path.write_text(before, encoding="utf-8")
    assert run.returncode == 1
    assert f"STALE chapters/{change.notebook}.ipynb" in run.stderr
    assert "its output is stale" in run.stderr


@pytest.mark.parametrize("file", sorted({change.file for change in CHANGES.values()}))
def test_make_checks_the_notebooks_again_after_a_change(file: str):
    said = subprocess.run(
        ["make", "--dry-run", "--what-if", file, "_build/checked/08-untapped-resources.ok"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert "tools/check_notebook.py chapters/08-untapped-resources.ipynb" in said.stdout
