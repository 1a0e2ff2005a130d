"""What a platform's connector offers the hub and the doctor. A connector is one file or folder beside this one.

A connector keeps no state between calls and touches neither the database nor the clock: what it must
remember travels in cursors. It speaks through a `Send`, which never raises: a call that failed is an
`Exchange` with a `failure`. Where a shop does not do what was asked it raises `ShopFault`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime
from typing import ClassVar, Protocol, runtime_checkable

import msgspec

from varco.model.exchange import Exchange, Headers, Request
from varco.model.finding import Finding, FindingKind
from varco.model.order import Order, Product, UnreadOrder
from varco.model.probe import Probe
from varco.model.secret import Secret
from varco.model.shipment import Publication, Published, PushStep
from varco.net.tokens import InMemory, Tokens

Send = Callable[[Request], Awaitable[Exchange]]


class Capabilities(msgspec.Struct, frozen=True, kw_only=True):
    write_tracking: bool
    partial_shipments: bool
    webhooks: bool
    """Then the connector is a `WebhookSource`."""
    consent_page: bool
    """Whether the merchant can let us in on the shop's own page instead of copying keys."""
    write_products: tuple[str, ...] = ()
    """The fields of a `Product` that can be written to the shop; then the connector is a `ProductWriter`."""


class Setting(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that we ask the owner for. Label and help are English and keys of the catalogue."""

    name: str
    label: str
    help: str
    secret: bool = False
    required: bool = True


class Option(msgspec.Struct, frozen=True, kw_only=True):
    """An explicit choice of the owner, such as how keys travel. Texts are English and keys of the catalogue."""

    name: str
    label: str
    help: str
    values: tuple[tuple[str, str], ...]
    """What may be chosen, each with its words. The first is what holds unless the owner chooses: an empty value."""


class ShopAccess(msgspec.Struct, frozen=True, kw_only=True):
    """How to reach one shop."""

    base_url: str
    """The shop's home without a trailing slash, sub-folder included: `https://shop.example/negozio`."""
    credentials: Mapping[str, Secret] = {}
    options: Mapping[str, str] = {}
    """Explicit choices of the owner, such as `auth=query`."""
    weight_unit: str = "kg"
    time_zone: str = "UTC"
    user_agent: str
    tokens: Tokens = msgspec.field(default_factory=InMemory)
    """Where a platform that gives a token for the keys has it kept."""
    rest: Callable[[float], Awaitable[object]] = asyncio.sleep
    """How to wait so many seconds where a shop says how long."""


class ShopStatus(msgspec.Struct, frozen=True, kw_only=True):
    slug: str
    name: str
    """In the shop's own language."""


class ShopProfile(msgspec.Struct, frozen=True, kw_only=True):
    """What the hub must know of a shop before it imports."""

    final_url: str
    """Where the shop really lives, once redirects are followed."""
    version: str
    currency: str
    time_zone: str
    weight_unit: str
    statuses: tuple[ShopStatus, ...]
    has_fulfilments: bool = False
    version_ends: date | None = None
    """The day from which the version of the interface that we ask for may answer no more."""
    sees_days: int | None = None
    """How far back orders are shown to us; None: all of them."""
    warnings: tuple[Finding, ...] = ()


class Permissions(msgspec.Struct, frozen=True, kw_only=True):
    """None means that it could not be told."""

    read_orders: bool | None
    write_orders: bool | None
    read_products: bool | None
    problems: tuple[Finding, ...] = ()


class OrderFilter(msgspec.Struct, frozen=True, kw_only=True):
    """Which orders are taken in: chosen statuses, and those placed since then (None: all)."""

    statuses: tuple[str, ...]
    placed_after: datetime | None


class Preview(msgspec.Struct, frozen=True, kw_only=True):
    count: int
    oldest_placed_at: datetime | None = None


class Page(msgspec.Struct, frozen=True, kw_only=True):
    """Part of a stream. Storing its orders and its cursor in one transaction loses nothing."""

    orders: tuple[Order, ...]
    unread: tuple[UnreadOrder, ...] = ()
    cursor: str
    """Opaque to everybody but the connector; carries its own version."""
    more: bool
    """Whether this pass over the stream goes on with the next page at once."""
    unchanged: bool = False
    """The shop's answer is the same, byte for byte, as that of the last poll: nothing to store."""
    total: int | None = None
    """How many orders the pass covers, where the shop tells: for progress."""
    warnings: tuple[Finding, ...] = ()
    shop_clock: datetime | None = None


class Stream(msgspec.Struct, frozen=True, kw_only=True):
    """One list of changes that a platform keeps. The hub polls each on its own schedule."""

    name: str
    every: int = 1
    """Polled at every n-th poll of the integration."""


class Recognition(msgspec.Struct, frozen=True, kw_only=True):
    """Which platform answers at an address whose platform is not known yet."""

    platform: str
    version: str = ""
    final_url: str


@runtime_checkable
class ProductWriter(Protocol):
    """A connector that can correct the shop's products."""

    async def write_product(self, product: Product) -> Sequence[str]:
        """Look, write those of `Capabilities.write_products` that are filled, read back. May run twice.

        The fields that the shop holds as they are given: one that this shop has no place for is left out.
        """
        ...


@runtime_checkable
class Splitter(Protocol):
    """A connector that can cut a first import in two, so that two of its pages are read at a time."""

    async def split(self, wanted: OrderFilter, cursor: str) -> tuple[str, str] | None:
        """Two cursors that bring together all that this one still would, no order by both; None where little is left.

        An order that goes from one part to the other meanwhile is changed, so the streams of changes bring it.
        """
        ...


class Webhook(msgspec.Struct, frozen=True, kw_only=True):
    """A call that a shop makes when something happens there, as the shop keeps it."""

    id: str
    topic: str
    url: str
    active: bool = True
    """False: it was switched off, by the shop itself or by somebody there."""


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """Such a call, proven to come from the shop."""

    key: str
    """The same if it comes twice."""
    topic: str
    every_stream: bool = False
    """Whether what it tells may stand in a stream that is not read at every poll."""


@runtime_checkable
class WebhookSource(Protocol):
    """A connector whose shop calls us when an order changes. That only wakes a poll, which reads what is true."""

    webhook_topics: ClassVar[Sequence[str]]
    """What we want to hear of, in the shop's words."""
    webhook_secret: ClassVar[str]
    """The name of the credential by which the shop signs; empty where it signs with a secret that we give it."""
    webhook_ports: ClassVar[Sequence[int]]
    """The shop's software calls these alone. Empty: any."""

    async def webhooks(self) -> Sequence[Webhook]:
        """All that our keys may see, other people's too, in whatever state."""
        ...

    async def register_webhook(self, topic: str, url: str, secret: Secret) -> Webhook:
        """One more, switched on. What there is already stays."""
        ...

    async def remove_webhook(self, remote_id: str) -> None:
        """One that is gone already is no fault."""
        ...

    @staticmethod
    def is_greeting(headers: Headers, body: bytes) -> bool:
        """Whether it is the unsigned call by which a shop tries a new address: it tells nothing, and wants a 200."""
        ...

    @staticmethod
    def delivery_from(headers: Headers, body: bytes, secrets: Sequence[Secret]) -> Delivery | None:
        """Signed over the raw body with one of these secrets (two while they change); None: it is not."""
        ...


class Shop(Protocol):
    """One connected shop."""

    platform: ClassVar[str]
    name: ClassVar[str]
    """As people write it: "WooCommerce"."""
    can: ClassVar[Capabilities]
    settings: ClassVar[Sequence[Setting]]
    options: ClassVar[Sequence[Option]]
    streams: ClassVar[Sequence[Stream]]
    mapper_version: ClassVar[int]
    """Raised when `order_from` reads orders better: stored orders are then read again."""
    default_statuses: ClassVar[Sequence[str]]
    closed_statuses: ClassVar[Sequence[str]]
    """Never shipped, never overwritten: cancelled, refunded and the like."""
    shipped_status: ClassVar[str]
    """What an order is set to once everything is shipped, unless the owner chooses; empty leaves it alone."""
    steps: ClassVar[Sequence[PushStep]]
    """What this platform is told of a shipment, in this order. `FULFILMENT` only where the shop has them
    (`ShopProfile.has_fulfilments`), `STATUS` only where one was chosen and nothing is left to ship."""
    finding_kinds: ClassVar[Sequence[FindingKind]]

    def __init__(self, access: ShopAccess, send: Send) -> None: ...

    async def recognise(self) -> Recognition:
        """Whether this platform answers at the address; needs no credentials. The `ShopFault` says what is there."""
        ...

    async def profile(self) -> ShopProfile:
        """Find the shop's final address, version, currency, zone, unit and statuses."""
        ...

    async def permissions(self) -> Permissions:
        """Prove what the credentials allow, without changing anything."""
        ...

    async def preview(self, wanted: OrderFilter) -> Preview:
        """How many orders an import would bring, and from when."""
        ...

    def start_cursor(self, stream: str, shop_clock: datetime, overlap_s: int) -> str:
        """The cursor of a stream that begins now."""
        ...

    async def import_page(self, wanted: OrderFilter, cursor: str | None) -> Page:
        """The next page of the first import; `cursor` None begins. `more` False ends it."""
        ...

    async def changes_page(self, stream: str, cursor: str, overlap_s: int) -> Page:
        """The next page of changes over all statuses. With `more` False the cursor is where the next poll begins."""
        ...

    async def order(self, remote_id: str) -> Order | None:
        """One order as it is now, trashed ones too; None if the shop says for sure that it is gone."""
        ...

    async def orders(self, remote_ids: Sequence[str]) -> Sequence[Order]:
        """Many orders as they are now, in few calls. One that is missing may be trashed: ask `order`."""
        ...

    async def products(self, remote_ids: Sequence[str]) -> Sequence[Product]:
        """Weight and customs data. A product that is gone is missing from the answer."""
        ...

    async def count(self, wanted: OrderFilter) -> Mapping[str, int]:
        """How many orders the shop holds, by status, for the import proof."""
        ...

    async def publish(self, publication: Publication) -> Published:
        """Look, write if it is missing, read back. May run twice."""
        ...

    def probes(self) -> Sequence[Probe]:
        """Questions that the shop answers before any handler runs."""
        ...
