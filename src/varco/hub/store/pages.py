"""Storing a page of orders: the one hot function of the hub, in SQL; everything else uses the ORM.

A page is one transaction: its orders, what follows from them, and the cursor that says where to go on. A crash
between two pages loses nothing, and a page stored twice changes nothing:

1. The lease is checked and the integration's row locked.
2. The stored hashes are read; what is the same, older, erased or not wanted is left out.
3. Orders, contacts, lines and refunds are written; lines that are gone are marked, never deleted.
4. What changed is noted in the order's history.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Any, Final
from uuid import UUID

import msgspec
import psycopg
from django.db import transaction

from varco.hub import runtime
from varco.hub.ids import uuid7
from varco.hub.store.bulk import Table, binary_cursor, columns_of
from varco.hub.store.leases import Lease, hold
from varco.model.order import Order
from varco.shops.base import OrderFilter

ORDERS: Final = Table(
    "shop_order",
    {
        "public_id": "uuid",
        "organisation_id": "bigint",
        "integration_id": "bigint",
        "remote_id": "text",
        "number": "text",
        "status": "text",
        "placed_at": "timestamptz",
        "modified_at": "timestamptz",
        "paid_at": "timestamptz",
        "currency": "text",
        "total": "numeric",
        "shipping_total": "numeric",
        "tax_total": "numeric",
        "shipping_method": "text",
        "payment_method": "text",
        "content_hash": "bytea",
        "mapper_version": "int2",
        "read_started_at": "timestamptz",
        "first_seen_at": "timestamptz",
        "changed_at": "timestamptz",
        "checked_at": "timestamptz",
    },
    key=("integration_id", "remote_id"),
    keep=("public_id", "organisation_id", "first_seen_at"),
    guard="shop_order.read_started_at < excluded.read_started_at AND shop_order.erased_at IS NULL",
)
CONTACTS: Final = Table(
    "order_contact",
    {
        "order_id": "bigint",
        "organisation_id": "bigint",
        "billing": "jsonb",
        "shipping": "jsonb",
        "customer_note": "text",
    },
    key=("order_id",),
)
LINES: Final = Table(
    "order_line",
    {
        "order_id": "bigint",
        "organisation_id": "bigint",
        "remote_line_id": "text",
        "position": "int2",
        "product_id": "text",
        "sku": "text",
        "name": "text",
        "quantity": "numeric",
        "total": "numeric",
        "gone_at": "timestamptz",
    },
    key=("order_id", "remote_line_id"),
)
REFUNDS: Final = Table(
    "order_refund",
    {"order_id": "bigint", "organisation_id": "bigint", "remote_id": "text", "amount": "numeric", "reason": "text"},
    key=("order_id", "remote_id"),
)
EVENTS: Final = (
    "INSERT INTO order_event (order_id, organisation_id, at, actor, kind, data) "
    "SELECT r.o, %b, %b, 'shop', r.kind, r.data::jsonb "
    "FROM unnest(%b::bigint[], %b::text[], %b::text[]) AS r(o, kind, data)"
)
_encode = msgspec.json.Encoder().encode
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
    product_ids: set[str] = field(default_factory=set)

    def add(self, other: Saved) -> None:
        self.new += other.new
        self.changed += other.changed
        self.unchanged += other.unchanged
        self.new_numbers += other.new_numbers
        self.product_ids |= other.product_ids


@dataclass(frozen=True)
class _Held:
    """What we hold of an order already."""

    id: int
    hash: bytes
    read_started_at: datetime
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
    content = (
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
    return blake2b(_encode_hash(content), digest_size=16).digest()


def save_page(
    destination: Destination,
    orders: Iterable[Order],
    *,
    read_started_at: datetime,
    also: Callable[[], None] | None = None,
) -> Saved:
    """Store what is new or changed; `also` writes what belongs to the same transaction, such as the cursor.

    `read_started_at` is when the request for the page left. Raises `LeaseLost`.
    """
    with transaction.atomic():
        if destination.lease is not None:
            hold(destination.lease)
        saved = _store(destination, {order.remote_id: order for order in orders}, read_started_at)
        if also is not None:
            also()
    return saved


def _store(destination: Destination, orders: dict[str, Order], read_started_at: datetime) -> Saved:
    saved = Saved()
    if not orders:
        return saved
    with binary_cursor() as cursor:
        held = _held(cursor, destination.integration_id, list(orders))
        changed = list(_changed(destination, orders.values(), held, read_started_at))
        saved.unchanged = len(orders) - len(changed)
        if changed:
            _write(cursor, destination, changed, read_started_at, saved)
    return saved


def _held(cursor: psycopg.Cursor[Any], integration_id: int, remote_ids: list[str]) -> dict[str, _Held]:
    cursor.execute(
        "SELECT remote_id, id, content_hash, read_started_at, status, erased_at IS NOT NULL, gone_at IS NOT NULL "
        "FROM shop_order WHERE integration_id = %b AND remote_id = ANY(%b)",
        (integration_id, remote_ids),
    )
    return {row[0]: _Held(row[1], bytes(row[2]), *row[3:]) for row in cursor.fetchall()}


def _changed(
    destination: Destination, orders: Iterable[Order], held: dict[str, _Held], read_started_at: datetime
) -> Iterable[_Changed]:
    """An order that we hold is always updated; another one is taken in if it is wanted."""
    for order in orders:
        mine = held.get(order.remote_id)
        if mine is None:
            if is_wanted(order, destination.wanted):
                yield _Changed(order, content_hash(order, destination.mapper_version), None)
        elif not mine.erased and mine.read_started_at < read_started_at:
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
    rows = [_order_row(destination, item, read_started_at, now) for item in changed]
    cursor.execute(_UPSERT_ORDERS, columns_of(rows))
    ids: dict[str, int] = dict(cursor.fetchall())
    written = [item for item in changed if item.order.remote_id in ids]
    _write_parts(cursor, destination.organisation_id, written, ids)
    _mark_gone_lines(cursor, written, ids, now)
    _note_changes(cursor, destination.organisation_id, written, now)
    _count(written, saved)


def _write_parts(
    cursor: psycopg.Cursor[Any], organisation_id: int, written: Sequence[_Changed], ids: dict[str, int]
) -> None:
    tables = (
        (_UPSERT_CONTACTS, [_contact_row(ids[i.order.remote_id], organisation_id, i.order) for i in written]),
        (_UPSERT_LINES, [row for i in written for row in _line_rows(ids[i.order.remote_id], organisation_id, i.order)]),
        (
            _UPSERT_REFUNDS,
            [row for i in written for row in _refund_rows(ids[i.order.remote_id], organisation_id, i.order)],
        ),
    )
    with cursor.connection.pipeline():
        for statement, rows in tables:
            if rows:
                cursor.execute(statement, columns_of(rows))


def _order_row(destination: Destination, item: _Changed, read_started_at: datetime, now: datetime) -> tuple[Any, ...]:
    order = item.order
    public_id: UUID = uuid7()
    return (
        public_id,
        destination.organisation_id,
        destination.integration_id,
        order.remote_id,
        order.number,
        order.status,
        order.placed_at,
        order.modified_at,
        order.paid_at,
        order.currency,
        order.total,
        order.shipping_total,
        order.tax_total,
        order.shipping_method,
        order.payment_method,
        item.hash,
        destination.mapper_version,
        read_started_at,
        now,
        now,
        now,
    )


def _contact_row(order_id: int, organisation_id: int, order: Order) -> tuple[Any, ...]:
    return (
        order_id,
        organisation_id,
        _encode(order.billing).decode(),
        _encode(order.shipping).decode(),
        order.customer_note,
    )


def _line_rows(order_id: int, organisation_id: int, order: Order) -> Iterable[tuple[Any, ...]]:
    return (
        (
            order_id,
            organisation_id,
            line.remote_line_id,
            position,
            line.product_id,
            line.sku,
            line.name,
            line.quantity,
            line.total,
            None,
        )
        for position, line in enumerate(order.lines)
    )


def _refund_rows(order_id: int, organisation_id: int, order: Order) -> Iterable[tuple[Any, ...]]:
    return ((order_id, organisation_id, refund.remote_id, refund.amount, refund.reason) for refund in order.refunds)


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
    events = [(item.held.id, *_change_of(item.held, item.order)) for item in written if item.held is not None]
    if events:
        cursor.execute(EVENTS, (organisation_id, now, *columns_of(events)))


def _change_of(held: _Held, order: Order) -> tuple[str, str]:
    if held.status != order.status:
        return "status", _encode({"from": held.status, "to": order.status}).decode()
    return "changed", "{}"


def _count(written: Sequence[_Changed], saved: Saved) -> None:
    for item in written:
        saved.product_ids.update(line.product_id for line in item.order.lines if line.product_id)
        if item.held is None:
            saved.new += 1
            saved.new_numbers.append(item.order.number)
        else:
            saved.changed += 1


_UPSERT_ORDERS: Final = ORDERS.upsert(returning="remote_id, id")
_UPSERT_CONTACTS: Final = CONTACTS.upsert()
_UPSERT_LINES: Final = LINES.upsert()
_UPSERT_REFUNDS: Final = REFUNDS.upsert()
