"""What the planner in the reader's browser knows: the book's data as one block of JSON.

The modules in `planner/` hold the arithmetic of the model and no number, name or anchor of it: all
these reach the page from here, made from `data/` and from the constants of the Python that they
must equal.
"""

from __future__ import annotations

import json

import pandas as pd

from partnership import agreement, data, model, plan, plan_page, plan_words, raters, spreadsheets
from partnership import ratings as reading
from partnership.faults import SHOWN
from partnership.literature.strategies import ACTORS, short_citations

__all__ = ["block", "to_json"]

EXAMPLE = data.FOLDER.parent / "chapters" / "files" / "team-ratings.csv"
"""An invented team's file, of which chapter 10 makes a plan."""


def block() -> dict[str, object]:
    """Return what the planner knows.

    Returns
    -------
    dict
        `model`: the constants of the model; `limits`: of what a file may hold; `scales`, `forms`,
        `safeguards`, `issues` (as read from the literature as a whole), `strategies`, `places`
        (which strategy serves which issue), `works`; `example`: a team's file; `words`: what a plan
        says that is a list, not a sentence. What is not known is None.
    """
    book = plan_page.Catalogue.load()
    return {
        "model": _model(),
        "limits": _limits(),
        "scales": _scales(),
        "forms": _forms(),
        "safeguards": _records(data.load("safeguards")),
        "issues": _issues(),
        "strategies": _strategies(book),
        "places": _places(),
        "works": _works(),
        "example": EXAMPLE.read_text(encoding="utf-8"),
        "words": {
            "relations": plan_words.RELATIONS,
            "short": plan_words.SHORT,
            "counted": plan_words.COUNTED,
            "who": plan_words.WHO,
        },
    }


def to_json(known: dict[str, object] | None = None) -> str:
    """Return the block as text that may stand between `<script>` tags.

    Parameters
    ----------
    known : dict, optional
        What `block` gives, which is taken unless given.

    Returns
    -------
    str
        JSON in which no `<` stands, so that nothing in it can end the block.
    """
    text = json.dumps(block() if known is None else known, ensure_ascii=False, allow_nan=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _model() -> dict[str, object]:
    return {
        "scales": model.SCALES,
        "rated": agreement.RATED,
        "phases": model.PHASES,
        "layers": model.LAYERS,
        "relations": model.RELATIONS,
        "who": raters.WHO,
        "unheard": model.UNHEARD,
        "top": model.TOP,
        "leastScales": model.MIN_SCALES,
        "tolerance": model.TOLERANCE,
        "width": model.WIDTH,
        "burdened": model.BURDENED,
        "step": agreement.STEP,
        "few": plan_words.FEW,
        "shown": plan_page.SHOWN,
        "printed": plan_page.PRINTED,
        "signs": plan_page.SIGNS,
    }


def _limits() -> dict[str, object]:
    return {
        "bytes": spreadsheets.MOST_BYTES,
        "rows": spreadsheets.MOST_ROWS,
        "columns": spreadsheets.MOST_COLUMNS,
        "signs": spreadsheets.MOST_SIGNS,
        "faults": spreadsheets.MOST_FAULTS,
        "faultsShown": SHOWN,
        "notes": reading.MOST_NOTES,
        "guessed": reading.MOST_GUESSED,
        "signsGuessed": reading.LONGEST_GUESSED,
        "weight": reading.MOST_WEIGHT,
        "issues": plan.MOST_ISSUES,
        "raters": plan.MOST_RATERS,
        "groups": plan.MOST_GROUPS,
    }


def _records(table: pd.DataFrame) -> list[dict[str, object]]:
    """Return rows as dictionaries with None where a cell is empty."""
    return table.astype(object).where(table.notna(), None).to_dict("records")


def _scales() -> list[dict[str, object]]:
    """Return the scales and the burden, each with its anchors from 0 on."""
    scales = data.load("scales").sort_values("level").groupby("scale")
    return [
        {
            "scale": scale,
            "question": scales.get_group(scale)["question"].iloc[0],
            "brief": plan_page.BRIEF[scale],
            "anchors": list(scales.get_group(scale)["anchor"]),
        }
        for scale in agreement.RATED
    ]


def _forms() -> list[dict[str, object]]:
    forms = data.load("partnership_forms")
    return [
        {
            "form": form["form"],
            "label": form["label"],
            "phase": form["phase"],
            "tradition": form["tradition"],
            "activity": form["activity"],
            "recommendable": form["recommendable"] == "yes",
            "prototype": [form[scale] for scale in model.SCALES],
            "people": form["patient_does"],
            "staff": form["professionals_do"],
        }
        for form in _records(forms)
    ]


def _issues() -> list[dict[str, object]]:
    """Return the book's issues: scores, forms and who, as the headline reading has them."""
    rated, named = model.from_dataset()
    return [
        {
            "issue": row["issue"],
            "label": row["label"],
            "who": row["who"],
            "scores": [row[scale] for scale in agreement.RATED],
            **{layer: _named(named, row["issue"], layer) for layer in model.LAYERS},
        }
        for row in _records(rated)
    ]


def _named(named: pd.DataFrame, issue: str, layer: str) -> list[str]:
    return list(named.loc[(named["issue"] == issue) & (named["layer"] == layer), "form"])


def _strategies(book: plan_page.Catalogue) -> list[dict[str, object]]:
    """Return own strategies, the forms that make room for them, and the works that tell of them."""
    sources = data.load("own_strategy_sources").groupby("id", sort=False)["key"].agg(list)
    rooms = book.rooms.groupby("id", sort=False)
    return [
        {
            "id": strategy["id"],
            "name": strategy["strategy"],
            "about": strategy["description"],
            "who": ACTORS[strategy["actor"]],
            "sign": (rooms.get_group(strategy["id"])["kind"] == "warning-sign").all().item(),
            "hidden": strategy["openness"] == "hidden",
            "risk": strategy["risk"] or "",
            "cautions": strategy["cautions"],
            "works": sources[strategy["id"]],
        }
        for strategy in _records(book.strategies.reset_index())
    ]


def _places() -> dict[str, list[list[object]]]:
    """Return which form makes room for a strategy, and which issue it serves, in file order."""
    rooms, issues = data.load("strategy_forms"), data.load("strategy_issues")
    issues["keys"] = data.split_list(issues["keys"])
    return {
        "rooms": [[row["id"], row["form"], row["why"]] for row in _records(rooms)],
        "issues": [
            [row["id"], row["issue"], row["basis"], row["keys"]] for row in _records(issues)
        ],
    }


def _works() -> dict[str, list[str | None]]:
    """Return how the works that tell of strategies are cited, and where they are found."""
    literature = data.load("literature").set_index("key", drop=False)
    cited = short_citations(literature)
    told = literature.loc[sorted(set(data.load("own_strategy_sources")["key"]))]
    return {row["key"]: [cited[row["key"]], row["link"]] for row in _records(told)}
