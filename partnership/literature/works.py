"""Which works the dataset holds: by theme, by year, by how surely their facts are known."""

from __future__ import annotations

import re

import pandas as pd

from partnership.literature.codes import coded_works
from partnership.literature.traditions import wilson

THEME_LABEL = {
    "A": "Co-production of public services",
    "B": "Service logic and value creation",
    "C": "Patient involvement in safety",
    "D": "Patients’ own experience and acts",
    "E": "Patient safety as a field",
    "F": "Particular safety issues",
}
"""Short names of the themes (codes and full definitions: `vocabulary.csv`)."""


def works_by_year(literature: pd.DataFrame) -> pd.DataFrame:
    """Count the coded works of each theme in each year.

    Parameters
    ----------
    literature : pandas.DataFrame
        The table `literature`, with `sample`, `theme` and `year` (of publication).

    Returns
    -------
    pandas.DataFrame
        One row for a theme and a year that has works: `theme`, `year`, `works` (a count), in
        that order.
    """
    counts = coded_works(literature).groupby(["theme", "year"]).size()
    return counts.rename("works").reset_index()


def works_by_theme(literature: pd.DataFrame) -> pd.DataFrame:
    """Count works by theme, by what was read of them and by how they were checked.

    Parameters
    ----------
    literature : pandas.DataFrame
        The table `literature`, with `sample`, `theme`, `year`, `verification`, `audited` and
        `text_is_reworded`.

    Returns
    -------
    pandas.DataFrame
        One row a theme (index `theme`) and a last row `all`; counts of works: `works`, `coded`
        (text read and coded), `record` (record seen only), and of the two together `reworded`
        (coded from a re-wording of the abstract), `checked` and `unresolved` (verification) and
        `audited` (drawn in the random audit). Works cited for method or context are not counted.
    """
    gathered = literature[literature["sample"].isin(["coded", "record"])]
    marks = pd.DataFrame(
        {
            "theme": gathered["theme"],
            "works": 1,
            "coded": gathered["sample"] == "coded",
            "record": gathered["sample"] == "record",
            "reworded": gathered["text_is_reworded"] == "yes",
            "checked": gathered["verification"] == "checked",
            "unresolved": gathered["verification"] == "unresolved",
            "audited": gathered["audited"] == "yes",
        }
    )
    counts = marks.groupby("theme").sum().astype(int)
    counts.loc["all"] = counts.sum()
    return counts


def audit_shares(audit: pd.DataFrame) -> pd.DataFrame:
    """Return the shares of audited fields that were wrong, or not confirmed.

    Parameters
    ----------
    audit : pandas.DataFrame
        The table `audit`, with `step`, `measure` and `count`; the step `audit` holds the
        measures `fields`, `fields wrong` and `fields not seen`.

    Returns
    -------
    pandas.DataFrame
        Index `wrong` and `wrong or not seen`; columns `count`, `fields`, and the shares
        `share`, `low` and `high` (Wilson interval, 95 %; as if each field were drawn on its
        own, though fields of one work hang together).

    References
    ----------
    Wilson (1927), key `wilson1927` of `literature.csv`.
    """
    counts = audit[audit["step"] == "audit"].set_index("measure")["count"]
    fields = int(counts["fields"])
    wrong = int(counts["fields wrong"])
    rows = {"wrong": wrong, "wrong or not seen": wrong + int(counts["fields not seen"])}
    shares = pd.DataFrame({"count": rows, "fields": fields})
    shares["share"] = shares["count"] / fields
    shares[["low", "high"]] = [wilson(int(count), fields) for count in shares["count"]]
    return shares


def short_citations(literature: pd.DataFrame) -> pd.Series:
    """Return works as a reader would name them: `Fylan et al. 2018`.

    Parameters
    ----------
    literature : pandas.DataFrame
        The table `literature`: `key`, `authors` and `editors` (joined by `; `), `year`,
        `corporate_author` and `authors_complete`.

    Returns
    -------
    pandas.Series
        Text by `key`. Editors stand where there are no authors; a letter after the year is that
        of the key, where it has one.
    """

    def name(work) -> str:
        people = work.authors if isinstance(work.authors, str) else work.editors
        corporate = work.corporate_author == "yes"
        each = [person.strip().strip("{}") for person in people.split(";")]
        names = [person if corporate else person.split(",")[0] for person in each]
        if len(names) > 2 or (work.authors_complete == "no" and not corporate):
            who = f"{names[0]} et al."
        else:
            who = " & ".join(names)
        letter = re.search(r"\d{4}([a-z])$", work.key)
        return f"{who} {work.year}{letter[1] if letter else ''}"

    return pd.Series({work.key: name(work) for work in literature.itertuples()}, dtype="str")
