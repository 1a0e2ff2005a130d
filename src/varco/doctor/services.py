"""Services by the marks that every one of their answers bears: that they are *there*, which is no verdict."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from varco.model.exchange import Response


class Mark(NamedTuple):
    product: str
    header: str
    pattern: str
    source: str


FRONTS: Final = (
    Mark("Cloudflare", "CF-RAY", "", "https://developers.cloudflare.com/fundamentals/reference/cloudflare-ray-id/"),
    Mark("Sucuri", "X-Sucuri-ID", "", "https://docs.sucuri.net/website-firewall/"),
    Mark("Amazon CloudFront", "X-Amz-Cf-Id", "", "https://docs.aws.amazon.com/AmazonCloudFront/"),
    Mark("Azure Front Door", "X-Azure-Ref", "", "https://learn.microsoft.com/azure/frontdoor/"),
    Mark("Akamai", "Server", "^AkamaiGHost", "https://techdocs.akamai.com/"),
    Mark("Imperva", "X-Iinfo", "", "https://docs.imperva.com/"),
    Mark("Fastly", "X-Served-By", "^cache-", "https://developer.fastly.com/reference/http/http-headers/X-Served-By/"),
    Mark("Imunify360", "Server", "^imunify360", "https://docs.imunify360.com/"),
    Mark("SiteGround", "X-Proxy-Cache-Info", "", "https://www.siteground.com/"),
    Mark("LiteSpeed", "Server", "^LiteSpeed", "https://docs.litespeedtech.com/"),
    Mark("QUIC.cloud", "X-QC-POP", "", "https://docs.quic.cloud/"),
    Mark("Hostinger CDN", "Server", "^hcdn", "https://www.hostinger.com/"),
    Mark("OVH CDN", "X-CDN-Pop", "", "https://help.ovhcloud.com/"),
    Mark("Aruba", "Server", "^aruba", "https://guide.hosting.aruba.it/"),
    Mark("Varnish", "X-Varnish", "", "measured on 7.1.1"),
)
CLOUD_SHOPS: Final = (
    Mark("Shopify", "X-ShopId", "", "https://shopify.dev/"),
    Mark("Shopify", "X-Shopify-Stage", "", "https://shopify.dev/"),
    Mark("Shopify", "Powered-By", "^Shopify", "https://shopify.dev/"),
    Mark("Wix", "X-Wix-Request-Id", "", "https://dev.wix.com/"),
    Mark("BigCommerce", "X-BC-Storefront-Version", "", "https://developer.bigcommerce.com/"),
    Mark("Squarespace", "Server", "^Squarespace", "https://developers.squarespace.com/"),
    Mark("Ecwid", "X-Ecwid-Request-Id", "", "https://api-docs.ecwid.com/"),
)
_CLOUD_PAGES: Final = (
    ("Shopify", rb"cdn\.shopify\.com/s/files|Shopify\.theme\s*="),
    ("Wix", rb"static\.parastorage\.com|<meta name=\"generator\" content=\"Wix\.com"),
    ("BigCommerce", rb"cdn\d*\.bigcommerce\.com/s-"),
    ("Squarespace", rb"static1\.squarespace\.com/static|Static\.SQUARESPACE_CONTEXT"),
    ("Ecwid", rb"app\.ecwid\.com/script\.js\?\d+"),
)
"""What their shops' home pages load from the platform's own servers."""
_PAGE_SEARCHED: Final = 256 * 1024


def fronts(responses: Iterable[Response]) -> list[str]:
    """The services in front of a shop, each once, in the order of the table."""
    seen = list(responses)
    found = [mark.product for mark in FRONTS if any(_bears(response, mark) for response in seen)]
    return list(dict.fromkeys(found))


def cloud_shop(response: Response) -> str:
    """The cloud platform that serves this home page; empty for none."""
    marked = next((mark.product for mark in CLOUD_SHOPS if _bears(response, mark)), "")
    if marked:
        return marked
    page = response.body[:_PAGE_SEARCHED]
    if b"wp-content/" in page:  # a WordPress page may show Ecwid's shop or pictures of another one
        return ""
    return next((product for product, pattern in _CLOUD_PAGES if re.search(pattern, page)), "")


def _bears(response: Response, mark: Mark) -> bool:
    names = {name.lower() for name, _ in response.headers}
    if mark.header.lower() not in names:
        return False
    return bool(re.search(mark.pattern, response.header(mark.header), re.IGNORECASE))
