"""A caller of the pretend shop, and the clock that its tests move."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec

from varco.model.exchange import Request, Response
from varco.sandbox import Key, SandboxShop, ShopSpec

BEGAN = datetime(2026, 11, 23, 20, tzinfo=UTC)


class MovedClock:
    """Moved by hand."""

    def __init__(self) -> None:
        self.at = BEGAN

    def now(self) -> datetime:
        return self.at

    def move(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


class Caller:
    """Calls one shop by its interface with its first key."""

    def __init__(self, home: str = "https://shop.example", **settings: Any) -> None:
        self.clock = MovedClock()
        self.shop = SandboxShop(ShopSpec(**settings), home, self.clock)
        self.key: Key | None = self.shop.state.keys[0]

    def ask(
        self,
        path: str,
        method: str = "GET",
        body: Any = None,
        *,
        prefix: str = "/wp-json/wc/v3/",
        address: str = "127.0.0.1",
        **headers: str,
    ) -> Response:
        raw = b"" if body is None else body if isinstance(body, bytes) else msgspec.json.encode(body)
        sent = {"Accept": "application/json", **({"Content-Type": "application/json"} if raw else {})}
        if self.key is not None:
            sent["Authorization"] = "Basic " + b64encode(f"{self.key.key}:{self.key.secret}".encode()).decode()
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        request = Request(method=method, url=f"{self.shop.url}{prefix}{path}", headers=tuple(sent.items()), body=raw)
        return self.shop.handle(request, address)

    def read(self, path: str, method: str = "GET", body: Any = None, **headers: str) -> Any:
        return json_of(self.ask(path, method, body, **headers))

    def ids(self, query: str) -> list[int]:
        return [row["id"] for row in self.read(f"orders?_fields=id&{query}")]


def json_of(response: Response) -> Any:
    return msgspec.json.decode(response.body)
