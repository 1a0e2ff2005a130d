"""Storing a page of orders: the one hot function of the hub, in SQL; everything else uses the ORM.

A page is one transaction: its orders, what follows from them, and the cursor that says where to go on. A crash
between two pages loses nothing, and a page stored twice changes nothing:

1. The lease is checked and the integration's row locked.
2. The stored hashes are read; what is the same, older, erased or not wanted is left out.
3. Orders, contacts, lines and refunds are written by one statement, which takes them as one JSON document: half the
   work of arrays, a small part of the ORM's (docs/performance.md).
4. Lines that are gone are marked, never deleted; what changed is noted in the order's history.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Any, Final, NamedTuple

import msgspec
import psycopg
from django.db import transaction

from varco.hub import runtime
from varco.hub.ids import uuid7
from varco.hub.store.bulk import as_json, binary_cursor, names, overwrite, typed
from varco.hub.store.leases import Lease, hold
from varco.model.order import Order
from varco.shops.base import OrderFilter

_ORDER: Final = {
    "remote_id": "text",
    "number": "text",
    "status": "text",
    "placed_at": "timestamptz",
    "placed_text": "text",
    "modified_at": "timestamptz",
    "paid_at": "timestamptz",
    "currency": "text",
    "total": "numeric",
    "shipping_total": "numeric",
    "tax_total": "numeric",
    "shipping_method": "text",
    "payment_method": "text",
    "waits": "jsonb",
}
"""Fields of an `Order` that are columns of `shop_order`; empty ones are missing in the document."""
_PARTS: Final = {
    "customer_note": "text",
    "billing": "jsonb",
    "shipping": "jsonb",
    "lines": "jsonb",
    "refunds": "jsonb",
}
_LINE: Final = {
    "remote_line_id": "text",
    "product_id": "text",
    "sku": "text",
    "name": "text",
    "quantity": "numeric",
    "total": "numeric",
    "open_quantity": "numeric",
    "held_quantity": "numeric",
}
_REFUND: Final = {"remote_id": "text", "amount": "numeric", "reason": "text"}
_OURS: Final = ("content_hash", "mapper_version", "read_started_at", "changed_at", "checked_at")
"""What we add to an order, and renew with each writing."""

_WRITE: Final = f"""
WITH page AS (
    SELECT * FROM ROWS FROM (
        jsonb_to_recordset(%(orders)b::jsonb) AS ({typed(_ORDER | _PARTS)}),
        unnest(%(hashes)b::bytea[]),
        unnest(%(public_ids)b::uuid[])
    ) AS p({names(_ORDER | _PARTS)}, content_hash, public_id)
), written AS (
    INSERT INTO shop_order (organisation_id, integration_id, public_id, first_seen_at, {names(_ORDER)}, {names(_OURS)})
    SELECT %(organisation_id)b::bigint, %(integration_id)b::bigint, public_id, %(now)b::timestamptz,
           remote_id, number, status, placed_at, coalesce(placed_text, ''), modified_at, paid_at, currency, total,
           shipping_total, tax_total,
           coalesce(shipping_method, ''), coalesce(payment_method, ''), coalesce(waits, '{{}}'::jsonb),
           content_hash, %(mapper_version)b::int2, %(read_started_at)b::timestamptz, %(now)b, %(now)b
    FROM page
    ON CONFLICT (integration_id, remote_id) DO UPDATE SET {overwrite((*_ORDER, *_OURS))}
    WHERE shop_order.read_started_at < excluded.read_started_at AND shop_order.erased_at IS NULL
    RETURNING id, remote_id
), contacts AS (
    INSERT INTO order_contact (order_id, organisation_id, billing, shipping, customer_note)
    SELECT w.id, %(organisation_id)b, p.billing, p.shipping, coalesce(p.customer_note, '')
    FROM written AS w JOIN page AS p USING (remote_id)
    ON CONFLICT (order_id) DO UPDATE SET {overwrite(("billing", "shipping", "customer_note"))}
), lines AS (
    INSERT INTO order_line (order_id, organisation_id, position, {names(_LINE)})
    SELECT w.id, %(organisation_id)b, l.nth - 1,
           l.remote_line_id, coalesce(l.product_id, ''), coalesce(l.sku, ''), l.name, l.quantity, l.total,
           l.open_quantity, coalesce(l.held_quantity, 0)
    FROM written AS w JOIN page AS p USING (remote_id),
         ROWS FROM (jsonb_to_recordset(p.lines) AS ({typed(_LINE)})) WITH ORDINALITY AS l({names(_LINE)}, nth)
    ON CONFLICT (order_id, remote_line_id) DO UPDATE SET {overwrite((*_LINE, "position"))}, gone_at = NULL
), refunds AS (
    INSERT INTO order_refund (order_id, organisation_id, {names(_REFUND)})
    SELECT w.id, %(organisation_id)b, r.remote_id, r.amount, coalesce(r.reason, '')
    FROM written AS w JOIN page AS p USING (remote_id), jsonb_to_recordset(p.refunds) AS r({typed(_REFUND)})
    ON CONFLICT (order_id, remote_id) DO UPDATE SET {overwrite(_REFUND)}
)
SELECT remote_id, id FROM written
"""
_EVENTS: Final = """
INSERT INTO order_event (order_id, organisation_id, at, actor, kind, data)
SELECT e.order_id, %b::bigint, %b::timestamptz, 'shop', e.kind, e.data
FROM jsonb_to_recordset(%b::jsonb) AS e(order_id bigint, kind text, data jsonb)
"""
_encode_hash = msgspec.msgpack.Encoder().encode


@dataclass(frozen=True)
class Destination:
    """Where a page goes."""

    integration_id: int
    organisation_id: int
    wanted: OrderFilter
    mapper_version: int
    lease: Lease | None = None
    """None where single orders are stored for a person: newer readings win by themselves."""


@dataclass
class Saved:
    """What a page brought."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    new_numbers: list[str] = field(default_factory=list)
    moved_numbers: list[str] = field(default_factory=list)
    """Of those that have another status than before."""
    product_ids: set[str] = field(default_factory=set)
    changed_ids: list[int] = field(default_factory=list)
    """Our keys of those that we held before."""

    def add(self, other: Saved) -> None:
        self.new += other.new
        self.changed += other.changed
        self.unchanged += other.unchanged
        self.new_numbers += other.new_numbers
        self.moved_numbers += other.moved_numbers
        self.product_ids |= other.product_ids
        self.changed_ids += other.changed_ids


class _Held(NamedTuple):
    """What we hold of an order already."""

    remote_id: str
    id: int
    hash: bytes
    older: bool
    """Whether it was read before this page was."""
    status: str
    erased: bool
    gone: bool


@dataclass(frozen=True)
class _Changed:
    order: Order
    hash: bytes
    held: _Held | None


def content_hash(order: Order, mapper_version: int) -> bytes:
    """What makes an order the same. The modification time is left out: shops move it for nothing."""
    content: tuple[object, ...] = (
        mapper_version,
        order.number,
        order.status,
        order.placed_at,
        order.paid_at,
        order.currency,
        order.total,
        order.shipping_total,
        order.tax_total,
        order.billing,
        order.shipping,
        order.shipping_method,
        order.payment_method,
        order.customer_note,
        order.lines,
        order.refunds,
    )
    if order.waits is not None:
        content = (*content, order.waits)
    return blake2b(_encode_hash(content), digest_size=16).digest()


def save_page(
    destination: Destination,
    orders: Iterable[Order],
    *,
    read_started_at: datetime,
    also: Callable[[Saved], None] | None = None,
) -> Saved:
    """Store what is new or changed; `also` writes what belongs to the same transaction, such as the cursor.

    `read_started_at` is when the request for the page left. Raises `LeaseLost`.
    """
    with transaction.atomic():
        if destination.lease is not None:
            hold(destination.lease)
        saved = _store(destination, {order.remote_id: order for order in orders}, read_started_at)
        if also is not None:
            also(saved)
    return saved


def _store(destination: Destination, orders: dict[str, Order], read_started_at: datetime) -> Saved:
    saved = Saved()
    if not orders:
        return saved
    with binary_cursor() as cursor:
        held = _held(cursor, destination.integration_id, list(orders), read_started_at)
        changed = list(_changed(destination, orders.values(), held))
        saved.unchanged = len(orders) - len(changed)
        if changed:
            _write(cursor, destination, changed, read_started_at, saved)
    return saved


def _held(
    cursor: psycopg.Cursor[Any], integration_id: int, remote_ids: list[str], read_started_at: datetime
) -> dict[str, _Held]:
    cursor.execute(
        "SELECT remote_id, id, content_hash, read_started_at < %b::timestamptz, status, erased_at IS NOT NULL, "
        "gone_at IS NOT NULL FROM shop_order WHERE integration_id = %b AND remote_id = ANY(%b)",
        (read_started_at, integration_id, remote_ids),
    )
    return {held.remote_id: held for held in map(_Held._make, cursor.fetchall())}


def _changed(destination: Destination, orders: Iterable[Order], held: dict[str, _Held]) -> Iterable[_Changed]:
    """An order that we hold is always updated; another one is taken in if it is wanted."""
    for order in orders:
        mine = held.get(order.remote_id)
        if mine is None:
            if is_wanted(order, destination.wanted):
                yield _Changed(order, content_hash(order, destination.mapper_version), None)
        elif mine.older and not mine.erased:
            new_hash = content_hash(order, destination.mapper_version)
            if new_hash != mine.hash or mine.gone:
                yield _Changed(order, new_hash, mine)


def is_wanted(order: Order, wanted: OrderFilter) -> bool:
    return order.status in wanted.statuses and (wanted.placed_after is None or order.placed_at >= wanted.placed_after)


def _write(
    cursor: psycopg.Cursor[Any],
    destination: Destination,
    changed: Sequence[_Changed],
    read_started_at: datetime,
    saved: Saved,
) -> None:
    now = runtime.clock().now()
    cursor.execute(
        _WRITE,
        {
            "orders": as_json([item.order for item in changed]),
            "hashes": [item.hash for item in changed],
            "public_ids": [uuid7() for _ in changed],
            "organisation_id": destination.organisation_id,
            "integration_id": destination.integration_id,
            "mapper_version": destination.mapper_version,
            "read_started_at": read_started_at,
            "now": now,
        },
    )
    ids: dict[str, int] = dict(cursor.fetchall())
    written = [item for item in changed if item.order.remote_id in ids]
    _mark_gone_lines(cursor, written, ids, now)
    _note_changes(cursor, destination.organisation_id, written, now)
    _count(written, saved)


def _mark_gone_lines(
    cursor: psycopg.Cursor[Any], written: Sequence[_Changed], ids: dict[str, int], now: datetime
) -> None:
    """Only orders that we held before can have lost a line or a refund."""
    before = [item for item in written if item.held is not None]
    if not before:
        return
    orders = [ids[item.order.remote_id] for item in before]
    lines = [(ids[i.order.remote_id], line.remote_line_id) for i in before for line in i.order.lines]
    refunds = [(ids[i.order.remote_id], refund.remote_id) for i in before for refund in i.order.refunds]
    cursor.execute(
        "UPDATE order_line SET gone_at = %b WHERE order_id = ANY(%b) AND gone_at IS NULL "
        "AND (order_id, remote_line_id) NOT IN (SELECT * FROM unnest(%b::bigint[], %b::text[]))",
        (now, orders, [line[0] for line in lines], [line[1] for line in lines]),
    )
    cursor.execute(
        "DELETE FROM order_refund WHERE order_id = ANY(%b) "
        "AND (order_id, remote_id) NOT IN (SELECT * FROM unnest(%b::bigint[], %b::text[]))",
        (orders, [refund[0] for refund in refunds], [refund[1] for refund in refunds]),
    )
    cursor.execute("UPDATE shop_order SET gone_at = NULL WHERE id = ANY(%b) AND gone_at IS NOT NULL", (orders,))


def _note_changes(
    cursor: psycopg.Cursor[Any], organisation_id: int, written: Sequence[_Changed], now: datetime
) -> None:
    events = [_change_of(item.held, item.order) for item in written if item.held is not None]
    if events:
        cursor.execute(_EVENTS, (organisation_id, now, as_json(events)))


def _change_of(held: _Held, order: Order) -> dict[str, Any]:
    if held.status != order.status:
        return {"order_id": held.id, "kind": "status", "data": {"from": held.status, "to": order.status}}
    return {"order_id": held.id, "kind": "changed", "data": {}}


def _count(written: Sequence[_Changed], saved: Saved) -> None:
    for item in written:
        saved.product_ids.update(line.product_id for line in item.order.lines if line.product_id)
        if item.held is None:
            saved.new += 1
            saved.new_numbers.append(item.order.number)
        else:
            saved.changed += 1
            saved.changed_ids.append(item.held.id)
            if item.held.status != item.order.status:
                saved.moved_numbers.append(item.order.number)
