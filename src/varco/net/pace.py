"""Politeness: how many calls are under way at once, per integration and per server address, in the order they came."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field


@dataclass
class _Gate:
    free: int
    waiting: deque[asyncio.Future[None]] = field(default_factory=deque)
    first: deque[asyncio.Future[None]] = field(default_factory=deque)
    users: int = 0

    async def enter(self, first: bool) -> None:
        if self.free > 0:
            self.free -= 1
            return
        turn = asyncio.get_running_loop().create_future()
        (self.first if first else self.waiting).append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self.leave()  # the turn had just been given to us
            raise

    def leave(self) -> None:
        """Pass the turn on to who waits longest, those in a hurry before others."""
        for queue in (self.first, self.waiting):
            while queue:
                turn = queue.popleft()
                if not turn.done():
                    turn.set_result(None)
                    return
        self.free += 1


class Pace:
    """At most `limit` at once per key. A key that nobody uses costs nothing."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._gates: dict[str, _Gate] = {}

    @asynccontextmanager
    async def turn(self, key: str, *, first: bool = False) -> AsyncIterator[None]:
        """Wait for a place; `first` goes ahead of those who wait."""
        gate = self._gates.setdefault(key, _Gate(self._limit))
        gate.users += 1
        try:
            await gate.enter(first)
            try:
                yield
            finally:
                gate.leave()
        finally:
            gate.users -= 1
            if not gate.users:
                self._gates.pop(key, None)
