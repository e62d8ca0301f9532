"""What must hold when a reader opens the site: from the file system, and on a host's sub-path."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from browser import Visit


class Quiet(http.server.SimpleHTTPRequestHandler):
    """A host that serves the site under /safety/ and does not write down who asks."""

    def translate_path(self, path: str) -> str:
        """Return the file behind an address, or one that is not there."""
        inside = path.removeprefix("/safety/")
        return super().translate_path(f"/{inside}" if inside != path else "/not-there")

    def log_message(self, *arguments) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def host(published: Path) -> Iterator[str]:
    """Return the address under which the published site is served, below the host's root."""
    serve = functools.partial(Quiet, directory=str(published))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), serve) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/safety/"
        server.shutdown()


def names(site: Path) -> list[str]:
    """Return the addresses of all pages within the site, but for the front door, which leads on."""
    pages = sorted(path.relative_to(site).as_posix() for path in site.rglob("*.html"))
    return [page for page in pages if page != "index.html"]


def faults(seen: Visit) -> list[str]:
    """Return what went wrong while a page was opened and read to its end."""
    seen.page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    seen.page.wait_for_load_state("networkidle")
    broken = seen.page.evaluate(
        "[...document.images].filter(i => i.complete && !i.naturalWidth).map(i => i.src)"
    )
    return [
        *(f"asked outside: {url}" for url in seen.outside),
        *(f"could not load: {url}" for url in seen.failures),
        *(f"said: {text}" for text in seen.complaints),
        *(f"shows no picture: {url}" for url in broken),
    ]


@pytest.mark.slow
def test_every_page_opens_from_the_file_system_without_a_fault(
    site: Path, visit: Callable[..., Visit]
):
    found = {name: faults(visit(site / name, offline=True)) for name in names(site)}
    assert not {name: said for name, said in found.items() if said}


@pytest.mark.slow
def test_every_page_opens_on_a_host_below_its_root_without_a_fault(
    host: str, published: Path, visit: Callable[..., Visit]
):
    found = {name: faults(visit(host + name)) for name in names(published)}
    assert not {name: said for name, said in found.items() if said}


def test_the_front_door_leads_to_the_landing_page(site: Path, visit: Callable[..., Visit]):
    seen = visit(site / "index.html", offline=True)
    seen.page.wait_for_url("**/chapters/index.html")
    assert not faults(seen)


@pytest.mark.parametrize(
    "width", [320, *(pytest.param(wide, marks=pytest.mark.slow) for wide in (768, 1280))]
)
def test_a_chapter_is_no_wider_than_the_window(site: Path, visit: Callable[..., Visit], width: int):
    page = visit(site / "chapters" / "04-risk-over-time.html", width=width).page
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_reader_chooses_the_colours_and_finds_them_again(
    site: Path, visit: Callable[..., Visit]
):
    seen = visit(site / "chapters" / "glossary.html", color_scheme="light")
    theme = "document.documentElement.dataset.theme"
    assert seen.page.evaluate(theme) == "light"
    button = seen.page.locator("#book-theme-switch")
    while "dark" not in button.get_attribute("aria-label"):
        button.click()
    assert seen.page.evaluate(theme) == "dark"
    seen.page.goto((site / "chapters" / "index.html").as_uri())
    assert seen.page.evaluate(theme) == "dark"
    assert not faults(seen)


def test_without_a_choice_the_colours_follow_the_system(site: Path, visit: Callable[..., Visit]):
    seen = visit(site / "chapters" / "glossary.html", color_scheme="dark")
    assert seen.page.evaluate("document.documentElement.dataset.theme") == "dark"
    seen.page.emulate_media(color_scheme="light")
    seen.page.wait_for_selector("html[data-theme='light']")


def test_on_a_phone_the_contents_open_from_the_keyboard_and_close_again(
    site: Path, visit: Callable[..., Visit]
):
    page = visit(site / "chapters" / "04-risk-over-time.html", width=360).page
    chapter = page.get_by_role("link", name="9. How sure can we be")
    assert not chapter.is_visible()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.hash") == "#main-content"
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert chapter.is_visible()
    page.keyboard.press("Escape")
    assert not chapter.is_visible()
    assert page.evaluate("document.activeElement.id") == "book-sidebar-toggle"


@pytest.mark.slow
def test_on_a_phone_the_page_s_own_contents_lead_to_its_sections(
    site: Path, visit: Callable[..., Visit]
):
    page = visit(site / "chapters" / "04-risk-over-time.html", width=360).page
    page.locator("#book-contents-toggle").click()
    page.locator("#book-contents-dialog").get_by_text("The counter-case").click()
    assert page.url.endswith("#the-counter-case")
    assert not page.locator("#book-contents-dialog").is_visible()
    assert page.locator("#the-counter-case h2").is_visible()


@pytest.mark.slow
def test_the_section_that_is_read_is_marked_in_the_page_s_contents(
    site: Path, visit: Callable[..., Visit]
):
    page = visit(site / "chapters" / "04-risk-over-time.html").page
    page.evaluate("document.getElementById('the-counter-case').scrollIntoView()")
    page.wait_for_selector("#pst-page-toc-nav [aria-current]:has-text('The counter-case')")


def test_code_is_folded_and_can_be_opened_and_copied(site: Path, visit: Callable[..., Visit]):
    seen = visit(
        site / "chapters" / "04-risk-over-time.html",
        permissions=["clipboard-read", "clipboard-write"],
    )
    page = seen.page
    code = page.locator("details.code-fold .highlight pre").first
    assert not code.is_visible()
    page.locator("details.code-fold summary").first.click()
    assert code.is_visible()
    page.locator("details.code-fold .book-copy").first.click()
    page.get_by_text("Copied", exact=True).first.wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == code.inner_text().rstrip()
    assert not faults(seen)


def test_the_text_and_the_contents_can_be_read_without_scripts(
    site: Path, visit: Callable[..., Visit]
):
    page = visit(
        site / "chapters" / "04-risk-over-time.html", width=360, java_script_enabled=False
    ).page
    assert page.locator("#the-counter-case h2").is_visible()
    assert page.get_by_role("link", name="9. How sure can we be").is_visible()
    assert not page.locator("button").filter(visible=True).count()


def test_the_search_field_opens_from_the_keyboard_and_leads_to_what_is_found(
    site: Path, visit: Callable[..., Visit]
):
    seen = visit(site / "chapters" / "04-risk-over-time.html")
    page = seen.page
    page.keyboard.press("Control+k")
    page.keyboard.type("untapped")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=untapped")
    page.locator("#book-search-results a").first.click()
    page.wait_for_url("**/chapters/*.html*")
    assert not faults(seen)


def found(page, query: str) -> list[str]:
    """Return what the search page lists for a query, as text."""
    page.locator("main .book-search input").fill(query)
    page.locator("#book-search-status").filter(has_text=f"“{query}”").wait_for()
    return page.locator("#book-search-results > li").all_inner_texts()


@pytest.mark.slow
def test_search_finds_words_in_any_of_their_forms(site: Path, visit: Callable[..., Visit]):
    page = visit(site / "search.html").page
    assert found(page, "co-production") == found(page, "coproduction") != []
    assert found(page, "behaviour") == found(page, "behavior") != []
    assert found(page, "organisation") == found(page, "organization") != []
    assert found(page, "Bruggemann") == found(page, "Brüggemann") != []
    assert found(page, "strategies") == found(page, "strategy") != []


def test_search_finds_terms_sections_and_authors(site: Path, visit: Callable[..., Visit]):
    page = visit(site / "search.html").page
    assert found(page, "overreach")[0].split("\n\n")[:2] == ["overreach", "Glossary"]
    assert "The counter-case" in found(page, "counter-case")[0]
    assert any("References" in text and "Amalberti" in text for text in found(page, "Amalberti"))


def test_search_says_how_much_it_found_and_shows_where(site: Path, visit: Callable[..., Visit]):
    page = visit((site / "search.html").as_uri() + "?q=x").page
    assert len(found(page, "handover bedside")) > 1
    assert "passages found" in page.locator("#book-search-status").inner_text()
    marked = page.locator("#book-search-results li").first.locator("mark").all_inner_texts()
    assert {"handover", "bedside"} <= {text.lower() for text in marked}
    assert found(page, "zzzz") == []
    assert "Nothing found" in page.locator("#book-search-status").inner_text()
    assert page.locator("#book-search-status").get_attribute("role") == "status"


def test_what_is_searched_for_can_run_no_script(site: Path, visit: Callable[..., Visit]):
    seen = visit(site / "search.html")
    assert found(seen.page, "<img src=x onerror=alert(1)>") == []
    assert not seen.page.locator("#book-search-status img").count()
    assert not faults(seen)
