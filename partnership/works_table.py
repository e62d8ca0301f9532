"""The literature table: every work with its codes, how both codings read it, and its records.

`WorksTable` is what the page shows to everyone. The rest is what its script works with: the
filters with the codes of each work under them (`filters`, `codes`), what lies behind a row
(`details`), and each work as a record for export (`records`).
"""

from __future__ import annotations

import csv
import io
import unicodedata
from dataclasses import dataclass
from typing import NamedTuple

import pandas as pd
from markupsafe import Markup

from partnership import references
from partnership.data import SEPARATOR
from partnership.literature.works import THEME_LABEL, short_citations
from partnership.spreadsheets import guarded

SHOWN = ("study", "tradition", "role", "interaction")
"""The codes that the table itself shows, in its order."""
CODED = (
    "corpus",
    "field",
    *SHOWN,
    "locus",
    "will",
    "phases",
    "strategies",
    "own_strategies",
)
"""The coded variables with a closed list of codes."""
NONE = "none"
"""What stands for a code that the text does not tell."""
LISTS = ("phases", "strategies")
"""Variables of which several codes may apply."""
FIRST = ("tradition", "role", "interaction", "study", "corpus")
"""The coded variables that are asked for most."""
TABLES = (
    "literature",
    "codings",
    "codebook",
    "vocabulary",
    "statements",
    "literature_issues",
    "safety_issues",
)
"""The tables of the data on which the page rests."""
APART = {
    "record": "In the sample by its record only, and not coded",
    "method": "Outside the sample: cited for method",
    "context": "Outside the sample: cited as background",
}
"""What is said of works that no analysis counts."""
# Letters that Unicode does not take apart.
UNACCENTED = str.maketrans("øØłŁđĐæÆ", "oOlLdDaA")

COLUMNS = ("Authors", "Year", "Title", "Theme", *map(str.capitalize, SHOWN), "Facts")
"""The columns, by their headings."""


def fold(text: str) -> str:
    """Return text as it is ordered and searched: no accents, capitals, hyphens or apostrophes."""
    text = unicodedata.normalize("NFKD", text.translate(UNACCENTED))
    return "".join(letter for letter in text if letter.isalnum() or letter == " ").casefold()


def works_table(works: pd.DataFrame, codings: pd.DataFrame) -> pd.DataFrame:
    """Return every work of the dataset with what it is and how it was coded.

    Parameters
    ----------
    works : DataFrame
        The table `literature`.
    codings : DataFrame
        The table `codings`, all three codings.

    Returns
    -------
    DataFrame
        A row a work (index `key`), ordered by authors, year and title without regard to accents:
        `Authors` and `Year` as a reader would name the work, `Title`, `Names` (all authors),
        `Source`, `Apart` (why no analysis counts it), `Link`, `Theme`, `Study`, `Tradition`,
        `Role`, `Interaction` and `Facts`. A code on which the two codings differed is marked with
        an asterisk, a code that the text does not tell is `none`; an uncoded work has empty codes.
    """
    first, second, agreed = (_coding(codings, name) for name in ("first", "second", "agreed"))
    differ = (first != second).reindex(agreed.index)
    marked = agreed.where(~differ, agreed + "*")[list(SHOWN)].rename(columns=str.capitalize)
    cited = short_citations(works).str.rsplit(" ", n=1, expand=True)
    table = pd.DataFrame(
        {
            "Authors": cited[0],
            "Year": cited[1],
            **{
                name: pd.Series({work["key"]: tell(work) for work in references.works(works)})
                for name, tell in {"Names": _names, "Source": _source}.items()
            },
        }
    )
    own = works.set_index("key")[["title", "link", "theme", "verification"]]
    own.columns = ["Title", "Link", "Theme", "Facts"]
    table["Apart"] = works.set_index("key")["sample"].map(APART)
    table = table.join(own).join(marked).fillna("")
    order = pd.DataFrame({name: table[name].map(fold) for name in ("Authors", "Year", "Title")})
    return table.loc[order.sort_values(list(order)).index].rename_axis("key")


def _coding(codings: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return one coding: a row a work, a column a variable, what is not told as `none`."""
    part = codings[codings["coding"] == name].set_index("key")
    return part[[variable for variable in CODED if variable in part]].fillna(NONE)


def _differ(first: str, second: str) -> bool:
    """Return whether two codings differ: lists are the same in whatever order."""
    return set(first.split(SEPARATOR)) != set(second.split(SEPARATOR))


def _names(work: dict[str, str]) -> str:
    """Return all authors of a work, or its editors, family names first."""
    people = references.authors(work) or references.editors(work)
    names = [f"{name.full_family}, {name.given}" if name.given else name.literal for name in people]
    return "; ".join([*names, *(["et al."] if work["authors_complete"] == "no" else [])])


def _source(work: dict[str, str]) -> str:
    """Return where a work was published: the journal with volume and pages, or the publisher."""
    volume = work["volume"] + (f"({work['issue']})" if work["issue"] else "")
    pages = work["pages"].replace("-", "–")
    parts = (work["container"], volume, pages, "" if work["container"] else work["publisher"])
    return ", ".join(part for part in parts if part)


@dataclass(frozen=True)
class WorksTable:
    """The literature table, which shows itself as HTML: a row a work, its key in the row's id.

    Attributes
    ----------
    frame : DataFrame
        What `works_table` gives.
    caption : str
        What the table shows, in a sentence.
    """

    frame: pd.DataFrame
    caption: str

    def __repr__(self) -> str:
        return f"WorksTable: {self.caption}"

    def _repr_html_(self) -> str:
        heads = Markup("").join(
            Markup('<th role="columnheader" scope="col">{}</th>').format(name) for name in COLUMNS
        )
        rows = [_row(key, dict(row)) for key, row in self.frame.iterrows()]
        # Laid out as cards on a narrow screen, a table needs its roles said.
        return "\n".join(
            [
                '<table class="book-table works" role="table">',
                Markup("<caption>{}</caption>").format(self.caption),
                f'<thead role="rowgroup"><tr role="row">{heads}</tr></thead>',
                '<tbody role="rowgroup">',
                *rows,
                "</tbody>",
                "</table>",
            ]
        )


def _row(key: str, work: dict[str, str]) -> Markup:
    title = Markup("<cite>{}</cite>").format(work["Title"])
    if work["Link"]:
        title = Markup('<a href="{}">{}</a>').format(work["Link"], title)
    head = Markup('<th role="rowheader" scope="row">{}</th>')
    cell = Markup('<td role="cell">{}</td>')
    about = title + Markup("").join(
        Markup("<small>{}</small>").format(work[name])
        for name in ("Names", "Source", "Apart")
        if work[name]
    )
    codes = Markup("").join(cell.format(work[name]) for name in COLUMNS[3:])
    return (
        Markup('<tr role="row" id="work-{}">').format(key)
        + head.format(work["Authors"])
        + head.format(work["Year"])
        + cell.format(about)
        + codes
        + Markup("</tr>")
    )


# --- the filters ----------------------------------------------------------------------------


class Option(NamedTuple):
    """One code that a filter offers: its name on the page, and what it means."""

    code: str
    label: str
    meaning: str = ""


class Filter(NamedTuple):
    """One way to choose works: a variable, what it is called on the page, and its codes."""

    name: str
    label: str
    options: list[Option]


def filters(tables: dict[str, pd.DataFrame]) -> list[Filter]:
    """Return the filters of the literature table, those most asked for first.

    Parameters
    ----------
    tables : dict
        The tables `TABLES` by name.

    Returns
    -------
    list of Filter
        With the meanings of `codebook.csv` and `vocabulary.csv`. Where the text read may leave a
        code open, `none` is the last option.
    """
    agreed = _coding(tables["codings"], "agreed")
    codebook = tables["codebook"]
    coded = {}
    for name in CODED:
        meanings = codebook[codebook["variable"] == name]
        options = [
            Option(code, code, meaning)
            for code, meaning in zip(meanings["code"], meanings["definition"], strict=True)
        ]
        if (agreed[name] == NONE).any():
            shared = ", or the two codings share none" if name in LISTS else ""
            options.append(Option(NONE, NONE, f"The text read does not tell{shared}"))
        coded[name] = Filter(name, _title(name), options)
    issues = tables["safety_issues"]
    issues = issues[issues["issue"].isin(tables["literature_issues"]["issue"])]
    differed = [
        *(Option(name, _title(name).lower()) for name in CODED),
        Option(NONE, NONE, "The two codings were alike"),
    ]
    themes = [
        Option(code, f"{code} · {THEME_LABEL[code]}", meaning)
        for code, meaning in _vocabulary(tables, "theme").items()
    ]
    return [
        Filter("sample", "Part in the dataset", _options(tables, "sample")),
        Filter("theme", "Theme", themes),
        *(coded[name] for name in FIRST),
        Filter("facts", "Facts", _options(tables, "verification")),
        Filter("issue", "Safety issue", [Option(*row) for row in issues.itertuples(index=False)]),
        *(coded[name] for name in CODED if name not in FIRST),
        Filter("differed", "Codings differed on", differed),
    ]


def _title(variable: str) -> str:
    return variable.replace("_", " ").capitalize()


def _options(tables: dict[str, pd.DataFrame], column: str) -> list[Option]:
    return [Option(code, code, meaning) for code, meaning in _vocabulary(tables, column).items()]


def _vocabulary(tables: dict[str, pd.DataFrame], column: str) -> dict[str, str]:
    words = tables["vocabulary"].query("table == 'literature' and column == @column")
    return dict(zip(words["code"], words["definition"], strict=True))


def _issues(tables: dict[str, pd.DataFrame]) -> pd.Series:
    """Return the safety issues that a work is about, by its key."""
    return tables["literature_issues"].groupby("key")["issue"].agg(list)


def codes(tables: dict[str, pd.DataFrame]) -> dict[str, dict[str, list[str]]]:
    """Return the codes of each work under each filter.

    Parameters
    ----------
    tables : dict
        The tables `TABLES` by name.

    Returns
    -------
    dict
        By key of the work and name of the filter: its codes; none where the work is not coded, or
        belongs to no theme or safety issue.
    """
    first, second, agreed = (
        _coding(tables["codings"], name).to_dict("index") for name in ("first", "second", "agreed")
    )
    issues = _issues(tables)
    found = {}
    for work in references.works(tables["literature"]):
        key = work["key"]
        own = {
            "sample": [work["sample"]],
            "theme": [work["theme"]] if work["theme"] else [],
            "facts": [work["verification"]],
            "issue": issues.get(key, []),
        }
        if key in agreed:
            own |= {name: agreed[key][name].split(SEPARATOR) for name in CODED}
            differed = [name for name in CODED if _differ(first[key][name], second[key][name])]
            own["differed"] = differed or [NONE]
        found[key] = own
    return found


# --- what lies behind a row -----------------------------------------------------------------


def details(tables: dict[str, pd.DataFrame]) -> dict[str, dict[str, object]]:
    """Return what the dataset tells of each work beyond its row in the table.

    Parameters
    ----------
    tables : dict
        The tables `TABLES` by name.

    Returns
    -------
    dict
        By key of the work: `facts` (sentences), `note` of the check, `seen` (pages on which its
        facts were seen), `doi`, `issues`, `codings` (a row a variable: its name and the first,
        the second and the agreed code, and whether the two differed), `why` (the reasons given:
        coding, text and, where stated, confidence) and `statements` (chapter, statement, page,
        date and verdict).
    """
    rows = {
        name: part.set_index("key").fillna("").to_dict("index")
        for name, part in tables["codings"].groupby("coding")
    }
    meanings = _vocabulary(tables, "verification")
    labels = tables["safety_issues"].set_index("issue")["label"]
    issues = _issues(tables)
    columns = ["chapter", "statement", "page", "seen", "verdict"]
    statements = tables["statements"].astype("str").fillna("")
    stated = {key: part[columns].values.tolist() for key, part in statements.groupby("key")}
    found = {}
    for work in references.works(tables["literature"]):
        key = work["key"]
        own = {
            "facts": _facts(work, meanings),
            "note": work["check_note"],
            "seen": list(dict.fromkeys(work["seen_at"].split(SEPARATOR)))
            if work["seen_at"]
            else [],
            "doi": references.address(work)[0],
            "issues": [labels[issue] for issue in issues.get(key, [])],
        }
        if key in rows["agreed"]:
            own |= _readings({name: part[key] for name, part in rows.items()})
        own["statements"] = stated.get(key, [])
        found[key] = {name: value for name, value in own.items() if value}
    return found


def _facts(work: dict[str, str], meanings: dict[str, str]) -> list[str]:
    """Return sentences on how surely the facts of a work are known, and what was read of it."""
    verification = meanings[work["verification"]]
    said = [f"{verification[0].upper()}{verification[1:]}."]
    if work["audited"] == "yes":
        said.append("Drawn in the random audit.")
    if work["text_read"] == "record":
        said.append("Only its record was seen.")
    elif work["text_is_reworded"] == "yes":
        said.append("Coded from a re-wording of its abstract.")
    else:
        said.append("Its abstract, or a like part of the text, was read.")
    if work["authors_complete"] == "no":
        said.append("The list of authors is not complete.")
    return said


def _readings(coding: dict[str, dict[str, str]]) -> dict[str, list[list]]:
    """Return what each coding of one work says, variable by variable, and the reasons given."""
    order = ("first", "second", "agreed")
    read = [[name, *(coding[each][name] for each in order)] for name in (*CODED, "safety_issue")]
    for row in read:
        row.append(row[0] in CODED and _differ(row[1], row[2]))
    why = [[name, coding[name]["why"]] for name in order if coding[name]["why"]]
    for reason in why:
        if reason[0] == "second" and coding["second"]["confidence"]:
            reason.append(coding["second"]["confidence"])
    return {"codings": read, "why": why}


# --- records for export ---------------------------------------------------------------------

RECORD_COLUMNS = (*CODED, "safety_issue")


def records(works: pd.DataFrame, codings: pd.DataFrame) -> tuple[str, dict[str, list[str]]]:
    """Return each work as the lines that an export is put together from.

    Parameters
    ----------
    works : DataFrame
        The table `literature`.
    codings : DataFrame
        The table `codings`.

    Returns
    -------
    str
        The header of the CSV file: the columns of the table and those of the agreed codes.
    dict
        By key, in the order of the keys: the work in BibTeX, in RIS and as a line of CSV. Joined
        by a line break, the first two give the files `references.bib` and `references.ris` to the
        byte. Text that a spreadsheet would run as a formula has a `'` before it.
    """
    agreed = codings[codings["coding"] == "agreed"].set_index("key").fillna("").to_dict("index")
    cited = references.works(works)
    # No cell holds a line break, so a blank line always stands between two records.
    bibtex = references.bibtex(works).removesuffix("\n").split("\n\n")
    ris = references.ris(works).removesuffix("\n").split("\n\n")
    found = {}
    for work, in_bibtex, in_ris in zip(cited, bibtex, ris, strict=True):
        coded = agreed.get(work["key"], {})
        cells = [work[name] for name in works.columns]
        line = _line(cells + [coded.get(name, "") for name in RECORD_COLUMNS])
        found[work["key"]] = [f"{in_bibtex}\n", f"{in_ris}\n", line]
    return _line([*works.columns, *RECORD_COLUMNS]), found


def _line(cells: list[str]) -> str:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\n").writerow(map(guarded, cells))
    return buffer.getvalue()
