"""The plane of the literature on patients' part in safety: role against social interaction."""

from __future__ import annotations

import pandas as pd

from partnership.literature.codes import CODINGS, ROLES, TRADITIONS, coded_works

INTERACTIONS = ("low", "medium", "high")
"""How much the activity studied is dealings between people (codes of `codebook.csv`)."""


def works_on_safety_part(
    codings: pd.DataFrame,
    literature: pd.DataFrame,
    coding: str = "agreed",
) -> pd.DataFrame:
    """Return the coded works whose subject is the patient's part in safety, in one coding.

    Parameters
    ----------
    codings : DataFrame
        `codings.csv`: columns `key`, `coding`, `corpus`.
    literature : DataFrame
        `literature.csv`: columns `key`, `sample`.
    coding : str
        One of `CODINGS`.

    Returns
    -------
    DataFrame
        Rows of `codings` with corpus `patients-in-safety`, indexed by `key`.

    Raises
    ------
    ValueError
        If `coding` is none of `CODINGS`.
    """
    if coding not in CODINGS:
        raise ValueError(f"No coding {coding!r}; choose one of {', '.join(CODINGS)}.")
    coded = coded_works(literature)["key"]
    chosen = (
        (codings["coding"] == coding)
        & (codings["corpus"] == "patients-in-safety")
        & codings["key"].isin(coded)
    )
    return codings[chosen].set_index("key")


def plane_cells(
    codings: pd.DataFrame,
    literature: pd.DataFrame,
    coding: str = "agreed",
) -> pd.DataFrame:
    """Count works on patients' part in safety by role, interaction and tradition.

    A work whose role or interaction could not be coded has no place on the plane.

    Parameters
    ----------
    codings, literature, coding
        As in :func:`works_on_safety_part`; `codings` also has `role`, `interaction`, `tradition`.

    Returns
    -------
    DataFrame
        A row for each of the 18 cells, empty ones included: `role`, `interaction`, `works`, and
        the works of each of `TRADITIONS`.
    """
    works = works_on_safety_part(codings, literature, coding)
    placed = works.dropna(subset=["role", "interaction"])
    counts = placed.groupby(["role", "interaction", "tradition"]).size()
    cells = pd.MultiIndex.from_product([ROLES, INTERACTIONS], names=["role", "interaction"])
    table = counts.unstack("tradition").reindex(index=cells, columns=list(TRADITIONS))
    table = table.fillna(0).astype(int)
    table.columns.name = None
    table.insert(0, "works", table.sum(axis=1))
    return table.reset_index()


def plane_ranges(codings: pd.DataFrame, literature: pd.DataFrame) -> pd.DataFrame:
    """Count works in each cell of the plane by each coding, with the range over codings.

    Parameters
    ----------
    codings, literature
        As in :func:`plane_cells`.

    Returns
    -------
    DataFrame
        A row a cell: `role`, `interaction`, a column for each of `CODINGS`, `fewest` and `most`
        over them, and `always_empty`: no coding has a work there.
    """
    counts = {
        coding: plane_cells(codings, literature, coding).set_index(["role", "interaction"])["works"]
        for coding in CODINGS
    }
    table = pd.DataFrame(counts)
    table["fewest"] = table[list(CODINGS)].min(axis=1)
    table["most"] = table[list(CODINGS)].max(axis=1)
    table["always_empty"] = table["most"] == 0
    return table.reset_index()


def role_counts(codings: pd.DataFrame, literature: pd.DataFrame) -> pd.DataFrame:
    """Count works on patients' part in safety by role, in each coding.

    Parameters
    ----------
    codings, literature
        As in :func:`works_on_safety_part`; `codings` also has `role`.

    Returns
    -------
    DataFrame
        Index `role` (`ROLES` and `not coded`), a column of works for each of `CODINGS`.
    """
    counts = {
        coding: works_on_safety_part(codings, literature, coding)["role"]
        .astype("object")
        .fillna("not coded")
        .value_counts()
        for coding in CODINGS
    }
    table = pd.DataFrame(counts).reindex([*ROLES, "not coded"]).fillna(0).astype(int)
    table.index.name = "role"
    return table


def placed_alike(codings: pd.DataFrame, literature: pd.DataFrame) -> pd.Series:
    """Count how many works the two codings put in the same place.

    Only works that both codings take to be about patients' part in safety are compared. Two
    blanks are not agreement: nothing was placed.

    Parameters
    ----------
    codings, literature
        As in :func:`plane_cells`.

    Returns
    -------
    Series
        `both`: works compared; `same_role`, `same_interaction`, and `same_cell`: with both alike.
    """
    first = works_on_safety_part(codings, literature, "first")
    second = works_on_safety_part(codings, literature, "second").reindex(first.index)
    compared = second["corpus"].notna()
    role = first["role"].eq(second["role"]) & compared
    interaction = first["interaction"].eq(second["interaction"]) & compared
    return pd.Series(
        {
            "both": int(compared.sum()),
            "same_role": int(role.sum()),
            "same_interaction": int(interaction.sum()),
            "same_cell": int((role & interaction).sum()),
        }
    )


def views_of_subjects(codings: pd.DataFrame, literature: pd.DataFrame) -> pd.DataFrame:
    """Take the role from one coding and the tradition from the other.

    If one reader's general impression of a work ruled both codes, the link between them would
    weaken when they come from two readers. A link that the codebook itself makes stays.

    Parameters
    ----------
    codings, literature
        As in :func:`plane_cells`. Only works that both codings take to be about patients' part in
        safety are counted.

    Returns
    -------
    DataFrame
        A row for `first` and for `second`, the coding that gives the role: `subjects`, works
        coded as subject, and `sm`, those of them that the other coding calls service view.
    """
    tables = {
        coding: works_on_safety_part(codings, literature, coding) for coding in ("first", "second")
    }
    shared = tables["first"].index.intersection(tables["second"].index)
    rows = {}
    for coding, other in (("first", "second"), ("second", "first")):
        subjects = tables[coding].loc[shared, "role"].eq("subject")
        service_view = tables[other].loc[shared, "tradition"].eq("sm")
        rows[coding] = {
            "subjects": int(subjects.sum()),
            "sm": int((subjects & service_view).sum()),
        }
    return pd.DataFrame.from_dict(rows, orient="index")
