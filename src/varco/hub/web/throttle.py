"""Slows down who guesses passwords and tokens. Counted in this process, by address and by what is guessed."""

from __future__ import annotations

from collections import deque
from datetime import datetime, timedelta
from threading import Lock
from typing import Final

from varco.hub import runtime

MOST_KEYS: Final = 20_000
"""So that a flood of made-up names does not fill the memory; the oldest are forgotten first."""


class Throttle:
    """At most `limit` failures of one key within `minutes`."""

    def __init__(self, limit: int, minutes: int) -> None:
        self._limit = limit
        self._span = timedelta(minutes=minutes)
        self._failures: dict[str, deque[datetime]] = {}
        self._lock = Lock()

    def is_blocked(self, key: str) -> bool:
        with self._lock:
            return len(self._recent(key)) >= self._limit

    def failed(self, key: str) -> None:
        with self._lock:
            recent = self._recent(key)
            recent.append(runtime.clock().now())
            self._failures.pop(key, None)
            self._failures[key] = recent
            while len(self._failures) > MOST_KEYS:
                del self._failures[next(iter(self._failures))]

    def forget(self, key: str) -> None:
        with self._lock:
            self._failures.pop(key, None)

    def _recent(self, key: str) -> deque[datetime]:
        recent = self._failures.get(key, deque())
        oldest = runtime.clock().now() - self._span
        while recent and recent[0] < oldest:
            recent.popleft()
        return recent
