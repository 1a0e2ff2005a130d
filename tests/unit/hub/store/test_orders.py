"""Reading orders: search, one order with its parts, history, erasure."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.conftest import FakeClock
from tests.unit.hub.rows import ADDRESS, PLACED, make_integration, make_order, make_product, make_shipment
from tests.world import World
from varco.hub.models import Contact, FindingRecord, Integration, Order, OrderEvent, Organisation, PushRow, Shipment
from varco.hub.store import orders
from varco.hub.store.orders import Shown
from varco.hub.wording import status_name
from varco.model.errors import BadInput
from varco.sandbox import ShopSpec


def numbers(page: orders.OrderPage) -> list[str]:
    return [order.number for order in page.orders]


def test_newest_orders_come_first_and_the_next_page_goes_on_where_the_last_ended(integration: Integration) -> None:
    for number in range(5):
        make_order(integration, str(number), placed_at=PLACED + timedelta(minutes=number))
    first = orders.search(integration.organisation, limit=2)
    second = orders.search(integration.organisation, limit=2, before=first.orders[-1].public_id)
    last = orders.search(integration.organisation, limit=2, before=second.orders[-1].public_id)
    assert [numbers(page) for page in (first, second, last)] == [["4", "3"], ["2", "1"], ["0"]]
    assert [page.more for page in (first, second, last)] == [True, True, False]


def test_orders_of_one_second_are_neither_lost_nor_doubled_between_pages(integration: Integration) -> None:
    for number in range(7):
        make_order(integration, str(number))
    seen: list[str] = []
    page = orders.search(integration.organisation, limit=3)
    seen += numbers(page)
    while page.more:
        page = orders.search(integration.organisation, limit=3, before=page.orders[-1].public_id)
        seen += numbers(page)
    assert sorted(seen) == [str(number) for number in range(7)]


@pytest.mark.parametrize(
    "text", ["2002", "#2002", "müller", "MÜLLER", "werk", "k.muell", "abc-9", "1Z999", "müller werk 2002", "  müller  "]
)
def test_search_finds_by_number_name_company_email_sku_and_tracking_number(integration: Integration, text: str) -> None:
    make_order(integration, "1001")
    person = {**ADDRESS, "name": "Käthe Müller", "company": "Werkstatt", "email": "k.mueller@example.de"}
    found = make_order(integration, "2002", address=person, lines=[("ABC-99", 1)])
    make_shipment(found, "1Z999AA1")
    assert numbers(orders.search(integration.organisation, text=text, shown="all")) == ["2002"]


@pytest.mark.parametrize("text", ["müller rossi", "100%", "_", "\\", "'; --"])
def test_search_takes_every_sign_as_it_is_and_demands_every_word(integration: Integration, text: str) -> None:
    make_order(integration, address={**ADDRESS, "name": "Käthe Müller"})
    assert orders.search(integration.organisation, text=text, shown="all").orders == []


@pytest.mark.parametrize(
    ("shown", "expected"), [("open", ["1"]), ("shipped", ["2"]), ("all", ["1", "2", "3", "4", "5"])]
)
def test_open_are_those_that_wait_to_be_shipped(integration: Integration, shown: Shown, expected: list[str]) -> None:
    make_order(integration, "1", status="on-hold")
    make_order(integration, "2", shipped_at=PLACED)
    make_order(integration, "3", status="completed")
    make_order(integration, "4", status="cancelled")
    make_order(integration, "5", gone_at=PLACED)
    assert sorted(numbers(orders.search(integration.organisation, shown=shown))) == expected


def test_filters_by_connection_and_status(integration: Integration) -> None:
    second = make_integration(integration.organisation, "Second")
    make_order(integration, "1", status="on-hold")
    make_order(integration, "2")
    make_order(second, "3")
    organisation = integration.organisation
    assert numbers(orders.search(organisation, integration=second)) == ["3"]
    assert numbers(orders.search(organisation, status="on-hold")) == ["1"]


def test_another_organisations_orders_are_not_found(integration: Integration, other_organisation: Organisation) -> None:
    foreign = make_order(make_integration(other_organisation, "Foreign"), "9")
    make_shipment(foreign, "FOREIGN1")
    mine = integration.organisation
    for text in ("", "9", "giulia", "SKU-1", "FOREIGN1"):
        assert orders.search(mine, text=text, shown="all").orders == []
    assert orders.get(mine, foreign.public_id) is None
    with pytest.raises(BadInput):
        orders.search(mine, before=foreign.public_id)


def test_a_page_tells_pieces_problems_and_what_the_shop_does_not_know_yet(integration: Integration) -> None:
    plain = make_order(integration, "1", lines=[("A", 2), ("B", 3)])
    plain.lines.filter(sku="B").update(gone_at=PLACED)
    troubled = make_order(integration, "2")
    FindingRecord.objects.create(
        organisation=integration.organisation,
        integration=integration,
        order=troubled,
        code="doubled-in-shop",
        confidence="certain",
        first_seen_at=PLACED,
        last_seen_at=PLACED,
    )
    make_shipment(make_order(integration, "3"))
    make_shipment(make_order(integration, "4"), pushed=True)
    page = orders.search(integration.organisation, shown="all")
    rows: list[Any] = list(page.orders)
    marks = {order.number: (order.pieces, order.has_problem, order.is_untold) for order in rows}
    assert marks == {
        "1": (2, False, False),
        "2": (2, True, False),
        "3": (2, False, True),
        "4": (2, False, False),
    }


def test_a_page_asks_the_same_number_of_questions_however_long_it_is(
    integration: Integration, django_assert_num_queries: object
) -> None:
    for number in range(30):
        make_order(integration, str(number))
    with django_assert_num_queries(1):  # type: ignore[operator]
        page = orders.search(integration.organisation)
        assert {(order.integration.name, order.contact.shipping["city"]) for order in page.orders} == {
            ("Bottega", "Bologna")
        }


def test_an_order_comes_with_weights_customs_data_and_what_is_left(integration: Integration) -> None:
    order = make_order(integration, lines=[("A", 2), ("B", 3)])
    make_product(integration, "p1", weight_g=350)
    make_product(integration, "p2", weight_g=100, hs_code="", origin="")
    sheet = orders.get(integration.organisation, order.public_id)
    assert sheet is not None
    assert [(line.row.sku, int(line.left), line.weight_g) for line in sheet.lines] == [("A", 2, 350), ("B", 3, 100)]
    assert sheet.lines[0].product is not None
    assert (sheet.lines[0].product.hs_code, sheet.lines[0].product.origin) == ("6912 00", "IT")
    assert sheet.weight_left_g == 1000


def test_the_weight_is_not_guessed_where_a_product_has_none(integration: Integration) -> None:
    order = make_order(integration, lines=[("A", 2), ("B", 3)])
    make_product(integration, "p1")
    sheet = orders.sheet_of(order)
    assert sheet.weight_left_g is None


def test_lines_that_are_gone_come_last_and_nothing_of_them_is_left(integration: Integration) -> None:
    order = make_order(integration, lines=[("A", 2), ("B", 3)])
    order.lines.filter(sku="A").update(gone_at=PLACED)
    assert [(line.row.sku, int(line.left)) for line in orders.sheet_of(order).lines] == [("B", 3), ("A", 0)]


def test_a_shipped_order_tells_its_shipments_and_what_the_shop_was_told(integration: Integration) -> None:
    order = make_order(integration)
    shipment = make_shipment(order)
    sheet = orders.sheet_of(order)
    assert list(sheet.shipments) == [shipment]
    assert [(row.step, row.state) for row in sheet.pushes] == [("note", PushRow.DUE)]
    assert sheet.lines[0].left == Decimal(0)


def test_history_ends_with_the_day_the_order_came_in(integration: Integration) -> None:
    order = make_order(integration)
    for minutes, kind in ((5, "status"), (9, "shipped")):
        OrderEvent.objects.create(
            organisation=order.organisation,
            order=order,
            at=PLACED + timedelta(minutes=minutes),
            actor="shop",
            kind=kind,
        )
    assert [event.kind for event in orders.history(order)] == ["shipped", "status", "came"]


def test_statuses_are_named_as_the_shop_names_them(integration: Integration) -> None:
    integration.shop_statuses = [{"slug": "processing", "name": "In lavorazione"}]
    integration.save()
    assert status_name(integration, "processing") == "In lavorazione"
    assert status_name(integration, "at-the-printer") == "at-the-printer"
    assert orders.statuses(integration.organisation) == [("processing", "In lavorazione")]


def test_erasing_empties_everything_that_tells_of_people(integration: Integration) -> None:
    order = make_order(integration)
    shipment = make_shipment(order)
    Contact.objects.filter(order=order).update(customer_note="Ring at Giulia's")
    orders.erase(order, "rossi@shop.example")
    orders.erase(order, "rossi@shop.example")
    contact = Contact.objects.get(order=order)
    assert (contact.billing, contact.shipping, contact.customer_note) == ({}, {}, "")
    assert Shipment.objects.get(pk=shipment.pk).recipient == {}
    assert Order.objects.get(pk=order.pk).erased_at is not None
    assert [(event.kind, event.actor) for event in order.events.all()] == [("erased", "rossi@shop.example")]


@pytest.mark.django_db(transaction=True)
def test_the_import_does_not_bring_erased_people_back(organisation: Organisation, clock: FakeClock) -> None:
    world = World(organisation, clock, ShopSpec())
    (remote_id,) = world.shop.backstage.add_orders(1, days=1, status="processing", oddities=[])
    world.run(600)
    order = Order.objects.get(remote_id=str(remote_id))
    assert order.contact.shipping
    orders.erase(order, "rossi@shop.example")
    world.shop.backstage.edit([remote_id], {"billing": {"first_name": "Somebody", "last_name": "New"}})
    world.shop.backstage.set_status([remote_id], "on-hold")
    world.run(1800)
    world.refresh()
    contact = Contact.objects.get(order=order)
    assert (contact.billing, contact.shipping) == ({}, {})
    assert Order.objects.get(pk=order.pk).erased_at is not None


def test_a_status_that_two_shops_call_differently_is_named_by_both(
    organisation: Organisation, integration: Integration
) -> None:
    integration.shop_statuses = [{"slug": "2", "name": "Pagamento accettato"}, {"slug": "4", "name": "Spedito"}]
    integration.save()
    second = make_integration(organisation, "Second")
    second.shop_statuses = [{"slug": "2", "name": "Payment accepted"}, {"slug": "4", "name": "Spedito"}]
    second.save()
    assert orders.statuses(organisation) == [("2", "Pagamento accettato / Payment accepted"), ("4", "Spedito")]
    assert orders.statuses(organisation, second) == [("2", "Payment accepted"), ("4", "Spedito")]
