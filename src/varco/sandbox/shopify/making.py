"""New orders: at random but by seed, with the odd ones that real shops hold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Final

from varco.model.errors import BadInput
from varco.sandbox.amounts import micro, part
from varco.sandbox.goods import GOODS, sold
from varco.sandbox.oddity import Oddity
from varco.sandbox.orders import Billing, Shipping
from varco.sandbox.people import lives_at, somebody
from varco.sandbox.shopify import changes, states
from varco.sandbox.shopify.orders import Hold, Item, Parcel, ShopifyOrder
from varco.sandbox.shopify.wares import item_of
from varco.sandbox.state import State

_CHANCES: Final = (
    ("unfulfilled", 36), ("unpaid", 4), ("fulfilled", 26), ("partially_fulfilled", 5), ("on_hold", 7),
    ("in_progress", 4), ("scheduled", 2), ("cancelled", 8), ("refunded", 8),
)  # fmt: skip
_PAID: Final = ("PAID",) * 8 + ("PENDING", "AUTHORIZED")
"""Cash on delivery is pending until the parcel arrives."""
_NOTES: Final = ("Citofono: «Rossi»\nlasciare in portineria", "Bitte beim Hausmeister abgeben.", "Auguri! 🎂")


def random_order(
    state: State, created: int, *, status: str, oddities: Sequence[Oddity] | None, random: Random
) -> ShopifyOrder:
    number = next(state.post_ids)
    billing = somebody(random, number)
    modified = min(created + random.randrange(60, 7200), max(created, state.clock.now()))
    order = ShopifyOrder(
        id=number,
        status="",
        created=created,
        modified=modified,
        key=f"{random.getrandbits(64):016x}",
        billing=billing,
        shipping=lives_at(billing),
        currency=state.spec.currency,
        financial=random.choice(_PAID),
        freight=micro(random.choice(("0", "6.90", "9.90"))),
        routed=created + state.spec.routing_s,
    )
    for good in random.choices(sold(), k=random.choices((1, 2, 3, 4), (40, 30, 20, 10))[0]):
        order.items.append(item_of(state, good, random.choices((1, 2, 3), (65, 25, 10))[0]))
    wished = _by_chance(random) if oddities is None else oddities
    for oddity in wished:
        _ODDITIES.get(oddity, _nothing)(state, order, random)
    changes.routed(state, order, _shares(state, order, random, split=oddities is None), order.routed)
    bring_to(state, order, status or _LEADS_TO.get(wished[0] if wished else None, "") or _word(random))
    if Oddity.TRACKED in wished:
        _track(order)
    _date(order)
    states.settle(order)
    return order


def bring_to(state: State, order: ShopifyOrder, word: str) -> None:
    """Let it become one of `states.STATUSES`, by the steps that lead there. Raises `BadInput`."""
    if word not in states.STATUSES:
        raise BadInput(f"An order of a pretend Shopify cannot be {word!r}: {', '.join(states.STATUSES)}.")
    if order.status == word:
        return
    if is_done(order):
        changes.reopen(state, order)
    for found in states.open_ones(order):
        changes.release(state, order, found)
    _BRINGS[word](state, order)
    states.settle(order)


def moves_order(order: ShopifyOrder, word: str) -> bool:
    """Whether its own date moves on the way there, and not those of its fulfilment orders alone."""
    pays = word == "unfulfilled" and order.financial in states.UNPAID
    return pays or is_done(order) or word not in _BY_FULFILMENT_ORDER


def is_done(order: ShopifyOrder) -> bool:
    """In part or whole, one way or another."""
    shipped = any(found.status == "SUCCESS" for found in order.shipments)
    return bool(order.cancelled) or shipped or order.financial in ("REFUNDED", "VOIDED")


def _date(order: ShopifyOrder) -> None:
    """What just happened, happened when it was changed last."""
    for found in order.fulfilment_orders:
        found.updated = max(order.routed, min(found.updated, order.modified))
    for fulfilment in order.shipments:
        fulfilment.created = fulfilment.updated = order.modified
    order.cancelled = min(order.cancelled, order.modified)


def _open(order: ShopifyOrder) -> None:
    for found in states.open_ones(order):
        found.status, found.reported = "OPEN", False


def _unfulfilled(_state: State, order: ShopifyOrder) -> None:
    """Nothing keeps it from being shipped: it is paid too."""
    _open(order)
    if order.financial in states.UNPAID:
        order.financial = "PAID"


def _unpaid_yet(_state: State, order: ShopifyOrder) -> None:
    _open(order)
    order.financial = "PENDING"


def _voided(state: State, order: ShopifyOrder) -> None:
    changes.refund(state, order, {})
    order.refunded, order.financial = 0, "VOIDED"


def _fulfilled(state: State, order: ShopifyOrder) -> None:
    """Location by location, since one fulfilment is of one location (recorded)."""
    for location in {found.location for found in states.open_ones(order)}:
        there = [found.id for found in states.open_ones(order) if found.location == location]
        changes.fulfil(state, order, {number: {} for number in there}, ())


def _partly(state: State, order: ShopifyOrder) -> None:
    """One unit, if there is more than one; else it has to be all."""
    found = states.open_ones(order)[0] if states.open_ones(order) else None
    if found is not None and found.lines:
        changes.fulfil(state, order, {found.id: {found.lines[0].id: 1}}, ())


def _held(state: State, order: ShopifyOrder) -> None:
    for found in states.open_ones(order):
        changes.hold(state, order, found, {}, Hold(id=next(state.note_ids), reason="INCORRECT_ADDRESS"))


def _in_progress(state: State, order: ShopifyOrder) -> None:
    for found in states.open_ones(order):
        changes.report_progress(state, found)


def _scheduled(state: State, order: ShopifyOrder) -> None:
    now = state.clock.now()
    for found in states.open_ones(order):
        found.status, found.updated, found.fulfill_at = "SCHEDULED", now, now + 10 * 86_400


def _refunded(state: State, order: ShopifyOrder) -> None:
    changes.refund(state, order, {})


_BRINGS: Final[dict[str, Callable[[State, ShopifyOrder], None]]] = {
    "unpaid": _unpaid_yet,
    "voided": _voided,
    "unfulfilled": _unfulfilled,
    "partially_fulfilled": _partly,
    "in_progress": _in_progress,
    "on_hold": _held,
    "scheduled": _scheduled,
    "fulfilled": _fulfilled,
    "cancelled": changes.cancel,
    "refunded": _refunded,
}
_BY_FULFILMENT_ORDER: Final = ("unfulfilled", "on_hold", "in_progress", "scheduled")
_LEADS_TO: Final[dict[Oddity | None, str]] = {
    Oddity.REFUNDED: "refunded",
    Oddity.TRACKED: "fulfilled",
    Oddity.UNPAID: "unpaid",
    Oddity.REFUNDED_PARTLY: "unfulfilled",
}


def _word(random: Random) -> str:
    words, weights = zip(*_CHANCES, strict=True)
    word: str = random.choices(words, weights)[0]
    return word


def _shares(state: State, order: ShopifyOrder, random: Random, *, split: bool) -> dict[int, dict[int, int]]:
    """Which location ships what: now and then two of them share an order."""
    places = len(state.spec.locations) if split and random.random() < 0.15 else 1
    shares: dict[int, dict[int, int]] = {}
    for item in order.items:
        if not item.is_tip and item.current:
            shares.setdefault(random.randrange(places), {})[item.id] = item.current
    return shares


# The odd ones


def _by_chance(random: Random) -> list[Oddity]:
    common = ((Oddity.NOTE, 0.06), (Oddity.COUPON, 0.05), (Oddity.DELETED_PRODUCT, 0.02), (Oddity.LONG_NAME, 0.01))
    return [oddity for oddity, share in common if random.random() < share]


def _nothing(_state: State, _order: ShopifyOrder, _random: Random) -> None:
    """What a Shopify's order cannot have."""


def _big(state: State, order: ShopifyOrder, _random: Random) -> None:
    goods = sold()
    order.items = [item_of(state, goods[place % len(goods)], place % 7 + 1) for place in range(60)]


def _coupon(_state: State, order: ShopifyOrder, _random: Random) -> None:
    for item in order.items:
        item.discount = part(item.price * item.quantity, 10)


def _deleted_product(_state: State, order: ShopifyOrder, _random: Random) -> None:
    order.items[0].variant = 0


def _empty(_state: State, order: ShopifyOrder, _random: Random) -> None:
    order.items = []


def _tip(state: State, order: ShopifyOrder, _random: Random) -> None:
    """A line that nobody ships: https://community.shopify.com/t/topic/410117"""
    order.items.append(
        Item(
            id=next(state.line_ids), variant=0, title="Tip", quantity=1, price=micro("3.59"),
            requires_shipping=False, is_tip=True,
        )
    )  # fmt: skip


def _foreign_currency(_state: State, order: ShopifyOrder, _random: Random) -> None:
    order.shown_currency, order.rate = "GBP", "0.85"


def _free(state: State, order: ShopifyOrder, _random: Random) -> None:
    order.items, order.freight, order.method, order.shipping = (
        [item_of(state, GOODS[22], 1)],
        0,
        "NONE",
        Shipping(),
    )


def _long_name(_state: State, order: ShopifyOrder, _random: Random) -> None:
    order.billing = Billing(
        first_name="  Anna  Maria 🎁", last_name="O'Neill " + "Castelbarco-Albani " * 5,
        address_1="Strada Provinciale della Val di Non " * 3 + "12", city="Sant’Angelo in Vado", postcode="61048",
        state="PU", country="IT", email="nina@example.test",
    )  # fmt: skip
    order.shipping = lives_at(order.billing)


def _no_shipping_address(_state: State, order: ShopifyOrder, _random: Random) -> None:
    """Sold over the counter, to be taken along."""
    order.shipping, order.source, order.method = Shipping(), "pos", "RETAIL"


def _note(_state: State, order: ShopifyOrder, random: Random) -> None:
    order.customer_note = random.choice(_NOTES)


def _partly_refunded(_state: State, order: ShopifyOrder, _random: Random) -> None:
    order.items[0].quantity += 1
    order.items[0].removed = 1
    order.refunded, order.financial = order.items[0].price, "PARTIALLY_REFUNDED"


def _unpaid(_state: State, order: ShopifyOrder, _random: Random) -> None:
    order.financial = "PENDING"


def _track(order: ShopifyOrder) -> None:
    for made in order.shipments:
        number = f"BRT{order.id:06d}"
        made.parcels = [Parcel(number, f"https://t.example/{number}", "BRT")]


_ODDITIES: Final[dict[Oddity, Callable[[State, ShopifyOrder, Random], None]]] = {
    Oddity.BIG: _big,
    Oddity.COUPON: _coupon,
    Oddity.DELETED_PRODUCT: _deleted_product,
    Oddity.EMPTY: _empty,
    Oddity.FEE: _tip,
    Oddity.FOREIGN_CURRENCY: _foreign_currency,
    Oddity.FREE: _free,
    Oddity.LONG_NAME: _long_name,
    Oddity.NO_SHIPPING_ADDRESS: _no_shipping_address,
    Oddity.NOTE: _note,
    Oddity.REFUNDED_PARTLY: _partly_refunded,
    Oddity.UNPAID: _unpaid,
}
