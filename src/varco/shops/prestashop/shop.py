"""One PrestaShop shop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar

from varco.model.errors import BadInput, ShopFault
from varco.model.exchange import Exchange
from varco.model.finding import FindingKind
from varco.model.order import Order, Product
from varco.model.probe import AnsweredBy, Probe
from varco.model.shipment import Publication, Published, PushStep
from varco.net.prestashop import speaks
from varco.net.probing import method_probes, not_the_shop, probe_name
from varco.shops.base import (
    Capabilities,
    Option,
    OrderFilter,
    Page,
    Permissions,
    Preview,
    Recognition,
    Send,
    Setting,
    ShopAccess,
    ShopProfile,
    Stream,
)
from varco.shops.prestashop import connect, goods, listing, rights
from varco.shops.prestashop.api import AT_ONCE, AUTH, DISPATCHER, INTERFACE, KEY, QUERY, Api, one_of
from varco.shops.prestashop.payload import MAPPER_VERSION, ORDER_FIELDS, decoded
from varco.shops.prestashop.publish import publish


class PrestaShop:
    platform: ClassVar[str] = "prestashop"
    name: ClassVar[str] = "PrestaShop"
    can: ClassVar[Capabilities] = Capabilities(
        write_tracking=True,
        partial_shipments=False,
        webhooks=False,
        consent_page=False,
        write_products=goods.FIELDS,
    )
    settings: ClassVar[Sequence[Setting]] = (
        Setting(
            name=KEY,
            label="Webservice key",
            help="In PrestaShop: Advanced Parameters → Webservice → Add new webservice key. 32 letters and digits.",
            secret=True,
        ),
    )
    options: ClassVar[Sequence[Option]] = (
        Option(
            name=AUTH,
            label="How the keys travel",
            help="In the address they may be written into the server's log. Choose it only if the server cannot be "
            "made to pass the Authorization header on.",
            values=(("", "In the Authorization header"), (QUERY, "In the address")),
        ),
        Option(
            name=INTERFACE,
            label="Address of the webservice",
            help="The other one is for shops whose friendly URLs are off. There the key mostly has to travel in the "
            "address.",
            values=(("", "/api/"), (DISPATCHER, "/webservice/dispatcher.php")),
        ),
    )
    streams: ClassVar[Sequence[Stream]] = (Stream(name=listing.ORDERS),)
    mapper_version: ClassVar[int] = MAPPER_VERSION
    default_statuses: ClassVar[Sequence[str]] = ("2", "3", "9", "11", "13")
    """Payment accepted, processing, on backorder (paid), remote payment, cash on delivery: every installation's."""
    closed_statuses: ClassVar[Sequence[str]] = ("6", "7", "8")
    """Canceled, refunded, payment error."""
    shipped_status: ClassVar[str] = "4"
    steps: ClassVar[Sequence[PushStep]] = (PushStep.META, PushStep.STATUS)
    finding_kinds: ClassVar[Sequence[FindingKind]] = ()

    def __init__(self, access: ShopAccess, send: Send) -> None:
        self._access = access
        self._api = Api(access, send)

    async def recognise(self) -> Recognition:
        """Whether this platform answers at the address; needs no key. Raises `ShopFault` with what is there."""
        return await connect.recognise(self._api)

    async def profile(self) -> ShopProfile:
        return await connect.profile(self._api)

    async def permissions(self) -> Permissions:
        return await rights.permissions(self._api)

    async def preview(self, wanted: OrderFilter) -> Preview:
        dates = [placed async for _, placed in listing.census(self._api, wanted)]
        return Preview(count=len(dates), oldest_placed_at=min(dates, default=None))

    def start_cursor(self, stream: str, shop_clock: datetime, overlap_s: int) -> str:
        self._assert_stream(stream)
        return listing.start_cursor(shop_clock, overlap_s)

    async def import_page(self, wanted: OrderFilter, cursor: str | None) -> Page:
        return await listing.import_page(self._api, wanted, cursor)

    async def split(self, wanted: OrderFilter, cursor: str) -> tuple[str, str] | None:
        return await listing.split(self._api, wanted, cursor)

    async def changes_page(self, stream: str, cursor: str, overlap_s: int) -> Page:
        self._assert_stream(stream)
        return await listing.changes_page(self._api, cursor, overlap_s)

    def _assert_stream(self, stream: str) -> None:
        if stream not in {known.name for known in self.streams}:
            raise BadInput(f"PrestaShop has no stream {stream}.")

    async def order(self, remote_id: str) -> Order | None:
        """A deleted order is an empty 404 with PrestaShop's own version in a header; any other 404 is a fault."""
        if not remote_id.isdecimal():
            return None  # PrestaShop would take "10abc" for 10
        try:
            answer = await self._api.get(f"orders/{remote_id}", {"display": ORDER_FIELDS})
        except ShopFault as fault:
            if fault.finding.code == "not-in-shop":
                return None
            raise
        found = await listing.mapped(self._api, answer, decoded(answer))
        if found.unread:
            raise ShopFault(found.unread[0].finding, answer.exchange)
        return found.orders[0] if found.orders else None

    async def orders(self, remote_ids: Sequence[str]) -> Sequence[Order]:
        found: list[Order] = []
        for start in range(0, len(remote_ids), AT_ONCE):
            ids = one_of(remote_ids[start : start + AT_ONCE])
            answer = await self._api.get("orders", {"filter[id]": ids, "display": ORDER_FIELDS})
            found += (await listing.mapped(self._api, answer, decoded(answer))).orders
        return found

    async def products(self, remote_ids: Sequence[str]) -> Sequence[Product]:
        return await goods.products(self._api, remote_ids)

    async def write_product(self, product: Product) -> Sequence[str]:
        return await goods.write(self._api, product)

    async def count(self, wanted: OrderFilter) -> Mapping[str, int]:
        counts = dict.fromkeys(wanted.statuses, 0)
        async for status, _ in listing.census(self._api, wanted):
            counts[status] = counts.get(status, 0) + 1
        return counts

    async def publish(self, publication: Publication) -> Published:
        return await publish(self._api, publication)

    def probes(self) -> Sequence[Probe]:
        """Every method without a key: the webservice turns them all away before it looks at what they want."""
        url = self._api.url(probe_name(), {})
        headers = (("User-Agent", self._access.user_agent), ("Content-Type", "text/xml"))
        why_safe = "without a key PrestaShop carries nothing out, and nothing of this name exists"
        return method_probes(url, headers, b"<prestashop/>", answered_by=answered_by, why_safe=why_safe)


def answered_by(exchange: Exchange) -> AnsweredBy:
    """PrestaShop says its realm or its version with every answer; a known page of a product in between does not."""
    response = exchange.response
    if response is None:
        return AnsweredBy.INTERMEDIARY
    if speaks(response):
        return AnsweredBy.APPLICATION
    return not_the_shop(exchange)
