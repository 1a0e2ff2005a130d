"""A shop's connector with a `send` that remembers what was said, scrubbed, until it is stored."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from varco.hub import runtime
from varco.hub.store.evidence import SaidExchange
from varco.hub.store.plans import Plan
from varco.hub.sync.tokens import StoredTokens
from varco.model.exchange import Exchange, Request
from varco.model.identity import varco_identity
from varco.net.diagnose import diagnose
from varco.net.reach import Reach
from varco.net.scrub import scrubbed, scrubbed_address
from varco.shops.base import Shop, ShopAccess
from varco.shops.registry import connector

READS = ("GET", "HEAD", "OPTIONS")
_SECOND_LANE = " aside"
KEPT = 50
"""Calls of one conversation that are kept at most: the last ones tell what went wrong."""


@dataclass
class Conversation:
    """One piece of work with one shop: its connector, and what was said."""

    shop: Shop
    aside: Callable[[], Conversation]
    """Makes a second one with the same shop, whose calls are under way at the same time as those of this one."""
    said: list[SaidExchange] = field(default_factory=list)

    def take_said(self) -> list[SaidExchange]:
        """What was said since the last time it was stored."""
        taken, self.said[:] = list(self.said[-KEPT:]), []
        return taken


class Sender(Protocol):
    """`net.client.Client`, or what tests put in its place."""

    async def send(self, request: Request, *, key: str, first: bool = False, pinned_ca: str = "") -> Exchange: ...


@dataclass(frozen=True)
class Door:
    """The way out of this process to all shops."""

    client: Sender
    reach: Callable[[str, str], Awaitable[Reach]] | None = None
    """Each address of a shop by itself, of its address and its own authority; None where there is no network."""
    rest: Callable[[float], Awaitable[object]] = asyncio.sleep

    def converse(
        self,
        plan: Plan,
        purpose: str,
        *,
        first: bool = False,
        before_write: Callable[[], Awaitable[None]] | None = None,
        lane: str = "",
    ) -> Conversation:
        """`first` goes ahead of waiting calls; `before_write` may raise to stop a write at the last moment.

        Calls in one lane are made one at a time, whoever makes them.
        """
        said: list[SaidExchange] = []

        async def send(request: Request) -> Exchange:
            if before_write is not None and request.method not in READS:
                await before_write()
            exchange = await self.client.send(
                request, key=f"{plan.integration_id}{lane}", first=first, pinned_ca=plan.pinned_ca
            )
            said.append(said_from(exchange, purpose))
            return exchange

        shop = connector(plan.platform)(access_from(plan), send)
        return Conversation(shop, partial(self.converse, plan, purpose, first=first, lane=_SECOND_LANE), said)


def access_from(plan: Plan) -> ShopAccess:
    identity = varco_identity(runtime.current().config.operator_url)
    platform = connector(plan.platform)
    return ShopAccess(
        base_url=plan.base_url,
        credentials=plan.credentials,
        options=plan.options,
        weight_unit=plan.weight_unit,
        time_zone=plan.time_zone,
        user_agent=identity.user_agents_for(platform.name)[-1],
        tokens=StoredTokens(plan.integration_id, plan.credentials),
    )


def said_from(exchange: Exchange, purpose: str) -> SaidExchange:
    """What may be stored of a call: bodies and headers only where something was wrong."""
    finding = diagnose(exchange)
    response, failure = exchange.response, exchange.failure
    return SaidExchange(
        at=exchange.started_at,
        purpose=purpose,
        method=exchange.request.method,
        url=scrubbed_address(exchange.request),
        status=response.status if response else None,
        failure=failure.kind.value if failure else "",
        total_ms=exchange.timings.total_ms,
        address=exchange.address,
        finding_code=finding.code if finding else "",
        detail=_detail(scrubbed(exchange)) if finding else None,
    )


def _detail(clean: Exchange) -> dict[str, object]:
    response, failure = clean.response, clean.failure
    return {
        "request_headers": list(map(list, clean.request.headers)),
        "request_body": clean.request.body.decode("utf-8", "replace"),
        "timings": {name: getattr(clean.timings, name) for name in clean.timings.__struct_fields__},
        "failure": failure.text if failure else "",
        "response_headers": list(map(list, response.headers)) if response else [],
        "response_body": response.body.decode("utf-8", "replace") if response else "",
    }
