"""The plan of one issue on one page: all of it readable, and nothing but what the plan says."""

from dataclasses import replace

import pytest
from book import ROOT
from matplotlib.backends.backend_agg import FigureCanvasAgg

from partnership import agreement, model, plan, plan_words, ratings
from partnership.figures import one_page_plan
from partnership.figures.style import WIDTH
from partnership.plan_page import Catalogue

pytestmark = pytest.mark.slow

SAMPLE = ROOT / "chapters" / "files" / "team-ratings.csv"
SOURCE = "../chapters/files/team-ratings.csv"
LONG = "When nobody on the ward at night knows what the family has seen and said, " * 6
AWKWARD = "x" * 200 + " costs $5 or $\\frac$6\nand \u202eback"
SILENT = """issue,label,rater,group,interaction,variability,burden
night,Nights,P1,patients,4,2,
night,Nights,S1,staff,2,,
"""
UNNAMED = """issue,label,rater,interaction,variability,knowledge,presence,agency,burden
night,Nights,P1,3,3,3,4,2,3
"""


@pytest.fixture(scope="module")
def made():
    return plan.make(ratings.read(SAMPLE), draws=200)


@pytest.fixture(scope="module")
def book():
    return Catalogue.load()


@pytest.fixture
def planned(tmp_path):
    """Return what makes a plan of a file's text."""

    def make(text):
        path = tmp_path / "team.csv"
        path.write_text(text, encoding="utf-8")
        return plan.make(ratings.read(path), draws=50)

    return make


def relabelled(made, label):
    return replace(made, scores=made.scores.assign(label=label))


def boxes(figure):
    canvas = FigureCanvasAgg(figure.plot)
    canvas.draw()
    texts = [text for axes in figure.plot.axes for text in axes.texts]
    return [(text, text.get_window_extent(canvas.get_renderer())) for text in texts]


def written(figure):
    """All that is written, with the lines of a paragraph joined."""
    return " ".join(text.get_text() for text, _ in boxes(figure))


def check_page(figure):
    """Everything lies on the page, large enough, and no text covers another."""
    page = figure.plot.bbox
    found = boxes(figure)
    assert figure.plot.get_figwidth() == WIDTH
    assert min(text.get_fontsize() for text, _ in found) >= 9.5
    for number, (text, box) in enumerate(found):
        assert box.x0 >= 0 and box.y0 >= 0 and box.x1 <= page.x1 and box.y1 <= page.y1, text
        covered = [
            other.get_text()
            for other, its in found[number + 1 :]
            if min(box.x1, its.x1) - max(box.x0, its.x0) > 0.5
            and min(box.y1, its.y1) - max(box.y0, its.y0) > 0.5
        ]
        assert not covered, f"{text.get_text()!r} and {covered}"


ISSUES = pytest.mark.parametrize(
    "issue", ["medication-transitions", "line-change", "worry-at-night"]
)


@ISSUES
def test_an_issue_has_room_on_one_upright_page(made, book, issue):
    figure = one_page_plan(made, issue, book, SOURCE)
    check_page(figure)
    assert 7 < figure.plot.get_figheight() < 8.5


@pytest.mark.parametrize("label", [LONG, AWKWARD, "Å"])
def test_any_label_a_team_writes_has_room(made, book, label):
    figure = one_page_plan(relabelled(made, label), "worry-at-night", book, SOURCE)
    check_page(figure)
    assert figure.plot.get_figheight() < 9
    assert ("…" in written(figure)) == (len(label) > 1)
    assert "\u202e" not in written(figure) + figure.alt


def test_many_groups_with_long_names_have_room(book, planned):
    rows = ["issue,rater,group,interaction,variability,knowledge,presence,agency,offered"]
    rows += [
        f"night,R{number},a group whose name is long {number},{number % 5},3,3,4,2,advocate"
        for number in range(20)
    ]
    figure = one_page_plan(planned("\n".join(rows)), "night", book, SOURCE)
    check_page(figure)


@pytest.mark.parametrize("text", [SILENT, UNNAMED])
def test_where_nothing_can_be_compared_the_page_says_what_is_missing(book, planned, text):
    made = planned(text)
    figure = one_page_plan(made, "night", book, SOURCE)
    check_page(figure)
    offered = "Nobody named what you offer patients and families in this issue today."
    assert plan_words.RELATIONS["unknown"][0] in written(figure)
    assert offered in written(figure) and offered in figure.alt
    assert "Relation: unknown." in figure.alt
    assert "Unknown" not in written(figure), "an unknown relation has no share of the draws"
    if text == SILENT:
        assert "Too little is rated to say what fits." in figure.alt
        assert written(figure).count("not rated") == 3
        assert "Best form" not in written(figure)
    else:
        assert "Best form: " in written(figure)


@ISSUES
def test_the_page_tells_what_the_plan_says(made, book, issue):
    figure = one_page_plan(made, issue, book, SOURCE)
    rows = made.table[made.table["issue"] == issue].set_index("phase").loc["delivery"]
    text = written(figure)
    for said in (text, figure.alt):
        assert plan_words.RELATIONS[rows["relation"]][0] in said
        assert plan_words.named(book.label(rows["fitting"][0])) in said
        assert "Character, not effect" in said
    chances = made.sureness.relations.set_index(["issue", "relation"])["probability"]
    assert plan_words.share(chances[issue, rows["relation"]]) in text
    accepted = made.sureness.forms.set_index(["issue", "form"])["acceptability"]
    assert plan_words.share(accepted[issue, rows["fitting"][0]]) in text
    assert f"Relation: {rows['relation']}." in figure.alt


def test_the_load_is_carried_by_whom_the_model_names(made, book):
    carried = made.table["carried_by"].dropna().iloc[0]
    assert carried in written(one_page_plan(made, "worry-at-night", book, SOURCE))
    light = one_page_plan(made, "line-change", book, SOURCE)
    assert "no safeguard is called for yet" in written(light)


def test_groups_are_told_only_where_they_differ_by_a_step(made, book):
    # Worry at night, by hand: staff 2 and 3, patients 4 and 4, families 3 and 4 on interaction;
    # 3 and 3, 3 and 3, 3 and 2 on variability: half a step.
    figure = one_page_plan(made, "worry-at-night", book, SOURCE)
    lines = [text.get_text() for text, _ in boxes(figure)]
    assert "staff 2.5, patients 4, families 3.5" in lines
    assert "Interaction 3.5 (raters 2 to 4; staff 2.5, patients 4, families 3.5)" in figure.alt
    assert "Variability 3 (raters 2 to 3), prototype of the best form 3." in figure.alt
    groups = made.groups[made.groups["issue"] == "worry-at-night"]
    apart = [
        scale
        for scale in model.SCALES
        if groups[scale].max() - groups[scale].min() >= agreement.STEP
    ]
    assert sum(line.startswith("staff ") for line in lines) == len(apart)


def test_marks_lie_where_the_scores_are(made, book):
    figure = one_page_plan(made, "worry-at-night", book, SOURCE)
    axes = figure.plot.axes[0]
    by_shape = {
        shape: [line.get_xdata()[0] for line in axes.lines if line.get_marker() == shape][1:]
        for shape in "Do"
    }
    ticks = {
        text.get_text(): text.get_position()[0]
        for text in axes.texts
        if text.get_text() in "01234" and text.get_horizontalalignment() == "center"
    }
    step = ticks["1"] - ticks["0"]
    scores = made.scores.set_index("issue").loc["worry-at-night", list(model.SCALES)]
    prototype = book.forms.loc["advocate", list(model.SCALES)]
    for shape, values in (("D", scores), ("o", prototype)):
        at = [(x - ticks["0"]) / step for x in by_shape[shape]]
        assert at == pytest.approx([float(value) for value in values])


def test_the_same_plan_gives_the_same_file(made, book):
    one, other = (one_page_plan(made, "line-change", book, SOURCE) for _ in range(2))
    assert one.svg() == other.svg() and one.png() == other.png()


def test_an_issue_that_is_not_in_the_plan_is_refused(made, book):
    with pytest.raises(KeyError):
        one_page_plan(made, "no-such-issue", book, SOURCE)


def test_it_is_drawn_from_files_that_are_there(made, book):
    figure = one_page_plan(made, "line-change", book, SOURCE)
    assert SOURCE in figure.data
    assert all((ROOT / "data" / name).exists() for name in figure.data)
