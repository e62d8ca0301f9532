"""The literature table as files for reference managers: BibTeX, RIS and CSL-JSON.

The three files hold every work of ``literature.csv``, also those of which a detail is still
missing: these carry a note that begins with "details unresolved". Nothing is guessed. A field the
table does not hold is left out, and a BibTeX entry without a field its type needs becomes `@misc`.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import NamedTuple

import pandas as pd
import rispy
from pybtex.database import BibliographyData, Entry, Person
from pybtex.database.output.bibtex import Writer

from partnership import data
from partnership.faults import DataError, Fault, quoted
from partnership.files import write_together

BIBTEX_TYPES = {
    "article-journal": "article",
    "book": "book",
    "chapter": "incollection",
    "paper-conference": "inproceedings",
    "report": "techreport",
    "thesis": "phdthesis",
}
RIS_TYPES = {
    "article-journal": "JOUR",
    "book": "BOOK",
    "chapter": "CHAP",
    "paper-conference": "CPAPER",
    "report": "RPRT",
    "thesis": "THES",
}
# What BibTeX's own styles insist on; without it they warn or leave a hole.
REQUIRED = {
    "article": "journal",
    "book": "publisher",
    "incollection": "booktitle",
    "inproceedings": "booktitle",
    "techreport": "institution",
    "phdthesis": "school",
}
LATEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{character: "\\" + character for character in "&%$#_{}"},
}
DOI = "https://doi.org/"


class Name(NamedTuple):
    """A person's name in its parts, or a body's name as one `literal`."""

    family: str = ""
    given: str = ""
    particle: str = ""
    suffix: str = ""
    literal: str = ""

    @property
    def full_family(self) -> str:
        """The family name as it is printed and sorted, such as "van Eijk"."""
        return self.literal or f"{self.particle} {self.family}".strip()


def parse_names(text: str, corporate: bool = False) -> list[Name]:
    """Return the names in a cell of authors or editors.

    Parameters
    ----------
    text : str
        "Family, Given; Family, Given". Braces mark the name of a body, or a name of which no more
        is known: "{SUGAR}". Leading words in lower case are a particle ("van Eijk"); a capital
        makes them part of the family name ("De Brún").
    corporate : bool
        Whether the whole text is the name of one body.

    Raises
    ------
    ValueError
        If a name is empty, or is neither in braces nor has a comma.
    """
    if not text:
        return []
    if corporate:
        return [Name(literal=text.removeprefix("{").removesuffix("}"))]
    # A semicolon inside braces belongs to the name.
    return [_parse_name(part.strip()) for part in re.findall(r"(?:\{[^}]*\}|[^;{])+", text)]


def _parse_name(text: str) -> Name:
    if text.startswith("{") and text.endswith("}"):
        return Name(literal=text[1:-1])
    family, comma, given = (part.strip() for part in text.partition(","))
    if not (family and comma and given):
        raise ValueError(
            f"{text!r} is not a name as `literature.csv` writes it: "
            "use 'Family, Given', or braces round the name of a body"
        )
    words = family.split()
    suffix = words.pop() if len(words) > 1 and words[-1] in ("Jr", "Sr", "II", "III") else ""
    particles = 0
    while particles < len(words) - 1 and words[particles].islower():
        particles += 1
    return Name(" ".join(words[particles:]), given, " ".join(words[:particles]), suffix)


def works(literature: pd.DataFrame) -> list[dict[str, str]]:
    """Return the works that can be cited, by key: each cell as text, an empty cell as "".

    A work needs a year and a title; numbers are written without a decimal point.
    """
    rows = literature[literature["year"].notna() & literature["title"].notna()]
    return [
        {column: _as_text(value) for column, value in row.items()}
        for row in rows.sort_values("key").to_dict("records")
    ]


def _as_text(value: object) -> str:
    if pd.isna(value):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def authors(work: dict[str, str]) -> list[Name]:
    """Return a work's authors."""
    return parse_names(work["authors"], work["corporate_author"] == "yes")


def editors(work: dict[str, str]) -> list[Name]:
    """Return the editors of a work, or of the book it is a chapter of."""
    return parse_names(work["editors"])


def notes(work: dict[str, str]) -> list[str]:
    """Return what a reader who cites the work must know of its record."""
    found = []
    if work["verification"] == "unresolved":
        found.append(f"details unresolved: {work['check_note']}")
    if work["authors_complete"] == "no":
        found.append("author list incomplete")
    return found


def address(work: dict[str, str]) -> tuple[str, str]:
    """Return the DOI and the address of a work; one of the two, or both, are empty.

    Only `link` is read: `url` and `seen_at` say where facts were seen, often on a copy.
    """
    link = work["link"]
    return (link.removeprefix(DOI), "") if link.startswith(DOI) else ("", link)


def bibtex(literature: pd.DataFrame) -> str:
    """Return the works as BibTeX in UTF-8.

    Titles stand in double braces, so that a style keeps their capitals as recorded. An incomplete
    list of authors ends with "and others".
    """
    return write_bibtex({work["key"]: _bibtex_entry(work) for work in works(literature)})


def write_bibtex(entries: dict[str, Entry]) -> str:
    """Return entries by their keys as BibTeX; their fields are LaTeX already."""
    return _Writer().to_string(BibliographyData(entries))


def _bibtex_entry(work: dict[str, str]) -> Entry:
    kind = BIBTEX_TYPES[work["csl_type"]]
    number = work["issue"]
    doi, url = address(work)
    shared = {
        "title": "{" + to_latex(work["title"]) + "}",
        "year": work["year"],
        "address": to_latex(work["publisher_place"]),
    }
    container, publisher = to_latex(work["container"]), to_latex(work["publisher"])
    own: dict[str, str]
    if kind == "article":
        own = {"journal": container, "volume": work["volume"], "number": number}
    elif kind == "techreport":
        own = {
            "institution": publisher,
            "type": container or ("Preprint" if publisher == "arXiv" else "Report"),
            "number": work["volume"] or number,
        }
    elif kind == "phdthesis":
        own = {"school": publisher, "type": "Thesis", "series": container, "number": number}
    elif kind == "book":
        own = {"publisher": publisher}
    else:
        own = {"booktitle": container, "volume": work["volume"], "publisher": publisher}
    if not own[REQUIRED[kind]]:
        kind = "misc"
        parts = (container, work["volume"], number, publisher)
        own = {"howpublished": ", ".join(part for part in parts if part)}
    fields = {
        **shared,
        **own,
        "pages": work["pages"].replace("-", "--"),
        "doi": doi,
        "url": url,
        # An incomplete list of authors shows in "and others".
        "note": to_latex("; ".join(note for note in notes(work) if "author list" not in note)),
    }
    persons = {"author": authors(work), "editor": editors(work)}
    people = {
        role: [Person(_bibtex_name(name)) for name in names]
        for role, names in persons.items()
        if names
    }
    if work["authors_complete"] == "no" and "author" in people:
        people["author"].append(Person("others"))
    return Entry(kind, {name: text for name, text in fields.items() if text}, people)


def _bibtex_name(name: Name) -> str:
    if name.literal:
        return "{" + to_latex(name.literal) + "}"
    family = to_latex(name.family)
    # BibTeX takes a lower-case word for a particle, wherever it stands: "Olry de Labry Lima".
    if any(word[0].islower() for word in family.split()):
        family = "{" + family + "}"
    parts = (f"{name.particle} {family}".strip(), name.suffix, to_latex(name.given))
    return ", ".join(part for part in parts if part)


def to_latex(text: str) -> str:
    """Return text with what LaTeX reads as a command escaped."""
    return "".join(LATEX.get(character, character) for character in text)


class _Writer(Writer):
    """Writes fields as they are: pybtex's own writer would also escape DOIs and addresses."""

    def _encode(self, text: str) -> str:
        return text

    def quote(self, text: str) -> str:
        self.check_braces(text)
        return "{" + text + "}"


def ris(literature: pd.DataFrame) -> str:
    """Return the works as RIS.

    Editors are A2 in a chapter and A3 in an edited book; the key is ID; the title of the journal,
    book or series is T2.
    """
    return write_ris([_ris_entry(work) for work in works(literature)])


def write_ris(entries: list[dict[str, str | list[str]]]) -> str:
    """Return entries, in the fields that rispy names, as RIS."""
    return rispy.dumps(entries, implementation=_RisWriter)


class _RisWriter(rispy.RisWriter):
    """Writes no running numbers between the entries."""

    def set_header(self, count: int) -> str:
        return ""


def _ris_entry(work: dict[str, str]) -> dict[str, str | list[str]]:
    doi, url = address(work)
    first, _, last = work["pages"].partition("-")
    editor_field = "tertiary_authors" if work["csl_type"] == "book" else "secondary_authors"
    entry = {
        "type_of_reference": RIS_TYPES[work["csl_type"]],
        "id": work["key"],
        "authors": [_ris_name(name) for name in authors(work)],
        editor_field: [_ris_name(name) for name in editors(work)],
        "year": work["year"],
        "title": work["title"],
        "secondary_title": work["container"],
        "volume": work["volume"],
        "number": work["issue"],
        "start_page": first,
        "end_page": last,
        "publisher": work["publisher"],
        "place_published": work["publisher_place"],
        "doi": doi,
        "urls": [url] if url else [],
        "notes": notes(work),
    }
    return {field: value for field, value in entry.items() if value}


def _ris_name(name: Name) -> str:
    given = f"{name.given}, {name.suffix}" if name.suffix else name.given
    return name.literal or f"{name.full_family}, {given}"


def csl(literature: pd.DataFrame) -> str:
    """Return the works as CSL-JSON.

    CSL-JSON has no "et al.": an incomplete list of authors is told in `note`.
    """
    entries = [_csl_entry(work) for work in works(literature)]
    return json.dumps(entries, ensure_ascii=False, indent=2) + "\n"


def _csl_entry(work: dict[str, str]) -> dict[str, object]:
    doi, url = address(work)
    entry = {
        "id": work["key"],
        "type": work["csl_type"],
        "author": [_csl_name(name) for name in authors(work)],
        "editor": [_csl_name(name) for name in editors(work)],
        "issued": {"date-parts": [[int(work["year"])]]},
        "title": work["title"],
    }
    if work["csl_type"] in ("report", "thesis"):
        number = "number" if work["csl_type"] == "report" else "collection-number"
        entry |= {"collection-title": work["container"], number: work["volume"] or work["issue"]}
    else:
        entry |= {
            "container-title": work["container"],
            "volume": work["volume"],
            "issue": work["issue"],
        }
    entry |= {
        "page": work["pages"],
        "publisher": work["publisher"],
        "publisher-place": work["publisher_place"],
        "DOI": doi,
        "URL": url,
        "note": "; ".join(notes(work)),
    }
    return {field: value for field, value in entry.items() if value}


def _csl_name(name: Name) -> dict[str, str]:
    if name.literal:
        return {"literal": name.literal}
    parts = {
        "family": name.family,
        "given": name.given,
        "non-dropping-particle": name.particle,
        "suffix": name.suffix,
    }
    return {part: text for part, text in parts.items() if text}


FILES = {"references.bib": bibtex, "references.ris": ris, "references.csl.json": csl}


def _literature(folder: Path) -> pd.DataFrame:
    """Return the literature, of which every name comes apart; a DataError tells which does not."""
    literature, faults = data.load("literature", folder), []
    for row, work in enumerate(literature.to_dict("records"), start=2):
        texts = {name: _as_text(value) for name, value in work.items()}
        for column, read in (("authors", authors), ("editors", editors)):
            try:
                read(texts)
            except ValueError:
                expected = "each name as Family, Given, or the name of a body in braces"
                remedy = "Correct the names, joined by semicolons."
                found = quoted(texts[column])
                faults.append(Fault("literature.csv", row, column, found, expected, remedy))
    if faults:
        raise DataError(faults)
    return literature


def contents(folder: Path = data.FOLDER) -> dict[Path, bytes]:
    """Return the three files of the folder of the tables, as the tables give them."""
    literature = _literature(folder)
    return {folder / name: derive(literature).encode() for name, derive in FILES.items()}


def write(folder: Path = data.FOLDER) -> None:
    """Write the three files into the folder of the tables: all, or none."""
    write_together(contents(folder))


def current(folder: Path = data.FOLDER) -> list[str]:
    """Return the names of the files in the folder that are missing or not what the table gives."""
    return [
        path.name
        for path, content in contents(folder).items()
        if not path.is_file() or path.read_bytes() != content
    ]


def report(stale: list[str]) -> int:
    """Name the derived files that are stale, and return the command's exit status: 2 if any is."""
    if stale:
        print(f"stale: {', '.join(stale)}; run `python -m partnership references`", file=sys.stderr)
    return 2 if stale else 0
