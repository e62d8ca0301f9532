"""The list of references and its years, near the style of the APA.

Two things sphinxcontrib-bibtex does not do by itself: a list ordered and written by author and
year, and letters that tell apart works which a citation would name alike (Davis et al., 2011a).
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from string import ascii_lowercase

from pybtex.database import Entry, Person
from pybtex.plugin import find_plugin, register_plugin
from pybtex.richtext import Text
from pybtex.style.formatting import BaseStyle
from pybtex.style.formatting.unsrt import pages
from pybtex.style.sorting import BaseSortingStyle
from pybtex.style.template import field, first_of, href, join, node, optional, sentence, tag, words
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment

# How BibTeX writes that there are more authors than are named.
OTHERS = "others"
# Letters that Unicode does not take apart.
UNACCENTED = str.maketrans("øØłŁđĐæÆ", "oOlLdDaA")


@node
def people(children: list, context: dict, role: str, first_name_last: bool = False) -> Text:
    """Names as "Family, G., & Family, G."; in "In ..." as "G. Family & G. Family"."""
    persons = context["entry"].persons.get(role, [])
    known = [person for person in persons if str(person) != OTHERS]
    names = [_name(person, first_name_last) for person in known]
    if len(known) < len(persons):
        return Text(", ").join([*names, "et al."])
    if len(names) < 2:
        return Text(*names)
    last = " & " if first_name_last and len(names) == 2 else ", & "
    return Text(Text(", ").join(names[:-1]), last, names[-1])


def _name(person: Person, first_name_last: bool) -> Text:
    family = Text(" ").join(person.rich_prelast_names + person.rich_last_names)
    initials = Text(" ").join(
        [part.abbreviate() for part in person.rich_first_names + person.rich_middle_names]
        + person.rich_lineage_names
    )
    if not initials:
        return family
    return Text(initials, " ", family) if first_name_last else Text(family, ", ", initials)


def order(entry: Entry) -> tuple:
    """Return the place of an entry: by family names and first initials, year, title.

    Braces and accents do not count, and a first name counts by its initial, since a record has
    "John" where another has "J.".
    """
    persons = entry.persons.get("author") or entry.persons.get("editor", [])
    names = [(_family(person), _plain("".join(person.first_names))[:1]) for person in persons]
    return names, entry.fields["year"], _plain(entry.fields["title"])


def _family(person: Person) -> str:
    return _plain(" ".join(person.prelast_names + person.last_names))


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFKD", text.translate(UNACCENTED))
    return "".join(letter for letter in text if letter.isalnum() or letter == " ").casefold()


doi = join["https://doi.org/", field("doi", raw=True)]
url = field("url", raw=True)


class ReferenceOrder(BaseSortingStyle):
    """Entries in the order of an author-year list."""

    def sorting_key(self, entry: Entry) -> tuple:
        return order(entry)


class ReferenceList(BaseStyle):
    """References as "Family, G. (2018). Title. *Journal*, *5*(2), 1–9. https://doi.org/..."."""

    default_name_style = "lastfirst"  # required by pybtex, not used: names are written by `people`
    default_label_style = "number"
    default_sorting_style = "reference_list"

    def _reference(self, entry: Entry, title: object, *source: object) -> object:
        if entry.persons.get("author"):
            who = people("author")
        else:
            editors = entry.persons.get("editor", [])
            who = words[people("editor"), "(Eds.)" if len(editors) > 1 else "(Ed.)"]
        return join(sep=" ")[
            sentence[who],
            sentence[join["(", field("year"), ")"]],
            title,
            *source,
            optional[sentence[field("note")]],
            first_of[
                optional[href(doi)[doi]],
                optional[href(url)[url]],
                "",
            ],
        ]

    def get_article_template(self, entry: Entry) -> object:
        volume = join[tag("em")[field("volume")], optional["(", field("number"), ")"]]
        source = sentence(sep=", ")[tag("em")[field("journal")], optional[volume], optional[pages]]
        return self._reference(entry, sentence[field("title")], source)

    def get_book_template(self, entry: Entry) -> object:
        return self._reference(
            entry, sentence[tag("em")[field("title")]], sentence[field("publisher")]
        )

    def get_incollection_template(self, entry: Entry) -> object:
        editors = entry.persons.get("editor", [])
        role = "(Eds.)," if len(editors) > 1 else "(Ed.),"
        several = "--" in entry.fields.get("pages", "")
        source = sentence[
            words[
                "In",
                words[people("editor", first_name_last=True), role] if editors else "",
                tag("em")[field("booktitle")],
                optional[join["(pp. " if several else "(p. ", pages, ")"]],
            ]
        ]
        publisher = optional[sentence[field("publisher")]]
        return self._reference(entry, sentence[field("title")], source, publisher)

    get_inproceedings_template = get_incollection_template

    def get_techreport_template(self, entry: Entry) -> object:
        number = optional[join["(", words[field("type"), field("number")], ")"]]
        title = sentence[words[tag("em")[field("title")], number]]
        author = " ".join(str(person) for person in entry.persons.get("author", []))
        # A body that publishes its own report is named once.
        own = author.strip("{}") == entry.fields["institution"]
        return self._reference(entry, title, "" if own else sentence[field("institution")])

    def get_phdthesis_template(self, entry: Entry) -> object:
        school = join["[", field("type"), ", ", field("school"), "]"]
        return self._reference(entry, sentence[words[tag("em")[field("title")], school]])

    def get_misc_template(self, entry: Entry) -> object:
        return self._reference(
            entry, sentence[field("title")], optional[sentence[field("howpublished")]]
        )


def say_et_al(entry: Entry) -> None:
    """Have one known author "and others" cited as "Cox et al.", not as "Cox and others".

    sphinxcontrib-bibtex says "et al." from three names on; the list leaves "others" out anyway.
    """
    persons = entry.persons.get("author", [])
    if len(persons) == 2 and str(persons[1]) == OTHERS:
        persons.append(persons[1])


def letter_years(entries: list[Entry]) -> None:
    """Add a letter to the year of entries that a citation would name alike, in the list's order."""
    alike = defaultdict(list)
    for entry in entries:
        # The year may hold a letter of an earlier build: the environment is kept between builds.
        entry.fields["year"] = re.match(r"\d+", entry.fields["year"])[0]
        alike[_cited_as(entry), entry.fields["year"]].append(entry)
    for group in alike.values():
        if len(group) > 1:
            for letter, entry in zip(ascii_lowercase, sorted(group, key=order), strict=False):
                entry.fields["year"] += letter


def _cited_as(entry: Entry) -> str:
    persons = entry.persons.get("author") or entry.persons.get("editor", [])
    families = [" ".join(person.prelast_names + person.last_names) for person in persons]
    return " and ".join(families) if len(families) < 3 else f"{families[0]} et al."


def _letter_cited_works(app: Sphinx, env: BuildEnvironment) -> list[str]:
    domain = env.get_domain("cite")
    entries = domain.bibdata.data.entries
    cited = {target.key for found in domain.citation_refs for target in found.targets}
    known = [entries[key] for key in sorted(cited) if key in entries]
    for entry in known:
        say_et_al(entry)
    letter_years(known)
    return []


register_plugin("pybtex.style.sorting", "reference_list", ReferenceOrder)
register_plugin("pybtex.style.formatting", "reference_list", ReferenceList)
# The title of each citation is written as plain text, and pybtex looks for what writes it among all
# packages installed, every time, unless it is registered.
register_plugin(
    "pybtex.backends", "plaintext", find_plugin("pybtex.backends", "plaintext"), force=True
)


def setup(app: Sphinx) -> dict[str, bool]:
    # Before sphinxcontrib-bibtex, at 500, formats the entries.
    app.connect("env-updated", _letter_cited_works, priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
