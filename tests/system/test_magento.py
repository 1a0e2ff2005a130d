"""A Magento through the whole hub: connected, imported while it changes, shipped, told."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any
from uuid import uuid4

import pytest

from tests.conftest import FakeClock
from tests.world import World
from varco.hub.models import FindingRecord, Operation, Order, Organisation, PushRow
from varco.hub.store import operations as operation_store
from varco.sandbox import Kind, ShopSpec, Step, Wall
from varco.sandbox.magento.making import add_ware, settle
from varco.sandbox.magento.orders import MagentoOrder
from varco.sandbox.magento.wares import WARES

pytestmark = pytest.mark.django_db(transaction=True)


def in_shop(world: World, order: Order) -> MagentoOrder:
    found = world.shop.state.order(int(order.remote_id))
    assert isinstance(found, MagentoOrder)
    return found


def ship(world: World, order: Order, *numbers: str, lines: dict[int, str] | None = None) -> Operation:
    params: dict[str, Any] = {
        "orders": [str(order.public_id)],
        "lines": {str(pk): quantity for pk, quantity in (lines or {}).items()},
        "carrier_name": "Bartolini",
        "parcels": [{"number": number, "weight_g": 900} for number in numbers],
        "request_key": str(uuid4()),
        "link_template": "https://track.example/{number}",
        "seen_hashes": {str(order.public_id): bytes(order.content_hash).hex()},
    }
    operation = operation_store.ask(
        "ship", world.organisation, by="rossi@shop.example", integration=order.integration, order=order, params=params
    )
    return world.do(operation)


def connected(organisation: Organisation, clock: FakeClock, **spec: Any) -> tuple[World, Order]:
    """With one order of a variant, a bundle and a mug."""
    world = World(organisation, clock, ShopSpec(platform="magento", **spec))
    (number,) = world.shop.backstage.add_orders(1, days=2, status="processing", oddities=[])
    held = world.shop.state.order(number)
    assert isinstance(held, MagentoOrder)
    held.items = []
    for ware in (10, 13, 4):
        add_ware(world.shop.state, held, WARES[ware], 2)
    settle(held)
    world.run(900)
    return world, Order.objects.get(integration=world.integration, remote_id=str(number))


def numbers_of(order: MagentoOrder) -> list[list[str]]:
    return [[track.number for track in shipment.tracks] for shipment in order.shipments]


def test_a_shipment_tells_the_shop_its_numbers_and_a_note_once(organisation: Organisation, clock: FakeClock) -> None:
    world, order = connected(organisation, clock, time_zone="Europe/Warsaw")
    assert (world.integration.time_zone, world.integration.version) == ("Europe/Warsaw", "2.4")
    assert [line.name for line in order.lines.order_by("position")] == [
        "Maglia di lana",
        "Cesto di Natale",
        'Tazza in ceramica "Amalfi"',
    ]
    assert ship(world, order, "BRT1", "BRT2").state == Operation.DONE
    world.run(300)
    assert numbers_of(in_shop(world, order)) == [["BRT1", "BRT2"]]
    (comment,) = in_shop(world, order).comments
    assert "https://track.example/BRT2" in comment.text
    assert not PushRow.objects.filter(state__in=PushRow.OPEN).exists()


def test_parts_become_shipments_of_their_own(organisation: Organisation, clock: FakeClock) -> None:
    world, order = connected(organisation, clock)
    shirt, basket, mug = order.lines.order_by("position")
    assert ship(world, order, "BRT1", lines={shirt.pk: "1", mug.pk: "2"}).state == Operation.DONE
    world.run(300)
    order.refresh_from_db()
    assert ship(world, order, "BRT2", lines={shirt.pk: "1", basket.pk: "2"}).state == Operation.DONE
    world.run(300)
    held = in_shop(world, order)
    assert numbers_of(held) == [["BRT1"], ["BRT2"]]
    assert [item.left for item in held.items] == [0] * len(held.items)


@pytest.mark.parametrize("kind", [Kind.LATE, Kind.SAVED_500, Kind.UNSAVED_200, Kind.CUT_MIDDLE, Kind.CUT_BEFORE])
@pytest.mark.parametrize("in_parts", [False, True])
def test_after_any_trouble_the_shop_holds_everything_once(
    organisation: Organisation, clock: FakeClock, kind: Kind, in_parts: bool
) -> None:
    world, order = connected(organisation, clock)
    first = order.lines.order_by("position")[0]
    world.shop.backstage.set_walls([Wall(kind=kind, methods=("POST",), times=2, seconds=600)])
    lines = {first.pk: "1"} if in_parts else None
    assert ship(world, order, "BRT1", lines=lines).state == Operation.DONE
    world.run(5400)
    seen = world.shop.backstage.tracking(["BRT1"])["BRT1"]
    assert (seen.fulfilments, seen.notes) == (1, 1)
    assert not PushRow.objects.filter(state__in=PushRow.OPEN).exists()


@pytest.mark.parametrize("seed", range(2))
def test_nothing_is_lost_while_the_shop_changes(organisation: Organisation, clock: FakeClock, seed: int) -> None:
    random = Random(seed)
    world = World(organisation, clock, ShopSpec(platform="magento", orders=500, days=40, seed=seed))
    ids = [brief.id for brief in world.shop.backstage.orders()]
    steps = [
        Step(after=random.randrange(1, 4), do=do, arguments={"ids": random.sample(ids, 5), **more})
        for _ in range(20)
        for do, more in (
            ("set_status", {"status": random.choice(("pending", "processing", "complete", "canceled"))}),
            ("edit", {"fields": {"customer_note": "changed"}}),
            ("set_modified", {"at": (clock.now() + timedelta(seconds=30)).isoformat()}),
        )
    ]
    world.shop.backstage.plan(steps)
    world.run(4500)
    assert world.integration.import_since is not None
    there = {str(brief.id): brief for brief in world.shop.backstage.orders()}
    held = world.held()
    wanted = {
        key
        for key, brief in there.items()
        if brief.status in world.integration.import_statuses and brief.created_at >= world.integration.import_since
    }
    assert wanted <= held.keys()
    assert {key: order.status for key, order in held.items()} == {key: there[key].status for key in held}
    assert [row.params for row in FindingRecord.objects.filter(code="counts-differ")] == []


def test_an_address_that_was_corrected_is_seen_before_the_label(organisation: Organisation, clock: FakeClock) -> None:
    """Magento does not move the order's date for it."""
    world, order = connected(organisation, clock)
    world.shop.backstage.edit([int(order.remote_id)], {"shipping": {"address_1": "Via Nuova 9"}})
    operation = ship(world, order, "BRT1")
    assert (operation.state, operation.finding_code) == (Operation.FAILED, "order-changed")


def test_an_order_that_is_cancelled_meanwhile_is_not_shipped(organisation: Organisation, clock: FakeClock) -> None:
    world, order = connected(organisation, clock)
    world.shop.backstage.set_status([int(order.remote_id)], "canceled")
    operation = ship(world, order, "BRT1")
    assert (operation.state, operation.finding_code) == (Operation.FAILED, "order-closed")
    assert in_shop(world, order).shipments == []
