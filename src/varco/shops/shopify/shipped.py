"""What was shipped of an order, what is left, and what of it one publication still has to tell. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from varco.model.finding import Finding
from varco.model.shipment import Publication
from varco.shops.fields import Loose, number_of, text_of
from varco.shops.shopify.api import number_in
from varco.shops.shopify.payload import FulfilmentOrder, Location, Named, Nodes, why_held

_NOTHING_SHIPPED = ("CANCELLED", "ERROR", "FAILURE")
"""States of a fulfilment."""

Goods = dict[str, int]
"""How many pieces of each line, by its number."""


class Parcel(msgspec.Struct, frozen=True):
    number: Loose = None
    url: Loose = None


class Packed(msgspec.Struct, rename="camel"):
    quantity: int = 0
    line_item: Named = msgspec.field(default_factory=Named)


class Fulfilment(msgspec.Struct, rename="camel"):
    id: str
    status: str = ""
    tracking_info: list[Parcel] = []
    fulfillment_line_items: Nodes[Packed] = msgspec.field(default_factory=Nodes[Packed])

    @property
    def numbers(self) -> set[str]:
        return {text_of(parcel.number) for parcel in self.tracking_info}

    @property
    def goods(self) -> Goods:
        return _summed((number_in(one.line_item.id), one.quantity) for one in self.fulfillment_line_items.nodes)


class State(msgspec.Struct, rename="camel"):
    """An order as `STATE` asks for it."""

    cancelled_at: str | None = None
    requires_shipping: bool = True
    fulfillments: list[Fulfilment] = []
    fulfillment_orders: Nodes[FulfilmentOrder] = msgspec.field(default_factory=Nodes[FulfilmentOrder])


class Taken(msgspec.Struct, frozen=True, kw_only=True):
    """What is told of one line of a fulfilment order."""

    part: str
    share: str
    line: str
    quantity: int


class Shipped:
    """A state, as one publication looks at it."""

    def __init__(self, state: State, publication: Publication, *, local: bool) -> None:
        self.cancelled = bool(state.cancelled_at)
        self._numbers = {tracking.number for tracking in publication.trackings}
        self._wanted = wanted_by(publication)
        self._live = [one for one in state.fulfillments if one.status not in _NOTHING_SHIPPED]
        open_parts = [part for part in state.fulfillment_orders.nodes if part.is_open]
        self._free = [part for part in open_parts if part.is_ours(local)]
        self._held = [part for part in open_parts if not part.is_ours(local)]
        self._unrouted = state.requires_shipping and not state.fulfillment_orders.nodes and not self.cancelled
        self._local = local

    @property
    def ours(self) -> list[Fulfilment]:
        """Those that bear one of our numbers."""
        return [one for one in self._live if self._numbers & one.numbers]

    @property
    def has_all_numbers(self) -> bool:
        return all(any(number in one.numbers for one in self._live) for number in self._numbers)

    @property
    def told(self) -> Goods:
        """What stands under our numbers."""
        return _summed(pair for one in self.ours for pair in one.goods.items())

    def missing(self) -> Goods:
        """What was shipped and does not stand there. Where no lines are said, it is all that is left."""
        told = self.told
        if self._wanted:
            left = {line: count - told.get(line, 0) for line, count in self._wanted.items()}
            return {line: count for line, count in left.items() if count > 0}
        if told:
            return {}
        return _summed(pair for part in (*self._free, *self._held) for pair in _goods_of(part).items())

    def to_tell(self) -> list[list[Taken]]:
        """Of what is missing, what can be told now: by location, since one call takes one."""
        missing = self.missing()
        found: dict[str, list[Taken]] = {}
        for part in self._free:
            taken = _taken(part, missing)
            if taken:
                found.setdefault((part.assigned_location or Location()).key, []).extend(taken)
        return list(found.values())

    def without_numbers(self) -> list[Fulfilment]:
        """Where the merchant has shipped our goods himself; otherwise ours, if one of several numbers is not there."""
        missing, ours = self.missing(), self.ours
        theirs = [one for one in self._live if one not in ours and missing.keys() & one.goods.keys()]
        return theirs or ([] if self.has_all_numbers else ours[-1:])

    def why_not(self) -> Finding | None:
        """What keeps the rest from being told; None where nothing does, or where nothing of it is left."""
        missing = self.missing()
        for part in self._free:
            _taken(part, missing)
        held = [part for part in self._held if any(missing.get(line) for line in _goods_of(part))]
        return why_held(held, local=self._local) if held or self._unrouted else None

    def is_done(self) -> bool:
        return self.has_all_numbers and not self.to_tell() and self.why_not() is None

    def is_doubled(self) -> bool:
        """Whether two of ours hold the same line, and more of it than was shipped."""
        seen: Goods = {}
        for one in self.ours:
            for line, count in one.goods.items():
                if line in seen and seen[line] + count > self._wanted.get(line, 0):
                    return True
                seen[line] = seen.get(line, 0) + count
        return False


def wanted_by(publication: Publication) -> Goods:
    """What is in its parcels; empty means all that is left."""
    lines = next((tracking.lines for tracking in publication.trackings if tracking.lines), ())
    return _summed((line.remote_line_id, int(number_of(line.quantity, "quantity"))) for line in lines)


def _goods_of(part: FulfilmentOrder) -> Goods:
    return _summed((number_in(share.line_item.id), share.remaining_quantity) for share in part.line_items.nodes)


def _taken(part: FulfilmentOrder, missing: Goods) -> list[Taken]:
    """What this one has of what is missing, which is taken off."""
    found = []
    for share in part.line_items.nodes:
        line = number_in(share.line_item.id)
        count = min(missing.get(line, 0), share.remaining_quantity)
        if count > 0:
            missing[line] -= count
            found.append(Taken(part=part.id, share=share.id, line=line, quantity=count))
    return found


def _summed(pairs: Iterable[tuple[str, int]]) -> Goods:
    found: Goods = {}
    for key, count in pairs:
        found[key] = found.get(key, 0) + count
    return found


def shares(taken: Iterable[Taken]) -> list[dict[str, Any]]:
    """As `FulfillmentInput` takes them."""
    found: dict[str, list[dict[str, Any]]] = {}
    for one in taken:
        found.setdefault(one.part, []).append({"id": one.share, "quantity": one.quantity})
    return [{"fulfillmentOrderId": part, "fulfillmentOrderLineItems": lines} for part, lines in found.items()]
