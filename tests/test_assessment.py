"""The model gives many issues, row by row and file by file, the same answers as one."""

import numpy as np
import pandas as pd
import pytest

from partnership import assessment, model
from tools.bench import many_issues

COLUMNS = ["issue", "scales_rated", "fitting", "best_fit", "offered_fit", "relation", "gap"]


@pytest.mark.parametrize("halves", [True, False])
@pytest.mark.parametrize("weights", [None, [3, 0, 1, 0.5, 1]])
def test_assess_says_what_the_plan_says(halves, weights, monkeypatch):
    monkeypatch.setattr(assessment, "BLOCK", 70)
    frame = many_issues(200, halves)
    result = model.assess(frame, weights=weights)
    table = model.plan(frame, weights=weights)
    table = table[table["phase"] == "delivery"].reset_index(drop=True)
    table["fitting"] = table["fitting"].str.join(";").replace("", np.nan).astype("str")
    pd.testing.assert_frame_equal(result[COLUMNS], table[COLUMNS])
    supported = table["unsupported"].map({True: "yes", False: "no"})
    assert result["unsupported"].fillna("").tolist() == supported.fillna("").tolist()
    assert set(result["relation"]) == set(model.RELATIONS)


def test_assess_repeats_the_books_own_issues():
    ratings, named = model.from_dataset()
    cells = named[named["phase"] == "delivery"].groupby(["issue", "layer"])["form"].agg("; ".join)
    result = model.assess(ratings.merge(cells.unstack(), "left", on="issue"))
    assert result["relation"].value_counts().to_dict() == {
        **{"fits": 11, "untapped": 11, "unheard": 5, "misfit": 2, "unknown": 1}
    }


def test_each_row_stands_alone():
    frame = many_issues(300).set_axis([7] * 300)
    whole = model.assess(frame)
    parts = [model.assess(frame[:100]), model.assess(frame[100:101]), model.assess(frame[101:])]
    pd.testing.assert_frame_equal(whole, pd.concat(parts))
    backwards = model.assess(frame[::-1])
    pd.testing.assert_frame_equal(whole, backwards[::-1])


def test_an_empty_frame_gives_an_empty_result_of_the_same_types():
    frame = many_issues(10)
    empty = model.assess(frame.head(0))
    assert len(empty) == 0
    assert empty.dtypes.to_dict() == model.assess(frame).dtypes.to_dict()


def test_an_issue_and_nothing_more_is_unknown():
    result = model.assess(pd.DataFrame({"issue": ["a"]}))
    assert result["relation"].tolist() == ["unknown"]
    assert result.drop(columns=["issue", "relation", "scales_rated"]).isna().all(axis=None)


def test_all_faults_are_named_with_their_rows():
    frame = many_issues(5000)
    frame["offered"] = "checker"
    frame.loc[4321, "agency"] = 4.5
    frame.loc[[11, 12], "offered"] = "sense maker;checker"
    with pytest.raises(ValueError) as error:
        model.assess(frame)
    assert 'row 4321, column agency: found "4.5"; expected a number from 0 to 4' in str(error.value)
    assert "rows 11, 12, column offered" in str(error.value)
    assert 'did you mean "sense-maker"?' in str(error.value)


# --- files ----------------------------------------------------------------------------------


def test_a_file_is_assessed_in_chunks_with_the_same_result(tmp_path, capsys):
    frame = many_issues(1000)
    frame.to_csv(tmp_path / "issues.csv", index=False, encoding="utf-8-sig")
    rows = model.assess_csv(tmp_path / "issues.csv", tmp_path / "out.csv", chunk=300)
    assert rows == 1000
    assert "100%" in capsys.readouterr().err
    read = pd.read_csv(tmp_path / "out.csv")
    pd.testing.assert_frame_equal(read, model.assess(frame), check_dtype=False, atol=5e-5)
    assert (tmp_path / "out.csv").read_bytes().startswith(b"\xef\xbb\xbfissue,scales_rated,")


def test_a_file_with_a_fault_leaves_what_was_there_and_names_the_row(tmp_path):
    frame = many_issues(1000).astype({"presence": object})
    frame.loc[900, "presence"] = "often"
    frame.to_csv(tmp_path / "issues.csv", index=False)
    (tmp_path / "out.csv").write_text("before")
    with pytest.raises(ValueError, match='row 902, column presence: found "often"'):
        model.assess_csv(tmp_path / "issues.csv", tmp_path / "out.csv", 300, progress=False)
    assert (tmp_path / "out.csv").read_text() == "before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["issues.csv", "out.csv"]


def test_text_that_a_spreadsheet_would_run_is_written_as_text(tmp_path, capsys):
    (tmp_path / "in.csv").write_text("Issue,Offered\n=1+1,checker\nNA,\n")
    model.assess_csv(tmp_path / "in.csv", tmp_path / "out.csv", progress=False)
    lines = (tmp_path / "out.csv").read_text(encoding="utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in lines] == ["issue", "'=1+1", "NA"]
    assert capsys.readouterr().err == ""


def test_a_file_without_rows_gives_a_header(tmp_path):
    (tmp_path / "in.csv").write_text("issue,offered\n")
    assert model.assess_csv(tmp_path / "in.csv", tmp_path / "out.csv", progress=False) == 0
    assert (tmp_path / "out.csv").read_text(encoding="utf-8-sig").startswith("issue,")
