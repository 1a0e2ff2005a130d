"""One call to PrestaShop's webservice: its key, its address, its answer checked and freed of PHP's warnings.

JSON is read, since XML is malformed where data holds control characters or `]]>`; XML is written, since a JSON body is
refused (measured on 8.2.1).
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Final, TypeVar
from urllib.parse import quote

import msgspec

from varco.model.errors import ShopFault
from varco.model.exchange import Exchange, Headers, Request
from varco.net import answer
from varco.net.answer import Answer
from varco.net.diagnose import diagnose, is_ambiguous, retry_after_s
from varco.net.dirt import json_within
from varco.shops.base import Send, ShopAccess

T = TypeVar("T")

KEY: Final = "key"
AUTH: Final = "auth"
QUERY: Final = "query"
INTERFACE: Final = "interface"
DISPATCHER: Final = "dispatcher"
PREFIX: Final = "/api/"
DISPATCHER_PATH: Final = "/webservice/dispatcher.php"
"""Where the webservice is when friendly URLs are off (measured)."""
TIMEOUT_S: Final = 60.0
AT_ONCE: Final = 250
"""Rows of one page, and ids of one question: 3 kB of an address, where 6.4 kB were refused with 414 (measured)."""
_XLINK: Final = 'xmlns:xlink="http://www.w3.org/1999/xlink"'
_READS: Final = ("GET", "HEAD", "OPTIONS")


class Api:
    """The webservice of one shop. Every method raises `ShopFault` where the shop does not do its part."""

    def __init__(self, access: ShopAccess, send: Send) -> None:
        self.access = access
        self.tables: dict[str, dict[str, str]] = {}
        """Codes and names of what hardly ever changes, by resource and id: asked for once while this one lives."""
        self._send = send

    async def rows(self, resource: str, kind: type[T], params: Mapping[str, str]) -> list[T]:
        """A list in that shape; ask for its fields by name."""
        return rows_of(await self.get(resource, params), resource, kind)

    async def get(self, path: str, params: Mapping[str, str]) -> Answer:
        return self.checked(await self.call("GET", path, {**params, "output_format": "JSON"}))

    async def write(self, method: str, path: str, body: bytes, params: Mapping[str, str] | None = None) -> Answer:
        return self.checked(await self.call(method, path, {**(params or {}), "output_format": "JSON"}, body))

    async def call(self, method: str, path: str, params: Mapping[str, str], body: bytes = b"") -> Exchange:
        key = self.access.credentials[KEY].reveal().strip()
        headers = self._headers(body)
        if self.access.options.get(AUTH) == QUERY:
            params = {**params, "ws_key": key}
        else:
            headers = (*headers, ("Authorization", f"Basic {b64encode(f'{key}:'.encode()).decode()}"))
        url = self.url(path, params)
        return await self._send(Request(method=method, url=url, headers=headers, body=body, timeout_s=TIMEOUT_S))

    async def get_openly(self, url: str) -> Exchange:
        """A GET without the key, for finding out what is there."""
        return await self._send(Request(method="GET", url=url, headers=self._headers(b""), timeout_s=TIMEOUT_S))

    def url(self, path: str, params: Mapping[str, str]) -> str:
        if self.access.options.get(INTERFACE) == DISPATCHER:
            return _with_query(f"{self.access.base_url}{DISPATCHER_PATH}", {"url": path, **params})
        return _with_query(f"{self.access.base_url}{PREFIX}{path}", params)

    def checked(self, exchange: Exchange) -> Answer:
        response = exchange.response
        if response is not None and 200 <= response.status < 300:
            found = json_within(response.body)
            if found is not None:
                data, dirt = found
                return Answer(data=data, exchange=exchange, warnings=(answer.dirty(exchange, dirt),) if dirt else ())
        raise fault_of(exchange)

    def _headers(self, body: bytes) -> Headers:
        headers = (("User-Agent", self.access.user_agent), ("Accept", "application/json, text/xml"))
        return (*headers, ("Content-Type", "text/xml")) if body else headers


def fault_of(exchange: Exchange) -> ShopFault:
    """What is wrong with an answer that is not what was asked for."""
    finding = diagnose(exchange)
    if finding is None:
        return Answer(data=b"", exchange=exchange).not_understood("no JSON")
    return ShopFault(
        finding,
        exchange,
        ambiguous=is_ambiguous(exchange) or _is_page_after_write(exchange),
        retry_after_s=retry_after_s(exchange, exchange.started_at),
    )


def _is_page_after_write(exchange: Exchange) -> bool:
    """In debug mode PHP's fatal errors come with status 200 (measured): the work may be done."""
    response = exchange.response
    return exchange.request.method not in _READS and response is not None and 200 <= response.status < 300


def rows_of(answer: Answer, resource: str, kind: type[T]) -> list[T]:
    """PrestaShop says nothing found as `[]`, and everything else as an object with the list in it (measured)."""
    if answer.data.strip() == b"[]":
        return []
    try:
        found = msgspec.json.decode(answer.data, type=dict[str, list[kind]], strict=False)  # type: ignore[valid-type]
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise answer.not_understood(str(error)) from None
    if resource not in found:
        raise answer.not_understood(f"no {resource}")
    return found[resource]


def one_of(ids: Sequence[str]) -> str:
    """A filter's value: any of these."""
    return f"[{'|'.join(ids)}]"


def fields(*names: str) -> str:
    """Ask for these and no others: whole customers bear the hash of their password (measured)."""
    return f"[{','.join(names)}]"


def xml(name: str, values: Mapping[str, Any]) -> bytes:
    """One thing as the webservice reads it."""
    inner = "".join(f"<{key}>{escape(_printable(str(value)), quote=False)}</{key}>" for key, value in values.items())
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<prestashop {_XLINK}><{name}>{inner}</{name}></prestashop>'.encode()
    )


def _printable(text: str) -> str:
    """XML has no control characters but these."""
    return "".join(sign for sign in text if sign >= " " or sign in "\t\n\r")


def _with_query(url: str, params: Mapping[str, str]) -> str:
    query = "&".join(f"{quote(name, safe='-._~')}={quote(value, safe='-._~,:')}" for name, value in params.items())
    return f"{url}?{query}" if query else url
