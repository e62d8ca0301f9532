"""The model gives many issues, row by row and file by file, the same answers as one."""

import os
import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from partnership import assessment, data, model
from tools.bench import many_issues

HANDOVER = [2, None, 1, 3, 2]
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


def test_a_whole_row_comes_out_as_worked_out_by_hand():
    # 2 - 1 3 2 is a quarter from checking (2 0 1 3 1) on one scale of four: 1 - 1/16. Informing
    # (2 2 3 2 1) is 0, 2, 1 and 1 away: 1 - 4/16.
    frame = pd.DataFrame(
        {
            "issue": ["handover", "round"],
            **{scale: [score, score] for scale, score in zip(model.SCALES, HANDOVER, strict=True)},
            "offered": [" informant;reporter", "unheard"],
            "enacted": [None, "co-designer; checker"],
        },
        index=[8, 3],
    )
    expected = pd.DataFrame(
        {
            "issue": ["handover", "round"],
            "scales_rated": [4, 4],
            "fitting": ["instructed;checker"] * 2,
            "best_fit": [15 / 16] * 2,
            "offered_fit": [12 / 16, np.nan],
            "relation": ["misfit", "unheard"],
            "gap": [3 / 16, np.nan],
            "unsupported": ["no", "yes"],
        },
        index=[8, 3],
    )
    pd.testing.assert_frame_equal(model.assess(frame), expected, check_dtype=False)


def test_a_teams_own_forms_and_weights_count():
    forms = data.load("partnership_forms")
    forms.loc[forms["form"] == "protected", list(model.SCALES)] = 4
    row = pd.DataFrame([{"issue": "a", **dict.fromkeys(model.SCALES, 4), "offered": "informant"}])
    own = model.assess(row, forms, {"presence": 4})
    assert own["fitting"].item() == "protected"
    # Informing lies 2, 2, 1, 2 and 3 away; presence counts as much as the other four.
    assert own["offered_fit"].item() == pytest.approx(1 - (8 + 4 * 2) / 32)
    turned = model.assess(row, data.load("partnership_forms")[::-1])
    assert turned["fitting"].item() == "trusted-partner"


def test_what_an_issue_lacks_is_said_at_once():
    with pytest.raises(ValueError, match='^Not columns: "issue"; found: name, agency.$'):
        model.assess(pd.DataFrame({"name": ["a"], "agency": [5]}))


def test_an_empty_frame_gives_an_empty_result_of_the_same_types():
    frame = many_issues(10)
    empty = model.assess(frame.head(0))
    assert len(empty) == 0
    assert empty.dtypes.to_dict() == model.assess(frame).dtypes.to_dict()
    numbers = {
        "scales_rated": "int64",
        **dict.fromkeys(["best_fit", "offered_fit", "gap"], "float64"),
    }
    kinds = [numbers.get(column, "str") for column in empty]
    assert empty.dtypes.astype(str).tolist() == kinds


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
    size = f"{os.path.getsize(tmp_path / 'issues.csv') / 1000:.1f}k"
    shown = capsys.readouterr().err
    last = shown.split("\r")[-1]
    assert last.startswith("100%") and f"{size}/{size}" in last and re.search("[kM]B/s", last)
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


def write(path, text):
    path.write_bytes(text.encode())
    return path


def test_what_is_written_is_what_was_worked_out_by_hand(tmp_path):
    source = write(
        tmp_path / "in.csv",
        " ISSUE,Note,Interaction,Knowledge,presence,agency,offered\n"
        "007,first,2,1,3,2,informant\n008,,0,0,1,1,unheard\n",
    )
    model.assess_csv(source, tmp_path / "out.csv", progress=False)
    lines = (tmp_path / "out.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines == [
        "issue,scales_rated,fitting,best_fit,offered_fit,relation,gap,unsupported",
        "007,4,instructed;checker,0.9375,0.7500,misfit,0.1875,no",
        "008,4,protected,0.8750,,unheard,,no",
    ]
    model.assess_csv(source, tmp_path / "out.csv", 2, progress=False)
    assert (tmp_path / "out.csv").read_text(encoding="utf-8-sig").splitlines() == lines


def test_forms_and_weights_reach_every_chunk_of_a_file(tmp_path):
    forms = data.load("partnership_forms")
    forms.loc[forms["form"] == "checker", list(model.SCALES)] = 4
    frame = many_issues(20)
    frame.to_csv(tmp_path / "in.csv", index=False)
    weights = {"agency": 3}
    model.assess_csv(tmp_path / "in.csv", tmp_path / "out.csv", 7, False, forms, weights)
    read = pd.read_csv(tmp_path / "out.csv")
    expected = model.assess(frame, forms, weights)
    pd.testing.assert_frame_equal(read, expected, check_dtype=False, atol=5e-5)


def test_an_issues_name_is_kept_to_the_letter(tmp_path):
    source = write(tmp_path / "in.csv", 'issue\n"two\r\nlines, å"\nNA\n  1.0\n')
    model.assess_csv(source, tmp_path / "out.csv", progress=False)
    raw = (tmp_path / "out.csv").read_bytes()
    assert '"two\r\nlines, å",0,'.encode() in raw
    assert b"\nNA,0," in raw and b"\n  1.0,0," in raw
    model.assess_csv(write(source, "issue,agency\n,2\n"), tmp_path / "out.csv", progress=False)
    assert (tmp_path / "out.csv").read_bytes().endswith(b"\n,1,,,,unknown,,\n")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "Issue,agency, AGENCY ,issue\na,1,2,b\n",
            "in.csv, row 1, column issue: found the column twice",
        ),
        ("issue,agency\na,1,2\n", "in.csv, row 2: found 3 cells; expected 2"),
        ("issue,agency\na,1\n\nb,1,2\n", "in.csv, row 4: found 3 cells; expected 2"),
        ("issue,agency\na,True\n", 'row 2, column agency: found "True"'),
        ("isue,agency\na,1\n", 'column issue: found "isue", .*; did you mean "isue"'),
        ("", "in.csv: found nothing in it; expected a header"),
    ],
)
def test_a_file_that_cannot_be_meant_so_is_refused(tmp_path, text, said):
    with pytest.raises(ValueError, match=said):
        model.assess_csv(write(tmp_path / "in.csv", text), tmp_path / "out.csv", progress=False)
    assert not (tmp_path / "out.csv").exists()


def test_a_folder_or_a_device_is_no_file(tmp_path):
    for source, found in [(tmp_path, "a folder"), (Path("/dev/zero"), "a device")]:
        with pytest.raises(ValueError) as error:
            model.assess_csv(source, tmp_path / "out.csv", progress=False)
        expected = f"{source.name}: found {found}; expected a CSV file; name a file."
        assert str(error.value) == expected


def test_columns_that_are_not_read_may_have_any_names(tmp_path):
    source = write(tmp_path / "in.csv", "issue,note,,note,\na,1,2,3,4\n")
    assert model.assess_csv(source, tmp_path / "out.csv", progress=False) == 1


def test_the_file_appears_in_one_step_from_a_hidden_folder_beside_it(tmp_path, monkeypatch):
    moved = []

    def replace(part, target):
        moved.extend([Path(part), Path(target)])

    monkeypatch.setattr(assessment.os, "replace", replace)
    source, target = write(tmp_path / "in.csv", "issue\na\n"), tmp_path / "out.csv"
    model.assess_csv(source, target, progress=False)
    part, to = moved
    assert to == target
    assert part.parent.parent == tmp_path and part.parent.name.startswith(".out.csv.")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.csv"]
