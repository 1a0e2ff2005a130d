"""What jobs share in a worker process: the one door to all shops."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from varco.hub import runtime
from varco.hub.sync.door import Door
from varco.net.client import Client
from varco.net.reach import Reach, reach

_door: Door | None = None


def door() -> Door:
    if _door is None:
        raise RuntimeError("jobs run in a worker only")
    return _door


@asynccontextmanager
async def open_door() -> AsyncIterator[Door]:
    """The process's client, as the settings want it, until the block ends."""
    global _door  # noqa: PLW0603  jobs are plain functions: this is where they find their client
    config = runtime.current().config
    async with Client(
        allowed_networks=config.allowed_networks,
        extra_ca=config.extra_ca,
        in_flight=config.in_flight,
        per_address=config.per_address,
    ) as client:

        async def each_address(url: str, pinned_ca: str) -> Reach:
            return await reach(
                url, allowed_networks=config.allowed_networks, extra_ca=config.extra_ca, pinned_ca=pinned_ca
            )

        _door = Door(client, each_address)
        try:
            yield _door
        finally:
            _door = None
