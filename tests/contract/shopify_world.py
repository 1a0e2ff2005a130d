"""The pretend Shopify as the recorded test shops were, so that each exchange can happen again.

An exchange follows those that stand before it in its file. Numbers of the recorded shop become numbers of ours.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from tests.recordings import recordings
from varco.model.exchange import Request, Response
from varco.sandbox import SandboxShop, ShopSpec
from varco.sandbox.amounts import micro
from varco.sandbox.orders import Billing
from varco.sandbox.shopify import changes
from varco.sandbox.shopify.application import ShopifyApplication
from varco.sandbox.shopify.fields_shop import FIRST_LOCATION
from varco.sandbox.shopify.orders import FoLine, FulfilmentOrder, Item, Parcel, ShopifyOrder
from varco.sandbox.shopify.paging import cursor_of
from varco.sandbox.state import State

TAGS: Final = ["draft-order-complete", "merchant-realistic", "parity-probe"]
WHO: Final = Billing(email="somebody@example.com")
NOW: Final = datetime(2026, 7, 13, 12, tzinfo=UTC)
RECORDED: Final = dict(recordings("shopify"))
SCOPES: Final = (
    "write_orders", "read_products", "read_locations", "write_merchant_managed_fulfillment_orders",
    "write_third_party_fulfillment_orders",
)  # fmt: skip
_CREATE: Final = """mutation Create($fulfillment: FulfillmentInput!, $message: String) {
  fulfillmentCreate(fulfillment: $fulfillment, message: $message) {
    fulfillment {
      id status displayStatus trackingInfo(first: 5) { number url company }
      fulfillmentLineItems(first: 5) { nodes { id quantity lineItem { id title } } }
    }
    userErrors { field message }
  }
}"""
_HOOK: Final = """webhookSubscription {
      id topic format includeFields metafieldNamespaces filter createdAt updatedAt
      endpoint { __typename ... on WebhookHttpEndpoint { callbackUrl } }
    }
    userErrors { field message }"""
_HOOK_CREATE: Final = f"""mutation Hook(
  $topic: WebhookSubscriptionTopic!, $webhookSubscription: WebhookSubscriptionInput!
) {{
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: $webhookSubscription) {{ {_HOOK} }}
}}"""
_HOOK_UPDATE: Final = f"""mutation Hook($id: ID!, $webhookSubscription: WebhookSubscriptionInput!) {{
  webhookSubscriptionUpdate(id: $id, webhookSubscription: $webhookSubscription) {{ {_HOOK} }}
}}"""
_FULL_PAGE: Final = """{ orders(first: 250) { nodes { id lineItems(first: 30) { nodes { id variant { id } } } } } }"""
"""For an answer whose question was not printed: it costs more than is left."""


class Clock:
    def now(self) -> datetime:
        return NOW


class World:
    """One shop, and which of our numbers stands for which recorded one."""

    def __init__(self, **spec: Any) -> None:
        self.shop = SandboxShop(ShopSpec(platform="shopify", **{"scopes": SCOPES, **spec}), clock=Clock())
        application = self.shop.application
        assert isinstance(application, ShopifyApplication)
        self.app = application.app
        self.token = self.app.new_token()
        self.ours: dict[str, str] = {}

    @property
    def state(self) -> State:
        return self.shop.state

    def order(self, number: int, *, created: datetime = NOW, **fields: Any) -> ShopifyOrder:
        moment = int(created.timestamp())
        order = ShopifyOrder(id=number, status="", created=moment, modified=moment, key="", **fields)
        self.state.book.add([order])
        return order

    def share(
        self,
        order: ShopifyOrder,
        quantities: Mapping[int, int],
        place: int = 0,
        *,
        number: int = 0,
        lines: Sequence[int] = (),
    ) -> FulfilmentOrder:
        """A fulfilment order with so many of which lines, and the numbers that it and they had when recorded."""
        moment = int(NOW.timestamp())
        found = FulfilmentOrder(
            id=next(self.state.fulfilment_ids), created=moment, updated=moment, location=place, fulfill_at=moment
        )
        found.lines = [
            FoLine(id=next(self.state.meta_ids), item=item, total=count, remaining=count)
            for item, count in quantities.items()
        ]
        order.fulfilment_orders.append(found)
        changes.kept(self.state, order)
        self.is_ours(number, found.id)
        for line, recorded in zip(found.lines, lines, strict=False):
            self.is_ours(recorded, line.id)
        return found

    def is_ours(self, recorded: int | str, ours: int | str) -> None:
        if recorded:
            self.ours[str(recorded)] = str(ours)

    def ask(self, query: str, variables: Mapping[str, Any]) -> Response:
        text = json.dumps(dict(variables))
        for recorded, ours in self.ours.items():
            text = text.replace(recorded, ours)
        body = json.dumps({"query": query, "variables": json.loads(text)}).encode()
        headers = (("X-Shopify-Access-Token", self.token), ("Content-Type", "application/json"))
        url = f"{self.shop.url}/admin/api/2026-04/graphql.json"
        return self.shop.handle(Request(method="POST", url=url, headers=headers, body=body))


def item(world: World, quantity: int = 1, variant: int = 11, **fields: Any) -> Item:
    number = next(world.state.line_ids)
    return Item(id=number, variant=variant, title=f"item {number}", quantity=quantity, price=micro("20"), **fields)


def answered(name: str, exchange: str) -> Response:
    """What the pretend shop answers to it, after all that stands before it."""
    world, response = WORLDS.get(name, World)(), None
    for title, one in RECORDED[name]["exchanges"].items():
        before = BEFORE.get((name, title))
        if before is not None:
            before(world)
        response = world.ask(_query(name, one), one.get("variables") or {})
        after = AFTER.get((name, title))
        if after is not None:
            after(world, response)
        if title == exchange:
            break
    assert response is not None
    return response


def _query(name: str, one: Mapping[str, Any]) -> str:
    if one.get("query"):
        return str(one["query"])
    if name == "throttled":
        return _FULL_PAGE
    if name == "webhook_subscription":
        return _HOOK_UPDATE if "id" in one["variables"] else _HOOK_CREATE
    return _CREATE if name.startswith("fulfillment_create") else "{ shop { id } }"


# The worlds


def _create_errors() -> World:
    world = World(locations=("one", "two"))
    first = world.order(1, items=[item(world, 2)])
    world.share(first, {first.items[0].id: 1}, number=9921139736882, lines=(20282998653234,))
    for number, order, line in ((2, 9921139802418, 20282998751538), (3, 9921139867954, 20282998849842)):
        other = world.order(number, items=[item(world)])
        world.share(other, {other.items[0].id: 1}, number=order, lines=(line,))
    placed = world.order(4, items=[item(world, 2)])
    world.share(placed, {placed.items[0].id: 1}, number=9921139933490, lines=(20282998980914,))
    world.share(placed, {placed.items[0].id: 1}, 1, number=9921140162866, lines=(20282999243058,))
    last = world.order(5, items=[item(world, 2)])
    world.share(last, {last.items[0].id: 1}, number=9921140097330, lines=(20282999177522,))
    world.share(last, {last.items[0].id: 1}, number=9921140228402, lines=(20282999308594,))
    return world


def _create_states() -> World:
    world = World()
    numbers = (9825095713074, 9825095909682, 9825098105138, 9825098170674, 9825095876914)
    orders = [world.order(place, items=[item(world)]) for place in range(1, 6)]
    shares = [
        world.share(order, {order.items[0].id: 1}, number=number, lines=(19872514900274 if number % 100 == 14 else 0,))
        for order, number in zip(orders, numbers, strict=True)
    ]
    changes.cancel(world.state, orders[0])
    changes.fulfil(world.state, orders[1], {shares[1].id: {}}, ())
    changes.report_progress(world.state, shares[2])
    for order in orders:
        changes.kept(world.state, order)
    return world


def _shipped() -> World:
    """One fulfilment, and an order to be cancelled."""
    world = World()
    order = world.order(1, items=[item(world)])
    found = world.share(order, {order.items[0].id: 1})
    made = changes.fulfil(world.state, order, {found.id: {}}, [Parcel("X", None, "Hermes")])
    changes.kept(world.state, order)
    for number in (7878997410098, 7859241517362):
        world.is_ours(number, made.id)
    world.is_ours(8731073872178, order.id)
    return world


def _held() -> World:
    world = World()
    order = world.order(1, items=[item(world, 2)])
    world.share(order, {order.items[0].id: 2}, number=9875851051314, lines=(20088911921458,))
    world.is_ours(8936753398066, order.id)
    return world


def _hold_number(world: World, response: Response) -> None:
    data = json.loads(response.body)["data"]["fulfillmentOrderHold"]["fulfillmentHold"]
    world.is_ours(299245338930, data["id"].rpartition("/")[2])


def _unmovable() -> World:
    world = World(services=("3PL",))
    numbers = (9652945912114, 9652945944882, 9652945977650, 9652946043186)
    orders = [world.order(place, items=[item(world)]) for place in range(1, 5)]
    shares = [
        world.share(order, {order.items[0].id: 1}, number=number) for order, number in zip(orders, numbers, strict=True)
    ]
    changes.fulfil(world.state, orders[0], {shares[0].id: {}}, ())
    changes.report_progress(world.state, shares[1])
    shares[2].location, shares[2].request_status = 2, "SUBMITTED"
    world.is_ours(106318430514, FIRST_LOCATION + 1)
    return world


def _moved() -> World:
    world = World()
    order = world.order(1, items=[item(world, 2), item(world, 3)])
    quantities = {one.id: one.quantity for one in order.items}
    world.share(order, quantities, number=9658342605106, lines=(19460201382194, 19460201414962))
    world.is_ours(106318430514, FIRST_LOCATION + 1)
    return world


def _twice() -> World:
    world = World()
    order = world.order(513, items=[item(world, 2)])
    world.share(order, {order.items[0].id: 2}, number=9774466990386, lines=(19663777169714,))
    return world


def _edited() -> World:
    world = World(currency="CAD")
    order = world.order(491, items=[item(world, 3, variant=0, sku="order-edit")], currency="CAD")
    world.share(order, {order.items[0].id: 3})
    changes.remove(world.state, order, {order.items[0].id: 2})
    changes.add(world.state, order, {16: 2})
    order.edited = True
    changes.saved(world.state, order)
    world.is_ours(8837930516786, order.id)
    return world


def _catalogue() -> World:
    """Two orders with the tag, and later ones that are paid and wait too."""
    world = World()
    moments = {492: (22, 29, 28), 494: (22, 34, 0)}
    for number, (hour, minute, second) in moments.items():
        created = datetime(2026, 6, 22, hour, minute, second, tzinfo=UTC)
        order = world.order(number, created=created, items=[item(world)], tags=TAGS, billing=WHO)
        world.share(order, {order.items[0].id: 1})
    for number in range(657, 662):
        order = world.order(number, created=datetime(2026, 7, 2, 23, 26, number - 650, tzinfo=UTC), items=[item(world)])
        world.share(order, {order.items[0].id: 1})
    last = int(datetime(2026, 6, 22, 22, 34, tzinfo=UTC).timestamp()) * 1000
    world.is_ours(cursor_of((last, 8837991727410)), cursor_of((last, 494)))
    world.is_ours(8837991727410, 494)
    return world


def _parcels() -> World:
    world = World()
    order = world.order(1, items=[item(world)])
    world.share(order, {order.items[0].id: 1}, number=9878523576626)
    world.is_ours(8939169218866, order.id)
    return world


def _made(world: World, response: Response) -> None:
    made = json.loads(response.body)["data"]["fulfillmentCreate"]["fulfillment"]["id"]
    world.is_ours(8086547988786, made.rpartition("/")[2])


def _drained() -> World:
    world = World(bucket=1000, restore_rate=50)
    world.app.bucket.drain(10, int(NOW.timestamp()))
    return world


def _five_run(world: World) -> None:
    for _ in range(4):
        world.ask(
            "mutation($query: String!) { bulkOperationRunQuery(query: $query) { bulkOperation { id } } }",
            {"query": "{ products { edges { node { id } } } }"},
        )


def _hook_number(world: World, response: Response) -> None:
    made = json.loads(response.body)["data"]["webhookSubscriptionCreate"]["webhookSubscription"]["id"]
    world.is_ours(1966822457650, re.sub(r"\D", "", made))


WORLDS: Final[dict[str, Callable[[], World]]] = {
    "fulfillment_create_errors": _create_errors,
    "fulfillment_create_states": _create_states,
    "fulfillment_event_errors": _shipped,
    "fulfillment_events": _shipped,
    "fulfillment_order_hold": _held,
    "fulfillment_order_move_errors": _unmovable,
    "fulfillment_order_move_partial": _moved,
    "fulfillment_partial_twice": _twice,
    "order_edit": _edited,
    "orders_page_cursor": _catalogue,
    "throttled": _drained,
    "tracking_several_parcels": _parcels,
}
BEFORE: Final[dict[tuple[str, str], Callable[[World], None]]] = {("bulk_query_concurrency", "sixth"): _five_run}
AFTER: Final[dict[tuple[str, str], Callable[[World, Response], None]]] = {
    ("fulfillment_order_hold", "hold"): _hold_number,
    ("tracking_several_parcels", "fulfillmentCreate"): _made,
    ("webhook_subscription", "create"): _hook_number,
}
