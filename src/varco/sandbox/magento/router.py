"""Which address is answered by what, and which resource it takes."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final
from urllib.parse import unquote

import msgspec

from varco.model.exchange import header
from varco.sandbox.magento import reads, writes
from varco.sandbox.magento.auth import may, user_of
from varco.sandbox.magento.rest import Call, Reply, no_route, not_allowed
from varco.sandbox.state import State

Handler = Callable[[State, Call], Reply]


class Route(msgspec.Struct, frozen=True):
    method: str
    pattern: re.Pattern[str]
    resource: str
    """Empty for everybody."""
    handler: Handler


def _route(method: str, path: str, resource: str, handler: Handler) -> Route:
    return Route(method, re.compile(re.sub(r"\{\w+\}", r"([^/]+)", path)), resource, handler)


_SALES: Final = "Magento_Sales::"
ROUTES: Final = (
    _route("GET", "orders", _SALES + "actions_view", reads.list_orders),
    _route("GET", "orders/items", _SALES + "actions_view", reads.list_items),
    _route("GET", "orders/{id}", _SALES + "actions_view", reads.get_order),
    _route("GET", "orders/{id}/comments", _SALES + "actions_view", reads.list_comments),
    _route("POST", "orders/{id}/comments", _SALES + "comment", writes.post_comment),
    _route("POST", "orders/{id}/cancel", _SALES + "cancel", writes.cancel),
    _route("POST", "orders/{id}/hold", _SALES + "hold", writes.hold),
    _route("POST", "orders/{id}/unhold", _SALES + "unhold", writes.unhold),
    _route("PUT", "orders/{id}", _SALES + "create", writes.put_address),
    _route("POST", "orders", _SALES + "create", writes.save_order),
    _route("POST", "order/{id}/ship", _SALES + "ship", writes.ship),
    _route("POST", "order/{id}/invoice", _SALES + "invoice", writes.invoice),
    _route("POST", "order/{id}/refund", _SALES + "creditmemo", writes.refund),
    _route("GET", "shipments", _SALES + "shipment", reads.list_shipments),
    _route("POST", "shipment/track", _SALES + "shipment", writes.post_track),
    _route("DELETE", "shipment/track/{id}", _SALES + "shipment", writes.delete_track),
    _route("GET", "invoices", _SALES + "sales_invoice", reads.list_nothing),
    _route("GET", "customers/search", "Magento_Customer::customer", reads.list_no_customers),
    _route("GET", "products", "Magento_Catalog::products", reads.list_products),
    _route("GET", "products/{sku}", "Magento_Catalog::products", reads.get_product),
    _route("PUT", "products/{sku}", "Magento_Catalog::products", writes.put_product),
    _route("GET", "store/storeConfigs", "Magento_Backend::store", reads.store_configs),
    _route("GET", "store/websites", "Magento_Backend::store", reads.websites),
    _route("GET", "modules", "", reads.modules),
    _route("POST", "integration/admin/token", "", writes.admin_token),
)


def answered(state: State, method: str, call: Call) -> Reply:
    """Raises `RestError`. A path without a route is told to everybody."""
    for route in ROUTES:
        match = route.pattern.fullmatch(call.path) if route.method == method else None
        if match is None:
            continue
        call.user = user_of(state, call.request)
        if route.resource and not may(call.user, route.resource):
            raise not_allowed(route.resource, session=not _is_known_bearer(call))
        call.parts = tuple(map(unquote, match.groups()))
        return route.handler(state, call)
    raise no_route()


def _is_known_bearer(call: Call) -> bool:
    """A token that is known opens no session (measured)."""
    return call.user is not None and header(call.request.headers, "Authorization").startswith("Bearer ")
