"""What came after a time without the shop: "14 orders recovered", with their numbers.

Kept in `Integration.recovered`. A gap opens with the first success after failures, or when a paused connection goes
on; every turn adds what it brought until one has read all there was. Then the gap is closed, and who wants mail about
it is told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from varco.hub import runtime
from varco.hub.jobs.defer import defer
from varco.hub.jobs.queues import CARE
from varco.hub.models import Channel, Integration
from varco.hub.store.pages import Saved

SHORT: Final = timedelta(minutes=15)
"""A gap of less is no news."""
MOST_NUMBERS: Final = 1000
"""Kept by number; how many there were is kept whole."""


@dataclass(frozen=True, kw_only=True)
class Recovered:
    """What a gap hid."""

    since: datetime
    """When the shop was read last before it."""
    until: datetime | None = None
    """When the gap had been read; None while it is being read."""
    new: int = 0
    changed: int = 0
    numbers: Sequence[str] = ()
    """Of the new orders."""
    tell: bool = False
    """Whether mail says so."""

    @property
    def is_open(self) -> bool:
        return self.until is None


def of(integration: Integration) -> Recovered | None:
    """The last one, closed or not."""
    return _from(integration.recovered)


def begin(integration_id: int, since: datetime, *, tell: bool = False) -> None:
    """In the caller's transaction. What failed for a moment leaves the last real gap standing."""
    if not tell and runtime.clock().now() - since < SHORT:
        return
    _keep(integration_id, Recovered(since=since, tell=tell))


def add(integration_id: int, saved: Saved, *, more: bool) -> None:
    """A turn was read; without an open gap nothing is noted. In the caller's transaction."""
    so_far = _from(Integration.objects.values_list("recovered", flat=True).get(pk=integration_id))
    if so_far is None or not so_far.is_open:
        return
    grown = replace(
        so_far,
        new=so_far.new + saved.new,
        changed=so_far.changed + saved.changed,
        numbers=[*so_far.numbers, *saved.new_numbers][:MOST_NUMBERS],
        until=None if more else runtime.clock().now(),
    )
    _keep(integration_id, grown)
    if grown.tell and not grown.is_open:
        defer("mail_back", CARE, integration_id=integration_id, channel=Channel.IMPORT)


def _keep(integration_id: int, recovered: Recovered) -> None:
    data = {
        name: value.isoformat() if isinstance(value, datetime) else value for name, value in asdict(recovered).items()
    }
    Integration.objects.filter(pk=integration_id).update(recovered=data)


def _from(data: Mapping[str, Any]) -> Recovered | None:
    if not data:
        return None
    until = data.get("until")
    return Recovered(
        **{
            **data,
            "since": datetime.fromisoformat(data["since"]),
            "until": datetime.fromisoformat(until) if until else None,
        }
    )
