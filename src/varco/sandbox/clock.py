"""The pretend shop's own clock: whole seconds, and it can go wrong."""

from __future__ import annotations

from varco.model.clock import SYSTEM_CLOCK, Clock


class ShopClock:
    def __init__(self, clock: Clock = SYSTEM_CLOCK) -> None:
        self._clock = clock
        self.offset_s = 0
        """How far it is ahead of the real time."""

    def now(self) -> int:
        """Seconds since 1970."""
        return int(self._clock.now().timestamp()) + self.offset_s
