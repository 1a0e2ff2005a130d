"""The letter to the hosting provider: what is refused, what to paste, why it is safe, and how to see that it works.

Complete without a link, and without secrets or customers' data.
"""

from __future__ import annotations

from collections.abc import Iterator
from textwrap import TextWrapper
from typing import Final
from urllib.parse import urlsplit

import msgspec

from varco.app.fixes import PUBLISHED, text_of
from varco.app.language import Translate
from varco.app.words import MISSING, words
from varco.doctor.report import Report
from varco.model.exchange import Exchange, Request
from varco.model.finding import Params
from varco.model.fix import Fix, FixRequest
from varco.shops.base import ShopAccess
from varco.shops.registry import connector

WIDTH: Final = 78
RULE: Final = "-" * WIDTH
_IDS: Final = frozenset(("cf-ray", "x-sucuri-id", "x-amz-cf-id", "x-azure-ref", "x-request-id", "x-iinfo", "x-varnish"))
"""Headers with a number under which a service or a server keeps the event."""
_PROSE: Final = TextWrapper(WIDTH, break_long_words=False, break_on_hyphens=False)


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What was refused, as far as it is known."""

    finding: str = ""
    method: str = ""
    status: str = ""
    since: str = ""
    """When, in UTC."""
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
        since=f"{call.at:%Y-%m-%d %H:%M:%S}",
        reference=", ".join(ids),
        params=told.finding.params,
    )


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    subject: str
    body: str


def letter_for(shop_url: str, request: FixRequest, fix: Fix | None, seen: Seen, translate: Translate) -> Letter:
    """`fix` is None where nobody knows yet what stands in front of the shop."""
    _ = translate
    host = urlsplit(shop_url).hostname or shop_url
    parts = (
        _("Hello,"),
        _(
            "our shop {url} is connected to a shipping platform ({name}), which reads orders from the shop's own "
            "interface and writes tracking numbers back. Something in front of the shop refuses its calls before the "
            "shop sees them. We ask you to let these calls through, and nothing else."
        ).format(url=shop_url, name=request.identity.capitalize()),
        "\n".join((_("WHAT IS REFUSED"), *_refused(host, seen, _))),
        "\n".join((_("WHO CALLS"), *_callers(request, _))),
        "\n".join((_("WHAT WE ASK"), *_asked(fix, _))),
        "\n".join((_("HOW TO SEE THAT IT WORKS"), *_proof(shop_url, request, _))),
        "\n".join((_("WHY IT IS SAFE"), *_safe(fix, _))),
        _("Thank you for your help."),
    )
    subject = _("{host}: please let the calls of {name} through").format(host=host, name=request.identity.capitalize())
    return Letter(subject=subject, body="\n\n".join(map(_wrapped, parts)))


def _wrapped(part: str) -> str:
    """Prose as wide as mails are; what is to be pasted, and commands, as they are."""
    if RULE in part:
        head, lines, tail = part.split(RULE)
        return f"{_wrapped(head.rstrip())}\n{RULE}{lines}{RULE}{tail}"
    keep = ("curl ", "grep ")
    return "\n".join(line if line.startswith(keep) else _PROSE.fill(line) for line in part.splitlines())


def _refused(host: str, seen: Seen, _: Translate) -> Iterator[str]:
    if seen.finding:
        given: Params = {"host": host, "product": _("The server"), "method": seen.method, "status": seen.status}
        known = words(seen.finding, {name: value for name, value in (given | seen.params).items() if value}, _)
        yield f"{known.title if MISSING in known.sentence else known.sentence} ({seen.finding})"
    else:
        yield _("Calls of the platform to the shop's interface.")
    facts = (
        (_("Seen at (UTC)"), seen.since),
        (_("Called from"), seen.address),
        (_("Reference in your log"), seen.reference),
    )
    for name, value in facts:
        if value:
            yield f"{name}: {value}"


def _callers(request: FixRequest, _: Translate) -> Iterator[str]:
    published = PUBLISHED.get(request.identity, "")
    system = _("name of the shop system")
    names = list(dict.fromkeys(agent.replace("{shop}", f"<{system}>") for agent in request.user_agents))
    facts = (
        (_("Addresses"), ", ".join(request.addresses) or published or MISSING),
        (_("Name (User-Agent)"), _(" or ").join(names)),
        (_("Methods"), " ".join(request.methods)),
        (_("Paths"), " ".join((*request.prefixes, *request.exact))),
    )
    yield from (f"{name}: {value}" for name, value in facts)


def _asked(fix: Fix | None, _: Translate) -> Iterator[str]:
    if fix is None:
        yield _(
            "Please let calls through that meet all four conditions above together, whichever rule, list or ban "
            "stops them now: firewall, ModSecurity, fail2ban, a bot filter or a rule of the web server."
        )
        return
    yield _("Please paste these lines; they let calls through that meet all the conditions together.")
    yield RULE
    yield text_of(fix, _)
    yield RULE


def _proof(shop_url: str, request: FixRequest, _: Translate) -> Iterator[str]:
    url, agent = probe_url(shop_url, request.platform), request.user_agents[0]
    probe = url.rpartition("/")[2]
    yield f"curl -sS -i -X PUT -d '{{}}' -H 'Content-Type: application/json' -A '{agent}' '{url}'"
    yield {
        "woocommerce": _(
            "The path does not exist on purpose, so nothing can be changed by it. Where the call may pass, the shop "
            "itself answers with JSON and status 404 (rest_no_route): that is success."
        ),
        "magento": _(
            "The path does not exist on purpose, so nothing can be changed by it. Where the call may pass, the shop "
            "itself answers with JSON and status 404 (Request does not match any route): that is success."
        ),
        "prestashop": _(
            "The path does not exist on purpose, so nothing can be changed by it. Where the call may pass, the shop "
            "itself asks for its key with status 401 (Welcome to PrestaShop Webservice): that is success."
        ),
    }[request.platform]
    yield _(
        "From your own desk the same call should go on being refused: your address is not in the list, and the rule "
        "is then as narrow as it should be."
    )
    yield _("The call is found in the server's log, with its time and status, by:")
    yield f"grep '{probe}' /var/log/nginx/*access*.log /var/log/apache2/*access*.log"


def probe_url(shop_url: str, platform: str) -> str:
    """The connector's own: a path that no route of the shop takes."""

    async def nothing(request: Request) -> Exchange:
        raise AssertionError(f"making a probe calls {request.url}")

    shop = connector(platform)(ShopAccess(base_url=shop_url.rstrip("/"), user_agent=""), nothing)
    return shop.probes()[0].request.url


def _safe(fix: Fix | None, _: Translate) -> Iterator[str]:
    opens = fix.opens if fix else None
    if opens is not None and not opens.user_agents:
        yield _(
            "These lines see addresses only: rules of the web server, which see the name, the method and the path too, "
            "stay in force, and the shop goes on asking for its keys. Please do not switch a protection off as a whole."
        )
        return
    yield _(
        "The address, the name, the method and the path must all be right. An address cannot be forged over TCP, the "
        "shop goes on asking for its keys, and every other rule stays in force for everybody else. Please do not "
        "switch a protection off as a whole."
    )
