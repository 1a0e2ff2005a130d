"""A shop that is away: slowed, named, few requests; back by itself with the gap read (promise P7)."""

from __future__ import annotations

import pytest
from django.core import mail

from tests.conftest import FakeClock
from tests.world import World
from varco.hub.models import Channel, FindingRecord, Membership, Operation, Organisation, User
from varco.hub.store import integrations
from varco.sandbox import Kind, ShopSpec, Wall

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = 3600


@pytest.fixture
def world(organisation: Organisation, clock: FakeClock) -> World:
    made = World(organisation, clock, ShopSpec(orders=40, days=20))
    made.run(600)
    return made


def test_an_hour_of_maintenance_is_named_slowed_and_healed(world: World, user: User) -> None:
    world.shop.backstage.set_walls([Wall(kind=Kind.MAINTENANCE)])
    world.shop.backstage.forget_requests()
    world.run(HOUR)

    channel = world.channel(Channel.IMPORT)
    assert channel.state == Channel.SLOWED
    assert channel.finding_code == "maintenance"
    assert channel.next_attempt_at is not None
    assert channel.next_attempt_at > world.clock.now()
    assert world.shop.backstage.request_count() <= 8
    assert integrations.summary(world.integration).state == "slowed"
    assert [message.subject for message in mail.outbox] == ["Bottega di Prova: slowed"]

    missed = world.shop.backstage.add_orders(14, days=0.03, status="processing", oddities=[])
    world.shop.backstage.set_walls([])
    world.run(HOUR)

    assert {str(order_id) for order_id in missed} <= world.held().keys()
    channel = world.channel(Channel.IMPORT)
    assert (channel.state, channel.finding_code, channel.failures) == (Channel.OK, "", 0)
    assert not FindingRecord.objects.filter(channel="import", cleared_at=None).exists()
    assert [message.subject for message in mail.outbox][1:] == ["Bottega di Prova: back to normal"]


def test_who_does_not_want_mail_gets_none(world: World, user: User) -> None:
    Membership.objects.filter(user=user).update(mail_slowed=False)
    world.shop.backstage.set_walls([Wall(kind=Kind.REFUSED)])
    world.run(HOUR)
    assert world.channel(Channel.IMPORT).state == Channel.SLOWED
    assert mail.outbox == []


@pytest.mark.parametrize("state", ["ok", "failing", "slowed", "paused"])
def test_refresh_works_at_once_in_any_state(world: World, state: str) -> None:
    if state in ("failing", "slowed"):
        world.shop.backstage.set_walls([Wall(kind=Kind.MAINTENANCE)])
        world.run(300 if state == "failing" else HOUR * 2)
        world.shop.backstage.set_walls([])
    if state == "paused":
        integrations.pause(world.integration)
    world.integration.refresh_from_db()
    assert integrations.summary(world.integration).state == state
    new = world.shop.backstage.add_orders(3, days=0.0001, status="processing", oddities=[])

    operation = world.refresh()

    assert operation.state == Operation.DONE
    assert operation.result["new"] == 3
    assert {str(order_id) for order_id in new} <= world.held().keys()
    assert integrations.summary(world.integration).state == ("paused" if state == "paused" else "ok")


def test_a_refresh_that_fails_says_why_and_changes_no_cursor(world: World) -> None:
    world.shop.backstage.set_walls([Wall(kind=Kind.CAPTCHA)])
    operation = world.refresh()
    assert (operation.state, operation.finding_code) == (Operation.FAILED, "robot-test")
    missed = world.shop.backstage.add_orders(2, days=0.0001, status="pending", oddities=[])
    world.shop.backstage.set_walls([])
    world.clock.move(5 * HOUR)
    world.run(600)
    assert {str(order_id) for order_id in missed} <= world.held().keys()


def test_a_shop_that_asks_for_time_gets_it(world: World) -> None:
    world.shop.backstage.set_walls([Wall(kind=Kind.TOO_MANY, seconds=1500)])
    world.run(600)
    world.shop.backstage.forget_requests()
    world.run(1200)
    assert world.shop.backstage.request_count() <= 1
    assert world.channel(Channel.IMPORT).finding_code == "rate-limited"


def test_the_wait_grows_to_an_hour_and_never_ends(world: World) -> None:
    world.shop.backstage.set_walls([Wall(kind=Kind.SERVER_DOWN)])
    world.run(24 * HOUR)
    world.shop.backstage.forget_requests()
    world.run(24 * HOUR)
    assert 20 <= world.shop.backstage.request_count() <= 26


def test_dirty_answers_bring_their_orders_and_a_warning(world: World) -> None:
    world.shop.backstage.set_walls([Wall(kind=Kind.NOTICE)])
    new = world.shop.backstage.add_orders(2, days=0.0001, status="processing", oddities=[])
    world.run(600)
    assert {str(order_id) for order_id in new} <= world.held().keys()
    assert FindingRecord.objects.filter(code="dirty-answer", cleared_at=None).exists()


def test_orders_deleted_for_good_are_found_by_comparing(world: World) -> None:
    gone = [brief.id for brief in world.shop.backstage.orders() if brief.status == "processing"][:3]
    world.shop.backstage.delete(gone)
    world.run(26 * HOUR)
    held = world.held()
    assert all(held[str(order_id)].gone_at is not None for order_id in gone)
    world.integration.refresh_from_db()
    assert all(row["theirs"] == row["ours"] for row in world.integration.counts)


def test_an_address_corrected_without_a_new_date_is_seen_on_the_rota(
    organisation: Organisation, clock: FakeClock
) -> None:
    world = World(organisation, clock, ShopSpec(orders=20, days=3, hpos=False))
    world.run(600)
    order_id = next(brief.id for brief in world.shop.backstage.orders() if brief.status == "processing")
    world.shop.backstage.edit([order_id], {"shipping": {"city": "Matera", "address_1": "Via Nuova 9"}})
    world.run(9 * HOUR)
    assert world.held()[str(order_id)].contact.shipping["city"] == "Matera"
