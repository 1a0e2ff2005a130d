"""New orders: at random but by seed, with the odd ones that real shops hold."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Final

from varco.sandbox.amounts import micro, part, without_tax
from varco.sandbox.goods import GOODS, Good, line_name, sku_of, sold
from varco.sandbox.oddity import Oddity
from varco.sandbox.orders import Billing, Charge, Coupon, Line, Note, Order, Refund, Shipping, Tax, total
from varco.sandbox.people import lives_at, somebody
from varco.sandbox.woocommerce.state import DRAFT, State

TAXES: Final = {
    "IT": Tax(1, "IT-IVA 22%-1", "IVA 22%", 22),
    "DE": Tax(2, "DE-MWST 19%-1", "MwSt. 19%", 19),
    "FR": Tax(3, "FR-TVA 20%-1", "TVA 20%", 20),
    "PL": Tax(6, "PL-VAT 23%-1", "VAT 23%", 23),
}
REDUCED: Final = Tax(7, "IT-IVA 4%-1", "IVA 4%", 4)
NO_TAX: Final = Tax(0, "", "", 0)
_PAYMENTS: Final = (
    ("stripe", "Carta di credito"),
    ("ppcp-gateway", "PayPal"),
    ("bacs", "Bonifico bancario"),
    ("cod", "Contrassegno"),
)
_STATUSES: Final = (
    ("processing", 46), ("completed", 28), ("on-hold", 9), ("pending", 7), ("cancelled", 4), ("failed", 2),
    ("custom", 4),
)  # fmt: skip
_PAID: Final = ("processing", "completed", "refunded")
_NOTES: Final = (
    "Lasciare al vicino 🙏 – suonare «Bianchi»\nGrazie & arrivederci <b>mille</b>",
    "Bitte beim Hausmeister abgeben.",
    "Merci d’appeler avant la livraison",
)
_FRIENDLY_UA: Final = "Mozilla/5.0"


def random_order(
    state: State, created: int, *, status: str = "", oddities: Sequence[Oddity] | None = None, random: Random
) -> Order:
    """Without `oddities` a few come by chance. Its date of modification is a little after its making."""
    billing = somebody(random, random.randrange(10_000))
    payment = random.choice(_PAYMENTS)
    order = Order(
        id=next(state.post_ids),
        status=status or _status(state, random),
        created=created,
        modified=min(created + random.randrange(60, 7200), max(created, state.clock.now())),
        key=f"wc_order_{random.getrandbits(64):013x}"[:22],
        billing=billing,
        shipping=lives_at(billing),
        currency=state.spec.currency,
        customer_id=random.randrange(2, 60) if random.random() < 0.5 else 0,
        payment_method=payment[0],
        payment_title=payment[1],
        transaction_id=f"tx_{random.getrandbits(96):024x}" if payment[0] in ("stripe", "ppcp-gateway") else "",
        ip=f"192.0.2.{random.randrange(1, 255)}",
        user_agent=_FRIENDLY_UA,
    )
    _fill(state, order, random)
    for oddity in _by_chance(random) if oddities is None else oddities:
        _ODDITIES[oddity](state, order, random)
    if order.status in _PAID:
        order.paid = order.created + 60
    if order.status == "completed":
        order.completed = order.modified
    order.tax_line_id = next(state.line_ids)
    next(state.line_ids)  # a second rate's
    name = state.statuses().get(order.status, order.status)
    if order.status != "pending":
        text = f"Order status changed from Pending payment to {name}."
        order.notes.append(Note(next(state.note_ids), order.created, text))
    return order


def line_of(state: State, good: Good, quantity: int, country: str, coupon_percent: int = 0) -> Line:
    tax = REDUCED if good.reduced_tax and country == "IT" else TAXES.get(country, NO_TAX)
    net = without_tax(micro(good.price) * quantity, (REDUCED if good.reduced_tax else TAXES["IT"]).percent)
    return Line(
        id=next(state.line_ids),
        name=line_name(good),
        product_id=good.parent or good.id,
        variation_id=good.id if good.parent else 0,
        quantity=quantity,
        subtotal=net,
        total=net - part(net, coupon_percent),
        sku=sku_of(good),
        tax=tax,
        tax_class="reduced-rate" if good.reduced_tax else "",
        parent_name=GOODS[good.parent].name if good.parent else None,
        meta=[state.meta(name, value) for name, value in good.attributes],
    )


def shipping_of(state: State, country: str, title: str = "Spedizione standard", gross: str = "7.00") -> Charge:
    return Charge(
        id=next(state.line_ids),
        title=title,
        total=without_tax(micro(gross), 22),
        tax=TAXES.get(country),
        method_id="flat_rate",
        instance_id="1",
    )


def _status(state: State, random: Random) -> str:
    words, weights = zip(*_STATUSES, strict=True)
    status: str = random.choices(words, weights)[0]
    return random.choice(list(state.spec.statuses) or ["processing"]) if status == "custom" else status


def _fill(state: State, order: Order, random: Random) -> None:
    country = order.billing.country
    for good in random.choices(sold(), k=random.choices((1, 2, 3, 4), (40, 30, 20, 10))[0]):
        line = line_of(state, good, random.choices((1, 2, 3, 4), (60, 25, 10, 5))[0], country)
        if good.stock is not None and order.status in _PAID:
            line.meta.append(state.meta("_reduced_stock", str(line.quantity)))
        order.lines.append(line)
    order.shipping_lines.append(shipping_of(state, country, gross=random.choice(("7.00", "12.00"))))
    if country == "IT":
        order.meta.append(state.meta("_billing_codice_fiscale", "RSSMRA80A01F205X"))
    if order.billing.company:
        order.meta += [state.meta("_billing_piva", "IT01234567890"), state.meta("_billing_sdi", "ABCDEFG")]


def _by_chance(random: Random) -> list[Oddity]:
    common = (
        (Oddity.NOTE, 0.06), (Oddity.COUPON, 0.05), (Oddity.FEE, 0.04), (Oddity.DELETED_PRODUCT, 0.02),
        (Oddity.NO_SHIPPING_ADDRESS, 0.02), (Oddity.REFUNDED_PARTLY, 0.02), (Oddity.TWO_SHIPPING_LINES, 0.01),
        (Oddity.LONG_NAME, 0.01), (Oddity.FOREIGN_CURRENCY, 0.01),
    )  # fmt: skip
    return [oddity for oddity, share in common if random.random() < share]


def _big(state: State, order: Order, _random: Random) -> None:
    goods = sold()
    order.lines = [line_of(state, goods[place % len(goods)], place % 7 + 1, "IT") for place in range(60)]


def _coupon(state: State, order: Order, _random: Random) -> None:
    for line in order.lines:
        line.total = line.subtotal - part(line.subtotal, 10)
    off = sum(line.subtotal - line.total for line in order.lines)
    tax = sum(part(line.subtotal, line.tax.percent) - part(line.total, line.tax.percent) for line in order.lines)
    order.coupons = [Coupon(next(state.line_ids), "ESTATE10", off, tax, 10, next(state.meta_ids))]


def _deleted_product(state: State, order: Order, _random: Random) -> None:
    gone = line_of(state, GOODS[16], 2, order.billing.country)
    gone.product_id, gone.sku, gone.name = 0, None, "Prodotto eliminato"
    order.lines.append(gone)


def _draft(state: State, order: Order, _random: Random) -> None:
    """A cart in the block checkout: somebody is still filling it."""
    order.status, order.billing, order.shipping = DRAFT, Billing(), Shipping()
    order.customer_id, order.created_via, order.prices_include_tax = 0, "store-api", False
    order.payment_method = order.payment_title = order.transaction_id = order.ip = order.user_agent = ""
    order.shipping_lines, order.meta = [], []
    order.lines = [line_of(state, GOODS[11], 1, "IT")]


def _empty(_state: State, order: Order, _random: Random) -> None:
    order.status, order.billing, order.shipping = "on-hold", Billing(), Shipping()
    order.lines, order.shipping_lines, order.meta = [], [], []
    order.payment_method = order.payment_title = order.transaction_id = order.created_via = ""


def _fee(state: State, order: Order, _random: Random) -> None:
    tax = TAXES.get(order.billing.country)
    order.payment_method, order.payment_title, order.transaction_id = "cod", "Contrassegno", ""
    net = without_tax(micro("3.50"), 22)
    order.fees.append(Charge(next(state.line_ids), "Supplemento contrassegno", net, tax, amount="3.50"))


def _foreign_currency(_state: State, order: Order, _random: Random) -> None:
    order.currency = "USD"


def _free(state: State, order: Order, _random: Random) -> None:
    """A virtual good for nothing, sent nowhere."""
    order.status, order.billing, order.shipping = "completed", Billing(), Shipping()
    order.lines = [line_of(state, GOODS[22], 1, "IT")]
    order.lines[0].subtotal = order.lines[0].total = 0
    order.shipping_lines, order.meta = [], []


def _long_name(_state: State, order: Order, _random: Random) -> None:
    order.billing = Billing(
        first_name="  Anna  Maria 🎁",
        last_name='O\'Neill "Nina" ' + "Castelbarco-Albani " * 5,
        address_1="Strada Provinciale della Val di Non " * 5 + "12",
        city="Sant’Angelo in Vado",
        postcode="61048",
        state="PU",
        country="IT",
        email="nina@example.test",
    )
    order.shipping = lives_at(order.billing)


def _negative_fee(state: State, order: Order, _random: Random) -> None:
    order.fees.append(Charge(next(state.line_ids), "Sconto fedeltà", micro(-2), amount="-2"))


def _no_shipping_address(_state: State, order: Order, _random: Random) -> None:
    order.shipping = Shipping()


def _no_shipping_line(_state: State, order: Order, _random: Random) -> None:
    order.shipping_lines = []


def _note(_state: State, order: Order, random: Random) -> None:
    order.customer_note = random.choice(_NOTES)


def _refunded(state: State, order: Order, _random: Random) -> None:
    order.status = "refunded"
    order.refunds.append(Refund(next(state.post_ids), order.modified, total(order), "Reso totale"))


def _refunded_partly(state: State, order: Order, _random: Random) -> None:
    order.status = "completed"
    back = order.lines[0]
    net = back.total // back.quantity
    line = Line(
        id=next(state.line_ids), name=back.name, product_id=back.product_id, variation_id=back.variation_id,
        quantity=-1, subtotal=-net, total=-net, sku=back.sku, tax=NO_TAX, parent_name=back.parent_name,
        meta=[state.meta("_refunded_item_id", str(back.id))],
    )  # fmt: skip
    order.refunds.append(Refund(next(state.post_ids), order.modified, net, "Articolo danneggiato", (line,)))


def _tracked(state: State, order: Order, _random: Random) -> None:
    """As the plug-in Shipment Tracking keeps it."""
    order.status = next(iter(state.spec.statuses), "completed")
    item = {"tracking_provider": "brt", "tracking_number": f"BRT{order.id:06d}", "date_shipped": str(order.modified)}
    order.meta.append(state.meta("_wc_shipment_tracking_items", [item]))


def _two_shipping_lines(state: State, order: Order, _random: Random) -> None:
    order.shipping_lines.append(shipping_of(state, order.billing.country, "Spedizione fragile", "3.66"))


def _unpaid(_state: State, order: Order, _random: Random) -> None:
    order.status, order.payment_method, order.payment_title = "pending", "bacs", "Bonifico bancario"


_ODDITIES: Final[dict[Oddity, Callable[[State, Order, Random], None]]] = {
    Oddity.BIG: _big,
    Oddity.COUPON: _coupon,
    Oddity.DELETED_PRODUCT: _deleted_product,
    Oddity.DRAFT: _draft,
    Oddity.EMPTY: _empty,
    Oddity.FEE: _fee,
    Oddity.FOREIGN_CURRENCY: _foreign_currency,
    Oddity.FREE: _free,
    Oddity.LONG_NAME: _long_name,
    Oddity.NEGATIVE_FEE: _negative_fee,
    Oddity.NO_SHIPPING_ADDRESS: _no_shipping_address,
    Oddity.NO_SHIPPING_LINE: _no_shipping_line,
    Oddity.NOTE: _note,
    Oddity.REFUNDED: _refunded,
    Oddity.REFUNDED_PARTLY: _refunded_partly,
    Oddity.TRACKED: _tracked,
    Oddity.TWO_SHIPPING_LINES: _two_shipping_lines,
    Oddity.UNPAID: _unpaid,
}
