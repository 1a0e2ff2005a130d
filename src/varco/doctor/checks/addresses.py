"""The name, and each address that it leads to: connection, certificate, and how long that is good."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import ClassVar, Final
from urllib.parse import urlsplit

from varco.doctor.base import CouldNotTell, Noted, finding
from varco.doctor.layers import Layer
from varco.doctor.scan import Scan
from varco.model.exchange import Exchange, Failure, FailureKind, Phase, Request
from varco.model.finding import Confidence
from varco.net.diagnose import diagnose
from varco.net.reach import Reached

SOON_DAYS: Final = 14
"""Let's Encrypt renews 30 days before the end: with two weeks left its renewal has failed for weeks."""


class Addresses:
    layer: ClassVar = Layer.ADDRESS
    step: ClassVar = 10
    needs: ClassVar[frozenset[str]] = frozenset()
    applies_to: ClassVar[frozenset[str]] = frozenset()
    purpose: ClassVar = ""
    mild: ClassVar = True

    async def run(self, scan: Scan) -> AsyncIterator[Noted]:
        reach, url = scan.reach, scan.target.url
        if reach is None:
            scan.reached.add("connection")
            raise CouldNotTell("looked through a proxy, which chooses the address itself")
        if reach.failure is not None:
            yield _of_failure(url, reach.failure)
            return
        good = [reached for reached in reach.addresses if reached.failure is None]
        bad = [reached for reached in reach.addresses if reached.failure is not None and not _is_our_own(reached)]
        if good or not reach.addresses:
            scan.reached.add("connection")
        for reached in bad if good else _worst(reach.addresses):
            yield _of_address(url, reached, partly=bool(good))
        ends = min((reached.certificate_until for reached in good if reached.certificate_until), default=None)
        if ends is not None and (ends - datetime.now(UTC)).days < SOON_DAYS:
            yield _ends_soon(url, ends)


def _is_our_own(reached: Reached) -> bool:
    """This machine has no IPv6 of its own: that says nothing about the shop."""
    failure = reached.failure
    return (
        reached.is_v6
        and failure is not None
        and failure.kind is FailureKind.UNREACHABLE
        and "Network is unreachable" in failure.text
    )


def _worst(addresses: Sequence[Reached]) -> list[Reached]:
    """Where nothing works, one failure speaks for all: IPv4's, which everybody has."""
    return sorted(addresses, key=lambda reached: reached.is_v6)[:1]


def _of_failure(url: str, failure: Failure, address: str = "") -> Noted:
    made = Exchange(
        request=Request(method="GET", url=url), started_at=datetime.now(UTC), failure=failure, address=address
    )
    found = diagnose(made)
    assert found is not None, "a failure always has a cause"  # noqa: S101  diagnose promises it
    return Noted(finding=found, evidence=(made,))


def _of_address(url: str, reached: Reached, *, partly: bool) -> Noted:
    failure = reached.failure or Failure(kind=FailureKind.OUR_FAULT, phase=Phase.CONNECT)
    whole = _of_failure(url, failure, reached.address)
    if not partly:
        return whole
    host = urlsplit(url).hostname or "?"
    code = "ipv6-broken" if reached.is_v6 else "address-down"
    return Noted(
        finding=finding(code, Confidence.HIGH, f"{failure.kind} at one address, others answer", host=host,
                        address=reached.address),
        evidence=whole.evidence,
    )  # fmt: skip


def _ends_soon(url: str, ends: datetime) -> Noted:
    host, days = urlsplit(url).hostname or "?", max((ends - datetime.now(UTC)).days, 0)
    return Noted(
        finding=finding("tls-ends-soon", Confidence.CERTAIN, f"certificate good until {ends:%Y-%m-%d}", host=host,
                        days=days)
    )  # fmt: skip


CHECK = Addresses()
