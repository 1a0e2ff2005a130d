"""WooCommerce's webhooks: registered and taken away by its interface, and proven by their signature."""

from __future__ import annotations

import json

import pytest

from tests.recordings import RECORDED
from tests.unit.shops.woocommerce.fakes import JSON, run, shop_with
from varco.model.exchange import Headers, Response
from varco.model.secret import Secret
from varco.sandbox import Kind, SandboxShop, ShopSpec, Wall, send_to
from varco.shops.base import ShopAccess, WebhookSource
from varco.shops.woocommerce.shop import WooCommerce
from varco.shops.woocommerce.webhooks import TOPICS

URL = "https://hub.example/hooks/abc"
SECRET = Secret("lab-webhook-secret")


def recorded(name: str) -> tuple[Headers, bytes]:
    sent = json.loads((RECORDED / "woocommerce" / f"webhook_delivery_{name}.json").read_text())["request"]
    return tuple((key, value) for key, value in sent["headers"]), sent["body_raw"].encode()


def connected(shop: SandboxShop) -> WooCommerce:
    access = ShopAccess(base_url=shop.url, credentials=shop.credentials(), user_agent="Varco/1")
    return WooCommerce(access, send_to(shop))


@pytest.mark.parametrize("event", ["created", "updated", "deleted"])
def test_what_a_real_shop_sent_is_believed_with_the_right_secret_alone(event: str) -> None:
    headers, body = recorded(f"order_{event}")
    delivery = WooCommerce.delivery_from(headers, body, [SECRET])
    assert delivery is not None
    assert delivery.topic == f"order.{event}"
    assert delivery.every_stream == (event == "deleted")
    assert WooCommerce.delivery_from(headers, body, [Secret("another")]) is None
    assert WooCommerce.delivery_from(headers, body, [Secret("new"), SECRET]) == delivery
    assert WooCommerce.delivery_from(headers, body + b" ", [SECRET]) is None
    assert WooCommerce.delivery_from((), body, [SECRET]) is None
    assert WooCommerce.delivery_from(headers, body, []) is None


def test_two_orders_of_one_second_share_the_shops_id_and_are_told_apart() -> None:
    shop = SandboxShop(ShopSpec(orders=2))
    run(connected(shop).register_webhook("order.updated", URL, SECRET))
    first, second = (brief.id for brief in shop.backstage.orders())
    shop.backstage.set_status([first, second], "completed")
    sent = [message for message in shop.backstage.deliveries() if "X-WC-Webhook-Topic" in message.headers]
    assert len({message.headers["X-WC-Webhook-Delivery-ID"] for message in sent}) < len(sent)
    found = [WooCommerce.delivery_from(tuple(m.headers.items()), m.body.encode(), [SECRET]) for m in sent]
    assert len({delivery.key for delivery in found if delivery}) == len(sent)


def test_the_first_call_of_a_new_webhook_is_a_greeting_and_nothing_else_is() -> None:
    headers, body = recorded("ping")
    assert WooCommerce.is_greeting(headers, body)
    assert WooCommerce.delivery_from(headers, body, [SECRET]) is None
    assert not WooCommerce.is_greeting(headers, b"webhook_id=1&more=2")
    assert not WooCommerce.is_greeting(*recorded("order_deleted"))


def test_webhooks_are_registered_listed_and_taken_away() -> None:
    shop = SandboxShop(ShopSpec())
    woo = connected(shop)
    assert isinstance(woo, WebhookSource)
    made = [run(woo.register_webhook(topic, URL, SECRET)) for topic in TOPICS]
    assert sorted(run(woo.webhooks()), key=lambda hook: hook.id) == made
    assert {(hook.topic, hook.url, hook.active) for hook in made} == {(topic, URL, True) for topic in TOPICS}
    for hook in made:
        run(woo.remove_webhook(hook.id))
        run(woo.remove_webhook(hook.id))
    assert run(woo.webhooks()) == []


def test_more_webhooks_than_one_page_holds_are_all_seen() -> None:
    shop = SandboxShop(ShopSpec())
    woo = connected(shop)
    for _ in range(101):
        run(woo.register_webhook("order.updated", URL, SECRET))
    assert len(run(woo.webhooks())) == 101


def test_a_webhook_that_the_shop_switched_off_is_seen_to_be_off() -> None:
    shop = SandboxShop(ShopSpec())
    woo = connected(shop)
    run(woo.register_webhook("order.updated", URL, SECRET))
    shop.backstage.act("switch_webhooks_off", {})
    assert [hook.active for hook in run(woo.webhooks())] == [False]


def test_they_are_taken_away_where_delete_is_stopped() -> None:
    """Firewalls stop DELETE before anything else."""
    shop = SandboxShop(ShopSpec(walls=(Wall(kind=Kind.REFUSED, methods=("DELETE",)),)))
    woo = connected(shop)
    run(woo.remove_webhook(run(woo.register_webhook("order.updated", URL, SECRET)).id))
    assert run(woo.webhooks()) == []


def test_a_delivery_of_the_pretend_shop_has_the_headers_of_a_real_one() -> None:
    shop = SandboxShop(ShopSpec(orders=1))
    run(connected(shop).register_webhook("order.deleted", URL, SECRET))
    shop.backstage.trash([shop.backstage.orders()[0].id])
    greeting, told = shop.backstage.deliveries()
    of_the_wire = {"Host", "Accept-Encoding", "Connection", "Content-Length"}
    assert set(told.headers) == {name for name, _ in recorded("order_deleted")[0]} - of_the_wire
    assert set(greeting.headers) == {name for name, _ in recorded("ping")[0]} - of_the_wire
    assert set(json.loads(told.body)) == set(json.loads(recorded("order_deleted")[1]))


def test_the_list_of_a_real_shop_is_read() -> None:
    rows = json.loads((RECORDED / "woocommerce" / "webhook_list.json").read_text())["response"]["body"]
    shop = shop_with(lambda _: Response(status=200, headers=(JSON,), body=json.dumps(rows).encode()))
    assert [(hook.id, hook.topic, hook.active) for hook in run(shop.webhooks())] == [
        ("2", "order.created", True),
        ("3", "order.deleted", True),
        ("4", "order.restored", True),
        ("1", "order.updated", True),
    ]
