"""What an exception of the network means."""

from __future__ import annotations

import errno
import socket
import ssl
from typing import Final

import aiohttp

from varco.model.exchange import Failure, FailureKind, Phase

_BY_ERRNO: Final = {
    errno.ECONNREFUSED: FailureKind.REFUSED,
    errno.EHOSTUNREACH: FailureKind.UNREACHABLE,
    errno.ENETUNREACH: FailureKind.UNREACHABLE,
    errno.ECONNRESET: FailureKind.RESET,
    errno.EPIPE: FailureKind.RESET,
    errno.ECONNABORTED: FailureKind.RESET,
    errno.ETIMEDOUT: FailureKind.TIMEOUT,
}


def failure_from(error: BaseException, phase: Phase) -> Failure:
    """The kind of failure, from the exception and where the call was."""
    kind, where = _kind(error, phase)
    return Failure(kind=kind, phase=where, text=_text(error))


def _kind(error: BaseException, phase: Phase) -> tuple[FailureKind, Phase]:
    cause = _root(error)
    if isinstance(cause, ssl.SSLError):
        return FailureKind.TLS, Phase.TLS
    if isinstance(cause, socket.gaierror):
        again = cause.errno == socket.EAI_AGAIN
        return (FailureKind.NAME_SERVER_FAILED if again else FailureKind.NAME_NOT_FOUND), Phase.DNS
    if isinstance(cause, TimeoutError):
        return FailureKind.TIMEOUT, phase
    if isinstance(cause, aiohttp.ServerDisconnectedError | aiohttp.ClientPayloadError):
        return FailureKind.CLOSED, phase
    if isinstance(cause, aiohttp.ClientResponseError):
        return FailureKind.NOT_HTTP, phase
    if isinstance(cause, OSError):
        return _kind_of_os_error(cause, phase), phase
    return FailureKind.OUR_FAULT, phase


def _kind_of_os_error(error: OSError, phase: Phase) -> FailureKind:
    if error.errno in _BY_ERRNO:
        return _BY_ERRNO[error.errno]
    if phase is Phase.DNS:
        return FailureKind.NAME_NOT_FOUND
    # several addresses, each with an error of its own: asyncio joins their texts and keeps no number
    names = (("Errno 111", FailureKind.REFUSED), ("Errno 113", FailureKind.UNREACHABLE))
    found = next((kind for text, kind in names if text in str(error)), None)
    return found or (FailureKind.UNREACHABLE if phase is Phase.CONNECT else FailureKind.RESET)


def _root(error: BaseException) -> BaseException:
    """aiohttp wraps the system's error; sometimes twice."""
    while True:
        inner = getattr(error, "os_error", None) or getattr(error, "certificate_error", None)
        if inner is None and type(error) in (aiohttp.ClientOSError, OSError) and error.__cause__ is not None:
            inner = error.__cause__
        if not isinstance(inner, BaseException) or inner is error:
            return error
        error = inner


def _text(error: BaseException) -> str:
    return str(_root(error))[:300] or type(error).__name__
