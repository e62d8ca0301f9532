"""How to cite the book: one source, formatted by rule, with nothing invented."""

from __future__ import annotations

import pybtex.database
import pytest
import rispy
from book import listed_in_contents, numbered, table

from partnership import citing, references

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
    for record in every_record():
        assert "URL" not in record
        texts = [citing.bibtex(record), citing.ris(record)]
        texts += [citing.formatted(record, style, html=True) for style in citing.STYLES]
        assert not any("http" in text or "Internet" in text for text in texts), record["id"]


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
