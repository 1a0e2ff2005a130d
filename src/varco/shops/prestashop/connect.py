"""Getting to know a shop: where it lives, what it is, and what it calls its states. Nothing here changes anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from varco.model.errors import ShopFault
from varco.model.exchange import Exchange
from varco.model.finding import Confidence, Finding
from varco.net.answer import Answer, host_of
from varco.net.diagnose import diagnose
from varco.net.prestashop import VERSION, speaks
from varco.net.redirect import followed
from varco.shops.base import Recognition, ShopProfile, ShopStatus
from varco.shops.fields import Loose
from varco.shops.prestashop.api import DISPATCHER, DISPATCHER_PATH, INTERFACE, PREFIX, Api, fields, one_of, rows_of
from varco.shops.prestashop.payload import Names, PsCode, name_in, text
from varco.shops.prestashop.times import zone_of

_MOST_HOPS: Final = 5
_REDIRECTS: Final = (301, 302, 303, 307, 308)
_SETTINGS: Final = ("PS_TIMEZONE", "PS_WEIGHT_UNIT", "PS_CURRENCY_DEFAULT", "PS_LANG_DEFAULT")


class _Setting(msgspec.Struct):
    name: str
    value: Loose = None


class _State(msgspec.Struct):
    id: int
    name: Names = None
    deleted: Any = None


class Interface(msgspec.Struct, frozen=True, kw_only=True):
    """Where the webservice answers."""

    final_url: str
    way: str
    """Empty for `/api/`, or `dispatcher`."""
    exchange: Exchange


async def recognise(api: Api) -> Recognition:
    """PrestaShop, or the fault that hides it. It tells its version to nobody without a key."""
    found = await find_interface(api)
    return Recognition(platform="prestashop", final_url=found.final_url)


async def find_interface(api: Api) -> Interface:
    """Raises `ShopFault` where no webservice answers. Redirects are followed by reads without the key only."""
    url = f"{api.access.base_url}{PREFIX}"
    exchange = await api.get_openly(url)
    for _ in range(_MOST_HOPS):
        if exchange.response is None or exchange.response.status not in _REDIRECTS:
            break
        url = _next_hop(url, exchange.response.header("Location"))
        exchange = await api.get_openly(url)
    base = url.removesuffix("/").removesuffix(PREFIX.rstrip("/"))
    if _answers(exchange):
        return Interface(final_url=base, way="", exchange=exchange)
    if exchange.response is not None and exchange.response.status in (200, 404):
        direct = await api.get_openly(f"{base}{DISPATCHER_PATH}?url=")
        if _answers(direct):
            return Interface(final_url=base, way=DISPATCHER, exchange=direct)
    raise ShopFault(diagnose(exchange) or _not_a_shop(exchange), exchange)


def _answers(exchange: Exchange) -> bool:
    return exchange.response is not None and speaks(exchange.response)


def _next_hop(url: str, location: str) -> str:
    """A redirect to `/?url=…` is PrestaShop's own: the shop has another host, and nothing but the host counts.

    Followed to its end it would lead to the home page (measured).
    """
    target = urlsplit(followed(url, location))
    path = target.path if target.path.rstrip("/").endswith(PREFIX.rstrip("/")) else f"{target.path.rstrip('/')}{PREFIX}"
    return f"{target.scheme}://{target.netloc}{path}"


def _not_a_shop(exchange: Exchange) -> Finding:
    return Finding(code="not-a-shop", params={"host": host_of(exchange)}, confidence=Confidence.MEDIUM)


async def profile(api: Api) -> ShopProfile:
    """Raises `ShopFault` too where the shop has moved: the key is sent to no address that the owner has not seen."""
    found = await find_interface(api)
    _same_place(api, found)
    answer = await api.get(
        "configurations", {"filter[name]": one_of(_SETTINGS), "display": fields("id", "name", "value")}
    )
    settings = {row.name: text(row.value) for row in rows_of(answer, "configurations", _Setting)}
    zone = settings.get("PS_TIMEZONE", "")
    if not zone:
        raise answer.not_understood("no PS_TIMEZONE")
    zone_of(zone)
    return ShopProfile(
        final_url=found.final_url,
        version=answer.header(VERSION),
        currency=await _currency(api, settings),
        time_zone=zone,
        weight_unit=settings.get("PS_WEIGHT_UNIT", "kg").lower(),
        statuses=await _statuses(api, settings.get("PS_LANG_DEFAULT", "")),
        warnings=_warnings(answer, found),
    )


def _same_place(api: Api, found: Interface) -> None:
    if found.final_url != api.access.base_url:
        moved = Finding(
            code="redirected",
            params={"host": host_of(found.exchange), "location": found.final_url},
            confidence=Confidence.CERTAIN,
            rests_on="redirects of the webservice's address",
        )
        raise ShopFault(moved, found.exchange)
    if found.way and api.access.options.get(INTERFACE) != found.way:
        raise ShopFault(
            Finding(
                code="friendly-url-off",
                params={"host": host_of(found.exchange)},
                confidence=Confidence.CERTAIN,
                rests_on="its dispatcher answers, and /api/ does not",
            ),
            found.exchange,
        )


def _warnings(answer: Answer, found: Interface) -> tuple[Finding, ...]:
    if found.final_url.startswith("https://"):
        return answer.warnings
    insecure = Finding(code="insecure-http", params={"host": host_of(found.exchange)}, confidence=Confidence.CERTAIN)
    return (*answer.warnings, insecure)


async def _currency(api: Api, settings: Mapping[str, str]) -> str:
    number = settings.get("PS_CURRENCY_DEFAULT", "")
    rows = await api.rows(
        "currencies", PsCode, {"filter[id]": one_of([number or "0"]), "display": fields("id", "iso_code")}
    )
    return text(rows[0].iso_code).upper() if rows else ""


async def _statuses(api: Api, language: str) -> tuple[ShopStatus, ...]:
    """Custom ones too, in the shop's language; those deleted in the office are left out."""
    rows = await api.rows("order_states", _State, {"display": fields("id", "name", "deleted"), "sort": "[id_ASC]"})
    return tuple(
        ShopStatus(slug=str(row.id), name=name_in(row.name, language) or str(row.id))
        for row in rows
        if text(row.deleted) in ("", "0")
    )
