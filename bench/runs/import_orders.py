"""The hub's own first import of one shop, by the code that a worker runs; only the job around it is left out.

    python -m bench.runs.import_orders 1

The argument is the integration's key; the settings come from the environment, as for every process of the hub.
"""

from __future__ import annotations

import asyncio
import sys

from bench.runs.report import report
from varco.hub import config
from varco.hub.boot import booted


async def read_all(integration_id: int) -> int:
    """Slice after slice until the import is done; how many slices it took."""
    from varco.hub.jobs.context import open_door
    from varco.hub.models import Integration
    from varco.hub.store import claims
    from varco.hub.sync.bridge import db
    from varco.hub.sync.poll import poll_batch

    slices = 0
    async with open_door() as door:
        while not await db(Integration.objects.filter(pk=integration_id, import_done_at__isnull=False).exists):
            lease = await db(claims.take_over, integration_id, "import")
            await poll_batch(door, [integration_id], lease.token)
            slices += 1
    return slices


def main() -> None:
    integration_id = int(sys.argv[1])
    with booted(config.read()):
        slices = asyncio.run(read_all(integration_id))
        from varco.hub.models import Order

        count = Order.objects.filter(integration_id=integration_id).count()
    report(orders=count, slices=slices)


if __name__ == "__main__":
    main()
