"""What must hold of what the book takes from others: packages, their use, their licences."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from email.message import Message
from importlib.metadata import PackageNotFoundError, metadata, packages_distributions, requires
from pathlib import Path

import pytest
from book import ROOT

sys.path[:0] = [str(ROOT / "tools"), str(ROOT / "tools" / "sphinx")]
import licences  # noqa: E402  (tools, not packages)
import notices  # noqa: E402
import slim  # noqa: E402

LISTS = (
    "requirements",
    "tools/print-requirements",
    "tools/mutate-requirements",
    "tests/requirements",
    "tests/slow-requirements",
)
LICENSES = (ROOT / "LICENSES.md").read_text(encoding="utf-8")

USED_OTHERWISE = {
    "ipykernel": ("chapters", "*.ipynb", '"kernelspec"'),
    "flit-core": (".", "pyproject.toml", "flit_core.buildapi"),
    "pytest-xdist": (".", "Makefile", "--dist loadfile"),
}
"""Packages that no code names: the folder, the files and the words that need them."""

STYLES_FROM = {
    "basic.css": {"Sphinx"},
    "pydata-sphinx-theme.css": {"PyData Sphinx Theme", "Bootstrap"},
    "sphinx-book-theme.css": {"Sphinx Book Theme"},
    "pygments.css": {"Pygments", "accessible-pygments"},
    "mystnb.*.css": {"MyST-NB"},
}
"""Whose each style sheet is that `slim.py` cuts down."""

MADE = {"apple-touch-icon.png", "favicon.ico", "planner.js", "search-data.js"}
MADE |= {"works-details.js", "works-records.js"}
"""What the build makes from the book's own sources."""


def canonical(name: str) -> str:
    """Return the name of a package as registries compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def asked_for(path: str) -> list[str]:
    """Return the packages that a person named in a list."""
    lines = (ROOT / f"{path}.in").read_text(encoding="utf-8").splitlines()
    return [re.match(r"[\w.-]+", line)[0] for line in lines if line and line[0] not in "#-"]


def code() -> str:
    """Return all code and all settings that may name a package."""
    files = [
        path
        for folder in ("partnership", "tools", "tests")
        for path in (ROOT / folder).rglob("*.py")
        if path != Path(__file__)
    ]
    files += [ROOT / "_config.yml", ROOT / "Makefile"]
    return "\n".join(path.read_text(encoding="utf-8") for path in files)


@pytest.mark.parametrize("path", LISTS)
def test_every_pinned_package_has_its_version_and_its_hash(path: str):
    text = (ROOT / f"{path}.txt").read_text(encoding="utf-8")
    blocks = re.split(r"^(?=[A-Za-z0-9])", text, flags=re.MULTILINE)[1:]
    assert blocks
    assert not [b for b in blocks if "==" not in b.split()[0] or "--hash=sha256:" not in b]
    names = {canonical(name) for name in licences.pinned(text)}
    assert {canonical(name) for name in asked_for(path)} <= names


def test_the_installed_packages_agree_with_each_other():
    run = subprocess.run([sys.executable, "-m", "pip", "check"], capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize("path", LISTS)
def test_no_package_is_asked_for_that_nothing_uses(path: str):
    modules = {}
    for module, owners in packages_distributions().items():
        for owner in owners:
            modules.setdefault(canonical(owner), set()).add(module)
    written = code()
    unused = []
    for name in map(canonical, asked_for(path)):
        if name in USED_OTHERWISE:
            folder, pattern, words = USED_OTHERWISE[name]
            files = (ROOT / folder).glob(pattern)
            found = any(words in file.read_text(encoding="utf-8") for file in files)
        else:
            own = modules.get(name, {name.replace("-", "_")}) | {name}
            found = any(re.search(rf"\b{re.escape(module)}\b", written) for module in own)
        if not found:
            unused.append(name)
    assert not unused


def test_every_package_that_builds_the_book_is_listed_with_its_licence():
    listed = licences.listed(LICENSES)
    here = licences.packages()
    assert len(here) > 50
    assert {name: said for name, said in here.items() if listed.get(name) != said} == {}, (
        "run `make licences`"
    )
    pinned = {n for file in licences.LISTS for n in licences.pinned((ROOT / file).read_text())}
    assert set(listed) <= pinned
    assert all(listed.values())


def test_the_package_needs_nothing_that_is_under_the_gpl_alone():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    waiting, needed = list(project["dependencies"]), {}
    while waiting:
        requirement = waiting.pop()
        name = canonical(re.match(r"[\w.-]+", requirement)[0])
        if name in needed or "extra ==" in requirement:
            continue
        try:
            needed[name] = licences.licence(metadata(name))
        except PackageNotFoundError:
            assert ";" in requirement, f"{name} is not installed"  # for another system
            continue
        waiting += requires(name) or []
    assert {"numpy", "python-dateutil"} < set(needed)
    assert not {name for name, said in needed.items() if "GPL" in said or "General Public" in said}


def test_every_file_of_the_site_is_made_here_or_listed_with_its_licence(site: Path):
    shipped = {path.relative_to(site / "_static") for path in (site / "_static").rglob("*.*")}
    own = {path.relative_to(ROOT / "_static") for path in (ROOT / "_static").rglob("*.*")}
    foreign = {path.name for path in shipped - own} - MADE
    assert foreign == {"site.css", "file.png"}
    assert all(f"`_static/{name}`" in LICENSES for name in foreign)


def test_the_citation_styles_and_the_fonts_are_listed():
    for name in ("DejaVu Sans", "Source Serif Pro", "Source Sans Pro", "citation styles"):
        assert f"| {name}" in LICENSES or f", {name}" in LICENSES


def test_the_site_brings_the_notice_of_every_part_that_others_made(site: Path):
    text = (site / "licences.txt").read_text(encoding="utf-8")
    assert text.isascii(), "hosts do not say how a text file is encoded"
    assert (ROOT / "LICENSE").read_text(encoding="utf-8") in text
    parts = {part.name: part.notice().strip() for part in notices.PARTS}
    for name, notice in parts.items():
        assert f"\n{name}\n{'=' * 78}\n" in text
        assert notice in text
        assert re.search(r"copyright (\(c\) )?\d{4}", notice, re.IGNORECASE)
        assert len(notice) > 250
        assert name in LICENSES
    # Whatever gives a rule to the style sheet is named.
    sources = {pattern.rpartition("/")[2] for pattern in slim.THEME_STYLES}
    assert sources == set(STYLES_FROM)
    assert set().union(*STYLES_FROM.values()) <= set(parts)


def test_every_page_leads_to_the_notices(site: Path):
    bare = {site / "index.html", site / "404.html"}  # they do nothing but lead to the others
    pages = set(site.rglob("*.html")) - bare
    assert len(pages) > 20
    for page in pages:
        way = "../" * (len(page.relative_to(site).parts) - 1)
        assert f'href="{way}licences.txt"' in page.read_text(encoding="utf-8")


def test_a_licence_is_read_however_a_package_states_it():
    def stated(**fields: str) -> str:
        message = Message()
        for name, text in fields.items():
            message[name.replace("_", "-")] = text
        return licences.licence(message)

    assert stated(License_Expression="MIT", License="other") == "MIT"
    assert stated(License="BSD") == "BSD"
    osi = "License :: OSI Approved :: MIT License"
    assert stated(License="x" * 500, Classifier=osi) == "MIT License"
