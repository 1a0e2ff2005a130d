"""Nothing missing: counts are proved, differences named by number and repaired, gaps told, changes end rightly."""

from __future__ import annotations

from uuid import uuid4

import msgspec
import pytest
from django.core import mail

from tests.conftest import FakeClock
from tests.world import World
from varco.hub.models import FindingRecord, Integration, Order, OrderEvent, Organisation, User
from varco.hub.store import gaps, integrations, repairs, shipping
from varco.hub.store.shipping import ParcelRequest, ShipRequest
from varco.hub.sync.door import Door
from varco.model.exchange import Exchange, Request
from varco.sandbox import Kind, ShopSpec, Wall

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = 3600


@pytest.fixture
def world(organisation: Organisation, clock: FakeClock) -> World:
    made = World(organisation, clock, ShopSpec(orders=30, days=20), poll_interval_s=900)
    made.run(1000)
    return made


def row(world: World) -> Integration:
    found: Integration = Integration.objects.get(pk=world.integration.pk)
    return found


def repair(world: World) -> repairs.Repair:
    found = repairs.of(row(world))
    assert found is not None
    return found


def counts_are_equal(world: World) -> bool:
    return all(one["theirs"] == one["ours"] for one in row(world).counts)


def ship(world: World, order: Order) -> None:
    request = ShipRequest(
        orders=[order.public_id],
        lines={},
        carrier_name="Corriere Veloce",
        parcels=[ParcelRequest(number=f"TRK{order.pk}")],
        request_key=uuid4(),
        actor="rossi@shop.example",
    )
    shipping.ship(world.organisation, request)


def open_codes(order: Order) -> list[str]:
    return list(FindingRecord.objects.filter(order=order, cleared_at=None).values_list("code", flat=True))


def one_in(world: World, status: str) -> Order:
    found: Order = Order.objects.filter(integration=world.integration, status=status).order_by("pk")[0]
    return found


def test_missing_orders_are_named_by_number_and_come(world: World) -> None:
    lost = list(Order.objects.filter(status="processing").order_by("pk")[:3])
    numbers = {order.number for order in lost}
    Order.objects.filter(pk__in=[order.pk for order in lost]).delete()

    world.run(26 * HOUR)

    assert repair(world).missing == 3
    assert set(repair(world).came) == numbers
    assert repair(world).ended_at is not None
    assert not repair(world).left
    assert counts_are_equal(world)
    assert not FindingRecord.objects.filter(code="counts-differ", cleared_at=None).exists()


def test_orders_that_the_shop_deleted_for_good_are_named_by_number_even_if_shipped(world: World) -> None:
    shipped, open_one = Order.objects.filter(status="processing").order_by("pk")[:2]
    Integration.objects.update(push_trigger="never")
    shipped = Order.objects.get(pk=shipped.pk)
    ship(world, shipped)
    world.shop.backstage.delete([int(shipped.remote_id), int(open_one.remote_id)])

    world.run(26 * HOUR)

    assert repair(world).gone == [shipped.number]  # the other one was seen on the rota
    assert repair(world).ended_at is not None
    assert counts_are_equal(world)
    shipped.refresh_from_db()
    assert all(one.gone_at is not None for one in Order.objects.filter(pk__in=[shipped.pk, open_one.pk]))
    assert open_codes(shipped) == ["shipped-but-closed"]


def test_an_order_whose_status_moved_without_a_trace_is_named(world: World) -> None:
    """A shipped one: open ones are read again all day long."""
    order = one_in(world, "processing")
    Order.objects.filter(pk=order.pk).update(status="on-hold", content_hash=b"old", shipped_at=world.clock.now())

    world.run(26 * HOUR)

    assert order.number in repair(world).moved
    order.refresh_from_db()
    assert order.status == "processing"
    assert counts_are_equal(world)


class OneTooMany:
    """A shop that counts one more order on hold than it ever lists, as a broken cache does."""

    def __init__(self, world: World) -> None:
        self._network = world.network

    async def send(self, request: Request, *, key: str, first: bool = False, pinned_ca: str = "") -> Exchange:
        exchange = await self._network.send(request, key=key, first=first, pinned_ca=pinned_ca)
        response = exchange.response
        if response is None or "per_page=1&" not in request.url or "status=on-hold&" not in request.url:
            return exchange
        headers = tuple(
            (name, str(int(value) + 1) if name.lower() == "x-wp-total" else value) for name, value in response.headers
        )
        return msgspec.structs.replace(exchange, response=msgspec.structs.replace(response, headers=headers))


def test_a_difference_that_stays_is_said_and_tried_again_on_the_next_day_only(world: World) -> None:
    world.door = Door(OneTooMany(world))
    world.run(26 * HOUR)
    first = repair(world)
    assert first.ended_at is not None
    assert [(one["status"], one["theirs"] - one["ours"]) for one in first.left] == [("on-hold", 1)]
    assert first.found == 0
    assert FindingRecord.objects.filter(code="counts-differ", cleared_at=None).exists()

    world.run(20 * HOUR)
    assert repair(world).began_at == first.began_at
    world.run(8 * HOUR)
    assert repair(world).began_at > first.began_at


def test_an_hour_away_is_told_with_the_orders_that_came(world: World, user: User) -> None:
    world.shop.backstage.set_walls([Wall(kind=Kind.MAINTENANCE)])
    world.run(HOUR)
    missed = world.shop.backstage.add_orders(14, days=0.03, status="processing", oddities=[])
    world.shop.backstage.set_walls([])
    world.run(HOUR)

    gap = gaps.of(row(world))
    assert gap is not None
    assert gap.new == 14
    assert not gap.is_open
    numbers = set(Order.objects.filter(remote_id__in=map(str, missed)).values_list("number", flat=True))
    assert set(gap.numbers) == numbers
    told = mail.outbox[-1]
    assert told.subject == "Bottega di Prova: back to normal"
    assert "14 orders recovered:" in told.body
    assert all(number in told.body for number in numbers)


def test_a_moments_failure_leaves_the_last_gap_standing(organisation: Organisation, clock: FakeClock) -> None:
    world = World(organisation, clock, ShopSpec(orders=5, days=2))
    world.run(300)
    world.shop.backstage.set_walls([Wall(kind=Kind.MAINTENANCE)])
    world.run(HOUR)
    world.shop.backstage.set_walls([])
    world.run(HOUR)
    before = gaps.of(row(world))
    world.shop.backstage.set_walls([Wall(kind=Kind.MAINTENANCE)])
    world.run(250)
    world.shop.backstage.set_walls([])
    world.run(HOUR)
    assert before is not None
    assert gaps.of(row(world)) == before


def test_what_came_during_a_pause_is_told_once_it_goes_on(world: World) -> None:
    integrations.pause(row(world))
    world.clock.move(3 * HOUR)
    world.shop.backstage.add_orders(2, days=0.03, status="processing", oddities=[])
    integrations.resume(row(world))
    world.run(1000)
    gap = gaps.of(row(world))
    assert gap is not None
    assert (gap.new, gap.is_open) == (2, False)


@pytest.mark.parametrize("status", ["cancelled", "refunded", "failed"])
def test_a_shipped_order_that_is_cancelled_then_is_a_problem_until_it_is_opened_again(
    world: World, status: str
) -> None:
    order = one_in(world, "processing")
    ship(world, order)
    world.shop.backstage.set_status([int(order.remote_id)], status)
    world.run(1000)
    assert open_codes(order) == ["shipped-but-closed"]

    world.shop.backstage.set_status([int(order.remote_id)], "processing")
    world.run(1000)
    assert open_codes(order) == []


def test_a_shipped_order_in_the_trash_is_a_problem_until_it_is_restored(world: World) -> None:
    order = one_in(world, "processing")
    ship(world, order)
    world.run(60)
    world.shop.backstage.trash([int(order.remote_id)])
    world.run(3 * HOUR)
    assert open_codes(order) == ["shipped-but-closed"]
    world.shop.backstage.restore([int(order.remote_id)])
    world.run(3 * HOUR)
    assert open_codes(order) == []


def test_a_cancelled_order_that_was_not_shipped_is_no_problem(world: World) -> None:
    order = one_in(world, "processing")
    world.shop.backstage.set_status([int(order.remote_id)], "cancelled")
    world.run(1000)
    order.refresh_from_db()
    assert order.status == "cancelled"
    assert open_codes(order) == []


def test_what_is_added_after_all_was_shipped_waits_to_be_shipped(world: World) -> None:
    Integration.objects.update(push_status="")
    order = Order.objects.get(pk=one_in(world, "processing").pk)
    ship(world, order)
    line = order.lines.filter(gone_at=None).order_by("pk")[0]
    quantity = int(line.quantity)
    edit = {"line_items": [{"id": int(line.remote_line_id), "quantity": quantity + 2}]}
    world.shop.backstage.edit([int(order.remote_id)], edit)
    world.run(1000)
    order.refresh_from_db()
    assert order.shipped_at is None
    assert shipping.quantities_left(order) == {line.pk: 2}

    back = {"line_items": [{"id": int(line.remote_line_id), "quantity": quantity}]}
    world.shop.backstage.edit([int(order.remote_id)], back)
    world.run(1000)
    order.refresh_from_db()
    assert order.shipped_at is not None
    kinds = OrderEvent.objects.filter(order=order).values_list("kind", flat=True)
    assert {"reopened", "all-shipped"} <= set(kinds)


def test_two_orders_merged_into_one_and_one_split_in_two_end_in_the_right_state(world: World) -> None:
    """As shop plug-ins do it: the old ones go to the trash or are cancelled, and new ones come."""
    first, second, third = Order.objects.filter(status="processing").order_by("pk")[:3]
    world.shop.backstage.trash([int(first.remote_id), int(second.remote_id)])
    merged = world.shop.backstage.add_orders(1, days=0.0001, status="processing", oddities=[])
    world.shop.backstage.set_status([int(third.remote_id)], "cancelled")
    split = world.shop.backstage.add_orders(2, days=0.0001, status="processing", oddities=[])
    world.run(3 * HOUR)
    held = world.held()
    assert [held[one.remote_id].status for one in (first, second, third)] == ["trash", "trash", "cancelled"]
    assert all(held[str(key)].status == "processing" for key in [*merged, *split])


def test_the_shops_new_status_is_read_within_seconds_after_it_was_written(world: World) -> None:
    order = one_in(world, "processing")
    ship(world, order)
    world.run(20)
    order.refresh_from_db()
    assert order.status == "completed"
