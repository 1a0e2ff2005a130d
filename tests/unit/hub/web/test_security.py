"""Whom the hub believes, and under which names it answers."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from ipaddress import ip_network
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from varco.hub import runtime
from varco.hub.web.security import ProxyMiddleware, host_name, is_our_name

Configure = Callable[..., None]


@pytest.fixture
def configure() -> Iterator[Configure]:
    """Other settings while the test runs."""
    before = runtime.current()

    def change(**values: Any) -> None:
        runtime.use(dataclasses.replace(before, config=dataclasses.replace(before.config, **values)))

    yield change
    runtime.use(before)


def seen(**meta: str) -> tuple[HttpRequest, HttpResponse]:
    """The request as the pages see it behind the middleware, and the answer."""
    kept: list[HttpRequest] = []

    def page(request: HttpRequest) -> HttpResponse:
        kept.append(request)
        return HttpResponse("page")

    request = RequestFactory().get("/", **meta)  # type: ignore[arg-type]
    answer = ProxyMiddleware(page)(request)
    return (kept or [request])[0], answer


def test_a_stranger_cannot_make_up_where_a_request_comes_from(configure: Configure) -> None:
    configure(trusted_proxies=(ip_network("10.0.0.0/8"),))

    request, _ = seen(
        REMOTE_ADDR="198.51.100.4",
        HTTP_X_FORWARDED_FOR="203.0.113.7",
        HTTP_X_FORWARDED_PROTO="https",
        HTTP_X_FORWARDED_HOST="evil.example",
    )

    assert request.META["REMOTE_ADDR"] == "198.51.100.4"
    assert not request.is_secure()
    assert request.get_host() == "testserver"


def test_a_trusted_proxy_is_believed(configure: Configure) -> None:
    configure(trusted_proxies=(ip_network("10.0.0.0/8"),))

    request, _ = seen(
        REMOTE_ADDR="10.0.0.2",
        HTTP_X_FORWARDED_FOR="6.6.6.6, 203.0.113.7, 10.0.0.9",
        HTTP_X_FORWARDED_PROTO="http, https",
        HTTP_X_FORWARDED_HOST="evil.example, hub.example",
    )

    assert request.META["REMOTE_ADDR"] == "203.0.113.7"
    assert request.is_secure()
    assert request.get_host() == "hub.example"


@pytest.mark.parametrize("chain", ["", "unknown", "10.0.0.7", "10.0.0.7, "])
def test_without_a_usable_chain_the_proxy_itself_is_the_sender(chain: str, configure: Configure) -> None:
    configure(trusted_proxies=(ip_network("10.0.0.0/8"),))

    request, _ = seen(REMOTE_ADDR="10.0.0.2", HTTP_X_FORWARDED_FOR=chain)

    assert request.META["REMOTE_ADDR"] == "10.0.0.2"


def test_a_foreign_name_is_refused_and_told_the_right_one(configure: Configure) -> None:
    configure(public_url="https://hub.example")

    _, answer = seen(HTTP_HOST="evil.example")

    assert answer.status_code == 400
    assert "https://hub.example" in answer.content.decode()


@pytest.mark.parametrize(
    ("host", "ours"),
    [
        ("hub.example", True),
        ("HUB.example:443", True),
        ("localhost:8321", True),
        ("127.0.0.1", True),
        ("[::1]:8321", True),
        ("10.1.2.3:8321", True),
        ("hub.example.evil.example", False),
        ("evil.example", False),
        ("", False),
        ("[::1", False),
    ],
)
def test_only_the_public_name_the_listening_address_and_this_machine_are_ours(host: str, ours: bool) -> None:
    assert is_our_name(host, "https://hub.example", "10.1.2.3") is ours


def test_a_hub_on_a_desk_answers_to_any_name() -> None:
    assert is_our_name("desk.local", "", "0.0.0.0")


def test_a_port_that_is_no_number_does_not_break_the_page() -> None:
    assert host_name("hub.example:abc") == "hub.example"
