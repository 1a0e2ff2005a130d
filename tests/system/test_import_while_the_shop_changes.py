"""Nothing is lost and nothing doubled while a shop changes under the import (promise P1)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from random import Random

import pytest

from tests.conftest import FakeClock
from tests.world import World
from varco.hub.models import FindingRecord, Order, OrderLine, Organisation
from varco.hub.store.pages import content_hash
from varco.hub.store.plans import plan
from varco.sandbox import ShopSpec, Step
from varco.shops.woocommerce.payload import MAPPER_VERSION

ORDERS = 1000
LIST_REQUESTS = 14
"""So many pages the first import takes at least: changes are spread over them."""


def unquiet_plan(world: World, random: Random) -> Iterator[Step]:
    """300 edits, trash, orders that leave the chosen statuses, late and future ones, and 60 in one second."""
    ids = [brief.id for brief in world.shop.backstage.orders()]
    random.shuffle(ids)
    parts = iter(ids)

    def some(count: int) -> list[int]:
        return [next(parts) for _ in range(count)]

    def at() -> int:
        return random.randrange(1, LIST_REQUESTS)

    now = world.clock.now()
    for _ in range(300):
        yield Step(after=at(), do="edit", arguments={"ids": some(1), "fields": {"customer_note": random.choice("abc")}})
    for _ in range(30):
        yield Step(after=at(), do="trash", arguments={"ids": some(1)})
    for status in ("completed", "cancelled", "spedito"):
        for _ in range(15):
            yield Step(after=at(), do="set_status", arguments={"ids": some(1), "status": status})
    yield Step(after=at(), do="add_orders", arguments={"count": 5, "days": 0.001, "visible_in_s": 90})
    yield Step(after=at(), do="set_modified", arguments={"ids": some(1), "at": (now + timedelta(days=1)).isoformat()})
    yield Step(
        after=at(), do="set_modified", arguments={"ids": some(60), "at": (now + timedelta(seconds=30)).isoformat()}
    )


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("seed", range(50))
def test_nothing_is_lost_or_doubled_while_the_shop_changes(
    organisation: Organisation, clock: FakeClock, seed: int
) -> None:
    random = Random(seed)
    world = World(organisation, clock, ShopSpec(orders=ORDERS, days=40, seed=seed))
    world.shop.backstage.plan(list(unquiet_plan(world, random)))
    world.network.before = lambda _request: clock.move(random.choice((0, 1, 2)))

    world.run(1800)
    world.integration.refresh_from_db()
    assert world.integration.import_done_at is not None
    world.run(2 * 3600)

    since = world.integration.import_since
    assert since is not None
    in_shop = {str(brief.id): brief for brief in world.shop.backstage.orders()}
    wanted = {
        key
        for key, brief in in_shop.items()
        if brief.status in world.integration.import_statuses and brief.created_at >= since
    }
    held = world.held()
    assert wanted <= held.keys()
    assert {key: order.status for key, order in held.items()} == {key: in_shop[key].status for key in held}
    assert not FindingRecord.objects.filter(code="counts-differ").exists()  # nothing had to be repaired
    lines = OrderLine.objects.filter(order__integration=world.integration, gone_at=None)
    assert lines.count() == len(set(lines.values_list("order_id", "remote_line_id")))
    assert _as_in_shop(world, random.sample(sorted(wanted), 40))


def _as_in_shop(world: World, keys: list[str]) -> bool:
    """Whether what we hold of these is, part by part, what the shop says of them now."""
    shop = world.door.converse(plan(world.integration), "test").shop
    theirs = asyncio.run(shop.orders(keys))
    assert len(theirs) == len(keys)
    ours = {order.remote_id: bytes(order.content_hash) for order in Order.objects.filter(remote_id__in=keys)}
    return all(ours[order.remote_id] == content_hash(order, MAPPER_VERSION) for order in theirs)
