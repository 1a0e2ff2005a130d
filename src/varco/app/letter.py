"""The letter to the hosting provider: what is refused, what to paste, why it is safe, and how to see that it works.

Complete without a link, and without secrets or customers' data. Its forms (text, page, mail, PDF) are made of the same
sections by `app.letter_forms`.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import msgspec

from varco.app.fixes import PUBLISHED, in_words
from varco.app.language import Translate
from varco.app.words import MISSING, words
from varco.doctor.report import Report
from varco.fixes.base import N_
from varco.model.exchange import Exchange, Request
from varco.model.finding import Params
from varco.model.fix import Fix, FixRequest
from varco.shops.base import ShopAccess
from varco.shops.registry import connector

_IDS: Final = frozenset(("cf-ray", "x-sucuri-id", "x-amz-cf-id", "x-azure-ref", "x-request-id", "x-iinfo", "x-varnish"))
"""Headers with a number under which a service or a server keeps the event."""
_LOGS: Final = "/var/log/nginx/*access*.log /var/log/apache2/*access*.log /var/log/httpd/*access*.log"
_SUCCESS: Final = {
    "woocommerce": N_("the shop's own answer in JSON with status 404 (rest_no_route)"),
    "magento": N_("the shop's own answer in JSON with status 404 (Request does not match any route)"),
    "prestashop": N_("the shop's own answer with status 401 (Welcome to PrestaShop Webservice), or in JSON or XML"),
}
"""What the probe brings where nothing stands before the shop."""


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What was refused, as far as it is known."""

    finding: str = ""
    method: str = ""
    status: str = ""
    since: datetime | None = None
    """When the first call was refused."""
    at: datetime | None = None
    """When the call was made whose numbers are given here."""
    zone: ZoneInfo | None = None
    """Of the shop or its server: their log may have its times."""
    address: str = ""
    """From where it was called."""
    reference: str = ""
    """Under which the server or service keeps it: a ray, request or incident number."""
    params: Params = {}
    """Of the finding, where they are known."""


def seen_in(report: Report, code: str) -> Seen:
    """As far as an examination saw that finding."""
    told = next((told for told in report.findings if told.finding.code == code), None)
    call = next((call for call in report.calls if told and call.number in told.evidence), None)
    if told is None or call is None:
        return Seen(finding=code)
    ids = [f"{name} {value}" for name, value in call.headers if name.lower() in _IDS]
    return Seen(
        finding=code,
        method=call.method,
        status=str(call.status or ""),
        at=call.at,
        reference=", ".join(ids),
        params=told.finding.params,
    )


class Piece(msgspec.Struct, frozen=True):
    text: str
    verbatim: bool = False
    """To be copied: never wrapped or translated."""


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """`heading` may be empty."""

    heading: str = ""
    pieces: tuple[Piece, ...]
    may_follow: bool = False
    """Whether it may stand on a second page where the first has no room for it."""


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    subject: str
    sections: tuple[Section, ...]
    target: str = ""
    """Of the lines in it, if any."""

    @property
    def lines(self) -> str:
        """What is to be pasted, by itself."""
        pasted = [piece.text for section in self.sections if section.may_follow for piece in section.pieces]
        return "\n\n".join(pasted)


def letter_for(
    shop_url: str, request: FixRequest, fix: Fix | None, seen: Seen, translate: Translate, check_url: str = ""
) -> Letter:
    """`fix` is None where nobody knows yet what stands in front of the shop; `check_url` leads to a check by a hub."""
    _ = translate
    host = urlsplit(shop_url).hostname or shop_url
    name = request.identity.capitalize()
    greeting = (
        _("Hello,"),
        _(
            "our shop {url} is connected to a shipping platform ({name}), which reads orders from the shop's own "
            "interface and writes tracking numbers back. Something in front of the shop refuses its calls before the "
            "shop sees them. We ask you to let these calls through, and nothing else."
        ).format(url=shop_url, name=name),
    )
    sections = (
        Section(pieces=tuple(map(Piece, greeting))),
        Section(heading=_("WHAT IS REFUSED"), pieces=tuple(_refused(host, seen, _))),
        Section(heading=_("WHO CALLS"), pieces=tuple(_callers(request, _))),
        Section(heading=_("WHAT WE ASK"), pieces=(_asked(fix, _),)),
        *(_to_paste(fix, _) for fix in (fix,) if fix is not None),
        Section(heading=_("HOW TO SEE THAT IT WORKS"), pieces=tuple(_proof(shop_url, request, seen, check_url, _))),
        Section(heading=_("WHY IT IS SAFE"), pieces=tuple(_safe(fix, _))),
        Section(pieces=(Piece(_("Thank you for your help.")),)),
    )
    subject = _("{host}: please let the calls of {name} through").format(host=host, name=name)
    return Letter(subject=subject, sections=sections, target=fix.target if fix else "")


def _refused(host: str, seen: Seen, _: Translate) -> Iterator[Piece]:
    if seen.finding:
        given: Params = {"host": host, "product": _("The server"), "method": seen.method, "status": seen.status}
        known = words(seen.finding, {name: value for name, value in (given | seen.params).items() if value}, _)
        yield Piece(f"{known.title if MISSING in known.sentence else known.sentence} ({seen.finding})")
    else:
        yield Piece(_("Calls of the platform to the shop's interface."))
    yield from _facts(
        (_("Refused since"), _moment(seen.since, seen.zone)),
        (_("Seen at"), _moment(seen.at, seen.zone)),
        (_("Called from"), seen.address),
        (_("Reference in your log"), seen.reference),
    )


def _facts(*facts: tuple[str, str]) -> Iterator[Piece]:
    yield from (Piece(f"{name}: {value}") for name, value in facts if value)


def _moment(at: datetime | None, zone: ZoneInfo | None) -> str:
    """In UTC, and as the clock of the server shows it where its zone is known."""
    if at is None:
        return ""
    told = f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    if zone is None or zone.key == "UTC":
        return told
    return f"{told} = {at.astimezone(zone):%Y-%m-%d %H:%M:%S} {zone.key}"


def _callers(request: FixRequest, _: Translate) -> Iterator[Piece]:
    published = PUBLISHED.get(request.identity, "")
    system = _("name of the shop system")
    names = list(dict.fromkeys(agent.replace("{shop}", f"<{system}>") for agent in request.user_agents))
    yield from _facts(
        (_("Addresses"), ", ".join(request.addresses) or published or MISSING),
        (_("Name (User-Agent)"), _(" or ").join(names)),
        (_("Methods"), " ".join(request.methods)),
        (_("Paths"), " ".join((*request.prefixes, *request.exact))),
    )


def _asked(fix: Fix | None, _: Translate) -> Piece:
    if fix is None:
        return Piece(
            _(
                "Please let calls through that meet all four conditions above together, whichever rule, list or ban "
                "stops them now: firewall, ModSecurity, fail2ban, a bot filter or a rule of the web server."
            )
        )
    return Piece(_("Please paste these lines; they let calls through that meet all the conditions together."))


def _to_paste(fix: Fix, _: Translate) -> Section:
    """As short as it can be: what is said of safety stands in its own section."""
    told = in_words(fix, _)
    pieces: list[Piece] = []
    steps = [step for step in told.steps if not step.another_way]
    for number, step in enumerate(steps, start=1):
        pieces.append(Piece(f"{number}. {step.what}. {step.place}{':' if step.text else '.'}"))
        pieces += [Piece(step.text, verbatim=True)] if step.text else []
    either = _(" or ")
    pieces += _facts(
        (_("Test"), either.join(told.check)),
        (_("Reload"), either.join(told.reload)),
        (_("Undo"), told.undo),
        *((_("Careful"), caution) for caution in told.cautions),
    )
    if not told.verified_on:
        pieces.append(Piece(_("Not run by us: from the product's documentation.")))
    return Section(heading=told.title, pieces=tuple(pieces), may_follow=True)


def _proof(shop_url: str, request: FixRequest, seen: Seen, check_url: str, _: Translate) -> Iterator[Piece]:
    url, agent = probe_url(shop_url, request.platform), request.user_agents[0]
    probe = url.rpartition("/")[2]
    yield Piece(f"curl -sS -i -X PUT -d '{{}}' -H 'Content-Type: application/json' -A '{agent}' '{url}'", verbatim=True)
    success = _(_SUCCESS[request.platform])
    refused = _("status {status}").format(status=seen.status) if seen.status else _("the refusal")
    yield Piece(
        _(
            "The path does not exist on purpose, so nothing can be changed by it. Before: {refused}. After, from an "
            "address of the list: {success}. That is success: the shop itself answered."
        ).format(refused=refused, success=success)
    )
    yield Piece(
        _(
            "From your own desk the same call should go on being refused, with 403 for instance: your address is not "
            "in the list, and the rule is then as narrow as it should be."
        )
    )
    yield Piece(_("The call is found in the server's log, with its time and status, by:"))
    yield Piece(f"grep '{probe}' {_LOGS}", verbatim=True)
    if check_url:
        yield Piece(
            _("Or let the platform itself call now, and see what comes of it; no account is needed: {url}").format(
                url=check_url
            )
        )


def probe_url(shop_url: str, platform: str) -> str:
    """The connector's own: a path that no route of the shop takes."""

    async def nothing(request: Request) -> Exchange:
        raise AssertionError(f"making a probe calls {request.url}")

    shop = connector(platform)(ShopAccess(base_url=shop_url.rstrip("/"), user_agent=""), nothing)
    return shop.probes()[0].request.url


def _safe(fix: Fix | None, _: Translate) -> Iterator[Piece]:
    opens = fix.opens if fix else None
    if opens is not None and not opens.user_agents:
        yield Piece(
            _(
                "These lines see addresses only: rules of the web server, which see the name, the method and the path "
                "too, stay in force, and the shop goes on asking for its keys. Please do not switch a protection off "
                "as a whole."
            )
        )
        return
    yield Piece(
        _(
            "The address, the name, the method and the path must all be right. An address cannot be forged over TCP, "
            "the shop goes on asking for its keys, and every other rule stays in force for everybody else. Please do "
            "not switch a protection off as a whole."
        )
    )
