"""Which shop software answers. The home page's own marks say whom to ask, so that nobody else is asked."""

from __future__ import annotations

import re
from typing import Final

from varco.doctor.scan import Scan
from varco.doctor.target import Answering, Platform
from varco.model.errors import ShopFault

_MARKS: Final = {
    "woocommerce": (b"wp-content/", b"api.w.org"),
    "prestashop": (b"prestashop", b"PrestaShop"),
    "magento": (b"/static/version", b"Magento_", b"mage/"),
}
"""What home pages load or say."""
_PROOFS: Final = {
    "woocommerce": re.compile(
        rb"""<meta name=["']generator["'] content=["']WooCommerce (?P<version>[0-9][0-9A-Za-z.-]{0,30})["']"""
        rb"|wp-content/plugins/woocommerce/"
    ),
}
"""What only a page of that shop software has: its own mark, or what it loads from its own folder."""
_LOCKED: Final = "interface-locked"
_PAGE_SEARCHED: Final = 256 * 1024


async def recognise(scan: Scan, agent: str) -> ShopFault | None:
    """Fills in the scan's platform; or gives the fault of the likeliest one. Stops asking at the first refusal."""
    nearest: ShopFault | None = None
    for platform in likeliest(scan):
        refusals = scan.refusals
        try:
            scan.answering = await platform.recognise(scan.target.url, agent, scan.send)
        except ShopFault as fault:
            nearest = nearest or fault
            if scan.refusals > refusals:
                return fault
            continue
        scan.platform = platform
        return None
    return nearest


def likeliest(scan: Scan) -> list[Platform]:
    """The one whose marks the home page bears, or else all."""
    page = scan.front_page
    body = page.response.body[:_PAGE_SEARCHED] if page is not None and page.response is not None else b""
    marked = [known for known in scan.target.platforms if any(mark in body for mark in _MARKS.get(known.platform, ()))]
    return marked or list(scan.target.platforms)


def by_its_pages(scan: Scan, fault: ShopFault) -> bool:
    """Fills in the scan's platform where the interface's index is closed to strangers and the home page proves it."""
    page = scan.front_page
    if fault.finding.code != _LOCKED or page is None or page.response is None:
        return False
    for platform in likeliest(scan):
        proof = _PROOFS.get(platform.platform)
        found = proof.search(page.response.body[:_PAGE_SEARCHED]) if proof else None
        if found:
            version = (found["version"] or b"").decode("ascii", "replace")
            scan.platform, scan.answering = platform, Answering(version=version, base_url=scan.target.url)
            return True
    return False
