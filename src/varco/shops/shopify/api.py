"""One call to Shopify's GraphQL interface: its token, its points, and its answer checked.

Questions travel by POST as writes do, so what may have been done after all is told by the query, not by the method.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any, Final, TypeVar
from urllib.parse import urlencode

import msgspec

from varco.model.errors import ShopFault
from varco.model.exchange import Exchange, Headers, Request, Response
from varco.model.finding import Confidence, Finding
from varco.model.secret import Secret
from varco.net import answer
from varco.net.answer import Answer, host_of
from varco.net.diagnose import diagnose, is_ambiguous, json_of, retry_after_s
from varco.net.dirt import json_within
from varco.net.shopify import API_PATH, TOKEN_PATH, VERSION
from varco.net.tokens import Granted
from varco.shops.base import Send, ShopAccess
from varco.shops.shopify.queries import API_VERSION, Query

T = TypeVar("T")

CLIENT_ID: Final = "client_id"
CLIENT_SECRET: Final = "client_secret"  # noqa: S105  a setting's name
TOKEN: Final = "access_token"  # noqa: S105  a setting's name
GRAPHQL: Final = f"{API_PATH}{API_VERSION}/graphql.json"
TIMEOUT_S: Final = 60.0
_LONGEST_WAIT_S: Final = 30.0
"""What is further off is left to the next attempt: nobody holds a worker for so long."""
_MOST_TRIES: Final = 3
_ENOUGH: Final = 1000
"""Points that any one question may cost: with so many in the bucket it is worth trying again."""


class Throttle(msgspec.Struct, frozen=True, rename="camel"):
    currently_available: float
    restore_rate: float


class Cost(msgspec.Struct, frozen=True, rename="camel"):
    throttle_status: Throttle | None = None


class Extensions(msgspec.Struct, frozen=True):
    cost: Cost | None = None


class Envelope(msgspec.Struct, frozen=True):
    """An answer; its data are read by whoever asked."""

    data: dict[str, msgspec.Raw] | None = None
    extensions: Extensions | None = None


class Grant(msgspec.Struct, frozen=True):
    access_token: str
    expires_in: int = 86_399


class UserError(msgspec.Struct, frozen=True):
    message: str = ""
    field: list[str] | None = None
    code: str | None = None


class Written(msgspec.Struct, frozen=True, rename="camel"):
    user_errors: list[UserError] = []


class Api:
    """The interface of one shop. Every method raises `ShopFault` where the shop does not do its part."""

    def __init__(self, access: ShopAccess, send: Send) -> None:
        self.access = access
        self._send = send
        self._points: Throttle | None = None
        """What was left after the last answer; None before the first."""

    async def read(self, query: Query, variables: Mapping[str, Any], kind: type[T], *, rows: int = 0) -> T:
        """The data in that shape. `rows`: how many were asked for, which decides what it costs."""
        return self.shaped(await self.ask(query, variables, rows=rows), query, kind)

    async def find(self, query: Query, variables: Mapping[str, Any], kind: type[T]) -> T | None:
        """The same for one thing; None where Shopify does not have it."""
        told = await self.ask(query, variables)
        found = self.shaped(told, query, msgspec.Raw)
        return None if bytes(found) == b"null" else self.shaped(told, query, kind)

    async def write(self, query: Query, variables: Mapping[str, Any]) -> Answer:
        """What a business refuses is a `ShopFault` too."""
        told = await self.ask(query, variables)
        errors = self.shaped(told, query, Written).user_errors
        if errors:
            raise ShopFault(refused(told, errors), told.exchange)
        return told

    def shaped(self, told: Answer, query: Query, kind: type[T]) -> T:
        try:
            envelope = msgspec.json.decode(told.data, type=Envelope)
            return msgspec.json.decode((envelope.data or {})[query.name], type=kind, strict=False)
        except (KeyError, msgspec.DecodeError, UnicodeDecodeError) as error:
            raise odd(told, str(error) or f"no {query.name}", query) from None

    async def ask(self, query: Query, variables: Mapping[str, Any], *, rows: int = 0) -> Answer:
        """Its points are waited for before it is asked; if somebody else has used them up, once more after that."""
        cost = query.cost(rows)
        for attempt in range(1, _MOST_TRIES + 1):
            await self._wait_for(cost)
            exchange = await self._call(query, variables)
            self._points = _points_in(exchange)
            try:
                return self._checked(exchange, query)
            except ShopFault as fault:
                if attempt == _MOST_TRIES or not self._may_ask_again(fault, cost):
                    raise
        raise AssertionError("the last attempt returns or raises")

    async def get_openly(self, url: str, extra: Headers = ()) -> Exchange:
        """A GET without a token."""
        headers = (("User-Agent", self.access.user_agent), *extra)
        return await self._send(Request(method="GET", url=url, headers=headers, timeout_s=TIMEOUT_S))

    async def _call(self, query: Query, variables: Mapping[str, Any]) -> Exchange:
        """A token that is not taken is asked for anew, once."""
        token = await self._token()
        body = msgspec.json.encode({"query": query.text, "variables": variables})
        exchange = await self._send(self._request(body, token))
        if exchange.response is not None and exchange.response.status == 401 and self._gives_tokens():
            exchange = await self._send(self._request(body, await self._token(refused=token)))
        return exchange

    def _request(self, body: bytes, token: str) -> Request:
        headers = (
            ("User-Agent", self.access.user_agent),
            ("Accept", "application/json"),
            ("Content-Type", "application/json"),
            ("X-Shopify-Access-Token", token),
        )
        url = f"{self.access.base_url}{GRAPHQL}"
        return Request(method="POST", url=url, headers=headers, body=body, timeout_s=TIMEOUT_S)

    # The token

    def _gives_tokens(self) -> bool:
        """Whether tokens are given for keys; an old app has one that does not end."""
        return not self._credential(TOKEN)

    async def _token(self, refused: str = "") -> str:
        own = self._credential(TOKEN)
        return own or (await self.access.tokens.current(self._ask_token, refused=refused)).reveal()

    async def _ask_token(self) -> Granted:
        form = {
            "grant_type": "client_credentials",
            "client_id": self._credential(CLIENT_ID),
            "client_secret": self._credential(CLIENT_SECRET),
        }
        headers = (
            ("User-Agent", self.access.user_agent),
            ("Accept", "application/json"),
            ("Content-Type", "application/x-www-form-urlencoded"),
        )
        exchange = await self._send(
            Request(
                method="POST",
                url=f"{self.access.base_url}{TOKEN_PATH}",
                headers=headers,
                body=urlencode(form).encode(),
                timeout_s=TIMEOUT_S,
            )
        )
        response = exchange.response
        grant = _grant_in(response) if response is not None and response.status == 200 else None
        if grant is None:
            raise self._fault(exchange)
        return Granted(token=Secret(grant.access_token), lives_s=grant.expires_in)

    def _credential(self, name: str) -> str:
        secret = self.access.credentials.get(name)
        return secret.reveal().strip() if secret is not None else ""

    # Points

    async def _wait_for(self, cost: int) -> None:
        if self._points is None or cost <= self._points.currently_available or self._points.restore_rate <= 0:
            return
        missing = cost - self._points.currently_available
        await self.access.rest(min(missing / self._points.restore_rate, _LONGEST_WAIT_S))
        self._points = None

    def _may_ask_again(self, fault: ShopFault, cost: int) -> bool:
        """Throttled by points: nothing was done. Where that answer tells no figures, somebody else slows us down."""
        points = self._points
        if fault.finding.code != "rate-limited" or points is None or points.restore_rate <= 0:
            return False
        return (cost - points.currently_available) / points.restore_rate <= _LONGEST_WAIT_S

    # Answers

    def _checked(self, exchange: Exchange, query: Query) -> Answer:
        response = exchange.response
        finding = diagnose(exchange)
        if finding is None and response is not None and response.status == 200:
            found = json_within(response.body)
            if found is not None:
                data, dirt = found
                return Answer(data=data, exchange=exchange, warnings=(answer.dirty(exchange, dirt),) if dirt else ())
        raise self._fault(exchange, query)

    def _fault(self, exchange: Exchange, query: Query | None = None) -> ShopFault:
        finding = diagnose(exchange)
        if finding is None:
            return odd(Answer(data=b"", exchange=exchange), "no JSON", query)
        writes = query is not None and query.writes
        unclear = writes and (is_ambiguous(exchange) or _may_be_done(exchange))
        wait_s = retry_after_s(exchange, exchange.started_at)
        if wait_s is None and finding.code == "rate-limited" and query is not None:
            wait_s = self._until_restored()
        return ShopFault(finding, exchange, ambiguous=unclear, retry_after_s=wait_s)

    def _until_restored(self) -> int | None:
        points = self._points
        if points is None or points.restore_rate <= 0:
            return None
        return max(1, ceil((_ENOUGH - points.currently_available) / points.restore_rate))


def odd(told: Answer, why: str, query: Query | None = None) -> ShopFault:
    """An answer that is not what was asked for. After a write it may be done all the same."""
    fault = told.not_understood(why)
    return ShopFault(fault.finding, fault.exchange, ambiguous=query is not None and query.writes)


def refused(told: Answer, errors: Sequence[UserError]) -> Finding:
    """In Shopify's words, which name numbers of its own at most."""
    words = "; ".join(error.message for error in errors)
    return Finding(
        code="refused-by-shop",
        params={"host": host_of(told.exchange), "reason": " ".join(words.split())[:160]},
        confidence=Confidence.CERTAIN,
        rests_on="Shopify's own words",
    )


def version_of(exchange: Exchange) -> str:
    return exchange.response.header(VERSION) if exchange.response is not None else ""


def number_in(gid: str | None) -> str:
    """`43` of `gid://shopify/Order/43`; empty for none."""
    return (gid or "").rpartition("/")[2].partition("?")[0]


def gid_of(kind: str, number: str) -> str:
    return f"gid://shopify/{kind}/{number}"


def _points_in(exchange: Exchange) -> Throttle | None:
    """What this answer says is left."""
    if exchange.response is None:
        return None
    try:
        extensions = msgspec.json.decode(exchange.response.body, type=Envelope).extensions
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return extensions.cost.throttle_status if extensions is not None and extensions.cost is not None else None


def _grant_in(response: Response) -> Grant | None:
    try:
        return msgspec.json.decode(response.body, type=Grant, strict=False)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _may_be_done(exchange: Exchange) -> bool:
    """Shopify broke off with status 200, or a page came instead of its answer."""
    response = exchange.response
    if response is None or not 200 <= response.status < 300:
        return False
    told = json_of(response)
    codes = [
        (error.get("extensions") or {}).get("code")
        for error in (told.get("errors") or () if isinstance(told, dict) else ())
        if isinstance(error, dict)
    ]
    return not codes or "INTERNAL_SERVER_ERROR" in codes or "TIMEOUT" in codes
