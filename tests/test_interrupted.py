"""Whatever is stopped, and whenever: what was there is there, or what was to come, and no rest.

Each piece of work that writes is stopped before each of its changes of files, in turn: by Ctrl-C,
by `kill`, and by `kill -9`, which no program can answer. Then the commands themselves are stopped,
at moments all over their run.
"""

from __future__ import annotations

import csv
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import nbformat
import psutil
import pytest
from book import ROOT
from interrupting import STOPPED, each_moment, listing, run_apart
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from partnership import editions, files, metadata, plan, references, templates

pytestmark = pytest.mark.slow

GENTLE = (signal.SIGINT, signal.SIGTERM)
STOPS = pytest.mark.parametrize("stop", [*GENTLE, signal.SIGKILL], ids=lambda stop: stop.name)
AT_ANY_TIME = pytest.mark.parametrize("share", [0.1, 0.5, 0.9], ids="after {:.0%}".format)


def restorer(folder: Path) -> Callable[[], None]:
    """Return a function that puts a folder back as it is now."""
    kept = folder.with_name(f"{folder.name} as it was")
    shutil.copytree(folder, kept, symlinks=True)

    def afresh() -> None:
        shutil.rmtree(folder)
        shutil.copytree(kept, folder, symlinks=True)

    return afresh


# --- files that belong together -------------------------------------------------------------------


def hold_together(
    folder: Path, work: Callable[[], None], stop: int, before: dict, after: dict, next_run=None
) -> int:
    """Stop work at each moment, and demand all or none; return at how many moments."""
    moments = 0
    for code in each_moment(work, folder, stop, restorer(folder)):
        moments += 1
        left = listing(folder)
        if stop in GENTLE:
            assert code == STOPPED
            assert left in (before, after)
            continue
        assert code == -signal.SIGKILL
        whole = {name: content for name, content in left.items() if files.HALF not in name}
        assert set(whole) == set(before | after)
        assert all(content in (before[name], after[name]) for name, content in whole.items())
        assert run_apart(next_run or work, folder) == (0, False)
        assert listing(folder) == after
    return moments


@STOPS
def test_references_are_written_all_or_none(tmp_path: Path, stop: int):
    folder = tmp_path / "book"
    derived = references.contents() | metadata.contents()
    contents = {folder / path.relative_to(ROOT): content for path, content in derived.items()}
    for path in contents:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"old")
    before = listing(folder)
    after = before | {
        path.relative_to(folder).as_posix(): content for path, content in contents.items()
    }
    moments = hold_together(folder, lambda: files.write_together(contents), stop, before, after)
    assert moments >= 3 * len(contents)  # made, given its mode, put in its place


@STOPS
def test_templates_are_written_all_or_none(tmp_path: Path, stop: int):
    folder = tmp_path / "book"
    folder.mkdir()
    after = listing(templates.write(folder / "made" / "ours")[0].parents[2], "nothing")
    shutil.rmtree(folder / "made")
    afresh = restorer(folder)
    for _ in each_moment(lambda: templates.write(folder / "made" / "ours"), folder, stop, afresh):
        left = listing(folder)
        if stop in GENTLE:
            assert left in ({}, after)
        else:
            assert {n: c for n, c in left.items() if files.HALF not in n}.items() <= after.items()
        done = run_apart(lambda: templates.write(folder / "made" / "ours", True), folder)
        assert (done, listing(folder)) == ((0, False), after)


PLAN = {"plan.csv": b"new", "index.html": b"new", "figures/plan-map.svg": b"new"}
"""What a plan consists of, as far as writing it matters."""


@STOPS
def test_a_plan_takes_the_place_of_another_or_leaves_it(tmp_path: Path, stop: int):
    folder = tmp_path / "book"
    folder.mkdir()
    plan.write(folder / "plan", {name: b"old" for name in PLAN} | {"issue-gone.html": b"old"})
    (folder / "plan" / "minutes.txt").write_bytes(b"ours")
    before = listing(folder)
    work = lambda: plan.write(folder / "plan", PLAN, force=True)  # noqa: E731
    afresh = restorer(folder)
    work()
    after = listing(folder)
    assert after["plan/minutes.txt"] == b"ours" and "plan/issue-gone.html" not in after
    moments = 0
    for _ in each_moment(work, folder, stop, afresh):
        moments += 1
        if stop in GENTLE:
            assert listing(folder) in (before, after)
        plan.restore(folder / "plan")  # what the next run does first
        assert listing(folder) in (before, after)
        work()
        assert listing(folder) == after
    assert moments > 10


@STOPS
def test_a_first_plan_is_there_or_not(tmp_path: Path, stop: int):
    folder = tmp_path / "book"
    folder.mkdir()
    work = lambda: plan.write(folder / "made" / "plan", PLAN)  # noqa: E731
    afresh = restorer(folder)
    work()
    after = listing(folder)
    for _ in each_moment(work, folder, stop, afresh):
        left = listing(folder)
        if stop in GENTLE:
            assert left in ({}, after)
        plan.write(folder / "made" / "plan", PLAN, force=True)
        assert listing(folder) == after


@STOPS
def test_an_edition_is_offered_whole_or_not(tmp_path: Path, stop: int):
    (tmp_path / "chapters").mkdir()
    (tmp_path / "chapters" / "index.md").write_text("# One\n")
    editions.keep(editions.PDF, b"old", editions.fingerprint(tmp_path), tmp_path)
    (tmp_path / "chapters" / "index.md").write_text("# Two\n")
    now = editions.fingerprint(tmp_path)
    path = editions.PDF.path(tmp_path)
    work = lambda: editions.keep(editions.PDF, b"new", now, tmp_path)  # noqa: E731
    for _ in each_moment(work, path.parent, stop, restorer(path.parent)):
        offered = editions.current(tmp_path)
        assert bool(offered) == (path.read_bytes() == b"new")


# --- figures and notebooks ------------------------------------------------------------------------

DRAWING = """
import pandas as pd
from partnership.figures.style import BookFigure, canvas

def line(name, chapter, values):
    figure, axes = canvas(2)
    axes.plot(values)
    return BookFigure(
        name=name, chapter=chapter, caption=f"The line {name}.", alt=f"It rises to {max(values)}.",
        data=("numbers.csv",), values=pd.DataFrame({"number": values}),
        columns={"number": "what is drawn"}, plot=figure,
    )
"""


def write_notebook(book: Path, chapter: str, *figures: str) -> None:
    cells = [new_markdown_cell("# Small", id="title")]
    cells += [
        new_code_cell(
            "from drawing import line\nvalues = [int(row) for row in open('../data/numbers.csv')]",
            id="load",
        )
    ]
    cells += [new_code_cell(f"line('{name}', '{chapter}', values)", id=name) for name in figures]
    nbformat.write(new_notebook(cells=cells), book / "chapters" / f"{chapter}.ipynb")


def tool(book: Path, name: str, *arguments: str, **options) -> subprocess.Popen:
    """Start one of the tools of a book, in a group of processes of its own."""
    return subprocess.Popen(
        [sys.executable, str(book / "tools" / name), *arguments],
        cwd=book,
        env={
            **os.environ,
            "PYTHONPATH": str(book),
            "TMPDIR": str(book.parent / "tmp"),
            # Python does not notice where the disk is full, and would keep half a module for all.
            "PYTHONDONTWRITEBYTECODE": "1",
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        **options,
    )


def make_figures(book: Path) -> None:
    run = tool(book, "make_figures.py")
    said = run.communicate()
    assert run.returncode == 0, said


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return a small book before its figures are made anew, and the same book after.

    The data have changed, one figure is new and one is no longer drawn.
    """
    folder = tmp_path_factory.mktemp("small")
    (folder / "tmp").mkdir()
    book = folder / "before"
    for part in ("tools", "partnership"):
        shutil.copytree(ROOT / part, book / part, ignore=shutil.ignore_patterns("__pycache__"))
    (book / "drawing.py").write_text(DRAWING)
    for part in ("data", "chapters"):
        (book / part).mkdir()
    (book / "data" / "numbers.csv").write_text("1\n2\n3\n")
    write_notebook(book, "01-one", "rising", "leaving")
    write_notebook(book, "02-two", "also")
    make_figures(book)
    (book / "data" / "numbers.csv").write_text("1\n2\n4\n")
    path = book / "chapters" / "01-one.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[-1] = new_code_cell("line('coming', '01-one', values)", id="coming")
    nbformat.write(notebook, path)
    after = shutil.copytree(book, folder / "after", ignore=shutil.ignore_patterns("_build"))
    make_figures(after)
    return book, after


def written(book: Path) -> dict[str, bytes | None]:
    """Return what a book's folder holds and people keep."""
    return listing(book, "_build")


def placing(book: Path, after: Path) -> Callable[[], int]:
    """Return the work of `make figures` with notebooks that ran already, to be fast."""

    def work() -> int:
        sys.path.insert(0, str(book / "tools"))
        for name in ("notebooks", "make_figures"):
            sys.modules.pop(name, None)
        import make_figures as maker

        def execute(path: Path, made: Path, running: list) -> list[dict[str, str]]:
            shutil.copy(after / "chapters" / path.name, made)
            with (after / "figures" / "figures.csv").open(newline="") as file:
                rows = [row for row in csv.DictReader(file) if row["chapter"] == path.stem]
            for row in rows:
                for form in maker.FORMS:
                    shutil.copy(after / "figures" / f"{row['name']}.{form}", made)
            return [row | {"columns": "number: what is drawn"} for row in rows]

        maker.execute = execute
        maker.os.cpu_count = lambda: 1
        return maker.main([])

    return work


def looks_stale(book: Path) -> bool:
    """Whether the check of a notebook sees a fault at sight, without running anything."""

    def look() -> int:
        sys.path.insert(0, str(book / "tools"))
        for name in ("notebooks", "check_notebook"):
            sys.modules.pop(name, None)
        import check_notebook as checker

        paths = sorted((book / "chapters").glob("*.ipynb"))
        return any(
            checker.stale_at_sight(path, nbformat.read(path, as_version=4)) for path in paths
        )

    return bool(run_apart(look, book)[0])


@STOPS
def test_figures_and_notebooks_are_replaced_together(books, tmp_path: Path, stop: int):
    book = shutil.copytree(books[0], tmp_path / "book")
    before, after = written(books[0]), written(books[1])
    work = placing(book, books[1])
    mixed = 0
    for code in each_moment(work, book, stop, restorer(book)):
        left = written(book)
        if stop in GENTLE:
            assert (left, code) in ((before, STOPPED), (after, 0))
            continue
        assert all(content in (before.get(name), after.get(name)) for name, content in left.items())
        if left not in (before, after):
            mixed += 1
            notebooks = [name for name in left if name.endswith(".ipynb")]
            old = [name for name in notebooks if left[name] == before[name] != after[name]]
            assert old  # its outputs are not what the data give, which its check finds
            assert looks_stale(book)
        assert run_apart(work, book) == (0, False)
        assert written(book) == after
        assert not list(book.glob("_build/in-the-making-*"))
    assert (mixed > 10) == (stop == signal.SIGKILL)


def processes_of(folder: Path) -> list[int]:
    """Return the processes that know of a folder."""
    found = []
    for process in psutil.process_iter(["pid", "cmdline"]):
        if any(str(folder) in part for part in process.info["cmdline"] or ()):
            found.append(process.info["pid"])
    return found


@STOPS
@AT_ANY_TIME
def test_make_figures_stopped_at_any_time_changes_nothing(
    books, tmp_path: Path, stop: int, share: float
):
    book = shutil.copytree(books[0], tmp_path / "book")
    (tmp_path / "tmp").mkdir()
    before, after = written(books[0]), written(books[1])
    run = tool(book, "make_figures.py")
    wait_until_used(run, share * SECONDS_OF_FIGURES)
    os.killpg(run.pid, stop)
    said = run.communicate(timeout=30)
    assert written(book) in (before, after), said
    for _ in range(100):
        if not (left := processes_of(book)):
            break
        time.sleep(0.1)
    assert not left, "a notebook goes on running"
    if stop in GENTLE:
        assert "Traceback" not in said[1]
        assert not list(book.glob("_build/in-the-making-*"))
    if share == 0.9:
        make_figures(book)
        assert written(book) == after
        assert not list(book.glob("_build/in-the-making-*"))


SECONDS_OF_FIGURES = 4.0
"""What `make figures` of the small book uses of a processor, about."""


def wait_until_used(run: subprocess.Popen, seconds: float) -> None:
    """Wait until a command and what it started have used so much of a processor, or ended."""
    top = psutil.Process(run.pid)
    while run.poll() is None:
        used = 0.0
        for process in [top, *top.children(recursive=True)]:
            try:
                times = process.cpu_times()
            except psutil.NoSuchProcess:
                continue
            used += times.user + times.system
        if used >= seconds:
            return
        time.sleep(0.02)


def test_two_runs_of_make_figures_follow_each_other(books, tmp_path: Path):
    book = shutil.copytree(books[0], tmp_path / "book")
    (tmp_path / "tmp").mkdir()
    runs = [tool(book, "make_figures.py") for _ in range(2)]
    said = [run.communicate()[0] for run in runs]
    assert [run.returncode for run in runs] == [0, 0]
    assert sorted("Waiting for another" in text for text in said) == [False, True]
    assert written(book) == written(books[1])


def test_a_full_disk_leaves_the_figures_as_they_were_and_is_told(books, tmp_path: Path):
    book = shutil.copytree(books[0], tmp_path / "book")
    (tmp_path / "tmp").mkdir()
    run = tool(book, "make_figures.py", preexec_fn=lambda: limit_files(8_000))
    said = run.communicate()[1]
    assert run.returncode == 1 and "Traceback" not in said
    assert "File too large" in said
    assert written(book) == written(books[0])
    make_figures(book)
    assert written(book) == written(books[1])


def limit_files(size: int) -> None:
    """Let no file of this process grow beyond a size, as a disk that is full would."""
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def test_plans_and_templates_on_a_full_disk_leave_nothing(tmp_path: Path):
    folder = tmp_path / "team"
    folder.mkdir()
    sample = ROOT / "chapters" / "files" / "team-ratings.csv"
    for arguments in (["plan", str(sample), "--draws", "20"], ["template", "--out", "made/ours"]):
        run = subprocess.run(
            [sys.executable, "-m", "partnership", *arguments],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
            preexec_fn=lambda: limit_files(6_000),
            capture_output=True,
            text=True,
        )
        assert run.returncode == 2
        assert ". Nothing was written; name another folder" in run.stderr
        assert "__main__.py" not in run.stderr  # no traceback of ours
        assert listing(folder) == {}


@pytest.mark.parametrize("closed", ["figures", "chapters"])
def test_a_folder_closed_to_writing_is_told_and_nothing_changes(books, tmp_path: Path, closed: str):
    book = shutil.copytree(books[0], tmp_path / "book")
    (book / closed).chmod(0o555)
    work = placing(book, books[1])

    def closed_to_all() -> int:
        if os.geteuid() == 0:  # whom no folder is closed to
            real = os.access
            os.access = lambda path, mode: Path(path).name != closed and real(path, mode)
        return work()

    assert run_apart(closed_to_all, book) == (1, False)
    assert written(book) == written(books[0])
    (book / closed).chmod(0o755)
    assert run_apart(work, book) == (0, False)
    assert written(book) == written(books[1])


# --- the site -------------------------------------------------------------------------------------

WRITES_A_SITE = """
import pathlib, sys
site = pathlib.Path(sys.argv[sys.argv.index("--path-output") + 1], "_build", "html")
(site / "chapters").mkdir(parents=True)
for name in ("chapters/index.html", "sitemap.xml"):
    (site / name).write_text("new")
"""


@STOPS
def test_a_site_takes_the_place_of_another_or_leaves_it(books, tmp_path: Path, stop: int):
    book = tmp_path / "book"
    shutil.copytree(books[0] / "tools", book / "tools")
    shutil.copytree(books[0] / "partnership", book / "partnership")
    (book / "_build" / "html" / "chapters").mkdir(parents=True)
    (book / "_build" / "html" / "chapters" / "gone.html").write_text("old")

    def work() -> int:
        sys.path.insert(0, str(book / "tools"))
        for name in ("notebooks", "build_site"):
            sys.modules.pop(name, None)
        import build_site as builder

        builder.BOOK = [sys.executable, "-c", WRITES_A_SITE]
        return builder.main([])

    html = book / "_build" / "html"
    before = listing(html)
    afresh = restorer(book)
    assert work_of(work, book) == 0
    after = listing(html)
    assert set(after) == {"chapters", "chapters/index.html", "sitemap.xml", "index.html"}
    absent = 0
    for _ in each_moment(work, book / "_build", stop, afresh):
        left = listing(html)
        if stop == signal.SIGKILL and not html.exists():
            absent += 1
        else:
            assert left in (before, after)
        assert work_of(work, book) == 0
        assert listing(html) == after
        assert listing(book / "_build" / "site") == {"_build": None}
    assert absent == (1 if stop == signal.SIGKILL else 0)


def work_of(work: Callable[[], int], book: Path) -> int:
    return run_apart(work, book)[0]
