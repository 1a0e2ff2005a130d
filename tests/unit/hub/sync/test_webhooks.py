"""Webhooks from end to end on a clock that only the test moves: registered, heard, missed, put back, taken away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from tests.conftest import FakeClock
from tests.unit.hub.hooks import call, deliver, public_hub
from tests.world import World
from varco.hub.models import FindingRecord, Integration, Organisation, WebhookAddress, WebhookDelivery
from varco.hub.store import claims, deliveries, integrations, webhooks
from varco.hub.store.leases import Lease
from varco.sandbox import Kind, ShopSpec, Wall
from varco.shops.base import Delivery

pytestmark = pytest.mark.django_db(transaction=True)
DAY = 86_400
CRS_931130 = Wall(kind=Kind.REFUSED, methods=("POST",), body=r'"https?:\\?/\\?/', server="apache")
"""A URL of a foreign host in what is sent: ModSecurity's rule set from paranoia level 2 on."""


@pytest.fixture
def public(clock: FakeClock) -> Iterator[None]:
    with public_hub():
        yield


@pytest.fixture
def world(organisation: Organisation, clock: FakeClock, public: None) -> World:
    """Imported, its webhooks registered, and their greetings heard."""
    made = World(organisation, clock, ShopSpec(orders=5, days=20))
    made.run(600)
    assert deliver(made.shop) == [200] * 4
    return made


def row(world: World) -> Integration:
    found: Integration = Integration.objects.get(pk=world.integration.pk)
    return found


def state(world: World) -> str:
    return webhooks.state_of(row(world), integrations.summary(row(world)).webhook_channel)


def hooks(world: World) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = world.shop.backstage.act("webhooks", {})
    return found


def due_in(world: World) -> float:
    return (row(world).next_poll_at - world.clock.now()).total_seconds()


def codes(world: World) -> list[str]:
    rows = FindingRecord.objects.filter(integration=world.integration, cleared_at=None)
    return list(rows.values_list("code", flat=True))


def order(world: World) -> str:
    (made,) = world.shop.backstage.add_orders(1, days=0, status="processing", oddities=())
    return str(made)


def working(world: World) -> World:
    """An order came and was told."""
    order(world)
    world.clock.move(20)
    deliver(world.shop)
    world.work()
    assert state(world) == "working"
    return world


def choose(world: World, *, on: bool) -> None:
    integrations.change(row(world), replace(integrations.choices_of(row(world)), webhooks=on))


def test_they_are_registered_and_until_the_first_arrives_the_shop_is_polled_as_before(world: World) -> None:
    address = WebhookAddress.objects.get(integration=world.integration)
    assert {hook["topic"] for hook in hooks(world)} == {
        "order.created",
        "order.updated",
        "order.deleted",
        "order.restored",
    }
    assert {hook["delivery_url"] for hook in hooks(world)} == {f"https://hub.example/hooks/{address.path}"}
    assert state(world) == "waiting"
    assert due_in(world) <= 240


def test_what_is_told_is_read_at_once_and_the_shop_is_asked_less_often(world: World) -> None:
    placed = order(world)
    world.clock.move(20)
    assert deliver(world.shop) == [200]
    world.work()
    assert placed in world.held()
    assert state(world) == "working"
    assert due_in(world) == 900


def test_an_order_put_in_the_trash_is_seen_at_once(world: World) -> None:
    """The trash is a stream of its own that is read at every fourth poll."""
    working(world)
    trashed = next(iter(world.held()))
    for _ in range(3):
        world.clock.move(30)
        world.shop.backstage.trash([int(trashed)])
        deliver(world.shop)
        world.work()
        assert world.held()[trashed].status == "trash"
        world.clock.move(30)
        world.shop.backstage.restore([int(trashed)])
        deliver(world.shop)
        world.work()
        assert world.held()[trashed].status != "trash"


def test_the_same_call_twice_wakes_nobody_the_second_time(world: World) -> None:
    working(world)
    world.clock.move(100)
    before = row(world).next_poll_at
    for message in world.shop.backstage.deliveries(again=True):
        assert call(message.url, tuple(message.headers.items()), message.body.encode()) == 200
    assert deliveries.ring() == 0
    assert row(world).next_poll_at == before


def test_a_thousand_calls_make_one_poll(world: World) -> None:
    working(world)
    world.clock.move(100)
    address = WebhookAddress.objects.select_related("integration").get(integration=world.integration)
    before = world.shop.request_count
    for number in range(1000):
        assert deliveries.receive(address, Delivery(key=str(number), topic="order.updated"))
    assert deliveries.ring() == 1
    assert deliveries.ring() == 0
    assert world.work() == 1
    assert world.work() == 0
    assert world.shop.request_count - before <= 3


def test_what_is_told_while_a_poll_runs_is_read_by_the_next(world: World) -> None:
    working(world)
    world.clock.move(1000)
    assert claims.claim_polls() == 1
    order(world)
    deliver(world.shop)
    assert deliveries.ring() == 0
    held = row(world)
    assert held.lease_token is not None
    claims.release(Lease(held.pk, held.lease_token), world.clock.now() + timedelta(seconds=900))
    assert deliveries.ring() == 1
    assert due_in(world) == 0


def test_a_shop_that_tells_much_is_read_every_ten_seconds_at_most(world: World) -> None:
    working(world)
    order(world)
    deliver(world.shop)
    assert deliveries.ring() == 0
    world.clock.move(10)
    assert deliveries.ring() == 1


def test_silence_is_noticed_and_the_shop_is_polled_as_before_at_once(world: World) -> None:
    working(world)
    world.clock.move(30)
    placed = order(world)
    world.shop.state.post.due()  # lost on the way
    world.run(1000)
    assert placed in world.held()
    assert codes(world) == ["webhook-not-arriving"]
    assert state(world) == "failing"
    assert due_in(world) <= 240
    world.run(600)
    assert codes(world) == ["webhook-not-arriving"], "the shop's list alone proves nothing"
    working(world)
    assert codes(world) == []
    assert due_in(world) == 900


def test_a_late_webhook_is_no_silence(world: World) -> None:
    working(world)
    world.clock.move(890)
    order(world)
    world.clock.move(15)
    world.work()
    assert state(world) == "working"
    deliver(world.shop)
    assert state(world) == "working"


def test_what_was_told_while_we_were_away_is_no_silence(world: World) -> None:
    working(world)
    placed = order(world)
    world.shop.state.post.due()  # nobody was there to hear it
    world.clock.move(7200)
    world.work()
    assert placed in world.held()
    assert state(world) == "working"


def test_what_we_wrote_ourselves_is_not_taken_for_silence(world: World) -> None:
    from tests.unit.hub.sync.test_nothing_missing import ship

    working(world)
    ship(world, next(one for one in world.held().values() if one.status == "processing"))
    world.run(300)
    world.shop.state.post.due()
    world.run(1000)
    assert state(world) == "working"


def test_webhooks_that_the_shop_switched_off_are_put_back(world: World) -> None:
    working(world)
    old = {hook["id"] for hook in hooks(world)}
    world.shop.backstage.act("switch_webhooks_off", {})
    world.clock.move(DAY)
    world.work()
    assert [hook["status"] for hook in hooks(world)] == ["active"] * 4
    assert not old & {hook["id"] for hook in hooks(world)}
    assert codes(world) == ["webhook-disabled"]
    assert due_in(world) <= 240
    deliver(world.shop)
    working(world)
    assert codes(world) == []


def test_webhooks_that_somebody_deleted_are_put_back(world: World) -> None:
    working(world)
    world.shop.backstage.act("drop_webhooks", {})
    world.clock.move(DAY)
    world.work()
    assert len(hooks(world)) == 4
    assert codes(world) == ["webhook-disabled"]


def test_silence_makes_the_shops_list_be_looked_at_soon(world: World) -> None:
    working(world)
    world.shop.backstage.act("switch_webhooks_off", {})
    world.clock.move(30)
    order(world)
    world.run(1100)
    world.work()
    assert [hook["status"] for hook in hooks(world)] == ["active"] * 4
    assert codes(world) == ["webhook-disabled"]


def test_a_firewall_that_refuses_addresses_is_named_and_the_shop_is_polled(
    organisation: Organisation, clock: FakeClock, public: None
) -> None:
    world = World(organisation, clock, ShopSpec(orders=5, days=20, walls=(CRS_931130,)))
    world.run(600)
    assert hooks(world) == []
    assert codes(world) == ["webhook-refused"]
    assert state(world) == "failing"
    assert integrations.summary(row(world)).state == "ok"
    placed = order(world)
    world.run(300)
    assert placed in world.held()
    refused = [one for one in world.shop.backstage.requests() if "webhooks" in one.path and one.method == "POST"]
    assert len(refused) == 1, "a firewall that is asked again and again bans"
    world.shop.backstage.set_walls([])
    world.clock.move(DAY)
    world.work()
    assert len(hooks(world)) == 4
    assert codes(world) == []


def test_keys_that_may_not_write_are_named(organisation: Organisation, clock: FakeClock, public: None) -> None:
    from varco.sandbox import Key

    key = Key(key="ck_" + "0" * 40, secret="cs_" + "0" * 40, permissions="read")
    world = World(organisation, clock, ShopSpec(orders=1, keys=(key,)))
    world.run(300)
    assert hooks(world) == []
    assert state(world) == "failing"
    assert codes(world) != []


def test_an_outage_says_nothing_about_webhooks(world: World) -> None:
    working(world)
    world.shop.backstage.set_walls([Wall(kind=Kind.SERVER_DOWN)])
    webhooks.look_soon(row(world))
    webhooks.claim()
    world.work()
    assert state(world) == "working"


def test_switched_off_they_are_taken_away_and_back_on_they_have_another_address(world: World) -> None:
    working(world)
    before = WebhookAddress.objects.get(integration=world.integration).path
    choose(world, on=False)
    world.work()
    assert hooks(world) == []
    assert state(world) == "off"
    assert not WebhookAddress.objects.exists()
    assert row(world).webhook_interval_s is None
    choose(world, on=True)
    world.work()
    assert len(hooks(world)) == 4
    assert WebhookAddress.objects.get(integration=world.integration).path != before


def test_a_removed_connection_leaves_nothing_in_the_shop_and_no_keys_here(world: World) -> None:
    working(world)
    integrations.remove(row(world))
    order(world)
    assert deliver(world.shop) == [404]
    world.work()
    assert hooks(world) == []
    assert not WebhookAddress.objects.exists()
    assert not WebhookDelivery.objects.exists()


def test_keys_go_even_if_the_shop_of_a_removed_connection_does_not_answer(world: World) -> None:
    world.shop.backstage.set_walls([Wall(kind=Kind.SERVER_DOWN)])
    integrations.remove(row(world))
    world.work()
    assert not WebhookAddress.objects.exists()


def test_a_paused_connection_is_called_and_does_nothing(world: World) -> None:
    working(world)
    integrations.pause(row(world))
    world.clock.move(60)
    placed = order(world)
    assert deliver(world.shop) == [200], "otherwise the shop would switch them off"
    assert world.work() == 0
    integrations.resume(row(world))
    world.work()
    assert placed in world.held()


def test_webhooks_of_other_programs_are_left_alone(world: World) -> None:
    other = "https://other.example/hooks/theirs"
    world.shop.state.webhooks[99] = replace_url(world, other)
    choose(world, on=False)
    world.work()
    assert [hook["delivery_url"] for hook in hooks(world)] == [other]


def replace_url(world: World, url: str) -> Any:
    from copy import copy

    made = copy(next(iter(world.shop.state.webhooks.values())))
    made.id, made.delivery_url = 99, url
    return made


def test_an_installation_that_moved_registers_its_new_address(world: World) -> None:
    working(world)
    with public_hub("https://new.example"):
        webhooks.look_soon(row(world))
        world.work()
        assert {hook["delivery_url"].partition("/hooks/")[0] for hook in hooks(world)} == {"https://new.example"}
        assert len(hooks(world)) == 4
        assert state(world) == "waiting"
        assert codes(world) == []


@pytest.mark.parametrize("url", ["", "http://hub.example", "https://192.168.1.5", "https://hub"])
def test_without_a_public_address_nothing_is_registered(url: str, organisation: Organisation, clock: FakeClock) -> None:
    with public_hub(url):
        world = World(organisation, clock, ShopSpec(orders=1))
        world.run(300)
        assert hooks(world) == []
        assert (state(world), webhooks.why_not(row(world))) == ("not-offered", "public-url")


def test_a_port_that_wordpress_does_not_call_is_not_offered(world: World) -> None:
    with public_hub("https://hub.example:8443"):
        assert webhooks.why_not(row(world)) == "port"


def test_without_a_public_address_any_more_they_are_taken_away(world: World) -> None:
    with public_hub(""):
        webhooks.look_soon(row(world))
        world.work()
        assert hooks(world) == []
        assert due_in(world) <= 240


def test_calls_are_forgotten_after_some_days(world: World) -> None:
    working(world)
    assert WebhookDelivery.objects.exists()
    world.clock.move(4 * DAY)
    assert deliveries.forget_old() == 1
    assert not WebhookDelivery.objects.exists()
