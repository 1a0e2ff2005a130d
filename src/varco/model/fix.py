"""A rule that lets a platform in and nobody else, as data: what to paste where, how to test it, how to undo it.

Texts that people read are English and keys of the catalogue; what is pasted is nobody's language.
"""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Cause(StrEnum):
    """What a rule that stops a call looks at, or what is missing."""

    METHOD = "method"
    NAME = "name"
    ADDRESS = "address"
    CONTENT = "content"
    PASSWORD = "password"  # noqa: S105
    MAINTENANCE = "maintenance"
    RATE = "rate"
    BAN = "ban"
    SIZE = "size"
    HEADER = "header"
    ROBOT_TEST = "robot-test"
    SETTING = "setting"
    """Of the shop's own software."""


class AppliedBy(StrEnum):
    """Who has the right to do it."""

    SHOP = "shop"
    """In the shop's own administration."""
    FILES = "files"
    """Whoever can change the shop's files."""
    PANEL = "panel"
    """In the hosting panel."""
    SERVICE = "service"
    """In the account at the service that stands in front."""
    HOST = "host"
    """Whoever is root on the server."""


class FixRequest(msgspec.Struct, frozen=True, kw_only=True):
    """Whom to let in where. Everything is checked before it comes here, so that it can be pasted into any file."""

    identity: str
    addresses: tuple[str, ...]
    """Networks or single addresses, IPv4 and IPv6, in their canonical spelling."""
    product: str
    """The first word of its User-Agents, in lower case: what follows the slash changes."""
    user_agents: tuple[str, ...]
    methods: tuple[str, ...]
    platform: str
    prefixes: tuple[str, ...]
    """Beginnings of the interface's paths, the shop's folder included."""
    exact: tuple[str, ...] = ()
    """Paths of the interface that are meant without what is below them; with a slash at the end."""
    proxies: tuple[str, ...] = ()
    """Through which calls reach the server, if any."""
    cause: Cause | None = None
    """None: everything that the target can do."""

    @property
    def ipv4(self) -> tuple[str, ...]:
        return tuple(address for address in self.addresses if ":" not in address)

    @property
    def ipv6(self) -> tuple[str, ...]:
        return tuple(address for address in self.addresses if ":" in address)


class Step(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to do."""

    name: str
    """Stable, so that a program or a test can pick it out."""
    what: str
    place: str
    """The file, and where in it; or where to click."""
    text: str
    """To paste; empty where there is nothing to paste."""
    language: str = "text"
    """For colouring."""
    causes: frozenset[Cause] | None = None
    """Which causes it mends; None: needed with each of them."""
    another_way: bool = False
    """Whether it does the same as the steps before it, by other means."""


class Opens(msgspec.Struct, frozen=True, kw_only=True):
    """All given conditions hold together. Empty: this layer cannot see it, so it is not a condition."""

    addresses: tuple[str, ...] = ()
    user_agents: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()


class Fix(msgspec.Struct, frozen=True, kw_only=True):
    target: str
    title: str
    applied_by: AppliedBy
    steps: tuple[Step, ...]
    check: tuple[str, ...] = ()
    """Commands that test the syntax before anything is reloaded."""
    reload: tuple[str, ...] = ()
    undo: str = ""
    opens: Opens
    cautions: tuple[str, ...] = ()
    verified_on: tuple[str, ...] = ()
    """Software in which our tests load it. Empty: from documentation, not run by us."""
    sources: tuple[str, ...] = ()
