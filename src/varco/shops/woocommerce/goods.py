"""Correcting a product's weight and EAN. Customs data stand in fields of plug-ins, and are left to them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import msgspec

from varco.model.order import Product
from varco.model.units import GRAMS_PER_UNIT, grams_from, weight_from
from varco.shops.fields import Loose, text_of
from varco.shops.woocommerce.api import Api

FIELDS: Final = ("weight_g", "ean")


class WooGood(msgspec.Struct):
    id: int
    weight: Loose = None
    global_unique_id: Loose | msgspec.UnsetType = msgspec.UNSET
    """Since WooCommerce 9.2; older ones do not tell it, and forget it without a word."""


async def write(api: Api, product: Product, unit: str) -> tuple[str, ...]:
    """The fields that the shop holds now. Looks, writes what differs, reads back. Raises `ShopFault`."""
    wanted = {name: value for name in FIELDS if (value := getattr(product, name))}
    if unit not in GRAMS_PER_UNIT:
        wanted.pop("weight_g", None)
    if not wanted:
        return ()
    parent, _, key = product.remote_id.rpartition("/")
    path = f"products/{parent}/variations/{key}" if parent else f"products/{key}"
    before = await _held(api, path, unit)
    missing = {name: value for name, value in wanted.items() if name in before and before[name] != value}
    if missing:
        answer = await api.post(path, _body(missing, unit))
        after = await _held(api, path, unit)
        if any(after[name] != value for name, value in missing.items()):
            raise answer.not_understood("the product was not kept")
    return tuple(name for name in wanted if name in before)


def _body(fields: Mapping[str, int | str], unit: str) -> dict[str, str]:
    shown = {"weight": weight_from(int(fields["weight_g"]), unit)} if "weight_g" in fields else {}
    return {**shown, "global_unique_id": str(fields["ean"])} if "ean" in fields else shown


async def _held(api: Api, path: str, unit: str) -> dict[str, int | str | None]:
    """What can be written there, as it is."""
    found = (await api.get(path, {"_fields": "id,weight,global_unique_id"})).read(WooGood)
    held: dict[str, int | str | None] = {"weight_g": grams_from(str(found.weight or ""), unit)}
    if found.global_unique_id is not msgspec.UNSET:
        held["ean"] = text_of(found.global_unique_id)
    return held
