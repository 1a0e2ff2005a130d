"""Fulfilment orders that split, move, wait and are shipped; which date moves when; what is kept from run to run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.unit.sandbox.shopify_caller import ShopifyCaller
from varco.model.errors import BadInput
from varco.sandbox import SandboxShop, ShopSpec, kept


@pytest.fixture
def caller() -> ShopifyCaller:
    return ShopifyCaller()


def three_of_one(caller: ShopifyCaller) -> int:
    """An order with three units of one good and nothing else."""
    number = caller.order()
    caller.backstage.act("edit", {"order": number, "remove": _all_lines(caller, number), "add": {"11": 3}})
    return number


def _all_lines(caller: ShopifyCaller, number: int) -> dict[str, int]:
    lines = [line for share in caller.shares(number) for line in share["lineItems"]]
    return {line["lineItem"]["id"].rpartition("/")[2]: line["totalQuantity"] for line in lines}


def open_shares(caller: ShopifyCaller, number: int) -> list[Any]:
    return [share for share in caller.shares(number) if share["status"] not in ("CLOSED", "CANCELLED")]


def left(caller: ShopifyCaller, number: int) -> list[int]:
    return [sum(line["remainingQuantity"] for line in share["lineItems"]) for share in open_shares(caller, number)]


def actions(share: Any) -> list[str]:
    return [one["action"] for one in share["supportedActions"]]


def line_of(share: Any) -> str:
    found: str = share["lineItems"][0]["id"]
    return found


class TestSplitting:
    def test_a_hold_of_a_part_leaves_the_rest_to_be_shipped(self, caller: ShopifyCaller) -> None:
        number = three_of_one(caller)
        (share,) = open_shares(caller, number)
        line = line_of(share).rpartition("/")[2]
        caller.backstage.act("hold", {"order": number, "lines": {line: 1}, "reason": "INCORRECT_ADDRESS"})
        held, rest = open_shares(caller, number)
        assert (held["id"], held["status"], rest["status"]) == (share["id"], "ON_HOLD", "OPEN")
        assert left(caller, number) == [1, 2]
        assert "CREATE_FULFILLMENT" not in actions(held)
        assert "CREATE_FULFILLMENT" in actions(rest)

    def test_a_release_puts_it_together_again(self, caller: ShopifyCaller) -> None:
        number = three_of_one(caller)
        line = line_of(open_shares(caller, number)[0]).rpartition("/")[2]
        caller.backstage.act("hold", {"order": number, "lines": {line: 1}})
        caller.backstage.act("release", {"order": number})
        assert left(caller, number) == [3]

    def test_a_move_of_a_part_stands_at_the_other_location(self, caller: ShopifyCaller) -> None:
        number = three_of_one(caller)
        line = line_of(open_shares(caller, number)[0]).rpartition("/")[2]
        caller.backstage.act("move", {"order": number, "location": 1, "lines": {line: 2}})
        places = [share["assignedLocation"]["name"] for share in open_shares(caller, number)]
        assert (places, left(caller, number)) == (["Magazzino", "Negozio di Bologna"], [1, 2])

    def test_a_move_of_all_keeps_its_number(self, caller: ShopifyCaller) -> None:
        number = three_of_one(caller)
        (share,) = open_shares(caller, number)
        caller.backstage.act("move", {"order": number, "location": 1})
        (moved,) = open_shares(caller, number)
        assert (moved["id"], moved["assignedLocation"]["name"]) == (share["id"], "Negozio di Bologna")

    def test_a_split_makes_two_of_one_place(self, caller: ShopifyCaller) -> None:
        number = three_of_one(caller)
        line = line_of(open_shares(caller, number)[0]).rpartition("/")[2]
        caller.backstage.act("split", {"order": number, "lines": {line: 1}})
        assert sorted(left(caller, number)) == [1, 2]

    def test_an_edit_adds_a_second_one(self, caller: ShopifyCaller) -> None:
        number = caller.order()
        before = len(open_shares(caller, number))
        caller.backstage.act("edit", {"order": number, "add": {"12": 2}})
        assert len(open_shares(caller, number)) == before + 1

    def test_a_cancelled_order_closes_them(self, caller: ShopifyCaller) -> None:
        number = caller.order()
        caller.backstage.act("cancel", {"order": number})
        assert {share["status"] for share in caller.shares(number)} == {"CLOSED"}
        assert actions(caller.shares(number)[0]) == []

    def test_paid_back_units_are_not_shipped(self, caller: ShopifyCaller) -> None:
        number = three_of_one(caller)
        item = open_shares(caller, number)[0]["lineItems"][0]["lineItem"]["id"].rpartition("/")[2]
        caller.backstage.act("refund", {"order": number, "lines": {item: 2}})
        assert left(caller, number) == [1]
        caller.backstage.act("refund", {"order": number})
        assert left(caller, number) == []


class TestDates:
    @pytest.mark.parametrize("deed", ["hold", "move", "report_progress"])
    def test_of_the_fulfilment_order_alone_move(self, caller: ShopifyCaller, deed: str) -> None:
        number = three_of_one(caller)
        order, shares = caller.dates(number)
        caller.clock.move(60)
        caller.backstage.act(deed, {"order": number, **({"location": 1} if deed == "move" else {})})
        after, shares_after = caller.dates(number)
        assert after == order
        assert max(shares_after) > max(shares)

    def test_of_the_order_alone_move_with_its_address(self, caller: ShopifyCaller) -> None:
        number = caller.order()
        order, shares = caller.dates(number)
        caller.clock.move(60)
        caller.backstage.edit([number], {"shipping": {"address_1": "Via Nuova 9"}})
        after, shares_after = caller.dates(number)
        assert (after > order, shares_after) == (True, shares)

    def test_of_both_move_with_an_edit(self, caller: ShopifyCaller) -> None:
        number = caller.order()
        order, shares = caller.dates(number)
        caller.clock.move(60)
        caller.backstage.act("edit", {"order": number, "add": {"12": 1}})
        after, shares_after = caller.dates(number)
        assert after > order
        assert max(shares_after) > max(shares)


class TestShipping:
    def test_a_part_and_then_the_rest(self, caller: ShopifyCaller) -> None:
        number = three_of_one(caller)
        (share,) = open_shares(caller, number)
        some = [{"id": line_of(share), "quantity": 1}]
        first = caller.ship(share, some, number="A1", company="BRT")
        assert caller.backstage.counts() == {"partially_fulfilled": 1}
        second = caller.ship(share, number="A2", company="BRT")
        names = [made["fulfillment"]["name"] for made in (first, second)]
        assert names == [f"#{1000 + number}-F1", f"#{1000 + number}-F2"]
        assert caller.backstage.counts() == {"fulfilled": 1}

    def test_the_same_part_again_is_shipped_twice_on_paper(self, caller: ShopifyCaller) -> None:
        """There is no key that would tell a repetition."""
        number = three_of_one(caller)
        (share,) = open_shares(caller, number)
        for _ in range(2):
            assert caller.ship(share, [{"id": line_of(share), "quantity": 1}], number="A1")["userErrors"] == []
        assert caller.backstage.tracking(["A1"])["A1"].fulfilments == 2

    def test_several_numbers_each_with_its_link(self, caller: ShopifyCaller) -> None:
        (share,) = open_shares(caller, three_of_one(caller))
        made = caller.ship(share, numbers=["A1", "A2"], urls=["https://t.example/A1", "https://t.example/A2"])
        assert [parcel["url"] for parcel in made["fulfillment"]["trackingInfo"]] == [
            "https://t.example/A1",
            "https://t.example/A2",
        ]

    def test_one_and_several_numbers_are_not_mixed(self, caller: ShopifyCaller) -> None:
        (share,) = open_shares(caller, three_of_one(caller))
        made = caller.ship(share, numbers=["A1"], number="A1")
        assert made["fulfillment"] is None
        assert made["userErrors"]

    @pytest.mark.parametrize("notify", [True, False])
    def test_the_customer_is_mailed_only_if_wished(self, caller: ShopifyCaller, notify: bool) -> None:
        number = three_of_one(caller)
        caller.ship(open_shares(caller, number)[0], number="A1", notify=notify)
        held = caller.backstage.order(number)
        assert held is not None
        assert held.notes_to_customer == (("shipping confirmation: A1",) if notify else ())

    def test_a_held_one_is_not_shipped(self, caller: ShopifyCaller) -> None:
        number = caller.order(status="on_hold")
        made = caller.ship(open_shares(caller, number)[0], number="A1")
        assert "unfulfillable status= on_hold" in made["userErrors"][0]["message"]

    def test_a_voided_label_opens_a_fulfilment_order_with_a_new_number(self, caller: ShopifyCaller) -> None:
        number = three_of_one(caller)
        (share,) = open_shares(caller, number)
        made = caller.ship(share, number="A1")["fulfillment"]["id"]
        cancel = "mutation($id: ID!) { fulfillmentCancel(id: $id) { fulfillment { status } userErrors { message } } }"
        assert caller.read(cancel, id=made)["fulfillmentCancel"]["fulfillment"] == {"status": "CANCELLED"}
        (again,) = open_shares(caller, number)
        assert again["id"] != share["id"]
        assert left(caller, number) == [3]
        assert caller.backstage.tracking(["A1"])["A1"].fulfilments == 0

    def test_nothing_is_shipped_without_the_scope(self) -> None:
        caller = ShopifyCaller(scopes=("read_orders", "read_locations", "read_merchant_managed_fulfillment_orders"))
        number = caller.order()
        (share,) = open_shares(caller, number)
        wanted = {"lineItemsByFulfillmentOrder": [{"fulfillmentOrderId": share["id"]}]}
        mutation = "mutation($f: FulfillmentInput!) { fulfillmentCreate(fulfillment: $f) { userErrors { message } } }"
        answer = caller.ask(mutation, f=wanted)
        assert answer["data"] == {"fulfillmentCreate": None}
        assert answer["errors"][0]["extensions"]["code"] == "ACCESS_DENIED"

    def test_an_answer_may_fail_after_the_work_was_done(self, caller: ShopifyCaller) -> None:
        number = three_of_one(caller)
        (share,) = open_shares(caller, number)
        caller.backstage.act("internal_errors", {"count": 1})
        wanted = {"lineItemsByFulfillmentOrder": [{"fulfillmentOrderId": share["id"]}]}
        mutation = "mutation($f: FulfillmentInput!) { fulfillmentCreate(fulfillment: $f) { userErrors { message } } }"
        answer = caller.ask(mutation, f=wanted)
        assert (answer["data"], answer["errors"][0]["extensions"]["code"]) == (None, "INTERNAL_SERVER_ERROR")
        assert caller.backstage.counts() == {"fulfilled": 1}


class TestOffice:
    @pytest.mark.parametrize(
        "word", ["unfulfilled", "fulfilled", "on_hold", "in_progress", "scheduled", "cancelled", "refunded"]
    )
    def test_brings_every_order_to_every_status(self, caller: ShopifyCaller, word: str) -> None:
        numbers = caller.backstage.add_orders(40, oddities=[])
        caller.backstage.set_status(numbers, word)
        assert caller.backstage.counts() == {word: 40}

    def test_knows_no_other_status(self, caller: ShopifyCaller) -> None:
        with pytest.raises(BadInput, match="cannot be 'teleported'"):
            caller.backstage.set_status([caller.order()], "teleported")

    @pytest.mark.parametrize(
        ("name", "arguments"), [("fly", {}), ("hold", {}), ("hold", {"order": 999}), ("release", {"order": 1, "x": 2})]
    )
    def test_says_what_it_cannot_do(self, caller: ShopifyCaller, name: str, arguments: dict[str, Any]) -> None:
        with pytest.raises(BadInput):
            caller.backstage.act(name, arguments)

    def test_of_another_platform_can_do_none_of_it(self) -> None:
        with pytest.raises(BadInput):
            SandboxShop(ShopSpec()).backstage.act("hold", {"order": 1})


def test_all_that_was_written_is_remembered_for_the_next_run(caller: ShopifyCaller, tmp_path: Path) -> None:
    number = three_of_one(caller)
    caller.ship(open_shares(caller, number)[0], number="A1", company="BRT")
    kept.save(caller.shop, tmp_path / "orders.json")
    again = ShopifyCaller()
    assert kept.load(again.shop, tmp_path / "orders.json")
    assert again.backstage.order(number) == caller.backstage.order(number)
    assert again.shares(number) == caller.shares(number)
    (share,) = open_shares(again, again.order())
    assert share["id"] not in {one["id"] for one in caller.shares(number)}
