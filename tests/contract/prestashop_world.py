"""The pretend PrestaShop as the recorded one was, so that each recording can be asked again."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from random import Random
from typing import Any, Final
from xml.parsers import expat

import msgspec

from tests.recordings import AT
from varco.model.exchange import Request, Response
from varco.sandbox import Key, Kind, Oddity, SandboxShop, ShopSpec, Wall
from varco.sandbox.prestashop.orders import PsOrder, made

HOME: Final = "http://127.0.0.1:18082"
TLS_HOME: Final = "https://127.0.0.1:18482"
FULL: Final = "F" * 32
SYNC: Final = "S" * 32
ORDERS_ONLY: Final = "O" * 32
_READ: Final = "GET,HEAD"
_READABLE: Final = (
    "addresses carriers combinations countries currencies customers order_details order_states orders products "
    "states stock_availables"
).split()
KEYS: Final = (
    Key(key=FULL, secret=""),
    Key(
        key=SYNC,
        secret="",
        permissions=";".join(
            (
                *(f"{name}:{_READ}" for name in _READABLE),
                "order_carriers:GET,HEAD,PUT,PATCH",
                "order_histories:GET,HEAD,POST",
            )
        ),
    ),
    Key(key=ORDERS_ONLY, secret="", permissions="orders:GET"),
)
BY_KEY: Final = {
    **dict.fromkeys(("02d", "02e", "02f", "02g"), ORDERS_ONLY),
    **dict.fromkeys(("030", "032", "08g", "08h", "0be"), SYNC),
    "022": "U" * 32,
    "023": "U" * 32,
    "024": "short",
}
AUTHORIZATION: Final[dict[str, Callable[[str], str]]] = {
    "027": lambda key: "Basic " + b64encode(f"{key}:password".encode()).decode(),
    "028": lambda key: "Basic " + b64encode(key.encode()).decode(),
    "029": lambda key: f"Bearer {key}",
    "02a": lambda key: "basic " + b64encode(f"{key}:".encode()).decode(),
}
SPECS: Final[dict[str, dict[str, Any]]] = {
    "001": {"webservice": False},
    **{number: {"languages": 1} for number in ("010", "011", "012")},
    **{number: {"pretty_permalinks": False} for number in ("0c3", "0c4", "0c5", "0c6")},
    **{number: {"mail_works": False} for number in ("0d0", "0d2")},
    **{number: {"debug": True} for number in ("0e0", "0e3", "0e4")},
}
WALLS: Final = {
    "003": Wall(kind=Kind.NO_AUTHORIZATION),
    "004": Wall(kind=Kind.NO_AUTHORIZATION),
    "0c2": Wall(kind=Kind.MAINTENANCE, seconds=3600),
    "0e1": Wall(kind=Kind.DATABASE_DOWN),
}
AT_HOST: Final = {"060": TLS_HOME, "063": "http://localhost:18082", "0c8": TLS_HOME}
TIED_AT: Final = datetime(2026, 11, 20, 8, 15, tzinfo=UTC)
TIED: Final = (100, 102, 105, 107, 109, 112, 114, 116, 119, 121, *range(201, 251))
TWICE_AT: Final = datetime(2026, 10, 25, 0, 10, tzinfo=UTC)
IN_THE_DOUBLE_HOUR: Final = (180, 181, 183, 184, 185)
PATHS: Final = {
    "012": ("/products/1", "/products/12"),
    "07m": ("%5B20%2C29%5D", "%5B12%2C18%5D"),
    "07n": ("/products/22", "/products/23"),
    "07o": ("=22", "=23"),
    "07p": ("=22", "=23"),
    "07r": ("=21", "=10"),
}
"""The same question about goods that the pretend shop sells."""


STATES_BEFORE: Final = {"093": ((21, "4"), (21, "4")), "09d": ((40, "5"),), "0d4": ((55, "4"),)}
"""What had been written to the recorded shop by then."""


ODDITIES: Final = {
    8: Oddity.DELETED_PRODUCT,
    9: Oddity.NOTE,
    47: Oddity.DELETED_PRODUCT,
    60: Oddity.TWO_SHIPPING_LINES,
    301: Oddity.FREE,
}


class Clock:
    """Stands at the time of the recordings."""

    def now(self) -> datetime:
        return AT


def world(name: str) -> SandboxShop:
    """A shop in which the recording of that number can happen."""
    settings = {"languages": 2, "keys": KEYS, **SPECS.get(name, {})}
    home = TLS_HOME if name == "0c8" else HOME
    shop = SandboxShop(ShopSpec(platform="prestashop", seed=5, **settings), home, Clock())
    state, random = shop.state, Random(5)
    began = int(datetime(2026, 9, 1, tzinfo=UTC).timestamp())
    orders = [_order(shop, number + 1, began + number * 23_000, random) for number in range(305)]
    for number, order in enumerate(orders, start=1):
        order.id = order.customer_id = number
    _like_recorded(orders)
    state.book.add(orders)
    if name in WALLS:
        shop.walls.set((WALLS[name],))
    return shop


def _order(shop: SandboxShop, number: int, created: int, random: Random) -> PsOrder:
    own = [ODDITIES[number]] if number in ODDITIES else []
    order = made(shop.state, created, status="2", oddities=own, random=random)
    order.modified = created + 36_000
    return order


def _like_recorded(orders: list[PsOrder]) -> None:
    by_id = {order.id: order for order in orders}
    for number in TIED:
        by_id[number].modified = int(TIED_AT.timestamp())
    for number in IN_THE_DOUBLE_HOUR:
        by_id[number].modified = int(TWICE_AT.timestamp())
    for order in orders:
        if order.modified >= AT.timestamp():
            order.modified = int(AT.timestamp()) - 60
    by_id[10].reference, by_id[26].customer_id = "JBLMEOYTV", 8
    by_id[17].lines = by_id[17].lines[:1]
    by_id[178].reference, by_id[179].reference = "XAIGCEUKW", "XHYFZAPTG"
    by_id[12].gift, by_id[12].wants = True, "linea1\r\nlinea2 ]]> fine"
    by_id[10].status, by_id[301].status = "3", "8"
    for number in range(7, 19):
        by_id[number].billing = msgspec.structs.replace(
            by_id[number].billing, postcode="00100", address_2="", company=""
        )
    swedish = {"country": "SE", "state": "", "phone": "+39 333 1234567"}
    by_id[8].billing = msgspec.structs.replace(by_id[8].billing, **swedish)
    portuguese = {"country": "PT", "state": "", "phone": "+39 02 1234567", "address_2": "3.º Dto"}
    by_id[17].billing = msgspec.structs.replace(by_id[17].billing, **portuguese)
    by_id[17].moved_away = True
    roman = {"country": "IT", "state": "RM", "phone": "+39 333 1234567", "address_2": "Scala C, int. 4"}
    by_id[14].billing, by_id[14].other = msgspec.structs.replace(by_id[14].billing, **roman), "due volte \x1f — grazie"


def answered(number: str, recording: dict[str, Any]) -> Response:
    shop, request = world(number), request_from(number, recording)
    if number == "0f4":
        first = dict(shop.handle(_without(request, "Local-Content-Sha1")).headers)
        request = _with(request, "Local-Content-Sha1", first["Content-Sha1"])
    if number == "09h":
        shop.backstage.delete([43])
    for order, status in STATES_BEFORE.get(number, ()):
        shop.backstage.set_status([order], status)
    if number == "0d3":
        shop.handle(_patched(55, "T55"))
    return shop.handle(request)


def _patched(row: int, tracking: str) -> Request:
    body = f"<prestashop><order_carrier><id>{row}</id><tracking_number>{tracking}</tracking_number></order_carrier>"
    url = f"{HOME}/api/order_carriers/{row}"
    headers = (("Authorization", _basic(FULL)),)
    return Request(method="PATCH", url=url, headers=headers, body=f"{body}</prestashop>".encode())


def _without(request: Request, name: str) -> Request:
    return msgspec.structs.replace(request, headers=tuple(pair for pair in request.headers if pair[0] != name))


def _with(request: Request, name: str, value: str) -> Request:
    return msgspec.structs.replace(_without(request, name), headers=(*_without(request, name).headers, (name, value)))


def _basic(key: str) -> str:
    return "Basic " + b64encode(f"{key}:".encode()).decode()


def request_from(number: str, recording: dict[str, Any]) -> Request:
    """The recorded request with a key of ours in place of the one that was taken out."""
    asked, key = recording["request"], BY_KEY.get(number, FULL)
    path = asked["path"].replace("ws_key=REDACTED", f"ws_key={key}").replace(*PATHS.get(number, ("\n", "\n")))
    basic = AUTHORIZATION.get(number, _basic)
    headers = tuple(
        (name, basic(key) if name == "Authorization" else value)
        for name, value in asked["headers"].items()
        if name != "Host"
    )
    body = (asked.get("body") or "").encode()
    return Request(method=asked["method"], url=f"{AT_HOST.get(number, HOME)}{path}", headers=headers, body=body)


def as_data(body: str) -> Any:
    """JSON and XML in one form, so that keys, types and rows can be compared; other texts as they are."""
    try:
        return msgspec.json.decode(body)
    except msgspec.DecodeError:
        pass
    try:
        return _xml(body) if body.startswith("<?xml") else body
    except expat.ExpatError:
        return "malformed XML"


def _xml(body: str) -> Any:
    root: dict[str, Any] = {}
    path = [root]

    def start(name: str, attributes: dict[str, str]) -> None:
        made: dict[str, Any] = {f"@{key}": value for key, value in attributes.items()}
        path[-1].setdefault(name, []).append(made)
        path.append(made)

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _name: path.pop()
    parser.Parse(body.encode(), True)
    return root
