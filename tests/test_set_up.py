"""The virtual environment is set up once, by one run at a time, and anew if that was cut short.

No registry is asked: the packages are small ones that the tests make.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
from book import ROOT

pytestmark = pytest.mark.slow

BACKEND = """
import zipfile

WHEEL = "partnership-1-py3-none-any.whl"
ABOUT = {
    "METADATA": "Metadata-Version: 2.1\\nName: partnership\\nVersion: 1\\n",
    "WHEEL": "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
    "RECORD": "",
}

def build_editable(folder, config_settings=None, metadata_directory=None):
    with zipfile.ZipFile(f"{folder}/{WHEEL}", "w") as wheel:
        for name, text in ABOUT.items():
            wheel.writestr(f"partnership-1.dist-info/{name}", text)
    return WHEEL
"""
PROJECT = """[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
[project]
name = "partnership"
version = "1"
"""


def pinned(folder: Path, name: str, files: int = 3) -> str:
    """Make a wheel with some files and return the line that asks for it."""
    path = folder / f"{name}-1-py3-none-any.whl"
    about = f"{name}-1.dist-info"
    with zipfile.ZipFile(path, "w") as wheel:
        # A killed pip leaves this: told as installed, and nothing of it there.
        wheel.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n")
        wheel.writestr(
            f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        for number in range(files):
            wheel.writestr(f"{name}/part{number}.py", "pass\n")
        wheel.writestr(f"{about}/RECORD", "")
    return f"{name}==1 --hash=sha256:{hashlib.sha256(path.read_bytes()).hexdigest()}\n"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """Return a book of nothing but what is needed to set it up."""
    book = tmp_path / "book"
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    for folder in ("tools", "tests", "partnership"):
        (book / folder).mkdir(parents=True)
    shutil.copy(ROOT / "tools" / "set_up.py", book / "tools")
    for file in ("__init__.py", "files.py"):
        shutil.copy(ROOT / "partnership" / file, book / "partnership")
    (book / "pyproject.toml").write_text(PROJECT)
    (book / "backend.py").write_text(BACKEND)
    (book / "requirements.txt").write_text(pinned(wheels, "first", 4_000))
    (book / "tests" / "requirements.txt").write_text(pinned(wheels, "second"))
    return book


def set_up(book: Path, *what: str) -> subprocess.Popen:
    return subprocess.Popen(
        [sys.executable, "tools/set_up.py", ".venv", *what],
        cwd=book,
        env={
            "PATH": os.environ["PATH"],
            "HOME": str(book),
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(book.parent / "wheels"),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def installed(book: Path, name: str) -> int:
    """Return how many files of a package are there."""
    return len(list(book.glob(f".venv/lib/python*/site-packages/{name}/*.py")))


def test_an_installation_that_was_killed_is_begun_anew(book: Path):
    run = set_up(book)
    while not installed(book, "first"):
        assert run.poll() is None, run.communicate()
        time.sleep(0.005)
    os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    assert installed(book, "first") < 4_000
    assert not (book / ".venv" / ".ready").exists()

    # Two at once: one sets up, the other waits and finds all done.
    runs = [set_up(book), set_up(book)]
    said = [run.communicate() for run in runs]
    assert [run.returncode for run in runs] == [0, 0], said
    assert sorted("Waiting for another" in out for out, _ in said) == [False, True]
    assert sorted("Setting up" in out for out, _ in said) == [False, True]
    assert installed(book, "first") == 4_000
    assert (book / ".venv" / ".ready").is_file()

    # What pip cannot end it takes back: nothing is set up anew for that.
    shutil.move(book.parent / "wheels" / "second-1-py3-none-any.whl", book)
    run = set_up(book, "tests")
    assert "could not be installed" in run.communicate()[1] and run.returncode == 1
    assert (book / ".venv" / ".ready").is_file()
    shutil.move(book / "second-1-py3-none-any.whl", book.parent / "wheels")

    run = set_up(book, "tests")
    run.communicate()
    assert run.returncode == 0
    assert installed(book, "second") == 3
    assert (book / ".venv" / ".ready-tests").is_file()
    again = set_up(book, "tests")
    assert again.communicate()[0] == ""
