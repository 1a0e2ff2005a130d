"""The looks that call somebody, done by a worker for the page: pages call nobody."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from django.utils import translation

from varco.hub.selfcheck.outside import facts, outside
from varco.hub.sync.bridge import db


async def look(params: Mapping[str, Any]) -> dict[str, Any]:
    """The result of the operation `self-check`: sentences in the language of whoever asked."""
    given = await db(facts, params.get("mail_to", ""))
    with translation.override(params.get("language", "en")):
        return {"results": msgspec.to_builtins(await outside(given))}
