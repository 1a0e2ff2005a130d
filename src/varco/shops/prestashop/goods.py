"""Weight, number and bar code of the goods. Customs data is not PrestaShop's own: modules keep it where they like."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from varco.model.order import Product
from varco.shops.prestashop.api import AT_ONCE, Api, fields, one_of
from varco.shops.prestashop.payload import (
    PsCombination,
    PsDetail,
    PsProduct,
    product_from,
    product_from_detail,
    product_key,
)


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
    display = fields("id", "name", "reference", "ean13", "weight")
    return [
        row
        for portion in _portions(ids)
        for row in await api.rows("products", PsProduct, {"filter[id]": portion, "display": display})
    ]


async def _combinations(api: Api, ids: Iterable[str]) -> list[PsCombination]:
    display = fields("id", "reference", "ean13", "weight")
    return [
        row
        for portion in _portions(ids)
        for row in await api.rows("combinations", PsCombination, {"filter[id]": portion, "display": display})
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
