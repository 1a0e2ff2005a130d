"""The first start: nobody has an account yet, so a token that only the terminal shows opens the set-up page."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Final
from urllib.parse import urlsplit

from varco.hub import runtime
from varco.hub.store.accounts import any_user

_PERSON: Final = b"varco-first-run"
_ANY_ADDRESS: Final = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}  # noqa: S104  compared with, not bound to


def needed() -> bool:
    """Whether nobody can log in yet."""
    return not any_user()


def token() -> str:
    """80 bits from the oldest key in force: the same in every process and after a restart, worthless afterwards."""
    key = runtime.current().keys[-1].reveal().encode()
    digest = hashlib.blake2b(key, digest_size=10, person=_PERSON).digest()
    letters = base64.b32encode(digest).decode()
    return "-".join(letters[at : at + 4] for at in range(0, 16, 4))


def is_token(text: str) -> bool:
    """Compared without telling by its duration how much was right; case and spaces do not matter."""
    typed = "".join(text.upper().split()).replace("-", "")
    return hmac.compare_digest(typed.encode(), token().replace("-", "").encode())


def url() -> str:
    """The set-up page with its token, as it is printed at start."""
    return f"{base_url()}/setup/?token={token()}"


def base_url() -> str:
    """Where a person reaches the hub: the public address, or the one it listens at."""
    config = runtime.current().config
    if config.public_url:
        return config.public_url
    host, port = config.listen
    shown = _ANY_ADDRESS.get(host, f"[{host}]" if ":" in host else host)
    return urlsplit(f"http://{shown}:{port}").geturl()
