"""mutmut, with the tests collected once: a process of their own for each mutant, forked after that.

Usage: python tools/collected.py run [--max-children N]     (in a folder that mutmut is set up for)

mutmut starts pytest anew for each mutant, and collecting takes longer than most of the tests. Here
pytest collects once, in mutmut's fork server; a mutant then costs a fork and its own tests. What
runs while tests are collected has then run without the mutant. So for a mutant of a function that
was called by then, pytest starts anew, as mutmut does it.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterable
from itertools import pairwise
from typing import NoReturn

import mutmut.__main__
import pytest
from mutmut.configuration import config
from mutmut.mutation.trampoline import set_mutant_under_test
from mutmut.runners.harness import PytestRunner
from mutmut.state import state
from mutmut.utils.file_utils import change_cwd
from mutmut.utils.format_utils import mangled_name_from_mutant_name
from mutmut.workers.isolation import ForkServerRunner


class Runner(PytestRunner):
    """Runs the tests of a mutant, within the process that it is given.

    Parameters
    ----------
    session
        The session that has collected the tests; None to let pytest collect them.
    early
        Names of functions that were called by then, as mutmut mangles them.
    """

    def __init__(
        self, session: pytest.Session | None = None, early: frozenset[str] = frozenset()
    ) -> None:
        super().__init__()
        self.session, self.early = session, early

    def warm_up(self) -> None:
        """Do nothing: the fork server has collected the tests."""

    def run_tests(self, *, mutant_name: str | None, tests: Iterable[str]) -> int:
        """Run tests until one fails, and return what pytest would have ended with."""
        if self.session is None or mutant_name is None:
            return super().run_tests(mutant_name=mutant_name, tests=tests)
        if mangled_name_from_mutant_name(mutant_name) in self.early:
            self._anew(tests)
        wanted = set(tests)
        items = [item for item in self.session.items if item.nodeid in wanted]
        for item, following in pairwise([*items, None]):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            if self.session.testsfailed:
                return 1
        return 0

    def _anew(self, tests: Iterable[str]) -> NoReturn:
        """Let a new Python, in the place of this one, collect and run the tests."""
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        call = ["-m", "pytest", "-x", *tests, *self._pytest_add_cli_args]
        os.execv(sys.executable, [sys.executable, *call])


class Server(ForkServerRunner):
    """mutmut's fork server, within a session of pytest that has collected the tests."""

    def _forkserver_main(self, work_fd: int, result_fd: int) -> None:
        serve = super()._forkserver_main

        class Collected:
            def pytest_runtestloop(_, session: pytest.Session) -> bool:
                early = frozenset(state()._stats)
                self.test_runner_args = {"session": session, "early": early}
                set_mutant_under_test("")
                gc.collect()
                gc.freeze()  # so that a mutant does not copy what it only looks at
                serve(work_fd, result_fd)
                return True

        set_mutant_under_test("stats")  # notes which functions are called
        state()._stats.clear()
        tests = config().pytest_add_cli_args_test_selection
        with change_cwd("mutants"):
            code = pytest.main(["-q", *tests, *config().pytest_add_cli_args], plugins=[Collected()])
        if code:
            raise RuntimeError(f"pytest ended with {code} before any mutant was tried")


def main() -> None:
    """Run mutmut."""
    mutmut.__main__.get_mutant_runner = lambda most: Server(most, Runner, {})
    mutmut.__main__.cli()


if __name__ == "__main__":
    main()
