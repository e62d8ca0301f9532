"""A team's own plan: from its ratings to a folder of files.

`make` asks the model everything that a plan tells. `contents` turns the answer into files: pages to
read and print (`partnership.plan_page`), `plan.csv` for a spreadsheet, figures, and a note by which
the plan can be made again. `write` puts them into a folder, all or nothing.
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
import re
import shlex
import shutil
import tempfile
import unicodedata
import warnings
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import matplotlib.font_manager as fonts
import numpy as np
import pandas as pd

from partnership import agreement, data, model
from partnership.faults import Fault, printable, quoted
from partnership.figures.plan import plan_lines, plan_map
from partnership.figures.style import BookFigure
from partnership.files import abandoned, hold, let_go, read_within, undisturbed
from partnership.ratings import Ratings, RatingsError
from partnership.spreadsheets import MOST_BYTES, Faults, Full, guarded, unguarded
from partnership.uncertainty import Acceptability, acceptability

__all__ = ["Plan", "contents", "figures", "make", "read_csv", "to_csv", "write"]

DRAWS, SEED = 10_000, 2026
MOST_ISSUES, MOST_RATERS, MOST_GROUPS = 200, 1_000, 20
"""What one plan holds: each issue gets a page, each draw takes all raters, each page all groups."""
A_FIGURE = 20
"""Issues that one figure of lines holds."""

LISTS = ("fitting", "offered", "enacted", "enacted_fitting")
NUMBERS = ("best_fit", "offered_fit", "gap", "burden")
COLUMNS = (
    *("issue", "label", "phase", "scales_rated", "fitting", "best_fit", "offered", "offered_fit"),
    *("relation", "gap", "enacted", "enacted_fitting", "unsupported", "burden", "who"),
    "carried_by",
)
"""The columns of `plan.csv`."""
CELLS = {
    **dict.fromkeys(NUMBERS, (r"([0-9]\.[0-9]{4})?", "a number with 4 decimals, or nothing")),
    "scales_rated": ("[0-5]", "a number from 0 to 5"),
    "unsupported": ("(yes|no)?", "yes, no, or nothing"),
    "phase": ("|".join(model.PHASES), "one of " + ", ".join(model.PHASES)),
    "relation": ("|".join(["", *model.RELATIONS]), "one of " + ", ".join(model.RELATIONS)),
    "issue": (".*\\S.*", "the name of an issue"),
}
"""What stands in the cells of a column, as a pattern and in words."""
AGAIN = "make the plan again."
OURS = re.compile(
    r"plan\.csv|about\.txt|index\.html|issue-[a-z0-9-]+\.html|figures/plan-[a-z0-9-]+\.(svg|png)"
)
"""Files that a plan consists of; whatever else lies in a folder is not a plan's to remove."""


@dataclass(frozen=True, eq=False)
class Plan:
    """All that a plan tells.

    Attributes
    ----------
    source : tuple of str
        Names of the files read, of ratings and perhaps of practice.
    table : DataFrame
        What `model.plan` gives: the contents of `plan.csv`.
    scores : DataFrame
        What `model.score` gives, with `page`, the name of the issue's page.
    practice : DataFrame
        What `model.practice` gives.
    spread : DataFrame
        What `agreement.rater_spread` gives.
    groups : DataFrame
        One row an issue and group of raters: `issue`, `group`, `raters` (those who gave a score or
        named a form), medians of `agreement.RATED`, and `relation`, as that group alone would have
        it. Empty where no rater has a group.
    sureness : Acceptability
        What the draws say.
    weights : dict of str to float, or None
        Weights given; None: all equal.
    draws, seed : int
        Of the draws.
    notes : tuple of str
        What was ignored or assumed in reading.
    """

    source: tuple[str, ...]
    table: pd.DataFrame
    scores: pd.DataFrame
    practice: pd.DataFrame
    spread: pd.DataFrame
    groups: pd.DataFrame
    sureness: Acceptability
    weights: dict[str, float] | None
    draws: int
    seed: int
    notes: tuple[str, ...]


def make(
    ratings: Ratings,
    source: tuple[str, ...] = ("ratings.csv",),
    weights: Mapping[str, float] | None = None,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Plan:
    """Ask the model all that a plan tells.

    Parameters
    ----------
    ratings : Ratings
        What `ratings.read` gives.
    source : tuple of str
        Names of the files that were read.
    weights : mapping, optional
        Weight of each scale, before those that the file itself gives.
    draws, seed : int
        As for `uncertainty.acceptability`.

    Returns
    -------
    Plan

    Raises
    ------
    RatingsError
        If there are more issues, groups or raters of an issue than a plan can hold.
    """
    _check_size(ratings.ratings, source[0])
    notes = list(ratings.notes)
    if weights is None:
        weights = ratings.weights
    elif ratings.weights is not None:
        notes.append(f"{source[0]}: its weights were not used, since --weights gives others")
    forms = data.load("partnership_forms")
    scores = model.score(ratings.ratings)
    scores["page"] = _pages(scores["issue"])
    if unshown := _unshown(scores["label"]):
        notes.append(f"{source[0]}: the figures cannot show {unshown}; the pages do")
    return Plan(
        source=source,
        table=model.plan(ratings.ratings, ratings.practice, forms, weights=weights),
        scores=scores,
        practice=model.practice(ratings.practice, forms),
        spread=agreement.rater_spread(ratings.ratings),
        groups=_by_group(ratings, forms, weights),
        sureness=acceptability(ratings.ratings, ratings.practice, forms, draws, seed),
        weights=dict(weights) if weights is not None else None,
        draws=draws,
        seed=seed,
        notes=tuple(notes),
    )


def _check_size(rated: pd.DataFrame, place: str) -> None:
    """Raise a RatingsError if a plan of these ratings would be of no use, or take hours."""
    raters = rated.groupby("issue", sort=False)["rater"].nunique().max()
    assess = "split the file, or use partnership.model.assess_csv, which makes no pages."
    faults = [
        Fault(place, None, column, f"{found:,} {what}", f"at most {most} {where}", remedy)
        for column, found, what, most, where, remedy in (
            ("issue", rated["issue"].nunique(), "issues", MOST_ISSUES, "in one plan", assess),
            ("rater", raters, "raters of one issue", MOST_RATERS, "for each issue", assess),
            (
                *("group", rated["group"].nunique(), "groups", MOST_GROUPS, "in one plan"),
                "name the side each rater speaks for, such as staff, or leave the column empty.",
            ),
        )
        if found > most
    ]
    if faults:
        raise RatingsError(faults)


def _by_group(
    ratings: Ratings, forms: pd.DataFrame, weights: Mapping[str, float] | None
) -> pd.DataFrame:
    """Return what each group alone would say of each issue."""
    parts = []
    for group in ratings.ratings["group"].dropna().unique():
        rated = ratings.ratings[ratings.ratings["group"] == group]
        # Whose form it is tells the rater: a practice file need not repeat the groups.
        people = pd.MultiIndex.from_frame(rated[["issue", "rater"]])
        named = ratings.practice
        own = pd.MultiIndex.from_frame(named[["issue", "rater"]]).isin(people)
        named = named[own | ((named["group"] == group) & named["issue"].isin(rated["issue"]))]
        scores = model.score(rated)
        found = model.deliver(scores, model.practice(named, forms), forms, weights)
        told = rated[rated[list(agreement.RATED)].notna().any(axis=1)]
        both = pd.concat([told[["issue", "rater"]], named[["issue", "rater"]]]).drop_duplicates()
        part = scores[["issue", *agreement.RATED]].assign(group=group, relation=found["relation"])
        part["raters"] = part["issue"].map(both["issue"].value_counts()).fillna(0).astype(int)
        parts.append(part[part["raters"] > 0])
    columns = ["issue", "group", "raters", *agreement.RATED, "relation"]
    return pd.concat(parts)[columns] if parts else pd.DataFrame(columns=columns)


def _unshown(labels: pd.Series) -> str:
    """Return the signs of labels that the font of the figures has not, the first ones."""
    font = fonts.get_font(fonts.findfont(fonts.FontProperties()))
    signs = dict.fromkeys("".join(labels))
    lacking = [sign for sign in signs if sign.isprintable() and not font.get_char_index(ord(sign))]
    return " ".join(lacking[:10]) + " …" * (len(lacking) > 10)


def _pages(issues: pd.Series) -> list[str]:
    """Return a file name for each issue: plain letters, no name twice."""
    names: list[str] = []
    for issue in issues:
        plain = unicodedata.normalize("NFKD", issue).encode("ascii", "ignore").decode().lower()
        slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60].strip("-") or "x"
        name, number = f"issue-{slug}.html", 2
        while name in names:
            name, number = f"issue-{slug}-{number}.html", number + 1
        names.append(name)
    return names


# --- plan.csv ---------------------------------------------------------------------------------


def to_csv(table: pd.DataFrame) -> bytes:
    """Return a plan as the bytes of `plan.csv`.

    Parameters
    ----------
    table : DataFrame
        What `model.plan` gives.

    Returns
    -------
    bytes
        UTF-8 with a byte order mark. Lists are joined by `;`, numbers have 4 decimals, what is
        unknown is empty, `unsupported` is `yes` or `no`. Text that a spreadsheet would run as a
        formula gets a leading `'`, also within a cell after a `;`, at which a Swedish Excel cuts.
    """

    def cell(column: str, value: object) -> str:
        if column in LISTS:
            return ";".join(value)
        if pd.isna(value):
            return ""
        if column in NUMBERS:
            return f"{round(float(value), 4) + 0.0:.4f}"  # + 0.0: no -0.0000
        if column == "unsupported":
            return "yes" if value else "no"
        return guarded(str(value))

    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(table.columns)
    for row in table.itertuples(index=False):
        writer.writerow(map(cell, table.columns, row))
    return buffer.getvalue().encode("utf-8-sig")


def read_csv(path: Path | str) -> pd.DataFrame:
    """Return the plan that `to_csv` wrote, as `model.plan` gave it (numbers to 4 decimals).

    Raises
    ------
    RatingsError
        If the file is no such plan, or was changed into none; all faults are named.
    """
    path, faults = Path(path), Faults()
    try:
        table = _plan_in(path, printable(path.name), faults)
    except Full:
        table = None
    if faults:
        raise RatingsError(faults)
    for column in table.columns:
        if column in LISTS:
            table[column] = table[column].map(lambda text: text.split(";") if text else [])
        elif column in NUMBERS:
            table[column] = pd.to_numeric(table[column].replace("", np.nan)).astype(float)
        elif column == "unsupported":
            known = table[column].map({"yes": True, "no": False})
            table[column] = pd.array(known, dtype="boolean")
        elif column == "scales_rated":
            table[column] = table[column].astype(int)
        else:
            table[column] = table[column].map(unguarded).replace("", np.nan).astype("str")
    return table


def _plan_in(path: Path, place: str, faults: Faults) -> pd.DataFrame | None:
    """Return the cells of `plan.csv` as text; None where the file cannot be read."""
    rows: list[list[str]] = []
    try:
        text = read_within(path, MOST_BYTES).decode("utf-8-sig")
        for cells in csv.reader(io.StringIO(text, newline=""), strict=True):
            rows.append(cells)
    except OSError as error:
        found = f"a file that cannot be read ({error.strerror})"
        faults.add(place, None, None, found, "plan.csv", "check the name.")
    except UnicodeDecodeError as error:
        found = f"byte 0x{error.object[error.start]:02x} at position {error.start + 1}"
        faults.add(place, None, None, found, "text in UTF-8", AGAIN)
    except csv.Error as error:
        found = f"a broken quotation ({error})"
        faults.add(place, len(rows) + 1, None, found, "marks in pairs", AGAIN)
    if faults:
        return None
    if not rows or rows[0] != list(COLUMNS):
        found = ", ".join(map(quoted, rows[0][: len(COLUMNS)])) if rows else "nothing in it"
        faults.add(place, 1, None, found, "the columns " + ", ".join(COLUMNS), AGAIN)
        return None
    for row, cells in enumerate(rows[1:], start=2):
        if len(cells) != len(COLUMNS):
            faults.add(place, row, None, f"{len(cells)} cells", f"{len(COLUMNS)}", AGAIN)
            continue
        for column, cell in zip(COLUMNS, cells, strict=True):
            form, expected = CELLS.get(column, (".*", ""))
            if not re.fullmatch(form, cell, re.DOTALL):
                faults.add(place, row, column, quoted(cell), expected, AGAIN)
    return None if faults else pd.DataFrame(rows[1:], columns=list(COLUMNS), dtype="str")


# --- the other files --------------------------------------------------------------------------


def figures(plan: Plan) -> list[BookFigure]:
    """Return the plan's figures: the map, then the lines, in several parts if there are many."""
    forms = model.in_phase()
    delivery = plan.table[plan.table["phase"] == "delivery"].reset_index(drop=True)
    issues = delivery.assign(number=range(1, len(delivery) + 1))
    # An issue with fewer than three scales is unknown: it has no place among the forms.
    at = model.map_position(plan.scores).where(plan.scores["scales_rated"] >= model.MIN_SCALES)
    starts = range(0, len(issues), A_FIGURE)
    return [
        plan_map(issues.join(at.reset_index(drop=True)), forms, plan.source[0]),
        *(
            plan_lines(issues.iloc[start : start + A_FIGURE], forms, plan.source[0], part)
            for part, start in enumerate(starts, start=1)
        ),
    ]


def weights_text(plan: Plan) -> str | None:
    """Return weights as `--weights` takes them."""
    if plan.weights is None:
        return None
    return ",".join(f"{scale}={plan.weights[scale]:.12g}" for scale in model.SCALES)


def command_line(plan: Plan) -> str:
    """Return the command that makes the plan again."""
    parts = ["python", "-m", "partnership", "plan", plan.source[0]]
    parts += [part for name in plan.source[1:] for part in ("--practice", name)]
    if weights := weights_text(plan):
        parts += ["--weights", weights]
    parts += ["--draws", str(plan.draws), "--seed", str(plan.seed)]
    return shlex.join(parts)


def about(plan: Plan) -> str:
    """Return the note that lies beside the plan: how it was made, and how to make it again.

    It is the header of `plan.csv`, which holds none itself, so that every program reads it.
    """
    lines = [
        "How this plan was made",
        "",
        f"ratings: {plan.source[0]}",
        *(f"practice: {name}" for name in plan.source[1:]),
        f"weights: {weights_text(plan) or 'all scales equal'}",
        f"draws: {plan.draws}",
        f"seed: {plan.seed}",
        "",
        "To make it again, in the folder of the ratings:",
        f"  {command_line(plan)}",
        "",
        "index.html is the overview, issue-….html a page for each issue, plan.csv the same as a",
        "table, figures/ the figures as SVG and PNG. Raters are named nowhere.",
    ]
    if plan.notes:
        lines += ["", "What was ignored or assumed in reading:", *(f"- {n}" for n in plan.notes)]
    return "\n".join(lines) + "\n"


def contents(plan: Plan) -> dict[str, bytes]:
    """Return all files of a plan by name."""
    # Imported here: the pages need the literature, which the figures of a notebook do not.
    from partnership import plan_page

    files = {"plan.csv": to_csv(plan.table), "about.txt": about(plan).encode()}
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Glyph .* missing from font")  # a note tells it
        drawn = figures(plan)
        files["index.html"] = plan_page.overview(plan, drawn).encode()
        for figure in drawn:
            files[f"figures/{figure.name}.svg"] = figure.svg()
            files[f"figures/{figure.name}.png"] = figure.png()
    works = plan_page.Catalogue.load()
    for issue, page in zip(plan.scores["issue"], plan.scores["page"], strict=True):
        files[page] = plan_page.issue_page(plan, issue, works).encode()
    return files


# --- writing ----------------------------------------------------------------------------------


def check_folder(folder: Path, force: bool, inputs: tuple[Path, ...] = ()) -> None:
    """Raise an OSError that says why if a plan must not or cannot be written there."""
    target = _real(folder)
    if target.is_symlink():
        raise NotADirectoryError(f"{folder} is a link that leads nowhere; name a folder.")
    if target.exists() and not target.is_dir():
        raise NotADirectoryError(f"{folder} is a file; name a folder.")
    above = next(folder for folder in target.parents if folder.exists())
    if not above.is_dir():
        raise NotADirectoryError(f"{above} is a file; name another folder with --out.")
    if not os.access(above, os.W_OK | os.X_OK):
        raise PermissionError(f"{above} is closed to writing; name another folder with --out.")
    for place, what in ((Path.cwd(), "the folder you are in"), (Path.home(), "your home folder")):
        if _real(place).is_relative_to(target):
            raise FileExistsError(f"{folder} is {what}, or holds it; name another folder.")
    for path in inputs:
        if _real(path).is_relative_to(target):
            raise FileExistsError(f"{path.name} lies in {folder}; name another folder.")
    if target.is_dir() and any(target.iterdir()) and not force:
        raise FileExistsError(
            f"{folder} is not empty; name another folder with --out, or replace the plan in it "
            "with --force."
        )


def write(
    folder: Path | str,
    files: Mapping[str, bytes],
    force: bool = False,
    inputs: tuple[Path, ...] = (),
) -> None:
    """Write files into a folder: all of them, or none.

    They are made beside the folder, which is then put in place in one step. With `force` a former
    plan is replaced; files that are not a plan's stay.

    Parameters
    ----------
    folder : path
        Made if missing.
    files : mapping
        Contents by name; `/` for a folder within.
    force : bool
        Whether a folder that is not empty may be written to.
    inputs : tuple of Path
        Files that must not lie in the folder.

    Raises
    ------
    OSError
        If the folder must not or cannot be written; it is then as it was before.
    """
    restore(folder)
    check_folder(Path(folder), force, inputs)
    target = _real(folder)
    missing = [above for above in target.parents if not above.exists()]
    aside = lock = None
    try:
        with undisturbed():
            target.parent.mkdir(parents=True, exist_ok=True)
            aside = Path(tempfile.mkdtemp(dir=target.parent, prefix=_beside(target)))
            lock = hold(aside)
        new, old = aside / "new", aside / "old"
        new.mkdir()
        for name, content in files.items():
            path = new / name
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
        if target.exists():
            _keep_others(target, new)
        with undisturbed():
            if target.exists():
                os.replace(target, old)
            try:
                os.replace(new, target)
            except BaseException:
                if old.exists():
                    os.replace(old, target)
                raise
            if old.exists():
                os.replace(old, aside / "gone")  # half removed, it must never be brought back
    finally:
        with undisturbed():
            if aside is not None:
                shutil.rmtree(aside, ignore_errors=True)
            let_go(lock)
            for above in missing if not target.exists() else ():
                with suppress(OSError):
                    above.rmdir()


def restore(folder: Path | str) -> None:
    """Put right what a run that was killed left beside a folder.

    If it was killed in the instant between two plans, the former one is brought back.
    """
    target = _real(folder)
    if not target.parent.is_dir():
        return
    for aside in target.parent.iterdir():
        if not aside.name.startswith(_beside(target)) or not abandoned(aside):
            continue
        with suppress(OSError):
            if (aside / "old").exists():
                os.replace(aside / "old", aside / "gone" if target.exists() else target)
            shutil.rmtree(aside, ignore_errors=True)


def _real(path: Path | str) -> Path:
    """Return a path without links; a link in a circle stays, where `Path.resolve` would raise."""
    return Path(os.path.realpath(path))


def _beside(target: Path) -> str:
    """Return how the names begin of folders in which a plan for `target` is made."""
    mark = hashlib.sha256(os.fsencode(target.name)).hexdigest()[:12]
    return f".{target.name[:40]}.{mark}."


def _keep_others(folder: Path, new: Path) -> None:
    """Bring into the new folder what is not a plan's, without moving it yet."""
    shutil.copymode(folder, new)  # a folder closed to others stays so
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_dir() and not path.is_symlink():
            (new / name).mkdir(exist_ok=True)
            shutil.copymode(path, new / name)
        elif not OURS.fullmatch(name):
            try:
                os.link(path, new / name, follow_symlinks=False)
            except (OSError, NotImplementedError):  # a file system without such links
                shutil.copy2(path, new / name, follow_symlinks=False)
