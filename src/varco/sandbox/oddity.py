"""What makes an order worth testing with. A platform makes of it what its orders can have."""

from __future__ import annotations

from enum import StrEnum


class Oddity(StrEnum):
    BIG = "big"
    COUPON = "coupon"
    DELETED_PRODUCT = "deleted-product"
    DRAFT = "draft"
    EMPTY = "empty"
    FEE = "fee"
    FOREIGN_CURRENCY = "foreign-currency"
    FREE = "free"
    LONG_NAME = "long-name"
    NEGATIVE_FEE = "negative-fee"
    NO_SHIPPING_ADDRESS = "no-shipping-address"
    NO_SHIPPING_LINE = "no-shipping-line"
    NOTE = "note"
    REFUNDED = "refunded"
    REFUNDED_PARTLY = "refunded-partly"
    TRACKED = "tracked"
    TWO_SHIPPING_LINES = "two-shipping-lines"
    UNPAID = "unpaid"
