"""The planner in the browser reads and writes files as the command line does."""

from __future__ import annotations

import random
from base64 import b64encode
from contextlib import suppress
from pathlib import Path

import pytest
from engine import FORMS, NAMES, ask, misspelt, rows_of, weights_of
from playwright.sync_api import Page
from test_ratings import BROKEN

from partnership import model, plan, ratings

FILES = [
    pytest.param(range(500), id="500 files"),
    pytest.param(range(500, 5_500), id="5,000 files", marks=pytest.mark.slow),
]
SAVED = [
    pytest.param(range(80), id="80 files"),
    pytest.param(range(80, 680), id="600 files", marks=pytest.mark.slow),
]
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
    *"5 -1 -0 2.3 2.25 3,25 high nan inf 1e0 0x1 1_0 50% ½ 2½ 02-maj 3-May 2.5. 03/05".split(),
    *"#N/A #REF! #VÄRDEFEL! 1234565,5 0,000012345650 000.50000 1,,5 TRUE =1+1 '=x _ \"".split(),
    *("2 ½", "1 mai", "2 MAİ", "9" * 12, "9" * 13, "a, b", 'say "so"', "; ;", "\u2028", "é" * 90),
    *("x" * 1000, "x" * 1001, "😀" * 501),
)
WEIGHTS = (
    *(" Interaction=2 , presence = 0.5", "agency=0;presence=3", "", "agency", "agency=", "=1"),
    *("burden=1", "agencies=2", "agency=-1", "agency=1001", "agency=nan,presence=inf", "a=b=c"),
    *("agency=1,agency=2", ",".join(f"{scale}=0" for scale in model.SCALES), "agency=1," * 200),
    *("agency=0.1234567890123456", "agency=0.000012", "agency=999.999999999999"),
    *("agency=0,5", "knowledge=\x07"),
)
FORMULAS = ("=", "'=a", "+a;=b", ";-a", "@", "\t=a", "''=a", "a; 'b", "＝a", "a;\t'=b")


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
    return draw.choice(choices.get(column, ["", "", "", *NUMBERS]))


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


def test_a_file_of_many_faults_issues_raters_or_groups_is_refused_alike(engine, tmp_path):
    rows = {
        "faults": ["issue,agency", *["x,9"] * 1_200],
        "issues": ["issue,agency", *[f"x{number},1" for number in range(201)]],
        "raters": ["issue,agency", *["x,1"] * 1_001],
        "groups": ["issue,group", *[f"x,side {number}" for number in range(21)]],
        "columns": [",".join(["issue"] * 201), "x"],
        "rows": ["issue", *["x"] * 100_001],
        "field": ["issue", '"' + '""' * 131_073 + '"'],
        "blanks": ["issue", " " * 131_072 + "x"],
    }
    cases = [[(f"{name}.csv", "\n".join(lines).encode())] for name, lines in rows.items()]
    outcomes = check_reading(engine, tmp_path, cases)
    assert all(len(outcome["faults"]) > 0 for outcome in outcomes)


def test_a_workbook_is_left_to_the_command_line(engine):
    ((fault,),) = (
        outcome["faults"]
        for outcome in ask(engine, READ, [[("r.xlsx", b64encode(b"PK\x03\x04rest").decode())]])
    )
    assert fault.startswith("r.xlsx: found a workbook; expected a CSV file;")
    assert "python -m partnership plan" in fault


@pytest.mark.parametrize("text", WEIGHTS)
def test_weights_are_read_and_told_alike(engine, text):
    found = ask(engine, "(text) => planner.readWeights(text, book)", text)
    try:
        expected = ratings.weights(text)
    except ratings.RatingsError as error:
        assert found == {"weights": None, "faults": [str(fault) for fault in error.faults]}
        return
    assert found == {"weights": expected, "faults": []}
    told = ask(engine, "(weights) => planner.weightsText(weights, book)", expected)
    assert told == ",".join(f"{scale}={expected[scale]:.12g}" for scale in model.SCALES)


# --- files written ------------------------------------------------------------------------------

SAVE = """([files, weights]) => files.map(([name, raw]) => {
  const bytes = Uint8Array.from(atob(raw), (sign) => sign.charCodeAt(0));
  const { ratings, practice } = planner.read(bytes, name, book);
  const told = planner.plan(ratings, practice, book, { weights });
  const saved = planner.ratingsCsv(planner.joined(ratings, practice, book), book);
  return [planner.planCsv(told.table), saved];
})"""


def sound_files(seeds: range, folder: Path) -> list[tuple[str, bytes, ratings.Ratings]]:
    """Return files that are accepted, with what the Python reads in them."""
    found = []
    for name, raw in (team_files(seed)[0] for seed in seeds):
        path = folder / name
        path.write_bytes(raw)
        with suppress(ratings.RatingsError):
            found.append((name, raw, ratings.read(path)))
    return found


@pytest.mark.slow
@pytest.mark.parametrize("seeds", [range(1_000)], ids=["1,000 files"])
def test_the_browser_writes_plan_csv_to_the_byte_and_ratings_that_say_the_same(
    engine, tmp_path, seeds
):
    weights = weights_of(random.Random(str(seeds)))
    files = sound_files(seeds, tmp_path)
    sent = [(name, b64encode(raw).decode()) for name, raw, _ in files]
    for (_, raw, told), (table, saved) in zip(
        files, ask(engine, SAVE, [sent, weights]), strict=True
    ):
        expected = plan.to_csv(model.plan(told.ratings, told.practice, FORMS, weights=weights))
        assert table.encode() == expected, raw
        path = tmp_path / "saved.csv"
        path.write_bytes(saved.encode())
        again = ratings.read(path)
        assert not again.notes or told.notes, raw
        found = plan.to_csv(model.plan(again.ratings, again.practice, FORMS, weights=weights))
        assert found == expected, raw
        assert model.score(again.ratings).equals(model.score(told.ratings)), raw
