"""What the key may do: told by the webservice's own list, then proven past every wall without changing anything.

The list comes as XML alone: asked for JSON, PrestaShop crashes (measured on 8.2.1).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from xml.parsers import expat

from varco.model.errors import ShopFault
from varco.model.exchange import Exchange
from varco.model.finding import Confidence, Finding
from varco.net.answer import Answer
from varco.net.prestashop import error_number
from varco.shops.base import Permissions
from varco.shops.prestashop.api import Api, fault_of, xml

MISSING_ID: Final = 999_999_999
"""No shop has such a row: writing to it proves the way and changes nothing."""
ORDERS: Final = ("orders", "addresses", "customers", "countries", "states", "currencies", "carriers", "order_states")
PRODUCTS: Final = ("products", "combinations", "order_details")
_TRACKING: Final = "order_carriers"
_HISTORY: Final = "order_histories"
_ID_MISSING: Final = 92
_ID_FORBIDDEN: Final = 91

Rights = Mapping[str, frozenset[str]]
"""By resource: the methods that the key may use, in capitals."""


class _Forbidden(Exception):
    """The list defines a document type: no PrestaShop does."""


async def permissions(api: Api) -> Permissions:
    try:
        rights = await rights_of(api)
    except ShopFault as fault:
        return Permissions(read_orders=False, write_orders=None, read_products=None, problems=(fault.finding,))
    problems = [_missing(api, "GET", name) for name in (*ORDERS, "configurations") if not _may(rights, name, "GET")]
    read_orders = not problems
    products = [_missing(api, "GET", name) for name in PRODUCTS if not _may(rights, name, "GET")]
    writing = _not_granted(api, rights) if read_orders else []
    write_orders: bool | None = None
    if read_orders:
        write_orders = False if writing else await _proven(api, rights, problems)
    return Permissions(
        read_orders=read_orders,
        write_orders=write_orders,
        read_products=not products,
        problems=(*problems, *products, *writing),
    )


async def rights_of(api: Api) -> Rights:
    """Raises `ShopFault` where the key is not let in."""
    exchange = await api.call("GET", "", {})
    response = exchange.response
    if response is None or response.status != 200 or b"<api" not in response.body[:4096]:
        raise fault_of(exchange)
    try:
        return parsed(response.body)
    except (expat.ExpatError, _Forbidden) as error:
        raise Answer(data=b"", exchange=exchange).not_understood(str(error) or "a document type") from None


def parsed(body: bytes) -> Rights:
    """Without entities and without network: a document type is refused, and nothing else could bring them."""
    found: dict[str, frozenset[str]] = {}
    path: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        if path == ["prestashop", "api"]:
            found[name] = frozenset(method.upper() for method, value in attributes.items() if value == "true")
        path.append(name)

    def refuse(*_: object) -> None:
        raise _Forbidden

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _name: path.pop()
    parser.StartDoctypeDeclHandler = refuse
    parser.Parse(body, True)
    return found


def _may(rights: Rights, resource: str, *methods: str) -> bool:
    """Any of these."""
    return bool(rights.get(resource, frozenset()) & set(methods))


def _not_granted(api: Api, rights: Rights) -> list[Finding]:
    """1.7.8 knows no PATCH: there PUT does it."""
    problems = [_missing(api, "GET", name) for name in (_TRACKING, _HISTORY) if not _may(rights, name, "GET")]
    if not _may(rights, _TRACKING, "PATCH", "PUT"):
        problems.append(_missing(api, "PUT", _TRACKING))
    if not _may(rights, _HISTORY, "POST"):
        problems.append(_missing(api, "POST", _HISTORY))
    return problems


def _missing(api: Api, method: str, resource: str) -> Finding:
    host = api.access.base_url.partition("://")[2].partition("/")[0].partition(":")[0]
    params: dict[str, str | int] = {"host": host, "method": method, "resource": resource}
    rests_on = "the webservice's own list of what the key may do"
    return Finding(code="right-not-granted", params=params, confidence=Confidence.CERTAIN, rests_on=rests_on)


async def _proven(api: Api, rights: Rights, problems: list[Finding]) -> bool | None:
    """Whether writes come through to PrestaShop, which refuses them for an id that cannot be."""
    changed = xml("order_carrier", {"id": MISSING_ID, "tracking_number": "1"})
    method = "PATCH" if _may(rights, _TRACKING, "PATCH") else "PUT"
    tracking = await api.call(method, f"{_TRACKING}/{MISSING_ID}", {}, changed)
    if method == "PATCH" and fault_of(tracking).finding.code == "method-refused":
        tracking = await api.call("PUT", f"{_TRACKING}/{MISSING_ID}", {}, changed)
    given = xml("order_history", {"id": MISSING_ID, "id_order": MISSING_ID, "id_order_state": MISSING_ID})
    history = await api.call("POST", _HISTORY, {}, given)
    proofs = ((tracking, _ID_MISSING), (history, _ID_FORBIDDEN))
    stopped = [exchange for exchange, number in proofs if _number(exchange) != number]
    problems += [fault_of(exchange).finding for exchange in stopped]
    return None if stopped else True


def _number(exchange: Exchange) -> int:
    return error_number(exchange.response) if exchange.response is not None else 0
