"""PHP prints warnings around the data: strict programs then take it for no data at all."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import ClassVar, Final
from urllib.parse import urlsplit

from varco.doctor.base import Noted, finding
from varco.doctor.layers import Layer
from varco.doctor.scan import Scan
from varco.model.exchange import Exchange
from varco.model.finding import Confidence

_WARNING: Final = re.compile(rb"(<b>)?(Warning|Notice|Deprecated|Strict Standards)(</b>)?:\s.{0,400}? on line ", re.S)
_SEARCHED: Final = 4096


class Dirty:
    layer: ClassVar = Layer.CONTENT
    step: ClassVar = 86
    needs: ClassVar[frozenset[str]] = frozenset({"answer"})
    applies_to: ClassVar[frozenset[str]] = frozenset()
    purpose: ClassVar = ""
    mild: ClassVar = True

    async def run(self, scan: Scan) -> AsyncIterator[Noted]:
        dirty = next((exchange for exchange in scan.said if _is_dirty(exchange)), None)
        if dirty is not None:
            host = urlsplit(scan.target.url).hostname or "?"
            yield Noted(
                finding=finding("dirty-answer", Confidence.CERTAIN, "PHP's own words around the data", host=host),
                evidence=(dirty,),
            )


def _is_dirty(exchange: Exchange) -> bool:
    response = exchange.response
    if response is None or not response.content_type.endswith("json"):
        return False
    return bool(_WARNING.search(response.body[:_SEARCHED]) or _WARNING.search(response.body[-_SEARCHED:]))


CHECK = Dirty()
