"""A caller of the pretend Shopify: its token, its questions, its answers as data."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from tests.unit.sandbox.helpers import MovedClock, json_of
from varco.model.exchange import Request, Response
from varco.sandbox import SandboxShop, ShopSpec
from varco.sandbox.shopify.app import App
from varco.sandbox.shopify.application import ShopifyApplication


class ShopifyCaller:
    def __init__(self, **settings: Any) -> None:
        self.clock = MovedClock()
        self.shop = SandboxShop(ShopSpec(platform="shopify", **settings), clock=self.clock)
        self.backstage = self.shop.backstage
        self.token = ""

    @property
    def app(self) -> App:
        application = self.shop.application
        assert isinstance(application, ShopifyApplication)
        return application.app

    def sign_in(self, **changed: str) -> Response:
        given = {name: value.reveal() for name, value in self.shop.credentials().items()}
        form = urlencode({"grant_type": "client_credentials", **given, **changed}).encode()
        headers = (("Content-Type", "application/x-www-form-urlencoded"),)
        url = f"{self.shop.url}/admin/oauth/access_token"
        answer = self.shop.handle(Request(method="POST", url=url, headers=headers, body=form))
        if answer.status == 200:
            self.token = json_of(answer)["access_token"]
        return answer

    def call(
        self, query: str, /, *, version: str = "2026-07", address: str = "127.0.0.1", **variables: Any
    ) -> Response:
        if not self.token:
            self.sign_in()
        url = f"{self.shop.url}/admin/api/{version}/graphql.json"
        headers = (("X-Shopify-Access-Token", self.token), ("Content-Type", "application/json"))
        body = json.dumps({"query": query, "variables": variables}).encode()
        return self.shop.handle(Request(method="POST", url=url, headers=headers, body=body), address)

    def ask(self, query: str, /, **variables: Any) -> Any:
        """The whole answer; a bad status fails the test."""
        answer = self.call(query, **variables)
        assert answer.status == 200
        return json_of(answer)

    def read(self, query: str, /, **variables: Any) -> Any:
        """What stands under `data` of an answer without errors."""
        answer = self.ask(query, **variables)
        assert "errors" not in answer, answer["errors"]
        return answer["data"]

    def order(self, **settings: Any) -> int:
        (number,) = self.backstage.add_orders(1, days=0, oddities=[], **{"status": "unfulfilled", **settings})
        return number

    def shares(self, number: int) -> list[Any]:
        """The order's fulfilment orders with their lines."""
        found: list[Any] = self.read(SHARES, id=f"gid://shopify/Order/{number}")["order"]["fulfillmentOrders"]["nodes"]
        for share in found:
            share["lineItems"] = share["lineItems"]["nodes"]
        return found

    def shares_quietly(self, number: int) -> list[Any]:
        """Without their locations, for which another scope is needed."""
        query = "query($id: ID!) { order(id: $id) { fulfillmentOrders(first: 20) { nodes { id } } } }"
        found: list[Any] = self.read(query, id=f"gid://shopify/Order/{number}")["order"]["fulfillmentOrders"]["nodes"]
        return found

    def dates(self, number: int) -> tuple[str, list[str]]:
        """When the order changed, and each of its fulfilment orders."""
        order = self.read(DATES, id=f"gid://shopify/Order/{number}")["order"]
        return order["updatedAt"], [share["updatedAt"] for share in order["fulfillmentOrders"]["nodes"]]

    def ship(self, share: Any, lines: list[Any] | None = None, **tracking: Any) -> Any:
        """`fulfillmentCreate` of a fulfilment order, or of some of its lines."""
        notify = tracking.pop("notify", False)
        group = {"fulfillmentOrderId": share["id"]} | ({} if lines is None else {"fulfillmentOrderLineItems": lines})
        wanted = {"lineItemsByFulfillmentOrder": [group], "notifyCustomer": notify, "trackingInfo": tracking}
        return self.read(SHIP, fulfillment=wanted)["fulfillmentCreate"]


SHARES = """query($id: ID!) { order(id: $id) { fulfillmentOrders(first: 20) { nodes {
  id status updatedAt supportedActions { action } assignedLocation { name }
  lineItems(first: 30) { nodes { id totalQuantity remainingQuantity lineItem { id } } } } } } }"""
DATES = "query($id: ID!) { order(id: $id) { updatedAt fulfillmentOrders(first: 20) { nodes { updatedAt } } } }"
SHIP = """mutation($fulfillment: FulfillmentInput!) { fulfillmentCreate(fulfillment: $fulfillment) {
  fulfillment { id name status trackingInfo(first: 10) { number url company } } userErrors { field message } } }"""
