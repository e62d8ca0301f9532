"""The planner's modules are joined into one script that a reader can follow, or are refused."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from book import ROOT

from partnership import agreement, data, model, planner
from tools.sphinx.bundle import BundleError, bundle

MODULES = sorted((ROOT / "planner").glob("*.js"))


@pytest.fixture
def write(tmp_path: Path):
    """Return a function that writes modules, named by keyword, and returns the first."""

    def save(**modules: str) -> Path:
        for name, text in modules.items():
            (tmp_path / f"{name}.js").write_text(text, encoding="utf-8")
        return tmp_path / f"{next(iter(modules))}.js"

    return save


JOINED = {
    "main": """/** The first. */
import { twice as double, STEP } from "./sums.js";
import * as words from "./words.js";
import {
  half,
} from "./sums.js";

export { twice } from "./sums.js";
export * as said from "./words.js";

// A line of comment.
export const found = [double(STEP), half(STEP), words.say("a")];
export async function later() {
  return 1;
}
""",
    "sums": """import { UNIT } from "./unit-of.js";
export const STEP = 4 * UNIT;
export function twice(number) {
  return number * 2;
}
export function half(number) {
  return number / 2;
}
export function* count() {
  yield 1;
}
export class Sum {}
""",
    "words": """const secret = "b";
export function say(text) {
  return text + secret; // a comment behind code stays
}
""",
}


def test_joined_modules_do_what_modules_do(engine, write, tmp_path):
    entry = write(**JOINED)
    (tmp_path / "unit-of.js").write_text("export const UNIT = 1;\n", encoding="utf-8")
    script = bundle(entry, "whole")
    engine.add_script_tag(content=script)
    assert engine.evaluate("() => whole.found") == [8, 2, "ab"]
    assert engine.evaluate("() => [whole.twice(3), whole.said.say('x'), typeof whole.later]") == [
        *(6, "xb", "function"),
    ]
    assert engine.evaluate("() => Object.keys(whole)") == ["twice", "said", "found", "later"]
    assert engine.evaluate("() => typeof secret + typeof module_words") == "undefinedundefined"
    assert "The first" not in script and "A line of comment" not in script
    assert not re.search(r"^(import|export)\b", script, re.MULTILINE)
    assert script.count("const STEP") == 1, "a module stands once, whoever imports it"


REFUSED = {
    "default": ("export default 1;\n", "line 1: 'export default 1;' is not one of the forms"),
    "later": ("const a = 1;\nexport { a };\n", "line 2: 'export { a };' is not one of"),
    "let": ("export let a = 1;\n", "is not one of the forms"),
    "pattern": ("export const { a } = b;\n", "is not one of the forms"),
    "package": ('import { a } from "left-pad";\n', "is not one of the forms"),
    "for its effects": ('import "./a.js";\n', "is not one of the forms"),
    "folder above": ('import { a } from "../a.js";\n', "is not one of the forms"),
    "dynamic": ('\nconst a = import("./a.js");\n', "line 2: import( is not joined"),
    "meta": ("const a = import.meta.url;\n", "import.meta is not joined"),
    "evaluated": ('const a = eval("1");\n', "eval( is not joined"),
    "no end": ("import {\n  a\n", "line 1: the statement has no end"),
    "no name": ('import { a-b } from "./sums.js";\n', "'a-b' is no name"),
    "no file": (
        'import { a } from "./none.js";\n',
        "none.js: no such module (imported by main.js)",
    ),
    "not exported": ('import { a } from "./words.js";\n', "line 1: words.js exports no a"),
    "circle": ('import { a } from "./main.js";\n', "in a circle: main.js → main.js"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_joined_is_named_with_its_place(write, name):
    text, expected = REFUSED[name]
    with pytest.raises(BundleError) as error:
        bundle(write(main=text, words=JOINED["words"], sums="export const b = 1;\n"), "whole")
    assert expected in str(error.value)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_a_module_keeps_to_what_the_page_allows(path):
    text = path.read_text(encoding="utf-8")
    assert max(map(len, text.splitlines())) <= 100
    for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "fetch("):
        assert word not in text, word
    assert text.startswith("/**"), "a module says first what it is for"


def test_the_data_of_the_planner_are_the_books_and_end_no_script():
    text = planner.to_json()
    assert "<" not in text and "\u2028" not in text
    known = json.loads(text)
    assert known["model"]["width"] == model.WIDTH
    assert known["model"]["tolerance"] == model.TOLERANCE
    forms = data.load("partnership_forms")
    assert [form["prototype"] for form in known["forms"]] == forms[
        list(model.SCALES)
    ].to_numpy().tolist()
    anchors = {scale["scale"]: scale["anchors"] for scale in known["scales"]}
    for row in data.load("scales").itertuples():
        assert anchors[row.scale][row.level] == row.anchor
    assert list(anchors) == list(agreement.RATED)
    assert len(known["issues"]) == len(data.load("safety_issues"))
    shown = {strategy["id"] for strategy in known["strategies"]}
    assert shown == set(data.load("own_strategies")["id"])
    works = {key for strategy in known["strategies"] for key in strategy["works"]}
    assert works == set(known["works"])
    assert {key for *_, keys in known["places"]["issues"] for key in keys} <= works
