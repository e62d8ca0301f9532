"""What must hold of the built site, before any browser opens it."""

from __future__ import annotations

import gzip
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urldefrag

import pytest
from book import ROOT, numbered, pages
from bs4 import BeautifulSoup
from conftest import ADDRESSES
from PIL import Image

sys.path.insert(0, str(ROOT / "tools" / "sphinx"))

import slim

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
HEAVIEST_PAGE = 600_000
MOST_REQUESTS = 25
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


def test_code_that_stands_together_folds_as_one(documents: dict[Path, BeautifulSoup]):
    folds = 0
    for path, document in documents.items():
        for fold in document.select("div.cell > details.code-fold:first-child"):
            folds += 1
            following = fold.parent.find_next_sibling()
            if fold.find_next_sibling() is None and following is not None:
                assert not following.select(":scope.cell > details.code-fold"), path.name
    assert folds > 50


def test_what_unfolds_a_table_has_the_name_of_the_table(documents: dict[Path, BeautifulSoup]):
    folds = [fold for page in documents.values() for fold in page.select("details.output-fold")]
    assert len(folds) > 1
    for fold in folds:
        assert fold.summary.get_text() == fold.caption.get_text()


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


# --- what a page may load -------------------------------------------------------------------


def test_every_page_forbids_what_is_not_its_own(documents: dict[Path, BeautifulSoup]):
    for path, document in documents.items():
        metas = document.head.find_all("meta")
        assert metas[0].get("charset") == "utf-8", path.name
        assert metas[1]["http-equiv"] == "Content-Security-Policy", path.name
        rules = dict(rule.strip().split(" ", 1) for rule in metas[1]["content"].split(";"))
        assert rules.pop("default-src") == "'none'"
        assert {rules.pop(name, "'none'") for name in ("base-uri", "object-src")} == {"'none'"}
        assert {"data:", "blob:", "'self'"} >= set(rules.pop("img-src").split())
        assert set(rules) <= {"script-src", "style-src", "connect-src", "form-action"}, path.name
        assert set(rules.values()) <= {"'self'"}, path.name


def test_no_page_holds_a_script_or_a_style_of_its_own(documents: dict[Path, BeautifulSoup]):
    for path, document in documents.items():
        for script in document.find_all("script"):
            data = script.get("type") in ("application/json", "application/ld+json")
            assert script.get("src") or data, (path.name, str(script)[:200])
        assert not document.find_all("style"), path.name
        for tag in document.find_all(True):
            own = [name for name in tag.attrs if name == "style" or name.startswith("on")]
            assert not own, (path.name, str(tag)[:200])


# --- weight ---------------------------------------------------------------------------------


def loaded(path: Path, document: BeautifulSoup) -> Iterator[Path]:
    """Give each file that a browser asks for to show a page, the page itself first."""
    addresses = [link["href"] for link in document.select("link[rel~=stylesheet]")]
    icons = document.select("link[rel~=icon]")
    addresses += [icons[-1]["href"]] if icons else []
    addresses += [tag["src"] for tag in document.select("script[src], img[src]")]
    yield path
    for address in dict.fromkeys(addresses):
        yield path.parent / unquote(address.partition("?")[0])


def test_every_page_is_light_and_asks_for_little(documents: dict[Path, BeautifulSoup]):
    for path, document in documents.items():
        files = list(loaded(path, document))
        weight = sum(len(gzip.compress(file.read_bytes())) for file in files)
        assert weight <= HEAVIEST_PAGE, (path.name, weight)
        assert len(files) <= MOST_REQUESTS, (path.name, len(files))


def test_nothing_is_shipped_that_no_page_names(site: Path, documents: dict[Path, BeautifulSoup]):
    named = set()
    for path, document in documents.items():
        for tag in document.find_all(True):
            for value in tag.attrs.values():
                address = value if isinstance(value, str) else ""
                named.add((path.parent / unquote(address.partition("?")[0])).resolve())
    for sheet in site.rglob("*.css"):
        named |= slim.referenced_by_style(sheet)
    stray = {
        path.relative_to(site).as_posix()
        for path in site.rglob("*")
        if path.is_file() and path.suffix != ".html" and path.resolve() not in named
    }
    stray -= set(slim.KEPT)
    assert not {name for name in stray if name.partition("/")[0] not in slim.KEPT_FOLDERS}


def test_the_theme_s_styles_keep_what_pages_and_scripts_use_and_nothing_else():
    page = slim.BuiltPage(Path("x.html"), tags={"p", "a"}, ids={"here"}, classes={"seen"})
    names = slim.Names([page], words=["opened"])
    css = """
      /* a comment */ .seen, .unseen { color: red } .seen.opened > a { --kept: 1px }
      #here p { margin: 0 } #there p { margin: 0 } h6 { margin: 0 }
      :is(.unseen, p):not(.unseen)::before { color: var(--kept) }
      @media (min-width: 1px) { .unseen { color: red } a:hover { color: red !important } }
      @font-face { font-family: "Icons"; src: url(icons.woff2) }
    """
    assert slim.purge(css, names).splitlines() == [
        ".seen{color:red}",
        ".seen.opened > a{--kept:1px}",
        "#here p{margin:0}",
        ":is(.unseen, p):not(.unseen)::before{color:var(--kept)}",
        "@media (min-width: 1px){a:hover{color:red!important}}",
    ]
    assert "--kept" in slim.drop_unread(slim.purge(css, names), "", names)
    assert "--kept" not in slim.drop_unread(".seen{--kept:1px;color:red}", "", names)


# --- what a page says of itself -------------------------------------------------------------


def content(document: BeautifulSoup, name: str) -> list[str]:
    """Return what the tags of the head with a name say."""
    found = document.head.find_all("meta", attrs={"name": name})
    found += document.head.find_all("meta", attrs={"property": name})
    return [tag["content"] for tag in found]


def test_every_page_says_what_it_is_once(documents: dict[Path, BeautifulSoup]):
    seen = {}
    for path, document in documents.items():
        assert len(content(document, "viewport")) == 1, path.name
        assert len(document.head.find_all("title")) == 1, path.name
        if path.parent.name != "chapters":
            continue
        for name in ("description", "og:title", "og:description", "og:type", "og:locale"):
            assert len(content(document, name)) == 1, (path.name, name)
        assert content(document, "og:site_name") == ["Co-producing Patient Safety"]
        (description,) = content(document, "description")
        assert 50 < len(description) < 400, (path.name, description)
        assert description[-1] in ".?”", (path.name, description)
        assert seen.setdefault(description, path.name) == path.name
        assert len(document.head.select("link[rel=icon]")) == 2, path.name


def test_a_chapter_is_described_by_its_question_and_the_first_sentence_of_its_answer(
    documents: dict[Path, BeautifulSoup],
):
    described = 0
    for path, document in documents.items():
        box = document.select_one(".admonition.question")
        if box is not None:
            _, asked, answer = (" ".join(p.get_text().split()) for p in box.find_all("p")[:3])
            question, mark, first = content(document, "description")[0].partition("? ")
            assert asked == f"Question. {question}?" and mark, path.name
            assert first and answer.startswith(first), path.name
            described += 1
    assert described == len(numbered())


def test_addresses_and_cards_are_told_only_where_the_address_is_known(
    site: Path, published: Path, documents: dict[Path, BeautifulSoup]
):
    base = ADDRESSES["BOOK_BASE_URL"]
    assert not (site / "sitemap.xml").exists()
    assert not (site / "robots.txt").exists()
    assert not (site / "_static" / "cards").exists()
    for document in documents.values():
        assert not content(document, "og:url") + content(document, "og:image")
    listed = (published / "sitemap.xml").read_text(encoding="utf-8")
    assert f"Sitemap: {base}sitemap.xml" in (published / "robots.txt").read_text("utf-8")
    for page in pages():
        address = f"{base}chapters/{page.stem}.html"
        path = published / "chapters" / f"{page.stem}.html"
        document = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        assert [link["href"] for link in document.select("link[rel=canonical]")] == [address]
        assert content(document, "og:url") == [address]
        assert listed.count(f"<loc>{address}</loc>") == 1
        (picture,) = content(document, "og:image")
        with Image.open(published / picture.removeprefix(base)) as card:
            assert card.size == (1200, 630)
    assert listed.count("<loc>") == len(pages())


def test_every_page_says_of_which_version_it_is_and_that_it_is_not_reviewed(
    documents: dict[Path, BeautifulSoup],
):
    for path, document in documents.items():
        if path.parent.name == "chapters":
            foot = document.select_one(".book-footer").get_text()
            assert "Version 0." in foot, path.name
            assert "Nothing in this book is peer reviewed" in foot, path.name


# --- ways out -------------------------------------------------------------------------------


def menu(path: Path) -> dict[str, str]:
    """Return the addresses in the menus of a page, by their text."""
    document = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
    return {link.get_text(strip=True): link["href"] for link in document.select(".book-menu a")}


def test_a_notebook_can_be_run_and_improved_elsewhere_where_its_sources_are_known(
    site: Path, published: Path
):
    assert menu(site / "chapters" / "04-risk-over-time.html") == {}
    links = menu(published / "chapters" / "04-risk-over-time.html")
    notebook = "chapters/04-risk-over-time.ipynb"
    assert links["Binder"].endswith(f"/example/safety/main?urlpath=tree/{notebook}")
    assert links["Colab"].endswith(f"/github/example/safety/blob/main/{notebook}")
    assert links["Suggest edit"].endswith(f"/example/safety/edit/main/{notebook}")
    assert links["Repository"] == ADDRESSES["BOOK_REPOSITORY_URL"]
    assert links["Open issue"].startswith(f"{ADDRESSES['BOOK_REPOSITORY_URL']}/issues/new?")
    assert "JupyterHub" not in links
    assert "Binder" not in menu(published / "chapters" / "glossary.html")


def test_the_page_for_what_is_not_there_works_at_any_depth(site: Path, published: Path):
    alone = BeautifulSoup((site / "404.html").read_text(encoding="utf-8"), "html.parser")
    assert not alone.select("[src], link, form, a")
    document = BeautifulSoup((published / "404.html").read_text(encoding="utf-8"), "html.parser")
    addresses = [tag.get("href") or tag.get("src") for tag in document.select("[href], [src]")]
    addresses.append(document.form["action"])
    assert len(addresses) > len(pages())
    for address in addresses:
        assert address.startswith("/safety/"), address
        assert (published / address.removeprefix("/safety/").partition("?")[0]).is_file(), address
