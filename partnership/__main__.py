"""The command line: `python -m partnership COMMAND`."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from partnership.faults import DataError, counted


def add_check(commands: argparse._SubParsersAction) -> None:
    """Add the command `check`."""
    parser = commands.add_parser(
        "check",
        help="check all data tables",
        description="Check all data tables: each cell, each key, and what must hold between them. "
        "Every fault is named with its file, row and column, and what to do about it.",
    )
    parser.add_argument(
        "--data",
        metavar="FOLDER",
        type=Path,
        help="folder with the CSV files and datapackage.json (default: the book's own data)",
    )
    parser.set_defaults(run=check)


def check(options: argparse.Namespace) -> int:
    """Check the data; return 0 if they are sound and 2 if they have faults."""
    start = time.perf_counter()
    # Imported here: the other commands, and the help, need not wait for the checks to load.
    from partnership import data

    try:
        tables = data.load_all(options.data or data.FOLDER)
    except DataError as error:
        print(*error.faults, sep="\n", file=sys.stderr)
        print(f"{counted(len(error.faults), 'fault')} in the data.", file=sys.stderr)
        return 2
    rows, seconds = sum(map(len, tables.values())), time.perf_counter() - start
    done = f"{counted(len(tables), 'table')}, {counted(rows, 'row')}"
    print(f"checked {done}: no faults ({seconds:.1f} s)")
    return 0


def add_references(commands: argparse._SubParsersAction) -> None:
    """Add the command `references`."""
    parser = commands.add_parser(
        "references",
        help="write the reference files from the literature table",
        description="Write data/references.bib, .ris and .csl.json from data/literature.csv.",
    )
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit with 2 if a file is stale"
    )
    parser.set_defaults(run=write_references)


def write_references(options: argparse.Namespace) -> int:
    """Write or check the reference files; return 0, or 2 if one is stale or the table faulty."""
    from partnership import references

    try:
        return references.command(options.check)
    except DataError as error:
        print(*error.faults, sep="\n", file=sys.stderr)
        return 2


COMMANDS = (add_check, add_references)
"""Each adds one command to the parser and sets `run`, which returns the exit code."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m partnership",
        description="Work with the data of the book Co-producing Patient Safety.",
        epilog="Each command explains itself: python -m partnership COMMAND --help",
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for add in COMMANDS:
        add(commands)
    options = parser.parse_args(arguments)
    return options.run(options)


if __name__ == "__main__":
    sys.exit(main())
