"""Writing tracking and status to a PrestaShop."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit.shops.prestashop.stage import NOW, PrestaStage, run
from varco.model.errors import ShopFault
from varco.model.shipment import Publication, Published, PushStep, Tracking
from varco.sandbox import Kind, Oddity, Wall
from varco.sandbox.prestashop.orders import PsOrder


class WithOrder(PrestaStage):
    """A stage with one order that is paid."""

    def __init__(self, *oddities: Oddity, **settings: Any) -> None:
        super().__init__(**settings)
        (self.number,) = self.backstage.add_orders(1, status="2", oddities=list(oddities))

    @property
    def order(self) -> PsOrder:
        order = self.sandbox.state.order(self.number)
        assert isinstance(order, PsOrder)
        return order

    def publication(self, step: PushStep, *numbers: str, notify: bool = False, status: str = "4") -> Publication:
        return Publication(
            step=step,
            order_remote_id=str(self.number),
            trackings=tuple(Tracking(number=number, carrier="BRT", shipped_at=NOW) for number in numbers or ("A1",)),
            notify_customer=notify,
            status=status,
            from_statuses=("2", "3"),
        )

    def track(self, *numbers: str, **more: Any) -> Published:
        return run(self.shop.publish(self.publication(PushStep.META, *numbers, **more)))

    def set_status(self, **more: Any) -> Published:
        return run(self.shop.publish(self.publication(PushStep.STATUS, **more)))

    def methods(self) -> list[str]:
        return [request.method for request in self.backstage.requests() if request.method not in ("GET", "HEAD")]


class TestTracking:
    def test_is_patched_alone(self) -> None:
        stage = WithOrder()
        before = stage.order.carriers[0].weight
        assert stage.track("A1") is Published.WRITTEN
        assert stage.track("A1") is Published.ALREADY_THERE
        assert [(row.tracking, row.weight) for row in stage.order.carriers] == [("A1", before)]
        assert stage.methods() == ["PATCH"]

    def test_1_7_gets_the_whole_row_by_put_and_loses_nothing(self) -> None:
        stage = WithOrder(version="1.7.8.11")
        row = stage.order.carriers[0]
        before = (row.weight, row.cost, row.created, row.carrier)
        assert stage.track("A1") is Published.WRITTEN
        assert (row.weight, row.cost, row.created, row.carrier) == before
        assert not row.wiped
        assert stage.methods() == ["PATCH", "PUT"]

    def test_a_servers_rule_against_patch_is_got_round_by_put(self) -> None:
        stage = WithOrder()
        stage.backstage.set_walls([Wall(kind=Kind.METHOD_NOT_ALLOWED, methods=("PATCH",))])
        assert stage.track("A1") is Published.WRITTEN
        assert (stage.order.carriers[0].tracking, stage.order.carriers[0].wiped) == ("A1", False)

    def test_what_stands_there_is_kept(self) -> None:
        stage = WithOrder()
        stage.order.carriers[0].tracking = "OLD"
        assert stage.track("A1") is Published.WRITTEN
        assert stage.order.carriers[0].tracking == "OLD, A1"

    def test_several_parcels_share_the_row(self) -> None:
        stage = WithOrder()
        assert stage.track("A1", "A2") is Published.WRITTEN
        assert stage.track("A2", "A3") is Published.WRITTEN
        assert stage.order.carriers[0].tracking == "A1, A2, A3"

    def test_the_first_empty_row_is_taken(self) -> None:
        stage = WithOrder(Oddity.TWO_SHIPPING_LINES)
        stage.order.carriers[1].tracking = "OTHER"
        assert stage.track("A1") is Published.WRITTEN
        assert [row.tracking for row in stage.order.carriers] == ["A1", "OTHER"]

    def test_the_same_number_in_two_rows_is_said(self) -> None:
        stage = WithOrder(Oddity.TWO_SHIPPING_LINES)
        for row in stage.order.carriers:
            row.tracking = "A1"
        assert stage.track("A1") is Published.DOUBLED
        assert stage.methods() == []

    def test_an_order_of_virtual_goods_gets_none(self) -> None:
        stage = WithOrder(Oddity.FREE)
        assert stage.track("A1") is Published.NOT_WANTED

    def test_a_deleted_order_is_said(self) -> None:
        stage = WithOrder()
        wanted = stage.publication(PushStep.META)
        stage.backstage.delete([stage.number])
        assert refused(stage, wanted).finding.code == "not-in-shop"

    @pytest.mark.parametrize(("number", "words"), [("9" * 65, "64 characters"), ("AB<12>", "characters")])
    def test_a_number_that_prestashop_cannot_keep_is_refused_with_the_reason(self, number: str, words: str) -> None:
        stage = WithOrder()
        fault = refused(stage, stage.publication(PushStep.META, number))
        assert (fault.finding.code, fault.ambiguous) == ("tracking-number-invalid", False)
        assert words in str(fault.finding.params["reason"])
        assert stage.order.carriers[0].tracking == ""


def refused(stage: WithOrder, wanted: Publication) -> ShopFault:
    with pytest.raises(ShopFault) as told:
        run(stage.shop.publish(wanted))
    return told.value


class TestStatus:
    def test_is_posted_once(self) -> None:
        stage = WithOrder()
        assert stage.set_status() is Published.WRITTEN
        assert stage.set_status() is Published.ALREADY_THERE
        assert [row.state for row in stage.order.histories] == ["2", "4"]

    def test_posted_twice_by_a_late_answer_is_said(self) -> None:
        stage = WithOrder()
        stage.backstage.set_status([stage.number], "4")
        stage.backstage.set_status([stage.number], "4")
        assert stage.set_status() is Published.DOUBLED

    def test_one_that_was_gone_through_before_is_no_double(self) -> None:
        stage = WithOrder()
        for status in ("4", "3", "4"):
            stage.backstage.set_status([stage.number], status)
        assert stage.set_status() is Published.ALREADY_THERE

    @pytest.mark.parametrize("before", ["6", "7", "5", "14"])
    def test_is_changed_from_the_named_ones_only(self, before: str) -> None:
        stage = WithOrder()
        stage.backstage.set_status([stage.number], before)
        assert stage.set_status() is Published.NOT_WANTED
        assert stage.order.status == before

    @pytest.mark.parametrize("status", ["99", "spedito"])
    def test_one_that_the_shop_does_not_have_is_not_tried(self, status: str) -> None:
        stage = WithOrder()
        fault = refused(stage, stage.publication(PushStep.STATUS, status=status))
        assert fault.finding.code == "status-not-in-shop"
        assert stage.methods() == []


class TestMail:
    def test_nobody_is_mailed_without_the_owners_wish(self) -> None:
        stage = WithOrder()
        stage.track("A1")
        stage.set_status()
        assert stage.order.mails == []

    def test_the_customer_hears_once_by_the_status(self) -> None:
        stage = WithOrder()
        stage.track("A1", notify=True)
        stage.set_status(notify=True)
        stage.set_status(notify=True)
        assert stage.order.mails == ["state 4"]

    def test_the_customer_hears_by_the_number_where_no_status_is_set(self) -> None:
        stage = WithOrder()
        stage.track("A1", notify=True, status="")
        stage.track("A1", notify=True, status="")
        assert stage.order.mails == ["in_transit A1"]

    @pytest.mark.parametrize("step", [PushStep.META, PushStep.STATUS])
    def test_one_that_cannot_be_sent_is_said_and_nothing_is_written_twice(self, step: PushStep) -> None:
        stage = WithOrder(mail_works=False)
        wanted = stage.publication(step, notify=True, status="" if step is PushStep.META else "4")
        fault = refused(stage, wanted)
        assert (fault.finding.code, fault.ambiguous) == ("customer-mail-failed", True)
        assert run(stage.shop.publish(wanted)) is Published.ALREADY_THERE
        assert [row.state for row in stage.order.histories] == (["2"] if step is PushStep.META else ["2", "4"])


class TestUnclearAnswers:
    @pytest.mark.parametrize("step", [PushStep.META, PushStep.STATUS])
    def test_a_crash_with_status_200_is_looked_at_again(self, step: PushStep) -> None:
        """Debug mode: the work may be done, and the answer is a page."""
        stage = WithOrder(debug=True)
        stage.backstage.set_walls([Wall(kind=Kind.SAVED_500, methods=("PATCH", "POST"), times=1)])
        wanted = stage.publication(step)
        fault = refused(stage, wanted)
        assert (fault.finding.code, fault.ambiguous) == ("shop-crashed", True)
        assert run(stage.shop.publish(wanted)) is Published.ALREADY_THERE

    def test_steps_that_prestashop_does_not_have_are_not_wanted(self) -> None:
        stage = WithOrder()
        for step in (PushStep.NOTE, PushStep.FULFILMENT):
            assert run(stage.shop.publish(stage.publication(step))) is Published.NOT_WANTED
