"""PrestaShop, behind the walls of a pretend shop."""

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
from varco.sandbox import pages
from varco.sandbox.application import Application, Shown, Told
from varco.sandbox.oddity import Oddity
from varco.sandbox.orders import Order
from varco.sandbox.prestashop import webservice, writing
from varco.sandbox.prestashop.codes import CARRIERS, STOCK_STATES
from varco.sandbox.prestashop.faults import WsError
from varco.sandbox.prestashop.orders import CANCELED, PsOrder, add_state, made, saved
from varco.sandbox.spec import Key, ShopSpec
from varco.sandbox.walls import Kind, Wall

_LIST: Final = re.compile(r"(/api/+|[?&]url=)orders/?([?&]|$)")
_CARRIER: Final = re.compile(r"(?:/api/+|[?&]url=)order_carriers/(\d+)")
_ORDER: Final = re.compile(r"(?:/api/+|[?&]url=)orders/(\d+)")


class PrestaShopApplication(Application):
    office: ClassVar[str] = "/admin-dev"
    notice: ClassVar[bytes] = (
        b'<br />\n<b>Warning</b>:  Undefined array key "lab" in <b>/var/www/shop/modules/lab/lab.php</b>'
        b" on line <b>5</b><br />\n"
    )
    paid: ClassVar[str] = "2"
    order_type: ClassVar[type[Order]] = PsOrder

    @classmethod
    def statuses_of(cls, spec: ShopSpec) -> dict[str, str]:
        """With those that the merchant made: by number."""
        own = {number: name for number, name in spec.statuses.items() if number.isdigit()}
        return {**STOCK_STATES, **own}

    @classmethod
    def keys_of(cls, spec: ShopSpec) -> tuple[Key, ...]:
        word = sha1(f"webservice {spec.seed} {spec.name}".encode(), usedforsecurity=False).hexdigest()[:32].upper()
        padded = [msgspec.structs.replace(key, key=key.key.ljust(32, "0")) for key in spec.keys]
        return tuple(padded) or (Key(key=word, secret=""),)

    def credentials(self) -> dict[str, Secret]:
        return {"key": Secret(self.state.keys[0].key)}

    def answer(self, request: Request) -> Response:
        path = re.sub(r"/{2,}", "/", urlsplit(request.url).path) or "/"
        return webservice.answer(self.state, request, path.removeprefix(urlsplit(self.state.home).path) or "/")

    def own_page(self, wall: Wall, request: Request) -> Response:
        """PrestaShop's own maintenance mode lets the webservice work: this page is one that a host puts before it."""
        if wall.kind is Kind.MAINTENANCE:
            return maintenance(wall)
        if wall.kind is Kind.DATABASE_DOWN:
            return database_down()
        return self.crashed(request)

    def crashed(self, request: Request) -> Response:
        return webservice.crashed(vary=webservice.vary_of(request), debug=self.state.spec.debug)

    def is_list(self, request: Request) -> bool:
        return request.method == "GET" and _LIST.search(request.url) is not None

    def order_meant(self, request: Request) -> int | None:
        carrier, order = _CARRIER.search(request.url), _ORDER.search(request.url)
        if order is not None:
            return int(order[1])
        if carrier is not None:
            found = writing.carrier_of(self.state, int(carrier[1]))
            return found[0].id if found else None
        try:
            number = writing.given_in(request.body, form=False).get("id_order", "")
        except WsError:
            return None
        return int(number) if number.isdigit() else None

    def new_order(self, created: int, *, status: str, oddities: Sequence[Oddity] | None, random: Random) -> Order:
        return made(self.state, created, status=status, oddities=oddities, random=random)

    def edit(self, order: Order, fields: Mapping[str, Any]) -> None:
        """`customer_note` is the gift's card, which is the order's own; an address does not move its date."""
        own = _own(order)
        if "shipping" in fields:
            own.shipping = msgspec.structs.replace(own.shipping, **fields["shipping"])
            self.state.book.changed(own)
        if "customer_note" in fields:
            own.gift, own.wants = True, str(fields["customer_note"])
            saved(self.state, own)

    def set_status(self, order: Order, status: str) -> None:
        add_state(self.state, _own(order), status, employee=1)

    def trash(self, order: Order) -> None:
        """There is no trash: it is cancelled."""
        order.status_before_trash = order.status_before_trash or order.status
        self.set_status(order, CANCELED)

    def restore(self, order: Order) -> None:
        before, order.status_before_trash = order.status_before_trash or "2", ""
        self.set_status(order, before)

    def add_note(self, order: Order, text: str, *, to_customer: bool) -> None:
        own = _own(order)
        own.note = f"{own.note}\n{text}".strip()
        own.mails += [text] if to_customer else []
        saved(self.state, own)

    def told(self, order: Order) -> Told:
        own = _own(order)
        return Told(
            notes=tuple(own.mails),
            notes_to_customer=tuple(own.mails),
            meta={"histories": [row.state for row in own.histories]},
            customer_note=own.wants,
            tracking_numbers=tuple(
                number for row in own.carriers for number in re.split(r"\s*,\s*", row.tracking) if number
            ),
        )

    def shown(self, order: Order) -> list[Shown]:
        rows = [(row.carrier, number) for row in _own(order).carriers for number in re.split(r"\s*,\s*", row.tracking)]
        return [(CARRIERS.get(carrier, ""), number, "") for carrier, number in rows if number]


def _own(order: Order) -> PsOrder:
    if not isinstance(order, PsOrder):
        raise TypeError("an order of another platform")
    return order


def maintenance(wall: Wall) -> Response:
    """The front shop's page (measured)."""
    body = (
        '<!doctype html>\n<html lang="">\n  <head>\n    <title></title>\n  </head>\n  <body><div id="layout-error">'
        "<h1>We'll be back soon.</h1> Maintenance</div></body>\n</html>\n"
    )
    headers = (("Server", pages.APACHE), ("X-Powered-By", "PHP/8.2.36"), ("Retry-After", str(round(wall.seconds))),
               ("Set-Cookie", "PHPSESSID=0; path=/; HttpOnly"), ("Content-Type", webservice.HTML))  # fmt: skip
    return Response(status=503, headers=headers, body=body.encode())


def database_down() -> Response:
    """PrestaShop's page of last resort, which names no cause (measured)."""
    body = (
        '<!DOCTYPE html>\n<html lang="en">\n    <head>\n        <title>500 Server Error</title>\n'
        '        <meta name="description" content="This store is powered by PrestaShop" />\n    </head>\n'
        "    <body><h2><span>500</span> Server Error</h2><p>Oops, something went wrong.</p></body>\n</html>\n"
    )
    headers = (("Server", pages.APACHE), ("X-Powered-By", "PHP/8.2.36"), ("Vary", "Authorization"),
               ("Content-Type", webservice.HTML))  # fmt: skip
    return Response(status=500, headers=headers, body=body.encode())


APPLICATION = PrestaShopApplication
