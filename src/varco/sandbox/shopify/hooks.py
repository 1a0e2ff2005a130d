"""Webhook subscriptions, and what is sent to them: signed over the raw body, and again if it failed."""

from __future__ import annotations

from base64 import b64encode
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import uuid4

import msgspec

from varco.model.exchange import Request
from varco.sandbox.goods import GOODS
from varco.sandbox.post import Delivery
from varco.sandbox.shopify import states
from varco.sandbox.shopify.app import App, Hook
from varco.sandbox.shopify.fields_shop import FIRST_LOCATION, hook_fields
from varco.sandbox.shopify.money import current_total, plain, total
from varco.sandbox.shopify.orders import FulfilmentOrder, Item, ShopifyOrder
from varco.sandbox.shopify.paging import Fields
from varco.sandbox.shopify.versions import REACHABLE
from varco.sandbox.shopify.view import Info, View, at, at_or_none, error, gid, number_in
from varco.sandbox.shopify.wares import grams_of, product_of

Arguments = dict[str, Any]
_WAITS_S: Final = (60, 300, 600, 1200, 1800, 3000, 3600, 3600)
"""Eight more attempts in four hours: https://shopify.dev/changelog/updates-to-webhook-retry-mechanism"""
_MOST_FAILURES: Final = 8
"""So many in a row, and the subscription is taken away (same place)."""
_ADDRESS: Final = ["webhookSubscription", "callbackUrl"]


# Subscriptions


def create(info: Info, arguments: Arguments) -> Fields:
    view: View = info.context
    sent, topic = arguments["webhookSubscription"], arguments["topic"]
    uri = str(sent.get("uri") or sent.get("callbackUrl") or "")
    wrong = _wrong(view, topic, uri)
    if wrong:
        return {"webhookSubscription": None, "userErrors": [error(_ADDRESS, wrong)]}
    hook = Hook(
        id=next(view.state.webhook_ids),
        topic=topic,
        uri=uri,
        format=sent.get("format") or "JSON",
        created=view.now,
        updated=view.now,
        include_fields=list(sent.get("includeFields") or []),
        filter=sent.get("filter"),
        name=sent.get("name"),
    )
    view.app.hooks[hook.id] = hook
    return {"webhookSubscription": hook_fields(hook, view.version), "userErrors": []}


def update(info: Info, arguments: Arguments) -> Fields:
    view: View = info.context
    hook = view.app.hooks.get(number_in(arguments["id"], "WebhookSubscription") or 0)
    if hook is None:
        return {"webhookSubscription": None, "userErrors": [error(["id"], "Webhook subscription does not exist")]}
    sent = arguments["webhookSubscription"]
    uri = str(sent.get("uri") or sent.get("callbackUrl") or hook.uri)
    wrong = _wrong(view, hook.topic, uri) if uri != hook.uri else ""
    if wrong:
        return {"webhookSubscription": None, "userErrors": [error(_ADDRESS, wrong)]}
    hook.uri, hook.updated, hook.failures = uri, view.now, 0
    hook.include_fields = list(sent.get("includeFields", hook.include_fields) or [])
    return {"webhookSubscription": hook_fields(hook, view.version), "userErrors": []}


def delete(info: Info, arguments: Arguments) -> Fields:
    view: View = info.context
    number = number_in(arguments["id"], "WebhookSubscription") or 0
    if view.app.hooks.pop(number, None) is None:
        wrong = error(["id"], "Webhook subscription does not exist")
        return {"deletedWebhookSubscriptionId": None, "userErrors": [wrong]}
    return {"deletedWebhookSubscriptionId": gid("WebhookSubscription", number), "userErrors": []}


def _wrong(view: View, topic: str, uri: str) -> str:
    parts = urlsplit(uri)
    if parts.scheme != "https" and "://" in uri:
        return f"Address protocol {parts.scheme}:// is not supported"
    if not parts.hostname:
        return "Address is invalid"
    if any(hook.topic == topic and hook.uri == uri for hook in view.app.hooks.values()):
        return "Address for this topic has already been taken"
    return ""


# Deliveries


def told(app: App, topic: str, order: ShopifyOrder, found: FulfilmentOrder | None = None) -> None:
    """Something happened: whoever subscribed to it will be told."""
    payload = order_payload(app, order) if found is None else _fulfilment_order_payload(found)
    body, event = msgspec.json.encode(payload), str(uuid4())
    for hook in app.hooks.values():
        if hook.topic == topic:
            app.state.post.add(hook.id, _message(app, hook, body, event))


def _message(app: App, hook: Hook, body: bytes, event: str) -> Request:
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "Shopify-Captain-Hook",
        "X-Shopify-Topic": _slug(hook),
        "X-Shopify-Shop-Domain": app.domain,
        "X-Shopify-API-Version": REACHABLE[-1],
        "X-Shopify-Hmac-SHA256": b64encode(app.signature(body)).decode(),
        "X-Shopify-Webhook-Id": str(uuid4()),
        "X-Shopify-Event-Id": event,
        "X-Shopify-Triggered-At": at(app.state.clock.now()),
        **({"X-Shopify-Name": hook.name} if hook.name else {}),
    }
    return Request(method="POST", url=hook.uri, headers=tuple(headers.items()), body=body)


def _slug(hook: Hook) -> str:
    """`FULFILLMENT_ORDERS_MOVED` is `fulfillment_orders/moved`."""
    for beginning in ("FULFILLMENT_ORDERS_", "BULK_OPERATIONS_", "APP_"):
        if hook.topic.startswith(beginning):
            return f"{beginning[:-1].lower()}/{hook.topic.removeprefix(beginning).lower()}"
    return hook.topic.lower().replace("_", "/", 1)


def delivered(app: App, delivery: Delivery, *, taken: bool) -> None:
    """What was not taken is sent again as it was; a subscription that never takes anything is taken away."""
    hook = app.hooks.get(delivery.hook)
    if hook is None:
        return
    hook.failures = 0 if taken else hook.failures + 1
    if hook.failures >= _MOST_FAILURES:
        del app.hooks[hook.id]
    elif not taken and delivery.attempts < len(_WAITS_S):
        app.state.post.again(delivery, _WAITS_S[delivery.attempts])


# What they say, in the older form that webhooks kept


def order_payload(app: App, order: ShopifyOrder) -> Fields:
    shown = app.state.spec.customer_data
    return {
        "id": order.id,
        "admin_graphql_api_id": gid("Order", order.id),
        "name": order.name_shown,
        "order_number": 1000 + order.id,
        "created_at": at(order.created),
        "updated_at": at(order.modified),
        "processed_at": at(order.created),
        "cancelled_at": at_or_none(order.cancelled),
        "closed_at": at_or_none(order.closed),
        "test": order.test,
        "email": (order.billing.email if shown else "") or None,
        "currency": order.currency,
        "financial_status": order.financial.lower(),
        "fulfillment_status": _OLD_WORDS.get(states.shipping_status(order)),
        "total_price": _two(total(order)),
        "current_total_price": _two(current_total(order)),
        "tags": ", ".join(order.tags),
        "source_name": order.source,
        "line_items": [line_payload(app, order, item) for item in order.items],
    }


_OLD_WORDS: Final = {"FULFILLED": "fulfilled", "PARTIALLY_FULFILLED": "partial"}


def line_payload(app: App, order: ShopifyOrder, item: Item) -> Fields:
    """https://community.shopify.com/t/topic/410117 shows a tip's."""
    money = {"amount": _two(item.price), "currency_code": order.currency}
    left = states.unfulfilled(order, item)
    product = product_of(GOODS[item.variant]) if item.variant in GOODS else None
    tip = {"tip": {"payment_method": None, "payment_gateway": None}, "tip_payment_gateway": None,
           "tip_payment_method": None} if item.is_tip else {}  # fmt: skip
    return {
        "id": item.id,
        "admin_graphql_api_id": gid("LineItem", item.id),
        "attributed_staffs": [],
        "current_quantity": item.current,
        "fulfillable_quantity": states.fulfillable(order, item),
        "fulfillment_service": "manual",
        "fulfillment_status": _line_status(item, left),
        "gift_card": item.gift_card,
        "grams": round(grams_of(app.state, item)),
        "name": states.name_of(item),
        "price": _two(item.price),
        "price_set": {"shop_money": money, "presentment_money": money},
        "product_exists": product is not None,
        "product_id": product,
        "properties": [{"name": name, "value": value} for name, value in item.properties],
        "quantity": item.quantity,
        "requires_shipping": item.requires_shipping,
        "sku": item.sku,
        "taxable": not item.is_tip,
        **tip,
        "title": item.title,
        "total_discount": _two(item.discount),
        "variant_id": item.variant or None,
        "variant_inventory_management": None,
        "variant_title": item.variant_title,
        "vendor": app.state.spec.name if product else None,
        "tax_lines": [],
        "duties": [],
        "discount_allocations": [],
    }


def _line_status(item: Item, left: int) -> str | None:
    if item.is_tip:
        return "not_eligible"
    return None if left >= item.current else "partial" if left else "fulfilled"


def _two(amount: int) -> str:
    text = plain(amount)
    return text if text[-3] == "." else f"{text}0"


def _fulfilment_order_payload(found: FulfilmentOrder) -> Fields:
    number = gid("FulfillmentOrder", found.id)
    return {
        "fulfillment_order": {
            "id": number,
            "status": found.status.lower(),
            "assigned_location_id": gid("Location", found.location + FIRST_LOCATION),
        }
    }
