"""What must hold of the book's sources: quotations, references, links to the outside."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

import pytest
from book import ROOT, Page, pages, table
from bs4 import BeautifulSoup
from prose import DOCUMENTS, without_code

WORKS = {row["key"]: row for row in table("data/literature.csv")}
LINKS = {row["address"]: row for row in table("data/links.csv")}

QUOTATION = re.compile(r"\"([^\"\n]+)\"|“([^”]+)”")
SOURCE = re.compile(r"\{cite|\{claim\}|\]\(https?://")
PHRASE = 3
"""From how many words on something between quotation marks is a quotation, not a word named."""

PAGES = pytest.mark.parametrize("page", pages(), ids=lambda page: page.stem)


# --- quotations -----------------------------------------------------------------------------


def quotations(text: str) -> list[tuple[str, str]]:
    """Return what stands between quotation marks, each with its paragraph."""
    text = re.sub(r"`[^`\n]*`", lambda code: code[0].replace('"', ""), without_code(text))
    return [
        (match[1] or match[2], paragraph)
        for paragraph in re.split(r"\n\s*\n|\n(?=[-*|] |\d+\. )", text)
        for match in QUOTATION.finditer(paragraph)
    ]


@PAGES
def test_every_quotation_has_its_source_in_the_same_paragraph(page: Page):
    book_s_own = {row["text"] for row in table("tests/own_phrases.csv") if row["page"] == page.stem}
    bare = {
        quoted
        for quoted, paragraph in quotations(page.prose)
        if len(quoted.split()) >= PHRASE and not SOURCE.search(paragraph)
    }
    assert bare == book_s_own, "cite the source, or list the phrase as the book's own"


def test_a_quotation_without_a_source_is_found():
    (bare, _), (sourced, paragraph) = quotations(
        'They "said it in words".\n\nSee {cite:t}`key`: “as it was put”.\n\n`"a b c d"`'
    )
    assert bare == "said it in words"
    assert sourced == "as it was put"
    assert SOURCE.search(paragraph)


# --- references -----------------------------------------------------------------------------


def test_every_work_outside_the_sample_is_cited_and_every_work_in_it_has_its_theme():
    shown = [page for page in pages() if page.stem not in ("literature-table", "references")]
    cited = set().union(*(page.cited for page in shown))
    for key, work in WORKS.items():
        if work["sample"] in ("coded", "record"):
            assert work["theme"], key
        else:
            assert key in cited, f"{key} is in the dataset for method or context, and not cited"


# --- links to the outside -------------------------------------------------------------------


def outside(site: Path) -> set[str]:
    """Return every address outside the book to which the site or a document links."""
    found = set()
    for path in site.rglob("*.html"):
        document = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        found |= {link["href"] for link in document.find_all("a", href=True)}
    for name in (*DOCUMENTS, "LICENSE"):
        text = (ROOT / name).read_text(encoding="utf-8")
        found |= set(re.findall(r"https?://[^\s)>`]+", text))
    own = ("http://localhost",)
    return {a for a in found if re.match(r"https?:", a) and not a.startswith(own)}


def test_every_address_outside_the_book_is_listed_with_the_day_it_was_last_seen(site: Path):
    found = outside(site)
    assert found - set(LINKS) == set(), "add these to data/links.csv"
    assert set(LINKS) - found == set(), "no page links to these any longer"


def test_the_list_of_links_is_in_order_and_names_what_each_leads_to():
    rows = list(LINKS.values())
    order = [(row["leads_to"].lower(), row["address"]) for row in rows]
    late = next((rows[n]["address"] for n in range(1, len(order)) if order[n] < order[n - 1]), None)
    assert late is None, f"move the row of {late} up: rows stand in order of leads_to, then address"
    for row in rows:
        if row["leads_to"] in WORKS:
            assert row["address"] == WORKS[row["leads_to"]]["link"]
        else:
            assert " " in row["leads_to"], row


def page_of(address: str) -> str:
    """Return an address without what does not change the page it leads to."""
    return re.sub(r"^https?://(www\.|dx\.)?", "", address).rstrip("/")


def test_no_work_s_link_is_said_to_be_seen_that_no_table_saw():
    days = {}
    for row in table("data/statements.csv"):
        days.setdefault(page_of(row["page"]), set()).add(row["seen"])
    today = datetime.date.today().isoformat()
    for address, row in LINKS.items():
        assert row["seen"] == "not seen" or "2026-11" <= row["seen"] <= today, row
        if row["leads_to"] not in WORKS or row["seen"] == "not seen":
            continue
        work = WORKS[row["leads_to"]]
        pages_seen = {page_of(a) for c in ("seen_at", "check_page") for a in work[c].split("; ")}
        page = page_of(address)
        assert page in pages_seen or row["seen"] in days.get(page, ()), row
