"""Who asks, and what that caller may see: the context of every GraphQL answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from graphql import GraphQLError, GraphQLResolveInfo

from varco.sandbox.shopify.app import App
from varco.sandbox.shopify.orders import FulfilmentOrder, ShopifyOrder, of
from varco.sandbox.shopify.search import Search
from varco.sandbox.state import State

_RECENT_S: Final = 60 * 86_400
"""Without `read_all_orders` older orders are not there: https://shopify.dev/docs/api/usage/access-scopes"""
_ACCESS: Final = "https://shopify.dev/api/usage/access-scopes"


class View:
    def __init__(self, state: State, app: App, scopes: frozenset[str], version: str, *, bulk: bool = False) -> None:
        self.state, self.app, self.scopes, self.version = state, app, scopes, version
        self.bulk = bulk
        """Whether connections give all their rows at once."""
        self.now = state.clock.now()
        self.searches: list[tuple[list[str], Search]] = []

    # Orders

    def order(self, number: int) -> ShopifyOrder | None:
        found = self.state.order(number)
        return of(found) if found is not None and self.sees(of(found)) else None

    def sees(self, order: ShopifyOrder) -> bool:
        return "read_all_orders" in self.scopes or order.created >= self.now - _RECENT_S

    def is_listed(self, order: ShopifyOrder) -> bool:
        """A slow transaction becomes visible late."""
        return order.visible_from <= self.now and self.sees(order)

    # Fulfilment orders

    def fulfilment_orders(self, order: ShopifyOrder) -> list[FulfilmentOrder]:
        """Of kinds of locations whose scope is missing none are there; just after the order none are there yet."""
        if order.routed > self.now:
            return []
        return [found for found in order.fulfilment_orders if self._sees_location(found.location)]

    def fulfilment_order(self, number: int) -> tuple[ShopifyOrder, FulfilmentOrder] | None:
        order = self.app.parts().order_of.get(number)
        found = order.fulfilment_order(number) if order is not None else None
        if order is None or found is None or not self.sees(order) or found not in self.fulfilment_orders(order):
            return None
        return order, found

    def _sees_location(self, location: int) -> bool:
        own = location < len(self.state.spec.locations)
        kind = "merchant_managed" if own else "third_party"
        return f"read_{kind}_fulfillment_orders" in self.scopes

    # Fulfilments

    def fulfilment_of(self, number: int) -> ShopifyOrder | None:
        order = self.app.parts().order_of_fulfilment.get(number)
        return order if order is not None and self.sees(order) else None

    # Scopes

    def require(self, field: str, *scopes: str) -> None:
        """One of them is enough. Raises the error that Shopify gives (recorded)."""
        if self.scopes.isdisjoint(scopes):
            names = " or ".join(f"`{scope}`" for scope in scopes)
            access = f"{names} access scope."
            raise GraphQLError(
                f"Access denied for {field} field. Required access: {access}",
                extensions={"code": "ACCESS_DENIED", "documentation": _ACCESS, "requiredAccess": access},
            )


Info = GraphQLResolveInfo[View]
"""What a resolver is told of the question."""


def gid(kind: str, number: int | str) -> str:
    return f"gid://shopify/{kind}/{number}"


def number_in(text: str, *kinds: str) -> int | None:
    """The number of a global id of one of these kinds; without a kind, of any. Raises `GraphQLError` for no id."""
    parts = text.removeprefix("gid://shopify/").partition("?")[0].split("/")
    if not text.startswith("gid://shopify/") or len(parts) != 2 or not parts[1].isdigit():
        raise GraphQLError(f"Invalid global id '{text}'")
    return int(parts[1]) if not kinds or parts[0] in kinds else None


def at(moment: int) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def at_or_none(moment: int) -> str | None:
    return at(moment) if moment else None


def error(field: Sequence[str] | None, message: str, code: str | None = None) -> dict[str, Any]:
    """A userError. `code` is only read of those kinds that have one."""
    return {"field": None if field is None else list(field), "message": message, "code": code}
