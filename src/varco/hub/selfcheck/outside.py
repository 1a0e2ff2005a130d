"""Looks that call somebody: the hub's own public address through its proxy, the mail server, a connected shop."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from ipaddress import ip_address
from smtplib import SMTPException
from typing import Any, Final
from urllib.parse import urlsplit

import aiohttp
from django.core.mail import EmailMessage, get_connection
from django.utils.translation import gettext as _

from varco.hub import runtime
from varco.hub.config import Config
from varco.hub.models import Integration
from varco.hub.selfcheck.proof import PATH, proof
from varco.hub.selfcheck.result import Result, State
from varco.model.exchange import Request
from varco.model.identity import varco_identity
from varco.net.client import Client
from varco.net.guard import is_allowed

TIMEOUT_S: Final = 10.0
CLOCK_MAY_DIFFER: Final = timedelta(seconds=30)
"""A shop's Date has whole seconds, and its own clock may be a little off."""


@dataclass(frozen=True)
class Facts:
    """What the looks need from the database, read beforehand: nothing is held while we wait for a network."""

    config: Config
    shop_url: str
    """A connected shop, empty if there is none."""
    proof: str
    mail_to: str = ""


@dataclass(frozen=True)
class _Seen:
    """What the hub saw of its own call, or why it did not get there."""

    scheme: str = ""
    host: str = ""
    client: str = ""
    addresses: tuple[str, ...] = ()
    """Where the public name leads."""
    trouble: str = ""


def facts(mail_to: str = "") -> Facts:
    state = runtime.current()
    rows = Integration.objects.filter(connected_at__isnull=False, removed_at=None).order_by("pk")
    shop_url = rows.values_list("base_url", flat=True).first() or ""
    return Facts(state.config, shop_url, proof(state.clock.now()), mail_to)


async def outside(given: Facts) -> list[Result]:
    seen = await _call_ourselves(given) if given.config.public_url else _Seen()
    looks: tuple[Callable[[], Awaitable[Result]], ...] = (lambda: _shop_clock(given), lambda: _mail(given))
    others = await asyncio.gather(*(look() for look in looks))
    return [_public_url(given, seen), _proxy(given, seen), _callback(given, seen), _egress(given, seen), *others]


async def _call_ourselves(given: Facts) -> _Seen:
    """Not through the door for shops: the public name may rightly lead to a private address here."""
    url = given.config.public_url
    parts = urlsplit(url)
    try:
        async with asyncio.timeout(TIMEOUT_S):
            loop = asyncio.get_running_loop()
            found = await loop.getaddrinfo(parts.hostname, parts.port or 443, type=1)
            addresses = tuple(sorted({str(info[4][0]) for info in found}))
            answer = await _get(url + PATH, given)
    except (OSError, aiohttp.ClientError, TimeoutError, ValueError) as error:
        return _Seen(trouble=str(error) or type(error).__name__)
    if not isinstance(answer, dict) or not {"scheme", "host", "client"} <= answer.keys():
        return _Seen(addresses=addresses, trouble=_("Something else answers there than this hub."))
    return _Seen(str(answer["scheme"]), str(answer["host"]), str(answer["client"]), addresses)


async def _get(url: str, given: Facts) -> Any:
    trusted = ssl.create_default_context(cafile=given.config.extra_ca) if given.config.extra_ca else True
    async with (
        aiohttp.ClientSession(trust_env=False) as session,
        session.get(url, params={"proof": given.proof}, allow_redirects=False, ssl=trusted) as answer,
    ):
        return await answer.json(content_type=None) if answer.status == 200 else None


def _public_url(given: Facts, seen: _Seen) -> Result:
    name, title, url = "public-url", _("Public address"), given.config.public_url
    if not url:
        return Result(
            name=name,
            title=title,
            state=State.OFF,
            says=_("VARCO_PUBLIC_URL is not set: links in e-mails lead to this machine only."),
            advice=_("Set it to the address, with https, under which people and shops reach the hub."),
        )
    if seen.trouble:
        return Result(
            name=name,
            title=title,
            state=State.PROBLEM,
            says=_("%(url)s does not lead to this hub from here: %(why)s") % {"url": url, "why": seen.trouble},
            advice=_("Check the name, the proxy in front of the hub, and its certificate."),
        )
    if not url.startswith("https://"):
        return Result(
            name=name,
            title=title,
            state=State.PROBLEM,
            says=_("%(url)s has no https: passwords cross the network openly.") % {"url": url},
            advice=_("Put a proxy with a certificate in front, such as Caddy."),
        )
    says = _("%(url)s leads to this hub.") % {"url": url}
    return Result(name=name, title=title, state=State.GOOD, says=says)


def _proxy(given: Facts, seen: _Seen) -> Result:
    """What the hub sees of a request that came through the proxy must be what the browser sent."""
    name, title, config = "proxy", _("Proxy in front"), given.config
    if not config.public_url:
        return Result(name=name, title=title, state=State.OFF, says=_("There is no public address, so no proxy."))
    if seen.trouble:
        says = _("No call came through.")
        return Result(name=name, title=title, state=State.UNKNOWN, says=says)
    public = urlsplit(config.public_url)
    if seen.scheme != public.scheme:
        return Result(
            name=name,
            title=title,
            state=State.PROBLEM,
            says=_("A request through it looks like %(scheme)s, from %(client)s.")
            % {"scheme": seen.scheme, "client": seen.client},
            advice=_(
                "Name the proxy's address in VARCO_TRUSTED_PROXIES (it may be %(client)s), and let the proxy send "
                "X-Forwarded-Proto and X-Forwarded-For."
            )
            % {"client": seen.client},
        )
    if any(ip_address(seen.client) in network for network in config.trusted_proxies):
        return Result(
            name=name,
            title=title,
            state=State.PROBLEM,
            says=_("Every caller seems to be the proxy itself (%(client)s).") % {"client": seen.client},
            advice=_("Let the proxy send X-Forwarded-For: else one caller who guesses passwords locks out everybody."),
        )
    says = _("A request through it keeps its address and its https.")
    return Result(name=name, title=title, state=State.GOOD, says=says)


def _callback(given: Facts, seen: _Seen) -> Result:
    """A shop's own server must reach us when its owner consents on the shop's page, and for webhooks."""
    name, title, config = "callback", _("Reached by shops"), given.config
    if not config.public_url.startswith("https://"):
        return Result(
            name=name,
            title=title,
            state=State.OFF,
            says=_("Without a public address with https, shops cannot call back: keys are pasted by hand."),
            advice=_("Set VARCO_PUBLIC_URL to offer connecting by consent."),
        )
    if not seen.addresses:
        says = _("The name of the public address leads nowhere from here.")
        return Result(name=name, title=title, state=State.UNKNOWN, says=says)
    if not any(is_allowed(ip_address(address)) for address in seen.addresses):
        return Result(
            name=name,
            title=title,
            state=State.PROBLEM,
            says=_("From here the name leads to a private address (%(address)s).") % {"address": seen.addresses[0]},
            advice=_("If it leads there from outside too, shops cannot call back. Ask from another network."),
        )
    state = State.UNKNOWN if seen.trouble else State.GOOD
    says = _("The name leads to a public address (%(address)s).") % {"address": seen.addresses[0]}
    return Result(name=name, title=title, state=state, says=says)


def _egress(given: Facts, seen: _Seen) -> Result:
    """The address from which shops see us, for their allow-lists."""
    name, title, configured = "egress", _("Address for allow-lists"), given.config.egress_addresses
    public = bool(seen.client) and is_allowed(ip_address(seen.client))
    if not configured:
        return Result(
            name=name,
            title=title,
            state=State.OFF,
            says=_("VARCO_EGRESS_ADDRESSES is not set.")
            + (" " + _("Calls from here come from %(address)s.") % {"address": seen.client} if public else ""),
            advice=_("Set it, so that rules which let this hub in can be written for a shop's host."),
        )
    if not public:
        says = _("No way is set up by which the hub could see its own address from outside.")
        return Result(name=name, title=title, state=State.UNKNOWN, says=says)
    known = any(ip_address(seen.client) in network for network in configured)
    says = _("Calls from here come from %(address)s.") % {"address": seen.client}
    if known:
        return Result(name=name, title=title, state=State.GOOD, says=says)
    advice = _("VARCO_EGRESS_ADDRESSES does not hold it: rules made from the setting would shut this hub out.")
    return Result(name=name, title=title, state=State.PROBLEM, says=says, advice=advice)


async def _shop_clock(given: Facts) -> Result:
    name, title = "clock-shop", _("Clock against a shop")
    if not given.shop_url:
        return Result(name=name, title=title, state=State.OFF, says=_("No shop is connected yet."))
    config = given.config
    headers = (("User-Agent", varco_identity(config.operator_url).user_agents[0]),)
    async with Client(allowed_networks=config.allowed_networks, extra_ca=config.extra_ca) as client:
        request = Request(method="HEAD", url=given.shop_url + "/", headers=headers, timeout_s=TIMEOUT_S)
        exchange = await client.send(request, key="self-check")
    date = exchange.response.header("Date") if exchange.response else ""
    try:
        theirs = parsedate_to_datetime(date)
    except ValueError:
        says = _("%(url)s did not tell the time.") % {"url": given.shop_url}
        return Result(name=name, title=title, state=State.UNKNOWN, says=says)
    differs = abs(datetime.now(UTC) - theirs)
    says = _("Ours and that of %(url)s differ by %(seconds).0f seconds.") % {
        "url": given.shop_url,
        "seconds": differs.total_seconds(),
    }
    if differs > CLOCK_MAY_DIFFER:
        advice = _("Let this machine keep its clock by NTP; if it does, the shop's is wrong.")
        return Result(name=name, title=title, state=State.PROBLEM, says=says, advice=advice)
    return Result(name=name, title=title, state=State.GOOD, says=says)


async def _mail(given: Facts) -> Result:
    name, title = "mail", _("E-mail")
    if given.config.smtp_url is None:
        return Result(
            name=name,
            title=title,
            state=State.OFF,
            says=_("No mail is sent: nobody is told when a shop is slowed."),
            advice=_("Set VARCO_SMTP_URL and VARCO_MAIL_FROM."),
        )
    try:
        says = await asyncio.to_thread(_try_mail, given.mail_to)
    except (OSError, SMTPException) as error:
        says = _("The mail server refuses: %(why)s") % {"why": error}
        advice = _("Check VARCO_SMTP_URL: host, port, user and password.")
        return Result(name=name, title=title, state=State.PROBLEM, says=says, advice=advice)
    return Result(name=name, title=title, state=State.GOOD, says=says)


def _try_mail(mail_to: str) -> str:
    server = get_connection(timeout=TIMEOUT_S)
    server.open()
    try:
        if not mail_to:
            return _("The mail server lets us in.")
        subject, text = _("Test of Varco's e-mail"), _("If you read this, Varco's e-mails arrive.")
        EmailMessage(subject, text, to=[mail_to], connection=server).send()
    finally:
        server.close()
    return _("A test mail to %(address)s was taken by the server.") % {"address": mail_to}
