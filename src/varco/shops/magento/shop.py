"""One Magento shop."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import ClassVar, Final
from urllib.parse import quote

import msgspec

from varco.model.errors import BadInput, ShopFault
from varco.model.exchange import Exchange
from varco.model.finding import FindingKind
from varco.model.order import Order, Product
from varco.model.probe import AnsweredBy, Probe
from varco.model.shipment import Publication, Published, PushStep
from varco.net.magento import words_of
from varco.net.probing import method_probes, not_the_shop, probe_name
from varco.net.signature import matching
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
from varco.shops.magento import connect, goods, listing
from varco.shops.magento.api import PREFIX, Api
from varco.shops.magento.auth import BEARER, CONSUMER_KEY, CONSUMER_SECRET, TOKEN, TOKEN_SECRET
from varco.shops.magento.criteria import Filter
from varco.shops.magento.payload import (
    MAPPER_VERSION,
    ORDER_FIELDS,
    PRODUCT_FIELDS,
    MagentoProduct,
    orders_from,
    product_from,
)
from varco.shops.magento.publish import SOURCE, publish

AT_ONCE: Final = 100
"""Ids in one question, and rows in one answer."""
STORE_VIEWS: Final = "store_views"
_PRODUCTS_AT_ONCE: Final = 50
"""Their descriptions come along among the attributes."""
_LONGEST_LIST: Final = 1200
"""Letters of a list of SKUs in an address: servers take 8 KB of it, and escaping triples it."""
_WHERE: Final = "In Magento: System → Extensions → Integrations, shown after “Activate” and “Allow”."


class Magento:
    platform: ClassVar[str] = "magento"
    name: ClassVar[str] = "Magento 2"
    can: ClassVar[Capabilities] = Capabilities(
        write_tracking=True,
        partial_shipments=True,
        webhooks=False,
        consent_page=False,
        write_products=goods.FIELDS,
    )
    settings: ClassVar[Sequence[Setting]] = (
        Setting(name=CONSUMER_KEY, label="Consumer Key", help=_WHERE, secret=True),
        Setting(name=CONSUMER_SECRET, label="Consumer Secret", help=_WHERE, secret=True),
        Setting(name=TOKEN, label="Access Token", help=_WHERE, secret=True),
        Setting(name=TOKEN_SECRET, label="Access Token Secret", help=_WHERE, secret=True),
        Setting(
            name=STORE_VIEWS,
            label="Only these store views",
            help="Their codes with commas between (Stores → Settings → All Stores). Empty or “all”: the orders of all "
            "websites and stores.",
            required=False,
        ),
        Setting(
            name=SOURCE,
            label="Stock source",
            help="Only for a shop with several: the code of the source from which you ship (Stores → Inventory → "
            "Sources). Empty or “default”: Magento's own.",
            required=False,
        ),
    )
    options: ClassVar[Sequence[Option]] = (
        Option(
            name="auth",
            label="How calls are signed",
            help="The token alone works only where the shop allows it: Stores → Settings → Configuration → Services → "
            "OAuth → Consumer Settings → Allow OAuth Access Tokens to be used as standalone Bearer tokens.",
            values=(("", "OAuth 1.0a, each call by itself"), (BEARER, "With the access token alone")),
        ),
    )
    streams: ClassVar[Sequence[Stream]] = (Stream(name=listing.ORDERS),)
    mapper_version: ClassVar[int] = MAPPER_VERSION
    default_statuses: ClassVar[Sequence[str]] = ("processing", "pending")
    closed_statuses: ClassVar[Sequence[str]] = ("canceled", "closed", "fraud")
    shipped_status: ClassVar[str] = ""
    """Magento completes an order by itself once it is shipped and invoiced."""
    steps: ClassVar[Sequence[PushStep]] = (PushStep.FULFILMENT, PushStep.NOTE, PushStep.STATUS)
    finding_kinds: ClassVar[Sequence[FindingKind]] = ()

    def __init__(self, access: ShopAccess, send: Send) -> None:
        self._access = access
        self._api = Api(access, send)

    async def recognise(self) -> Recognition:
        """Whether this platform answers at the address; needs no keys. Raises `ShopFault` with what is there."""
        return await connect.recognise(self._api)

    async def profile(self) -> ShopProfile:
        return await connect.profile(self._api)

    async def permissions(self) -> Permissions:
        return await connect.permissions(self._api)

    async def preview(self, wanted: OrderFilter) -> Preview:
        if not wanted.statuses:
            return Preview(count=0)
        filters = [*listing.which(wanted), *await self._stores()]
        listed = await self._api.list("orders", filters, ORDER_FIELDS, size=1, by="created_at")
        orders = orders_from(listed.rows).orders
        return Preview(count=listed.total, oldest_placed_at=orders[0].placed_at if orders else None)

    def start_cursor(self, stream: str, shop_clock: datetime, overlap_s: int) -> str:
        self._know(stream)
        return listing.start_cursor(shop_clock, overlap_s)

    async def import_page(self, wanted: OrderFilter, cursor: str | None) -> Page:
        return await listing.import_page(self._api, wanted, await self._stores(), cursor)

    async def split(self, wanted: OrderFilter, cursor: str) -> tuple[str, str] | None:
        return await listing.split(self._api, wanted, await self._stores(), cursor)

    async def changes_page(self, stream: str, cursor: str, overlap_s: int) -> Page:
        self._know(stream)
        return await listing.changes_page(self._api, await self._stores(), cursor, overlap_s)

    async def order(self, remote_id: str) -> Order | None:
        """By its `entity_id` alone: an `increment_id` would be read as the id of another order (measured)."""
        try:
            answer = await self._api.get(f"orders/{remote_id}", {"fields": ORDER_FIELDS})
        except ShopFault as fault:
            if fault.finding.code == "not-in-shop":
                return None
            raise
        found = orders_from([answer.data])
        if found.unread:
            raise ShopFault(found.unread[0].finding, answer.exchange)
        return found.orders[0]

    async def orders(self, remote_ids: Sequence[str]) -> Sequence[Order]:
        found: list[Order] = []
        for start in range(0, len(remote_ids), AT_ONCE):
            ids = [Filter("entity_id", "in", ",".join(remote_ids[start : start + AT_ONCE]))]
            found += await self._all(ids)
        return found

    async def _all(self, filters: Sequence[Filter]) -> list[Order]:
        """Page by page, as a shop may allow only short ones."""
        found: list[Order] = []
        last_id = 0
        while True:
            beyond = [Filter("entity_id", "gt", str(last_id))] if last_id else []
            listed = await self._api.list("orders", [*filters, *beyond], ORDER_FIELDS)
            read = orders_from(listed.rows)
            found += read.orders
            last_id = read.last_id
            if not listed.more or not last_id:
                return found

    async def products(self, remote_ids: Sequence[str]) -> Sequence[Product]:
        """By SKU, many at once. One with a comma would be read as two, so it is asked for by itself."""
        together = [sku for sku in remote_ids if "," not in sku]
        found = [product for skus in _portions(together) for product in await self._products_of(skus)]
        for sku in remote_ids:
            if "," in sku:
                found += await self._product(sku)
        return found

    async def _products_of(self, skus: Sequence[str]) -> list[Product]:
        """Under the SKU as the order wrote it: the shop's database does not mind the case of letters."""
        listed = await self._api.list("products", [Filter("sku", "in", ",".join(skus))], PRODUCT_FIELDS)
        try:
            rows = [msgspec.json.decode(row, type=MagentoProduct, strict=False) for row in listed.rows]
        except msgspec.DecodeError as error:
            raise listed.answer.not_understood(str(error)) from None
        asked = {sku.casefold(): sku for sku in skus}
        products = [product_from(row, self._access.weight_unit) for row in rows]
        return [
            msgspec.structs.replace(product, remote_id=asked.get(product.sku.casefold(), product.sku))
            for product in products
        ]

    async def _product(self, sku: str) -> list[Product]:
        """A slash in it is escaped, otherwise Magento finds no such route (measured)."""
        try:
            answer = await self._api.get(f"products/{quote(sku, safe='')}", {"fields": PRODUCT_FIELDS})
        except ShopFault as fault:
            if fault.finding.code == "not-in-shop":
                return []
            raise
        return [product_from(answer.read(MagentoProduct), self._access.weight_unit)]

    async def write_product(self, product: Product) -> Sequence[str]:
        return await goods.write(self._api, product)

    async def count(self, wanted: OrderFilter) -> Mapping[str, int]:
        stores = await self._stores()
        totals = {}
        for status in wanted.statuses:
            one = OrderFilter(statuses=(status,), placed_after=wanted.placed_after)
            listed = await self._api.list("orders", [*listing.which(one), *stores], "entity_id", size=1)
            totals[status] = listed.total
        return totals

    async def publish(self, publication: Publication) -> Published:
        return await publish(self._api, publication)

    def probes(self) -> Sequence[Probe]:
        """Every method on a path that no route takes: Magento's router answers before any handler runs."""
        url = f"{self._access.base_url}{PREFIX}{probe_name()}"
        headers = (
            ("User-Agent", self._access.user_agent),
            ("Accept", "application/json"),
            ("Content-Type", "application/json"),
        )
        why_safe = "no route of Magento has this path, so nothing can be carried out"
        return method_probes(url, headers, b"{}", answered_by=answered_by, why_safe=why_safe)

    async def _stores(self) -> list[Filter]:
        """Asked for only where the owner chose some."""
        chosen = self._access.credentials.get(STORE_VIEWS)
        return await connect.stores_filter(self._api, chosen.reveal()) if chosen is not None else []

    def _know(self, stream: str) -> None:
        if stream not in {known.name for known in self.streams}:
            raise BadInput(f"Magento 2 has no stream {stream}.")


def _portions(skus: Sequence[str]) -> Iterator[list[str]]:
    """So many as one question takes."""
    portion: list[str] = []
    length = 0
    for sku in skus:
        if portion and (len(portion) == _PRODUCTS_AT_ONCE or length + len(sku) > _LONGEST_LIST):
            yield portion
            portion, length = [], 0
        portion.append(sku)
        length += len(sku) + 1
    if portion:
        yield portion


def answered_by(exchange: Exchange) -> AnsweredBy:
    """Magento's own words are the shop's, also those by which it refuses a method (405, measured).

    To HEAD it says nothing, but that it would be JSON.
    """
    response = exchange.response
    if response is None:
        return AnsweredBy.INTERMEDIARY
    if matching(response) is None and words_of(response) is not None:
        return AnsweredBy.APPLICATION
    if exchange.request.method == "HEAD" and response.content_type == "application/json":
        return AnsweredBy.APPLICATION
    return not_the_shop(exchange)
