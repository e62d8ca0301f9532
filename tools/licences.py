"""Write the table of Python packages in `LICENSES.md`, from what the installed packages say.

Usage: python tools/licences.py
"""

from __future__ import annotations

import importlib.metadata
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LISTS = ("requirements.txt", "tools/print-requirements.txt")
MARKS = ("<!-- packages -->\n", "<!-- end of packages -->\n")


def pinned(text: str) -> list[str]:
    """Return the names of the packages that a list of requirements pins, as they are spelt there.

    Parameters
    ----------
    text
        A list as `make requirements` writes it: a name, `==`, a version.
    """
    return re.findall(r"^([A-Za-z0-9._-]+)==", text, re.MULTILINE)


def licence(package: importlib.metadata.PackageMetadata) -> str:
    """Return the licence that a package states: as an expression, a name or a classifier."""
    stated = package.get("License-Expression") or ""
    named = (package.get("License") or "").strip()
    classes = [
        entry.split(" :: ")[-1]
        for entry in package.get_all("Classifier") or []
        if entry.startswith("License ::") and not entry.endswith("OSI Approved")
    ]
    if stated:
        return stated
    # Some put the whole text where the name belongs.
    if named and named != "UNKNOWN" and len(named) < 40:
        return named
    return "; ".join(classes)


def packages() -> dict[str, str]:
    """Return the licence of each package that is pinned for building and installed here."""
    names = {name for file in LISTS for name in pinned((ROOT / file).read_text(encoding="utf-8"))}
    found = {}
    for name in sorted(names, key=str.lower):
        try:
            found[name] = licence(importlib.metadata.metadata(name))
        except importlib.metadata.PackageNotFoundError:
            # Pinned for another system, or not yet wanted here, as what prints the book.
            continue
    return found


def listed(text: str) -> dict[str, str]:
    """Return what the table in `LICENSES.md` says: the licence of each package."""
    rows = text.partition(MARKS[0])[2].partition(MARKS[1])[0]
    return dict(re.findall(r"^\| ([^|]+?) \| ([^|]+?) \|$", rows, re.MULTILINE)[2:])


def main() -> int:
    """Rewrite the table; what is listed and not installed here stays as it was."""
    path = ROOT / "LICENSES.md"
    text = path.read_text(encoding="utf-8")
    names = {name for file in LISTS for name in pinned((ROOT / file).read_text(encoding="utf-8"))}
    known = {name: said for name, said in listed(text).items() if name in names}
    rows = sorted((known | packages()).items(), key=lambda row: row[0].lower())
    table = "".join(f"| {name} | {said} |\n" for name, said in rows)
    before, _, rest = text.partition(MARKS[0])
    after = rest.partition(MARKS[1])[2]
    table = f"\n| package | licence, as it states |\n| --- | --- |\n{table}\n"
    path.write_text(f"{before}{MARKS[0]}{table}{MARKS[1]}{after}", encoding="utf-8")
    print(f"Listed {len(rows)} packages in {path.name}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
