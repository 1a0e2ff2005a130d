"""A shop in somebody's cloud has no server of its own: nothing is to be configured, and nothing to be probed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import ClassVar
from urllib.parse import urlsplit

from varco.doctor.base import Noted, finding
from varco.doctor.layers import Layer
from varco.doctor.scan import Scan
from varco.doctor.services import cloud_shop
from varco.doctor.target import Answering
from varco.model.finding import Confidence


class CloudShop:
    layer: ClassVar = Layer.EDGE
    step: ClassVar = 25
    needs: ClassVar[frozenset[str]] = frozenset({"answer"})
    applies_to: ClassVar[frozenset[str]] = frozenset()
    purpose: ClassVar = ""
    mild: ClassVar = True

    async def run(self, scan: Scan) -> AsyncIterator[Noted]:
        page = scan.front_page
        product = cloud_shop(page.response) if page is not None and page.response is not None else ""
        if not product or page is None:
            return
        if not _keys_fit(scan, product):
            scan.stopped = "not asked: a cloud shop has no server of its own"
        yield Noted(
            finding=finding("cloud-shop", Confidence.HIGH, f"marks of {product} on the home page", product=product,
                            host=urlsplit(scan.target.url).hostname or "?"),
            evidence=(page,),
        )  # fmt: skip


def _keys_fit(scan: Scan, product: str) -> bool:
    """Fills in the scan's platform where its keys were given: they alone can be tested."""
    platform = next((known for known in scan.target.platforms if known.name == product), None)
    if platform is None or not scan.target.credentials:
        return False
    scan.platform, scan.answering = platform, Answering(base_url=scan.target.url)
    scan.reached.add("shop")
    return True


CHECK = CloudShop()
