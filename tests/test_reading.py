"""What helps to read: definitions in the margin, previews, reading times, and access for all."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pandas as pd
import pytest
from axe_playwright_python.sync_playwright import Axe
from book import ROOT, pages
from browser import Visit
from bs4 import BeautifulSoup, Tag
from playwright.sync_api import Locator, Page, expect

CHAPTERS = [page.stem for page in pages() if re.match(r"\d\d-", page.stem)]
CHAPTER = "05-where-safety-work-comes-from"
WORDS_A_MINUTE = 220
NOT_PROSE = (
    "table, pre, template, details, nav, .margin-note, .chapter-facts, .headerlink, .cite-page, "
    ".figure-under"
)

Go = Callable[..., Visit]


@pytest.fixture(scope="module")
def articles(site: Path) -> dict[str, Tag]:
    """Return the article of every page, by the page's name."""
    found = {}
    for path in sorted(site.glob("chapters/*.html")):
        document = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        found[path.stem] = document.select_one("article.bd-article")
    return found


@pytest.fixture(scope="module")
def glossary(articles: dict[str, Tag]) -> dict[str, str]:
    """Return the definition of each term, as the glossary has it."""
    terms = articles["glossary"].select("dl.glossary > dt")
    return {term["id"].removeprefix("term-"): plain(term.find_next_sibling("dd")) for term in terms}


@pytest.fixture
def chapter(site: Path) -> Path:
    """Return the chapter on which previews are tried."""
    return site / "chapters" / f"{CHAPTER}.html"


def plain(element: Tag) -> str:
    """Return the text of an element, with single blanks."""
    return " ".join(element.get_text().split())


def letters(text: str) -> str:
    """Return a text without what stands in brackets, and without blanks and points."""
    return re.sub(r"\([^()]*\)|\W", "", text)


def first(page: Page, selector: str) -> Locator:
    """Return the first element of the running text, brought into view."""
    found = page.locator(f".bd-article p {selector}").first
    found.scroll_into_view_if_needed()
    return found


# --- under the title -----------------------------------------------------------------------


@pytest.mark.parametrize("name", CHAPTERS)
def test_the_reading_time_is_that_of_the_words(name: str, articles: dict[str, Tag]):
    article = BeautifulSoup(str(articles[name]), "html.parser")
    said = int(re.search(r"About (\d+) minutes? to read", plain(article))[1])
    for element in article.select(NOT_PROSE):
        element.decompose()
    prose = article.select("p, h1, h2, h3, h4, figcaption, dt, dd:not(:has(p)), li:not(:has(p))")
    kept = [text for text in prose if not text.find_parent(["p", "figcaption"])]
    words = sum(len(text.get_text().split()) for text in kept)
    assert abs(words / WORDS_A_MINUTE - said) < 0.6


def test_a_chapter_says_which_claims_it_argues(articles: dict[str, Tag]):
    claims = pd.read_csv(ROOT / "data" / "claims.csv")
    for name in CHAPTERS:
        argued = [row.id for row in claims.itertuples() if name in row.argued_in.split("; ")]
        badges = articles[name].select(".chapter-facts .claim a")
        assert [badge.get_text() for badge in badges] == argued, name


# --- definitions in the margin --------------------------------------------------------------


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_note_says_what_the_glossary_says(
    name: str, articles: dict[str, Tag], glossary: dict[str, str]
):
    for note in articles[name].select(".margin-note"):
        term = note["id"].removeprefix("note-")
        said = plain(note).removeprefix(plain(note.strong)).strip()
        assert len(said) > 30, term
        assert letters(glossary[term]).startswith(letters(said)), term


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_note_stands_before_the_first_use_of_its_term_and_once(
    name: str, articles: dict[str, Tag]
):
    notes = [note["id"] for note in articles[name].select(".margin-note")]
    assert notes
    assert len(notes) == len(set(notes))
    for note in articles[name].select(".margin-note"):
        term = note["id"].replace("note-", "#term-", 1)
        use = articles[name].select_one(f'a[href$="{term}"]')
        block = note.find_next_sibling(lambda tag: "margin-note" not in tag.get("class", []))
        assert use in block.find_all("a"), term


@pytest.mark.slow
@pytest.mark.parametrize("name", CHAPTERS)
def test_notes_fit_into_the_margin(name: str, site: Path, visit: Go):
    page = visit(site / "chapters" / f"{name}.html", width=1280).page
    boxes = page.locator(".margin-note").evaluate_all(
        """notes => notes.map((note) => {
          let block = note;
          while (block.matches('.margin-note')) { block = block.nextElementSibling; }
          const [its, text] = [note.getBoundingClientRect(), block.getBoundingClientRect()];
          return {late: its.top - text.bottom, left: its.left - text.right, right: its.right};
        })"""
    )
    assert boxes
    for box in boxes:
        assert box["late"] < 60
        assert box["left"] > 0
        assert box["right"] <= 1280


def test_on_a_small_screen_notes_leave_the_text_alone(chapter: Path, visit: Go):
    page = visit(chapter, width=360).page
    assert page.locator(".margin-note").count() > 3
    for note in page.locator(".margin-note").all():
        expect(note).to_be_hidden()


# --- previews -------------------------------------------------------------------------------


def test_all_that_is_linked_can_be_previewed_and_nothing_else(articles: dict[str, Tag]):
    for name, article in articles.items():
        store = article.find("template")
        previews = {item["data-for"] for item in store.select("[data-for]")} if store else set()
        links = {
            link["href"]
            for link in article.select("a[href]")
            if link.select_one(".std-term") or link.find_parent(class_="bibtex-citation")
        }
        assert links <= previews, name
        assert previews <= {link["href"] for link in article.select("a[href]")}, name


def test_a_preview_of_a_citation_is_its_reference(articles: dict[str, Tag]):
    listed = {
        f"references.html#{item['id']}": plain(item)
        for item in articles["references"].select(".citation")
    }
    shown = articles["01-two-cornerstones"].select('template [data-kind="work"]')
    assert len(shown) > 50
    for item in shown:
        said = plain(BeautifulSoup(str(item), "html.parser"))
        assert said
        assert listed[item["data-for"]].startswith(said)


def test_no_link_has_a_second_preview_of_the_browser(articles: dict[str, Tag]):
    for name, article in articles.items():
        assert not article.select(".bibtex-citation a[title]"), name


def test_the_mouse_shows_a_preview_and_can_go_into_it(chapter: Path, visit: Go):
    page = visit(chapter).page
    link = first(page, ".bibtex-citation a")
    preview = page.locator("#preview")
    link.hover()
    expect(preview).to_be_visible()
    expect(preview).to_contain_text(link.inner_text())
    expect(preview.locator("a").first).to_have_attribute("href", re.compile("^https://"))
    preview.hover()
    page.wait_for_timeout(600)
    expect(preview).to_be_visible()
    page.mouse.move(5, 5)
    expect(preview).to_be_hidden()


@pytest.mark.slow
def test_escape_puts_a_preview_away_without_moving_the_mouse(chapter: Path, visit: Go):
    page = visit(chapter).page
    first(page, ".bibtex-citation a").hover()
    expect(page.locator("#preview")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#preview")).to_be_hidden()


def test_the_keyboard_shows_a_preview_and_reaches_its_link(chapter: Path, visit: Go):
    page = visit(chapter).page
    page.keyboard.press("Tab")
    link = first(page, ".bibtex-citation a")
    link.focus()
    preview = page.locator("#preview")
    expect(preview).to_be_visible()
    expect(link).to_have_attribute("aria-describedby", "preview")
    page.keyboard.press("Tab")
    expect(preview.locator("a").first).to_be_focused()
    expect(preview).to_be_visible()
    page.keyboard.press("Escape")
    expect(preview).to_be_hidden()
    expect(link).to_be_focused()
    page.keyboard.press("Tab")
    expect(link).not_to_be_focused()


@pytest.mark.slow
def test_a_first_tap_shows_the_definition_and_a_second_follows_the_link(chapter: Path, visit: Go):
    page = visit(chapter, width=360, height=740, has_touch=True, is_mobile=True).page
    here = page.url
    link = first(page, "a:has(> .std-term)")
    link.tap()
    preview = page.locator("#preview")
    expect(preview).to_be_visible()
    expect(preview).to_contain_text(link.inner_text())
    assert page.url == here
    box = preview.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360
    link.tap()
    page.wait_for_url("**/glossary.html#term-*")


def test_a_claim_can_be_read_where_it_is_named(chapter: Path, visit: Go):
    page = visit(chapter).page
    first(page, ".claim a").hover()
    expect(page.locator("#preview")).to_contain_text("Work for patient safety seems to derive")


@pytest.mark.slow
def test_without_scripts_terms_and_citations_are_plain_links(chapter: Path, visit: Go):
    page = visit(chapter, java_script_enabled=False).page
    first(page, ".bibtex-citation a").click()
    page.wait_for_url("**/references.html#ref-*")


def test_a_definition_in_the_margin_is_not_shown_twice(chapter: Path, visit: Go):
    page = visit(chapter, width=1280).page
    note = page.locator(".margin-note").first
    term = (note.get_attribute("id") or "").replace("note-", "#term-", 1)
    first(page, f'a[href$="{term}"]').hover()
    page.wait_for_timeout(500)
    expect(note).to_be_visible()
    assert not page.locator("#preview").is_visible()


# --- access for all -------------------------------------------------------------------------


def test_every_table_has_a_caption_headings_and_a_region(articles: dict[str, Tag]):
    for name, article in articles.items():
        for table in article.find_all("table"):
            assert plain(table.caption), name
            assert table.select("th[scope]"), name
            assert not table.select("th:not([scope])"), name
            # The literature table turns into cards on a small screen, and never scrolls.
            if "works" not in table["class"]:
                region = table.find_parent(attrs={"role": "region"})
                assert region.get("aria-label") or region.get("aria-labelledby"), name


def test_no_two_regions_of_a_page_have_one_name(articles: dict[str, Tag]):
    for name, article in articles.items():
        names = [region["aria-label"] for region in article.select(".table-region[aria-label]")]
        assert len(names) == len(set(names)), name


def test_every_picture_says_its_size(articles: dict[str, Tag]):
    for name, article in articles.items():
        for picture in article.select("figure img"):
            assert int(picture["width"]) > 100, name
            assert int(picture["height"]) > 100, name


def test_a_figure_says_in_short_what_it_is_and_in_full_under_it(articles: dict[str, Tag]):
    listed = pd.read_csv(ROOT / "figures" / "figures.csv")
    full = dict(zip("fig-" + listed["name"], listed["alt"], strict=True))
    for name in CHAPTERS:
        for figure in articles[name].select("figure[id]"):
            alt = full[figure["id"]]
            said = figure.img["alt"].removesuffix(" The full description is under the figure.")
            assert alt.startswith(said), figure["id"]
            assert 60 <= len(said) < 280, figure["id"]
            assert alt in plain(figure.find_next(class_="figure-told")), figure["id"]


def test_headings_leave_no_level_out(articles: dict[str, Tag]):
    for name, article in articles.items():
        levels = [int(heading.name[1]) for heading in article.select("h1, h2, h3, h4, h5, h6")]
        assert levels[0] == 1, name
        for above, below in zip(levels, levels[1:], strict=False):
            assert below <= above + 1, name


@pytest.mark.slow
def test_no_page_scrolls_sideways_at_400_per_cent(site: Path, visit: Go):
    page = visit(site / "chapters" / "index.html", width=320).page
    wide = []
    for path in sorted(site.glob("chapters/*.html")):
        page.goto(path.as_uri(), wait_until="domcontentloaded")
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            wide.append(path.stem)
    assert not wide


def test_only_a_table_that_scrolls_stops_the_keyboard(site: Path, visit: Go):
    page = visit(site / "chapters" / "codebook-and-scales.html", width=1280).page
    regions = page.locator(".table-region")
    scrolls = regions.evaluate_all("all => all.map(one => one.scrollWidth > one.clientWidth + 1)")
    stops = regions.evaluate_all("all => all.map(one => one.tabIndex === 0)")
    assert stops == scrolls
    assert not all(stops)


def faults(page: Page, within: str = "html") -> Iterator[str]:
    """Give in words what axe-core finds wrong with a page, or with a part of it."""
    for violation in Axe().run(page, context=within).response["violations"]:
        for node in violation["nodes"]:
            yield f"{violation['id']}: {node['target']}: {violation['help']}"


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.slow)])
def test_axe_finds_nothing_wrong_with_a_chapter(scheme: str, chapter: Path, visit: Go):
    assert not list(faults(visit(chapter, width=360, color_scheme=scheme).page))


@pytest.mark.slow
def test_axe_finds_nothing_wrong_with_a_preview(chapter: Path, visit: Go):
    page = visit(chapter, color_scheme="dark").page
    first(page, ".bibtex-citation a").hover()
    expect(page.locator("#preview")).to_be_visible()
    assert not list(faults(page, within="#preview"))


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 768, 1280])
def test_axe_finds_nothing_wrong_with_any_page(scheme: str, width: int, site: Path, visit: Go):
    page = visit(site / "chapters" / "index.html", width=width, color_scheme=scheme).page
    found = {}
    for path in sorted(site.glob("chapters/*.html")):
        page.goto(path.as_uri())
        wrong = list(faults(page))
        if wrong:
            found[path.stem] = wrong
    assert not found
