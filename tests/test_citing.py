"""How to cite the book: one source, formatted by rule, with nothing invented."""

from __future__ import annotations

import json
import re
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pybtex.database
import pytest
import rispy
from axe_playwright_python.sync_playwright import Axe
from book import ROOT, listed_in_contents, numbered, pages, table
from browser import Visit
from bs4 import BeautifulSoup
from conftest import ADDRESSES

from partnership import __main__, citing, metadata, references

BASE = "https://book.example.org/safety"
AUTHOR = "Co-producing Patient Safety contributors"
BOOK = "executable book on evidence, partnership and untapped resources"

RECORDS = {
    "book": citing.book_record(BASE),
    "chapter": citing.chapter_record("05-where-safety-work-comes-from", BASE),
    "appendix": citing.chapter_record("glossary", BASE),
    "figure": citing.figure_record("contested-trend", BASE),
    "dataset": citing.dataset_record(BASE),
    "code": citing.software_record(BASE),
}

# Checked by hand against the manuals: for APA the Publication Manual, 7th edition (10.2 books, 10.3
# chapters, 10.9 data sets, 10.10 software; 6.17 for titles in sentence case); for Vancouver
# "Citing Medicine", 2nd edition (chapter 22, books on the Internet). Place and publisher, which the
# second asks for, are not known and left out.
APA = {
    "book": f"{AUTHOR}. (2026). Co-producing patient safety: An {BOOK} (Version 0.1.0). {BASE}/",
    "chapter": f"{AUTHOR}. (2026). Where safety work comes from. In Co-producing patient safety: "
    f"An {BOOK} (Version 0.1.0, Chapter 5). {BASE}/chapters/05-where-safety-work-comes-from.html",
    "appendix": f"{AUTHOR}. (2026). Glossary. In Co-producing patient safety: An {BOOK} "
    f"(Version 0.1.0). {BASE}/chapters/glossary.html",
    "figure": f"{AUTHOR}. (2026). Did harm fall in Swedish hospitals? [Figure contested-trend]. In "
    f"Co-producing patient safety: An {BOOK} (Version 0.1.0, Chapter 4). "
    f"{BASE}/chapters/04-risk-over-time.html#fig-contested-trend",
    "dataset": f"{AUTHOR}. (2026). The dataset of Co-producing patient safety (Version 0.1.0) "
    f"[Data set]. {BASE}/chapters/reproduce-and-cite.html",
    "code": f"{AUTHOR}. (2026). partnership: The literature dataset, partnership model and figures "
    "of the book Co-producing patient safety (Version 0.1.0) [Computer software]. "
    f"{BASE}/chapters/reproduce-and-cite.html",
}
VANCOUVER = {
    "book": f"{AUTHOR}. Co-producing patient safety: an {BOOK} [Internet]. Version 0.1.0. 2026. "
    f"Available from: {BASE}/",
    "chapter": f"{AUTHOR}. Where safety work comes from. In: Co-producing patient safety: an "
    f"{BOOK} [Internet]. Version 0.1.0. 2026. Available from: "
    f"{BASE}/chapters/05-where-safety-work-comes-from.html",
    "appendix": f"{AUTHOR}. Glossary. In: Co-producing patient safety: an {BOOK} [Internet]. "
    f"Version 0.1.0. 2026. Available from: {BASE}/chapters/glossary.html",
    "figure": f"{AUTHOR}. Did harm fall in Swedish hospitals? [Figure contested-trend]. In: "
    f"Co-producing patient safety: an {BOOK} [Internet]. Version 0.1.0. 2026. Available from: "
    f"{BASE}/chapters/04-risk-over-time.html#fig-contested-trend",
    "dataset": f"{AUTHOR}. The dataset of Co-producing patient safety [dataset] [Internet]. "
    f"Version 0.1.0. 2026. Available from: {BASE}/chapters/reproduce-and-cite.html",
    "code": f"{AUTHOR}. partnership: The literature dataset, partnership model and figures of the "
    "book Co-producing patient safety [computer software] [Internet]. Version 0.1.0. 2026. "
    f"Available from: {BASE}/chapters/reproduce-and-cite.html",
}


def this_release(text: str) -> str:
    """Return an expected text with the version and year that `CITATION.cff` states."""
    return text.replace("0.1.0", citing.version()).replace("2026", citing.released()[:4])


def every_record(base: str | None = None) -> list[citing.Record]:
    """Return the records of all that the book offers to cite."""
    return [
        *(citing.chapter_record(stem, base) for stem in citing.chapters()),
        *(citing.figure_record(name, base) for name in citing.figures()),
        citing.dataset_record(base),
        citing.software_record(base),
    ]


# --- records -------------------------------------------------------------------------------


def test_every_page_of_the_contents_can_be_cited_under_its_number():
    assert list(citing.chapters()) == listed_in_contents()
    assert {stem: number for stem, number in citing.chapters().items() if number} == {
        page.stem: str(int(page.stem[:2])) for page in numbered()
    }


def test_every_figure_can_be_cited():
    assert list(citing.figures()) == [row["name"] for row in table("figures/figures.csv")]
    for name in citing.figures():
        title = citing.figure_title(name)
        assert 20 < len(title) < 150, (name, title)
        assert title.count("(") == title.count(")"), title


def test_each_record_is_complete_and_has_a_key_of_its_own():
    records = every_record(BASE)
    assert len({record["id"] for record in records}) == len(records)
    for record in records:
        assert record["author"] == [{"literal": AUTHOR}]
        assert record["title"] and record["version"] == citing.version()
        assert "-".join(f"{part:02}" for part in record["issued"]["date-parts"][0]) == (
            citing.released()
        )
        assert ("container-title" in record) == (record["type"] in {"chapter", "figure"})
        assert all(record.values()), "an empty field should be left out"


def test_nothing_is_claimed_that_nobody_knows():
    for record in [*every_record(BASE), citing.abstract_record()]:
        assert not {"DOI", "ISBN", "publisher", "publisher-place"} & set(record)


def test_no_address_is_given_where_none_is_known(monkeypatch):
    monkeypatch.delenv("BOOK_BASE_URL", raising=False)
    one_of_each = {record["type"]: record for record in every_record()}
    for record in every_record():
        assert "URL" not in record
        assert "http" not in citing.bibtex(record) + citing.ris(record), record["id"]
    for record in one_of_each.values():
        for style in citing.STYLES:
            text = citing.formatted(record, style, html=True)
            assert "http" not in text and "Internet" not in text, record["id"]


@pytest.mark.parametrize("base", [BASE, BASE + "/"])
def test_the_address_of_the_published_book_is_taken_from_the_environment(monkeypatch, base):
    monkeypatch.setenv("BOOK_BASE_URL", base)
    assert every_record() == every_record(BASE)
    assert citing.book_record()["URL"] == BASE + "/"
    assert citing.chapter_record("glossary")["URL"] == BASE + "/chapters/glossary.html"


def test_the_abstract_has_its_own_authors_and_no_year():
    record = citing.abstract_record()
    assert [name["family"] for name in record["author"]] == [
        "Ockander", "Brüggemann", "Persson", "Andersson Gäre", "Wijma",
    ]  # fmt: skip
    assert "issued" not in record and "URL" not in record
    assert citing.formatted(record, "APA") == (
        "Ockander, M., Brüggemann, J., Persson, A., Andersson Gäre, B., & Wijma, B. (n.d.). "
        "The co-production of patient safety [Conference abstract, programme no. 30R]."
    )
    assert citing.formatted(record, "Vancouver") == (
        "Ockander M, Brüggemann J, Persson A, Andersson Gäre B, Wijma B. "
        "The co-production of patient safety [Conference abstract, programme no. 30R]."
    )


# --- as text -------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", RECORDS)
def test_a_citation_is_formatted_as_the_manuals_ask(kind):
    assert citing.formatted(RECORDS[kind], "APA") == this_release(APA[kind])
    assert citing.formatted(RECORDS[kind], "Vancouver") == this_release(VANCOUVER[kind])


def test_without_an_address_a_citation_says_as_much_as_is_known():
    record = citing.chapter_record("05-where-safety-work-comes-from", "")
    assert citing.formatted(record, "APA") == this_release(
        f"{AUTHOR}. (2026). Where safety work comes from. In Co-producing patient safety: "
        f"An {BOOK} (Version 0.1.0, Chapter 5)."
    )
    assert citing.formatted(record, "Vancouver") == this_release(
        f"{AUTHOR}. Where safety work comes from. In: Co-producing patient safety: an {BOOK}. "
        "Version 0.1.0. 2026."
    )


def test_as_html_the_book_stands_in_italics_and_the_address_is_a_link():
    html = citing.formatted(RECORDS["chapter"], "APA", html=True)
    url = RECORDS["chapter"]["URL"]
    assert f'<a href="{url}">{url}</a>' in html
    assert f"In <i>Co-producing patient safety: An {BOOK}</i> (" in html
    assert "&amp; Wijma" in citing.formatted(citing.abstract_record(), "APA", html=True)


def test_bibtex_gives_back_what_the_record_says():
    for record in [*every_record(BASE), citing.abstract_record()]:
        entries = pybtex.database.parse_string(citing.bibtex(record), "bibtex").entries
        assert list(entries) == [record["id"]]
        entry = entries[record["id"]]
        assert entry.fields["title"] == "{" + references.to_latex(record["title"]) + "}"
        assert entry.fields.get("url") == record.get("URL")
        assert entry.fields.get("chapter") == record.get("chapter-number")
        booktitle = record.get("container-title")
        assert entry.fields.get("booktitle") == (booktitle and "{" + booktitle + "}")
        if "version" in record:
            assert [str(person) for person in entry.persons["author"]] == ["{" + AUTHOR + "}"]
            assert f"Version {record['version']}" in entry.fields["note"]
            assert entry.fields["year"] == citing.released()[:4]


def test_ris_gives_back_what_the_record_says():
    for record in [*every_record(BASE), citing.abstract_record()]:
        (entry,) = rispy.loads(citing.ris(record))
        assert entry["id"] == record["id"]
        assert entry["type_of_reference"] in rispy.TYPE_OF_REFERENCE_MAPPING
        assert entry["title"] == record["title"]
        assert entry.get("secondary_title") == record.get("container-title")
        assert entry.get("urls", [None])[0] == record.get("URL")
        if "version" in record:
            assert entry["authors"] == [AUTHOR]
            assert entry["edition"] == f"Version {record['version']}"
            assert entry["date"].replace("/", "-") == citing.released()


# --- files for archives and catalogues -----------------------------------------------------

# What Zenodo's documentation of deposit metadata knows and asks for (developers.zenodo.org,
# "Deposit metadata"), with the fields for publications.
ZENODO_REQUIRED = {
    "upload_type", "publication_type", "publication_date", "title", "creators", "description",
    "access_right", "license",
}  # fmt: skip
ZENODO_KNOWN = ZENODO_REQUIRED | {"keywords", "notes", "language", "references", "version"}
# Terms of schema.org that codemeta.github.io/terms takes up for SoftwareSourceCode.
CODEMETA_KNOWN = {
    "@context", "@type", "name", "alternateName", "description", "author", "version",
    "datePublished", "license", "keywords", "programmingLanguage", "runtimePlatform",
    "softwareRequirements", "isAccessibleForFree", "citation",
}  # fmt: skip


def test_the_files_derived_from_the_citation_file_are_current():
    assert metadata.current() == []


def test_the_description_for_zenodo_says_what_the_citation_file_says():
    described = json.loads((ROOT / ".zenodo.json").read_text(encoding="utf-8"))
    assert ZENODO_REQUIRED <= set(described) <= ZENODO_KNOWN
    cff = citing.citation()
    assert (described["title"], described["version"]) == (cff["title"], str(cff["version"]))
    assert described["publication_date"] == str(cff["date-released"])


@pytest.mark.slow  # its tool is installed for the slow tests alone
def test_the_description_for_zenodo_says_what_another_tool_makes_of_the_citation_file():
    described = json.loads((ROOT / ".zenodo.json").read_text(encoding="utf-8"))
    tool = ROOT / ".venv-cff" / "bin" / "cffconvert"
    run = subprocess.run(
        [tool, "--format", "zenodo"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    converted = json.loads(run.stdout)
    for field in ("title", "creators", "version", "publication_date", "keywords", "description"):
        assert described[field] == converted[field], field


def test_the_description_of_the_code_says_what_the_citation_file_says():
    described = json.loads((ROOT / "codemeta.json").read_text(encoding="utf-8"))
    assert set(described) == CODEMETA_KNOWN
    cff = citing.citation()
    assert (described["name"], described["version"]) == (cff["title"], str(cff["version"]))
    assert described["author"] == [{"@type": "Organization", "name": AUTHOR}]
    assert [name.removeprefix(metadata.SPDX) for name in described["license"]] == cff["license"]
    assert described["citation"]["author"][0]["familyName"] == "Ockander"


def test_a_new_version_is_typed_once_and_reaches_every_file(monkeypatch, tmp_path, capsys):
    (tmp_path / "partnership").mkdir()
    for name in metadata.FILES:
        (tmp_path / name).write_bytes((ROOT / name).read_bytes())
    monkeypatch.setattr(metadata, "ROOT", tmp_path)
    monkeypatch.setattr(metadata, "PACKAGE", tmp_path / "partnership" / "__init__.py")
    newer = citing.citation() | {"version": "9.8.7", "date-released": "2031-02-03"}
    monkeypatch.setattr(citing, "citation", lambda: newer)
    assert metadata.current() == list(metadata.FILES)
    assert __main__.main(["references", "--check"]) == 2
    assert "stale: .zenodo.json, codemeta.json, partnership/__init__.py;" in capsys.readouterr().err
    metadata.write()
    assert metadata.current() == []
    for name in metadata.FILES:
        assert "9.8.7" in (tmp_path / name).read_text(encoding="utf-8")
    assert "2031-02-03" in (tmp_path / ".zenodo.json").read_text(encoding="utf-8")
    assert "(2031)" in citing.formatted(citing.book_record(""), "APA")


# --- tags in the pages ---------------------------------------------------------------------


def parsed(site: Path) -> dict[str, BeautifulSoup]:
    """Return the pages of the book in a site by their stems, parsed."""
    return {
        page.stem: BeautifulSoup(
            (site / "chapters" / f"{page.stem}.html").read_text(encoding="utf-8"), "html.parser"
        )
        for page in pages()
    }


@pytest.fixture(scope="module")
def unpublished_pages(site: Path) -> dict[str, BeautifulSoup]:
    return parsed(site)


@pytest.fixture(scope="module")
def published_pages(published: Path) -> dict[str, BeautifulSoup]:
    return parsed(published)


def named(page: BeautifulSoup) -> dict[str, list[str]]:
    """Return the contents of a page's meta tags by name."""
    found: dict[str, list[str]] = {}
    for tag in page.head.find_all("meta", attrs={"name": True}):
        found.setdefault(tag["name"], []).append(tag["content"])
    return found


def linked_data(page: BeautifulSoup) -> dict[str, dict]:
    """Return what a page says in JSON-LD, by type."""
    (block,) = page.head.find_all("script", type="application/ld+json")
    described = json.loads(block.string)
    assert described["@context"] == "https://schema.org"
    return {item["@type"]: item for item in described["@graph"]}


def test_google_scholar_finds_what_its_guidelines_ask_for(unpublished_pages, published_pages):
    # scholar.google.com/intl/en/scholar/inclusion.html, "Indexing guidelines": a page needs title,
    # authors and date of publication, the date as YYYY/MM/DD, or its tags are not used at all; the
    # address of a PDF only where there is one.
    for documents in (unpublished_pages, published_pages):
        for stem, page in documents.items():
            tags = named(page)
            assert tags["citation_title"] == [citing.chapter_record(stem)["title"]]
            assert tags["citation_author"] == [AUTHOR]
            assert tags["citation_publication_date"] == [citing.released().replace("-", "/")]
            assert re.fullmatch(r"\d{4}/\d\d/\d\d", tags["citation_publication_date"][0])


def test_zotero_saves_a_chapter_as_part_of_the_book(published_pages):
    # zotero.org/support/dev/exposing_metadata, and what its translators "Embedded Metadata" and
    # "RDF" read: citation_book_title makes a book section; so does DC.type "Book chapter", where
    # "Book" makes a book; citation_public_url is the address.
    landing, *rest = published_pages.items()
    for stem, page in rest:
        tags = named(page)
        assert tags["citation_book_title"] == [citing.citation()["title"]]
        assert tags["citation_inbook_title"] == tags["citation_book_title"]
        assert tags["DC.type"] == ["Book chapter"]
        assert tags["citation_public_url"] == [f"{ADDRESSES['BOOK_BASE_URL']}chapters/{stem}.html"]
    tags = named(landing[1])
    assert tags["DC.type"] == ["Book"] and "citation_book_title" not in tags
    assert tags["citation_public_url"] == [ADDRESSES["BOOK_BASE_URL"]]


def test_dublin_core_tags_name_their_vocabulary(unpublished_pages):
    for page in unpublished_pages.values():
        tags = named(page)
        for prefix, url in metadata.DUBLIN_CORE.items():
            assert page.head.find("link", rel=f"schema.{prefix}")["href"] == url
        assert tags["DC.creator"] == [AUTHOR]
        assert tags["DCTERMS.issued"] == [citing.released()]
        assert tags["DC.rights"] == ["https://creativecommons.org/licenses/by/4.0/"]


def test_no_tag_holds_an_address_of_the_book_when_none_is_known(unpublished_pages):
    for page in unpublished_pages.values():
        tags = named(page)
        assert not {"citation_public_url", "citation_pdf_url", "DC.identifier"} & set(tags)
        for described in linked_data(page).values():
            assert not {"url", "@id", "distribution"} & set(described)
        assert "BreadcrumbList" not in linked_data(page)


def test_each_page_describes_itself_in_linked_data(published_pages):
    base = ADDRESSES["BOOK_BASE_URL"]
    landing, *rest = published_pages
    book = linked_data(published_pages[landing])["Book"]
    assert (book["name"], book["url"]) == (citing.citation()["title"], base)
    assert [part["url"] for part in book["hasPart"]] == [
        f"{base}chapters/{stem}.html" for stem in rest
    ]
    for stem in rest:
        described = linked_data(published_pages[stem])
        chapter = described["Chapter"]
        assert chapter["name"] == citing.chapter_title(stem)
        assert chapter.get("position") == (
            int(citing.chapters()[stem]) if citing.chapters()[stem] else None
        )
        assert chapter["isPartOf"]["@id"] == book["@id"]
        for field in ("author", "license", "version", "datePublished", "inLanguage", "url"):
            assert chapter[field], (stem, field)
        # developers.google.com/search/docs/appearance/structured-data/breadcrumb: two steps at
        # least, each with position, name and address.
        steps = described["BreadcrumbList"]["itemListElement"]
        assert [step["position"] for step in steps] == [1, 2]
        assert all(step["name"] and step["item"].startswith(base) for step in steps)


def test_dataset_search_finds_what_its_guidelines_ask_for(published, published_pages):
    # developers.google.com/search/docs/appearance/structured-data/dataset. Required: name and
    # description, of 50 to 5000 characters. A distribution needs contentUrl. The rest is
    # recommended, so far as it applies.
    base = ADDRESSES["BOOK_BASE_URL"]
    dataset = linked_data(published_pages[citing.DATASET_PAGE])["Dataset"]
    assert dataset["name"] == citing.datapackage()["title"]
    assert 50 <= len(dataset["description"]) <= 5000 and "*" not in dataset["description"]
    assert dataset["creator"] == {"@type": "Organization", "name": AUTHOR}
    assert dataset["license"].startswith("https://creativecommons.org/licenses/by/4.0")
    assert dataset["version"] == citing.version()
    assert dataset["isAccessibleForFree"] is True
    assert dataset["isPartOf"]["@type"] == "Book"
    assert {"Tradition", "Role of the patient"} <= set(dataset["variableMeasured"])
    assert dataset["citation"].startswith("Ockander, M.")
    assert dataset["keywords"] and dataset["url"] == f"{base}chapters/reproduce-and-cite.html"
    tables = [resource["path"] for resource in citing.datapackage()["resources"]]
    addresses = [item["contentUrl"] for item in dataset["distribution"]]
    assert addresses == [base + metadata.DATA_ARCHIVE, *(f"{base}data/{name}" for name in tables)]
    for item in dataset["distribution"]:
        assert item["@type"] == "DataDownload" and item["encodingFormat"]
        assert (published / item["contentUrl"].removeprefix(base)).is_file()


def test_the_pdf_is_told_where_there_is_one():
    record = citing.book_record(BASE)
    assert "citation_pdf_url" not in dict(metadata.highwire(record))
    assert dict(metadata.highwire(record, f"{BASE}/b.pdf"))["citation_pdf_url"] == f"{BASE}/b.pdf"


def test_tags_are_safe_whatever_a_title_says(monkeypatch):
    monkeypatch.setattr(citing, "chapter_title", lambda stem: 'A "</script><b>" & more')
    head = BeautifulSoup(f"<head>{metadata.tags('glossary', BASE)}</head>", "html.parser")
    assert head.find("meta", attrs={"name": "DC.title"})["content"] == 'A "</script><b>" & more'
    assert not head.find("b")
    assert linked_data_of(head)["name"] == 'A "</script><b>" & more'


def linked_data_of(head: BeautifulSoup) -> dict:
    """Return the first thing that a head describes in JSON-LD."""
    return json.loads(head.find("script").string)["@graph"][0]


# --- on the page ---------------------------------------------------------------------------


def test_every_page_ends_with_how_to_cite_it(unpublished_pages):
    for stem, page in unpublished_pages.items():
        section = page.find("article").find("section", id="cite")
        record = citing.chapter_record(stem, "")
        kind = "appendix" if stem in ("glossary", "references") else "(book|chapter|appendix)"
        assert re.fullmatch(f"Cite this {kind}", section.h2.get_text())
        for style in citing.STYLES:
            shown = section.find(id=f"cite-{style.lower()}").get_text()
            assert shown == citing.formatted(record, style), (stem, style)
        assert section.find(id="cite-bib").get_text() == citing.bibtex(record).strip("\n")
        assert section.find(id="cite-ris").get_text() == citing.ris(record).strip("\n")
        assert f"Version {citing.version()}, {citing.released_in_words()}." in section.get_text()


def test_the_files_for_reference_managers_are_those_that_pages_offer(site, unpublished_pages):
    for page in unpublished_pages.values():
        for link in page.find_all("a", href=re.compile(r"\.\./cite/.+\.(bib|ris)$")):
            text = (site / "chapters" / link["href"]).resolve().read_text(encoding="utf-8")
            shown = link.find_parent("details")
            assert shown is None or shown.pre.get_text().strip() == text.strip()
    for name in citing.figures():
        assert (site / "cite" / f"figure-{name}.bib").is_file()
    entries = pybtex.database.parse_file(str(site / "cite" / "all.bib")).entries
    records = json.loads((site / "cite" / "all.csl.json").read_text(encoding="utf-8"))
    ris = rispy.loads((site / "cite" / "all.ris").read_text(encoding="utf-8"))
    keys = [record["id"] for record in [*every_record(""), citing.abstract_record()]]
    assert list(entries) == keys == [record["id"] for record in records]
    assert keys == [entry["id"] for entry in ris]


def test_the_page_about_citing_covers_all_there_is_to_cite(unpublished_pages):
    page = unpublished_pages[citing.DATASET_PAGE]
    shown = {tag["id"] for tag in page.find_all("p", id=re.compile("^cite-.*-apa$"))}
    assert shown == {
        f"cite-{what}-apa"
        for what in ("book", "figure-partnership-map", "dataset", "code", "abstract")
    }
    text = page.get_text()
    assert "authors are not authors of this book" in text
    assert f"version {citing.version()} of {citing.released_in_words()}" in text


def test_the_whole_dataset_is_in_the_site_in_one_file(site):
    with zipfile.ZipFile(site / metadata.DATA_ARCHIVE) as archive:
        names = set(archive.namelist())
        for path in (ROOT / "data").iterdir():
            assert archive.read(path.name) == path.read_bytes()
    assert {"datapackage.json", "README.md", "LICENSE", "CITATION.cff"} <= names


# --- in a browser --------------------------------------------------------------------------

CHAPTER = "chapters/05-where-safety-work-comes-from.html"
CLIPBOARD = ["clipboard-read", "clipboard-write"]


def clipboard(seen: Visit) -> str:
    """Return the text on the clipboard."""
    return seen.page.evaluate("navigator.clipboard.readText()")


def test_a_button_copies_the_citation_and_says_so(site: Path, visit: Callable[..., Visit]):
    seen = visit(site / CHAPTER, permissions=CLIPBOARD)
    record = citing.chapter_record("05-where-safety-work-comes-from", "")
    status = seen.page.locator("#cite .cite-said")
    for place, text in (("apa", citing.formatted(record, "APA")), ("bib", citing.bibtex(record))):
        button = seen.page.locator(f"#cite [data-copies=cite-{place}]")
        seen.page.locator("#cite details").first.evaluate("details => { details.open = true; }")
        button.click()
        seen.page.wait_for_selector("#cite .is-done")
        assert clipboard(seen) == text.strip("\n")
        assert status.get_attribute("role") == "status"
        assert "Copied: " in status.text_content()
        assert record["title"] in status.text_content()
    html = seen.page.evaluate(
        """async () => {
            document.querySelector("[data-copies=cite-apa]").click();
            await new Promise((done) => setTimeout(done, 200));
            const [item] = await navigator.clipboard.read();
            return (await item.getType("text/html")).text();
        }"""
    )
    assert "<i>Co-producing patient safety: An executable book" in html


@pytest.mark.slow
def test_copying_works_where_the_browser_has_no_clipboard_for_pages(
    site: Path, visit: Callable[..., Visit]
):
    seen = visit(site / CHAPTER)
    seen.page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    seen.page.locator("[data-copies=cite-vancouver]").click()
    seen.page.wait_for_selector("#cite .is-done")
    seen.page.evaluate(
        """() => {
            const field = document.createElement("textarea");
            document.querySelector("#cite").append(field);
            field.focus();
        }"""
    )
    seen.page.keyboard.press("Control+V")
    record = citing.chapter_record("05-where-safety-work-comes-from", "")
    assert seen.page.locator("#cite textarea").input_value() == citing.formatted(
        record, "Vancouver"
    )


@pytest.mark.slow
def test_where_copying_is_forbidden_the_text_is_selected_instead(
    site: Path, visit: Callable[..., Visit]
):
    seen = visit(site / CHAPTER)
    seen.page.evaluate(
        """() => {
            Object.defineProperty(navigator, "clipboard", {value: undefined});
            document.execCommand = () => false;
        }"""
    )
    seen.page.locator("[data-copies=cite-apa]").click()
    seen.page.wait_for_selector("#cite .cite-said.is-shown")
    record = citing.chapter_record("05-where-safety-work-comes-from", "")
    assert seen.page.evaluate("String(getSelection())") == citing.formatted(record, "APA")


def test_the_keyboard_alone_copies_and_opens(site: Path, visit: Callable[..., Visit]):
    seen = visit(site / CHAPTER, permissions=CLIPBOARD)
    seen.page.locator("#cite p a").first.focus()
    reached = []
    for _ in range(6):
        seen.page.keyboard.press("Tab")
        reached.append(
            seen.page.evaluate(
                "document.activeElement.dataset.copies || document.activeElement.tagName"
            )
        )
        if reached[-1] == "SUMMARY":
            seen.page.keyboard.press("Enter")
    assert reached == ["cite-apa", "cite-vancouver", "SUMMARY", "cite-bib", "A", "SUMMARY"]
    seen.page.locator("[data-copies=cite-ris]").focus()
    seen.page.keyboard.press("Enter")
    seen.page.wait_for_selector("#cite .is-done")
    assert clipboard(seen).startswith("TY  - CHAP")
    box = seen.page.locator("[data-copies=cite-ris]").bounding_box()
    assert box["width"] >= 24 and box["height"] >= 24


@pytest.mark.slow
def test_without_scripts_all_is_there_to_read_and_nothing_to_press_in_vain(
    site: Path, visit: Callable[..., Visit]
):
    seen = visit(site / CHAPTER, java_script_enabled=False)
    assert seen.page.locator("#cite-apa").is_visible()
    seen.page.locator("#cite summary", has_text="BibTeX").click()
    assert seen.page.locator("#cite-bib").is_visible()
    assert seen.page.locator("#cite a[download]").first.is_visible()
    assert not any(button.is_visible() for button in seen.page.locator("#cite .cite-copy").all())


@pytest.mark.parametrize(
    ("width", "scheme"),
    [
        (320, "light"),
        pytest.param(1280, "dark", marks=pytest.mark.slow),
        pytest.param(320, "dark", marks=pytest.mark.slow),
        pytest.param(1280, "light", marks=pytest.mark.slow),
    ],
)
def test_how_to_cite_is_accessible_and_fits(
    site: Path, visit: Callable[..., Visit], width: int, scheme: str
):
    page = site / "chapters" / f"{citing.DATASET_PAGE}.html"
    seen = visit(page, width=width, color_scheme=scheme)
    seen.page.evaluate("document.querySelectorAll('details').forEach((item) => item.open = true)")
    found = Axe().run(seen.page, context=".cite").response["violations"]
    assert not found, [(fault["id"], fault["nodes"][0]["html"]) for fault in found]
    for box in (block.bounding_box() for block in seen.page.locator(".cite").all()):
        assert box["x"] >= 0 and box["x"] + box["width"] <= width
