"""What people type as their shop's address."""

from __future__ import annotations

import pytest

from varco.app.address import shop_address
from varco.model.errors import BadInput

GOOD = [
    ("shop.example", "https://shop.example"),
    ("  SHOP.example/  ", "https://shop.example"),
    ("http://shop.example:8080/negozio/", "http://shop.example:8080/negozio"),
    ("münchen.example", "https://xn--mnchen-3ya.example"),
    ("https://shop.example/straße/", "https://shop.example/stra%C3%9Fe"),
    ("localhost:8080", "https://localhost:8080"),
    ("127.0.0.1", "https://127.0.0.1"),
    ("http://[::1]:8080/", "http://[::1]:8080"),
    ("shop.example/?utm=1#top", "https://shop.example"),
]
BAD = [
    ("", "Give the shop's address"),
    ("my shop.example", "has a space"),
    ("ftp://shop.example", "begins with https://"),
    ("mailto:anna@shop.example", "begins with https://"),
    ("javascript:alert(1)", "begins with https://"),
    ("anna@shop.example", "without a name or a password"),
    ("https://anna:secret@shop.example", "without a name or a password"),
    ("https://", "should look like"),
    ("shop.example:99999", "should look like"),
    ("shop.example:0", "should look like"),
    ("shop..example", "should look like"),
    ("http://[::1", "should look like"),
    ("https://shop.example\\@other.example", "should look like"),
    ("a" * 64 + ".example", "should look like"),
]


@pytest.mark.parametrize(("typed", "expected"), GOOD)
def test_an_address_is_made_whole(typed: str, expected: str) -> None:
    assert shop_address(typed) == expected


@pytest.mark.parametrize(("typed", "words"), BAD)
def test_what_is_no_address_is_refused_with_what_to_do(typed: str, words: str) -> None:
    with pytest.raises(BadInput, match=words):
        shop_address(typed)


def test_a_password_in_an_address_is_not_repeated() -> None:
    with pytest.raises(BadInput) as refusal:
        shop_address("https://anna:secret-word@shop.example")
    assert "secret-word" not in str(refusal.value)
