"""Two jobs that ship with the same key, at the same time, make one shipment and both find it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection, transaction

from tests.unit.hub.rows import make_order
from varco.hub.models import Integration, Order, Organisation, Shipment
from varco.hub.store import shipping
from varco.hub.store.shipping import ParcelRequest, ShipRequest

pytestmark = pytest.mark.django_db(transaction=True)


def request_for(order: Order) -> ShipRequest:
    return ShipRequest(
        orders=[order.public_id],
        lines={},
        carrier_name="Corriere",
        parcels=[ParcelRequest(number="TRK1")],
        request_key=uuid4(),
        actor="rossi@shop.example",
    )


def test_the_second_waits_for_the_first_and_finds_its_shipment(
    organisation: Organisation, integration: Integration
) -> None:
    wanted = request_for(make_order(integration))
    begun = Barrier(2)

    def second() -> int:
        begun.wait(10)
        try:
            return int(shipping.ship(organisation, wanted).pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            first = shipping.ship(organisation, wanted)
            waiting = pool.submit(second)
            begun.wait(10)
            with pytest.raises(TimeoutError):
                waiting.result(0.3)
        assert waiting.result(10) == first.pk
    assert Shipment.objects.count() == 1
