"""Housekeeping of the installation: each chore at its own pace, done by whichever worker takes it first."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.sessions.models import Session
from django.db import connection
from django.db.models import F, Func, JSONField, Q

from varco.hub import runtime
from varco.hub.models import FindingRecord, Order, Organisation, PushRow, UnreadOrder
from varco.hub.store import orders

_TAKE = """
INSERT INTO chore (name, due_at) VALUES (%(name)s, %(next)s)
ON CONFLICT (name) DO UPDATE SET due_at = excluded.due_at WHERE chore.due_at <= %(now)s
RETURNING name
"""
ERASED_AT_ONCE = 500
CLEARED_FINDINGS_KEPT = timedelta(days=90)


def take(name: str, every: timedelta) -> bool:
    """Whether it is due and now ours to do."""
    now = runtime.clock().now()
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"name": name, "now": now, "next": now + every})
        return cursor.fetchone() is not None


def drop_raw() -> int:
    """The sealed text of unreadable orders is kept for a time only; that they could not be read stays known."""
    before = runtime.clock().now() - timedelta(days=runtime.current().config.raw_days)
    return int(UnreadOrder.objects.filter(last_seen_at__lt=before, raw__isnull=False).update(raw=None))


def drop_cleared_findings() -> int:
    before = runtime.clock().now() - CLEARED_FINDINGS_KEPT
    return int(FindingRecord.objects.filter(cleared_at__lt=before).delete()[0])


def drop_expired_sessions() -> int:
    return int(Session.objects.filter(expire_date__lt=runtime.clock().now()).delete()[0])


def apply_retention() -> int:
    """Orders that are closed for longer than their organisation keeps people's data lose it; how many did."""
    done = 0
    for organisation in Organisation.objects.filter(retention_days__gt=0):
        for order in _expired(organisation):
            orders.erase(order, "varco")
            done += 1
    return done


def _expired(organisation: Organisation) -> list[Order]:
    before = runtime.clock().now() - timedelta(days=organisation.retention_days)
    status = Func(F("status"), function="to_jsonb", output_field=JSONField())
    still_open = Q(shipped_at=None, gone_at=None, integration__import_statuses__contains=status)
    rows = Order.objects.of(organisation).filter(erased_at=None, changed_at__lt=before).exclude(still_open)
    telling = PushRow.objects.filter(organisation=organisation, state__in=PushRow.OPEN).values("order")
    return list(rows.exclude(pk__in=telling).order_by("changed_at")[:ERASED_AT_ONCE])
