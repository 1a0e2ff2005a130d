"""The leases that this process works under, so that one statement now and then keeps them all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from varco.hub.store.leases import Lease

_held: set[Lease] = set()


@contextmanager
def held(leases: Sequence[Lease]) -> Iterator[None]:
    """Keep these alive until the block ends. A lease that was given back or lost stays so."""
    _held.update(leases)
    try:
        yield
    finally:
        _held.difference_update(leases)


def all_held() -> list[Lease]:
    return list(_held)
