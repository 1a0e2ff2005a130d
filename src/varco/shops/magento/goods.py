"""Correcting a product: its weight, and what it has an attribute for.

Written for all store views at once (`all`): what is saved for one view would stand there beside what the others have.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

from varco.model.order import Product
from varco.model.units import GRAMS_PER_UNIT, weight_from
from varco.shops.magento.api import ALL_VIEWS, Api
from varco.shops.magento.payload import (
    EAN_CODES,
    HS_CODE_CODES,
    ORIGIN_CODES,
    PRODUCT_FIELDS,
    MagentoProduct,
    filled_code,
    product_from,
)

FIELDS: Final = ("weight_g", "ean", "hs_code", "origin")
_OWN_ORIGIN: Final = "country_of_manufacture"
"""In every installation; codes and EANs stand in attributes that the owner made, and those are found where filled."""


async def write(api: Api, product: Product) -> tuple[str, ...]:
    """The fields that the shop holds now. Looks, writes what differs, reads back. Raises `ShopFault`."""
    wanted = {name: value for name in FIELDS if (value := getattr(product, name))}
    if api.access.weight_unit not in GRAMS_PER_UNIT:
        wanted.pop("weight_g", None)
    if not wanted:
        return ()
    path = f"products/{quote(product.remote_id, safe='')}"
    found = await _read(api, path)
    before = product_from(found, api.access.weight_unit)
    missing = {name: value for name, value in wanted.items() if getattr(before, name) != value}
    body = _body(api, found, missing)
    if body:
        answer = await api.put(path, {"product": {"sku": found.sku, **body}}, prefix=ALL_VIEWS)
        before = product_from(await _read(api, path), api.access.weight_unit)
        if "weight_g" in missing and before.weight_g != missing["weight_g"]:
            raise answer.not_understood("the product was not kept")
    return tuple(name for name, value in wanted.items() if getattr(before, name) == value)


async def _read(api: Api, path: str) -> MagentoProduct:
    return (await api.get(path, {"fields": PRODUCT_FIELDS}, prefix=ALL_VIEWS)).read(MagentoProduct)


def _body(api: Api, found: MagentoProduct, fields: Mapping[str, Any]) -> dict[str, Any]:
    """What is left out stays as it is."""
    attributes = found.custom_attributes or ()
    codes = {
        "ean": filled_code(attributes, EAN_CODES),
        "hs_code": filled_code(attributes, HS_CODE_CODES),
        "origin": filled_code(attributes, ORIGIN_CODES) or _OWN_ORIGIN,
    }
    changed = [
        {"attribute_code": code, "value": fields[name]} for name, code in codes.items() if code and name in fields
    ]
    body: dict[str, Any] = {"custom_attributes": changed} if changed else {}
    if "weight_g" in fields:
        body["weight"] = float(weight_from(fields["weight_g"], api.access.weight_unit))
    return body
