"""What must hold of the trial of the tests by mutation, and of the list of survivors."""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path

import pytest
from book import ROOT

sys.path.insert(0, str(ROOT / "tools"))
import mutate  # noqa: E402  (a tool, not a package)
from mutate import Mutant, Part  # noqa: E402

SURVIVORS = mutate.listed()


def functions(path: Path) -> set[str]:
    """Return the functions of a file and the methods of its classes."""
    body = ast.parse(path.read_text(encoding="utf-8")).body
    names = {node.name for node in body if isinstance(node, ast.FunctionDef)}
    for one in body:
        if isinstance(one, ast.ClassDef):
            names |= {f"{one.name}.{f.name}" for f in one.body if isinstance(f, ast.FunctionDef)}
    return names


def row(function: str, change: str, part: str = "data") -> dict[str, str]:
    told = (part, function, change, "equivalent", "so")
    return dict(zip(mutate.COLUMNS, told, strict=True))


def test_each_listed_survivor_is_a_function_of_its_part_and_has_a_reason():
    files = {name: mutate.mutated(part) for name, part in mutate.PARTS.items()}
    known = {
        (part, f"{mutate.module(file)}.{name}")
        for part, paths in files.items()
        for file in paths
        for name in functions(ROOT / file)
    }
    assert all(tuple(row) == mutate.COLUMNS for row in SURVIVORS)
    assert [row for row in SURVIVORS if (row["part"], row["function"]) not in known] == []
    assert [row for row in SURVIVORS if row["reason"] not in mutate.REASONS] == []
    assert [row for row in SURVIVORS if not row["why"] or " → " not in row["change"]] == []


def test_each_part_has_files_and_tests_that_exist():
    for part in mutate.PARTS.values():
        assert all(list(ROOT.glob(pattern)) for pattern in part.files)
        assert all((ROOT / test).is_file() for test in part.tests)
        for test in part.but:
            file, _, name = test.partition("::")
            assert file in part.tests
            assert name in functions(ROOT / file)


def test_no_file_belongs_to_two_parts():
    files = [file for part in mutate.PARTS.values() for file in mutate.mutated(part)]
    assert len(files) == len(set(files)) > 10


@pytest.mark.parametrize(
    ("code", "said"),
    [(None, "open"), (0, "survived"), (1, "killed"), (2, "killed"), (4, "killed"), (33, "survived")]
    + [(5, "survived"), (-24, "stopped"), (255, "stopped"), (77, "survived")],
)
def test_a_verdict_is_read_from_the_exit_code(code, said):
    assert mutate.verdict(code) == said


def test_a_function_is_named_by_file_and_class():
    name = mutate.function
    assert name("partnership/data.py", "partnership.data.x_load__mutmut_12") == "data.load"
    assert name("partnership/data.py", "partnership.data.x__read__mutmut_1") == "data._read"
    key = "partnership.faults.xǁFaultǁ__str____mutmut_3"
    assert name("partnership/faults.py", key) == "faults.Fault.__str__"
    key = "partnership.literature.x_dataset__mutmut_3"
    assert name("partnership/literature/__init__.py", key) == "literature.dataset"


def test_a_change_shows_the_lines_that_differ():
    before = "def x_f__mutmut_orig(a):\n    b = a + 1\n    return b\n"
    assert mutate.change(before, before.replace("orig", "1").replace("+", "-")) == (
        "b = a + 1 → b = a - 1"
    )
    taken = "def x_f__mutmut_2(a):\n    return b\n"
    assert mutate.change(before, taken) == "b = a + 1 → nothing"
    default = "def x_f__mutmut_3(a=None):\n    b = a + 1\n    return b\n"
    assert mutate.change(before, default) == "def f(a): → def f(a=None):"


def test_mutants_are_read_as_mutmut_leaves_them(tmp_path):
    file = tmp_path / "partnership" / "small.py"
    file.parent.mkdir()
    file.write_text(
        "import math\n"
        "def x_one__mutmut_orig():\n    return 1\n"
        "def x_one__mutmut_1():\n    return 2\n"
        "def x_one__mutmut_2():\n    return None\n"
    )
    spans = {"x_one__mutmut_orig": [2, 3], "x_one__mutmut_1": [4, 5], "x_one__mutmut_2": [6, 7]}
    codes = {"partnership.small.x_one__mutmut_1": 1, "partnership.small.x_one__mutmut_2": 0}
    file.with_suffix(".py.spans").write_text(json.dumps({"version": 1, "spans": spans}))
    meta = file.with_suffix(".py.meta")
    meta.write_text(json.dumps({"exit_code_by_key": codes}))
    assert mutate.mutants(tmp_path) == [
        Mutant("partnership/small.py", "small.one", "return 1 → return 2", "killed"),
        Mutant("partnership/small.py", "small.one", "return 1 → return None", "survived"),
    ]
    mutate.ask_again(tmp_path)
    assert [mutant.verdict for mutant in mutate.mutants(tmp_path)] == ["killed", "open"]


def test_new_survivors_and_those_that_are_gone_are_told_apart():
    found = [
        Mutant("partnership/data.py", "data.f", "a → b", "survived"),
        Mutant("partnership/data.py", "data.f", "a → b", "survived"),
        Mutant("partnership/data.py", "data.f", "a → c", "survived"),
        Mutant("partnership/data.py", "data.f", "a → d", "killed"),
    ]
    rows = [row("data.f", "a → b"), row("data.f", "a → d"), row("model.f", "x → y", "model")]
    new, gone = mutate.compare(rows, found, "data")
    assert [mutant.change for mutant in new] == ["a → b", "a → c"]
    assert gone == [rows[1]]
    after = mutate.brought_up_to_date(rows, new, gone, "data")
    assert [(r["change"], r["reason"]) for r in after] == [
        ("a → b", "equivalent"),
        ("a → b", ""),
        ("a → c", ""),
        ("x → y", "equivalent"),
    ]
    assert mutate.compare(after, found, "data") == ([], [])


def test_a_list_that_is_written_is_read_again(tmp_path):
    rows = [row("data.f", 'a, "b" → c')]
    mutate.write(rows, tmp_path / "survivors.csv")
    assert mutate.listed(tmp_path / "survivors.csv") == rows


def test_a_part_is_judged_by_its_share_and_its_list():
    mutants = [Mutant("partnership/data.py", "data.f", f"a → {n}", "killed") for n in range(9)]
    one = Mutant("partnership/data.py", "data.f", "a → b", "survived")
    assert mutate.judge("data", [*mutants, one], [row("data.f", "a → b")]) == []
    assert "not in tests/survivors.csv: a → b" in mutate.judge("data", [*mutants, one], [])[0]
    gone = mutate.judge("data", mutants, [row("data.f", "a → 3")])
    assert "does not survive: a → 3" in gone[0]
    low = mutate.judge("data", [*mutants, one, one], [row("data.f", "a → b")] * 2)
    assert len(low) == 1 and low[0].startswith("data: 81.8% of the mutants were killed")
    never = Mutant("partnership/data.py", "data.f", "a → e", "open")
    assert "1 mutants are not tried" in mutate.judge("data", [*mutants, never], [])[0]
    assert "not tried" in mutate.judge("data", [], [])[0]


def test_a_mutant_that_never_ends_counts_as_killed():
    endless = Mutant("partnership/data.py", "data.f", "a → b", "stopped")
    lives = Mutant("partnership/data.py", "data.g", "a → b", "survived")
    assert mutate.score([endless, lives]) == (1, 2)
    assert mutate.told("data", [endless, lives]) == [
        "      1 of     2 killed,  50.0%  partnership/data.py",
        "      1 of     2 killed,  50.0%  data",
        "        of these, 1 never came to an end or broke the run",
    ]


def test_a_copy_is_brought_up_to_date_and_survivors_are_asked_again(tmp_path, monkeypatch):
    root, folder = tmp_path / "book", tmp_path / "copy"
    (root / "partnership").mkdir(parents=True)
    (root / "partnership" / "one.py").write_text("A = 1\n")
    (root / "README.md").write_text("Read me.\n")
    files = ["partnership/one.py", "README.md"]
    monkeypatch.setattr(mutate, "ROOT", root)
    monkeypatch.setattr(mutate, "sources", lambda: files)
    part = Part(files=("partnership/one.py",), tests=("tests/test_one.py",))
    mutate.prepare(part, folder)
    told = (folder / "setup.cfg").read_text()
    assert "only_mutate =\n    partnership/one.py\n" in told
    assert "also_copy =\n    README.md\n" in told
    mutate.prepare(part, folder)
    assert (folder / "setup.cfg").read_text() == told

    meta = folder / "mutants" / "partnership" / "one.py.meta"
    meta.parent.mkdir()
    meta.write_text(json.dumps({"exit_code_by_key": {"a": 0, "b": 1}}))
    mutate.prepare(part, folder)
    assert json.loads(meta.read_text()) == {"exit_code_by_key": {"a": 0, "b": 1}}
    (root / "partnership" / "one.py").write_text("A = 2\n")
    (root / "README.md").unlink()
    files.remove("README.md")
    mutate.prepare(part, folder)
    assert json.loads(meta.read_text()) == {"exit_code_by_key": {"a": None, "b": 1}}
    assert (folder / "partnership" / "one.py").read_text() == "A = 2\n"
    assert not (folder / "README.md").exists()
