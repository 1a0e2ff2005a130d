"""From the ship form to the shop's own page, with a pretend shop; and what is said when it cannot be."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from tests.conftest import FakeClock
from tests.unit.hub.rows import ADDRESS, make_order, make_product, make_shipment
from tests.unit.hub.web.test_order_pages import text
from tests.world import World
from varco.hub.models import Contact, Integration, NumberRange, Operation, Order, Organisation, Parcel, Shipment
from varco.sandbox import Kind, ShopSpec, Wall

HTMX = {"HX-Request": "true"}


def form_of(*orders: Order, **values: Any) -> dict[str, Any]:
    """As a person would send it: all that is left, in one parcel."""
    lines = {f"line_{line.pk}": line.quantity for order in orders for line in order.lines.filter(gone_at=None)}
    seen = {f"seen_{order.pk}": bytes(order.content_hash).hex() for order in orders}
    return {
        "order": [str(order.public_id) for order in orders],
        "carrier_name": "Corriere Veloce",
        "number_range": "",
        "link_template": "https://carrier.example/{number}",
        "reference": "",
        "parcels": "1",
        "number_1": "CV1001",
        "weight_1": "1,25",
        "request_key": str(uuid4()),
        **lines,
        **seen,
        **values,
    }


def opened(browser: Client, *orders: Order, **query: str) -> Any:
    """The form for these orders, or where it leads instead."""
    return browser.get("/ship/", {"order": [str(order.public_id) for order in orders], **query}, follow=True)


@pytest.mark.django_db
class TestForm:
    def test_offers_the_last_carrier_and_link_and_the_products_weight(
        self, browser: Client, integration: Integration
    ) -> None:
        make_product(integration)
        before = make_shipment(make_order(integration, "900"), "OLD/1")
        before.parcels.update(tracking_url="https://carrier.example/OLD%2F1?lang=it")
        order = make_order(integration)
        page = text(opened(browser, order))
        assert 'value="Corriere Veloce"' in page
        assert 'value="https://carrier.example/{number}?lang=it"' in page
        assert 'name="weight_1" value="0.7"' in page
        assert f'name="line_{order.lines.get().pk}" value="2"' in page

    def test_the_weight_is_left_open_where_a_product_has_none(self, browser: Client, integration: Integration) -> None:
        page = text(opened(browser, make_order(integration)))
        assert 'name="weight_1" value' not in page

    def test_asks_a_worker_with_what_was_typed(self, browser: Client, integration: Integration) -> None:
        order = make_order(integration)
        sent = form_of(order)
        response = browser.post("/ship/", sent)
        asked = Operation.objects.get()
        assert response.headers["Location"] == f"/ship/{asked.public_id}/"
        assert asked.params == {
            "orders": [str(order.public_id)],
            "lines": {str(order.lines.get().pk): "2"},
            "carrier_name": "Corriere Veloce",
            "parcels": [{"number": "CV1001", "weight_g": 1250}],
            "request_key": sent["request_key"],
            "link_template": "https://carrier.example/{number}",
            "number_range": None,
            "reference": "",
            "seen_hashes": {str(order.public_id): bytes(order.content_hash).hex()},
            "unread_ok": False,
        }

    def test_sent_twice_is_one_operation(self, browser: Client, integration: Integration) -> None:
        sent = form_of(make_order(integration))
        assert browser.post("/ship/", sent).headers["Location"] == browser.post("/ship/", sent).headers["Location"]
        assert Operation.objects.count() == 1

    def test_a_parcel_more_keeps_what_was_typed(self, browser: Client, integration: Integration) -> None:
        order = make_order(integration)
        more = text(browser.post("/ship/", form_of(order, more="1", carrier_name="Typed"), headers=HTMX))
        assert 'name="number_2"' in more
        assert 'value="CV1001"' in more
        assert 'value="Typed"' in more
        both = form_of(order, parcels="2", number_2="CV1002", weight_2="")
        fewer = text(browser.post("/ship/", {**both, "fewer": "1"}))
        assert 'name="number_2"' not in fewer
        assert not Operation.objects.exists()
        browser.post("/ship/", both)
        assert Operation.objects.get().params["parcels"] == [
            {"number": "CV1001", "weight_g": 1250},
            {"number": "CV1002", "weight_g": None},
        ]

    def test_part_of_an_order_can_go(self, browser: Client, integration: Integration) -> None:
        order = make_order(integration, lines=[("A", 2), ("B", 3)])
        first, second = order.lines.order_by("position")
        browser.post("/ship/", form_of(order, **{f"line_{first.pk}": "1", f"line_{second.pk}": ""}))
        assert Operation.objects.get().params["lines"] == {str(first.pk): "1"}

    @pytest.mark.parametrize(
        ("wrong", "word"),
        [
            ({"carrier_name": ""}, "required"),
            ({"number_1": ""}, "required"),
            ({"number_1": "two words"}, "without spaces"),
            ({"weight_1": "heavy"}, "kilograms"),
            ({"link_template": "https://carrier.example/"}, "needs {number}"),
            ({"request_key": "x"}, "cannot be read"),
            ({"parcels": "999"}, "cannot be read"),
        ],
    )
    def test_what_cannot_be_is_said_beside_the_field(
        self, browser: Client, integration: Integration, wrong: dict[str, str], word: str
    ) -> None:
        page = text(browser.post("/ship/", form_of(make_order(integration), **wrong)), 400)
        assert word in page
        assert not Operation.objects.exists()

    @pytest.mark.parametrize(
        ("quantity", "word"), [("3", "less than or equal to 2"), ("-1", "greater than"), ("0", "enter a quantity")]
    )
    def test_no_more_than_what_is_left_and_something_goes(
        self, browser: Client, integration: Integration, quantity: str, word: str
    ) -> None:
        order = make_order(integration)
        sent = form_of(order, **{f"line_{order.lines.get().pk}": quantity})
        assert word in text(browser.post("/ship/", sent), 400)

    def test_a_range_gives_the_number_but_one_must_be_given(self, browser: Client, integration: Integration) -> None:
        row = NumberRange.objects.create(
            organisation=integration.organisation, name="Own", carrier_name="Poste", prefix="RR", next_serial=7
        )
        order = make_order(integration)
        assert "Own: next is RR00000007" in text(opened(browser, order))
        refused = browser.post("/ship/", form_of(order, number_1=""))
        assert "Type the number, or choose a number range" in text(refused, 400)
        browser.post("/ship/", form_of(order, number_1="", number_range=str(row.public_id)))
        assert Operation.objects.get().params["number_range"] == str(row.public_id)

    def test_orders_of_one_recipient_go_together(self, browser: Client, integration: Integration) -> None:
        one, two = make_order(integration, "1"), make_order(integration, "2")
        page = text(opened(browser, one, two))
        assert "Ship 2 orders together" in page
        browser.post("/ship/", form_of(one, two))
        assert Operation.objects.get().params["orders"] == [str(one.public_id), str(two.public_id)]

    def test_orders_of_different_recipients_do_not(self, browser: Client, integration: Integration) -> None:
        one = make_order(integration, "1")
        two = make_order(integration, "2", address={**ADDRESS, "line1": "Via Roma 2"})
        page = opened(browser, one, two)
        assert "different addresses" in text(page)

    def test_an_address_that_no_carrier_finds_stops_it(self, browser: Client, integration: Integration) -> None:
        order = make_order(integration, address={"name": "Nobody"})
        assert "Complete it in the shop" in text(opened(browser, order))

    def test_what_is_shipped_cannot_be_shipped_again(self, browser: Client, integration: Integration) -> None:
        order = make_order(integration)
        make_shipment(order)
        assert "Nothing is left" in text(opened(browser, order))

    def test_nothing_chosen_leads_back_to_the_list(self, browser: Client) -> None:
        assert "Choose the orders to ship" in text(browser.get("/ship/", follow=True))

    @pytest.mark.parametrize("order", ["nonsense", "0199c0de-0000-7000-8000-000000000001"])
    def test_an_order_that_is_not_there_is_not_found(self, browser: Client, order: str) -> None:
        assert browser.get("/ship/", {"order": order}).status_code == 404


@pytest.fixture
def world(organisation: Organisation, clock: FakeClock) -> World:
    made = World(organisation, clock, ShopSpec())
    made.shop.backstage.add_orders(2, days=2, status="processing", oddities=[])
    made.run(600)
    return made


def first_order(world: World) -> Order:
    row: Order | None = Order.objects.filter(integration=world.integration).order_by("pk").first()
    assert row is not None
    return row


def send(browser: Client, world: World, order: Order, **values: Any) -> Operation:
    """Send the form, and let the worker do it."""
    browser.post("/ship/", form_of(order, **values))
    return world.do(Operation.objects.filter(kind="ship").latest("pk"))


@pytest.mark.django_db(transaction=True)
class TestShipping:
    def test_from_the_form_to_the_label_to_the_shop(self, browser: Client, world: World) -> None:
        order = first_order(world)
        browser.post("/ship/", form_of(order))
        asked = Operation.objects.get(kind="ship")
        path = f"/ship/{asked.public_id}/"
        assert "Reading the order in the shop" in text(browser.get(path))
        assert 'hx-trigger="every 700ms"' in text(browser.get(path, headers=HTMX))
        assert world.do(asked).state == Operation.DONE
        shipment = Shipment.objects.get()
        done = browser.get(path, headers=HTMX)
        assert done.headers["HX-Redirect"] == f"/shipments/{shipment.public_id}/"
        page = text(browser.get(path, follow=True))
        assert "CV1001" in page
        assert "https://carrier.example/CV1001" in page
        assert "Waiting for the shop" in page
        label = browser.get(f"/shipments/{shipment.public_id}/label.pdf")
        assert (label.headers["Content-Type"], label.content[:5]) == ("application/pdf", b"%PDF-")
        world.run(60)
        held = world.shop.backstage.order(int(order.remote_id))
        assert held is not None
        assert held.tracking_numbers == ("CV1001",)
        assert held.status == "completed"
        state = text(browser.get(f"/shipments/{shipment.public_id}/state/"))
        assert "Note written" in state
        assert "hx-trigger" not in state
        assert "CV1001" in text(browser.get("/shipments/"))

    def test_an_order_that_changed_meanwhile_is_shown_anew(self, browser: Client, world: World) -> None:
        order = first_order(world)
        world.shop.backstage.edit([int(order.remote_id)], {"shipping": {"address_1": "Via Nuova 5", "city": "Bologna"}})
        failed = send(browser, world, order, carrier_name="My Carrier")
        assert failed.finding_code == "order-changed"
        page = text(browser.get(f"/ship/{failed.public_id}/"))
        assert "address" in page
        assert "Ship anyway" not in page
        again = text(opened(browser, order, again=str(failed.public_id)))
        assert "Via Nuova 5" in again
        assert 'value="My Carrier"' in again
        assert 'value="CV1001"' in again
        order.refresh_from_db()
        assert send(browser, world, order).state == Operation.DONE

    def test_an_order_that_was_cancelled_stops_it(self, browser: Client, world: World) -> None:
        order = first_order(world)
        world.shop.backstage.set_status([int(order.remote_id)], "cancelled")
        failed = send(browser, world, order)
        assert failed.finding_code == "order-closed"
        page = text(browser.get(f"/ship/{failed.public_id}/"))
        assert "Look at the order" in page
        assert "Ship anyway" not in page
        assert browser.post(f"/ship/{failed.public_id}/anyway/").headers["Location"] == f"/ship/{failed.public_id}/"
        assert Operation.objects.filter(kind="ship").count() == 1

    def test_a_shop_out_of_reach_lets_the_person_decide(self, browser: Client, world: World) -> None:
        order = first_order(world)
        world.shop.backstage.set_walls([Wall(kind=Kind.MAINTENANCE)])
        failed = send(browser, world, order)
        assert failed.state == Operation.FAILED
        page = text(browser.get(f"/ship/{failed.public_id}/"))
        assert "Under maintenance" in page
        assert "Nothing is shipped yet" in page
        assert "Ship anyway" in page
        browser.post(f"/ship/{failed.public_id}/anyway/")
        assert world.do(Operation.objects.filter(kind="ship").latest("pk")).state == Operation.DONE
        assert Parcel.objects.get().tracking_number == "CV1001"
        world.shop.backstage.set_walls([])
        world.run(7200)
        held = world.shop.backstage.order(int(order.remote_id))
        assert held is not None
        assert held.tracking_numbers == ("CV1001",)


@pytest.mark.django_db
class TestShipmentPage:
    def test_the_carrier_has_it_is_noted_once(self, browser: Client, integration: Integration) -> None:
        shipment = make_shipment(make_order(integration))
        path = f"/shipments/{shipment.public_id}/"
        assert "The carrier has it" in text(browser.get(path))
        page = text(browser.post(f"{path}handed-over/", follow=True))
        assert "Noted: the carrier has it" in page
        shipment.refresh_from_db()
        assert shipment.handed_over_at is not None

    def test_without_a_push_the_page_says_when_the_shop_is_told(
        self, browser: Client, integration: Integration
    ) -> None:
        shipment = make_shipment(make_order(integration))
        shipment.push_rows.all().delete()
        assert "The shop is told when the carrier has the parcel" in text(
            browser.get(f"/shipments/{shipment.public_id}/")
        )

    def test_an_erased_address_prints_no_label(self, browser: Client, integration: Integration) -> None:
        shipment = make_shipment(make_order(integration))
        Shipment.objects.update(recipient={})
        page = text(browser.get(f"/shipments/{shipment.public_id}/label.pdf", follow=True))
        assert "erased" in page
        assert "Giulia" not in page

    def test_the_empty_list_says_how_to_begin(self, browser: Client) -> None:
        assert "Nothing was shipped yet" in text(browser.get("/shipments/"))

    def test_a_note_of_the_customer_stands_beside_the_form(self, browser: Client, integration: Integration) -> None:
        order = make_order(integration)
        Contact.objects.update(customer_note="Ring twice")
        assert "Ring twice" in text(opened(browser, order))
