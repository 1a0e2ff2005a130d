"""One call to Magento's REST interface: signed, sent, its answer checked and freed of what PHP printed around it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from varco.model.errors import ShopFault
from varco.model.exchange import Exchange, Request
from varco.net import answer
from varco.net.answer import Answer
from varco.net.diagnose import diagnose, is_ambiguous, json_of, retry_after_s
from varco.net.dirt import json_within
from varco.shops.base import Send, ShopAccess
from varco.shops.magento.auth import signed
from varco.shops.magento.criteria import Filter, criteria

PREFIX: Final = "/rest/V1/"
"""The default store view's. Orders of every website stand there; the version in lower case is refused (measured)."""
ALL_VIEWS: Final = "/rest/all/V1/"
"""What holds for every store view: products are corrected there."""
TIMEOUT_S: Final = 60.0
"""100 whole orders took 2 s warm and 10.8 s once after a cache flush (measured)."""
PER_PAGE: Final = 100
_TOO_MANY: Final = "Maximum SearchCriteria pageSize is"


class Rows(msgspec.Struct, frozen=True):
    """A list of raw rows. Past its end `items` is null where `fields` was asked for (measured)."""

    items: list[msgspec.Raw] | None = None
    total_count: int = 0


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    answer: Answer
    rows: tuple[bytes, ...]
    total: int
    """How many rows the question finds in all."""

    @property
    def more(self) -> bool:
        return self.total > len(self.rows)


class Api:
    """Magento's interface of one shop. Every method raises `ShopFault` where the shop does not do its part."""

    def __init__(self, access: ShopAccess, send: Send) -> None:
        self.access = access
        self._send = send

    async def get(self, path: str, params: Mapping[str, str] | None = None, *, prefix: str = PREFIX) -> Answer:
        return self.checked(await self.call("GET", path, params or {}, prefix=prefix))

    async def put(self, path: str, body: Mapping[str, Any], *, prefix: str = PREFIX) -> Answer:
        return self.checked(await self.call("PUT", path, {}, msgspec.json.encode(body), prefix=prefix))

    async def post(self, path: str, body: Mapping[str, Any]) -> Answer:
        return self.checked(await self.call("POST", path, {}, msgspec.json.encode(body)))

    async def list(
        self,
        path: str,
        filters: Sequence[Filter],
        fields: str,
        *,
        size: int = PER_PAGE,
        by: str = "entity_id",
        descending: bool = False,
    ) -> Listed:
        """The first page of what the filters leave. A shop that allows only shorter pages is asked for those."""

        async def ask(rows: int) -> Exchange:
            return await self.call("GET", path, criteria(filters, fields, size=rows, by=by, descending=descending))

        exchange = await ask(size)
        largest = _largest_page(exchange)
        if largest is not None and largest < size:
            exchange = await ask(largest)
        answered = self.checked(exchange)
        found = answered.read(Rows)
        rows = tuple(bytes(row) for row in found.items or ())
        return Listed(answer=answered, rows=rows, total=max(found.total_count, len(rows)))

    async def call(
        self, method: str, path: str, params: Mapping[str, str], body: bytes = b"", *, prefix: str = PREFIX
    ) -> Exchange:
        url, proof = signed(self.access, method, f"{self.access.base_url}{prefix}{path}", params)
        return await self._send(
            Request(method=method, url=url, headers=(*self._headers(body), *proof), body=body, timeout_s=TIMEOUT_S)
        )

    async def get_openly(self, url: str) -> Exchange:
        """A GET without keys, for finding out what is there."""
        return await self._send(Request(method="GET", url=url, headers=self._headers(b""), timeout_s=TIMEOUT_S))

    def checked(self, exchange: Exchange) -> Answer:
        response = exchange.response
        if response is not None and 200 <= response.status < 300:
            found = _data_of(response.body)
            if found is not None:
                data, dirt = found
                return Answer(data=data, exchange=exchange, warnings=(answer.dirty(exchange, dirt),) if dirt else ())
        finding = diagnose(exchange, platform="magento")
        if finding is None:
            raise Answer(data=b"", exchange=exchange).not_understood("no JSON")
        raise ShopFault(
            finding,
            exchange,
            ambiguous=is_ambiguous(exchange),
            retry_after_s=retry_after_s(exchange, exchange.started_at),
        )

    def _headers(self, body: bytes) -> tuple[tuple[str, str], ...]:
        """`Accept: text/html` would be answered with 500, and a body without its type with 400 (measured)."""
        headers = (("User-Agent", self.access.user_agent), ("Accept", "application/json"))
        return (*headers, ("Content-Type", "application/json")) if body else headers


def _data_of(body: bytes) -> tuple[bytes, bytes] | None:
    """Writes answer with a bare `true` or a number in quotes, everything else with an object or a list."""
    text = body.strip()
    if text in (b"true", b"false") or (text[:1] == b'"' and text[-1:] == b'"' and text.strip(b'"').isdigit()):
        return text, b""
    return json_within(body)


def _largest_page(exchange: Exchange) -> int | None:
    """What the owner allows a page to hold, where that is less than was asked for (`webapi/validation`, measured)."""
    response = exchange.response
    told = json_of(response) if response is not None and response.status == 400 else None
    if not isinstance(told, dict) or not str(told.get("message", "")).startswith(_TOO_MANY):
        return None
    parameters = told.get("parameters")
    largest = parameters.get("max") if isinstance(parameters, dict) else None
    return largest if isinstance(largest, int) and largest > 0 else None
