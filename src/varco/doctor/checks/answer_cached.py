"""The interface's answers come out of a memory in front of the shop: orders would be seen late, or never change.

Told by the marks of such a memory, and, with keys, by two answers that must differ: to lists of different lengths, and
to the same list with keys and without them.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import ClassVar, Final
from urllib.parse import urlsplit

from varco.doctor.base import Noted, finding
from varco.doctor.layers import Layer
from varco.doctor.scan import Scan
from varco.model.exchange import Exchange, Response, header
from varco.model.finding import Confidence

_MARKS: Final = (
    ("Age", ""),
    ("CF-Cache-Status", "hit"),
    ("X-Cache", "hit"),
    ("X-Proxy-Cache", "hit"),
    ("X-LiteSpeed-Cache", "hit"),
    ("X-Cache-Status", "hit"),
)
_EMPTY: Final = 40
"""So many bytes of a list hold nothing yet: `{"orders":[]}`."""


class AnswerCached:
    layer: ClassVar = Layer.CONTENT
    step: ClassVar = 84
    needs: ClassVar[frozenset[str]] = frozenset({"shop"})
    applies_to: ClassVar[frozenset[str]] = frozenset()
    purpose: ClassVar = "whether answers to different questions differ"
    mild: ClassVar = True

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
        same = _same_page(scan) or await _given_to_strangers(scan)
        if same:
            yield Noted(
                finding=finding("answer-cached", Confidence.CERTAIN, "two answers that must differ are the same",
                                mark="two answers that must differ are the same",
                                host=urlsplit(scan.target.url).hostname or "?"),
                evidence=same,
                proven=True,
            )  # fmt: skip


def _same_page(scan: Scan) -> tuple[Exchange, ...]:
    """One order and a page of the several that there are, equal to the last byte."""
    if len(scan.lists) < 2 or scan.total < 2:
        return ()
    one, page = (made.response.body if made.response else b"" for made in scan.lists)
    return tuple(scan.lists) if one and one == page else ()


async def _given_to_strangers(scan: Scan) -> tuple[Exchange, ...]:
    """The same list without keys: the shop itself refuses that, and a memory does not know better."""
    kept = next((made for made in scan.lists if _list_with_keys(made)), None)
    if kept is None:
        return ()
    agent = header(kept.request.headers, "User-Agent")
    asked = await scan.look(kept.request.url, agent)
    body = asked.response.body if asked.response is not None else b""
    return (kept, asked) if body and kept.response is not None and body == kept.response.body else ()


def _list_with_keys(exchange: Exchange) -> bool:
    """Whether it brought something, and its keys stood in a header."""
    response, request = exchange.response, exchange.request
    if request.method != "GET" or not header(request.headers, "Authorization") or response is None:
        return False
    return response.status == 200 and len(response.body) > _EMPTY


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
