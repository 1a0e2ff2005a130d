"""One suite over every connector: it joins by having a pretend shop."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from random import Random
from typing import Any, TypeVar

import msgspec
import pytest

from tests.contract.stages import BEGAN, NAMED, OVERLAP_S, STAGES, Reader, Stage
from varco.model.errors import ShopFault
from varco.model.finding import UNKNOWN_CODE, Finding
from varco.model.probe import AnsweredBy
from varco.model.shipment import Publication, Published, PushStep, Tracking
from varco.net.kinds import KINDS
from varco.sandbox import Key, Kind, Oddity, Step, Wall
from varco.sandbox.application import application_of
from varco.shops.base import OrderFilter, Page, Shop, Splitter
from varco.shops.registry import connectors

T = TypeVar("T")
PLATFORMS = sorted(connectors())
SEEDS = {"shopify": range(4)}
"""Fewer where a question takes the pretend shop long, as GraphQL does; twelve elsewhere."""
NOT_FOR_EVERY_READING = (Kind.BODY_TOO_LARGE, Kind.MOVED, Kind.NO_AUTHORIZATION)
STATUSES = ("completed", "processing", "on-hold", "cancelled")
each_platform = pytest.mark.parametrize("platform", PLATFORMS)
each_that_prints = pytest.mark.parametrize(
    "platform", [platform for platform in PLATFORMS if application_of(platform).notice]
)
"""Before its answers, when something in it is amiss."""
each_with_statuses = pytest.mark.parametrize(
    "platform", [platform for platform in PLATFORMS if PushStep.STATUS in connectors()[platform].steps]
)
each_with_seeds = pytest.mark.parametrize(
    ("platform", "seed"), [(platform, seed) for platform in PLATFORMS for seed in SEEDS.get(platform, range(12))]
)
each_step = pytest.mark.parametrize(
    ("platform", "step"), [(platform, step) for platform in PLATFORMS for step in connectors()[platform].steps]
)


def run(work: Awaitable[T]) -> T:
    async def wait() -> T:
        return await work

    return asyncio.run(wait())


def wanted_by(shop: Shop, days: float | None = 30) -> OrderFilter:
    since = None if days is None else BEGAN - timedelta(days=days)
    return OrderFilter(statuses=tuple(shop.default_statuses), placed_after=since)


def reader(stage: Stage, days: float | None = 30) -> Reader:
    return Reader(stage, wanted_by(stage.shop, days))


@each_platform
def test_every_connector_has_a_pretend_shop(platform: str) -> None:
    assert platform in STAGES


def assert_nothing_is_lost(stage: Stage, read: Reader) -> None:
    """All that is in the window and the statuses is held, and all that is held is as the shop has it."""
    there = {str(order.id): order for order in stage.backstage.orders()}
    since = read.wanted.placed_after
    for number, order in there.items():
        if order.status in read.wanted.statuses and (since is None or order.created_at >= since):
            assert number in read.held, f"order {number} was lost"
    for number, order_held in read.held.items():
        if number in there:
            assert order_held.status == there[number].status, f"what happened to order {number} was not seen"
            assert order_held.modified_at >= there[number].modified_at


@each_platform
class TestNothingIsLost:
    @pytest.mark.parametrize("count", [0, 1, 100, 101, 305])
    def test_in_a_quiet_shop(self, platform: str, count: int) -> None:
        stage = STAGES[platform](orders=count, seed=count + 1, days=60)
        read = reader(stage)
        run(read.read_import())
        assert_nothing_is_lost(stage, read)
        assert read.rows <= count + read.pages

    @pytest.mark.parametrize("seed", range(4))
    def test_while_an_import_cut_in_parts_is_read_in_a_busy_shop(self, platform: str, seed: int) -> None:
        random = Random(2000 + seed)
        stage = STAGES[platform](orders=1500, seed=seed, days=25)
        if not isinstance(stage.shop, Splitter):
            return
        ids = [order.id for order in stage.backstage.orders()]
        stage.backstage.add_orders(150, at=BEGAN - timedelta(days=20), status=stage.word("processing"))
        stage.backstage.plan(_a_busy_time(stage, random, ids, 10))
        read = Reader(stage, OrderFilter(statuses=tuple(stage.backstage.counts()), placed_after=None))
        assert run(read.read_import_in_parts(stage.shop, random)) > 0
        run(follow(stage, read))
        assert_nothing_is_lost(stage, read)

    def test_when_all_changes_share_one_second(self, platform: str) -> None:
        stage = STAGES[platform](orders=250, seed=3, days=10)
        read = reader(stage)
        run(read.read_import())
        stage.clock.move(600)
        ids = [order.id for order in stage.backstage.orders()]
        stage.backstage.set_status(ids, stage.word("on-hold"))
        run(read.read_changes())
        assert_nothing_is_lost(stage, read)
        assert {order.status for order in read.held.values()} == {stage.word("on-hold")}

    def test_when_an_order_becomes_visible_late(self, platform: str) -> None:
        stage = STAGES[platform](orders=5, seed=3)
        read = reader(stage)
        run(read.read_import())
        (late,) = stage.backstage.add_orders(1, days=0, status=stage.word("processing"), visible_in_s=90)
        stage.clock.move(30)
        stage.backstage.add_orders(1, days=0, status=stage.word("processing"))
        run(read.read_changes())
        assert str(late) not in read.held
        stage.clock.move(70)
        run(read.read_changes())
        assert str(late) in read.held

    def test_when_an_order_is_dated_in_the_future(self, platform: str) -> None:
        stage = STAGES[platform](orders=5, seed=3)
        read = reader(stage)
        run(read.read_import())
        stage.backstage.add_orders(1, status=stage.word("processing"), modified_at=BEGAN + timedelta(days=900))
        stage.clock.move(240)
        run(read.read_changes())
        (new,) = stage.backstage.add_orders(1, days=0, status=stage.word("processing"))
        stage.clock.move(240)
        run(read.read_changes())
        assert str(new) in read.held

    def test_when_an_order_that_we_hold_goes_to_the_trash_and_comes_back(self, platform: str) -> None:
        stage = STAGES[platform](orders=0)
        (number,) = stage.backstage.add_orders(1, status=stage.word("processing"), oddities=[])
        read = reader(stage)
        run(read.read_import())
        stage.clock.move(300)
        stage.backstage.trash([number])
        run(read.read_changes())
        assert read.held[str(number)].status == stage.word("trash")
        stage.clock.move(300)
        stage.backstage.restore([number])
        run(read.read_changes())
        assert_nothing_is_lost(stage, read)

    def test_when_a_clock_goes_wrong(self, platform: str) -> None:
        """The shop's own clock decides, not ours."""
        stage = STAGES[platform](orders=20, seed=5)
        stage.backstage.move_clock(-stage.clock_may_lag_s)
        read = reader(stage)
        run(read.read_import())
        (new,) = stage.backstage.add_orders(1, days=0, status=stage.word("processing"))
        stage.clock.move(240)
        run(read.read_changes())
        assert str(new) in read.held


async def follow(stage: Stage, read: Reader) -> None:
    """Until long after the last of what the tests let happen."""
    for _ in range(8):
        stage.clock.move(OVERLAP_S / 2)
        await read.read_changes()


class TestNothingIsLostInABusyShop:
    @each_with_seeds
    def test_while_the_shop_is_busy(self, platform: str, seed: int) -> None:
        """Ties, edits, orders that leave and come, are trashed, deleted, dated ahead or become visible late."""
        random = Random(seed)
        stage = STAGES[platform](orders=random.randrange(150, 330), seed=seed, days=40)
        ids = [order.id for order in stage.backstage.orders()]
        stage.backstage.set_modified(random.sample(ids, 60), BEGAN - timedelta(hours=random.randrange(1, 99)))
        stage.backstage.set_modified(random.sample(ids, 1), BEGAN + timedelta(days=400))
        stage.backstage.add_orders(120, at=BEGAN - timedelta(days=2), status=stage.word("processing"))
        stage.backstage.plan(_a_busy_time(stage, random, ids, 8))
        read = reader(stage)
        run(read.read_import())
        run(follow(stage, read))
        assert_nothing_is_lost(stage, read)

    @each_with_seeds
    def test_while_changes_are_read(self, platform: str, seed: int) -> None:
        random = Random(1000 + seed)
        stage = STAGES[platform](orders=260, seed=seed, days=20)
        read = reader(stage)
        run(read.read_import())
        ids = [order.id for order in stage.backstage.orders()]
        for _ in range(3):
            stage.clock.move(300)
            stage.backstage.edit(random.sample(ids, 230), {"customer_note": "changed"})
            stage.backstage.plan(_a_busy_time(stage, random, ids, 5))
            run(read.read_changes())
        run(follow(stage, read))
        assert_nothing_is_lost(stage, read)


def _a_busy_time(stage: Stage, random: Random, ids: list[int], requests: int) -> list[Step]:
    """Much happens between two requests, and they take long, though less than the overlap."""
    happens = [_something_happens(stage, random, ids, after) for after in range(1, requests) for _ in range(5)]
    return [*happens, *(Step(after=after, do="move_clock", arguments={"seconds": 100}) for after in range(1, requests))]


def _something_happens(stage: Stage, random: Random, ids: list[int], after: int) -> Step:
    some = random.sample(ids, random.randrange(1, 12))
    done: list[tuple[str, dict[str, Any]]] = [
        ("edit", {"ids": some, "fields": {"customer_note": f"note {random.random()}"}}),
        ("set_status", {"ids": some, "status": stage.word(random.choice(STATUSES))}),
        ("trash", {"ids": some}),
        ("restore", {"ids": some}),
        ("delete", {"ids": some[:2]}),
        ("add_orders", {"count": random.randrange(1, 4), "days": 0, "visible_in_s": random.choice((0, 50))}),
    ]
    name, arguments = random.choice(done)
    return Step(after=after, do=name, arguments=arguments)


@each_platform
class TestReading:
    def test_odd_orders_are_read_whole(self, platform: str) -> None:
        stage = STAGES[platform]()
        for oddity in Oddity:
            stage.backstage.add_orders(2, oddities=[oddity])
        read = Reader(stage, OrderFilter(statuses=tuple(stage.backstage.counts()), placed_after=None))
        run(read.read_import())
        unfinished = {str(order.id) for order in stage.backstage.orders() if order.status == "checkout-draft"}
        assert read.held.keys() == {str(order.id) for order in stage.backstage.orders()} - unfinished
        for order in read.held.values():
            assert order.number
            assert order.placed_at.tzinfo is not None

    def test_only_the_window_is_asked_for(self, platform: str) -> None:
        stage = STAGES[platform](orders=120, seed=2, days=90)
        narrow, wide = reader(stage, days=10), reader(stage, days=None)
        run(narrow.read_import())
        run(wide.read_import())
        assert narrow.rows < wide.rows / 2
        assert narrow.held.keys() < wide.held.keys()

    def test_the_preview_and_the_counts_are_the_shops_own(self, platform: str) -> None:
        stage = STAGES[platform](orders=150, seed=4, days=60)
        wanted = wanted_by(stage.shop)
        inside = [
            order
            for order in stage.backstage.orders()
            if order.status in wanted.statuses and order.created_at >= BEGAN - timedelta(days=30)
        ]
        preview = run(stage.shop.preview(wanted))
        assert preview.count == len(inside)
        assert preview.oldest_placed_at == min(order.created_at for order in inside)
        counts = run(stage.shop.count(wanted))
        assert sum(counts.values()) == len(inside)

    def test_nothing_new_is_said_in_one_question_per_stream(self, platform: str) -> None:
        stage = STAGES[platform](orders=30, seed=6)
        read = reader(stage)
        run(read.read_import())
        for _ in range(2):
            stage.clock.move(240)
            run(read.read_changes())
        stage.backstage.forget_requests()
        stage.clock.move(240)
        pages: list[Page] = [
            run(stage.shop.changes_page(name, cursor, OVERLAP_S)) for name, cursor in read.cursors.items()
        ]
        assert all(page.unchanged or not page.orders for page in pages)
        assert [page.cursor for page in pages] == list(read.cursors.values())
        assert stage.backstage.request_count() == len(pages)

    def test_one_order_and_many_are_read_as_they_are_now(self, platform: str) -> None:
        stage = STAGES[platform](orders=130, seed=7, hpos=False)
        ids = [str(order.id) for order in stage.backstage.orders() if order.status != "checkout-draft"]
        stage.backstage.edit([int(ids[0])], {"shipping": {"address_1": "Via Nuova 9"}})
        found = run(stage.shop.orders(ids))
        assert {order.remote_id for order in found} == set(ids)
        one = run(stage.shop.order(ids[0]))
        assert one is not None
        assert one.shipping.line1 == "Via Nuova 9"

    def test_a_trashed_order_can_still_be_read_and_a_deleted_one_is_gone(self, platform: str) -> None:
        stage = STAGES[platform](orders=3, seed=7)
        first, second, _ = (order.id for order in stage.backstage.orders())
        stage.backstage.trash([first])
        stage.backstage.delete([second])
        trashed = run(stage.shop.order(str(first)))
        assert trashed is not None
        assert trashed.status == stage.word("trash")
        assert run(stage.shop.order(str(second))) is None

    def test_the_goods_of_orders_are_found_in_few_questions(self, platform: str) -> None:
        stage = STAGES[platform](orders=60, seed=8)
        read = reader(stage, days=None)
        run(read.read_import())
        keys = sorted({line.product_id for order in read.held.values() for line in order.lines if line.product_id})
        stage.backstage.forget_requests()
        found = {product.remote_id: product for product in run(stage.shop.products([*keys, "987654"]))}
        assert found.keys() == set(keys)
        assert any(product.weight_g for product in found.values())
        assert stage.backstage.request_count() <= len(keys)


READS: dict[str, Callable[[Stage], Awaitable[object]]] = {
    "import": lambda stage: stage.shop.import_page(wanted_by(stage.shop), None),
    "changes": lambda stage: stage.shop.changes_page(
        stage.shop.streams[0].name, stage.shop.start_cursor(stage.shop.streams[0].name, BEGAN, OVERLAP_S), OVERLAP_S
    ),
    "preview": lambda stage: stage.shop.preview(wanted_by(stage.shop)),
    "order": lambda stage: stage.shop.order("1"),
    "orders": lambda stage: stage.shop.orders(["1", "2"]),
    "products": lambda stage: stage.shop.products(["11"]),
    "count": lambda stage: stage.shop.count(wanted_by(stage.shop)),
    "recognise": lambda stage: stage.shop.recognise(),
    "profile": lambda stage: stage.shop.profile(),
}


def assert_can_be_said(finding: Finding) -> None:
    kind = KINDS[finding.code]
    said = (kind.title + kind.sentence + kind.advice).format(**finding.params)
    assert "{" not in said


@each_platform
class TestWalls:
    @pytest.mark.parametrize("read", READS)
    @pytest.mark.parametrize(
        "kind", [kind for kind in NAMED if kind not in (Kind.BODY_TOO_LARGE, Kind.MOVED, Kind.NO_AUTHORIZATION)]
    )
    def test_every_reading_meets_a_wall_with_its_name(self, platform: str, kind: Kind, read: str) -> None:
        stage = STAGES[platform](orders=3)
        stage.backstage.set_walls([Wall(kind=kind, seconds=600)])
        with pytest.raises(ShopFault) as told:
            run(READS[read](stage))
        assert told.value.finding.code == stage.named(kind)
        assert told.value.finding.code != UNKNOWN_CODE
        assert not told.value.ambiguous
        assert_can_be_said(told.value.finding)

    @pytest.mark.parametrize("kind", [Kind.TOO_MANY, Kind.MAINTENANCE])
    def test_how_long_to_wait_is_heard(self, platform: str, kind: Kind) -> None:
        stage = STAGES[platform](orders=3)
        stage.backstage.set_walls([Wall(kind=kind, seconds=600)])
        with pytest.raises(ShopFault) as told:
            run(READS["import"](stage))
        silent = kind is Kind.MAINTENANCE and not stage.tells_how_long
        assert told.value.retry_after_s == (None if silent else 600)

    def test_a_wall_in_the_middle_of_an_import_loses_nothing(self, platform: str) -> None:
        stage = STAGES[platform](orders=450, seed=9, days=10)
        for skipped in range(3):
            stage.backstage.set_walls([Wall(kind=Kind.CUT_MIDDLE, skip=skipped, times=1)])
            read = reader(stage)
            held: set[str] = set()
            cursor: str | None = None
            more, faults = True, 0
            while more:
                try:
                    page = run(stage.again().import_page(read.wanted, cursor))
                except ShopFault:
                    faults += 1
                    continue
                held |= {order.remote_id for order in page.orders}
                cursor, more = page.cursor, page.more
            assert faults == 1
            expected = {str(order.id) for order in stage.backstage.orders() if order.status in read.wanted.statuses}
            assert held == expected

    def test_keys_that_never_arrive_are_told_from_wrong_ones(self, platform: str) -> None:
        stage = STAGES[platform](orders=3)
        stage.backstage.set_walls([Wall(kind=Kind.NO_AUTHORIZATION)])
        with pytest.raises(ShopFault) as told:
            run(READS["import"](stage))
        assert told.value.finding.code == stage.named(Kind.NO_AUTHORIZATION)

    def test_a_shop_that_moved_is_said_with_its_new_address(self, platform: str) -> None:
        stage = STAGES[platform](orders=3)
        stage.backstage.set_walls([Wall(kind=Kind.MOVED, target="https://new.example")])
        with pytest.raises(ShopFault) as told:
            run(READS["import"](stage))
        assert told.value.finding.code == "redirected"
        assert str(told.value.finding.params["location"]).startswith("https://new.example")


@each_that_prints
def test_warnings_before_the_data_are_said_and_the_orders_come(platform: str) -> None:
    stage = STAGES[platform](orders=20, seed=9)
    clean = run(stage.shop.import_page(wanted_by(stage.shop), None))
    stage.backstage.set_walls([Wall(kind=Kind.NOTICE)])
    dirty = run(stage.shop.import_page(wanted_by(stage.shop), None))
    assert dirty.orders == clean.orders
    assert [warning.code for warning in dirty.warnings] == ["dirty-answer"]
    for warning in dirty.warnings:
        assert_can_be_said(warning)


def publication(stage: Stage, step: PushStep, number: str = "BRT0001") -> Publication:
    order = next(order for order in stage.backstage.orders() if order.status == stage.word("processing"))
    return Publication(
        step=step,
        order_remote_id=str(order.id),
        trackings=(Tracking(number=number, carrier="BRT", url=f"https://t.example/{number}", shipped_at=BEGAN),),
        note=f"Spedito con BRT, numero {number}.",
        status=stage.word("shipped"),
        from_statuses=(stage.word("processing"),),
    )


def writing_stage(platform: str) -> Stage:
    stage = STAGES[platform](fulfilments=True)
    stage.backstage.add_orders(1, status=stage.word("processing"), oddities=[])
    return stage


class TestWriting:
    @each_step
    def test_twice_is_once(self, platform: str, step: PushStep) -> None:
        stage = writing_stage(platform)
        wanted = publication(stage, step)
        assert run(stage.shop.publish(wanted)) is Published.WRITTEN
        held = stage.backstage.order(int(wanted.order_remote_id))
        assert run(stage.again().publish(wanted)) is Published.ALREADY_THERE
        assert stage.backstage.order(int(wanted.order_remote_id)) == held

    @each_step
    @pytest.mark.parametrize("kind", [Kind.LATE, Kind.SAVED_500, Kind.CUT_MIDDLE, Kind.UNSAVED_200, Kind.CUT_BEFORE])
    def test_after_any_unclear_answer_it_stands_there_once_in_the_end(
        self, platform: str, step: PushStep, kind: Kind
    ) -> None:
        stage = writing_stage(platform)
        wanted = publication(stage, step)
        stage.backstage.set_walls([Wall(kind=kind, seconds=600, times=1, **stage.writes)])
        with pytest.raises(ShopFault) as told:
            run(stage.shop.publish(wanted))
        assert told.value.ambiguous
        assert_can_be_said(told.value.finding)
        assert run(stage.again().publish(wanted)) in (Published.WRITTEN, Published.ALREADY_THERE)
        seen = stage.backstage.tracking(["BRT0001"])["BRT0001"]
        assert max(seen.notes, seen.meta, seen.fulfilments) <= 1
        assert seen.notes + seen.meta + seen.fulfilments == (step is not PushStep.STATUS)

    @each_step
    @pytest.mark.parametrize("kind", [Kind.REFUSED, Kind.METHOD_NOT_ALLOWED, Kind.TOO_MANY, Kind.SITE_PASSWORD])
    def test_a_wall_before_writing_is_clear_and_leaves_nothing(self, platform: str, step: PushStep, kind: Kind) -> None:
        stage = writing_stage(platform)
        wanted = publication(stage, step)
        before = stage.backstage.order(int(wanted.order_remote_id))
        stage.backstage.set_walls([Wall(kind=kind, **stage.writes)])
        with pytest.raises(ShopFault) as told:
            run(stage.shop.publish(wanted))
        assert (told.value.finding.code, told.value.ambiguous) == (stage.named(kind), False)
        assert stage.backstage.order(int(wanted.order_remote_id)) == before

    @each_with_statuses
    def test_a_status_that_the_shop_does_not_have_is_named(self, platform: str) -> None:
        stage = writing_stage(platform)
        wanted = msgspec.structs.replace(publication(stage, PushStep.STATUS), status="teleported")
        with pytest.raises(ShopFault) as told:
            run(stage.shop.publish(wanted))
        assert told.value.finding.code == "status-not-in-shop"
        assert_can_be_said(told.value.finding)
        assert stage.backstage.counts() == {stage.word("processing"): 1}

    @each_platform
    @pytest.mark.parametrize("status", ["cancelled", "refunded", "trash"])
    def test_a_closed_order_keeps_its_status(self, platform: str, status: str) -> None:
        stage = writing_stage(platform)
        wanted = publication(stage, PushStep.STATUS)
        stage.backstage.set_status([int(wanted.order_remote_id)], stage.word(status))
        assert run(stage.shop.publish(wanted)) is Published.NOT_WANTED
        assert stage.backstage.counts() == {stage.word(status): 1}

    @each_platform
    def test_steps_that_the_platform_does_not_have_change_nothing(self, platform: str) -> None:
        stage = writing_stage(platform)
        for step in set(PushStep) - set(stage.shop.steps):
            wanted = publication(stage, step)
            before = stage.backstage.order(int(wanted.order_remote_id))
            assert run(stage.shop.publish(wanted)) is Published.NOT_WANTED
            assert stage.backstage.order(int(wanted.order_remote_id)) == before


@each_platform
class TestPermissions:
    @pytest.mark.parametrize(
        ("key", "reads", "writes"),
        [
            (Key(key="ck_a", secret="cs_a"), True, True),
            (Key(key="ck_a", secret="cs_a", permissions="read"), True, False),
            (Key(key="ck_a", secret="cs_a", permissions="write"), False, None),
            (Key(key="ck_a", secret="cs_a", manager=False), False, None),
        ],
    )
    def test_are_proven_and_change_nothing(self, platform: str, key: Key, reads: bool, writes: bool | None) -> None:
        stage = STAGES[platform](orders=5, keys=(key,))
        before = [stage.backstage.order(order.id) for order in stage.backstage.orders()]
        found = run(stage.shop.permissions())
        assert (found.read_orders, found.write_orders) == (reads, writes)
        assert [stage.backstage.order(order.id) for order in stage.backstage.orders()] == before
        assert bool(found.problems) is not (reads and bool(writes))
        for problem in found.problems:
            assert_can_be_said(problem)


@each_platform
class TestProbes:
    def test_are_answered_by_the_shops_own_software_and_change_nothing(self, platform: str) -> None:
        stage = STAGES[platform](orders=5)
        before = stage.backstage.orders()
        for probe in stage.shop.probes():
            exchange = run(stage.send(probe.request))
            assert probe.answered_by(exchange) is AnsweredBy.APPLICATION, probe.purpose
            assert probe.why_safe
        assert stage.backstage.orders() == before

    def test_a_wall_is_not_taken_for_the_shop(self, platform: str) -> None:
        stage = STAGES[platform](orders=1)
        stage.backstage.set_walls([Wall(kind=Kind.REFUSED)])
        for probe in stage.shop.probes():
            exchange = run(stage.send(probe.request))
            assert probe.answered_by(exchange) is not AnsweredBy.APPLICATION, probe.purpose
