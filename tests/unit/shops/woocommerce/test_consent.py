"""The shop's own consent page: the link to it, and what the shop sends back."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.unit.shops.woocommerce.fakes import run
from varco.model.errors import BadInput
from varco.model.exchange import Request
from varco.model.secret import Secret
from varco.sandbox import SandboxShop, ShopSpec, send_to
from varco.shops.base import ShopAccess
from varco.shops.woocommerce.consent import authorize_url, granted_from
from varco.shops.woocommerce.shop import WooCommerce

BACK = "https://hub.example/connect/back?step=2"
CALLBACK = "https://hub.example/connect/callback"


def link(base_url: str = "https://shop.example/negozio") -> str:
    return authorize_url(base_url, state="one-time/state", return_url=BACK, callback_url=CALLBACK)


def test_the_link_names_us_what_we_want_and_the_one_time_state() -> None:
    parts = urlsplit(link())
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == "https://shop.example/negozio/wc-auth/v1/authorize"
    assert dict(parse_qsl(parts.query)) == {
        "app_name": "Varco",
        "scope": "read_write",
        "user_id": "one-time/state",
        "return_url": BACK,
        "callback_url": CALLBACK,
    }
    assert link("https://shop.example/negozio/") == link()


def test_the_keys_that_a_shop_sends_after_a_yes_open_it() -> None:
    shop = SandboxShop(ShopSpec(orders=1, folder="/negozio"))
    page = shop.answer(Request(method="GET", url=link(shop.url))).response
    assert page.status == 200
    approve = re.search(r'class="button approve" href="([^"]+)"', page.body.decode())
    assert approve is not None
    sent = shop.answer(Request(method="GET", url=unescape(approve[1]))).first
    assert sent is not None
    assert sent.url == CALLBACK
    granted = granted_from(sent.body)
    assert granted.state == "one-time/state"
    access = ShopAccess(base_url=shop.url, credentials=granted.credentials, user_agent="Varco/test")
    allowed = run(WooCommerce(access, send_to(shop)).permissions())
    assert (allowed.read_orders, allowed.write_orders) == (True, True)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"nonsense",
        b"[]",
        b"{}",
        b'{"user_id":"s","consumer_key":"ck_1"}',
        b'{"user_id":"s","consumer_key":"x","consumer_secret":"cs_1"}',
        b'{"user_id":"","consumer_key":"ck_1","consumer_secret":"cs_1"}',
        b'{"user_id":"s","consumer_key":"ck_1","consumer_secret":""}',
        b'{"user_id":"s","consumer_key":["ck_1"],"consumer_secret":"cs_1"}',
        b"\xff\xfe",
    ],
)
def test_what_woocommerce_does_not_send_is_refused(body: bytes) -> None:
    with pytest.raises(BadInput):
        granted_from(body)


def test_the_keys_show_nowhere() -> None:
    granted = granted_from(b'{"user_id":"s","consumer_key":"ck_1","consumer_secret":"cs_1","key_permissions":"read"}')
    assert granted.credentials == {"consumer_key": Secret("ck_1"), "consumer_secret": Secret("cs_1")}
    assert "cs_1" not in repr(granted)
