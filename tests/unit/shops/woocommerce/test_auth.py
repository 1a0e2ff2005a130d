"""How requests are signed."""

from __future__ import annotations

import msgspec
import pytest

from tests.recordings import recordings
from tests.unit.shops.woocommerce.fakes import access, query_of
from varco.model.exchange import Request, header
from varco.net.oauth import base_string, with_query
from varco.sandbox import SandboxShop, ShopSpec
from varco.shops.base import ShopAccess
from varco.shops.woocommerce.auth import signed

URL = "https://shop.example/wp-json/wc/v3/orders"


def test_over_tls_the_keys_go_in_a_header_and_nowhere_else() -> None:
    url, headers = signed(access(), "GET", URL, {"per_page": "1"})
    assert url == f"{URL}?per_page=1"
    assert headers == (("Authorization", "Basic Y2tfdGVzdDpjc190ZXN0"),)


def test_keys_go_in_the_query_only_by_explicit_choice_and_only_over_tls() -> None:
    url, headers = signed(access(auth="query"), "GET", URL, {"per_page": "1"})
    assert url.endswith("?per_page=1&consumer_key=ck_test&consumer_secret=cs_test")
    assert headers == ()
    plain, _ = signed(access("http://shop.example", auth="query"), "GET", URL.replace("https", "http"), {})
    assert "cs_test" not in plain


def test_over_plain_http_the_secret_signs_and_never_travels() -> None:
    url, headers = signed(access("http://shop.example"), "GET", URL.replace("https", "http"), {"per_page": "1"})
    assert headers == ()
    assert "cs_test" not in url


def test_each_request_has_a_nonce_of_its_own() -> None:
    made = [signed(access(), "GET", URL.replace("https", "http"), {})[0] for _ in range(3)]
    nonces = {query_of(Request(method="GET", url=url))["oauth_nonce"] for url in made}
    assert len(nonces) == 3


def test_the_signed_text_is_that_of_woocommerces_own_example() -> None:
    """https://github.com/woocommerce/woocommerce-rest-api-docs/blob/trunk/source/includes/wp-api-v3/authentication.md"""
    params = {"oauth_signature_method": "HMAC-SHA1", "oauth_consumer_key": "abc123"}
    assert base_string("get", "http://www.example.com/wp-json/wc/v3/orders", params) == (
        "GET&http%3A%2F%2Fwww.example.com%2Fwp-json%2Fwc%2Fv3%2Forders&"
        "oauth_consumer_key%3Dabc123%26oauth_signature_method%3DHMAC-SHA1"
    )


def test_parameters_are_escaped_twice_in_the_signed_text() -> None:
    """RFC 5849, section 3.4.1.3."""
    assert base_string("GET", "http://x.example/", {"b": "a,b c", "a": "1:2~"}) == (
        "GET&http%3A%2F%2Fx.example%2F&a%3D1%253A2~%26b%3Da%252Cb%2520c"
    )


def test_a_signed_request_looks_like_the_one_that_a_real_shop_took() -> None:
    recorded = dict(recordings("woocommerce"))["oauth1_http_ok"]
    taken = query_of(Request(method="GET", url=f"http://x{recorded['request']['path']}"))
    own = {name: value for name, value in taken.items() if not name.startswith("oauth_")}
    url, _ = signed(access("http://shop.example"), "GET", "http://shop.example/wp-json/wc/v3/orders", own)
    made = query_of(Request(method="GET", url=url))
    assert made.keys() == taken.keys()
    assert list(made)[-1] == list(taken)[-1] == "oauth_signature"
    assert made["oauth_signature_method"] == taken["oauth_signature_method"]


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize(
    "params", [{}, {"after": "2026-11-20T10:00:00", "status": "on-hold,any", "search": "Caffè & Tè+1"}]
)
def test_a_shop_lets_us_in_whatever_the_parameters(scheme: str, params: dict[str, str]) -> None:
    shop = SandboxShop(ShopSpec(orders=2, folder="/negozio"), home=f"{scheme}://shop.example")
    way = ShopAccess(base_url=shop.url, credentials=shop.credentials(), user_agent="Varco/test")
    url, headers = signed(way, "GET", f"{shop.url}/wp-json/wc/v3/orders", params)
    request = Request(method="GET", url=url, headers=headers)
    assert shop.handle(request).status == 200
    wrong = url.replace("oauth_signature=", "oauth_signature=x") if scheme == "http" else url
    assert shop.handle(msgspec.structs.replace(request, url=wrong, headers=())).status == 401


def test_an_address_is_written_as_it_arrives() -> None:
    assert with_query("https://x/", {}) == "https://x/"
    assert with_query("https://x/", {"a[0]": "1,2", "b": "a+b c&d"}) == "https://x/?a%5B0%5D=1,2&b=a%2Bb%20c%26d"


def test_spaces_that_came_along_with_pasted_keys_do_not_matter() -> None:
    way = access()
    pasted = msgspec.structs.replace(
        way, credentials={k: type(v)(f" {v.reveal()}\n") for k, v in way.credentials.items()}
    )
    assert signed(pasted, "GET", URL, {}) == signed(way, "GET", URL, {})
    assert header(signed(pasted, "GET", URL, {})[1], "authorization").startswith("Basic ")
