"""Build the site into `_build/html`, with warnings as errors, and say in few words how it went.

Usage: python tools/build_site.py [FOLDER]      (into FOLDER/_build; the repository by default)
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path

from notebooks import ROOT

BOOK = [sys.executable, "-c", "from jupyter_book.cli.main import main; main()", "build"]
COLOUR = re.compile(r"\x1b\[[0-9;]*m")

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


def main(arguments: list[str]) -> int:
    """Build the site; return Jupyter Book's exit code."""
    folder = Path(arguments[0]).resolve() if arguments else ROOT
    output = folder / "_build"
    output.mkdir(parents=True, exist_ok=True)
    log = output / "site.log"
    print("Building the site …", flush=True)
    start = time.perf_counter()
    # All pages, since Sphinx copies no style or script when only these have changed.
    command = [*BOOK, "--all", "-q", "-W", "-n", "--keep-going"]
    command += ["--path-output", str(folder), str(ROOT)]
    with log.open("w", encoding="utf-8") as file:
        run = subprocess.run(command, stdout=file, stderr=subprocess.STDOUT, cwd=ROOT)
    took = time.perf_counter() - start
    if run.returncode:
        said = COLOUR.sub("", log.read_text(encoding="utf-8")).splitlines()
        telling = [line for line in said if "WARNING" in line or "ERROR" in line] or said[-5:]
        telling = dict.fromkeys(line.replace(f"{ROOT}/", "") for line in telling)
        print("\n".join(f"  {line}" for line in telling), file=sys.stderr)
        print(f"The site was not built: correct the above. The whole log: {log}", file=sys.stderr)
        return 1
    (output / "html" / "index.html").write_text(
        front_door(os.environ.get("BOOK_BASE_URL", "")), encoding="utf-8"
    )
    print(f"  built {output / 'html'} ({took:.1f} s)", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
