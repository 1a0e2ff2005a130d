"""The goods as a Shopify has them: all that can be sold are variants, some of a product of their own."""

from __future__ import annotations

from typing import Final

from varco.sandbox.amounts import micro
from varco.sandbox.goods import GOODS, Good, sku_of
from varco.sandbox.shopify.orders import Item
from varco.sandbox.state import State

_GRAMS: Final = {"kg": 1000.0, "g": 1.0, "lbs": 453.59237, "lb": 453.59237, "oz": 28.349523125}
UNITS: Final = {"kg": "KILOGRAMS", "g": "GRAMS", "lbs": "POUNDS", "lb": "POUNDS", "oz": "OUNCES"}


def item_of(state: State, good: Good, quantity: int) -> Item:
    return Item(
        id=next(state.line_ids),
        variant=good.id,
        title=title_of(good),
        variant_title=good.name if good.parent else None,
        quantity=quantity,
        price=micro(good.price),
        sku=sku_of(good) or None,
        requires_shipping=not good.virtual,
        gift_card=good.virtual,
    )


def product_of(good: Good) -> int:
    return good.parent or good.id


def title_of(good: Good) -> str:
    return GOODS[good.parent].name if good.parent else good.name


def weight_of(state: State, good: Good) -> float:
    """In the shop's unit; a Shopify has 0 where nobody wrote it. Variants have no parent's weight."""
    return float(state.weights.get(good.id, good.weight) or 0)


def grams_of(state: State, item: Item) -> float:
    good = GOODS.get(item.variant)
    return 0 if good is None else weight_of(state, good) * _GRAMS[state.spec.weight_unit]
