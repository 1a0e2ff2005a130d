"""What the contract says of every connector, asked of a real shop. It changes orders there: never the shop of somebody
who sells.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from tests.contract.stages import Readable, Reader
from tests.live.shop import named_shop
from varco.model.errors import ShopFault
from varco.model.identity import METHODS
from varco.model.order import Order
from varco.model.probe import AnsweredBy
from varco.model.secret import Secret
from varco.model.shipment import Publication, Published, PushStep, ShippedLine, Tracking
from varco.shops.base import OrderFilter, ShopProfile

REAL = named_shop()
STEPS = REAL.kind.steps
CHANGES = 5


@pytest.fixture(scope="module", autouse=True)
def connected() -> Iterator[None]:
    with REAL:
        yield


@pytest.fixture(scope="module")
def profile() -> ShopProfile:
    return REAL.ask(lambda shop: shop.profile())


@pytest.fixture(scope="module")
def everything(profile: ShopProfile) -> OrderFilter:
    return OrderFilter(statuses=tuple(status.slug for status in profile.statuses), placed_after=None)


def imported(wanted: OrderFilter) -> Reader:
    async def read(stage: Readable) -> Reader:
        reader = Reader(stage, wanted)
        await reader.read_import()
        return reader

    return REAL.read(read)


def follow(reader: Reader) -> None:
    async def read(stage: Readable) -> None:
        reader.stage = stage
        await reader.read_changes()

    REAL.read(read)


@pytest.fixture(scope="module")
def waiting(everything: OrderFilter) -> list[Order]:
    """Orders that are to be shipped, with goods, newest first. Each test takes its own away."""
    held = imported(everything).held.values()
    found = [order for order in held if order.status == REAL.hands.waiting and order.lines]
    assert len(found) > CHANGES + len(STEPS), "the shop needs more orders that wait to be shipped"
    return sorted(found, key=lambda order: order.placed_at)


class TestKnowing:
    def test_it_is_recognised_without_keys(self) -> None:
        stranger = msgspec.structs.replace(REAL.access, credentials={})
        found = REAL.ask(lambda shop: shop.recognise(), stranger)
        assert (found.platform, found.final_url) == (REAL.kind.platform, REAL.access.base_url)

    def test_it_tells_what_the_hub_must_know(self, profile: ShopProfile) -> None:
        assert profile.final_url == REAL.access.base_url
        assert profile.version[0].isdigit()
        assert len(profile.currency) == 3
        assert {*REAL.kind.default_statuses, REAL.hands.waiting} <= {status.slug for status in profile.statuses}

    def test_its_keys_may_read_and_write(self) -> None:
        found = REAL.ask(lambda shop: shop.permissions())
        assert (found.read_orders, found.write_orders, found.problems) == (True, True, ())

    def test_wrong_keys_are_named(self) -> None:
        turned = {name: Secret(secret.reveal()[::-1]) for name, secret in REAL.access.credentials.items()}
        wrong = msgspec.structs.replace(REAL.access, credentials=turned)
        with pytest.raises(ShopFault) as told:
            REAL.ask(lambda shop: shop.preview(OrderFilter(statuses=(REAL.hands.waiting,), placed_after=None)), wrong)
        assert told.value.finding.code in ("keys-wrong", "keys-not-accepted", "key-unknown")

    @pytest.mark.parametrize("method", METHODS)
    def test_every_method_reaches_its_software_and_changes_nothing(self, method: str) -> None:
        assert REAL.probe(method) is AnsweredBy.APPLICATION


class TestReading:
    @pytest.mark.parametrize("days", [None, 30])
    def test_the_import_holds_what_the_shop_counts(self, everything: OrderFilter, days: int | None) -> None:
        since = None if days is None else datetime.now(UTC).replace(microsecond=0) - timedelta(days=days)
        wanted = msgspec.structs.replace(everything, placed_after=since)
        reader = imported(wanted)
        counted = REAL.ask(lambda shop: shop.count(wanted))
        preview = REAL.ask(lambda shop: shop.preview(wanted))
        held = reader.held.values()
        ours = {status: sum(order.status == status for order in held) for status in wanted.statuses}
        assert {status: ours.get(status) for status in counted} == counted
        assert preview.count == len(held)
        assert preview.oldest_placed_at == min(order.placed_at for order in held)

    def test_orders_read_one_by_one_and_many_at_once_are_the_same(self, everything: OrderFilter) -> None:
        ids = sorted(imported(everything).held)[:CHANGES]
        many = REAL.ask(lambda shop: shop.orders(ids))
        one_by_one = [REAL.order(number) for number in ids]
        assert sorted(many, key=lambda order: order.remote_id) == one_by_one

    def test_an_order_that_never_was_is_gone(self) -> None:
        assert REAL.order("99999999") is None

    def test_goods_have_weights(self, everything: OrderFilter) -> None:
        held = imported(everything).held.values()
        keys = sorted({line.product_id for order in held for line in order.lines if line.product_id})
        found = REAL.ask(lambda shop: shop.products(keys))
        assert {product.remote_id for product in found} <= set(keys)
        assert any(product.weight_g for product in found)


class TestChanges:
    def test_what_people_do_in_the_shop_is_seen(self, everything: OrderFilter, waiting: list[Order]) -> None:
        chosen = [waiting.pop().remote_id for _ in range(CHANGES)]
        reader = imported(everything)
        for number in chosen:
            REAL.set_status(number, REAL.hands.held_back)
        follow(reader)
        assert {reader.held[number].status for number in chosen} == {REAL.hands.held_back}
        for number in chosen:
            REAL.set_status(number, REAL.hands.waiting)
        follow(reader)
        assert {reader.held[number].status for number in chosen} == {REAL.hands.waiting}

    def test_an_order_that_is_put_away_is_seen(self, everything: OrderFilter, waiting: list[Order]) -> None:
        number = waiting.pop().remote_id
        reader = imported(everything)
        where = REAL.let(lambda hands: hands.put_away(number))
        follow(reader)
        assert reader.held[number].status == where
        now = REAL.order(number)
        assert now is not None
        assert now.status == where

    def test_a_quiet_shop_says_nothing_new(self, everything: OrderFilter) -> None:
        reader = imported(everything)
        follow(reader)
        held, rows = dict(reader.held), reader.rows
        follow(reader)
        assert reader.held == held
        assert reader.rows - rows <= len(held)


def tracking_for(order: Order) -> Tracking:
    number = f"VARCO{secrets.token_hex(5).upper()}"
    lines = tuple(ShippedLine(remote_line_id=line.remote_line_id, quantity=str(line.quantity)) for line in order.lines)
    url = f"https://track.example/?n={number}"
    return Tracking(number=number, carrier="BRT", url=url, shipped_at=datetime.now(UTC), lines=lines)


def publication(order: Order, step: PushStep) -> Publication:
    tracking = tracking_for(order)
    return Publication(
        step=step,
        order_remote_id=order.remote_id,
        trackings=(tracking,),
        note=f"Spedito con BRT, numero {tracking.number}. È partito! {tracking.url}",
        status=REAL.hands.written,
        from_statuses=(REAL.hands.waiting,),
    )


class TestWriting:
    @pytest.mark.parametrize("step", STEPS)
    def test_twice_is_once(self, step: PushStep, profile: ShopProfile, waiting: list[Order]) -> None:
        order = waiting.pop()
        wanted = publication(order, step)
        known = step is not PushStep.FULFILMENT or profile.has_fulfilments
        first = REAL.publish(wanted)
        again = REAL.publish(wanted)
        expected = (Published.WRITTEN, Published.ALREADY_THERE) if known else (Published.NOT_WANTED,) * 2
        assert (first, again) == expected
        told = REAL.let(lambda hands: hands.times_told(order.remote_id, wanted.trackings[0].number))
        assert max(told.values()) <= 1
        assert sum(told.values()) == (known and step is not PushStep.STATUS)

    def test_all_steps_of_a_shipment_stand_there_once(self, profile: ShopProfile, waiting: list[Order]) -> None:
        order = waiting.pop()
        tracking = tracking_for(order)
        for step in STEPS:
            wanted = msgspec.structs.replace(publication(order, step), trackings=(tracking,), note=tracking.number)
            REAL.publish(wanted)
        told = REAL.let(lambda hands: hands.times_told(order.remote_id, tracking.number))
        assert set(told.values()) == {1}
        now = REAL.order(order.remote_id)
        assert now is not None
        assert now.status == REAL.hands.ends_as

    def test_a_status_that_the_shop_does_not_have_is_named(self, waiting: list[Order]) -> None:
        order = waiting[-1]
        wanted = msgspec.structs.replace(publication(order, PushStep.STATUS), status="teleported")
        with pytest.raises(ShopFault) as told:
            REAL.publish(wanted)
        assert told.value.finding.code == "status-not-in-shop"
        now = REAL.order(order.remote_id)
        assert now is not None
        assert now.status == order.status

    def test_an_order_that_is_put_away_keeps_its_status(self, waiting: list[Order]) -> None:
        order = waiting.pop()
        where = REAL.let(lambda hands: hands.put_away(order.remote_id))
        assert REAL.publish(publication(order, PushStep.STATUS)) is Published.NOT_WANTED
        now = REAL.order(order.remote_id)
        assert now is not None
        assert now.status == where
