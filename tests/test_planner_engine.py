"""The planner in the browser answers as the Python does, and reads files as the Python does."""

from __future__ import annotations

import json
import random
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from book import ROOT
from playwright.sync_api import Page
from test_ratings import BROKEN

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
FILES = [
    pytest.param(range(500), id="500 files"),
    pytest.param(range(500, 5_500), id="5,000 files", marks=pytest.mark.slow),
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


# --- files --------------------------------------------------------------------------------------

HEADERS = (
    *(ratings.WIDE,) * 4,
    ("issue", "rater", "group", *model.SCALES, "burden", "offered", "enacted", "who"),
    ("issue", "agency", "knowledge", "presence", "offered"),
    ratings.LONG,
    ("issue", "rater", "scale", "score"),
)
SIGNS = (
    *"aeiszåéöß'\"“;,|/=+-@#½0123459. \t",
    *("\u00a0", "\u2003", "\u3000", "\x1c", "\x85", "\ufeff", "\u200b", "\u00ad", "\u2060"),
    *("\u202e", "\u2066", "\ufffd", "\x07", "\x7f", "\u0301", "\u212a", "\u0130", "\u0131"),
    *("\u017f", "Σ", "\u037e", "\uff1d", "😀", "𝒳", "שלום", "٣", "\n", "\r\n", "\r"),
)
NUMBERS = ("0", "1", "2", "3", "4", "0.5", "2.5", "3.5", "1,5", "2.", ".5", "+1", "4.0")
ODD = (
    *(
        "5",
        "-1",
        "-0",
        "2.3",
        "2.25",
        "3,25",
        "high",
        "nan",
        "inf",
        "1e0",
        "0x1",
        "1_0",
        "50%",
        "½",
    ),
    *(
        "2½",
        "2 ½",
        "02-maj",
        "3-May",
        "1 mai",
        "2.5.",
        "03/05",
        "2 MAİ",
        "#N/A",
        "#REF!",
        "#VÄRDEFEL!",
    ),
    *(
        "9" * 12,
        "9" * 13,
        "1234565,5",
        "0,000012345650",
        "000.50000",
        "1,,5",
        "TRUE",
        "=1+1",
        "'=x",
    ),
    *("x" * 1000, "x" * 1001, "😀" * 501, "é" * 90, "a, b", 'say "so"', '"', "; ;", "_", "\u2028"),
)
NAMES = ("falls", "Falls", "FALLS", "falls ", "inpatient-falls", "care transitions", "Σίσυφος", "x")
FORMULAS = ("=", "'=a", "+a;=b", ";-a", "@", "\t=a", "''=a", "a; 'b", "＝a", "a;\t'=b")


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


def cell(column: str, draw: random.Random, soundness: float) -> str:
    """Return a cell of a team's file, sound or odd."""
    if draw.random() > soundness:
        kind = draw.randrange(5)
        if kind == 0:
            return "".join(draw.choice(SIGNS) for _ in range(draw.randrange(1, 9)))
        if kind == 1:
            return draw.choice(FORMULAS)
        if kind == 2:
            known = [*FORMS["form"], *FORMS["label"], *ratings.WHO, *ratings.RATED]
            return misspelt(draw.choice(known), draw)
        if kind == 3:
            forms = draw.sample(list(FORMS["form"]), 2)
            return draw.choice([", ", "/", " ", "\n", " | ", ";", " ;; "]).join(forms)
        return draw.choice(ODD)
    if column == "issue":
        return draw.choice([*NAMES, "y", "z", "q", "w", "a b"])
    if column in ("offered", "enacted"):
        forms = draw.sample(list(FORMS["form"]), draw.choice([0, 1, 1, 2, 3]))
        return draw.choice(["; ", ";", " ; "]).join(forms)
    choices = {
        "label": ["", "", "", "Falls on the ward", "=falls"],
        "rater": ["", "a", "A", "b", "c", "d", "(row 3)", "P 1"],
        "group": ["", "staff", "Staff", "patients", "Familie Müller"],
        "who": ["", *ratings.WHO, "Both"],
        "scale": [*ratings.RATED, "Agency"],
        "layer": [*model.LAYERS, "Offered"],
        "phase": ["", "", "", "delivery", "design"],
        "form": [*FORMS["form"]],
    }
    return draw.choice(choices.get(column, NUMBERS))


def header_of(columns: tuple[str, ...], draw: random.Random, soundness: float) -> list[str]:
    """Return a header: in another order, columns left out, misspelt, twice or unknown."""
    header = list(columns)
    if draw.random() < 0.3:
        draw.shuffle(header)
    if draw.random() < 0.2:
        header = header[: draw.randrange(1, len(header) + 1)]
    for place, name in enumerate(header):
        if draw.random() > 1 - (1 - soundness) / 3:
            other = [misspelt(name, draw), draw.choice(header), "", "note", "score", f" {name} "]
            header[place] = draw.choice(other)
    return [name.upper() if draw.random() < 0.05 else name for name in header]


def encoded(text: str, draw: random.Random) -> bytes:
    """Return text as spreadsheet programs write it, at times damaged."""
    encoding = draw.choice(["utf-8"] * 3 + ["utf-8-sig"] * 3 + ["utf-16", "utf-16-be", "cp1252"])
    raw = text.encode(encoding, "replace")
    if encoding == "utf-16-be" and draw.random() < 0.9:
        raw = b"\xfe\xff" + raw
    if draw.random() < 0.04:
        place = draw.randrange(len(raw) + 1)
        raw = raw[:place] + bytes([draw.choice([0, 34, 129, 157, 233, 255])]) + raw[place:]
    return raw


def written(columns: tuple[str, ...], draw: random.Random) -> bytes:
    """Return a file of a team, most of it sound or much of it odd."""
    soundness = draw.choice([1, 1, 0.99, 0.95, 0.8])
    mark, end = draw.choice(",,,;;\t"), draw.choice(["\n", "\r\n", "\r"])
    header = header_of(columns, draw, soundness)
    rows = [header]
    for _ in range(draw.choice([0, 1, 2, 3, 5, 8])):
        row = [cell(name.strip().lower(), draw, soundness) for name in header]
        if draw.random() > soundness:
            row = row[: draw.randrange(len(row) + 1)] + draw.choice([[], [""], ["x", "y"]])
        rows.append(row)

    def shown(text: str) -> str:
        # Quotation marks left out here and there: a separator then cuts the cell in two.
        if any(sign in text for sign in (mark, '"', "\n", "\r")) and draw.random() < soundness:
            return '"' + text.replace('"', '""') + '"'
        return f'"{text}"' if draw.random() < 0.02 else text

    text = end.join(mark.join(map(shown, row)) for row in rows) + draw.choice(["", end, end * 2])
    start = draw.choice(
        [""] * 15 + [f"sep={mark}\r\n", "SEP=;\n", "\n", "  \n,,\n", "Our ratings\n"]
    )
    return encoded(start + text, draw)


def team_files(seed: int) -> list[tuple[str, bytes]]:
    """Return a file of ratings, at times with one of practice."""
    draw = random.Random(f"files {seed}")
    name = draw.choice(
        ["ratings.csv"] * 9 + ["räume \u202e.txt", "r.xlsx", ".xlsx", "x" * 90 + ".csv"]
    )
    files = [(name, written(draw.choice(HEADERS), draw))]
    if draw.random() < 0.2:
        files.append(("practice.csv", written(ratings.PRACTICE, draw)))
    return files


def read_by_python(folder: Path, files: list[tuple[str, bytes]]) -> dict[str, object]:
    """Return what the command line reads in files."""
    paths = []
    for name, raw in files:
        paths.append(folder / name)
        paths[-1].write_bytes(raw)
    try:
        found = ratings.read(*paths)
        plan._check_size(found.ratings, ratings.quoted(paths[0].name)[1:-1])
    except ratings.RatingsError as error:
        return {"faults": [str(fault) for fault in error.faults]}
    practice = rows_of(found.practice)
    return {"ratings": rows_of(found.ratings), "practice": practice, "notes": found.notes}


READ = """(cases) => cases.map((files) => {
  const [ratings, practice = null] = files.map(([name, raw]) => {
    return { name, bytes: Uint8Array.from(atob(raw), (sign) => sign.charCodeAt(0)) };
  });
  const found = planner.read(ratings.bytes, ratings.name, book, practice);
  const { faults, ...rest } = found;
  return faults.length ? { faults } : rest;
})"""


def check_reading(engine: Page, folder: Path, cases: list[list[tuple[str, bytes]]]) -> list[dict]:
    """Check that both read the same in files, or refuse them in the same words."""
    sent = [[(name, b64encode(raw).decode()) for name, raw in files] for files in cases]
    outcomes = [read_by_python(folder, files) for files in cases]
    for files, found, expected in zip(cases, ask(engine, READ, sent), outcomes, strict=True):
        assert found == expected, files
    return outcomes


@pytest.mark.parametrize("seeds", FILES)
def test_the_browser_reads_files_as_the_python_does(engine, tmp_path, seeds):
    outcomes = check_reading(engine, tmp_path, [team_files(seed) for seed in seeds])
    accepted = sum("faults" not in outcome for outcome in outcomes) / len(outcomes)
    assert 0.2 < accepted < 0.8, "the proof needs files of both kinds"


def test_the_browser_refuses_what_is_broken_in_the_same_words(engine, tmp_path):
    cases = [case[0] for case in BROKEN.values()]
    raw = [text.encode() if isinstance(text, str) else text for text in cases]
    check_reading(engine, tmp_path, [[("ratings.csv", each)] for each in raw if each[:2] != b"PK"])
