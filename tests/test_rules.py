"""Each rule between cells and tables, on tables of a few rows: what breaks it and what does not."""

from __future__ import annotations

import inspect
import io

import pandas as pd

from partnership import rules

CORRECT = "correct the cell and run make book again."


def table(text: str) -> pd.DataFrame:
    """Return rows written with bars as a table that was read: all text, rows from 2 on."""
    lines = [line.strip() for line in text.strip().splitlines()]
    frame = pd.read_csv(io.StringIO("\n".join(lines)), sep="|", dtype="str")
    frame.index += 2
    return frame


def test_every_rule_is_applied_to_the_tables_that_its_parameters_name():
    # A mutated module holds the mutants, too: their names have two underscores.
    written = {
        name
        for name, one in vars(rules).items()
        if inspect.isgeneratorfunction(one) and "__" not in name
    }
    one = rules.figures_have_a_source
    assert rules._with_tables(one) == [(("harm_figures", "literature", "sources_other"), one)]
    applied = [*rules.RULES, *rules.COUNTS]
    assert sorted(rule.__name__ for _, rule in applied) == sorted(written)
    assert dict((rule.__name__, tables) for tables, rule in applied) == {
        "coded_means_read": ("literature",),
        "sample_has_a_theme": ("literature",),
        "someone_wrote_it": ("literature",),
        "link_is_the_doi": ("literature",),
        "doubt_is_explained": ("literature",),
        "coded_works_have_three_codings": ("literature", "codings"),
        "only_the_second_reader_is_asked_how_sure": ("codings",),
        "codebook_defines_columns": ("codebook", "codings"),
        "rules_settle_variables": ("codebook", "adjudication"),
        "figures_have_a_source": ("harm_figures", "literature", "sources_other"),
        "statements_are_about_a_source": ("statements", "literature", "sources_other"),
        "figures_lie_within_their_bounds": ("harm_figures",),
        "documented_links_name_works": ("strategy_issues", "own_strategy_sources"),
        "warning_signs_have_no_form": ("strategy_forms",),
        "strategies_are_told_and_placed": (
            "own_strategies",
            "own_strategy_sources",
            "strategy_forms",
        ),
        "scales_have_five_anchors": ("scales",),
        "someone_carries_every_load": ("safeguards",),
        "notes_are_about_something": (
            "issue_notes",
            "scales",
            "partnership_forms",
            "issue_readings",
            "issue_practice",
        ),
        "counts_are_those_of_the_codings": ("adjudication_counts", "codings"),
    }


def test_a_work_is_coded_exactly_if_its_abstract_was_read():
    literature = table(
        """sample|text_read
        coded|abstract
        coded|record
        record|abstract
        record|record
        coded|
        context|abstract
        method|record"""
    )
    expected = "abstract where the sample is coded, record where it is record"
    assert list(rules.coded_means_read(literature)) == [
        ("literature", row, "text_read", None, expected, CORRECT) for row in (3, 4, 6)
    ]


def test_only_works_of_the_sample_need_a_theme():
    literature = table(
        """sample|theme
        coded|harm
        coded|
        record|
        record|voice
        context|
        method|harm"""
    )
    assert list(rules.sample_has_a_theme(literature)) == [
        ("literature", row, "theme", None, "a theme for each work of the sample", CORRECT)
        for row in (3, 4)
    ]


def test_a_work_has_authors_or_editors():
    literature = table(
        """authors|editors|key
        Family, Given||one
        |Family, Given|two
        ||three
        Family, Given|Family, Given|four"""
    )
    assert list(rules.someone_wrote_it(literature)) == [
        ("literature", 4, "authors", None, "authors, or else editors", CORRECT)
    ]


def test_a_work_with_a_doi_is_linked_by_it():
    literature = table(
        """doi|link
        10.1/a|https://doi.org/10.1/a
        10.1/b|https://doi.org/10.1/c
        |https://example.org/d
        10.1/E|https://doi.org/10.1/e"""
    )
    assert list(rules.link_is_the_doi(literature)) == [
        (
            "literature",
            row,
            "link",
            None,
            "https://doi.org/ followed by the doi",
            f'did you mean "https://doi.org/{doi}"? Correct the cell and run make book again.',
        )
        for row, doi in ((3, "10.1/b"), (5, "10.1/E"))
    ]


def test_an_unresolved_record_says_why():
    literature = table(
        """verification|check_note
        unresolved|Two records differ.
        unresolved|
        confirmed|
        confirmed|Seen twice."""
    )
    assert list(rules.doubt_is_explained(literature)) == [
        ("literature", 3, "check_note", None, "what could not be settled", CORRECT)
    ]


def test_a_coded_work_has_three_codings_and_no_other_work_has_one():
    literature = table(
        """key|sample
        one|coded
        two|record
        five|coded
        |coded
        four|coded"""
    )
    codings = table(
        """key|coding
        two|first
        one|first
        one|second
        one|agreed
        nobody|first
        four|second"""
    )
    remedy = "remove the coding, or make the work's sample coded."
    all_three = "the codings first, second and agreed of each coded work"
    missing = [
        ("first", "five"),
        ("second", "five"),
        ("agreed", "five"),
        ("first", "four"),
        ("agreed", "four"),
    ]
    assert list(rules.coded_works_have_three_codings(literature, codings)) == [
        ("codings", 2, "key", None, "a work whose sample is coded", remedy),
        *(
            ("codings", None, "coding", f"no {coding} coding of {key}", all_three, "add the row.")
            for coding, key in missing
        ),
    ]


def test_the_second_reader_alone_says_how_sure():
    codings = table(
        """coding|confidence
        first|
        second|high
        agreed|
        first|high
        second|
        agreed|low"""
    )
    expected = "a confidence in the second coding, and in no other"
    assert list(rules.only_the_second_reader_is_asked_how_sure(codings)) == [
        ("codings", row, "confidence", None, expected, CORRECT) for row in (5, 6, 7)
    ]


def test_a_variable_of_the_codebook_is_a_column_of_the_codings():
    codebook = table("variable|code\nrole|a\ncorpse|b\nrole|c\n|d")
    codings = table("key|role|corpus\none|a|b")
    assert list(rules.codebook_defines_columns(codebook, codings)) == [
        ("codebook", row, "variable", None, "a column of codings.csv", CORRECT) for row in (3, 5)
    ]


def test_a_rule_of_adjudication_is_about_a_variable_of_the_codebook():
    codebook = table("variable|code\nrole|a\ncorpus|b")
    adjudication = table("variable|rule\nrole|One.\nrolle|Two.\ncorpus|Three.")
    assert list(rules.rules_settle_variables(codebook, adjudication)) == [
        ("adjudication", 3, "variable", None, "a variable of codebook.csv", CORRECT)
    ]


def test_a_figure_has_its_source_where_it_says():
    literature = table("key|title\none|A\ntwo|B")
    sources_other = table("key|title\npage|C\ntwo|D")
    harm_figures = table(
        """measure|source_in_dataset|key
        a|yes|one
        b|yes|page
        c|no|page
        d|no|one
        e|perhaps|nothing
        f||nothing"""
    )
    found = rules.figures_have_a_source(harm_figures, literature, sources_other)
    inside = "a key of literature.csv, since source_in_dataset is yes"
    outside = "a key of sources_other.csv, since source_in_dataset is no"
    assert list(found) == [
        ("harm_figures", 3, "key", None, inside, CORRECT),
        ("harm_figures", 5, "key", None, outside, CORRECT),
        ("sources_other", 3, "key", None, "a key that literature.csv has not", CORRECT),
    ]


def test_a_statement_is_about_a_work_or_another_source():
    literature = table("key|title\none|A")
    sources_other = table("key|title\npage|B")
    statements = table("id|key\n1|one\n2|page\n3|nothing\n4|")
    found = rules.statements_are_about_a_source(statements, literature, sources_other)
    expected = "a key of literature.csv or sources_other.csv"
    assert list(found) == [("statements", row, "key", None, expected, CORRECT) for row in (4, 5)]


def test_a_value_lies_within_its_bounds():
    harm_figures = table(
        """low|value_num|high|measure_type
        1|1|1|rate
        2|1|3|rate
        1|3|2|rate
        3||2|rate
        |3||count
        one|2|1|rate
        5|4|3|rate"""
    )
    assert list(rules.figures_lie_within_their_bounds(harm_figures)) == [
        ("harm_figures", row, column, None, expected, CORRECT)
        for row, column, expected in (
            (3, "low", "at most value_num, 1"),
            (8, "low", "at most value_num, 4"),
            (4, "value_num", "at most high, 2"),
            (7, "value_num", "at most high, 1"),
            (8, "value_num", "at most high, 3"),
            (5, "low", "at most high, 2"),
            (8, "low", "at most high, 3"),
        )
    ]


def test_a_share_is_of_a_hundred():
    harm_figures = table(
        """low|value_num|high|measure_type
        100|100|100|share of events
        99|100|100.5|other share
        100.5|100.5|100.5|share preventable
        150|200|300|rate
        150|200|300|"""
    )
    assert list(rules.figures_lie_within_their_bounds(harm_figures)) == [
        ("harm_figures", row, column, None, "a share of at most 100 %", CORRECT)
        for row, column in ((4, "low"), (4, "value_num"), (3, "high"), (4, "high"))
    ]


def test_a_documented_link_names_works_that_tell_of_the_strategy():
    own_strategy_sources = table("id|key\nask|one\nask|two\nbridge|three")
    strategy_issues = table(
        """id|basis|keys
        ask|documented|one; two
        ask|documented|
        ask|transferable|
        ask|transferable|one
        ask|documented|one; three
        bridge|documented|one; two; three"""
    )
    found = rules.documented_links_name_works(strategy_issues, own_strategy_sources)
    either = "works for a documented link, and for no other"
    told = "works that tell of {} in own_strategy_sources.csv"
    assert list(found) == [
        ("strategy_issues", row, "keys", None, expected, CORRECT)
        for row, expected in (
            (3, either),
            (5, either),
            (6, told.format("ask")),
            (7, told.format("bridge")),
            (7, told.format("bridge")),
        )
    ]


def test_a_warning_sign_has_no_form_and_no_other_kind():
    strategy_forms = table(
        """id|kind|form
        a|makes-room|advocate
        b|makes-room|
        c|warning-sign|
        d|warning-sign|advocate
        e|warning-sign|
        e|makes-room|advocate
        c|warning-sign|"""
    )
    expected = "a form where the kind is makes-room, none for a warning-sign"
    whole = "warning-sign in all rows of a strategy or in none"
    assert list(rules.warning_signs_have_no_form(strategy_forms)) == [
        ("strategy_forms", 3, "form", None, expected, CORRECT),
        ("strategy_forms", 5, "form", None, expected, CORRECT),
        ("strategy_forms", 7, "kind", None, whole, CORRECT),
    ]


def test_a_strategy_rests_on_a_source_and_has_its_row_among_the_forms():
    own_strategies = table("id|label\nask|A\nbridge|B\nwatch|C")
    sources = table("id|key\nask|one\nbridge|one")
    forms = table("id|form\nask|advocate\nwatch|advocate")
    assert list(rules.strategies_are_told_and_placed(own_strategies, sources, forms)) == [
        (
            "own_strategies",
            row,
            "id",
            None,
            f"a strategy with a row in {file}",
            f"add the row to {file}.",
        )
        for row, file in ((4, "own_strategy_sources.csv"), (3, "strategy_forms.csv"))
    ]


def test_a_scale_has_five_anchors_and_one_question():
    whole = [f"trust|Q?|{level}" for level in range(5)]
    short = ["voice|Q?|0", "voice|Another?|2", "voice|Q?|3", "voice|Q?|4"]
    shorter = ["time|Q?|1", "time|Q?|2", "time|Q?|3"]
    scales = table("\n".join(["scale|question|level", *whole, *short, *shorter]))
    add = ("anchors for 0 to 4", "add the rows.")
    assert list(rules.scales_have_five_anchors(scales)) == [
        ("scales", 11, "level", "no anchor 0, 4 of time", *add),
        ("scales", 7, "level", "no anchor 1 of voice", *add),
        ("scales", 8, "question", None, "one question for all rows of voice", CORRECT),
    ]


def test_whoever_is_best_placed_somebody_carries_the_load_from_the_start():
    safeguards = table(
        """who|interaction_from|reason
        patient|0|A
        patient|2|B
        family|1|C
        nobody|0|D"""
    )
    assert list(rules.someone_carries_every_load(safeguards)) == [
        (
            "safeguards",
            None,
            "interaction_from",
            f"no row for {who} from 0",
            "a row from 0",
            "add the row.",
        )
        for who in ("family", "both")
    ]
    complete = table("who|interaction_from\npatient|0\nfamily|0\nboth|0")
    assert list(rules.someone_carries_every_load(complete)) == []


def test_a_note_is_about_scales_forms_layers_phases_or_columns():
    issue_notes = table(
        """id|about
        a|presence
        b|advocate
        c|offered
        d|design
        e|sources
        f|presence; advocate; offered; design; sources
        g|presences
        h|presence; nothing
        i|
        j|2
        k|presence; advocate; issue; sources; offered; design"""
    )
    found = rules.notes_are_about_something(
        issue_notes,
        table("scale|level\npresence|2"),
        table("form|phase\nadvocate|later"),
        table("issue|sources\nfalls|one"),
        table("layer|phase\noffered|design"),
    )
    expected = "scales, forms, layers, phases or columns of issue_readings.csv"
    assert list(found) == [
        ("issue_notes", row, "about", None, expected, CORRECT) for row in (8, 9, 11)
    ]


CODINGS = """key|coding|role|corpus
    one|first|a|x
    one|second|b|x
    one|agreed|a|x
    two|agreed|b|
    two|second|b|x
    two|first|a|
    three|agreed|c|y
    three|first|a|y
    three|second|b|y
    four|first|a|z
    four|second|a|z
    four|agreed|b|z"""


def test_a_count_of_differences_is_that_of_the_codings():
    # role: works one, two and three differ; one was settled as first, two as second, three as
    # neither. corpus: two differs and was settled as first, both being empty.
    header = "variable|differences|took_first|took_second"
    right = table(f"{header}\nrole|3|1|1\ncorpus|1|1|0")
    assert list(rules.counts_are_those_of_the_codings(right, table(CODINGS))) == []
    wrong = table(f"{header}\nrole|4|2|1\nrolle|1|1|1\ncorpus|1|1|")
    expected = [("differences", "3"), ("took_first", "1")]
    assert list(rules.counts_are_those_of_the_codings(wrong, table(CODINGS))) == [
        *(
            (
                "adjudication_counts",
                2,
                column,
                None,
                f"{number}, as codings.csv has it",
                f'did you mean "{number}"? Correct the cell and run make book again.',
            )
            for column, number in expected
        ),
        ("adjudication_counts", 3, "variable", None, "a column of codings.csv", CORRECT),
        (
            "adjudication_counts",
            4,
            "took_second",
            None,
            "0, as codings.csv has it",
            'did you mean "0"? Correct the cell and run make book again.',
        ),
    ]


def test_counts_are_left_alone_where_a_work_lacks_a_coding():
    wrong = table("variable|differences|took_first|took_second\nrole|9|9|9")
    for lacking in ("two|first|a|", "three|second|b|y", "four|agreed|b|z"):
        codings = table(CODINGS.replace(f"    {lacking}", ""))
        assert len(codings) == 11
        assert list(rules.counts_are_those_of_the_codings(wrong, codings)) == []
