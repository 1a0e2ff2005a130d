"""People's data goes when the organisation's time for it is over, and not before the order is closed."""

from __future__ import annotations

from tests.conftest import FakeClock
from tests.unit.hub.rows import make_order
from varco.hub.models import Contact, Integration
from varco.hub.store.chores import apply_retention

TWO_YEARS_S = 731 * 86_400


def test_only_orders_closed_for_long_lose_their_people(integration: Integration, clock: FakeClock) -> None:
    closed = make_order(integration, "1", status="completed")
    waiting = make_order(integration, "2", status="processing")
    assert apply_retention() == 0
    clock.move(TWO_YEARS_S)
    assert apply_retention() == 1
    assert Contact.objects.get(order=closed).shipping == {}
    assert Contact.objects.get(order=waiting).shipping != {}
    assert apply_retention() == 0, "once is enough"
