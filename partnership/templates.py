"""Empty files for a team to fill in, which `partnership.ratings` reads.

The workbook carries the scales' questions and anchors as notes and offers the allowed values as
drop-down lists; the CSV file has the columns and nothing else. Examples stand in a file of their
own, where nobody takes them for ratings.
"""

from __future__ import annotations

import csv
import datetime
import io
import re
import tempfile
import zipfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import pandas as pd
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from partnership import data, ratings
from partnership.files import undisturbed, write_together
from partnership.fitting import LAYERS, PHASES, SCALES, TOP
from partnership.raters import WHO

__all__ = ["write"]

CSV, WORKBOOK, EXAMPLE = "ratings-template.csv", "ratings-template.xlsx", "ratings-example.csv"
COLUMNS = (*ratings.COLUMNS[:-1], *LAYERS, "who")
LAST_ROW = 1_000
"""The last row that has drop-down lists."""
MADE = datetime.datetime(2026, 1, 1)
"""The date in the workbook: the same each time, so that the file is the same each time."""
SCORES = [half / 2 for half in range(2 * TOP + 1)]
GROUPS = ("patients", "families", "staff")
SIZES = {"issue": 26, "label": 40, "offered": 30, "enacted": 30, "reading": 60}
NOTES = {
    "issue": "Required. A short name of the safety issue, the same in every row about it.",
    "label": "The issue in words, as the plan shall call it. Once is enough.",
    "rater": "Who rates: a code such as P1 or S2, not a name. One row an issue and rater.",
    "group": "Whose view it is. Choose one or write your own.",
    "offered": "What your service offers today: forms from the sheet forms, separated by ;",
    "enacted": "What people do today of their own accord: forms, separated by ;",
    "who": "Who is best placed to take part: patient, family or both.",
    "phase": "May stay empty: it follows from the form.",
    "layer": "offered by the service, or enacted by people of their own accord.",
    "form": "One form from the sheet forms.",
    "scale": "A scale of the model.",
    "weight": "How much the scale counts: 1 as usual, 2 twice as much, 0 not at all.",
}
EXAMPLES = (
    ("example-discharge", "Example: going home with new medicines", "P1", "patients")
    + (2.5, 2, 3, 3, 3, 2, "instructed", "coordinator; informant", "both"),
    (
        "example-discharge",
        "",
        "S1",
        "staff",
        2,
        2,
        3,
        3,
        2.5,
        1,
        "instructed; informant",
        "",
        "both",
    ),
)


def write(folder: Path | str, force: bool = False) -> list[Path]:
    """Write the templates and an example into a folder, which is made if need be.

    `ratings-template.xlsx`, `ratings-template.csv` and `ratings-example.csv` (two raters, one
    issue) are the same to the byte each time, on one version of openpyxl and Python.

    Parameters
    ----------
    folder : path
        Where to write.
    force : bool
        Whether files that are there may be written over.

    Returns
    -------
    list of Path
        The files written.

    Raises
    ------
    FileExistsError, NotADirectoryError
        If a file is there already, unless forced, or the folder is a file; then nothing is written.
    OSError
        If the folder cannot be made or written into.
    """
    folder = Path(folder)
    contents = {
        folder / WORKBOOK: _workbook(),
        folder / CSV: _csv([]),
        folder / EXAMPLE: _csv(EXAMPLES),
    }
    if folder.exists() and not folder.is_dir():
        raise NotADirectoryError(f"{folder} is a file; name a folder with --out.")
    if there := [path.name for path in contents if path.exists() or path.is_symlink()]:
        if not force:
            raise FileExistsError(
                f"{', '.join(there)} in {folder}: there already; write over them with --force, or "
                "name another folder with --out."
            )
    missing = [above for above in (folder, *folder.parents) if not above.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        write_together(contents)
    finally:
        with undisturbed():
            for above in missing:  # a folder that holds something stays
                with suppress(OSError):
                    above.rmdir()
    return list(contents)


def _csv(rows: Iterable[Iterable]) -> bytes:
    """Return rows under the header; the mark at the beginning tells Excel that it is UTF-8."""
    text = io.StringIO()
    csv.writer(text).writerows([COLUMNS, *rows])
    return text.getvalue().encode("utf-8-sig")


def _workbook() -> bytes:
    scales, forms = data.load("scales"), data.load("partnership_forms")
    book = Workbook()
    book.remove(book.active)
    lists = {
        "score": SCORES,
        "group": GROUPS,
        "who": WHO,
        "scale": SCALES,
        "phase": PHASES,
        "layer": LAYERS,
        "form": list(forms["form"]),
    }
    _ratings(book.create_sheet("ratings"), scales, lists)
    sheet = _headed(book.create_sheet("practice"), ratings.PRACTICE)
    for column, name in enumerate(ratings.PRACTICE, start=1):
        _offer(sheet, column, name, lists)
    sheet = _headed(book.create_sheet("weights"), ratings.WEIGHTS)
    for scale in SCALES:
        sheet.append([scale, 1])
    _offer(sheet, 1, "scale", lists)
    _table(
        book.create_sheet("anchors"),
        scales.set_axis(["scale", "question", "score", "anchor"], axis=1),
    )
    told = {
        "form": forms["form"],
        "label": forms["label"],
        "phase": forms["phase"],
        "what patients and families do": forms["patient_does"],
        "what professionals do": forms["professionals_do"],
    }
    _table(book.create_sheet("forms"), pd.DataFrame(told))
    # Drop-down lists point to cells: in a list written out, 0.5 is no number where 0,5 is.
    sheet = book.create_sheet("lists")
    sheet.sheet_state = "hidden"
    for column, (name, values) in enumerate(lists.items(), start=1):
        for row, value in enumerate([name, *values], start=1):
            sheet.cell(row, column, value)
    book.properties.creator = "Co-producing Patient Safety"
    book.properties.created = MADE
    file = io.BytesIO()
    try:
        book.save(file)
    except Exception as error:  # of lxml, when its temporary file does not fit on the disk
        if not type(error).__module__.startswith("lxml"):
            raise
        raise OSError(28, "No space for temporary files", tempfile.gettempdir()) from error
    return _dated(file.getvalue())


def _ratings(sheet: Worksheet, scales: pd.DataFrame, lists: dict[str, Iterable]) -> None:
    _headed(sheet, COLUMNS)
    for column, name in enumerate(COLUMNS, start=1):
        anchors = scales[scales["scale"] == name]
        if len(anchors):
            steps = (f"{row.level}  {row.anchor}" for row in anchors.itertuples())
            text = "\n".join([f"{anchors['question'].iloc[0]}?".capitalize(), "", *steps])
            text += "\n\nHalves are allowed. Leave empty what you cannot tell."
            sheet.cell(1, column).comment = Comment(text, "partnership", height=230, width=380)
            _offer(sheet, column, "score", lists)
        else:
            _offer(sheet, column, name, lists)  # none for forms, of which a cell may hold several


def _headed(sheet: Worksheet, columns: Iterable[str]) -> Worksheet:
    """Write a header that stays in sight, with notes."""
    for column, name in enumerate(columns, start=1):
        cell = sheet.cell(1, column, name)
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="E7EDF3")
        sheet.column_dimensions[get_column_letter(column)].width = SIZES.get(name, 13)
        if name in NOTES:
            cell.comment = Comment(NOTES[name], "partnership", height=80, width=300)
    sheet.freeze_panes = "B2"
    return sheet


def _offer(sheet: Worksheet, column: int, name: str, lists: dict[str, Iterable]) -> None:
    """Give a column the drop-down list of that name, if there is one."""
    if name not in lists:
        return
    letter = get_column_letter(list(lists).index(name) + 1)
    source = f"lists!${letter}$2:${letter}${len(list(lists[name])) + 1}"
    rule = DataValidation("list", source, allow_blank=True)
    rule.showErrorMessage = name != "group"
    rule.errorTitle, rule.error = "Not on the list", f"Choose a {name} from the list."
    rule.add(f"{get_column_letter(column)}2:{get_column_letter(column)}{LAST_ROW}")
    sheet.add_data_validation(rule)


def _table(sheet: Worksheet, frame: pd.DataFrame) -> None:
    """Write a table to be read, with lines that wrap."""
    _headed(sheet, frame.columns)
    for values in frame.itertuples(index=False):
        sheet.append([*values])
    for column, name in enumerate(frame.columns, start=1):
        longest = max(len(str(value)) for value in [name, *frame[name]])
        sheet.column_dimensions[get_column_letter(column)].width = min(longest + 3, 60)
        for (cell,) in sheet.iter_rows(min_row=2, min_col=column, max_col=column):
            cell.alignment = Alignment(wrap_text=True, vertical="top")


def _dated(raw: bytes) -> bytes:
    """Return a workbook without the time of its making: openpyxl writes it in two places."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(file, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = re.sub(
                    rb"(<dcterms:modified[^>]*>)[^<]*",
                    rb"\g<1>%sZ" % MADE.isoformat().encode(),
                    content,
                )
            part = zipfile.ZipInfo(name, MADE.timetuple()[:6])
            part.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(part, content)
    return file.getvalue()
