"""What a pretend PrestaShop keeps of an order beyond what every shop does, and what happens to it.

A state's change moves the date of modification, and so does a field of the order; an address or a tracking number does
not (measured on 8.2.1).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Final

import msgspec

from varco.sandbox.amounts import micro, part, without_tax
from varco.sandbox.goods import GOODS, Good, line_name, sku_of, sold
from varco.sandbox.oddity import Oddity
from varco.sandbox.orders import Billing, Charge, Line, Order, Shipping, Tax
from varco.sandbox.people import lives_at, somebody
from varco.sandbox.state import State

VAT: Final = Tax(1, "IT-IVA 22%-1", "IVA IT 22%", 22)
CANCELED: Final = "6"
_STATUSES: Final = (("2", 30), ("3", 20), ("4", 14), ("5", 10), ("10", 9), ("6", 5), ("13", 6), ("14", 6))
_PAYMENTS: Final = (
    ("ps_wirepayment", "Wire payment"),
    ("ps_cashondelivery", "Cash on delivery (COD)"),
    ("ps_checkpayment", "Payments by check"),
)
_CARRIERS: Final = (2, 6, 7, 8)
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_NOTES: Final = ("Citofono: «Rossi»\nlasciare in portineria", "Bitte beim Hausmeister abgeben.")


class CarrierRow(msgspec.Struct, gc=False):
    """One line of `order_carriers`."""

    id: int
    carrier: int
    created: int | None
    weight: str
    cost: int
    """Without tax, in millionths."""
    tracking: str = ""
    wiped: bool = False
    """PUT left fields out: they are empty since."""


class History(msgspec.Struct, gc=False):
    id: int
    state: str
    created: int
    employee: int = 0


class PsOrder(Order, gc=False):
    reference: str = ""
    carrier: int = 0
    carriers: list[CarrierRow] = msgspec.field(default_factory=list)
    histories: list[History] = msgspec.field(default_factory=list)
    note: str = ""
    gift: bool = False
    other: str = ""
    """What the customer wrote at the address."""
    moved_away: bool = False
    """The customer deleted the addresses since: they stay readable."""
    wants: str = ""
    """The text on a gift's card."""
    shipping_number: str = ""
    mails: list[str] = msgspec.field(default_factory=list)
    """What the customer was mailed."""


def made(state: State, created: int, *, status: str, oddities: Sequence[Oddity] | None, random: Random) -> PsOrder:
    billing = somebody(random, random.randrange(10_000))
    payment = random.choice(_PAYMENTS)
    number = next(state.post_ids)
    order = PsOrder(
        id=number,
        status=status or _status(random),
        created=created,
        modified=min(created + random.randrange(60, 7200), max(created, state.clock.now())),
        key=f"{random.getrandbits(128):032x}",
        billing=billing,
        shipping=lives_at(billing),
        currency=state.spec.currency,
        customer_id=number,
        payment_method=payment[0],
        payment_title=payment[1],
        reference="".join(random.choices(_LETTERS, k=9)),
        carrier=random.choice(_CARRIERS),
        other=random.choice(_NOTES) if random.random() < 0.1 else "",
    )
    for good in random.choices(sold(), k=random.choices((1, 2, 3, 4), (40, 30, 20, 10))[0]):
        order.lines.append(line_of(state, good, random.choices((1, 2, 3, 4), (60, 25, 10, 5))[0]))
    order.shipping_lines.append(Charge(next(state.line_ids), "", without_tax(micro("7.00"), 22), VAT))
    for oddity in _by_chance(random) if oddities is None else oddities:
        _ODDITIES.get(oddity, _nothing)(state, order, random)
    if any(not _good_of(line).virtual for line in order.lines):
        order.carriers.append(
            CarrierRow(
                next(state.fulfilment_ids), order.carrier, created, weight_of(order), order.shipping_lines[0].total
            )
        )
    else:
        order.carrier = 0
    order.histories.append(History(next(state.note_ids), order.status, created, 1))
    return order


def weight_of(order: Order) -> str:
    kilos = sum(float(_good_of(line).weight or "0") * line.quantity for line in order.lines)
    return f"{kilos:.6f}"


def _good_of(line: Line) -> Good:
    return GOODS.get(line.variation_id or line.product_id) or Good(id=0, name=line.name, sku="", price="0")


def line_of(state: State, good: Good, quantity: int) -> Line:
    net = without_tax(micro(good.price) * quantity, VAT.percent)
    return Line(
        id=next(state.line_ids),
        name=line_name(good),
        product_id=good.parent or good.id,
        variation_id=good.id if good.parent else 0,
        quantity=quantity,
        subtotal=net,
        total=net,
        sku=sku_of(good),
        tax=VAT,
    )


def _status(random: Random) -> str:
    words, weights = zip(*_STATUSES, strict=True)
    status: str = random.choices(words, weights)[0]
    return status


def _by_chance(random: Random) -> list[Oddity]:
    common = ((Oddity.NOTE, 0.06), (Oddity.COUPON, 0.05), (Oddity.DELETED_PRODUCT, 0.02), (Oddity.LONG_NAME, 0.01))
    return [oddity for oddity, share in common if random.random() < share]


def _nothing(_state: State, _order: PsOrder, _random: Random) -> None:
    """PrestaShop's orders cannot have it."""


def _big(state: State, order: PsOrder, _random: Random) -> None:
    goods = sold()
    order.lines = [line_of(state, goods[place % len(goods)], place % 7 + 1) for place in range(60)]


def _coupon(_state: State, order: PsOrder, _random: Random) -> None:
    for line in order.lines:
        line.total = line.subtotal - part(line.subtotal, 10)


def _deleted_product(state: State, order: PsOrder, _random: Random) -> None:
    """Its rows keep its number, though nothing answers to it."""
    gone = line_of(state, GOODS[16], 2)
    gone.product_id, gone.name, gone.sku = 10, "Olio extravergine 5 L", "OLIO-5"
    order.lines.append(gone)


def _empty(_state: State, order: PsOrder, _random: Random) -> None:
    order.lines = []


def _foreign_currency(_state: State, order: PsOrder, _random: Random) -> None:
    order.currency = "GBP"


def _free(state: State, order: PsOrder, _random: Random) -> None:
    """Virtual goods alone: no carrier, and no row of one."""
    order.lines = [line_of(state, GOODS[22], 1)]


def _long_name(_state: State, order: PsOrder, _random: Random) -> None:
    order.billing = Billing(
        first_name="  Anna  Maria 🎁", last_name="O'Neill " + "Castelbarco-Albani " * 5,
        address_1="Strada Provinciale della Val di Non " * 3 + "12", city="Sant’Angelo in Vado", postcode="61048",
        state="PU", country="IT", email="nina@example.test",
    )  # fmt: skip
    order.shipping = lives_at(order.billing)


def _no_shipping_address(_state: State, order: PsOrder, _random: Random) -> None:
    order.shipping = Shipping()


def _note(_state: State, order: PsOrder, random: Random) -> None:
    order.gift, order.wants = (
        True,
        random.choice(("Buon compleanno 🎂 — con affetto", "linea1\r\nlinea2 ]]> \x0b fine")),
    )


def _tracked(_state: State, order: PsOrder, _random: Random) -> None:
    order.status, order.shipping_number = "4", f"BRT{order.id:06d}"


def _two_rows(state: State, order: PsOrder, _random: Random) -> None:
    order.carriers.append(CarrierRow(next(state.fulfilment_ids), order.carrier, order.created, "0.500000", 0))


_ODDITIES: Final[dict[Oddity, Callable[[State, PsOrder, Random], None]]] = {
    Oddity.BIG: _big,
    Oddity.COUPON: _coupon,
    Oddity.DELETED_PRODUCT: _deleted_product,
    Oddity.EMPTY: _empty,
    Oddity.FOREIGN_CURRENCY: _foreign_currency,
    Oddity.FREE: _free,
    Oddity.LONG_NAME: _long_name,
    Oddity.NO_SHIPPING_ADDRESS: _no_shipping_address,
    Oddity.NOTE: _note,
    Oddity.TRACKED: _tracked,
    Oddity.TWO_SHIPPING_LINES: _two_rows,
}


def saved(state: State, order: Order) -> None:
    """A field of the order itself was changed."""
    state.book.changed(order, state.clock.now())


def add_state(state: State, order: PsOrder, status: str, employee: int = 0) -> History:
    """A new row each time, the same state again too."""
    row = History(next(state.note_ids), status, state.clock.now(), employee)
    order.histories.append(row)
    order.status = status
    saved(state, order)
    return row
