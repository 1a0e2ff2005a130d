"""Getting to know a shop: where it lives, what it is, and what our integration may do. Nothing here changes a thing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlsplit

import msgspec

from varco.model.errors import ShopFault
from varco.model.exchange import Exchange
from varco.model.finding import Confidence, Finding
from varco.net.answer import host_of
from varco.net.diagnose import diagnose, json_of
from varco.net.magento import resource_of
from varco.net.redirect import followed
from varco.shops.base import Permissions, Recognition, ShopProfile, ShopStatus
from varco.shops.magento.api import PREFIX, Api
from varco.shops.magento.criteria import Filter, criteria

MISSING_ID: Final = 999_999_999
"""No shop has such an order: writing to it proves the permission and changes nothing."""
STORES: Final = "store/storeConfigs"
ALL_STORES: Final = "all"
RESOURCES: Final = {
    "Magento_Sales::actions_view": "Sales → Operations → Orders → Actions → View",
    "Magento_Sales::ship": "Sales → Operations → Orders → Actions → Ship",
    "Magento_Sales::comment": "Sales → Operations → Orders → Actions → Comment",
    "Magento_Sales::create": "Sales → Operations → Orders → Actions → Create",
    "Magento_Sales::shipment": "Sales → Operations → Shipments",
    "Magento_Catalog::products": "Catalog → Inventory → Products",
    "Magento_Backend::store": "Stores → Settings → All Stores",
}
"""All that we need, where Magento's tree of resources shows them:
https://github.com/magento/magento2/blob/2.4.7/app/code/Magento/Sales/etc/acl.xml"""
_MOST_HOPS: Final = 5
_REDIRECTS: Final = (301, 302, 303, 307, 308)
_VERSION: Final = re.compile(rb"\AMagento/([0-9][0-9A-Za-z.-]{0,20})")
"""`magento_version`, open to everybody unless the module was switched off:
https://github.com/magento/magento2/blob/2.4.7/app/code/Magento/Version/Controller/Index/Index.php"""
_WEIGHT_UNITS: Final = {"kgs": "kg", "lbs": "lbs"}
STATUSES: Final = (
    ("pending", "Pending"),
    ("pending_payment", "Pending Payment"),
    ("payment_review", "Payment Review"),
    ("processing", "Processing"),
    ("holded", "On Hold"),
    ("complete", "Complete"),
    ("closed", "Closed"),
    ("canceled", "Canceled"),
    ("fraud", "Suspected Fraud"),
)
"""Magento's own, with the names of its office. There is no list of them to be read."""
STATES: Final[Mapping[str, Sequence[str]]] = {
    **{slug: (slug,) for slug, _ in STATUSES},
    "pending": ("new",),
    "fraud": ("processing", "payment_review"),
}
"""In which state an order may have which of Magento's own statuses (its table `sales_order_status_state`)."""
_MOST_NEW_STATUSES: Final = 20
_DENIED: Final = ("keys-wrong", "keys-not-accepted")


class StoreConfig(msgspec.Struct, frozen=True, kw_only=True):
    id: int
    code: str = ""
    timezone: str = "UTC"
    weight_unit: str = "lbs"
    base_currency_code: str = ""


async def find_interface(api: Api) -> tuple[str, Exchange]:
    """The shop's final address and the last answer. Raises `ShopFault` where nothing like Magento answers.

    Redirects are followed by reads without keys only.
    """
    url = f"{api.access.base_url}{PREFIX}{STORES}"
    exchange = await api.get_openly(url)
    for _ in range(_MOST_HOPS):
        if exchange.response is None or exchange.response.status not in _REDIRECTS:
            break
        url = _next_hop(url, exchange.response.header("Location"))
        exchange = await api.get_openly(url)
    if not _speaks_magento(exchange):
        raise ShopFault(diagnose(exchange) or not_a_shop(exchange), exchange)
    return url.partition(PREFIX)[0], exchange


def _next_hop(url: str, location: str) -> str:
    """A redirect of the home page alone (`/` to `/negozio/`) is taken for one of the whole shop."""
    target = followed(url, location)
    if PREFIX not in urlsplit(target).path:
        return target.partition("?")[0].rstrip("/") + PREFIX + STORES
    return target


def _speaks_magento(exchange: Exchange) -> bool:
    """It refuses by naming the resource, or tells its store views where the owner allows that to everybody."""
    if resource_of(exchange):
        return True
    response = exchange.response
    told = json_of(response) if response is not None and response.status == 200 else None
    first = told[0] if isinstance(told, list) and told else None
    return isinstance(first, dict) and {"website_id", "base_currency_code", "weight_unit"} <= first.keys()


def not_a_shop(exchange: Exchange) -> Finding:
    return Finding(code="not-a-shop", params={"host": host_of(exchange)}, confidence=Confidence.MEDIUM)


async def recognise(api: Api) -> Recognition:
    """Magento, or the fault that hides it."""
    final_url, _ = await find_interface(api)
    return Recognition(platform="magento", version=await _told_version(api, final_url), final_url=final_url)


async def _told_version(api: Api, final_url: str) -> str:
    """Major and minor only (`2.4`); empty where it is not told."""
    response = (await api.get_openly(f"{final_url}/magento_version")).response
    found = _VERSION.search(response.body) if response is not None and response.status == 200 else None
    return found[1].decode() if found else ""


async def profile(api: Api) -> ShopProfile:
    """Raises `ShopFault` too where the shop has moved: keys are sent to no address that the owner has not seen."""
    final_url, exchange = await find_interface(api)
    if final_url != api.access.base_url:
        raise ShopFault(_moved(exchange, final_url), exchange)
    configs = await _store_configs(api)
    main = configs[0] if configs else StoreConfig(id=0, weight_unit="kgs")
    warnings = () if final_url.startswith("https://") else (_insecure(exchange),)
    return ShopProfile(
        final_url=final_url,
        version=await _told_version(api, final_url),
        currency=main.base_currency_code,
        time_zone=main.timezone,
        weight_unit=_WEIGHT_UNITS.get(main.weight_unit, main.weight_unit),
        statuses=await _statuses(api),
        has_fulfilments=True,
        warnings=warnings,
    )


def _moved(exchange: Exchange, final_url: str) -> Finding:
    return Finding(
        code="redirected",
        params={"host": host_of(exchange), "location": final_url},
        confidence=Confidence.CERTAIN,
        rests_on="redirects of the interface",
    )


def _insecure(exchange: Exchange) -> Finding:
    return Finding(code="insecure-http", params={"host": host_of(exchange)}, confidence=Confidence.CERTAIN)


async def _store_configs(api: Api) -> list[StoreConfig]:
    """Of every store view; none where the integration may not read them."""
    try:
        found = (await api.get(STORES)).read(list[StoreConfig])
    except ShopFault as fault:
        if fault.finding.code in _DENIED:
            return []
        raise
    return sorted(found, key=lambda config: config.id)


async def stores_filter(api: Api, codes: str) -> list[Filter]:
    """Only the orders of these store views, by their codes; none and `all` mean all. `ShopFault` names an unknown."""
    wanted = [code for part in codes.split(",") if (code := part.strip())]
    if not wanted or ALL_STORES in wanted:
        return []
    answer = await api.get(STORES)
    ids = {config.code: config.id for config in answer.read(list[StoreConfig])}
    for code in wanted:
        if code not in ids:
            params: dict[str, str | int] = {"host": host_of(answer.exchange), "store": code}
            finding = Finding(code="store-view-unknown", params=params, confidence=Confidence.CERTAIN)
            raise ShopFault(finding, answer.exchange)
    return [Filter("store_id", "in", ",".join(str(ids[code]) for code in wanted))]


async def _statuses(api: Api) -> tuple[ShopStatus, ...]:
    """Magento's own and those of the owner's that its orders have: the interface has no list of them."""
    known = dict(STATUSES)
    try:
        for _ in range(_MOST_NEW_STATUSES):
            others = [Filter("status", "nin", ",".join(known))]
            listed = await api.list("orders", others, "status", descending=True)
            found = {str(status) for row in listed.rows if (status := msgspec.json.decode(row).get("status"))}
            if not found - known.keys():
                break
            known |= {status: status for status in sorted(found)}
    except ShopFault as fault:
        if fault.finding.code not in _DENIED:
            raise
    return tuple(ShopStatus(slug=slug, name=name) for slug, name in known.items())


async def permissions(api: Api) -> Permissions:
    """Each resource by itself. If every one is refused, it is the keys that do not arrive or are not known."""
    reads = {
        "read_orders": await _tried(api, "GET", "orders", criteria([], "entity_id", size=1)),
        "read_products": await _tried(api, "GET", "products", criteria([], "id", size=1)),
        "read_shop": await _tried(api, "GET", STORES, {}),
    }
    if all(_is_denied(fault) for fault in reads.values()):
        return Permissions(read_orders=False, write_orders=None, read_products=None, problems=_first(reads))
    problems = [fault for fault in reads.values() if fault is not None]
    write_orders: bool | None = None
    if reads["read_orders"] is None:
        writes = await _writes(api)
        problems += [fault for fault in writes if fault is not None]
        write_orders = _verdict(*writes)
    return Permissions(
        read_orders=_verdict(reads["read_orders"]),
        write_orders=write_orders,
        read_products=_verdict(reads["read_products"]),
        problems=tuple(named(fault) for fault in problems),
    )


async def _writes(api: Api) -> list[ShopFault | None]:
    """What write-back needs: to see shipments and add tracks to them, to ship, to comment."""
    return [
        await _tried(api, "GET", "shipments", criteria([], "entity_id", size=1)),
        await _tried(api, "POST", f"order/{MISSING_ID}/ship", {}, {}),
        await _tried(api, "POST", f"orders/{MISSING_ID}/comments", {}, {"statusHistory": {"comment": " "}}),
    ]


async def _tried(
    api: Api, method: str, path: str, params: Mapping[str, str], body: Mapping[str, Any] | None = None
) -> ShopFault | None:
    """None where Magento lets us through: for a missing order, by saying that it is missing."""
    exchange = await api.call(method, path, params, b"" if body is None else msgspec.json.encode(body))
    try:
        api.checked(exchange)
    except ShopFault as fault:
        return None if fault.finding.code == "not-in-shop" else fault
    return None


def _verdict(*faults: ShopFault | None) -> bool | None:
    if any(_is_denied(fault) for fault in faults):
        return False
    return None if any(fault is not None for fault in faults) else True


def _is_denied(fault: ShopFault | None) -> bool:
    return fault is not None and fault.finding.code in _DENIED


def _first(faults: Mapping[str, ShopFault | None]) -> tuple[Finding, ...]:
    return tuple(fault.finding for fault in faults.values() if fault is not None)[:1]


def named(fault: ShopFault) -> Finding:
    """Keys that some other call accepted are right: what is refused lacks its resource."""
    if fault.finding.code != "keys-not-accepted" or fault.exchange is None:
        return fault.finding
    resource = resource_of(fault.exchange)
    params: dict[str, str | int] = {"host": host_of(fault.exchange), "resource": RESOURCES.get(resource, resource)}
    return Finding(
        code="resource-missing",
        params=params,
        confidence=Confidence.HIGH,
        rests_on=f"{resource} is refused while other calls pass",
    )
