"""The interface's answers come out of a memory in front of the shop: orders would be seen late, or never change."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import ClassVar, Final
from urllib.parse import urlsplit

from varco.doctor.base import Noted, finding
from varco.doctor.layers import Layer
from varco.doctor.scan import Scan
from varco.model.exchange import Exchange, Response
from varco.model.finding import Confidence

_MARKS: Final = (
    ("Age", ""),
    ("CF-Cache-Status", "hit"),
    ("X-Cache", "hit"),
    ("X-Proxy-Cache", "hit"),
    ("X-LiteSpeed-Cache", "hit"),
    ("X-Cache-Status", "hit"),
)


class AnswerCached:
    layer: ClassVar = Layer.CONTENT
    step: ClassVar = 84
    needs: ClassVar[frozenset[str]] = frozenset({"shop"})
    applies_to: ClassVar[frozenset[str]] = frozenset()

    async def run(self, scan: Scan) -> AsyncIterator[Noted]:
        for exchange in scan.said:
            mark = _mark(exchange.response) if exchange.response is not None and _of_interface(exchange) else ""
            if mark:
                yield Noted(
                    finding=finding("answer-cached", Confidence.HIGH, f"header {mark}", mark=mark,
                                    host=urlsplit(scan.target.url).hostname or "?"),
                    evidence=(exchange,),
                )  # fmt: skip
                return


def _of_interface(exchange: Exchange) -> bool:
    """Pages may be kept; data may not."""
    response = exchange.response
    return response is not None and response.status < 400 and response.content_type == "application/json"


def _mark(response: Response) -> str:
    for name, word in _MARKS:
        value = response.header(name).strip().lower()
        if (name == "Age" and value.isdigit() and int(value) > 0) or (word and word in value.split()):
            return f"{name}: {value}"
    return ""


CHECK = AnswerCached()
