"""What a pretend shop sends by itself: the messages of its webhooks, on their way to whoever subscribed."""

from __future__ import annotations

from collections import deque
from typing import Final

import msgspec

from varco.model.exchange import Request
from varco.sandbox.clock import ShopClock

_KEPT: Final = 1000


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    hook: int
    """The subscription's number."""
    request: Request
    due: int
    attempts: int = 0
    """How often it was sent in vain."""


class Post:
    """On a real socket the server sends what is due; without one a test takes it (`Backstage.deliveries`)."""

    def __init__(self, clock: ShopClock) -> None:
        self._clock = clock
        self._waiting: deque[Delivery] = deque(maxlen=_KEPT)
        self._sent: deque[Delivery] = deque(maxlen=_KEPT)

    def add(self, hook: int, request: Request) -> None:
        self._waiting.append(Delivery(hook=hook, request=request, due=self._clock.now()))

    def again(self, delivery: Delivery, wait_s: int) -> None:
        """It was not taken: the same message, later."""
        due = self._clock.now() + wait_s
        self._waiting.append(msgspec.structs.replace(delivery, attempts=delivery.attempts + 1, due=due))

    def due(self) -> list[Delivery]:
        """What is to be sent now; it waits here no longer."""
        now = self._clock.now()
        ready = [delivery for delivery in self._waiting if delivery.due <= now]
        for delivery in ready:
            self._waiting.remove(delivery)
        self._sent.extend(ready)
        return ready

    def sent(self) -> list[Delivery]:
        """The last that went out, oldest first."""
        return list(self._sent)
