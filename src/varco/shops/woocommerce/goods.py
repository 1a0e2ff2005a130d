"""Correcting a product's weight. Customs data stand in fields of plug-ins, and are left to them."""

from __future__ import annotations

import msgspec

from varco.model.order import Product
from varco.model.shipment import Published
from varco.model.units import GRAMS_PER_UNIT, grams_from, weight_from
from varco.shops.fields import Loose
from varco.shops.woocommerce.api import Api


class WooWeight(msgspec.Struct):
    id: int
    weight: Loose = None


async def write_weight(api: Api, product: Product, unit: str) -> Published:
    """Look, write, read back. Raises `ShopFault`."""
    if product.weight_g is None or unit not in GRAMS_PER_UNIT:
        return Published.NOT_WANTED
    parent, _, key = product.remote_id.rpartition("/")
    path = f"products/{parent}/variations/{key}" if parent else f"products/{key}"
    if await _weight_g(api, path, unit) == product.weight_g:
        return Published.ALREADY_THERE
    answer = await api.post(path, {"weight": weight_from(product.weight_g, unit)})
    if await _weight_g(api, path, unit) != product.weight_g:
        raise answer.not_understood("the weight was not kept")
    return Published.WRITTEN


async def _weight_g(api: Api, path: str, unit: str) -> int | None:
    found = (await api.get(path, {"_fields": "id,weight"})).read(WooWeight)
    return grams_from(str(found.weight or ""), unit)
