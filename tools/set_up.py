"""Set up the virtual environment, or install in it what only some commands need.

Usage: python tools/set_up.py FOLDER [tests | slow | mutate | print]     (where it is, or will be)

Needs nothing but Python's own library. The file FOLDER/.ready tells that all is installed; it is
away while packages are being installed, so that an environment in which that was cut short is made
anew from nothing. Of two runs at the same time the second waits, and finds all done.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from partnership.files import alone, stop_tidily  # noqa: E402  (not installed yet)

BOOK = ("requirements.txt", "pyproject.toml")
LISTS = {
    "tests": ("tests/requirements.txt",),
    "slow": ("tests/slow-requirements.txt", "tests/cff-requirements.txt"),
    "mutate": ("tools/mutate-requirements.txt",),
    "print": ("tools/print-requirements.txt",),
}
"""What is read to install a set of packages; beside these there is the book's own."""
SAID = {
    "tests": "Installing what only the tests need ...",
    "slow": "Installing what only the slow tests need ...",
    "mutate": "Installing what only mutation needs ...",
    "print": "Installing what only the PDF and the EPUB need ...",
}
PIP = ("-m", "pip", "--quiet", "--disable-pip-version-check", "install")
PINNED = ("--no-compile", "--require-hashes", "-r")
NO_VENV = "No virtual environment could be made. On Debian or Ubuntu: apt install python3-venv"
NO_PACKAGES = (
    "The packages could not be installed (see above). Is the package registry within reach? "
    "Then run the command again."
)


class Failed(Exception):
    """A step did not work; the message says what to do."""


def is_current(stamp: Path, lists: tuple[str, ...], *others: Path) -> bool:
    """Tell whether a stamp is there, and no older than the lists or other stamps."""
    if not stamp.is_file():
        return False
    read = [ROOT / name for name in lists]
    return all(path.stat().st_mtime <= stamp.stat().st_mtime for path in (*read, *others))


def run(message: str, python: Path | str, *arguments: str) -> None:
    """Run Python, and raise `Failed` with a message if it does not end well."""
    if subprocess.run([str(python), *arguments], cwd=ROOT).returncode:
        raise Failed(message)


def make(venv: Path) -> None:
    """Make the environment with what building the book needs, or bring it up to date."""
    ready = venv / ".ready"
    if is_current(ready, BOOK):
        return
    print(f"Setting up {venv.name} (about a minute, the first time only) ...", flush=True)
    anew = [] if ready.exists() else ["--clear"]
    ready.unlink(missing_ok=True)
    run(NO_VENV, sys.executable, "-m", "venv", *anew, str(venv))
    python = venv / "bin" / "python"
    run(NO_PACKAGES, python, *PIP, *PINNED, "requirements.txt")
    run(NO_PACKAGES, python, *PIP, "--no-deps", "--no-build-isolation", "--editable", ".")
    ready.touch()


def add(venv: Path, what: str) -> None:
    """Install one more set of packages."""
    make(venv)
    ready, stamp, away = (venv / f".{name}" for name in ("ready", f"ready-{what}", "unready"))
    if is_current(stamp, LISTS[what], ready):
        stamp.touch()  # whatever asked for it is older now
        return
    print(SAID[what], flush=True)
    ready.rename(away)
    try:
        run(NO_PACKAGES, venv / "bin" / "python", *PIP, *PINNED, LISTS[what][0])
    except Failed:
        away.rename(ready)  # pip takes back what it could not end
        raise
    if what == "slow":
        # cffconvert needs older packages than the book does, so it has an environment to itself.
        apart = venv.with_name(f"{venv.name}-cff")
        run(NO_VENV, sys.executable, "-m", "venv", "--clear", str(apart))
        run(NO_PACKAGES, apart / "bin" / "python", *PIP, *PINNED, LISTS[what][1])
    away.rename(ready)
    stamp.touch()


def main(arguments: list[str]) -> int:
    """Set up what is asked for; return the exit code."""
    stop_tidily()
    venv = ROOT / arguments[0]
    try:
        with alone("setting up", ROOT / "_build"):
            if len(arguments) > 1:
                add(venv, arguments[1])
            else:
                make(venv)
    except KeyboardInterrupt:
        print("Stopped; the next command sets up anew what is half installed.", file=sys.stderr)
        return 130
    except (Failed, OSError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
