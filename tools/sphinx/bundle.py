"""Join JavaScript modules into one classic script, so that a page works from the file system.

Browsers load no module from a `file://` address. The planner is written in modules all the same;
here they are laid one after the other, each in a function of its own, after those that it imports.
No JavaScript is parsed: what a module imports and exports stands at the beginning of lines, in the
few forms below, and whatever else begins so is refused with its place.

    import { fit, relate as compare } from "./fitting.js";      (may run over several lines)
    import * as words from "./words.js";
    export function …   (also function* and async)   export class …   export const NAME = …
    export { score, practice } from "./raters.js";
    export * as words from "./words.js";

Usage: python tools/sphinx/bundle.py ENTRY NAME > SCRIPT
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

__all__ = ["BundleError", "bundle"]

NAME = r"[A-Za-z_$][\w$]*"
FROM = r'from "\./(?P<file>[\w-]+\.js)";'
IMPORT = re.compile(rf"import (\{{(?P<names>[^}}]*)\}}|\* as (?P<whole>{NAME})) {FROM}")
PASSED_ON = re.compile(rf"export (\{{(?P<names>[^}}]*)\}}|\* as (?P<whole>{NAME})) {FROM}")
EXPORT = re.compile(rf"export ((?:async )?function\*?|class|const) (?P<name>{NAME})\b")
LISTED = re.compile(rf"({NAME})(?: as ({NAME}))?")
COMMENT = re.compile(r"\s*(//|/\*\*|\* |\*$|\*/)")
REFUSED = re.compile(r"\b(import\s*\(|import\.meta|eval\s*\(|new\s+Function\b)")


class BundleError(ValueError):
    """A module is written in a form that is not joined; the message names file and line."""


@dataclass
class Module:
    """What a module takes from others, what it gives, and the rest of its text."""

    takes: list[tuple[int, str, list[str]]] = field(default_factory=list)
    """Line, file and names."""
    gives: dict[str, str] = field(default_factory=dict)
    """What holds it within the module, by the name under which others have it."""
    lines: list[str] = field(default_factory=list)


def bundle(entry: Path, name: str) -> str:
    """Return a module and all that it imports as one classic script.

    Parameters
    ----------
    entry : Path
        The module to begin with; all modules lie in its folder.
    name : str
        The global constant that holds what the entry exports.

    Returns
    -------
    str
        The script. Lines of comment are left out.

    Raises
    ------
    BundleError
        If a file is missing, modules import each other in a circle, a name is imported that is not
        exported, or a line is written in a form that is not joined.
    """
    modules: dict[str, Module] = {}
    _collect(Path(entry), modules, [])
    script = ['"use strict";', f"const {name} = (() => {{"]
    for file, module in modules.items():
        gives = ", ".join(f"{outer}: {inner}" for outer, inner in module.gives.items())
        script += [f"const {_constant(file)} = (() => {{", *module.lines]
        script += [f"return {{ {gives} }};", "})();"]
    return "\n".join([*script, f"return {_constant(Path(entry).name)};", "})();", ""])


def _collect(path: Path, modules: dict[str, Module], above: list[str]) -> None:
    """Read a module after all those that it imports."""
    if path.name in modules:
        return
    if path.name in above:
        circle = " → ".join([*above[above.index(path.name) :], path.name])
        raise BundleError(f"{path.name}: modules import each other in a circle: {circle}.")
    if not path.is_file():
        by = f" (imported by {above[-1]})" if above else ""
        raise BundleError(f"{path.name}: no such module{by}.")
    module = _read(path)
    for line, file, names in module.takes:
        _collect(path.with_name(file), modules, [*above, path.name])
        if stray := [name for name in names if name not in modules[file].gives]:
            raise BundleError(f"{path.name}, line {line}: {file} exports no {', '.join(stray)}.")
    modules[path.name] = module


def _read(path: Path) -> Module:
    """Return a module with its imports and exports resolved."""
    module = Module()
    for line, text in _statements(path):
        if COMMENT.match(text) or not text.strip():
            continue
        place = f"{path.name}, line {line}"
        if found := REFUSED.search(text):
            raise BundleError(f"{place}: {found[0]} is not joined.")
        if found := IMPORT.fullmatch(text):
            _import(module, line, found, place)
        elif found := PASSED_ON.fullmatch(text):
            source = _constant(found["file"])
            pairs = _names(found["names"] or "", place)
            module.takes.append((line, found["file"], [inner for inner, _ in pairs]))
            module.gives |= {outer: f"{source}.{inner}" for inner, outer in pairs}
            if found["whole"]:
                module.gives[found["whole"]] = source
        elif found := EXPORT.match(text):
            module.gives[found["name"]] = found["name"]
            module.lines.append(text.removeprefix("export "))
        elif re.match(r"(import|export)\b", text):
            raise BundleError(f"{place}: {text!r} is not one of the forms that are joined.")
        else:
            module.lines.append(text)
    return module


def _statements(path: Path) -> Iterator[tuple[int, str]]:
    """Yield lines with their numbers; an import or export of names in braces as one line."""
    held, start = "", 0
    for number, text in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if held or re.match(r"(import|export) \{", text):
            start = start if held else number
            held = f"{held} {text}".strip()
            if ";" not in text:
                continue
            number, text, held = start, held, ""
        yield number, text
    if held:
        raise BundleError(f"{path.name}, line {start}: the statement has no end.")


def _import(module: Module, line: int, found: re.Match, place: str) -> None:
    """Note what is imported, and give it its name in the module."""
    pairs = _names(found["names"] or "", place)
    module.takes.append((line, found["file"], [inner for inner, _ in pairs]))
    taken = (inner if inner == outer else f"{inner}: {outer}" for inner, outer in pairs)
    local = found["whole"] or f"{{ {', '.join(taken)} }}"
    module.lines.append(f"const {local} = {_constant(found['file'])};")


def _names(listed: str, place: str) -> list[tuple[str, str]]:
    """Return the names between braces, each as it is in its module and as it shall be."""
    pairs = []
    for item in filter(None, map(str.strip, listed.split(","))):
        if not (found := LISTED.fullmatch(item)):
            raise BundleError(f"{place}: {item!r} is no name.")
        pairs.append((found[1], found[2] or found[1]))
    return pairs


def _constant(file: str) -> str:
    """Return the constant that holds what a module exports."""
    return "module_" + file.removesuffix(".js").replace("-", "_")


if __name__ == "__main__":
    try:
        sys.stdout.write(bundle(Path(sys.argv[1]), sys.argv[2]))
    except BundleError as error:
        sys.exit(str(error))
