"""What the tools promise, tried on a small book of one notebook and one figure."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from book import ROOT
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

pytestmark = pytest.mark.slow

DRAWING = """
import pandas as pd
from partnership.figures.style import BookFigure, canvas

def rising(values):
    figure, axes = canvas(2)
    axes.plot(values)
    return BookFigure(
        name="rising", chapter="01-small", caption="A line that rises.",
        alt=f"A line that rises to {max(values)}.", data=("numbers.csv",),
        values=pd.DataFrame({"number": values}), columns={"number": "what is drawn"}, plot=figure,
    )
"""


@pytest.fixture(scope="module")
def made_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the tools, the package and one executed notebook; made once."""
    tmp_path = tmp_path_factory.mktemp("book")
    for folder in ("tools", "partnership"):
        shutil.copytree(
            ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__")
        )
    (tmp_path / "drawing.py").write_text(DRAWING)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "numbers.csv").write_text("1\n2\n3\n")
    (tmp_path / "chapters").mkdir()
    cells = [
        new_markdown_cell("# Small", id="title"),
        new_code_cell(
            "from drawing import rising\n"
            "values = [int(line) for line in open('../data/numbers.csv')]",
            id="load",
        ),
        new_code_cell("rising(values)", id="draw"),
        new_code_cell("sum(values)", id="sum"),
    ]
    nbformat.write(new_notebook(cells=cells), tmp_path / "chapters" / "01-small.ipynb")
    run = tool(tmp_path, "make_figures.py")
    assert run.returncode == 0, run.stderr
    return tmp_path


@pytest.fixture
def small_book(made_book: Path, tmp_path: Path) -> Path:
    """Return a copy of the small book that a test may change."""
    return shutil.copytree(made_book, tmp_path / "book")


def tool(book: Path, name: str, *arguments: str) -> subprocess.CompletedProcess:
    """Run one of the tools of a book."""
    return subprocess.run(
        [sys.executable, str(book / "tools" / name), *arguments],
        cwd=book,
        env={**os.environ, "PYTHONPATH": str(book)},
        capture_output=True,
        text=True,
    )


def contents(book: Path) -> dict[str, bytes]:
    """Return every file that `make figures` writes."""
    files = [*(book / "figures").iterdir(), *(book / "chapters").iterdir()]
    return {path.name: path.read_bytes() for path in files}


def check(book: Path) -> subprocess.CompletedProcess:
    return tool(book, "check_notebook.py", str(book / "chapters" / "01-small.ipynb"))


def test_making_the_figures_twice_gives_the_same_bytes(small_book: Path):
    before = contents(small_book)
    assert set(before) == {
        "01-small.ipynb",
        "figures.csv",
        "columns.csv",
        "rising.csv",
        "rising.svg",
        "rising.pdf",
        "rising.png",
    }
    assert tool(small_book, "make_figures.py").returncode == 0
    assert contents(small_book) == before


def test_a_figure_is_listed_with_what_it_says_of_itself(small_book: Path):
    with (small_book / "figures" / "figures.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert rows == [
        {
            "name": "rising",
            "chapter": "01-small",
            "caption": "A line that rises.",
            "alt": "A line that rises to 3.",
            "data": "numbers.csv",
        }
    ]
    notebook = nbformat.read(small_book / "chapters" / "01-small.ipynb", as_version=4)
    assert notebook.cells[2].metadata.mystnb == {
        "figure": {"caption": "A line that rises.", "name": "fig-rising"},
        "image": {"alt": "A line that rises to 3."},
    }


def test_a_notebook_whose_outputs_are_current_passes(small_book: Path):
    run = check(small_book)
    assert run.returncode == 0, run.stderr
    assert "chapters/01-small.ipynb: current" in run.stdout


def test_changed_data_make_figure_and_number_stale_and_the_message_says_where(small_book: Path):
    (small_book / "data" / "numbers.csv").write_text("1\n2\n4\n")
    run = check(small_book)
    assert run.returncode == 1
    assert "STALE chapters/01-small.ipynb" in run.stderr
    assert "run `make figures`" in run.stderr
    assert "cell 3 (rising(values)): its output is stale" in run.stderr
    assert "cell 4 (sum(values)): its output is stale" in run.stderr


def test_a_changed_colour_makes_the_figure_stale(small_book: Path):
    style = small_book / "partnership" / "figures" / "style.py"
    style.write_text(style.read_text().replace('RULE = "#C9CED3"', 'RULE = "#C9CED4"'))
    run = check(small_book)
    assert run.returncode == 1
    assert "cell 3 (rising(values)): its output is stale" in run.stderr


def test_a_caption_changed_by_hand_is_stale(small_book: Path):
    path = small_book / "chapters" / "01-small.ipynb"
    path.write_text(path.read_text().replace('"caption": "A line', '"caption": "The line'))
    run = check(small_book)
    assert run.returncode == 1
    assert "cell 3 (rising(values)): caption or alt text is stale" in run.stderr


def test_values_changed_by_hand_are_stale(small_book: Path):
    path = small_book / "figures" / "rising.csv"
    path.write_text(path.read_text().replace("2", "4"))
    run = check(small_book)
    assert run.returncode == 1
    assert "cell 3 (rising(values)): figures/rising.csv does not hold its values" in run.stderr


def test_values_that_no_drawing_shows_make_a_figure_stale_when_they_change(small_book: Path):
    drawing = small_book / "drawing.py"
    drawing.write_text(
        drawing.read_text().replace('{"number": values}', '{"number": values[::-1]}')
    )
    run = check(small_book)
    assert run.returncode == 1
    assert "cell 3 (rising(values)): its output is stale" in run.stderr


def test_what_the_values_of_a_figure_mean_is_listed(small_book: Path):
    assert (small_book / "figures" / "rising.csv").read_text() == "number\n1\n2\n3\n"
    listed = (small_book / "figures" / "columns.csv").read_text()
    assert listed == "figure,column,meaning\nrising,number,what is drawn\n"


def test_a_notebook_that_was_never_run_is_not_current(small_book: Path):
    path = small_book / "chapters" / "01-small.ipynb"
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells[1:]:
        cell.update(outputs=[], execution_count=None)
        cell.metadata.pop("mystnb", None)
    nbformat.write(notebook, path)
    run = check(small_book)
    assert run.returncode == 1
    assert "cell 3 (rising(values)): it was never run" in run.stderr


def test_a_cell_that_raises_is_told_as_such(small_book: Path):
    (small_book / "data" / "numbers.csv").write_text("one\n")
    run = check(small_book)
    assert run.returncode == 1
    assert (
        "cell 2 (values = [int(line) for line in open('../data/numbers.csv')]): it raises"
        in run.stderr
    )


def test_when_a_notebook_fails_nothing_is_changed_and_the_message_says_where(small_book: Path):
    before = contents(small_book)
    (small_book / "data" / "numbers.csv").write_text("one\n")
    run = tool(small_book, "make_figures.py")
    assert run.returncode == 1
    assert "Nothing was changed" in run.stderr
    assert "chapters/01-small.ipynb, cell 2: ValueError: invalid literal" in run.stderr
    assert "Traceback" not in run.stderr
    assert contents(small_book) == before


def test_a_figure_that_is_no_longer_drawn_leaves_no_files(small_book: Path):
    path = small_book / "chapters" / "01-small.ipynb"
    notebook = nbformat.read(path, as_version=4)
    del notebook.cells[2]
    nbformat.write(notebook, path)
    assert tool(small_book, "make_figures.py").returncode == 0
    left = {file.name for file in (small_book / "figures").iterdir()}
    assert left == {"figures.csv", "columns.csv"}


def test_a_notebook_that_does_not_exist_is_said_to_be_missing(small_book: Path):
    run = tool(small_book, "make_figures.py", "chapters/02-none.ipynb")
    assert run.returncode == 2
    assert "No such notebook" in run.stderr
