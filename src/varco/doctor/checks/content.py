"""What a shop's data may hold that a firewall takes for an attack: names with an apostrophe, links, brackets.

Sent to a path that no route takes: firewalls look before the shop's software routes. These are ordinary addresses of
ordinary people, and never an attack.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import ClassVar, Final
from urllib.parse import urlsplit

import msgspec

from varco.doctor.base import Noted, finding
from varco.doctor.layers import Layer
from varco.doctor.scan import Scan
from varco.model.finding import Confidence
from varco.model.probe import Probe

_NAMES: Final = {
    "shipping": {
        "first_name": "Nicolò",
        "last_name": "D'Angelo",
        "address_1": "via dell'Orso 12/B -- scala A & C",
        "city": "L'Aquila",
    }
}
_LINK: Final = {"note": "Tracking: https://www.carrier.example/track?number=1Z999AA10123456784&lang=it"}
_BRACKETS: Final = "?filter[date_upd]=[2026-01-01,2026-01-31]&fields=items[increment_id,status]"


class Content:
    layer: ClassVar = Layer.CONTENT
    step: ClassVar = 60
    needs: ClassVar[frozenset[str]] = frozenset({"server"})
    applies_to: ClassVar[frozenset[str]] = frozenset()
    purpose: ClassVar = "whether ordinary names, links and searches pass"
    mild: ClassVar = False

    async def run(self, scan: Scan) -> AsyncIterator[Noted]:
        if scan.platform is None:
            return
        agent = scan.agents[0]
        probes: dict[str, Probe] = {}
        for asked in scan.platform.probes(scan.base_url, agent):
            probes.setdefault(asked.request.method, asked)
        samples = (
            ("names-refused", "POST", _with_body(probes["POST"], _NAMES)),
            ("links-refused", "POST", _with_body(probes["POST"], _LINK)),
            ("brackets-refused", "GET", _with_query(probes["GET"], _BRACKETS)),
        )
        for code, method, probe in samples:
            plain = scan.cells.get((method, agent))
            if plain is None or not plain.passed:
                continue  # the method itself does not get through
            answer = await scan.ask(probe)
            if answer.refused:
                status = str(answer.exchange.response.status) if answer.exchange.response else "–"
                yield Noted(
                    finding=finding(code, Confidence.HIGH, "the same call without it passes", status=status,
                                    host=urlsplit(scan.base_url).hostname or "?"),
                    evidence=(answer.exchange, plain.exchange),
                    proven=True,
                )  # fmt: skip


def _with_body(probe: Probe, body: object) -> Probe:
    request = msgspec.structs.replace(probe.request, body=msgspec.json.encode(body))
    return msgspec.structs.replace(probe, request=request)


def _with_query(probe: Probe, query: str) -> Probe:
    return msgspec.structs.replace(probe, request=msgspec.structs.replace(probe.request, url=probe.request.url + query))


CHECK = Content()
