"""Getting to know a shop: where it lives, what it is, and what our keys may do. Nothing here changes anything."""

from __future__ import annotations

import re
from html import unescape
from typing import Any, Final
from urllib.parse import urlsplit

from varco.model.errors import ShopFault
from varco.model.exchange import Exchange
from varco.model.finding import Confidence, Finding
from varco.net.answer import host_of
from varco.net.diagnose import diagnose
from varco.net.dirt import json_within
from varco.net.redirect import followed
from varco.shops.base import Permissions, Recognition, ShopProfile, ShopStatus
from varco.shops.fields import json_object
from varco.shops.woocommerce.api import Api
from varco.shops.woocommerce.payload import UNFINISHED

MISSING_ID: Final = 999_999_999
"""No shop has such an order: writing to it proves the permission and changes nothing."""
_MOST_HOPS: Final = 5
_PAGE_SEARCHED: Final = 256 * 1024
_GENERATOR: Final = re.compile(
    rb"""<meta name=["']generator["'] content=["']WooCommerce ([0-9][0-9A-Za-z.-]{0,30})["']"""
)
"""`wc_generator_tag`: https://github.com/woocommerce/woocommerce/blob/9.9.5/plugins/woocommerce/includes/wc-template-functions.php"""
_REDIRECTS: Final = (301, 302, 303, 307, 308)
_ODD_OFFSETS: Final = {
    -9.5: "Pacific/Marquesas",
    3.5: "Asia/Tehran",
    4.5: "Asia/Kabul",
    5.5: "Asia/Kolkata",
    5.75: "Asia/Kathmandu",
    6.5: "Asia/Yangon",
    8.75: "Australia/Eucla",
    9.5: "Australia/Darwin",
}
"""Zones of that offset all the year round."""
STOCK_STATUSES: Final = (
    ShopStatus(slug="pending", name="Pending payment"),
    ShopStatus(slug="processing", name="Processing"),
    ShopStatus(slug="on-hold", name="On hold"),
    ShopStatus(slug="completed", name="Completed"),
    ShopStatus(slug="cancelled", name="Cancelled"),
    ShopStatus(slug="refunded", name="Refunded"),
    ShopStatus(slug="failed", name="Failed"),
)
_DENIED: Final = ("keys-wrong", "keys-not-accepted", "permission-missing", "interface-locked")
_UNREADABLE: Final = (*_DENIED, "not-in-shop", "refused-by-shop", "shop-software-off")


async def find_interface(api: Api) -> tuple[str, dict[str, Any], Exchange]:
    """The shop's final address, its index, and the last answer. Raises `ShopFault` where nothing like one answers.

    Redirects are followed by reads without keys only.
    """
    url = f"{api.access.base_url}/wp-json/"
    exchange = await api.get_openly(url)
    for _ in range(_MOST_HOPS):
        if exchange.response is None or exchange.response.status not in _REDIRECTS:
            break
        url = _next_hop(url, exchange.response.header("Location"))
        exchange = await api.get_openly(url)
    index = _index(exchange)
    if index is None:
        raise ShopFault(diagnose(exchange) or not_a_shop(exchange), exchange)
    return url.partition("/wp-json")[0], index, exchange


def _next_hop(url: str, location: str) -> str:
    """A redirect of the home page alone (`/` to `/negozio/`) is taken for one of the whole shop."""
    target = followed(url, location)
    if "/wp-json" not in urlsplit(target).path:
        return target.partition("?")[0].rstrip("/") + "/wp-json/"
    return target


def _index(exchange: Exchange) -> dict[str, Any] | None:
    response = exchange.response
    if response is None or response.status != 200:
        return None
    found = json_within(response.body)
    index = json_object(found[0]) if found else {}
    return index if isinstance(index.get("namespaces"), list) else None


def not_a_shop(exchange: Exchange) -> Finding:
    return Finding(code="not-a-shop", params={"host": host_of(exchange)}, confidence=Confidence.MEDIUM)


async def recognise(api: Api) -> Recognition:
    """WooCommerce, or the fault that hides it."""
    final_url, index, exchange = await find_interface(api)
    if "wc/v3" not in index["namespaces"]:
        off = Finding(
            code="shop-software-off",
            params={"host": host_of(exchange)},
            confidence=Confidence.CERTAIN,
            rests_on="WordPress's index names no wc/v3",
        )
        raise ShopFault(off, exchange)
    return Recognition(platform="woocommerce", version=await _told_version(api, final_url), final_url=final_url)


async def _told_version(api: Api, final_url: str) -> str:
    """What the home page says of itself; empty where a plug-in took it away, as many do for safety."""
    response = (await api.get_openly(f"{final_url}/")).response
    found = _GENERATOR.search(response.body[:_PAGE_SEARCHED]) if response is not None else None
    return found[1].decode() if found else ""


async def profile(api: Api) -> ShopProfile:
    """Raises `ShopFault` too where the shop has moved: keys are sent to no address that the owner has not seen."""
    final_url, index, exchange = await _find_interface_with_keys(api)
    if final_url != api.access.base_url:
        raise ShopFault(_moved(exchange, final_url), exchange)
    settings = await _settings(api)
    warnings = () if final_url.startswith("https://") else (_insecure(exchange),)
    return ShopProfile(
        final_url=final_url,
        version=settings.get("version", ""),
        currency=settings.get("currency", ""),
        time_zone=_time_zone(index),
        weight_unit=settings.get("weight_unit", "kg"),
        statuses=await _statuses(api),
        has_fulfilments=await _has_fulfilments(api),
        warnings=warnings,
    )


async def _find_interface_with_keys(api: Api) -> tuple[str, dict[str, Any], Exchange]:
    """A plug-in that hides WordPress's index from strangers lets WooCommerce's keys through below it (measured with
    10.5.2). The index that they see names no time zone.
    """
    try:
        return await find_interface(api)
    except ShopFault as fault:
        if fault.finding.code != "interface-locked":
            raise
        try:
            answer = await api.get("")
        except ShopFault:
            raise fault from None
        return api.access.base_url, json_object(answer.data), answer.exchange


def _moved(exchange: Exchange, final_url: str) -> Finding:
    return Finding(
        code="redirected",
        params={"host": host_of(exchange), "location": final_url},
        confidence=Confidence.CERTAIN,
        rests_on="redirects of the interface's index",
    )


def _insecure(exchange: Exchange) -> Finding:
    return Finding(code="insecure-http", params={"host": host_of(exchange)}, confidence=Confidence.CERTAIN)


def _time_zone(index: dict[str, Any]) -> str:
    """A name where the shop has one; otherwise its offset (`Etc` counts the other way round).

    Only for showing times as the shop does: those of orders come in GMT.
    """
    name = index.get("timezone_string")
    if isinstance(name, str) and name:
        return name
    try:
        hours = float(index.get("gmt_offset") or 0)
    except (TypeError, ValueError):
        return "UTC"
    if hours.is_integer():
        return f"Etc/GMT{-hours:+.0f}" if hours and -12 <= hours <= 14 else "UTC"
    return _ODD_OFFSETS.get(hours, "UTC")


async def _settings(api: Api) -> dict[str, str]:
    """Currency, weight unit and version; what the keys may not read is left out."""
    found: dict[str, str] = {}
    for name, path in (
        ("currency", "settings/general/woocommerce_currency"),
        ("weight_unit", "settings/products/woocommerce_weight_unit"),
    ):
        value = (await _readable(api, path)).get("value")
        if isinstance(value, str):
            found[name] = value
    environment = (await _readable(api, "system_status", {"_fields": "environment"})).get("environment")
    if isinstance(environment, dict) and isinstance(environment.get("version"), str):
        found["version"] = environment["version"]
    return found


async def _readable(api: Api, path: str, params: dict[str, str] | None = None) -> dict[str, Any]:
    try:
        return json_object((await api.get(path, params)).data)
    except ShopFault as fault:
        if fault.finding.code in _UNREADABLE:
            return {}
        raise


async def _statuses(api: Api) -> tuple[ShopStatus, ...]:
    """Custom ones too, in the shop's language; WooCommerce's own where the keys may not read reports."""
    try:
        rows = (await api.get("reports/orders/totals")).read(list[dict[str, Any]])
    except ShopFault as fault:
        if fault.finding.code in _UNREADABLE:
            return STOCK_STATUSES
        raise
    return tuple(
        ShopStatus(slug=str(row["slug"]), name=unescape(str(row.get("name") or row["slug"])))
        for row in rows
        if row.get("slug") and row["slug"] not in UNFINISHED
    )


async def _has_fulfilments(api: Api) -> bool:
    routes = (await _readable(api, "")).get("routes")
    return isinstance(routes, dict | list) and any("/fulfillments" in route for route in routes)


async def permissions(api: Api) -> Permissions:
    problems: list[Finding] = []
    read_orders = await _allowed(api, "GET", "orders", problems)
    read_products = await _allowed(api, "GET", "products", problems) if read_orders else None
    write_orders = await _allowed(api, "POST", f"orders/{MISSING_ID}", problems) if read_orders else None
    return Permissions(
        read_orders=read_orders,
        write_orders=write_orders,
        read_products=read_products,
        problems=tuple(problems),
    )


async def _allowed(api: Api, method: str, path: str, problems: list[Finding]) -> bool | None:
    """True where the shop's own software lets us through: for a missing order, by saying that it is missing."""
    writing = method == "POST"
    params = {} if writing else {"per_page": "1", "_fields": "id"}
    exchange = await api.call(method, path, params, b"{}" if writing else b"")
    try:
        api.checked(exchange)
    except ShopFault as fault:
        if fault.finding.code == "not-in-shop":
            return True
        problems.append(_read_only(fault.finding) if writing else fault.finding)
        return False if fault.finding.code in _DENIED else None
    return True


def _read_only(finding: Finding) -> Finding:
    """Keys that have just read are right: if they are refused for writing, they lack the permission."""
    if finding.code not in ("keys-wrong", "keys-not-accepted"):
        return finding
    return Finding(
        code="permission-missing",
        params={"host": finding.params["host"]},
        confidence=Confidence.CERTAIN,
        rests_on="the same keys read, and may not write",
    )
