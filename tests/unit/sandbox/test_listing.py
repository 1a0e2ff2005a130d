"""How the pretend shop lists orders, with all that loses them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.unit.sandbox.helpers import BEGAN, Caller
from varco.sandbox import Step


def utc(seconds: float = 0) -> str:
    return (BEGAN + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S")


def test_modified_after_is_strict_and_in_whole_seconds() -> None:
    caller = Caller()
    ids = caller.shop.backstage.add_orders(3, modified_at=BEGAN - timedelta(seconds=5))
    query = "modified_after={}&dates_are_gmt=true"
    assert sorted(caller.ids(query.format(utc(-6)))) == ids
    assert caller.ids(query.format(utc(-5))) == []


def test_a_zone_together_with_dates_are_gmt_shifts_the_threshold_by_the_shops_offset() -> None:
    """The trap that was measured: in winter an hour of orders is lost in Rome."""
    caller = Caller()
    caller.shop.backstage.add_orders(1, modified_at=BEGAN - timedelta(minutes=30))
    assert len(caller.ids(f"modified_after={utc(-3600)}&dates_are_gmt=true")) == 1
    assert len(caller.ids(f"modified_after={utc(-3600)}Z")) == 1
    assert caller.ids(f"modified_after={utc(-3600)}Z&dates_are_gmt=true") == []


def test_without_a_zone_a_date_is_the_shops_own() -> None:
    caller = Caller()
    caller.shop.backstage.add_orders(1, modified_at=BEGAN)
    assert len(caller.ids("modified_after=2026-11-23T20:59:59")) == 1
    assert caller.ids("modified_after=2026-11-23T21:00:00") == []


def test_ties_come_in_another_order_at_every_request() -> None:
    caller = Caller()
    caller.shop.backstage.add_orders(30, modified_at=BEGAN)
    pages = {tuple(caller.ids("orderby=modified&order=asc&per_page=10&page=1")) for _ in range(5)}
    assert len(pages) > 1


def test_paging_by_modification_loses_rows_and_doubles_others_while_nothing_changes() -> None:
    caller = Caller()
    ids = caller.shop.backstage.add_orders(30, modified_at=BEGAN)
    seen = [row for page in (1, 2, 3) for row in caller.ids(f"orderby=modified&order=asc&per_page=10&page={page}")]
    assert len(seen) == 30
    assert set(seen) < set(ids)


def test_paging_by_id_loses_nothing() -> None:
    caller = Caller()
    ids = caller.shop.backstage.add_orders(30, modified_at=BEGAN)
    seen = [row for page in (1, 2, 3) for row in caller.ids(f"orderby=id&order=asc&per_page=10&page={page}")]
    assert seen == ids


def test_the_default_list_holds_carts_and_leaves_the_trash_out() -> None:
    caller = Caller()
    cart, order, trashed = caller.shop.backstage.add_orders(3, oddities=[])
    caller.shop.backstage.edit([cart], {"status": "checkout-draft"})
    caller.shop.backstage.trash([trashed])
    assert sorted(caller.ids("")) == [cart, order]
    assert caller.ids("status=trash") == [trashed]
    assert caller.read(f"orders/{trashed}")["status"] == "trash"


def test_past_the_last_page_there_is_an_empty_list_and_a_total_of_0() -> None:
    caller = Caller(orders=5)
    answer = caller.ask("orders?page=2")
    assert (answer.status, answer.body) == (200, b"[]")
    assert answer.header("X-WP-Total") == "0"


def test_counts_and_links_tell_how_it_goes_on() -> None:
    caller = Caller(orders=25)
    answer = caller.ask("orders?per_page=10&page=2&orderby=id")
    assert (answer.header("X-WP-Total"), answer.header("X-WP-TotalPages")) == ("25", "3")
    assert 'page=1&orderby=id&status%5B0%5D=any&dp=2&context=view>; rel="prev"' in answer.header("Link")
    assert 'page=3&orderby=id&status%5B0%5D=any&dp=2&context=view>; rel="next"' in answer.header("Link")


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("per_page=101", "per_page must be between 1 (inclusive) and 100 (inclusive)"),
        ("page=0", "page must be greater than or equal to 1"),
        ("order=up", "order is not one of asc and desc."),
        ("include=1,x", "include[1] is not of type integer."),
        ("modified_after=2026-11-20T10:29:59+01:00", "Invalid date."),
        ("after=2026-13-20T10:29:59", "Invalid date."),
    ],
)
def test_what_cannot_be_is_refused_in_wordpresss_words(query: str, message: str) -> None:
    answer = Caller().ask(f"orders?{query}")
    assert answer.status == 400
    assert message in answer.body.decode()


def test_several_faults_are_named_together() -> None:
    refused = Caller().read("orders?per_page=0&order=up")
    assert refused["message"] == "Invalid parameter(s): per_page, order"


def test_an_unknown_parameter_is_not_looked_at() -> None:
    assert len(Caller(orders=3).ids("modified_afterr=2030-01-01T00:00:00")) == 3


def test_fields_may_be_named_within_fields() -> None:
    caller = Caller(orders=1)
    (row,) = caller.read("orders?_fields=id,billing.city")
    assert row.keys() == {"id", "billing"}
    assert row["billing"].keys() == {"city"}


def test_one_order_keeps_its_links_whatever_was_asked_for() -> None:
    caller = Caller()
    (number,) = caller.shop.backstage.add_orders(1)
    assert caller.read(f"orders/{number}?_fields=id").keys() == {"id", "_links"}


def test_orders_can_become_visible_late_with_an_old_date() -> None:
    caller = Caller()
    caller.shop.backstage.add_orders(1, modified_at=BEGAN - timedelta(seconds=90), visible_in_s=60)
    assert caller.ids("") == []
    caller.clock.move(60)
    assert len(caller.ids(f"modified_after={utc(-91)}&dates_are_gmt=true")) == 1


def test_a_date_can_lie_in_the_future() -> None:
    caller = Caller()
    ids = caller.shop.backstage.add_orders(1)
    caller.shop.backstage.set_modified(ids, BEGAN + timedelta(days=2))
    assert caller.ids(f"modified_after={utc(3600)}&dates_are_gmt=true") == ids


def test_filters_work_together() -> None:
    caller = Caller(orders=200)
    wanted = {
        order.id
        for order in caller.shop.backstage.orders()
        if order.status in ("processing", "on-hold") and order.created_at > BEGAN - timedelta(days=10)
    }
    query = f"status=processing,on-hold&after={utc(-10 * 86_400)}&dates_are_gmt=true&per_page=100&orderby=id&page={{}}"
    assert {row for page in (1, 2) for row in caller.ids(query.format(page))} == wanted


def test_edits_happen_between_two_pages_where_the_plan_says() -> None:
    caller = Caller()
    ids = caller.shop.backstage.add_orders(6, oddities=[])
    caller.shop.backstage.plan([Step(after=1, do="trash", arguments={"ids": ids[:2]})])
    assert caller.ids("orderby=id&order=asc&per_page=3") == ids[:3]
    assert caller.ids("orderby=id&order=asc&per_page=3&offset=3") == ids[5:]
