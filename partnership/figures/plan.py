"""The figures of a team's plan: where its issues lie on the map, and one line an issue."""

from __future__ import annotations

import unicodedata
import warnings

import pandas as pd
from matplotlib.patches import Rectangle

from partnership.figures.style import (
    ACCENT,
    INK,
    MUTED,
    RULE,
    TRADITION,
    TRADITION_TEXT,
    WIDTH,
    BookFigure,
    canvas,
)
from partnership.model import map_position

CHAPTER = "10-plan-a-partnership"
LONGEST = {"bold": 44, "plain": 52}
"""Characters of an issue's label that have room on a line."""
KEYED = 30
"""Issues up to which the map has a key of its own; beyond, the numbers are those of the table."""
ACTIVITIES = ("no part", "follow", "contribute", "partner")
"""Levels of activity, as patients and families would be told of them."""
RELATION_COLOUR = {
    "fits": "#0B6653",
    "untapped": "#A35300",
    "misfit": "#5F438A",
    "overreach": "#A3262A",
    "unheard": INK,
    "unknown": MUTED,
}
BAND = "#BFE3DA"

# Map: where the name of a form stands beside its point (points right and up, alignment).
BESIDE = {
    "protected": (8, 0, "left", "center"),
    "instructed": (0, 8, "center", "bottom"),
    "checker": (0, -8, "center", "top"),
    "informant": (8, 0, "left", "center"),
    "coordinator": (-8, 0, "right", "center"),
    "advocate": (-8, 0, "right", "center"),
    "sense-maker": (0, -9, "center", "top"),
    "self-manager": (-8, 0, "right", "center"),
    "trusted-partner": (6, 8, "right", "bottom"),
}
LEFT, BOTTOM, ACROSS, UP = 0.42, 0.5, 4.26, 3.7
"""The map's axes in inches, without the key below."""
SIGN, TALL = 0.085, 0.19
"""Width of a digit and height of a number's box in inches."""


def plan_map(issues: pd.DataFrame, forms: pd.DataFrame, source: str) -> BookFigure:
    """Draw a team's issues, by number, among the forms of delivery.

    Parameters
    ----------
    issues : DataFrame
        `number`, `label`, and `x`, `y` as `model.map_position` gives them (NaN: not on the map).
    forms : DataFrame
        The delivery forms, as `model.in_phase` gives them.
    source : str
        Name of the file of ratings.

    Returns
    -------
    BookFigure
    """
    placed = issues.dropna(subset=["x", "y"])
    keyed = len(issues) <= KEYED
    key = 0.22 * len(issues) + 0.05 if keyed else 0.3
    height = BOTTOM + UP + key
    figure, axes = canvas(height)
    figure.set_layout_engine("none")
    box = [LEFT / WIDTH, (BOTTOM + key) / height, ACROSS / WIDTH, UP / height]
    axes.set_position(box)
    axes.set(xlim=(-0.05, 1.07), ylim=(-0.07, 1.09), xticks=[0, 1], yticks=[0, 1])
    axes.set_xticklabels(["low", "high"])
    axes.set_yticklabels(["low", "high"], rotation=90, va="center")
    axes.tick_params(length=0)
    axes.set_xlabel("how far it turns on dealings between people", labelpad=-6)
    axes.set_ylabel("what patients and families bring", labelpad=-6)
    shown = forms[forms["recommendable"] == "yes"].reset_index(drop=True)
    at = map_position(shown)
    texts = []
    for form, x, y in zip(shown.itertuples(), at["x"], at["y"], strict=True):
        axes.plot(x, y, "o", markersize=7, color=TRADITION[form.tradition], clip_on=False)
        right, up, across, along = BESIDE.get(form.form, (8, 0, "left", "center"))
        label = form.label.replace("and insisting", "and\ninsisting")
        text = axes.annotate(
            label.replace("Sense-making ", "Sense-making\n"),
            (x, y),
            (right, up),
            textcoords="offset points",
            ha=across,
            va=along,
            fontsize=9.5,
            linespacing=1.05,
            color=TRADITION_TEXT[form.tradition],
        )
        texts.append(text)
    _place_numbers(figure, axes, placed, texts, at)
    lines = [f"{row.number}  {_short(row.label, 'plain')}" for row in issues.itertuples()]
    off = set(issues["number"]) - set(placed["number"])
    lines = [
        line + (" (not rated enough)" if number in off else "")
        for number, line in zip(issues["number"], lines, strict=True)
    ]
    if not keyed:
        lines = ["Numbers as in the table of issues."]
    for place, line in enumerate(lines):
        figure.text(
            LEFT / WIDTH,
            (key - 0.02 - 0.22 * place) / height,
            line,
            fontsize=9.5,
            va="top",
            parse_math=False,
        )
    nearest = []
    for row in placed.itertuples():
        distance = (at["x"] - row.x) ** 2 + (at["y"] - row.y) ** 2
        nearest.append(f"{row.label}: nearest to {shown['label'][distance.idxmin()].lower()}")
    return BookFigure(
        name="plan-map",
        chapter=CHAPTER,
        caption=(
            "The team’s issues by number among the forms of partnership in delivery. To the right, "
            "more turns on what people say and do with each other; further up, more of what is "
            "needed comes from patients and families. Being near suggests fit; the five scales "
            "decide."
        ),
        alt=(
            f"A map of {_counted(len(placed), 'issue')} and {len(shown)} forms of partnership. "
            + ". ".join(nearest)
            + "." * bool(nearest)
        ),
        data=(source, "partnership_forms.csv"),
        values=pd.concat(
            [
                pd.DataFrame(
                    {
                        "kind": "form",
                        "number": pd.array([pd.NA] * len(shown), dtype="Int64"),
                        "label": shown["label"],
                        "x": at["x"],
                        "y": at["y"],
                    }
                ),
                issues.assign(kind="issue", number=issues["number"].astype("Int64"))[
                    ["kind", "number", "label", "x", "y"]
                ],
            ]
        ),
        columns={
            "kind": "form of partnership, or issue",
            "number": "number of the issue",
            "label": "what it is called",
            "x": "how far it turns on dealings between people, from 0 to 1; empty if not rated",
            "y": "what patients and families bring, from 0 to 1; empty if not rated",
        },
        plot=figure,
    )


def plan_lines(issues: pd.DataFrame, forms: pd.DataFrame, source: str, part: int = 1) -> BookFigure:
    """Draw, one line an issue, how active a part fits, is offered and is taken unasked.

    Parameters
    ----------
    issues : DataFrame
        `number`, `label`, `relation`, and the lists of forms `fitting`, `offered`, `enacted`.
    forms : DataFrame
        The delivery forms, as `model.in_phase` gives them.
    source : str
        Name of the file of ratings.
    part : int
        Which figure it is, where a plan has so many issues that it needs several.

    Returns
    -------
    BookFigure
    """
    activity = forms.set_index("form")["activity"].to_dict()
    row_height, head = 0.62, 0.62
    height = head + row_height * len(issues) + 0.05
    figure, axes = canvas(height)
    figure.set_layout_engine("none")
    axes.set_position([0, 0, 1, 1])
    axes.set(xlim=(0, WIDTH), ylim=(height, 0))
    axes.set_axis_off()
    columns = [1.7, 2.55, 3.4, 4.3]
    y = 0.17
    axes.add_patch(Rectangle((0.08, y - 0.09), 0.42, 0.18, color=BAND, linewidth=0))
    axes.text(0.58, y, "fits", va="center")
    axes.plot(1.2, y, "s", color=INK, markersize=7)
    axes.text(1.36, y, "offered", va="center")
    _unasked(axes, 2.3, y)
    axes.text(2.46, y, "done unasked", va="center")
    for x, name in zip(columns, ACTIVITIES, strict=True):
        axes.text(x, 0.47, name, ha="center", va="center", fontsize=9.5, color=MUTED)
    said, values = [], []
    for place, row in enumerate(issues.itertuples()):
        top = head + row_height * place
        line = top + 0.43
        axes.plot([0.05, WIDTH - 0.05], [top + 0.02] * 2, color=RULE, linewidth=0.8)
        title = f"{row.number}  {_short(row.label, 'bold')}"
        axes.text(0.08, top + 0.16, title, va="center", parse_math=False, fontweight="bold")
        colour = RELATION_COLOUR[row.relation]
        axes.text(0.24, line, row.relation, va="center", color=colour)
        axes.plot([columns[0], columns[-1]], [line] * 2, color=RULE, linewidth=1)
        levels = {
            layer: sorted({activity[form] for form in getattr(row, layer) if form in activity})
            for layer in ("fitting", "offered", "enacted")
        }
        if levels["fitting"]:
            left, right = (columns[levels["fitting"][end]] for end in (0, -1))
            patch = Rectangle((left - 0.21, line - 0.11), right - left + 0.42, 0.22, color=BAND)
            patch.set_linewidth(0)
            axes.add_patch(patch)
        for level in levels["offered"]:
            axes.plot(columns[level] - 0.09, line, "s", color=INK, markersize=7)
        for level in levels["enacted"]:
            _unasked(axes, columns[level] + 0.09, line)
        parts = ([ACTIVITIES[level] for level in found] for found in levels.values())
        values.append((row.number, row.label, row.relation, *parts))
        said.append(
            f"{row.label}: {row.relation}"
            + "".join(
                f"; {word} {', '.join(ACTIVITIES[level] for level in levels[layer])}"
                for layer, word in (
                    ("fitting", "fits"),
                    ("offered", "offered"),
                    ("enacted", "done unasked"),
                )
                if levels[layer]
            )
        )
    return BookFigure(
        name="plan-lines" if part == 1 else f"plan-lines-{part}",
        chapter=CHAPTER,
        caption=(
            "How active a part of patients and families fits each issue, how active a part is "
            "offered, and what they do unasked. Forms of one level differ in what they ask for, "
            "which the line does not show."
        ),
        alt=f"{_counted(len(issues), 'issue')}. " + ". ".join(said) + ".",
        data=(source, "partnership_forms.csv"),
        values=pd.DataFrame(
            values, columns=["number", "label", "relation", "fits", "offered", "done_unasked"]
        ),
        columns={
            "number": "number of the issue",
            "label": "what the issue is called",
            "relation": "how what is offered compares with what fits",
            "fits": "parts that fit: no part, follow, contribute or partner",
            "offered": "parts that are offered",
            "done_unasked": "parts that people take unasked",
        },
        plot=figure,
    )


def _unasked(axes, x: float, y: float) -> None:
    axes.plot(x, y, "^", color="white", markeredgecolor=ACCENT, markeredgewidth=1.8, markersize=8)


def _place_numbers(figure, axes, placed, texts, forms) -> None:
    """Put each issue's number where it is, or as near as there is room, with a line to its place.

    Issues at one place share a box.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        figure.draw_without_rendering()
    scale = figure.dpi
    across, up = axes.get_xlim(), axes.get_ylim()

    def inches(x: float, y: float) -> tuple[float, float]:
        right = (x - across[0]) / (across[1] - across[0]) * ACROSS
        return right, (y - up[0]) / (up[1] - up[0]) * UP

    corner = axes.get_window_extent()
    taken = []
    for text in texts:
        area = text.get_tightbbox()
        taken.append(
            tuple(
                (value - start) / scale
                for value, start in zip(
                    (area.x0, area.y0, area.x1, area.y1), (corner.x0, corner.y0) * 2, strict=True
                )
            )
        )
    for x, y in zip(forms["x"], forms["y"], strict=True):
        right, above = inches(x, y)
        taken.append((right - 0.05, above - 0.05, right + 0.05, above + 0.05))
    spots = [
        (x, y, ", ".join(map(str, rows["number"])))
        for (x, y), rows in placed.groupby(["x", "y"], sort=False)
    ]
    taken += [
        (right - 0.03, above - 0.03, right + 0.03, above + 0.03)
        for right, above in (inches(x, y) for x, y, _ in spots)
    ]
    steps = [(0.0, 0.0)] + [
        (reach * right, reach * above)
        for reach in (0.2, 0.28, 0.36, 0.46, 0.58, 0.72, 0.9)
        for right, above in ((1, 0), (-1, 0), (0, 1), (0, -1))
        + ((0.8, 0.8), (-0.8, 0.8), (0.8, -0.8), (-0.8, -0.8))
    ]
    for spot, (x, y, numbers) in enumerate(spots):
        right, above = inches(x, y)
        half = (SIGN * len(numbers) + 0.1) / 2
        own = len(taken) - len(spots) + spot
        others = [area for place, area in enumerate(taken) if place != own]
        for move in steps:
            middle = right + move[0] * (1 + (half - 0.1)), above + move[1]
            area = (middle[0] - half, middle[1] - TALL / 2, middle[0] + half, middle[1] + TALL / 2)
            within = area[0] > -0.05 and area[2] < ACROSS and area[1] > 0 and area[3] < UP
            if within and not any(_meet(area, other) for other in others):
                break
        else:
            middle = right, above
            area = (right - half, above - TALL / 2, right + half, above + TALL / 2)
        taken.insert(0, area)
        target = (
            across[0] + middle[0] / ACROSS * (across[1] - across[0]),
            up[0] + middle[1] / UP * (up[1] - up[0]),
        )
        if middle != (right, above):
            axes.plot(x, y, "o", color=INK, markersize=4, zorder=4)
            axes.plot([x, target[0]], [y, target[1]], color=INK, linewidth=0.8, zorder=3)
        axes.text(
            *target,
            numbers,
            color="white",
            fontsize=9.5,
            fontweight="bold",
            ha="center",
            va="center",
            zorder=5,
            bbox={"boxstyle": "round,pad=0.18", "facecolor": INK, "edgecolor": "white"},
        )


def _meet(one: tuple, other: tuple) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _short(label: str, weight: str) -> str:
    """Return a label that has room on a line, without signs that steer the direction of text."""
    text = "".join(sign for sign in label if unicodedata.category(sign)[0] != "C")
    most = LONGEST[weight]
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" + "s" * (number != 1)
