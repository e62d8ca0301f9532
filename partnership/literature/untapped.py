"""Untapped resources: what is offered, enacted and fitting, and which own strategies are named."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import scipy

from partnership import model
from partnership.data import split_list
from partnership.literature.strategies import ACTORS, CAUTIONS

READINGS = {"all": "all texts", "accounts": "accounts", "service": "service"}
"""Readings of the literature in plain words, the headline first."""

VIEWS = {"pam": "administration", "sm": "service", "none": "none"}
"""Views of the patient's part in plain words."""

KINDS = ("resource", "hidden", "warning sign")
"""What an own strategy is to a service: to build on, to respect, to heed."""


def delivery_of(plan: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a plan that are about delivery.

    Parameters
    ----------
    plan : DataFrame
        What :func:`partnership.model.plan` returns.

    Returns
    -------
    DataFrame
        The rows whose `phase` is `delivery`, indexed by `issue`.
    """
    return plan[plan["phase"] == "delivery"].drop(columns="phase").set_index("issue")


def relations(plans: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return the relation of each issue in each reading.

    Parameters
    ----------
    plans : mapping of str to DataFrame
        What :func:`delivery_of` returns, by reading; all with the same issues.

    Returns
    -------
    DataFrame
        Index `issue`, in order of the first reading; a column a reading.

    Raises
    ------
    ValueError
        If the readings do not have the same issues.
    """
    first = next(iter(plans.values())).index
    for name, plan in plans.items():
        if stray := sorted(set(first).symmetric_difference(plan.index)):
            raise ValueError(f"Issues that {name} alone has, or lacks: {', '.join(stray)}.")
    return pd.DataFrame({name: plan["relation"].reindex(first) for name, plan in plans.items()})


def relation_counts(table: pd.DataFrame) -> pd.DataFrame:
    """Count issues by relation in each reading.

    Parameters
    ----------
    table : DataFrame
        What :func:`relations` returns.

    Returns
    -------
    DataFrame
        Index `relation`, in order of `RELATIONS`; a column a reading; numbers of issues.
    """
    counts = {name: table[name].value_counts() for name in table}
    found = pd.DataFrame(counts).reindex(model.RELATIONS).fillna(0).astype(int)
    return found.rename_axis("relation")


def what_moves(one: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    """Compare two readings of the issues that both of them know.

    Parameters
    ----------
    one, other : DataFrame
        What :func:`delivery_of` returns.

    Returns
    -------
    DataFrame
        Index `issue`; true or false: `same_relation`; `fitting_shared` and `offered_shared`, at
        least one form in both fitting sets, and at least one form offered in both (`unheard`
        among them). Without the issues that either reading leaves `unknown`.
    """
    both = one.merge(other, left_index=True, right_index=True, suffixes=("_one", "_other"))
    known = (both["relation_one"] != "unknown") & (both["relation_other"] != "unknown")
    both = both[known]

    def meet(here: list[str], there: list[str]) -> bool:
        return not set(here).isdisjoint(there)

    shared = {
        f"{layer}_shared": list(map(meet, both[f"{layer}_one"], both[f"{layer}_other"]))
        for layer in ("fitting", "offered")
    }
    same = both["relation_one"] == both["relation_other"]
    return pd.DataFrame({"same_relation": same, **shared})


def issue_strategies(
    strategy_issues: pd.DataFrame, catalogue: pd.DataFrame, cautions: pd.DataFrame
) -> pd.DataFrame:
    """Return every own strategy that could serve an issue, with what speaks for caution.

    Parameters
    ----------
    strategy_issues : DataFrame
        `strategy_issues.csv`: columns `id`, `issue`, `basis` (`documented` or `transferable`) and
        `keys` (the works that document it, joined by `; `).
    catalogue : DataFrame
        What :func:`partnership.literature.strategies.strategy_catalogue` returns.
    cautions : DataFrame
        `strategy_source_cautions.csv`: columns `id`, `key`, `caution`.

    Returns
    -------
    DataFrame
        A row a strategy and issue: `issue`, `id`, `strategy`, `actor`, `basis`, `kind` (of
        `KINDS`; a warning sign is one whether hidden or not), `cautioned` (every work that
        documents it for this issue is under a caution; where none does, every source it has) and
        `cautions` (a list: the cautions about the works counted).
    """
    doubts = cautions.groupby(["id", "key"])["caution"].agg(list)
    by_strategy = cautions.groupby("id")["caution"].agg(lambda all_of: list(dict.fromkeys(all_of)))
    columns = ["id", "strategy", "actor", "openness", "warning_sign", "all_cautioned"]
    links = strategy_issues[["id", "issue", "basis", "keys"]]
    links = links.merge(catalogue[columns], validate="m:1")
    cautioned, cautions_of = [], []
    for link in links.assign(works=split_list(links["keys"])).itertuples():
        if link.works:
            doubted = [doubts.get((link.id, key), []) for key in link.works]
            cautioned.append(all(doubted))
            cautions_of.append(list(dict.fromkeys(sum(doubted, []))))
        else:
            cautioned.append(link.all_cautioned)
            cautions_of.append(by_strategy.get(link.id, []))
    links = links.assign(cautioned=cautioned, cautions=cautions_of)
    links["kind"] = (
        links["openness"]
        .map({"open": "resource", "hidden": "hidden"})
        .mask(links["warning_sign"], "warning sign")
    )
    return links[["issue", "id", "strategy", "actor", "basis", "kind", "cautioned", "cautions"]]


def strategies_to_draw_on(
    issues: pd.DataFrame, links: pd.DataFrame, literature_issues: pd.DataFrame
) -> pd.DataFrame:
    """Count, for each issue, the own strategies that it could draw on.

    Parameters
    ----------
    issues : DataFrame
        `safety_issues.csv`: column `issue`.
    links : DataFrame
        What :func:`issue_strategies` returns.
    literature_issues : DataFrame
        `literature_issues.csv`: columns `key`, `issue`.

    Returns
    -------
    DataFrame
        Index `issue`; numbers of strategies: `documented` (with a work under no caution),
        `documented_cautioned`, `transferable` and `transferable_cautioned`, hidden ones included
        and warning signs not; `warning_signs` (documented) and `warning_signs_transferable`; and
        `works` about the issue.
    """
    warning = links["kind"] == "warning sign"
    chosen = {
        f"{basis}{'_cautioned' if cautioned else ''}": (
            ~warning & (links["basis"] == basis) & (links["cautioned"] == cautioned)
        )
        for basis in ("documented", "transferable")
        for cautioned in (False, True)
    }
    counts = {name: links[rows].groupby("issue")["id"].nunique() for name, rows in chosen.items()}
    for basis, name in (
        ("documented", "warning_signs"),
        ("transferable", "warning_signs_transferable"),
    ):
        rows = warning & (links["basis"] == basis)
        counts[name] = links[rows].groupby("issue")["id"].nunique()
    counts["works"] = literature_issues.groupby("issue")["key"].nunique()
    return pd.DataFrame(counts).reindex(pd.Index(issues["issue"])).fillna(0).astype(int)


def unsupported_resources(
    plan: pd.DataFrame, links: pd.DataFrame, strategy_forms: pd.DataFrame
) -> pd.DataFrame:
    """Return the resources that exist without support, and the strategies that name them.

    Parameters
    ----------
    plan : DataFrame
        What :func:`delivery_of` returns.
    links : DataFrame
        What :func:`issue_strategies` returns.
    strategy_forms : DataFrame
        `strategy_forms.csv`: columns `id`, `form` (a form that makes room for the strategy).

    Returns
    -------
    DataFrame
        Index `issue`, those of which `unsupported` is true: `label`, `relation`, `forms` (a list:
        enacted and fitting), `who`, `burden`; `of_form` and `beside` (lists of ids: open
        strategies documented for the issue, for which one of `forms` makes room, or none);
        `uncautioned` (how many of `of_form` have a work under no caution); `hidden` and
        `warning_signs` (numbers of documented strategies).
    """
    found = plan[plan["unsupported"].fillna(False).astype(bool)]
    documented = links[links["basis"] == "documented"]
    rows = []
    for issue, place in found.iterrows():
        members = documented[documented["issue"] == issue]
        opened = members[members["kind"] == "resource"]
        room = strategy_forms["form"].isin(place["enacted_fitting"])
        served = opened["id"].isin(strategy_forms.loc[room, "id"])
        rows.append(
            {
                "issue": issue,
                "label": place["label"],
                "relation": place["relation"],
                "forms": place["enacted_fitting"],
                "who": place["who"],
                "burden": place["burden"],
                "of_form": list(opened.loc[served, "id"]),
                "beside": list(opened.loc[~served, "id"]),
                "uncautioned": int((~opened.loc[served, "cautioned"].astype(bool)).sum()),
                "hidden": int((members["kind"] == "hidden").sum()),
                "warning_signs": int((members["kind"] == "warning sign").sum()),
            }
        )
    columns = ["issue", "label", "relation", "forms", "who", "burden", "of_form", "beside"]
    columns += ["uncautioned", "hidden", "warning_signs"]
    return pd.DataFrame(rows, columns=columns).set_index("issue")


def unsupported_table(
    resources: pd.DataFrame, links: pd.DataFrame, forms: pd.DataFrame
) -> pd.DataFrame:
    """Return unsupported resources as a table for readers.

    Parameters
    ----------
    resources : DataFrame
        What :func:`unsupported_resources` returns.
    links : DataFrame
        What :func:`issue_strategies` returns.
    forms : DataFrame
        As in :func:`forms_by_layer`.

    Returns
    -------
    DataFrame
        Index `safety issue`; columns `works alone` (the forms, and who is best placed), `own
        strategies` (those of that form, `*` where every work for the issue is under a caution;
        those of other forms are counted) and `with care`: the cautions about them, and hidden
        strategies and warning signs, counted and not named.
    """
    by_place = links.set_index(["issue", "id"])
    label = forms.set_index("form")["label"].str.lower()
    rows = []
    for place in resources.itertuples():
        named = by_place.loc[[(place.Index, name) for name in place.of_form]]
        starred = named["strategy"] + named["cautioned"].map({True: "*", False: ""}).astype(str)
        doubts = dict.fromkeys(sum(named["cautions"], []))
        care = [CAUTIONS[caution] for caution in doubts]
        if len(named) and not care:
            care = ["no caution noted"]
        if place.hidden:
            care.append(f"{place.hidden} hidden strateg{'ies' if place.hidden > 1 else 'y'}")
        if place.warning_signs:
            care.append(
                f"{place.warning_signs} warning sign{'s' if place.warning_signs > 1 else ''}"
            )
        listed = list(starred)
        if place.beside:
            listed = listed or ["none of this form"]
            listed.append(f"{len(place.beside)} of other forms")
        rows.append(
            {
                "safety issue": place.label,
                "works alone": "; ".join(label[form] for form in place.forms)
                + f" ({ACTORS.get(place.who, 'who is not told')})",
                "own strategies": "; ".join(listed) or "none documented",
                "with care": "; ".join(care),
            }
        )
    columns = ["safety issue", "works alone", "own strategies", "with care"]
    return pd.DataFrame(rows, columns=columns).set_index("safety issue")


def forms_by_layer(plan: pd.DataFrame, forms: pd.DataFrame) -> pd.DataFrame:
    """Count the issues in which each form fits, is offered and is enacted.

    Parameters
    ----------
    plan : DataFrame
        What :func:`delivery_of` returns.
    forms : DataFrame
        Forms of delivery in order: columns `form`, `label` and `tradition` (the view it belongs
        to).

    Returns
    -------
    DataFrame
        Index `form` (its label, without "patient" or "partner"); numbers of issues:
        `fits`, `offered`, `enacted`; and `view` in plain words.
    """
    layers = {"fits": "fitting", "offered": "offered", "enacted": "enacted"}
    counts = {name: plan[layer].explode().value_counts() for name, layer in layers.items()}
    table = pd.DataFrame(counts).reindex(forms["form"]).fillna(0).astype(int)
    table["view"] = forms["tradition"].map(VIEWS).to_numpy()
    names = forms["label"].str.replace(r" (?:patient|partner)$", "", regex=True)
    return table.set_axis(pd.Index(names, name="form"))


def issues_with_view(plan: pd.DataFrame, forms: pd.DataFrame, view: str) -> pd.Series:
    """Count the issues in which at least one form of a view fits, is offered or is enacted.

    Parameters
    ----------
    plan, forms
        As in :func:`forms_by_layer`.
    view : str
        A code of `tradition`.

    Returns
    -------
    Series
        Numbers of issues: `fitting`, `offered`, `enacted`.
    """
    members = set(forms.loc[forms["tradition"] == view, "form"])
    return pd.Series(
        {
            layer: int(plan[layer].map(lambda named: not members.isdisjoint(named)).sum())
            for layer in ("fitting", "offered", "enacted")
        }
    )


def read_and_found(counts: pd.DataFrame) -> float:
    """Return how far issues with more works are issues with more documented strategies.

    Parameters
    ----------
    counts : DataFrame
        What :func:`strategies_to_draw_on` returns.

    Returns
    -------
    float
        Spearman's rank correlation over issues.
    """
    documented = counts["documented"] + counts["documented_cautioned"]
    return float(scipy.stats.spearmanr(counts["works"], documented).statistic)


def unheard_beside(plan: pd.DataFrame) -> pd.Series:
    """Return where people go unheard, beside other forms or alone.

    Parameters
    ----------
    plan : DataFrame
        What :func:`delivery_of` returns.

    Returns
    -------
    Series of bool
        By issue: whether `unheard` is among the forms offered.
    """
    return plan["offered"].map(lambda forms: model.UNHEARD in forms).astype(bool)
