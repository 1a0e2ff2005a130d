"""Short-lived tokens that a shop gives for the keys. One is kept and used by all until its time is nearly over."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final, Protocol

import msgspec

from varco.model.secret import Secret

EARLY_S: Final = 3600
"""A token is renewed so long before it ends: of one that lives a day, after 23 hours."""


class Granted(msgspec.Struct, frozen=True, kw_only=True):
    """What the shop gave, and for how long."""

    token: Secret
    lives_s: int

    @property
    def use_s(self) -> float:
        """How long it is used: a token that lives shorter than usual is still used for half of its time."""
        return max(self.lives_s - EARLY_S, self.lives_s / 2)


Ask = Callable[[], Awaitable[Granted]]


class Tokens(Protocol):
    """Where the token of one shop is kept."""

    async def current(self, ask: Ask, *, refused: str = "") -> Secret:
        """The token in force; `ask` is called by one alone, however many want it.

        `refused`: the one that the shop did not take: it is not given again. Raises what `ask` raises.
        """
        ...


@dataclass
class InMemory:
    """Kept as long as this lives: for a command, a test, or one conversation."""

    _held: Granted | None = None
    _until: float = 0
    _asking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def current(self, ask: Ask, *, refused: str = "") -> Secret:
        async with self._asking:
            held = self._held
            if held is None or time.monotonic() >= self._until or held.token.reveal() == refused:
                held = await ask()
                self._held, self._until = held, time.monotonic() + held.use_s
            return held.token
