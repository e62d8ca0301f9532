"""What must hold of the figure gallery, and of what stands under each figure."""

from __future__ import annotations

import ast
import csv
import gzip
import inspect
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import nbformat
import pytest
import yaml
from axe_playwright_python.sync_playwright import Axe
from book import CHAPTERS, ROOT, numbered, table
from browser import Visit
from bs4 import BeautifulSoup
from PIL import Image, ImageChops, ImageStat

from partnership import citing, figures
from partnership.figures import plan

FIGURES = {row["name"]: row for row in table("figures/figures.csv")}
NAMED = pytest.mark.parametrize("name", FIGURES)
GALLERY = "chapters/figure-gallery.html"
FORMS = ("svg", "pdf", "png", "csv")
WEIGHT = 600_000
"""Bytes that a page with all it shows may take, compressed."""


def parsed(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")


@pytest.fixture(scope="module")
def gallery(site: Path) -> BeautifulSoup:
    """Return the gallery, as built where no address is known."""
    return parsed(site / GALLERY)


@pytest.fixture(scope="module")
def published_gallery(published: Path) -> BeautifulSoup:
    """Return the gallery, as built where the addresses are known."""
    return parsed(published / GALLERY)


@pytest.fixture(scope="module")
def chapters(site: Path) -> dict[str, BeautifulSoup]:
    """Return the chapters that show figures."""
    stems = {row["chapter"] for row in FIGURES.values()}
    return {stem: parsed(site / "chapters" / f"{stem}.html") for stem in stems}


def entry(gallery: BeautifulSoup, name: str) -> BeautifulSoup:
    return gallery.find("article", id=f"figure-{name}")


def function_of(name: str) -> Callable:
    """Return the function that draws a figure, found by its name."""
    own = name.replace("-", "_")
    return getattr(figures, own, None) or getattr(plan, own)


def plain(text: str) -> str:
    return " ".join(text.split())


# --- the gallery ---------------------------------------------------------------------------


def test_the_gallery_shows_each_figure_once_and_no_other(gallery: BeautifulSoup):
    entries = gallery.select("article.gallery-entry")
    shown = [entry["id"].removeprefix("figure-") for entry in entries]
    assert sorted(shown) == sorted(FIGURES)


def test_the_gallery_shows_figures_in_the_order_of_the_book(
    gallery: BeautifulSoup, chapters: dict[str, BeautifulSoup]
):
    expected = []
    for page in numbered():
        if page.stem in chapters:
            found = chapters[page.stem].select("figure[id^=fig-]")
            expected += [figure["id"].removeprefix("fig-") for figure in found]
    entries = gallery.select("article.gallery-entry")
    assert [entry["id"].removeprefix("figure-") for entry in entries] == expected


@NAMED
def test_an_entry_has_number_caption_and_description_of_its_figure(
    name: str, gallery: BeautifulSoup, chapters: dict[str, BeautifulSoup]
):
    own = entry(gallery, name)
    figure = chapters[FIGURES[name]["chapter"]].find("figure", id=f"fig-{name}")
    number = figure.find(class_="caption-number").get_text().strip()
    assert own.find(class_="gallery-number").get_text() == number
    assert plain(FIGURES[name]["caption"]) in plain(own.get_text())
    assert plain(FIGURES[name]["alt"]) in plain(own.get_text())


@NAMED
def test_an_entry_leads_to_the_place_that_shows_the_figure(
    name: str, gallery: BeautifulSoup, site: Path
):
    place = f"{FIGURES[name]['chapter']}.html#fig-{name}"
    links = [link["href"] for link in entry(gallery, name).find_all("a")]
    assert place in links


@NAMED
def test_the_files_of_a_figure_are_shipped_as_they_are(
    name: str, gallery: BeautifulSoup, site: Path
):
    links = [link["href"] for link in entry(gallery, name).select(".gallery-files a")]
    assert links == [f"../figures/{name}.{form}" for form in FORMS]
    for form in FORMS:
        file = site / "figures" / f"{name}.{form}"
        assert file.read_bytes() == (ROOT / "figures" / f"{name}.{form}").read_bytes()
        assert (site / GALLERY).parent.joinpath(f"../figures/{name}.{form}").resolve() == file


def test_the_lists_of_figures_and_columns_are_shipped_and_linked(
    gallery: BeautifulSoup, site: Path
):
    links = [link.get("href") for link in gallery.find_all("a")]
    for file in ("figures.csv", "columns.csv"):
        assert f"../figures/{file}" in links
        assert (site / "figures" / file).read_bytes() == (ROOT / "figures" / file).read_bytes()


@NAMED
def test_an_entry_says_what_each_column_means_and_which_files_it_rests_on(
    name: str, gallery: BeautifulSoup
):
    data = entry(gallery, name).find(id=f"data-{name}")
    shown = zip(data.find_all("dt"), data.find_all("dd"), strict=True)
    told = [(column.get_text().strip(), plain(meaning.get_text())) for column, meaning in shown]
    expected = [
        (row["column"], plain(row["meaning"]))
        for row in table("figures/columns.csv")
        if row["figure"] == name
    ]
    assert told == expected
    files = [code.get_text() for code in data.find_all("p")[-1].find_all("code")]
    assert len(files) == len(FIGURES[name]["data"].split("; "))
    assert all((ROOT / file).is_file() for file in files)
    rows = len(table(f"figures/{name}.csv"))
    assert data.get_text().strip().startswith(f"{rows} rows.")


@NAMED
def test_the_code_shown_is_the_code_that_draws(name: str, gallery: BeautifulSoup):
    code = entry(gallery, name).find(id=f"code-{name}")
    cell, function, *helpers = [block.get_text() for block in code.find_all("pre")]
    drawing = function_of(name)
    assert function.rstrip("\n") == inspect.getsource(drawing).rstrip("\n")
    notebook = nbformat.read(CHAPTERS / f"{FIGURES[name]['chapter']}.ipynb", as_version=4)
    sources = [cell.source.rstrip("\n") for cell in notebook.cells]
    assert cell.rstrip("\n") in sources
    assert re.search(rf"\b{drawing.__name__}\(", cell)
    module = inspect.getmodule(drawing)
    shown = {ast.parse(source).body[0].name for source in helpers}
    used = {
        node.id
        for source in (function, *helpers)
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Name)
    }
    beside = {
        part.name
        for part in ast.parse(inspect.getsource(module)).body
        if isinstance(part, (ast.FunctionDef, ast.ClassDef))
    }
    assert shown == (used & beside) - {drawing.__name__}
    for source in helpers:
        assert source.strip("\n") in inspect.getsource(module)


@NAMED
def test_an_entry_has_a_ready_citation(name: str, gallery: BeautifulSoup):
    cited = entry(gallery, name).find(id=f"cite-{name}")
    record = citing.figure_record(name)
    for style in citing.STYLES:
        assert plain(citing.formatted(record, style)) in plain(cited.get_text())
    assert plain(citing.bibtex(record)) in plain(cited.get_text())
    assert plain(citing.ris(record)) in plain(cited.get_text())


def test_no_entry_leads_into_a_repository_that_is_not_known(gallery: BeautifulSoup):
    links = [link["href"] for link in gallery.select("article.gallery-entry a")]
    assert not [link for link in links if link.startswith("http")]


@NAMED
def test_where_the_repository_is_known_code_and_data_lead_to_their_lines(
    name: str, published_gallery: BeautifulSoup
):
    own = entry(published_gallery, name)
    start = "https://github.com/example/safety/blob/main/"
    links = [link["href"] for link in own.find_all("a") if link["href"].startswith(start)]
    paths = [unquote(link.removeprefix(start)) for link in links]
    places = [re.fullmatch(r"(.+?)#L(\d+)-L(\d+)", path) for path in paths]
    pieces = [block.get_text() for block in own.find(id=f"code-{name}").find_all("pre")][1:]
    for place, piece in zip(filter(None, places), pieces, strict=True):
        lines = (ROOT / place[1]).read_text(encoding="utf-8").splitlines()
        shown = "\n".join(lines[int(place[2]) - 1 : int(place[3])])
        assert shown == piece.strip("\n")
    files = [path for path, place in zip(paths, places, strict=True) if not place]
    assert f"chapters/{FIGURES[name]['chapter']}.ipynb" in files
    assert all((ROOT / file).is_file() for file in files)


# --- under a figure ------------------------------------------------------------------------


@NAMED
def test_under_a_figure_stand_links_to_its_files_code_and_citation(
    name: str, chapters: dict[str, BeautifulSoup], gallery: BeautifulSoup, site: Path
):
    figure = chapters[FIGURES[name]["chapter"]].find("figure", id=f"fig-{name}")
    under = figure.find_next_sibling(class_="figure-under")
    links = {link["href"]: plain(link.get_text()) for link in under.select(".figure-links a")}
    number = figure.find(class_="caption-number").get_text().strip()
    assert list(links) == [
        *(f"../figures/{name}.{form}" for form in FORMS),
        f"figure-gallery.html#code-{name}",
        f"figure-gallery.html#cite-{name}",
    ]
    words = ["SVG of", "PDF of", "PNG of", "data of", "code of", "cite"]
    assert list(links.values()) == [f"{word} {number}" for word in words]
    for link in links:
        file, _, anchor = link.partition("#")
        assert (site / "chapters" / file).resolve().is_file()
        assert not anchor or gallery.find(id=anchor)


@NAMED
def test_description_and_few_values_stand_under_their_figure(
    name: str, chapters: dict[str, BeautifulSoup]
):
    figure = chapters[FIGURES[name]["chapter"]].find("figure", id=f"fig-{name}")
    told = figure.find_next_sibling(class_="figure-under").find("details")
    assert plain(FIGURES[name]["alt"]) in plain(told.get_text())
    with (ROOT / "figures" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    if len(rows) > 40:
        assert told.table is None
        assert f"{len(rows)} rows" in told.get_text()
        return
    heads = [cell.get_text().strip() for cell in told.table.thead.find_all("th", scope="col")]
    assert heads == [column.replace("_", " ") for column in header]
    shown = [[cell.get_text() for cell in row.find_all("td")] for row in told.table.tbody("tr")]
    long = re.compile(r"-?[0-9]+\.[0-9]{4,}")
    rounded = [
        [f"{float(cell):.3f}" if long.fullmatch(cell) else cell for cell in row] for row in rows
    ]
    assert shown == rounded
    assert ("Rounded to 3 decimals" in told.get_text()) == (rounded != rows)
    assert told.table.caption.get_text().strip()


def test_a_figure_shown_on_the_landing_page_has_its_links_there(site: Path):
    page = parsed(site / "chapters" / "index.html")
    for name in ("two-traditions", "partnership-map"):
        link = page.select_one(f'.figure-links a[href="../figures/{name}.csv"]')
        figure = link.find_parent(class_="figure-under").find_previous_sibling("figure")
        assert name in figure.img["src"]


def test_nothing_of_it_needs_a_style_or_a_script_in_the_page(
    gallery: BeautifulSoup, chapters: dict[str, BeautifulSoup]
):
    parts = gallery.select("article.gallery-entry, .gallery-choice")
    for chapter in chapters.values():
        parts += chapter.select(".figure-under")
    for part in parts:
        for tag in part.find_all(True):
            assert not [key for key in tag.attrs if key == "style" or key.startswith("on")]
            assert tag.name not in {"style", "script"}


# --- its weight ----------------------------------------------------------------------------


def compressed(path: Path) -> int:
    """Return how many bytes a file takes on its way to a reader."""
    content = path.read_bytes()
    packed = {".avif", ".png", ".woff2", ".webp", ".jpg"}
    return len(content) if path.suffix in packed else len(gzip.compress(content))


@NAMED
def test_a_small_picture_is_the_upper_part_of_its_figure(
    name: str, gallery: BeautifulSoup, site: Path
):
    image = entry(gallery, name).img
    width, height = 416, 520
    assert image["loading"] == "lazy"
    place = re.fullmatch(r"gallery-at-(\d+)", image["class"][0])[1]
    style = (site / "_static" / "css" / "figures.css").read_text(encoding="utf-8")
    assert place == "0" or f".gallery-at-{place} {{ --gallery-at: {place}; }}" in style
    with Image.open((site / GALLERY).parent / image["src"]) as sheet:
        top = int(place) * height
        assert sheet.width == width and sheet.height >= top + height
        assert sheet.size == (2 * int(image["width"]), 2 * int(image["height"]))
        small = sheet.convert("L").crop((0, top, width, top + height))
    with Image.open(ROOT / "figures" / f"{name}.png") as large:
        size = (width, round(large.height * width / large.width))
        expected = Image.new("L", (width, height), "white")
        expected.paste(large.convert("L").resize(size, Image.BOX))
    # What is seen from afar: the grain of the small picture does not count.
    small, expected = (picture.reduce(8) for picture in (small, expected))
    assert ImageStat.Stat(ImageChops.difference(small, expected)).mean[0] < 5


@pytest.mark.slow
def test_small_pictures_are_shown_whole_one_in_each_place(site: Path, visit: Callable[..., Visit]):
    page = visit(site / GALLERY).page
    shown = page.evaluate(
        """() => [...document.querySelectorAll(".gallery-small")].map((place) => {
          const [frame, image] = [place, place.firstElementChild].map(
            (own) => own.getBoundingClientRect());
          return [frame.width, frame.height, (frame.top + 1 - image.top) / 260, image.width,
            image.height / 260, place.firstElementChild.className];
        })"""
    )
    assert len(shown) == len(FIGURES)
    for width, height, at, wide, rows, name in shown:
        assert (width, height, wide) == (210, 262, 208)
        assert at == pytest.approx(int(name.removeprefix("gallery-at-")), abs=0.01)
        assert rows == pytest.approx(round(rows), abs=0.01) and at < rows


def test_no_small_picture_stands_for_two_figures(gallery: BeautifulSoup):
    images = [(image["src"], *image["class"]) for image in gallery.select(".gallery-small img")]
    assert len(set(images)) == len(FIGURES)


def test_the_gallery_weighs_no_more_than_a_page_may(site: Path, visit: Callable[..., Visit]):
    seen = visit(site / GALLERY, 1280)
    seen.page.evaluate("document.querySelectorAll('img').forEach((i) => (i.loading = 'eager'))")
    seen.page.evaluate("Promise.all([...document.images].map((image) => image.decode()))")
    addresses = {url.partition("?")[0].partition("#")[0] for url in seen.requests}
    assert len(addresses) <= 25
    files = [Path(unquote(url.removeprefix("file://"))) for url in addresses]
    assert sum(compressed(file) for file in files if file.is_file()) <= WEIGHT
    assert not seen.failures


# --- in use --------------------------------------------------------------------------------


def test_a_part_of_the_book_can_be_chosen_by_keyboard(site: Path, visit: Callable[..., Visit]):
    page = visit(site / GALLERY).page
    visible = "[...document.querySelectorAll('.gallery-entry')].filter((e) => e.checkVisibility())"
    assert page.evaluate(f"{visible}.length") == len(FIGURES)
    page.locator("#gallery-all").focus()
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    stems = [{Path(entry["file"]).name for entry in part["chapters"]} for part in contents["parts"]]
    having = [row["chapter"] for row in FIGURES.values()]
    expected = [found for part in stems if (found := [stem for stem in having if stem in part])]
    assert len(expected) == page.locator("[id^=gallery-only-]").count()
    for part, in_part in enumerate(expected, start=1):
        page.keyboard.press("ArrowDown")
        assert page.locator(f"#gallery-only-{part}").is_checked()
        shown = page.evaluate(f"{visible}.map((e) => e.id.slice(7))")
        assert sorted(FIGURES[name]["chapter"] for name in shown) == sorted(in_part)


def test_a_link_to_code_unfolds_it(site: Path, visit: Callable[..., Visit]):
    seen = visit(f"{(site / GALLERY).as_uri()}#code-fit-heat-map")
    code = seen.page.locator("#code-fit-heat-map")
    code.wait_for(state="visible")
    assert "def fit_heat_map" in code.inner_text()
    assert seen.page.locator("#code-safety-plane").is_hidden()
    seen.page.evaluate("location.hash = '#cite-safety-plane'")
    seen.page.locator("#cite-safety-plane").wait_for(state="visible")


@pytest.mark.parametrize("width", [pytest.param(360, marks=pytest.mark.slow), 1280])
def test_a_figure_can_be_enlarged_and_put_back_by_keyboard(
    width: int, site: Path, visit: Callable[..., Visit]
):
    seen = visit(site / "chapters" / "04-risk-over-time.html", width)
    page = seen.page
    button = page.get_by_role("button", name="enlarge Fig. 4.2")
    button.focus()
    page.keyboard.press("Enter")
    dialog = page.get_by_role("dialog", name="Fig. 4.2, enlarged")
    picture = dialog.locator("img")
    picture.evaluate("image => image.decode()")
    shown = page.locator("#fig-harm-by-setting img")
    assert picture.get_attribute("alt") == shown.get_attribute("alt")
    in_text = shown.bounding_box()["width"]
    assert picture.bounding_box()["width"] > 1.4 * in_text
    page.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    assert button.evaluate("(own) => own === document.activeElement")
    page.locator("#fig-harm-by-setting img").click()
    page.get_by_role("button", name="Close").click()
    dialog.wait_for(state="detached")
    assert not [text for text in seen.complaints if "figures.js" in text]


@pytest.mark.slow
def test_without_a_script_all_is_there_to_read(site: Path, visit: Callable[..., Visit]):
    page = visit(site / GALLERY, java_script_enabled=False).page
    page.locator("#figure-fit-heat-map summary", has_text="Code").click()
    assert "def fit_heat_map" in page.locator("#code-fit-heat-map").inner_text()


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("stem", ["figure-gallery", "04-risk-over-time"])
def test_gallery_and_figures_are_free_of_faults_that_axe_finds(
    stem: str, width: int, scheme: str, site: Path, visit: Callable[..., Visit]
):
    page = visit(site / "chapters" / f"{stem}.html", width, color_scheme=scheme).page
    own = ".gallery-entry, .gallery-choice, .book-figure, .figure-under"
    # All of a chapter's; of the gallery's enough of each kind, unfolded.
    page.evaluate(
        """(own) => {
          for (const folded of [...document.querySelectorAll(own)].slice(0, 6)) {
            folded.querySelectorAll("details").forEach((details) => { details.open = true; });
          }
        }""",
        own,
    )
    page.wait_for_timeout(100)  # what is unfolded says so a moment later
    parts = [[f".{name}"] for name in re.findall(r"\.([\w-]+)", own)]
    present = [part for part in parts if page.locator(part[0]).count()]
    found = Axe().run(page, context={"include": present})
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize(
    "stem", ["figure-gallery", pytest.param("04-risk-over-time", marks=pytest.mark.slow)]
)
def test_links_and_buttons_are_large_enough_to_touch(
    stem: str, site: Path, visit: Callable[..., Visit]
):
    page = visit(site / "chapters" / f"{stem}.html", 360).page
    small = page.evaluate(
        """() => [...document.querySelectorAll(
          ".figure-links a, .figure-links button, .figure-told > summary, .gallery-files a," +
          ".gallery-more summary, .gallery-choice label"
        )].filter((own) => own.getBoundingClientRect().height < 24
          || own.getBoundingClientRect().width < 24).map((own) => own.textContent)"""
    )
    assert not small
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
