"""The catalogue of patients' own strategies: what people do, and how strongly it is documented."""

from __future__ import annotations

import pandas as pd

from partnership.literature.codes import coded_works
from partnership.literature.works import short_citations

MODES = {
    "watch": "watch and notice",
    "repair": "repair and relay",
    "anticipate": "foresee and prepare",
    "escalate": "insist and escalate",
    "relate": "work through relations",
    "manage-place": "choose place and company",
    "self-manage": "run one’s own care",
    "peer": "help among peers",
    "recover": "act after harm",
    "withhold": "withhold or mislead",
}
"""Modes of own strategy in plain words, in the order in which figures and tables show them."""

ACTORS = {"patient": "patient", "family": "family", "both": "patient and family"}
"""Who acts, in plain words."""

CAUTIONS = {
    "behaviour-only": "shows the act, not tied to safety",
    "indirect": "shown at a remove",
    "not-about-safety": "safety is not its subject",
    "proposed-not-observed": "proposed, not observed",
    "ambiguous": "can be read otherwise",
    "extract-only": "seen in an extract only",
    "also-recommended": "professionals recommend it too",
    "by-absence": "inferred from its absence",
}
"""Cautions about a source in plain words (definitions in `vocabulary.csv`)."""


def strategy_catalogue(
    strategies: pd.DataFrame,
    sources: pd.DataFrame,
    cautions: pd.DataFrame,
    forms: pd.DataFrame,
) -> pd.DataFrame:
    """Return one row for each own strategy, with its sources counted and weighed.

    Parameters
    ----------
    strategies : DataFrame
        `own_strategies.csv`: columns `id`, `strategy`, `mode`, `actor`, `openness`, `phase`.
    sources : DataFrame
        `own_strategy_sources.csv`: columns `id`, `key`.
    cautions : DataFrame
        `strategy_source_cautions.csv`: columns `id`, `key`, `caution`.
    forms : DataFrame
        `strategy_forms.csv`: columns `id`, `kind`.

    Returns
    -------
    DataFrame
        The columns named of `strategies`, in order of `MODES` and then of sources (most first);
        `sources` and `cautioned` (numbers of works), `single_source`, `all_cautioned` and
        `warning_sign` (true or false): a warning sign tells of the service and is no resource.

    Raises
    ------
    ValueError
        If a mode is unknown, a caution is about a source that the catalogue does not have, a
        strategy has no source, or a strategy is of no kind or of two.
    """
    unknown = sorted(set(strategies["mode"]) - set(MODES))
    if unknown:
        raise ValueError(f"Unknown modes: {', '.join(unknown)}. Add them to MODES.")
    pairs = sources[["id", "key"]].drop_duplicates()
    doubted = cautions[["id", "key"]].drop_duplicates()
    found = doubted.merge(pairs, how="left", indicator=True)
    stray = found.loc[found["_merge"] == "left_only", ["id", "key"]].agg(" / ".join, axis=1)
    if len(stray):
        raise ValueError(f"Cautions about no source of the catalogue: {', '.join(stray)}.")
    unsourced = sorted(set(strategies["id"]) - set(pairs["id"]))
    if unsourced:
        raise ValueError(f"Strategies without a source: {', '.join(unsourced)}.")
    kinds = forms[["id", "kind"]].drop_duplicates().set_index("id")["kind"]
    kind = strategies["id"].map(kinds[~kinds.index.duplicated(keep=False)])
    unclear = strategies.loc[~kind.isin(["makes-room", "warning-sign"]), "id"]
    if len(unclear):
        raise ValueError(f"Strategies of no kind or of two: {', '.join(unclear)}.")

    columns = ["id", "strategy", "mode", "actor", "openness", "phase"]
    table = strategies[columns].copy()
    table["sources"] = table["id"].map(pairs.groupby("id").size()).astype(int)
    table["cautioned"] = table["id"].map(doubted.groupby("id").size()).fillna(0).astype(int)
    table["single_source"] = table["sources"] == 1
    table["all_cautioned"] = table["sources"] == table["cautioned"]
    table["warning_sign"] = (kind == "warning-sign").to_numpy()
    order = list(MODES)
    table["place"] = [order.index(mode) for mode in table["mode"]]
    table = table.sort_values(["place", "sources", "id"], ascending=[True, False, True])
    return table.drop(columns="place").reset_index(drop=True)


def catalogue_totals(table: pd.DataFrame) -> pd.Series:
    """Sum up how strongly a catalogue of own strategies is documented.

    Parameters
    ----------
    table : DataFrame
        What :func:`strategy_catalogue` returns.

    Returns
    -------
    Series
        Numbers: `strategies`; `sources` and `cautioned` (entries: a work may serve several
        strategies); `single_source`, `all_cautioned`, `warning_signs` and `hidden` (strategies).
    """
    return pd.Series(
        {
            "strategies": len(table),
            "sources": int(table["sources"].sum()),
            "cautioned": int(table["cautioned"].sum()),
            "single_source": int(table["single_source"].sum()),
            "all_cautioned": int(table["all_cautioned"].sum()),
            "warning_signs": int(table["warning_sign"].sum()),
            "hidden": int((table["openness"] == "hidden").sum()),
        }
    )


def caution_kinds(cautions: pd.DataFrame) -> pd.DataFrame:
    """Count source entries by the caution about them.

    Parameters
    ----------
    cautions : DataFrame
        `strategy_source_cautions.csv`: column `caution`.

    Returns
    -------
    DataFrame
        Columns `caution` (code), `label` (plain words) and `entries`, most frequent first and
        equals in order of `CAUTIONS`.

    Raises
    ------
    ValueError
        If a caution is not among `CAUTIONS`.
    """
    unknown = sorted(set(cautions["caution"]) - set(CAUTIONS))
    if unknown:
        raise ValueError(f"Unknown cautions: {', '.join(unknown)}. Add them to CAUTIONS.")
    entries = cautions["caution"].value_counts().reindex(list(CAUTIONS), fill_value=0)
    order = sorted(CAUTIONS, key=lambda name: -entries[name])
    labels = [CAUTIONS[name] for name in order]
    return pd.DataFrame({"caution": order, "label": labels, "entries": entries[order].to_numpy()})


def strategies_by_mode(table: pd.DataFrame) -> pd.DataFrame:
    """Count the catalogue by mode, and name the best documented strategy of each.

    Best documented is the strategy with most sources without a caution; ties go to the one with
    most sources, then to the first in the catalogue. A warning sign stands as an example only
    where a mode has nothing else.

    Parameters
    ----------
    table : DataFrame
        What :func:`strategy_catalogue` returns.

    Returns
    -------
    DataFrame
        A row a mode: `mode`, `strategies`, `hidden`, `warning_signs`, `example` (an id).
    """
    ranked = table.assign(plain=table["sources"] - table["cautioned"]).sort_values(
        ["warning_sign", "plain", "sources"], ascending=[True, False, False]
    )
    groups = table.groupby("mode")
    counted = pd.DataFrame(
        {
            "strategies": groups.size(),
            "hidden": groups["openness"].agg(lambda kind: int((kind == "hidden").sum())),
            "warning_signs": groups["warning_sign"].sum(),
            "example": ranked.groupby("mode")["id"].first(),
        }
    )
    return counted.reindex([mode for mode in MODES if mode in counted.index]).reset_index()


def issue_coverage(
    issues: pd.DataFrame,
    strategy_issues: pd.DataFrame,
    table: pd.DataFrame,
) -> pd.DataFrame:
    """Count the own strategies documented for each safety issue.

    Parameters
    ----------
    issues : DataFrame
        `safety_issues.csv`: columns `issue`, `label`.
    strategy_issues : DataFrame
        `strategy_issues.csv`: columns `id`, `issue`, `basis`.
    table : DataFrame
        What :func:`strategy_catalogue` returns.

    Returns
    -------
    DataFrame
        `issue`, `label`; `resources` and `warning_signs`: strategies documented for the issue,
        of either kind; `transferable`: strategies only judged usable there; `gap`:
        `nothing documented`, `warning signs only` or empty.
    """
    links = strategy_issues[["id", "issue", "basis"]]
    linked = links.merge(table[["id", "warning_sign"]], validate="m:1")
    documented = linked["basis"] == "documented"
    chosen = {
        "resources": documented & ~linked["warning_sign"],
        "warning_signs": documented & linked["warning_sign"],
        "transferable": ~documented,
    }
    result = issues[["issue", "label"]].copy()
    for column, rows in chosen.items():
        counted = linked[rows].groupby("issue")["id"].nunique()
        result[column] = result["issue"].map(counted).fillna(0).astype(int)
    result["gap"] = ""
    result.loc[result["resources"] == 0, "gap"] = "warning signs only"
    result.loc[result[["resources", "warning_signs"]].sum(axis=1) == 0, "gap"] = (
        "nothing documented"
    )
    return result


def sources_named(
    sources: pd.DataFrame,
    cautions: pd.DataFrame,
    literature: pd.DataFrame,
) -> pd.Series:
    """Return the sources of each strategy as one text, those under a caution marked by `*`.

    Parameters
    ----------
    sources, cautions
        As in :func:`strategy_catalogue`.
    literature : DataFrame
        As in :func:`short_citations`.

    Returns
    -------
    Series
        Text by strategy `id`, sources without a caution first.
    """
    marked = sources[["id", "key"]].merge(
        cautions[["id", "key", "caution"]].drop_duplicates(["id", "key"]), how="left"
    )
    doubted = marked["caution"].notna()
    marked["text"] = marked["key"].map(short_citations(literature)) + doubted.map(
        {True: "*", False: ""}
    )
    return pd.concat([marked[~doubted], marked[doubted]]).groupby("id")["text"].agg("; ".join)


def strategy_list(table: pd.DataFrame, named: pd.Series) -> pd.DataFrame:
    """Return the catalogue as a table for readers.

    Parameters
    ----------
    table : DataFrame
        What :func:`strategy_catalogue` returns.
    named : Series
        What :func:`sources_named` returns.

    Returns
    -------
    DataFrame
        Index `mode`; columns `what people do`, `who`, `seen by staff` (`open`, `hidden`, and
        `warning sign` where it is one) and `sources`.
    """
    seen = (
        table["openness"]
        .astype("str")
        .where(~table["warning_sign"], table["openness"].astype("str") + "; warning sign")
    )
    return pd.DataFrame(
        {
            "mode": table["mode"].map(MODES),
            "what people do": table["strategy"],
            "who": table["actor"].map(ACTORS),
            "seen by staff": seen,
            "sources": table["id"].map(named),
        }
    ).set_index("mode")


def acts_by_tradition(works: pd.DataFrame) -> pd.DataFrame:
    """Count, for each tradition, works that tell of own strategies and how they were studied.

    Parameters
    ----------
    works : DataFrame
        Works in one coding: columns `tradition`, `own_strategies`, `study`, `field`.

    Returns
    -------
    DataFrame
        Index `pam`, `sm`, `both`, `neither`; numbers of works: `works`, `own_strategies` (acts
        done unasked are told), `qualitative`, `trials`, and `service_field` (published in or
        argued from service management).
    """
    marks = pd.DataFrame(
        {
            "works": True,
            "own_strategies": works["own_strategies"] == "yes",
            "qualitative": works["study"] == "qualitative",
            "trials": works["study"] == "trial",
            "service_field": works["field"] == "service-management",
        }
    )
    counts = marks.groupby(works["tradition"]).sum()
    return counts.reindex(["pam", "sm", "both", "neither"]).fillna(0).astype(int)


def works_behind(
    sources: pd.DataFrame, codings: pd.DataFrame, literature: pd.DataFrame
) -> pd.DataFrame:
    """Return the works that the catalogue rests on, each once, in the agreed coding.

    Parameters
    ----------
    sources : DataFrame
        `own_strategy_sources.csv`: column `key`.
    codings, literature : DataFrame
        `codings.csv` (columns `key`, `coding` and the codes) and `literature.csv` (columns
        `key`, `sample`).

    Returns
    -------
    DataFrame
        Rows of `codings`, indexed by `key`; only works whose `sample` is `coded`.
    """
    coded = coded_works(literature)["key"]
    agreed = codings[codings["coding"] == "agreed"].set_index("key")
    keys = sources["key"].drop_duplicates()
    return agreed.loc[agreed.index.isin(keys) & agreed.index.isin(coded)]
