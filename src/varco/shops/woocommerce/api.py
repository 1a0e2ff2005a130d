"""One call to WooCommerce's interface: signed, sent, its answer checked and freed of what PHP printed around it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from varco.model.errors import ShopFault
from varco.model.exchange import Exchange, Request
from varco.model.finding import Confidence, Finding
from varco.net import answer
from varco.net.diagnose import diagnose, is_ambiguous, json_of, retry_after_s
from varco.net.dirt import json_within
from varco.shops.base import Send, ShopAccess
from varco.shops.woocommerce.auth import signed

PREFIX: Final = "/wp-json/wc/v3/"
TIMEOUT_S: Final = 60.0
"""A cold page of 100 orders takes 3 s on a small shop; six at once took 8 s each (measured)."""


class Answer(answer.Answer, frozen=True, kw_only=True):
    """Of a list, with its counts."""

    @property
    def total(self) -> int | None:
        """How many rows the whole list has."""
        return self._count("X-WP-Total")

    @property
    def pages(self) -> int | None:
        return self._count("X-WP-TotalPages")

    def _count(self, name: str) -> int | None:
        text = self.header(name)
        return int(text) if text.isascii() and text.isdigit() else None


class Api:
    """WooCommerce's interface of one shop. Every method raises `ShopFault` where the shop does not do its part."""

    def __init__(self, access: ShopAccess, send: Send) -> None:
        self.access = access
        self._send = send

    async def get(self, path: str, params: Mapping[str, str] | None = None) -> Answer:
        return self.checked(await self.call("GET", path, params or {}))

    async def post(self, path: str, body: Mapping[str, Any]) -> Answer:
        """WooCommerce takes POST wherever it takes PUT, so a firewall that stops PUT does not matter."""
        return self.checked(await self.call("POST", path, {}, msgspec.json.encode(body)))

    async def call(self, method: str, path: str, params: Mapping[str, str], body: bytes = b"") -> Exchange:
        url, proof = signed(self.access, method, f"{self.access.base_url}{PREFIX}{path}", params)
        return await self._send(
            Request(method=method, url=url, headers=(*self._headers(body), *proof), body=body, timeout_s=TIMEOUT_S)
        )

    async def get_openly(self, url: str) -> Exchange:
        """A GET without keys, for finding out what is there."""
        return await self._send(Request(method="GET", url=url, headers=self._headers(b""), timeout_s=TIMEOUT_S))

    def checked(self, exchange: Exchange) -> Answer:
        response = exchange.response
        if response is not None and 200 <= response.status < 300:
            found = json_within(response.body)
            if found is not None:
                data, dirt = found
                return Answer(data=data, exchange=exchange, warnings=(answer.dirty(exchange, dirt),) if dirt else ())
        finding = diagnose(exchange)
        if finding is None:
            raise Answer(data=b"", exchange=exchange).not_understood("no JSON")
        raise ShopFault(
            finding,
            exchange,
            ambiguous=is_ambiguous(exchange),
            retry_after_s=retry_after_s(exchange, exchange.started_at),
        )

    def _headers(self, body: bytes) -> tuple[tuple[str, str], ...]:
        """Errors are JSON only if `Accept` asks for it; a body is read only if it says that it is JSON (measured)."""
        headers = (("User-Agent", self.access.user_agent), ("Accept", "application/json"))
        return (*headers, ("Content-Type", "application/json")) if body else headers


def unknown_status(fault: ShopFault, asked: Sequence[str]) -> str | None:
    """Which of the statuses asked for the shop refuses to know: a plug-in that brought it is gone. None: another fault.

    WooCommerce counts: "status[1] is not one of any, trash, ..." (measured on 9.9.5).
    """
    if fault.finding.params.get("reason") != "rest_invalid_param" or fault.exchange is None:
        return None
    words = json_of(fault.exchange.response) if fault.exchange.response else None
    data = words.get("data") if isinstance(words, dict) else None
    params = data.get("params") if isinstance(data, dict) else None
    said = str(params.get("status", "")) if isinstance(params, dict) else ""
    place = re.match(r"status(?:\[(\d+)\])? is not one of", said)
    position = int(place[1] or 0) if place else len(asked)
    return asked[position] if position < len(asked) else None


def no_such_status(status: str) -> Finding:
    return Finding(
        code="status-not-in-shop",
        params={"status": status},
        confidence=Confidence.CERTAIN,
        rests_on="the shop's own code rest_invalid_param",
    )
