"""What the pretend shop keeps of an order. Times are whole seconds since 1970, amounts millionths, without tax.

`gc=False`: nothing here points back, and 100,000 orders need not be looked through again and again.
"""

from __future__ import annotations

from typing import Any

import msgspec

from varco.sandbox.amounts import part, rounded


class Billing(msgspec.Struct, frozen=True, gc=False):
    """In the shop's own order and words: it is sent as it stands."""

    first_name: str = ""
    last_name: str = ""
    company: str = ""
    address_1: str = ""
    address_2: str = ""
    city: str = ""
    state: str = ""
    postcode: str = ""
    country: str = ""
    email: str = ""
    phone: str = ""


class Shipping(msgspec.Struct, frozen=True, gc=False):
    first_name: str = ""
    last_name: str = ""
    company: str = ""
    address_1: str = ""
    address_2: str = ""
    city: str = ""
    state: str = ""
    postcode: str = ""
    country: str = ""
    phone: str = ""


class Meta(msgspec.Struct, gc=False):
    id: int
    key: str
    value: Any


class Tax(msgspec.Struct, frozen=True, gc=False):
    """One rate of the shop; which one an order pays goes by country and goods."""

    id: int
    code: str
    label: str
    percent: int


class Line(msgspec.Struct, gc=False):
    id: int
    name: str
    product_id: int
    """0 where the product was deleted meanwhile."""
    variation_id: int
    quantity: int
    subtotal: int
    """Of the whole line, before the coupon."""
    total: int
    sku: str | None
    tax: Tax
    tax_class: str = ""
    parent_name: str | None = None
    meta: list[Meta] = []


class Charge(msgspec.Struct, gc=False):
    """A way of shipping, or a fee."""

    id: int
    title: str
    total: int
    tax: Tax | None = None
    method_id: str = ""
    instance_id: str = ""
    amount: str = ""
    """Of a fee, as it was typed in."""


class Coupon(msgspec.Struct, gc=False):
    id: int
    code: str
    discount: int
    discount_tax: int
    amount: int
    """In percent, or in the shop's currency where it is `fixed_cart`."""
    meta_id: int
    kind: str = "percent"
    number: int = 35
    """The coupon's own."""


class Refund(msgspec.Struct, gc=False):
    id: int
    created: int
    amount: int
    reason: str = ""
    lines: tuple[Line, ...] = ()


class Note(msgspec.Struct, gc=False):
    id: int
    created: int
    text: str
    to_customer: bool = False
    author: str = "WooCommerce"


class Fulfilment(msgspec.Struct, gc=False):
    id: int
    status: str
    is_fulfilled: bool
    updated: int
    meta: list[Meta]
    deleted: int | None = None


class Order(msgspec.Struct, gc=False):
    id: int
    status: str
    created: int
    modified: int
    key: str
    tax_line_id: int = 0
    """The first of the numbers of its tax lines."""
    billing: Billing = Billing()
    shipping: Shipping = Shipping()
    currency: str = "EUR"
    prices_include_tax: bool = True
    lines: list[Line] = []
    shipping_lines: list[Charge] = []
    fees: list[Charge] = []
    coupons: list[Coupon] = []
    refunds: list[Refund] = []
    notes: list[Note] = []
    fulfilments: list[Fulfilment] = []
    meta: list[Meta] = []
    customer_id: int = 0
    payment_method: str = ""
    payment_title: str = ""
    transaction_id: str = ""
    ip: str = ""
    user_agent: str = ""
    created_via: str = "checkout"
    customer_note: str = ""
    completed: int | None = None
    paid: int | None = None
    visible_from: int = 0
    """In no list before this moment: a slow transaction becomes visible late."""
    status_before_trash: str = ""


def discount(order: Order) -> int:
    return sum(coupon.discount for coupon in order.coupons)


def discount_tax(order: Order) -> int:
    return sum(coupon.discount_tax for coupon in order.coupons)


def cart_tax(order: Order) -> int:
    """Of goods and fees."""
    goods = sum(tax_of(line.total, line.tax) for line in order.lines)
    return rounded(goods + sum(tax_of(fee.total, fee.tax) for fee in order.fees))


def shipping_tax(order: Order) -> int:
    return rounded(sum(tax_of(charge.total, charge.tax) for charge in order.shipping_lines))


def total(order: Order) -> int:
    """With tax; refunds do not lower it. The sum of what was rounded before, as WooCommerce adds it up."""
    goods = sum(rounded(line.total) for line in order.lines)
    charges = sum(rounded(charge.total) for charge in (*order.shipping_lines, *order.fees))
    return goods + charges + cart_tax(order) + shipping_tax(order)


def refunded(order: Order) -> int:
    return sum(refund.amount for refund in order.refunds)


def tax_of(amount: int, tax: Tax | None) -> int:
    return 0 if tax is None else part(amount, tax.percent)
