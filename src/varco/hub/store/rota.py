"""What polling by date cannot see: open orders are read again in turn, and counts are compared.

Addresses that are corrected in the shop do not always move an order's date (docs/platforms/woocommerce.md), and an
order that is deleted for good leaves no trace in a list of changes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import Count, Q

from varco.hub import runtime
from varco.hub.models import Integration, Order, OrderEvent, UnreadOrder
from varco.hub.store import repairs
from varco.hub.store.evidence import Owner, clear_findings, open_finding
from varco.hub.store.integrations import read_window_again
from varco.hub.wording import status_name
from varco.model.finding import Confidence, Finding
from varco.shops.base import OrderFilter

AT_ONCE: Final = 100
ROTA_EVERY: Final = timedelta(hours=1)
CHECK_AFTER: Final = timedelta(hours=6)
"""An open order that was not read for so long is read again."""
COMPARE_EVERY: Final = timedelta(days=1)
CHANNEL: Final = "counts"


@dataclass(frozen=True)
class Difference:
    status: str
    theirs: int
    ours: int


def due_for_reading(integration_id: int, mapper_version: int) -> list[str]:
    """Open orders that nobody looked at for long, or that an older mapper read; the longest first."""
    before = runtime.clock().now() - CHECK_AFTER
    rows = Order.objects.filter(
        Q(checked_at__lt=before) | Q(mapper_version__lt=mapper_version),
        integration=integration_id,
        shipped_at=None,
        gone_at=None,
        erased_at=None,
    )
    statuses = Integration.objects.values_list("import_statuses", flat=True).get(pk=integration_id)
    return list(rows.filter(status__in=statuses).order_by("checked_at").values_list("remote_id", flat=True)[:AT_ONCE])


def rota_done(integration_id: int) -> None:
    Integration.objects.filter(pk=integration_id).update(rota_at=runtime.clock().now())


def note_checked(integration_id: int, found: Sequence[str], gone: Sequence[str]) -> list[int]:
    """In the caller's transaction: these were read now, and those the shop has no more. Our keys of the latter."""
    now = runtime.clock().now()
    mine = Order.objects.filter(integration=integration_id)
    mine.filter(remote_id__in=found).update(checked_at=now)
    lost = list(mine.filter(remote_id__in=gone, gone_at=None).values_list("pk", "organisation_id"))
    Order.objects.filter(pk__in=[pk for pk, _ in lost]).update(gone_at=now, changed_at=now)
    OrderEvent.objects.bulk_create(
        OrderEvent(order_id=pk, organisation_id=organisation_id, at=now, actor="shop", kind="gone")
        for pk, organisation_id in lost
    )
    return [pk for pk, _ in lost]


def comparable(integration_id: int, wanted: OrderFilter) -> OrderFilter:
    """The orders that both sides can count: some shops show only those of so many days, and we keep older ones."""
    sees_days = Integration.objects.values_list("sees_days", flat=True).get(pk=integration_id)
    if sees_days is None:
        return wanted
    since = runtime.clock().now().replace(microsecond=0) - timedelta(days=sees_days - 1)
    return OrderFilter(statuses=wanted.statuses, placed_after=max(wanted.placed_after or since, since))


def our_counts(integration_id: int, wanted: OrderFilter) -> dict[str, int]:
    """How many of the wanted orders we hold, by status."""
    rows = Order.objects.filter(integration=integration_id, status__in=wanted.statuses, gone_at=None)
    if wanted.placed_after is not None:
        rows = rows.filter(placed_at__gte=wanted.placed_after)
    return dict(rows.values_list("status").annotate(n=Count("pk")).values_list("status", "n"))


def differences(theirs: Mapping[str, int], ours: Mapping[str, int], explained: int) -> list[Difference]:
    """Where the counts differ by more than what is known: orders that could not be read, and tombstones."""
    found = [
        Difference(status, count, ours.get(status, 0))
        for status, count in theirs.items()
        if count != ours.get(status, 0)
    ]
    return found if sum(abs(one.theirs - one.ours) for one in found) > explained else []


def explained(integration_id: int) -> int:
    """Orders that count differently for a known reason: unreadable ones, and erased ones, whose status stands still."""
    unread = UnreadOrder.objects.filter(integration=integration_id, resolved_at=None).count()
    erased = Order.objects.filter(integration=integration_id, erased_at__isnull=False).count()
    return int(unread + erased)


def compared(
    owner: Owner, theirs: Mapping[str, int], ours: Mapping[str, int], *, again: bool = False
) -> list[Difference]:
    """Keep what was compared; where it differs, say so and let it be repaired. `again`: that was done just now."""
    found = differences(theirs, ours, explained(owner.integration_id))
    counts: list[dict[str, Any]] = [
        {"status": status, "theirs": count, "ours": ours.get(status, 0)} for status, count in theirs.items()
    ]
    left = [one for one in counts if one["theirs"] != one["ours"]] if found else []
    integration = Integration.objects.get(pk=owner.integration_id)
    with transaction.atomic():
        Integration.objects.filter(pk=owner.integration_id).update(compared_at=runtime.clock().now(), counts=counts)
        clear_findings(owner.integration_id, channel=CHANNEL)
        for difference in found:
            open_finding(owner, _finding(integration, difference), channel=CHANNEL)
        if again:
            repairs.end(owner.integration_id, left)
        elif left:
            repairs.begin(owner.integration_id, left)
            if any(difference.theirs > difference.ours for difference in found):
                read_window_again(integration)
    return found


def _finding(integration: Integration, difference: Difference) -> Finding:
    return Finding(
        code="counts-differ",
        params={
            "status": status_name(integration, difference.status),
            "theirs": difference.theirs,
            "ours": difference.ours,
        },
        confidence=Confidence.HIGH,
        rests_on="the shop's own count, taken twice",
    )
