"""What machines are told of the book: tags in each page, and files for archives and catalogues.

Everything here is derived from the records of `partnership.citing`, and so from `CITATION.cff`.
Addresses appear only where the address of the published book is known.
"""

from __future__ import annotations

import json
import re
from html import escape
from pathlib import Path
from typing import Any

from partnership import citing
from partnership.citing import ROOT, Record
from partnership.files import write_together

SPDX = "https://spdx.org/licenses/"
DUBLIN_CORE = {
    "DC": "http://purl.org/dc/elements/1.1/",
    "DCTERMS": "http://purl.org/dc/terms/",
}
# Dublin Core leaves the words for types open; these Zotero reads as its own.
PAGE_TYPES = {"book": "Book", "chapter": "Book chapter"}
PACKAGE = ROOT / "partnership" / "__init__.py"
TYPED_VERSION = re.compile(r'^__version__ = "(.*)"$', re.MULTILINE)

DATA_FOLDER = "data"
"""Where the site keeps the dataset's files."""
DATA_ARCHIVE = "data/co-producing-patient-safety-data.zip"
"""Where the site keeps the whole dataset in one file."""


def licence() -> str:
    """Return the address of the licence of text, figures and data."""
    return citing.datapackage()["licenses"][0]["path"]


# --- tags in the head of a page -------------------------------------------------------------


def highwire(record: Record, pdf: str = "") -> list[tuple[str, str]]:
    """Return the `citation_…` tags of a page, which Google Scholar and Zotero read.

    Parameters
    ----------
    record : dict
        The record of the book, or of a chapter.
    pdf : str
        Address of the whole text as PDF, if there is one.
    """
    date = "/".join(f"{part:02}" for part in record["issued"]["date-parts"][0])
    book, url = record.get("container-title", ""), record.get("URL", "")
    tags = [
        ("citation_title", record["title"]),
        ("citation_author", record["author"][0]["literal"]),
        ("citation_publication_date", date),
        ("citation_inbook_title", book),
        ("citation_book_title", book),
        ("citation_language", record["language"][:2]),
        *(("citation_keywords", keyword) for keyword in citing.citation()["keywords"]),
        ("citation_public_url", url),
        ("citation_fulltext_html_url", url),
        ("citation_pdf_url", pdf),
    ]
    return [(name, content) for name, content in tags if content]


def dublin_core(record: Record) -> list[tuple[str, str]]:
    """Return the Dublin Core tags of a page."""
    tags = [
        ("DC.title", record["title"]),
        ("DC.creator", record["author"][0]["literal"]),
        ("DC.type", PAGE_TYPES[record["type"]]),
        ("DC.format", "text/html"),
        ("DC.language", record["language"]),
        ("DC.rights", licence()),
        ("DC.identifier", record.get("URL", "")),
        ("DCTERMS.issued", citing.released()),
        ("DCTERMS.isPartOf", record.get("container-title", "")),
        ("DCTERMS.hasVersion", record["version"]),
    ]
    return [(name, content) for name, content in tags if content]


def json_ld(stem: str, base: str | None = None) -> dict[str, Any]:
    """Return what a page says of itself in the terms of schema.org.

    The landing page describes the book and lists its chapters, each other page a chapter; the page
    about the dataset describes the dataset as well.
    """
    stems = list(citing.chapters())
    if stem == stems[0]:
        parts = [_part(other, base) for other in stems[1:]]
        described = [_book(base) | {"hasPart": parts}]
    else:
        described = [_part(stem, base) | _shared(base) | {"isPartOf": _book_in_short(base)}]
    if stem == citing.DATASET_PAGE:
        described.append(dataset(base))
    if citing.base_url(base) and stem != stems[0]:
        described.append(_breadcrumbs(stem, base))
    return {"@context": "https://schema.org", "@graph": described}


def dataset(base: str | None = None) -> dict[str, Any]:
    """Return the dataset in the terms of schema.org, as Google Dataset Search reads them."""
    package, url = citing.datapackage(), citing.base_url(base)
    described = {
        "@type": "Dataset",
        "name": package["title"],
        "description": package["description"].replace("*", ""),
        "creator": _author(),
        "license": licence(),
        "keywords": package["keywords"],
        "version": citing.version(),
        "datePublished": citing.released(),
        "inLanguage": "en-GB",
        "isAccessibleForFree": True,
        "isPartOf": _book_in_short(base),
        "citation": citing.formatted(citing.abstract_record(), "APA"),
        "variableMeasured": _variables(),
    }
    if url:
        described["url"] = citing.dataset_record(base)["URL"]
        described["distribution"] = [
            _download("The whole dataset", "application/zip", url + DATA_ARCHIVE),
            *(
                _download(
                    resource["title"],
                    resource["mediatype"],
                    f"{url}{DATA_FOLDER}/{resource['path']}",
                )
                for resource in package["resources"]
            ),
        ]
    return described


def _download(name: str, kind: str, url: str) -> dict[str, str]:
    return {"@type": "DataDownload", "name": name, "encodingFormat": kind, "contentUrl": url}


def _variables() -> list[str]:
    """Return the titles of what each work was coded for."""
    resources = {resource["name"]: resource for resource in citing.datapackage()["resources"]}
    fields = resources["codings"]["schema"]["fields"]
    rows = (ROOT / "data" / "codebook.csv").read_text(encoding="utf-8").splitlines()
    codebook = {row.partition(",")[0] for row in rows}
    return [field["title"] for field in fields if field["name"] in codebook]


def _author() -> dict[str, str]:
    return {"@type": "Organization", "name": citing.authors()}


def _shared(base: str | None) -> dict[str, Any]:
    return {
        "author": _author(),
        "inLanguage": "en-GB",
        "license": licence(),
        "version": citing.version(),
        "datePublished": citing.released(),
        "isAccessibleForFree": True,
    }


def _book_in_short(base: str | None) -> dict[str, Any]:
    url = citing.base_url(base)
    book = {"@type": "Book", "name": citing.citation()["title"], "author": _author()}
    return book | ({"@id": f"{url}#book", "url": url} if url else {})


def _book(base: str | None) -> dict[str, Any]:
    return {
        **_book_in_short(base),
        **_shared(base),
        "alternateName": citing.short_title(),
        "description": citing.citation()["abstract"],
        "keywords": citing.citation()["keywords"],
        "bookFormat": "https://schema.org/EBook",
        "citation": citing.formatted(citing.abstract_record(), "APA"),
    }


def _part(stem: str, base: str | None) -> dict[str, Any]:
    record = citing.chapter_record(stem, base)
    part = {"@type": "Chapter", "name": record["title"]}
    if "chapter-number" in record:
        part["position"] = int(record["chapter-number"])
    if "URL" in record:
        part["url"] = record["URL"]
    return part


def _breadcrumbs(stem: str, base: str | None) -> dict[str, Any]:
    steps = [
        (citing.short_title(), citing.base_url(base)),
        (citing.chapter_title(stem), citing.page_url(stem, base)),
    ]
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": place, "name": name, "item": url}
            for place, (name, url) in enumerate(steps, start=1)
        ],
    }


def tags(stem: str, base: str | None = None, pdf: str = "") -> str:
    """Return the tags that the head of a page carries, as HTML."""
    record = citing.chapter_record(stem, base)
    lines = [
        *(f'<link rel="schema.{name}" href="{url}">' for name, url in DUBLIN_CORE.items()),
        *(
            f'<meta name="{name}" content="{escape(content)}">'
            for name, content in highwire(record, pdf) + dublin_core(record)
        ),
        # A data block: no script runs. "<" would end it, were it not written otherwise.
        '<script type="application/ld+json">'
        + json.dumps(json_ld(stem, base), ensure_ascii=False).replace("<", "\\u003c")
        + "</script>",
    ]
    return "\n".join(lines)


# --- files derived from CITATION.cff --------------------------------------------------------


def zenodo() -> str:
    """Return `.zenodo.json`: what Zenodo is to say of a release.

    Zenodo takes one licence; that of the code is told in the notes.
    """
    cff = citing.citation()
    described = {
        "upload_type": "publication",
        "publication_type": "book",
        "title": cff["title"],
        "creators": [{"name": author["name"]} for author in cff["authors"]],
        "description": cff["abstract"],
        "version": citing.version(),
        "publication_date": citing.released(),
        "access_right": "open",
        "license": "CC-BY-4.0",
        "keywords": cff["keywords"],
        "language": "eng",
        "notes": "Text, figures and data are under CC BY 4.0, the code is under the MIT licence.",
        "references": [citing.formatted(citing.abstract_record(), "APA")],
    }
    return _as_json(described)


def codemeta() -> str:
    """Return `codemeta.json`: the package and its book, for catalogues of software."""
    cff, project = citing.citation(), citing.project()
    abstract = citing.abstract_record()
    described = {
        "@context": "https://w3id.org/codemeta/3.0",
        "@type": "SoftwareSourceCode",
        "name": cff["title"],
        "alternateName": project["name"],
        "description": cff["abstract"],
        "author": [_author()],
        "version": citing.version(),
        "datePublished": citing.released(),
        "license": [SPDX + name for name in cff["license"]],
        "keywords": cff["keywords"],
        "programmingLanguage": "Python",
        "runtimePlatform": f"Python {project['requires-python']}",
        "softwareRequirements": project["dependencies"],
        "isAccessibleForFree": True,
        "citation": {
            "@type": "ScholarlyArticle",
            "name": abstract["title"],
            "author": [
                {"@type": "Person", "givenName": name["given"], "familyName": name["family"]}
                for name in abstract["author"]
            ],
        },
    }
    return _as_json(described)


def package() -> str:
    """Return `partnership/__init__.py` with the version that `CITATION.cff` states."""
    return TYPED_VERSION.sub(
        f'__version__ = "{citing.version()}"', PACKAGE.read_text(encoding="utf-8")
    )


def _as_json(described: dict[str, Any]) -> str:
    return json.dumps(described, ensure_ascii=False, indent=2) + "\n"


FILES = {".zenodo.json": zenodo, "codemeta.json": codemeta, "partnership/__init__.py": package}
"""The files that repeat what `CITATION.cff` says, and what gives their text."""


def contents() -> dict[Path, bytes]:
    """Return the derived files as `CITATION.cff` gives them."""
    return {ROOT / name: derive().encode() for name, derive in FILES.items()}


def write() -> None:
    """Write the derived files: all, or none."""
    write_together(contents())


def current() -> list[str]:
    """Return the names of the derived files that are missing or not what `CITATION.cff` gives."""
    return [
        path.relative_to(ROOT).as_posix()
        for path, content in contents().items()
        if not path.is_file() or path.read_bytes() != content
    ]
