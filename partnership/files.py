"""Files written whole or not at all and read within bounds, and programs that stop cleanly."""

from __future__ import annotations

import errno
import os
import re
import signal
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None

STOPS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
"""The signals that ask a program to stop: Ctrl-C, `kill`, and a terminal that is closed."""
AN_HOUR = 3600
"""Seconds after which what is half made counts as left over, where nothing else tells."""
HALF = ".half"
"""How the name of a file ends that is still being written."""


def read_within(path: Path, most: int) -> bytes:
    """Return the bytes of a file, unless it has more than `most` or is no file.

    A device has no end, and a pipe may never begin.

    Raises
    ------
    OSError
        If it cannot be read so; `strerror` says why in words.
    """
    path = Path(path)
    if path.exists() and not path.is_file():
        code = errno.EISDIR if path.is_dir() else errno.ENODEV
        raise OSError(code, os.strerror(code) if path.is_dir() else "a device")
    with path.open("rb") as file:
        content = file.read(most + 1)
    if len(content) > most:
        raise OSError(errno.EFBIG, f"larger than {most // 1_000_000} MB")
    return content


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file in one step: whoever looks finds the old file or the new, never half of it.

    Parameters
    ----------
    path : Path
        Where to write; its folder must exist.
    content : bytes
        The whole content.

    Raises
    ------
    OSError
        If the folder is missing or not writable; an existing file is then left as it was.
    """
    write_together({path: content})


def write_together(contents: Mapping[Path, bytes]) -> None:
    """Write files that belong together: all of them, or, if one cannot be written, none.

    Each is first written beside its place. Only when all are is each put there in one step, and a
    signal to stop waits until the last one is. What a killed run left beside them is removed.

    Parameters
    ----------
    contents : mapping of Path to bytes
        The whole content of each file; their folders must exist.

    Raises
    ------
    OSError
        If one cannot be written; all are then left as they were.
    """
    paths = {Path(path): content for path, content in contents.items()}
    for path in paths:
        if path.is_dir():
            raise IsADirectoryError(21, "Is a directory", str(path))
        _clear_half(path)
    waiting: list[tuple[str, int | None, Path]] = []
    try:
        for path, content in paths.items():
            with undisturbed():
                handle, half = tempfile.mkstemp(HALF, f".{path.name}.", path.parent)
                waiting.append((half, hold(half), path))
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            # mkstemp makes files private; a file of the book is readable like any other new file.
            mask = os.umask(0)
            os.umask(mask)
            os.chmod(half, 0o666 & ~mask)
        with undisturbed():
            while waiting:
                half, lock, path = waiting[0]
                os.replace(half, path)
                let_go(lock)
                del waiting[0]
    finally:
        with undisturbed():
            for half, lock, _ in waiting:
                with suppress(OSError):
                    os.unlink(half)
                let_go(lock)


def _clear_half(path: Path) -> None:
    """Remove what killed runs left of a file."""
    left = re.compile(re.escape(f".{path.name}.") + "[a-z0-9_]{8}" + re.escape(HALF))
    with suppress(OSError):
        for file in [file for file in path.parent.iterdir() if left.fullmatch(file.name)]:
            if abandoned(file):
                file.unlink()


# --- who else is at work ----------------------------------------------------------------------


def hold(path: Path | str) -> int | None:
    """Hold a file or folder while this process lives; None where the system knows no such locks."""
    if fcntl is None:
        return None
    handle = os.open(path, os.O_RDONLY)
    with suppress(OSError):
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    return handle


def let_go(lock: int | None) -> None:
    """Hold a file or folder no longer."""
    if lock is not None:
        os.close(lock)


def abandoned(path: Path) -> bool:
    """Tell whether no process holds a file or folder any longer."""
    try:
        if fcntl is None:
            return time.time() - path.stat().st_mtime > AN_HOUR
        handle = os.open(path, os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    finally:
        os.close(handle)
    return True


@contextmanager
def alone(work: str, folder: Path) -> Iterator[None]:
    """Wait until no other run does the same work for the same folder, and keep others waiting.

    Parameters
    ----------
    work : str
        What is done, as one would tell it: "make figures".
    folder : Path
        Where it is done; it is made if missing.
    """
    folder.mkdir(parents=True, exist_ok=True)
    if fcntl is None:
        yield
        return
    with (folder / f"{work.replace(' ', '-')}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"Waiting for another `{work}` that is running ...", flush=True)
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


# --- being stopped ----------------------------------------------------------------------------


@contextmanager
def undisturbed() -> Iterator[list[int]]:
    """Let a step that must not be left halfway end before a signal stops the program.

    Yields
    ------
    list of int
        The signals that came meanwhile: a step that takes its time should look, and end early.
    """
    came: list[int] = []
    if threading.current_thread() is not threading.main_thread():  # which no signal stops
        yield came
        return
    before = {stop: signal.signal(stop, lambda number, _: came.append(number)) for stop in STOPS}
    try:
        yield came
    finally:
        for stop, handler in before.items():
            signal.signal(stop, handler if handler is not None else signal.SIG_DFL)
        if came:
            signal.raise_signal(came[0])


def stop_tidily() -> None:
    """Let every signal to stop do as Ctrl-C does, so that what is half made is cleared away."""
    for stop in STOPS:
        if signal.getsignal(stop) == signal.SIG_DFL:
            signal.signal(stop, _stop)


def _stop(number: int, frame: object) -> None:
    raise KeyboardInterrupt
