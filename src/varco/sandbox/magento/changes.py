"""What happens to orders, by whomever. Here it is decided when the date moves.

`updated_at` moves for an invoice, the first shipment, hold, unhold, cancel and refund; it does not for a second
shipment, an added track, a comment or a corrected address (measured on 2.4.7-p3).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from varco.sandbox.magento.making import settle, state_of
from varco.sandbox.magento.orders import Comment, Item, MagentoOrder, Shipment, Track
from varco.sandbox.orders import Note
from varco.sandbox.state import State

_FINAL: Final = ("canceled", "closed", "complete")
_SHIPPABLE: Final = ("new", "processing")


def saved(state: State, order: MagentoOrder) -> None:
    state.book.changed(order, state.clock.now())


def kept(state: State, order: MagentoOrder) -> None:
    """Changed without moving the date."""
    state.book.changed(order, None)


def set_status(state: State, order: MagentoOrder, status: str) -> None:
    order.status, order.state = status, state_of(status)
    order.is_invoiced = order.is_invoiced or status in ("complete", "closed")
    settle(order)
    saved(state, order)


def save_status(state: State, order: MagentoOrder, status: str) -> None:
    """The word alone: its state stays (measured)."""
    order.status = status
    saved(state, order)


def add_comment(state: State, order: MagentoOrder, text: str, *, notified: int | None = 0, visible: int = 0) -> Comment:
    comment = Comment(
        id=next(state.note_ids),
        created=state.clock.now(),
        text=_stored(text),
        status=order.status,
        notified=notified,
        visible=visible,
    )
    order.comments.append(comment)
    order.notes.append(Note(comment.id, comment.created, comment.text, bool(notified)))
    kept(state, order)
    return comment


def _stored(text: str) -> str:
    """The database holds no more than three bytes of a sign (measured)."""
    return "".join("????" if ord(sign) > 0xFFFF else sign for sign in text)


def can_ship(order: MagentoOrder) -> bool:
    return order.state in _SHIPPABLE and any(item.left for item in order.items)


def ship(
    state: State, order: MagentoOrder, wanted: Mapping[int, int], tracks: Sequence[Mapping[str, Any]], source: str
) -> Shipment:
    """`wanted` rows, or all that is left; more than is left is cut without a word (measured)."""
    items: dict[int, int] = {}
    for item in order.items:
        count = min(wanted.get(item.id, 0), item.left) if wanted else item.left
        if count:
            items[item.id] = count
            _carry(order, item, count)
    first = not order.shipments
    now = state.clock.now()
    shipment = Shipment(id=next(state.fulfilment_ids), created=now, items=list(items.items()), source=source)
    order.shipments.append(shipment)
    for track in tracks:
        add_track(state, order, shipment, track)
    if not any(item.left for item in order.items) and order.is_invoiced:
        order.state = order.status = "complete"
        first = True
    elif order.state == "new":
        order.state = order.status = "processing"
    if first:
        saved(state, order)
    else:
        kept(state, order)
    return shipment


def _carry(order: MagentoOrder, item: Item, count: int) -> None:
    """Parts of a bundle are counted with it, a variant's own row is not (measured)."""
    item.shipped += count
    for below in order.items:
        if below.parent == item.id and not below.in_variant:
            below.shipped += count * below.quantity // item.quantity


def add_track(state: State, order: MagentoOrder, shipment: Shipment, sent: Mapping[str, Any]) -> Track:
    """Taken however often it comes (measured)."""
    track = Track(
        id=next(state.meta_ids),
        number=str(sent["track_number"]),
        title=str(sent.get("title") or ""),
        carrier_code=str(sent.get("carrier_code") or ""),
        created=state.clock.now(),
        description=sent.get("description"),
        weight=sent.get("weight"),
        quantity=sent.get("qty"),
    )
    shipment.tracks.append(track)
    kept(state, order)
    return track


def invoice(state: State, order: MagentoOrder, wanted: Mapping[int, int]) -> None:
    for item in order.items:
        item.invoiced = item.invoiced + wanted.get(item.id, 0) if wanted else item.quantity
    order.is_invoiced = not wanted
    if order.state == "new":
        order.state = order.status = "processing"
    if order.is_invoiced and not any(item.left for item in order.items):
        order.state = order.status = "complete"
    saved(state, order)


def cancel(state: State, order: MagentoOrder) -> bool:
    if order.state in _FINAL or order.is_invoiced:
        return False
    order.state = order.status = "canceled"
    for item in order.items:
        item.canceled = item.quantity - item.shipped
    saved(state, order)
    return True


def hold(state: State, order: MagentoOrder) -> bool:
    if order.state in (*_FINAL, "holded"):
        return False
    order.before_hold = (order.state, order.status)
    order.state = order.status = "holded"
    saved(state, order)
    return True


def unhold(state: State, order: MagentoOrder) -> bool:
    if order.before_hold is None or order.state != "holded":
        return False
    (order.state, order.status), order.before_hold = order.before_hold, None
    saved(state, order)
    return True


def refund(state: State, order: MagentoOrder) -> None:
    order.state = order.status = "closed"
    for item in order.items:
        item.refunded = item.quantity
    saved(state, order)


def edit(state: State, order: MagentoOrder, fields: Mapping[str, Any]) -> None:
    """As the office does: addresses are documents of their own, whose change the order does not notice."""
    for name in ("billing", "shipping"):
        if isinstance(fields.get(name), dict):
            setattr(order, name, msgspec.structs.replace(getattr(order, name), **fields[name]))
    if "customer_note" in fields:
        order.customer_note = str(fields["customer_note"])
        saved(state, order)
    else:
        kept(state, order)
