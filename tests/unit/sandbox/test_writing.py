"""What writing to the pretend shop does, and when it moves the date."""

from __future__ import annotations

import pytest

from tests.unit.sandbox.helpers import BEGAN, Caller, json_of


@pytest.fixture
def caller() -> Caller:
    return Caller()


@pytest.fixture
def number(caller: Caller) -> int:
    return order_in(caller)


def order_in(caller: Caller) -> int:
    (made,) = caller.shop.backstage.add_orders(1, status="processing", oddities=[])
    caller.shop.backstage.set_modified([made], BEGAN)
    caller.clock.move(3600)
    return made


def modified(caller: Caller, number: int) -> str:
    return str(caller.read(f"orders/{number}")["date_modified_gmt"])


@pytest.mark.parametrize("body", [{}, {"status": "processing"}, {"customer_note": "x"}])
def test_with_hpos_every_put_moves_the_date(caller: Caller, number: int, body: dict[str, str]) -> None:
    caller.read(f"orders/{number}", "PUT", body)
    assert modified(caller, number) == "2026-11-23T21:00:00"


def test_without_hpos_an_address_does_not_move_the_date_but_a_status_does() -> None:
    caller = Caller(hpos=False)
    number = order_in(caller)
    caller.read(f"orders/{number}", "PUT", {"shipping": {"city": "Bari"}, "meta_data": [{"key": "a", "value": "b"}]})
    assert modified(caller, number) == "2026-11-23T20:00:00"
    caller.read(f"orders/{number}", "PUT", {"status": "completed"})
    assert modified(caller, number) == "2026-11-23T21:00:00"


def test_notes_never_move_the_date(caller: Caller, number: int) -> None:
    assert caller.ask(f"orders/{number}/notes", "POST", {"note": "Spedito"}).status == 201
    assert modified(caller, number) == "2026-11-23T20:00:00"


def test_json_sent_as_text_is_ignored_with_200(caller: Caller, number: int) -> None:
    answer = caller.ask(f"orders/{number}", "PUT", {"status": "completed"}, Content_Type="text/plain")
    assert (answer.status, json_of(answer)["status"]) == (200, "processing")


def test_deleting_shows_the_old_status_and_twice_is_410(caller: Caller, number: int) -> None:
    assert caller.read(f"orders/{number}", "DELETE")["status"] == "processing"
    assert caller.ask(f"orders/{number}", "DELETE").status == 410
    assert caller.read(f"orders/{number}")["status"] == "trash"


def test_deleting_with_force_is_for_good(caller: Caller, number: int) -> None:
    assert caller.ask(f"orders/{number}?force=true", "DELETE").status == 200
    assert caller.ask(f"orders/{number}").status == 404


@pytest.mark.parametrize(("method", "status"), [("GET", 404), ("DELETE", 404), ("PUT", 400), ("POST", 400)])
def test_a_missing_order_is_a_404_to_read_and_a_400_to_write(caller: Caller, method: str, status: int) -> None:
    answer = caller.ask("orders/999999999", method, {})
    assert answer.status == status
    assert json_of(answer)["code"] == "woocommerce_rest_shop_order_invalid_id"


def test_a_batch_answers_for_each_row_and_makes_an_unknown_status_pending(caller: Caller, number: int) -> None:
    rows = {"update": [{"id": number, "status": "bogus"}, {"id": 999_999, "status": "completed"}]}
    first, second = caller.read("orders/batch", "POST", rows)["update"]
    assert first["status"] == "pending"
    assert second["error"]["data"]["status"] == 400


def test_a_batch_takes_a_prefixed_status_that_a_put_refuses(caller: Caller, number: int) -> None:
    assert caller.ask(f"orders/{number}", "PUT", {"status": "wc-completed"}).status == 400
    (row,) = caller.read("orders/batch", "POST", {"update": [{"id": number, "status": "wc-completed"}]})["update"]
    assert row["status"] == "completed"


def test_more_than_100_rows_are_413(caller: Caller, number: int) -> None:
    assert caller.ask("orders/batch", "POST", {"update": [{"id": number}] * 101}).status == 413


def test_refunds_of_a_missing_order_are_an_empty_list(caller: Caller) -> None:
    answer = caller.ask("orders/999999999/refunds")
    assert (answer.status, answer.body) == (200, b"[]")


def test_a_refund_that_cannot_be_is_a_500_with_a_bare_number(caller: Caller, number: int) -> None:
    answer = caller.ask(f"orders/{number}/refunds", "POST", {"amount": "99999.00", "api_refund": False})
    assert (answer.status, json_of(answer)["data"]) == (500, 500)


def test_a_full_refund_changes_the_status_and_the_total_stays(caller: Caller, number: int) -> None:
    before = caller.read(f"orders/{number}")
    caller.read(f"orders/{number}/refunds", "POST", {"amount": before["total"], "api_refund": False})
    after = caller.read(f"orders/{number}")
    assert (after["status"], after["total"]) == ("refunded", before["total"])
    assert [row["total"] for row in after["refunds"]] == [f"-{before['total']}"]


def test_a_new_order_adds_up(caller: Caller) -> None:
    """The numbers of the recorded order that was made by the interface."""
    made = caller.read("orders", "POST", {"status": "processing", "line_items": [{"product_id": 12, "quantity": 1}]})
    assert (made["total"], made["total_tax"], made["line_items"][0]["price"]) == ("14.50", "2.61", 11.885246)


def test_meta_is_replaced_by_key_and_taken_away_by_null(caller: Caller, number: int) -> None:
    for value in ("BRT1", "BRT2", None):
        caller.read(f"orders/{number}", "PUT", {"meta_data": [{"key": "_tracking_number", "value": value}]})
        held = caller.shop.backstage.order(number)
        assert held is not None
        assert held.meta.get("_tracking_number") == value


def test_a_status_leaves_a_note(caller: Caller, number: int) -> None:
    caller.read(f"orders/{number}", "PUT", {"status": "completed"})
    (newest, *_) = caller.read(f"orders/{number}/notes")
    assert newest["note"] == "Order status changed from Processing to Completed."


def test_fulfilments_are_there_only_where_they_are_switched_on(caller: Caller, number: int) -> None:
    assert caller.read(f"orders/{number}/fulfillments")["code"] == "rest_no_route"
    caller.shop.backstage.set_up({"fulfilments": True})
    assert caller.read(f"orders/{number}/fulfillments") == []


def test_a_fulfilment_needs_an_item(caller: Caller, number: int) -> None:
    caller.shop.backstage.set_up({"fulfilments": True})
    answer = caller.ask(
        f"orders/{number}/fulfillments", "POST", {"meta_data": [{"id": 0, "key": "_items", "value": []}]}
    )
    assert answer.status == 400
    assert json_of(answer)["message"] == "The fulfillment should contain at least one item."


def test_a_fulfilment_keeps_what_was_sent(caller: Caller, number: int) -> None:
    caller.shop.backstage.set_up({"fulfilments": True})
    sent = {"_items": [{"item_id": 1, "qty": 1}], "_tracking_number": "BRT1"}
    meta = [{"id": 0, "key": key, "value": value} for key, value in sent.items()]
    made = caller.read(f"orders/{number}/fulfillments", "POST", {"status": "fulfilled", "meta_data": meta})
    assert made["entity_id"] == str(number)
    assert caller.shop.backstage.tracking(["BRT1"])["BRT1"].fulfilments == 1
    caller.read(f"orders/{number}/fulfillments/{made['id']}", "DELETE")
    assert caller.read(f"orders/{number}/fulfillments") == []


def test_weights_are_told_in_the_shops_unit() -> None:
    assert Caller(weight_unit="g").read("products/12")["weight"] == "1250"
    assert Caller(weight_unit="lbs").read("products/12")["weight"] == "2.7558"


def test_a_variation_without_a_number_or_weight_has_its_parents() -> None:
    last = Caller().read("products/23/variations/31")
    assert (last["sku"], last["weight"]) == ("MAG", "0.2")
