"""How to cite the book, a chapter, a figure, the dataset, the code, and the abstract it sets out.

Each is a record in CSL-JSON, the format that reference managers share. What a record says comes
from the files that say it already: title, authors, version and date from `CITATION.cff`, chapters
from `_toc.yml` and their own headings, figures from `figures/figures.csv`, the dataset from
`data/datapackage.json`, the code from `pyproject.toml`. Addresses appear only where the address of
the published book is known (`BOOK_BASE_URL`). What nobody knows, such as a DOI or a publisher, is
left out.

A ready citation is `formatted(figure_record("partnership-map"), "APA")`; `bibtex` and `ris` take
the same records.
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import tomllib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pybtex.database import Entry, Person

from partnership import references
from partnership.faults import DataError, Fault, quoted
from partnership.files import read_within

Record = dict[str, Any]
"""One thing to cite, in CSL-JSON."""

ROOT = Path(__file__).resolve().parents[1]
"""The book's folder; the functions below need the book, not the installed package alone."""

STYLES = {"APA": "apa.csl", "Vancouver": "nlm-citation-sequence.csl"}
"""The styles on offer, each with its file in `partnership/styles`."""

DATASET_PAGE = "reproduce-and-cite"
"""The page that describes the dataset and is its address."""

BIBTEX_TYPES = {"book": "book", "chapter": "incollection", "figure": "incollection"}
RIS_TYPES = {
    "book": "BOOK",
    "chapter": "CHAP",
    "figure": "FIGURE",
    "dataset": "DATA",
    "software": "COMP",
    "paper-conference": "CPAPER",
}
KINDS = {"dataset": "Data set", "software": "Computer software"}
VANCOUVER_KINDS = {"dataset": "dataset", "software": "computer software"}


MOST_BYTES = 20_000_000
"""What a file may hold that the book reads of itself."""


# --- what the book says of itself -----------------------------------------------------------


def _read(name: str, parse: Callable[[str], Any], form: Any) -> Any:
    """Return what a file of the book says, or raise a DataError that tells what keeps it from that.

    `form` is what the file must hold at least: a type, a pattern, a list of one form, or forms by
    key; what comes beside is let pass.
    """

    def broken(found: str, expected: str, remedy: str = "correct the file.") -> DataError:
        return DataError([Fault(name, None, None, found, expected, remedy)])

    try:
        said = parse(read_within(ROOT / name, MOST_BYTES).decode("utf-8-sig"))
    except OSError as error:
        found = f"a file that cannot be read ({error.strerror})"
        raise broken(found, "a file of the book", "put the book's file back.") from None
    except UnicodeDecodeError as error:
        found = f"byte 0x{error.object[error.start]:02x} at position {error.start + 1}"
        raise broken(found, "text in UTF-8", "save it as UTF-8.") from None
    except (ValueError, RecursionError, yaml.YAMLError, csv.Error) as error:
        found = f"what cannot be read as {Path(name).suffix[1:]} ({quoted(str(error))[1:-1]})"
        raise broken(found, "a file like the book's") from None
    faults = [Fault(name, None, place, *rest, "correct it.") for place, *rest in _amiss(said, form)]
    if faults:
        raise DataError(faults)
    return said


def _amiss(said: Any, form: Any, place: str = "") -> Iterator[tuple[str | None, str, str]]:
    """Yield where what is said has another form, what was found, and what was expected."""
    if isinstance(form, dict):
        if not isinstance(said, dict):
            yield place or None, _kind(said), "names with values: " + ", ".join(form)
            return
        for key, within in form.items():
            yield from _amiss(said.get(key), within, f"{place}.{key}".lstrip("."))
    elif isinstance(form, list):
        if not isinstance(said, list) or not said:
            yield place or None, _kind(said), "a list"
            return
        for number, item in enumerate(said, start=1):
            yield from _amiss(item, form[0], f"{place}[{number}]")
    elif not isinstance(said, str) or not re.fullmatch(form, said, re.DOTALL):
        expected = "text, in quotation marks" if form == TEXT else f"text like {form}"
        yield place or None, quoted(said) if isinstance(said, str) else _kind(said), expected


def _kind(said: Any) -> str:
    """Return what a value is, in words."""
    kinds = {dict: "names with values", list: "a list", type(None): "nothing"}
    return kinds.get(type(said)) or f"{quoted(str(said))}, read as a {type(said).__name__}"


TEXT = r".*\S.*"
CITATION = {
    **dict.fromkeys(("title", "abstract"), TEXT),
    "version": r"\d+\.\d+\.\d+\S*",
    "date-released": r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])",
    "license": [TEXT],
    "keywords": [TEXT],
    "authors": [{"name": TEXT}],
    "references": [
        {
            "title": TEXT,
            "authors": [{"family-names": TEXT, "given-names": TEXT}],
            "notes": r".+?\. [A-Z].*",
        }
    ],
}
"""What `CITATION.cff` must say, of all that it may say."""


@cache
def citation() -> dict[str, Any]:
    """Return `CITATION.cff`: the one place where title, version and date are typed."""
    return _read("CITATION.cff", yaml.safe_load, CITATION)


def authors() -> str:
    """Return the name of the book's author, which is a group."""
    return citation()["authors"][0]["name"]


def version() -> str:
    """Return the version of book, data, figures and code."""
    return str(citation()["version"])


def released() -> str:
    """Return the date of this version, as `2026-11-21`."""
    return str(citation()["date-released"])


def released_in_words() -> str:
    """Return the date of this version, as `21 November 2026`."""
    # Not strftime, whose names of months depend on the reader's computer.
    months = (
        "January February March April May June July August September October November December"
    ).split()
    year, month, day = (int(part) for part in released().split("-"))
    return f"{day} {months[month - 1]} {year}"


def short_title() -> str:
    """Return the book's title without its subtitle."""
    return citation()["title"].partition(":")[0]


@cache
def chapters() -> dict[str, str | None]:
    """Return each page of the book by the name of its file, with its number as a chapter, or None.

    The order is that of the table of contents; the landing page comes first.
    """
    form = {"root": TEXT, "parts": [{"chapters": [{"file": TEXT}]}]}
    contents = _read("_toc.yml", yaml.safe_load, form)
    found: dict[str, str | None] = {Path(contents["root"]).name: None}
    number = 0
    for part in contents["parts"]:
        for entry in part["chapters"]:
            numbered = bool(part.get("numbered"))
            number += numbered
            found[Path(entry["file"]).name] = str(number) if numbered else None
    return found


@cache
def chapter_title(stem: str) -> str:
    """Return the title that a page gives itself in its first heading."""
    name = f"chapters/{stem}.ipynb"
    if (ROOT / name).is_file():
        notebook = _read(name, json.loads, {"cells": [{"cell_type": TEXT}]})
        cells = (cell for cell in notebook["cells"] if cell["cell_type"] == "markdown")
        text = "\n\n".join("".join(cell.get("source", "")) for cell in cells)
    else:
        name = f"chapters/{stem}.md"
        text = _read(name, str, ".*")
    if not (heading := re.search(r"^# (.*\S.*)$", text, re.MULTILINE)):
        expected, remedy = "a heading of the first level", "begin the page with: # Its title"
        raise DataError([Fault(name, None, None, "no title", expected, remedy)])
    return heading[1].strip()


@cache
def figures() -> dict[str, dict[str, str]]:
    """Return the rows of `figures/figures.csv` by the name of the figure."""

    def rows(text: str) -> list[dict[str, str]]:
        return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))

    form = [{"name": TEXT, "chapter": TEXT, "caption": TEXT}]
    return {row["name"]: row for row in _read("figures/figures.csv", rows, form)}


def figure_title(name: str) -> str:
    """Return what a figure shows: its caption up to the first stop, without brackets."""
    caption = re.sub(r" \([^)]*\)", "", figures()[name]["caption"])
    return re.split(r"(?<=\?)\s|[.:;](?:\s|$)", caption, maxsplit=1)[0]


@cache
def datapackage() -> dict[str, Any]:
    """Return `data/datapackage.json`."""
    resource = {"name": TEXT, "title": TEXT, "path": TEXT, "mediatype": TEXT}
    resource["schema"] = {"fields": [{"name": TEXT, "title": TEXT}]}
    form = {**dict.fromkeys(("title", "description"), TEXT), "keywords": [TEXT]}
    form |= {"licenses": [{"path": TEXT}], "resources": [resource]}
    return _read("data/datapackage.json", json.loads, form)


@cache
def project() -> dict[str, Any]:
    """Return what `pyproject.toml` says of the package."""
    form = {name: TEXT for name in ("name", "description", "requires-python")}
    form["dependencies"] = [TEXT]
    return _read("pyproject.toml", tomllib.loads, {"project": form})["project"]


def base_url(base: str | None = None) -> str:
    """Return the address of the published book with a slash at its end, or "" if it is not known.

    Parameters
    ----------
    base : str, optional
        The address; by default what `BOOK_BASE_URL` says.
    """
    base = os.environ.get("BOOK_BASE_URL", "") if base is None else base
    return f"{base.rstrip('/')}/" if base else ""


def page_url(stem: str, base: str | None = None, anchor: str = "") -> str:
    """Return the address of a page, or "" if the book's address is not known."""
    base = base_url(base)
    return f"{base}chapters/{stem}.html{'#' + anchor if anchor else ''}" if base else ""


# --- records --------------------------------------------------------------------------------


def book_record(base: str | None = None) -> Record:
    """Return the record of the book.

    Parameters
    ----------
    base : str, optional
        Address of the published book; by default what `BOOK_BASE_URL` says. Without one the
        record has no address. The other functions that make records take the same.

    Returns
    -------
    dict
        CSL-JSON.
    """
    return _record("book", "", citation()["title"], base_url(base))


def chapter_record(stem: str, base: str | None = None) -> Record:
    """Return the record of a chapter or appendix, named by its file without ending.

    The landing page stands for the whole book.
    """
    if stem == next(iter(chapters())):
        return book_record(base)
    number = chapters()[stem]
    key = f"chapter-{number}" if number else stem
    return _record(
        "chapter", key, chapter_title(stem), page_url(stem, base), chapter=number, part=True
    )


def figure_record(name: str, base: str | None = None) -> Record:
    """Return the record of a figure, named as in `figures/figures.csv`."""
    stem = figures()[name]["chapter"]
    record = _record(
        "figure",
        f"figure-{name}",
        figure_title(name),
        page_url(stem, base, f"fig-{name}"),
        chapter=chapters()[stem],
        part=True,
    )
    return record | {"genre": f"Figure {name}"}


def dataset_record(base: str | None = None) -> Record:
    """Return the record of the dataset."""
    return _record("dataset", "dataset", datapackage()["title"], page_url(DATASET_PAGE, base))


def software_record(base: str | None = None) -> Record:
    """Return the record of the package: the model and the code behind numbers and figures."""
    title = f"{project()['name']}: {project()['description']}"
    return _record("software", "code", title, page_url(DATASET_PAGE, base))


def abstract_record() -> Record:
    """Return the record of the conference abstract whose argument the book sets out.

    Its authors are its own, not the book's; its year, venue and DOI are not known.
    """
    abstract = citation()["references"][0]
    return {
        "id": "ockander",
        "type": "paper-conference",
        "title": abstract["title"],
        "author": [
            {"family": author["family-names"], "given": author["given-names"]}
            for author in abstract["authors"]
        ],
        "genre": re.match(r"(.+?)\. [A-Z]", abstract["notes"])[1],
    }


def _record(
    kind: str, key: str, title: str, url: str, chapter: str | None = None, part: bool = False
) -> Record:
    year, month, day = (int(number) for number in released().split("-"))
    record = {
        "id": f"coproducing{year}" + (f"-{key}" if key else ""),
        "type": kind,
        "title": title,
        "author": [{"literal": authors()}],
        "container-title": citation()["title"] if part else "",
        "chapter-number": chapter,
        "issued": {"date-parts": [[year, month, day]]},
        "version": version(),
        "language": "en-GB",
        "URL": url,
    }
    return {field: value for field, value in record.items() if value}


# --- as text --------------------------------------------------------------------------------


def formatted(record: Record, style: str, html: bool = False) -> str:
    """Return a record as an entry of a list of references, made by a CSL processor.

    Parameters
    ----------
    record : dict
        What one of the functions above returns.
    style : str
        One of `STYLES`: "APA" (7th edition) or "Vancouver" (the style of the National Library of
        Medicine, "Citing Medicine"; without the number that a list would give the entry).
    html : bool
        Whether to return HTML, with italics and the address as a link, instead of plain text.
    """
    from citeproc import Citation, CitationItem, CitationStylesBibliography
    from citeproc import formatter as markup
    from citeproc.source.json import CiteProcJSON

    written = CitationStylesBibliography(
        _style(style),
        CiteProcJSON([_for_style(record, style)]),
        markup.html if html else markup.plain,
    )
    written.register(Citation([CitationItem(record["id"])]))
    text = re.sub(r"^1\.\s*", "", str(written.bibliography()[0]))
    url = record.get("URL", "")
    if html and url:
        text = text.replace(url, f'<a href="{url}">{url}</a>')
    return text


@cache
def _style(style: str) -> Any:
    from citeproc import CitationStylesStyle

    text = (ROOT / "partnership" / "styles" / STYLES[style]).read_bytes()
    return CitationStylesStyle(io.BytesIO(text), locale="en-GB", validate=False)


def _for_style(record: Record, style: str) -> Record:
    """Return the record as the style's file expects it.

    Both manuals ask for titles in sentence case, APA with a capital after a colon as well; CSL
    processors print titles as they stand. The file for Vancouver reads the version from `edition`
    and puts the book's title of a figure behind no "In:".
    """
    changed = dict(record)
    for field in ("title", "container-title"):
        if field in record:
            changed[field] = _sentence_case(record[field])
    if style == "APA":
        for field in ("title", "container-title"):
            if field in changed:
                changed[field] = re.sub(
                    r"(?<=: )[a-z]", lambda first: first[0].upper(), changed[field]
                )
    else:
        if "version" in record:
            changed["edition"] = f"Version {record['version']}"
        if record["type"] == "figure":
            changed["type"] = "chapter"
        elif record["type"] in VANCOUVER_KINDS:
            changed["genre"] = VANCOUVER_KINDS[record["type"]]
    return changed


def _sentence_case(text: str) -> str:
    """Lower the capitals of the titles that have some inside, none of which is a name."""
    abstract = citation()["references"][0]["title"]
    for title in (citation()["title"], short_title(), abstract):
        text = text.replace(title, title[0] + title[1:].lower())
    return text


def bibtex(record: Record) -> str:
    """Return a record as an entry of a BibTeX file."""
    return references.write_bibtex({record["id"]: _bibtex_entry(record)})


def _bibtex_entry(record: Record) -> Entry:
    kind = record["type"]
    container = record.get("container-title", "")
    notes = []
    if "version" in record:
        notes.append(f"Version {record['version']}")
    if kind in ("figure", "paper-conference"):
        notes.insert(0, record["genre"])
    fields = {
        # In double braces, so that a style keeps their capitals as they are.
        "title": "{" + references.to_latex(record["title"]) + "}",
        "booktitle": "{" + references.to_latex(container) + "}" if container else "",
        "chapter": record.get("chapter-number", ""),
        "year": str(record["issued"]["date-parts"][0][0]) if "issued" in record else "",
        "howpublished": KINDS.get(kind, ""),
        "note": references.to_latex(", ".join(notes)),
        "url": record.get("URL", ""),
    }
    people = [Person(_bibtex_name(name)) for name in record["author"]]
    return Entry(
        BIBTEX_TYPES.get(kind, "misc"),
        {name: text for name, text in fields.items() if text},
        {"author": people},
    )


def _bibtex_name(name: dict[str, str]) -> str:
    if "literal" in name:
        return "{" + references.to_latex(name["literal"]) + "}"
    return references.to_latex(f"{name['family']}, {name['given']}")


def ris(record: Record) -> str:
    """Return a record as an entry of a RIS file."""
    chapter = record.get("chapter-number")
    notes = [f"Chapter {chapter}"] if chapter else []
    if record["type"] in ("figure", "paper-conference"):
        notes.insert(0, record["genre"])
    dates = record.get("issued", {}).get("date-parts", [[]])[0]
    entry = {
        "type_of_reference": RIS_TYPES[record["type"]],
        "id": record["id"],
        "authors": [
            name.get("literal") or f"{name['family']}, {name['given']}" for name in record["author"]
        ],
        "year": str(dates[0]) if dates else "",
        "date": "/".join(f"{part:02}" for part in dates),
        "title": record["title"],
        "secondary_title": record.get("container-title", ""),
        "edition": f"Version {record['version']}" if "version" in record else "",
        "language": record.get("language", ""),
        "urls": [record["URL"]] if "URL" in record else [],
        "notes": notes,
    }
    return references.write_ris([{field: value for field, value in entry.items() if value}])
