"""Many reports: shops that share a server and a problem have one problem."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from urllib.parse import urlsplit

import msgspec

from varco.doctor.report import Report
from varco.model.finding import Whose
from varco.net.kinds import KINDS


class Group(msgspec.Struct, frozen=True, kw_only=True):
    server: str
    """Its address; the host's name where no call got as far."""
    code: str
    urls: tuple[str, ...]


def groups(reports: Sequence[Report]) -> list[Group]:
    """Two shops or more each, the largest first. What only the merchant can mend is each shop's own."""
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for report in reports:
        main = report.main
        kind = KINDS.get(main.finding.code) if main else None
        if main is not None and main.stops and kind is not None and kind.whose is not Whose.MERCHANT:
            found[_server(report), main.finding.code].append(report.url)
    made = [
        Group(server=server, code=code, urls=tuple(urls)) for (server, code), urls in found.items() if len(urls) > 1
    ]
    return sorted(made, key=lambda group: -len(group.urls))


def _server(report: Report) -> str:
    addresses = [call.address for call in report.calls if call.address]
    return addresses[-1] if addresses else urlsplit(report.url).hostname or report.url
