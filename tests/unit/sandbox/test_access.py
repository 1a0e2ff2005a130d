"""Who may use the pretend shop's interface, and what everybody else is told."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest

from tests.unit.sandbox.helpers import Caller, json_of
from varco.model.exchange import Request
from varco.sandbox import Key, SandboxShop, ShopSpec
from varco.shops.base import ShopAccess
from varco.shops.woocommerce.auth import signed

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
CONSENT = (
    "scope=read_write&user_id=7&app_name=Varco&return_url=https://hub.example/back"
    "&callback_url=https://hub.example/keys"
)


@pytest.mark.parametrize("method", METHODS)
def test_every_method_without_a_route_is_told_so_without_a_key(method: str) -> None:
    caller = Caller()
    caller.key = None
    answer = caller.ask("varco-probe-0", method, {} if method != "HEAD" else None)
    assert answer.status == 404
    assert method == "HEAD" or json_of(answer)["code"] == "rest_no_route"


def test_options_without_a_route_is_an_empty_list() -> None:
    caller = Caller()
    caller.key = None
    answer = caller.ask("varco-probe-0", "OPTIONS")
    assert (answer.status, answer.body) == (200, b"[]")


@pytest.mark.parametrize(
    ("permissions", "method", "message"),
    [
        ("read", "POST", "The API key provided does not have write permissions."),
        ("write", "GET", "The API key provided does not have read permissions."),
    ],
)
def test_a_key_may_only_what_it_was_made_for(permissions: str, method: str, message: str) -> None:
    caller = Caller(keys=(Key(key="ck_1", secret="cs_1", permissions=permissions),))
    answer = caller.ask("orders", method, {} if method == "POST" else None)
    assert (answer.status, json_of(answer)["message"]) == (401, message)


def test_a_customers_key_is_403() -> None:
    caller = Caller(keys=(Key(key="ck_1", secret="cs_1", manager=False),))
    assert caller.ask("orders").status == 403


def test_basic_over_plain_http_is_nobody() -> None:
    answer = Caller("http://shop.example").ask("orders")
    assert (answer.status, json_of(answer)["code"]) == (401, "woocommerce_rest_cannot_view")


@pytest.mark.parametrize("folder", ["", "/negozio"])
def test_a_signature_works_once(folder: str) -> None:
    """Over plain http, as the connector signs; the clock is the real one."""
    shop = SandboxShop(ShopSpec(folder=folder), "http://shop.example")
    access = ShopAccess(base_url=shop.url, credentials=shop.credentials(), user_agent="test")
    url, _ = signed(
        access, "GET", f"{shop.url}/wp-json/wc/v3/orders", {"_fields": "id", "search": "D’Agostino & c/o +"}
    )
    request = Request(method="GET", url=url)
    assert shop.handle(request).status == 200
    again = shop.handle(request)
    assert (again.status, json_of(again)["message"]) == (401, "Invalid nonce - nonce has already been used.")


def test_keys_in_rest_route_are_not_looked_at() -> None:
    caller = Caller(pretty_permalinks=False)
    assert caller.ask("?rest_route=/wc/v3/orders", prefix="/").status == 401
    assert caller.ask("?rest_route=/", prefix="/").status == 200


def test_with_plain_permalinks_a_put_gets_a_page_and_does_nothing() -> None:
    caller = Caller(pretty_permalinks=False)
    (number,) = caller.shop.backstage.add_orders(1, status="processing")
    answer = caller.ask(f"orders/{number}", "PUT", {"status": "completed"})
    assert (answer.status, answer.content_type) == (200, "text/html")
    held = caller.shop.backstage.order(number)
    assert held is not None
    assert held.status == "processing"


def test_with_woocommerce_off_an_order_has_no_route() -> None:
    caller = Caller(woocommerce=False)
    assert caller.read("orders/41")["code"] == "rest_no_route"
    assert "wc/v3" not in json_of(caller.ask("", prefix="/wp-json/"))["namespaces"]


def test_saying_yes_makes_a_key_and_sends_it_before_going_back() -> None:
    caller = Caller()
    caller.key = None
    page = caller.ask(f"authorize?{CONSENT}", prefix="/wc-auth/v1/").body.decode()
    assert "Varco would like to connect to your store" in page
    link = page.partition('class="button approve" href="')[2].partition('"')[0].replace("&amp;", "&")
    reply = caller.shop.answer(Request(method="GET", url=link))
    assert reply.first is not None
    assert reply.first.url == "https://hub.example/keys"
    sent = msgspec.json.decode(reply.first.body)
    caller.key = Key(key=sent["consumer_key"], secret=sent["consumer_secret"])
    assert caller.ask("orders").status == 200
    back = urlsplit(reply.response.header("Location"))
    assert parse_qs(back.query) == {"success": ["1"], "user_id": ["7"]}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("callback_url=https", "callback_url=http"), "The callback_url needs to be over SSL"),
        (("read_write", "everything"), "Invalid scope everything"),
        (("app_name=Varco", "app_name="), "Missing parameter app_name"),
    ],
)
def test_the_consent_page_refuses_what_woocommerce_refuses(change: tuple[str, str], message: str) -> None:
    answer = Caller().ask(f"authorize?{CONSENT.replace(*change)}", prefix="/wc-auth/v1/")
    assert answer.status == 401
    assert message in answer.body.decode()


def test_a_yes_that_nobody_clicked_makes_no_key() -> None:
    caller = Caller()
    answer = caller.ask(f"access_granted/?{CONSENT}&wc_auth_nonce=0", prefix="/wc-auth/v1/")
    assert answer.status == 401
    assert len(caller.shop.state.keys) == 1
