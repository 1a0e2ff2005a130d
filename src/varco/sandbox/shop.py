"""One pretend shop: its walls, then the software of its platform. It needs no socket; a server puts one around it."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Sequence
from copy import deepcopy
from datetime import UTC, datetime
from email.utils import formatdate
from typing import Final

import msgspec

from varco.model.clock import SYSTEM_CLOCK, Clock
from varco.model.exchange import Request, Response, header
from varco.model.secret import Secret
from varco.sandbox import admin, pages
from varco.sandbox.application import application_of
from varco.sandbox.backstage import Arrived, Backstage, Step, run
from varco.sandbox.clock import ShopClock
from varco.sandbox.spec import ShopSpec
from varco.sandbox.state import State
from varco.sandbox.walls import ANSWERS, OWN_PAGES, Kind, Row, Wall

_READS: Final = ("GET", "HEAD", "OPTIONS")
_SECRET: Final = re.compile(r"((?:consumer|oauth)_[a-z_]+|ws_key)=[^&]*")
_REQUESTS_KEPT: Final = 1000
_MOST_AT_ONCE: Final = 1000
"""Orders that come in after a long time in which nobody looked."""


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """An answer and what happens to it on the wire."""

    response: Response
    delay_s: float = 0
    cut: str = ""
    """`before`: closed without a byte; `middle`: closed after half of the body."""
    first: Request | None = None
    """To be sent to somebody else before the answer goes out: the keys that a merchant granted."""


class SandboxShop:
    """`home` is the address that the shop believes to have: links and OAuth signatures are made of it."""

    def __init__(
        self, spec: ShopSpec | None = None, home: str = "https://shop.example", clock: Clock = SYSTEM_CLOCK
    ) -> None:
        self.spec = spec or ShopSpec()
        self.clock = ShopClock(clock)
        software = application_of(self.spec.platform)
        self.state = State(
            self.spec,
            home + self.spec.folder,
            self.clock,
            keys=software.keys_of(self.spec),
            statuses_of=software.statuses_of,
        )
        self.application = software(self.state)
        self.walls = Row(self.spec.walls)
        self.arrived: deque[Arrived] = deque(maxlen=_REQUESTS_KEPT)
        self.request_count = 0
        self.backstage = Backstage(self)
        self._steps: list[Step] = []
        self._lists = 0
        self._on_their_way: list[tuple[float, Request]] = []
        """Writes that are carried out at that time, whatever was answered to them."""
        self._came_until = self.clock.now()
        if self.spec.orders:
            self.backstage.add_orders(self.spec.orders, days=self.spec.days)

    @property
    def url(self) -> str:
        return self.state.home

    def credentials(self) -> dict[str, Secret]:
        """The first key, as a connector takes it."""
        return self.application.credentials()

    def handle(self, request: Request, address: str = "127.0.0.1") -> Response:
        """The answer as the shop's side sees it; what happens on the wire is in `answer`."""
        return self.answer(request, address).response

    def answer(self, request: Request, address: str = "127.0.0.1") -> Reply:
        self.catch_up()
        self.state.caller = address
        walls = self.walls.met(request, address)
        if walls and walls[-1].kind in ANSWERS:
            response = self._of_wall(walls[-1], request)
            if walls[-1].kind is Kind.LANDS_LATE and request.method not in _READS:
                self._on_their_way.append((self.clock.now() + walls[-1].seconds, request))
                self._on_their_way.sort(key=lambda one: one[0])
        else:
            response = self._disturbed(walls, request)
            self._carry_out(request)
        self._remember(request, response)
        reply = _on_the_wire(walls, self._dated(response))
        granted, self.state.granted = self.state.granted, None
        return msgspec.structs.replace(reply, first=granted)

    def catch_up(self) -> None:
        """Let come in what is due by now: writes that were on their way, new orders (`arrivals_every_s`)."""
        every_s, now = self.state.spec.arrivals_every_s, self.clock.now()
        while self._on_their_way and self._on_their_way[0][0] <= now:
            self._inside(self._on_their_way.pop(0)[1])
        if every_s <= 0:
            return
        due = min(int((now - self._came_until) / every_s), _MOST_AT_ONCE)
        if due > 0:
            self._came_until = now
            self.backstage.add_orders(due, days=0, status=self.application.paid)

    def plan(self, steps: Sequence[Step]) -> None:
        """See `Backstage.plan`."""
        self._steps = sorted(steps, key=lambda step: step.after)
        self._lists = 0

    def _carry_out(self, request: Request) -> None:
        """The steps of the plan that are due after this request."""
        if not self.application.is_list(request):
            return
        self._lists += 1
        while self._steps and self._steps[0].after <= self._lists:
            step = self._steps.pop(0)
            run(self.backstage, step.do, step.arguments)

    def _remember(self, request: Request, response: Response) -> None:
        self.request_count += 1
        self.arrived.append(
            Arrived(
                method=request.method,
                path=_SECRET.sub(r"\1=***", request.url.removeprefix(self.url)),
                user_agent=header(request.headers, "User-Agent"),
                status=response.status,
                at=datetime.fromtimestamp(self.clock.now(), UTC),
            )
        )

    def _disturbed(self, walls: list[Wall], request: Request) -> Response:
        kinds = {wall.kind for wall in walls}
        if Kind.CUT_BEFORE in kinds:
            return Response(status=502)
        if Kind.NO_AUTHORIZATION in kinds:
            headers = tuple(pair for pair in request.headers if pair[0].lower() != self.application.proof)
            request = msgspec.structs.replace(request, headers=headers)
        if Kind.UNSAVED_200 in kinds and request.method not in _READS:
            response = self._undone(request)
        else:
            response = self._inside(request)
        if Kind.SAVED_500 in kinds and request.method not in _READS:
            response = self.application.crashed(request)
        if Kind.NOTICE in kinds:
            response = msgspec.structs.replace(response, body=self.application.notice + response.body)
        return response

    def _inside(self, request: Request) -> Response:
        """The shop's software, and the pages of its office."""
        if admin.inner_path(self, request).startswith(self.application.office):
            return admin.page(self, request)
        return self.application.answer(request)

    def _of_wall(self, wall: Wall, request: Request) -> Response:
        return self.application.own_page(wall, request) if wall.kind in OWN_PAGES else pages.of_wall(wall, request)

    def _undone(self, request: Request) -> Response:
        """What would have been answered; the order stays as it was."""
        meant = self.application.order_meant(request)
        order = None if meant is None else self.state.order(meant)
        kept, goods = deepcopy(order), (dict(self.state.weights), dict(self.state.eans), dict(self.state.wares))
        known = {order.id for order in self.state.book} if order is None else set()
        response = self.application.answer(request)
        self.state.weights, self.state.eans, self.state.wares = goods
        if order is not None and kept is not None:
            self.state.book.replace(kept)
        elif order is None:
            for made in [made for made in self.state.book if made.id not in known]:
                self.state.book.remove(made)
        return response

    def _dated(self, response: Response) -> Response:
        date = ("Date", formatdate(self.clock.now(), usegmt=True))
        return msgspec.structs.replace(response, headers=(*response.headers, date))


def _on_the_wire(walls: list[Wall], response: Response) -> Reply:
    delay_s = sum(wall.seconds for wall in walls if wall.kind in (Kind.SLOW, Kind.LATE))
    cuts = {Kind.CUT_BEFORE: "before", Kind.CUT_MIDDLE: "middle"}
    return Reply(response=response, delay_s=delay_s, cut=next((cuts[w.kind] for w in walls if w.kind in cuts), ""))
