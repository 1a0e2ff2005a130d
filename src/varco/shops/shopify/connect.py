"""Getting to know a shop: where its interface is, what the shop is, and what our app may do. Nothing here writes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

import msgspec

from varco.model.errors import ShopFault
from varco.model.exchange import Exchange
from varco.model.finding import Confidence, Finding
from varco.net.answer import Answer, host_of
from varco.net.diagnose import diagnose
from varco.net.redirect import followed
from varco.net.shopify import refusal, serves, shop_name
from varco.shops.base import Permissions, Recognition, ShopProfile, ShopStatus
from varco.shops.shopify.api import GRAPHQL, Api, Envelope, odd, version_of
from varco.shops.shopify.payload import STATUSES, unit_of
from varco.shops.shopify.queries import API_VERSION, CHECK

DOMAIN: Final = ".myshopify.com"
SEEN_DAYS: Final = 60
"""How far back an app sees without `read_all_orders`."""
ALL_ORDERS: Final = "read_all_orders"
FULFILMENT_SCOPES: Final = ("merchant_managed", "third_party", "assigned")
"""A shop may use locations of each kind; without the scope their fulfilment orders are missing, without an error."""
READS: Final = ("read_orders", "read_locations")
_NEAR: Final = timedelta(days=60)
_KNOWN_ENDS: Final = {"2026-10": date(2027, 10, 16)}
"""https://shopify.dev/changelog/release-notes/2026-10"""
_OFFICE: Final = re.compile(r"https?://admin\.shopify\.com/store/([a-z0-9][a-z0-9-]{0,80})(?:/|\Z)", re.ASCII)
_MOST_HOPS: Final = 5
_REDIRECTS: Final = (301, 302, 303, 307, 308)


class _Shop(msgspec.Struct, frozen=True, rename="camel"):
    myshopify_domain: str = ""
    currency_code: str = ""
    iana_timezone: str = "UTC"
    weight_unit: str = "KILOGRAMS"


class _Scope(msgspec.Struct, frozen=True):
    handle: str = ""


class _Installation(msgspec.Struct, frozen=True, rename="camel"):
    access_scopes: list[_Scope] = []


async def recognise(api: Api) -> Recognition:
    """Shopify, or the fault that hides it: by its own domain, its name at Shopify, or its address in the office."""
    office = _of_office(api.access.base_url)
    if office:
        return Recognition(platform="shopify", final_url=office)
    page = await _front_page(api)
    if page.response is None or not serves(page.response) or page.response.status >= 400:
        raise ShopFault(_not_served(page), page)
    base_url = api.access.base_url
    if _host(base_url).endswith(DOMAIN) or await _answers(api, base_url):
        return Recognition(platform="shopify", final_url=base_url)
    name = shop_name(page.response)
    if not name:
        raise ShopFault(_nameless(page), page)
    return Recognition(platform="shopify", final_url=f"https://{name}")


def _of_office(url: str) -> str:
    """The shop of `https://admin.shopify.com/store/bottega`, which people copy from their browser."""
    found = _OFFICE.match(url)
    return f"https://{found[1]}{DOMAIN}" if found else ""


async def _front_page(api: Api) -> Exchange:
    """The shop's home; a shop's myshopify.com address leads to its own domain."""
    url = f"{api.access.base_url}/"
    exchange = await api.get_openly(url)
    for _ in range(_MOST_HOPS):
        response = exchange.response
        if response is None or response.status not in _REDIRECTS or serves(response):
            break
        url = followed(url, response.header("Location"))
        exchange = await api.get_openly(url)
    return exchange


async def _answers(api: Api, base_url: str) -> bool:
    """Whether the interface is there: it asks for a token."""
    exchange = await api.get_openly(f"{base_url}{GRAPHQL}", (("Accept", "application/json"),))
    told = refusal(exchange)
    return told is not None and told.code == "app-token-refused"


def _not_served(exchange: Exchange) -> Finding:
    """What is there instead. Shopify's own page of 404 says that there is no shop of this name."""
    response = exchange.response
    if response is not None and serves(response) and response.status == 404:
        return _not_a_shop(exchange)
    return diagnose(exchange) or _not_a_shop(exchange)


def _not_a_shop(exchange: Exchange) -> Finding:
    return Finding(code="not-a-shop", params={"host": host_of(exchange)}, confidence=Confidence.MEDIUM)


def _nameless(exchange: Exchange) -> Finding:
    return Finding(
        code="shop-address-needed",
        params={"host": host_of(exchange)},
        confidence=Confidence.HIGH,
        rests_on="a page of Shopify's that does not tell the shop's own name",
    )


async def profile(api: Api) -> ShopProfile:
    """Raises `ShopFault` where the token is not given or not taken."""
    told = await api.ask(CHECK, {})
    shop = api.shaped(told, CHECK, _Shop)
    scopes = _scopes(told)
    ends = version_ends(API_VERSION)
    return ShopProfile(
        final_url=api.access.base_url,
        version=version_of(told.exchange) or API_VERSION,
        version_ends=ends,
        currency=shop.currency_code,
        time_zone=shop.iana_timezone,
        weight_unit=unit_of(shop.weight_unit),
        statuses=tuple(ShopStatus(slug=slug, name=name) for slug, name in STATUSES),
        has_fulfilments=True,
        sees_days=None if ALL_ORDERS in scopes else SEEN_DAYS,
        warnings=tuple(_warnings(told, scopes, ends)),
    )


def version_ends(version: str) -> date | None:
    """The day until which it answers at least: one is kept for a year. None for a name that is no date."""
    if version in _KNOWN_ENDS:
        return _KNOWN_ENDS[version]
    try:
        made = datetime.strptime(version, "%Y-%m").replace(tzinfo=UTC).date()
    except ValueError:
        return None
    return made.replace(year=made.year + 1)


def _warnings(told: Answer, scopes: frozenset[str], ends: date | None) -> Iterable[Finding]:
    answered = version_of(told.exchange)
    if answered and answered != API_VERSION:
        yield _certain("api-version-other", version=API_VERSION, other=answered)
    elif ends is not None and told.asked_at.date() >= ends - _NEAR:
        yield _certain("api-version-ends", version=API_VERSION, date=ends.isoformat())
    if ALL_ORDERS not in scopes:
        yield _certain("orders-of-60-days", days=SEEN_DAYS)


async def permissions(api: Api) -> Permissions:
    """By the list of what the app may do: what it lacks is hidden without an error."""
    try:
        told = await api.ask(CHECK, {})
    except ShopFault as fault:
        return Permissions(read_orders=False, write_orders=None, read_products=None, problems=(fault.finding,))
    scopes = _scopes(told)
    missing = [scope for scope in READS if not _has(scopes, scope)]
    read_orders = _has(scopes, "read_orders")
    writes = [f"write_{kind}_fulfillment_orders" for kind in FULFILMENT_SCOPES]
    missing += [scope for scope in writes if scope not in scopes]
    products = _has(scopes, "read_products")
    missing += [] if products else ["read_products"]
    return Permissions(
        read_orders=read_orders,
        write_orders=writes[0] in scopes if read_orders else None,
        read_products=products,
        problems=tuple(_certain("scope-missing", host=host_of(told.exchange), scope=scope) for scope in missing),
    )


def _scopes(told: Answer) -> frozenset[str]:
    try:
        data = msgspec.json.decode(told.data, type=Envelope).data or {}
        installation = msgspec.json.decode(data["currentAppInstallation"], type=_Installation)
    except (KeyError, msgspec.DecodeError) as error:
        raise odd(told, str(error) or "no currentAppInstallation", CHECK) from None
    return frozenset(scope.handle for scope in installation.access_scopes)


def _has(scopes: frozenset[str], scope: str) -> bool:
    """The permission to write something includes reading it."""
    return scope in scopes or scope.replace("read_", "write_", 1) in scopes


def _certain(code: str, **params: str | int) -> Finding:
    return Finding(code=code, params=params, confidence=Confidence.CERTAIN, rests_on="Shopify's own words")


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""
