"""WordPress with WooCommerce, behind the walls of a pretend shop."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any, ClassVar, Final

from varco.model.exchange import Request, Response
from varco.model.secret import Secret
from varco.sandbox import pages
from varco.sandbox.application import Application, Shown, Told
from varco.sandbox.oddity import Oddity
from varco.sandbox.orders import Order
from varco.sandbox.post import Delivery
from varco.sandbox.spec import ShopSpec
from varco.sandbox.walls import Wall
from varco.sandbox.woocommerce import changes, consent, hooks, wordpress
from varco.sandbox.woocommerce.edits import edit
from varco.sandbox.woocommerce.making import random_order
from varco.sandbox.woocommerce.state import statuses_of

TRACKING_META: Final = "_wc_shipment_tracking_items"
_ORDER: Final = re.compile(r"/orders/(\d+)")
_LIST: Final = re.compile(r"/wc/v3/orders/?(\?|$)")


class WooCommerceApplication(Application):
    office: ClassVar[str] = "/wp-admin"
    notice: ClassVar[bytes] = pages.NOTICE

    @classmethod
    def statuses_of(cls, spec: ShopSpec) -> dict[str, str]:
        return statuses_of(spec)

    def credentials(self) -> dict[str, Secret]:
        key = self.state.keys[0]
        return {"consumer_key": Secret(key.key), "consumer_secret": Secret(key.secret)}

    def answer(self, request: Request) -> Response:
        if wordpress.inner_path(self.state, request).startswith(consent.PATH):
            return consent.answer(self.state, request)
        return wordpress.answer(self.state, request)

    def own_page(self, wall: Wall, request: Request) -> Response:
        return pages.of_wordpress(wall, request)

    def crashed(self, request: Request) -> Response:
        return pages.crashed(request)

    def is_list(self, request: Request) -> bool:
        return request.method == "GET" and _LIST.search(request.url) is not None

    def order_meant(self, request: Request) -> int | None:
        match = _ORDER.search(request.url)
        return int(match[1]) if match else None

    def new_order(self, created: int, *, status: str, oddities: Sequence[Oddity] | None, random: Random) -> Order:
        return random_order(self.state, created, status=status, oddities=oddities, random=random)

    def edit(self, order: Order, fields: Mapping[str, Any]) -> None:
        edit(self.state, order, fields, strict=False)

    def set_status(self, order: Order, status: str) -> None:
        changes.set_status(self.state, order, status)

    def trash(self, order: Order) -> None:
        changes.trash(self.state, order)

    def restore(self, order: Order) -> None:
        """In the office, which tells the webhooks."""
        changes.restore(self.state, order)
        hooks.told(self.state, "order.restored", order)

    def came(self, order: Order) -> None:
        hooks.told(self.state, "order.created", order)

    def delivered(self, delivery: Delivery, *, taken: bool) -> None:
        hooks.delivered(self.state, delivery, taken=taken)

    def act(self, name: str, arguments: Mapping[str, Any]) -> Any:
        """`webhooks`: all there are, without their secrets. `switch_webhooks_off`, `drop_webhooks`: in the office."""
        kept = self.state.webhooks
        match name:
            case "webhooks":
                return [
                    {"id": hook.id, "topic": hook.topic, "status": hook.status, "delivery_url": hook.delivery_url}
                    for hook in kept.values()
                ]
            case "switch_webhooks_off":
                for hook in kept.values():
                    hook.status = "disabled"
                return None
            case "drop_webhooks":
                kept.clear()
                return None
            case _:
                return super().act(name, arguments)

    def add_note(self, order: Order, text: str, *, to_customer: bool) -> None:
        changes.add_note(self.state, order, text, to_customer=to_customer)

    def told(self, order: Order) -> Told:
        return Told(
            notes=tuple(note.text for note in order.notes),
            notes_to_customer=tuple(note.text for note in order.notes if note.to_customer),
            meta={meta.key: meta.value for meta in order.meta},
            fulfilments=tuple(_shown_fulfilments(order)),
            customer_note=order.customer_note,
            tracking_numbers=tuple(str(item["tracking_number"]) for item in _plugin_items(order)),
        )

    def shown(self, order: Order) -> list[Shown]:
        """From the plug-in's meta data and from WooCommerce's own shipments."""
        found = []
        for item in _plugin_items(order):
            carrier = item.get("custom_tracking_provider") or item.get("tracking_provider") or ""
            found.append((str(carrier), str(item["tracking_number"]), str(item.get("custom_tracking_link") or "")))
        for shown in _shown_fulfilments(order):
            number = str(shown.get("_tracking_number") or "")
            if number and all(number != known for _, known, _ in found):
                carrier, link = str(shown.get("_shipment_provider") or ""), str(shown.get("_tracking_url") or "")
                found.append((carrier, number, link))
        return found


def _plugin_items(order: Order) -> list[dict[str, Any]]:
    rows = [meta.value for meta in order.meta if meta.key == TRACKING_META and isinstance(meta.value, list)]
    return [item for row in rows for item in row if isinstance(item, dict) and "tracking_number" in item]


def _shown_fulfilments(order: Order) -> list[dict[str, Any]]:
    return [{meta.key: meta.value for meta in one.meta} for one in order.fulfilments if one.deleted is None]


APPLICATION = WooCommerceApplication
