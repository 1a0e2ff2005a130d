"""Two reports of one shop from one place, at two times: what changed at the shop's server between them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

import msgspec

from varco.doctor.report import Report
from varco.model.finding import Severity

ADDRESS, SERVER, VERSION, HOME, FRONT_NEW, FRONT_GONE = (
    "address", "server", "version", "home", "in-front-new", "in-front-gone"
)  # fmt: skip
_FRONT: Final = ("service-in-front", "service-block", "robot-test")


class Change(msgspec.Struct, frozen=True, kw_only=True):
    what: str
    """One of the names above."""
    before: str
    after: str


def changes(before: Report, now: Report) -> tuple[Change, ...]:
    """What is different at the server, whatever came of it. What one of them could not see says nothing."""
    pairs = (
        (ADDRESS, _addresses(before), _addresses(now)),
        (SERVER, before.server, now.server),
        (VERSION, before.version, now.version),
        (HOME, before.final_url, now.final_url),
    )
    found = [Change(what=what, before=old, after=new) for what, old, new in pairs if old and new and old != new]
    was, is_now = set(_fronts(before)), set(_fronts(now))
    found += [Change(what=FRONT_NEW, before="", after=product) for product in sorted(is_now - was)]
    if now.calls and not _is_shut(now):
        found += [Change(what=FRONT_GONE, before=product, after="") for product in sorted(was - is_now)]
    return tuple(found)


def new_findings(before: Report, now: Report) -> tuple[str, ...]:
    """Codes of what is wrong now and was not then, in the order of the report."""
    known = {told.finding.code for told in before.findings}
    bad = [told.finding.code for told in now.findings if told.severity is not Severity.GREY]
    return tuple(dict.fromkeys(code for code in bad if code not in known))


def is_good(report: Report) -> bool:
    """Whether nothing stopped orders or tracking then."""
    return report.platform != "" and not _is_shut(report)


def _is_shut(report: Report) -> bool:
    return any(told.stops for told in report.findings)


def _addresses(report: Report) -> str:
    """Of the shop's own host, sorted: a name with several is asked at any of them."""
    host = urlsplit(report.url).hostname
    found = {call.address for call in report.calls if call.address and urlsplit(call.url).hostname == host}
    return ", ".join(sorted(found))


def _fronts(report: Report) -> Iterator[str]:
    for told in report.findings:
        if told.finding.code in _FRONT:
            yield str(told.finding.params.get("product", ""))
