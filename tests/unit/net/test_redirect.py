"""A server may write anything into `Location`."""

from __future__ import annotations

import pytest

from tests.recordings import AT
from varco.model.exchange import Exchange, Request, Response
from varco.net.diagnose import diagnose
from varco.net.redirect import followed
from varco.net.scrub import scrubbed

HERE = "https://shop.example/wp-json/"
NOWHERE = [
    "http://[::bad",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "http://",
    "",
    "http://shop.example:99999/",
    "\x00",
]


@pytest.mark.parametrize("location", NOWHERE)
def test_what_cannot_be_called_leads_nowhere(location: str) -> None:
    assert followed(HERE, location) == HERE


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("/negozio/", "https://shop.example/negozio/"),
        ("//www.shop.example/x", "https://www.shop.example/x"),
        ("http://other.example/", "http://other.example/"),
    ],
)
def test_an_address_is_followed(location: str, target: str) -> None:
    assert followed(HERE, location) == target


@pytest.mark.parametrize("location", NOWHERE)
def test_such_an_answer_has_a_cause_and_can_be_kept(location: str) -> None:
    answer = Response(status=302, headers=(("Location", location),))
    exchange = Exchange(request=Request(method="GET", url=HERE), started_at=AT, response=answer)
    finding = diagnose(exchange)
    assert finding is not None
    assert finding.code == "redirected"
    assert scrubbed(exchange).response is not None
