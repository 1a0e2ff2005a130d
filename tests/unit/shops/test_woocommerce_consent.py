"""WooCommerce's consent page: its link and its callback."""

from __future__ import annotations

import json
from urllib.parse import parse_qs, urlsplit

import pytest

from varco.model.errors import BadInput
from varco.model.secret import Secret
from varco.shops.woocommerce.consent import authorize_url, granted_from

SENT = {
    "key_id": 3,
    "user_id": "state-1",
    "consumer_key": "ck_abc",
    "consumer_secret": "cs_def",
    "key_permissions": "read_write",
}


def test_the_link_names_us_and_where_to_come_back() -> None:
    url = authorize_url(
        "https://shop.example/negozio/",
        state="a b&c",
        return_url="https://hub.example/return?x=1",
        callback_url="https://hub.example/callback",
    )

    parts = urlsplit(url)
    assert parts.path == "/negozio/wc-auth/v1/authorize"
    assert parse_qs(parts.query) == {
        "app_name": ["Varco"],
        "scope": ["read_write"],
        "user_id": ["a b&c"],
        "return_url": ["https://hub.example/return?x=1"],
        "callback_url": ["https://hub.example/callback"],
    }


def test_the_callback_brings_state_and_keys() -> None:
    granted = granted_from(json.dumps(SENT).encode())

    assert granted.state == "state-1"
    assert granted.credentials == {"consumer_key": Secret("ck_abc"), "consumer_secret": Secret("cs_def")}
    assert "cs_def" not in repr(granted)


@pytest.mark.parametrize("changed", [{"consumer_key": "abc"}, {"consumer_secret": ""}, {"user_id": ""}, {"user_id": 5}])
def test_a_callback_without_usable_keys_is_refused(changed: dict[str, object]) -> None:
    with pytest.raises(BadInput):
        granted_from(json.dumps({**SENT, **changed}).encode())
