"""A first import that is read two pages at a time: how much that saves, when it stops, and that it loses nothing."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from time import perf_counter

import msgspec
import pytest

from tests.conftest import FakeClock
from tests.world import World
from varco.hub.models import FindingRecord, Integration, Organisation, StreamCursor
from varco.hub.store import claims, integrations
from varco.hub.store.plans import IMPORT_LANES, IMPORT_STREAM
from varco.hub.sync import importing
from varco.hub.sync.bridge import db
from varco.hub.sync.door import Door, Sender
from varco.hub.sync.poll import poll_batch
from varco.model.exchange import Exchange, Failure, FailureKind, Phase, Request, Response
from varco.net.pace import Pace
from varco.sandbox import Kind, ShopSpec, Wall

pytestmark = pytest.mark.django_db(transaction=True)
MANY = {"woocommerce": 2500, "prestashop": 7000, "magento": 2500}
each_platform = pytest.mark.parametrize("platform", MANY)
ENOUGH = 0.6
GOODS = ("/products", "/combinations", "/order_details")
"""What orders name is asked for after them."""
BUSY = Response(status=503, headers=(("Content-Type", "text/html"),), body=b"<h1>Service Unavailable</h1>")


@dataclass
class Network:
    """A network that takes its time, and knows what was under way at once."""

    inner: Sender
    latency_s: float = 0.0
    page_ms: tuple[int, int] = (300, 300)
    """What a call is said to have taken, alone and beside another one."""
    busy_with_two: int = 0
    """So many calls beside another one are refused."""
    turns: Pace = field(default_factory=lambda: Pace(1))
    """As the real client takes them."""
    under_way: int = 0
    most: list[int] = field(default_factory=list)
    """How many were under way, at the beginning of each call."""
    flights: list[tuple[float, float]] = field(default_factory=list)
    keys: set[str] = field(default_factory=set)
    urls: list[str] = field(default_factory=list)
    after_calls: dict[int, Callable[[], object]] = field(default_factory=dict)
    """What happens once so many were made."""

    async def send(self, request: Request, *, key: str, first: bool = False, pinned_ca: str = "") -> Exchange:
        async with self.turns.turn(key):
            return await self._in_turn(request, key)

    async def _in_turn(self, request: Request, key: str) -> Exchange:
        self.keys.add(key)
        self.urls.append(request.url)
        self.under_way += 1
        self.most.append(self.under_way)
        began = perf_counter()
        await asyncio.sleep(self.latency_s)
        beside = self.under_way > 1
        exchange = await self.inner.send(request, key=key)
        if not any(goods in request.url for goods in GOODS):
            self.flights.append((began, perf_counter()))
        if (happening := self.after_calls.pop(len(self.flights), None)) is not None:
            await db(happening)
        self.under_way -= 1
        timings = msgspec.structs.replace(exchange.timings, total_ms=self.page_ms[beside])
        if beside and self.busy_with_two:
            self.busy_with_two -= 1
            exchange = msgspec.structs.replace(exchange, response=BUSY)
        return msgspec.structs.replace(exchange, timings=timings)

    def time_saved(self) -> float:
        """The time in which something was under way, against that of all calls one after the other."""
        busy, last = 0.0, 0.0
        for began, ended in sorted(self.flights):
            busy += max(0.0, ended - max(began, last))
            last = max(last, ended)
        return busy / sum(ended - began for began, ended in self.flights)


def world_of(
    organisation: Organisation, clock: FakeClock, platform: str = "woocommerce", orders: int = 1200
) -> tuple[World, Network]:
    world = World(organisation, clock, ShopSpec(platform=platform, orders=orders, days=25, seed=3))
    network = Network(world.network)
    everything = tuple(status["slug"] for status in world.integration.shop_statuses)
    integrations.change(
        world.integration, replace(integrations.choices_of(world.integration), import_statuses=everything)
    )
    world.door = Door(network)
    return world, network


def read_a_turn(world: World) -> None:
    """One turn of a worker, and no more."""
    lease = claims.take_over(world.integration.pk, "poll")
    asyncio.run(poll_batch(world.door, [world.integration.pk], lease.token))
    world.integration.refresh_from_db()


def read_to_the_end(world: World) -> None:
    for _ in range(20):
        if world.integration.import_done_at is None:
            read_a_turn(world)
    assert world.integration.import_done_at is not None


def assert_nothing_is_missing(world: World) -> None:
    since = world.integration.import_since
    assert since is not None
    wanted = {
        str(brief.id)
        for brief in world.shop.backstage.orders()
        if brief.status in world.integration.import_statuses and brief.created_at >= since
    }
    assert world.held().keys() == wanted
    read_a_turn(world)  # compares the counts
    assert world.integration.counts
    assert not FindingRecord.objects.filter(code="counts-differ").exists()


def lanes(world: World) -> dict[str, str]:
    rows = StreamCursor.objects.filter(integration=world.integration, stream__in=IMPORT_LANES)
    return {row.stream: row.cursor for row in rows}


@each_platform
def test_two_pages_at_a_time_take_little_more_than_half_the_time(
    organisation: Organisation, clock: FakeClock, platform: str
) -> None:
    world, network = world_of(organisation, clock, platform, MANY[platform])
    network.latency_s = 0.1
    read_to_the_end(world)
    tries = [network.time_saved()]
    assert_nothing_is_missing(world)
    while min(tries) > ENOUGH and len(tries) < 3:  # a machine with other work to do may spoil one reading
        integrations.read_window_again(world.integration)
        world.integration.refresh_from_db()
        network.flights.clear()
        read_to_the_end(world)
        tries.append(network.time_saved())
    assert min(tries) <= ENOUGH
    assert max(network.most) == len(network.keys) == 2
    assert network.most[:2] == [1, 1]  # the first page is read alone
    assert set(lanes(world).values()) == {importing.FINISHED}
    assert world.integration.import_total is None or world.integration.import_total >= len(world.held())


def test_a_shop_that_slows_is_asked_one_page_at_a_time(organisation: Organisation, clock: FakeClock) -> None:
    world, network = world_of(organisation, clock)
    network.latency_s, network.page_ms = 0.01, (300, 900)
    read_to_the_end(world)
    assert max(network.most) == 2
    first = network.most.index(2)
    assert set(network.most[first + 3 :]) == {1}  # a lane may have asked for its next page already
    assert_nothing_is_missing(world)


def test_a_page_that_takes_a_little_longer_stops_nothing(organisation: Organisation, clock: FakeClock) -> None:
    world, network = world_of(organisation, clock)
    network.latency_s, network.page_ms = 0.1, (300, 390)  # a page may take two calls
    read_to_the_end(world)
    assert network.most.count(2) > 4


@pytest.mark.parametrize("failure", [None, Failure(kind=FailureKind.TIMEOUT, phase=Phase.WAIT)])
def test_a_shop_that_fails_beside_another_call_is_read_gently_for_an_hour(
    organisation: Organisation, clock: FakeClock, failure: Failure | None
) -> None:
    world, network = world_of(organisation, clock)
    network.latency_s, network.busy_with_two = 0.01, 1
    if failure is not None:
        network.inner = _failing_once_beside(network, failure)
        network.busy_with_two = 0
    read_a_turn(world)
    assert world.channel("import").state == "failing"
    stored = len(world.held())
    network.most.clear()
    world.run(1800)
    assert len(world.held()) > stored
    assert set(network.most) == {1}
    world.integration.refresh_from_db()
    assert_nothing_is_missing(world)

    clock.move(3600)
    integrations.read_window_again(world.integration)
    network.most.clear()
    read_a_turn(world)
    assert max(network.most) == 2


def _failing_once_beside(network: Network, failure: Failure) -> Sender:
    inner, failures = network.inner, [failure]

    class Failing:
        async def send(self, request: Request, *, key: str, first: bool = False, pinned_ca: str = "") -> Exchange:
            exchange = await inner.send(request, key=key, first=first, pinned_ca=pinned_ca)
            if network.under_way > 1 and failures:
                return msgspec.structs.replace(exchange, response=None, failure=failures.pop())
            return exchange

    return Failing()


def test_what_one_lane_has_read_is_kept_when_the_other_one_fails(organisation: Organisation, clock: FakeClock) -> None:
    world, network = world_of(organisation, clock, "magento")
    network.latency_s, network.busy_with_two = 0.01, 1
    read_a_turn(world)
    assert len(lanes(world)) == 2
    assert len(world.held()) == 200  # the page alone, and that of the lane that went well
    finding = FindingRecord.objects.get(channel="import", cleared_at=None)
    assert finding.exchange is not None
    assert finding.exchange.status == 503


def test_a_single_cursor_of_before_goes_on_where_it_stands(organisation: Organisation, clock: FakeClock) -> None:
    """As an older version left it, or a worker that ended right after the first page."""
    world, network = world_of(organisation, clock)
    world.shop.backstage.set_walls([Wall(kind=Kind.SERVER_DOWN, skip=1)])
    read_a_turn(world)
    world.shop.backstage.set_walls([])
    ((_, cursor),) = lanes(world).items()
    old = {"v": 1, **{name: json.loads(cursor)[name] for name in ("position", "anchor")}}
    StreamCursor.objects.filter(stream=IMPORT_STREAM).update(cursor=json.dumps(old))
    calls = len(network.urls)

    read_to_the_end(world)

    assert_nothing_is_missing(world)
    pages = [url for url in network.urls[calls:] if "orderby=id" in url and "modified_after" not in url]
    assert f"offset={old['position'] - 1}" in pages[0]


def test_a_wider_window_is_read_from_its_beginning_though_a_worker_reads_the_old_one(
    organisation: Organisation, clock: FakeClock
) -> None:
    world, network = world_of(organisation, clock)
    choices = integrations.choices_of(world.integration)
    narrow = replace(choices, import_since=clock.now() - timedelta(days=15))
    integrations.change(world.integration, narrow)
    network.latency_s = 0.01
    network.after_calls[6] = lambda: integrations.change(
        Integration.objects.get(pk=world.integration.pk),
        replace(choices, import_since=clock.now() - timedelta(days=60)),
    )
    read_a_turn(world)
    assert not lanes(world)
    assert Integration.objects.get(pk=world.integration.pk).lease_token is None

    read_to_the_end(world)
    assert_nothing_is_missing(world)
