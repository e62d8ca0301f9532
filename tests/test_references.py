"""The files for reference managers say what the literature table says, no more and no less."""

import importlib.util
import json
import re
import shutil
from pathlib import Path

import pandas as pd
import pybtex.database
import pytest
import rispy
from pybtex.richtext import Text

from partnership import __main__, data, references
from partnership.references import Name, parse_names

CSL_NAME_PARTS = {"family", "given", "non-dropping-particle", "suffix", "literal"}
CSL_FIELDS = {
    "id", "type", "author", "editor", "issued", "title", "container-title", "collection-title",
    "collection-number", "number", "volume", "issue", "page", "publisher", "publisher-place",
    "DOI", "URL", "note",
}  # fmt: skip
EMPTY = dict.fromkeys(
    ("authors", "container", "volume", "issue", "pages", "publisher", "publisher_place",
     "editors", "link", "check_note"), None,
)  # fmt: skip


@pytest.fixture(scope="module")
def literature():
    return data.load("literature")


@pytest.fixture(scope="module")
def citable(literature):
    return {work["key"]: work for work in references.works(literature)}


@pytest.fixture(scope="module")
def bibtex_text(literature):
    return references.bibtex(literature)


@pytest.fixture
def entries(bibtex_text):
    """BibTeX entries that a test may change."""
    return pybtex.database.parse_string(bibtex_text, "bibtex").entries


@pytest.fixture(scope="module")
def bibtex(bibtex_text):
    return pybtex.database.parse_string(bibtex_text, "bibtex").entries


@pytest.fixture(scope="module")
def ris(literature):
    return {entry["id"]: entry for entry in rispy.loads(references.ris(literature))}


@pytest.fixture(scope="module")
def csl(literature):
    return {entry["id"]: entry for entry in json.loads(references.csl(literature))}


def one_work(**cells):
    """Return a literature table of one work."""
    work = {
        "key": "key2020", "year": 2020, "title": "Title", "csl_type": "article-journal",
        "corporate_author": "no", "authors_complete": "yes", "verification": "checked", **EMPTY,
    }  # fmt: skip
    return pd.DataFrame([{**work, **cells}])


def lines(text, key):
    """Return the BibTeX entry of a key as lines without indent."""
    entry = re.search(rf"@\w+{{{key},\n.*?\n}}\n", text, flags=re.DOTALL)[0]
    return [line.strip() for line in entry.splitlines()]


def plain(latex):
    """Return LaTeX as a reader sees it, with typographic quotes and dashes made plain."""
    text = str(Text.from_latex(latex))
    return text.translate(str.maketrans({"’": "'", "‘": "'", "\xa0": " "}))


def test_the_files_in_the_repository_are_current():
    assert references.current() == []


def test_every_work_has_a_valid_key_of_its_own(literature):
    assert literature["key"].is_unique
    assert literature["key"].str.fullmatch(r"[a-z]+\d{4}[a-z]?").all()


def test_no_work_is_lost(literature, citable, bibtex, ris, csl):
    assert set(citable) == set(literature["key"])
    assert list(bibtex) == list(ris) == list(csl) == sorted(citable)


def test_bibtex_gives_back_families_years_and_titles(citable, bibtex):
    for key, work in citable.items():
        entry = bibtex[key]
        for role, names in (
            ("author", references.authors(work)),
            ("editor", references.editors(work)),
        ):
            persons = [str(person) for person in entry.persons.get(role, [])]
            if role == "author" and work["authors_complete"] == "no":
                assert persons.pop() == "others"
            families = [
                plain(" ".join(person.prelast_names + person.last_names))
                for person in entry.persons.get(role, [])
            ][: len(persons)]
            assert families == [plain(name.full_family) for name in names], key
        assert entry.fields["year"] == work["year"]
        assert plain(entry.fields["title"]) == plain(references.to_latex(work["title"])), key
        # What the escapes hide, the record shows: compare without any LaTeX as well.
        unescaped = re.sub(r"\\([&%$#_{}])", r"\1", entry.fields["title"][1:-1])
        assert unescaped == work["title"]


def test_ris_gives_back_families_years_and_titles(citable, ris):
    for key, work in citable.items():
        entry = ris[key]
        names = references.authors(work)
        written = [
            author if name.literal else author.split(", ")[0]
            for author, name in zip(entry.get("authors", []), names, strict=True)
        ]
        assert written == [name.full_family for name in names], key
        assert (entry["year"], entry["title"]) == (work["year"], work["title"])


def test_csl_gives_back_families_years_and_titles(citable, csl):
    for key, work in citable.items():
        entry = csl[key]
        written = [
            name.get("literal")
            or f"{name.get('non-dropping-particle', '')} {name['family']}".strip()
            for name in entry.get("author", [])
        ]
        assert written == [name.full_family for name in references.authors(work)], key
        assert entry["issued"] == {"date-parts": [[int(work["year"])]]}
        assert entry["title"] == work["title"]


def test_csl_keeps_to_its_schema(csl):
    for entry in csl.values():
        assert entry["type"] in references.RIS_TYPES
        assert set(entry) <= CSL_FIELDS
        assert all(entry.values()), "an empty field should be left out"
        for name in entry.get("author", []) + entry.get("editor", []):
            assert set(name) <= CSL_NAME_PARTS
            assert ("literal" in name) != ("family" in name and "given" in name)
        texts = set(entry) - {"author", "editor", "issued"}
        assert all(isinstance(entry[field], str) for field in texts)


def test_latex_stays_in_bibtex(literature, bibtex_text):
    for text in (references.ris(literature), references.csl(literature).replace('\\"', '"')):
        assert not re.search(r"\\[&%$#_{}]|\\text|\{\{", text)
    assert "\\textbackslash" not in bibtex_text


def test_bibtex_keeps_letters_as_letters(bibtex_text):
    for letters in ("Brüggemann", "Sahlström", "De Brún", "Sałabun", "Norell Pejner"):
        assert letters in bibtex_text


def test_readers_are_sent_to_the_link_only(citable, bibtex, ris, csl):
    for key, work in citable.items():
        link = work["link"]
        fields = bibtex[key].fields
        given = {
            "bib": fields.get("url") or references.DOI + fields.get("doi", ""),
            "ris": (ris[key].get("urls") or [references.DOI + ris[key].get("doi", "")])[0],
            "csl": csl[key].get("URL") or references.DOI + csl[key].get("DOI", ""),
        }
        assert set(given.values()) == {link or references.DOI}, key


def test_a_bibtex_entry_has_what_its_type_needs(bibtex):
    for key, entry in bibtex.items():
        needed = references.REQUIRED.get(entry.type)
        assert needed is None or needed in entry.fields, key
        assert all(entry.fields.values()), key


def test_unresolved_works_say_so(citable, bibtex, ris, csl):
    unresolved = {key for key, work in citable.items() if work["verification"] == "unresolved"}
    assert unresolved
    assert unresolved == {k for k, e in bibtex.items() if "unresolved" in e.fields.get("note", "")}
    assert unresolved == {k for k, e in ris.items() if "unresolved" in "".join(e.get("notes", []))}
    assert unresolved == {k for k, e in csl.items() if "unresolved" in e.get("note", "")}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("van Eijk, Carola J. A.", Name("Eijk", "Carola J. A.", "van")),
        ("van der Vlegel-Brouwer, Wilma", Name("Vlegel-Brouwer", "Wilma", "van der")),
        ("de Man-van Ginkel, J. M.", Name("Man-van Ginkel", "J. M.", "de")),
        ("De Brún, Aoife", Name("De Brún", "Aoife")),
        ("Van Ryzin, Gregg G.", Name("Van Ryzin", "Gregg G.")),
        ("deSilva, Debra", Name("deSilva", "Debra")),
        ("Marang-van de Mheen, Perla J.", Name("Marang-van de Mheen", "Perla J.")),
        ("Fowler Jr, Floyd J.", Name("Fowler", "Floyd J.", "", "Jr")),
        ("Carter, B.-T.", Name("Carter", "B.-T.")),
        ("{A Group; of Two, in Full}", Name(literal="A Group; of Two, in Full")),
    ],
)
def test_names_come_apart_as_they_should(text, name):
    assert parse_names(text) == [name]


def test_names_in_braces_stand_among_others():
    found = parse_names("Bowers, Len; {SUGAR}; Stewart, Duncan")
    assert [name.full_family for name in found] == ["Bowers", "SUGAR", "Stewart"]


def test_a_corporate_author_is_one_name():
    assert parse_names("{Group, with a Comma; and More}", corporate=True) == [
        Name(literal="Group, with a Comma; and More")
    ]
    assert parse_names("NHS England", corporate=True) == [Name(literal="NHS England")]


@pytest.mark.parametrize("text", ["NHS England", "Vincent,", ", Charles", "Vincent, C.; "])
def test_a_name_that_is_none_is_refused(text):
    with pytest.raises(ValueError, match="is not a name"):
        parse_names(text)


def test_an_article_with_a_particle_and_an_ampersand(bibtex_text):
    assert lines(bibtex_text, "devries2008") == [
        "@article{devries2008,",
        "author = {de Vries, E. N. and Ramrattan, M. A. and Smorenburg, S. M. and Gouma, D. J. "
        "and Boermeester, M. A.},",
        "title = {{The incidence and nature of in-hospital adverse events: a systematic review}},",
        "year = {2008},",
        r"journal = {Quality \& Safety in Health Care},",
        "volume = {17},",
        "number = {3},",
        "pages = {216--223},",
        "doi = {10.1136/qshc.2007.023622}",
        "}",
    ]


def test_an_edited_book(bibtex_text, csl, ris):
    entry = lines(bibtex_text, "kohn2000")
    assert entry[:2] == [
        "@book{kohn2000,",
        "editor = {Kohn, Linda T. and Corrigan, Janet M. and Donaldson, Molla S.},",
    ]
    assert entry[4:6] == ["address = {Washington, DC},", "publisher = {National Academy Press},"]
    assert "author" not in csl["kohn2000"]
    assert csl["kohn2000"]["editor"][0] == {"family": "Kohn", "given": "Linda T."}
    assert ris["kohn2000"]["type_of_reference"] == "BOOK"
    assert ris["kohn2000"]["tertiary_authors"][2] == "Donaldson, Molla S."


def test_a_chapter(bibtex_text, csl, ris):
    entry = lines(bibtex_text, "gilardi2016")
    assert entry[0] == "@incollection{gilardi2016,"
    assert "editor = {{Fugini} and {Bracci} and {Sicilia}}," in entry
    assert "pages = {77--95}," in entry
    # A DOI is an address, not LaTeX: its underscore stays bare.
    assert "doi = {10.1007/978-3-319-30558-5_6}" in entry
    assert csl["gilardi2016"]["editor"] == [
        {"literal": "Fugini"}, {"literal": "Bracci"}, {"literal": "Sicilia"},
    ]  # fmt: skip
    assert csl["gilardi2016"]["page"] == "77-95"
    assert ris["gilardi2016"]["secondary_authors"] == ["Fugini", "Bracci", "Sicilia"]
    assert (ris["gilardi2016"]["start_page"], ris["gilardi2016"]["end_page"]) == ("77", "95")


def test_a_report_of_a_body(bibtex_text, csl, ris):
    assert lines(bibtex_text, "who2021") == [
        "@techreport{who2021,",
        "author = {{World Health Organization}},",
        "title = {{Global patient safety action plan 2021–2030: towards eliminating avoidable "
        "harm in health care}},",
        "year = {2021},",
        "address = {Geneva},",
        "institution = {World Health Organization},",
        "type = {Report}",
        "}",
    ]
    assert csl["who2021"]["author"] == [{"literal": "World Health Organization"}]
    assert ris["who2021"]["authors"] == ["World Health Organization"]


def test_a_body_and_a_person(bibtex, csl):
    body = "National Advisory Group on the Safety of Patients in England"
    assert [str(person) for person in bibtex["berwick2013"].persons["author"]] == [
        "{" + body + "}",
        "Berwick, Don",
    ]
    assert csl["berwick2013"]["author"] == [
        {"literal": body}, {"family": "Berwick", "given": "Don"},
    ]  # fmt: skip


def test_a_number_sign_is_escaped_for_bibtex_only(bibtex, csl, ris):
    assert bibtex["munt2013"].fields["title"].endswith(r"experience (\#116)}")
    assert csl["munt2013"]["title"].endswith("experience (#116)")
    assert ris["munt2013"]["title"].endswith("experience (#116)")


def test_an_incomplete_list_of_authors(bibtex, csl, ris):
    assert str(bibtex["dykes2020"].persons["author"][-1]) == "others"
    assert csl["dykes2020"]["author"] == [{"family": "Dykes", "given": "Patricia C."}]
    assert csl["dykes2020"]["note"].endswith("author list incomplete")
    assert ris["dykes2020"]["authors"] == ["Dykes, Patricia C."]
    assert ris["dykes2020"]["notes"][-1] == "author list incomplete"


def test_a_family_name_with_a_particle_inside_stays_whole(bibtex):
    authors = [
        person
        for entry in bibtex.values()
        for person in entry.persons.get("author", [])
        if "Olry" in str(person) or "Marang" in str(person)
    ]
    assert {str(person) for person in authors} == {
        "{Olry de Labry Lima}, Antonio",
        "{Marang-van de Mheen}, Perla J.",
    }


def test_a_thesis_and_its_series(bibtex, csl, ris):
    fields = bibtex["snyder2016"].fields
    assert bibtex["snyder2016"].type == "phdthesis"
    assert (fields["school"], fields["number"]) == ("Linköping University", "1751")
    assert csl["snyder2016"]["collection-number"] == "1751"
    assert ris["snyder2016"]["type_of_reference"] == "THES"


def test_an_electronic_article_number_is_no_range(csl, ris):
    assert ris["entwistle2010"]["start_page"] == csl["entwistle2010"]["page"] == "e33"
    assert "end_page" not in ris["entwistle2010"]


def test_what_latex_reads_as_a_command_is_escaped():
    work = one_work(title=r"100% & 5_6 $ {x} # ~ ^ \ done", authors="Lee, A. & B.")
    fields = pybtex.database.parse_string(references.bibtex(work), "bibtex").entries["key2020"]
    assert fields.fields["title"] == (
        r"{100\% \& 5\_6 \$ \{x\} \# \textasciitilde{} \textasciicircum{} "
        r"\textbackslash{} done}"
    )
    assert r"100% & 5_6 $ {x} # ~ ^ \ done" in references.ris(work)
    assert json.loads(references.csl(work))[0]["title"] == r"100% & 5_6 $ {x} # ~ ^ \ done"


def test_an_article_without_a_journal_is_not_given_one():
    text = references.bibtex(one_work(authors="Lee, A.", volume=3.0))
    assert lines(text, "key2020") == [
        "@misc{key2020,",
        "author = {Lee, A.},",
        "title = {{Title}},",
        "year = {2020},",
        "howpublished = {3}",
        "}",
    ]


def test_a_work_without_a_year_or_title_is_left_out():
    both = pd.concat([one_work(authors="Lee, A."), one_work(key="late", year=pd.NA)])
    assert [work["key"] for work in references.works(both)] == ["key2020"]


def test_a_stale_or_missing_file_is_named(tmp_path):
    folder = shutil.copytree(data.FOLDER, tmp_path / "data")
    ris = folder / "references.ris"
    ris.write_bytes(ris.read_bytes().replace(b"PY  - 2008", b"PY  - 2009", 1))
    (folder / "references.csl.json").unlink()
    assert references.current(folder) == ["references.ris", "references.csl.json"]
    references.write(folder)
    assert references.current(folder) == []


def test_the_command_says_what_is_stale_and_what_to_run(monkeypatch, capsys):
    monkeypatch.setattr(references, "current", lambda: ["references.ris"])
    assert __main__.main(["references", "--check"]) == 2
    assert capsys.readouterr().err == (
        "stale: data/references.ris; run `python -m partnership references`\n"
    )
    monkeypatch.setattr(references, "current", list)
    assert __main__.main(["references", "--check"]) == 0
    assert capsys.readouterr().err == ""


def test_the_files_are_the_same_each_time(literature):
    shuffled = literature.sample(frac=1, random_state=1)
    for derive in references.FILES.values():
        assert derive(shuffled) == derive(literature)


@pytest.fixture(scope="module")
def reference_list():
    """The Sphinx extension that writes the book's list of references."""
    path = Path(data.FOLDER).parent / "tools" / "sphinx" / "reference_list.py"
    spec = importlib.util.spec_from_file_location("reference_list", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def listed(reference_list, bibtex_text):
    """Some entries as the list of references prints them, by key."""
    keys = (
        "alford1998 alford2009 brudney1983 bruggemann2012 dykes2020 gilardi2016 hollnagel2015 "
        "iom2001 james2019 kohn2000 osborne2016 vaneijk2014 vincent2002 who2024"
    ).split()
    library = pybtex.database.parse_string(bibtex_text, "bibtex")
    formatted = reference_list.ReferenceList().format_bibliography(library, keys[::-1])
    return {entry.key: str(entry.text) for entry in formatted}


def test_the_list_reads_as_an_author_year_list(listed):
    assert listed["osborne2016"] == (
        "Osborne, S. P., Radnor, Z., & Strokosch, K. (2016). Co-Production and the Co-Creation of "
        "Value in Public Services: A suitable case for treatment? Public Management Review, "
        "18(5), 639–653. https://doi.org/10.1080/14719037.2015.1111927"
    )
    assert listed["gilardi2016"].endswith(
        "In Fugini, Bracci, & Sicilia (Eds.), Co-production in the public sector: experiences and "
        "challenges (pp. 77–95). Springer. https://doi.org/10.1007/978-3-319-30558-5_6"
    )
    assert listed["who2024"] == (
        "World Health Organization. (2024). Global patient safety report 2024."
    )
    assert listed["kohn2000"].startswith("Kohn, L. T., Corrigan, J. M., & Donaldson, M. S. (Eds.)")
    assert listed["dykes2020"].startswith("Dykes, P. C., et al. (2020).")


def test_the_list_is_in_the_order_of_names_and_years(listed):
    keys = list(listed)
    assert keys.index("alford1998") < keys.index("alford2009"), "John is J."
    assert keys.index("brudney1983") < keys.index("bruggemann2012"), "ü is u"
    assert keys.index("hollnagel2015") < keys.index("iom2001") < keys.index("james2019")
    assert keys.index("vaneijk2014") < keys.index("vincent2002")


def test_letters_tell_apart_works_cited_alike(reference_list, entries):
    cited = [entries[key] for key in ("davis2011a", "davis2011", "davis2012", "osborne2018")]
    for _ in range(2):  # a second build finds the letters of the first
        reference_list.letter_years(cited)
        assert [entry.fields["year"] for entry in cited] == ["2011a", "2011b", "2012", "2018"]
    # Alone, a work needs no letter.
    reference_list.letter_years(cited[:1])
    assert cited[0].fields["year"] == "2011"


def test_one_known_author_of_several_is_cited_with_et_al(reference_list, entries):
    entry = entries["cox2017"]
    assert len(entry.persons["author"]) == 2
    for _ in range(2):
        reference_list.say_et_al(entry)
        assert len(entry.persons["author"]) == 3
    assert reference_list._cited_as(entry) == "Cox et al."
