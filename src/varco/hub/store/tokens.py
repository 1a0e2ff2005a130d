"""Keys for programs: made, looked up and revoked. The key is shown once; only its hash is kept."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from django.db.models import Exists, OuterRef

from varco.hub import runtime
from varco.hub.models import ApiToken, Membership, Organisation, User
from varco.model.errors import BadInput
from varco.model.secret import Secret

PREFIX: Final = "varco_"
"""So that a scanner of leaked secrets, and a person, can tell what it is."""
USE_NOTED_EVERY: Final = timedelta(minutes=1)
LONGEST_NAME: Final = 100


@dataclass(frozen=True)
class NewToken:
    row: ApiToken
    secret: Secret


def create(organisation: Organisation, user: User, name: str) -> NewToken:
    """A new key of 256 random bits: no slow hash is needed to keep it from being guessed."""
    called = name.strip()
    if not called:
        raise BadInput("Give the key a name, so that you know later what uses it.")
    if len(called) > LONGEST_NAME:
        raise BadInput("This name is too long: 100 characters at most.")
    text = PREFIX + secrets.token_urlsafe(32)
    row = ApiToken.objects.create(
        organisation=organisation, user=user, name=called, hash=_hash(text), created_at=runtime.clock().now()
    )
    return NewToken(row, Secret(text))


def of(organisation: Organisation) -> Sequence[ApiToken]:
    """Those in force, newest first."""
    rows = ApiToken.objects.of(organisation).filter(revoked_at=None)
    return list(rows.select_related("user").order_by("-created_at", "-pk"))


def revoke(token: ApiToken) -> None:
    """From now on nobody gets in with it."""
    ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=runtime.clock().now())


def find(text: str) -> ApiToken | None:
    """The key of that text while it is in force: not revoked, and whoever made it still belongs there."""
    belongs = Membership.objects.filter(user=OuterRef("user"), organisation=OuterRef("organisation"))
    found: ApiToken | None = (
        ApiToken.objects.filter(Exists(belongs), hash=_hash(text), revoked_at=None, user__is_active=True)
        .select_related("organisation", "user")
        .first()
    )
    if found is not None:
        _note_use(found)
    return found


def _note_use(token: ApiToken) -> None:
    """A busy program does not cause a write per call."""
    now = runtime.clock().now()
    if token.last_used_at is None or now - token.last_used_at >= USE_NOTED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
