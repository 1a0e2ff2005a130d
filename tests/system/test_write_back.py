"""Every tracking number reaches the shop once, or is shown as failing, or as doubled by the shop (promise P2)."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from uuid import uuid4

import pytest
from django.core import mail

from tests.conftest import FakeClock
from tests.world import World
from varco.hub.models import Channel, FindingRecord, Operation, Order, Organisation, PushRow, Shipment, User
from varco.hub.store import integrations, shipping
from varco.hub.store import operations as operation_store
from varco.sandbox import Kind, ShopSpec, Wall

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = 3600
WRITES = ("POST", "PUT", "PATCH")
TROUBLES = (
    Kind.REFUSED,
    Kind.TOO_MANY,
    Kind.MAINTENANCE,
    Kind.SERVER_DOWN,
    Kind.FATAL,
    Kind.CUT_BEFORE,
    Kind.CUT_MIDDLE,
    Kind.LATE,
    Kind.SAVED_500,
    Kind.UNSAVED_200,
    Kind.NOTICE,
    Kind.CAPTCHA,
)


@pytest.fixture
def world(organisation: Organisation, clock: FakeClock) -> World:
    made = World(organisation, clock, ShopSpec(orders=0, fulfilments=True), poll_interval_s=HOUR)
    made.shop.backstage.add_orders(8, days=2, status="processing", oddities=[])
    made.run(600)
    return made


def ask_to_ship(world: World, order: Order, number: str, **params: object) -> Operation:
    return operation_store.ask(
        "ship",
        world.organisation,
        by="rossi@shop.example",
        integration=order.integration,
        order=order,
        params={
            "orders": [str(order.public_id)],
            "carrier_name": "Bartolini",
            "parcels": [{"number": number, "weight_g": 1200}],
            "request_key": str(uuid4()),
            "link_template": "https://track.example/{number}",
            "seen_hashes": {str(order.public_id): bytes(order.content_hash).hex()},
            **params,
        },
    )


def ship(world: World, order: Order, number: str, **params: object) -> Operation:
    return world.do(ask_to_ship(world, order, number, **params))


def orders(world: World) -> list[Order]:
    return list(Order.objects.filter(integration=world.integration, status="processing").order_by("pk"))


def test_shipping_tells_the_shop_everything_once(world: World) -> None:
    order = orders(world)[0]
    operation = ship(world, order, "BRT0001")
    assert operation.state == Operation.DONE
    world.run(60)
    held = world.shop.backstage.order(int(order.remote_id))
    assert held is not None
    assert held.status == "completed"
    assert held.tracking_numbers == ("BRT0001",)
    assert [note for note in held.notes_to_customer if "BRT0001" in note and "https://track.example/BRT0001" in note]
    seen = world.shop.backstage.tracking(["BRT0001"])["BRT0001"]
    assert (seen.notes, seen.meta, seen.fulfilments) == (1, 1, 1)
    assert not PushRow.objects.filter(state__in=PushRow.OPEN).exists()


@pytest.mark.parametrize("seed", range(30))
def test_any_order_of_troubles_ends_with_each_number_once(world: World, seed: int) -> None:
    random = Random(seed)
    numbers = [f"ZZ{seed:03}{position:04}" for position in range(4)]
    for order, number in zip(orders(world), numbers, strict=False):
        assert ship(world, order, number).state == Operation.DONE
    for _ in range(random.randrange(3, 9)):
        wall = Wall(
            kind=random.choice(TROUBLES),
            methods=random.choice(((), WRITES)),
            skip=random.randrange(0, 6),
            times=random.randrange(1, 6),
            seconds=random.choice((5, 90, 400)),
        )
        world.shop.backstage.set_walls([wall])
        world.run(random.choice((60, 300, 900)))
    world.shop.backstage.set_walls([])
    world.run(8 * HOUR)

    assert not PushRow.objects.filter(state__in=PushRow.OPEN).exists()
    for number, seen in world.shop.backstage.tracking(numbers).items():
        assert (number, seen.notes, seen.meta, seen.fulfilments) == (number, 1, 1, 1)
    assert world.shop.backstage.counts()["completed"] == len(numbers)


def test_a_note_that_lands_after_we_looked_is_said_to_be_doubled(world: World) -> None:
    """The shop saves the first attempt so late that our second one has been made: we cannot undo it, so we say it."""
    order = orders(world)[0]
    ship(world, order, "LATE1")
    world.shop.backstage.set_walls([Wall(kind=Kind.SERVER_DOWN, methods=WRITES, times=1)])
    world.work()
    note = PushRow.objects.get(order=order, step="note")
    assert note.state == PushRow.QUIET
    looked = False

    def second_attempt_leaves(request: object) -> None:
        nonlocal looked
        if getattr(request, "method", "") == "POST" and not looked:
            looked = True
            text = "Shipped with Bartolini, tracking number LATE1. https://track.example/LATE1"
            world.shop.backstage.add_note(int(order.remote_id), text, to_customer=True)

    world.network.before = second_attempt_leaves
    world.run(HOUR)
    assert world.shop.backstage.tracking(["LATE1"])["LATE1"].notes == 2
    assert FindingRecord.objects.filter(code="doubled-in-shop", order=order).exists()


def test_after_an_unclear_answer_nothing_is_written_before_the_quiet_time(world: World) -> None:
    order = orders(world)[0]
    ship(world, order, "QUIET1")
    world.shop.backstage.set_walls([Wall(kind=Kind.SAVED_500, methods=WRITES, times=1)])
    world.work()
    row = PushRow.objects.get(order=order, step="note")
    assert row.state == PushRow.QUIET
    world.shop.backstage.forget_requests()
    world.run(110)
    assert not [seen for seen in world.shop.backstage.requests() if seen.method in WRITES]
    integrations.refresh(world.integration, by="test")
    world.work()
    assert not [seen for seen in world.shop.backstage.requests() if seen.method in WRITES]


def test_one_order_that_the_shop_refuses_does_not_stop_the_others(world: World, user: User) -> None:
    first, second = orders(world)[:2]
    ship(world, first, "STOP1")
    ship(world, second, "GO1")
    world.shop.backstage.delete([int(first.remote_id)])
    world.run(HOUR)
    assert world.shop.backstage.tracking(["GO1"])["GO1"].notes == 1
    assert PushRow.objects.filter(order=first, state=PushRow.FAILED).exists()
    assert FindingRecord.objects.filter(order=first, channel="push", cleared_at=None).exists()
    assert world.channel(Channel.PUSH).state == Channel.OK
    assert [message.subject for message in mail.outbox if first.number in message.subject]


def test_a_cancelled_order_keeps_its_status_though_it_was_shipped(world: World) -> None:
    order = orders(world)[0]
    world.shop.backstage.set_walls([Wall(kind=Kind.SERVER_DOWN, methods=WRITES)])
    ship(world, order, "CANC1")
    world.run(120)
    world.shop.backstage.set_status([int(order.remote_id)], "cancelled")
    world.shop.backstage.set_walls([])
    world.run(2 * HOUR)
    held = world.shop.backstage.order(int(order.remote_id))
    assert held is not None
    assert held.status == "cancelled"
    assert held.tracking_numbers == ("CANC1",)


def test_what_changed_meanwhile_stops_the_label(world: World) -> None:
    order = orders(world)[0]
    world.shop.backstage.edit([int(order.remote_id)], {"shipping": {"address_1": "Via Nuova 9", "city": "Matera"}})
    operation = ship(world, order, "OLD1")
    assert (operation.state, operation.finding_code) == (Operation.FAILED, "order-changed")
    assert operation.finding_params["what"] == "address"
    assert not Shipment.objects.exists()
    order.refresh_from_db()
    assert ship(world, order, "OLD1").state == Operation.DONE
    assert Shipment.objects.get().recipient["city"] == "Matera"


def test_a_cancelled_order_gets_no_label(world: World) -> None:
    order = orders(world)[0]
    world.shop.backstage.set_status([int(order.remote_id)], "cancelled")
    assert ship(world, order, "NO1").finding_code == "order-closed"
    world.shop.backstage.trash([int(order.remote_id)])
    assert ship(world, order, "NO1").finding_code == "order-closed"
    world.shop.backstage.delete([int(order.remote_id)])
    assert ship(world, order, "NO1").finding_code == "order-closed"


def test_a_blocked_shop_does_not_keep_the_parcel_when_the_person_says_so(world: World) -> None:
    order = orders(world)[0]
    world.shop.backstage.set_walls([Wall(kind=Kind.REFUSED)])
    assert ship(world, order, "WALL1").finding_code == "refused-by-server"
    assert ship(world, order, "WALL1", unread_ok=True).state == Operation.DONE
    world.shop.backstage.set_walls([])
    world.run(8 * HOUR)
    assert world.shop.backstage.tracking(["WALL1"])["WALL1"].meta == 1


def test_the_same_form_twice_makes_one_shipment(world: World) -> None:
    order = orders(world)[0]
    key = str(uuid4())
    first = ship(world, order, "TWICE1", request_key=key)
    second = ship(world, order, "TWICE1", request_key=key, unread_ok=True)
    assert first.result == second.result
    assert Shipment.objects.count() == 1


def test_part_shipments_set_the_status_with_the_last_one(world: World) -> None:
    order = next(row for row in orders(world) if row.lines.count() > 1)
    line = order.lines.order_by("position")[0]
    ship(world, order, "PART1", lines={str(line.pk): str(line.quantity)})
    world.run(120)
    held = world.shop.backstage.order(int(order.remote_id))
    assert held is not None
    assert held.status == "processing"
    order.refresh_from_db()
    assert ship(world, order, "PART2", seen_hashes={}).state == Operation.DONE
    world.run(120)
    held = world.shop.backstage.order(int(order.remote_id))
    assert held is not None
    assert held.status == "completed"
    assert held.tracking_numbers == ("PART1", "PART2")
    assert shipping.quantities_left(order) == {}


def test_the_scan_tells_the_shop_where_that_was_chosen(world: World) -> None:
    choices = replace(integrations.choices_of(world.integration), push_trigger="scan")
    integrations.change(world.integration, choices)
    order = orders(world)[0]
    operation = ship(world, order, "SCAN1")
    world.run(300)
    assert world.shop.backstage.tracking(["SCAN1"])["SCAN1"].notes == 0
    shipping.handed_over(Shipment.objects.get(public_id=operation.result["shipment"]), "rossi@shop.example")
    world.run(300)
    assert world.shop.backstage.tracking(["SCAN1"])["SCAN1"].notes == 1
