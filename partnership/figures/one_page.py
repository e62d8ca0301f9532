"""The plan of one issue on one page: what the plan’s page tells, to print or to read on a phone.

The sentences are those of `partnership.plan_words`; here they are given their place.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import TYPE_CHECKING

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle

from partnership import agreement, model, plan_words
from partnership.figures.placing import text_size
from partnership.figures.plan import BAND, CHAPTER, RELATION_COLOUR
from partnership.figures.style import ACCENT, INK, MUTED, RULE, WIDTH, BookFigure, canvas

if TYPE_CHECKING:  # they import the figures
    from partnership.plan import Plan
    from partnership.plan_page import Catalogue

SIZE, HEADING, TITLE = 9.5, 10.5, 13
"""Sizes of the text in points."""
LEADING = 1.2
"""From line to line, where the size of the letters is 1."""
LEFT, RIGHT = 0.1, WIDTH - 0.1
TITLE_LINES, GROUP_LINES, PEOPLE_LINES = 3, 2, 2
"""Lines that what a team wrote may take: beyond, it is cut."""
STRIP, SCORE, RANGE = (1.2, 2.96), 3.62, 3.92
"""Where on the page the strip of a scale lies, its score ends and its range begins, in inches."""
BAR = 3.5, 0.7
"""Where the bars of the draws begin, and how long the whole is, in inches."""
NOT_EFFECT = "Character, not effect: fit does not prove safer care."


def one_page_plan(plan: Plan, issue: str, book: Catalogue, source: str) -> BookFigure:
    """Draw the plan of one issue on one upright page.

    Parameters
    ----------
    plan : Plan
        What `plan.make` gives.
    issue : str
        One of its issues.
    book : Catalogue
        What the book knows of forms, anchors and safeguards: `plan_page.Catalogue.load()`.
    source : str
        The file of ratings, as seen from `data/`.

    Returns
    -------
    BookFigure
        As tall as what is told needs.

    Raises
    ------
    KeyError
        If the plan has no such issue.
    """
    scores = plan.scores.set_index("issue", drop=False).loc[issue]
    rows = plan.table[plan.table["issue"] == issue].set_index("phase")
    delivery = rows.loc["delivery"]
    groups = plan.groups[plan.groups["issue"] == issue]
    sizes = dict(zip(map(_plain, groups["group"]), groups["raters"].astype(int), strict=True))
    raters = int(scores["raters"])
    relation = delivery["relation"]
    best = delivery["fitting"][0] if delivery["fitting"] else None
    profile = _profile(plan, book, scores, best)
    people = plan_words.people(sizes, raters)
    warning = plan_words.few(sizes, raters)
    offered = _offered(plan, book, scores, delivery)
    fitting = _fitting(plan, book, scores, delivery)
    enacted = plan_words.enactment(
        [book.label(form) for form in delivery["enacted"]],
        [book.label(form) for form in delivery["enacted_fitting"]],
        relation,
        delivery["unsupported"] is not pd.NA and bool(delivery["unsupported"]),
    )
    carried = None if pd.isna(delivery["carried_by"]) else delivery["carried_by"]
    load = plan_words.burden(
        scores["burden"], book.anchors["burden"], carried, book.reasons.get(carried, "")
    )
    chances = _chances(plan, book, issue, delivery)
    sure = _sure(plan, relation, chances)

    figure, axes = canvas(8)
    figure.set_layout_engine("none")
    axes.set_position([0, 0, 1, 1])
    axes.set_axis_off()
    axes.set_xlim(0, WIDTH)
    label = _plain(scores["label"])
    y = _write(axes, 0.06, label, size=TITLE, weight="bold", most=TITLE_LINES)
    kicker = f"Plan for one safety issue. {people}."
    y = _write(axes, y + 0.02, kicker, color=MUTED, most=PEOPLE_LINES)
    y = _relation(axes, y + 0.07, relation, offered)

    y = _head(axes, y + 0.03, "The character of this issue")
    y = _draw_profile(axes, y, profile, book.label(best) if best else None)
    y = _head(axes, y, "What fits")
    for text in fitting:
        y = _write(axes, y, text)
    y = _head(axes, y, "What people do already")
    y = _write(axes, y, enacted)
    y = _head(axes, y, "Who carries the load")
    y = _write(axes, y, load)
    y = _head(axes, y, "How sure is this?")
    y = _draw_chances(axes, y, chances)
    y = _write(axes, y, " ".join(filter(None, [sure, warning])))
    axes.plot([LEFT, RIGHT], [y + 0.09] * 2, color=RULE, linewidth=0.8)
    height = _write(axes, y + 0.14, NOT_EFFECT, weight="bold") + 0.06
    figure.set_size_inches(WIDTH, height)
    axes.set_ylim(height, 0)

    said = [
        f"The plan of one issue on a page: {label}, rated by {people}.",
        f"Relation: {relation}. {plan_words.RELATIONS[relation][0]}.",
        *offered,
        *(_told(row) for row in profile),
        *fitting,
        enacted,
        load,
        *(f"{name} in {plan_words.share(value)} of the draws." for name, value in chances),
        NOT_EFFECT,
    ]
    return BookFigure(
        name="one-page-plan",
        chapter=CHAPTER,
        caption=(
            "The plan of one issue on one page, as the command’s page tells it: its character "
            "beside the prototype of the form that fits best, what is offered and done, who "
            "carries the load and how sure this is. It compares characters and knows nothing of "
            "effects."
        ),
        alt=" ".join(said),
        data=(source, "partnership_forms.csv", "safeguards.csv", "scales.csv"),
        values=_values(relation, profile, chances, fitting, offered, [enacted, load]),
        columns={
            "part": "part of the page",
            "name": "scale, or what came out in the draws",
            "score": "middle score of the raters, from 0 to 4",
            "lowest": "score of the lowest rater",
            "highest": "score of the highest rater",
            "groups": "medians of groups of raters, where they differ",
            "prototype": "score that the best form is made for",
            "share": "share of the draws, from 0 to 1",
            "text": "what is written",
        },
        plot=figure,
    )


# --- what is told ---------------------------------------------------------------------------


def _plain(text: str) -> str:
    """Return text without signs that break a line or steer its direction."""
    text = " ".join(text.split())
    return "".join(sign for sign in text if unicodedata.category(sign)[0] != "C")


def _profile(plan: Plan, book: Catalogue, scores: pd.Series, best: str | None) -> list[dict]:
    """Return score, range, prototype and differing groups, scale by scale."""
    spread = plan.spread[plan.spread["issue"] == scores["issue"]].set_index("scale")
    groups = plan.groups[plan.groups["issue"] == scores["issue"]]
    rows = []
    for scale in model.SCALES:
        known = groups.dropna(subset=[scale])
        medians = known[scale].astype(float)
        apart = len(known) > 1 and (
            medians.max() - medians.min() >= agreement.STEP - model.TOLERANCE
        )
        rows.append(
            {
                "scale": scale,
                "score": float(scores[scale]),
                "low": float(spread["lowest"].get(scale, float("nan"))),
                "high": float(spread["highest"].get(scale, float("nan"))),
                "made_for": float(book.forms.at[best, scale]) if best else None,
                "groups": ", ".join(
                    f"{_plain(group)} {plan_words.number(median)}"
                    for group, median in zip(known["group"], medians, strict=True)
                )
                if apart
                else "",
            }
        )
    return rows


def _values(
    relation: str,
    profile: list[dict],
    chances: list[tuple[str, float]],
    fitting: list[str],
    offered: list[str],
    rest: list[str],
) -> pd.DataFrame:
    """Return what the page tells, a row each."""
    enacted, load = rest
    rows = [{"part": "relation", "name": relation, "text": plan_words.RELATIONS[relation][0]}]
    rows += [{"part": "what is offered", "text": text} for text in offered]
    rows += [
        {
            "part": "character",
            "name": row["scale"],
            "score": row["score"],
            "lowest": row["low"],
            "highest": row["high"],
            "groups": row["groups"] or None,
            "prototype": row["made_for"],
        }
        for row in profile
    ]
    rows += [{"part": "what fits", "text": text} for text in fitting]
    rows += [{"part": "what people do already", "text": enacted}]
    rows += [{"part": "who carries the load", "text": load}]
    rows += [{"part": "how sure this is", "name": name, "share": value} for name, value in chances]
    columns = ["part", "name", "score", "lowest", "highest", "groups"]
    return pd.DataFrame(rows, columns=[*columns, "prototype", "share", "text"])


def _told(row: dict) -> str:
    """Return one scale in words."""
    if pd.isna(row["score"]):
        return f"{row['scale'].capitalize()}: not rated."
    text = f"{row['scale'].capitalize()} {plan_words.number(row['score'])} (raters {_range(row)}"
    text += f"; {row['groups']})" if row["groups"] else ")"
    if row["made_for"] is not None:
        text += f", prototype of the best form {plan_words.number(row['made_for'])}"
    return text + "."


def _range(row: dict) -> str:
    low, high = plan_words.number(row["low"]), plan_words.number(row["high"])
    return low if low == high else f"{low} to {high}"


def _offered(plan: Plan, book: Catalogue, scores: pd.Series, delivery: pd.Series) -> list[str]:
    """Return what is offered and how that compares, in sentences."""
    relation, offered = delivery["relation"], list(delivery["offered"])
    rows = plan.practice[
        (plan.practice["issue"] == scores["issue"])
        & (plan.practice["layer"] == "offered")
        & (plan.practice["phase"] == "delivery")
    ]
    lines = []
    if relation == model.UNHEARD:
        lines.append(plan_words.unheard_by(rows["named_by"].iloc[0], rows["raters"].iloc[0]))
    elif offered:
        labels = [
            plan_words.naming(book.label(row.form), row.named_by, row.raters)
            for row in rows.itertuples()
            if row.form != model.UNHEARD or len(offered) == 1
        ]
        lines.append(plan_words.offer(labels, model.UNHEARD in offered and len(offered) > 1))
    lines += filter(None, [plan_words.RELATIONS[relation][1]])
    if relation == "unknown":
        lines += plan_words.unknown_because(scores, bool(offered), plan.weights)
    return lines


def _fitting(plan: Plan, book: Catalogue, scores: pd.Series, delivery: pd.Series) -> list[str]:
    """Return what fits, and what the best form asks of both sides."""
    fitting = list(delivery["fitting"])
    if not fitting:
        return [plan_words.what_fits([], [])]
    forms = book.forms.reset_index()
    fits = model.fits_of(scores.to_frame().T, forms, weights=plan.weights).iloc[0]
    best = book.forms.loc[fitting[0]]
    return [
        plan_words.what_fits([book.label(form) for form in fitting], list(fits[fitting])),
        f"Patient or family: {plan_words.named(best['patient_does'])}.",
        f"Professionals: {plan_words.named(best['professionals_do'])}.",
    ]


def _chances(
    plan: Plan, book: Catalogue, issue: str, delivery: pd.Series
) -> list[tuple[str, float]]:
    """Return the relation and the best form, with the share of draws in which they came out."""
    found = []
    relation = delivery["relation"]
    rows = plan.sureness.relations.set_index(["issue", "relation"])["probability"]
    if relation != "unknown" and pd.notna(rows.get((issue, relation))):
        found.append((relation.capitalize(), float(rows[issue, relation])))
    if delivery["fitting"]:
        best = delivery["fitting"][0]
        rows = plan.sureness.forms.set_index(["issue", "form"])["acceptability"]
        if pd.notna(rows.get((issue, best))):
            name = f"Best form: {plan_words.named(book.label(best))}"
            found.append((name, float(rows[issue, best])))
    return found


def _sure(plan: Plan, relation: str, chances: list[tuple[str, float]]) -> str:
    """Return what the shares are shares of, and how steady the relation is."""
    if not chances:
        return ""
    text = f"Share of {plan.draws:,} draws in which judgements and raters varied."
    if relation == model.UNHEARD:
        text += " “Unheard” rests on what you say is offered: it is the same in all."
    elif relation != "unknown":
        text += f" “{relation.capitalize()}” is {plan_words.steadiness(chances[0][1])}."
    return text


# --- where it stands ------------------------------------------------------------------------


@cache
def _word(text: str, weight: str) -> float:
    # Two dollar signs are no formula.
    return text_size(text.replace("$", r"\$"), 1, weight)[0]


def _wide(text: str, size: float, weight: str) -> float:
    """Return the width of text in inches: that of its words, measured once, and the spaces."""
    words = text.split(" ")
    space = _word("n n", weight) - 2 * _word("n", weight)
    return size * (sum(_word(word, weight) for word in words) + space * (len(words) - 1))


def _wrapped(text: str, width: float, size: float, weight: str, most: int | None) -> list[str]:
    """Return text in lines no wider than so many inches, and no more lines than allowed."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if _wide(longer, size, weight) <= width:
            lines[-1] = longer
            continue
        if lines[-1]:
            lines.append("")
        while _wide(word, size, weight) > width:
            fits = next(
                n for n in range(len(word), 0, -1) if _wide(word[:n], size, weight) <= width
            )
            lines[-1:] = [word[:fits], ""]
            word = word[fits:]
        lines[-1] = word
    if most is None or len(lines) <= most:
        return lines
    last = lines[most - 1]
    while _wide(f"{last} …", size, weight) > width:
        last = last[:-1].rstrip()
    return [*lines[: most - 1], f"{last} …"]


def _write(
    axes: Axes,
    y: float,
    text: str,
    *,
    left: float = LEFT,
    right: float = RIGHT,
    size: float = SIZE,
    weight: str = "normal",
    color: str = INK,
    most: int | None = None,
) -> float:
    """Write text from the height y downwards; return where it ends."""
    pitch = size * LEADING / 72
    for line in _wrapped(text, right - left, size, weight, most):
        axes.text(
            left,
            y + pitch * 0.75,
            line,
            fontsize=size,
            fontweight=weight,
            color=color,
            va="baseline",
            parse_math=False,
        )
        y += pitch
    return y


def _head(axes: Axes, y: float, text: str) -> float:
    """Write the heading of a section, apart from what is above."""
    return _write(axes, y + 0.055, text, size=HEADING, weight="bold", color=ACCENT) + 0.01


def _relation(axes: Axes, y: float, relation: str, lines: list[str]) -> float:
    """Write the relation, marked by a bar in its colour at the margin."""
    colour = RELATION_COLOUR[relation]
    heading = plan_words.RELATIONS[relation][0]
    if relation in ("untapped", "misfit", "overreach"):
        heading += f" ({relation})"
    end = _write(axes, y + 0.03, heading, left=0.3, size=11, weight="bold", color=colour)
    if lines:
        end = _write(axes, end, " ".join(lines), left=0.3) + 0.02
    axes.add_patch(Rectangle((LEFT, y), 0.08, end - y, color=colour, linewidth=0))
    return end


def _draw_profile(axes: Axes, y: float, profile: list[dict], best: str | None) -> float:
    """Draw a strip a scale: score, range of the raters, and what the best form is made for."""
    start, end = STRIP
    step = (end - start) / model.TOP

    def middle(text: str, x: float, **style) -> None:
        axes.text(x, y + 0.008, text, **{"fontsize": SIZE, "va": "center", "color": INK, **style})

    y += 0.1
    _issue(axes, LEFT + 0.3, LEFT + 0.06, LEFT + 0.54, y)
    middle("this issue: middle score, lowest to highest rater", 0.78)
    y += 0.19
    if best:
        _prototype(axes, LEFT + 0.3, y)
        middle(f"prototype: {plan_words.named(best)}", 0.78)
        y += 0.2
    for level in range(model.TOP + 1):
        middle(f"{level}", start + level * step, ha="center", color=MUTED)
    middle("score", SCORE, ha="right", color=MUTED)
    middle("raters", RANGE, color=MUTED)
    y += 0.21
    for row in profile:
        middle(row["scale"].capitalize(), LEFT)
        axes.plot([start, end], [y, y], color=RULE, linewidth=1, zorder=1)
        for level in range(model.TOP + 1):
            axes.plot(
                [start + level * step] * 2, [y - 0.05, y + 0.05], color=RULE, linewidth=1, zorder=1
            )
        if pd.isna(row["score"]):
            middle("not rated", SCORE - 0.25, color=MUTED)
        else:
            at = {name: start + row[name] * step for name in ("score", "low", "high")}
            _issue(axes, at["score"], at["low"], at["high"], y)
            middle(plan_words.number(row["score"]), SCORE, ha="right", fontweight="bold")
            middle(_range(row), RANGE)
        if row["made_for"] is not None:
            _prototype(axes, start + row["made_for"] * step, y)
        if row["groups"]:
            y = _write(
                axes, y + 0.09, row["groups"], left=start - 0.05, color=MUTED, most=GROUP_LINES
            )
            y += 0.12
        else:
            y += 0.24
    return y - 0.14


def _issue(axes: Axes, score: float, low: float, high: float, y: float) -> None:
    axes.plot([low, high], [y, y], color=BAND, linewidth=7, solid_capstyle="round", zorder=2)
    axes.plot(score, y, "D", color=INK, markersize=5.5, zorder=3)


def _prototype(axes: Axes, x: float, y: float) -> None:
    axes.plot(
        *(x, y, "o"),
        markersize=12,
        markerfacecolor="none",
        markeredgecolor=ACCENT,
        markeredgewidth=1.8,
        zorder=4,
    )


def _draw_chances(axes: Axes, y: float, chances: list[tuple[str, float]]) -> float:
    """Draw a bar for each answer, as long as its share of the draws."""
    start, whole = BAR
    for name, value in chances:
        line = y + 0.1
        style = {"fontsize": SIZE, "va": "center", "color": INK}
        axes.text(LEFT, line, name, **style)
        for length, colour in ((whole, "#E1E5E8"), (whole * value, ACCENT)):
            axes.add_patch(Rectangle((start, line - 0.06), length, 0.12, color=colour, linewidth=0))
        share = plan_words.share(value)
        axes.text(RIGHT, line, share, ha="right", fontweight="bold", **style)
        y += 0.19
    return y + 0.02 * bool(chances)
