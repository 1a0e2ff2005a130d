"""Reach a shop as a platform would, and say who answers or what stands in between. Needs neither Django nor a database.

A refusal seen from here proves what is refused *from here*: a rule that lets only the platform's addresses in looks the
same. So a refused call is made once more under our own name: if that one passes, the name is what is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec

from varco.app.address import shop_address
from varco.model.errors import BadInput, ShopFault
from varco.model.exchange import Exchange, Request, Timings
from varco.model.finding import Finding
from varco.model.identity import SENDCLOUD, Identity, varco_identity
from varco.net.client import Client
from varco.net.guard import networks
from varco.net.scrub import scrubbed_url
from varco.shops.base import Recognition, Send
from varco.shops.registry import recognise

IDENTITIES: Final = ("sendcloud", "varco")
REFUSALS: Final = frozenset(
    "refused-by-server method-refused service-block robot-test rate-limited connection-refused connection-dropped "
    "connect-timeout answer-timeout host-unreachable page-instead-of-data unexpected-answer".split()
)
"""What a rule about names or addresses can look like."""
CANNOT_TELL: Final = frozenset(("internal-error", "name-server-failed"))
"""Our own side may be at fault."""


class Call(msgspec.Struct, frozen=True, kw_only=True):
    """One call, as far as it may be shown."""

    method: str
    url: str
    user_agent: str
    status: int | None
    failure: str
    address: str
    timings: Timings


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """Exactly one of `recognised` and `finding` is set."""

    url: str
    identity: str
    user_agent: str
    """The name under which the last call of the identity was made."""
    recognised: Recognition | None = None
    finding: Finding | None = None
    refused_by_name: bool | None = None
    """Of a refusal: whether our own name passed from the same place. None where it was not tried."""
    calls: tuple[Call, ...] = ()

    @property
    def only_from_here(self) -> bool:
        """Whether the refusal proves nothing about the platform itself: it may be about our address."""
        refused = self.finding is not None and self.finding.code in REFUSALS
        return refused and self.identity != "varco" and not self.refused_by_name


def identity_named(name: str, user_agent: str = "") -> Identity:
    """`BadInput` names those there are. A given User-Agent takes the place of the identity's own."""
    known = {"sendcloud": SENDCLOUD, "varco": varco_identity()}
    if name not in known:
        raise BadInput(f"There is no identity {name}. Known: {', '.join(IDENTITIES)}.")
    if user_agent and not (user_agent.isascii() and user_agent.isprintable()):
        raise BadInput("A User-Agent is one line of plain letters (ASCII).")
    return msgspec.structs.replace(known[name], user_agents=(user_agent,)) if user_agent else known[name]


async def check(
    url: str,
    identity: Identity,
    *,
    allow_networks: Sequence[str] = (),
    extra_ca: Path | None = None,
) -> Checked:
    """Ask the shop who it is, under each name of the identity. `BadInput` for what cannot be an address."""
    address = shop_address(url)
    try:
        allowed = networks(allow_networks)
    except ValueError as error:
        raise BadInput(f"--allow-network: {error}. A network looks like 192.168.1.0/24.") from None
    async with Client(allowed_networks=allowed, extra_ca=extra_ca) as client:
        return await checked(address, identity, _sender(client))


async def checked(address: str, identity: Identity, send: Send) -> Checked:
    """The same over any `Send`."""
    said: list[Exchange] = []

    async def remembered(request: Request) -> Exchange:
        said.append(await send(request))
        return said[-1]

    recognised, finding, agent = await _as_identity(address, identity, remembered)
    by_name: bool | None = None
    if finding is not None and finding.code in REFUSALS and identity.name != "varco":
        by_name = await _passes(address, remembered)
    return Checked(
        url=address,
        identity=identity.name,
        user_agent=agent,
        recognised=recognised,
        finding=finding,
        refused_by_name=by_name,
        calls=tuple(map(_call, said)),
    )


async def _as_identity(address: str, identity: Identity, send: Send) -> tuple[Recognition | None, Finding | None, str]:
    """What the last name was told; the first one that is refused ends it."""
    recognised: Recognition | None = None
    agent = ""
    for agent in identity.user_agents:
        try:
            recognised = await recognise(address, agent, send)
        except ShopFault as fault:
            return None, fault.finding, agent
    return recognised, None, agent


async def _passes(address: str, send: Send) -> bool:
    try:
        await recognise(address, varco_identity().user_agents[0], send)
    except ShopFault:
        return False
    return True


def _sender(client: Client) -> Send:
    async def send(request: Request) -> Exchange:
        return await client.send(request, key="check")

    return send


def _call(exchange: Exchange) -> Call:
    request, response, failure = exchange.request, exchange.response, exchange.failure
    return Call(
        method=request.method,
        url=scrubbed_url(request.url),
        user_agent=next((value for name, value in request.headers if name == "User-Agent"), ""),
        status=response.status if response else None,
        failure=failure.kind.value if failure else "",
        address=exchange.address,
        timings=exchange.timings,
    )
