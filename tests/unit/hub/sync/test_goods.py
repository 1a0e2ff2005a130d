"""Products: read again when they change, corrected here, and written back where that is switched on."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.conftest import FakeClock
from tests.world import World
from varco.hub.models import FindingRecord, Integration, Order, OrderEvent, OrderLine, Organisation, Product
from varco.hub.store import corrections, exports, integrations, orders
from varco.hub.store.corrections import Correction
from varco.model.errors import BadInput
from varco.sandbox import Kind, ShopSpec, Wall

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = 3600


@pytest.fixture
def world(organisation: Organisation, clock: FakeClock) -> World:
    made = World(organisation, clock, ShopSpec(orders=20, days=10), poll_interval_s=900)
    made.run(1000)
    return made


def an_open_line(world: World, *, variation: bool = False) -> OrderLine:
    lines = OrderLine.objects.filter(order__status="processing", order__shipped_at=None, gone_at=None)
    known = Product.objects.filter(integration=world.integration, missing=False).values("remote_id")
    rows = lines.filter(product_id__in=known).select_related("order__integration").order_by("pk")
    found: OrderLine = next(row for row in rows if ("/" in row.product_id) is variation)
    return found


def product_of(line: OrderLine) -> Product:
    found: Product = Product.objects.get(integration=line.order.integration, remote_id=line.product_id)
    return found


def in_shop(world: World, line: OrderLine) -> str | None:
    """The weight that was corrected there, as it stands."""
    return world.shop.state.weights.get(int(line.product_id.rpartition("/")[2]))


def switch_on(world: World) -> None:
    row = Integration.objects.get(pk=world.integration.pk)
    integrations.change(row, replace(integrations.choices_of(row), push_products=True))


def test_a_weight_that_changes_in_the_shop_is_known_within_a_day(world: World) -> None:
    line = an_open_line(world)
    world.shop.state.weights[int(line.product_id)] = "4.25"
    world.run(25 * HOUR)
    assert product_of(line).weight_g == 4250
    sheet = orders.get(world.organisation, line.order.public_id)
    assert sheet is not None
    assert next(one for one in sheet.lines if one.row.pk == line.pk).weight_g == 4250


def test_products_of_shipped_orders_are_left_alone(world: World) -> None:
    Order.objects.update(shipped_at=world.clock.now())
    before = dict(Product.objects.values_list("pk", "read_at"))
    world.run(25 * HOUR)
    assert dict(Product.objects.values_list("pk", "read_at")) == before


def test_a_correction_holds_in_every_order_and_survives_the_next_reading(world: World) -> None:
    line = an_open_line(world)
    corrections.correct(line, Correction(weight_g=777, hs_code="6912.00", origin="it"), by="rossi@shop.example")
    world.run(25 * HOUR)
    row = product_of(line)
    assert (row.known_weight_g, row.known_hs_code, row.known_origin) == (777, "6912.00", "IT")
    assert in_shop(world, line) is None
    assert "corrected" in OrderEvent.objects.filter(order=line.order).values_list("kind", flat=True)
    same = OrderLine.objects.filter(product_id=line.product_id, order__integration=world.integration)
    assert all(product_of(one).known_weight_g == 777 for one in same)
    assert exports.csv_of(world.organisation, "plain")


@pytest.mark.parametrize("variation", [False, True])
def test_a_corrected_weight_reaches_the_shop_if_that_is_switched_on(world: World, variation: bool) -> None:
    switch_on(world)
    line = an_open_line(world, variation=variation)
    corrections.correct(line, Correction(weight_g=777), by="rossi@shop.example")
    world.run(30)
    assert in_shop(world, line) == "0.777"
    row = product_of(line)
    assert (row.weight_g, row.own_weight_g, row.tell_at) == (777, None, None)

    world.shop.state.weights[int(line.product_id.rpartition("/")[2])] = "0.8"
    world.run(25 * HOUR)
    assert product_of(line).known_weight_g == 800


def test_an_ean_reaches_the_shop_and_an_hs_code_stays_here(world: World) -> None:
    switch_on(world)
    line = an_open_line(world)
    corrections.correct(line, Correction(ean="4006381333931", hs_code="6912.00"), by="rossi@shop.example")
    world.run(30)
    assert world.shop.state.eans == {int(line.product_id): "4006381333931"}
    row = product_of(line)
    assert (row.ean, row.own_ean, row.own_hs_code, row.tell_at) == ("4006381333931", "", "6912.00", None)


def test_what_was_corrected_before_is_told_once_it_is_switched_on(world: World) -> None:
    line = an_open_line(world)
    corrections.correct(line, Correction(weight_g=777), by="rossi@shop.example")
    world.run(HOUR)
    assert in_shop(world, line) is None
    switch_on(world)
    world.run(HOUR)
    assert in_shop(world, line) == "0.777"


def test_a_shop_that_refuses_is_said_and_told_later_and_orders_go_on_coming(world: World) -> None:
    switch_on(world)
    world.shop.backstage.set_walls([Wall(kind=Kind.REFUSED, methods=("POST",), path="/products/")])
    line = an_open_line(world)
    corrections.correct(line, Correction(weight_g=777), by="rossi@shop.example")
    world.run(HOUR)
    row = product_of(line)
    assert row.known_weight_g == 777
    assert row.tell_failures >= 2
    found = FindingRecord.objects.get(channel=corrections.CHANNEL, cleared_at=None)
    assert found.code == "refused-by-server"
    assert integrations.summary(Integration.objects.get()).state == "ok"

    world.shop.backstage.set_walls([])
    world.run(3 * HOUR)
    assert in_shop(world, line) == "0.777"
    assert not FindingRecord.objects.filter(channel=corrections.CHANNEL, cleared_at=None).exists()


def test_a_correction_that_says_what_the_shop_says_is_none(world: World) -> None:
    line = an_open_line(world)
    told = product_of(line)
    corrections.correct(line, Correction(weight_g=told.weight_g, hs_code=told.hs_code), by="rossi@shop.example")
    row = product_of(line)
    assert (row.own_weight_g, row.own_hs_code) == (None, "")


@pytest.mark.parametrize(
    ("correction", "said"),
    [
        (Correction(weight_g=0), "between one gram and a ton"),
        (Correction(weight_g=1_000_001), "between one gram and a ton"),
        (Correction(ean="4006381333932"), "look for a slip"),
        (Correction(ean="40063813"), "look for a slip"),
        (Correction(hs_code="cup"), "An HS code is"),
        (Correction(origin="Italia"), "two letters"),
        (Correction(origin="1T"), "two letters"),
    ],
)
def test_what_cannot_be_is_refused(world: World, correction: Correction, said: str) -> None:
    line = an_open_line(world)
    with pytest.raises(BadInput) as refused:
        corrections.correct(line, correction, by="rossi@shop.example")
    assert said in str(refused.value)
    assert product_of(line).own_weight_g is None
