"""Goods as GraphQL reads them."""

from __future__ import annotations

from varco.sandbox.amounts import micro
from varco.sandbox.goods import GOODS, Good, sku_of, variations
from varco.sandbox.shopify.money import plain
from varco.sandbox.shopify.paging import Fields, Row, connection, wanted_by
from varco.sandbox.shopify.view import View, at, gid
from varco.sandbox.shopify.wares import UNITS, product_of, title_of, weight_of


def variant_fields(view: View, good: Good) -> Fields:
    return {
        "__typename": "ProductVariant",
        "id": gid("ProductVariant", good.id),
        "legacyResourceId": str(good.id),
        "title": good.name if good.parent else "Default Title",
        "displayName": f"{title_of(good)} - {good.name if good.parent else 'Default Title'}",
        "sku": sku_of(good),
        "barcode": good.ean or None,
        "price": plain(micro(good.price)),
        "position": 1,
        "taxable": True,
        "availableForSale": True,
        "inventoryQuantity": good.stock or 0,
        "createdAt": at(view.state.opened),
        "updatedAt": at(view.state.opened),
        "selectedOptions": [{"name": name, "value": value} for name, value in good.attributes],
        "inventoryItem": lambda *_: item_fields(view, good),
        "product": lambda *_: product_fields(view, GOODS[product_of(good)]),
    }


def item_fields(view: View, good: Good) -> Fields:
    customs = view.state.spec.customs_data
    measured = {"unit": UNITS[view.state.spec.weight_unit], "value": weight_of(view.state, good)}
    hs_code, origin = view.app.customs.get(good.id, (good.hs_code, good.origin))
    return {
        "__typename": "InventoryItem",
        "id": gid("InventoryItem", good.id),
        "legacyResourceId": str(good.id),
        "sku": sku_of(good),
        "tracked": good.stock is not None,
        "requiresShipping": not good.virtual,
        "harmonizedSystemCode": (hs_code or None) if customs else None,
        "countryCodeOfOrigin": (origin or None) if customs else None,
        "provinceCodeOfOrigin": None,
        "createdAt": at(view.state.opened),
        "updatedAt": at(view.state.opened),
        "duplicateSkuCount": 0,
        "unitCost": None,
        "measurement": {
            "__typename": "InventoryItemMeasurement",
            "id": gid("InventoryItemMeasurement", good.id),
            "weight": measured,
        },
        "variant": lambda *_: variant_fields(view, good),
    }


def product_fields(view: View, good: Good) -> Fields:
    kinds = variations(good.id) or [good]
    rows: list[Row] = [(one.id, one.id) for one in kinds]
    return {
        "__typename": "Product",
        "id": gid("Product", good.id),
        "legacyResourceId": str(good.id),
        "title": good.name,
        "handle": f"prodotto-{good.id}",
        "vendor": view.state.spec.name,
        "status": "ACTIVE",
        "isGiftCard": good.virtual,
        "createdAt": at(view.state.opened),
        "updatedAt": at(view.state.opened),
        "variants": lambda _, args: connection(
            rows, wanted_by(args, everything=view.bulk), lambda number: variant_fields(view, GOODS[number])
        ),
    }
