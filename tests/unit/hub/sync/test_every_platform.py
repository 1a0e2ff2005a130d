"""Nothing missing, on every platform: what was lost is named and comes, what an outage hid is told, a cancelled
shipment is shown."""

from __future__ import annotations

from uuid import uuid4

import pytest

from tests.conftest import FakeClock
from tests.world import World
from varco.hub.models import FindingRecord, Integration, Order, Organisation
from varco.hub.store import gaps, integrations, repairs, shipping
from varco.hub.store.shipping import ParcelRequest, ShipRequest
from varco.sandbox import Kind, ShopSpec, Wall
from varco.shops.registry import connector, connectors

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = 3600


@pytest.fixture(params=sorted(connectors()))
def world(request: pytest.FixtureRequest, organisation: Organisation, clock: FakeClock) -> World:
    made = World(organisation, clock, ShopSpec(platform=request.param, orders=0), poll_interval_s=1800)
    made.shop.backstage.add_orders(8, days=5, status=open_status(made), oddities=[])
    made.run(2 * HOUR)
    return made


def open_status(world: World) -> str:
    return connector(world.integration.platform).default_statuses[0]


def orders(world: World) -> list[Order]:
    return list(Order.objects.filter(integration=world.integration).order_by("pk"))


def test_orders_lost_here_come_again_by_number(world: World) -> None:
    lost = orders(world)[:2]
    Order.objects.filter(pk__in=[order.pk for order in lost]).delete()
    world.run(26 * HOUR)
    repair = repairs.of(Integration.objects.get())
    assert repair is not None
    assert set(repair.came) == {order.number for order in lost}
    assert not repair.is_open
    assert not repair.left
    assert len(orders(world)) == 8


def test_a_shipped_order_that_was_deleted_there_is_named_and_a_problem(world: World) -> None:
    """Not the oldest one: of that a Shopify which shows the last orders alone cannot tell whether it is gone."""
    Integration.objects.update(push_trigger="never")
    order = max(orders(world), key=lambda one: int(one.remote_id))
    ship(world, order)
    world.shop.backstage.delete([int(order.remote_id)])
    world.run(27 * HOUR)
    order.refresh_from_db()
    assert order.gone_at is not None
    assert open_codes(order) == ["shipped-but-closed"]


def test_an_outage_ends_with_the_list_of_what_came(world: World) -> None:
    world.shop.backstage.set_walls([Wall(kind=Kind.SERVER_DOWN)])
    world.run(2 * HOUR)
    missed = world.shop.backstage.add_orders(3, days=0.03, status=open_status(world), oddities=[])
    world.shop.backstage.set_walls([])
    world.run(2 * HOUR)
    gap = gaps.of(Integration.objects.get())
    assert gap is not None
    assert (gap.new, gap.is_open) == (3, False)
    came = Order.objects.filter(remote_id__in=map(str, missed)).values_list("number", flat=True)
    assert set(gap.numbers) == set(came)
    assert integrations.summary(Integration.objects.get()).state == "ok"


def test_an_order_cancelled_after_it_was_shipped_is_a_problem_in_the_shops_own_words(world: World) -> None:
    Integration.objects.update(push_trigger="never")
    order = Order.objects.get(pk=orders(world)[0].pk)
    ship(world, order)
    closed = connector(world.integration.platform).closed_statuses[0]
    world.shop.backstage.set_status([int(order.remote_id)], closed)
    world.run(2 * HOUR)
    assert open_codes(order) == ["shipped-but-closed"]
    names = {status["slug"]: status["name"] for status in Integration.objects.get().shop_statuses}
    assert FindingRecord.objects.get(order=order, cleared_at=None).params["status"] == names[closed]


def ship(world: World, order: Order) -> None:
    request = ShipRequest(
        orders=[order.public_id],
        lines={},
        carrier_name="Corriere",
        parcels=[ParcelRequest(number="TRK1")],
        request_key=uuid4(),
        actor="rossi@shop.example",
    )
    shipping.ship(world.organisation, request)


def open_codes(order: Order) -> list[str]:
    return list(FindingRecord.objects.filter(order=order, cleared_at=None).values_list("code", flat=True))
