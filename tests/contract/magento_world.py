"""The pretend Magento as the recorded one was, so that each recording can be asked again: same orders, same faults."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random
from typing import Any, Final, cast
from urllib.parse import unquote

import msgspec

from tests.recordings import recordings
from varco.model.exchange import Request, Response
from varco.model.secret import Secret
from varco.sandbox import Key, Kind, SandboxShop, ShopSpec, Wall
from varco.sandbox.amounts import micro
from varco.sandbox.magento import changes
from varco.sandbox.magento.auth import token_of
from varco.sandbox.magento.making import add_ware, random_order, settle
from varco.sandbox.magento.orders import Item, MagentoOrder, Shipment, Track
from varco.sandbox.magento.wares import WARES
from varco.sandbox.orders import Billing, Shipping
from varco.shops.base import ShopAccess
from varco.shops.magento.auth import signed

HOME: Final = "http://127.0.0.1:18083"
GOOD: Final = Key(key="consumer-good", secret="secret-good")
POOR: Final = Key(key="consumer-poor", secret="secret-poor", manager=False)
"""An integration to which nothing was allowed."""
HELD: Final = 118
"""How many orders the recorded shop had."""
BEGAN: Final = datetime(2026, 11, 23, 19, 46, 21, tzinfo=UTC)
SPECS: Final[dict[str, dict[str, Any]]] = {
    "limit_on_default_page_size_20_200": {"default_page": 20},
    "limit_on_max_page_size_100_pagesize_300_400": {"largest_page": 100},
    "orders_integration_bearer_setting_off_401": {"bearer": False},
    "orders_expired_admin_jwt_401": {"bearer": False},
    "orders_malformed_jwt_bearer_401": {"bearer": False},
}
WALLS: Final = {
    "maintenance": Wall(kind=Kind.MAINTENANCE),
    "outage_database_down": Wall(kind=Kind.DATABASE_DOWN),
    "outage_php_fpm_down": Wall(kind=Kind.SERVER_DOWN),
}
"""By the beginning of a recording's name."""


class Clock:
    """Stands at the time at which the first half of the recordings was made."""

    def now(self) -> datetime:
        return BEGAN + timedelta(minutes=10)


def world(name: str) -> SandboxShop:
    """A shop in which the recording of that name can happen."""
    spec: dict[str, Any] = {"bearer": True, "customs_data": False, **SPECS.get(name, {})}
    shop = SandboxShop(ShopSpec(platform="magento", keys=(POOR, GOOD), **spec), HOME, Clock())
    state = shop.state
    known = like_recorded()
    orders = [order_like(body) for body in known.values() if body["entity_id"] <= HELD or name in _REGISTERED]
    random = Random(5)
    for number in range(1, HELD + 1):
        if number not in known:
            order = random_order(state, 0, status="pending", oddities=[], random=random)
            order.id, order.increment = number, f"{number:09d}"
            order.created = order.modified = int(BEGAN.timestamp()) + number
            orders.append(order)
    state.book.add(orders)
    wall = next((wall for beginning, wall in WALLS.items() if name.startswith(beginning)), None)
    shop.walls.set((wall,) if wall is not None else ())
    before = next((before for beginning, before in BEFORE.items() if name.startswith(beginning)), None)
    if before is not None:
        before(shop)
    return shop


_REGISTERED: Final = ("order_registered_customer_200",)


def answered(name: str, recording: dict[str, Any]) -> Response:
    """What the pretend shop answers to the recorded request."""
    shop, request = world(name), request_from(name, recording)
    if name == "orders_oauth1_nonce_reused_401":
        shop.handle(request)
    return shop.handle(request)


def request_from(name: str, recording: dict[str, Any]) -> Request:
    """The recorded request with keys of ours in place of those that were taken out."""
    asked = recording["request"]
    url, body = HOME + asked["path"], asked.get("body")
    sent = b"" if body is None else msgspec.json.encode(body)
    headers = tuple((key, value) for key, value in asked["headers"].items() if key != "Authorization")
    authorization = asked["headers"].get("Authorization", "")
    if authorization:
        headers = (*headers, ("Authorization", _authorization(name, authorization, asked["method"], url)))
    return Request(method=asked["method"], url=url, headers=headers, body=sent)


def _authorization(name: str, recorded: str, method: str, url: str) -> str:
    key = POOR if "missing_acl" in name else GOOD
    if recorded.startswith("Bearer "):
        return f"Bearer {'nonsense' if 'malformed' in name else token_of(key)[0]}"
    if not recorded.startswith("OAuth "):
        return "Basic eDp5"
    found = _signed(key, method, url, as_the_server_sees="server_view" in name)
    for beginning, change in _SPOILT.items():
        if name.startswith(beginning):
            found = change(found)
    return found


def _signed(key: Key, method: str, url: str, *, as_the_server_sees: bool) -> str:
    path, _, query = url.partition("?")
    token, token_secret = token_of(key)
    credentials = {
        "consumer_key": key.key, "consumer_secret": key.secret, "access_token": token,
        "access_token_secret": token_secret,
    }  # fmt: skip
    access = ShopAccess(
        base_url=HOME,
        credentials={name: Secret(value) for name, value in credentials.items()},
        user_agent="lab",
    )
    query = query if as_the_server_sees else query.replace("+", "%20")
    params = {unquote(name): unquote(value) for name, _, value in (pair.partition("=") for pair in query.split("&"))}
    return signed(access, method, path, params)[1][0][1]


_SPOILT: Final[dict[str, Callable[[str], str]]] = {
    "orders_oauth1_bad_signature": lambda text: re.sub(r'oauth_signature="[^"]{4}', 'oauth_signature="AAAA', text),
    "orders_oauth1_hmac_sha1": lambda text: text.replace("HMAC-SHA256", "HMAC-SHA1"),
    "orders_oauth1_timestamp_2h_future": lambda text: _moved(text, 7200),
}


def _moved(text: str, seconds: int) -> str:
    return re.sub(r'oauth_timestamp="(\d+)"', lambda found: f'oauth_timestamp="{int(found[1]) + seconds}"', text)


# Recorded orders become ours


@cache
def like_recorded() -> dict[int, dict[str, Any]]:
    """Every whole order that some recording holds, as it was first seen."""
    found: dict[int, dict[str, Any]] = {}
    for _, recording in recordings("magento"):
        body = recording["response"]["body"]
        rows = body.get("items") if isinstance(body, dict) and "search_criteria" in body else [body]
        for row in rows or ():
            if isinstance(row, dict) and "quote_id" in row and "increment_id" in row:
                found.setdefault(row["entity_id"], row)
    return found


def order_like(body: dict[str, Any]) -> MagentoOrder:
    shipping = body["extension_attributes"]["shipping_assignments"][0]["shipping"].get("address")
    order = MagentoOrder(
        id=body["entity_id"], increment=body["increment_id"], state=body["state"], status=body["status"],
        created=_moment(body["created_at"]), modified=_moment(body["updated_at"]), key="",
        billing=_billing(body["billing_address"]),
        shipping=_shipping(shipping) if shipping else Shipping(),
        currency=body["order_currency_code"], customer_id=body.get("customer_id", 0),
        payment_method=body["payment"]["method"], freight=micro(body["shipping_amount"]),
        address_ids=(shipping["entity_id"] if shipping else 0, body["billing_address_id"]),
        region_id=body["billing_address"].get("region_id", 0),
        delivery_region_id=(shipping or {}).get("region_id", 0),
        is_invoiced="total_paid" in body, coupon=body.get("coupon_code", ""),
    )  # fmt: skip
    order.items = [_item(row, body) for row in body["items"]]
    lines = order.items
    settle(order)
    order.items = lines
    return order


def _item(row: dict[str, Any], body: dict[str, Any]) -> Item:
    above = next((one for one in body["items"] if one["item_id"] == row.get("parent_item_id")), None)
    in_variant = above is not None and above["product_type"] == "configurable"
    return Item(
        id=row["item_id"], product_id=row["product_id"], type=row["product_type"], sku=row["sku"], name=row["name"],
        quantity=row["qty_ordered"], price=micro(row["price"]), weight=row.get("weight"),
        parent=row.get("parent_item_id", 0), in_variant=in_variant, tax_percent=row.get("tax_percent", 0),
        discount=micro(row["discount_amount"]), discount_percent=row["discount_percent"],
        shipped=row["qty_shipped"], invoiced=row["qty_invoiced"], refunded=row["qty_refunded"],
        option=row.get("product_option", {}).get("extension_attributes", {}), updated=_moment(row["updated_at"]),
    )  # fmt: skip


def _billing(address: dict[str, Any]) -> Billing:
    return Billing(**_parts(address), email=address["email"])


def _shipping(address: dict[str, Any]) -> Shipping:
    return Shipping(**_parts(address))


def _parts(address: dict[str, Any]) -> dict[str, str]:
    street = [*address["street"], ""]
    return {
        "first_name": address["firstname"], "last_name": address["lastname"], "company": address.get("company", ""),
        "address_1": street[0], "address_2": street[1], "city": address["city"],
        "state": address.get("region_code", ""), "postcode": address["postcode"], "country": address["country_id"],
        "phone": address["telephone"],
    }  # fmt: skip


def _moment(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


# What had happened before


def the_order(shop: SandboxShop, number: int) -> MagentoOrder:
    return cast(MagentoOrder, shop.state.order(number))


def _shipped(number: int, *, invoiced: bool = False, numbers: tuple[str, ...] = ("T1",)) -> Callable[..., None]:
    def before(shop: SandboxShop) -> None:
        order = the_order(shop, number)
        order.items = [item for item in order.items if item.type != "virtual"] or order.items
        if invoiced:
            changes.invoice(shop.state, order, {})
        tracks = [{"track_number": one, "title": "GLS", "carrier_code": "custom"} for one in numbers]
        changes.ship(shop.state, order, {}, tracks, "default")

    return before


def _with(number: int, *wares: int, quantity: int = 2) -> Callable[[SandboxShop], None]:
    """Any order of that number, with these goods."""

    def before(shop: SandboxShop) -> None:
        order = the_order(shop, number)
        order.items = []
        for ware in wares:
            add_ware(shop.state, order, WARES[ware], quantity)

    return before


def _like(number: int, other: int, *wares: int) -> Callable[[SandboxShop], None]:
    """A twin of a recorded order, with these goods."""

    def before(shop: SandboxShop) -> None:
        order = order_like({**like_recorded()[other], "entity_id": number})
        order.created = order.modified = the_order(shop, number).created
        shop.state.book.replace(order)
        _with(number, *wares, quantity=3)(shop)

    return before


def _rows(number: int, *ids: int, ware: int = 4) -> Callable[[SandboxShop], None]:
    """An order of that number whose rows have these numbers."""

    def before(shop: SandboxShop) -> None:
        order = the_order(shop, number)
        _with(number, *[ware] * len(ids))(shop)
        rows = order.parents()
        for row, row_id in zip(rows, ids, strict=True):
            for below in order.items:
                below.parent = row_id if below.parent == row.id else below.parent
            row.id = row_id

    return before


def _then(*steps: Callable[[SandboxShop], None]) -> Callable[[SandboxShop], None]:
    def before(shop: SandboxShop) -> None:
        for step in steps:
            step(shop)

    return before


def _state(number: int, change: str) -> Callable[[SandboxShop], None]:
    return lambda shop: getattr(changes, change)(shop.state, the_order(shop, number))


def _comments(number: int, *texts: str, notified: int | None = 0) -> Callable[[SandboxShop], None]:
    def before(shop: SandboxShop) -> None:
        for text in texts:
            changes.add_comment(shop.state, the_order(shop, number), text, notified=notified)

    return before


def _fresh(number: int) -> Callable[[SandboxShop], None]:
    """As the order was before it was shipped and invoiced."""

    def before(shop: SandboxShop) -> None:
        order = the_order(shop, number)
        order.state, order.status, order.is_invoiced = "new", "pending", False
        for item in order.items:
            item.shipped = item.invoiced = 0

    return before


def _tracked(shop: SandboxShop) -> None:
    """Order 20 with its first shipment."""
    order = the_order(shop, 20)
    row = [(item.id, item.quantity) for item in order.items]
    track = Track(id=1, number="1Z999AA10123456784", title="GLS Italy", carrier_code="custom", created=order.modified)
    order.shipments = [Shipment(id=1, created=order.modified, items=row, tracks=[track])]
    shop.state.meta_ids = iter(range(2, 100))  # type: ignore[assignment]  # a counter that begins at 2


BEFORE: Final[dict[str, Callable[[SandboxShop], None]]] = {
    "body_emoji_comment_read_back": _comments(35, "snake", "Ärger 😀 €", notified=None),
    "order_cancel_twice": _state(31, "cancel"),
    "order_comments_list": _comments(32, "Ritiro prenotato: GLS 12/12", "con stato suo"),
    "order_hold_twice": _state(30, "hold"),
    "order_unhold_200": _state(30, "hold"),
    "order_invoice_200": _fresh(20),
    "order_partial_ship_items_after": _then(_with(118, 10, 4), lambda shop: _part_shipped(shop, 118)),
    "order_ship_bundle": _fresh(108),
    "order_ship_by_parent_item_id_partial": _rows(118, 259, ware=4),
    "order_ship_cancelled_order": _state(31, "cancel"),
    "order_ship_partial": _rows(22, 44),
    "order_ship_qty_too_high": _rows(22, 44),
    "order_ship_unknown_item": _rows(22, 44),
    "order_ship_refunded_order": _then(_shipped(34, invoiced=True), _state(34, "refund")),
    "order_ship_unknown_source_code": _with(28, 4),
    "order_ship_with_track": _fresh(20),
    "order_save_partial_entity_status": _like(42, 119, 2),
    "order_invoice_partial": _rows(43, 92),
    "shipment_track": _tracked,
    "shipments_of_order": _tracked,
    "shipments_after_concurrent": _then(_with(44, 1, 2, 4), _shipped(44, numbers=("RACE2",))),
    "shipments_configurable_and_bundle": _then(_shipped(18), _with(23, 13, 5), _shipped(23)),
}


def _part_shipped(shop: SandboxShop, number: int) -> None:
    order = the_order(shop, number)
    changes.ship(shop.state, order, {order.items[0].id: 1}, [], "default")
