"""A case from its beginning to its end: shut, looked at again by itself, open, and what came meanwhile is there."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import FakeClock
from tests.world import World
from varco.hub.models import Channel, Operation, Organisation
from varco.hub.store import cases, examinations, integrations
from varco.sandbox import Kind, ShopSpec, Wall

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("worker")]


@pytest.fixture
def world(organisation: Organisation, clock: FakeClock) -> World:
    made = World(organisation, clock, ShopSpec(orders=3))

    async def no_time(_seconds: float) -> None:
        """Nothing is waited for."""

    made.door = type(made.door)(made.network, rest=no_time)
    return made


def examined(world: World) -> Operation:
    return world.do(examinations.ask(world.integration, by="test"))


def page(browser: Client, world: World) -> str:
    return browser.get(reverse("integration-examination", args=[world.integration.public_id])).content.decode()


def test_a_case_is_looked_at_again_until_it_closes_and_its_orders_come_back(browser: Client, world: World) -> None:
    world.work()
    world.shop.backstage.set_walls([Wall(kind=Kind.SITE_PASSWORD)])
    world.run(3600)
    assert world.channel(Channel.IMPORT).state == Channel.SLOWED
    assert cases.is_open(world.integration)
    assert "Test again" in page(browser, world)
    lines = reverse("integration-lines", args=[world.integration.public_id])
    assert "Refused since: 20" in browser.get(lines, {"addresses": "8.8.4.4"}).content.decode()
    world.shop.backstage.add_orders(4, days=0.01, status="processing", oddities=[])
    world.shop.backstage.set_walls([])
    world.clock.move(3700)
    assert cases.look_again() == 1
    again = world.do(examinations.latest(world.integration)[0])
    assert again.asked_by == "varco"
    closing = cases.closing(again)
    assert closing is not None
    world.do(closing)
    assert not cases.is_open(world.integration)
    html = page(browser, world)
    assert "this case is closed" in html
    assert "4 orders recovered" in html


def test_nobody_is_asked_again_within_the_hour_nor_where_nothing_is_wrong(world: World) -> None:
    examined(world)
    world.clock.move(7200)
    assert cases.look_again() == 0
    world.shop.backstage.set_walls([Wall(kind=Kind.SITE_PASSWORD)])
    examined(world)
    world.clock.move(600)
    assert cases.look_again() == 0
    world.clock.move(3600)
    integrations.pause(world.integration)
    assert cases.look_again() == 0
    integrations.resume(world.integration)
    assert cases.look_again() == 1


def test_a_look_that_asks_little_closes_nothing(world: World) -> None:
    world.shop.backstage.set_walls([Wall(kind=Kind.REFUSED, methods=("POST",))])
    examined(world)
    world.do(examinations.ask(world.integration, by="test", light=True))
    assert cases.is_open(world.integration)
    assert not Operation.objects.filter(kind="refresh").exists()


def test_a_shop_that_was_open_is_not_refreshed_for_being_open(world: World) -> None:
    assert cases.closing(examined(world)) is None
    assert cases.closing(examined(world)) is None
