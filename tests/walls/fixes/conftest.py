"""Writes the table at the end, where it is asked for."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.walls.fixes import table


@pytest.fixture(scope="session", autouse=True)
def the_table() -> Iterator[None]:
    yield
    table.write()
