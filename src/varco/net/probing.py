"""What the probes of all platforms share: each method on a path that nothing answers, and who else may speak."""

from __future__ import annotations

import secrets
from collections.abc import Callable

from varco.model.exchange import Exchange, Headers, Request
from varco.model.identity import METHODS
from varco.model.probe import AnsweredBy, Probe
from varco.net.diagnose import diagnose


def probe_name() -> str:
    """Of something that no shop has; another one each time, so that no cache answers."""
    return f"varco-probe-{secrets.token_hex(4)}"


def method_probes(
    url: str, headers: Headers, body: bytes, *, answered_by: Callable[[Exchange], AnsweredBy], why_safe: str
) -> tuple[Probe, ...]:
    """One per method, without credentials; `body` goes with those that may have one."""
    return tuple(
        Probe(
            purpose=f"method {method}",
            request=Request(method=method, url=url, headers=headers, body=b"" if method in ("GET", "HEAD") else body),
            needs_credentials=False,
            answered_by=answered_by,
            why_safe=why_safe,
        )
        for method in METHODS
    )


def not_the_shop(exchange: Exchange) -> AnsweredBy:
    """Who spoke, where it was not the shop's own software: a product whose page is known, or nobody can tell."""
    finding = diagnose(exchange)
    known = finding is not None and finding.rests_on.startswith("signature")
    return AnsweredBy.INTERMEDIARY if known else AnsweredBy.UNKNOWN
