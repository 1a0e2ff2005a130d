"""Refresh starts at once, whatever the polls are doing: 10,000 due, and every slot held by shops that do not answer."""

from __future__ import annotations

import socket
import statistics
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

import pytest
from django.db import connection
from psycopg.conninfo import make_conninfo

from tests.system.processes import data_folder, started, until
from varco.hub import runtime
from varco.hub.ids import uuid7
from varco.hub.jobs.worker import SLOTS
from varco.hub.models import Channel, Integration, Operation, Organisation, StreamCursor
from varco.hub.store import integrations
from varco.hub.store.plans import seal_credentials
from varco.model.secret import Secret
from varco.shops.woocommerce.listing import start_cursor

pytestmark = pytest.mark.django_db(transaction=True)
DUE: Final = 10_000
ASKED: Final = 50
MUST_START_WITHIN_S: Final = 0.1
MUST_REACH_WITHIN_S: Final = 0.5
"""Until the shop hears of it: a few rows are read first. Behind the others it would be a minute."""
SLOW_MACHINES: Final = 250
"""Each has an address of its own: more of them than one worker calls at a time."""


class QuickShops(ThreadingHTTPServer):
    """Many shops in folders of one server. They have nothing new, and note when each was first asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _QuickAnswer)
        self.asked_at: dict[str, float] = {}

    def url(self, number: int) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/shop{number}"


class _QuickAnswer(BaseHTTPRequestHandler):
    server: QuickShops
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.server.asked_at.setdefault(self.path.split("/")[1], time.time())
        self.send_response(200)
        self.send_header("Content-Type", "application/json; charset=UTF-8")
        self.send_header("X-WP-Total", "0")
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"[]")

    def log_message(self, *_: object) -> None:
        """Nobody reads it."""


@contextmanager
def quick_shops() -> Iterator[QuickShops]:
    with QuickShops() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@contextmanager
def silent_machines(count: int) -> Iterator[list[str]]:
    """The kernel takes their connections, and nobody ever answers."""
    with ExitStack() as stack:
        urls = []
        for number in range(count):
            host = f"127.1.{number // 250}.{number % 250 + 1}"
            listening = stack.enter_context(socket.create_server((host, 0), backlog=512))
            urls.append(f"http://{host}:{listening.getsockname()[1]}")
        yield urls


def connect(organisation: Organisation, urls: Sequence[str]) -> list[Integration]:
    """Shops that were imported before, all due now."""
    now = runtime.clock().now()
    rows = [
        Integration(
            organisation=organisation,
            public_id=uuid7(),
            platform="woocommerce",
            name=url,
            base_url=url,
            import_statuses=["processing"],
            import_done_at=now,
            connected_at=now,
            rota_at=now,
            compared_at=now,
            next_poll_at=now - timedelta(seconds=1),
        )
        for url in urls
    ]
    for row in rows:
        seal_credentials(row, {"consumer_key": Secret("ck_x"), "consumer_secret": Secret("cs_x")})
    Integration.objects.bulk_create(rows, batch_size=2000)
    Channel.objects.bulk_create(
        [Channel(organisation=organisation, integration=row, kind=Channel.IMPORT) for row in rows], batch_size=2000
    )
    cursor = start_cursor(now, 120)
    StreamCursor.objects.bulk_create(
        [
            StreamCursor(organisation=organisation, integration=row, stream=stream, cursor=cursor, updated_at=now)
            for row in rows
            for stream in ("orders", "trash")
        ],
        batch_size=4000,
    )
    return rows


def settings() -> dict[str, str]:
    """A worker of its own process for the tests' database."""
    database = make_conninfo(runtime.current().database, dbname=connection.settings_dict["NAME"])
    return {
        "DATABASE_URL": database,
        "VARCO_SECRET_KEYS": runtime.current().keys[0].reveal(),
        "VARCO_ALLOWED_NETWORKS": "127.0.0.0/8",
    }


def jobs(status: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM procrastinate_jobs WHERE queue_name = 'poll' AND status::text = %s", [status]
        )
        return int(cursor.fetchone()[0])


def refresh(integration: Integration) -> tuple[float, Operation]:
    """Seconds from the asking until it was begun, and the operation once it has ended."""
    asked_at = time.time()
    operation = integrations.refresh(integration, by="test")
    until(lambda: Operation.objects.exclude(ended_at=None).filter(pk=operation.pk).exists(), "the refresh ends", 20)
    operation.refresh_from_db()
    assert operation.started_at is not None
    return operation.started_at.timestamp() - asked_at, operation


def p95(seconds: Sequence[float]) -> float:
    return statistics.quantiles(seconds, n=20)[-1]


def test_refresh_starts_at_once_while_every_slot_waits_for_slow_shops(organisation: Organisation) -> None:
    with data_folder() as folder, quick_shops() as quick, silent_machines(SLOW_MACHINES) as silent:
        connect(organisation, [silent[number % len(silent)] for number in range(DUE - ASKED)])
        asked = connect(organisation, [quick.url(number) for number in range(ASKED)])
        Integration.objects.filter(base_url__startswith="http://127.0.0.1").update(
            next_poll_at=runtime.clock().now() + timedelta(hours=1)
        )
        with started("worker", folder, settings=settings()):
            until(lambda: jobs("doing") >= SLOTS and jobs("todo"), "every ordinary slot is held")
            begun, reached = [], []
            for number, integration in enumerate(asked):
                before = time.time()
                seconds, operation = refresh(integration)
                begun.append(seconds)
                reached.append(quick.asked_at[f"shop{number}"] - before)
                assert operation.state == Operation.DONE
            assert jobs("doing") >= SLOTS  # they were held all the while, and are still
    assert p95(begun) < MUST_START_WITHIN_S
    assert p95(reached) < MUST_REACH_WITHIN_S
