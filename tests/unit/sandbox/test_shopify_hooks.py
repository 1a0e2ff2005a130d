"""What a pretend Shopify sends by itself: webhooks, and files of bulk operations."""

from __future__ import annotations

import hmac
import json
from base64 import b64encode
from typing import Any

import pytest

from tests.unit.sandbox.shopify_caller import ShopifyCaller
from varco.model.exchange import Request

CREATE = """mutation($topic: WebhookSubscriptionTopic!, $sub: WebhookSubscriptionInput!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: $sub) {
    webhookSubscription { id uri } userErrors { field message } } }"""
DELETE = """mutation($id: ID!) { webhookSubscriptionDelete(id: $id) {
  deletedWebhookSubscriptionId userErrors { message } } }"""
LIST = "{ webhookSubscriptions(first: 50) { nodes { id topic uri } } }"
RUN = """mutation($query: String!) { bulkOperationRunQuery(query: $query) {
  bulkOperation { id status } userErrors { field message code } } }"""
STATUS = "query($id: ID!) { bulkOperation(id: $id) { status errorCode objectCount rootObjectCount fileSize url } }"
ORDERS = "{ orders { edges { node { id name lineItems { edges { node { id quantity } } } } } } }"
URI = "https://hub.example/hooks/shopify/1"


def subscribed(caller: ShopifyCaller, topic: str = "ORDERS_UPDATED") -> str:
    made = caller.read(CREATE, topic=topic, sub={"uri": URI, "format": "JSON"})["webhookSubscriptionCreate"]
    assert made["userErrors"] == []
    found: str = made["webhookSubscription"]["id"]
    return found


class TestWebhooks:
    def test_are_signed_over_the_very_body(self) -> None:
        caller = ShopifyCaller()
        subscribed(caller)
        number = caller.order()
        caller.backstage.edit([number], {"customer_note": "presto"})
        (message,) = caller.backstage.deliveries()
        secret = caller.shop.credentials()["client_secret"].reveal()
        signature = b64encode(hmac.digest(secret.encode(), message.body.encode(), "sha256")).decode()
        assert message.headers["X-Shopify-Hmac-SHA256"] == signature
        assert (message.url, message.headers["X-Shopify-Topic"]) == (URI, "orders/updated")
        assert message.headers["X-Shopify-Shop-Domain"] == "bottega-di-prova.myshopify.com"
        assert json.loads(message.body)["id"] == number

    def test_come_again_if_asked_for_with_the_same_numbers(self) -> None:
        caller = ShopifyCaller()
        subscribed(caller, "ORDERS_CREATE")
        caller.order()
        assert caller.backstage.deliveries() == caller.backstage.deliveries(again=True)
        assert caller.backstage.deliveries() == []

    def test_are_signed_with_the_old_secret_for_an_hour_after_a_rotation(self) -> None:
        caller = ShopifyCaller()
        subscribed(caller, "ORDERS_CREATE")
        old = caller.shop.credentials()["client_secret"].reveal()
        new = caller.backstage.act("rotate_secret", {})
        used = []
        for _ in range(2):
            caller.order()
            (message,) = caller.backstage.deliveries()
            signed = {
                b64encode(hmac.digest(secret.encode(), message.body.encode(), "sha256")).decode(): secret
                for secret in (old, new)
            }
            used.append(signed[message.headers["X-Shopify-Hmac-SHA256"]])
            caller.clock.move(3600)
        assert used == [old, new]

    def test_tell_of_holds_by_the_fulfilment_order(self) -> None:
        caller = ShopifyCaller()
        subscribed(caller, "FULFILLMENT_ORDERS_PLACED_ON_HOLD")
        found = caller.backstage.act("hold", {"order": caller.order()})
        (message,) = caller.backstage.deliveries()
        assert message.headers["X-Shopify-Topic"] == "fulfillment_orders/placed_on_hold"
        assert json.loads(message.body)["fulfillment_order"]["id"] == f"gid://shopify/FulfillmentOrder/{found}"

    def test_that_are_not_taken_come_later_and_at_last_the_subscription_goes(self) -> None:
        caller = ShopifyCaller()
        subscribed(caller, "ORDERS_CREATE")
        caller.order()
        bodies = set()
        for _ in range(8):
            (delivery,) = caller.shop.state.post.due()
            bodies.add(delivery.request.body)
            caller.shop.application.delivered(delivery, taken=False)
            assert caller.shop.state.post.due() == []
            caller.clock.move(3600)
        assert len(bodies) == 1
        assert caller.read(LIST)["webhookSubscriptions"]["nodes"] == []

    def test_one_that_is_taken_again_counts_as_none_that_failed(self) -> None:
        caller = ShopifyCaller()
        subscribed(caller, "ORDERS_CREATE")
        for _ in range(10):
            caller.order()
            (delivery, *_) = caller.shop.state.post.due()
            for taken in (False, True):
                caller.shop.application.delivered(delivery, taken=taken)
        assert len(caller.read(LIST)["webhookSubscriptions"]["nodes"]) == 1

    def test_subscriptions_are_listed_and_taken_away(self) -> None:
        caller = ShopifyCaller()
        number = subscribed(caller)
        assert [node["uri"] for node in caller.read(LIST)["webhookSubscriptions"]["nodes"]] == [URI]
        assert caller.read(DELETE, id=number)["webhookSubscriptionDelete"]["deletedWebhookSubscriptionId"] == number
        assert caller.read(DELETE, id=number)["webhookSubscriptionDelete"]["userErrors"]
        caller.order()
        assert caller.backstage.deliveries() == []

    def test_the_same_address_is_not_taken_twice_for_a_topic(self) -> None:
        caller = ShopifyCaller()
        subscribed(caller)
        again = caller.read(CREATE, topic="ORDERS_UPDATED", sub={"uri": URI})["webhookSubscriptionCreate"]
        assert again["userErrors"][0]["message"] == "Address for this topic has already been taken"


class TestBulk:
    def run(self, caller: ShopifyCaller, query: str) -> Any:
        made = caller.read(RUN, query=query)["bulkOperationRunQuery"]
        assert made["userErrors"] == []
        caller.clock.move(10)
        return caller.read(STATUS, id=made["bulkOperation"]["id"])["bulkOperation"]

    def fetch(self, caller: ShopifyCaller, url: str) -> list[Any]:
        answer = caller.shop.handle(Request(method="GET", url=url))
        assert answer.status == 200
        return [json.loads(line) for line in answer.body.splitlines()]

    def test_gives_every_row_once_and_its_children_with_their_parent(self) -> None:
        caller = ShopifyCaller(orders=300, days=20)
        done = self.run(caller, ORDERS)
        rows = self.fetch(caller, done["url"])
        parents = [row for row in rows if "__parentId" not in row]
        assert done["status"] == "COMPLETED"
        assert (int(done["objectCount"]), int(done["rootObjectCount"])) == (len(rows), 300)
        assert {row["id"] for row in parents} == {f"gid://shopify/Order/{one.id}" for one in caller.backstage.orders()}
        assert {row["__parentId"] for row in rows if "__parentId" in row} <= {row["id"] for row in parents}

    def test_is_under_way_at_first(self) -> None:
        caller = ShopifyCaller(orders=1)
        number = caller.read(RUN, query=ORDERS)["bulkOperationRunQuery"]["bulkOperation"]["id"]
        caller.clock.move(1)
        assert caller.read(STATUS, id=number)["bulkOperation"] == {
            "status": "RUNNING", "errorCode": None, "objectCount": "0", "rootObjectCount": "0", "fileSize": None,
            "url": None,
        }  # fmt: skip

    def test_has_no_file_where_nothing_was_found(self) -> None:
        done = self.run(ShopifyCaller(), ORDERS)
        assert (done["status"], done["url"]) == ("COMPLETED", None)

    def test_fails_where_the_app_may_not_read(self) -> None:
        done = self.run(ShopifyCaller(scopes=("read_products",)), ORDERS)
        assert (done["status"], done["errorCode"]) == ("FAILED", "ACCESS_DENIED")

    def test_the_file_is_gone_after_a_week(self) -> None:
        caller = ShopifyCaller(orders=1)
        url = self.run(caller, ORDERS)["url"]
        caller.clock.move(8 * 86_400)
        assert caller.shop.handle(Request(method="GET", url=url)).status == 404

    @pytest.mark.parametrize("query", ["{ orders { edges { node { nonsense } } } }", "{ orders {"])
    def test_a_question_that_cannot_be_read_is_refused(self, query: str) -> None:
        made = ShopifyCaller().read(RUN, query=query)["bulkOperationRunQuery"]
        assert made["bulkOperation"] is None
        assert made["userErrors"][0]["code"] == "INVALID"
