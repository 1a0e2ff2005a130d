"""What is stored encrypted: where each value is bound to, the check of the keys at start, and their change.

Every sealed column stands in `SEALED`; a test compares it with the tables.
"""

from __future__ import annotations

from typing import Final

from django.db import models, transaction

from varco.hub import runtime
from varco.hub.keys import sealed_by
from varco.hub.models import Integration, KeyCheck, ShopToken, UnreadOrder, WebhookAddress
from varco.hub.models.tenancy import PublicTenant
from varco.model.errors import BadInput

SEALED: Final[tuple[tuple[type[PublicTenant], str], ...]] = (
    (Integration, "credentials"),
    (ShopToken, "token"),
    (UnreadOrder, "raw"),
    (WebhookAddress, "secrets"),
    (WebhookAddress, "farewell"),
)
_KNOWN: Final = b"These are the keys of this database."


def place(row: PublicTenant, column: str) -> str:
    """What a sealed value is bound to: it opens at no other table, row or column."""
    return f"{row._meta.db_table}:{row.public_id}:{column}"


def check_keys() -> None:
    """Called at start, once the tables are there. `BadInput` if these keys did not seal what the database holds.

    1. Each key that ever sealed here has left a known text: those whose key is there must open.
    2. A key that is missing may be missing only if nothing is sealed with it any more.
    3. A new key leaves its own known text.
    """
    ring = runtime.keyring()
    rows = list(KeyCheck.objects.all())
    missing = [row for row in rows if not ring.has(bytes.fromhex(row.key_id))]
    if rows and len(missing) == len(rows):
        raise BadInput(
            "VARCO_SECRET_KEYS holds none of the keys that encrypted this database. Put back the keys that belong to "
            "it; with the embedded database they are in the file secret-keys of its data folder."
        )
    for row in rows:
        if row not in missing and ring.open(bytes(row.check_value), _check_place(row.key_id)) != _KNOWN:
            raise BadInput(
                "The check of the encryption keys does not open to what it should: the database was changed."
            )
    for row in missing:
        if _is_in_use(bytes.fromhex(row.key_id)):
            raise BadInput(
                f"VARCO_SECRET_KEYS misses the key {row.key_id}, and stored credentials are still sealed with it. "
                "Put it back at the end; after `varco secrets rotate` it can go."
            )
        row.delete()
    newest = ring.newest.hex()
    KeyCheck.objects.get_or_create(key_id=newest, defaults={"check_value": ring.seal(_KNOWN, _check_place(newest))})


def rotate(at_once: int = 500) -> int:
    """Seal everything anew with the newest key; how many values that were. May run twice, and while the hub works."""
    check_keys()
    return sum(_reseal(model, column, at_once) for model, column in SEALED)


def _reseal(model: type[PublicTenant], column: str, at_once: int) -> int:
    done, after = 0, 0
    while True:
        with transaction.atomic():
            rows = list(_filled(model, column).filter(pk__gt=after).select_for_update().order_by("pk")[:at_once])
            done += sum(_reseal_row(row, column) for row in rows)
        if len(rows) < at_once:
            return done
        after = rows[-1].pk


def _reseal_row(row: PublicTenant, column: str) -> bool:
    ring, sealed = runtime.keyring(), bytes(getattr(row, column))
    if sealed_by(sealed) == ring.newest:
        return False
    setattr(row, column, ring.seal(ring.open(sealed, place(row, column)), place(row, column)))
    row.save(update_fields=[column])
    return True


def _is_in_use(identity: bytes) -> bool:
    return any(
        sealed_by(bytes(sealed)) == identity
        for model, column in SEALED
        for sealed in _filled(model, column).values_list(column, flat=True).iterator()
    )


def _filled(model: type[PublicTenant], column: str) -> models.QuerySet[PublicTenant]:
    """Rows of every tenant: keys belong to the installation."""
    found: models.QuerySet[PublicTenant] = model.objects.exclude(**{column: None})
    return found


def _check_place(key_id: str) -> str:
    return f"key_check:{key_id}:check_value"
