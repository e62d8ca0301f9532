"""What must hold of the book's language: British spelling, known words, the house style.

`typos` finds misspelt and American words, everywhere in the repository (its settings are in
`pyproject.toml`); Hunspell finds words that no dictionary has. What others wrote is exempt:
quotations, titles, names.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from book import ROOT, pages, table
from hunspell import Hunspell
from prose import DOCUMENTS, NOT_PROSE, TEMPLATES, own, plain, sources

TYPOS = Path(sys.executable).with_name("typos")
WORD = re.compile(r"[^\W\d_]{3,}(?:['’][^\W\d_]+)*")
LONGEST_SENTENCE = 50

HOUSE_STYLE = {
    r"\bco(?:produc|creat|design|deliver)\w*": "write co-produce, co-create with a hyphen",
    r"\bnon-?complian\w+": "patients are people who act: say what they did, and why",
    r"\b(?:whilst|amongst)\b": "write while, among",
    r"\butili[sz]\w+": "write use",
    r"\b(?:e\.g\.|i\.e\.|etc\.)": "write for example, that is, and so on",
    r"\b(?:furthermore|moreover)\b": "one idea a sentence; begin with it",
    r"\b(?:leverag|seamless|delv|holistic)\w*": "say plainly what is meant",
    r"\bpercent\b": "write per cent, or %",
    r"\b(?:advisor|learned|spelled)s?\b": "write adviser, learnt, spelt",
    r"\b([A-Za-z]+) \1\b": "a word stands twice",
    r"(?<=\w) [-–] (?=\w)": "set off with a colon, commas or brackets",
}


@pytest.fixture(scope="module")
def texts() -> dict[str, str]:
    """Return all prose in the book's own words."""
    return sources()


def spelt_otherwise(text: str, locale: str = "en-gb") -> list[dict]:
    """Return the words of a text that `typos` would spell otherwise."""
    command = [TYPOS, "--format", "json", "--isolated", "--locale", locale, "-"]
    run = subprocess.run(command, input=text, capture_output=True, text=True)
    assert run.returncode in (0, 2), run.stderr
    found = [json.loads(line) for line in run.stdout.splitlines()]
    return [entry for entry in found if entry["type"] == "typo"]


def unknown(words: set[str]) -> set[str]:
    """Return the words that are neither in the dictionary nor the British form of one there.

    The dictionary is American; `typos` knows which British word is which American one, and that
    no American one stands in the book has a test of its own.
    """
    speller = Hunspell()
    not_american = {word for word in words if not speller.spell(word.replace("’", "'"))}
    british = {
        entry["typo"]
        for entry in spelt_otherwise("\n".join(sorted(not_american)), locale="en-us")
        if any(speller.spell(twin) for twin in entry["corrections"])
    }
    return not_american - british


def words_of(text: str) -> set[str]:
    """Return the words of a text, without the s of possession."""
    return {re.sub(r"['’]s?$", "", word) for word in WORD.findall(text)}


PEOPLE = {word.lower() for row in table("data/literature.csv") for word in words_of(row["authors"])}
OWN_WORDS = [row["word"] for row in table("tests/words.csv")]


# --- spelling -------------------------------------------------------------------------------


def test_no_word_in_the_repository_is_misspelt_or_american():
    run = subprocess.run([TYPOS, "--format", "brief"], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr


def test_no_word_in_the_prose_is_misspelt_or_american(texts: dict[str, str]):
    lines = [(name, line) for name, text in texts.items() for line in text.splitlines()]
    found = [
        (lines[entry["line_num"] - 1][0], entry["typo"], entry["corrections"])
        for entry in spelt_otherwise("\n".join(line for _, line in lines))
        if entry["typo"].lower() not in PEOPLE
    ]
    assert not found


def test_every_word_is_in_the_dictionary_or_in_the_book_s_own_list(texts: dict[str, str]):
    own_words = set(OWN_WORDS)
    new = unknown(set().union(*(words_of(text) for text in texts.values())))
    new = {w for w in new if w.lower() not in PEOPLE and not {w, w.lower()} & own_words}
    where = {word: [name for name, text in texts.items() if word in words_of(text)] for word in new}
    assert not where, "correct these words, or add them to tests/words.csv with what they are"


def test_the_book_s_own_list_is_in_order_and_holds_only_words_that_are_needed(
    texts: dict[str, str],
):
    assert sorted(set(OWN_WORDS), key=lambda word: (word.lower(), word)) == OWN_WORDS
    used = set().union(*(words_of(text) for text in texts.values()))
    used |= {word.lower() for word in used}
    assert not [word for word in OWN_WORDS if word not in used]
    assert unknown(set(OWN_WORDS)) == set(OWN_WORDS)
    assert all(row["why"] for row in table("tests/words.csv"))


def test_american_misspelt_and_unknown_words_are_found():
    wrong = [entry["typo"] for entry in spelt_otherwise("The organization recieved colour.")]
    assert wrong == ["organization", "recieved"]
    assert unknown({"behaviour", "centre", "patient", "unpatientish"}) == {"unpatientish"}


# --- what is read ---------------------------------------------------------------------------


def test_all_prose_is_read(texts: dict[str, str]):
    assert {page.stem for page in pages()} <= set(texts)
    assert {"README.md", "CONTRIBUTING.md", "data/README.md", "planner/README.md"} <= set(DOCUMENTS)
    assert {*DOCUMENTS, *TEMPLATES, "figures/figures.csv", "data/datapackage.json"} <= set(texts)
    told = {"claims", "codings", "issue_readings", "own_strategies", "scales", "statements"}
    assert {f"data/{name}.csv" for name in told} <= set(texts)
    assert not {f"data/{name}.csv" for name in NOT_PROSE} & set(texts)
    assert sum(len(text.split()) for text in texts.values()) > 90_000


def test_quotations_codes_and_addresses_are_not_taken_for_the_book_s_own_words():
    text = 'He says "harm is minimized" {cite:p}`key2020`, see [here](https://a.org/color) `color`.'
    assert " ".join(own(text).split()) == "He says … , see [here] ."
    assert "Read on" in plain("```{admonition} x\nRead on\n```")
    assert "import" not in plain("```python\nimport this\n```")


# --- style ----------------------------------------------------------------------------------


def written_for_readers(texts: dict[str, str]) -> dict[str, str]:
    """Return the prose of chapters, documents, templates and captions; notes on works are not."""
    names = {page.stem for page in pages()} | {*DOCUMENTS, *TEMPLATES, "figures/figures.csv"}
    return {name: text for name, text in texts.items() if name in names - {"data/methods.md"}}


@pytest.mark.parametrize("pattern", HOUSE_STYLE)
def test_the_house_style_is_kept(texts: dict[str, str], pattern: str):
    found = {
        name: [text[max(0, m.start() - 30) : m.end() + 30] for m in re.finditer(pattern, text)]
        for name, text in written_for_readers(texts).items()
    }
    assert not {name: hits for name, hits in found.items() if hits}, HOUSE_STYLE[pattern]


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.stem)
def test_no_sentence_is_too_long_to_be_read_in_one_breath(page):
    blocks = re.split(r"\n\s*\n|\n(?=[-|#:>*\d])", own(page.prose))
    sentences = [s for block in blocks for s in re.split(r"(?<=[.!?:])\s+", block)]
    assert not [s for s in sentences if len(WORD.findall(s)) > LONGEST_SENTENCE]
