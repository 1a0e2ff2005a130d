"""A PrestaShop through the whole hub: connected, imported while it changes, shipped, told."""

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
from varco.sandbox.prestashop.orders import PsOrder

pytestmark = pytest.mark.django_db(transaction=True)
VERSIONS = ("1.7.8.11", "8.2.1", "9.0.0")


def in_shop(world: World, order: Order) -> PsOrder:
    found = world.shop.state.order(int(order.remote_id))
    assert isinstance(found, PsOrder)
    return found


def ship(world: World, order: Order, *numbers: str) -> Operation:
    params: dict[str, Any] = {
        "orders": [str(order.public_id)],
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


def connected(organisation: Organisation, clock: FakeClock, **spec: Any) -> World:
    world = World(organisation, clock, ShopSpec(platform="prestashop", orders=0, **spec))
    world.shop.backstage.add_orders(3, days=2, status="2", oddities=[])
    world.run(900)
    return world


@pytest.mark.parametrize("version", VERSIONS)
def test_a_shipment_tells_the_shop_number_and_status_once(
    organisation: Organisation, clock: FakeClock, version: str
) -> None:
    world = connected(organisation, clock, version=version, time_zone="Europe/Warsaw")
    assert (world.integration.time_zone, world.integration.version) == ("Europe/Warsaw", version)
    order = Order.objects.filter(integration=world.integration).order_by("pk").first()
    assert order is not None
    assert ship(world, order, "BRT1", "BRT2").state == Operation.DONE
    world.run(300)
    held = in_shop(world, order)
    assert [row.tracking for row in held.carriers] == ["BRT1, BRT2"]
    assert [row.state for row in held.histories] == ["2", "4"]
    assert not PushRow.objects.filter(state__in=PushRow.OPEN).exists()
    world.run(1200)
    order.refresh_from_db()
    assert order.status == "4"


@pytest.mark.parametrize("kind", [Kind.LATE, Kind.SAVED_500, Kind.UNSAVED_200, Kind.CUT_MIDDLE, Kind.CUT_BEFORE])
def test_after_any_trouble_the_shop_holds_everything_once(
    organisation: Organisation, clock: FakeClock, kind: Kind
) -> None:
    world = connected(organisation, clock)
    order = Order.objects.filter(integration=world.integration).order_by("pk").first()
    assert order is not None
    world.shop.backstage.set_walls([Wall(kind=kind, methods=("PATCH", "POST"), times=2, seconds=600)])
    assert ship(world, order, "BRT1").state == Operation.DONE
    world.run(6 * 3600)
    held = in_shop(world, order)
    assert [row.tracking for row in held.carriers] == ["BRT1"]
    assert [row.state for row in held.histories] == ["2", "4"]
    assert not PushRow.objects.filter(state__in=PushRow.OPEN).exists()


@pytest.mark.parametrize("seed", range(2))
def test_nothing_is_lost_while_the_shop_changes(organisation: Organisation, clock: FakeClock, seed: int) -> None:
    random = Random(seed)
    world = World(organisation, clock, ShopSpec(platform="prestashop", orders=1200, days=40, seed=seed))
    ids = [brief.id for brief in world.shop.backstage.orders()]
    steps = [
        Step(after=random.randrange(1, 3), do=do, arguments={"ids": random.sample(ids, 5), **more})
        for _ in range(20)
        for do, more in (
            ("set_status", {"status": random.choice(("2", "3", "5", "6"))}),
            ("edit", {"fields": {"customer_note": "changed"}}),
            ("set_modified", {"at": (clock.now() + timedelta(seconds=30)).isoformat()}),
        )
    ]
    world.shop.backstage.plan(steps)
    world.run(2 * 3600)
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
    """PrestaShop does not move the order's date for it."""
    world = connected(organisation, clock)
    order = Order.objects.filter(integration=world.integration).order_by("pk").first()
    assert order is not None
    world.shop.backstage.edit([int(order.remote_id)], {"shipping": {"address_1": "Via Nuova 9"}})
    operation = ship(world, order, "BRT1")
    assert (operation.state, operation.finding_code) == (Operation.FAILED, "order-changed")
