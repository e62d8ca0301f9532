"""The file `licences.txt` of the site: whose parts it holds, with the words that must go with them.

Licences of styles, icons and fonts ask that their notices go with every copy. They are taken from
the installed packages, so that they are those of the very versions that the site was built with.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path

import pydata_sphinx_theme
from matplotlib import get_data_path
from sphinx.application import Sphinx

from partnership import citing

ROOT = Path(__file__).parents[2]
NAME = "licences.txt"
THEME_SCRIPTS = Path(pydata_sphinx_theme.__file__).parent.joinpath(
    "theme/pydata_sphinx_theme/static/scripts"
)
STYLES = "Styles, cut down to what the pages use, in `_static/site.css`."


@dataclass(frozen=True)
class Part:
    """Something that others made and the site holds."""

    name: str
    where: str
    notice: Callable[[], str]


def of_package(name: str) -> str:
    """Return the licence that an installed package brings along."""
    texts = [
        file.read_text()
        for file in distribution(name).files or []
        if ".dist-info" in str(file) and file.stem.upper() in ("LICENSE", "LICENCE")
    ]
    if not texts:
        raise FileNotFoundError(
            f"the package {name} brings no licence; see tools/sphinx/notices.py"
        )
    return "\n".join(texts)


def of_bootstrap() -> str:
    """Return Bootstrap's notice, as the theme has it, with the MIT License it names."""
    notice = (THEME_SCRIPTS / "bootstrap.js.LICENSE.txt").read_text(encoding="utf-8")
    words = (ROOT / "LICENSE").read_text(encoding="utf-8")
    start, end = words.index("Permission is hereby granted"), words.index("2. Text, figures")
    return f"{notice}\n{words[start:end]}"


def of_icons() -> str:
    """Return Font Awesome's notice, as the theme has it, and what was done to the icons."""
    notice = (THEME_SCRIPTS / "fontawesome.js.LICENSE.txt").read_text(encoding="utf-8")
    return (
        f"{notice}\nThe drawings are unchanged. Their licence:\n"
        "https://creativecommons.org/licenses/by/4.0/legalcode\n"
    )


def of_figures_font() -> str:
    """Return the licence of the font that Matplotlib brings and figures as PDF embed."""
    return (Path(get_data_path()) / "fonts/ttf/LICENSE_DEJAVU").read_text(encoding="utf-8")


PARTS = (
    Part("Sphinx Book Theme", STYLES, lambda: of_package("sphinx-book-theme")),
    Part("PyData Sphinx Theme", STYLES, lambda: of_package("pydata-sphinx-theme")),
    Part("Bootstrap", f"{STYLES} Part of the PyData Sphinx Theme.", of_bootstrap),
    Part(
        "Sphinx",
        f"{STYLES} `_static/file.png`, a mark beside results of a search.",
        lambda: of_package("sphinx"),
    ),
    Part("MyST-NB", STYLES, lambda: of_package("myst-nb")),
    Part("Pygments", f"{STYLES} The colours of code.", lambda: of_package("pygments")),
    Part(
        "accessible-pygments",
        f"{STYLES} The colours of code.",
        lambda: of_package("accessible-pygments"),
    ),
    Part("Font Awesome Free", "Icons, drawn into the pages.", of_icons),
    Part(
        "DejaVu Sans",
        "The font of the figures: embedded in the PDF files, as outlines in the others.",
        of_figures_font,
    ),
)
"""All that the site holds of others; `LICENSES.md` says the same in a table."""


def text() -> str:
    """Return the whole file."""
    own = (ROOT / "LICENSE").read_text(encoding="utf-8")
    blocks = [_heading(f"{citing.short_title()}, version {citing.version()}"), own]
    blocks.append(_heading("Parts of the site that others made"))
    blocks.append("".join(f"- {part.name}\n" for part in PARTS))
    for part in PARTS:
        where = textwrap.fill(part.where, 78)
        blocks.append(f"{_heading(part.name)}\n{where}\n\n{part.notice().strip()}\n")
    return "\n".join(blocks)


def _heading(title: str) -> str:
    return f"{'=' * 78}\n{title}\n{'=' * 78}\n"


def write(app: Sphinx) -> list:
    """Write the file into the site; every page's foot leads to it."""
    if app.builder.name == "html":
        (Path(app.outdir) / NAME).write_text(text(), encoding="utf-8")
    return []


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the extension with Sphinx."""
    app.connect("html-collect-pages", write)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
