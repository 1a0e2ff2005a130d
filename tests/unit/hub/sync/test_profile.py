"""What a shop is may change: asked once a day, kept, and said."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from tests.conftest import FakeClock
from tests.world import World
from varco.hub.models import FindingRecord, Integration, Order, Organisation, User
from varco.sandbox import Kind, ShopSpec, Wall
from varco.shops.registry import connector, connectors

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = 3600
DAY = 24 * HOUR


def world_of(organisation: Organisation, clock: FakeClock, platform: str) -> World:
    world = World(organisation, clock, ShopSpec(platform=platform, orders=0), poll_interval_s=1800)
    status = connector(platform).default_statuses[0]
    world.shop.backstage.add_orders(3, days=2, status=status, oddities=[])
    world.run(2 * HOUR)
    return world


def row() -> Integration:
    found: Integration = Integration.objects.get()
    return found


@pytest.mark.parametrize("platform", sorted(connectors()))
def test_it_is_asked_once_a_day_and_nothing_new_is_no_news(
    organisation: Organisation, clock: FakeClock, platform: str
) -> None:
    world = world_of(organisation, clock, platform)
    before = row()
    assert before.profiled_at is not None
    world.run(DAY)
    after = row()
    assert after.profiled_at is not None
    assert timedelta(days=1) <= after.profiled_at - before.profiled_at < timedelta(days=2)
    assert after.news == []
    assert (after.time_zone, after.base_url) == (before.time_zone, before.base_url)


def test_another_zone_and_version_are_kept_and_shown(
    client: Client, user: User, organisation: Organisation, clock: FakeClock
) -> None:
    world = world_of(organisation, clock, "prestashop")
    world.shop.backstage.set_up({"time_zone": "Europe/Lisbon", "version": "9.0.0"})
    world.run(DAY)
    assert (row().time_zone, row().version) == ("Europe/Lisbon", "9.0.0")
    assert {(one["what"], one["before"], one["after"]) for one in row().news} == {
        ("time_zone", "Europe/Rome", "Europe/Lisbon"),
        ("version", "8.2.1", "9.0.0"),
    }
    client.force_login(user)
    page = client.get(f"/connections/{row().public_id}/").content.decode()
    assert "Europe/Rome → Europe/Lisbon" in page


def test_what_changed_in_another_zone_is_read_again(organisation: Organisation, clock: FakeClock) -> None:
    """The shop's clock goes back an hour: what happens then seems to lie before our cursor."""
    world = world_of(organisation, clock, "prestashop")
    world.run(DAY - 3 * HOUR)
    Integration.objects.update(time_zone="Europe/Athens")
    order = Order.objects.order_by("pk")[0]
    world.shop.backstage.set_status([int(order.remote_id)], "3")
    world.run(4 * HOUR)
    order.refresh_from_db()
    assert row().time_zone == "Europe/Rome"
    assert order.status == "3"


def test_a_shop_in_trouble_is_not_asked(organisation: Organisation, clock: FakeClock) -> None:
    world = world_of(organisation, clock, "woocommerce")
    before = row().profiled_at
    world.shop.backstage.set_walls([Wall(kind=Kind.REFUSED)])
    world.run(2 * DAY)
    assert row().profiled_at == before
    assert not FindingRecord.objects.filter(channel="profile").exists()
