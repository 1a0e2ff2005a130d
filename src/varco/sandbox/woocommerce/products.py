"""`/wc/v3/products` and their variations: weights and customs data, which orders do not tell."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final
from unicodedata import normalize

from varco.sandbox.amounts import micro, without_tax, written
from varco.sandbox.goods import GOODS, Good, sku_of, variations, weight_of
from varco.sandbox.woocommerce.collections import PAGING, count_headers, shown
from varco.sandbox.woocommerce.params import Param, checked
from varco.sandbox.woocommerce.render import View, links, local, utc
from varco.sandbox.woocommerce.rest import Call, Reply, RestError
from varco.sandbox.woocommerce.state import State

_GRAMS: Final = {"kg": Decimal(1000), "g": Decimal(1), "lbs": Decimal("453.59237"), "oz": Decimal("28.349523125")}
_LIST: Final = {
    **PAGING,
    "include": Param(kind="ids", default=[]),
    "offset": Param(kind="integer"),
    "sku": Param(),
    "order": Param(default="desc", words=lambda _: ("asc", "desc")),
    "orderby": Param(default="date", words=lambda _: ("date", "id", "include", "title", "slug", "modified")),
}
_ALLOW: Final = ("GET", "POST", "PUT", "PATCH", "DELETE")
_NOT_ON_SALE: Final = {
    "date_on_sale_from": None,
    "date_on_sale_from_gmt": None,
    "date_on_sale_to": None,
    "date_on_sale_to_gmt": None,
    "on_sale": False,
}
_NO_DOWNLOAD: Final = {"downloadable": False, "downloads": [], "download_limit": -1, "download_expiry": -1}


def list_products(state: State, call: Call) -> Reply:
    return _listed(state, call, [good for good in GOODS.values() if not good.parent], product_json)


def get_product(state: State, call: Call) -> Reply:
    good = GOODS.get(call.ids[0])
    if good is None or good.parent:
        raise _missing()
    return Reply(data=shown(product_json(state, good), call, single=True))


def put_product(state: State, call: Call) -> Reply:
    """Only weight and EAN can be changed here."""
    get_product(state, call)
    _keep(state, call, call.ids[0])
    return get_product(state, call)


def put_variation(state: State, call: Call) -> Reply:
    get_variation(state, call)
    _keep(state, call, call.ids[1])
    return get_variation(state, call)


def list_variations(state: State, call: Call) -> Reply:
    """Of a product that is gone: a 404, not an empty list."""
    if call.ids[0] not in GOODS:
        raise _missing()
    return _listed(state, call, variations(call.ids[0]), variation_json)


def get_variation(state: State, call: Call) -> Reply:
    good = GOODS.get(call.ids[1])
    if good is None or good.parent != call.ids[0]:
        raise RestError("woocommerce_rest_product_variation_invalid_id", "Invalid ID.", 404)
    return Reply(data=shown(variation_json(state, good), call, single=True))


def product_json(state: State, good: Good) -> dict[str, Any]:
    children = variations(good.id)
    slug = _slug(good.name)
    return {
        "id": good.id,
        "name": good.name,
        "slug": slug,
        "permalink": f"{state.home}/product/{slug}/",
        **_dates(state),
        "type": "variable" if children else "simple",
        "status": "publish",
        "featured": False,
        "catalog_visibility": "visible",
        "description": "",
        "short_description": "",
        "sku": good.sku,
        "price": good.price,
        "regular_price": "" if children else good.price,
        "sale_price": "",
        **_NOT_ON_SALE,
        "purchasable": True,
        "total_sales": 0,
        "virtual": good.virtual,
        **_NO_DOWNLOAD,
        "external_url": "",
        "button_text": "",
        **_tax_and_stock(good),
        "sold_individually": False,
        "weight": shown_weight(state, good),
        "dimensions": {"length": "", "width": "", "height": ""},
        "shipping_required": not good.virtual,
        "shipping_taxable": not good.virtual,
        "shipping_class": "",
        "shipping_class_id": 0,
        "reviews_allowed": True,
        "average_rating": "0.00",
        "rating_count": 0,
        "upsell_ids": [],
        "cross_sell_ids": [],
        "parent_id": 0,
        "purchase_note": "",
        "categories": [{"id": 15, "name": "Uncategorized", "slug": "uncategorized"}],
        "brands": [],
        "tags": [],
        "images": [],
        "attributes": _attributes(children),
        "default_attributes": [],
        "variations": [child.id for child in children],
        "grouped_products": [],
        "menu_order": 0,
        "price_html": _price_html(good, children),
        "related_ids": [other for other in GOODS if other != good.id and not GOODS[other].parent][:5],
        "meta_data": _meta(good) if state.spec.customs_data else [],
        "stock_status": "instock",
        "has_options": bool(children),
        "post_password": "",
        **_unique_id(state, good),
        "_links": links(View(state), f"products/{good.id}", "products", _ALLOW),
    }


def variation_json(state: State, good: Good) -> dict[str, Any]:
    parent = GOODS[good.parent]
    chosen = "&".join(f"attribute_{name}={value}" for name, value in good.attributes)
    path = f"products/{parent.id}"
    return {
        "id": good.id,
        "type": "variation",
        **_dates(state),
        "description": "",
        "permalink": f"{state.home}/product/{_slug(parent.name)}/?{chosen}",
        "sku": sku_of(good),
        **_unique_id(state, good),
        "price": good.price,
        "regular_price": good.price,
        "sale_price": "",
        **_NOT_ON_SALE,
        "status": "publish",
        "purchasable": True,
        "virtual": good.virtual,
        **_NO_DOWNLOAD,
        **_tax_and_stock(good),
        "stock_status": "instock",
        "weight": shown_weight(state, good),
        "dimensions": {"length": "", "width": "", "height": ""},
        "shipping_class": "",
        "shipping_class_id": 0,
        "image": None,
        "attributes": [
            {"id": 0, "name": name.capitalize(), "slug": name, "option": value} for name, value in good.attributes
        ],
        "menu_order": 0,
        "meta_data": [],
        "name": good.name,
        "parent_id": parent.id,
        "_links": {
            **links(View(state), f"{path}/variations/{good.id}", f"{path}/variations", _ALLOW),
            "up": [{"href": f"{state.home}/wp-json/wc/v3/{path}"}],
        },
    }


def shown_weight(state: State, good: Good) -> str:
    """In the shop's unit; the catalogue is written in kilograms."""
    if good.id in state.weights:
        return state.weights[good.id]
    weight = weight_of(good)
    if not weight or state.spec.weight_unit == "kg":
        return weight
    amount = Decimal(weight) * 1000 / _GRAMS[state.spec.weight_unit]
    text = str(amount.quantize(Decimal("0.0001"), ROUND_HALF_UP))
    return text.rstrip("0").rstrip(".")


def _unique_id(state: State, good: Good) -> dict[str, str]:
    """Since 9.2: older ones know no such field, and pass over it."""
    if _version(state.spec.version) < (9, 2):
        return {}
    return {"global_unique_id": state.eans.get(good.id, good.ean)}


def _keep(state: State, call: Call, key: int) -> None:
    """A unique id may hold digits and dashes alone, and stands at one product of the shop."""
    if "weight" in call.body:
        state.weights[key] = str(call.body["weight"])
    if "global_unique_id" in call.body and _version(state.spec.version) >= (9, 2):
        ean = "".join(sign for sign in str(call.body["global_unique_id"]) if sign.isdigit() or sign == "-")
        if ean and any(ean == state.eans.get(good.id, good.ean) and good.id != key for good in GOODS.values()):
            message = "Invalid or duplicated GTIN, UPC, EAN or ISBN."
            raise RestError("product_invalid_global_unique_id", message, 400)
        state.eans[key] = ean


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".")[:2] if part.isdigit()) or (99,)


def _listed(state: State, call: Call, goods: list[Good], form: Any) -> Reply:
    values = checked(state, call, _LIST)
    found = [good for good in goods if _wanted(good, values)]
    found.sort(key=lambda good: good.id, reverse=values["order"] == "desc")
    start = values["offset"] if values["offset"] is not None else (values["page"] - 1) * values["per_page"]
    rows = [shown(form(state, good), call) for good in found[start : start + values["per_page"]]]
    return Reply(data=rows, headers=count_headers(state, call, len(found) if rows else 0, values))


def _wanted(good: Good, values: Mapping[str, Any]) -> bool:
    if values["include"] and good.id not in values["include"]:
        return False
    return not values["sku"] or good.sku == values["sku"]


def _dates(state: State) -> dict[str, Any]:
    opened = state.opened
    return {
        "date_created": local(state, opened),
        "date_created_gmt": utc(opened),
        "date_modified": local(state, opened),
        "date_modified_gmt": utc(opened),
    }


def _tax_and_stock(good: Good) -> dict[str, Any]:
    return {
        "tax_status": "taxable",
        "tax_class": "reduced-rate" if good.reduced_tax else "",
        "manage_stock": good.stock is not None,
        "stock_quantity": good.stock,
        "backorders": "no",
        "backorders_allowed": False,
        "backordered": False,
        "low_stock_amount": None,
    }


def _attributes(children: list[Good]) -> list[dict[str, Any]]:
    options: dict[str, list[str]] = {}
    for child in children:
        for name, value in child.attributes:
            if value not in options.setdefault(name.capitalize(), []):
                options[name.capitalize()].append(value)
    return [
        {"id": 0, "name": name, "slug": name, "position": place, "visible": True, "variation": True, "options": values}
        for place, (name, values) in enumerate(options.items())
    ]


def _price_html(good: Good, children: list[Good]) -> str:
    prices = sorted({without_tax(micro(sold.price), 4 if sold.reduced_tax else 22) for sold in children or [good]})
    euro = '<span class="woocommerce-Price-currencySymbol">&euro;</span>'
    amounts = [f"<bdi>{euro}{written(price).replace('.', ',')}</bdi>" for price in prices]
    return " &ndash; ".join(f'<span class="woocommerce-Price-amount amount">{amount}</span>' for amount in amounts)


def _meta(good: Good) -> list[dict[str, Any]]:
    """Customs data as the plug-ins of carriers keep them."""
    pairs = [("_hs_code", good.hs_code), ("_country_of_origin", good.origin)]
    return [
        {"id": good.id * 10 + place, "key": key, "value": value} for place, (key, value) in enumerate(pairs) if value
    ]


def _slug(name: str) -> str:
    plain = normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return "-".join("".join(sign if sign.isalnum() else " " for sign in plain.replace(",", "")).split())


def _missing() -> RestError:
    return RestError("woocommerce_rest_product_invalid_id", "Invalid ID.", 404)
