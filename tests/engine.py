"""What the tests of the planner share: plans and words made at random, and how a page is asked."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pandas as pd
from book import ROOT
from playwright.sync_api import Page

from partnership import data, model, planner
from tools.sphinx.bundle import bundle

FORMS = data.load("partnership_forms")
PROTOTYPES = FORMS[list(model.SCALES)].astype(float).to_numpy().tolist()
BY_PHASE = [list(rows["form"]) for _, rows in FORMS.groupby("phase")]
GROUPS = ("staff", "patients", "families", None)
NAMES = (
    *("falls", "Falls", "FALLS", "falls ", "inpatient-falls", "care transitions", "Σίσυφος", "x"),
    *("f\u0430lls", "fal\u200dls", "\uff46alls", "СARЕ transitions"),
)


def write_page(folder: Path) -> Path:
    """Write a page that holds the planner's data, and its modules as one classic script."""
    script = bundle(ROOT / "planner" / "engine.js", "planner")
    (folder / "planner.js").write_text(script, encoding="utf-8")
    page = folder / "page.html"
    page.write_text(
        '<!DOCTYPE html><html lang="en"><meta charset="utf-8"><title>Engine</title>'
        f'<script type="application/json" id="book">{planner.to_json()}</script>'
        '<script src="planner.js"></script></html>',
        encoding="utf-8",
    )
    return page


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


def misspelt(word: str, draw: random.Random) -> str:
    """Return a word with a few signs too many, too few or wrong."""
    signs = list(word)
    for _ in range(draw.choice([1, 1, 2, 3])):
        place = draw.randrange(len(signs) + 1)
        change = draw.randrange(4)
        if change == 0:
            signs.insert(place, draw.choice("aeiourstn-"))
        elif change == 1 and signs:
            del signs[place % len(signs)]
        elif change == 2 and signs:
            signs[place % len(signs)] = draw.choice("aeiourstn -")
        elif len(signs) > 1:
            place %= len(signs) - 1
            signs[place : place + 2] = reversed(signs[place : place + 2])
    return draw.choice([str.lower, str.upper, str.title])("".join(signs))
