"""The planner in the browser answers as the Python does, and reads files as the Python does."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from book import ROOT
from playwright.sync_api import Page

from partnership import agreement, data, model, plan, planner, ratings
from tools.sphinx.bundle import bundle

CLOSE = 1e-9
"""Numbers that differ by no more are the same."""
ISSUES = 200
"""Issues in a plan of the proof."""
PLANS = [
    pytest.param(range(10), id="2,000 issues"),
    pytest.param(range(10, 110), id="20,000 issues", marks=pytest.mark.slow),
]
FORMS = data.load("partnership_forms")
PROTOTYPES = FORMS[list(model.SCALES)].astype(float).to_numpy().tolist()
BY_PHASE = [list(rows["form"]) for _, rows in FORMS.groupby("phase")]
GROUPS = ("staff", "patients", "families", None)


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a page that holds the planner's data and its modules as one classic script."""
    folder = tmp_path_factory.mktemp("engine")
    folder.joinpath("planner.js").write_text(
        bundle(ROOT / "planner" / "engine.js", "planner"), encoding="utf-8"
    )
    page = folder / "page.html"
    page.write_text(
        '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Engine</title>'
        '<link rel="icon" href="data:,">'
        f'<script type="application/json" id="book">{planner.to_json()}</script>'
        '<script src="planner.js"></script></html>',
        encoding="utf-8",
    )
    return page


@pytest.fixture(scope="module")
def engine(browser, script: Path) -> Iterator[Page]:
    """Return the page, opened from the file system."""
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.goto(script.as_uri())
    page.evaluate(
        "() => { window.book = planner.openBook("
        'JSON.parse(document.getElementById("book").textContent)); }'
    )
    yield page
    context.close()


def ask(engine: Page, function: str, value: object) -> object:
    """Return what a function of the page gives for a value; as text, which is fast."""
    return json.loads(
        engine.evaluate(
            f"(text) => JSON.stringify(({function})(JSON.parse(text)))", json.dumps(value)
        )
    )


def rows_of(table: pd.DataFrame) -> list[dict[str, object]]:
    """Return rows as the browser has them: None where nothing is known."""

    def plain(value: object) -> object:
        return None if not isinstance(value, list) and pd.isna(value) else value

    return [{name: plain(value) for name, value in row.items()} for row in table.to_dict("records")]


def check_same(found: list[dict], expected: list[dict], case: object) -> None:
    """Check that rows are the same: numbers to 1e-9, all else exactly."""
    assert len(found) == len(expected), case
    for ours, theirs in zip(found, expected, strict=True):
        assert ours.keys() == theirs.keys()
        for name, value in theirs.items():
            other = ours[name]
            if isinstance(value, float) and other is not None:
                assert abs(other - value) <= CLOSE, (case, theirs, name, other)
            else:
                assert other == value, (case, theirs, name, other)


# --- the model ----------------------------------------------------------------------------------


def near(prototype: list[float], draw: random.Random) -> list[float | None]:
    """Return scores that lie on a prototype, or halves beside it: there fits are equal."""
    moves = draw.choice([(0, 0, 0, 0.5), (0, 0.5, -0.5), (0, 1, -1, 0.5, -0.5), (0, 2, -2, 1.5)])
    scores = [min(max(value + draw.choice(moves), 0.0), 4.0) for value in prototype]
    missing = draw.choice([0, 0, 0.1, 0.3, 0.6])
    return [None if draw.random() < missing else score for score in scores]


def people(number: int, draw: random.Random) -> tuple[list[dict], list[dict]]:
    """Return what raters say of one issue: scores, and forms offered and enacted."""
    issue, prototype = f"issue {number}", draw.choice(PROTOTYPES)
    rated, named = [], []
    for rater in range(draw.choice([1, 1, 1, 2, 2, 3, 4, 7])):
        person = {"issue": issue, "rater": f"rater {rater}", "group": draw.choice(GROUPS)}
        scores = dict(zip(model.SCALES, near(prototype, draw), strict=True))
        burden = draw.choice([None, 0, 1, 2, 2.5, 3, 3.5, 4])
        who = draw.choice([None, "patient", "family", "both"])
        label = draw.choice([None, f"Issue {number}"])
        rated.append({**person, "label": label, **scores, "burden": burden, "who": who})
        for layer in model.LAYERS:
            for forms in draw.sample(BY_PHASE, draw.choice([0, 1, 1, 2, 4])):
                for form in draw.sample(forms, min(len(forms), draw.choice([1, 1, 2, 3]))):
                    named.append({**person, "layer": layer, "form": form})
            if draw.random() < 0.15:
                named.append({**person, "layer": "offered", "form": model.UNHEARD})
    return rated, named


def weights_of(draw: random.Random) -> dict[str, float] | None:
    """Return weights: none, zeros among them, or any."""
    choices = draw.choice(
        [None, (0, 1), (0, 0.5, 1, 2, 3), [draw.uniform(0, 1000) for _ in "12345"]]
    )
    if choices is None:
        return None
    weights = {scale: float(draw.choice(choices)) for scale in model.SCALES}
    return weights if any(weights.values()) else None


def proposed(seed: int) -> tuple[list[dict], list[dict], dict[str, float] | None]:
    """Return the ratings, practice and weights of one plan of many issues."""
    draw = random.Random(seed)
    both = [people(number, draw) for number in range(ISSUES)]
    rated, named = ([row for part in parts for row in part] for parts in zip(*both, strict=True))
    return rated, named, weights_of(draw)


def by_python(rated: list[dict], named: list[dict], weights: dict | None) -> dict[str, list[dict]]:
    """Return a plan as the Python makes it."""
    frame = pd.DataFrame(rated).astype({scale: float for scale in agreement.RATED})
    practised = pd.DataFrame(named, columns=["issue", "rater", "group", "layer", "form"])
    team = ratings.Ratings(frame, practised, weights, [])
    scores = model.score(frame)
    fits = [model.fits_of(scores, FORMS, phase, weights) for phase in model.PHASES]
    return {
        "table": rows_of(model.plan(frame, practised, FORMS, weights=weights)),
        "scores": rows_of(scores),
        "practice": rows_of(model.practice(practised, FORMS)),
        "spread": rows_of(agreement.rater_spread(frame)),
        "groups": rows_of(plan._by_group(team, FORMS, weights)),
        "fits": rows_of(pd.concat(fits, axis=1).reset_index()),
        "at": rows_of(model.map_position(scores)),
    }


PLAN = """([rated, named, weights]) => {
  const found = planner.plan(rated, named, book, { weights });
  return {
    ...found,
    fits: [...found.fits].map(([issue, fits]) => ({ issue, ...Object.fromEntries(fits) })),
    at: found.scores.map((row) => planner.mapPosition(row, book)),
  };
}"""


def check_plan(engine: Page, case: object, *proposal) -> None:
    found, expected = ask(engine, PLAN, proposal), by_python(*proposal)
    for part, rows in expected.items():
        check_same(found[part], rows, (case, part))


@pytest.mark.parametrize("seeds", PLANS)
def test_the_browser_plans_as_the_python_does(engine, seeds):
    for seed in seeds:
        check_plan(engine, seed, *proposed(seed))


@pytest.mark.parametrize("group", ["all", "accounts", "service"])
def test_the_browser_plans_the_books_issues_as_the_python_does(engine, group):
    rated, named = (rows_of(table) for table in model.from_dataset(group))
    rated = [{**row, "group": None} for row in rated]
    check_plan(engine, group, rated, named, None)
