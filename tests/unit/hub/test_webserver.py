"""The web server: answers under way are finished when it is told to stop; an address that cannot be had is said."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from varco.hub.webserver import WebServer, address_of, listening
from varco.model.errors import BadInput

LARGE = b"x" * 3_000_000


def _get(port: int, headers: dict[str, str] | None = None) -> tuple[int, bytes, dict[str, str]]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request("GET", "/", headers=headers or {})
    answer = connection.getresponse()
    told = answer.status, answer.read(), dict(answer.getheaders())
    connection.close()
    return told


def test_an_answer_under_way_is_finished_and_then_it_ends() -> None:
    begun = threading.Event()

    def slow(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        begun.set()
        time.sleep(0.3)  # the application is at work when the stop comes
        start("200 OK", [("Content-Type", "text/plain")])
        return [LARGE]

    with listening(("127.0.0.1", 0)) as bound:
        server, answers = WebServer(slow, bound), []
        running = threading.Thread(target=server.run)
        running.start()
        asking = threading.Thread(target=lambda: answers.append(_get(bound.getsockname()[1])))
        asking.start()
        assert begun.wait(5)
        server.stop()
        running.join(5)
        asking.join(5)
    assert not running.is_alive()
    assert [(status, len(body)) for status, body, _ in answers] == [(200, len(LARGE))]


def test_forwarded_headers_reach_the_application_and_our_server_is_not_named() -> None:
    """Whom to believe is the application's to decide."""

    def echo(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        start("200 OK", [])
        return [environ.get("HTTP_X_FORWARDED_FOR", "").encode()]

    with listening(("127.0.0.1", 0)) as bound:
        server = WebServer(echo, bound)
        running = threading.Thread(target=server.run)
        running.start()
        status, body, headers = _get(bound.getsockname()[1], {"X-Forwarded-For": "203.0.113.7"})
        server.stop()
        running.join(5)
    assert (status, body) == (200, b"203.0.113.7")
    assert "Server" not in headers


def test_a_taken_port_says_what_to_set() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(BadInput, match="VARCO_LISTEN"):
        listening(taken.getsockname())


@pytest.mark.parametrize("host", ["203.0.113.1", "no-such-host.invalid"])
def test_an_address_that_is_not_ours_is_said(host: str) -> None:
    with pytest.raises(BadInput, match=host):
        listening((host, 8321))


def test_the_address_is_one_that_a_browser_here_can_open() -> None:
    with listening(("0.0.0.0", 0)) as bound:
        assert address_of(bound) == f"http://127.0.0.1:{bound.getsockname()[1]}"
