"""How the hub knows its own call again when it comes back through the public address and the proxy."""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta
from typing import Final

from varco.hub import runtime

PATH: Final = "/self-check/seen"
_PERSON: Final = b"varco-self-chck"


def proof(now: datetime) -> str:
    """Good for a minute or two: only who has the keys can make it."""
    key = runtime.current().keys[-1].reveal().encode()
    minute = f"{now:%Y%m%d%H%M}".encode()
    return hashlib.blake2b(minute, key=key[:64], digest_size=16, person=_PERSON).hexdigest()


def is_proof(text: str, now: datetime) -> bool:
    allowed = (proof(now), proof(now - timedelta(minutes=1)))
    return any(hmac.compare_digest(text.encode(), one.encode()) for one in allowed)
