"""A Shopify through the whole hub: connected, imported, held and released, shipped in parts, told."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from tests.conftest import FakeClock
from tests.world import World
from varco.hub.models import FindingRecord, Integration, Operation, Order, Organisation, PushRow, ShopToken
from varco.hub.store import operations as operation_store
from varco.hub.store import rota, shipping
from varco.hub.sync import tokens
from varco.model.secret import Secret
from varco.net.tokens import Granted
from varco.sandbox import Kind, ShopSpec, Wall
from varco.shops.base import OrderFilter

pytestmark = pytest.mark.django_db(transaction=True)


def connected(organisation: Organisation, clock: FakeClock, **spec: Any) -> World:
    world = World(organisation, clock, ShopSpec(platform="shopify", orders=0, **spec))
    world.shop.backstage.add_orders(3, days=2, status="unfulfilled", oddities=[], seed=4)
    world.run(900)
    return world


def first_order(world: World) -> Order:
    order: Order | None = Order.objects.filter(integration=world.integration).order_by("pk").first()
    assert order is not None
    return order


def act(world: World, name: str, **arguments: Any) -> Any:
    return world.shop.backstage.act(name, arguments)


def ship(world: World, order: Order, *numbers: str, lines: dict[int, str] | None = None) -> Operation:
    order.refresh_from_db()
    params: dict[str, Any] = {
        "orders": [str(order.public_id)],
        "lines": lines or {},
        "carrier_name": "BRT",
        "parcels": [{"number": number, "weight_g": 900} for number in numbers],
        "request_key": str(uuid4()),
        "link_template": "https://track.example/{number}",
        "seen_hashes": {str(order.public_id): bytes(order.content_hash).hex()},
    }
    operation = operation_store.ask(
        "ship", world.organisation, by="rossi@shop.example", integration=order.integration, order=order, params=params
    )
    return world.do(operation)


def told(world: World, order: Order) -> list[str]:
    held = world.shop.backstage.order(int(order.remote_id))
    assert held is not None
    return [str(one["_tracking_number"]) for one in held.fulfilments]


def test_a_shipment_is_told_once_and_the_order_becomes_fulfilled(organisation: Organisation, clock: FakeClock) -> None:
    world = connected(organisation, clock)
    order = first_order(world)
    assert (world.integration.version, world.integration.sees_days) == ("2026-07", 60)
    assert ship(world, order, "BRT1", "BRT2").state == Operation.DONE
    world.run(300)
    assert told(world, order) == ["BRT1", "BRT2"]
    assert not PushRow.objects.filter(state__in=PushRow.OPEN).exists()
    world.run(1200)
    order.refresh_from_db()
    assert order.status == "fulfilled"
    assert order.shipped_at is not None
    assert act(world, "tokens_given") == 1


@pytest.mark.parametrize("kind", [Kind.LATE, Kind.SAVED_500, Kind.UNSAVED_200, Kind.CUT_MIDDLE, Kind.CUT_BEFORE])
def test_after_any_trouble_the_shop_holds_everything_once(
    organisation: Organisation, clock: FakeClock, kind: Kind
) -> None:
    world = connected(organisation, clock)
    order = first_order(world)
    world.shop.backstage.set_walls([Wall(kind=kind, body="mutation", times=2, seconds=600)])
    assert ship(world, order, "BRT1").state == Operation.DONE
    world.run(6 * 3600)
    assert told(world, order) == ["BRT1"]
    assert not PushRow.objects.filter(state__in=PushRow.OPEN).exists()


def test_a_held_order_says_so_is_not_shipped_and_goes_once_it_is_released(
    organisation: Organisation, clock: FakeClock
) -> None:
    world = connected(organisation, clock)
    order = first_order(world)
    act(world, "hold", order=int(order.remote_id), reason="INCORRECT_ADDRESS")
    world.run(300)
    order.refresh_from_db()
    assert (order.status, order.waits["code"]) == ("on_hold", "fulfilment-on-hold")
    refused = ship(world, order, "BRT1")
    assert (refused.state, refused.finding_code) == (Operation.FAILED, "fulfilment-on-hold")
    assert not shipping.is_all_shipped(order)
    act(world, "release", order=int(order.remote_id))
    world.run(300)
    assert ship(world, order, "BRT1").state == Operation.DONE


def test_what_was_shipped_in_the_office_is_not_offered_again(organisation: Organisation, clock: FakeClock) -> None:
    world = connected(organisation, clock)
    order = first_order(world)
    act(world, "edit", order=int(order.remote_id), add={15: 3})
    world.run(300)
    act(world, "fulfil", order=int(order.remote_id), tracking="HIS")
    world.run(300)
    left = shipping.quantities_left(order)
    assert list(left.values()) == [3]
    (line,) = left
    assert ship(world, order, "BRT1", lines={line: "1"}).state == Operation.DONE
    assert list(shipping.quantities_left(order).values()) == [2]
    world.run(300)
    assert list(shipping.quantities_left(order).values()) == [2]
    assert ship(world, order, "BRT2").state == Operation.DONE
    world.run(300)
    order.refresh_from_db()
    assert order.shipped_at is not None
    assert told(world, order) == ["HIS", "BRT1", "BRT2"]


def test_orders_older_than_the_shop_shows_do_not_make_the_counts_differ(
    organisation: Organisation, clock: FakeClock
) -> None:
    world = connected(organisation, clock)
    world.run(600)
    assert Order.objects.filter(gone_at=None).count() == 3
    clock.move(timedelta(days=61).total_seconds())
    world.run(2 * 3600)
    assert Order.objects.filter(gone_at=None).count() == 3
    assert not FindingRecord.objects.filter(code="counts-differ", cleared_at=None).exists()
    narrowed = rota.comparable(world.integration.pk, OrderFilter(statuses=("unfulfilled",), placed_after=None))
    assert narrowed.placed_after is not None


def test_many_who_need_a_token_at_once_get_one(integration: Integration, clock: FakeClock) -> None:
    asked: list[int] = []

    async def ask() -> Granted:
        asked.append(1)
        await asyncio.sleep(0.05)
        return Granted(token=Secret(f"token {len(asked)}"), lives_s=86_399)

    keys = {"client_id": Secret("an-id")}

    async def all_at_once(refused: str) -> set[str]:
        stored = [tokens.StoredTokens(integration.pk, keys) for _ in range(5)]
        return {one.reveal() for one in await asyncio.gather(*(one.current(ask, refused=refused) for one in stored))}

    assert asyncio.run(all_at_once("")) == {"token 1"}
    assert asyncio.run(all_at_once("token 1")) == {"token 2"}
    assert len(asked) == 2
    row = ShopToken.objects.get(integration=integration)
    assert b"token" not in bytes(row.token or b"")
    clock.move(23 * 3600)
    assert asyncio.run(all_at_once("")) == {"token 3"}
