"""WordPress's own indexes, and what else answers without doing anything."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from varco.sandbox.woocommerce.collections import PAGING, count_headers
from varco.sandbox.woocommerce.params import checked
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


def old_orders(state: State, call: Call) -> Reply:
    """The first version does not know WooCommerce's own order tables: with them it finds nothing (measured)."""
    values = checked(state, call, PAGING)
    if not state.spec.hpos:
        return not_offered(state, call)
    return Reply(data=[], headers=count_headers(state, call, 0, values))


def not_offered(_state: State, _call: Call) -> Reply:
    """A real shop does something here; this one has no use for it, and says so."""
    raise RestError("varco_sandbox_not_offered", "The pretend shop does not do this.", 501)
