"""The typefaces of the edition, from the two packages that hold them."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

PACKAGES = {
    "Source Serif Pro": "font_source_serif_pro",
    "Source Sans Pro": "font_source_sans_pro",
}
FACES = {
    "Regular": (400, "normal"),
    "It": (400, "italic"),
    "Semibold": (600, "normal"),
    "SemiboldIt": (600, "italic"),
}


def face(family: str, name: str) -> Path:
    """Return the file of one face of a family."""
    folder = Path(str(files(PACKAGES[family]))) / "files"
    return folder / f"{family.replace(' ', '')}-{name}.ttf"


def rules() -> str:
    """Return the `@font-face` rules of both families."""
    return "".join(
        f'@font-face {{ font-family: "{family}"; font-weight: {weight}; font-style: {style};'
        f' src: url("{face(family, name).as_uri()}") }}\n'
        for family in PACKAGES
        for name, (weight, style) in FACES.items()
    )
