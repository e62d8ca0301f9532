"""What several test modules share: the built site, and a browser to open it in."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from book import ROOT
from browser import FLAGS, MISSING, Visit, chromium
from engine import write_page
from filelock import FileLock
from hypothesis import settings
from playwright.sync_api import Browser, Page, sync_playwright

# How long an example takes says more of the machine than of the code.
settings.register_profile("book", deadline=None)
settings.load_profile("book")

ADDRESSES = {
    "BOOK_BASE_URL": "https://book.example.org/safety/",
    "BOOK_REPOSITORY_URL": "https://github.com/example/safety",
}
"""Invented addresses, as they would be set where the book is published."""


FIRST = ("browser", "data", "plan", "planner", "reading", "gallery", "literature_table", "citing")
"""The longest modules, begun first so that the workers end together. While one of them builds the
site for the first, the others have what needs no site."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest modules first, and count as slow what needs the site a second time."""
    order = {f"test_{name}": place for place, name in enumerate(FIRST)}
    items.sort(key=lambda item: order.get(item.path.stem, len(order)))
    for item in items:
        if "published" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.slow)


def build(folder: Path, addresses: dict[str, str]) -> Path:
    """Build the site once for all workers of this run, and return its folder."""
    folder.mkdir(parents=True, exist_ok=True)
    done = folder / "done"
    with FileLock(folder / "lock"):
        if not done.exists():
            own = {name: text for name, text in os.environ.items() if not name.startswith("BOOK_")}
            run = subprocess.run(
                [sys.executable, str(ROOT / "tools" / "build_site.py"), str(folder)],
                env=own | addresses,
                capture_output=True,
                text=True,
            )
            assert run.returncode == 0, run.stderr
            done.touch()
    return folder / "_build" / "html"


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder that all workers of this run have in common."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session")
def site(shared: Path) -> Path:
    """Return a site built now, with no address of the published book known."""
    return build(shared / "site", {})


@pytest.fixture(scope="session")
def published(shared: Path) -> Path:
    """Return a site built as for publishing, with the invented `ADDRESSES`."""
    return build(shared / "published", ADDRESSES)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Return a headless Chromium; where none is found, the test is skipped and says so."""
    path = chromium()
    if path is None:
        pytest.skip(MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def visit(browser: Browser) -> Iterator[Callable[..., Visit]]:
    """Return a function that opens an address in a clean profile: `visit(url, width=360)`.

    Further keywords go to `Browser.new_context`: `color_scheme="dark"`, `offline=True`, ….
    """
    contexts = []

    def go(url: str | Path, width: int = 1280, height: int = 900, **options) -> Visit:
        options = {"viewport": {"width": width, "height": height}, **options}
        context = browser.new_context(**options)
        contexts.append(context)
        seen = Visit(context.new_page())
        seen.watch()
        seen.page.goto(url.as_uri() if isinstance(url, Path) else url, wait_until="load")
        return seen

    yield go
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def engine(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """Return a page, opened from the file system, with the planner's modules and its `book`."""
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.goto(write_page(tmp_path_factory.mktemp("engine")).as_uri())
    page.evaluate(
        "() => { window.book = planner.openBook("
        'JSON.parse(document.getElementById("book").textContent)); }'
    )
    yield page
    context.close()


def pytest_terminal_summary(terminalreporter) -> None:
    """Say plainly at the end when the browser checks were left out."""
    skipped = [
        report
        for report in terminalreporter.stats.get("skipped", [])
        if MISSING in report.longreprtext
    ]
    if skipped:
        terminalreporter.write_line(f"Browser checks skipped ({len(skipped)}): {MISSING}.")
