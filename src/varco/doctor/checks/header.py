"""The web server takes the Authorization header away before PHP sees it: the shop answers as if no keys were sent.

WooCommerce says nothing about a key that it does not know, and "Consumer secret is invalid" to one that it knows. So
the same key with a secret of no use, in the address, tells the two apart; the real secret never stands in an address.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import ClassVar, Final
from urllib.parse import quote, urlsplit

from varco.doctor.base import Noted, finding
from varco.doctor.layers import Layer
from varco.doctor.scan import Scan
from varco.model.exchange import Exchange
from varco.model.finding import Confidence
from varco.net.diagnose import diagnose

_USELESS: Final = "cs_0000000000000000000000000000000000000000"


class Header:
    layer: ClassVar = Layer.AUTHENTICATION
    step: ClassVar = 72
    needs: ClassVar[frozenset[str]] = frozenset({"shop"})
    applies_to: ClassVar[frozenset[str]] = frozenset({"woocommerce"})

    async def run(self, scan: Scan) -> AsyncIterator[Noted]:
        key = scan.target.credentials.get("consumer_key")
        ignored = next((made for made in scan.said if _says(made, "keys-not-accepted")), None)
        if key is None or ignored is None or not scan.base_url.startswith("https://"):
            return
        query = f"per_page=1&consumer_key={quote(key.reveal(), safe='')}&consumer_secret={_USELESS}"
        asked = await scan.look(f"{scan.base_url}/wp-json/wc/v3/orders?{query}", scan.agents[0])
        if _says(asked, "keys-wrong"):
            yield Noted(
                finding=finding(
                    "header-lost",
                    Confidence.CERTAIN,
                    "the shop knows the key in the address and not in the header",
                    host=urlsplit(scan.base_url).hostname or "?",
                ),
                evidence=(ignored, asked),
                proven=True,
                instead_of=("keys-not-accepted",),
            )


def _says(exchange: Exchange, code: str) -> bool:
    found = diagnose(exchange)
    return found is not None and found.code == code


CHECK = Header()
