"""The pretend shop as the recorded one was, so that each recording can be asked again: same orders, same faults."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from random import Random
from typing import Any, Final
from urllib.parse import parse_qsl

import msgspec

from tests.recordings import AT, recordings
from varco.model.clock import SYSTEM_CLOCK
from varco.model.exchange import Request, Response
from varco.model.secret import Secret
from varco.sandbox import Key, Kind, SandboxShop, ShopSpec, Wall
from varco.sandbox.amounts import micro
from varco.sandbox.orders import Billing, Charge, Coupon, Fulfilment, Line, Meta, Order, Refund, Shipping, Tax
from varco.sandbox.woocommerce import changes
from varco.sandbox.woocommerce.making import NO_TAX, random_order
from varco.sandbox.woocommerce.state import TRASH, Webhook
from varco.shops.base import ShopAccess
from varco.shops.woocommerce.auth import signed

HOME: Final = "https://127.0.0.1:18481"
PLAIN_HOME: Final = "http://127.0.0.1:18081"
KEYS: Final = (
    Key(key="ck_manager", secret="cs_manager"),
    Key(key="ck_customer", secret="cs_customer", manager=False),
)
HELD: Final = 304
"""How many orders the recorded shop had."""
TIED_AT: Final = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
"""Thirty orders of the recorded shop were changed in this second."""

SPECS: Final[dict[str, dict[str, Any]]] = {
    "err_woocommerce_switched_off": {"woocommerce": False},
    "err_woocommerce_switched_off_order_id": {"woocommerce": False},
    "orders_list_legacy_storage_hpos_off": {"hpos": False},
    "plain_permalinks_home_link_header": {"pretty_permalinks": False},
    "plain_permalinks_rest_route_basic": {"pretty_permalinks": False},
    "plain_permalinks_rest_route_query_keys": {"pretty_permalinks": False},
    "plain_permalinks_root_index": {"pretty_permalinks": False},
    "plain_permalinks_wp_json_path": {"pretty_permalinks": False},
    "plain_permalinks_wp_json_put": {"pretty_permalinks": False},
}
WALLS: Final = {
    "err_301_moved": Wall(kind=Kind.MOVED, target=HOME),
    "err_413_front_end": Wall(kind=Kind.BODY_TOO_LARGE, size=1000),
    "err_429_nginx_limit": Wall(kind=Kind.TOO_MANY, seconds=0),
    "err_503_nginx_limit": Wall(kind=Kind.LIMITED),
    "err_auth_header_stripped": Wall(kind=Kind.NO_AUTHORIZATION),
    "err_database_down": Wall(kind=Kind.DATABASE_DOWN),
    "err_database_down_accept_any": Wall(kind=Kind.DATABASE_DOWN),
    "err_maintenance_503_json": Wall(kind=Kind.MAINTENANCE),
    "err_maintenance_503_no_auth": Wall(kind=Kind.MAINTENANCE),
    "err_php_fatal_accept_any": Wall(kind=Kind.FATAL),
    "err_php_fatal_json_accept": Wall(kind=Kind.FATAL),
    "err_php_memory_exhausted": Wall(kind=Kind.MEMORY),
    "err_php_notice_before_json": Wall(kind=Kind.NOTICE),
    "query_string_auth_header_stripped": Wall(kind=Kind.NO_AUTHORIZATION),
}
_KEPT_FIELDS: Final = ("id", "status", "date_modified_gmt")
KEPT: Final[dict[str, Callable[[Any], Any]]] = {
    "index_wc_v3_routes": lambda data: {**data, "routes": list(data["routes"])},
    "order_put_untrash": lambda data: {name: data[name] for name in _KEPT_FIELDS},
    "orders_batch_bogus_status_becomes_pending": lambda data: {
        "update": [{name: row[name] for name in _KEPT_FIELDS} for row in data["update"]]
    },
}
"""What the recorder kept of long answers."""
BASIC: Final = {
    "err_wrong_key": ("ck_unknown", "cs_manager"),
    "err_wrong_secret": ("ck_manager", "cs_wrong"),
    "err_customer_key": ("ck_customer", "cs_customer"),
}


class Clock:
    """Stands at the time of the recordings."""

    def now(self) -> datetime:
        return AT


def world(name: str, spec: dict[str, Any] | None = None) -> SandboxShop:
    """A shop in which the recording of that name can happen."""
    home = PLAIN_HOME if name.startswith("oauth1") or "_oauth1_" in name else HOME
    fulfilments = name.startswith("fulfilment_")
    settings = {
        "keys": KEYS,
        "customs_data": False,
        "fulfilments": fulfilments,
        **(SPECS.get(name, {}) if spec is None else spec),
    }
    clock = SYSTEM_CLOCK if home == PLAIN_HOME else Clock()  # signatures are made with the real time
    shop = SandboxShop(ShopSpec(**settings), home, clock)
    state, random = shop.state, Random(5)
    known = like_recorded()
    state.book.add(order_like(body) for body in known.values())
    last, listed = max(known), sum(body["status"] != TRASH for body in known.values())
    fillers = [random_order(state, int(TIED_AT.timestamp()) - 86_400, random=random) for _ in range(HELD - listed)]
    for place, order in enumerate(fillers):
        order.id = 400 + last - place  # nothing that a recording asks for
        order.modified = int(TIED_AT.timestamp()) if place < 30 else order.created + place * 3600
    state.book.add(fillers)
    if name in WALLS:
        shop.walls.set((WALLS[name],))
    if name in BEFORE:
        BEFORE[name](shop)
    return shop


def answered(name: str, recording: dict[str, Any]) -> Response:
    """What the pretend shop answers to the recorded request, cut as the recorder cut what it kept."""
    shop, request = world(name), request_from(name, recording)
    if name == "err_oauth1_nonce_reused":
        shop.handle(request)
    response = shop.handle(request)
    if name not in KEPT:
        return response
    data = KEPT[name](msgspec.json.decode(response.body))
    return msgspec.structs.replace(response, body=msgspec.json.encode(data))


def request_from(name: str, recording: dict[str, Any]) -> Request:
    """The recorded request with keys of ours in place of those that were taken out."""
    asked = recording["request"]
    url = f"{PLAIN_HOME if asked['scheme'] == 'http' else HOME}{asked['path']}"
    headers = tuple(
        (key, _authorization(name) if key == "Authorization" else value)
        for key, value in asked["headers"].items()
        if key not in ("Host", "Accept-Encoding")
    )
    body = asked.get("body")
    raw = b"" if body is None else body.encode() if isinstance(body, str) else msgspec.json.encode(body)
    return Request(method=asked["method"], url=_with_keys(name, url, asked["method"]), headers=headers, body=raw)


def _authorization(name: str) -> str:
    key, secret = BASIC.get(name, ("ck_manager", "cs_manager"))
    return "Basic " + b64encode(f"{key}:{secret}".encode()).decode()


def _with_keys(name: str, url: str, method: str) -> str:
    if "oauth_signature=" in url:
        return _signed(name, url, method)
    return url.replace("consumer_key=REDACTED", "consumer_key=ck_manager").replace(
        "consumer_secret=REDACTED", "consumer_secret=cs_manager"
    )


def _signed(name: str, url: str, method: str) -> str:
    """Signed by the connector's own code, wrongly where the recording is of that."""
    plain, _, query = url.partition("?")
    params = {key: value for key, value in parse_qsl(query) if not key.startswith("oauth_")}
    secret = "cs_wrong" if name == "err_oauth1_bad_signature" else "cs_manager"
    access = ShopAccess(
        base_url=PLAIN_HOME,
        credentials={"consumer_key": Secret("ck_manager"), "consumer_secret": Secret(secret)},
        user_agent="test",
    )
    made, _ = signed(access, method, plain, params)
    if name == "err_oauth1_base_url_differs":
        made, _ = signed(access, method, plain.replace("127.0.0.1", "localhost"), params)
        made = made.replace("localhost", "127.0.0.1")
    return made


@cache
def like_recorded() -> dict[int, dict[str, Any]]:
    """Every whole order in the recordings, by number, as it was first seen by itself."""
    found: dict[int, dict[str, Any]] = {}
    for name, recording in recordings("woocommerce"):
        body = recording["response"]["body"]
        rows = body if isinstance(body, list) else [body]
        for row in rows:
            if isinstance(row, dict) and "line_items" in row and "billing" in row and not name.startswith("webhook"):
                found.setdefault(row["id"], row)
    return found


def order_like(body: dict[str, Any]) -> Order:
    """An order of ours with the same content, read back from what the real shop said of it."""
    return Order(
        id=body["id"],
        status=body["status"],
        created=_moment(body["date_created_gmt"]) or 0,
        modified=_moment(body["date_modified_gmt"]) or 0,
        key=body["order_key"],
        tax_line_id=body["tax_lines"][0]["id"] if body["tax_lines"] else 0,
        billing=msgspec.convert(body["billing"], Billing),
        shipping=msgspec.convert(body["shipping"], Shipping),
        currency=body["currency"],
        prices_include_tax=body["prices_include_tax"],
        lines=[_line(row, _taxes(body)) for row in body["line_items"]],
        shipping_lines=[
            Charge(row["id"], row["method_title"], micro(row["total"]), _tax_of(row, _taxes(body)),
                   row["method_id"], row["instance_id"])
            for row in body["shipping_lines"]
        ],
        fees=[
            Charge(row["id"], row["name"], micro(row["total"]), _tax_of(row, _taxes(body)), amount=row["amount"])
            for row in body["fee_lines"]
        ],
        coupons=[
            Coupon(row["id"], row["code"], micro(row["discount"]), micro(row["discount_tax"]), row["nominal_amount"],
                   row["meta_data"][0]["id"], row["discount_type"],
                   msgspec.json.decode(row["meta_data"][0]["value"])[0])
            for row in body["coupon_lines"]
        ],
        refunds=[
            Refund(row["id"], _moment(body["date_modified_gmt"]) or 0, -micro(row["total"]), row["reason"],
                   tuple(_line(line, {}, -1) for line in body["line_items"][:1]))
            for row in body["refunds"]
        ],
        meta=[Meta(row["id"], row["key"], row["value"]) for row in body["meta_data"]],
        customer_id=body["customer_id"],
        payment_method=body["payment_method"],
        payment_title=body["payment_method_title"],
        transaction_id=body["transaction_id"],
        ip=body["customer_ip_address"],
        user_agent=body["customer_user_agent"],
        created_via=body["created_via"],
        customer_note=body["customer_note"],
        completed=_moment(body["date_completed_gmt"]),
        paid=_moment(body["date_paid_gmt"]),
    )  # fmt: skip


def _line(row: dict[str, Any], taxes: dict[int, Tax], sign: int = 0) -> Line:
    quantity = sign or row["quantity"]
    total = micro(Decimal(str(row["price"])) * quantity)
    off = micro(row["subtotal"]) - micro(row["total"])
    meta = [Meta(found["id"], found["key"], found["value"]) for found in row["meta_data"]]
    if sign:
        meta = [Meta(1, "_refunded_item_id", str(row["id"]))]
    return Line(
        id=row["id"], name=row["name"], product_id=row["product_id"], variation_id=row["variation_id"],
        quantity=quantity, subtotal=total + (0 if sign else off), total=total, sku=row["sku"],
        tax=_tax_of(row, taxes) or NO_TAX, tax_class=row["tax_class"], parent_name=row["parent_name"], meta=meta,
    )  # fmt: skip


def _tax_of(row: dict[str, Any], taxes: dict[int, Tax]) -> Tax | None:
    return taxes.get(row["taxes"][0]["id"]) if row["taxes"] else None


def _taxes(body: dict[str, Any]) -> dict[int, Tax]:
    return {
        row["rate_id"]: Tax(row["rate_id"], row["rate_code"], row["label"], row["rate_percent"])
        for row in body["tax_lines"]
    }


def _moment(text: str | None) -> int | None:
    return None if text is None else int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def _trashed(shop: SandboxShop) -> None:
    shop.backstage.trash([106])


def _refundable(shop: SandboxShop) -> None:
    """Order 105 was not recorded by itself: any order of that number will do."""
    shop.state.book.replace(order_like({**like_recorded()[42], "id": 105}))


def _fulfillable(done: bool) -> Callable[[SandboxShop], None]:
    """Order 170 was not recorded by itself: any order of that number will do."""

    def before(shop: SandboxShop) -> None:
        order = order_like({**like_recorded()[42], "id": 170})
        order.fulfilments = [_fulfilment()] if done else []
        shop.state.book.replace(order)

    return before


def _fulfilment() -> Fulfilment:
    items = [{"item_id": 503, "qty": 1}, {"item_id": 504, "qty": 4}, {"item_id": 505, "qty": 1}]
    sent: dict[str, Any] = {"_items": items, "_tracking_number": "BRT0001", "_shipment_provider": "BRT"}
    sent["_tracking_url"] = "https://t.example/BRT0001"
    meta = [Meta(number, key, value) for number, (key, value) in enumerate(sent.items(), 1)]
    return Fulfilment(2, "fulfilled", True, 1, [*meta, Meta(5, "_date_fulfilled", "2026-11-25 04:25:49")])


def _processing(*ids: int) -> Callable[[SandboxShop], None]:
    return lambda shop: shop.backstage.set_status(ids, "processing")


def _noted(shop: SandboxShop) -> None:
    order = shop.state.order(101)
    assert order is not None
    for place, text in enumerate(("Order status changed.", "Spedito con BRT", "Il suo ordine è partito 🚚", "Letto")):
        changes.add_note(shop.state, order, text, to_customer=place == 2)


def _hooked(shop: SandboxShop) -> None:
    for number, topic in enumerate(("order.updated", "order.created", "order.deleted", "order.restored"), 1):
        shop.state.webhooks[number] = Webhook(
            id=number, name=topic, topic=topic, delivery_url="http://127.0.0.1:18095/hook", created=1, modified=2
        )


def _disabled(shop: SandboxShop) -> None:
    _hooked(shop)
    shop.state.webhooks[6] = msgspec.structs.replace(shop.state.webhooks[1], id=6, status="disabled")


def _ahead(shop: SandboxShop) -> None:
    shop.backstage.move_clock(20 * 60)


def _spedito(shop: SandboxShop) -> None:
    ids = [order.id for order in shop.backstage.orders() if 38 < order.id < 60]
    shop.backstage.set_status(ids[:4], "spedito")


BEFORE: Final[dict[str, Callable[[SandboxShop], None]]] = {
    "order_get_trashed": _trashed,
    "order_put_untrash": _trashed,
    **dict.fromkeys(("fulfilment_list", "fulfilment_get", "fulfilment_put", "fulfilment_delete"), _fulfillable(True)),
    **dict.fromkeys(
        (
            "fulfilment_list_none",
            "fulfilment_post",
            "fulfilment_post_meta_without_id",
            "fulfilment_get_deleted",
            "fulfilment_post_too_many",
        ),
        _fulfillable(False),
    ),
    "orders_list_custom_status": _spedito,
    "order_put_status": _processing(101),
    "order_refund_gateway_missing_is_500": _refundable,
    "order_refund_post": _refundable,
    "order_refund_too_much_is_500": _refundable,
    "order_notes_list": _noted,
    "webhook_list": _hooked,
    "webhook_disabled_after_failures": _disabled,
    "err_oauth1_old_timestamp": _ahead,
}
