"""Weight, number and bar code of the goods, and the correcting of them.

Customs data is not PrestaShop's own: modules keep it where they like.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Final

import msgspec

from varco.model.errors import ShopFault
from varco.model.order import Product
from varco.model.units import GRAMS_PER_UNIT, weight_from
from varco.net.answer import Answer
from varco.net.prestashop import error_number
from varco.shops.prestashop.api import AT_ONCE, Api, fields, one_of, rows_of, xml
from varco.shops.prestashop.payload import (
    PsCombination,
    PsDetail,
    PsProduct,
    product_from,
    product_from_detail,
    product_key,
    weight_of,
)

FIELDS: Final = ("weight_g", "ean")
_PRODUCT: Final = fields("id", "name", "reference", "ean13", "weight")
_COMBINATION: Final = fields("id", "reference", "ean13", "weight")
_LONGEST_EAN: Final = 13
"""The column's width."""
_NO_SUCH_METHOD: Final = 23


class _Live(msgspec.Struct, frozen=True):
    """A product or a combination of one, as the shop has it."""

    parent: PsProduct
    child: PsCombination | None
    product: Product

    @property
    def path(self) -> str:
        return f"products/{self.parent.id}" if self.child is None else f"combinations/{self.child.id}"


async def products(api: Api, keys: Sequence[str]) -> list[Product]:
    """A deleted one is told as it was last sold, since orders keep its weight (measured)."""
    pairs = {key: key.partition("/")[::2] for key in keys}
    parents = {str(row.id): row for row in await _products(api, (product for product, _ in pairs.values()))}
    children = {str(row.id): row for row in await _combinations(api, (child for _, child in pairs.values()))}
    found = {
        key: product_from(key, parents[product], children.get(child), api.access.weight_unit)
        for key, (product, child) in pairs.items()
        if product in parents and (not child or child in children)
    }
    gone = [key for key in keys if key not in found]
    sold = await _as_sold(api, gone) if gone else {}
    return [*found.values(), *sold.values()]


async def _products(api: Api, ids: Iterable[str]) -> list[PsProduct]:
    return [
        row
        for portion in _portions(ids)
        for row in await api.rows("products", PsProduct, {"filter[id]": portion, "display": _PRODUCT})
    ]


async def _combinations(api: Api, ids: Iterable[str]) -> list[PsCombination]:
    return [
        row
        for portion in _portions(ids)
        for row in await api.rows("combinations", PsCombination, {"filter[id]": portion, "display": _COMBINATION})
    ]


async def _as_sold(api: Api, keys: Sequence[str]) -> dict[str, Product]:
    """One line of each: as the newest of the last lines tell them."""
    display = fields(
        "id", "product_id", "product_attribute_id", "product_name", "product_reference", "product_ean13",
        "product_weight",
    )  # fmt: skip
    found: dict[str, Product] = {}
    for portion in _portions(key.partition("/")[0] for key in keys):
        params = {"filter[product_id]": portion, "display": display, "sort": "[id_DESC]", "limit": str(10 * AT_ONCE)}
        for row in await api.rows("order_details", PsDetail, params):
            key = product_key(row.product_id, row.product_attribute_id)
            if key in keys and key not in found:
                found[key] = product_from_detail(key, row, api.access.weight_unit)
    return found


def _portions(ids: Iterable[str]) -> Iterator[str]:
    """So many ids as one question takes."""
    wanted = sorted({number for number in ids if number.isdecimal()})
    for start in range(0, len(wanted), AT_ONCE):
        yield one_of(wanted[start : start + AT_ONCE])


async def write(api: Api, product: Product) -> tuple[str, ...]:
    """The fields that the shop holds now. Looks, writes what differs, reads back. Raises `ShopFault`."""
    wanted = {name: value for name in FIELDS if (value := getattr(product, name))}
    if api.access.weight_unit.lower() not in GRAMS_PER_UNIT:
        wanted.pop("weight_g", None)
    if len(product.ean) > _LONGEST_EAN:
        wanted.pop("ean")
    if not wanted:
        return ()
    before = await _live(api, product.remote_id)
    missing = [name for name, value in wanted.items() if getattr(before.product, name) != value]
    if missing:
        answer = await _patch(api, before, product, missing)
        if answer is None:
            return tuple(name for name in wanted if name not in missing)
        after = (await _live(api, product.remote_id)).product
        if any(getattr(after, name) != wanted[name] for name in missing):
            raise answer.not_understood("the product was not kept")
    return tuple(wanted)


async def _live(api: Api, key: str) -> _Live:
    """Raises `ShopFault` with `not-in-shop` where it was deleted."""
    parent_id, _, child_id = key.partition("/")
    answer = await api.get(f"products/{parent_id}", {"display": _PRODUCT})
    parents = rows_of(answer, "products", PsProduct)
    children: Sequence[PsCombination | None] = [None]
    if child_id:
        answer = await api.get(f"combinations/{child_id}", {"display": _COMBINATION})
        children = rows_of(answer, "combinations", PsCombination)
    if not (parents and children):
        raise answer.not_understood("no product")
    return _Live(parents[0], children[0], product_from(key, parents[0], children[0], api.access.weight_unit))


async def _patch(api: Api, live: _Live, wanted: Product, names: Sequence[str]) -> Answer | None:
    """None for 1.7.8, which knows no PATCH: a product would have to be replaced whole there, and is left alone."""
    given: dict[str, str] = {"id": live.path.rpartition("/")[2]}
    if "weight_g" in names and wanted.weight_g is not None:
        weight = Decimal(weight_from(wanted.weight_g, api.access.weight_unit.lower()))
        given["weight"] = format(weight - weight_of(live.parent.weight) if live.child else weight, "f")
    if "ean" in names:
        given["ean13"] = wanted.ean
    try:
        return await api.write("PATCH", live.path, xml("combination" if live.child else "product", given))
    except ShopFault as fault:
        response = fault.exchange.response if fault.exchange else None
        if response is not None and error_number(response) == _NO_SUCH_METHOD:
            return None
        raise
