"""What the pretend Magento sells: the goods of the recorded shop, with a variant, a bundle and the odd cases."""

from __future__ import annotations

from typing import Any, Final

import msgspec

SIMPLE: Final = "simple"
VIRTUAL: Final = "virtual"
CONFIGURABLE: Final = "configurable"
BUNDLE: Final = "bundle"


class Ware(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    sku: str
    name: str
    price: str
    """Without tax."""
    weight: float | int | None = None
    """In the shop's unit; None where nobody wrote it."""
    type: str = SIMPLE
    parent: int = 0
    """Of a variant: the product that gathers it."""
    option: int = 0
    """Of a variant: the value of the parent's attribute."""
    parts: tuple[tuple[int, int], ...] = ()
    """Of a bundle: products and how many of each."""
    hs_code: str = ""
    origin: str = ""


WARES: Final = {
    ware.id: ware
    for ware in (
        Ware(id=1, sku="OLIO-EVO-500", name="Olio extravergine di oliva 500 ml", price="12.90", weight=0.95,
             hs_code="150920", origin="IT"),
        Ware(id=2, sku="PASTA-GRAGNANO-1KG", name="Pasta di Gragnano 1 kg", price="4.50", weight=1),
        Ware(id=3, sku="CAFFE-MOKA-250", name="Caffè macinato per moka 250 g", price="6.80", weight=0.27),
        Ware(id=4, sku="TAZZA-CER-01", name='Tazza in ceramica "Amalfi"', price="18", weight=0.42, origin="IT"),
        Ware(id=5, sku="LIBRO-RICETTE", name="Libro: Ricette di casa", price="24.50", weight=1.15),
        Ware(id=6, sku="ZAINO 25L/BLU", name="Zaino 25 L (blu)", price="79", weight=1.3),
        Ware(id=7, sku="PESO-NULL", name="Articolo senza peso", price="9.99"),
        Ware(id=8, sku="BUONO-25", name="Buono regalo 25 EUR", price="25", type=VIRTUAL),
        Ware(id=9, sku="MAGLIA-S", name="Maglia di lana S", price="59", weight=0.6, parent=12, option=4),
        Ware(id=10, sku="MAGLIA-M", name="Maglia di lana M", price="59", weight=0.6, parent=12, option=5),
        Ware(id=11, sku="MAGLIA, L", name="Maglia di lana L", price="59", weight=0.65, parent=12, option=6),
        Ware(id=12, sku="MAGLIA", name="Maglia di lana", price="59", type=CONFIGURABLE),
        Ware(id=13, sku="CESTO-NATALE", name="Cesto di Natale", price="0", weight=0, type=BUNDLE,
             parts=((1, 1), (2, 2))),
    )
}  # fmt: skip
BY_SKU: Final = {ware.sku.casefold(): ware for ware in WARES.values()}
"""MySQL does not mind the case of letters."""


def sold() -> list[Ware]:
    """What a customer can put into the cart: variants, not the product that gathers them."""
    return [ware for ware in WARES.values() if ware.type != CONFIGURABLE]


def ware_json(ware: Ware, created: str, *, customs: bool = False) -> dict[str, Any]:
    weight = {} if ware.weight is None else {"weight": ware.weight}
    return {
        "id": ware.id,
        "sku": ware.sku,
        "name": ware.name,
        "attribute_set_id": 4,
        "price": _plain(float(ware.price)),
        "status": 1,
        "visibility": 1 if ware.parent else 4,
        "type_id": ware.type,
        "created_at": created,
        "updated_at": created,
        **weight,
        "extension_attributes": _extension(ware),
        "product_links": [],
        "options": [],
        "media_gallery_entries": [],
        "tier_prices": [],
        "custom_attributes": _attributes(ware, customs=customs),
    }


def _extension(ware: Ware) -> dict[str, Any]:
    if ware.type != BUNDLE:
        return {"website_ids": [1], "category_links": [{"position": 0, "category_id": "3"}]}
    options = [_option(ware, place, part, count) for place, (part, count) in enumerate(ware.parts, 1)]
    return {"website_ids": [1], "bundle_product_options": options}


def _option(ware: Ware, place: int, part: int, count: int) -> dict[str, Any]:
    link = {
        "id": str(place), "sku": WARES[part].sku, "option_id": place, "qty": count, "position": 0, "is_default": True,
        "price": _plain(float(WARES[part].price)), "price_type": None, "can_change_quantity": 0,
    }  # fmt: skip
    return {
        "option_id": place, "title": WARES[part].name.split()[0], "required": True, "type": "select",
        "position": place, "sku": ware.sku, "product_links": [link],
    }  # fmt: skip


def _attributes(ware: Ware, *, customs: bool) -> list[dict[str, Any]]:
    found: dict[str, Any] = {"shipment_type": "0"} if ware.type == BUNDLE else {}
    found |= {
        "options_container": "container2",
        "msrp_display_actual_price_type": "0",
        "url_key": ware.name.casefold().replace(" ", "-"),
        "required_options": "0",
        "has_options": "0",
        "tax_class_id": "2",
        "category_ids": [] if ware.type == BUNDLE else ["3"],
    }
    if customs and ware.hs_code:
        found["hs_code"] = ware.hs_code
    if customs and ware.origin:
        found["country_of_manufacture"] = ware.origin
    return [{"attribute_code": code, "value": value} for code, value in found.items()]


def _plain(number: float) -> int | float:
    return int(number) if number.is_integer() else number
