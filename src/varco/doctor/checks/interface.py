"""WordPress answers and its interface does not: plain permalinks, another folder, a login or a page of "coming soon".

Every page of WordPress names its interface's address in a `Link` header with rel="https://api.w.org/".
https://developer.wordpress.org/rest-api/using-the-rest-api/discovery/
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import ClassVar, Final
from urllib.parse import urlsplit

from varco.doctor.base import Noted, finding
from varco.doctor.layers import Layer
from varco.doctor.scan import Scan
from varco.model.exchange import Exchange
from varco.model.finding import Confidence, Finding

_EXPLAINED: Final = (
    "interface-not-found",
    "page-instead-of-data",
    "redirected",
    "not-a-shop",
    "server-down",
)
_LINK: Final = re.compile(r'<([^>]+)>;\s*rel="https://api\.w\.org/"')
_LINK_IN_PAGE: Final = re.compile(rb"""<link rel=["']https://api\.w\.org/["'] href=["']([^"']{5,500})["']""")
_LOGIN: Final = re.compile(r"wp-login\.php|/login|/customer/account|/my-account|/accedi|/signin", re.IGNORECASE)
_LOGIN_PAGE: Final = re.compile(rb"""<form[^>]+(?:loginform|wp-login\.php)|<body class=["'][^"']*\blogin\b""")
_SOON: Final = re.compile(
    rb"<title>[^<]*(?:coming soon|under construction|in costruzione|prossimamente|in arrivo)",
    re.IGNORECASE,
)
_PAGE_SEARCHED: Final = 256 * 1024


class Interface:
    layer: ClassVar = Layer.APPLICATION
    step: ClassVar = 35
    needs: ClassVar[frozenset[str]] = frozenset({"answer"})
    applies_to: ClassVar[frozenset[str]] = frozenset()
    purpose: ClassVar = ""
    mild: ClassVar = True

    async def run(self, scan: Scan) -> AsyncIterator[Noted]:
        fault = scan.fault
        if fault is None or fault.exchange is None or fault.finding.code not in _EXPLAINED:
            return
        told = _by_page(scan, fault.exchange) or _by_link(scan, fault.exchange)
        if told is not None:
            evidence = (fault.exchange, scan.front_page) if scan.front_page else (fault.exchange,)
            yield Noted(finding=told, evidence=evidence, instead_of=_EXPLAINED)


def _by_link(scan: Scan, asked: Exchange) -> Finding | None:
    """What the home page says about where the interface is."""
    named = interface_named_by(scan.front_page)
    if not named:
        return None
    host = urlsplit(scan.target.url).hostname or "?"
    if "rest_route=" in named:
        return finding("permalinks-plain", Confidence.HIGH, "the home page names an interface without an own path",
                       host=host)  # fmt: skip
    home = named.partition("/wp-json")[0].rstrip("/")
    if home != scan.target.url and not asked.request.url.startswith(named.rstrip("/")):
        return finding("interface-elsewhere", Confidence.HIGH, "the home page names another address", host=host,
                       location=home)  # fmt: skip
    return None


def interface_named_by(page: Exchange | None) -> str:
    """The address in the `Link` header or in the page's head; empty for none."""
    response = page.response if page is not None else None
    if response is None:
        return ""
    for name, value in response.headers:
        match = _LINK.search(value) if name.lower() == "link" else None
        if match:
            return match[1]
    found = _LINK_IN_PAGE.search(response.body[:_PAGE_SEARCHED])
    return found[1].decode("utf-8", "replace") if found else ""


def _by_page(scan: Scan, asked: Exchange) -> Finding | None:
    """A page that is well known, in the place of data."""
    response = asked.response
    if response is None:
        return None
    host, body = urlsplit(scan.target.url).hostname or "?", response.body[:_PAGE_SEARCHED]
    if _LOGIN.search(response.header("Location")):
        return finding("sent-to-login", Confidence.HIGH, "redirect to a login page", host=host)
    if response.status < 400 and _LOGIN_PAGE.search(body):
        return finding("login-page", Confidence.HIGH, "a login form in the place of data", host=host)
    if _SOON.search(body):
        return finding("coming-soon-page", Confidence.HIGH, "the page's own title", host=host)
    return None


CHECK = Interface()
