"""One Shopify shop."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar

from varco.model.errors import BadInput
from varco.model.finding import FindingKind
from varco.model.order import Order, Product
from varco.model.probe import Probe
from varco.model.shipment import Publication, Published, PushStep
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
from varco.shops.shopify import connect, goods, importing, listing, reading
from varco.shops.shopify.api import CLIENT_ID, CLIENT_SECRET, TOKEN, Api
from varco.shops.shopify.payload import CLOSED, LOCAL, MAPPER_VERSION, TEST_ORDERS, TO_SHIP, YES
from varco.shops.shopify.publish import publish


class Shopify:
    platform: ClassVar[str] = "shopify"
    name: ClassVar[str] = "Shopify"
    can: ClassVar[Capabilities] = Capabilities(
        write_tracking=True, partial_shipments=True, webhooks=False, consent_page=False, write_products=goods.FIELDS
    )
    settings: ClassVar[Sequence[Setting]] = (
        Setting(
            name=CLIENT_ID,
            label="Client ID",
            help="In the Dev Dashboard: your app → Settings. Leave it empty only if you have an old token.",
            required=False,
        ),
        Setting(
            name=CLIENT_SECRET,
            label="Client secret",
            help="Beside the client ID; Shopify calls it Secret.",
            secret=True,
            required=False,
        ),
        Setting(
            name=TOKEN,
            label="Old access token",
            help="Only for an app that was made in the shop's own settings before 2026: the text that begins with "
            "shpat_. Otherwise leave it empty.",
            secret=True,
            required=False,
        ),
    )
    options: ClassVar[Sequence[Option]] = (
        Option(
            name=TEST_ORDERS,
            label="Test orders",
            help="Those that Shopify marks as tests.",
            values=(("", "Leave them out"), (YES, "Take them in like others")),
        ),
        Option(
            name=LOCAL,
            label="Local delivery",
            help="Orders that your shop brings to the customer itself.",
            values=(("", "Leave them to the shop"), (YES, "Ship them from here")),
        ),
    )
    streams: ClassVar[Sequence[Stream]] = (Stream(name=listing.ORDERS), Stream(name=listing.FULFILMENTS))
    mapper_version: ClassVar[int] = MAPPER_VERSION
    default_statuses: ClassVar[Sequence[str]] = TO_SHIP
    closed_statuses: ClassVar[Sequence[str]] = CLOSED
    shipped_status: ClassVar[str] = ""
    """Shopify tells by itself that an order is fulfilled."""
    steps: ClassVar[Sequence[PushStep]] = (PushStep.FULFILMENT,)
    finding_kinds: ClassVar[Sequence[FindingKind]] = ()

    def __init__(self, access: ShopAccess, send: Send) -> None:
        self._api = Api(access, send)

    async def recognise(self) -> Recognition:
        """Whether this platform answers at the address; needs no keys. Raises `ShopFault` with what is there."""
        return await connect.recognise(self._api)

    async def profile(self) -> ShopProfile:
        return await connect.profile(self._api)

    async def permissions(self) -> Permissions:
        return await connect.permissions(self._api)

    async def preview(self, wanted: OrderFilter) -> Preview:
        dates = [placed async for _, placed in listing.census(self._api, wanted)]
        return Preview(count=len(dates), oldest_placed_at=min(dates, default=None))

    def start_cursor(self, stream: str, shop_clock: datetime, overlap_s: int) -> str:
        self._know(stream)
        return listing.start_cursor(shop_clock, overlap_s)

    async def import_page(self, wanted: OrderFilter, cursor: str | None) -> Page:
        return await importing.page(self._api, wanted, cursor)

    async def changes_page(self, stream: str, cursor: str, overlap_s: int) -> Page:
        self._know(stream)
        return await listing.changes_page(self._api, stream, cursor, overlap_s)

    async def order(self, remote_id: str) -> Order | None:
        """One that is older than what we may see is a fault: nobody can tell whether it was deleted."""
        return await reading.one(self._api, remote_id)

    async def orders(self, remote_ids: Sequence[str]) -> Sequence[Order]:
        return (await reading.many(self._api, remote_ids)).orders

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
        """None: a shop in Shopify's cloud has no server whose rules could stop a method."""
        return ()

    def _know(self, stream: str) -> None:
        if stream not in {known.name for known in self.streams}:
            raise BadInput(f"Shopify has no stream {stream}.")
