"""What a pretend WooCommerce shop sends by itself, and when it stops."""

from __future__ import annotations

import json

import pytest

from tests.unit.sandbox.helpers import Caller
from varco.sandbox.backstage import Message

URL = "https://hub.example/hooks/abc"
TOPICS = ("order.created", "order.updated", "order.deleted", "order.restored")


@pytest.fixture
def caller() -> Caller:
    """Of a shop with two orders and a webhook of each topic."""
    made = Caller(orders=2)
    for topic in TOPICS:
        made.read("webhooks", "POST", {"topic": topic, "delivery_url": URL, "secret": "s"})
    made.shop.backstage.deliveries()
    return made


def told(caller: Caller) -> list[tuple[str, int]]:
    return [_of(message) for message in caller.shop.backstage.deliveries()]


def _of(message: Message) -> tuple[str, int]:
    return message.headers["X-WC-Webhook-Topic"], json.loads(message.body)["id"]


def fail(caller: Caller, topic: str, times: int, *, taken: bool = False) -> str:
    """Change an order so often while nobody takes the messages; the webhook's status then."""
    order = caller.shop.backstage.orders()[0].id
    for _ in range(times):
        caller.shop.backstage.edit([order], {"customer_note": "x"})
        for delivery in caller.shop.state.post.due():
            caller.shop.application.delivered(delivery, taken=taken)
    return next(str(hook["status"]) for hook in caller.read("webhooks") if hook["topic"] == topic)


def test_a_new_webhook_is_greeted() -> None:
    caller = Caller()
    made = caller.read("webhooks", "POST", {"topic": "order.updated", "delivery_url": URL})
    (greeting,) = caller.shop.backstage.deliveries()
    assert (greeting.url, greeting.body) == (URL, f"webhook_id={made['id']}")


def test_each_thing_that_happens_is_told_to_its_own_topic(caller: Caller) -> None:
    first = caller.shop.backstage.orders()[0].id
    (new,) = caller.shop.backstage.add_orders(1, days=0)
    assert told(caller) == [("order.created", new)]
    caller.shop.backstage.edit([first], {"customer_note": "Ring twice"})
    assert told(caller) == [("order.updated", first)]
    caller.shop.backstage.trash([first])
    assert told(caller) == [("order.deleted", first)]
    caller.shop.backstage.restore([first])
    assert told(caller) == [("order.restored", first)]


def test_a_restore_by_the_interface_is_told_to_nobody(caller: Caller) -> None:
    first = caller.shop.backstage.orders()[0].id
    caller.ask(f"orders/{first}", "DELETE")
    assert told(caller) == [("order.deleted", first)]
    caller.ask(f"orders/{first}", "PUT", {"status": "processing"})
    assert "order.restored" not in dict(told(caller))


def test_the_seventh_failure_in_a_row_switches_a_webhook_off(caller: Caller) -> None:
    assert fail(caller, "order.updated", 6) == "active"
    assert fail(caller, "order.updated", 1) == "disabled"
    assert fail(caller, "order.created", 1) == "active"
    caller.shop.backstage.edit([caller.shop.backstage.orders()[0].id], {"customer_note": "y"})
    assert told(caller) == []


def test_a_success_in_between_begins_the_count_anew(caller: Caller) -> None:
    fail(caller, "order.updated", 6)
    fail(caller, "order.updated", 1, taken=True)
    assert fail(caller, "order.updated", 6) == "active"


def test_one_that_was_switched_on_again_goes_off_at_its_next_failure(caller: Caller) -> None:
    fail(caller, "order.updated", 7)
    hook = next(hook for hook in caller.read("webhooks") if hook["topic"] == "order.updated")
    assert caller.read(f"webhooks/{hook['id']}", "PUT", {"status": "active"})["status"] == "active"
    assert fail(caller, "order.updated", 1) == "disabled"


def test_a_status_that_does_not_exist_is_refused(caller: Caller) -> None:
    hook = caller.read("webhooks")[0]
    assert caller.ask(f"webhooks/{hook['id']}", "PUT", {"status": "asleep"}).status == 400
