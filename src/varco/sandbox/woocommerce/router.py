"""Which address is answered by what, and who may."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Final

import msgspec

from varco.sandbox.woocommerce import fulfilments, index, notes, orders, products, refunds, settings, webhooks
from varco.sandbox.woocommerce.rest import Call, Reply, RestError, no_route
from varco.sandbox.woocommerce.state import State

Handler = Callable[[State, Call], Reply]
_DENIED: Final = {
    "list": ("woocommerce_rest_cannot_view", "Sorry, you cannot list resources."),
    "view": ("woocommerce_rest_cannot_view", "Sorry, you cannot view this resource."),
    "create": ("woocommerce_rest_cannot_create", "Sorry, you are not allowed to create resources."),
    "edit": ("woocommerce_rest_cannot_edit", "Sorry, you are not allowed to edit this resource."),
    "delete": ("woocommerce_rest_cannot_delete", "Sorry, you are not allowed to delete this resource."),
    "batch": ("woocommerce_rest_cannot_batch", "Sorry, you are not allowed to batch manipulate this resource."),
}
"""WooCommerce's words to somebody who may not, by what was wanted."""
_EDITS: Final = ("POST", "PUT", "PATCH")


class Route(msgspec.Struct, frozen=True):
    pattern: re.Pattern[str]
    methods: Mapping[str, tuple[str, Handler]]
    """By method: what is wanted (a key of `_DENIED`, or empty for everybody) and who does it."""

    @property
    def name(self) -> str:
        """As WordPress's index lists it."""
        return self.pattern.pattern


def route(path: str, *methods: tuple[str | tuple[str, ...], str, Handler]) -> Route:
    """`path` names its numbers in braces: `orders/{order_id}/notes`."""
    pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[\\d]+)", path)
    table = {}
    for names, wanted, handler in methods:
        for name in (names,) if isinstance(names, str) else names:
            table[name] = (wanted, handler)
    return Route(re.compile(pattern, re.ASCII), table)


ROUTES: Final = (
    route("/wc/v3/orders", ("GET", "list", orders.list_orders), ("POST", "create", orders.post_order)),
    route("/wc/v3/orders/batch", (_EDITS, "batch", orders.batch)),
    route(
        "/wc/v3/orders/{id}",
        ("GET", "view", orders.get_order),
        (_EDITS, "edit", orders.put_order),
        ("DELETE", "delete", orders.delete_order),
    ),
    route("/wc/v3/orders/{order_id}/notes", ("GET", "list", notes.list_notes), ("POST", "create", notes.post_note)),
    route(
        "/wc/v3/orders/{order_id}/notes/{id}",
        ("GET", "view", notes.get_note),
        ("DELETE", "delete", notes.delete_note),
    ),
    route(
        "/wc/v3/orders/{order_id}/refunds",
        ("GET", "list", refunds.list_refunds),
        ("POST", "create", refunds.post_refund),
    ),
    route("/wc/v3/orders/{order_id}/refunds/{id}", ("DELETE", "delete", refunds.delete_refund)),
    route(
        "/wc/v3/orders/{order_id}/fulfillments",
        ("GET", "list", fulfilments.list_fulfilments),
        ("POST", "create", fulfilments.post_fulfilment),
    ),
    route(
        "/wc/v3/orders/{order_id}/fulfillments/{fulfillment_id}",
        ("GET", "view", fulfilments.get_fulfilment),
        (_EDITS, "edit", fulfilments.put_fulfilment),
        ("DELETE", "delete", fulfilments.delete_fulfilment),
    ),
    route("/wc/v3/products", ("GET", "list", products.list_products), ("POST", "create", index.not_offered)),
    route(
        "/wc/v3/products/{id}",
        ("GET", "view", products.get_product),
        (_EDITS, "edit", products.put_product),
        ("DELETE", "delete", index.not_offered),
    ),
    route(
        "/wc/v3/products/{product_id}/variations",
        ("GET", "list", products.list_variations),
        ("POST", "create", index.not_offered),
    ),
    route(
        "/wc/v3/products/{product_id}/variations/{id}",
        ("GET", "view", products.get_variation),
        (_EDITS, "edit", products.put_variation),
        ("DELETE", "delete", index.not_offered),
    ),
    route("/wc/v3/reports/orders/totals", ("GET", "list", settings.totals)),
    route("/wc/v3/settings/general/woocommerce_currency", ("GET", "view", settings.currency)),
    route("/wc/v3/settings/products/woocommerce_weight_unit", ("GET", "view", settings.weight_unit)),
    route("/wc/v3/system_status", ("GET", "list", settings.system_status)),
    route("/wc/v3/webhooks", ("GET", "list", webhooks.list_webhooks), ("POST", "create", webhooks.post_webhook)),
    route(
        "/wc/v3/webhooks/{id}",
        ("GET", "view", webhooks.get_webhook),
        (_EDITS, "edit", webhooks.put_webhook),
        ("DELETE", "delete", webhooks.delete_webhook),
    ),
    route("/wc/v1/orders", ("GET", "list", index.old_orders), ("POST", "create", index.not_offered)),
    route("/wc/v3", ("GET", "", index.namespace)),
    route("/", ("GET", "", index.root)),
)


def answered(state: State, call: Call) -> tuple[Reply, tuple[str, ...]]:
    """The answer and the methods for its Allow header. Raises `RestError`; `allow_of` tells the header then."""
    found = _found(state, call)
    method = "GET" if call.method == "HEAD" else call.method
    if found is None or method not in found.methods:
        raise no_route()
    wanted, handler = found.methods[method]
    _check_user(call, wanted)
    call.routes = tuple(candidate.name for candidate in available(state))
    return handler(state, call), allow_of(state, call)


def allow_of(state: State, call: Call) -> tuple[str, ...]:
    """The route's methods that this caller may use; none for a method that it does not have."""
    found = _found(state, call)
    method = "GET" if call.method == "HEAD" else call.method
    if found is None or (method not in found.methods and method != "OPTIONS"):
        return ()
    manager = call.user is not None and call.user.manager
    return tuple(name for name, (wanted, _) in found.methods.items() if not wanted or manager)


def described(state: State, call: Call) -> Reply:
    """What OPTIONS answers, without a key: an empty list where there is no route."""
    found = _found(state, call)
    if found is None:
        return Reply(data=[])
    return Reply(data=index.description(state, call, list(found.methods)))


def _found(state: State, call: Call) -> Route | None:
    for candidate in available(state):
        match = candidate.pattern.fullmatch(call.path)
        if match is not None:
            call.ids = tuple(int(number) for number in match.groups())
            return candidate
    return None


def available(state: State) -> list[Route]:
    """Without WooCommerce its routes are gone; its shipments have a switch of their own."""
    return [
        candidate
        for candidate in ROUTES
        if (state.spec.woocommerce or not candidate.name.startswith("/wc/"))
        and (state.spec.fulfilments or "/fulfillments" not in candidate.name)
    ]


def _check_user(call: Call, wanted: str) -> None:
    if wanted and (call.user is None or not call.user.manager):
        code, message = _DENIED[wanted]
        raise RestError(code, message, 401 if call.user is None else 403)
