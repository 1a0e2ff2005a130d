"""The examination that anybody may ask for: careful, without keys, and never of an address that is not public.

It has a client of its own: networks that the operator allows for the hub's shops are not allowed here.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

import msgspec

from varco.app.check import Place, check
from varco.doctor.report import Report
from varco.hub import runtime
from varco.hub.store import public_checks
from varco.hub.sync.bridge import db
from varco.model.identity import varco_identity

log = logging.getLogger(__name__)


async def examined(url: str) -> Report:
    config = runtime.current().config
    return await check(url, varco_identity(config.operator_url), place=Place(extra_ca=config.extra_ca))


async def run(check_id: int, examine: Callable[[str], Awaitable[Report]] = examined) -> None:
    """Do it and write down how it ended. A second job for the same one finds nothing to do."""
    url = await db(public_checks.start, check_id)
    if url is None:
        return
    try:
        result = msgspec.to_builtins(await examine(url))
    except Exception:
        log.exception("public check %s", check_id)
        result = None
    await db(public_checks.end, check_id, result)
