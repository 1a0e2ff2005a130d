"""What a pretend shop remembers from one run to the next."""

from __future__ import annotations

from pathlib import Path

from varco.sandbox import SandboxShop, ShopSpec
from varco.sandbox.kept import load, save

SPEC = ShopSpec(orders=30, seed=3)


def test_a_shop_goes_on_where_it_ended(tmp_path: Path) -> None:
    before = SandboxShop(SPEC)
    number = before.backstage.orders()[0].id
    before.backstage.add_note(number, "Tracking AB1", to_customer=True)
    before.backstage.add_orders(2)
    save(before, tmp_path / "orders.json")
    after = SandboxShop(SPEC)
    assert load(after, tmp_path / "orders.json")
    assert after.backstage.orders() == before.backstage.orders()
    assert after.backstage.order(number) == before.backstage.order(number)


def test_new_orders_get_new_numbers_and_new_people(tmp_path: Path) -> None:
    before = SandboxShop(SPEC)
    old = set(before.backstage.add_orders(5))
    save(before, tmp_path / "orders.json")
    after = SandboxShop(SPEC)
    load(after, tmp_path / "orders.json")
    new = after.backstage.add_orders(5)
    assert not old & set(new)
    emails = {order.billing.email for order in after.state.book if order.id in new}
    assert emails - {order.billing.email for order in after.state.book if order.id in old}


def test_nothing_readable_is_a_shop_that_begins_anew(tmp_path: Path) -> None:
    shop = SandboxShop(SPEC)
    assert not load(shop, tmp_path / "orders.json")
    (tmp_path / "orders.json").write_text("{")
    assert not load(shop, tmp_path / "orders.json")
    assert len(shop.backstage.orders()) == 30
