"""What chapter 9 says of the book's conclusions, and how it draws it."""

import pandas as pd
import pytest

from partnership import data, model
from partnership.figures import uncertainty as figures
from partnership.literature import honesty, verdicts
from partnership.uncertainty import acceptability

DRAWS = 2_000
PERSPECTIVES = ("accounts", "service")


@pytest.fixture(scope="module")
def headline():
    """The headline reading: the draws, and how sure each issue is."""
    ratings, named = model.from_dataset("all")
    result = acceptability(ratings, named, draws=DRAWS)
    delivered = honesty.delivery_without(ratings, named)
    return result, verdicts.surety(result, delivered)


# --- how sure, issue by issue ---------------------------------------------------------------


def test_what_does_not_fit_is_surer_than_what_fits(headline):
    result, _ = headline
    delivered = honesty.delivery_without(*model.from_dataset("all"))
    table = verdicts.kept_places(result, delivered)
    sure = verdicts.is_sure(table["kept"]).groupby(table["fitting"]).mean()
    assert sure[False] > 0.5 > sure[True]
    left_out = table[~table["fitting"]]
    assert verdicts.is_sure(left_out["kept"]).groupby(left_out["issue"]).any().all()


def test_a_view_is_surer_than_a_form_in_every_issue(headline):
    _, sure = headline
    assert (sure["view_share"] >= sure["form_share"] - 1e-9).all()
    assert not verdicts.is_sure(sure["form_share"]).any()
    assert verdicts.is_sure(sure["view_share"]).sum() > len(sure) / 3


def test_untapped_is_surer_than_fits_and_no_unsupported_resource_is_sure(headline):
    _, sure = headline
    mean = sure.groupby("relation")["probability"].mean()
    assert mean["untapped"] > mean["fits"] > mean["misfit"]
    assert not verdicts.is_sure(sure.loc[sure["unsupported"], "unsupported_share"]).any()


def test_weights_and_prototypes_both_unsettle_and_less_than_together(headline):
    _, sure = headline
    ratings, named = model.from_dataset("all")
    delivered = honesty.delivery_without(ratings, named)
    alone = verdicts.what_unsettles(ratings, named, delivered, draws=DRAWS)
    together = sure.loc[sure["relation"].isin(verdicts.TRIED), "probability"].mean()
    assert (alone["kept"] > together).all()
    assert (alone["kept"] < 1).all()


# --- two literatures ------------------------------------------------------------------------


def test_where_the_service_literature_sees_room_the_accounts_see_it_too():
    relations = pd.DataFrame(
        {
            name: honesty.delivery_without(*model.from_dataset(name)).set_index("issue")["relation"]
            for name in PERSPECTIVES
        }
    )
    both = verdicts.known_to_both(relations)
    assert both.loc[both["other_says"], "one_says"].all()
    assert both["same"].mean() < 0.5


def test_accounts_and_service_literature_share_no_work():
    readings = data.load("issue_readings").set_index("group")["sources"]
    accounts, service = (
        set(data.split_list(readings[name]).explode().dropna()) for name in PERSPECTIVES
    )
    assert accounts and service
    assert not accounts & service


def test_offers_move_relations_more_than_scores_do():
    table = verdicts.swapped(*(model.from_dataset(name) for name in PERSPECTIVES))
    moved_by_scores = (table["other"] != table["one_scores"]).sum()
    moved_by_offers = (table["one"] != table["one_scores"]).sum()
    assert moved_by_offers > 2 * moved_by_scores


# --- C1 and the verdicts --------------------------------------------------------------------


def test_c1_is_compatible_and_not_shown_on_every_outcome(tests_of_c1):
    assert (verdicts.c1_verdict(tests_of_c1) == "compatible, not shown").all()


@pytest.fixture(scope="module")
def tests_of_c1():
    return honesty.over_readings(honesty.c1_tests)


def test_no_reading_passes_c1_on_every_outcome(tests_of_c1):
    passed = verdicts.c1_passed(tests_of_c1)
    assert not passed.all().any()
    assert passed.loc["gap", "all"]
    assert passed["service"].sum() == 1


def test_the_table_of_c1_shows_each_test_once(tests_of_c1):
    table = verdicts.c1_table(tests_of_c1)
    assert table.shape == (len(honesty.READINGS) * len(honesty.OUTCOMES), 1 + len(honesty.LEFT_OUT))
    assert table.notna().all(axis=None)
    row = tests_of_c1.iloc[0]
    assert table.iloc[0]["All scales"].startswith(f"{row['tau']:.2f} against")
    assert table["Without interaction"].str.contains("p = |p < 0.001").all()


def test_verdicts_follow_from_results_and_no_conclusion_about_effects_is_drawn(
    headline, tests_of_c1
):
    result, sure = headline
    readings = {name: honesty.delivery_without(*model.from_dataset(name)) for name in PERSPECTIVES}
    relations = pd.DataFrame(
        {name: table.set_index("issue")["relation"] for name, table in readings.items()}
    )
    service = verdicts.surety(
        acceptability(*model.from_dataset("service"), draws=DRAWS), readings["service"]
    )
    changes = honesty.scale_left_out(*model.from_dataset("all"))
    places = verdicts.kept_places(result, honesty.delivery_without(*model.from_dataset("all")))
    table = verdicts.conclusions(
        {"all": sure, "service": service}, relations, changes, tests_of_c1, places
    )
    allowed = r"stands|falls|stands in \d+ of \d+|compatible, not shown|not concluded"
    assert table["Verdict"].str.fullmatch(allowed).all()
    assert table.loc["One form fits an issue best", "Verdict"] == "falls"
    assert table.loc["What fits is what works", "Verdict"] == "not concluded"
    steady = changes.groupby("issue")[["relation", "relation_without"]].apply(
        lambda rows: (rows["relation"] == rows["relation_without"]).all()
    )
    expected = verdicts.verdict(int(steady.sum()), len(steady))
    assert table.loc["Relations do not hang on one scale", "Verdict"] == expected


# --- figures --------------------------------------------------------------------------------


def words(figure):
    (axes,) = figure.plot.axes
    return [text.get_text() for text in axes.texts]


def bars(axes):
    """Return the total width of the bars at each height."""
    widths = {}
    for patch in axes.patches:
        if patch.get_x() >= 0 and patch.get_height() == pytest.approx(0.8):
            row = round(patch.get_y(), 6)
            widths[row] = widths.get(row, 0) + patch.get_width()
    return widths


def test_every_rated_issue_has_a_bar_of_forms_that_adds_up(headline):
    result, sure = headline
    figure = figures.acceptability(result.forms, data.load("partnership_forms"), DRAWS)
    widths = bars(figure.plot.axes[0])
    assert len(widths) == len(sure)
    assert all(width == pytest.approx(1) for width in widths.values())
    assert f"{DRAWS:,}" in figure.caption


def test_every_form_that_may_be_recommended_stands_in_the_key(headline):
    result, _ = headline
    forms = data.load("partnership_forms")
    figure = figures.acceptability(result.forms, forms, DRAWS)
    chosen = model.in_phase(forms)
    assert set(chosen.loc[chosen["recommendable"] == "yes", "form"]) <= set(words(figure))


def test_relations_are_grouped_and_their_shares_told(headline):
    result, sure = headline
    figure = figures.how_sure_relations(result.relations, sure, DRAWS)
    tried = sure[sure["relation"].isin(verdicts.TRIED)]
    told = words(figure)
    assert len(bars(figure.plot.axes[0])) == len(tried)
    for relation, members in tried.groupby("relation"):
        assert f"{relation.capitalize()} ({len(members)})" in told
    for share in tried["probability"]:
        assert f"{share:.0%}" in told
    assert f"Unheard ({(sure['relation'] == 'unheard').sum()})" in told


def test_every_issue_is_a_mark_in_both_panels_and_none_hides_another():
    table = honesty.relation_by_interaction(*model.from_dataset("all"))
    figure = figures.interaction_and_gap(table)
    above, below = figure.plot.axes
    for axes, key in ((above, 4), (below, 0)):
        places = [tuple(spot.get_offsets()[0]) for spot in axes.collections]
        assert len(places) == len(table) + key
        assert len({(round(x, 4), round(y, 4)) for x, y in places}) == len(places)
    assert f"({(table['relation'] == 'unheard').sum()})" in figure.caption


def test_captions_and_alternative_texts_name_no_missing_number(headline):
    result, sure = headline
    table = honesty.relation_by_interaction(*model.from_dataset("all"))
    for figure in (
        figures.acceptability(result.forms, data.load("partnership_forms"), DRAWS),
        figures.how_sure_relations(result.relations, sure, DRAWS),
        figures.interaction_and_gap(table),
    ):
        assert "nan" not in figure.caption + figure.alt
        assert len(figure.alt) > 80
