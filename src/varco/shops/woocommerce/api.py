"""One call to WooCommerce's interface: signed, sent, its answer checked and freed of what PHP printed around it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

import msgspec

from varco.model.errors import ShopFault
from varco.model.exchange import Exchange, Request
from varco.model.finding import UNKNOWN_CODE, Confidence, Finding
from varco.net.diagnose import diagnose, is_ambiguous, json_of, retry_after_s
from varco.net.dirt import json_within
from varco.net.scrub import scrubbed_text
from varco.shops.base import Send, ShopAccess
from varco.shops.woocommerce.auth import signed

T = TypeVar("T")

PREFIX: Final = "/wp-json/wc/v3/"
TIMEOUT_S: Final = 60.0
"""A cold page of 100 orders takes 3 s on a small shop; six at once took 8 s each (measured)."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """A good answer."""

    data: bytes
    """The JSON alone."""
    exchange: Exchange
    warnings: tuple[Finding, ...] = ()

    @property
    def total(self) -> int | None:
        """How many rows the whole list has."""
        return self._count("X-WP-Total")

    @property
    def pages(self) -> int | None:
        return self._count("X-WP-TotalPages")

    @property
    def clock(self) -> datetime | None:
        """The shop's own time, in whole seconds."""
        try:
            said = parsedate_to_datetime(self._header("Date"))
        except ValueError:
            return None
        return said.astimezone(UTC) if said.tzinfo else said.replace(tzinfo=UTC)

    def read(self, kind: type[T]) -> T:
        """The answer in that shape; `ShopFault` if it has another one."""
        try:
            return msgspec.json.decode(self.data, type=kind, strict=False)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise self.not_understood(str(error)) from None

    def not_understood(self, why: str) -> ShopFault:
        exchange = self.exchange
        params: dict[str, str | int] = {
            "host": host_of(exchange),
            "method": exchange.request.method,
            "status": exchange.response.status if exchange.response else 0,
        }
        finding = Finding(code=UNKNOWN_CODE, params=params, confidence=Confidence.MEDIUM, rests_on=why[:200])
        return ShopFault(finding, exchange, ambiguous=exchange.request.method not in ("GET", "HEAD"))

    def _count(self, name: str) -> int | None:
        text = self._header(name)
        return int(text) if text.isascii() and text.isdigit() else None

    def _header(self, name: str) -> str:
        return self.exchange.response.header(name) if self.exchange.response else ""


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
                return Answer(data=data, exchange=exchange, warnings=(_dirty(exchange, dirt),) if dirt else ())
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


def host_of(exchange: Exchange) -> str:
    return urlsplit(exchange.request.url).hostname or "?"


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


def _dirty(exchange: Exchange, dirt: bytes) -> Finding:
    return Finding(
        code="dirty-answer",
        params={"host": host_of(exchange)},
        confidence=Confidence.CERTAIN,
        rests_on=scrubbed_text(dirt[:400].decode("utf-8", "replace")),
    )
