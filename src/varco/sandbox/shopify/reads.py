"""What the query root offers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from graphql import GraphQLError

from varco.sandbox.book import By
from varco.sandbox.goods import GOODS, Good, sku_of, sold
from varco.sandbox.shopify import access, bulk
from varco.sandbox.shopify.fields_goods import item_fields, product_fields, variant_fields
from varco.sandbox.shopify.fields_order import order_fields
from varco.sandbox.shopify.fields_shipping import fulfilment_fields, fulfilment_order_fields
from varco.sandbox.shopify.fields_shop import (
    FIRST_LOCATION,
    hook_fields,
    installation_fields,
    location_fields,
    location_rows,
    shop_fields,
    version_fields,
)
from varco.sandbox.shopify.orders import ShopifyOrder, of
from varco.sandbox.shopify.paging import Fields, Row, connection, wanted_by
from varco.sandbox.shopify.search import Field, Search, search
from varco.sandbox.shopify.states import OVER, shipping_status
from varco.sandbox.shopify.view import Info, View, number_in

Arguments = dict[str, Any]
Root = dict[str, Callable[[Info, Arguments], Any]]
_MANY: Final = 10_000
_SORTED_BY: Final = {"CREATED_AT": By.CREATED, "PROCESSED_AT": By.CREATED, "UPDATED_AT": By.MODIFIED}
"""Everything else is in the order of the numbers, which is that of the orders' names too."""
_MOMENTS: Final = {"CREATED_AT": "created_at", "PROCESSED_AT": "processed_at", "UPDATED_AT": "updated_at"}
_SEARCHED_STATUS: Final = {
    "UNFULFILLED": ("unfulfilled", "unshipped"),
    "PARTIALLY_FULFILLED": ("partial",),
    "FULFILLED": ("fulfilled", "shipped"),
}


def _shipping_words(order: ShopifyOrder) -> tuple[str, ...]:
    status = shipping_status(order)
    return _SEARCHED_STATUS.get(status, (status.lower(),))


def _status_words(order: ShopifyOrder) -> tuple[str, ...]:
    own = "cancelled" if order.cancelled else "closed" if order.closed else "open"
    return (own, "any") if own == "closed" else (own, "any", "not_closed")


ORDERS: Final[Mapping[str, Field]] = {
    "created_at": Field("time", lambda order: order.created),
    "processed_at": Field("time", lambda order: order.created),
    "updated_at": Field("time", lambda order: order.modified),
    "id": Field("number", lambda order: order.id),
    "name": Field("text", lambda order: (order.name_shown, order.name_shown[1:])),
    "email": Field("text", lambda order: order.billing.email),
    "financial_status": Field("text", lambda order: order.financial),
    "fulfillment_status": Field("text", _shipping_words),
    "status": Field("text", _status_words),
    "tag": Field("text", lambda order: order.tags),
    "test": Field("text", lambda order: order.test),
    "sku": Field("text", lambda order: [item.sku for item in order.items]),
    "source_name": Field("text", lambda order: order.source),
    "return_status": Field("text", lambda _: "no_return"),
}
_FULFILMENT_ORDERS: Final[Mapping[str, Field]] = {
    "updated_at": Field("time", lambda found: found.updated),
    "id": Field("number", lambda found: found.id),
    "status": Field("text", lambda found: found.status),
    "assigned_location_id": Field("number", lambda found: found.location + FIRST_LOCATION),
}
_VARIANTS: Final[Mapping[str, Field]] = {
    "id": Field("number", lambda good: good.id),
    "product_id": Field("number", lambda good: good.parent or good.id),
    "sku": Field("text", sku_of),
    "title": Field("text", lambda good: good.name),
}
_NAMES: Final = Field("text", lambda order: f"{order.name_shown} {order.billing.email} {order.billing.last_name}")
_GOODS_NAMES: Final = Field("text", lambda good: good.name)
_NOTHING: Final = Field("text", lambda _: "")


def _searched(info: Info, arguments: Arguments, fields: Mapping[str, Field], default: Field) -> Search:
    view: View = info.context
    found = search(arguments.get("query") or "", fields, now=view.now, default=default)
    view.searches.append(([str(step) for step in info.path.as_list()], found))
    return found


def _in_milliseconds(moment: int) -> int:
    return moment * 1000


# Orders


def _orders(info: Info, arguments: Arguments) -> Fields:
    view: View = info.context
    found = _searched(info, arguments, ORDERS, _NAMES)
    key = arguments.get("sortKey") or "PROCESSED_AT"
    by = _SORTED_BY.get(key, By.ID)
    rows = view.state.book.in_order(by, view.now)
    if by is not By.ID and not arguments.get("reverse"):
        rows = _from(rows, found.from_moment(_MOMENTS[key]))

    def node(number: int) -> Fields | None:
        order = view.state.book.get(number)
        if order is None or not view.is_listed(of(order)) or not found.fits(order):
            return None
        return order_fields(view, of(order))

    if by is By.ID:
        return connection(rows, wanted_by(arguments, everything=view.bulk), node)
    scaled = [(_in_milliseconds(moment), number) for moment, number in rows]
    return connection(scaled, wanted_by(arguments, everything=view.bulk), node)


def _from(rows: list[Row], moment: int | None) -> list[Row]:
    return rows if moment is None else [row for row in rows if row[0] >= moment]


def _orders_count(info: Info, arguments: Arguments) -> Fields:
    view: View = info.context
    found = _searched(info, arguments, ORDERS, _NAMES)
    rows = view.state.book.in_order(By.CREATED, view.now)
    orders = (of(order) for _, number in rows if (order := view.state.book.get(number)) is not None)
    return counted(sum(view.is_listed(order) and found.fits(order) for order in orders), arguments.get("limit"))


def counted(count: int, limit: int | None) -> Fields:
    """More than asked for is not counted (recorded)."""
    if limit is not None and count > limit:
        return {"count": limit, "precision": "AT_LEAST"}
    return {"count": count, "precision": "EXACT"}


def _order(info: Info, arguments: Arguments) -> Fields | None:
    number = number_in(arguments["id"], "Order")
    order = info.context.order(number) if number is not None else None
    return None if order is None else order_fields(info.context, order)


# Fulfilment orders


def _fulfilment_orders(info: Info, arguments: Arguments) -> Fields:
    view: View = info.context
    found = _searched(info, arguments, _FULFILMENT_ORDERS, _NOTHING)
    by_update = arguments.get("sortKey") == "UPDATED_AT"
    rows = view.app.parts().by_update if by_update else view.app.parts().by_id
    if by_update and not arguments.get("reverse"):
        rows = _from(rows, found.from_moment("updated_at"))

    def node(number: int) -> Fields | None:
        pair = view.fulfilment_order(number)
        if pair is None or not view.is_listed(pair[0]) or not found.fits(pair[1]):
            return None
        if not arguments.get("includeClosed") and pair[1].status in OVER:
            return None
        return fulfilment_order_fields(view, *pair)

    scaled = [(_in_milliseconds(moment), number) for moment, number in rows] if by_update else rows
    return connection(scaled, wanted_by(arguments, everything=view.bulk), node)


def _fulfilment_order(info: Info, arguments: Arguments) -> Fields | None:
    number = number_in(arguments["id"], "FulfillmentOrder")
    pair = info.context.fulfilment_order(number) if number is not None else None
    return None if pair is None else fulfilment_order_fields(info.context, *pair)


def _fulfilment(info: Info, arguments: Arguments) -> Fields | None:
    number = number_in(arguments["id"], "Fulfillment") or 0
    order = info.context.fulfilment_of(number)
    found = None if order is None else order.fulfilment(number)
    return None if order is None or found is None else fulfilment_fields(info.context, order, found)


def _assigned(_info: Info, _arguments: Arguments) -> Any:
    """Only an app that is a fulfilment service itself has any (recorded)."""
    raise GraphQLError('["The api_client is not associated with any fulfillment service."]')


# Goods and the shop


def _good(text: str, kind: str) -> Good | None:
    number = number_in(text, kind)
    return GOODS.get(number) if number is not None else None


def _variant(info: Info, arguments: Arguments) -> Fields | None:
    good = _good(arguments["id"], "ProductVariant")
    return None if good not in sold() or good is None else variant_fields(info.context, good)


def _product(info: Info, arguments: Arguments) -> Fields | None:
    good = _good(arguments["id"], "Product")
    return None if good is None or good.parent else product_fields(info.context, good)


def _inventory_item(info: Info, arguments: Arguments) -> Fields | None:
    good = _good(arguments["id"], "InventoryItem")
    return None if good not in sold() or good is None else item_fields(info.context, good)


def _variants(info: Info, arguments: Arguments) -> Fields:
    view: View = info.context
    found = _searched(info, arguments, _VARIANTS, _GOODS_NAMES)
    rows = [(good.id, good.id) for good in sold() if found.fits(good)]
    return connection(
        sorted(rows), wanted_by(arguments, everything=view.bulk), lambda number: variant_fields(view, GOODS[number])
    )


def _locations(info: Info, arguments: Arguments) -> Fields:
    view: View = info.context
    shown = len(view.state.spec.locations) if not arguments.get("includeLegacy") else None
    return connection(
        location_rows(view)[:shown],
        wanted_by(arguments, everything=view.bulk),
        lambda number: location_fields(view, number - FIRST_LOCATION),
    )


def _location(info: Info, arguments: Arguments) -> Fields | None:
    text = arguments.get("id")
    number = FIRST_LOCATION if text is None else number_in(text, "Location")
    known = number is not None and (number, number) in location_rows(info.context)
    return location_fields(info.context, number - FIRST_LOCATION) if known and number is not None else None


def _hooks(info: Info, arguments: Arguments) -> Fields:
    view: View = info.context
    topics = arguments.get("topics")
    hooks = {hook.id: hook for hook in view.app.hooks.values() if topics is None or hook.topic in topics}
    rows = [(number, number) for number in sorted(hooks)]
    return connection(rows, wanted_by(arguments), lambda number: hook_fields(hooks[number], view.version))


def _hook(info: Info, arguments: Arguments) -> Fields | None:
    hook = info.context.app.hooks.get(number_in(arguments["id"], "WebhookSubscription") or 0)
    return None if hook is None else hook_fields(hook, info.context.version)


# By global id


_BY_KIND: Final = {
    "Order": "order",
    "FulfillmentOrder": "fulfillmentOrder",
    "Fulfillment": "fulfillment",
    "ProductVariant": "productVariant",
    "Product": "product",
    "InventoryItem": "inventoryItem",
    "Location": "location",
    "WebhookSubscription": "webhookSubscription",
    "BulkOperation": "bulkOperation",
}


def _node(info: Info, arguments: Arguments) -> Fields | None:
    number_in(arguments["id"])
    field = _BY_KIND.get(arguments["id"].removeprefix("gid://shopify/").partition("/")[0])
    if field is None:
        return None
    access.check(info.context, "QueryRoot", field)
    found: Fields | None = ROOT[field](info, arguments)
    return found


def _nodes(info: Info, arguments: Arguments) -> list[Fields | None]:
    if len(arguments["ids"]) > 250:
        raise GraphQLError("The input array size of 251 is greater than the maximum allowed of 250.")
    return [_node(info, {"id": text}) for text in arguments["ids"]]


ROOT: Final[Root] = {
    "orders": _orders,
    "ordersCount": _orders_count,
    "order": _order,
    "fulfillmentOrders": _fulfilment_orders,
    "fulfillmentOrder": _fulfilment_order,
    "fulfillment": _fulfilment,
    "assignedFulfillmentOrders": _assigned,
    "productVariant": _variant,
    "productVariants": _variants,
    "product": _product,
    "inventoryItem": _inventory_item,
    "locations": _locations,
    "location": _location,
    "shop": lambda info, _: shop_fields(info.context),
    "currentAppInstallation": lambda info, _: installation_fields(info.context),
    "publicApiVersions": lambda *_: version_fields(),
    "webhookSubscriptions": _hooks,
    "webhookSubscription": _hook,
    "node": _node,
    "nodes": _nodes,
    "bulkOperation": bulk.read,
    "currentBulkOperation": bulk.current,
}
