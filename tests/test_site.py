"""What must hold of the built site, before any browser opens it."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest
from book import pages
from bs4 import BeautifulSoup

LOADING = {
    "script": "src",
    "img": "src",
    "iframe": "src",
    "source": "src",
    "video": "src",
    "audio": "src",
    "embed": "src",
    "object": "data",
}
LOADED_LINKS = {"stylesheet", "preload", "modulepreload", "icon", "manifest", "preconnect"}


@pytest.fixture(scope="module")
def documents(site: Path) -> dict[Path, BeautifulSoup]:
    """Return every page of the site, parsed."""
    files = [path for path in site.rglob("*.html") if "_static" not in path.parts]
    return {path: BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser") for path in files}


def test_every_page_of_the_contents_is_built(site: Path):
    for page in pages():
        assert (site / "chapters" / f"{page.stem}.html").is_file()


def test_no_page_loads_anything_from_elsewhere(documents: dict[Path, BeautifulSoup]):
    outside = []
    for path, document in documents.items():
        for tag, attribute in LOADING.items():
            outside += [(path.name, found.get(attribute)) for found in document.find_all(tag)]
        for link in document.find_all("link"):
            if LOADED_LINKS & set(link.get("rel", [])):
                outside.append((path.name, link.get("href")))
    outside = [
        (page, address) for page, address in outside if re.match(r"(https?:)?//", address or "")
    ]
    assert not outside


def test_no_style_sheet_loads_anything_from_elsewhere(site: Path):
    loads = re.compile(r"(?:@import\s+|url\()\s*[\"']?((?:https?:)?//[^\"')]+)")
    found = {
        str(path.relative_to(site)): loads.findall(path.read_text(encoding="utf-8"))
        for path in site.rglob("*.css")
    }
    assert not {path: addresses for path, addresses in found.items() if addresses}


def test_every_internal_link_leads_to_a_page_and_a_place_in_it(
    site: Path, documents: dict[Path, BeautifulSoup]
):
    targets = {
        path: {tag["id"] for tag in document.find_all(id=True)}
        | {tag["name"] for tag in document.find_all("a", attrs={"name": True})}
        for path, document in documents.items()
    }
    broken = []
    for path, document in documents.items():
        for link in document.find_all("a", href=True):
            address, anchor = urldefrag(link["href"])
            if re.match(r"[a-z]+:|//", address):
                continue
            goal = (path.parent / unquote(address)).resolve() if address else path
            missing = not goal.is_file()
            if anchor and goal in targets and not missing:
                missing = unquote(anchor) not in targets[goal]
            if missing:
                broken.append((str(path.relative_to(site)), link["href"]))
    assert not broken


def test_every_picture_is_there_and_says_what_it_shows(
    site: Path, documents: dict[Path, BeautifulSoup]
):
    for path, document in documents.items():
        for picture in document.find_all("img"):
            assert (path.parent / unquote(picture["src"])).resolve().is_file(), picture["src"]
            if picture.find_parent("figure"):
                assert len(picture.get("alt", "")) > 80, (path.name, picture["src"])


def test_no_address_of_the_book_appears_when_none_is_known(documents: dict[Path, BeautifulSoup]):
    for path, document in documents.items():
        assert not document.find("link", rel="canonical"), path.name
        assert "executablebooks/jupyter-book" not in str(document.find("header") or ""), path.name


def test_every_page_says_in_which_language_it_is(documents: dict[Path, BeautifulSoup]):
    for path, document in documents.items():
        assert document.html["lang"] == "en", path.name


def test_the_front_door_leads_to_the_landing_page(site: Path, documents: dict[Path, BeautifulSoup]):
    door = documents[site / "index.html"]
    assert door.a["href"] == "chapters/index.html"
    assert (site / door.a["href"]).is_file()
