"""Files broken at random, the same each time, and plain readers that tell what stands in a file."""

from __future__ import annotations

import csv
import io
import random
import zipfile
from collections.abc import Callable

import openpyxl
from book import ROOT

from partnership import ratings, spreadsheets

SAMPLE = (ROOT / "chapters" / "files" / "team-ratings.csv").read_text(encoding="utf-8")
LONG = "".join((ROOT / "data" / "issue_ratings.csv").open(encoding="utf-8").readlines()[:30])
WEIGHTS = [["scale", "weight"], ["presence", 0.5], ["agency", 2]]
PRACTICE = [["issue", "rater", "layer", "form"], ["worry-at-night", "R1", "enacted", "advocate"]]
SIGNS = (
    *("\0", "\x07", "\x1b", "\x7f", "\x85", "\u00a0", "\u00ad", "\u200b", "\u200d", "\u200f"),
    *("\u202e", "\u2066", "\u2028", "\ufeff", "\ufffd", "\uff1d", "\U000e0041", "\u0430", "ß", "İ"),
    *'",;\t|\n\r=+-@#<>&',
    *("\r\n", '""', "'=", "<script>", "&lt;", "javascript:", "٣", "½", "𝒳", "שלום"),
)
CELLS = (
    *"5 -1 2.3 2,5 1e0 nan inf None TRUE 0x1 1_0 50% 4.0 0 3.5".split(),
    *"02-maj 2025-05-02 #N/A #REF!".split(),
    *("=1+1", "=cmd|' /C calc'!A0", '=HYPERLINK("x")', "@SUM(1)", "+1", "'=x", " ", "", "; ;"),
    *("checker", "checker; advocate", "sense maker", "both", "agency", "issue", "x" * 1001, '"'),
    *("falls\u200d", "f\u0430lls", "a\nb", "\u202eslaf", "9" * 30, "-0", "__proto__", "\\N"),
)


def sound_texts() -> list[str]:
    """Return texts of files that are accepted."""
    rows = list(csv.reader(io.StringIO(SAMPLE)))
    marked = io.StringIO()
    csv.writer(marked, delimiter=";").writerows(
        [[cell.replace(".", ",") if cell[:1].isdigit() else cell for cell in row] for row in rows]
    )
    return [SAMPLE, LONG, marked.getvalue(), SAMPLE.replace("\n", "\r\n")]


def text_broken(text: str, draw: random.Random) -> str:
    """Return a text with one to four things changed: signs, lines, cells, columns, separators."""
    for _ in range(draw.choice([0, 1, 1, 1, 2, 4])):
        text = draw.choice(CHANGES)(text, draw)
    return text


def _sign(text: str, draw: random.Random) -> str:
    at = draw.randrange(len(text) + 1)
    return text[:at] + draw.choice(SIGNS) + text[at + draw.randrange(2) :]


def _lost(text: str, draw: random.Random) -> str:
    at = draw.randrange(len(text) + 1)
    return text[:at] + text[at + draw.choice([1, 2, 9]) :]


def _cut(text: str, draw: random.Random) -> str:
    return text[: draw.randrange(len(text) + 1)]


def _again(text: str, draw: random.Random) -> str:
    at = draw.randrange(len(text) + 1)
    return text[:at] + text[at : at + draw.choice([1, 9, 99])] + text[at:]


def _line(text: str, draw: random.Random) -> str:
    lines = text.splitlines(keepends=True) or [""]
    at, other = draw.randrange(len(lines)), draw.randrange(len(lines))
    kind = draw.randrange(5)
    if kind == 0:
        del lines[at]
    elif kind == 1:
        lines.insert(other, lines[at])
    elif kind == 2:
        lines[at], lines[other] = lines[other], lines[at]
    elif kind == 3:
        lines.insert(at, draw.choice(["\n", ",,\n", "Our ratings\n", "sep=;\n", "\t\n"]))
    else:
        lines[at] = lines[at].rstrip("\r\n")
    return "".join(lines)


def _table(change: Callable[[list[list[str]], random.Random], None]) -> Callable:
    def changed(text: str, draw: random.Random) -> str:
        mark = ";" if text.partition("\n")[0].count(";") > 2 else ","
        try:
            rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=mark))
        except csv.Error:
            return text
        if not any(rows):
            return text
        change(rows, draw)
        out = io.StringIO()
        csv.writer(out, delimiter=mark, lineterminator="\n").writerows(rows)
        return out.getvalue()

    return changed


def _cell(rows: list[list[str]], draw: random.Random) -> None:
    row = draw.choice([row for row in rows if row])
    row[draw.randrange(len(row))] = draw.choice(CELLS)


def _moved(rows: list[list[str]], draw: random.Random) -> None:
    row = draw.choice([row for row in rows if row])
    at = draw.randrange(len(row))
    if draw.random() < 0.5:
        del row[at]
    else:
        row.insert(at, draw.choice(CELLS))


def _column(rows: list[list[str]], draw: random.Random) -> None:
    width = max(map(len, rows))
    at, other, kind = draw.randrange(width), draw.randrange(width), draw.randrange(4)
    for row in rows:
        if max(at, other) >= len(row):
            continue
        if kind == 0:
            del row[at]
        elif kind == 1:
            row.insert(other, row[at])
        elif kind == 2:
            row[at], row[other] = row[other], row[at]
    if kind == 3 and rows[0]:
        names = [*ratings.WIDE, "scale", "score", "", "Note", " Agency ", "know-ledge"]
        rows[0][at % len(rows[0])] = draw.choice(names)


def _separator(text: str, draw: random.Random) -> str:
    old, new = draw.sample([",", ";", "\t", "|"], 2)
    return text.replace(old, new, draw.choice([1, -1]))


def _quote(text: str, draw: random.Random) -> str:
    at = draw.randrange(len(text) + 1)
    return text[:at] + '"' + text[at:] if draw.random() < 0.5 else text.replace('"', "", 1)


CHANGES = (
    *(_sign, _lost, _cut, _again, _line, _separator, _quote),
    *(_table(_cell),) * 4,
    *(_table(_moved), _table(_column)),
)


def bytes_broken(raw: bytes, draw: random.Random) -> bytes:
    """Return bytes with a few changed, lost, added or moved."""
    for _ in range(draw.choice([1, 1, 2, 5])):
        at, other = sorted((draw.randrange(len(raw) + 1), draw.randrange(len(raw) + 1)))
        kind = draw.randrange(6)
        if kind == 0:
            raw = raw[:at] + draw.randbytes(draw.choice([1, 1, 4])) + raw[at + 1 :]
        elif kind == 1:
            raw = raw[:at] + raw[at + draw.choice([1, 3, 50]) :]
        elif kind == 2:
            raw = raw[:at] + draw.randbytes(draw.choice([1, 2, 8])) + raw[at:]
        elif kind == 3:
            raw = raw[:other]
        elif kind == 4:
            raw = raw[:at] + raw[at : at + 40] + raw[at:]
        else:
            raw = raw[:at] + bytes([draw.choice([0, 9, 10, 13, 34, 44, 59, 255])]) + raw[at + 1 :]
    return raw


def delimited(draw: random.Random) -> bytes:
    """Return a broken CSV file of ratings."""
    text = text_broken(draw.choice(sound_texts()), draw)
    encoding = draw.choice(["utf-8"] * 4 + ["utf-8-sig"] * 2 + ["utf-16", "cp1252", "latin-1"])
    raw = text.encode(encoding, "replace")
    return bytes_broken(raw, draw) if draw.random() < 0.25 else raw


# --- workbooks --------------------------------------------------------------------------------


def workbook(draw: random.Random) -> bytes:
    """Return a broken workbook of ratings."""
    kind = draw.choice([0, 1, 1, 2, 2, 2, 3])
    if kind == 0:
        return bytes_broken(excel(), draw)
    if kind == 1:
        return _parts_broken(excel(), draw)
    raw = _sheets_broken(draw)
    return _parts_broken(raw, draw) if kind == 3 else raw


def _sheets_broken(draw: random.Random) -> bytes:
    """Return a workbook that openpyxl wrote, with cells and sheets of all kinds."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = draw.choice(["ratings", "Ratings ", "Data", "RATINGS"])
    text = text_broken(SAMPLE, draw) if draw.random() < 0.5 else SAMPLE
    try:
        rows = list(csv.reader(io.StringIO(text, newline="")))
    except csv.Error:
        rows = list(csv.reader(io.StringIO(SAMPLE)))
    for number, row in enumerate(rows, start=draw.choice([1, 1, 1, 3])):
        for column, cell in enumerate(row, start=1):
            _put(sheet, number, column, float(cell) if cell.replace(".", "").isdecimal() else cell)
    for _ in range(draw.choice([0, 0, 1, 2])):
        row, column = draw.randrange(1, len(rows) + 3), draw.randrange(1, 16)
        _put(sheet, row, column, draw.choice([*ODD, *CELLS]))
    if draw.random() < 0.1:
        sheet.merge_cells("A2:A3")
    if draw.random() < 0.2:
        sheet.sheet_state = draw.choice(["hidden", "veryHidden"])
    for name, told in (("practice", PRACTICE), ("weights", WEIGHTS), ("notes", [["x"]])):
        if draw.random() < 0.3 or (name == "notes" and sheet.sheet_state != "visible"):
            other = book.create_sheet(name)
            for row in told:
                other.append([draw.choice(CELLS) if draw.random() < 0.03 else cell for cell in row])
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


ODD = (
    *(True, 45000.5, 1e300, -1, 2.3, 2.5, 1234567890123456789, "=1+1", '="x"', "#DIV/0!"),
    *(openpyxl.utils.datetime.from_excel(45779), openpyxl.utils.datetime.from_excel(0.5)),
)


def _put(sheet, row: int, column: int, value: object) -> None:
    try:
        sheet.cell(row, column, value)
    except openpyxl.utils.exceptions.IllegalCharacterError:
        sheet.cell(row, column, "?")


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
SHEET = "xl/worksheets/sheet1.xml"


def parts(rows: list[list[object]]) -> dict[str, bytes]:
    """Return the parts of a workbook as Excel writes them: texts in a table of their own."""
    texts = list(dict.fromkeys(cell for row in rows for cell in row if isinstance(cell, str)))
    lines = []
    for number, row in enumerate(rows, start=1):
        cells = []
        for place, cell in enumerate(row):
            name = f"{openpyxl.utils.get_column_letter(place + 1)}{number}"
            if isinstance(cell, str):
                cells.append(f'<c r="{name}" s="1" t="s"><v>{texts.index(cell)}</v></c>')
            elif cell is not None:
                cells.append(f'<c r="{name}"><v>{cell}</v></c>')
        lines.append(f'<row r="{number}" spans="1:9">{"".join(cells)}</row>')
    shared = "".join(f'<si><t xml:space="preserve">{_escaped(text)}</t></si>' for text in texts)
    kinds = {
        "r1": ("worksheet", "worksheets/sheet1.xml"),
        "r2": ("sharedStrings", "sharedStrings.xml"),
        "r3": ("styles", "styles.xml"),
    }
    related = "".join(
        f'<Relationship Id="{key}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for key, (kind, target) in kinds.items()
    )
    types = "http://schemas.openxmlformats.org/package/2006/content-types"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    told = {
        "[Content_Types].xml": f'<Types xmlns="{types}"><Default Extension="xml" '
        'ContentType="application/xml"/><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        + "".join(
            f'<Override PartName="/xl/{name}" ContentType="{kind}.{what}+xml"/>'
            for name, what in (
                ("workbook.xml", "sheet.main"),
                ("worksheets/sheet1.xml", "worksheet"),
                ("sharedStrings.xml", "sharedStrings"),
                ("styles.xml", "styles"),
            )
        )
        + "</Types>",
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r1" '
        f'Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><sheets>'
        '<sheet name="ratings" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}">{related}</Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><numFmts count="1">'
        '<numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts>'
        '<fonts count="1"><font/></fonts><fills count="1"><fill><patternFill/></fill></fills>'
        '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
        '<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
        '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0"/>'
        '<xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs></styleSheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{shared}</sst>',
        SHEET: f'<worksheet xmlns="{MAIN}"><sheetData>{"".join(lines)}</sheetData></worksheet>',
    }
    return {name: (HEAD + text).encode() for name, text in told.items()}


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def packed(told: dict[str, bytes], level: int = 6) -> bytes:
    """Return parts as one archive."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name, content in told.items():
            archive.writestr(name, content)
    return file.getvalue()


def excel() -> bytes:
    """Return a sound workbook, as Excel writes it."""
    rows = [
        [float(cell) if cell.replace(".", "").isdecimal() else cell or None for cell in row]
        for row in csv.reader(io.StringIO(SAMPLE))
    ]
    return packed(parts(rows))


XML = (
    *(b"<row>", b"</row>", b"<c>", b"</c>", b'<c t="s">', b"<v>", b"<v>9</v>", b"</v>", b"<f/>"),
    *(b"<f>1</f>", b' t="b"', b' t="e"', b' t="str"', b' t="d"', b' s="2"', b' r="B2"', b"&amp;"),
    *(b"<!DOCTYPE a>", b"&x;", b"-1", b"99999999", b"_x0041_", b"\xff", b"<!--", b"-->"),
    *(b' state="hidden"', b'<row r="1"/>', b'<c r="XFE1"/>', b"<is><t>x</t></is>", b"]]>"),
)


def _parts_broken(raw: bytes, draw: random.Random) -> bytes:
    """Return a workbook of which a part is damaged, lost, or another's."""
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        told = {name: archive.read(name) for name in archive.namelist()}
    name = draw.choice([*told, *[part for part in told if "sheet" in part] * 3])
    kind = draw.randrange(6)
    if kind == 0:
        del told[name]
    elif kind == 1:
        told[name] = told[draw.choice(list(told))]
    elif kind == 2:
        told[name] = bytes_broken(told[name], draw)
    else:
        content = told[name]
        places = [at for at in range(len(content)) if content[at] in b'<>" 0123456789']
        for _ in range(draw.choice([1, 1, 2])):
            at = draw.choice(places)
            told[name] = content = content[:at] + draw.choice(XML) + content[at:]
            places = places[: places.index(at)] or [0]
    return packed(told)


# --- what stands in a file, read plainly ------------------------------------------------------


def told_in(rows: list[list[str]]) -> dict[tuple, object] | None:
    """Return what rows of cells say: scores, forms and words by issue, rater and column.

    Independent of the package but for `tidy`, which takes blanks and guards off a text.
    """
    numbered = [
        (number, row) for number, row in enumerate(rows, start=1) if any(map(str.strip, row))
    ]
    if not numbered:
        return None
    header = [spreadsheets.tidy(cell).lower() for cell in numbered[0][1]]
    long = "scale" in header
    known = {*ratings.LONG} if long else {*ratings.WIDE}
    said: dict[tuple, object] = {}
    for number, row in numbered[1:]:
        cells = {
            name: spreadsheets.tidy(cell)
            for name, cell in zip(header, row, strict=False)
            if name in known
        }
        if not any(cells.values()):
            continue
        key = cells["issue"], cells.get("rater") or f"(row {number})"
        said[*key] = True
        if long and cells.get("scale"):
            cells[cells["scale"].lower()] = cells.get("score", "")
        for name in ratings.RATED:
            if cells.get(name):
                said[*key, name] = float(cells[name].replace(",", "."))
        for name in ("group", "who"):
            if cells.get(name):
                said[*key, name] = cells[name].lower() if name == "who" else cells[name]
        for layer in ("offered", "enacted"):
            for form in filter(None, map(str.strip, cells.get(layer, "").lower().split(";"))):
                said[*key, layer, form] = True
    return said


def told_by(found: ratings.Ratings, practice: bool = True) -> dict[tuple, object]:
    """Return what the package read, in the same form."""
    said: dict[tuple, object] = {}
    for row in found.ratings.to_dict("records"):
        key = row["issue"], row["rater"]
        said[*key] = True
        for name in (*ratings.RATED, "group", "who"):
            if row[name] == row[name] and row[name] is not None:
                said[*key, name] = row[name]
    for row in found.practice.to_dict("records") if practice else ():
        said[row["issue"], row["rater"], row["layer"], row["form"]] = True
    return said


def rows_of_text(raw: bytes) -> list[list[list[str]]]:
    """Return the rows of a CSV file under each separator under which it reads."""
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        text = raw.decode("utf-16")
    else:
        try:
            text = raw.decode("utf-8-sig")
        except UnicodeDecodeError:
            text = raw.decode("cp1252")
    first, end, rest = text.partition("\n")
    if first.lower().startswith("sep=") and len(first.rstrip("\r")) == 5:
        text = rest
    found = []
    for mark in ",;\t":
        try:
            found.append(
                list(csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True))
            )
        except csv.Error:
            continue
    return found


def rows_of_book(raw: bytes) -> list[list[str]]:
    """Return the rows of the sheet of ratings, as openpyxl reads them with all it knows."""
    book = openpyxl.load_workbook(io.BytesIO(raw), data_only=True)
    named = [sheet for sheet in book.worksheets if sheet.title.strip().lower() == "ratings"]
    aside = {*ratings.SHEETS, *ratings.ASIDE}
    others = [
        sheet
        for sheet in book.worksheets
        if sheet.sheet_state == "visible" and sheet.title.strip().lower() not in aside
    ]
    rows = [
        [_shown(cell) for cell in row] for row in (named or others)[0].iter_rows(values_only=True)
    ]
    width = next((max(at for at, cell in enumerate(row, 1) if cell) for row in rows if any(row)), 0)
    return [row[:width] for row in rows]


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return str(int(value)) if value == value // 1 else format(value, ".15g")
    return str(value) if str(value).strip() else ""
