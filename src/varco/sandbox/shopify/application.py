"""Shopify, behind the walls of a pretend shop."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any, ClassVar, Final

import msgspec

from varco.model.exchange import Request, Response
from varco.model.secret import Secret
from varco.sandbox.application import Application, Shown, Told
from varco.sandbox.oddity import Oddity
from varco.sandbox.orders import Order
from varco.sandbox.post import Delivery
from varco.sandbox.shopify import changes, front, hooks, making, office, pages, states
from varco.sandbox.shopify.app import App, key_of
from varco.sandbox.shopify.orders import ShopifyOrder, of
from varco.sandbox.spec import Key, ShopSpec
from varco.sandbox.state import State
from varco.sandbox.walls import Wall

_LIST: Final = re.compile(rb"\borders\s*\(")
_NUMBERED: Final = re.compile(rb"gid://shopify/(Order|FulfillmentOrder|Fulfillment)/(\d+)")


class ShopifyApplication(Application):
    office: ClassVar[str] = "/admin/orders"
    notice: ClassVar[bytes] = b""
    proof: ClassVar[str] = "x-shopify-access-token"
    paid: ClassVar[str] = "unfulfilled"
    order_type: ClassVar[type[Order]] = ShopifyOrder

    def __init__(self, state: State) -> None:
        super().__init__(state)
        self.app = App(state)

    @classmethod
    def statuses_of(cls, _spec: ShopSpec) -> dict[str, str]:
        """A merchant cannot add any."""
        return dict(states.STATUSES)

    @classmethod
    def keys_of(cls, spec: ShopSpec) -> tuple[Key, ...]:
        return spec.keys or (key_of(spec),)

    def credentials(self) -> dict[str, Secret]:
        key = self.app.key
        if self.state.spec.legacy_token:
            return {"access_token": Secret(self.app.legacy_token()), "client_secret": Secret(key.secret)}
        return {"client_id": Secret(key.key), "client_secret": Secret(key.secret)}

    def answer(self, request: Request) -> Response:
        return front.answer(self.state, self.app, request)

    def own_page(self, wall: Wall, _request: Request) -> Response:
        return pages.own_page(wall)

    def crashed(self, _request: Request) -> Response:
        return pages.page(500)

    def is_list(self, request: Request) -> bool:
        return _LIST.search(request.body) is not None and b"mutation" not in request.body

    def order_meant(self, request: Request) -> int | None:
        for kind, digits in _NUMBERED.findall(request.body):
            number = int(digits)
            parts = self.app.parts()
            order = {
                b"Order": self.state.order(number),
                b"FulfillmentOrder": parts.order_of.get(number),
                b"Fulfillment": parts.order_of_fulfilment.get(number),
            }[kind]
            if order is not None:
                return order.id
        return None

    def new_order(self, created: int, *, status: str, oddities: Sequence[Oddity] | None, random: Random) -> Order:
        return making.random_order(self.state, created, status=status, oddities=oddities, random=random)

    def edit(self, order: Order, fields: Mapping[str, Any]) -> None:
        """An address or a note moves the order's date alone."""
        own = of(order)
        if "shipping" in fields:
            own.shipping = msgspec.structs.replace(own.shipping, **fields["shipping"])
        for name in ("customer_note", "tags", "test"):
            setattr(own, name, fields.get(name, getattr(own, name)))
        changes.saved(self.state, own)
        hooks.told(self.app, "ORDERS_UPDATED", own)

    def set_status(self, order: Order, status: str) -> None:
        own = of(order)
        moves = making.moves_order(own, status)
        making.bring_to(self.state, own, status)
        (changes.saved if moves else changes.kept)(self.state, own)
        if moves:
            hooks.told(self.app, "ORDERS_UPDATED", own)

    def trash(self, order: Order) -> None:
        """There is no such place: it is cancelled."""
        order.status_before_trash = order.status_before_trash or order.status
        self.set_status(order, "cancelled")

    def restore(self, order: Order) -> None:
        before, order.status_before_trash = order.status_before_trash, ""
        if before:
            self.set_status(order, before)

    def add_note(self, order: Order, text: str, *, to_customer: bool) -> None:
        own = of(order)
        own.customer_note = text
        own.mails += [text] if to_customer else []
        changes.saved(self.state, own)

    def came(self, order: Order) -> None:
        hooks.told(self.app, "ORDERS_CREATE", of(order))

    def delivered(self, delivery: Delivery, *, taken: bool) -> None:
        hooks.delivered(self.app, delivery, taken=taken)

    def act(self, name: str, _arguments: Mapping[str, Any]) -> Any:
        return office.act(self.app, name, _arguments)

    def told(self, order: Order) -> Told:
        own = of(order)
        live = [found for found in own.shipments if found.status == "SUCCESS"]
        return Told(
            notes_to_customer=tuple(own.mails),
            meta={"fulfilment_orders": [msgspec.to_builtins(found) for found in own.fulfilment_orders]},
            fulfilments=tuple(
                {
                    "_tracking_number": parcel.number,
                    "_shipment_provider": parcel.company,
                    "_tracking_url": parcel.url,
                    "fulfilment": found.id,
                    "quantities": {str(line.item): line.quantity for line in found.lines},
                    "events": [event.status for event in found.events],
                }
                for found in live
                for parcel in found.parcels
            ),
            customer_note=own.customer_note,
        )

    def shown(self, order: Order) -> list[Shown]:
        return [
            (parcel.company or "", parcel.number or "", parcel.url or "")
            for found in of(order).shipments
            if found.status == "SUCCESS"
            for parcel in found.parcels
        ]


APPLICATION = ShopifyApplication
