"""Weight, HS code and origin of a variant: its inventory item holds them, and takes corrections."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from varco.model.order import Product
from varco.model.units import GRAMS_PER_UNIT, weight_from
from varco.shops.shopify.api import Api, odd
from varco.shops.shopify.payload import Variant, product_from, unit_of, variant_gid
from varco.shops.shopify.queries import PRODUCT_UPDATE, PRODUCTS

FIELDS: Final = ("weight_g", "hs_code", "origin")
_AT_ONCE: Final = 100
_HS_CODE: Final = re.compile(r"\d{6,13}")
_GRAMS: Final = "GRAMS"


async def products(api: Api, keys: Sequence[str]) -> list[Product]:
    """A variant that is gone is missing."""
    return [product_from(found) for found in await _variants(api, keys)]


async def write(api: Api, product: Product) -> tuple[str, ...]:
    """The fields that the shop holds now. Looks, writes what differs, reads back. Raises `ShopFault`."""
    wanted = {name: value for name in FIELDS if (value := getattr(product, name))}
    if "hs_code" in wanted:
        wanted["hs_code"] = _digits(str(wanted["hs_code"]))
        if not _HS_CODE.fullmatch(str(wanted["hs_code"])):
            del wanted["hs_code"]  # Shopify takes 6 to 13 digits
    found = await _variants(api, [product.remote_id])
    if not wanted or not found or found[0].inventory_item is None:
        return ()
    before = _held(found[0])
    missing = {name: value for name, value in wanted.items() if before[name] != value}
    if missing:
        variables = {"id": found[0].inventory_item.id, "input": _input(missing, found[0])}
        told = await api.write(PRODUCT_UPDATE, variables)
        after = await _variants(api, [product.remote_id])
        if not after or any(_held(after[0])[name] != value for name, value in missing.items()):
            raise odd(told, "the product was not kept", PRODUCT_UPDATE)
    return tuple(wanted)


async def _variants(api: Api, keys: Sequence[str]) -> list[Variant]:
    found: list[Variant] = []
    for start in range(0, len(keys), _AT_ONCE):
        ids = [variant_gid(key) for key in keys[start : start + _AT_ONCE] if key.isdecimal()]
        rows = await api.read(PRODUCTS, {"ids": ids}, list[Variant | None]) if ids else []
        found += [row for row in rows if row is not None and row.id]
    return found


def _held(found: Variant) -> dict[str, int | str | None]:
    product = product_from(found)
    return {"weight_g": product.weight_g, "hs_code": _digits(product.hs_code), "origin": product.origin}


def _input(fields: Mapping[str, int | str], found: Variant) -> dict[str, Any]:
    """The weight in the unit that the shop's people chose for it."""
    given: dict[str, Any] = {}
    if "weight_g" in fields:
        item = found.inventory_item
        weight = item.measurement.weight if item is not None and item.measurement is not None else None
        unit = weight.unit if weight is not None and unit_of(weight.unit) in GRAMS_PER_UNIT else _GRAMS
        number = msgspec.json.decode(weight_from(int(fields["weight_g"]), unit_of(unit)))
        given["measurement"] = {"weight": {"value": number, "unit": unit}}
    if "hs_code" in fields:
        given["harmonizedSystemCode"] = fields["hs_code"]
    if "origin" in fields:
        given["countryCodeOfOrigin"] = fields["origin"]
    return given


def _digits(text: str) -> str:
    return "".join(letter for letter in text if letter.isdigit())
