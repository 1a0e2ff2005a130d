"""TLS contexts: always verified, by the system's authorities, the operator's, or a shop's own pinned one."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from varco.model.errors import BadInput


class _Watched(ssl.SSLContext):
    """Says when a handshake begins: asyncio makes its TLS object exactly then."""

    handshake_begins: Callable[[], None]

    def wrap_bio(self, *args: Any, **kwargs: Any) -> ssl.SSLObject:
        self.handshake_begins()
        return super().wrap_bio(*args, **kwargs)


def context(extra_ca: Path | None, handshake_begins: Callable[[], None]) -> ssl.SSLContext:
    """The system's authorities, and those of a file. `BadInput` if the file holds none."""
    made = _new(handshake_begins)
    made.load_default_certs()
    if extra_ca is not None:
        try:
            made.load_verify_locations(cafile=extra_ca)
        except (OSError, ssl.SSLError) as error:
            raise BadInput(f"VARCO_EXTRA_CA: {extra_ca} holds no certificates that can be read: {error}") from None
    return made


def check_pin(pem: str) -> None:
    """`BadInput` if this is no certificate that can be pinned."""
    _pin(ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), pem)


@lru_cache(maxsize=256)
def pinned_context(pem: str, handshake_begins: Callable[[], None]) -> ssl.SSLContext:
    """Trusts this authority (or this self-signed certificate) only. `BadInput` if it is none."""
    made = _new(handshake_begins)
    _pin(made, pem)
    return made


def _pin(made: ssl.SSLContext, pem: str) -> None:
    try:
        made.load_verify_locations(cadata=pem)
    except (ssl.SSLError, ValueError):
        raise BadInput("The pinned certificate cannot be read: paste it whole, with its BEGIN and END lines.") from None


def _new(handshake_begins: Callable[[], None]) -> _Watched:
    made = _Watched(ssl.PROTOCOL_TLS_CLIENT)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    made.handshake_begins = handshake_begins
    return made
