"""How much of one shop is read before others are looked after again."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from varco.hub import runtime
from varco.hub.store.pages import Saved
from varco.hub.store.plans import Plan

TURN_S: Final = 30
TURN_PAGES: Final = 100
"""Between two turns the tick must come, up to a second: twenty pages are not worth that where a shop is quick."""


@dataclass
class Turn:
    """How much it may take, and what it brought."""

    ends_at: datetime
    pages_left: int = TURN_PAGES
    saved: Saved = field(default_factory=Saved)
    cursors: dict[str, str] = field(default_factory=dict)
    """Cursors that moved without anything to store."""
    stored: bool = False
    more: bool = False
    """Whether something was left for the next turn."""

    @classmethod
    def now(cls) -> Turn:
        return cls(ends_at=runtime.clock().now() + timedelta(seconds=TURN_S))

    def full(self) -> bool:
        return self.pages_left <= 0 or runtime.clock().now() >= self.ends_at

    def keep(self, saved: Saved) -> None:
        self.stored = True
        self.saved.add(saved)

    def wants_recording(self, plan: Plan) -> bool:
        return self.stored or plan.failing or plan.gap_open or self.more
