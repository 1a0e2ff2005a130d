"""The web server takes the Authorization header away before PHP sees it: the shop answers as if no keys were sent.

* WooCommerce says nothing about a key that it does not know, and "Consumer secret is invalid" to one that it knows. So
  the same key with a secret of no use, in the address, tells the two apart; the real secret never stands in an address.
  Over plain http it takes no keys from the header, so none can get lost.
* PrestaShop says which it is: without keys it is asked with a key of no use, which it must at least have seen
  (measured on 8.2.1).
* Magento says the same of keys that it does not see and of keys without permission. A signature of a kind that it does
  not know is another fault, if it sees it (measured on 2.4.7).
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import ClassVar, Final
from urllib.parse import quote, urlsplit

import msgspec

from varco.doctor.base import Noted, finding
from varco.doctor.layers import Layer
from varco.doctor.scan import Scan
from varco.model.exchange import Exchange, Request, header
from varco.model.finding import Confidence
from varco.net.diagnose import diagnose

_USELESS: Final = "cs_0000000000000000000000000000000000000000"
_NO_KEY: Final = b64encode(b"VARCO0000000000000000000000PROBE:").decode()
"""As long as PrestaShop's keys are."""
_NO_SIGNATURE: Final = ", ".join(
    f'oauth_{name}="{value}"'
    for name, value in {
        "consumer_key": "varcoprobe0000000000000000000000",
        "token": "varcoprobe0000000000000000000000",
        "nonce": "varcoprobe",
        "timestamp": "1",
        "version": "1.0",
        "signature_method": "HMAC-MD5",
        "signature": "none",
    }.items()
)
_LINES: Final = (
    ("nginx", "fastcgi_param HTTP_AUTHORIZATION $http_authorization;"),
    ("openresty", "fastcgi_param HTTP_AUTHORIZATION $http_authorization;"),
    ("lighttpd", 'setenv.add-environment = ("HTTP_AUTHORIZATION" => req.http["Authorization"])'),
    ("litespeed", "RewriteRule .* - [E=HTTP_AUTHORIZATION:%{HTTP:Authorization}]"),
    ("apache", "CGIPassAuth On"),
)
"""The line that hands it on, by what the server calls itself."""


class Header:
    layer: ClassVar = Layer.AUTHENTICATION
    step: ClassVar = 72
    needs: ClassVar[frozenset[str]] = frozenset({"server"})
    applies_to: ClassVar[frozenset[str]] = frozenset({"woocommerce", "prestashop", "magento"})
    purpose: ClassVar = "whether keys arrive at the shop's software"
    mild: ClassVar = False

    async def run(self, scan: Scan) -> AsyncIterator[Noted]:
        told = await _PROOFS[scan.platform.platform](scan) if scan.platform is not None else None
        if told is None:
            return
        confidence, rests_on, evidence = told
        host, line = urlsplit(scan.base_url).hostname or "?", line_for(evidence[0])
        yield Noted(
            finding=finding("header-lost", confidence, rests_on, host=host, line=line),
            evidence=evidence,
            proven=True,
            instead_of=("keys-not-accepted", "key-not-received"),
        )


_Lost = tuple[Confidence, str, tuple[Exchange, ...]]
"""How sure that is, what it rests on, and the calls that show it."""


async def _at_woocommerce(scan: Scan) -> _Lost | None:
    key = scan.target.credentials.get("consumer_key")
    ignored = _first(scan, "keys-not-accepted")
    if key is None or ignored is None or not scan.base_url.startswith("https://"):
        return None
    query = f"per_page=1&consumer_key={quote(key.reveal(), safe='')}&consumer_secret={_USELESS}"
    asked = await scan.look(f"{scan.base_url}/wp-json/wc/v3/orders?{query}", scan.agents[0])
    if not _says(asked, "keys-wrong"):
        return None
    return Confidence.CERTAIN, "the shop knows the key in the address and not in the header", (ignored, asked)


async def _at_prestashop(scan: Scan) -> _Lost | None:
    """Without keys only: with keys the shop says by itself that none came."""
    bare = _first(scan, "key-not-received")
    if scan.target.credentials or bare is None or bare.request.method != "GET":
        return None
    asked = await _with(scan, bare, f"Basic {_NO_KEY}")
    if not _same(asked, bare):
        return None
    return Confidence.CERTAIN, "the shop says that no key came with a call that bore one", (asked, bare)


async def _at_magento(scan: Scan) -> _Lost | None:
    """With keys that were not accepted only."""
    ignored = _first(scan, "keys-not-accepted", signed=True)
    if ignored is None:
        return None
    asked = await _with(scan, ignored, f"OAuth {_NO_SIGNATURE}")
    if not _same(asked, ignored):
        return None
    return Confidence.HIGH, "the shop does not see a signature of an unknown kind", (ignored, asked)


_PROOFS: Final[Mapping[str, Callable[[Scan], Awaitable[_Lost | None]]]] = {
    "woocommerce": _at_woocommerce,
    "prestashop": _at_prestashop,
    "magento": _at_magento,
}


async def _with(scan: Scan, asked: Exchange, proof: str) -> Exchange:
    """The same question with this in its header."""
    kept = tuple((name, value) for name, value in asked.request.headers if name.lower() != "authorization")
    request: Request = msgspec.structs.replace(asked.request, headers=(*kept, ("Authorization", proof)))
    return await scan.send(request)


def _same(one: Exchange, other: Exchange) -> bool:
    """Whether both were answered alike."""
    if one.response is None or other.response is None:
        return False
    return (one.response.status, one.response.body) == (other.response.status, other.response.body)


def _first(scan: Scan, code: str, *, signed: bool = False) -> Exchange | None:
    """The first read that was answered so."""
    for made in scan.said:
        fits = made.request.method == "GET" and (not signed or header(made.request.headers, "Authorization"))
        if fits and _says(made, code):
            return made
    return None


def line_for(exchange: Exchange) -> str:
    """What to write where, by the server that answered; both usual ways where it does not tell."""
    server = exchange.response.header("Server").lower() if exchange.response is not None else ""
    known = dict(_LINES)
    return next(
        (line for name, line in _LINES if name in server), f"{known['apache']} (Apache), {known['nginx']} (nginx)"
    )


def _says(exchange: Exchange, code: str) -> bool:
    found = diagnose(exchange)
    return found is not None and found.code == code


CHECK = Header()
