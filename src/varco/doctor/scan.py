"""Asking a shop without harming it: the budget, the pause, the memory of answers, and when to stop.

fail2ban's usual jails ban an address after two refusals, for everybody behind it. So a careful scan stops provoking
after the first refusal by something in front of the shop, and every scan stops for good at the first change of the
network: "worked, then nobody answers" is a ban, and asking on would prolong it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Final

import msgspec

from varco.doctor.report import Allowed, PageTime
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
_PERHAPS_A_LIST: Final = ("refused-by-server", "service-block", "robot-test", "unexpected-answer")
"""What a server answers as well to everything from an address that called too often."""
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
    mild: bool = False
    """Only what a visitor might ask."""

    @property
    def manner(self) -> str:
        """`light`, `careful` or `thorough`."""
        if self.mild:
            return "light"
        return "careful" if self.refusals == 1 else "thorough"


CAREFUL: Final = Limits()
THOROUGH: Final = Limits(refusals=40, after_refusal_s=605.0)
"""fail2ban counts within ten minutes by default: refusals further apart never make two."""
LIGHT: Final = Limits(most=15, mild=True)
"""Of a shop where nothing is wrong: that it stays so."""


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


class Why(msgspec.Struct, frozen=True, kw_only=True):
    """Of one question. English, and keys of the catalogue."""

    purpose: str
    safe: str


ONLY_READS: Final = "it only reads"
NOTHING_THERE: Final = "it names what no shop has, so nothing can be changed"


class Scan:
    """One run. `said` holds every exchange in its order, `reasons` why each was asked."""

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
        self.reasons: list[Why] = []
        self.purpose = ""
        """Of the check whose turn it is."""
        self.refusals = 0
        self.stopped = ""
        """Why nothing more is asked at all, once that is so."""
        self.turned: tuple[Exchange, ...] = ()
        """A call that had been answered, and the same call refused after a refusal of another: we are on a list."""
        self.reached: set[str] = set()
        """Milestones: `connection`, `answer`, `shop`, `server` (its own, not a cloud's), `orders`. What needs one that
        was not reached is left out."""
        self.front_page: Exchange | None = None
        """What a visitor of the shop's home gets, redirects followed."""
        self.fault: ShopFault | None = None
        """Why no platform was recognised."""
        self.platform: Platform | None = None
        self.answering: Answering | None = None
        self.hidden: ShopFault | None = None
        """The interface's index is closed to strangers; which shop it is, the home page told."""
        self.allowed: list[Allowed] = []
        self.pages: list[PageTime] = []
        self.lists: list[Exchange] = []
        """The first call of each of those pages."""
        self.total = 0
        """Orders that the shop says to have."""
        self.time_zone = ""
        self.clock_apart_s: int | None = None
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
        return _answer(probe, await self.send(probe.request, probe.answered_by, safe=probe.why_safe))

    async def in_a_row(self, probes: Iterable[Probe]) -> list[Answer]:
        """Without pauses, until one is not answered by the shop. Raises `NotAsked` where it may not begin."""
        if not self.may_provoke:
            raise NotAsked(self.stopped or "not asked, so as not to be banned")
        answers: list[Answer] = []
        for probe in probes:
            if len(self.said) < self.limits.most:
                answers.append(_answer(probe, await self._call(probe.request, probe.why_safe)))
            if answers and not answers[-1].passed:
                await self._judge(answers[-1].exchange, by_shop=False)
                break
        return answers

    async def look(self, url: str, agent: str) -> Exchange:
        """A plain GET, as a visitor's: mild enough to be made after a refusal, for a comparison."""
        headers = (("User-Agent", agent), ("Accept", "application/json"))
        return await self.send(Request(method="GET", url=url, headers=headers, timeout_s=ANSWER_S))

    async def send_unless_refused(self, request: Request) -> Exchange:
        """For a connector's own questions that write to what does not exist: not after a refusal."""
        if request.method != "GET" and not self.may_provoke:
            raise NotAsked(self.stopped or "not asked, so as not to be banned")
        return await self.send(request)

    async def send(
        self, request: Request, answered_by: Callable[[Exchange], AnsweredBy] | None = None, *, safe: str = ""
    ) -> Exchange:
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
        exchange = self._known[key] = await self._call(request, safe)
        by_shop = answered_by is not None and answered_by(exchange) is AnsweredBy.APPLICATION
        await self._judge(exchange, by_shop=by_shop)
        return exchange

    async def _call(self, request: Request, safe: str = "", purpose: str = "") -> Exchange:
        exchange = await self._send(request)
        self.said.append(exchange)
        reads = request.method in ("GET", "HEAD", "OPTIONS")
        self.reasons.append(Why(purpose=purpose or self.purpose, safe=safe or (ONLY_READS if reads else NOTHING_THERE)))
        return exchange

    async def _judge(self, exchange: Exchange, *, by_shop: bool) -> None:
        refused = not by_shop and is_refusal(exchange)
        if self._network_changed(exchange) or (refused and self._may_be_about_us(exchange)):
            await self._look_again(exchange)
        if refused:
            self.refusals += 1
            if self.limits.after_refusal_s and self.may_provoke:
                await self._sleep(self.limits.after_refusal_s)

    def _network_changed(self, exchange: Exchange) -> bool:
        failure = exchange.failure
        return failure is not None and failure.kind in _NO_NETWORK and self._first_good() is not None

    def _may_be_about_us(self, exchange: Exchange) -> bool:
        """The first refusal with a page: is it this call that is refused, or are we from now on?"""
        found = diagnose(exchange)
        first = self.refusals == 0 and "shop" in self.reached
        return first and found is not None and found.code in _PERHAPS_A_LIST

    async def _look_again(self, exchange: Exchange) -> None:
        """A rule about one kind of call lets the first one through again; a ban does not."""
        good = self._first_good()
        if good is None or good.request == exchange.request or len(self.said) >= self.limits.most:
            return
        await self._sleep(self.limits.pause_s)
        again = await self._call(_reading(exchange, good), purpose="whether what was answered before still is")
        if again.failure is not None:
            self.stopped = "stopped, because the shop's server stopped answering us"
        elif is_refusal(again):
            self.stopped = "stopped, because the shop's server began to refuse us"
            self.turned = (good, exchange, again)

    def _first_good(self) -> Exchange | None:
        return next((made for made in self.said if made.request.method == "GET" and _is_good(made)), None)

    @staticmethod
    def _key(request: Request) -> tuple[str, ...]:
        return (
            request.method,
            request.url,
            header(request.headers, "User-Agent"),
            header(request.headers, "Authorization"),
            request.body.hex(),
        )


def _answer(probe: Probe, exchange: Exchange) -> Answer:
    return Answer(exchange=exchange, by=probe.answered_by(exchange), finding=diagnose(exchange))


def _is_good(exchange: Exchange) -> bool:
    return exchange.response is not None and not is_refusal(exchange)


def _reading(refused: Exchange, good: Exchange) -> Request:
    """The plainest question that must still be answered: of the same address, as some limits count by address."""
    request = refused.request
    if refused.failure is not None or request.method == "GET":
        return good.request
    return msgspec.structs.replace(request, method="GET", body=b"")
