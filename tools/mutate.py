"""Try the tests by mutation: change the code in one place at a time, and see whether a test fails.

Usage: python tools/mutate.py [--jobs N] [--report] [--write] [PART ...]

A part of the package is copied into `_build/mutate/`, and mutmut, by way of `tools/collected.py`,
runs the part's tests on each mutant of it. That takes minutes to hours. A run that was stopped goes
on where it stopped. After a change, what survived is tried again, and so is every function that is
not as it was; a mutant that was killed counts as killed until then (`rm -r _build/mutate` begins
anew). Each survivor stands in `tests/survivors.csv` with the reason why it may live. `--report`
tells what the last run found and runs nothing; `--write` brings the list up to date, with reasons
left to be filled in by a person.

mutmut leaves alone what stands outside of functions, and functions with a decorator.
"""

from __future__ import annotations

import argparse
import csv
import difflib
import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "_build" / "mutate"
SURVIVORS = ROOT / "tests" / "survivors.csv"
COLUMNS = ("part", "function", "change", "reason", "why")
REASONS = ("equivalent", "wording", "speed", "defensive")
LEAST = 0.9
"""Share of its mutants that the tests of a part must kill."""


@dataclass(frozen=True)
class Part:
    """A part of the package: the files that are mutated, and what is run on each mutant.

    Attributes
    ----------
    files
        Files of `partnership/`, as patterns.
    tests
        The tests that are about them.
    but
        Tests among these that are too slow for each mutant, or say nothing of it.
    """

    files: tuple[str, ...]
    tests: tuple[str, ...]
    but: tuple[str, ...] = ()


PARTS = {
    "data": Part(
        files=("partnership/data.py", "partnership/faults.py", "partnership/rules.py"),
        # tests/test_data.py is slow, since it copies the book's own data for each fault.
        tests=("tests/test_faults.py", "tests/test_rules.py", "tests/test_small_tables.py"),
    ),
    "uncertainty": Part(
        files=("partnership/uncertainty.py",),
        tests=("tests/test_uncertainty.py",),
        but=(
            "tests/test_uncertainty.py::"
            "test_ten_thousand_draws_of_30_issues_and_20_forms_take_under_two_seconds",
            "tests/test_uncertainty.py::test_beside_the_gaps_memory_does_not_grow_with_draws",
        ),
    ),
    "model": Part(
        files=tuple(
            f"partnership/{name}.py"
            for name in ("model", "fitting", "assessment", "raters", "agreement", "reliability")
        ),
        tests=tuple(
            f"tests/test_{name}.py"
            for name in ("model", "assessment", "group_agreement", "reliability")
        ),
    ),
    "literature": Part(
        files=("partnership/literature/*",),
        tests=tuple(
            f"tests/test_{name}.py"
            for name in (
                "agreement",
                "cases",
                "fields",
                "harm",
                "honesty",
                "plane",
                "strategies",
                "traditions",
                "untapped",
                "verdicts",
                "works",
            )
        ),
        # What the book says of its own data, where that takes seconds to work out.
        but=tuple(
            f"tests/test_{name}"
            for name in (
                "agreement.py::test_alpha_of_two_codings_is_what_another_implementation_gives",
                "agreement.py::test_interaction_agrees_better_where_both_readers_graded_it",
                "agreement.py::test_the_table_leaves_a_measure_empty_where_it_does_not_apply",
                "agreement.py::test_every_interval_holds_its_value",
                "agreement.py::test_the_figure_tells_both_treatments_of_blanks",
                "cases.py::test_what_the_text_tells_of_a_turn_is_found_or_named_as_lost",
                "cases.py::test_each_turn_is_what_the_model_says_of_the_changed_issue",
                "cases.py::test_every_case_is_told_in_the_same_form",
                "cases.py::test_a_sheet_says_what_the_plan_says",
                "cases.py::test_a_reading_that_knows_nothing_says_nothing",
                "cases.py::test_forms_that_fit_equally_well_have_a_profile_each",
                "cases.py::test_the_cases_of_the_chapter_are_the_ones_that_the_rules_choose",
                "cases.py::test_the_readings_agree_and_differ_as_the_chapter_tells",
                "cases.py::test_one_step_turns_two_cases_and_none_turns_the_others",
                "cases.py::test_a_high_score_for_variability_would_make_the_carers_toolkit_fit",
                "cases.py::test_self_management_of_anticoagulants_falls_outside_the_fitting_set",
                "honesty.py::test_fitting_sets_hang_more_on_single_scales_than_relations_do",
                "honesty.py::test_c1_is_tested_in_each_reading_with_each_outcome_and_scale_left_out",
                "honesty.py::test_gaps_grow_with_interaction_in_every_reading_also_with_the_scale_"
                "left_out",
                "honesty.py::test_a_part_of_c1_is_the_models_own_doing",
                "honesty.py::test_with_unheard_left_out_untapped_relations_are_no_surprise_in_the_"
                "service_reading",
                "honesty.py::test_interaction_goes_together_with_variability_so_leaving_it_out_is_"
                "not_enough",
            )
        ),
    ),
}
"""The parts by name. `make mutate PARTS="data model"` runs some of them."""

# The same examples on each run, this file as a plugin, and nothing that takes long to load: the
# fixtures of conftest.py are about the site.
ARGUMENTS = (
    "-m",
    "not slow",
    "--noconftest",
    "--hypothesis-profile=ci",
    "-p",
    "no:unraisableexception",
    "-p",
    "_hypothesis_pytestplugin",
    "-p",
    "tools.mutate",
)

KILLED = {1, 2, 3, 4}
"""How pytest ends if a test fails, if a test file cannot be loaded and so has not the tests that it
is asked for, or if pytest itself breaks."""
STOPPED = {-24, -11, -9, 24, 36, 152, 255}
"""How a run ends that took too long or broke down: killed, too."""


@dataclass(frozen=True, order=True)
class Mutant:
    """One change of one function.

    Attributes
    ----------
    file
        The file, from the repository's root.
    function
        The function as `survivors.csv` names it: `data.load`, `faults.Fault.__str__`.
    change
        The line before, an arrow, and the line after.
    verdict
        `killed`, `stopped`, `survived`, or `open` if it has not been tried.
    """

    file: str
    function: str
    change: str
    verdict: str


# --- what was found ---------------------------------------------------------------------------


def verdict(code: int | None) -> str:
    """Return what the exit code that mutmut keeps says of a mutant."""
    if code is None:
        return "open"
    if code in KILLED:
        return "killed"
    return "stopped" if code in STOPPED else "survived"


def mutated(part: Part) -> list[str]:
    """Return the files of a part, from the repository's root."""
    paths = {path for pattern in part.files for path in ROOT.glob(pattern)}
    return sorted(path.relative_to(ROOT).as_posix() for path in paths if path.suffix == ".py")


def module(file: str) -> str:
    """Return the module that a file of `partnership/` is, without the package's name."""
    name = file.removeprefix("partnership/").removesuffix(".py").removesuffix("/__init__")
    return name.replace("/", ".")


def function(file: str, key: str) -> str:
    """Return a function's name from the key that mutmut gives a mutant.

    Parameters
    ----------
    file
        The file, from the repository's root.
    key
        Such as `partnership.data.x_load__mutmut_3` or `partnership.data.xǁ_Tableǁnote__mutmut_1`.
    """
    mangled = key.rpartition(".")[2].partition("__mutmut_")[0]
    return f"{module(file)}.{mangled[2:].replace('ǁ', '.')}"


def change(before: str, after: str) -> str:
    """Return the lines in which two versions of a function differ, each on one line.

    Parameters
    ----------
    before, after
        Source of the function, and of its mutant.
    """
    names = re.compile(r"\bdef x(?:_|ǁ[^ǁ]+ǁ)(\w+?)__mutmut_(?:orig|\d+)")
    lines = [names.sub(r"def \1", text).splitlines() for text in (before, after)]
    ours, theirs = [], []
    for tag, *ends in difflib.SequenceMatcher(None, *lines, autojunk=False).get_opcodes():
        if tag != "equal":
            ours += [line.strip() for line in lines[0][ends[0] : ends[1]]]
            theirs += [line.strip() for line in lines[1][ends[2] : ends[3]]]
    return f"{' '.join(ours) or 'nothing'} → {' '.join(theirs) or 'nothing'}"


def mutants(folder: Path) -> list[Mutant]:
    """Return all mutants of a part, as mutmut left them.

    Parameters
    ----------
    folder
        mutmut's own folder `mutants`.
    """
    found = []
    for meta in sorted(folder.rglob("*.py.meta")):
        source = meta.with_suffix("")
        file = source.relative_to(folder).as_posix()
        lines = source.read_text(encoding="utf-8").splitlines(keepends=True)
        spans = json.loads(source.with_suffix(".py.spans").read_text(encoding="utf-8"))["spans"]
        codes = json.loads(meta.read_text(encoding="utf-8"))["exit_code_by_key"]
        text = {name: "".join(lines[first - 1 : last]) for name, (first, last) in spans.items()}
        for key, code in codes.items():
            name = key.rpartition(".")[2]
            before = text[name.partition("__mutmut_")[0] + "__mutmut_orig"]
            found.append(
                Mutant(file, function(file, key), change(before, text[name]), verdict(code))
            )
    return found


def score(found: Iterable[Mutant]) -> tuple[int, int]:
    """Return how many mutants were killed, and how many there are."""
    verdicts = Counter(mutant.verdict for mutant in found)
    return verdicts["killed"] + verdicts["stopped"], verdicts.total()


# --- the list of survivors --------------------------------------------------------------------


def listed(path: Path = SURVIVORS) -> list[dict[str, str]]:
    """Return the rows of the list of survivors."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def compare(
    rows: list[dict[str, str]], found: list[Mutant], part: str
) -> tuple[list[Mutant], list[dict[str, str]]]:
    """Return the survivors of a part that are not listed, and its rows that are no survivors.

    Parameters
    ----------
    rows
        The list of survivors, of all parts.
    found
        The part's mutants.
    part
        Its name.
    """
    spare = Counter((row["function"], row["change"]) for row in rows if row["part"] == part)
    new = []
    for mutant in sorted(found):
        if mutant.verdict == "survived":
            place = (mutant.function, mutant.change)
            if spare[place]:
                spare[place] -= 1
            else:
                new.append(mutant)
    gone = []
    for row in rows:
        place = (row["function"], row["change"])
        if row["part"] == part and spare[place]:
            spare[place] -= 1
            gone.append(row)
    return new, gone


def brought_up_to_date(
    rows: list[dict[str, str]], new: list[Mutant], gone: list[dict[str, str]], part: str
) -> list[dict[str, str]]:
    """Return the list with new survivors, their reasons empty, and without those that are gone."""
    kept = [row for row in rows if not any(row is old for old in gone)]
    for mutant in new:
        told = (part, mutant.function, mutant.change, "", "")
        kept.append(dict(zip(COLUMNS, told, strict=True)))
    order = list(PARTS)
    return sorted(kept, key=lambda row: (order.index(row["part"]), row["function"], row["change"]))


def write(rows: list[dict[str, str]], path: Path = SURVIVORS) -> None:
    """Write the list of survivors."""
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        table.writeheader()
        table.writerows(rows)


# --- in pytest --------------------------------------------------------------------------------


def pytest_collection_modifyitems(items: list) -> None:
    """Let quick tests go first, file by file: a mutant lives until the first test that fails."""
    try:
        stats = json.loads(Path("mutmut-stats.json").read_text(encoding="utf-8"))
    except FileNotFoundError:  # the run that measures them
        return
    seconds = stats["duration_by_test"]
    files: dict[str, list[float]] = {}
    for item in items:
        files.setdefault(str(item.path), []).append(seconds.get(item.nodeid, 0))
    means = {file: sum(times) / len(times) for file, times in files.items()}
    items.sort(key=lambda item: (means[str(item.path)], seconds.get(item.nodeid, 0)))


# --- running ----------------------------------------------------------------------------------


def arguments(part: Part) -> list[str]:
    """Return what pytest is told beside the tests."""
    return [*ARGUMENTS, *(f"--deselect={test}" for test in part.but)]


def settings(part: Part, folder: Path) -> str:
    """Return what mutmut is told of a part, as a `setup.cfg`.

    Parameters
    ----------
    part
        The part.
    folder
        Where its copy lies; all of it is copied once more, next to the mutants.
    """
    beside = sorted(path.name for path in folder.iterdir() if path.name != "partnership")
    lists = {
        "source_paths": ["partnership"],
        "only_mutate": part.files,
        "also_copy": [name for name in beside if name not in ("mutants", "tmp", "setup.cfg")],
        "pytest_add_cli_args": arguments(part),
        "pytest_add_cli_args_test_selection": part.tests,
    }
    words = {
        "use_git_change_detection": "false",
        "on_dependency_change": "ignore",
        "timeout_constant": "5",
        "timeout_multiplier": "5",
    }
    lines = [f"{name} =\n    " + "\n    ".join(entries) for name, entries in lists.items()]
    lines += [f"{name} = {word}" for name, word in words.items()]
    return "[mutmut]\n" + "\n".join(lines) + "\n"


def sources() -> list[str]:
    """Return the files of the repository, with new ones that are not ignored."""
    call = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    text = subprocess.run(call, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [name for name in text.split("\0") if name and (ROOT / name).is_file()]


def differing(folder: Path, names: list[str]) -> tuple[list[str], list[str]]:
    """Return the files that a copy lacks or has otherwise, and those that it has too many.

    Parameters
    ----------
    folder
        The copy.
    names
        The files that it should have, all of them in the repository.
    """
    changed = [
        name
        for name in names
        if not (folder / name).is_file()
        or (folder / name).read_bytes() != (ROOT / name).read_bytes()
    ]
    here = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    own = ("mutants/", "tmp/", "setup.cfg")
    extra = sorted(
        name for name in here - set(names) if not name.startswith(own) and "__pycache__" not in name
    )
    return changed, extra


def ask_again(folder: Path) -> None:
    """Forget which mutants survived, and which tests reach what: the code or a test has changed."""
    (folder / "mutmut-stats.json").unlink(missing_ok=True)
    for path in folder.rglob("*.py.meta"):
        meta = json.loads(path.read_text(encoding="utf-8"))
        codes = meta["exit_code_by_key"]
        for key in codes:
            codes[key] = None if verdict(codes[key]) == "survived" else codes[key]
        path.write_text(json.dumps(meta), encoding="utf-8")


def prepare(part: Part, folder: Path) -> None:
    """Bring the copy of a part up to date, and keep of earlier verdicts those that still hold."""
    folder.mkdir(parents=True, exist_ok=True)
    inner = folder / "mutants"
    changed, extra = differing(folder, sources())
    if changed or extra:
        ask_again(inner)
    for name in extra:
        (folder / name).unlink()
        (inner / name).unlink(missing_ok=True)
        for suffix in (".meta", ".spans"):
            (inner / (name + suffix)).unlink(missing_ok=True)
    for name in changed:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, folder / name)
    # Python does not look again for a folder that was not there when it began.
    inner.mkdir(exist_ok=True)
    told, file = settings(part, folder), folder / "setup.cfg"
    if not file.is_file() or file.read_text(encoding="utf-8") != told:
        ask_again(inner)
        file.write_text(told, encoding="utf-8")


def run(part: Part, folder: Path, jobs: int) -> int:
    """Let mutmut try what has not been tried, and return its exit code.

    Parameters
    ----------
    part
        The part.
    folder
        Its copy.
    jobs
        Mutants at a time.
    """
    call = [sys.executable, str(ROOT / "tools" / "collected.py"), "run"]
    call += ["--max-children", str(jobs)]
    temporary = folder / "tmp"
    shutil.rmtree(temporary, ignore_errors=True)
    temporary.mkdir()
    # Programs that the tests start are to meet the mutants, too; one thread each, as many at once.
    environment = os.environ | {
        "PYTHONPATH": str(folder / "mutants"),
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTEST_DEBUG_TEMPROOT": str(temporary),  # no process of a mutant cleans up
    }
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # or each mutant compiles them all
    code = subprocess.run(call, cwd=folder, env=environment).returncode
    shutil.rmtree(temporary)
    if code > 0:
        # Where a test fails without any mutant, mutmut does not say which.
        call = [sys.executable, "-m", "pytest", "-x", "-q", *arguments(part), *part.tests]
        subprocess.run(call, cwd=folder / "mutants", env=environment | {"MUTANT_UNDER_TEST": ""})
    return code


def told(part: str, found: list[Mutant]) -> list[str]:
    """Return how many mutants were killed, by file and altogether."""
    lines = []
    for file in sorted({mutant.file for mutant in found}):
        killed, total = score(mutant for mutant in found if mutant.file == file)
        lines.append(f"  {killed:>5} of {total:>5} killed, {killed / total:6.1%}  {file}")
    killed, total = score(found)
    stopped = sum(mutant.verdict == "stopped" for mutant in found)
    lines.append(f"  {killed:>5} of {total:>5} killed, {killed / total:6.1%}  {part}")
    if stopped:
        lines.append(f"        of these, {stopped} never came to an end or broke the run")
    return lines


def judge(part: str, found: list[Mutant], rows: list[dict[str, str]]) -> list[str]:
    """Return what is wrong with a part: not tried, too few killed, or a list that is not current.

    Parameters
    ----------
    part
        Its name.
    found
        Its mutants.
    rows
        The list of survivors.
    """
    left = sum(mutant.verdict == "open" for mutant in found)
    if left or not found:
        return [f"{part}: {left:,} mutants are not tried: run `make mutate PARTS={part}` again."]
    faults = []
    killed, total = score(found)
    if killed < LEAST * total:
        faults.append(
            f"{part}: {killed / total:.1%} of the mutants were killed, expected {LEAST:.0%}: "
            "write tests that notice the survivors."
        )
    new, gone = compare(rows, found, part)
    faults += [
        f"{part}: {mutant.function} survived and is not in tests/survivors.csv: {mutant.change}"
        for mutant in new
    ]
    faults += [
        f"{part}: {row['function']} is in tests/survivors.csv and does not survive: {row['change']}"
        for row in gone
    ]
    return faults


def main() -> int:
    """Run the parts one after the other, and tell of each; 1 if there is a fault."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"any of {', '.join(PARTS)}")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="mutants at a time")
    parser.add_argument("--report", action="store_true", help="run nothing, tell what was found")
    parser.add_argument("--write", action="store_true", help="bring tests/survivors.csv up to date")
    options = parser.parse_args()
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"no part {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    faults = []
    for name in options.parts or PARTS:
        folder = FOLDER / name
        if not options.report:
            print(f"Mutants of {name} …", flush=True)
            prepare(PARTS[name], folder)
            if code := run(PARTS[name], folder, options.jobs):
                faults.append(f"{name}: mutmut ended with {code}, as it says above.")
        found = mutants(folder / "mutants")
        if found:
            print("\n".join(told(name, found)), flush=True)
        rows = listed()
        if options.write:
            write(brought_up_to_date(rows, *compare(rows, found, name), name))
            rows = listed()
        faults += judge(name, found, rows)
    if faults:
        print("\n".join(faults), file=sys.stderr)
        print(
            "`.venv/bin/python tools/mutate.py --report --write` brings the list up to date; then "
            "give each new row its reason, or better, write a test that kills it.",
            file=sys.stderr,
        )
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
