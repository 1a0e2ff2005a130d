"""What a shop is told of a shipment is its platform's, as far as this shop has it and its owner chose it."""

from __future__ import annotations

import pytest

from tests.unit.hub.rows import PLACED, make_order, make_shipment
from varco.hub.models import Integration, Order, PushRow
from varco.hub.store import integrations, shipping
from varco.shops.registry import connector, connectors

pytestmark = pytest.mark.django_db


def told(integration: Integration, *, whole: bool = True) -> list[str]:
    shipment = make_shipment(make_order(integration, f"{Order.objects.count()}"))
    PushRow.objects.all().delete()
    order = shipping.orders_of(shipment)[0]
    order.shipped_at = PLACED if whole else None
    shipping.add_push_rows(shipment, order)
    return list(PushRow.objects.filter(shipment=shipment).order_by("position").values_list("step", flat=True))


def test_a_shop_without_fulfilments_is_told_in_the_order_of_its_platform(integration: Integration) -> None:
    assert told(integration) == ["note", "meta", "status"]


def test_a_shop_with_fulfilments_gets_one(integration: Integration) -> None:
    integration.has_fulfilments = True
    integration.save()
    assert told(integration) == ["note", "meta", "fulfilment", "status"]


def test_the_status_is_left_alone_if_so_chosen_or_if_something_is_left(integration: Integration) -> None:
    assert told(integration, whole=False) == ["note", "meta"]
    integration.push_status = ""
    integration.save()
    assert told(integration) == ["note", "meta"]


@pytest.mark.parametrize("platform", connectors())
def test_a_new_connection_begins_with_what_is_usual_on_its_platform(platform: str) -> None:
    shop = connector(platform)
    assert len(set(shop.steps)) == len(shop.steps) > 0
    assert shop.shipped_status not in shop.closed_statuses
    assert all(option.values[0][0] == "" for option in shop.options)


def test_the_status_of_shipped_orders_is_the_platforms(integration: Integration) -> None:
    assert integrations.choices_of(integration).push_status == connector("woocommerce").shipped_status
