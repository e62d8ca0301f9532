"""The typefaces of the edition, from the packages that bring them: none is the machine's own."""

from __future__ import annotations

from html import escape
from importlib.resources import files
from pathlib import Path

from matplotlib.ft2font import FT2Font

SOURCE = {
    "Regular": (400, "normal"),
    "It": (400, "italic"),
    "Semibold": (600, "normal"),
    "SemiboldIt": (600, "italic"),
}
DEJAVU = {
    "": (400, "normal"),
    "Oblique": (400, "italic"),
    "Bold": (700, "normal"),
    "BoldOblique": (700, "italic"),
}
FAMILIES = {
    "Source Serif Pro": ("font_source_serif_pro", "files", SOURCE),
    "Source Sans Pro": ("font_source_sans_pro", "files", SOURCE),
    "DejaVu Sans": ("matplotlib", "mpl-data/fonts/ttf", DEJAVU),
    "DejaVu Sans Mono": ("matplotlib", "mpl-data/fonts/ttf", DEJAVU),
}
"""The package, the folder and the faces of each family."""
ENGLISH = (3, 1, 0x0409)
"""Windows, Unicode, English: where a font keeps the names that it goes by."""
COPYRIGHT = 0


def face(family: str, name: str) -> Path:
    """Return the file of one face of a family."""
    package, folder, _ = FAMILIES[family]
    ending = f"-{name}" if name else ""
    return Path(str(files(package))) / folder / f"{family.replace(' ', '')}{ending}.ttf"


def rules() -> str:
    """Return the `@font-face` rules of all families."""
    return "".join(
        f'@font-face {{ font-family: "{family}"; font-weight: {weight}; font-style: {style};'
        f' src: url("{face(family, name).as_uri()}") }}\n'
        for family, (_, _, faces) in FAMILIES.items()
        for name, (weight, style) in faces.items()
    )


def owner(family: str) -> str:
    """Return what a family says of its owner, in the font's own words."""
    plain = next(iter(FAMILIES[family][2]))
    said = FT2Font(str(face(family, plain))).get_sfnt()[(*ENGLISH, COPYRIGHT)]
    return ". ".join(line.strip(" .") for line in said.decode("utf-16-be").splitlines())


def notice() -> str:
    """Return whose the typefaces are and under which licences, as HTML for the colophon."""
    owners = {family: escape(owner(family)) for family in FAMILIES}
    return f"""
<h2>Typefaces</h2>
<p>Text is set in Source Serif Pro ({owners["Source Serif Pro"]}) and Source Sans Pro
({owners["Source Sans Pro"]}), both under the SIL Open Font License 1.1. Figures, code and some
signs are set in DejaVu Sans ({owners["DejaVu Sans"]}) and DejaVu Sans Mono
({owners["DejaVu Sans Mono"]}), under the licence of Bitstream Vera, which lets everybody use and
pass them on; its whole text is on the book’s site in <code>licences.txt</code>.</p>
"""
