"""Lines that were pasted at a shop's server. Their lists are read again every day, and what no longer fits is told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet

from varco.fixes.addresses import spelling
from varco.hub import runtime
from varco.hub.jobs.defer import defer
from varco.hub.jobs.queues import CARE
from varco.hub.models import Integration, KeptLines, Operation, Organisation
from varco.hub.store import operations

OWN: Final = "own"
"""The source of lines with this hub's own addresses: the setting."""
EVERY: Final = timedelta(days=1)
KIND: Final = "read-list"


def own_addresses() -> list[str]:
    return list(map(spelling, runtime.current().config.egress_addresses))


def keep(integration: Integration, *, by: str, addresses: Sequence[str], **lines: str) -> KeptLines:
    """`lines`: identity, target, finding, source. New ones take the place of those for the same thing."""
    now = runtime.clock().now()
    named = {name: lines[name] for name in ("identity", "target", "finding")}
    values: dict[str, Any] = {"source": lines["source"], "addresses": list(addresses), "new_addresses": []}
    values |= {"stale_at": None, "read_at": now, "trouble": "", "kept_at": now, "kept_by": by}
    row: KeptLines = KeptLines.objects.update_or_create(
        organisation=integration.organisation, integration=integration, **named, defaults=values
    )[0]
    return row


def of(integration: Integration) -> list[KeptLines]:
    """Those that no longer fit first."""
    return list(KeptLines.objects.filter(integration=integration).order_by("stale_at", "target"))


def forget(row: KeptLines) -> None:
    row.delete()


def _live() -> QuerySet[KeptLines]:
    rows: QuerySet[KeptLines] = KeptLines.objects.filter(integration__removed_at=None)
    return rows


def look() -> None:
    """Once a day: our own addresses are compared at once, and each list that has an address is read by a job."""
    for source in _live().exclude(source="").values_list("source", flat=True).distinct():
        if source == OWN:
            compare(OWN, own_addresses())
        else:
            defer("read_address_list", CARE, source=source)


def compare(source: str, addresses: Sequence[str]) -> int:
    """A list was read: how many lines made from it have become stale by it. Who wants mail is told."""
    now, found = runtime.clock().now(), list(addresses)
    newly = 0
    for row in _live().filter(source=source):
        with transaction.atomic():
            changed = set(row.addresses) != set(found)
            is_news = changed and row.new_addresses != found
            KeptLines.objects.filter(pk=row.pk).update(
                read_at=now,
                trouble="",
                new_addresses=found if changed else [],
                stale_at=(row.stale_at or now) if changed else None,
            )
            if is_news:
                defer("mail_stale_lines", CARE, kept_lines_id=row.pk)
                newly += 1
    return newly


def not_read(source: str, reason: str) -> None:
    _live().filter(source=source).update(trouble=reason)


def asked(organisation: Organisation, url: str) -> Operation | None:
    """The newest reading of that list for this organisation, while it is fresh."""
    since = runtime.clock().now() - EVERY
    rows = Operation.objects.of(organisation).filter(kind=KIND, params__url=url, asked_at__gt=since)
    found: Operation | None = rows.order_by("-asked_at", "-pk").first()
    return found


def ask(organisation: Organisation, url: str, *, by: str) -> Operation:
    """Pages do not touch the network: a worker reads the list. Asked twice while it is under way it is one."""
    running = asked(organisation, url)
    if running is not None and running.state in (Operation.ASKED, Operation.RUNNING):
        return running
    return operations.ask(KIND, organisation, by=by, params={"url": url})
