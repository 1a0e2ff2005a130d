"""Tokens that shops give for their keys: kept encrypted, asked for by one worker while the others wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from varco.hub import runtime
from varco.hub.models import Integration, ShopToken
from varco.hub.store.secrets import place
from varco.model.secret import Secret
from varco.net.tokens import Granted

ASKING: Final = timedelta(seconds=90)
"""So long one worker may take to ask; then another one tries."""


@dataclass(frozen=True)
class Kept:
    token: Secret
    until: datetime


def kept(integration_id: int, keys: str) -> Kept | None:
    """The token in force for these keys."""
    row = ShopToken.objects.filter(integration=integration_id, keys=keys, until__gt=runtime.clock().now()).first()
    return _opened(row) if row is not None else None


def may_ask(integration_id: int, keys: str, refused: str) -> Kept | bool:
    """True: it is the caller's to ask for a new one. False: somebody else does. Or the one that he brought already.

    `refused` is the token that the shop did not take.
    """
    now = runtime.clock().now()
    with transaction.atomic():
        row = _locked(integration_id)
        if row.keys == keys and row.until is not None and row.until > now:
            found = _opened(row)
            if found is not None and found.token.reveal() != refused:
                return found
        if row.asking_until is not None and row.asking_until > now:
            return False
        row.asking_until = now + ASKING
        row.save(update_fields=["asking_until"])
        return True


def keep(integration_id: int, keys: str, granted: Granted) -> Kept:
    with transaction.atomic():
        row = _locked(integration_id)
        row.keys, row.asking_until = keys, None
        row.until = runtime.clock().now() + timedelta(seconds=granted.use_s)
        row.token = runtime.keyring().seal(granted.token.reveal().encode(), place(row, "token"))
        row.save()
        return Kept(granted.token, row.until)


def gave_up(integration_id: int) -> None:
    """The one who asked got none: others need not wait."""
    ShopToken.objects.filter(integration=integration_id).update(asking_until=None)


def forget(integration_id: int) -> None:
    """With the keys goes what was given for them."""
    ShopToken.objects.filter(integration=integration_id).delete()


def _locked(integration_id: int) -> ShopToken:
    organisation_id = Integration.objects.values_list("organisation_id", flat=True).get(pk=integration_id)
    ShopToken.objects.get_or_create(integration_id=integration_id, defaults={"organisation_id": organisation_id})
    row: ShopToken = ShopToken.objects.select_for_update().get(integration=integration_id)
    return row


def _opened(row: ShopToken) -> Kept | None:
    if row.token is None or row.until is None:
        return None
    opened = runtime.keyring().open(bytes(row.token), place(row, "token"))
    return Kept(Secret(opened.decode()), row.until)
