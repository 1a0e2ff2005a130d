"""What stands between a caller and the shop, or goes wrong inside it; switched on and off while the shop runs.

A wall says whom it meets (method, User-Agent, address, path), what it does, and how often. The first that meets a
request and answers it ends its journey; those that only disturb it add up.
"""

from __future__ import annotations

import re
from enum import StrEnum
from ipaddress import ip_address, ip_network
from typing import Final

import msgspec

from varco.model.exchange import Request, header


class Kind(StrEnum):
    REFUSED = "refused"
    """403 with the page of nginx or Apache."""
    METHOD_NOT_ALLOWED = "method-not-allowed"
    """405 with the page of nginx or Apache."""
    TOO_MANY = "too-many"
    """429; `seconds` is its Retry-After, 0 sends none."""
    LIMITED = "limited"
    """nginx's limit_req as it comes: 503 without Retry-After."""
    MAINTENANCE = "maintenance"
    """The software's own: 503, in WordPress with Retry-After 600."""
    MOVED = "moved"
    """301 to the same path at `target`."""
    BODY_TOO_LARGE = "body-too-large"
    """413 for bodies of more than `size` bytes."""
    SITE_PASSWORD = "site-password"  # noqa: S105  the kind's name
    """401 with WWW-Authenticate: a staging site."""
    CAPTCHA = "captcha"
    """SiteGround's robot test: 202 and a page."""
    FATAL = "fatal"
    """A plug-in crashes: the software's own 500."""
    MEMORY = "memory"
    """PHP runs out of memory: the software's own 500."""
    DATABASE_DOWN = "database-down"
    """The software's own 500 without a database."""
    SERVER_DOWN = "server-down"
    """nginx finds no PHP behind it: 502."""
    LANDS_LATE = "lands-late"
    """The server waits for PHP no longer: 504. A write is carried out all the same, `seconds` later."""

    NO_AUTHORIZATION = "no-authorization"
    """The header that says who calls is taken away before the software sees it."""
    NOTICE = "notice"
    """PHP prints a warning before the JSON."""
    SLOW = "slow"
    """The answer comes after `seconds`."""
    CUT_BEFORE = "cut-before"
    """The connection is closed without a byte; nothing was done."""
    CUT_MIDDLE = "cut-middle"
    """Everything was done; the connection is closed in the middle of the answer."""
    LATE = "late"
    """Everything was done; the answer comes after `seconds`, when nobody waits for it."""
    SAVED_500 = "saved-500"
    """Everything was done; the answer is a 500."""
    UNSAVED_200 = "unsaved-200"
    """Nothing was done; the answer says that it was."""


ANSWERS: Final = frozenset(
    (
        Kind.REFUSED, Kind.METHOD_NOT_ALLOWED, Kind.TOO_MANY, Kind.LIMITED, Kind.MAINTENANCE, Kind.MOVED,
        Kind.BODY_TOO_LARGE, Kind.SITE_PASSWORD, Kind.CAPTCHA, Kind.FATAL, Kind.MEMORY, Kind.DATABASE_DOWN,
        Kind.SERVER_DOWN, Kind.LANDS_LATE,
    )
)  # fmt: skip
"""Kinds that answer instead of the shop."""
OWN_PAGES: Final = frozenset((Kind.MAINTENANCE, Kind.FATAL, Kind.MEMORY, Kind.DATABASE_DOWN))
"""Those among them that the shop's own software answers, each in its own words."""


class Wall(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    kind: Kind
    methods: tuple[str, ...] = ()
    """Only these; empty: all."""
    user_agent: str = ""
    """A regular expression, found anywhere, whatever the case."""
    networks: tuple[str, ...] = ()
    """Callers from these: `203.0.113.0/24`."""
    path: str = ""
    """A regular expression, found anywhere in path and query."""
    body: str = ""
    """A regular expression, found anywhere in what is sent: `mutation` for GraphQL, whose reads are POSTs too."""
    skip: int = 0
    """How many requests that it meets pass first."""
    times: int | None = None
    """How many it then stops; None: every one."""
    server: str = "nginx"
    """Whose page is shown: `nginx` or `apache`."""
    seconds: float = 600
    target: str = ""
    size: int = 1_048_576

    def meets(self, request: Request, address: str) -> bool:
        return (
            (not self.methods or request.method.upper() in self.methods)
            and (not self.user_agent or _has(self.user_agent, header(request.headers, "User-Agent")))
            and (not self.networks or any(ip_address(address) in ip_network(network) for network in self.networks))
            and (not self.path or _has(self.path, request.url))
            and (not self.body or _has(self.body, request.body.decode("utf-8", "replace")))
            and (self.kind is not Kind.BODY_TOO_LARGE or len(request.body) > self.size)
        )


Walls = tuple[Wall, ...]


class Row:
    """The walls of one shop in the order of their setting, and how often each was met."""

    def __init__(self, walls: Walls = ()) -> None:
        self.set(walls)

    def set(self, walls: Walls) -> None:
        self.walls = walls
        self._met = [0] * len(walls)

    def met(self, request: Request, address: str) -> list[Wall]:
        """Those that act on this request. Up to the first that answers it; behind that nothing is met any more."""
        found = []
        for place, wall in enumerate(self.walls):
            if wall.meets(request, address) and self._acts(place, wall):
                found.append(wall)
                if wall.kind in ANSWERS:
                    break
        return found

    def _acts(self, place: int, wall: Wall) -> bool:
        self._met[place] += 1
        count = self._met[place] - wall.skip
        return count > 0 and (wall.times is None or count <= wall.times)


def _has(pattern: str, text: str) -> bool:
    return re.search(pattern, text, re.IGNORECASE) is not None
