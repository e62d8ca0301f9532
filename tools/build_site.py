"""Build the site into `_build/html`, with warnings as errors, and say in few words how it went.

Usage: python tools/build_site.py [FOLDER]      (into FOLDER/_build; the repository by default)

The site is built anew in `_build/site/` and put in place when it is whole, so that what lies in
`_build/html` is the last site that was built without a fault, and all of it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

from notebooks import ROOT, begin

from partnership.files import alone, undisturbed

BOOK = [sys.executable, "-c", "from jupyter_book.cli.main import main; main()", "build"]
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
TELLING = re.compile("WARNING|ERROR|Could not|Error: ")

# Jupyter Book's own front door names no language and has nothing to click.
FRONT_DOOR = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src 'self'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="refresh" content="0; url=chapters/index.html">
<title>Co-producing Patient Safety</title>
<meta name="description" content="A book on evidence, partnership and untapped resources.">
{canonical}<link rel="icon" href="_static/favicon.ico">
</head>
<body><p><a href="chapters/index.html">Co-producing Patient Safety</a></p></body>
</html>
"""


def front_door(base: str) -> str:
    """Return the page at the site's root, which leads to the landing page.

    Parameters
    ----------
    base
        Where the site will be published, or nothing.
    """
    landing = f"{base.rstrip('/')}/chapters/index.html"
    return FRONT_DOOR.format(canonical=f'<link rel="canonical" href="{landing}">\n' if base else "")


def build(folder: Path, log: Path) -> Path | None:
    """Build the site below `folder` and return where it lies, or None if it has a fault."""
    # All pages and from nothing: Sphinx copies no style or script when only these have changed, and
    # leaves a page that has gone.
    site = folder / "_build" / "html"
    shutil.rmtree(site, ignore_errors=True)
    command = [*BOOK, "--all", "-q", "-W", "-n", "--keep-going"]
    command += ["--path-output", str(folder), str(ROOT)]
    with log.open("w", encoding="utf-8") as file:
        run = subprocess.run(command, stdout=file, stderr=subprocess.STDOUT, cwd=ROOT)
    if run.returncode:
        said = COLOUR.sub("", log.read_text(encoding="utf-8", errors="replace")).splitlines()
        telling = [line for line in said if TELLING.search(line)] or said[-5:]
        telling = dict.fromkeys(line.replace(f"{ROOT}/", "") for line in telling)
        print("\n".join(f"  {line}" for line in telling), file=sys.stderr)
        print(f"The site was not built: correct the above. The whole log: {log}", file=sys.stderr)
        return None
    door = front_door(os.environ.get("BOOK_BASE_URL", ""))
    (site / "index.html").write_text(door, encoding="utf-8")
    # For builds on top of an older one; it differs each time, and readers have no use for it.
    (site / ".buildinfo").unlink(missing_ok=True)
    return site


def put_in_place(site: Path, target: Path) -> None:
    """Let a finished site take the place of the one before."""
    old = site.with_name("old")
    shutil.rmtree(old, ignore_errors=True)
    with undisturbed():
        if target.exists():
            os.replace(target, old)
        os.replace(site, target)
    shutil.rmtree(old, ignore_errors=True)


def main(arguments: list[str]) -> int:
    """Build the site; return the exit code."""
    output = (Path(arguments[0]).resolve() if arguments else ROOT) / "_build"
    begin()
    try:
        with alone("make book", output):
            print("Building the site …", flush=True)
            start = time.perf_counter()
            site = build(output / "site", output / "site.log")
            if site is None:
                return 1
            put_in_place(site, output / "html")
    except KeyboardInterrupt:
        print("Stopped; what `_build/html` holds is whole.", file=sys.stderr)
        return 130
    except OSError as error:
        print(f"{error}. Put that right and build the site again.", file=sys.stderr)
        return 1
    print(f"  built {output / 'html'} ({time.perf_counter() - start:.1f} s)", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
