"""Build the site into `_build/html`, with warnings as errors, and say in few words how it went.

Usage: python tools/build_site.py [FOLDER]      (into FOLDER/_build; the repository by default)
"""

from __future__ import annotations

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
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="refresh" content="0; url=chapters/index.html">
<title>Co-producing Patient Safety</title>
</head>
<body><p><a href="chapters/index.html">Co-producing Patient Safety</a></p></body>
</html>
"""


def main(arguments: list[str]) -> int:
    """Build the site; return Jupyter Book's exit code."""
    folder = Path(arguments[0]).resolve() if arguments else ROOT
    output = folder / "_build"
    output.mkdir(parents=True, exist_ok=True)
    log = output / "site.log"
    print("Building the site …", flush=True)
    start = time.perf_counter()
    command = [*BOOK, "-q", "-W", "-n", "--keep-going", "--path-output", str(folder), str(ROOT)]
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
    (output / "html" / "index.html").write_text(FRONT_DOOR, encoding="utf-8")
    print(f"  built {output / 'html'} ({took:.1f} s)", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
