"""What people wait for, by kind of operation. The parameters and results of each are in `store.operations`."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

from varco.hub.models import Operation
from varco.hub.selfcheck import work
from varco.hub.store import examinations, operations
from varco.hub.store.leases import LeaseLost
from varco.hub.sync import check, connect, lists, refresh, ship
from varco.hub.sync.bridge import db
from varco.hub.sync.door import Door
from varco.hub.sync.poll import our_fault
from varco.model.errors import BadInput, ShopFault
from varco.model.finding import Confidence, Finding

log = logging.getLogger(__name__)


async def run(door: Door, operation_id: int) -> None:
    """Do it and write down how it ended. A second job for the same operation finds nothing to do."""
    operation = await db(operations.start, operation_id)
    if operation is None:
        return
    try:
        result = await HANDLERS[operation.kind](door, operation)
    except LeaseLost:
        log.info("operation %s was taken over", operation.public_id)
    except ShopFault as fault:
        await db(operations.fail, operation_id, fault.finding)
    except BadInput as error:
        await db(operations.fail, operation_id, _not_possible(str(error)))
    except Exception:
        log.exception("operation %s", operation.public_id)
        await db(operations.fail, operation_id, our_fault())
    else:
        await db(operations.succeed, operation_id, result)


async def _recognise(door: Door, operation: Operation) -> dict[str, Any]:
    return await connect.recognise(door, operation.params["url"], operation.params.get("pinned_ca", ""))


async def _connect(door: Door, operation: Operation) -> dict[str, Any]:
    return await connect.connect(door, operations.integration_of(operation))


async def _preview(door: Door, operation: Operation) -> dict[str, Any]:
    params = operation.params
    return await connect.preview(door, operations.integration_of(operation), params["statuses"], params.get("since"))


async def _refresh(door: Door, operation: Operation) -> dict[str, Any]:
    return await refresh.refresh(door, operations.integration_of(operation).pk)


async def _ship(door: Door, operation: Operation) -> dict[str, Any]:
    return await ship.ship(door, operation)


async def _read_order(door: Door, operation: Operation) -> dict[str, Any]:
    found, changes = await ship.read_order(door, operations.order_of(operation))
    return {"changed": bool(changes), "gone": found is None}


async def _check(door: Door, operation: Operation) -> dict[str, Any]:
    light = bool(operation.params.get(examinations.LIGHT))
    return await check.check(door, operations.integration_of(operation), light=light)


async def _read_list(door: Door, operation: Operation) -> dict[str, Any]:
    return {"addresses": await lists.read(door, operation.params["url"])}


async def _self_check(_door: Door, operation: Operation) -> dict[str, Any]:
    return await work.look(operation.params)


HANDLERS: Final[Mapping[str, Callable[[Door, Operation], Awaitable[dict[str, Any]]]]] = {
    "recognise": _recognise,
    "check": _check,
    "connect": _connect,
    "preview": _preview,
    "refresh": _refresh,
    "ship": _ship,
    "read-list": _read_list,
    "read-order": _read_order,
    "self-check": _self_check,
}


def _not_possible(reason: str) -> Finding:
    return Finding(
        code="not-possible", params={"reason": reason}, confidence=Confidence.CERTAIN, rests_on="our own check"
    )
