"""It worked, and then nobody answered, or refused all: something banned us, by our questions or by calls before."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import ClassVar
from urllib.parse import urlsplit

from varco.doctor.base import Noted, finding
from varco.doctor.layers import Layer
from varco.doctor.scan import REFUSALS, Scan
from varco.model.finding import Confidence


class Ban:
    layer: ClassVar = Layer.TCP
    step: ClassVar = 95
    needs: ClassVar[frozenset[str]] = frozenset({"answer"})
    applies_to: ClassVar[frozenset[str]] = frozenset()
    purpose: ClassVar = ""
    mild: ClassVar = True

    async def run(self, scan: Scan) -> AsyncIterator[Noted]:
        if scan.turned:
            yield _turned(scan)
        last = scan.said[-1] if scan.said else None
        if not scan.stopped or last is None or last.failure is None:
            return
        yield Noted(
            finding=finding("banned-meanwhile", Confidence.HIGH, "the same call was answered before",
                            host=urlsplit(scan.target.url).hostname or "?", questions=len(scan.said)),
            evidence=tuple(scan.said[-2:]),
            instead_of=("method-cut-off", "refused-name", *REFUSALS),
        )  # fmt: skip


def _turned(scan: Scan) -> Noted:
    again = scan.turned[-1].response
    told = finding(
        "refused-meanwhile", Confidence.HIGH, "the same call was answered before",
        host=urlsplit(scan.target.url).hostname or "?", questions=len(scan.said), status=again.status if again else 0,
    )  # fmt: skip
    explained = ("method-refused", "refused-name", "names-refused", "links-refused", "brackets-refused", *REFUSALS)
    return Noted(finding=told, evidence=scan.turned, instead_of=explained)


CHECK = Ban()
