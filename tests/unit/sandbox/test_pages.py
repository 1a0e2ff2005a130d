"""The pretend shop's own pages, as a person sees them."""

from __future__ import annotations

from tests.unit.sandbox.helpers import Caller
from varco.model.exchange import Request
from varco.sandbox import Kind, Oddity, Wall, admin


def see(caller: Caller, path: str, method: str = "GET", body: bytes = b"") -> str:
    """As at the page's own port, where no wall stands."""
    url = f"http://127.0.0.1:1{caller.shop.spec.folder}/wp-admin/{path}"
    return admin.page(caller.shop, Request(method=method, url=url, body=body)).body.decode()


def test_orders_are_listed_with_their_status() -> None:
    caller = Caller(orders=3)
    page = see(caller, "")
    assert all(f"#{order.id} " in page for order in caller.shop.backstage.orders())
    assert "All (3)" in page


def test_a_status_shows_its_orders_alone() -> None:
    caller = Caller()
    (one,) = caller.shop.backstage.add_orders(1, status="on-hold")
    (other,) = caller.shop.backstage.add_orders(1, status="processing")
    page = see(caller, "?status=on-hold")
    assert f"#{one} " in page
    assert f"#{other} " not in page


def test_tracking_appears_with_carrier_number_and_link() -> None:
    caller = Caller()
    (number,) = caller.shop.backstage.add_orders(1)
    item = {
        "custom_tracking_provider": "BRT",
        "tracking_number": "BRT0041",
        "custom_tracking_link": "https://t.example/1",
    }
    assert "No tracking yet" in see(caller, f"orders/{number}")
    caller.shop.backstage.edit([number], {"meta_data": [{"key": "_wc_shipment_tracking_items", "value": [item]}]})
    page = see(caller, f"orders/{number}")
    assert "BRT0041" in page
    assert 'href="https://t.example/1"' in page
    assert "BRT0041" in see(caller, "")


def test_what_people_typed_is_text_and_nothing_else() -> None:
    caller = Caller()
    (number,) = caller.shop.backstage.add_orders(1, oddities=[Oddity.NOTE])
    caller.shop.backstage.edit([number], {"customer_note": "<script>alert(1)</script>"})
    caller.shop.backstage.add_note(number, "<img src=x onerror=alert(1)>")
    item = {"tracking_number": "1", "custom_tracking_link": "javascript:alert(1)"}
    caller.shop.backstage.edit([number], {"meta_data": [{"key": "_wc_shipment_tracking_items", "value": [item]}]})
    page = see(caller, f"orders/{number}")
    assert "<script>" not in page
    assert "<img" not in page
    assert "javascript:" not in page


def test_the_wall_is_described_and_can_be_taken_down_and_put_up() -> None:
    wall = Wall(kind=Kind.REFUSED, methods=("PUT",), user_agent="varco")
    caller = Caller(folder="/negozio", walls=(wall,))
    assert "requests whose method is PUT and whose User-Agent is like “varco”" in see(caller, "")
    see(caller, "walls", "POST", b"walls=down")
    assert caller.shop.walls.walls == ()
    assert "is down" in see(caller, "")
    see(caller, "walls", "POST", b"walls=up")
    assert caller.shop.walls.walls == (wall,)


def test_orders_come_in_by_themselves() -> None:
    caller = Caller(arrivals_every_s=20)
    caller.clock.move(19)
    assert "All (0)" in see(caller, "")
    caller.clock.move(41)
    assert "All (3)" in see(caller, "")
    assert caller.shop.backstage.counts() == {"processing": 3}
