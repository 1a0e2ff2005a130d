"""A worker of the hub that polls what is due, and ends when nothing is: claim, job, poll, row.

python -m bench.runs.polls
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

from bench.runs.report import report
from varco.hub import config
from varco.hub.boot import booted


async def work_until_done() -> None:
    from varco.hub.jobs.worker import run
    from varco.hub.sync.bridge import db

    worker = asyncio.create_task(run())
    while await db(_due):
        await asyncio.sleep(0.25)
        if worker.done():
            worker.result()
    worker.cancel()
    with suppress(asyncio.CancelledError):
        await worker


def _due() -> bool:
    from django.utils import timezone

    from varco.hub.models import Integration

    return bool(Integration.objects.filter(next_poll_at__lte=timezone.now()).exists())


def main() -> None:
    with booted(config.read()):
        from varco.hub.models import ExchangeRecord

        before = _polls()
        asyncio.run(work_until_done())
        polls = _polls() - before
        wrong = ExchangeRecord.objects.exclude(finding_code="").count()
    report(polls=polls, wrong=wrong)


def _polls() -> int:
    from django.db.models import Sum

    from varco.hub.models import Integration

    return int(Integration.objects.aggregate(polls=Sum("poll_count"))["polls"] or 0)


if __name__ == "__main__":
    main()
