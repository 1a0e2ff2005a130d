"""Writing back: what stands in the shop afterwards, whatever was there and whatever goes wrong."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from tests.unit.shops.woocommerce.fakes import json_answer, path_of, run, shop_with
from varco.model.errors import ShopFault
from varco.model.exchange import Request, Response
from varco.model.shipment import Publication, Published, PushStep, ShippedLine, Tracking
from varco.sandbox import Held, Kind, SandboxShop, ShopSpec, Wall, send_to
from varco.shops.base import ShopAccess
from varco.shops.woocommerce.publish import TRACKING_META, names
from varco.shops.woocommerce.shop import WooCommerce

SHIPPED = datetime(2026, 11, 24, 9, tzinfo=UTC)
STEPS = (PushStep.NOTE, PushStep.META, PushStep.FULFILMENT, PushStep.STATUS)


def tracking(number: str = "BRT0001", **changed: Any) -> Tracking:
    url = f"https://track.example/?n={number}&l=it"
    return msgspec.structs.replace(Tracking(number=number, carrier="BRT", url=url, shipped_at=SHIPPED), **changed)


class Stage:
    def __init__(self, **spec: Any) -> None:
        self.sandbox = SandboxShop(ShopSpec(fulfilments=True, **spec))
        access = ShopAccess(base_url=self.sandbox.url, credentials=self.sandbox.credentials(), user_agent="Varco/test")
        self.shop = WooCommerce(access, send_to(self.sandbox))
        (self.order_id,) = self.sandbox.backstage.add_orders(1, status="processing", oddities=[])

    @property
    def held(self) -> Held:
        found = self.sandbox.backstage.order(self.order_id)
        assert found is not None
        return found

    def publication(self, step: PushStep, *trackings: Tracking, **changed: Any) -> Publication:
        chosen = trackings or (tracking(),)
        text = "\n".join(f"Spedito con {one.carrier}, numero {one.number}. {one.url}" for one in chosen)
        made = Publication(
            step=step,
            order_remote_id=str(self.order_id),
            trackings=chosen,
            note=text,
            notify_customer=True,
            status="completed",
            from_statuses=("processing", "on-hold"),
        )
        return msgspec.structs.replace(made, **changed)

    def publish(self, step: PushStep, *trackings: Tracking, **changed: Any) -> Published:
        return run(self.shop.publish(self.publication(step, *trackings, **changed)))

    def fault(self, step: PushStep, *trackings: Tracking, **changed: Any) -> ShopFault:
        with pytest.raises(ShopFault) as told:
            self.publish(step, *trackings, **changed)
        return told.value

    def written(self) -> int:
        return sum(request.method != "GET" for request in self.sandbox.backstage.requests())


@pytest.fixture
def stage() -> Stage:
    return Stage()


def test_all_steps_leave_the_tracking_in_the_shop_once(stage: Stage) -> None:
    assert [stage.publish(step) for step in STEPS] == [Published.WRITTEN] * 4
    seen = stage.sandbox.backstage.tracking(["BRT0001"])["BRT0001"]
    assert (seen.notes, seen.meta, seen.fulfilments) == (1, 1, 1)
    assert stage.held.status == "completed"


@pytest.mark.parametrize("step", STEPS)
def test_writing_twice_changes_nothing(stage: Stage, step: PushStep) -> None:
    stage.publish(step)
    before, written = stage.held, stage.written()
    assert stage.publish(step) is Published.ALREADY_THERE
    assert stage.held == before
    assert stage.written() == written


@pytest.mark.parametrize("step", STEPS)
def test_nothing_but_post_is_used_to_write(stage: Stage, step: PushStep) -> None:
    stage.publish(step)
    assert {request.method for request in stage.sandbox.backstage.requests()} == {"GET", "POST"}


@pytest.mark.parametrize("step", STEPS)
def test_an_answer_that_never_came_is_ambiguous_and_the_next_try_finds_the_work_done(
    stage: Stage, step: PushStep
) -> None:
    stage.sandbox.backstage.set_walls([Wall(kind=Kind.LATE, methods=("POST",), seconds=600, times=1)])
    fault = stage.fault(step)
    assert fault.ambiguous
    assert fault.finding.code == "answer-timeout"
    assert stage.publish(step) is Published.ALREADY_THERE


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("kind", [Kind.SAVED_500, Kind.CUT_MIDDLE])
def test_work_that_was_done_under_an_error_is_found(stage: Stage, step: PushStep, kind: Kind) -> None:
    stage.sandbox.backstage.set_walls([Wall(kind=kind, methods=("POST",), times=1)])
    assert stage.fault(step).ambiguous
    assert stage.publish(step) is Published.ALREADY_THERE


@pytest.mark.parametrize("step", STEPS)
def test_a_shop_that_says_yes_and_keeps_nothing_is_not_believed(stage: Stage, step: PushStep) -> None:
    stage.sandbox.backstage.set_walls([Wall(kind=Kind.UNSAVED_200, methods=("POST",), times=1)])
    fault = stage.fault(step)
    assert fault.ambiguous
    assert "not kept" in fault.finding.rests_on
    assert stage.publish(step) is Published.WRITTEN


@pytest.mark.parametrize("step", STEPS)
def test_a_refused_write_is_clear(stage: Stage, step: PushStep) -> None:
    stage.sandbox.backstage.set_walls([Wall(kind=Kind.REFUSED, methods=("POST",))])
    fault = stage.fault(step)
    assert (fault.finding.code, fault.ambiguous) == ("refused-by-server", False)


@pytest.mark.parametrize("step", STEPS)
def test_an_order_that_is_gone_is_said(stage: Stage, step: PushStep) -> None:
    stage.sandbox.backstage.delete([stage.order_id])
    assert stage.fault(step).finding.code == "not-in-shop"
    assert stage.written() == 0


class TestNote:
    def test_the_customer_is_told_if_wanted(self, stage: Stage) -> None:
        stage.publish(PushStep.NOTE)
        assert len(stage.held.notes_to_customer) == 1
        quiet = Stage()
        quiet.publish(PushStep.NOTE, notify_customer=False)
        assert quiet.held.notes_to_customer == ()

    def test_a_number_within_a_longer_one_does_not_count(self, stage: Stage) -> None:
        stage.publish(PushStep.NOTE, tracking("1234"))
        assert stage.publish(PushStep.NOTE, tracking("123")) is Published.WRITTEN
        assert stage.publish(PushStep.NOTE, tracking("234")) is Published.WRITTEN

    @pytest.mark.parametrize(
        ("note", "number", "found"),
        [
            ("Number 123.", "123", True),
            ("Number <b>123</b>, soon", "123", True),
            ("https://t.example/?n=123&amp;x=1", "123", True),
            ("Number 1234", "123", False),
            ("Number 0123", "123", False),
            ("Number AB-123", "123", False),
            ("Number 123-7", "123", False),
            ("A&amp;B 7", "A&B 7", True),
            ("A.B", "A.B", True),
            ("AxB", "A.B", False),
            ("", "1", False),
        ],
    )
    def test_where_a_number_stands_by_itself(self, note: str, number: str, found: bool) -> None:
        assert names(note, number) is found

    def test_numbers_with_signs_that_html_escapes_are_found_again(self, stage: Stage) -> None:
        odd = tracking('A&B<7>"x"')
        stage.publish(PushStep.NOTE, odd)
        assert stage.publish(PushStep.NOTE, odd) is Published.ALREADY_THERE

    def test_a_note_that_somebody_wrote_by_hand_is_enough(self, stage: Stage) -> None:
        stage.sandbox.backstage.add_note(stage.order_id, "Partito oggi, lettera di vettura BRT0001!")
        assert stage.publish(PushStep.NOTE) is Published.ALREADY_THERE

    def test_a_note_about_one_of_two_parcels_is_not_enough(self, stage: Stage) -> None:
        stage.sandbox.backstage.add_note(stage.order_id, "BRT0001")
        assert stage.publish(PushStep.NOTE, tracking("BRT0001"), tracking("BRT0002")) is Published.WRITTEN

    def test_our_own_note_standing_there_twice_is_said(self, stage: Stage) -> None:
        text = stage.publication(PushStep.NOTE).note
        stage.sandbox.backstage.add_note(stage.order_id, text)
        stage.sandbox.backstage.add_note(stage.order_id, f"<p>{text.replace('&', '&amp;')}</p>")
        assert stage.publish(PushStep.NOTE) is Published.DOUBLED

    def test_a_plug_ins_note_about_the_same_number_is_no_double(self, stage: Stage) -> None:
        stage.publish(PushStep.NOTE)
        stage.sandbox.backstage.add_note(stage.order_id, "Tracking info BRT0001 was added by the plug-in.")
        assert stage.publish(PushStep.NOTE) is Published.ALREADY_THERE

    def test_without_numbers_the_text_decides(self, stage: Stage) -> None:
        plain = stage.publication(PushStep.NOTE, note="Ritiro in negozio – pronto!", trackings=())
        assert run(stage.shop.publish(plain)) is Published.WRITTEN
        assert run(stage.shop.publish(plain)) is Published.ALREADY_THERE

    def test_a_long_note_in_any_alphabet_is_kept(self, stage: Stage) -> None:
        text = "Spedito 🙏 «BRT0001» " + "小龍 " * 800
        assert stage.publish(PushStep.NOTE, note=text) is Published.WRITTEN
        assert text.strip() in stage.held.notes[-1]


class TestMeta:
    def items(self, stage: Stage) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = stage.held.meta[TRACKING_META]
        return found

    def put(self, stage: Stage, value: Any) -> None:
        stage.sandbox.backstage.edit([stage.order_id], {"meta_data": [{"key": TRACKING_META, "value": value}]})

    def test_entries_are_in_the_form_of_the_tracking_plug_ins(self, stage: Stage) -> None:
        stage.publish(PushStep.META)
        (item,) = self.items(stage)
        assert item["tracking_number"] == "BRT0001"
        assert item["custom_tracking_provider"] == "BRT"
        assert item["custom_tracking_link"] == "https://track.example/?n=BRT0001&l=it"
        assert item["date_shipped"] == str(int(SHIPPED.timestamp()))
        assert len(item["tracking_id"]) == 32

    def test_what_a_plug_in_keeps_there_stays(self, stage: Stage) -> None:
        theirs = {"tracking_provider": "dhl", "tracking_number": "DHL9", "date_shipped": "1", "extra": {"deep": 1}}
        self.put(stage, [theirs])
        assert stage.publish(PushStep.META) is Published.WRITTEN
        assert self.items(stage)[0] == theirs
        assert [item["tracking_number"] for item in self.items(stage)] == ["DHL9", "BRT0001"]

    def test_a_list_that_php_sends_as_an_object_is_kept(self, stage: Stage) -> None:
        self.put(stage, {"1": {"tracking_number": "DHL9"}})
        assert stage.publish(PushStep.META) is Published.WRITTEN
        assert [item["tracking_number"] for item in self.items(stage)] == ["DHL9", "BRT0001"]

    @pytest.mark.parametrize("value", ["", None, [], {}])
    def test_an_empty_entry_is_filled(self, stage: Stage, value: Any) -> None:
        self.put(stage, value)
        assert stage.publish(PushStep.META) is Published.WRITTEN
        assert [item["tracking_number"] for item in self.items(stage)] == ["BRT0001"]

    def test_a_form_that_we_do_not_know_is_left_alone(self, stage: Stage) -> None:
        self.put(stage, "a:1:{i:0;s:4:DHL9;}")
        assert stage.publish(PushStep.META) is Published.NOT_WANTED
        assert stage.held.meta[TRACKING_META] == "a:1:{i:0;s:4:DHL9;}"

    def test_a_second_parcel_joins_the_first(self, stage: Stage) -> None:
        stage.publish(PushStep.META, tracking("A1"))
        assert stage.publish(PushStep.META, tracking("A1"), tracking("A2")) is Published.WRITTEN
        assert stage.held.tracking_numbers == ("A1", "A2")

    def test_a_number_within_a_longer_one_does_not_count(self, stage: Stage) -> None:
        stage.publish(PushStep.META, tracking("1234"))
        assert stage.publish(PushStep.META, tracking("123")) is Published.WRITTEN

    def test_a_number_that_stands_there_twice_is_said(self, stage: Stage) -> None:
        self.put(stage, [{"tracking_number": "BRT0001"}, {"tracking_number": " BRT0001 "}])
        assert stage.publish(PushStep.META) is Published.DOUBLED

    def test_a_number_that_a_plug_in_keeps_as_a_number_counts(self, stage: Stage) -> None:
        self.put(stage, [{"tracking_number": 815}, "odd", None])
        assert stage.publish(PushStep.META, tracking("815")) is Published.ALREADY_THERE

    def test_two_rows_of_the_same_key_are_not_mixed(self) -> None:
        """WooCommerce allows it; only the first row gets our entry."""
        sent: list[Any] = []
        rows: list[dict[str, Any]] = [
            {"id": 5, "key": TRACKING_META, "value": [{"tracking_number": "A"}]},
            {"id": 6, "key": TRACKING_META, "value": [{"tracking_number": "B"}]},
            {"id": 7, "key": None, "value": 1},
        ]

        def answer(request: Request) -> Response:
            if request.method == "POST":
                (changed,) = msgspec.json.decode(request.body)["meta_data"]
                sent.append(changed)
                next(row for row in rows if row["id"] == changed["id"])["value"] = changed["value"]
            return json_answer({"id": 1, "status": "processing", "meta_data": rows})

        shop = shop_with(answer)
        publication = Publication(step=PushStep.META, order_remote_id="1", trackings=(tracking("C"),))
        assert run(shop.publish(publication)) is Published.WRITTEN
        assert sent[0]["id"] == 5
        assert [item["tracking_number"] for item in sent[0]["value"]] == ["A", "C"]

    def test_an_order_without_meta_data_is_fine(self) -> None:
        kept: list[Any] = []

        def answer(request: Request) -> Response:
            if request.method == "POST":
                kept.extend(msgspec.json.decode(request.body)["meta_data"])
            return json_answer({"id": 1, "status": "processing", "meta_data": kept or None})

        publication = Publication(step=PushStep.META, order_remote_id="1", trackings=(tracking("C"),))
        assert run(shop_with(answer).publish(publication)) is Published.WRITTEN
        assert "id" not in kept[0]


class TestFulfilment:
    def lines(self, stage: Stage) -> tuple[ShippedLine, ...]:
        order = run(stage.shop.order(str(stage.order_id)))
        assert order is not None
        return tuple(
            ShippedLine(remote_line_id=line.remote_line_id, quantity=str(line.quantity)) for line in order.lines
        )

    def test_a_shipment_names_its_goods_number_and_link(self, stage: Stage) -> None:
        lines = self.lines(stage)
        assert stage.publish(PushStep.FULFILMENT, tracking(lines=lines)) is Published.WRITTEN
        (made,) = stage.held.fulfilments
        assert made["_tracking_number"] == "BRT0001"
        assert made["_shipment_provider"] == "BRT"
        assert made["_tracking_url"] == "https://track.example/?n=BRT0001&l=it"
        assert [(item["item_id"], item["qty"]) for item in made["_items"]] == [
            (int(line.remote_line_id), int(line.quantity)) for line in lines
        ]

    def test_a_part_shipment_names_its_part_alone(self, stage: Stage) -> None:
        first = self.lines(stage)[:1]
        part = (msgspec.structs.replace(first[0], quantity="0.5"),)
        stage.publish(PushStep.FULFILMENT, tracking("A", lines=part))
        stage.publish(PushStep.FULFILMENT, tracking("B", lines=first))
        assert [item["qty"] for made in stage.held.fulfilments for item in made["_items"]] == [
            0.5,
            int(first[0].quantity),
        ]
        assert [made["_tracking_number"] for made in stage.held.fulfilments] == ["A", "B"]

    def test_no_goods_named_means_the_whole_order(self, stage: Stage) -> None:
        assert stage.publish(PushStep.FULFILMENT) is Published.WRITTEN
        (made,) = stage.held.fulfilments
        assert len(made["_items"]) == len(self.lines(stage))

    def test_parcels_of_one_shipment_share_it_so_that_goods_are_counted_once(self, stage: Stage) -> None:
        both = (tracking("A", lines=self.lines(stage)), tracking("B"))
        assert stage.publish(PushStep.FULFILMENT, *both) is Published.WRITTEN
        assert stage.publish(PushStep.FULFILMENT, *both) is Published.ALREADY_THERE
        (made,) = stage.held.fulfilments
        assert made["_tracking_number"] == "A, B"

    def test_a_shop_without_them_does_not_want_them(self) -> None:
        stage = Stage()
        stage.sandbox.backstage.set_up({"fulfilments": False})
        assert stage.publish(PushStep.FULFILMENT) is Published.NOT_WANTED
        assert stage.written() == 0

    def test_an_order_without_goods_gets_none(self) -> None:
        def answer(request: Request) -> Response:
            return json_answer([] if path_of(request).endswith("fulfillments") else {"line_items": []})

        publication = Publication(step=PushStep.FULFILMENT, order_remote_id="1", trackings=(tracking(),))
        assert run(shop_with(answer).publish(publication)) is Published.NOT_WANTED

    @pytest.mark.parametrize(
        ("deleted", "said"), [(None, Published.DOUBLED), ("2026-11-23 10:00:00", Published.ALREADY_THERE)]
    )
    def test_one_that_stands_there_twice_is_said_unless_it_was_deleted(
        self, deleted: str | None, said: Published
    ) -> None:
        one = {"id": 1, "meta_data": [{"key": "_tracking_number", "value": "BRT0001"}]}
        shop = shop_with(lambda _: json_answer([one, {**one, "id": 2, "date_deleted": deleted}]))
        publication = Publication(step=PushStep.FULFILMENT, order_remote_id="1", trackings=(tracking(),))
        assert run(shop.publish(publication)) is said


class TestStatus:
    def test_it_is_changed_from_the_statuses_of_the_mapping_alone(self, stage: Stage) -> None:
        for status in ("cancelled", "refunded", "failed", "trash", "spedito", "pending"):
            stage.sandbox.backstage.set_status([stage.order_id], status)
            assert stage.publish(PushStep.STATUS) is Published.NOT_WANTED
            assert stage.held.status == status
        assert stage.written() == 0

    def test_an_order_that_is_there_already_is_left_alone(self, stage: Stage) -> None:
        stage.sandbox.backstage.set_status([stage.order_id], "completed")
        before = stage.held.modified_at
        assert stage.publish(PushStep.STATUS) is Published.ALREADY_THERE
        assert (stage.written(), stage.held.modified_at) == (0, before)

    def test_a_status_that_the_shop_does_not_have_is_named_and_nothing_is_changed(self, stage: Stage) -> None:
        fault = stage.fault(PushStep.STATUS, status="shipped")
        assert fault.finding.code == "status-not-in-shop"
        assert fault.finding.params == {"status": "shipped"}
        assert (fault.ambiguous, stage.held.status) == (False, "processing")

    def test_a_custom_status_and_the_databases_own_word_work(self, stage: Stage) -> None:
        assert stage.publish(PushStep.STATUS, status="spedito") is Published.WRITTEN
        assert stage.held.status == "spedito"
        assert Stage().publish(PushStep.STATUS, status="wc-completed") is Published.WRITTEN

    def test_an_answer_that_tells_anothers_status_is_not_believed(self) -> None:
        """Parallel writes can answer with another writer's status (measured)."""
        answers = iter(["processing", "cancelled", "cancelled"])
        shop = shop_with(lambda _: json_answer({"id": 1, "status": next(answers), "meta_data": []}))
        publication = Publication(
            step=PushStep.STATUS, order_remote_id="1", status="completed", from_statuses=("processing",)
        )
        with pytest.raises(ShopFault) as told:
            run(shop.publish(publication))
        assert told.value.ambiguous
