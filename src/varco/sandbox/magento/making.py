"""New orders: at random but by seed, with the odd ones that real shops hold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Any, Final

from varco.sandbox.amounts import micro, part
from varco.sandbox.magento.orders import Item, MagentoOrder
from varco.sandbox.magento.wares import BUNDLE, CONFIGURABLE, WARES, Ware, sold
from varco.sandbox.oddity import Oddity
from varco.sandbox.orders import Charge, Line, Shipping, Tax
from varco.sandbox.people import lives_at, somebody
from varco.sandbox.state import State

STATUSES: Final = {
    "pending": "Pending",
    "pending_payment": "Pending Payment",
    "payment_review": "Payment Review",
    "processing": "Processing",
    "holded": "On Hold",
    "complete": "Complete",
    "closed": "Closed",
    "canceled": "Canceled",
    "fraud": "Suspected Fraud",
}
_STATES: Final = {"pending": "new", "fraud": "payment_review"}
"""Where a status is not called like its state."""
_TAX: Final = {"IT": 22, "DE": 19, "FR": 20, "PL": 23, "AT": 20}
_CHANCES: Final = (
    ("processing", 44), ("complete", 27), ("pending", 14), ("canceled", 5), ("holded", 4), ("closed", 2), ("custom", 4),
)  # fmt: skip
_INVOICED: Final = ("complete", "closed")
_PAYMENTS: Final = ("checkmo", "banktransfer", "cashondelivery")
_NOTES: Final = ("Lasciare al vicino, suonare «Bianchi»", "Bitte beim Hausmeister abgeben.", "Merci d’appeler avant")


def state_of(status: str) -> str:
    """Statuses of the owner's own belong to the state Processing."""
    if status in _STATES:
        return _STATES[status]
    return status if status in STATUSES else "processing"


def random_order(
    state: State, created: int, *, status: str, oddities: Sequence[Oddity] | None, random: Random
) -> MagentoOrder:
    """Without `oddities` a few come by chance. Its date of modification is a little after its making."""
    billing = somebody(random, random.randrange(10_000))
    order_id = next(state.post_ids)
    status = status or _by_weight(state, random)
    order = MagentoOrder(
        id=order_id,
        increment=f"{order_id ^ 1:09d}",
        status=status,
        state=state_of(status),
        created=created,
        modified=min(created + random.randrange(60, 7200), max(created, state.clock.now())),
        key=f"{random.getrandbits(128):032x}",
        billing=billing,
        shipping=lives_at(billing),
        currency=state.spec.currency,
        customer_id=random.randrange(2, 60) if random.random() < 0.4 else 0,
        payment_method=random.choice(_PAYMENTS),
        freight=micro(random.choice((5, 10, 15))),
        address_ids=(order_id * 2 - 1, order_id * 2),
        is_invoiced=status in _INVOICED,
    )
    for ware in random.choices(sold(), k=random.choices((1, 2, 3, 4), (40, 30, 20, 10))[0]):
        add_ware(state, order, ware, random.choices((1, 2, 3), (65, 25, 10))[0])
    for oddity in _by_chance(random) if oddities is None else oddities:
        _ODDITIES.get(oddity, _nothing)(state, order, random)
    settle(order)
    return order


def add_ware(state: State, order: MagentoOrder, ware: Ware, quantity: int) -> None:
    """One row, or with what stands below it: a variant below its product, parts below their bundle."""
    percent = 0 if ware.type == "virtual" else _TAX.get(order.shipping.country, 22)
    if ware.parent:
        row = _item(state, WARES[ware.parent], quantity, percent, sku=ware.sku, weight=ware.weight)
        row.option = {"configurable_item_options": [{"option_id": "137", "option_value": ware.option}]}
        below = _item(state, ware, quantity, percent)
        below.parent, below.in_variant = row.id, True
        order.items += [row, below]
    elif ware.type == BUNDLE:
        order.items += _bundle(state, ware, quantity, percent)
    else:
        order.items.append(_item(state, ware, quantity, percent))


def _bundle(state: State, ware: Ware, quantity: int, percent: int) -> list[Item]:
    price = sum(micro(WARES[product].price) * count for product, count in ware.parts)
    weight = round(sum((WARES[product].weight or 0) * count for product, count in ware.parts), 4)
    row = _item(state, ware, quantity, percent, weight=weight)
    row.price = price
    row.option = {
        "bundle_options": [
            {"option_id": place, "option_qty": count, "option_selections": [place]}
            for place, (_, count) in enumerate(ware.parts, 1)
        ]
    }
    parts = [_item(state, WARES[product], count * quantity, percent) for product, count in ware.parts]
    for part_row in parts:
        part_row.parent = row.id
    return [row, *parts]


def _item(
    state: State, ware: Ware, quantity: int, percent: int, *, sku: str = "", weight: float | int | None = None
) -> Item:
    return Item(
        id=next(state.line_ids),
        product_id=ware.id,
        type=ware.type,
        sku=sku or ware.sku,
        name=ware.name,
        quantity=quantity,
        price=micro(ware.price),
        weight=weight if ware.type in (BUNDLE, CONFIGURABLE) else ware.weight,
        tax_percent=percent,
    )


def settle(order: MagentoOrder) -> None:
    """What the office's page shows of it; rows of an order that is done are shipped and invoiced."""
    rate = Tax(1, "IVA", "IVA", _TAX.get(order.shipping.country, 22))
    order.lines = [
        Line(id=item.id, name=item.name, product_id=item.product_id, variation_id=0, quantity=item.quantity,
             subtotal=item.price * item.quantity, total=item.total, sku=item.sku, tax=rate)
        for item in order.parents()
    ]  # fmt: skip
    order.shipping_lines = [Charge(id=1, title="Flat Rate", total=order.freight)]
    order.payment_title = order.payment_method
    if order.is_invoiced:
        for item in order.items:
            item.invoiced = item.quantity
            item.shipped = 0 if item.in_variant or item.is_virtual else item.quantity
            item.refunded = item.quantity if order.status == "closed" else 0


def _by_weight(state: State, random: Random) -> str:
    words, weights = zip(*_CHANCES, strict=True)
    status: str = random.choices(words, weights)[0]
    return random.choice(list(state.spec.statuses) or ["processing"]) if status == "custom" else status


def _by_chance(random: Random) -> list[Oddity]:
    common = ((Oddity.NOTE, 0.06), (Oddity.COUPON, 0.05), (Oddity.FREE, 0.02), (Oddity.LONG_NAME, 0.01))
    return [oddity for oddity, share in common if random.random() < share]


def _nothing(_state: State, _order: MagentoOrder, _random: Random) -> None:
    """What a Magento order cannot have."""


def _big(state: State, order: MagentoOrder, _random: Random) -> None:
    wares = sold()
    order.items = []
    for place in range(60):
        add_ware(state, order, wares[place % len(wares)], place % 7 + 1)


def _coupon(_state: State, order: MagentoOrder, _random: Random) -> None:
    order.coupon = "NATALE10"
    for item in order.items:
        if item.type == "simple" and not item.parent:
            item.discount_percent, item.discount = 10, part(item.price * item.quantity, 10)


def _deleted_product(_state: State, order: MagentoOrder, _random: Random) -> None:
    order.items[0].product_id = 9999


def _empty(_state: State, order: MagentoOrder, _random: Random) -> None:
    order.items = []


def _free(state: State, order: MagentoOrder, _random: Random) -> None:
    """A virtual good, sent nowhere."""
    order.items, order.freight, order.shipping = [], 0, Shipping()
    add_ware(state, order, WARES[8], 1)


def _foreign_currency(_state: State, order: MagentoOrder, _random: Random) -> None:
    order.currency = "USD"


def _long_name(_state: State, order: MagentoOrder, _random: Random) -> None:
    fields: dict[str, Any] = {
        "first_name": "  Anna  Maria", "last_name": 'O\'Neill "Nina" ' + "Castelbarco-Albani " * 5,
        "address_1": "Strada Provinciale della Val di Non " * 5 + "12",
    }  # fmt: skip
    order.shipping = Shipping(**fields, city="Sant’Angelo in Vado", postcode="61048", state="PU", country="IT")


def _note(_state: State, order: MagentoOrder, random: Random) -> None:
    order.customer_note = random.choice(_NOTES)


def _refunded(_state: State, order: MagentoOrder, _random: Random) -> None:
    order.status, order.state, order.is_invoiced = "closed", "closed", True


def _unpaid(_state: State, order: MagentoOrder, _random: Random) -> None:
    order.status, order.state, order.is_invoiced = "pending_payment", "pending_payment", False


_ODDITIES: Final[dict[Oddity, Callable[[State, MagentoOrder, Random], None]]] = {
    Oddity.BIG: _big,
    Oddity.COUPON: _coupon,
    Oddity.DELETED_PRODUCT: _deleted_product,
    Oddity.EMPTY: _empty,
    Oddity.FOREIGN_CURRENCY: _foreign_currency,
    Oddity.FREE: _free,
    Oddity.LONG_NAME: _long_name,
    Oddity.NOTE: _note,
    Oddity.REFUNDED: _refunded,
    Oddity.UNPAID: _unpaid,
}
