"""The command line: `python -m partnership COMMAND`."""

from __future__ import annotations

import argparse
import sys
import time
from functools import partial
from pathlib import Path

from partnership.faults import DataError, counted, printable
from partnership.files import stop_tidily, write_together


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
        help="write the reference files and what repeats CITATION.cff",
        description="Write data/references.bib, .ris and .csl.json from data/literature.csv, and "
        ".zenodo.json, codemeta.json and the package's version from CITATION.cff.",
    )
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit with 2 if a file is stale"
    )
    parser.set_defaults(run=write_references)


def write_references(options: argparse.Namespace) -> int:
    """Write or check the derived files; return 0, or 2 if one is stale or the table faulty."""
    from partnership import metadata, references

    try:
        if options.check:
            stale = [f"data/{name}" for name in references.current()] + metadata.current()
            return references.report(stale)
        write_together(references.contents() | metadata.contents())
        return 0
    except DataError as error:
        print(*error.faults, sep="\n", file=sys.stderr)
    except OSError as error:
        print(f"{error}. Nothing was changed.", file=sys.stderr)
    return 2


def add_plan(commands: argparse._SubParsersAction) -> None:
    """Add the command `plan`."""
    parser = commands.add_parser(
        "plan",
        help="make a partnership plan from a team's own ratings",
        description="Make a plan from your own ratings of safety issues: an overview and a page to "
        "print for each issue, a table (plan.csv), and figures as SVG and PNG. Start from the "
        "templates: python -m partnership template.",
        epilog="Example: python -m partnership plan ratings.xlsx --out our-plan\n\n"
        "A file has at most 20 MB, 100,000 rows, 200 columns, and 1,000 signs in a cell;\n"
        "a plan at most 200 issues, 1,000 raters of an issue, and 20 groups.\n"
        "Raters are named nowhere in the plan. Exit code: 0 done, 2 something is wrong with the "
        "input or the folder;\nthen all faults are listed and nothing is written.",
        formatter_class=Help,
    )
    parser.add_argument(
        "ratings", metavar="RATINGS", type=Path, help="CSV or .xlsx file, a row an issue and rater"
    )
    parser.add_argument(
        "--practice",
        metavar="FILE",
        type=Path,
        help="file with a row for each form that a rater says is offered or enacted",
    )
    parser.add_argument(
        "--weights",
        metavar="SCALE=WEIGHT,...",
        help="how much scales count, as in interaction=2,presence=0.5 (default: all alike)",
    )
    parser.add_argument(
        "--out",
        metavar="DIR",
        type=Path,
        default=Path("plan"),
        help="folder to write the plan into (default: plan)",
    )
    parser.add_argument(
        "--force", action="store_true", help="replace a plan that is in the folder already"
    )
    parser.add_argument(
        "--draws",
        metavar="N",
        type=partial(whole, least=1, most=100_000),
        default=10_000,
        help="how often judgements are varied to see how sure the plan is (default: 10000)",
    )
    parser.add_argument(
        "--seed",
        metavar="N",
        type=partial(whole, least=0, most=2**32 - 1),
        default=2026,
        help="start of the random numbers: the same seed gives the same plan (default: 2026)",
    )
    parser.set_defaults(run=write_plan)


def write_plan(options: argparse.Namespace) -> int:
    """Write a plan; return 0, or 2 if the input or the folder is at fault."""
    from partnership import plan, ratings

    faults, weights, found = [], None, None
    inputs = tuple(path for path in (options.ratings, options.practice) if path is not None)
    try:
        if options.weights is not None:
            weights = ratings.weights(options.weights)
    except ratings.RatingsError as error:
        faults += error.faults
    try:
        found = ratings.read(options.ratings, options.practice)
    except ratings.RatingsError as error:
        faults += error.faults
    try:
        # Before the work: nobody should wait to be told that the folder will not do.
        plan.restore(options.out)
        plan.check_folder(options.out, options.force, inputs)
    except OSError as error:
        faults.append(refused(error, options.out))
    if faults:
        return fail(faults)
    try:
        names = tuple(printable(path.name) for path in inputs)
        made = plan.make(found, names, weights, options.draws, options.seed)
        plan.write(options.out, plan.contents(made), options.force, inputs)
    except ratings.RatingsError as error:
        return fail(error.faults)
    except OSError as error:
        return fail([refused(error, options.out)])
    for note in made.notes:
        print(f"note: {note}", file=sys.stderr)
    issues = counted(len(made.scores), "issue")
    print(f"made a plan for {issues}: open {options.out / 'index.html'}")
    return 0


def add_template(commands: argparse._SubParsersAction) -> None:
    """Add the command `template`."""
    parser = commands.add_parser(
        "template",
        help="write empty files for a team's ratings",
        description="Write templates for a team's ratings: an Excel workbook with the anchors of "
        "each scale as notes and drop-down lists, a CSV file with the columns, and an example.",
        epilog="Example: python -m partnership template --out our-ratings",
        formatter_class=Help,
    )
    parser.add_argument(
        "--out",
        metavar="DIR",
        type=Path,
        default=Path("."),
        help="folder to write the templates into (default: this one)",
    )
    parser.add_argument("--force", action="store_true", help="write over templates that are there")
    parser.set_defaults(run=write_template)


def write_template(options: argparse.Namespace) -> int:
    """Write the templates; return 0, or 2 if they must not or cannot be written."""
    from partnership import templates

    try:
        written = templates.write(options.out, options.force)
    except OSError as error:
        return fail([refused(error, options.out)])
    print("wrote", *written, sep="\n  ")
    return 0


def refused(error: OSError, folder: Path) -> str:
    """Return in words what the system, or a check before it, refused."""
    if error.strerror is None:
        return printable(str(error))
    where = printable(str(folder))
    return f"{where}: {error.strerror}. Nothing was written; name another folder with --out."


def fail(faults: list[object]) -> int:
    """Print faults to the error stream; return the exit code for bad input."""
    print(*faults, sep="\n", file=sys.stderr)
    print(f"{counted(len(faults), 'fault')}.", file=sys.stderr)
    return 2


def whole(text: str, least: int, most: int) -> int:
    """Return a whole number within bounds, or tell argparse what is wrong."""
    if not (text.isascii() and text.isdigit() and least <= int(text[:20]) <= most):
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from {least} to {most:,}")
    return int(text)


class Help(argparse.RawDescriptionHelpFormatter):
    """Wrap the description as usual, and leave the lines of the epilog as they are."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        if text.startswith("Example"):
            return super()._fill_text(text, width, indent)
        return argparse.HelpFormatter._fill_text(self, text, width, indent)


COMMANDS = (add_plan, add_template, add_check, add_references)
"""Each adds one command to the parser and sets `run`, which returns the exit code."""


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m partnership",
        description="Plan partnerships with patients and families from your own ratings, and check "
        "the data of the book Co-producing Patient Safety.",
        epilog="Examples:\n"
        "  python -m partnership template --out our-ratings\n"
        "  python -m partnership plan our-ratings/ratings-template.xlsx --out our-plan\n\n"
        "Each command explains itself: python -m partnership COMMAND --help",
        formatter_class=Help,
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for add in COMMANDS:
        add(commands)
    options = parser.parse_args(arguments)
    try:
        return options.run(options)
    except KeyboardInterrupt:
        print("Stopped; nothing is half written.", file=sys.stderr)
        return 130


if __name__ == "__main__":
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(errors="backslashreplace")  # names of files need not be text
    stop_tidily()
    sys.exit(main())
