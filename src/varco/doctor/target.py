"""What is examined: a shop's address, as whom we call, and what the connectors know of their platforms."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

import msgspec

from varco.model.exchange import Exchange, Request
from varco.model.finding import Finding, FindingKind
from varco.model.identity import Identity
from varco.model.probe import Probe
from varco.model.secret import Secret

Send = Callable[[Request], Awaitable[Exchange]]
BROWSER: Final = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
"""What a visitor of the shop is called: the other side of a comparison of names."""


class Answering(msgspec.Struct, frozen=True, kw_only=True):
    """A platform that answers at the address."""

    version: str = ""
    base_url: str


class Rights(msgspec.Struct, frozen=True, kw_only=True):
    """What the credentials may do; None: could not be told."""

    read: bool | None
    write: bool | None
    products: bool | None = None
    problems: tuple[Finding, ...] = ()


class Platform(msgspec.Struct, frozen=True, kw_only=True):
    """What a connector offers the doctor. `recognise` and `rights` raise `ShopFault`."""

    platform: str
    name: str
    recognise: Callable[[str, str, Send], Awaitable[Answering]]
    """Of an address and a User-Agent."""
    probes: Callable[[str, str], Sequence[Probe]]
    """Likewise."""
    rights: Callable[[str, str, Send], Awaitable[Rights]] | None = None
    """With the credentials of the target, if there are any; likewise the next two."""
    orders: Callable[[str, str, Send, bool], Awaitable[int]] | None = None
    """Reads one order and gives how many there are; or reads the first page of them and gives how many came."""
    time_zone: Callable[[str, str, Send], Awaitable[str]] | None = None


class Target(msgspec.Struct, frozen=True, kw_only=True):
    url: str
    """The shop's home without a trailing slash."""
    identity: Identity
    platforms: tuple[Platform, ...]
    """Those that may answer; one alone where it is known."""
    inside: bool = False
    """Whether we call from the identity's own addresses: only then does a refusal prove that *it* is refused."""
    credentials: Mapping[str, Secret] = {}
    kinds: Mapping[str, FindingKind] = {}
    """The connectors' own, beside those of the door."""

    @property
    def agents(self) -> tuple[str, ...]:
        """The identity's names before the shop's system is known."""
        return agents_of(self.identity, "WooCommerce" if len(self.platforms) != 1 else self.platforms[0].name)


def agents_of(identity: Identity, shop_system: str) -> tuple[str, ...]:
    """Each once: without an operator's address our two names are the same."""
    return tuple(dict.fromkeys(identity.user_agents_for(shop_system)))
