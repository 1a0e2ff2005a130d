"""A good answer of a shop's interface, in whatever platform's words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TypeVar
from urllib.parse import urlsplit

import msgspec

from varco.model.errors import ShopFault
from varco.model.exchange import Exchange
from varco.model.finding import UNKNOWN_CODE, Confidence, Finding
from varco.net.scrub import scrubbed_text

T = TypeVar("T")


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    data: bytes
    """The JSON alone."""
    exchange: Exchange
    warnings: tuple[Finding, ...] = ()

    @property
    def clock(self) -> datetime | None:
        """The shop's own time, in whole seconds."""
        try:
            said = parsedate_to_datetime(self.header("Date"))
        except ValueError:
            return None
        return said.astimezone(UTC) if said.tzinfo else said.replace(tzinfo=UTC)

    @property
    def asked_at(self) -> datetime:
        """By the shop's own clock, which it reads when its answer is ready."""
        if self.clock is None:
            return self.exchange.started_at
        return self.clock - timedelta(milliseconds=self.exchange.timings.total_ms)

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

    def header(self, name: str) -> str:
        return self.exchange.response.header(name) if self.exchange.response else ""


def host_of(exchange: Exchange) -> str:
    return urlsplit(exchange.request.url).hostname or "?"


def dirty(exchange: Exchange, dirt: bytes) -> Finding:
    """What PHP printed around the data."""
    return Finding(
        code="dirty-answer",
        params={"host": host_of(exchange)},
        confidence=Confidence.CERTAIN,
        rests_on=scrubbed_text(dirt[:400].decode("utf-8", "replace")),
    )
