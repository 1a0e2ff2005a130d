"""Orders and shipments in Magento's own form, key by key. Numbers are written without needless zeros: int or float."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from varco.sandbox.amounts import MILLION, part, rounded
from varco.sandbox.magento.orders import (
    Comment,
    Item,
    MagentoOrder,
    Shipment,
    Track,
    discount,
    grand_total,
    subtotal,
    tax,
    tax_of,
)
from varco.sandbox.orders import Billing, Shipping

STORE_NAME: Final = "Main Website\nMain Website Store\nDefault Store View"
METHODS: Final = {
    "cashondelivery": ("Cash On Delivery", True),
    "banktransfer": ("Bank Transfer Payment", True),
    "checkmo": ("Check / Money order", False),
}
"""Ways to pay: their title, and whether they keep instructions beside it."""
TAX_CODES: Final = {"IT": "IT-IVA-22", "AT": "AT-VAT-20", "FR": "FR-TVA-20", "PL": "PL-VAT-23", "DE": "DE-MWST-19"}


def at(moment: int) -> str:
    """In UTC whatever the shop's zone."""
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d %H:%M:%S")


def money(amount: int) -> int | float:
    amount = rounded(amount)
    return amount // MILLION if amount % MILLION == 0 else amount / MILLION


def order_json(order: MagentoOrder) -> dict[str, Any]:
    items = [item_json(order, item) for item in order.items]
    return {
        **_coupon(order),
        **_both(_totals(order)),
        **_both_invoiced(order),
        "base_currency_code": order.currency,
        "base_to_global_rate": 1,
        "base_to_order_rate": 1,
        "billing_address_id": order.address_ids[1],
        "created_at": at(order.created),
        "customer_email": order.billing.email,
        "customer_firstname": order.billing.first_name,
        "customer_group_id": 1 if order.customer_id else 0,
        **({"customer_id": order.customer_id} if order.customer_id else {}),
        "customer_is_guest": 0 if order.customer_id else 1,
        "customer_lastname": order.billing.last_name,
        **({"customer_note": order.customer_note} if order.customer_note else {}),
        "customer_note_notify": 1,
        "entity_id": order.id,
        "global_currency_code": order.currency,
        "increment_id": order.increment,
        "is_virtual": int(order.is_virtual),
        "order_currency_code": order.currency,
        "protect_code": "REDACTED",
        "quote_id": order.id,
        "remote_ip": "127.0.0.1",
        **({} if order.is_virtual else {"shipping_description": "Flat Rate - Fixed"}),
        "state": order.state,
        "status": order.status,
        "store_currency_code": order.currency,
        "store_id": order.store_id,
        "store_name": STORE_NAME,
        "store_to_base_rate": 0,
        "store_to_order_rate": 0,
        "total_item_count": len(order.parents()),
        "total_qty_ordered": sum(item.quantity for item in order.parents()),
        "updated_at": at(order.modified),
        "weight": _plain(sum(_row_weight(item) for item in order.items)),
        "items": items,
        "billing_address": address_json(order, order.billing, "billing"),
        "payment": _payment(order),
        "status_histories": [],
        "extension_attributes": _extension(order, items),
    }


def _totals(order: MagentoOrder) -> dict[str, Any]:
    full, free = grand_total(order), order.status == "closed"
    before = sum(_tax_before(order, item) for item in order.parents())
    back = {"total_refunded": money(full)} if free else {}
    return {
        "discount_amount": money(-discount(order)),
        "grand_total": money(full),
        "discount_tax_compensation_amount": 0,
        **_freight(order),
        "subtotal": money(subtotal(order)),
        "subtotal_incl_tax": money(subtotal(order) + before),
        "tax_amount": money(tax(order)),
        "total_due": 0 if order.is_invoiced else money(full),
        **back,
    }


def _freight(order: MagentoOrder) -> dict[str, Any]:
    return {
        "shipping_amount": money(order.freight),
        "shipping_discount_amount": 0,
        "shipping_discount_tax_compensation_amount": 0,
        "shipping_incl_tax": money(order.freight),
        "shipping_tax_amount": 0,
    }


def _both(values: dict[str, Any]) -> dict[str, Any]:
    """In the order's currency and in the shop's. One of the names is too long for the database."""
    base = {f"base_{name}": value for name, value in values.items()}
    if "base_shipping_discount_tax_compensation_amount" in base:
        base["base_shipping_discount_tax_compensation_amnt"] = base.pop(
            "base_shipping_discount_tax_compensation_amount"
        )
    return {**values, **base}


def _both_invoiced(order: MagentoOrder) -> dict[str, Any]:
    if not order.is_invoiced:
        return {}
    full = money(grand_total(order))
    values = {
        "discount_invoiced": 0,
        "discount_tax_compensation_invoiced": 0,
        "shipping_invoiced": money(order.freight),
        "subtotal_invoiced": money(subtotal(order)),
        "tax_invoiced": money(tax(order)),
        "total_invoiced": full,
        "total_paid": full,
    }
    return {**_both(values), "base_total_invoiced_cost": 0}


def _coupon(order: MagentoOrder) -> dict[str, Any]:
    if not order.coupon:
        return {}
    return {"applied_rule_ids": "1", "coupon_code": order.coupon, "discount_description": order.coupon}


def _payment(order: MagentoOrder) -> dict[str, Any]:
    full, freight = money(grand_total(order)), money(order.freight)
    title, instructed = METHODS.get(order.payment_method, (order.payment_title, False))
    paid = {"amount_paid": full, "base_amount_paid": full, "base_shipping_captured": freight,
            "shipping_captured": freight} if order.is_invoiced else {}  # fmt: skip
    return {
        "account_status": None,
        "additional_information": [title, None] if instructed else [title],
        "amount_ordered": full,
        "base_amount_ordered": full,
        "base_shipping_amount": freight,
        "cc_last4": None,
        "entity_id": order.id,
        "method": order.payment_method,
        "parent_id": order.id,
        "shipping_amount": freight,
        **paid,
    }


def address_json(order: MagentoOrder, address: Billing | Shipping, kind: str) -> dict[str, Any]:
    billing = kind == "billing"
    found: dict[str, Any] = {
        "address_type": kind,
        "city": address.city,
        "country_id": address.country,
        "email": order.billing.email,
        "entity_id": order.address_ids[1 if billing else 0],
        "firstname": address.first_name,
        "lastname": address.last_name,
        "parent_id": order.id,
        "postcode": address.postcode,
        "street": [line for line in (address.address_1, address.address_2) if line],
        "telephone": address.phone,
    }
    region = address.state or address.city
    region_id = order.region_id if billing else order.delivery_region_id
    found |= {"region": region, "region_code": region, "region_id": region_id or 889}
    return found | ({"company": address.company} if address.company else {})


def _extension(order: MagentoOrder, items: list[dict[str, Any]]) -> dict[str, Any]:
    freight = _both(_freight(order) | ({"shipping_invoiced": money(order.freight)} if order.is_invoiced else {}))
    shipping: dict[str, Any] = {"total": freight}
    if not order.is_virtual:
        address = address_json(order, order.shipping, "shipping")
        shipping = {"address": address, "method": "flatrate_flatrate", "total": freight}
    title, instructed = METHODS.get(order.payment_method, (order.payment_title, False))
    info = [{"key": "method_title", "value": title}]
    info += [{"key": "instructions", "value": "null"}] if instructed else []
    return {
        "shipping_assignments": [{"shipping": shipping, "items": items}],
        "payment_additional_info": info,
        **_taxes(order),
        "converting_from_quote": False,
        "additional_itemized_taxes": [],
    }


def _taxes(order: MagentoOrder) -> dict[str, Any]:
    taxed = [item for item in order.items if _is_taxed_itself(item)]
    if not taxed:
        return {"applied_taxes": [], "item_applied_taxes": [], "taxes": []}
    whole = _applied(order, taxed[0], tax(order))
    sorted_in = {"base_real_amount": whole["amount"], "priority": 0, "position": 0, "process": 0}
    return {
        "applied_taxes": [whole],
        "item_applied_taxes": [
            {"type": "product", "item_id": item.id, "applied_taxes": [_applied(order, item, item.tax)]}
            for item in taxed
        ],
        "taxes": [{"tax_id": order.id, "order_id": order.id, **whole, **sorted_in}],
    }


def _applied(order: MagentoOrder, item: Item, amount: int) -> dict[str, Any]:
    code = _tax_code(order)
    told = {"code": code, "title": code, "percent": item.tax_percent}
    return {**told, "amount": money(amount), "base_amount": money(amount)}


def _tax_code(order: MagentoOrder) -> str:
    return TAX_CODES.get(order.shipping.country or order.billing.country, TAX_CODES["IT"])


def _is_taxed_itself(item: Item) -> bool:
    return item.tax_percent > 0 and item.type != "bundle" and not item.in_variant


def _tax_before(order: MagentoOrder, item: Item) -> int:
    """Before a discount was taken off."""
    rows = [below for below in order.items if below.parent == item.id] if item.type == "bundle" else [item]
    return sum(rounded(part(row.price * row.quantity, row.tax_percent)) for row in rows)


# Rows


def item_json(order: MagentoOrder, item: Item) -> dict[str, Any]:
    above = order.item(item.parent) if item.parent else None
    found = _row(order, item)
    if above is not None:
        found |= {"parent_item_id": above.id, "parent_item": _row(order, above)}
    return found


def _row(order: MagentoOrder, item: Item) -> dict[str, Any]:
    counted = not item.in_variant
    amount, row_tax = (item.total, tax_of(order, item)) if counted else (0, 0)
    invoiced = item.invoiced > 0
    found = {
        **({"applied_rule_ids": "1"} if item.discount else {}),
        **_both(_amounts(item, amount, row_tax, counted=counted, invoiced=invoiced)),
        "created_at": at(order.created),
        "discount_percent": item.discount_percent,
        "free_shipping": 0,
        "is_qty_decimal": 0,
        "is_virtual": int(item.is_virtual),
        "item_id": item.id,
        "name": item.name,
        "no_discount": 0,
        "order_id": order.id,
        "product_id": item.product_id,
        "product_type": item.type,
        "qty_canceled": item.canceled,
        "qty_invoiced": item.invoiced,
        "qty_ordered": item.quantity,
        "qty_refunded": item.refunded,
        "qty_shipped": item.shipped,
        "quote_item_id": item.id,
        "row_weight": _plain(_row_weight(item)),
        "sku": item.sku,
        "store_id": order.store_id,
        **({} if item.type == "bundle" else {"tax_percent": item.tax_percent if counted else 0}),
        "updated_at": at(item.updated or order.created),
        **({} if item.weight is None else {"weight": item.weight}),
        **({"weee_tax_applied": "[]"} if invoiced else {}),
        **({"product_option": {"extension_attributes": item.option}} if item.option else {}),
        "extension_attributes": {"itemized_taxes": _itemized(order, item)},
    }
    if not counted:
        found.pop("base_original_price")
    return found


def _amounts(item: Item, amount: int, row_tax: int, *, counted: bool, invoiced: bool) -> dict[str, Any]:
    price = item.price if counted else 0
    with_tax = {"price_incl_tax": money(price + _tax_of_one(item, row_tax))} if counted else {}
    compensated = {"discount_tax_compensation_amount": 0} if counted and item.type != "bundle" else {}
    compensated |= {"discount_tax_compensation_invoiced": 0} if invoiced else {}
    return {
        "amount_refunded": money(amount) if item.refunded else 0,
        "discount_amount": money(item.discount),
        "discount_invoiced": 0,
        **compensated,
        "original_price": money(price),
        "price": money(price),
        **with_tax,
        "row_invoiced": money(amount) if invoiced else 0,
        "row_total": money(amount),
        "row_total_incl_tax": money(amount + row_tax),
        "tax_amount": money(row_tax),
        "tax_invoiced": money(row_tax) if invoiced else 0,
    }


def _tax_of_one(item: Item, row_tax: int) -> int:
    return row_tax // item.quantity if item.type == "bundle" else part(item.price, item.tax_percent)


def _itemized(order: MagentoOrder, item: Item) -> list[dict[str, Any]]:
    if not _is_taxed_itself(item):
        return []
    amount = money(item.tax)
    return [
        {
            "tax_item_id": item.id,
            "tax_id": order.id,
            "item_id": item.id,
            "tax_code": _tax_code(order),
            "tax_percent": item.tax_percent,
            "amount": amount,
            "base_amount": amount,
            "real_amount": amount,
            "real_base_amount": amount,
            "taxable_item_type": "product",
        }
    ]


def _row_weight(item: Item) -> float:
    return 0 if item.parent or item.weight is None else round(item.weight * item.quantity, 4)


def _plain(number: float) -> int | float:
    return int(number) if float(number).is_integer() else round(number, 4)


# Shipments and comments


def shipment_json(order: MagentoOrder, shipment: Shipment) -> dict[str, Any]:
    rows = [_shipped(order, shipment, item_id, count) for item_id, count in shipment.items]
    return {
        "billing_address_id": order.address_ids[1],
        "created_at": at(shipment.created),
        "entity_id": shipment.id,
        "increment_id": f"{shipment.id:09d}",
        "order_id": order.id,
        "packages": [],
        "shipping_address_id": order.address_ids[0],
        "store_id": order.store_id,
        "total_qty": sum(count for _, count in shipment.items),
        "updated_at": at(shipment.created),
        "items": rows,
        "tracks": [{**track_json(order, shipment, track)} for track in shipment.tracks],
        "comments": [],
        "extension_attributes": {"source_code": shipment.source},
    }


def _shipped(order: MagentoOrder, shipment: Shipment, item_id: int, count: int) -> dict[str, Any]:
    item = order.item(item_id)
    found: dict[str, Any] = {"entity_id": item_id, "parent_id": shipment.id, "order_item_id": item_id, "qty": count}
    if item is not None:
        found |= {"name": item.name, "price": money(item.price), "product_id": item.product_id, "sku": item.sku}
        found |= {} if item.weight is None else {"weight": item.weight}
    return found


def track_json(order: MagentoOrder, shipment: Shipment, track: Track) -> dict[str, Any]:
    return {
        "order_id": order.id,
        "created_at": at(track.created),
        "entity_id": track.id,
        "parent_id": shipment.id,
        "updated_at": at(track.created),
        "weight": track.weight,
        "qty": track.quantity,
        "description": track.description,
        "track_number": track.number,
        "title": track.title,
        "carrier_code": track.carrier_code,
    }


def comment_json(order: MagentoOrder, comment: Comment) -> dict[str, Any]:
    return {
        "comment": comment.text,
        "created_at": at(comment.created),
        "entity_id": comment.id,
        "is_customer_notified": comment.notified,
        "is_visible_on_front": comment.visible,
        "parent_id": order.id,
        "status": comment.status,
    }
