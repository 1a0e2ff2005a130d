"""One run: every check in its turn. What breaks in one becomes a finding of its own, and the others still report."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Final
from urllib.parse import urlsplit

from varco.doctor import checks as folder
from varco.doctor.base import Check, CouldNotTell, Noted, finding
from varco.doctor.layers import depth, layer_of
from varco.doctor.report import Call, CheckState, Report, Told
from varco.doctor.scan import CAREFUL, Limits, NotAsked, Scan, Why
from varco.doctor.target import Send, Target
from varco.doctor.verdicts import as_seen, layer_states, matrix, requirements, stops
from varco.model.exchange import Exchange, header
from varco.model.finding import Confidence, Severity
from varco.net.kinds import KINDS
from varco.net.reach import Reach
from varco.net.scrub import scrubbed

log = logging.getLogger(__name__)
_BODY_SHOWN: Final = 600
_LEFT_OUT: Final = ("not-asked", "broke")


@cache
def all_checks() -> Sequence[Check]:
    """Found by listing the folder, in the order of their steps."""
    found = [import_module(f"{folder.__name__}.{module.name}").CHECK for module in iter_modules(folder.__path__)]
    return sorted(found, key=lambda check: check.step)


async def examine(
    target: Target,
    send: Send,
    *,
    limits: Limits = CAREFUL,
    reach: Reach | None = None,
    sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    checks: Sequence[Check] | None = None,
) -> Report:
    """`checks` None: all. `reach`: what `net.reach.reach` said of the addresses, None where it could not look."""
    started_at, began = datetime.now(UTC), time.perf_counter()
    scan = Scan(target, send, limits=limits, reach=reach, sleep=sleep)
    noted: list[Noted] = []
    everything = all_checks() if checks is None else checks
    made = [check for check in everything if check.mild or not limits.mild]
    states = [await _run(check, scan, noted) for check in made]
    left_out = frozenset(
        (
            *(check.layer for check, state in zip(made, states, strict=True) if state.state in _LEFT_OUT),
            *(check.layer for check in everything if check not in made),
        )
    )
    findings = _told(scan, noted)
    is_cloud = any(told.finding.code == "cloud-shop" for told in findings)
    rows = matrix(scan) if "answer" in scan.reached and not is_cloud else ()
    used = {number for told in findings for number in told.evidence}
    return Report(
        url=target.url,
        identity=target.identity.name,
        inside=target.inside,
        manner=limits.manner,
        started_at=started_at,
        took_ms=round((time.perf_counter() - began) * 1000),
        platform=scan.platform.platform if scan.platform else "",
        version=scan.answering.version if scan.answering else "",
        final_url=scan.answering.base_url if scan.answering else "",
        server=_server(scan),
        clock_apart_s=scan.clock_apart_s,
        allowed=tuple(scan.allowed),
        pages=tuple(scan.pages),
        time_zone=scan.time_zone,
        host_names=reach.host_names if reach else (),
        name_servers=reach.name_servers if reach else (),
        requirements=requirements(scan, rows, findings),
        matrix=rows,
        layers=layer_states(scan, findings, left_out),
        findings=findings,
        checks=tuple(states),
        calls=tuple(
            _call(number, made, why, whole=number in used)
            for number, (made, why) in enumerate(zip(scan.said, scan.reasons, strict=True), 1)
        ),
    )


def _server(scan: Scan) -> str:
    """As most of its answers have it: a stock page may be another one's."""
    names = [made.response.header("Server").strip() for made in scan.said if made.response is not None]
    counted = Counter(name for name in names if name.isascii() and name.isprintable())
    return max(counted, key=lambda name: counted[name], default="")[:80]


async def _run(check: Check, scan: Scan, noted: list[Noted]) -> CheckState:
    name, before = type(check).__name__, len(noted)
    missing = check.needs - scan.reached
    platform = scan.platform.platform if scan.platform else ""
    if missing or (check.applies_to and platform not in check.applies_to):
        return CheckState(check=name, state="skipped", why=", ".join(sorted(missing)))
    scan.purpose = check.purpose
    try:
        async for found in check.run(scan):
            noted += [found]  # what was found before a break stays
    except NotAsked as reason:
        return CheckState(check=name, state="not-asked", why=str(reason))
    except CouldNotTell as reason:
        return CheckState(check=name, state="could-not-tell", why=str(reason))
    except Exception as error:
        log.exception("the check %s broke", name)
        host = urlsplit(scan.target.url).hostname or "?"
        broke = finding("check-broke", Confidence.CERTAIN, type(error).__name__, check=name, host=host)
        noted.append(Noted(finding=broke))
        return CheckState(check=name, state="broke", why=type(error).__name__)
    return CheckState(check=name, state="found" if len(noted) > before else "passed")


def _told(scan: Scan, noted: Sequence[Noted]) -> tuple[Told, ...]:
    """Without what another one explains better, and each once; in the order of the layers, what is bad first."""
    numbers = {id(exchange): number for number, exchange in enumerate(scan.said, 1)}
    explained = {(code, id(better)) for better in noted for code in better.instead_of}
    kept = [
        found
        for found in noted
        if not any(code == found.finding.code and better != id(found) for code, better in explained)
    ]
    told = {_key(found): _in_place(found, scan, numbers) for found in reversed(kept)}
    worst = (Severity.RED, Severity.AMBER, Severity.GREY)
    return tuple(
        sorted(told.values(), key=lambda each: (worst.index(each.severity), not each.stops, depth(each.layer)))
    )


def _key(noted: Noted) -> tuple[str, str]:
    return noted.finding.code, repr(sorted(noted.finding.params.items()))


def _in_place(noted: Noted, scan: Scan, numbers: dict[int, int]) -> Told:
    code = noted.finding.code
    kind = KINDS.get(code) or scan.target.kinds.get(code)
    severity = noted.severity or (kind.severity if kind else Severity.RED)
    severity, only_from_here = as_seen(code, severity, proven=noted.proven, inside=scan.target.inside)
    return Told(
        finding=noted.finding,
        severity=severity,
        layer=layer_of(code),
        stops=stops(code, severity),
        only_from_here=only_from_here,
        evidence=tuple(sorted(numbers[id(made)] for made in noted.evidence if id(made) in numbers)),
    )


def _call(number: int, exchange: Exchange, why: Why, *, whole: bool) -> Call:
    shown = scrubbed(exchange)
    response, failure = shown.response, shown.failure
    return Call(
        number=number,
        method=shown.request.method,
        url=shown.request.url,
        user_agent=header(shown.request.headers, "User-Agent"),
        at=shown.started_at,
        status=response.status if response else None,
        failure=failure.kind.value if failure else "",
        address=shown.address,
        timings=shown.timings,
        purpose=why.purpose,
        safe=why.safe,
        headers=response.headers if response and whole else (),
        body=response.body[:_BODY_SHOWN].decode("utf-8", "replace") if response and whole else "",
    )
