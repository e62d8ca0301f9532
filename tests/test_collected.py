"""What must hold of mutmut with the tests collected once (`tools/collected.py`)."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest
from book import ROOT

sys.path.insert(0, str(ROOT / "tools"))
import mutate  # noqa: E402  (a tool, not a package)

PACKAGE = """
def known():
    return 2

def next_one(number):
    return number + 1

def size(number):
    if number > 100:
        return "large"
    return "small"
"""
TESTS = """
from partnership.small import known, next_one, size

KNOWN = known()

def test_what_was_worked_out_when_the_tests_were_collected():
    assert KNOWN == 2

def test_next_one():
    assert next_one(1) == 2

def test_size():
    assert size(1) == "small"
"""


@pytest.mark.slow
def test_each_mutant_of_a_small_package_gets_its_verdict(tmp_path: Path):
    for name, text in (("partnership/small.py", PACKAGE), ("tests/test_small.py", TESTS)):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "partnership" / "__init__.py").touch()
    for name in ("tools", "mutants"):
        (tmp_path / name).mkdir()
    shutil.copyfile(ROOT / "tools" / "mutate.py", tmp_path / "tools" / "mutate.py")
    part = mutate.Part(files=("partnership/small.py",), tests=("tests/test_small.py",))
    (tmp_path / "setup.cfg").write_text(mutate.settings(part, tmp_path), encoding="utf-8")
    assert mutate.run(part, tmp_path, 2) == 0
    found = {
        (mutant.function.removeprefix("small."), mutant.change): mutant.verdict
        for mutant in mutate.mutants(tmp_path / "mutants")
    }
    assert found["known", "return 2 → return 3"] == "killed"
    assert found["next_one", "return number + 1 → return number - 1"] == "killed"
    assert found["size", 'return "small" → return "XXsmallXX"'] == "killed"
    assert found["size", 'return "large" → return "XXlargeXX"'] == "survived"
    assert "open" not in found.values()
    assert not (tmp_path / "tmp").exists()
