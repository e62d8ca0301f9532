"""Stop a piece of work before any of its changes to files, and see what it leaves."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from partnership.files import stop_tidily

CHANGES = {"os.rename", "os.mkdir", "os.remove", "os.rmdir", "os.link", "os.chmod", "os.truncate"}
"""What Python's audit hooks call the changes of files, beside `open` for writing."""
STOPPED = 130
WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
MOST = 2_000


def listing(folder: Path, *without: str) -> dict[str, bytes | None]:
    """Return every file and folder below a folder by name, a file with its content."""
    found = {}
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if name.split("/")[0] not in without and "__pycache__" not in name:
            found[name] = None if path.is_dir() else path.read_bytes()
    return found


def is_change(event: str, arguments: tuple, place: str) -> bool:
    """Tell whether an audit event is about to change something below a folder."""
    if event == "open":
        path, _, flags = arguments
        return bool(flags & WRITING) and str(path).startswith(place)
    if event not in CHANGES:
        return False
    # Trees are removed by names within an open folder, without the whole path.
    return str(arguments[0]).startswith(place) or not os.path.isabs(arguments[0])


def run_apart(
    work: Callable[[], object], place: Path, moment: int = 0, stop: int = 0
) -> tuple[int, bool]:
    """Do the work in another process; return its exit code, and whether it was told to stop.

    Before its `moment`-th change below the folder `place`, the process sends itself the signal
    `stop`. A code less than 0 is the signal that killed it; a number that the work returns is its
    code.
    """
    told, tell = os.pipe()
    child = os.fork()
    if child:
        os.close(tell)
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        with open(told, "rb") as said:
            return code, bool(said.read())
    code = 1
    try:
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        stop_tidily()
        seen = 0

        def watch(event: str, arguments: tuple) -> None:
            nonlocal seen
            if seen < moment and is_change(event, arguments, str(place)):
                seen += 1
                if seen == moment:
                    os.write(tell, b"!")
                    os.kill(os.getpid(), stop)

        sys.addaudithook(watch)
        sys.stdout = sys.stderr = open(os.devnull, "w")
        done = work()
        code = done if isinstance(done, int) else 0
    except KeyboardInterrupt:
        code = STOPPED
    finally:
        os._exit(code)


def each_moment(
    work: Callable[[], object], place: Path, stop: int, afresh: Callable[[], None]
) -> Iterator[int]:
    """Stop the work before its first change, its second, …, until it runs to its end unstopped.

    Before each run `afresh` puts everything back as it was; after each, its exit code is given.
    """
    for moment in range(1, MOST):
        afresh()
        code, was_told = run_apart(work, place, moment, stop)
        if not was_told:
            assert code == 0, "the work fails when nothing stops it"
            return
        yield code
    raise AssertionError("the work does not come to an end")
