"""The figures of the model: every name readable, every mark in its place, every number told."""

import re

import numpy as np
import pandas as pd
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from partnership import data, model
from partnership.figures import fit_heat_map, issue_against_prototypes, partnership_map
from partnership.figures.model import DOT, contrast, shade
from partnership.figures.names import ISSUE_NAME, LONGEST, form_name, issue_name
from partnership.figures.placing import Box, around, place, text_size
from partnership.figures.style import WIDTH

pytestmark = pytest.mark.slow

FORMS = data.load("partnership_forms")
EXAMPLE = ["instructed", "informant", "coordinator"]


def inputs(group="all"):
    ratings, named = model.from_dataset(group)
    scores = model.score(ratings)
    return scores, model.deliver(scores, model.practice(named))


def draw(name, group="all"):
    scores, delivery = inputs(group)
    if name == "issue":
        return issue_against_prototypes(scores, FORMS, "medication-transitions", EXAMPLE)
    if name == "heat":
        return fit_heat_map(scores, model.fits_of(scores), FORMS)
    return partnership_map(scores, delivery, FORMS)


def boxes(figure):
    """The text of a figure with the rectangles it covers, in pixels."""
    canvas = FigureCanvasAgg(figure.plot)
    canvas.draw()
    texts = [text for axes in figure.plot.axes for text in axes.texts]
    return [(text, text.get_window_extent(canvas.get_renderer())) for text in texts]


def written(figure):
    return [text.get_text() for axes in figure.plot.axes for text in axes.texts]


def shared(one, other):
    wide = min(one.x1, other.x1) - max(one.x0, other.x0)
    high = min(one.y1, other.y1) - max(one.y0, other.y0)
    return wide > 0.5 and high > 0.5


FIGURES = pytest.mark.parametrize("name", ["issue", "heat", "map"])
READINGS = pytest.mark.parametrize("group", ["all", "accounts", "service"])


# --- all three ------------------------------------------------------------------------------


@FIGURES
@READINGS
def test_no_text_covers_another_and_none_is_cut_off(name, group):
    figure = draw(name, group)
    found = boxes(figure)
    page = figure.plot.bbox
    for number, (text, box) in enumerate(found):
        assert box.x0 >= 0 and box.y0 >= 0 and box.x1 <= page.x1 and box.y1 <= page.y1, text
        covered = [other.get_text() for other, its in found[number + 1 :] if shared(box, its)]
        assert not covered, f"{text.get_text()!r} and {covered}"


@FIGURES
def test_text_is_large_enough_for_a_phone(name):
    figure = draw(name)
    assert figure.plot.get_figwidth() == WIDTH
    assert min(text.get_fontsize() for text, _ in boxes(figure)) >= 9.5


@FIGURES
def test_the_same_data_give_the_same_file(name):
    assert draw(name).svg() == draw(name).svg()


# --- one issue ------------------------------------------------------------------------------


def test_the_distance_to_a_prototype_is_written_scale_by_scale():
    # The issue 2 2 3 3 3 against instructed 1 1 1 3 2, informing 2 2 3 2 1, coordinating 2 2 3 4 3.
    figure = draw("issue")
    numbers = [text for text in written(figure) if re.fullmatch(r"[\d.]+", text)]
    steps = [text for text in numbers[5:] if text not in {"0.75", "0.85", "0.95"}]
    assert numbers.count("0.75") == numbers.count("0.85") == numbers.count("0.95") == 1
    assert [steps[5], steps[16], steps[27]] == ["5", "3", "1"]
    assert "Instructed 5 steps apart, fit 0.75" in figure.alt
    assert "coordinating 1 step apart, fit 0.95" in figure.alt


# --- the heat map ---------------------------------------------------------------------------


def test_a_fit_is_written_exactly_where_the_form_is_in_the_fitting_set():
    _, delivery = inputs()
    cells = [text for text in written(draw("heat")) if re.fullmatch(r"1|\.\d\d", text)]
    # One “1” more: the key.
    assert len(cells) == delivery["fitting"].map(len).sum() + 1


def test_the_numbers_in_cells_stand_out_from_any_shade():
    for fit in np.linspace(0, 1, 101):
        best = max(contrast(ink, shade(fit)) for ink in ("white", "#22262B"))
        assert best >= 4
    assert contrast("white", shade(0.8)) >= 4.5
    light = [contrast("white", shade(fit)) for fit in np.linspace(0, 1, 101)]
    assert (np.diff(light) >= 0).all() and light[-1] > 10, (
        "the better the fit, the darker, also without colour"
    )


def test_an_issue_that_nobody_could_rate_is_named_as_such():
    assert written(draw("heat")).count("not rated: no text bears on it") == 1
    assert "29 rated issues" in draw("heat").caption


def test_least_relational_issues_come_first():
    scores, _ = inputs()
    names = {issue_name(issue): issue for issue in scores["issue"]}
    rows = [names[text] for text in written(draw("heat")) if text in names]
    x = model.map_position(scores).set_axis(scores["issue"])["x"].loc[rows].dropna()
    assert x.is_monotonic_increasing
    assert len(rows) == len(scores)


# --- the map --------------------------------------------------------------------------------


def key_and_labels(figure):
    texts = written(figure)
    labels = [text for text in texts if re.fullmatch(r"\d+–\d+|[1-9]\d*", text)]
    return texts, labels


def numbers_in(label):
    first, _, last = label.partition("–")
    return list(range(int(first), int(last or first) + 1))


def test_every_rated_issue_is_numbered_once_on_the_plane_and_once_in_the_key():
    figure = draw("map")
    scores, _ = inputs()
    rated = scores[scores["scales_rated"] >= model.MIN_SCALES]
    texts, labels = key_and_labels(figure)
    on_plane = labels[: -len(rated)]
    told = sorted(number for label in on_plane for number in numbers_in(label))
    assert told == list(range(1, len(rated) + 1))
    assert sorted(map(int, labels[-len(rated) :])) == told
    names = set(ISSUE_NAME[issue] for issue in rated["issue"])
    assert names <= set(texts)
    assert ISSUE_NAME["sterile-instruments"] not in texts


def test_the_list_puts_each_issue_under_its_relation():
    texts = written(draw("map"))
    _, delivery = inputs()
    heads = [text for text in texts if re.fullmatch(r"[a-z]+: \d+ issues?", text)]
    for head, end in zip(heads, [*heads[1:], None], strict=True):
        listed = texts[texts.index(head) : texts.index(end) if end else None]
        own = delivery.loc[delivery["relation"] == head.split(":")[0], "issue"]
        assert {text for text in listed if text in ISSUE_NAME.values()} == {
            ISSUE_NAME[issue] for issue in own
        }


def test_a_few_issues_are_named_on_the_plane_too():
    texts = written(draw("map"))
    twice = [name for name in ISSUE_NAME.values() if texts.count(name) == 2]
    assert {ISSUE_NAME["home-dialysis"], ISSUE_NAME["anticoagulants"]} <= set(twice)
    assert len(twice) >= 4


def test_the_map_says_that_likeness_is_not_effect():
    assert any("Effect is not shown" in text for text in written(draw("map")))
    assert "likeness is not effect" in draw("map").caption


def test_issues_at_one_point_share_a_label():
    scores, _ = inputs()
    rated = scores[scores["scales_rated"] >= model.MIN_SCALES]
    points = model.map_position(rated).round(9).drop_duplicates()
    texts, labels = key_and_labels(draw("map"))
    assert len(labels) - len(rated) == len(points)
    assert "18–23" in texts


def test_no_name_on_the_map_covers_the_mark_of_an_issue():
    figure = draw("map")
    found = boxes(figure)
    axes = figure.plot.axes[0]
    marks = [line for line in axes.lines if line.get_marker() in {"o", "s", "^", "v", "x"}]
    reach = DOT / 2 / 72 * figure.plot.dpi
    for line in marks:
        x, y = axes.transData.transform((line.get_xdata()[0], line.get_ydata()[0]))
        covering = [
            text.get_text()
            for text, box in found
            if box.x0 - reach < x < box.x1 + reach and box.y0 < y < box.y1
        ]
        assert not covering


def test_the_map_tells_its_relations_to_those_who_cannot_see_it():
    figure = draw("map")
    _, delivery = inputs()
    for relation, count in delivery["relation"].value_counts().drop("unknown").items():
        assert f"{relation} {count}" in figure.alt
        assert f"{relation}: {count} issues" in written(figure)


def test_a_teams_own_issues_are_drawn_too():
    ratings = pd.DataFrame(
        {
            "issue": ["ours", "theirs"],
            "label": ["An issue of our own with a label that goes on and on", None],
            "interaction": [4, 0],
            "variability": [3, 0],
            "knowledge": [3, 0],
            "presence": [3, 0],
            "agency": [2, 0],
            "offered": ["protected", None],
        }
    )
    scores = model.score(ratings)
    figure = partnership_map(scores, model.deliver(scores, model.practice(ratings)), FORMS)
    assert "unknown 1" in figure.alt
    assert "An issue of our own with …" in written(figure)


# --- names --------------------------------------------------------------------------------


def test_every_issue_of_the_dataset_has_a_short_name_of_its_own():
    issues = data.load("safety_issues")["issue"]
    assert set(issues) == set(ISSUE_NAME)
    assert len(set(ISSUE_NAME.values())) == len(ISSUE_NAME)
    assert max(map(len, ISSUE_NAME.values())) <= LONGEST


def test_a_name_is_cut_to_length_where_the_book_has_none():
    assert issue_name("x", "falls at night") == "falls at night"
    assert len(issue_name("x" * 40)) <= LONGEST
    assert form_name("Trusted partner") == "trusted"


# --- placing --------------------------------------------------------------------------------

PAGE = Box(0, 0, 4, 4)
DOT_BOX = around(2, 2, 0.2, 0.2)


def test_a_label_stands_to_the_right_where_that_is_free():
    box, distance = place(DOT_BOX, (0.5, 0.2), [DOT_BOX], PAGE)
    assert distance == 0
    assert box == pytest.approx((2.1, 1.9, 2.6, 2.1))


def test_a_label_moves_to_the_left_and_then_away():
    right = Box(2.1, 1.8, 4, 2.2)
    box, _ = place(DOT_BOX, (0.5, 0.2), [DOT_BOX, right], PAGE)
    assert box.right == pytest.approx(1.9)
    ring = [around(2, 2, 0.3, 0.3)]
    box, distance = place(DOT_BOX, (0.5, 0.2), ring, PAGE)
    assert distance > 0
    assert box.overlap(ring[0]) == 0


def test_a_label_without_a_free_place_covers_as_little_as_it_can():
    crowd = [Box(0, 0, 4, 1.95), Box(0, 1.95, 4, 2.05), Box(0, 2.6, 4, 4), Box(0, 2.05, 4, 2.6)]
    box, _ = place(DOT_BOX, (0.5, 0.2), crowd, PAGE)
    assert box.within(PAGE)


def test_a_label_larger_than_the_page_is_refused():
    with pytest.raises(ValueError, match="has no room"):
        place(DOT_BOX, (5, 1), [], PAGE)


def test_bold_text_is_wider_and_two_lines_are_twice_as_high():
    width, height = text_size("watching", 9.5)
    assert text_size("watching", 9.5, "bold")[0] > width
    assert text_size("watching\nand", 9.5) == (width, 2 * height)
