"""Magento 2, behind the walls of a pretend shop."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from hashlib import sha1
from random import Random
from typing import Any, ClassVar, Final
from urllib.parse import urlsplit

import msgspec

from varco.model.exchange import Request, Response
from varco.model.secret import Secret
from varco.sandbox.application import Application, Shown, Told
from varco.sandbox.magento import changes, front, pages
from varco.sandbox.magento.auth import token_of
from varco.sandbox.magento.making import STATUSES, random_order
from varco.sandbox.magento.orders import MagentoOrder
from varco.sandbox.magento.reads import of
from varco.sandbox.oddity import Oddity
from varco.sandbox.orders import Order
from varco.sandbox.spec import Key, ShopSpec
from varco.sandbox.walls import Wall

_ORDER: Final = re.compile(r"/orders?/(\d+)")
_LIST: Final = re.compile(r"/V1/orders/?$")


class MagentoApplication(Application):
    office: ClassVar[str] = "/admin"
    notice: ClassVar[bytes] = pages.NOTICE
    order_type: ClassVar[type[Order]] = MagentoOrder

    @classmethod
    def statuses_of(cls, spec: ShopSpec) -> dict[str, str]:
        return {**STATUSES, **spec.statuses}

    @classmethod
    def keys_of(cls, spec: ShopSpec) -> tuple[Key, ...]:
        return spec.keys or (Key(key=_hex("key", spec), secret=_hex("secret", spec)),)

    def credentials(self) -> dict[str, Secret]:
        key = self.state.keys[0]
        token, token_secret = token_of(key)
        return {
            "consumer_key": Secret(key.key),
            "consumer_secret": Secret(key.secret),
            "access_token": Secret(token),
            "access_token_secret": Secret(token_secret),
        }

    def answer(self, request: Request) -> Response:
        return front.answer(self.state, request)

    def own_page(self, wall: Wall, request: Request) -> Response:
        return pages.own_page(wall, request)

    def crashed(self, request: Request) -> Response:
        return pages.crashed(request)

    def is_list(self, request: Request) -> bool:
        return request.method == "GET" and _LIST.search(urlsplit(request.url).path) is not None

    def order_meant(self, request: Request) -> int | None:
        match = _ORDER.search(request.url)
        if match is not None:
            return int(match[1])
        try:
            entity = msgspec.json.decode(request.body)["entity"]
            return int(entity["order_id"] if "order_id" in entity else entity["entity_id"])
        except (msgspec.DecodeError, KeyError, TypeError):
            return None

    def new_order(self, created: int, *, status: str, oddities: Sequence[Oddity] | None, random: Random) -> Order:
        return random_order(self.state, created, status=status, oddities=oddities, random=random)

    def edit(self, order: Order, fields: Mapping[str, Any]) -> None:
        changes.edit(self.state, of(order), fields)

    def set_status(self, order: Order, status: str) -> None:
        changes.set_status(self.state, of(order), status)

    def trash(self, order: Order) -> None:
        """There is no such place: it is cancelled."""
        order.status_before_trash = order.status_before_trash or order.status
        changes.set_status(self.state, of(order), "canceled")

    def restore(self, order: Order) -> None:
        before, order.status_before_trash = order.status_before_trash, ""
        if before:
            changes.set_status(self.state, of(order), before)

    def add_note(self, order: Order, text: str, *, to_customer: bool) -> None:
        changes.add_comment(self.state, of(order), text, notified=int(to_customer))

    def told(self, order: Order) -> Told:
        comments = of(order).comments
        return Told(
            notes=tuple(comment.text for comment in comments),
            notes_to_customer=tuple(comment.text for comment in comments if comment.notified),
            fulfilments=tuple(
                {"_tracking_number": track.number, "_shipment_provider": track.title, "shipment": shipment.id}
                for shipment in of(order).shipments
                for track in shipment.tracks
            ),
            customer_note=order.customer_note,
        )

    def shown(self, order: Order) -> list[Shown]:
        return [(track.title, track.number, "") for shipment in of(order).shipments for track in shipment.tracks]


def _hex(word: str, spec: ShopSpec) -> str:
    """32 letters, as Magento makes them."""
    return sha1(f"{word} {spec.seed} {spec.name}".encode(), usedforsecurity=False).hexdigest()[:32]


APPLICATION = MagentoApplication
