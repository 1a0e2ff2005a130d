"""One WooCommerce shop."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import ClassVar, Final

import msgspec

from varco.model.errors import BadInput, ShopFault
from varco.model.exchange import Exchange, Headers
from varco.model.finding import FindingKind
from varco.model.order import Order, Product
from varco.model.probe import AnsweredBy, Probe
from varco.model.secret import Secret
from varco.model.shipment import Publication, Published, PushStep
from varco.net.dirt import json_within
from varco.net.probing import method_probes, not_the_shop, probe_name
from varco.shops.base import (
    Capabilities,
    Delivery,
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
    Webhook,
)
from varco.shops.fields import json_object
from varco.shops.woocommerce import connect, goods, listing, webhooks
from varco.shops.woocommerce.api import PREFIX, Api
from varco.shops.woocommerce.payload import MAPPER_VERSION, ORDER_FIELDS, PRODUCT_FIELDS, WooProduct, product_from
from varco.shops.woocommerce.publish import publish

AT_ONCE: Final = 100
"""Ids in one question, and rows in one answer."""


class WooCommerce:
    platform: ClassVar[str] = "woocommerce"
    name: ClassVar[str] = "WooCommerce"
    can: ClassVar[Capabilities] = Capabilities(
        write_tracking=True,
        partial_shipments=True,
        webhooks=True,
        consent_page=True,
        write_products=goods.FIELDS,
    )
    settings: ClassVar[Sequence[Setting]] = (
        Setting(
            name="consumer_key",
            label="Consumer key",
            help="In WordPress: WooCommerce → Settings → Advanced → REST API → Add key. It begins with ck_.",
            secret=True,
        ),
        Setting(
            name="consumer_secret",
            label="Consumer secret",
            help="Shown once, right after “Generate API key”. It begins with cs_.",
            secret=True,
        ),
    )
    options: ClassVar[Sequence[Option]] = (
        Option(
            name="auth",
            label="How the keys travel",
            help="In the address they may be written into the server's log. Choose it only if the server cannot be "
            "made to pass the Authorization header on.",
            values=(("", "In the Authorization header"), ("query", "In the address")),
        ),
    )
    streams: ClassVar[Sequence[Stream]] = (
        Stream(name=listing.ORDERS),
        Stream(name=listing.TRASH, every=4),
    )
    mapper_version: ClassVar[int] = MAPPER_VERSION
    default_statuses: ClassVar[Sequence[str]] = ("processing", "on-hold", "pending")
    closed_statuses: ClassVar[Sequence[str]] = ("cancelled", "refunded", "failed", "trash")
    shipped_status: ClassVar[str] = "completed"
    steps: ClassVar[Sequence[PushStep]] = (PushStep.NOTE, PushStep.META, PushStep.FULFILMENT, PushStep.STATUS)
    finding_kinds: ClassVar[Sequence[FindingKind]] = ()
    webhook_topics: ClassVar[Sequence[str]] = webhooks.TOPICS
    webhook_secret: ClassVar[str] = ""
    webhook_ports: ClassVar[Sequence[int]] = webhooks.PORTS

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
        oldest = {"orderby": "date", "order": "asc", "per_page": "1", "_fields": ORDER_FIELDS}
        answer, _ = await listing.with_statuses(self._api, wanted.statuses, {**listing.window(wanted), **oldest})
        orders = listing.rows_of(answer).orders
        return Preview(
            count=answer.total if answer.total is not None else len(orders),
            oldest_placed_at=orders[0].placed_at if orders else None,
        )

    def start_cursor(self, stream: str, shop_clock: datetime, overlap_s: int) -> str:
        if stream not in {known.name for known in self.streams}:
            raise BadInput(f"WooCommerce has no stream {stream}.")
        return listing.start_cursor(shop_clock, overlap_s)

    async def import_page(self, wanted: OrderFilter, cursor: str | None) -> Page:
        return await listing.import_page(self._api, wanted, cursor)

    async def split(self, wanted: OrderFilter, cursor: str) -> tuple[str, str] | None:
        return await listing.split(self._api, wanted, cursor)

    async def changes_page(self, stream: str, cursor: str, overlap_s: int) -> Page:
        return await listing.changes_page(self._api, stream, cursor, overlap_s)

    async def order(self, remote_id: str) -> Order | None:
        """WooCommerce switched off answers 404 too, with another code: that is a fault, not a deleted order."""
        try:
            answer = await self._api.get(f"orders/{remote_id}", {"_fields": ORDER_FIELDS})
        except ShopFault as fault:
            if fault.finding.code == "not-in-shop":
                return None
            raise
        found = listing.rows_of(msgspec.structs.replace(answer, data=b"[" + answer.data + b"]"))
        if found.unread:
            raise ShopFault(found.unread[0].finding, answer.exchange)
        return found.orders[0] if found.orders else None

    async def orders(self, remote_ids: Sequence[str]) -> Sequence[Order]:
        found: list[Order] = []
        for ids in _portions(remote_ids):
            params = {"include": ids, "status": "any", "per_page": str(AT_ONCE), "_fields": ORDER_FIELDS}
            found += listing.rows_of(await self._api.get("orders", params)).orders
        return found

    async def products(self, remote_ids: Sequence[str]) -> Sequence[Product]:
        """Variations are read below their product, all those of one product in one call."""
        by_parent: dict[str, list[str]] = defaultdict(list)
        for key in remote_ids:
            parent, _, variation = key.rpartition("/")
            by_parent[parent].append(variation)
        found: list[Product] = []
        for parent, ids in by_parent.items():
            for portion in _portions(ids):
                found += await self._products_below(parent, portion)
        return found

    async def _products_below(self, parent: str, ids: str) -> list[Product]:
        path = f"products/{parent}/variations" if parent else "products"
        params = {"include": ids, "per_page": str(AT_ONCE), "_fields": PRODUCT_FIELDS}
        try:
            rows = (await self._api.get(path, params)).read(list[WooProduct])
        except ShopFault as fault:
            if fault.finding.code == "not-in-shop":
                return []
            raise
        prefix = f"{parent}/" if parent else ""
        return [product_from(row, f"{prefix}{row.id}", self._access.weight_unit) for row in rows]

    async def write_product(self, product: Product) -> Sequence[str]:
        return await goods.write(self._api, product, self._access.weight_unit)

    async def count(self, wanted: OrderFilter) -> Mapping[str, int]:
        """A status that the shop does not know any more is left out."""
        totals = {status: await self._total(status, wanted) for status in wanted.statuses}
        return {status: total for status, total in totals.items() if total is not None}

    async def _total(self, status: str, wanted: OrderFilter) -> int | None:
        one = {**listing.window(wanted), "per_page": "1", "_fields": "id"}
        try:
            return (await listing.with_statuses(self._api, [status], one))[0].total
        except ShopFault as fault:
            if fault.finding.code == "status-not-in-shop":
                return None
            raise

    async def publish(self, publication: Publication) -> Published:
        return await publish(self._api, publication)

    async def webhooks(self) -> Sequence[Webhook]:
        return await webhooks.all_of(self._api)

    async def register_webhook(self, topic: str, url: str, secret: Secret) -> Webhook:
        return await webhooks.register(self._api, topic, url, secret)

    async def remove_webhook(self, remote_id: str) -> None:
        await webhooks.remove(self._api, remote_id)

    @staticmethod
    def is_greeting(headers: Headers, body: bytes) -> bool:
        return webhooks.is_greeting(headers, body)

    @staticmethod
    def delivery_from(headers: Headers, body: bytes, secrets: Sequence[Secret]) -> Delivery | None:
        return webhooks.delivery_from(headers, body, secrets)

    def probes(self) -> Sequence[Probe]:
        """Every method on a path that no route takes: WordPress answers before any handler runs."""
        url = f"{self._access.base_url}{PREFIX}{probe_name()}"
        headers = (
            ("User-Agent", self._access.user_agent),
            ("Accept", "application/json"),
            ("Content-Type", "application/json"),
        )
        why_safe = "no route of WordPress has this path, so nothing can be carried out"
        return method_probes(url, headers, b"{}", answered_by=answered_by, why_safe=why_safe)


def _portions(ids: Sequence[str]) -> Iterator[str]:
    """So many ids as one question takes, as WooCommerce's lists are written."""
    for start in range(0, len(ids), AT_ONCE):
        yield ",".join(ids[start : start + AT_ONCE])


def answered_by(exchange: Exchange) -> AnsweredBy:
    """WordPress's JSON error form is the shop's; a known page of a product in between is not.

    To HEAD it says nothing, and to OPTIONS an empty list, whatever the path.
    """
    response = exchange.response
    if response is None:
        return AnsweredBy.INTERMEDIARY
    found = json_within(response.body)
    if found is not None and {"code", "message"} <= json_object(found[0]).keys():
        return AnsweredBy.APPLICATION
    if exchange.request.method in ("HEAD", "OPTIONS") and response.content_type == "application/json":
        return AnsweredBy.APPLICATION
    return not_the_shop(exchange)
