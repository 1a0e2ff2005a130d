"""“Find out what blocks us”: asked for by a person or by the hub, done by a worker, told on a page."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import FakeClock
from tests.world import World
from varco.hub.models import Channel, FindingRecord, Operation, Organisation
from varco.hub.store import examinations
from varco.sandbox import Kind, ShopSpec, Wall

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("worker")]


@pytest.fixture
def world(organisation: Organisation, clock: FakeClock) -> World:
    made = World(organisation, clock, ShopSpec(orders=3))

    async def no_time(_seconds: float) -> None:
        """Nothing is waited for."""

    made.door = type(made.door)(made.network, rest=no_time)
    return made


def page(browser: Client, world: World) -> str:
    address = reverse("integration-examination", args=[world.integration.public_id])
    return browser.get(address).content.decode()


def ask(browser: Client, world: World) -> Operation:
    browser.post(reverse("integration-examine", args=[world.integration.public_id]))
    asked: Operation = examinations.latest(world.integration).get()
    return asked


def test_a_person_asks_and_reads_the_answer(browser: Client, world: World) -> None:
    world.shop.backstage.set_walls([Wall(kind=Kind.REFUSED, methods=("POST",))])
    operation = ask(browser, world)
    assert "hx-get" in page(browser, world)
    assert world.do(operation).state == Operation.DONE
    html = page(browser, world)
    assert "Orders come in, but tracking does not get through to the shop." in html
    assert "Method refused" in html
    assert '<span class="badge bad">403</span>' in html
    assert "hx-get" not in html.partition("<main")[2]
    (lines,) = re.findall(r'href="([^"]+/lines/[^"]*finding=method-refused)"', html)
    letter = browser.get(lines, {"finding": "method-refused", "addresses": "8.8.4.4"}).content.decode()
    assert "does not let" in letter
    assert "Seen at: 20" in letter


def test_keys_are_tested_and_stand_in_no_report(browser: Client, world: World) -> None:
    operation = world.do(ask(browser, world))
    states = {check["check"]: check["state"] for check in operation.result["checks"]}
    assert states["Keys"] == "passed"
    shown = str(operation.result)
    assert not [secret for secret in world.shop.credentials().values() if secret.reveal() in shown]


def test_nothing_in_the_shop_changes(browser: Client, world: World) -> None:
    before = [world.shop.backstage.order(order.id) for order in world.shop.state.book]
    world.do(ask(browser, world))
    assert [world.shop.backstage.order(order.id) for order in world.shop.state.book] == before


def test_asked_twice_it_is_one(browser: Client, world: World) -> None:
    ask(browser, world)
    ask(browser, world)
    assert examinations.latest(world.integration).count() == 1


def test_a_shop_that_becomes_slowed_is_examined_once(world: World) -> None:
    world.work()
    world.shop.backstage.set_walls([Wall(kind=Kind.SITE_PASSWORD)])
    world.run(3600)
    assert world.channel(Channel.IMPORT).state == Channel.SLOWED
    (operation,) = examinations.latest(world.integration)
    assert operation.asked_by == "varco"
    assert operation.result["findings"][0]["finding"]["code"] == "site-password"


def test_earlier_examinations_are_kept(browser: Client, world: World) -> None:
    world.do(ask(browser, world))
    world.shop.backstage.set_walls([Wall(kind=Kind.SITE_PASSWORD)])
    world.clock.move(60)
    browser.post(reverse("integration-examine", args=[world.integration.public_id]))
    world.do(examinations.latest(world.integration)[0])
    html = page(browser, world)
    assert html.index("Site behind a password") < html.index("Nothing stops orders or tracking")


def test_a_blocked_shop_says_since_when_and_that_only_a_rule_is_new(browser: Client, world: World) -> None:
    world.do(ask(browser, world))
    assert "Blocked since" not in page(browser, world)
    world.shop.backstage.set_walls([Wall(kind=Kind.REFUSED)])
    for _ in range(2):
        world.clock.move(3600)
        browser.post(reverse("integration-examine", args=[world.integration.public_id]))
        world.do(examinations.latest(world.integration)[0])
    story = examinations.story(world.integration)
    assert story is not None
    first_bad = list(examinations.latest(world.integration))[1]
    assert story.since.isoformat()[:19] == first_bad.result["started_at"][:19], "not the newest one"
    html = page(browser, world)
    assert "Blocked since" in html
    assert "it is a rule that is new" in html


def test_a_server_that_changed_since_the_last_good_examination_is_named(browser: Client, world: World) -> None:
    good = world.do(ask(browser, world))
    Operation.objects.filter(pk=good.pk).update(result={**good.result, "server": "Apache/2.4.58"})
    world.shop.backstage.set_walls([Wall(kind=Kind.REFUSED)])
    world.clock.move(3600)
    world.run(3600)
    assert world.channel(Channel.IMPORT).state == Channel.SLOWED
    said = "The web server changed from Apache/2.4.58 to nginx/1.22.1."
    assert said in page(browser, world)
    overview = browser.get(reverse("integration", args=[world.integration.public_id])).content.decode()
    assert said in overview


def test_what_a_weekly_look_finds_stands_among_the_problems_until_it_is_gone(world: World) -> None:
    world.work()
    world.shop.backstage.set_walls([Wall(kind=Kind.NOTICE)])
    world.do(examinations.ask(world.integration, by="varco", light=True))
    assert [row.code for row in open_problems(world)] == ["dirty-answer"]
    world.shop.backstage.set_walls([])
    world.clock.move(60)
    looked = world.do(examinations.ask(world.integration, by="varco", light=True))
    assert not open_problems(world)
    assert {call["method"] for call in looked.result["calls"]} == {"GET"}
    assert len(looked.result["calls"]) <= 8


def open_problems(world: World) -> list[FindingRecord]:
    return list(FindingRecord.objects.filter(integration=world.integration, channel="check", cleared_at=None))
