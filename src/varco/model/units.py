"""Weights and lengths are grams and millimetres inside; shops' units are converted where data enters."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Final

GRAMS_PER_UNIT: Final = {
    "g": Decimal(1),
    "kg": Decimal(1000),
    "lbs": Decimal("453.59237"),
    "lb": Decimal("453.59237"),
    "oz": Decimal("28.349523125"),
}


def weight_from(weight_g: int, unit: str) -> str:
    """The weight as a shop with this unit writes it, exact enough to come back as the same grams."""
    return format((weight_g / GRAMS_PER_UNIT[unit]).quantize(Decimal("0.000001")).normalize(), "f")


def grams_from(text: str, unit: str) -> int | None:
    """The weight in whole grams, or None where the shop gave none, nonsense or an unknown unit.

    A comma is read as a decimal point, since shops let merchants type it.
    """
    factor = GRAMS_PER_UNIT.get(unit)
    try:
        weight = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        return None
    if factor is None or not weight.is_finite() or weight <= 0:
        return None
    return int((weight * factor).to_integral_value(ROUND_HALF_UP))
