"""What must hold of the values that every figure carries, and of the files that hold them."""

from __future__ import annotations

import csv
import gzip
import hashlib
import json
import re
from collections import Counter

import numpy as np
import pandas as pd
import pytest
from book import CHAPTERS, ROOT, table
from matplotlib.colors import to_rgb
from matplotlib.text import Text

from partnership.figures.halo import RIM, Haloed
from partnership.figures.model import shade
from partnership.figures.style import ACCENT, TRADITION, BookFigure, canvas
from partnership.figures.values import as_csv, as_text

FIGURES = {row["name"]: row for row in table("figures/figures.csv")}
MEANINGS = table("figures/columns.csv")
NAMED = pytest.mark.parametrize("name", FIGURES)


def values(name: str) -> pd.DataFrame:
    """Return the values of a figure as a reader would read them."""
    return pd.read_csv(ROOT / "figures" / f"{name}.csv")


def svg(name: str) -> str:
    """Return the drawing of a figure."""
    return (ROOT / "figures" / f"{name}.svg").read_text(encoding="utf-8")


def written(name: str) -> list[str]:
    """Return each text of a drawing."""
    return re.findall(r"<!-- (.*?) -->", svg(name), re.DOTALL)


def marks(drawing: str, fill: str) -> list[tuple[float, float]]:
    """Return where the marks of one colour stand, across and down."""
    found = re.findall(rf'<use [^>]*x="([^"]+)" y="([^"]+)" style="fill: {fill}', drawing)
    return [(float(x), float(y)) for x, y in found]


def rectangles(drawing: str, fill: str | None = None) -> list[tuple[str, float, float]]:
    """Return colour, left edge and width of each rectangle, of one colour or of all."""
    form = (
        r'<path d="M (\S+) \S+ \nL (\S+) \S+ \nL \S+ \S+ \nL \S+ \S+ \nz\n"'
        r'[^>]*style="fill: (#[0-9a-f]{6})'
    )
    found = re.findall(form, drawing)
    return [
        (colour, float(left), float(right) - float(left))
        for left, right, colour in found
        if fill is None or colour == fill
    ]


def as_one_scale(drawn: list[float], told: pd.Series) -> bool:
    """Whether lengths are as the values, all on one scale, to a hundredth of a point."""
    scale = max(drawn) / told.max()
    return len(drawn) == len(told) and np.allclose(drawn, told.to_numpy() * scale, atol=0.01)


# --- the files -----------------------------------------------------------------------------


@NAMED
def test_the_file_of_values_is_what_the_notebook_drew(name: str):
    path = CHAPTERS / f"{FIGURES[name]['chapter']}.ipynb"
    digest = hashlib.sha256((ROOT / "figures" / f"{name}.csv").read_bytes()).hexdigest()
    outputs = [
        "".join(output.get("data", {}).get("text/plain", ""))
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]
        for output in cell.get("outputs", [])
    ]
    own = next(text for text in outputs if text.startswith(f"Figure {name}\n"))
    assert f"SHA-256 {digest}\n" in own
    assert f"Values: {len(table(f'figures/{name}.csv'))} rows" in own
    explained = [f"{row['column']}: {row['meaning']}" for row in MEANINGS if row["figure"] == name]
    assert own.endswith("\n" + "\n".join(explained))


@NAMED
def test_a_file_of_values_is_plain_and_every_column_of_it_is_explained(name: str):
    content = (ROOT / "figures" / f"{name}.csv").read_bytes()
    rows = list(csv.reader(content.decode("utf-8").splitlines()))
    assert b"\r" not in content and content.endswith(b"\n")
    assert rows[0] == [row["column"] for row in MEANINGS if row["figure"] == name]
    assert len(rows) > 1
    assert {len(row) for row in rows} == {len(rows[0])}
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", column) for column in rows[0])
    for column in zip(*rows[1:], strict=True):
        assert any(column), "a column without any value says nothing"


@NAMED
def test_no_number_claims_more_than_six_decimals(name: str):
    cells = [cell for row in table(f"figures/{name}.csv") for cell in row.values()]
    assert not [cell for cell in cells if re.fullmatch(r"-?\d*\.\d{7,}", cell)]


def test_what_columns_mean_is_told_for_all_figures_and_no_other():
    assert set(FIGURES) == {row["figure"] for row in MEANINGS}
    assert all(len(row["meaning"]) > 5 for row in MEANINGS)


# --- a figure ------------------------------------------------------------------------------


def figure(**changed) -> BookFigure:
    """Return a small figure with something about it changed."""
    drawing, axes = canvas(2)
    axes.plot([1, 2])
    told = {
        "name": "small",
        "chapter": "00-none",
        "caption": "Small.",
        "alt": "A line.",
        "data": (),
        "values": pd.DataFrame({"height": [1, 2]}),
        "columns": {"height": "how high the line is"},
        "plot": drawing,
    }
    told |= changed
    return BookFigure(**{key: value for key, value in told.items() if value is not None})


@pytest.mark.parametrize("without", ["values", "columns"])
def test_a_figure_cannot_be_made_without_values_or_without_their_meaning(without: str):
    with pytest.raises(TypeError, match=without):
        figure(**{without: None})


def test_a_figure_with_an_empty_table_is_refused():
    with pytest.raises(ValueError, match="small has no values"):
        figure(values=pd.DataFrame({"height": []}))


@pytest.mark.parametrize(
    "columns", [{}, {"width": "how wide"}, {"height": "how high", "width": "how wide"}]
)
def test_columns_that_are_not_those_explained_are_refused(columns: dict):
    with pytest.raises(ValueError, match="explain each column"):
        figure(columns=columns)


def test_a_column_that_is_explained_by_nothing_is_refused():
    with pytest.raises(ValueError, match="does not explain the columns height"):
        figure(columns={"height": " "})


def test_a_changed_value_changes_what_a_figure_says_of_itself():
    assert repr(figure()) != repr(figure(values=pd.DataFrame({"height": [1, 3]})))
    assert repr(figure()) != repr(figure(columns={"height": "how high it is, in metres"}))
    assert repr(figure()) == repr(figure())


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1 / 3, "0.333333"),
        (2.0, "2"),
        (-1e-9, "0"),
        (1e7, "10000000"),
        (float("nan"), ""),
        (None, ""),
        (pd.NA, ""),
        (True, "yes"),
        (np.False_, "no"),
        (("a", "b"), "a; b"),
        ([], ""),
        (np.int64(3), "3"),
        (np.float64(0.25), "0.25"),
        ("as it is", "as it is"),
    ],
)
def test_a_value_is_written_as_a_reader_expects_it(value: object, text: str):
    assert as_text(value) == text


def test_text_with_commas_quotes_and_line_breaks_comes_back_as_it_was():
    odd = pd.DataFrame({"text": ['a, "b"', "c\nd", "é – ’"], "number": [1, None, 3]})
    content = as_csv(odd)
    assert content.splitlines()[0] == b"text,number"
    back = list(csv.reader(content.decode().split("\n"), strict=True))
    assert back[1] == ['a, "b"', "1"]
    whole = list(csv.DictReader(content.decode().splitlines(keepends=True)))
    assert [row["text"] for row in whole] == list(odd["text"])
    assert [row["number"] for row in whole] == ["1", "", "3"]


# --- what is drawn -------------------------------------------------------------------------


def test_bars_of_kinds_of_harm_are_as_long_as_their_values():
    told = values("harm-by-kind")["percent"]
    drawn = [width for _, _, width in rectangles(svg("harm-by-kind"), "#9ccbbf")]
    assert as_one_scale(drawn, told)


def test_bars_of_works_by_field_are_as_long_as_their_values():
    told = values("fields-by-tradition")
    bars = rectangles(svg("fields-by-tradition"))
    drawn = {
        view: [width for fill, _, width in bars if fill == colour.lower()]
        for view, colour in TRADITION.items()
    }
    scales = set()
    for view, lengths in drawn.items():
        of_view = told.loc[told["view"] == view, "agreed"].reset_index(drop=True)
        assert as_one_scale([length for length in lengths if length], of_view[of_view > 0])
        scales.add(round(max(lengths) / of_view.max(), 3))
    assert len(scales) == 1, "all four columns have one scale"


def test_there_are_as_many_dots_as_works_each_at_its_year():
    told = values("works-over-time")
    drawing = svg("works-over-time")
    strips = drawing.split('<g id="axes_')[1:]
    found = {
        theme: Counter(round(x, 3) for x, _ in marks(strip, ACCENT.lower()))
        for theme, strip in zip(sorted(told["theme"].unique()), strips, strict=True)
    }
    years = sorted(told["year"].unique())
    places = sorted({x for strip in found.values() for x in strip})
    step = (places[-1] - places[0]) / (years[-1] - years[0])
    for row in told.itertuples():
        x = places[0] + step * (row.year - years[0])
        near = [count for place, count in found[row.theme].items() if abs(place - x) < 0.01]
        assert near == [row.works], (row.theme, row.year)
    assert sum(map(Counter.total, found.values())) == told["works"].sum()


def test_dots_of_agreement_stand_at_alpha_and_their_lines_at_its_interval():
    told = values("agreement-between-codings")
    drawing = svg("agreement-between-codings")
    filled = told[told["blanks"] != "left out"]
    xs = [x for x, _ in marks(drawing, ACCENT.lower())]
    low, high = filled["alpha"].min(), filled["alpha"].max()
    step = (max(xs) - min(xs)) / (high - low)
    expected = sorted(min(xs) + step * (filled["alpha"] - low))
    assert np.allclose(sorted(xs), expected, atol=0.01)
    lines = re.findall(
        r'<path d="M (\S+) \S+ \nL (\S+) \S+ \n"[^>]*stroke: #0e7c66; stroke-width: 1.6', drawing
    )
    ends = sorted(float(x) for line in lines for x in line)
    told_ends = pd.concat([filled["alpha_low"], filled["alpha_high"]])
    assert np.allclose(ends, sorted(min(xs) + step * (told_ends - low)), atol=0.01)


def test_cells_of_the_heat_map_have_the_shade_of_their_fit_row_by_row():
    told = values("fit-heat-map").dropna(subset="fit")
    expected = [to_rgb(shade(fit)) for fit in told["fit"]]
    forms = told["form"].nunique()
    cells = [fill for fill, _, width in rectangles(svg("fit-heat-map")) if 19 < width < 21]
    drawn = [to_rgb(fill) for fill in cells[: len(expected)]]
    assert np.allclose(drawn, expected, atol=3 / 255), "by one of the 256 shades at most"
    assert len(expected) == forms * told["issue"].nunique()


def test_fits_are_written_where_a_form_is_in_the_fitting_set():
    told = values("fit-heat-map")
    fitting = told.loc[told["in_fitting_set"] == "yes", "fit"]
    texts = [text for text in written("fit-heat-map") if re.fullmatch(r"\.\d\d|1", text)]
    names = Counter(f"{fit:.2f}".removeprefix("0").replace("1.00", "1") for fit in fitting)
    names["1"] += 1  # of the key
    assert Counter(texts) == names


def test_parts_of_a_bar_are_as_wide_as_a_form_is_acceptable():
    told = values("acceptability")
    parts = [width for _, _, width in rectangles(svg("acceptability"))]
    issues, forms = told["issue"].nunique(), told["form"].nunique()
    shares = told["share"].to_numpy()
    # After the page and the key; what is a bar is as long as all its parts.
    drawn = np.array([width for width in parts if width < 300][forms : forms + issues * forms])
    whole = drawn.sum() / issues
    assert np.allclose(drawn, shares * whole, atol=0.01)


def test_marks_of_issues_stand_at_their_gap():
    told = values("interaction-and-gap")
    for axes, gap in ((1, "gap"), (2, "gap_without")):
        panel = svg("interaction-and-gap").split('<g id="axes_')[axes]
        panel = panel[panel.index("PathCollection") :]
        places = {}
        for relation, fill in (("untapped", "#0e7c66"), ("overreach", "#9b2c4e")):
            suffix = gap.removeprefix("gap")
            of_relation = told.loc[told[f"relation{suffix}"] == relation, gap]
            heights = [y for _, y in marks(panel, fill)]
            # The upper panel has a key with a mark of each relation.
            places[relation] = heights[: len(of_relation)], sorted(of_relation, reverse=True)
        drawn = np.array([y for heights, _ in places.values() for y in sorted(heights)])
        told_gaps = np.array([value for _, gaps in places.values() for value in gaps])
        slope, base = np.polyfit(told_gaps, drawn, 1)
        assert slope < 0
        assert np.allclose(drawn, base + slope * told_gaps, atol=0.05)


def test_every_count_of_works_by_strategy_and_role_is_written_as_in_its_values():
    told = values("strategies-and-roles")
    spans = [
        f"{row.low}" if row.low == row.high else f"{row.low}–{row.high}"
        for row in told.itertuples()
    ]
    texts = [text for text in written("strategies-and-roles") if re.fullmatch(r"[\d–]+", text)]
    assert Counter(texts) == Counter(map(str, told["agreed"])) + Counter(spans)


def test_every_number_of_the_plane_is_one_of_its_values():
    told = values("safety-plane")
    filled = told[told["works"] > 0]
    expected = Counter(map(str, filled["works"]))
    expected += Counter(
        f"({row.fewest})" if row.fewest == row.most else f"({row.fewest}–{row.most})"
        for row in filled.itertuples()
    )
    for view in ("pam", "sm", "neither"):
        expected += Counter(str(count) for count in filled[view] if count)
    texts = [text for text in written("safety-plane") if re.fullmatch(r"\(?\d[\d–]*\)?", text)]
    nought = (filled["pam"] == 0).sum()
    assert Counter(texts) == expected + Counter({"0": nought})
    assert (told["works"] == told[["pam", "sm", "neither"]].sum(axis=1)).all()


def test_each_mark_of_an_own_strategy_bears_its_number_of_sources():
    told = values("own-strategies")
    numbers = [text for text in written("own-strategies") if text.isdigit()]
    assert Counter(numbers) == Counter(map(str, told["sources"]))


def test_relations_are_written_as_in_their_values():
    told = values("relations-by-perspective")
    readings = ["all", "accounts", "service"]
    expected = Counter(told[readings].to_numpy().ravel())
    # Above, each relation is named once before its counts.
    expected.update(["unheard", "untapped", "misfit", "overreach", "fits", "unknown"])
    texts = Counter(written("relations-by-perspective"))
    assert {relation: texts[relation] for relation in expected} == dict(expected)


def test_the_share_of_draws_behind_each_relation_is_written_as_in_its_values():
    told = values("how-sure-relations")
    shares = told["stays"].dropna()
    texts = [text for text in written("how-sure-relations") if re.fullmatch(r"\d+%", text)]
    assert Counter(texts) == Counter(f"{share:.0%}" for share in shares)
    parts = told.loc[shares.index, ["fits", "untapped", "misfit", "overreach"]]
    assert np.allclose(parts.sum(axis=1), 1, atol=1e-5)


def test_published_percentages_are_written_as_in_their_values():
    told = values("harm-by-setting")["percent"]
    axes = {f"{tick}%" for tick in range(0, 101, 5)}
    texts = [text for text in written("harm-by-setting") if re.fullmatch(r"[\d.]+%", text)]
    expected = Counter(f"{value:g}%" for value in told)
    assert all(Counter(texts)[text] >= count for text, count in expected.items())
    assert set(texts) - set(expected) <= axes


def test_every_answer_about_the_two_traditions_is_in_the_drawing():
    told = values("two-traditions")
    words = " ".join(written("two-traditions"))
    for text in told[["added", "inherent"]].iloc[1:].to_numpy().ravel():
        assert text in words, text
    marked = [text.removesuffix(" *") for text in written("two-traditions") if text.endswith(" *")]
    assert marked == list(told.loc[told["this_books_reading"] == "yes", "question"])


def test_the_sheet_of_one_issue_tells_what_its_values_hold():
    told = values("one-page-plan")
    words = re.sub(r"\s+", " ", " ".join(written("one-page-plan")))
    for text in told["text"].dropna():
        assert text in words, text
    scores = told.dropna(subset="score")
    assert len(scores) == 5
    for row in scores.itertuples():
        assert f"{row.score:g}" in written("one-page-plan"), row.name


def test_a_figures_text_for_those_who_cannot_see_it_agrees_with_its_values():
    told = values("fields-by-tradition")
    alt = FIGURES["fields-by-tradition"]["alt"]
    for label, rows in told.groupby("field_label"):
        counts = re.search(rf"{label}: ([^;]+)", alt)[1]
        agreed = [int(n) for n in re.findall(r"(?:added|inherent|views|view) (\d+)", counts)]
        assert agreed == list(rows["agreed"]), label


# --- the drawing ---------------------------------------------------------------------------


@NAMED
def test_a_drawing_is_light_enough_for_a_phone(name: str):
    assert len(gzip.compress(svg(name).encode())) < 30_000


def test_text_with_a_rim_is_written_with_the_letters_that_a_drawing_shares():
    def drawn(kind: type, **style) -> str:
        drawing, axes = canvas(1)
        axes.add_artist(kind(0.5, 0.5, "mimic", transform=axes.transData, **style))
        return figure(plot=drawing).svg().decode()

    plain, haloed = drawn(Text), drawn(Haloed)
    letters = re.compile(r'<path id="DejaVuSans-[^"]+" d="[^"]+"')
    assert letters.findall(haloed) == letters.findall(plain)
    # Twice the text: its rim below, and itself.
    assert haloed.count("<!-- mimic -->") == 2 * plain.count("<!-- mimic -->")
    rim = re.search(r'<g style="stroke: #ffffff; stroke-width: ([\d.]+); opacity: 0.8">', haloed)
    scale = re.search(r"<!-- mimic -->\s*<g [^>]*scale\(([\d.]+)", plain)[1]
    assert float(rim[1]) * float(scale) / 64 == pytest.approx(RIM, rel=0.01)


def test_drawing_text_with_a_rim_as_svg_leaves_it_as_it_was():
    drawing, axes = canvas(1)
    text = axes.add_artist(Haloed(0.5, 0.5, "mimic", color="#22262b"))
    small = figure(plot=drawing)
    first = small.png()
    small.svg()
    assert text.get_color() == "#22262b"
    assert small.png() == first
