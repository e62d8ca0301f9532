"""What tests share."""

from __future__ import annotations

from functools import cache

import pytest

from partnership import data


@pytest.fixture(scope="module")
def tables_read_once():
    """Read and check each of the book's tables once a module; each test gets copies."""
    read = cache(data.load)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(data, "load", lambda *arguments: read(*arguments).copy())
        yield
