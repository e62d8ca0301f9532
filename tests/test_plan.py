"""A team gets its own plan: right, readable, safe to open, whole or not at all."""

from __future__ import annotations

import contextlib
import csv
import io
import os
import re
import signal
import subprocess
import sys
import time
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import pytest
from book import ROOT
from bs4 import BeautifulSoup

from partnership import __main__, data, model, plan, plan_page, plan_words, ratings, templates
from partnership import files as writing
from partnership.files import hold
from partnership.plan_page import BRIEF, SIGNS, Catalogue

SAMPLE = ROOT / "chapters" / "files" / "team-ratings.csv"
CONTRACT = (
    "issue,label,phase,scales_rated,fitting,best_fit,offered,offered_fit,relation,gap,enacted,"
    "enacted_fitting,unsupported,burden,who,carried_by"
).split(",")
HEADER = (
    "issue,label,rater,group,interaction,variability,knowledge,presence,agency,burden,offered,"
    "enacted,who"
)
# MODEL's worked examples as a team's file, and what plan.csv says of each in delivery:
# scales_rated, fitting, best_fit, offered, offered_fit, relation, gap, enacted_fitting, unsupported
WORKED = {
    "sterile-instruments,,,,,,,,,,,,": ["0", "", "", "", "", "unknown", "", "", ""],
    "line-infection,,,,0,0,0,1,1,2,protected,,family": [
        *["5", "protected", "0.9000", "protected", "0.9000", "fits", "0.0000", "", "no"]
    ],
    "bedside-handover,,,,2,,1,3,2,1,informant,,both": [
        *["4", "instructed;checker", "0.9375", "informant", "0.7500", "misfit", "0.1875", "", "no"]
    ],
    "medication-transitions,,,,2,2,3,3,3,2,instructed;informant,coordinator;checker,patient": [
        *["5", "coordinator", "0.9500", "instructed;informant", "0.8500", "untapped", "0.1000"],
        *["coordinator", "yes"],
    ],
    "care-transitions,,,,3,3,2,3,3,3,unheard;instructed,advocate;coordinator;self-manager,both": [
        *["5", "advocate;sense-maker;coordinator;trusted-partner", "0.8500"],
        *["unheard;instructed", "0.7000", "untapped", "0.1500", "coordinator;advocate", "yes"],
    ],
    "dementia-hospital,,,,3,3,3,2,3,3,unheard;informant,informant;advocate;sense-maker,family": [
        *["5", "advocate;sense-maker;informant;coordinator;trusted-partner", "0.8500"],
        *["unheard;informant", "0.8000", "fits", "0.0500"],
        *["informant;advocate;sense-maker", "no"],
    ],
    "psychiatric-suicide,,,,4,3,3,2,2,3,protected,,patient": [
        *["5", "sense-maker", "0.9500", "protected", "0.3000", "untapped", "0.6500", "", "no"]
    ],
    "disrespect,,,,4,3,4,4,2,3,unheard,advocate,patient": [
        *["5", "advocate;sense-maker;trusted-partner", "0.9000", "unheard", "", "unheard", ""],
        *["advocate", "yes"],
    ],
}
EVIL = '<script>alert("x")</script> & $\\frac{1}{2}$ \u200fשלום'


class Done(NamedTuple):
    returncode: int
    stdout: str
    stderr: str


def run(*arguments: object, folder: Path = ROOT) -> Done:
    """Run a command within this process: an error that the command lets through fails the test."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), contextlib.chdir(folder):
        try:
            code = __main__.main([*map(str, arguments)])
        except SystemExit as end:
            code = end.code
    return Done(code, out.getvalue(), err.getvalue())


def run_apart(*arguments: object, folder: Path = ROOT) -> subprocess.CompletedProcess:
    """Run a command as a user would, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "partnership", *map(str, arguments)],
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )


def team(path: Path, *rows: str, header: str = HEADER) -> Path:
    """Write a team's file."""
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def made(path: Path, draws: int = 50, **options) -> plan.Plan:
    """Return the plan of a file, with few draws."""
    return plan.make(ratings.read(path), (path.name,), draws=draws, **options)


def html(told: plan.Plan) -> dict[str, bytes]:
    """Return the pages of a plan, which are in its files as well, without drawing figures."""
    shown = {"index.html": plan_page.overview(told, []).encode()}
    for issue, page in zip(told.scores["issue"], told.scores["page"], strict=True):
        shown[page] = plan_page.issue_page(told, issue).encode()
    return shown


def pages(files: dict[str, bytes]) -> dict[str, BeautifulSoup]:
    return {
        name: BeautifulSoup(content.decode(), "html.parser")
        for name, content in files.items()
        if name.endswith(".html")
    }


def words(soup: BeautifulSoup) -> str:
    return " ".join(soup.get_text(" ").split())


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(content.decode("utf-8-sig").splitlines()))


@pytest.fixture(scope="module")
def sample() -> plan.Plan:
    return made(SAMPLE, draws=300)


@pytest.fixture(scope="module")
def files(sample: plan.Plan) -> dict[str, bytes]:
    return plan.contents(sample)


# --- plan.csv ---------------------------------------------------------------------------------


def test_the_worked_examples_come_out_as_the_model_says(tmp_path):
    worked = made(team(tmp_path / "ratings.csv", *WORKED))
    found = [row for row in rows_of(plan.to_csv(worked.table)) if row["phase"] == "delivery"]
    columns = ["scales_rated", "fitting", "best_fit", "offered", "offered_fit", "relation", "gap"]
    columns += ["enacted_fitting", "unsupported"]
    assert [[row[name] for name in columns] for row in found] == list(WORKED.values())


def test_plan_csv_keeps_the_contract(files):
    assert files["plan.csv"].startswith(b"\xef\xbb\xbf")
    rows = rows_of(files["plan.csv"])
    assert list(rows[0]) == CONTRACT
    phases = ["delivery", "evaluation", "design", "management"]
    assert [row["phase"] for row in rows] == phases * 3
    for row in rows:
        for name in ("best_fit", "offered_fit", "gap", "burden"):
            assert re.fullmatch(r"(\d\.\d{4})?", row[name])
        assert row["unsupported"] in (("yes", "no") if row["phase"] == "delivery" else ("",))
        if row["phase"] != "delivery":
            assert not row["relation"] + row["gap"] + row["offered_fit"] + row["enacted_fitting"]


def test_plan_csv_reads_back_as_the_plan(sample, tmp_path):
    path = tmp_path / "plan.csv"
    path.write_bytes(plan.to_csv(sample.table))
    back = plan.read_csv(path)
    pd.testing.assert_frame_equal(back, sample.table, check_dtype=False, atol=5e-5)
    assert plan.to_csv(back) == path.read_bytes()


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_no_text_becomes_a_formula_and_reading_back_restores_it(sample, tmp_path, sign):
    label = f'{sign}HYPERLINK("http://example.org")'
    path = tmp_path / "plan.csv"
    path.write_bytes(plan.to_csv(sample.table.assign(label=label)))
    cells = pd.read_csv(path, dtype="str", keep_default_na=False)["label"]
    assert set(cells) == {f"'{label}"}
    assert set(plan.read_csv(path)["label"]) == {label}


@pytest.mark.parametrize(
    "label", ["x;=1+1", "x; @SUM(1);-1", "'=x", "''=x", "x;'=y", ";;+1", "\uff1d1", "x\n=1", "'tis"]
)
def test_text_is_no_formula_where_a_semicolon_separates_cells_either(sample, tmp_path, label):
    path = tmp_path / "plan.csv"
    path.write_bytes(plan.to_csv(sample.table.assign(label=label)))
    assert not re.search(r"[;,\n]\s*\"?[=+@\uff1d-]", path.read_text(encoding="utf-8-sig"))
    assert set(plan.read_csv(path)["label"]) == {label}


def test_a_gap_of_rounding_is_written_as_nought(sample):
    table = sample.table.assign(gap=-1e-17)
    assert {row["gap"] for row in rows_of(plan.to_csv(table))} == {"0.0000"}


# --- what the pages say -----------------------------------------------------------------------


def page_of(files: dict[str, bytes], issue: str) -> str:
    return words(pages(files)[f"issue-{issue}.html"])


def test_each_relation_is_told_in_words(files):
    assert "asks less of patients and families than fits" in page_of(
        files, "medication-transitions"
    )
    assert "asks more of patients and families than fits" in page_of(files, "line-change")
    assert "weighs as much as asking too little" in page_of(files, "line-change")
    assert "patients and families go unheard" in page_of(files, "worry-at-night")


def test_a_misfit_and_what_is_missing_are_told(tmp_path):
    path = team(
        tmp_path / "ratings.csv",
        "a,,r,,2,,1,3,2,1,informant,,both",
        "b,,r,,2,1,,,,,,,",
        "c,,r,,2,2,2,2,2,,,,",
    )
    told = html(made(path))
    assert "another form than those that fit" in page_of(told, "a")
    assert "Two of the five scales are rated, and at least three are needed" in page_of(told, "b")
    assert "Missing: knowledge, presence and agency" in page_of(told, "b")
    assert "Nobody named what you offer" in page_of(told, "c")
    assert "What fits: informing patient" in page_of(told, "c")
    assert "Nobody rated the burden" in page_of(told, "c")


def test_a_page_says_what_the_form_asks_of_both_sides(files):
    form = data.load("partnership_forms").set_index("form").loc["coordinator"]
    page = page_of(files, "medication-transitions")
    assert form["patient_does"] in page and form["professionals_do"] in page


def test_a_page_shows_scores_in_words_spread_and_where_groups_differ(files):
    page = page_of(files, "medication-transitions")
    anchors = data.load("scales").set_index(["scale", "level"])["anchor"]
    assert anchors["presence", 4] in page
    assert f"between “{anchors['agency', 2]}” and “{anchors['agency', 3]}”" in page
    assert "6 raters, 2 to 4 groups differ: staff 2.5, patients 4, families 4" in page


def test_unsupported_resources_are_named(files):
    page = page_of(files, "medication-transitions")
    assert "the resource is there today and works alone" in page
    assert "works alone" not in page_of(files, "line-change")


def test_documented_strategies_come_with_works_costs_and_cautions(files):
    page = page_of(files, "medication-transitions")
    assert "documented here: Fylan et al. 2018; Garfield et al. 2020" in page
    assert "Called invisible work" in page
    assert "Caution on 1 of its 4 sources: shown at a remove" in page


def test_a_teams_own_issue_gets_general_strategies_marked_as_such(files):
    page = page_of(files, "worry-at-night")
    assert "General: the literature tells of these in other issues" in page
    assert "documented here" not in page
    assert "Stays at the bedside as a watchful presence" in page


def test_where_no_part_fits_best_no_strategy_is_offered(files):
    page = page_of(files, "line-change")
    assert "The catalogue names none for this issue." in page
    assert "Seeks staff protection" not in page


def test_warning_signs_are_signs_and_hidden_strategies_are_not_exposed():
    signs = data.load("strategy_forms").query("kind == 'warning-sign'")["id"]
    strategies = data.load("own_strategies").set_index("id")
    hidden = strategies.index[(strategies["openness"] == "hidden") & ~strategies.index.isin(signs)]
    frame, named = model.from_dataset("all")
    everything = ratings.Ratings(frame, named, None, [])
    shown = pages(html(plan.make(everything, ("all.csv",), draws=20)))
    for soup in shown.values():
        for name in strategies.loc[hidden, "strategy"]:
            assert name not in words(soup)
        if section := soup.find("section", {"aria-labelledby": "strategies"}):
            resources = words(section).split("Signs to look for")[0]
            for name in strategies.loc[signs, "strategy"]:
                assert name not in resources
    assert set(SIGNS) <= set(signs)


def test_who_carries_the_load_is_told_only_where_it_is_heavy(files):
    heavy, light = (page_of(files, name) for name in ("worry-at-night", "line-change"))
    assert "carried by an advocate from outside the unit and named staff" in heavy
    assert "never a lack of potential" in heavy
    assert "carried by" not in light


def test_options_in_the_other_phases_are_told_and_what_is_offered_there(files):
    page = page_of(files, "line-change")
    assert "Evaluation : reporting patient" in page
    assert "You offer: reporting patient" in page


def test_how_sure_the_plan_is_and_whose_it_is_is_told(files):
    page = page_of(files, "medication-transitions")
    assert re.search(r"“Untapped” is (steady|fairly steady|open): it came out in \d+% of 300", page)
    assert "6 raters (staff 2, patients 2, families 2)" in page
    assert "Each group alone would say: staff : fits; patients : untapped" in page
    assert "small groups" in page and "Ask them before" in page
    assert "seed 2026" in page
    assert "not effects" in page


def test_raters_are_named_nowhere(files):
    text = b"".join(content for name, content in files.items() if not name.endswith(".png"))
    assert b"invented-1" not in text


def test_one_rater_is_one_rater(tmp_path):
    told = html(made(team(tmp_path / "r.csv", "a,,x,staff,2,2,3,3,3,1,informant,,both")))
    page = page_of(told, "a")
    assert "1 rater (staff 1)" in page and "1 raters" not in page
    assert "One rater only" in page and "Staff is a small group" in page
    assert "1 issue where" in words(pages(told)["index.html"])


def test_weights_are_told_and_can_be_given_again(tmp_path):
    weights = {"interaction": 2.0, "presence": 0.5} | dict.fromkeys(
        ["variability", "knowledge", "agency"], 1.0
    )
    weighed = made(SAMPLE, weights=weights)
    told = plan.contents(weighed)
    line = re.search(r"^weights: (.*)$", told["about.txt"].decode(), re.MULTILINE)[1]
    assert ratings.weights(line) == weights
    assert f"--weights {line}" in words(pages(told)["index.html"])
    for page in pages(told).values():
        assert line.replace(",", ", ") in words(page)
    assert rows_of(told["plan.csv"])[0]["best_fit"] != "0.9875"


def test_where_weights_are_given_it_is_told_that_the_draws_take_any(tmp_path, files):
    told = "The draws take any weights, not only those you gave."
    weighed = html(made(SAMPLE, weights=dict.fromkeys(model.SCALES, 1.0)))
    assert all(told in words(soup) for soup in pages(weighed).values())
    assert not any(told in words(soup) for soup in pages(files).values())


def test_every_relation_and_scale_has_words():
    for table in (plan_words.RELATIONS, plan_words.SHORT, plan_words.COUNTED):
        assert set(table) == set(model.RELATIONS)
    assert set(BRIEF) == set(data.load("scales")["scale"])
    book = Catalogue.load()
    assert set(book.reasons) == set(data.load("safeguards")["carried_by"])


# --- safe and readable ------------------------------------------------------------------------


class Strict(HTMLParser):
    """Notes elements that are not closed in order, and addresses outside."""

    VOID = {"meta", "link", "br", "path", "circle", "use", "img"}

    def __init__(self):
        super().__init__()
        self.open, self.wrong, self.ids = [], [], []

    def handle_starttag(self, tag, attributes):
        if tag not in self.VOID:
            self.open.append(tag)
        self.note(attributes)

    def handle_startendtag(self, tag, attributes):
        self.note(attributes)

    def handle_endtag(self, tag):
        if tag in self.VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"</{tag}>")

    def note(self, attributes):
        for name, value in attributes:
            if name == "id":
                self.ids.append(value)
            if name.startswith("on") or (name in ("src", "href") and ":" in (value or "")):
                if value != "data:,":
                    self.wrong.append(f"{name}={value}")


def test_pages_are_whole_and_ask_for_nothing_outside(files):
    for name in pages(files):
        text = files[name].decode()
        parser = Strict()
        parser.feed(text)
        parser.close()
        assert not parser.wrong and not parser.open, name
        assert len(parser.ids) == len(set(parser.ids)), name
        assert "://" not in text and "@import" not in text, name


def test_links_between_the_writingof_a_plan_lead_somewhere(files):
    for soup in pages(files).values():
        for link in soup.find_all("a"):
            target = link["href"]
            assert target in files or soup.find(id=target.removeprefix("#")), target


def test_pages_can_be_read_by_a_screen_reader(files):
    for name, soup in pages(files).items():
        assert soup.html["lang"] == "en-GB" and soup.title.text and len(soup.find_all("h1")) == 1
        for table in soup.find_all("table"):
            assert table.caption and all(cell.get("scope") for cell in table.find_all("th"))
        for drawing in soup.find_all("svg"):
            if drawing.get("aria-hidden") == "true":
                continue
            title, text = (soup.find(id=part) for part in drawing["aria-labelledby"].split())
            assert title.text and len(text.text) > 40, name


@pytest.mark.parametrize("issue", [EVIL, "=HYPERLINK(1)", "../../etc/passwd", "a/b\\c", "."])
def test_what_a_team_writes_stays_text(tmp_path, issue):
    path = tmp_path / "ratings.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        row = [issue, issue, issue, issue, 2, 2, 3, 3, 3, 1, "informant", "", "both"]
        csv.writer(file).writerows([HEADER.split(","), row])
    told = plan.contents(made(path))
    for name, soup in pages(told).items():
        assert not soup.find("script") and issue.split("\u200f")[0].strip() in words(soup), name
    assert all(re.fullmatch(r"issue-[a-z0-9-]+\.html", name) for name in told if "issue-" in name)
    assert all(plan.OURS.fullmatch(name) for name in told)
    out = tmp_path / "plan"
    plan.write(out, told)
    assert plan.read_csv(out / "plan.csv")["issue"].iloc[0] == issue


def test_letters_that_the_figures_cannot_show_are_noted(tmp_path, recwarn):
    told = made(team(tmp_path / "r.csv", "a,患者 safe,r,,2,2,3,3,3,1,informant,,"))
    assert told.notes == ("r.csv: the figures cannot show 患 者; the pages do",)
    plan.contents(told)
    assert not recwarn.list


def test_issues_of_like_names_get_pages_of_their_own(tmp_path):
    rows = [f"{name},,r,,2,2,3,3,3,1,informant,," for name in ("Ö a", "o-a", "O A", "???", "!!!")]
    told = html(made(team(tmp_path / "ratings.csv", *rows)))
    assert sum(name.startswith("issue-") for name in told) == 5


def test_a_plan_is_the_same_to_the_byte_each_time(sample, files):
    assert plan.contents(made(SAMPLE, draws=300)) == files


# --- whole or not at all ----------------------------------------------------------------------


def listing(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_a_folder_with_something_in_it_is_left_alone_unless_forced(tmp_path, files):
    out = tmp_path / "plan"
    out.mkdir()
    plan.write(out, files)
    assert listing(out) == files
    (out / "notes.docx").write_bytes(b"ours")
    (out / "minutes").mkdir()
    (out / "minutes" / "first.txt").write_bytes(b"ours too")
    (out / "issue-of-last-year.html").write_bytes(b"old")
    before = listing(out)
    with pytest.raises(FileExistsError, match="--force"):
        plan.write(out, files)
    assert listing(out) == before
    plan.write(out, files, force=True)
    assert listing(out) == files | {"notes.docx": b"ours", "minutes/first.txt": b"ours too"}
    assert [path.name for path in tmp_path.iterdir()] == ["plan"]


@pytest.mark.parametrize("there", [False, True])
def test_a_failure_in_the_middle_leaves_all_as_it_was(tmp_path, files, monkeypatch, there):
    out = tmp_path / "deep" / "plan"
    if there:
        plan.write(out, {"plan.csv": b"old"})
    before, calls = listing(tmp_path), []

    def full(descriptor):
        calls.append(descriptor)
        if len(calls) == 4:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        plan.write(out, files, force=True)
    assert listing(tmp_path) == before
    assert out.exists() == there and (tmp_path / "deep").exists() == there


def test_a_failure_at_the_last_step_brings_the_old_plan_back(tmp_path, files, monkeypatch):
    out = tmp_path / "plan"
    plan.write(out, {"plan.csv": b"old"})
    replace = os.replace

    def fail_for_new(source, target):
        if Path(source).name == "new":
            raise PermissionError(13, "Permission denied")
        replace(source, target)

    monkeypatch.setattr(os, "replace", fail_for_new)
    with pytest.raises(PermissionError):
        plan.write(out, files, force=True)
    assert listing(tmp_path) == {"plan/plan.csv": b"old"}


def test_a_folder_closed_to_others_stays_closed(tmp_path, files):
    out = tmp_path / "plan"
    (out / "minutes").mkdir(parents=True)
    (out / "minutes").chmod(0o750)
    out.chmod(0o700)
    plan.write(out, files, force=True)
    assert [path.stat().st_mode & 0o777 for path in (out, out / "minutes")] == [0o700, 0o750]


@pytest.mark.parametrize(
    ("name", "calls", "after"),
    [("fsync", 2, b"old"), ("replace", 1, b"old"), ("replace", 2, b"old"), ("replace", 3, b"new")],
)
def test_a_run_that_is_killed_leaves_a_plan_and_the_next_one_cleans_up(
    tmp_path, name, calls, after
):
    out = tmp_path / "plan"
    plan.write(out, {"plan.csv": b"old"})
    real, calls_left = getattr(os, name), [calls]

    def kill(*arguments):
        calls_left[0] -= 1
        if not calls_left[0]:
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*arguments)

    if not (child := os.fork()):
        setattr(os, name, kill)
        plan.write(out, {"plan.csv": b"new", "index.html": b"new"}, force=True)
        os._exit(0)
    assert os.waitpid(child, 0)[1] == signal.SIGKILL
    assert [path.name for path in tmp_path.iterdir()] != ["plan"]
    with pytest.raises(FileExistsError, match="--force"):
        plan.write(out, {"plan.csv": b"next"})
    assert (out / "plan.csv").read_bytes() == after
    assert [path.name for path in tmp_path.iterdir()] == ["plan"]


def test_a_run_that_goes_on_is_left_alone(tmp_path):
    out = tmp_path / "plan"
    aside = tmp_path / f"{plan._beside(out)}x"
    aside.mkdir()
    lock = hold(aside)
    plan.restore(out)
    assert aside.exists()
    os.close(lock)
    plan.restore(out)
    assert not aside.exists()


def test_without_locks_what_is_old_is_left_over(tmp_path, monkeypatch):
    monkeypatch.setattr(writing, "fcntl", None)
    out = tmp_path / "plan"
    aside = tmp_path / f"{plan._beside(out)}x"
    aside.mkdir()
    plan.restore(out)
    assert aside.exists()
    os.utime(aside, (0, time.time() - writing.AN_HOUR - 1))
    plan.restore(out)
    assert not aside.exists()


def test_a_link_in_a_circle_is_told(tmp_path):
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    for arguments in (["plan", SAMPLE, "--out", loop], ["plan", loop, "--out", tmp_path / "plan"]):
        done = run(*arguments)
        assert done.returncode == 2 and "loop" in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["loop"]


def test_the_home_folder_is_never_replaced(tmp_path, files, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    with pytest.raises(FileExistsError, match="your home folder"):
        plan.write(tmp_path, files, force=True)


def test_the_folder_one_stands_in_and_the_ratings_folder_are_never_replaced(
    tmp_path, files, monkeypatch
):
    path = team(tmp_path / "ratings.csv", "a,,r,,2,2,3,3,3,1,informant,,")
    with pytest.raises(FileExistsError, match="lies in"):
        plan.write(tmp_path, files, True, (path,))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(FileExistsError, match="the folder you are in"):
        plan.write(".", files, force=True)


def test_a_plan_of_too_many_issues_is_refused(tmp_path):
    rows = [f"i{place},,r,,2,2,3,3,3,1,informant,," for place in range(plan.MOST_ISSUES + 1)]
    with pytest.raises(ratings.RatingsError, match="at most 200"):
        made(team(tmp_path / "ratings.csv", *rows))


def test_a_plan_of_too_many_groups_or_raters_is_refused(tmp_path):
    rows = [f"a,,r{n},g{n},2,2,3,3,3,1,informant,," for n in range(plan.MOST_RATERS + 1)]
    with pytest.raises(ratings.RatingsError) as refused:
        made(team(tmp_path / "ratings.csv", *rows))
    assert "1,001 raters of one issue" in str(refused.value)
    assert "1,001 groups" in str(refused.value) and "such as staff" in str(refused.value)


# --- the commands -----------------------------------------------------------------------------


def test_the_command_makes_a_plan_and_a_second_one_needs_force(tmp_path, files):
    out = tmp_path / "our plan"
    first = run_apart("plan", SAMPLE, "--out", out, "--draws", 300)
    assert (first.returncode, first.stderr) == (0, "")
    assert "3 issues" in first.stdout and "index.html" in first.stdout
    assert listing(out) == files
    again = run("plan", SAMPLE, "--out", out, "--draws", 300)
    assert again.returncode == 2 and "--force" in again.stderr
    assert run("plan", SAMPLE, "--out", out, "--draws", 20, "--force").returncode == 0


def test_all_faults_are_told_at_once_and_nothing_is_written(tmp_path):
    path = team(
        tmp_path / "bad.csv",
        "a,,r1,,7,2,3,3,3,1,sense-makr,,",
        "a,,r1,,2,x,3,3,3,1,,,",
    )
    (tmp_path / "file").write_text("")
    done = run("plan", path, "--weights", "interction=2", "--out", tmp_path / "file")
    assert done.returncode == 2 and "Traceback" not in done.stderr and not done.stdout
    for part in ("row 2", "row 3", '"sense-maker"', '"interaction"', "is a file"):
        assert part in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.csv", "file"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["plan", "no-such-file.csv"],
        ["plan", SAMPLE, "--practice", "no-such-file.csv"],
        ["plan", SAMPLE, "--draws", "0"],
        ["plan", SAMPLE, "--seed", "-1"],
        ["plan", SAMPLE, "--weights", "interaction"],
        ["plan", SAMPLE, "--out", "/dev/null/plan"],
        ["plan"],
        ["nonsense"],
    ],
)
def test_bad_input_ends_with_2_and_without_a_traceback(tmp_path, arguments):
    done = run(*arguments, folder=tmp_path)
    assert done.returncode == 2 and done.stderr and "Traceback" not in done.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.slow
def test_names_of_writingthat_are_no_text_do_no_harm(tmp_path):
    path = tmp_path / os.fsdecode(b"\xff\n.csv")
    path.write_bytes(SAMPLE.read_bytes())
    out = tmp_path / os.fsdecode(b"\xfe")
    done = run_apart("plan", path, "--out", out, "--draws", 5)
    assert (done.returncode, done.stderr) == (0, "")
    assert "ratings: \\udcff\\n.csv\n" in (out / "about.txt").read_text(encoding="utf-8")


def test_a_full_disk_ends_with_2(tmp_path, monkeypatch, capsys):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(plan, "write", full)
    out = tmp_path / "plan"
    assert __main__.main(["plan", str(SAMPLE), "--out", str(out), "--draws", "5"]) == 2
    assert "No space left on device. Nothing was written; name another" in capsys.readouterr().err


def test_practice_and_weights_from_writingreach_the_plan(tmp_path):
    path = team(tmp_path / "r.csv", "a,,r1,staff,2,2,3,3,3,1,,,both")
    practice = tmp_path / "p.csv"
    practice.write_text(
        "issue,rater,layer,form\na,r1,offered,informant\na,r1,enacted,coordinator\n"
    )
    out = tmp_path / "plan"
    options = ("--practice", practice, "--weights", "agency=0", "--out", out, "--draws", 20)
    done = run("plan", path, *options)
    assert done.returncode == 0, done.stderr
    row = plan.read_csv(out / "plan.csv").iloc[0]
    assert row["offered"] == ["informant"] and row["enacted"] == ["coordinator"]
    about = (out / "about.txt").read_text(encoding="utf-8")
    assert "agency=0" in about and "--practice p.csv" in about


def test_the_templates_can_be_filled_in_and_planned(tmp_path):
    done = run("template", "--out", tmp_path / "t")
    assert done.returncode == 0
    assert run("template", "--out", tmp_path / "t").returncode == 2
    assert run("template", "--out", tmp_path / "t", "--force").returncode == 0
    example = tmp_path / "t" / templates.EXAMPLE
    done = run("plan", example, "--out", tmp_path / "plan", "--draws", 20)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("command", [[], ["plan"], ["template"], ["check"], ["references"]])
def test_each_command_explains_itself(command, capsys):
    with pytest.raises(SystemExit) as done:
        __main__.main([*command, "--help"])
    told = capsys.readouterr().out
    assert done.value.code == 0 and told.startswith("usage: python -m partnership")
    if command in ([], ["plan"], ["template"]):
        assert "Example" in told
    if not command:
        assert all(name in told for name in ("plan", "template", "check", "references"))
