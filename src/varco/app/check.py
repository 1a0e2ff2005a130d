"""Examine a shop as a platform would call it, and say which layer shuts it out. Needs neither Django nor a database.

As a library::

    report = await check("https://shop.example", SENDCLOUD)
    report.main          # the finding to begin with, or None
    report.matrix        # methods by User-Agents
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import msgspec

from varco.app.address import shop_address
from varco.doctor.report import Colour, Report
from varco.doctor.runner import examine
from varco.doctor.scan import CAREFUL, Limits
from varco.doctor.target import Answering, Platform, Rights, Send, Target
from varco.model.errors import BadInput
from varco.model.exchange import Exchange, Request
from varco.model.identity import SENDCLOUD, Identity, varco_identity
from varco.model.probe import Probe
from varco.model.secret import Secret
from varco.net.client import Client
from varco.net.guard import networks
from varco.net.reach import Reach, reach
from varco.shops.base import OrderFilter, Shop, ShopAccess
from varco.shops.registry import connector, connectors

IDENTITIES: Final = ("sendcloud", "varco")
_OURS: Final = frozenset(("internal-error", "name-server-failed", "check-broke"))
"""Our own side may be at fault."""
ANYWHERE: Final = ("0.0.0.0/0", "::/0")
"""With a proxy the only address that we call is the proxy's, which the person named."""


def identity_named(name: str, user_agent: str = "") -> Identity:
    """`BadInput` names those there are. A given User-Agent takes the place of the identity's own."""
    known = {"sendcloud": SENDCLOUD, "varco": varco_identity()}
    if name not in known:
        raise BadInput(f"There is no identity {name}. Known: {', '.join(IDENTITIES)}.")
    if user_agent and not (user_agent.isascii() and user_agent.isprintable()):
        raise BadInput("A User-Agent is one line of plain letters (ASCII).")
    return msgspec.structs.replace(known[name], user_agents=(user_agent,)) if user_agent else known[name]


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """From where we call."""

    allow_networks: tuple[str, ...] = ()
    """Networks of private addresses that may be called."""
    extra_ca: Path | None = None
    proxy: str = ""
    """An HTTP proxy, to look from another place."""
    inside: bool = False
    """Whether we call from one of the identity's own addresses."""
    test_address: str = ""
    """Ours, if the shop's server lets it in for the test."""


async def check(
    url: str,
    identity: Identity,
    *,
    place: Place | None = None,
    limits: Limits = CAREFUL,
    platform: str = "",
    credentials: Mapping[str, Secret] | None = None,
) -> Report:
    """The whole examination. `BadInput` for what cannot be an address, a network or a platform."""
    place = place or Place()
    target = target_of(url, identity, platform=platform, credentials=credentials or {}, inside=place.inside)
    allowed, proxy = networks_named(place.allow_networks), _proxy(place.proxy)
    reached: Reach | None = None
    if proxy:
        allowed = networks_named(ANYWHERE)
    else:
        reached = await reach(target.url, allowed_networks=allowed, extra_ca=place.extra_ca)
    async with Client(allowed_networks=allowed, extra_ca=place.extra_ca, proxy=proxy) as client:
        report = await examine(target, _sender(client), limits=limits, reach=reached)
    return msgspec.structs.replace(report, test_address=place.test_address)


def target_of(
    url: str,
    identity: Identity,
    *,
    platform: str = "",
    credentials: Mapping[str, Secret] | None = None,
    options: Mapping[str, str] | None = None,
    inside: bool = False,
) -> Target:
    """Our own identity calls from its own addresses wherever it runs; another one's are elsewhere."""
    shops = [connector(platform)] if platform else list(connectors().values())
    if credentials and len(shops) != 1:
        raise BadInput("With keys, say of which shop system they are: --platform woocommerce.")
    return Target(
        url=shop_address(url),
        identity=identity,
        platforms=tuple(_platform(shop, credentials or {}, options or {}) for shop in shops),
        inside=inside or identity.name == "varco",
        credentials=credentials or {},
        kinds={kind.code: kind for shop in shops for kind in shop.finding_kinds},
    )


def could_not_tell(report: Report) -> bool:
    """Neither ready nor blocked."""
    if report.main is not None:
        return report.main.finding.code in _OURS
    asked = ("import",) if report.manner == "light" else ("import", "write-back")
    return Colour.GREY in map(report.colour_of, asked) and not is_cloud(report)


def is_cloud(report: Report) -> bool:
    return any(told.finding.code == "cloud-shop" for told in report.findings)


def is_blocked(report: Report) -> bool:
    """Whether something stops orders or tracking, as far as can be seen from here."""
    return any(told.stops for told in report.findings) and not could_not_tell(report)


def networks_named(texts: Sequence[str]) -> tuple[IPv4Network | IPv6Network, ...]:
    """`BadInput` for what is none."""
    try:
        return networks(texts)
    except ValueError as error:
        raise BadInput(f"--allow-network: {error}. A network looks like 192.168.1.0/24.") from None


def _proxy(text: str) -> str:
    if not text:
        return ""
    parts = urlsplit(text)
    if parts.scheme != "http" or not parts.hostname:
        raise BadInput("--from is the address of an HTTP proxy, such as http://proxy.example:3128.")
    return text


def _platform(shop: type[Shop], credentials: Mapping[str, Secret], options: Mapping[str, str]) -> Platform:
    """What the doctor is told of a connector: it knows none itself."""

    def made(url: str, agent: str, send: Send) -> Shop:
        agent = agent.replace("{shop}", shop.name)
        return shop(ShopAccess(base_url=url, user_agent=agent, credentials=credentials, options=options), send)

    async def recognise(url: str, agent: str, send: Send) -> Answering:
        found = await made(url, agent, send).recognise()
        return Answering(version=found.version, base_url=found.final_url)

    def probes(url: str, agent: str) -> Sequence[Probe]:
        return made(url, agent, _no_send).probes()

    async def rights(url: str, agent: str, send: Send) -> Rights:
        found = await made(url, agent, send).permissions()
        return Rights(
            read=found.read_orders,
            write=found.write_orders,
            products=found.read_products,
            problems=found.problems,
        )

    async def orders(url: str, agent: str, send: Send, whole: bool) -> int:
        """As the first import asks for them: all of the usual statuses, the oldest first."""
        wanted = OrderFilter(statuses=tuple(shop.default_statuses), placed_after=None)
        if not whole:
            return (await made(url, agent, send).preview(wanted)).count
        page = await made(url, agent, send).import_page(wanted, None)
        return len(page.orders) + len(page.unread)

    async def time_zone(url: str, agent: str, send: Send) -> str:
        return (await made(url, agent, send).profile()).time_zone

    return Platform(
        platform=shop.platform,
        name=shop.name,
        recognise=recognise,
        probes=probes,
        rights=rights if credentials else None,
        orders=orders if credentials else None,
        time_zone=time_zone if credentials else None,
    )


async def _no_send(request: Request) -> Exchange:
    raise RuntimeError(f"making a probe sends {request.method}")


def _sender(client: Client) -> Send:
    async def send(request: Request) -> Exchange:
        return await client.send(request, key="check")

    return send
