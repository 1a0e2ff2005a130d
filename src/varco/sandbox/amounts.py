"""Amounts of money in whole millionths, as WooCommerce keeps six digits and shows two."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

MILLION: Final = 1_000_000


def micro(text: str | int | float | Decimal) -> int:
    """`"14.50"` as 14,500,000."""
    return int((Decimal(str(text)) * MILLION).to_integral_value())


def rounded(amount: int, digits: int = 2) -> int:
    """To so many digits, half away from zero, as PHP rounds."""
    unit = int(10 ** (6 - digits))
    whole = (abs(amount) + unit // 2) // unit * unit
    return whole if amount >= 0 else -whole


def written(amount: int, digits: int = 2) -> str:
    """With exactly so many digits: `14.50`."""
    amount = rounded(amount, digits)
    sign = "-" if amount < 0 else ""
    whole, rest = divmod(abs(amount), MILLION)
    return f"{sign}{whole}.{rest:06d}"[: len(sign) + len(str(whole)) + 1 + digits].rstrip(".")


def trimmed(amount: int) -> str:
    """Without zeros at its end: `2.614754`, `0.63`, `0`. So WooCommerce writes taxes and coupons."""
    return written(amount, 6).rstrip("0").rstrip(".")


def part(amount: int, percent: int) -> int:
    """So many percent of it, rounded to a millionth."""
    product = amount * percent
    half = (abs(product) + 50) // 100
    return half if product >= 0 else -half


def without_tax(amount: int, percent: int) -> int:
    """What is left of a price that holds the tax."""
    return (amount * 100 + (100 + percent) // 2) // (100 + percent)
