"""What a shop tells of itself: settings, status, totals. Not whole groups, but the ones that somebody reads."""

from __future__ import annotations

from typing import Any, Final

from varco.sandbox.woocommerce.collections import shown
from varco.sandbox.woocommerce.render import View
from varco.sandbox.woocommerce.rest import Call, Reply, RestError
from varco.sandbox.woocommerce.state import VERSION, State

_CURRENCIES: Final = {"EUR": "Euro (€)", "USD": "United States (US) dollar ($)", "PLN": "Polish złoty (zł)"}
_WEIGHTS: Final = {"kg": "kg", "g": "g", "lbs": "lbs", "oz": "oz"}


def currency(state: State, call: Call) -> Reply:
    return _setting(state, call, "general", "woocommerce_currency", state.spec.currency, _CURRENCIES)


def weight_unit(state: State, call: Call) -> Reply:
    return _setting(state, call, "products", "woocommerce_weight_unit", state.spec.weight_unit, _WEIGHTS)


def totals(state: State, _call: Call) -> Reply:
    """By status, custom ones too; the trash is not counted (measured)."""
    counts = dict.fromkeys(state.statuses(), 0)
    for order in state.book:
        if order.status in counts:
            counts[order.status] += 1
    names = state.statuses()
    return Reply(data=[{"slug": slug, "name": names[slug], "total": count} for slug, count in counts.items()])


def system_status(state: State, call: Call) -> Reply:
    """The environment and the settings; the other parts are left out."""
    spec = state.spec
    data: dict[str, Any] = {
        "environment": {
            "home_url": state.home,
            "site_url": state.home,
            "version": spec.version or VERSION,
            "wp_version": "6.8.3",
            "wp_multisite": False,
            "wp_memory_limit": 536870912,
            "language": "en_US",
            "server_info": "nginx/1.22.1",
            "php_version": "8.2.29",
            "default_timezone": "UTC",
        },
        "settings": {
            "api_enabled": False,
            "force_ssl": False,
            "currency": spec.currency,
            "HPOS_enabled": spec.hpos,
            "HPOS_sync_enabled": False,
        },
    }
    return Reply(data=shown(data, call, single=True))


def no_setting(_state: State, _call: Call) -> Reply:
    raise RestError("rest_setting_setting_invalid", "Invalid setting.", 404)


def _setting(state: State, call: Call, group: str, name: str, value: str, options: dict[str, str]) -> Reply:
    path = f"settings/{group}/{name}"
    view = View(state)
    data = {
        "id": name,
        "label": name.removeprefix("woocommerce_").replace("_", " ").capitalize(),
        "description": "",
        "type": "select",
        "default": "USD" if group == "general" else "kg",
        "options": options,
        "tip": "",
        "value": value,
        "group_id": group,
        "_links": {
            "self": [{"href": view.link(path)}],
            "collection": [{"href": view.link(f"settings/{group}")}],
        },
    }
    return Reply(data=shown(data, call, single=True))
