"""What a Shopify knows of the one app that is installed on it: tokens, bucket, hooks, bulk operations."""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from hashlib import sha1
from typing import Any, Final

import msgspec

from varco.sandbox.shopify.bucket import Bucket
from varco.sandbox.shopify.orders import ShopifyOrder, of
from varco.sandbox.shopify.paging import Row
from varco.sandbox.spec import Key, ShopSpec
from varco.sandbox.state import State

_READ: Final = (
    "read_orders", "read_products", "read_locations", "read_merchant_managed_fulfillment_orders",
    "read_third_party_fulfillment_orders", "read_assigned_fulfillment_orders",
)  # fmt: skip
_WRITE: Final = tuple(scope.replace("read_", "write_") for scope in _READ if scope.endswith("fulfillment_orders"))
OLD_SECRET_S: Final = 3600
"""https://shopify.dev/docs/apps/build/webhooks/verify-deliveries"""


class Token(msgspec.Struct, frozen=True, kw_only=True):
    scopes: frozenset[str]
    ends: int | None


class Hook(msgspec.Struct, kw_only=True):
    """A webhook subscription."""

    id: int
    topic: str
    uri: str
    format: str
    created: int
    updated: int
    include_fields: list[str] = []
    filter: str | None = None
    name: str | None = None
    failures: int = 0


class Bulk(msgspec.Struct, kw_only=True):
    id: int
    query: str
    created: int
    ends: int
    secret: str
    scopes: frozenset[str]
    grouped: bool
    lines: bytes | None = None
    """None until it is done and looked at."""
    objects: int = 0
    roots: int = 0
    failed: str = ""


class Parts(msgspec.Struct, frozen=True, kw_only=True):
    """All fulfilment orders and fulfilments of the shop, found quickly."""

    order_of: dict[int, ShopifyOrder]
    by_update: list[Row]
    by_id: list[Row]
    order_of_fulfilment: dict[int, ShopifyOrder]


class App:
    def __init__(self, state: State) -> None:
        self.state = state
        spec = state.spec
        self.bucket = Bucket(spec.bucket, spec.restore_rate, state.clock.now())
        self.tokens: dict[str, Token] = {}
        self.tokens_given = 0
        self.hooks: dict[int, Hook] = {}
        self.bulks: dict[int, Bulk] = {}
        self.customs: dict[int, tuple[str, str]] = {}
        """Of goods that were corrected: HS code and country of origin."""
        self.internal_errors = 0
        """So many of the next answers fail inside Shopify, after the work was done."""
        self.old_secret: tuple[str, int] | None = None
        """The client secret before the last rotation, and when it was given up."""
        self._parts: Parts | None = None
        self._parts_of: tuple[int, int] = (0, 0)
        if spec.legacy_token:
            self.tokens[self.legacy_token()] = Token(scopes=self.scopes(), ends=None)

    def parts(self) -> Parts:
        """Put together anew after every change of the book."""
        book = self.state.book
        mark = (id(book), book.version)
        if self._parts is None or self._parts_of != mark:
            pairs = [(found, order) for order in map(of, book) for found in order.fulfilment_orders]
            self._parts_of = mark
            self._parts = Parts(
                order_of={found.id: order for found, order in pairs},
                by_update=sorted((found.updated, found.id) for found, _ in pairs),
                by_id=sorted((found.id, found.id) for found, _ in pairs),
                order_of_fulfilment={found.id: order for order in map(of, book) for found in order.shipments},
            )
        return self._parts

    @property
    def key(self) -> Key:
        return self.state.keys[0]

    @property
    def domain(self) -> str:
        """The shop's, as Shopify gives one; the pretend one is reached at another address."""
        return f"{re.sub('[^a-z0-9]+', '-', self.state.spec.name.lower()).strip('-') or 'shop'}.myshopify.com"

    def scopes(self) -> frozenset[str]:
        given = self.state.spec.scopes or _PERMITTED[self.key.permissions]
        return frozenset(given) | {scope.replace("write_", "read_") for scope in given}

    def listed_scopes(self) -> list[str]:
        """As they are told: what is written is also read, and not said twice."""
        return list(self.state.spec.scopes or _PERMITTED[self.key.permissions])

    def legacy_token(self) -> str:
        return f"shpat_{_hex('legacy', self.key.key)}"

    def new_token(self) -> str:
        self.tokens_given += 1
        token = f"shpat_{_hex('token', self.key.key, str(self.tokens_given))}"
        ends = self.state.clock.now() + self.state.spec.token_s
        self.tokens[token] = Token(scopes=self.scopes(), ends=ends)
        return token

    def token(self, text: str) -> Token | None:
        found = self.tokens.get(text)
        if found is None or (found.ends is not None and found.ends <= self.state.clock.now()):
            return None
        return found

    def secret_of(self, *parts: object) -> str:
        """Something that nobody can guess who does not have the app's secret."""
        return _hex(self.key.secret, *parts)

    def signing_secret(self) -> str:
        """The old one for an hour after a rotation."""
        if self.old_secret is not None and self.state.clock.now() < self.old_secret[1] + OLD_SECRET_S:
            return self.old_secret[0]
        return self.key.secret

    def rotate_secret(self) -> str:
        """The new one."""
        fresh = f"shpss_{_hex('rotated', self.key.secret)}"
        self.old_secret = (self.key.secret, self.state.clock.now())
        self.state.keys[0] = msgspec.structs.replace(self.key, secret=fresh)
        return fresh

    def signature(self, body: bytes) -> bytes:
        return hmac.digest(self.signing_secret().encode(), body, "sha256")


_PERMITTED: Final[Mapping[str, tuple[str, ...]]] = {
    "read_write": (*_READ[:3], *_WRITE, "write_inventory"),
    "read": _READ,
    "write": ("read_products", "read_locations", *_WRITE),
}


def key_of(spec: ShopSpec) -> Key:
    """Out of the seed."""
    return Key(key=_hex("client", spec.seed, spec.name), secret=f"shpss_{_hex('secret', spec.seed, spec.name)}")


def _hex(*parts: Any) -> str:
    return sha1(" ".join(map(str, parts)).encode(), usedforsecurity=False).hexdigest()[:32]
