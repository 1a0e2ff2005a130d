"""Encryption of what must not be read in a stolen database: AES-256-GCM, bound to table, row and column.

Layout of a sealed value: version (1 byte), key id (8), nonce (12), ciphertext with tag. A value moved to
another row or column does not open.
"""

from __future__ import annotations

import base64
import hashlib
import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from varco.model.errors import BadInput
from varco.model.secret import Secret

VERSION: Final = b"\x01"
_ID: Final = 8
_NONCE: Final = 12


def new_key() -> Secret:
    return Secret(base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())


class Keyring:
    """All keys in force. Seals with the first, opens with the one that sealed."""

    def __init__(self, keys: Sequence[Secret]) -> None:
        if not keys:
            raise BadInput(
                "No encryption key: set VARCO_SECRET_KEYS, for example to the output of `varco secrets new`."
            )
        raw = [base64.urlsafe_b64decode(key.reveal()) for key in keys]
        self._ciphers = {key_id(key): AESGCM(key) for key in raw}
        self.newest = key_id(raw[0])
        self.ids: Sequence[bytes] = list(self._ciphers)

    def seal(self, plain: bytes, where: str) -> bytes:
        """`where` is `table:row:column`; opening needs the same."""
        nonce = secrets.token_bytes(_NONCE)
        sealed = self._ciphers[self.newest].encrypt(nonce, plain, where.encode())
        return VERSION + self.newest + nonce + sealed

    def open(self, sealed: bytes, where: str) -> bytes:
        cipher = self._ciphers.get(sealed_by(sealed))
        if sealed[:1] != VERSION or cipher is None:
            raise BadInput(
                "A stored secret was sealed with a key that is not in VARCO_SECRET_KEYS: put that key back at its end."
            )
        try:
            return cipher.decrypt(sealed[1 + _ID : 1 + _ID + _NONCE], sealed[1 + _ID + _NONCE :], where.encode())
        except InvalidTag:
            raise BadInput(f"The stored secret of {where} does not open: it was changed or moved.") from None


def key_id(key: bytes) -> bytes:
    """Names a key without telling it."""
    return hashlib.blake2b(key, digest_size=_ID, person=b"varco-key-id").digest()


def sealed_by(sealed: bytes) -> bytes:
    return bytes(sealed[1 : 1 + _ID])


def load_or_make(data_dir: Path, configured: Sequence[Secret], *, embedded: bool) -> Sequence[Secret]:
    """The configured keys; with the embedded database and none configured, those kept beside the data.

    A key is never made for a foreign database: two machines would each make their own.
    """
    if configured:
        return configured
    if not embedded:
        raise BadInput("DATABASE_URL is set, so VARCO_SECRET_KEYS must be too. `varco secrets new` prints a key.")
    path = data_dir / "secret-keys"
    if not path.exists():
        _write_private(path, new_key().reveal() + "\n")
    return [Secret(line) for line in path.read_text(encoding="ascii").split()]


def prepend(data_dir: Path, key: Secret) -> None:
    """Put a new key first in the file beside the data."""
    path = data_dir / "secret-keys"
    _write_private(path, key.reveal() + "\n" + path.read_text(encoding="ascii"))


def _write_private(path: Path, text: str) -> None:
    """Whole or not at all, and never readable by others."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(descriptor)
    temporary.rename(path)
