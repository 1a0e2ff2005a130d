"""The leaky bucket of cost that an app has at one shop: https://shopify.dev/docs/apps/build/apis/graphql-admin/rate-limits"""

from __future__ import annotations

from typing import Any


class Bucket:
    """Full at its start. Moments are seconds since 1970."""

    def __init__(self, capacity: int, restore_rate: int, now: int) -> None:
        self.capacity, self.restore_rate = capacity, restore_rate
        self._points, self._at = float(capacity), now

    def available(self, now: int) -> int:
        self._points = min(float(self.capacity), self._points + max(0, now - self._at) * self.restore_rate)
        self._at = now
        return int(self._points)

    def take(self, points: int, now: int) -> bool:
        """Whether so much was there; if not, nothing is taken."""
        if self.available(now) < points:
            return False
        self._points -= points
        return True

    def give_back(self, points: int) -> None:
        self._points = min(float(self.capacity), self._points + points)

    def drain(self, left: int, now: int) -> None:
        """Let no more than so much be in it."""
        self._points = float(min(left, self.available(now)))

    def status(self, now: int) -> dict[str, Any]:
        return {
            "maximumAvailable": self.capacity,
            "currentlyAvailable": self.available(now),
            "restoreRate": self.restore_rate,
        }
