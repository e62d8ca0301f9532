"""The book is the same on every desk: whoever runs it, where, and with which settings.

A copy of the book lies in a folder with spaces and letters beyond ASCII. It is run in another time
zone and language, with an encoding that knows few letters, other rights for new files, another
seed of Python's hashes, without a home to write into, and with settings of Matplotlib, IPython and
pip that a user might have. Nothing may differ.

On another version of Python, where drawings may be packed otherwise, the numbers are compared: with
those that are stored, to 1e-9.
"""

from __future__ import annotations

import csv
import math
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from book import CHAPTERS, ROOT, numbered

pytestmark = pytest.mark.slow

AGREE = 1e-9
SECONDS = 900
KEPT = ("chapters", "data", "figures", "partnership", "planner", "tools", "_static")
SINGLE = ("CITATION.cff", "_config.yml", "_toc.yml", "pyproject.toml", ".zenodo.json")
SINGLE += ("codemeta.json", "LICENSE", "CHANGELOG.md")
NUMBER = re.compile(r"[-+−]?\d[\d,]*(?:\.\d+)?(?:[eE][-+]?\d+)?")
REFERENCE_PYTHON = (3, 11)
"""The version with which the stored drawings were made."""


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    """Return a copy of the book at another place, and the surroundings of another user."""
    place = tmp_path_factory.mktemp("elsewhere")
    book = place / "Bücher und – Sachen" / "the book"
    for part in KEPT:
        shutil.copytree(ROOT / part, book / part, ignore=shutil.ignore_patterns("__pycache__"))
    for file in SINGLE:
        shutil.copy(ROOT / file, book)
    home = place / "home"
    for folder, file, text in (
        (".config/matplotlib", "matplotlibrc", "font.family: serif\nlines.linewidth: 7\n"),
        ("ipython/profile_default/startup", "00-mine.py", "print('I was here')\n"),
        ("ipython/profile_default", "ipython_config.py", "get_config().broken.no = 1\n"),
        ("jupyter", "jupyter_config.py", "c.NoSuch.thing = 1\n"),
    ):
        (home / folder).mkdir(parents=True, exist_ok=True)
        (home / folder / file).write_text(text)
    shutil.copy(home / ".config/matplotlib/matplotlibrc", book / "chapters")
    kept = {name: os.environ[name] for name in ("PATH", "LD_LIBRARY_PATH") if name in os.environ}
    theirs = kept | {
        "PYTHONPATH": str(book),
        "HOME": str(home),
        "IPYTHONDIR": str(home / "ipython"),
        "JUPYTER_CONFIG_DIR": str(home / "jupyter"),
        "PYTHONSTARTUP": str(home / "ipython/profile_default/startup/00-mine.py"),
        "LC_ALL": "C",
        "LANG": "tr_TR.ISO-8859-9",
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
        "PYTHONIOENCODING": "ascii",
        "TZ": "Pacific/Kiritimati",
        "PYTHONHASHSEED": "1",
        "COLUMNS": "40",
        "LINES": "10",
        "NO_COLOR": "1",
        "TERM": "dumb",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "SOURCE_DATE_EPOCH": "86400",
    }
    return book, theirs


def run(elsewhere: tuple[Path, dict[str, str]], *command: str) -> subprocess.CompletedProcess:
    """Run a command of the copy in the surroundings of the other user."""
    book, theirs = elsewhere
    done = subprocess.run(
        [sys.executable, *command],
        cwd=book,
        env=theirs,
        umask=0o077,
        capture_output=True,
        timeout=SECONDS,
    )
    assert done.returncode == 0, done.stderr.decode(errors="replace")
    return done


def files(folder: Path) -> dict[str, bytes]:
    """Return the files below a folder by name."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def differing(one: Path, other: Path) -> list[str]:
    """Return the files that are not the same, or there only once, below two folders."""
    ours, theirs = files(one), files(other)
    return sorted(name for name in ours | theirs if ours.get(name) != theirs.get(name))


# --- figures, notebooks and references ------------------------------------------------------------


@pytest.fixture(scope="module")
def made_anew(elsewhere: tuple[Path, dict[str, str]]) -> Path:
    """Return the copy, in which all notebooks have run and all figures were drawn anew."""
    run(elsewhere, "tools/make_figures.py")
    return elsewhere[0]


@pytest.mark.skipif(
    sys.version_info[:2] != REFERENCE_PYTHON, reason="drawings were stored by another Python"
)
def test_figures_and_notebooks_are_the_same_bytes(made_anew: Path):
    assert differing(ROOT / "figures", made_anew / "figures") == []
    assert differing(ROOT / "chapters", made_anew / "chapters") == ["matplotlibrc"]


def test_references_are_the_same_bytes(elsewhere: tuple[Path, dict[str, str]]):
    book, _ = elsewhere
    derived = [*(book / "data").glob("references.*"), book / "codemeta.json"]
    derived += [book / ".zenodo.json", book / "partnership" / "__init__.py"]
    ours = {path: path.read_bytes() for path in derived}
    for path in derived[:-1]:
        path.write_bytes(b"")
    run(elsewhere, "-m", "partnership", "references")
    assert {path: path.read_bytes() for path in derived} == ours


def test_nothing_is_written_into_the_home_folder(made_anew: Path, elsewhere):
    home = Path(elsewhere[1]["HOME"])
    assert sorted(path.name for path in home.rglob("*") if path.is_file()) == [
        "00-mine.py",
        "ipython_config.py",
        "jupyter_config.py",
        "matplotlibrc",
    ]


# --- numbers --------------------------------------------------------------------------------------


def numbers(text: str) -> Iterator[float]:
    """Return every number in a text."""
    for found in NUMBER.findall(text):
        yield float(found.replace(",", "").replace("−", "-"))


def words(text: str) -> str:
    """Return a text without its numbers."""
    return NUMBER.sub("#", text)


def parted(ours: str, theirs: str) -> float:
    """Return how far the numbers of two texts are apart, relatively; infinite where words differ.

    Whole numbers must be the same.
    """
    if ours == theirs:
        return 0.0
    one, other = list(numbers(ours)), list(numbers(theirs))
    if words(ours) != words(theirs) or len(one) != len(other):
        return math.inf
    if any(a != b and a.is_integer() for a, b in zip(one, other, strict=True)):
        return math.inf
    pairs = [(a, b) for a, b in zip(one, other, strict=True) if a != b]
    return max((abs(a - b) / max(abs(a), abs(b)) for a, b in pairs), default=math.inf)


def shown(path: Path) -> list[str]:
    """Return what the code of a notebook shows, cell by cell, but for drawings and digests."""
    found = []
    for cell in nbformat.read(path, as_version=4).cells:
        for output in cell.get("outputs", []):
            assert output.output_type != "error"
            texts = [output.get("text", "")]
            data = output.get("data", {})
            texts += [data.get(kind, "") for kind in ("text/plain", "text/html", "text/markdown")]
            found.append(re.sub("SHA-256 [0-9a-f]{64}", "", "\n".join(map(str, texts))))
    return found


def test_the_comparison_tells_a_small_difference_from_a_large_one():
    assert 0 < parted("a 0.5 b", "a 0.50000000001 b") < AGREE
    assert parted("a 0.5 b", "a 0.5001 b") > AGREE
    assert parted("3 works", "4 works") == math.inf
    assert parted("3 works", "3 words") == math.inf
    assert parted("1,234.5", "−1,234.5") > AGREE


@pytest.mark.parametrize("stem", [page.stem for page in numbered() if page.notebook])
def test_the_numbers_in_the_chapters_agree(made_anew: Path, stem: str):
    ours = shown(CHAPTERS / f"{stem}.ipynb")
    theirs = shown(made_anew / "chapters" / f"{stem}.ipynb")
    assert len(ours) == len(theirs) > 0
    assert max(map(parted, ours, theirs)) <= AGREE


def test_the_values_of_every_figure_agree(made_anew: Path):
    tables = sorted((ROOT / "figures").glob("*.csv"))
    assert len(tables) > 20
    for path in tables:
        theirs = made_anew / "figures" / path.name
        with path.open(newline="") as one, theirs.open(newline="") as other:
            for ours, again in zip(csv.reader(one), csv.reader(other), strict=True):
                assert len(ours) == len(again)
                assert max(map(parted, ours, again)) <= AGREE, path.name


# --- plans and the site ---------------------------------------------------------------------------


def test_a_plan_is_the_same_bytes(elsewhere, tmp_path: Path):
    given = ["-m", "partnership", "plan", "chapters/files/team-ratings.csv", "--out"]
    subprocess.run([sys.executable, *given, str(tmp_path / "ours")], cwd=ROOT, check=True)
    run(elsewhere, *given, "theirs")
    assert differing(tmp_path / "ours", elsewhere[0] / "theirs") == []
    assert len(files(tmp_path / "ours")) > 5


def test_templates_are_the_same_bytes(elsewhere, tmp_path: Path):
    given = ["-m", "partnership", "template", "--out"]
    subprocess.run([sys.executable, *given, str(tmp_path / "ours")], cwd=ROOT, check=True)
    run(elsewhere, *given, "their templates")
    assert differing(tmp_path / "ours", elsewhere[0] / "their templates") == []


def test_the_site_is_the_same_bytes(elsewhere, site: Path):
    book, _ = elsewhere
    run(elsewhere, "tools/build_site.py")
    assert differing(site, book / "_build" / "html") == []


def test_new_files_have_the_rights_that_are_set(elsewhere):
    book, _ = elsewhere
    run(elsewhere, "-m", "partnership", "template", "--out", "private")
    for path in (book / "private").iterdir():
        assert path.stat().st_mode & 0o077 == 0
