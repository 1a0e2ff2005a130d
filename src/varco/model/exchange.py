"""One request with its answer or its failure: the evidence that everything else rests on."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import msgspec

Headers = tuple[tuple[str, str], ...]
"""Header fields in the order sent or received; a name may stand twice."""


def header(headers: Headers, name: str) -> str:
    """The first value of that name, whatever its case; empty if there is none."""
    wanted = name.lower()
    return next((value for key, value in headers if key.lower() == wanted), "")


class Phase(StrEnum):
    """Where in a call we were. The order is that of the layers."""

    DNS = "dns"
    CONNECT = "connect"
    TLS = "tls"
    SEND = "send"
    WAIT = "wait"
    READ = "read"


class FailureKind(StrEnum):
    """What stopped a call that got no whole HTTP answer."""

    NAME_NOT_FOUND = "name-not-found"
    NAME_SERVER_FAILED = "name-server-failed"
    ADDRESS_FORBIDDEN = "address-forbidden"
    """Our own guard: the name leads to an address that we do not call."""
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    TLS = "tls"
    RESET = "reset"
    CLOSED = "closed"
    """The server hung up without one byte of an answer."""
    TOO_LARGE = "too-large"
    NOT_HTTP = "not-http"
    OUR_FAULT = "our-fault"


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    kind: FailureKind
    phase: Phase
    text: str = ""
    """The system's own words, for an engineer and for telling TLS faults apart."""


class Timings(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Milliseconds of each phase; None where a phase was not reached or a connection was reused."""

    queue_ms: int = 0
    """How long our own politeness made the call wait."""
    dns_ms: int | None = None
    connect_ms: int | None = None
    tls_ms: int | None = None
    wait_ms: int | None = None
    """From the last byte sent to the first byte received."""
    total_ms: int = 0
    """Of the call itself, the queue not counted."""


class Request(msgspec.Struct, frozen=True, kw_only=True):
    method: str
    url: str
    headers: Headers = ()
    body: bytes = b""
    timeout_s: float = 30.0
    """For the whole call, queue not counted."""


class Response(msgspec.Struct, frozen=True, kw_only=True):
    status: int
    reason: str = ""
    headers: Headers = ()
    body: bytes = b""

    def header(self, name: str) -> str:
        return header(self.headers, name)

    @property
    def content_type(self) -> str:
        """The media type in lower case, without its parameters."""
        return self.header("Content-Type").partition(";")[0].strip().lower()


class Exchange(msgspec.Struct, frozen=True, kw_only=True):
    """Exactly one of `response` and `failure` is set."""

    request: Request
    started_at: datetime
    response: Response | None = None
    failure: Failure | None = None
    timings: Timings = Timings()
    address: str = ""
    """The address that was called, once it is known."""
