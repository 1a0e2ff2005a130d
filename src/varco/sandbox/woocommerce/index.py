"""WordPress's own indexes, and what else answers without doing anything."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from varco.sandbox.woocommerce import orders
from varco.sandbox.woocommerce.collections import PAGING, count_headers
from varco.sandbox.woocommerce.params import Param, checked
from varco.sandbox.woocommerce.rest import Call, Reply, RestError
from varco.sandbox.woocommerce.state import State

_WORDPRESS: Final = ("oembed/1.0", "wp/v2", "wp-site-health/v1", "wp-block-editor/v1")
_WOOCOMMERCE: Final = (
    "wc/v3", "wc/v1", "jetpack/v4", "wc-admin", "wc-analytics", "wc/store", "wc/store/v1", "wc/private", "wc/v2",
    "wc-admin-email", "wc-telemetry", "wccom-site/v3",
)  # fmt: skip


def root(state: State, call: Call) -> Reply:
    """`/wp-json/`: needs no key, and tells which interfaces there are."""
    spec = state.spec
    namespaces = [*_WORDPRESS[:1], *(_WOOCOMMERCE if spec.woocommerce else ()), *_WORDPRESS[1:]]
    application = f"{state.home}/wp-admin/authorize-application.php"
    offset = datetime.fromtimestamp(state.clock.now(), state.zone).utcoffset()
    hours = offset.total_seconds() / 3600 if offset else 0.0
    return Reply(
        data={
            "name": spec.name,
            "description": "",
            "url": state.home,
            "home": state.home,
            "gmt_offset": int(hours) if hours.is_integer() else hours,
            "timezone_string": spec.time_zone,
            "page_for_posts": 0,
            "page_on_front": 0,
            "show_on_front": "posts",
            "namespaces": namespaces,
            "authentication": {"application-passwords": {"endpoints": {"authorization": application}}},
            "routes": {name: {"namespace": name.strip("/").rpartition("/")[0]} for name in call.routes},
            "site_logo": 0,
            "site_icon": 0,
            "site_icon_url": "",
            "_links": {"help": [{"href": "https://developer.wordpress.org/rest-api/"}]},
        }
    )


def namespace(state: State, call: Call) -> Reply:
    """`/wp-json/wc/v3`: its routes."""
    routes = {name: {"namespace": "wc/v3"} for name in call.routes if name.startswith("/wc/v3")}
    up = [{"href": f"{state.home}/wp-json/"}]
    return Reply(data={"namespace": "wc/v3", "routes": routes, "_links": {"up": up}})


def description(state: State, call: Call, methods: list[str]) -> dict[str, Any]:
    """A route's methods, and the parameters of the list of orders; those of writing are left out."""
    args = {name: _argument(state, name, param) for name, param in orders.LIST.items()}
    lists_orders = call.path == "/wc/v3/orders"
    return {
        "namespace": "wc/v3",
        "methods": methods,
        "endpoints": [
            {"methods": [method], "args": args if lists_orders and method == "GET" else {}} for method in methods
        ],
        "schema": {"$schema": "http://json-schema.org/draft-04/schema#", "type": "object", "properties": {}},
        "_links": {"self": [{"href": f"{state.home}/wp-json{call.path}"}]},
    }


def _argument(state: State, name: str, param: Param) -> dict[str, Any]:
    words = list(param.words(state)) if param.words else []
    shown: dict[str, Any] = {"description": param.note, "required": False}
    if param.kind in ("array", "ids"):
        items: dict[str, Any] = {"type": "integer" if param.kind == "ids" else "string"}
        items |= {"enum": words} if words else {}
        shown |= {"type": "array", "items": items}
    else:
        date = param.kind == "date-time"
        shown |= {"type": "string", "format": param.kind} if date else {"type": param.kind}
        shown |= {"enum": words} if words else {}
    default = "any" if name == "status" else param.default
    limits = {"default": default, "minimum": param.minimum, "maximum": param.maximum}
    return shown | {key: value for key, value in limits.items() if value is not None}


def old_orders(state: State, call: Call) -> Reply:
    """The first version does not know WooCommerce's own order tables: with them it finds nothing (measured)."""
    values = checked(state, call, PAGING)
    if not state.spec.hpos:
        return not_offered(state, call)
    return Reply(data=[], headers=count_headers(state, call, 0, values))


def not_offered(_state: State, _call: Call) -> Reply:
    """A real shop does something here; this one has no use for it, and says so."""
    raise RestError("varco_sandbox_not_offered", "The pretend shop does not do this.", 501)
