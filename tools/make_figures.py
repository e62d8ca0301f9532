"""Run the notebooks anew, in place, and rewrite `figures/` from what they drew.

Usage: python tools/make_figures.py [NOTEBOOK ...]      (all of chapters/ when none is named)

Everything is first made in `_build/`. Only when every notebook has run to its end are notebooks,
figures, `figures/figures.csv` and `figures/columns.csv` replaced, each file in one step, and a
signal to stop comes too late. The notebooks come last, so that a machine that fails in that moment
leaves figures that their notebook does not show, which `tools/check_notebook.py` finds.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import signal
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError
from notebooks import (
    BUILD,
    CHAPTERS,
    FIGURES,
    FORMS,
    LISTS,
    ROOT,
    begin,
    figure_in,
    figure_metadata,
    listed,
    svg_file,
)

from partnership.files import STOPS, alone, undisturbed

COLUMNS = ["name", "chapter", "caption", "alt", "data"]
MEANINGS = ["figure", "column", "meaning"]
CELL_SECONDS = 300
UNFINISHED = "in-the-making-"
COLOUR = re.compile(r"\x1b\[[0-9;]*m")

SAVE_DRAWN = """
import json
from pathlib import Path
from partnership.figures import drawn
folder = Path({folder!r})
for figure in drawn.values():
    (folder / f"{{figure.name}}.pdf").write_bytes(figure.pdf())
    (folder / f"{{figure.name}}.png").write_bytes(figure.png())
    (folder / f"{{figure.name}}.csv").write_bytes(figure.csv())
    record = {{"chapter": figure.chapter, "data": "; ".join(figure.data)}}
    (folder / f"{{figure.name}}.json").write_text(json.dumps(record))
"""


class NotebookFailed(Exception):
    """A notebook did not run to its end; the message says where and why."""


def execute(path: Path, made: Path, running: list[NotebookClient]) -> list[dict[str, str]]:
    """Run one notebook and leave it, and the figures it drew, in the folder `made`.

    Parameters
    ----------
    path : Path
        The notebook.
    made : Path
        An empty folder.
    running : list of NotebookClient
        Where to enter the one that runs the notebook, so that it can be stopped.

    Returns
    -------
    list of dict
        A row of `figures.csv` for each figure shown, and the `columns` of its values.

    Raises
    ------
    NotebookFailed
        If a cell raises an error, or a figure's facts do not hold together.
    """
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=CELL_SECONDS,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.parent)}},
        record_timing=False,
        extra_arguments=["--log-level=ERROR"],
    )
    running.append(client)
    place = os.path.relpath(path, ROOT)
    notebook.cells.append(nbformat.v4.new_code_cell(SAVE_DRAWN.format(folder=str(made))))
    index = 0
    try:
        with client.setup_kernel():
            for index, cell in enumerate(notebook.cells):
                client.execute_cell(cell, index)
    except (CellExecutionError, CellTimeoutError, RuntimeError) as error:
        last = COLOUR.sub("", str(error)).strip().splitlines()[-1]
        raise NotebookFailed(f"{place}, cell {index + 1}: {last}") from error
    notebook.cells.pop()

    rows = []
    for number, cell in enumerate(notebook.cells, start=1):
        cell.metadata.pop("mystnb", None)
        try:
            figure = figure_in(cell)
        except ValueError as error:
            raise NotebookFailed(f"{place}, cell {number}: {error}") from error
        if figure is None:
            continue
        cell.metadata["mystnb"] = figure_metadata(figure)
        (made / f"{figure['name']}.svg").write_bytes(svg_file(figure))
        record = json.loads((made / f"{figure['name']}.json").read_bytes())
        if record["chapter"] != path.stem:
            raise NotebookFailed(
                f"{place}, cell {number}: figure {figure['name']} says it belongs to "
                f"{record['chapter']}; correct `chapter` in its function"
            )
        told = {key: figure[key] for key in ("name", "caption", "alt", "columns")}
        rows.append({**record, **told})
    # Nothing that depends on who ran it: nbclient would note the version of Python.
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    nbformat.write(notebook, made / path.name)
    return rows


def put_in_place(made: Path, paths: list[Path], rows: list[dict[str, str]]) -> None:
    """Replace figures, their lists and the notebooks with what was made in `_build/`."""
    FIGURES.mkdir(exist_ok=True)
    chapters = {path.stem for path in paths}
    kept = [
        row
        for row in listed("figures.csv")
        if row["chapter"] not in chapters and (CHAPTERS / f"{row['chapter']}.ipynb").exists()
    ]
    table = sorted(kept + rows, key=lambda row: (row["chapter"], row["name"]))
    meanings = listed("columns.csv")
    own = {row["name"]: explained(row) for row in rows}
    for row in kept:
        own[row["name"]] = [line for line in meanings if line["figure"] == row["name"]]
    lines = [line for row in table for line in own[row["name"]]]
    (made / "figures.csv").write_bytes(as_list(COLUMNS, table))
    (made / "columns.csv").write_bytes(as_list(MEANINGS, lines))

    files = [made / row["chapter"] / f"{row['name']}.{form}" for row in rows for form in FORMS]
    files += [made / name for name in sorted(LISTS)]
    moves = [(file, FIGURES / file.name) for file in files]
    moves += [(made / path.stem / path.name, path) for path in paths]
    for folder in {target.parent for _, target in moves}:
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError(13, "it is closed to writing", str(folder))

    for stop in STOPS:
        signal.signal(stop, signal.SIG_IGN)
    names = {row["name"] for row in table}
    for file in FIGURES.iterdir():
        if file.suffix[1:] in FORMS and file.name not in LISTS and file.stem not in names:
            file.unlink()
    for file, target in moves:
        os.replace(file, target)


def explained(row: dict[str, str]) -> list[dict[str, str]]:
    """Return the rows of `columns.csv` for one figure."""
    pairs = [line.split(": ", 1) for line in row["columns"].splitlines()]
    return [
        {"figure": row["name"], "column": column, "meaning": meaning} for column, meaning in pairs
    ]


def as_list(columns: list[str], rows: list[dict[str, str]]) -> bytes:
    """Return a list of `figures/` as its file holds it."""
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n", extrasaction="ignore")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def main(arguments: list[str]) -> int:
    """Run the notebooks named, or all; return the exit code."""
    paths = [Path(name).resolve() for name in arguments] or sorted(CHAPTERS.glob("*.ipynb"))
    missing = [str(path) for path in paths if not path.is_file()]
    if missing:
        print(f"No such notebook: {', '.join(missing)}. Nothing was changed.", file=sys.stderr)
        return 2
    begin()
    try:
        with alone("make figures", BUILD):
            for left in BUILD.glob(f"{UNFINISHED}*"):
                shutil.rmtree(left, ignore_errors=True)
            with tempfile.TemporaryDirectory(
                dir=BUILD, prefix=UNFINISHED, ignore_cleanup_errors=True
            ) as made:
                return make(paths, Path(made))
    except KeyboardInterrupt:
        print("Stopped; nothing was changed.", file=sys.stderr)
        return 130
    except OSError as error:
        place = os.path.relpath(error.filename or ROOT, ROOT)
        print(
            f"{place}: {error.strerror}. Put that right and run `make figures` again.",
            file=sys.stderr,
        )
        return 1


def make(paths: list[Path], made: Path) -> int:
    """Run the notebooks, leave what they give in `made`, then put it in place."""
    running: list[NotebookClient] = []

    def timed(path: Path) -> list[dict[str, str]]:
        start = time.perf_counter()
        folder = made / path.stem
        folder.mkdir(parents=True)
        rows = execute(path, folder, running)
        took = time.perf_counter() - start
        print(f"  ran {path.name}: {len(rows)} figures, {took:.1f} s", flush=True)
        return rows

    print(f"Running {len(paths)} notebooks …", flush=True)
    with undisturbed() as told_to_stop, ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        jobs = [pool.submit(timed, path) for path in paths]
        while not all(job.done() for job in jobs):
            if told_to_stop:
                pool.shutdown(wait=False, cancel_futures=True)
                for client in running:
                    with suppress(AttributeError, OSError):  # not begun, or at its end
                        client.km.provisioner.process.kill()
            time.sleep(0.05)
    failures = [str(job.exception()) for job in jobs if isinstance(job.exception(), NotebookFailed)]
    if failures:
        print(
            "Nothing was changed, since not every notebook ran:",
            *failures,
            sep="\n  ",
            file=sys.stderr,
        )
        return 1
    rows = [row for job in jobs for row in job.result()]
    names = [row["name"] for row in rows]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        print(f"Nothing was changed: figure names used twice: {', '.join(twice)}", file=sys.stderr)
        return 1
    put_in_place(made, paths, rows)
    print(f"Wrote {len(paths)} notebooks and {len(rows)} figures (SVG, PDF, PNG, CSV) to figures/.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
