"""Encryption of what must not be read in a stolen database: AES-256-GCM, bound to table, row and column.

Layout of a sealed value: version (1 byte), key id (8), nonce (12), ciphertext with tag. A value moved to
another row or column does not open.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import secrets
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from varco.hub.postgres.locks import exclusive
from varco.model.errors import BadInput
from varco.model.secret import Secret

FILE: Final = "secret-keys"
LOCK: Final = "keys.lock"
"""Two first starts at once must not make a key each: what the loser's sealed would never open again."""
LENGTH: Final = 32
VERSION: Final = b"\x01"
_ID: Final = 8
_NONCE: Final = 12


def new_key() -> Secret:
    return Secret(base64.urlsafe_b64encode(secrets.token_bytes(32)).decode())


def read_keys(text: str) -> tuple[Secret, ...]:
    """Keys between commas or on lines of their own. `ValueError` says what is wrong, and names no key."""
    keys = text.replace(",", " ").split()
    for key in keys:
        try:
            length = len(base64.b64decode(key.encode(), altchars=b"-_", validate=True))
        except (binascii.Error, UnicodeEncodeError):
            length = 0
        if length != LENGTH:
            raise ValueError(f"each key must be {LENGTH} bytes in base64")
    return tuple(Secret(key) for key in keys)


class Keyring:
    """All keys in force. Seals with the first, opens with the one that sealed.

    `look_again` is asked for the keys when a sealed value names one that we do not have: another process may have put
    a new one into the file beside the data meanwhile.
    """

    def __init__(self, keys: Sequence[Secret], look_again: Callable[[], Sequence[Secret]] | None = None) -> None:
        if not keys:
            raise BadInput(
                "No encryption key: set VARCO_SECRET_KEYS, for example to the output of `varco secrets new`."
            )
        self._look_again = look_again
        self._use(keys)

    def _use(self, keys: Sequence[Secret]) -> None:
        raw = [base64.urlsafe_b64decode(key.reveal()) for key in keys]
        self._ciphers = {key_id(key): AESGCM(key) for key in raw}
        self.newest = key_id(raw[0])

    def has(self, identity: bytes) -> bool:
        """Whether the key of that id is ours."""
        if identity not in self._ciphers and self._look_again is not None:
            self._use(self._look_again())
        return identity in self._ciphers

    def seal(self, plain: bytes, where: str) -> bytes:
        """`where` is `table:row:column`; opening needs the same."""
        nonce = secrets.token_bytes(_NONCE)
        sealed = self._ciphers[self.newest].encrypt(nonce, plain, where.encode())
        return VERSION + self.newest + nonce + sealed

    def open(self, sealed: bytes, where: str) -> bytes:
        if sealed[:1] != VERSION or not self.has(sealed_by(sealed)):
            raise BadInput(
                "A stored secret was sealed with a key that is not in VARCO_SECRET_KEYS: put that key back at its end."
            )
        cipher = self._ciphers[sealed_by(sealed)]
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
    path = data_dir / FILE
    with exclusive(data_dir / LOCK):
        if not path.exists():
            _write_private(path, new_key().reveal() + "\n")
    return keys_in(path)


def keys_in(path: Path) -> Sequence[Secret]:
    """Of the file beside the data. `BadInput` says why they cannot be had."""
    try:
        keys = read_keys(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadInput(f"The keys in {path} cannot be read: {error.strerror}.") from None
    except ValueError as error:
        raise BadInput(f"{path} is damaged: {error}. Put the file back from where you keep the keys.") from None
    if not keys:
        raise BadInput(f"{path} is empty. Put the file back from where you keep the keys.")
    return keys


def prepend(data_dir: Path, key: Secret) -> None:
    """Put a new key first in the file beside the data."""
    path = data_dir / FILE
    with exclusive(data_dir / LOCK):
        _write_private(path, "\n".join(old.reveal() for old in (key, *keys_in(path))) + "\n")


def _write_private(path: Path, text: str) -> None:
    """Whole or not at all, never readable by others, and on the disk before anything is sealed with it."""
    descriptor, temporary = tempfile.mkstemp(prefix=f"{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fsync(descriptor)
        Path(temporary).rename(path)
    finally:
        Path(temporary).unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
