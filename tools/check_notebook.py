"""Check that a notebook's stored outputs are what its code gives now (nbval, strict).

Usage: python tools/check_notebook.py NOTEBOOK

nbval runs the notebook in a fresh kernel and compares every output, figures included (as SVG,
byte for byte). What it does not compare is compared here with what the figure itself says: the
caption and alternative text in a cell's metadata, the files in `figures/` with its drawing and its
values, and its row in `figures/figures.csv`.
"""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import nbformat
from notebooks import (
    BUILD,
    FIGURES,
    ROOT,
    begin,
    figure_in,
    figure_metadata,
    first_line,
    listed,
    svg_file,
)

REMEDY = "run `make figures`, look at what changed, and commit it"


def stale_at_sight(path: Path, notebook: nbformat.NotebookNode) -> list[str]:
    """Return a sentence for each cell that was never run, or whose figure is told otherwise.

    nbval passes over cells without an execution count, so they must be found here.
    """
    faults, shown = [], set()
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type == "code" and cell.execution_count is None:
            faults.append(f"cell {number} ({first_line(cell)}): it was never run")
            continue
        figure = figure_in(cell)
        expected = figure_metadata(figure) if figure else None
        if cell.metadata.get("mystnb") != expected:
            faults.append(f"cell {number} ({first_line(cell)}): caption or alt text is stale")
        if figure is None:
            continue
        shown.add((figure["name"], figure["caption"], figure["alt"]))
        if digest_of(f"{figure['name']}.csv") != figure["digest"]:
            file = f"figures/{figure['name']}.csv"
            faults.append(f"cell {number} ({first_line(cell)}): {file} does not hold its values")
        if digest_of(f"{figure['name']}.svg") != digest(svg_file(figure)):
            file = f"figures/{figure['name']}.svg"
            faults.append(f"cell {number} ({first_line(cell)}): {file} is not what it shows")
    told = {
        (row["name"], row["caption"], row["alt"])
        for row in listed("figures.csv")
        if row["chapter"] == path.stem
    }
    for name in sorted({name for name, *_ in shown ^ told}):
        faults.append(f"figure {name}: figures/figures.csv does not tell what the notebook shows")
    return faults


def digest(content: bytes) -> str:
    """Return the digest of a file's content."""
    return hashlib.sha256(content).hexdigest()


def digest_of(name: str) -> str | None:
    """Return the digest of a file in `figures/`, None if there is no such file."""
    path = FIGURES / name
    return digest(path.read_bytes()) if path.is_file() else None


def stale_outputs(path: Path, notebook: nbformat.NotebookNode) -> list[str]:
    """Return a sentence for each cell whose stored output differs from what it gives now."""
    log = BUILD / "checked" / f"{path.stem}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "nbval.plugin",
        "--nbval",
        "--nbval-current-env",
        "-rf",
    ]
    command += [
        "-o",
        "addopts=",
        "-p",
        "no:cacheprovider",
        "--color=no",
        "--nbval-cell-timeout=300",
        str(path),
    ]
    # No plugin but nbval: the others that are installed would only take time.
    alone = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    run = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, env=alone)
    code_cells = [n for n, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
    passed = re.search(r"^=+ (\d+) passed", run.stdout, flags=re.MULTILINE)
    # A run in which cells were skipped has compared nothing: it does not count as a pass.
    if run.returncode == 0 and passed and int(passed[1]) == len(code_cells):
        log.unlink(missing_ok=True)
        return []
    log.write_text(run.stdout + run.stderr, encoding="utf-8")
    # nbval counts code cells from 0; a reader of the notebook counts all cells from 1.
    failed = re.findall(r"^FAILED .*::Cell (\d+)", run.stdout, flags=re.MULTILINE)
    faults = []
    for count in failed:
        position = code_cells[int(count)]
        cell = notebook.cells[position]
        broken = f"Cell {count}: Cell execution caused an exception" in run.stdout
        what = "it raises an error" if broken else "its output is stale"
        faults.append(f"cell {position + 1} ({first_line(cell)}): {what}")
    if not faults:
        last = (run.stdout + run.stderr).strip().splitlines()[-1:]
        faults = [f"could not be checked: {' '.join(last)}"]
    return [*faults, f"details: {log.relative_to(ROOT)}"]


def main(arguments: list[str]) -> int:
    """Check one notebook; return 0 if it is current, 1 if not."""
    if len(arguments) != 1 or not Path(arguments[0]).is_file():
        print(
            "usage: python tools/check_notebook.py NOTEBOOK (an existing .ipynb)", file=sys.stderr
        )
        return 2
    begin()
    path = Path(arguments[0]).resolve()
    start = time.perf_counter()
    notebook = nbformat.read(path, as_version=4)
    faults = stale_at_sight(path, notebook) or stale_outputs(path, notebook)
    took = time.perf_counter() - start
    place = os.path.relpath(path, ROOT)
    if faults:
        report = "\n    ".join([f"  STALE {place} ({took:.1f} s): {REMEDY}", *faults])
        print(report, file=sys.stderr, flush=True)
        return 1
    print(f"  checked {place}: current ({took:.1f} s)", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
