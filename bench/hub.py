"""The hub under test: an embedded database with durable settings in a folder of its own, and the rows to begin with."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import psutil
import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from bench.workload import STATUSES
from varco.hub import config, runtime
from varco.hub.boot import booted
from varco.model.secret import Secret

ORDER_TABLES: Final = ("shop_order", "order_contact", "order_line", "order_refund", "order_event", "product")
PEERS_DATABASE: Final = "bench"


@dataclass(frozen=True)
class Hub:
    """A migrated hub, and a second database of the same server for the programs it is compared with."""

    environment: Mapping[str, str]
    """The settings of its processes."""
    postmaster: int
    peers_database: str
    """A libpq connection string."""

    @property
    def peers_url(self) -> str:
        """The same as a URL for programs that insist on a host and a password; libpq takes the last host."""
        parts = conninfo_to_dict(self.peers_database)
        return f"postgresql://{parts['user']}:none@localhost/{parts['dbname']}?host={parts['host']}"


@contextmanager
def installed(extra_ca: Path) -> Iterator[Hub]:
    """Until the block ends; nothing of it stays. Django is ready inside."""
    folder = Path(tempfile.mkdtemp(prefix="varco-bench-"))
    folder.chmod(0o755)  # where root runs this, PostgreSQL's account must get in
    environment = {
        "VARCO_DATA_DIR": str(folder),
        "VARCO_ALLOWED_NETWORKS": "127.0.0.0/8",
        "VARCO_EXTRA_CA": str(extra_ca),
    }
    try:
        with booted(config.read({**os.environ, **environment}), pooled=False) as state:
            from django.core.management import call_command

            call_command("migrate", verbosity=0)
            with psycopg.connect(state.database, autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {PEERS_DATABASE}")
                connection.execute("ALTER SYSTEM SET autovacuum = off")  # it would come at random in somebody's turn
                connection.execute("SELECT pg_reload_conf()")
                postmaster = psutil.Process(connection.info.backend_pid).ppid()
            yield Hub(environment, postmaster, make_conninfo(state.database, dbname=PEERS_DATABASE))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def connect_shop(url: str) -> int:
    """A shop in an empty hub whose import takes in all orders; its key."""
    _empty()
    return _connect([url])[0]


def connect_quiet_shops(urls: Sequence[str]) -> None:
    """Shops in an empty hub that were imported before, due now; what is done hourly or daily was just done."""
    from varco.hub.models import Integration, StreamCursor
    from varco.shops.woocommerce.listing import start_cursor
    from varco.shops.woocommerce.shop import WooCommerce

    _empty()
    now = runtime.clock().now()
    ids = _connect(urls)
    Integration.objects.update(import_done_at=now, rota_at=now, compared_at=now)
    cursor = start_cursor(now, runtime.current().config.overlap_s)
    organisation_id = Integration.objects.values_list("organisation_id", flat=True)[0]
    StreamCursor.objects.bulk_create(
        StreamCursor(
            integration_id=integration_id,
            organisation_id=organisation_id,
            stream=stream.name,
            cursor=cursor,
            updated_at=now,
        )
        for integration_id in ids
        for stream in WooCommerce.streams
    )


def make_due() -> None:
    """All shops at once. As in a hub that has run for long, the streams that are asked seldom are spread evenly."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("UPDATE integration SET next_poll_at = now(), poll_count = id")
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")


def read_window_again(integration_id: int) -> None:
    """As the owner of the shop can ask for: the whole window, from its first order."""
    from varco.hub.models import Integration
    from varco.hub.store import integrations

    integrations.read_window_again(Integration.objects.get(pk=integration_id))


def rows_written() -> int:
    """Rows of orders and products ever inserted, updated or deleted, as PostgreSQL counts them."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT sum(n_tup_ins + n_tup_upd + n_tup_del) FROM pg_stat_user_tables WHERE relname = ANY(%s)",
            [list(ORDER_TABLES)],
        )
        return int(cursor.fetchone()[0] or 0)


def _empty() -> None:
    """No tenant's row is left, and what the last program wrote is on disk: nobody pays for another one's."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE organisation, procrastinate_jobs RESTART IDENTITY CASCADE")
        cursor.execute("CHECKPOINT")


def _connect(urls: Sequence[str]) -> list[int]:
    from varco.hub.models import Organisation
    from varco.hub.store import integrations

    organisation = Organisation.objects.create(name="Bench")
    keys = {"consumer_key": Secret("ck_bench"), "consumer_secret": Secret("cs_bench")}
    ids = []
    for url in urls:
        new = integrations.NewIntegration(platform="woocommerce", name=url, base_url=url, credentials=keys)
        made = integrations.create(organisation, new)
        choices = replace(integrations.choices_of(made), import_statuses=STATUSES, import_since=None)
        integrations.start(made, choices)
        ids.append(made.pk)
    return ids
