"""Asking a shop without harming it: the budget, the pause, the memory of answers, and when to stop.

fail2ban's usual jails ban an address after two refusals, for everybody behind it. So a careful scan stops provoking
after the first refusal by something in front of the shop, and every scan stops for good at the first change of the
network: "worked, then nobody answers" is a ban, and asking on would prolong it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

import msgspec

from varco.doctor.target import Answering, Platform, Send, Target, agents_of
from varco.model.errors import ShopFault
from varco.model.exchange import Exchange, FailureKind, Request, header
from varco.model.finding import UNKNOWN_CODE, Finding
from varco.model.probe import AnsweredBy, Probe
from varco.net.diagnose import diagnose
from varco.net.reach import Reach

REFUSALS: Final = frozenset(
    "refused-by-server method-refused service-block robot-test rate-limited connection-refused connection-dropped "
    "connect-timeout answer-timeout host-unreachable request-too-large unexpected-answer server-down".split()
)
"""What something in front of the shop answers to a call that it does not like."""
_NO_NETWORK: Final = (
    FailureKind.REFUSED,
    FailureKind.UNREACHABLE,
    FailureKind.TIMEOUT,
    FailureKind.RESET,
    FailureKind.CLOSED,
)
ANSWER_S: Final = 20.0
"""How long an answer is waited for."""


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    most: int = 60
    """Requests of one run."""
    pause_s: float = 0.75
    """Between two requests: nginx's and mod_evasive's usual limits are wider."""
    refusals: int = 1
    """After so many nothing more is asked that might be refused."""
    after_refusal_s: float = 0.0
    """The pause after a refusal, where more than one is risked."""


CAREFUL: Final = Limits()
THOROUGH: Final = Limits(refusals=40, after_refusal_s=605.0)
"""fail2ban counts within ten minutes by default: refusals further apart never make two."""


def limits_of(*, thorough: bool, pause_s: float) -> Limits:
    return msgspec.structs.replace(THOROUGH if thorough else CAREFUL, pause_s=pause_s)


def is_refusal(exchange: Exchange) -> bool:
    """Whether something in front of the shop turned this call away. Data and "not here" are no refusal."""
    finding, response = diagnose(exchange), exchange.response
    if finding is None or finding.code not in REFUSALS:
        return False
    is_data = response is not None and response.content_type.endswith("json")
    return finding.code != UNKNOWN_CODE or (not is_data and response is not None and response.status != 404)


class NotAsked(Exception):
    """The question was left out; the text says why, in words of the catalogue."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    exchange: Exchange
    by: AnsweredBy
    finding: Finding | None

    @property
    def passed(self) -> bool:
        """Whether the shop's own software spoke."""
        return self.by is AnsweredBy.APPLICATION

    @property
    def refused(self) -> bool:
        return not self.passed and is_refusal(self.exchange)


class Scan:
    """One run. `said` holds every exchange in its order."""

    def __init__(
        self,
        target: Target,
        send: Send,
        *,
        limits: Limits = CAREFUL,
        reach: Reach | None = None,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self.target, self.limits, self.reach = target, limits, reach
        self.said: list[Exchange] = []
        self.refusals = 0
        self.stopped = ""
        """Why nothing more is asked at all, once that is so."""
        self.reached: set[str] = set()
        """Milestones: `connection`, `answer`, `shop`. What needs one that was not reached is left out."""
        self.front_page: Exchange | None = None
        """What a visitor of the shop's home gets, redirects followed."""
        self.fault: ShopFault | None = None
        """Why no platform was recognised."""
        self.platform: Platform | None = None
        self.answering: Answering | None = None
        self.cells: dict[tuple[str, str], Answer] = {}
        """By method and User-Agent: what came of the probe of the method."""
        self._send, self._sleep = send, sleep
        self._known: dict[tuple[str, ...], Exchange] = {}

    @property
    def agents(self) -> tuple[str, ...]:
        """The identity's names, as this shop would see them."""
        if self.platform is None:
            return self.target.agents
        return agents_of(self.target.identity, self.platform.name)

    @property
    def base_url(self) -> str:
        return self.answering.base_url if self.answering else self.target.url

    @property
    def may_provoke(self) -> bool:
        """Whether something may still be asked that might be refused."""
        return not self.stopped and self.refusals < self.limits.refusals

    async def ask(self, probe: Probe) -> Answer:
        """A question that might be refused. Raises `NotAsked`."""
        if self._key(probe.request) not in self._known and not self.may_provoke:
            raise NotAsked(self.stopped or "not asked, so as not to be banned")
        exchange = await self.send(probe.request, probe.answered_by)
        return Answer(exchange=exchange, by=probe.answered_by(exchange), finding=diagnose(exchange))

    async def look(self, url: str, agent: str) -> Exchange:
        """A plain GET, as a visitor's: mild enough to be made after a refusal, for a comparison."""
        headers = (("User-Agent", agent), ("Accept", "application/json"))
        return await self.send(Request(method="GET", url=url, headers=headers, timeout_s=ANSWER_S))

    async def send_unless_refused(self, request: Request) -> Exchange:
        """For a connector's own questions that write to what does not exist: not after a refusal."""
        if request.method != "GET" and not self.may_provoke:
            raise NotAsked(self.stopped or "not asked, so as not to be banned")
        return await self.send(request)

    async def send(self, request: Request, answered_by: Callable[[Exchange], AnsweredBy] | None = None) -> Exchange:
        """For connectors: the answer from memory, or a call within the budget. Raises `NotAsked`."""
        key = self._key(request)
        if key in self._known:
            return self._known[key]
        if self.stopped:
            raise NotAsked(self.stopped)
        if len(self.said) >= self.limits.most:
            self.stopped = "the number of questions for one run is used up"
            raise NotAsked(self.stopped)
        if self.said:
            await self._sleep(self.limits.pause_s)
        exchange = await self._send(request)
        self.said.append(exchange)
        self._known[key] = exchange
        by_shop = answered_by is not None and answered_by(exchange) is AnsweredBy.APPLICATION
        await self._judge(exchange, by_shop)
        return exchange

    async def _judge(self, exchange: Exchange, by_shop: bool) -> None:
        if self._network_changed(exchange):
            await self._look_again(exchange)
        if not by_shop and is_refusal(exchange):
            self.refusals += 1
            if self.limits.after_refusal_s and self.may_provoke:
                await self._sleep(self.limits.after_refusal_s)

    def _network_changed(self, exchange: Exchange) -> bool:
        failure = exchange.failure
        return failure is not None and failure.kind in _NO_NETWORK and self._first_good() is not None

    async def _look_again(self, exchange: Exchange) -> None:
        """A rule that hangs up on one kind of call lets the first one through again; a ban does not."""
        good = self._first_good()
        if good is None or good.request == exchange.request:
            return
        await self._sleep(self.limits.pause_s)
        again = await self._send(good.request)
        self.said.append(again)
        if again.failure is not None:
            self.stopped = "stopped, because the shop's server stopped answering us"

    def _first_good(self) -> Exchange | None:
        return next((made for made in self.said if made.response is not None and made.request.method == "GET"), None)

    @staticmethod
    def _key(request: Request) -> tuple[str, ...]:
        return (
            request.method,
            request.url,
            header(request.headers, "User-Agent"),
            header(request.headers, "Authorization"),
            request.body.hex(),
        )
