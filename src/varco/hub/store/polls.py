"""What a poll writes: pages, empty results for many shops at once, failures, and the end of a turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import connection, transaction

from varco.hub import runtime
from varco.hub.models import Channel, Integration, UnreadOrder
from varco.hub.store import aftermath, claims, deliveries, gaps, health, repairs
from varco.hub.store.bulk import binary_cursor, pipelined
from varco.hub.store.evidence import Owner, SaidExchange, clear_findings, keep_exchanges, open_finding
from varco.hub.store.leases import STILL_HELD, Lease, hold
from varco.hub.store.pages import Destination, Saved, save_page
from varco.hub.store.plans import IMPORT_LANES, Plan
from varco.hub.store.repairs import Asked
from varco.hub.store.rota import note_checked
from varco.hub.store.secrets import place
from varco.model.finding import Finding
from varco.model.order import Order
from varco.model.order import UnreadOrder as UnreadModel
from varco.shops.base import Page

_NOTHING_NEW: Final = f"""
WITH ours AS ({STILL_HELD})
UPDATE integration AS i SET
    lease_token = NULL, lease_until = NULL, lease_kind = '', last_poll_at = %(now)s, poll_count = poll_count + 1,
    next_poll_at = %(now)s + greatest(i.poll_interval_s, i.webhook_interval_s) * interval '1 second'
FROM ours WHERE i.id = ours.id
RETURNING i.id
"""
_CURSORS: Final = """
UPDATE stream_cursor AS s SET cursor = r.cursor, updated_at = %(now)s
FROM unnest(%(ids)s::bigint[], %(streams)s::text[], %(cursors)s::text[]) AS r(id, stream, cursor)
WHERE s.integration_id = r.id AND s.stream = r.stream AND s.integration_id = ANY(%(kept)s::bigint[])
  AND s.cursor <> r.cursor
"""
_SAVE_CURSOR: Final = """
INSERT INTO stream_cursor (organisation_id, integration_id, stream, cursor, updated_at) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (integration_id, stream) DO UPDATE SET cursor = excluded.cursor, updated_at = excluded.updated_at
"""
_PROGRESS: Final = """
UPDATE integration SET import_seen = import_seen + %(read)s::integer, import_total = CASE
    WHEN coalesce(%(total)s::integer, import_total) IS NULL THEN NULL
    ELSE greatest(coalesce(%(total)s::integer, import_total), import_seen + %(read)s::integer) END
WHERE id = %(id)s
"""
_RESOLVE: Final = """
UPDATE unread_order SET resolved_at = %s, raw = NULL
WHERE integration_id = %s AND resolved_at IS NULL AND remote_id = ANY(%s)
"""


@dataclass(frozen=True, kw_only=True)
class Reading:
    """What the shop said of orders that were asked for by their ids."""

    began: datetime
    orders: Sequence[Order] = ()
    gone: Sequence[str] = ()
    """Ids that the shop says for sure it has no more."""
    said: Sequence[SaidExchange] = ()


@dataclass(frozen=True)
class Quiet:
    """A shop with nothing new: its lease, and the cursors that moved."""

    lease: Lease
    cursors: tuple[tuple[str, str], ...]


def owner_of(plan: Plan) -> Owner:
    return Owner(plan.organisation_id, plan.integration_id)


def store_page(
    plan: Plan,
    mapper_version: int,
    stream: str,
    page: Page,
    *,
    read_started_at: datetime,
    said: Sequence[SaidExchange] = (),
) -> Saved:
    """A page with its cursor, its unreadable orders and its warnings, in one transaction. Raises `LeaseLost`."""
    destination = Destination(plan.integration_id, plan.organisation_id, plan.wanted, mapper_version, plan.lease)

    def also(saved: Saved) -> None:
        resolved = _note_page(plan, stream, page, said)
        for unread in page.unread:
            _keep_unread(plan, unread)
        if resolved:
            _clear_if_all_read(plan)
        for warning in page.warnings:
            open_finding(owner_of(plan), warning, channel="import")
        aftermath.look(saved.changed_ids)
        if plan.repair is not None and stream in IMPORT_LANES and (saved.new_numbers or saved.moved_numbers):
            repairs.note(plan.integration_id, came=saved.new_numbers, moved=saved.moved_numbers)

    return save_page(destination, page.orders, read_started_at=read_started_at, also=also)


def store_read(plan: Plan, mapper_version: int, reading: Reading) -> Saved:
    """Orders that were read by their ids. With a lease it is checked; without, the newer reading wins by itself."""
    lease = plan.lease if plan.token is not None else None
    destination = Destination(plan.integration_id, plan.organisation_id, plan.wanted, mapper_version, lease)

    def also(saved: Saved) -> None:
        keep_exchanges(owner_of(plan), reading.said)
        lost = note_checked(plan.integration_id, [order.remote_id for order in reading.orders], reading.gone)
        aftermath.look([*saved.changed_ids, *lost])

    return save_page(destination, reading.orders, read_started_at=reading.began, also=also)


def store_repaired(plan: Plan, mapper_version: int, reading: Reading, asked: Sequence[Asked]) -> Saved:
    """Orders that were asked for because the counts differ."""
    with transaction.atomic():
        saved = store_read(plan, mapper_version, reading)
        repairs.note_answers(plan.integration_id, asked)
    return saved


def asked_all(plan: Plan) -> None:
    """Every order of which we hold too many was asked for."""
    with transaction.atomic():
        hold(plan.lease)
        repairs.note(plan.integration_id, asked=True)


def save_cursor(plan: Plan, stream: str, text: str) -> None:
    with binary_cursor() as cursor:
        cursor.execute(_SAVE_CURSOR, [plan.organisation_id, plan.integration_id, stream, text, runtime.clock().now()])


def save_lanes(plan: Plan, cursors: Mapping[str, str]) -> None:
    """A first import was cut in two, or what was left of it once more: where each part goes on."""
    with transaction.atomic():
        hold(plan.lease)
        for stream, text in cursors.items():
            save_cursor(plan, stream, text)


def nothing_new(quiet: Sequence[Quiet]) -> int:
    """Many empty polls in two statements; how many were still ours."""
    now = runtime.clock().now()
    moved = [(q.lease.integration_id, *cursor) for q in quiet for cursor in q.cursors]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            _NOTHING_NEW,
            {
                "now": now,
                "ids": [q.lease.integration_id for q in quiet],
                "tokens": [q.lease.token for q in quiet],
            },
        )
        kept = [row[0] for row in cursor.fetchall()]
        if moved:
            ids, streams, cursors = (list(column) for column in zip(*moved, strict=True))
            cursor.execute(_CURSORS, {"now": now, "ids": ids, "streams": streams, "cursors": cursors, "kept": kept})
        health.touch("import", kept)
    return len(kept)


def turn_done(plan: Plan, saved: Saved, *, more: bool) -> datetime | None:
    """A poll that brought something, or was not well before: note it, and give the shop back.

    Returns since when the gap was that was read now, if there was one.
    """
    now = runtime.clock().now()
    with transaction.atomic():
        hold(plan.lease)
        came_back = health.record_success(owner_of(plan), Channel.IMPORT)
        if came_back is not None:
            gaps.begin(plan.integration_id, came_back.gap_from or now, tell=came_back.was_slowed)
        if came_back is not None or plan.gap_open:
            gaps.add(plan.integration_id, saved, more=more)
        Integration.objects.filter(pk=plan.integration_id).update(
            last_poll_at=now, poll_count=plan.poll_count + 1, last_result=result_of(saved)
        )
        claims.release(plan.lease, now if more else now + timedelta(seconds=plan.poll_interval_s))
        deliveries.look_for_silence(plan, saved)
    return came_back.gap_from if came_back else None


def poll_failed(
    plan: Plan,
    finding: Finding,
    *,
    retry_after_s: int | None,
    said: Sequence[SaidExchange],
) -> None:
    with transaction.atomic():
        hold(plan.lease)
        keep_exchanges(owner_of(plan), said)
        next_at = health.record_failure(
            owner_of(plan), "import", finding, retry_after_s=retry_after_s, exchange=said[-1] if said else None
        )
        claims.release(plan.lease, next_at)


def import_done(plan: Plan) -> None:
    """The first import has read its whole window."""
    with transaction.atomic():
        hold(plan.lease)
        Integration.objects.filter(pk=plan.integration_id).update(import_done_at=runtime.clock().now())


def result_of(saved: Saved) -> dict[str, Any]:
    return {"new": saved.new, "changed": saved.changed}


def _note_page(plan: Plan, stream: str, page: Page, said: Sequence[SaidExchange]) -> int:
    """What every page leaves beside its orders; how many orders could be read now that could not be before."""
    read_now = [order.remote_id for order in page.orders]
    with binary_cursor() as resolving:
        with pipelined():
            save_cursor(plan, stream, page.cursor)
            keep_exchanges(owner_of(plan), said)
            if stream in IMPORT_LANES:
                _note_import_progress(plan, page)
            resolving.execute(_RESOLVE, [runtime.clock().now(), plan.integration_id, read_now])
        return int(resolving.rowcount)


def _note_import_progress(plan: Plan, page: Page) -> None:
    read = len(page.orders) + len(page.unread)
    with binary_cursor() as cursor:
        cursor.execute(_PROGRESS, {"read": read, "total": page.total, "id": plan.integration_id})


def _keep_unread(plan: Plan, unread: UnreadModel) -> None:
    """What the shop sent is kept encrypted, bound to the row; the order's finding is shown."""
    now = runtime.clock().now()
    row, _ = UnreadOrder.objects.get_or_create(
        integration_id=plan.integration_id,
        remote_id=unread.remote_id,
        defaults={"organisation_id": plan.organisation_id, "first_seen_at": now, "last_seen_at": now},
    )
    row.number = unread.number
    row.finding_code, row.finding_params = unread.finding.code, unread.finding.params
    row.raw = runtime.keyring().seal(unread.raw, place(row, "raw"))
    row.last_seen_at, row.resolved_at = now, None
    row.save()
    open_finding(owner_of(plan), unread.finding, channel="import")


def _clear_if_all_read(plan: Plan) -> None:
    if not UnreadOrder.objects.filter(integration_id=plan.integration_id, resolved_at=None).exists():
        clear_findings(plan.integration_id, channel="import")
