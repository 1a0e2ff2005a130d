"""Amounts as Shopify writes them: `55.0`, `949.95`, in the shop's currency and in the customer's."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from varco.sandbox.amounts import MILLION, rounded, without_tax
from varco.sandbox.shopify.orders import Item, ShopifyOrder

_VAT: Final = 22


def plain(amount: int) -> str:
    """With one digit behind the point at least, two at most."""
    text = f"{Decimal(rounded(amount)) / MILLION:.2f}"
    return text[:-1] if text.endswith("0") else text


def bag(order: ShopifyOrder, amount: int) -> dict[str, Any]:
    shown = order.shown_currency or order.currency
    return {
        "shopMoney": {"amount": plain(amount), "currencyCode": order.currency},
        "presentmentMoney": {"amount": plain(int(amount * Decimal(order.rate))), "currencyCode": shown},
    }


def net(amount: int) -> int:
    """Prices hold their tax."""
    return without_tax(amount, _VAT)


def total(order: ShopifyOrder) -> int:
    """As it was placed."""
    return sum(item.price * item.quantity - item.discount for item in order.items) + order.freight


def current_total(order: ShopifyOrder) -> int:
    """Without what was removed or paid back."""
    if order.financial == "REFUNDED":
        return 0
    return total(order) - sum(item.price * item.removed for item in order.items)


def current_price(item: Item) -> int:
    """Of the whole line, after discounts and without what was removed."""
    return (item.price * item.quantity - item.discount) * item.current // (item.quantity or 1)
