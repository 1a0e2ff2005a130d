"""Writing back: part shipments, several parcels, what the merchant did himself, and what Magento refuses."""

from __future__ import annotations

import pytest

from tests.unit.shops.magento.stage import asked, connector, fulfilment, held, order_with, run, sandbox
from varco.model.errors import ShopFault
from varco.model.shipment import Published, PushStep
from varco.sandbox import Key, Kind, SandboxShop, Wall
from varco.sandbox.magento import changes


def shipped(shop: SandboxShop, number: int) -> list[tuple[list[tuple[int, int]], list[str]]]:
    return [(one.items, [track.number for track in one.tracks]) for one in held(shop, number).shipments]


class TestShipments:
    def test_a_whole_order_is_shipped_with_all_its_parcels_as_one(self) -> None:
        shop = sandbox()
        order = order_with(shop, 10, 4, 13)
        assert run(connector(shop).publish(fulfilment(order, "BRT1", "BRT2"))) is Published.WRITTEN
        parents = [(item.id, item.quantity) for item in order.parents()]
        assert shipped(shop, order.id) == [(parents, ["BRT1", "BRT2"])]

    def test_parts_go_one_after_the_other(self) -> None:
        shop = sandbox()
        order = order_with(shop, 1, 4)
        first, second = order.items
        assert run(connector(shop).publish(fulfilment(order, "P1", lines={first.id: "1"}))) is Published.WRITTEN
        rest = fulfilment(order, "P2", lines={first.id: "1", second.id: "2"})
        assert run(connector(shop).publish(rest)) is Published.WRITTEN
        assert shipped(shop, order.id) == [([(first.id, 1)], ["P1"]), ([(first.id, 1), (second.id, 2)], ["P2"])]
        assert run(connector(shop).publish(rest)) is Published.ALREADY_THERE
        assert len(shipped(shop, order.id)) == 2

    def test_a_configurable_product_is_shipped_by_its_own_row(self) -> None:
        shop = sandbox()
        order = order_with(shop, 9, 1)
        row = order.parents()[0]
        assert run(connector(shop).publish(fulfilment(order, "C1", lines={row.id: "2"}))) is Published.WRITTEN
        assert (row.type, row.shipped) == ("configurable", 2)

    def test_virtual_goods_are_left_out(self) -> None:
        shop = sandbox()
        order = order_with(shop, 8, 1)
        voucher, oil = order.items
        wanted = fulfilment(order, "V1", lines={voucher.id: "2", oil.id: "2"})
        assert run(connector(shop).publish(wanted)) is Published.WRITTEN
        assert shipped(shop, order.id) == [([(oil.id, 2)], ["V1"])]

    def test_an_order_of_virtual_goods_alone_is_not_shipped(self) -> None:
        shop = sandbox()
        order = order_with(shop, 8)
        assert run(connector(shop).publish(fulfilment(order, "V1"))) is Published.NOT_WANTED
        assert asked(shop, "POST") == []

    def test_where_the_merchant_has_shipped_himself_his_shipment_gets_the_numbers(self) -> None:
        shop = sandbox()
        order = order_with(shop, 1, 4)
        first, second = order.items
        changes.ship(shop.state, order, {first.id: 2}, [], "default")
        changes.ship(shop.state, order, {second.id: 2}, [], "default")
        assert run(connector(shop).publish(fulfilment(order, "M1", lines={first.id: "2"}))) is Published.WRITTEN
        assert shipped(shop, order.id) == [([(first.id, 2)], ["M1"]), ([(second.id, 2)], [])]
        assert run(connector(shop).publish(fulfilment(order, "M1", lines={first.id: "2"}))) is Published.ALREADY_THERE

    def test_a_number_that_stands_there_twice_is_said(self) -> None:
        shop = sandbox()
        order = order_with(shop, 1)
        tracks = [{"track_number": "D1", "title": "BRT", "carrier_code": "custom"}] * 2
        changes.ship(shop.state, order, {}, tracks, "default")
        assert run(connector(shop).publish(fulfilment(order, "D1"))) is Published.DOUBLED

    def test_an_earlier_call_that_lands_right_before_ours_is_no_failure(self) -> None:
        shop = sandbox()
        order = order_with(shop, 1)
        shop.backstage.set_walls([Wall(kind=Kind.LATE, methods=("POST",), seconds=600, times=1)])
        with pytest.raises(ShopFault) as told:
            run(connector(shop).publish(fulfilment(order, "L1")))
        assert told.value.ambiguous
        assert run(connector(shop).publish(fulfilment(order, "L1"))) is Published.ALREADY_THERE
        assert len(shipped(shop, order.id)) == 1

    @pytest.mark.parametrize("how", ["cancel", "refund"])
    def test_a_closed_order_is_left_alone(self, how: str) -> None:
        shop = sandbox()
        order = order_with(shop, 1)
        getattr(changes, how)(shop.state, order)
        assert run(connector(shop).publish(fulfilment(order, "X1"))) is Published.NOT_WANTED
        assert asked(shop, "POST") == []

    def test_a_held_order_is_refused_with_magentos_reasons(self) -> None:
        shop = sandbox()
        order = order_with(shop, 1)
        changes.hold(shop.state, order)
        with pytest.raises(ShopFault) as told:
            run(connector(shop).publish(fulfilment(order, "H1")))
        assert told.value.finding.code == "refused-by-shop"
        assert "status of holded" in str(told.value.finding.params["reason"])
        assert not told.value.ambiguous

    def test_the_source_is_told_where_the_owner_named_one(self) -> None:
        shop = sandbox(sources=("default", "magazzino"))
        order = order_with(shop, 1)
        assert run(connector(shop, source_code="magazzino").publish(fulfilment(order, "S1"))) is Published.WRITTEN
        assert held(shop, order.id).shipments[0].source == "magazzino"

    def test_a_source_that_is_not_there_is_refused(self) -> None:
        shop = sandbox()
        order = order_with(shop, 1)
        with pytest.raises(ShopFault) as told:
            run(connector(shop, source_code="nowhere").publish(fulfilment(order, "S1")))
        assert told.value.finding.code == "refused-by-shop"
        assert shipped(shop, order.id) == []

    def test_a_missing_resource_is_told_from_wrong_keys(self) -> None:
        shop = sandbox(keys=(Key(key="k" * 32, secret="s" * 32, permissions="read"),))
        order = order_with(shop, 1)
        with pytest.raises(ShopFault) as told:
            run(connector(shop).publish(fulfilment(order, "R1")))
        assert told.value.finding.code == "resource-missing"
        assert told.value.finding.params["resource"] == "Sales → Operations → Orders → Actions → Ship"


class TestNotes:
    def test_a_note_keeps_the_orders_status_and_mails_nobody(self) -> None:
        shop = sandbox()
        order = order_with(shop, 1)
        order.status = "spedito"
        wanted = fulfilment(order, "N1", step=PushStep.NOTE, note="Spedito 🚚 con BRT: N1", notify_customer=True)
        assert run(connector(shop).publish(wanted)) is Published.WRITTEN
        (comment,) = held(shop, order.id).comments
        assert (comment.status, comment.notified, held(shop, order.id).status) == ("spedito", 0, "spedito")
        assert comment.text == "Spedito ???? con BRT: N1"
        assert run(connector(shop).publish(wanted)) is Published.ALREADY_THERE

    def test_a_longer_number_is_not_taken_for_ours(self) -> None:
        shop = sandbox()
        order = order_with(shop, 1)
        shop.backstage.add_note(order.id, "N12 ist unterwegs")
        wanted = fulfilment(order, "N1", step=PushStep.NOTE, note="Spedito: N1")
        assert run(connector(shop).publish(wanted)) is Published.WRITTEN


class TestStatuses:
    def test_a_status_of_another_state_is_named(self) -> None:
        shop = sandbox()
        order = order_with(shop, 1)
        wanted = fulfilment(order, step=PushStep.STATUS, status="complete", from_statuses=("processing",))
        with pytest.raises(ShopFault) as told:
            run(connector(shop).publish(wanted))
        assert told.value.finding.code == "status-of-other-state"
        assert told.value.finding.params == {"status": "complete", "now": "processing"}
        assert held(shop, order.id).status == "processing"

    def test_an_own_status_that_an_order_has_is_known(self) -> None:
        shop = sandbox(statuses={"spedito": "Spedito", "attesa": "In attesa"})
        order = order_with(shop, 1)
        changes.set_status(shop.state, order, "pending")
        shop.backstage.add_orders(1, status="attesa")
        wanted = fulfilment(order, step=PushStep.STATUS, status="attesa", from_statuses=("pending",))
        with pytest.raises(ShopFault) as told:
            run(connector(shop).publish(wanted))
        assert told.value.finding.code == "status-of-other-state"

    def test_an_own_status_is_saved_by_its_word_alone(self) -> None:
        """Magento 2.4.7 refuses it in a comment."""
        shop = sandbox(statuses={"spedito": "Spedito"})
        order = order_with(shop, 1)
        shop.backstage.add_orders(1, status="spedito")
        for wanted in (
            fulfilment(order, "A1"),
            fulfilment(order, "A1", step=PushStep.NOTE, note="A1"),
            fulfilment(order, step=PushStep.STATUS, status="spedito", from_statuses=("processing",)),
        ):
            assert run(connector(shop).publish(wanted)) is Published.WRITTEN
        assert (held(shop, order.id).status, held(shop, order.id).state) == ("spedito", "processing")
        assert [path.partition("?")[0] for path in asked(shop, "POST")] == [
            f"/rest/V1/order/{order.id}/ship",
            f"/rest/V1/orders/{order.id}/comments",
            "/rest/V1/orders",
        ]

    def test_a_status_that_no_order_has_is_not_written(self) -> None:
        """A save would take any word."""
        shop = sandbox(statuses={"spedito": "Spedito"})
        order = order_with(shop, 1)
        wanted = fulfilment(order, step=PushStep.STATUS, status="teleported", from_statuses=("processing",))
        with pytest.raises(ShopFault) as told:
            run(connector(shop).publish(wanted))
        assert (told.value.finding.code, held(shop, order.id).status) == ("status-not-in-shop", "processing")
        assert asked(shop, "POST") == []
