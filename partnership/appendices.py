"""The tables of the book's appendices, made from the data: claims, codes, scales."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

CHAPTERS = Path(__file__).resolve().parents[1] / "chapters"

CLAIM_FIELDS = {
    "states": "The abstract states",
    "rests_on": "What it rests on",
    "against": "What speaks against it",
    "verdict": "What we make of it",
}


def chapter_titles(folder: Path = CHAPTERS) -> dict[str, str]:
    """Return the title of each chapter: its first heading.

    Parameters
    ----------
    folder : Path
        Holds the chapters, as Markdown or notebooks.

    Returns
    -------
    dict
        Title by the stem of the file.
    """
    titles = {}
    for path in sorted([*folder.glob("*.md"), *folder.glob("*.ipynb")]):
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".ipynb":
            text = "".join(json.loads(text)["cells"][0]["source"])
        heading = next(line for line in text.splitlines() if line.startswith("# "))
        titles[path.stem] = heading.removeprefix("# ").strip()
    return titles


def claim_record(claims: pd.DataFrame, claim: str, titles: dict[str, str]) -> str:
    """Return one claim of the abstract as MyST Markdown: a definition list.

    Parameters
    ----------
    claims : DataFrame
        The table `claims`: `id, kind, states, argued_in, rests_on, against, verdict, confidence`.
    claim : str
        Its id, such as `R1`.
    titles : dict
        Title of each chapter by the stem of its file.

    Returns
    -------
    str
        Markdown with links to the chapters and citations.

    Raises
    ------
    KeyError
        If there is no such claim, or a chapter in `argued_in` has no title.
    """
    row = claims.set_index("id").loc[claim]
    chapters = [stem.strip() for stem in row["argued_in"].split(";")]
    links = ", ".join(f"{{doc}}`{titles[stem]} <{stem}>`" for stem in chapters)
    entries = [(label, row[column]) for column, label in CLAIM_FIELDS.items()]
    entries[1:1] = [("Argued in", links)]
    entries.append(("Confidence of this book", row["confidence"]))
    return "\n\n".join(f"{label}\n: {text}" for label, text in entries) + "\n"


def claims_overview(claims: pd.DataFrame) -> str:
    """Return all claims as a MyST table: id, kind, verdict, confidence.

    Parameters
    ----------
    claims : DataFrame
        The table `claims`.

    Returns
    -------
    str
        Markdown; each id links to the claim's own section.
    """
    lines = [
        ":::{table} The claims of the abstract, and what this book makes of each.",
        "",
        "| Claim | Kind | What we make of it | Confidence |",
        "| --- | --- | --- | --- |",
    ]
    for row in claims.itertuples():
        lines.append(f"| {{claim}}`{row.id}` | {row.kind} | {row.verdict} | {row.confidence} |")
    return "\n".join([*lines, ":::"]) + "\n"


def codes_of(codebook: pd.DataFrame, variable: str) -> pd.DataFrame:
    """Return the codes of one variable with their definitions.

    Parameters
    ----------
    codebook : DataFrame
        `variable, code, definition`.
    variable : str
        Such as `tradition`.

    Returns
    -------
    DataFrame
        Index `Code`, column `Definition`, in the codebook's order.

    Raises
    ------
    KeyError
        If the codebook has no such variable.
    """
    rows = codebook[codebook["variable"] == variable]
    if rows.empty:
        known = ", ".join(codebook["variable"].unique())
        raise KeyError(f"no variable {variable!r} in codebook.csv; there are {known}")
    table = rows[["code", "definition"]].rename(columns=str.capitalize)
    return table.set_index("Code")


def anchors(scales: pd.DataFrame) -> pd.DataFrame:
    """Return the anchored scales as a table: a row a level, a column a scale.

    Parameters
    ----------
    scales : DataFrame
        `scale, question, level, anchor`.

    Returns
    -------
    DataFrame
        Index `Level` (0 to 4), a column for each scale in the file's order.
    """
    table = scales.pivot(index="level", columns="scale", values="anchor")
    return table[list(scales["scale"].unique())].rename_axis(index="Level", columns=None)
