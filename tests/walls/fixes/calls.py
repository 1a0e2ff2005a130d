"""Calls of the platform, and of everybody who must stay where he was, byte for byte as they are written here."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

from varco.fixes.addresses import addresses_in
from varco.fixes.base import fix_from
from varco.fixes.paths import paths_of
from varco.fixes.registry import target
from varco.model.fix import Cause, Fix, FixRequest
from varco.model.identity import METHODS, SENDCLOUD

US4: Final = "127.0.0.1"
US6: Final = "::1"
STRANGER: Final = "127.0.0.2"
PROXY: Final = "127.0.0.3"
AGENTS: Final = SENDCLOUD.user_agents_for("Some Shop System")
BROWSER: Final = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
ORDER: Final = "/wp-json/wc/v3/orders/17"
FORGED: Final = {
    "X-Forwarded-For": US4,
    "X-Real-IP": US4,
    "Forwarded": f"for={US4}",
    "SHIP_OK": "1",
    "REDIRECT_SHIP_OK": "1",
    "X-Ship-Ok": "1",
}
ELSEWHERE: Final = (
    "/wp-admin/x",
    "/wp-json/wp/v2/users",
    "/wp-json/wc/../../wp-admin/x",
    "/wp-json/wc/%2e%2e/%2e%2e/wp-admin/x",
    "/wp-json/wc/..%2f..%2fwp-admin/x",
    "/x?/wp-json/wc/",
)
Seen = int | str


def request(
    *, addresses: str = f"{US4} {US6}", cause: Cause | None = None, proxies: tuple[str, ...] = ()
) -> FixRequest:
    paths = paths_of("woocommerce")
    return FixRequest(
        identity="sendcloud",
        addresses=addresses_in(addresses, private=True),
        product="sendcloud",
        user_agents=SENDCLOUD.user_agents,
        methods=METHODS,
        platform="woocommerce",
        prefixes=paths.prefixes,
        exact=paths.exact,
        proxies=proxies,
        cause=cause,
    )


def fix_for(name: str, **wanted: object) -> Fix:
    return fix_from(target(name), request(**wanted))  # type: ignore[arg-type]


def text(fix: Fix, step: str) -> str:
    (found,) = [one.text for one in fix.steps if one.name == step]
    return found


def call(
    port: int,
    method: str = "GET",
    *,
    agent: str = AGENTS[0],
    path: str = ORDER,
    to: str = US4,
    source: str | None = None,
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
) -> Seen:
    """The status, or how the connection ended. `source` is an address of this machine."""
    connection = HTTPConnection(to, port, timeout=10, source_address=(source or to, 0))
    try:
        connection.putrequest(method, path, skip_accept_encoding=True)
        sent = {"User-Agent": agent, "Accept": "application/json", **(headers or {})}
        if body or method in ("POST", "PUT", "PATCH"):
            sent |= {"Content-Type": "application/json", "Content-Length": str(len(body))}
        for name, value in sent.items():
            connection.putheader(name, value)
        connection.endheaders(body or None)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    except (HTTPException, OSError):
        return "closed"
    finally:
        connection.close()


def ours(port: int) -> set[Seen]:
    """What all methods bring under both names from both addresses."""
    return {
        call(port, method, agent=agent, to=to, path=path)
        for path in (ORDER, "/wp-json/", "/wp-json/wc-sendcloudshipping/v2/statuses")
        for method in METHODS
        for agent in AGENTS
        for to in (US4, US6)
    }


def others(port: int) -> dict[str, Seen]:
    """Everybody whom a fix must leave where he was."""
    seen: dict[str, Seen] = {}
    for method in METHODS:
        seen[f"stranger with our name, {method}"] = call(port, method, source=STRANGER)
        seen[f"stranger who forges headers, {method}"] = call(port, method, source=STRANGER, headers=FORGED)
        seen[f"our address with a browser's name, {method}"] = call(port, method, agent=BROWSER)
        seen[f"our address by IPv6 with a browser's name, {method}"] = call(port, method, agent=BROWSER, to=US6)
    for path in ELSEWHERE:
        for method in ("GET", "DELETE"):
            seen[f"{method} {path}"] = call(port, method, path=path)
    for method in ("TRACE", "PROPFIND"):
        seen[method] = call(port, method)
    seen["our name behind another"] = call(port, "DELETE", agent=f"Mozilla/5.0 {AGENTS[0]}")
    return seen


@contextmanager
def shop() -> Iterator[int]:
    """Says 200 to everything, on its port."""
    server = ThreadingHTTPServer((US4, 0), _Shop)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Shop(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def __getattr__(self, name: str) -> object:
        if name.startswith("do_"):
            return self._answer
        raise AttributeError(name)

    def log_message(self, format: str, *args: object) -> None:
        with suppress(AttributeError):
            return
