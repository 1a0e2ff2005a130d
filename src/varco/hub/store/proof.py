"""The import proof: the shop says so many, we hold so many, checked then. For pages, API and commands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from varco.hub.models import Integration
from varco.hub.store import repairs
from varco.hub.store.repairs import Repair


@dataclass(frozen=True)
class Count:
    """One status, as it was counted last."""

    status: str
    name: str
    """As the shop calls it."""
    theirs: int
    ours: int

    @property
    def is_equal(self) -> bool:
        return self.theirs == self.ours


@dataclass(frozen=True, kw_only=True)
class Proof:
    checked_at: datetime | None
    """None: not compared yet."""
    counts: Sequence[Count]
    repair: Repair | None
    """The last difference that was found, and what became of it."""

    @property
    def theirs(self) -> int:
        return sum(count.theirs for count in self.counts)

    @property
    def ours(self) -> int:
        return sum(count.ours for count in self.counts)

    @property
    def state(self) -> str:
        """`unchecked`, `repairing`, `differs`, `explained` or `equal`.

        Explained: by orders that cannot be read, and by erased ones, whose status stands still.
        """
        if self.checked_at is None:
            return "unchecked"
        if self.repair is not None and self.repair.is_open:
            return "repairing"
        if all(count.is_equal for count in self.counts):
            return "equal"
        return "differs" if self.repair is not None and self.repair.left else "explained"


def of(integration: Integration) -> Proof:
    named = {status["slug"]: status["name"] for status in integration.shop_statuses}
    return Proof(
        checked_at=integration.compared_at,
        counts=[
            Count(row["status"], named.get(row["status"], row["status"]), row["theirs"], row["ours"])
            for row in integration.counts
        ],
        repair=repairs.of(integration),
    )
