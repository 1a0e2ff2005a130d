"""How requests are signed."""

from __future__ import annotations

import re

from tests.unit.shops.magento.stage import AT, KEYS, access, asked, connector, run, sandbox
from varco.model.exchange import Exchange, Request, Response
from varco.net.oauth import with_query
from varco.net.scrub import scrubbed, scrubbed_url
from varco.shops.magento.auth import signed
from varco.shops.magento.criteria import Filter, criteria

URL = "https://shop.example/rest/V1/orders"


def sent(**options: str) -> tuple[str, str]:
    url, headers = signed(access(**options), "GET", URL, {"searchCriteria[pageSize]": "1", "fields": "a b+c"})
    return url, dict(headers)["Authorization"]


def test_secrets_sign_and_never_travel() -> None:
    url, authorization = sent()
    assert authorization.startswith("OAuth ")
    assert 'oauth_signature_method="HMAC-SHA256"' in authorization
    assert 'oauth_token="access_token-text"' in authorization
    assert "secret-text" not in url + authorization


def test_spaces_and_plus_signs_are_escaped_as_magento_reads_them() -> None:
    url, _ = sent()
    assert url.endswith("?searchCriteria%5BpageSize%5D=1&fields=a%20b%2Bc")


def test_the_token_goes_alone_only_by_explicit_choice() -> None:
    assert sent(auth="bearer")[1] == "Bearer access_token-text"


def test_each_request_has_a_nonce_of_its_own() -> None:
    nonces = {nonce for _ in range(3) for nonce in re.findall(r'oauth_nonce="(\w+)"', sent()[1])}
    assert len(nonces) == 3


def test_keys_are_pasted_with_spaces_around_them() -> None:
    shop = sandbox(orders=1)
    spaced = {name: f" {shop.credentials()[name].reveal()}\n" for name in KEYS}
    assert run(connector(shop, options={}, **spaced).permissions()).read_orders is True
    assert asked(shop)


def test_what_was_asked_for_stays_readable_in_what_is_kept() -> None:
    url, _ = signed(access(), "GET", URL, criteria([Filter("status", "in", "a,b")], "entity_id", size=5))
    kept = scrubbed_url(url)
    assert "***" not in kept
    assert "a,b" in kept
    name = with_query(URL, {"searchCriteria[filter_groups][0][filters][0][value]": "giulia@example.com"})
    assert "giulia" not in scrubbed_url(name)


def test_nothing_of_a_signature_is_kept() -> None:
    url, headers = signed(access(), "GET", URL, {})
    words = f"<p>unknown key consumer_key-text with {dict(headers)['Authorization']}</p>"
    echo = Response(status=401, body=words.encode())
    kept = scrubbed(Exchange(request=Request(method="GET", url=url, headers=headers), started_at=AT, response=echo))
    text = repr(kept)
    assert not any(f"{name}-text" in text for name in KEYS)
