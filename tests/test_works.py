"""What the book says about the works it rests on."""

import pandas as pd
import pytest

from partnership import data
from partnership.figures.works import works_over_time
from partnership.literature.works import (
    THEME_LABEL,
    audit_shares,
    coded_works,
    works_by_theme,
    works_by_year,
)


@pytest.fixture
def small():
    """Five works: three coded, one seen as a record only, one cited for method."""
    return pd.DataFrame(
        {
            "key": ["a", "b", "c", "d", "e"],
            "theme": ["A", "A", "F", "A", "C"],
            "year": [2001, 2001, 1990, 1980, 2020],
            "sample": ["coded", "coded", "coded", "record", "method"],
            "verification": ["checked", "single-page", "checked", "unresolved", "checked"],
            "audited": ["yes", "no", "no", "no", "no"],
            "text_is_reworded": ["no", "no", "yes", "no", "no"],
        }
    )


def test_only_coded_works_are_counted_over_time(small):
    assert coded_works(small)["key"].tolist() == ["a", "b", "c"]
    assert works_by_year(small).to_dict("list") == {
        "theme": ["A", "F"],
        "year": [2001, 1990],
        "works": [2, 1],
    }


def test_a_work_cited_for_method_is_not_part_of_the_sample(small):
    expected = pd.DataFrame(
        {
            "works": [3, 1, 4],
            "coded": [2, 1, 3],
            "record": [1, 0, 1],
            "reworded": [0, 1, 1],
            "checked": [1, 1, 2],
            "unresolved": [1, 0, 1],
            "audited": [1, 0, 1],
        },
        index=pd.Index(["A", "F", "all"], name="theme"),
    )
    pd.testing.assert_frame_equal(works_by_theme(small), expected)


def test_every_theme_of_the_vocabulary_has_a_short_name():
    vocabulary = data.load("vocabulary")
    themes = vocabulary[(vocabulary["table"] == "literature") & (vocabulary["column"] == "theme")]
    assert list(THEME_LABEL) == sorted(themes["code"])


def test_the_record_of_the_checks_adds_up():
    audit = data.load("audit").set_index(["step", "measure"])["count"]
    check, random = audit["second check"], audit["audit"]
    assert check["records"] == (
        check["records confirmed"] + check["records corrected"] + check["records unresolved"]
    )
    assert random["fields"] == (
        random["fields seen right"] + random["fields not seen"] + random["fields wrong"]
    )


def test_the_dataset_bears_the_record_of_the_checks_out():
    audit = data.load("audit").set_index(["step", "measure"])["count"]
    literature = data.load("literature")
    gathered = literature[literature["sample"].isin(["coded", "record"])]
    table = works_by_theme(literature).loc["all"]
    settled = audit["later", "records settled"]
    assert table["unresolved"] == audit["second check", "records unresolved"] - settled
    assert table["audited"] == audit["audit", "records"]
    checked = (gathered["verification"] == "checked") & (gathered["audited"] == "no")
    assert checked.sum() == (
        audit["second check", "records confirmed"]
        + audit["second check", "records corrected"]
        + settled
    )


def test_the_audit_interval_is_wilsons():
    audit = pd.DataFrame(
        {
            "step": "audit",
            "measure": ["fields", "fields wrong", "fields not seen"],
            "count": [10, 1, 1],
        }
    )
    # Wilson, 2 of 10, by hand: (0.2 + z²/20 ± z √(0.016 + z²/400)) / (1 + z²/10), z = 1.96;
    # 1 of 10: (0.1 + z²/20 ± z √(0.009 + z²/400)) / (1 + z²/10).
    expected = pd.DataFrame(
        {
            "count": [1, 2],
            "fields": [10, 10],
            "share": [0.1, 0.2],
            "low": [0.0179, 0.0567],
            "high": [0.4042, 0.5098],
        },
        index=["wrong", "wrong or not seen"],
    )
    pd.testing.assert_frame_equal(audit_shares(audit), expected, atol=1e-4)


def test_the_figure_draws_one_dot_for_every_coded_work():
    by_year = works_by_year(data.load("literature"))
    figure = works_over_time(by_year, record_only=9)
    dots = [len(axes.collections[0].get_offsets()) for axes in figure.plot.axes]
    assert dots == by_year.groupby("theme")["works"].sum().tolist()
    assert str(by_year["works"].sum()) in figure.caption


def test_a_work_beyond_the_axis_is_not_dropped_in_silence():
    by_year = pd.DataFrame({"theme": ["A"], "year": [1911], "works": [1]})
    with pytest.raises(ValueError, match="widen the axis"):
        works_over_time(by_year, record_only=0)
