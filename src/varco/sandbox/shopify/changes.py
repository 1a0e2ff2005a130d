"""What happens to orders, by whomever. Here it is decided which date moves.

Holds, releases, moves, splits and progress move the fulfilment order's date alone, a corrected address the order's
alone; edits, cancelling, paying back and fulfilments move both
(https://community.shopify.com/t/inconsistent-updated-at-behavior-between-order-and-fulfillmentorder/322697).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from varco.sandbox.goods import GOODS
from varco.sandbox.shopify import states
from varco.sandbox.shopify.money import total
from varco.sandbox.shopify.orders import FoLine, Fulfilment, FulfilmentOrder, Hold, Item, Packed, Parcel, ShopifyOrder
from varco.sandbox.shopify.wares import item_of
from varco.sandbox.state import State

Quantities = Mapping[int, int]
"""By the number of a fulfilment order's line, or of an order's line where that is said. Empty: all."""


def saved(state: State, order: ShopifyOrder) -> None:
    states.settle(order)
    state.book.changed(order, state.clock.now())


def kept(state: State, order: ShopifyOrder) -> None:
    """Changed without moving the order's date."""
    states.settle(order)
    state.book.changed(order, None)


# Fulfilment orders


def routed(state: State, order: ShopifyOrder, shares: Mapping[int, Quantities], moment: int) -> None:
    """Make the fulfilment orders of new lines: for each location how many of which line."""
    for location, quantities in shares.items():
        found = FulfilmentOrder(
            id=next(state.fulfilment_ids), created=moment, updated=moment, location=location, fulfill_at=moment
        )
        found.lines = [FoLine(next(state.meta_ids), item, count, count) for item, count in quantities.items()]
        order.fulfilment_orders.append(found)


def taken_out(
    state: State, order: ShopifyOrder, found: FulfilmentOrder, quantities: Quantities, location: int
) -> FulfilmentOrder:
    """A second fulfilment order with so many of its lines (recorded for holds and moves of a part)."""
    now = state.clock.now()
    other = FulfilmentOrder(
        id=next(state.fulfilment_ids), created=now, updated=now, location=location, fulfill_at=found.fulfill_at,
        request_status=found.request_status,
    )  # fmt: skip
    for line in found.lines:
        count = quantities.get(line.id, 0)
        if count:
            other.lines.append(FoLine(next(state.meta_ids), line.item, count, count))
            line.total, line.remaining = line.total - count, line.remaining - count
    found.lines = [line for line in found.lines if line.total]
    found.updated = now
    order.fulfilment_orders.append(other)
    return other


def hold(
    state: State, order: ShopifyOrder, found: FulfilmentOrder, quantities: Quantities, held: Hold
) -> FulfilmentOrder | None:
    """What is not held stands in a new fulfilment order: the held part keeps the number (recorded)."""
    rest = {line.id: line.remaining - quantities.get(line.id, 0) for line in found.lines} if quantities else {}
    other = None
    if any(rest.values()):
        other = taken_out(state, order, found, rest, found.location)
        other.split_from = found.id
    found.status, found.updated = "ON_HOLD", state.clock.now()
    found.holds.append(held)
    return other


def release(state: State, order: ShopifyOrder, found: FulfilmentOrder, holds: Sequence[int] = ()) -> None:
    """What the hold had split off comes back, and that fulfilment order is closed (recorded)."""
    found.holds = [held for held in found.holds if holds and held.id not in holds]
    if found.holds:
        return
    now = state.clock.now()
    found.status, found.updated = "OPEN", now
    for other in order.fulfilment_orders:
        if other.split_from == found.id and other.status == "OPEN" and other.location == found.location:
            for line in other.lines:
                _put_back(state, found, line.item, line.remaining)
                line.total = line.remaining = 0
            other.status, other.updated = "CLOSED", now


def _put_back(state: State, found: FulfilmentOrder, item: int, count: int) -> None:
    line = next((line for line in found.lines if line.item == item), None)
    if line is None:
        found.lines.append(FoLine(next(state.meta_ids), item, count, count))
    else:
        line.total, line.remaining = line.total + count, line.remaining + count


def move(
    state: State, order: ShopifyOrder, found: FulfilmentOrder, location: int, quantities: Quantities
) -> FulfilmentOrder:
    """The one that stands at the new location: a new one where only a part is moved (recorded)."""
    whole = not quantities or all(quantities.get(line.id, 0) >= line.remaining for line in found.lines)
    if not whole:
        return taken_out(state, order, found, quantities, location)
    found.location, found.updated = location, state.clock.now()
    return found


def report_progress(state: State, found: FulfilmentOrder) -> None:
    found.status, found.reported, found.updated = "IN_PROGRESS", True, state.clock.now()


# Fulfilments


def fulfil(
    state: State,
    order: ShopifyOrder,
    wanted: Mapping[int, Quantities],
    parcels: Sequence[Parcel],
    *,
    notify: bool = False,
) -> Fulfilment:
    """So many of which fulfilment orders' lines; an empty mapping takes all that a fulfilment order has left."""
    now = state.clock.now()
    chosen = [found for found in order.fulfilment_orders if found.id in wanted]
    packed = [line for found in chosen for line in _packed(state, found, wanted[found.id], now)]
    made = Fulfilment(
        id=next(state.fulfilment_ids),
        name=f"{order.name_shown}-F{len(order.shipments) + 1}",
        created=now,
        updated=now,
        location=chosen[0].location if chosen else 0,
        lines=packed,
        parcels=list(parcels),
        notifies=notify,
    )
    order.shipments.append(made)
    mail(order, made, "shipping confirmation")
    return made


def _packed(state: State, found: FulfilmentOrder, quantities: Quantities, now: int) -> list[Packed]:
    packed = []
    for line in found.lines:
        count = quantities.get(line.id, 0) if quantities else line.remaining
        if count:
            packed.append(Packed(next(state.meta_ids), found.id, line.id, line.item, count))
            line.remaining -= count
    found.status, found.updated = ("IN_PROGRESS" if found.remaining else "CLOSED"), now
    return packed


def mail(order: ShopifyOrder, fulfilment: Fulfilment, subject: str) -> None:
    if fulfilment.notifies:
        numbers = ", ".join(parcel.number for parcel in fulfilment.parcels if parcel.number)
        order.mails.append(f"{subject}: {numbers}")


def cancel_fulfilment(state: State, order: ShopifyOrder, fulfilment: Fulfilment) -> None:
    """What was packed has to be shipped again, in a fulfilment order with a new number."""
    now = state.clock.now()
    fulfilment.status, fulfilment.updated = "CANCELLED", now
    shares: dict[int, dict[int, int]] = {}
    for packed in fulfilment.lines:
        found = order.fulfilment_order(packed.order)
        if found is None or found.status in states.OVER:
            share = shares.setdefault(fulfilment.location, {})
            share[packed.item] = share.get(packed.item, 0) + packed.quantity
        else:
            next(line for line in found.lines if line.id == packed.line).remaining += packed.quantity
            found.status, found.updated = "OPEN", now
    routed(state, order, shares, now)


# Orders


def cancel(state: State, order: ShopifyOrder, reason: str = "OTHER") -> None:
    """Its fulfilment orders are closed, not cancelled (recorded)."""
    order.cancelled, order.cancel_reason = state.clock.now(), reason
    _close(state, order)


def _close(state: State, order: ShopifyOrder) -> None:
    for found in states.open_ones(order):
        found.status, found.updated = "CLOSED", state.clock.now()
        for line in found.lines:
            line.remaining = 0


def reopen(state: State, order: ShopifyOrder) -> None:
    """As if neither a cancelling nor a refund nor a fulfilment had happened. No real shop can do that."""
    if order.financial in ("REFUNDED", "VOIDED"):
        order.refunded, order.financial = 0, "PAID"
        for item in order.items:
            item.removed = 0
    order.cancelled = 0
    for fulfilment in order.shipments:
        fulfilment.status = "CANCELLED"
    places = {line.item: found.location for found in order.fulfilment_orders for line in found.lines}
    _close(state, order)
    shares: dict[int, dict[int, int]] = {}
    for item in order.items:
        if item.current and not item.is_tip:
            shares.setdefault(places.get(item.id, 0), {})[item.id] = item.current
    routed(state, order, shares, state.clock.now())


def refund(state: State, order: ShopifyOrder, quantities: Quantities) -> None:
    """So many of the order's lines, taken from what is not shipped yet; without any all, and then nothing is left."""
    if not quantities:
        order.refunded, order.financial = total(order), "REFUNDED"
        for item in order.items:
            item.removed += states.unfulfilled(order, item)
        _close(state, order)
        return
    order.financial = "PARTIALLY_REFUNDED"
    order.refunded += sum(item.price * quantities.get(item.id, 0) for item in order.items)
    remove(state, order, quantities)


def remove(state: State, order: ShopifyOrder, quantities: Quantities) -> None:
    """Lines become fewer: so do those of the fulfilment orders (recorded of an edit)."""
    for number, count in quantities.items():
        item = order.item(number)
        if item is not None:
            item.removed += count
            _lessen(state, order, item, count)


def _lessen(state: State, order: ShopifyOrder, item: Item, count: int) -> None:
    for found in states.open_ones(order):
        for line in [line for line in found.lines if line.item == item.id]:
            less = min(count, line.remaining)
            line.total, line.remaining, count = line.total - less, line.remaining - less, count - less
            found.updated = state.clock.now()
        if not found.remaining:
            found.status = "CLOSED"


def add(state: State, order: ShopifyOrder, goods: Quantities) -> None:
    """New lines stand in a second fulfilment order of the same location (recorded of an edit)."""
    items = [item_of(state, GOODS[number], count) for number, count in goods.items()]
    order.items += items
    location = order.fulfilment_orders[0].location if order.fulfilment_orders else 0
    routed(state, order, {location: {item.id: item.quantity for item in items}}, state.clock.now())
