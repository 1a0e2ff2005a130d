"""“Blocked since 02:14, when the server changed from A to B”: what the kept examinations tell together."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext

from varco.app.telling import change_said
from varco.hub.models import Integration
from varco.hub.store import examinations


@dataclass(frozen=True)
class Told:
    """Since when the shop shuts us out, and what changed around then."""

    since: datetime
    good_at: datetime
    sentences: tuple[str, ...]


def story_of(integration: Integration) -> Told | None:
    """Of the newest examination against the last good one, in the reader's words."""
    found = examinations.story(integration)
    if found is None:
        return None
    return Told(found.since, found.good_at, tuple(change_said(change, gettext) for change in found.changes))
