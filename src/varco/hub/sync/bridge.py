"""Where the asynchronous network and the synchronous database meet.

A store function opens, commits and gives its connection back inside one thread, so no connection is ever held while
we wait for a shop. A small executor is enough: the limit is Python, not PostgreSQL (docs/performance.md).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Final, ParamSpec, TypeVar

from django.db import connections

P = ParamSpec("P")
T = TypeVar("T")

DATABASE: Final = ThreadPoolExecutor(6, thread_name_prefix="db")


async def db(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a store function in a database thread."""
    call = partial(_and_give_back, function, *args, **kwargs)
    return await asyncio.get_running_loop().run_in_executor(DATABASE, call)


def _and_give_back(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    try:
        return function(*args, **kwargs)
    finally:
        connections.close_all()  # with a pool: given back, not closed
