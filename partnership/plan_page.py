"""The pages of a plan: an overview, and one page for each issue that prints on one sheet of A4.

Here the plan is brought into the order in which it is told; the sentences are made in
`partnership.plan_words` and laid out by the templates in `partnership/pages`. A page holds all that
it shows and asks for nothing outside. What a team wrote is escaped by the templates, each time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path

import jinja2
import pandas as pd
from markupsafe import Markup

from partnership import agreement, data, model, plan_words
from partnership.figures.style import BookFigure
from partnership.literature.strategies import ACTORS, CAUTIONS, short_citations
from partnership.plan import Plan, command_line, weights_text

FOLDER = Path(__file__).parent / "pages"
SHOWN = 4
"""Strategies that stand open on a page; the others fold away."""
SIGNS = ("swallow-concern", "stay-silent-after-wrong", "act-alone-when-shut-out")
"""Warning signs that may show in any service, for issues to which the book joins none."""
PRINTED = 3
"""Strategies that are printed; fewer where the forms that fit are many and need the room."""
BRIEF = {
    "interaction": "how far harm arises or is averted in what people say and do with each other",
    "variability": "how far the right action must be worked out for this person",
    "knowledge": "how much of what must be known reaches staff only through patient or family",
    "presence": "how far patient or family is there, awake to the risk and able to notice",
    "agency": "how much they could change the outcome, if room were made for it",
    "burden": "what the active part costs or endangers the one who takes it",
}
"""The question of each scale, short enough for a table; in full in `scales.csv`."""
STRIP = 112
"""Width of the strip on which a score is drawn, in pixels, without its margins."""


@dataclass(frozen=True, eq=False)
class Catalogue:
    """What the book knows of forms, scales and own strategies.

    Attributes
    ----------
    forms : DataFrame
        `partnership_forms.csv` by form.
    anchors : dict
        Words of each score, by scale.
    reasons : dict
        Why a load is carried by whom, by `carried_by`.
    strategies : DataFrame
        `own_strategies.csv`, with `cautions` (in words) and `works` (count), by id.
    rooms : DataFrame
        `strategy_forms.csv`.
    places : DataFrame
        `strategy_issues.csv`, with `works` as a reader would name them.
    """

    forms: pd.DataFrame
    anchors: dict[str, dict[int, str]]
    reasons: dict[str, str]
    strategies: pd.DataFrame
    rooms: pd.DataFrame
    places: pd.DataFrame

    @classmethod
    @cache
    def load(cls) -> Catalogue:
        """Return the book's own, read once: all pages share it."""
        scales, safeguards = data.load("scales"), data.load("safeguards")
        strategies, sources = data.load("own_strategies"), data.load("own_strategy_sources")
        works = sources["id"].value_counts()
        cautions = data.load("strategy_source_cautions").groupby(["id", "key"], sort=False)
        doubts = cautions["caution"].agg(list).groupby("id", sort=False).agg(list)
        strategies["works"] = strategies["id"].map(works)
        strategies["cautions"] = [
            _caution(doubts.get(name, []), works[name]) for name in strategies["id"]
        ]
        places, citations = data.load("strategy_issues"), short_citations(data.load("literature"))
        keys = data.split_list(places["keys"])
        places["works"] = ["; ".join(citations.get(key, key) for key in row) for row in keys]
        return cls(
            forms=data.load("partnership_forms").set_index("form"),
            anchors={
                scale: dict(zip(rows["level"].astype(int), rows["anchor"], strict=True))
                for scale, rows in scales.groupby("scale")
            },
            reasons=dict(zip(safeguards["carried_by"], safeguards["reason"], strict=True)),
            strategies=strategies.set_index("id"),
            rooms=data.load("strategy_forms"),
            places=places,
        )

    def label(self, form: str) -> str:
        """Return what a form is called."""
        return self.forms.at[form, "label"]


def _caution(doubts: list[list[str]], works: int) -> str:
    """Return in words what there is to be said against a strategy's sources."""
    if not doubts:
        return ""
    kinds = dict.fromkeys(CAUTIONS[kind] for work in doubts for kind in work)
    if works == 1:
        of = "its only source"
    elif len(doubts) == works:
        of = f"all its {works} sources"
    else:
        of = f"{len(doubts)} of its {works} sources"
    return f"{of}: {', '.join(kinds)}"


def issue_page(plan: Plan, issue: str, book: Catalogue | None = None) -> str:
    """Return the page of one issue.

    Parameters
    ----------
    plan : Plan
        What `plan.make` gives.
    issue : str
        One of its issues.
    book : Catalogue, optional
        What the book knows; loaded unless given.

    Returns
    -------
    str
        HTML.
    """
    book = book or Catalogue.load()
    scores = plan.scores.set_index("issue", drop=False).loc[issue]
    rows = plan.table[plan.table["issue"] == issue].set_index("phase")
    delivery = rows.loc["delivery"]
    return _render(
        "issue.html",
        plan=plan,
        label=scores["label"],
        short=_in_short(book, delivery),
        relation=_relation(plan, book, scores, delivery),
        scales=_scales(plan, book, scores, delivery),
        groups=_groups(plan, issue),
        alike=set(plan.groups.loc[plan.groups["issue"] == issue, "relation"])
        == {delivery["relation"]},
        fitting=_fitting(plan, book, scores, delivery),
        enacted=plan_words.enactment(
            [book.label(form) for form in delivery["enacted"]],
            [book.label(form) for form in delivery["enacted_fitting"]],
            delivery["relation"],
            delivery["unsupported"] is not pd.NA and bool(delivery["unsupported"]),
        ),
        strategies=_strategies(book, issue, delivery),
        phases=_phases(plan, book, rows),
        burden=plan_words.burden(
            scores["burden"],
            book.anchors["burden"],
            None if pd.isna(delivery["carried_by"]) else delivery["carried_by"],
            book.reasons.get(delivery["carried_by"], ""),
        ),
        placed=plan_words.placed(scores["who"]),
        heavy=scores["burden"] >= model.BURDENED,
        sureness=_sureness(plan, book, scores, delivery),
        made=_made(plan),
    )


def overview(plan: Plan, figures: list[BookFigure], book: Catalogue | None = None) -> str:
    """Return the overview: all issues in a table, and the figures.

    Parameters
    ----------
    plan : Plan
        What `plan.make` gives.
    figures : list of BookFigure
        What `plan.figures` gives.
    book : Catalogue, optional
        What the book knows; loaded unless given.

    Returns
    -------
    str
        HTML.
    """
    book = book or Catalogue.load()
    delivery = plan.table[plan.table["phase"] == "delivery"]
    issues = []
    for place, row in enumerate(delivery.itertuples(), start=1):
        sure = _probabilities(plan, row.issue)
        steady = plan_words.steadiness(sure[row.relation]) if row.relation in sure else ""
        steady = "" if row.relation in ("unknown", "unheard") else steady
        issues.append(
            {
                "number": place,
                "label": row.label,
                "page": plan.scores["page"].iloc[place - 1],
                "fitting": [plan_words.named(book.label(form)) for form in row.fitting],
                "offered": [plan_words.named(book.label(form)) for form in row.offered],
                "relation": plan_words.SHORT[row.relation],
                "code": row.relation,
                "unsupported": [plan_words.named(book.label(form)) for form in row.enacted_fitting]
                if row.unsupported is not pd.NA and row.unsupported
                else [],
                "burden": plan_words.number(row.burden),
                "heavy": row.burden >= model.BURDENED,
                "steady": steady,
            }
        )
    counts = delivery["relation"].value_counts()
    return _render(
        "index.html",
        plan=plan,
        issues=issues,
        counts=[
            (plan_words.counted(int(counts[name]), "issue"), plan_words.COUNTED[name])
            for name in model.RELATIONS
            if name in counts
        ],
        unsupported=sum(bool(issue["unsupported"]) for issue in issues),
        figures=[
            {"name": figure.name, "svg": inline(figure), "caption": figure.caption}
            for figure in figures
        ],
        raters=plan_words.counted(_raters(plan), "rater"),
        made=_made(plan),
        command=command_line(plan),
    )


def inline(figure: BookFigure) -> Markup:
    """Return a figure as SVG to stand in a page: named for screen readers, without addresses.

    Names within the drawing are made its own, so that several stand in one page.
    """
    svg = figure.svg().decode()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>\s*", "", svg, flags=re.DOTALL)
    svg = re.sub(r'\sxmlns(:\w+)?="[^"]*"', "", svg).replace("xlink:href", "href")
    svg = re.sub(r'\bid="', f'id="{figure.name}-', svg)
    svg = re.sub(r'href="#', f'href="#{figure.name}-', svg)
    svg = re.sub(r"url\(#", f"url(#{figure.name}-", svg).replace("*{", f"#{figure.name} *{{")
    head, _, rest = svg.partition(">")
    head = re.sub(r'\s(width|height|version)="[^"]*"', "", head)
    name = figure.name
    head += f' id="{name}" role="img" aria-labelledby="{name}-title {name}-desc"'
    title = "Map of issues and forms" if name == "plan-map" else "One line an issue"
    return Markup(
        f'{head}><title id="{name}-title">{title}</title>'
        f'<desc id="{name}-desc">{escape(figure.alt)}</desc>{rest.strip()}'
    )


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER, encoding="utf-8"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def _render(template: str, **context: object) -> str:
    style = (FOLDER / "plan.css").read_text(encoding="utf-8")
    return _environment().get_template(template).render(style=Markup(style), **context)


def _made(plan: Plan) -> str:
    """Return in a line what the plan rests on."""
    weights = weights_text(plan)
    return (
        f"Ratings: {' and '.join(plan.source)}. Weights: "
        f"{weights.replace(',', ', ') if weights else 'all scales equal'}. "
        f"{plan_words.counted(plan.draws, 'draw')}, seed {plan.seed}."
    )


def _raters(plan: Plan) -> int:
    return int(plan.scores["raters"].max()) if len(plan.scores) else 0


def _in_short(book: Catalogue, delivery: pd.Series) -> list[str]:
    """Return the answer in up to three sentences."""
    labels = [plan_words.named(book.label(form)) for form in delivery["fitting"]]
    said = []
    if labels:
        said.append(f"What fits: {plan_words.listed(labels, 'or')}.")
    said.append(plan_words.RELATIONS[delivery["relation"]][0] + ".")
    if delivery["unsupported"] is not pd.NA and delivery["unsupported"]:
        does = [plan_words.named(book.label(form)) for form in delivery["enacted_fitting"]]
        said.append(f"People already act as {plan_words.listed(does)}, without support.")
    return said


def _relation(plan: Plan, book: Catalogue, scores: pd.Series, delivery: pd.Series) -> dict:
    name, offered = delivery["relation"], list(delivery["offered"])
    heading, sentence = plan_words.RELATIONS[name]
    lines = [sentence] if sentence else []
    if name == "unknown":
        lines += plan_words.unknown_because(scores, bool(offered), plan.weights)
    alone = offered == [model.UNHEARD]
    rows = plan.practice[
        (plan.practice["issue"] == scores["issue"])
        & (plan.practice["layer"] == "offered")
        & (plan.practice["phase"] == "delivery")
    ]
    labels = [
        plan_words.naming(book.label(row.form), row.named_by, row.raters)
        for row in rows.itertuples()
        if alone or row.form != model.UNHEARD
    ]
    if alone and name == "unheard":
        lines.insert(0, plan_words.unheard_by(rows["named_by"].iloc[0], rows["raters"].iloc[0]))
    elif offered:
        lines.insert(0, plan_words.offer(labels, model.UNHEARD in offered and not alone))
    if pd.notna(delivery["gap"]) and name != "fits":
        lines.append(
            f"Fit of the best form: {delivery['best_fit']:.2f}; of what you offer: "
            f"{delivery['offered_fit']:.2f}; gap {delivery['gap']:.2f}."
        )
    return {"code": name, "heading": heading, "lines": lines}


def _scales(plan: Plan, book: Catalogue, scores: pd.Series, delivery: pd.Series) -> list[dict]:
    """Return the character of an issue, scale by scale."""
    spread = plan.spread[plan.spread["issue"] == scores["issue"]].set_index("scale")
    groups = plan.groups[plan.groups["issue"] == scores["issue"]]
    best = delivery["fitting"][0] if delivery["fitting"] else None
    rows = []
    for scale in agreement.RATED:
        low, high, raters = (
            spread.loc[scale, ["lowest", "highest", "raters"]]
            if scale in spread.index
            else (float("nan"), float("nan"), 0)
        )
        known = groups.dropna(subset=[scale])
        apart = len(known) > 1 and (
            known[scale].max() - known[scale].min() >= agreement.STEP - model.TOLERANCE
        )
        score = scores[scale]
        made_for = book.forms.at[best, scale] if best and scale != "burden" else None
        rows.append(
            {
                "name": scale,
                "asks": BRIEF[scale],
                "score": plan_words.number(score),
                "words": plan_words.anchor(score, book.anchors[scale]),
                "spread": plan_words.spread(low, high, int(raters)),
                "groups": ", ".join(
                    f"{row['group']} {plan_words.number(row[scale])}" for _, row in known.iterrows()
                )
                if apart
                else "",
                "strip": _strip(score, low, high, made_for),
            }
        )
    return rows


def _strip(score: float, low: float, high: float, made_for: float | None) -> dict | None:
    """Return where on a strip score, range and prototype are, in pixels."""
    if pd.isna(score):
        return None
    at = {"score": score, "low": low, "high": high, "made_for": made_for}
    return {
        name: None if value is None else f"{8 + value / model.TOP * STRIP:g}"
        for name, value in at.items()
    }


def _groups(plan: Plan, issue: str) -> list[dict]:
    """Return what each group alone would say."""
    rows = plan.groups[plan.groups["issue"] == issue]
    return [
        {
            "name": row["group"],
            "code": row["relation"],
        }
        for _, row in rows.iterrows()
    ]


def _fitting(plan: Plan, book: Catalogue, scores: pd.Series, delivery: pd.Series) -> dict:
    """Return the forms that fit, and what each asks of whom."""
    forms = book.forms.reset_index()
    fits = model.fits_of(scores.to_frame().T, forms, weights=plan.weights).iloc[0]
    sure = plan.sureness.forms
    sure = sure[sure["issue"] == scores["issue"]].set_index("form")
    rows = [
        {
            "label": book.label(form),
            "people": book.forms.at[form, "patient_does"],
            "staff": book.forms.at[form, "professionals_do"],
            "fit": f"{fits[form]:.2f}",
            "inclusion": plan_words.share(sure.at[form, "inclusion"]),
        }
        for form in delivery["fitting"]
    ]
    text = plan_words.what_fits(
        [row["label"] for row in rows], [fits[form] for form in delivery["fitting"]]
    )
    return {"rows": rows, "text": text}


def _strategies(book: Catalogue, issue: str, delivery: pd.Series) -> dict:
    """Return the strategies that serve an issue, and the signs to look for.

    An issue of the book has its own, documented ones first. Any other has those to which a fitting
    form that asks something of people makes room, marked as general: where the best part is none,
    nothing is there to draw on. Hidden ones are respected: counted, not named.
    """
    signs = set(book.rooms.loc[book.rooms["kind"] == "warning-sign", "id"])
    places = book.places[book.places["issue"] == issue]
    if len(places):
        order = places.sort_values("basis", kind="stable").set_index("id")
        found, general = list(order.index), False
    else:
        asking = [form for form in delivery["fitting"] if book.forms.at[form, "activity"] > 0]
        rooms = book.rooms[book.rooms["form"].isin(asking)]
        rank = rooms["form"].map({form: n for n, form in enumerate(asking)})
        found = list(
            dict.fromkeys(rooms.assign(rank=rank).sort_values("rank", kind="stable")["id"])
        )
        order, general = pd.DataFrame(), True
    rows, hidden = [], 0
    for name in found:
        strategy = book.strategies.loc[name]
        if name in signs:
            continue
        if strategy["openness"] == "hidden":
            hidden += 1
            continue
        forms = book.rooms.loc[book.rooms["id"] == name].set_index("form")["why"]
        fitting = [form for form in delivery["fitting"] if form in forms.index]
        rows.append(
            {
                "name": strategy["strategy"],
                "who": ACTORS[strategy["actor"]],
                "basis": "" if general else order.at[name, "basis"],
                "works": "" if general else order.at[name, "works"],
                "risk": "" if pd.isna(strategy["risk"]) else strategy["risk"],
                "cautions": strategy["cautions"],
                "room": forms[fitting[0]] if fitting else "",
            }
        )
    tells = book.rooms.set_index("id")["why"]
    chosen = [name for name in found if name in signs] or list(SIGNS)
    return {
        "general": general,
        "shown": rows[:SHOWN],
        "more": rows[SHOWN:],
        "printed": (printed := PRINTED - min(len(delivery["fitting"]) // 2, 2)),
        "unprinted": max(len(rows) - printed, 0),
        "hidden": hidden,
        "signs": [(book.strategies.at[name, "strategy"], tells[name]) for name in chosen],
    }


def _phases(plan: Plan, book: Catalogue, rows: pd.DataFrame) -> list[dict]:
    """Return the options of the organisation in the other phases."""
    return [
        {
            "name": phase,
            "fitting": [
                (book.label(form), book.forms.at[form, "professionals_do"])
                for form in rows.at[phase, "fitting"]
            ],
            "offered": [plan_words.named(book.label(form)) for form in rows.at[phase, "offered"]],
            "enacted": [plan_words.named(book.label(form)) for form in rows.at[phase, "enacted"]],
        }
        for phase in model.PHASES[1:]
    ]


def _probabilities(plan: Plan, issue: str) -> Mapping[str, float]:
    rows = plan.sureness.relations
    rows = rows[(rows["issue"] == issue) & rows["probability"].notna()]
    return dict(zip(rows["relation"], rows["probability"], strict=True))


def _sureness(plan: Plan, book: Catalogue, scores: pd.Series, delivery: pd.Series) -> dict:
    """Return how sure the answers are."""
    issue, relation = scores["issue"], delivery["relation"]
    groups = plan.groups[plan.groups["issue"] == issue]
    sizes = dict(zip(groups["group"], groups["raters"].astype(int), strict=True))
    raters = int(scores["raters"])
    lines, chances = [], _probabilities(plan, issue)
    if relation == "unheard":
        lines.append("“Unheard” rests on what you say is offered: it is the same in all draws.")
    elif relation != "unknown" and chances:
        came = chances.get(relation, 0.0)
        others = plan_words.shares(chances, relation)
        lines.append(
            f"“{relation.capitalize()}” is {plan_words.steadiness(came)}: it came out in "
            f"{plan_words.share(came)} of {plan.draws:,} draws in which weights, prototypes"
            + (" and raters" if raters > 1 else "")
            + " varied at random"
            + (f" ({others})" if others else "")
            + "."
        )
    forms = plan.sureness.forms
    forms = forms[(forms["issue"] == issue) & forms["acceptability"].notna()]
    if len(forms) and delivery["fitting"]:
        first = forms.sort_values("acceptability", ascending=False, kind="stable").iloc[:3]
        first = first[first["acceptability"] > 0]
        best = [
            f"{plan_words.named(book.label(row.form))} in {plan_words.share(row.acceptability)}"
            for row in first.itertuples()
        ]
        lines.append(f"Best form: {plan_words.listed(best)} of the draws.")
    told = plan.sureness.issues.set_index("issue").loc[issue]
    if 0 < told["skipped"] < 1:
        lines.append(
            f"{plan_words.share(told['skipped'])} of the draws had too few scores and are left out."
        )
    if raters == 1:
        lines.append("One rater only: how far people differ cannot be seen.")
    if plan.weights is not None and lines:
        lines.append("The draws take any weights, not only those you gave.")
    warning = plan_words.few(sizes, raters)
    return {"people": plan_words.people(sizes, raters), "lines": lines, "warning": warning}
