"""What must hold of the book's pages."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest
import yaml
from book import CHAPTERS, ROOT, Page, listed_in_contents, numbered, pages, table

from partnership import __version__

sys.path.insert(0, str(ROOT / "tools"))
from notebooks import FORMS, LISTS, figure_in, figure_metadata  # noqa: E402  (a tool, not a package)

WORKS = {row["key"]: row for row in table("data/literature.csv")}
CLAIMS = {row["id"]: row for row in table("data/claims.csv")}
FIGURES = {row["name"]: row for row in table("figures/figures.csv")}
STATEMENTS = table("data/statements.csv")

PAGES = pytest.mark.parametrize("page", pages(), ids=lambda page: page.stem)
NUMBERED = pytest.mark.parametrize("page", numbered(), ids=lambda page: page.stem)


def test_every_page_is_in_the_table_of_contents_and_every_entry_is_a_page():
    files = [path.stem for path in CHAPTERS.iterdir() if path.suffix in {".md", ".ipynb"}]
    assert sorted(files) == sorted(listed_in_contents())


# --- works ---------------------------------------------------------------------------------


@PAGES
def test_every_work_cited_is_in_the_dataset(page: Page):
    assert page.cited <= set(WORKS), sorted(page.cited - set(WORKS))


@PAGES
def test_no_work_is_cited_whose_author_year_or_title_is_unsure(page: Page):
    unsure = {key for key in page.cited if WORKS[key]["verification"] == "unresolved"}
    assert not unsure


@PAGES
def test_no_statement_leans_on_a_work_known_by_its_record_only(page: Page):
    leaned_on = {row["key"] for row in STATEMENTS if row["chapter"] == page.stem}
    recorded = {key for key in page.cited if WORKS[key]["text_read"] == "record"}
    assert not leaned_on & recorded


@NUMBERED
def test_every_work_cited_in_a_chapter_has_a_checked_statement(page: Page):
    checked = {row["key"] for row in STATEMENTS if row["chapter"] == page.stem}
    only_named = {key for key in page.cited if WORKS[key]["text_read"] == "record"}
    assert not page.cited - only_named - checked, "add what is said of these to statements.csv"


# --- claims --------------------------------------------------------------------------------


def test_every_claim_of_the_abstract_is_argued_in_a_chapter():
    argued = set().union(*(page.claims for page in numbered()))
    assert argued == set(CLAIMS)


@pytest.mark.parametrize("claim", CLAIMS)
def test_a_claim_is_argued_where_the_ledger_says(claim: str):
    by_stem = {page.stem: page for page in numbered()}
    for stem in CLAIMS[claim]["argued_in"].split("; "):
        assert claim in by_stem[stem].claims, f"{stem} has no badge for {claim}"


def test_the_appendix_has_a_section_for_every_claim():
    appendix = (CHAPTERS / "abstract-claims.ipynb").read_text(encoding="utf-8")
    targets = re.findall(r"\(claim-([a-z]\d)\)=", appendix)
    assert targets == [claim.lower() for claim in CLAIMS]


# --- figures -------------------------------------------------------------------------------


def figures_of(page: Page) -> list[tuple[dict, dict]]:
    if page.notebook is None:
        return []
    shown = [(figure_in(cell), cell.metadata) for cell in page.notebook.cells]
    return [(figure, metadata) for figure, metadata in shown if figure]


@PAGES
def test_every_figure_in_a_chapter_is_listed_with_caption_and_alternative_text(page: Page):
    for figure, metadata in figures_of(page):
        row = FIGURES[figure["name"]]
        assert row["chapter"] == page.stem
        assert (row["caption"], row["alt"]) == (figure["caption"], figure["alt"])
        assert len(row["alt"]) > 80, "too short to stand in for the figure"
        assert metadata["mystnb"] == figure_metadata(figure)


@PAGES
def test_the_file_of_a_figure_is_the_figure_in_the_chapter(page: Page):
    for figure, _ in figures_of(page):
        file = ROOT / "figures" / f"{figure['name']}.svg"
        assert file.read_text(encoding="utf-8").rstrip() == figure["svg"].rstrip()


@PAGES
def test_every_figure_is_spoken_of_in_its_chapter(page: Page):
    for figure, _ in figures_of(page):
        assert f"{{numref}}`fig-{figure['name']}`" in page.prose, figure["name"]


def test_the_list_of_figures_names_each_figure_once_and_no_other():
    shown = [figure["name"] for page in pages() for figure, _ in figures_of(page)]
    assert sorted(shown) == sorted(FIGURES)
    files = {path.name for path in (ROOT / "figures").iterdir()} - LISTS
    assert files == {f"{name}.{form}" for name in FIGURES for form in FORMS}


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_names_the_data_it_was_drawn_from(name: str):
    files = FIGURES[name]["data"].split("; ")
    assert all((ROOT / "data" / file).is_file() for file in files)


# --- numbers -------------------------------------------------------------------------------

NOT_TYPED_DATA = [
    re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL),  # code
    re.compile(r"\{[a-z:-]+\}`[^`]*`"),  # roles: computed values, citations, links
    re.compile(r"`[^`]*`"),
    re.compile(r"\]\([^)]*\)"),  # addresses
    re.compile(r"“[^”]*”|\"[^\"]*\""),  # quotations
    re.compile(r"[Cc]hapters?\s\d+(?:(?:–|-|, | and | to )\d+)*"),
    re.compile(r"\b(?:19[5-9]\d|20[0-2]\d)(?:s\b|\b)"),  # years and decades
    re.compile(r"^\(.*\)=$", re.MULTILINE),  # targets
    re.compile(r"\b[BOQMRC]\d\b"),  # claims
    re.compile(r"^\d+\. ", re.MULTILINE),  # numbered lists
]


@PAGES
def test_numbers_in_prose_are_computed_not_typed(page: Page):
    prose = page.prose
    for row in table("tests/typed_numbers.csv"):
        if row["page"] == page.stem:
            assert row["text"] in prose, f"no longer needed: {row['text']}"
            prose = prose.replace(row["text"], "")
    for pattern in NOT_TYPED_DATA:
        prose = pattern.sub(" ", prose)
    typed = [line.strip() for line in prose.splitlines() if re.search(r"\d", line)]
    assert not typed


# --- form ----------------------------------------------------------------------------------


@NUMBERED
def test_a_chapter_opens_with_its_question_and_an_answer_in_three_sentences(page: Page):
    opening = re.match(
        r"# .+?\n+::::\{admonition\} The question, and the answer in three sentences\n"
        r":class: question\n\n\*\*Question\.\*\* (?P<question>.+?\?)\n\n(?P<answer>.+?)\n::::",
        page.prose,
        re.DOTALL,
    )
    assert opening, "the opening admonition is missing"
    sentences = re.split(r"(?<=[.!?])\s+(?=[A-Z“])", opening["answer"].strip())
    assert len(sentences) == 3, sentences


@NUMBERED
def test_a_chapter_ends_with_practice_and_with_what_would_change_our_minds(page: Page):
    headings = re.findall(r"^## (.+)$", page.prose, re.MULTILINE)
    assert headings[-2:] == ["What this means in practice", "What would change our minds"]


@pytest.mark.parametrize("page", [pages()[0], *numbered()], ids=lambda page: page.stem)
def test_the_introduction_and_every_chapter_are_written_in_full_and_no_longer(page: Page):
    prose = re.sub(r"\{[a-z:-]+\}`[^`]*`", " ", page.prose)
    prose = re.sub(r"^[`:]{3,}.*$|^:\w+:.*$", "", prose, flags=re.MULTILINE)
    words = len(re.findall(r"[\w’'-]+", prose))
    assert 1400 <= words <= 3050, f"{words} words of prose; a chapter has 1400 to 3050"


@pytest.mark.parametrize("page", [p for p in pages() if p.notebook], ids=lambda page: page.stem)
def test_every_number_that_is_worked_out_for_the_text_by_name_stands_in_it(page: Page):
    code = "\n".join(cell.source for cell in page.notebook.cells if cell.cell_type == "code")
    worked_out = set(re.findall(r'glue\(\s*"([^"]+)"', code))
    used = {name.partition(":")[0] for name in re.findall(r"\{glue:\w+\}`([^`]+)`", page.prose)}
    assert worked_out - used == set()


# --- one source for each fact --------------------------------------------------------------


def test_version_and_date_are_the_same_everywhere():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    changes = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"^## \[(.+?)\] - (\S+)$", changes, re.MULTILINE)
    assert citation["version"] == __version__ == newest[1]
    assert str(citation["date-released"]) == newest[2]  # in quotation marks or not


@pytest.mark.slow  # its tool is installed for the slow tests alone
def test_the_citation_file_is_valid():
    tool = ROOT / ".venv-cff" / "bin" / "cffconvert"
    run = subprocess.run([tool, "--validate"], cwd=ROOT, capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr


def test_no_address_of_the_published_book_is_invented():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert not {"doi", "url", "repository-code", "identifiers"} & set(citation)


def test_code_follows_one_style():
    for command in (["check"], ["format", "--check"]):
        run = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--quiet", "--no-cache", "."],
            cwd=ROOT,
            capture_output=True,
            text=True,
        )
        mend = "`.venv/bin/python -m ruff check --fix .`, then `.venv/bin/python -m ruff format .`"
        assert run.returncode == 0, f"{run.stdout}\nMost of it is mended by {mend}."
