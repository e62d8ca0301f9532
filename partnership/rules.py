"""What must hold between cells and between tables, beyond what `datapackage.json` can say.

A rule is a function that takes the tables that its parameters name, as read (text, NaN for an empty
cell, the index the row as a spreadsheet numbers it). It yields what breaks it: table, row, column,
what was found (None: the text of that cell), what was expected, and what to do. `partnership.data`
turns that into faults.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator

import pandas as pd

from partnership.faults import hint

Broken = tuple[str, int | None, str, str | None, str, str]
Rule = Callable[..., Iterator[Broken]]

SAMPLE = ("coded", "record")
CODINGS = ("first", "second", "agreed")
CORRECT = hint(None)


def coded_means_read(literature: pd.DataFrame) -> Iterator[Broken]:
    """A work of the sample is coded exactly if its abstract, or a like part of it, was read."""
    sample = literature[literature["sample"].isin(SAMPLE)]
    coded, read = sample["sample"] == "coded", sample["text_read"] == "abstract"
    for row in sample.index[coded != read]:
        expected = "abstract where the sample is coded, record where it is record"
        yield "literature", row, "text_read", None, expected, CORRECT


def sample_has_a_theme(literature: pd.DataFrame) -> Iterator[Broken]:
    """A work of the sample has the theme under which it was sought; other works need none."""
    for row in literature.index[literature["sample"].isin(SAMPLE) & literature["theme"].isna()]:
        yield "literature", row, "theme", None, "a theme for each work of the sample", CORRECT


def someone_wrote_it(literature: pd.DataFrame) -> Iterator[Broken]:
    """A work has authors or editors."""
    for row in literature.index[literature["authors"].isna() & literature["editors"].isna()]:
        yield "literature", row, "authors", None, "authors, or else editors", CORRECT


def link_is_the_doi(literature: pd.DataFrame) -> Iterator[Broken]:
    """Where a work has a DOI, readers are sent there."""
    expected = "https://doi.org/" + literature["doi"]
    for row in literature.index[literature["doi"].notna() & (literature["link"] != expected)]:
        remedy = hint(expected[row])
        yield "literature", row, "link", None, "https://doi.org/ followed by the doi", remedy


def doubt_is_explained(literature: pd.DataFrame) -> Iterator[Broken]:
    """A record that stays unresolved says what could not be settled."""
    unresolved = literature["verification"] == "unresolved"
    for row in literature.index[unresolved & literature["check_note"].isna()]:
        yield "literature", row, "check_note", None, "what could not be settled", CORRECT


def coded_works_have_three_codings(
    literature: pd.DataFrame, codings: pd.DataFrame
) -> Iterator[Broken]:
    """Each coded work has the codings first, second and agreed; other works have none."""
    coded = set(literature.loc[literature["sample"] == "coded", "key"])
    known = set(literature["key"])
    for row, key in codings["key"].items():
        if key in known and key not in coded:
            remedy = "remove the coding, or make the work's sample coded."
            yield "codings", row, "key", None, "a work whose sample is coded", remedy
    present = pd.MultiIndex.from_frame(codings[["key", "coding"]])
    for key in sorted(key for key in coded if isinstance(key, str)):
        for coding in CODINGS:
            if (key, coding) not in present:
                found = f"no {coding} coding of {key}"
                expected = "the codings first, second and agreed of each coded work"
                yield "codings", None, "coding", found, expected, "add the row."


def only_the_second_reader_is_asked_how_sure(codings: pd.DataFrame) -> Iterator[Broken]:
    """Confidence is the second reader's, of each work."""
    for row in codings.index[(codings["coding"] == "second") != codings["confidence"].notna()]:
        expected = "a confidence in the second coding, and in no other"
        yield "codings", row, "confidence", None, expected, CORRECT


def codebook_defines_columns(codebook: pd.DataFrame, codings: pd.DataFrame) -> Iterator[Broken]:
    """Each variable of the codebook is a column of the codings."""
    for row in codebook.index[~codebook["variable"].isin(codings.columns)]:
        yield "codebook", row, "variable", None, "a column of codings.csv", CORRECT


def rules_settle_variables(codebook: pd.DataFrame, adjudication: pd.DataFrame) -> Iterator[Broken]:
    """Each rule of adjudication is about a variable of the codebook."""
    for row in adjudication.index[~adjudication["variable"].isin(codebook["variable"])]:
        yield "adjudication", row, "variable", None, "a variable of codebook.csv", CORRECT


def figures_have_a_source(
    harm_figures: pd.DataFrame, literature: pd.DataFrame, sources_other: pd.DataFrame
) -> Iterator[Broken]:
    """A figure's source is a work of the dataset, or a page among the other sources."""
    places = {"yes": ("literature.csv", literature), "no": ("sources_other.csv", sources_other)}
    for row, key, inside in harm_figures[["key", "source_in_dataset"]].itertuples(name=None):
        if inside in places and key not in set(places[inside][1]["key"]):
            expected = f"a key of {places[inside][0]}, since source_in_dataset is {inside}"
            yield "harm_figures", row, "key", None, expected, CORRECT
    for row in sources_other.index[sources_other["key"].isin(literature["key"])]:
        yield "sources_other", row, "key", None, "a key that literature.csv has not", CORRECT


def statements_are_about_a_source(
    statements: pd.DataFrame, literature: pd.DataFrame, sources_other: pd.DataFrame
) -> Iterator[Broken]:
    """A chapter's statement is about a work of the dataset, or a page among the other sources."""
    known = {*literature["key"], *sources_other["key"]}
    for row in statements.index[~statements["key"].isin(known)]:
        expected = "a key of literature.csv or sources_other.csv"
        yield "statements", row, "key", None, expected, CORRECT


def figures_lie_within_their_bounds(harm_figures: pd.DataFrame) -> Iterator[Broken]:
    """A value lies within its bounds, and a share lies between 0 and 100."""
    numbers = harm_figures[["low", "value_num", "high"]].apply(pd.to_numeric, errors="coerce")
    for smaller, larger in (("low", "value_num"), ("value_num", "high"), ("low", "high")):
        for row in numbers.index[numbers[smaller] > numbers[larger]]:
            expected = f"at most {larger}, {harm_figures.at[row, larger]}"
            yield "harm_figures", row, smaller, None, expected, CORRECT
    share = harm_figures["measure_type"].str.contains("share")
    for column in numbers:
        for row in numbers.index[share & (numbers[column] > 100)]:
            yield "harm_figures", row, column, None, "a share of at most 100 %", CORRECT


def documented_links_name_works(
    strategy_issues: pd.DataFrame, own_strategy_sources: pd.DataFrame
) -> Iterator[Broken]:
    """A documented link names the works that show it, a transferable one names none."""
    told = pd.MultiIndex.from_frame(own_strategy_sources[["id", "key"]])
    columns = strategy_issues[["id", "basis", "keys"]].itertuples(name=None)
    for row, strategy, basis, keys in columns:
        named = isinstance(keys, str)
        if named != (basis == "documented"):
            expected = "works for a documented link, and for no other"
            yield "strategy_issues", row, "keys", None, expected, CORRECT
        for key in keys.split("; ") if named else []:
            if (strategy, key) not in told:
                expected = f"works that tell of {strategy} in own_strategy_sources.csv"
                yield "strategy_issues", row, "keys", None, expected, CORRECT


def warning_signs_have_no_form(strategy_forms: pd.DataFrame) -> Iterator[Broken]:
    """A strategy that is a warning sign about the service has no form, every other has one."""
    warning = strategy_forms["kind"] == "warning-sign"
    for row in strategy_forms.index[warning != strategy_forms["form"].isna()]:
        expected = "a form where the kind is makes-room, none for a warning-sign"
        yield "strategy_forms", row, "form", None, expected, CORRECT
    signs = set(strategy_forms.loc[warning, "id"])
    for row in strategy_forms.index[~warning & strategy_forms["id"].isin(signs)]:
        expected = "warning-sign in all rows of a strategy or in none"
        yield "strategy_forms", row, "kind", None, expected, CORRECT


def strategies_are_told_and_placed(
    own_strategies: pd.DataFrame, own_strategy_sources: pd.DataFrame, strategy_forms: pd.DataFrame
) -> Iterator[Broken]:
    """Each strategy rests on a source and has a row among the forms."""
    files = {
        "own_strategy_sources.csv": own_strategy_sources,
        "strategy_forms.csv": strategy_forms,
    }
    for file, other in files.items():
        for row in own_strategies.index[~own_strategies["id"].isin(other["id"])]:
            expected = f"a strategy with a row in {file}"
            yield "own_strategies", row, "id", None, expected, f"add the row to {file}."


def scales_have_five_anchors(scales: pd.DataFrame) -> Iterator[Broken]:
    """A scale has one question and an anchor for each score from 0 to 4."""
    for scale, rows in scales.groupby("scale"):
        missing = [level for level in "01234" if level not in set(rows["level"])]
        if missing:
            found = f"no anchor {', '.join(missing)} of {scale}"
            yield "scales", rows.index[0], "level", found, "anchors for 0 to 4", "add the rows."
        for row in rows.index[rows["question"] != rows["question"].iloc[0]]:
            yield "scales", row, "question", None, f"one question for all rows of {scale}", CORRECT


def someone_carries_every_load(safeguards: pd.DataFrame) -> Iterator[Broken]:
    """Whoever is best placed, there is a safeguard from interaction 0 on."""
    for who in ("patient", "family", "both"):
        if not ((safeguards["who"] == who) & (safeguards["interaction_from"] == "0")).any():
            found = f"no row for {who} from 0"
            yield "safeguards", None, "interaction_from", found, "a row from 0", "add the row."


def notes_are_about_something(
    issue_notes: pd.DataFrame,
    scales: pd.DataFrame,
    partnership_forms: pd.DataFrame,
    issue_readings: pd.DataFrame,
    issue_practice: pd.DataFrame,
) -> Iterator[Broken]:
    """A note is about a scale, a form, a layer, a phase or a column of the readings."""
    things = {*scales["scale"], *partnership_forms["form"], *issue_readings.columns}
    things |= {*issue_practice["layer"], *issue_practice["phase"]}
    for row, about in issue_notes["about"].dropna().items():
        if not set(about.split("; ")) <= things:
            expected = "scales, forms, layers, phases or columns of issue_readings.csv"
            yield "issue_notes", row, "about", None, expected, CORRECT


def counts_are_those_of_the_codings(
    adjudication_counts: pd.DataFrame, codings: pd.DataFrame
) -> Iterator[Broken]:
    """Each count of differences, and of those settled either way, is that of the codings."""
    coded = codings.set_index("key").sort_index()
    readings = {name: coded[coded["coding"] == name] for name in CODINGS}
    if any(not table.index.equals(readings["agreed"].index) for table in readings.values()):
        return  # a work lacks a coding, which another rule tells
    for row, variable in adjudication_counts["variable"].items():
        if variable not in codings.columns:
            yield "adjudication_counts", row, "variable", None, "a column of codings.csv", CORRECT
            continue
        codes = {name: table[variable].fillna("") for name, table in readings.items()}
        differ = codes["first"] != codes["second"]
        counted = {"differences": differ}
        counted |= {f"took_{n}": differ & (codes["agreed"] == codes[n]) for n in CODINGS[:2]}
        for column, works in counted.items():
            number = str(works.sum())
            if adjudication_counts.loc[row, column] != number:
                expected = f"{number}, as codings.csv has it"
                yield "adjudication_counts", row, column, None, expected, hint(number)


def _with_tables(*rules: Rule) -> list[tuple[tuple[str, ...], Rule]]:
    """Return rules, each with the tables it takes: those that its parameters name."""
    return [(tuple(inspect.signature(rule).parameters), rule) for rule in rules]


RULES = _with_tables(
    coded_means_read,
    sample_has_a_theme,
    someone_wrote_it,
    link_is_the_doi,
    doubt_is_explained,
    coded_works_have_three_codings,
    only_the_second_reader_is_asked_how_sure,
    codebook_defines_columns,
    rules_settle_variables,
    figures_have_a_source,
    statements_are_about_a_source,
    figures_lie_within_their_bounds,
    documented_links_name_works,
    warning_signs_have_no_form,
    strategies_are_told_and_placed,
    scales_have_five_anchors,
    someone_carries_every_load,
    notes_are_about_something,
)
"""The rules, each with the tables it takes."""

COUNTS = _with_tables(counts_are_those_of_the_codings)
"""Rules that count cells. A wrong cell makes the count wrong as well, which need not be told."""
