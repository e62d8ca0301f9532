"""Published numbers on harm, kept apart where they must not be compared; safety strategies.

Every number of the table `harm_figures` has its own denominator: admissions, patients, records,
events. Only numbers that one source gives for one denominator share a `comparable_set`, and only
they may share an axis.
"""

from __future__ import annotations

import difflib

import pandas as pd

from partnership.literature.codes import ROLES, SAFETY, coded_works
from partnership.literature.works import short_citations

STRATEGY_LABEL = {
    "best-practice": "Best practice",
    "system-improvement": "Improving the system",
    "risk-control": "Risk control",
    "monitoring-adaptation": "Monitoring, adaptation and response",
    "mitigation": "Mitigation",
}
"""The five safety strategies of Vincent and Amalberti (2016), codes as in `codebook.csv`."""


PRINTED_COUNTS = {
    ("lindblad2020", "no-harm incidents judged preventable"): (198, 313),
    ("hernan-bmjopen-e042551", "patients reporting a safety incident in the last 12 months"): (
        69,
        1329,
    ),
}
"""Counts, part and whole, of the two shares that do not agree with them as printed.

Read in the abstracts on the pages that `harm_figures` gives for these rows.
"""


def comparable_set(harm: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return the rows that one source gives for one denominator.

    Parameters
    ----------
    harm : pandas.DataFrame
        The table `harm_figures`, with the column `comparable_set`.
    name : str
        A value of that column.

    Returns
    -------
    pandas.DataFrame
        Its rows, in the order of the table.

    Raises
    ------
    ValueError
        If there is no such set; the message names the sets most like it.
    """
    rows = harm[harm["comparable_set"] == name]
    if rows.empty:
        known = sorted(harm["comparable_set"].dropna().unique())
        near = difflib.get_close_matches(name, known) or known
        raise ValueError(f"No comparable set is called “{name}”; did you mean: {'; '.join(near)}?")
    return rows


def figure(harm: pd.DataFrame, key: str, measure: str) -> pd.Series:
    """Return the one row that holds a published number.

    Parameters
    ----------
    harm : pandas.DataFrame
        The table `harm_figures`, with the columns `key` and `measure`.
    key : str
        The source's key.
    measure : str
        What the number measures, as the table words it.

    Returns
    -------
    pandas.Series
        The row: `value_text` as printed, `value_num`, `low`, `high`, `per`, `period`, `page_url`
        and the rest.

    Raises
    ------
    LookupError
        If no row or more than one fits; the message lists what the source measures.
    """
    of_source = harm[harm["key"] == key]
    rows = of_source[of_source["measure"] == measure]
    if len(rows) != 1:
        measures = "; ".join(of_source["measure"]) or "nothing"
        raise LookupError(
            f"{len(rows)} rows instead of one for “{measure}” of {key}; it measures: {measures}."
        )
    return rows.iloc[0]


def check_comparable(rows: pd.DataFrame) -> None:
    """Let pass only numbers that may stand on one axis: one comparable set, or one number.

    Parameters
    ----------
    rows : pandas.DataFrame
        Rows of `harm_figures`, with `key`, `measure`, `per` and `comparable_set`.

    Raises
    ------
    ValueError
        If there is no row, if rows belong to several sets, or if several rows belong to none;
        the message says which numbers have which denominator.
    """
    if rows.empty:
        raise ValueError("There is no number to show: the selection of rows is empty.")
    if len(rows) == 1:
        return
    if rows["comparable_set"].isna().any() or rows["comparable_set"].nunique() > 1:
        clash = "; ".join(f"{row.key}: {row.measure} ({row.per})" for row in rows.itertuples())
        raise ValueError(
            "These numbers have different sources or denominators and must not share an axis. "
            f"Draw one panel for each comparable set instead. Given were: {clash}."
        )


def tidy(rows: pd.DataFrame) -> pd.DataFrame:
    """Prepare numbers that may be compared for a chart.

    Parameters
    ----------
    rows : pandas.DataFrame
        Rows of one comparable set, or a single row, of `harm_figures`.

    Returns
    -------
    pandas.DataFrame
        Columns `label` (what tells the rows of the set apart: year, country or kind), `value`,
        `low`, `high` (published interval, NaN where none is given), `per` (the denominator),
        `key`, `period` and `population`; in the order of the table.

    Raises
    ------
    ValueError
        If the rows may not share an axis (see `check_comparable`), or one has no numeric value.
    """
    check_comparable(rows)
    wordy = rows[rows["value_num"].isna()]
    if not wordy.empty:
        words = "; ".join(f"{row.measure}: “{row.value_text}”" for row in wordy.itertuples())
        raise ValueError(f"Not numeric, so quote the words instead of drawing them: {words}.")
    if len(rows) > 1 and rows["period"].nunique() == len(rows):
        label = rows["period"]
    elif len(rows) > 1 and rows["country"].nunique() == len(rows):
        label = rows["country"]
    else:
        label = rows["measure"].str.replace(r"^.*by type: ", "", regex=True)
        label = label.str[:1].str.upper() + label.str[1:]
    facts = rows[["low", "high", "per", "key", "period", "population"]]
    table = pd.concat([label.rename("label"), rows["value_num"].rename("value"), facts], axis=1)
    return table.reset_index(drop=True)


def printed_counts(harm: pd.DataFrame, key: str, measure: str) -> tuple[int, int]:
    """Return the counts behind a share that does not agree with them as printed.

    Parameters
    ----------
    harm : pandas.DataFrame
        The table `harm_figures`.
    key, measure : str
        Source and measure of one of the two rows in `PRINTED_COUNTS`.

    Returns
    -------
    tuple of int
        Part and whole. Quote these, not the share.

    Raises
    ------
    LookupError
        If the table has no such row, or the row's share is not one of the two.
    """
    figure(harm, key, measure)
    if (key, measure) not in PRINTED_COUNTS:
        raise LookupError(
            f"The share “{measure}” of {key} has no quarrel with its counts: quote it."
        )
    return PRINTED_COUNTS[key, measure]


def preventability(harm: pd.DataFrame, literature: pd.DataFrame) -> pd.DataFrame:
    """Gather what share of harm each source judged preventable.

    Parameters
    ----------
    harm : pandas.DataFrame
        The table `harm_figures`; taken are rows with `measure_type` equal to `share preventable`
        whose source is in the dataset.
    literature : pandas.DataFrame
        The table `literature`, with what `short_citations` needs.

    Returns
    -------
    pandas.DataFrame
        Index `Source`; columns `Judged preventable` (interval or range in brackets, named),
        `Of what`, `Setting`, `Country`, `Years of the data` (empty where the table does not
        tell); oldest source first. The sources differ in denominators, judges and rules, so they
        are not ranked by their shares.
    """
    rows = harm[
        (harm["measure_type"] == "share preventable") & (harm["source_in_dataset"] == "yes")
    ]
    year = rows["key"].map(literature.set_index("key")["year"])
    rows = rows.assign(year=year).sort_values(["year", "key"])
    return pd.DataFrame(
        {
            "Source": rows["key"].map(short_citations(literature)).to_list(),
            "Judged preventable": [_share_in_words(row) for row in rows.itertuples()],
            "Of what": rows["per"].str.removeprefix("% of ").to_list(),
            "Setting": rows["setting"].fillna("").to_list(),
            "Country": rows["country"].fillna("").to_list(),
            "Years of the data": rows["period"].fillna("").str.replace("-", "–").to_list(),
        }
    ).set_index("Source")


def _share_in_words(row) -> str:
    """Return a share with its interval; as counts where share and counts do not agree."""
    if (row.key, row.measure) in PRINTED_COUNTS:
        part, whole = PRINTED_COUNTS[row.key, row.measure]
        return f"{part} of {whole}"
    interval = "" if pd.isna(row.low) else f" ({row.interval} {row.low:g}–{row.high:g})"
    return f"{row.value_num:g}%{interval}"


def strategies_by_role(codings: pd.DataFrame, literature: pd.DataFrame) -> pd.DataFrame:
    """Count works on safety by strategy and by the patient's role, in each coding.

    Parameters
    ----------
    codings : pandas.DataFrame
        The table `codings`, with `key`, `coding`, `corpus`, `role` and `strategies` (codes
        joined by `; `; a work may have several strategies and then counts under each).
    literature : pandas.DataFrame
        The table `literature`, with `key` and `sample`.

    Returns
    -------
    pandas.DataFrame
        Columns `coding`, `strategy`, `role` (with `untold` where none could be coded) and
        `works`: a row for every combination, zeros included. In the coding `agreed` a strategy
        counts only where both readings have it.
    """
    works = codings[
        codings["key"].isin(coded_works(literature)["key"]) & codings["corpus"].isin(SAFETY)
    ]
    listed = works.assign(
        strategy=works["strategies"].str.split("; "), role=works["role"].fillna("untold")
    ).explode("strategy")
    counts = listed.dropna(subset="strategy").groupby(["coding", "strategy", "role"]).size()
    every = pd.MultiIndex.from_product(
        [sorted(codings["coding"].unique()), list(STRATEGY_LABEL), [*ROLES, "untold"]],
        names=["coding", "strategy", "role"],
    )
    return counts.reindex(every, fill_value=0).rename("works").reset_index()


def room_for_patients(counts: pd.DataFrame) -> pd.DataFrame:
    """Sum up, strategy by strategy, in how many works the patient has a part.

    Parameters
    ----------
    counts : pandas.DataFrame
        What `strategies_by_role` returns.

    Returns
    -------
    pandas.DataFrame
        Columns `coding`, `strategy`, `works` (with any role or none), `part` (works with a role
        other than `absent` and `untold`), `subject` (works in which the patient acts from own
        knowledge) and the share `subject_share` = subject / part (NaN where no work has a part).
    """
    table = counts.pivot_table(
        index=["coding", "strategy"], columns="role", values="works", aggfunc="sum", sort=False
    )
    result = pd.DataFrame(
        {
            "works": table.sum(axis=1),
            "part": table[[role for role in ROLES if role != "absent"]].sum(axis=1),
            "subject": table["subject"],
        }
    )
    result["subject_share"] = result["subject"] / result["part"]
    return result.reset_index()


def room_range(codings: pd.DataFrame, literature: pd.DataFrame) -> pd.DataFrame:
    """Return how far the room for patients moves with the coding and with a theme left out.

    Parameters
    ----------
    codings, literature : pandas.DataFrame
        The tables of these names; see `strategies_by_role`. `literature` also has `theme`.

    Returns
    -------
    pandas.DataFrame
        What `room_for_patients` returns, once for every coding with all themes and with each one
        left out; the column `left_out` names the theme (empty for none).
    """
    runs = [room_for_patients(strategies_by_role(codings, literature)).assign(left_out="")]
    for theme in sorted(literature["theme"].dropna().unique()):
        others = literature[literature["theme"] != theme]
        runs.append(room_for_patients(strategies_by_role(codings, others)).assign(left_out=theme))
    return pd.concat(runs, ignore_index=True)
