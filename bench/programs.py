"""The measured programs, each with what must be so before it starts and what must be true of it after."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import psycopg

from bench import hub
from bench.bars import Round
from bench.hub import Hub
from bench.processes import PYTHON, ROOT, Cost, RunFailed, run
from bench.workload import workload
from varco.shops.woocommerce.payload import ORDER_FIELDS

OURS: Final = "the hub: first import"
AGAIN: Final = "the hub: again, unchanged"
MANY: Final = "the hub: first import, large"
NAIVE: Final = "`woocommerce` client, SQLite"
DLT: Final = "dlt, our fields"
LIMIT: Final = "decode + COPY"
NARROW_LIMIT: Final = "decode + COPY, asking for our fields"
POLLS: Final = "the hub: empty polls"
BARE: Final = "bare TLS polls"


@dataclass(frozen=True)
class Listening:
    """Where a pretend shop listens: one plain address, and many by TLS that stand for shops of their own."""

    plain: str
    many: Sequence[str]


@contextmanager
def pretend_shop(*arguments: str | Path) -> Iterator[Listening]:
    command = [PYTHON, "-m", "bench.shop", *map(str, arguments)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT) as process:
        try:
            if process.stdout is None or not (line := process.stdout.readline()):
                raise RunFailed("the pretend shop did not start")
            yield Listening(**json.loads(line))
        finally:
            process.kill()


@dataclass(frozen=True)
class Imports:
    """All programs that import orders."""

    hub: Hub
    shop: Listening
    large_shop: Listening
    peers: Path | None
    """An interpreter that has the programs to compare with; None where they cannot be had."""
    scratch: Path
    orders_folder: Path
    orders: int
    many_orders: int

    def one_round(self) -> Round:
        costs = {
            LIMIT: self._limit(""),
            NARROW_LIMIT: self._limit(ORDER_FIELDS),
            **self._ours(),
            MANY: self._large(),
        }
        return costs if self.peers is None else {NAIVE: self._naive(self.peers), DLT: self._dlt(self.peers), **costs}

    def _naive(self, python: Path) -> Cost:
        database = self.scratch / "naive.sqlite"
        database.unlink(missing_ok=True)
        return self._run([python, "-m", "bench.runs.naive", self.shop.plain, database])

    def _dlt(self, python: Path) -> Cost:
        folder = self.scratch / "dlt"
        shutil.rmtree(folder, ignore_errors=True)
        self._peers_sql("DROP SCHEMA IF EXISTS shop CASCADE", "DROP SCHEMA IF EXISTS shop_staging CASCADE")
        return self._run([python, "-m", "bench.runs.dlt_orders", self.shop.plain, self.hub.peers_url, folder])

    def _limit(self, fields: str) -> Cost:
        source = workload(self.orders_folder, self.orders, fields)
        self._peers_sql("DROP SCHEMA IF EXISTS bare CASCADE")
        return self._run([PYTHON, "-m", "bench.runs.copy_limit", source.text, source.index, self.hub.peers_database])

    def _ours(self) -> Mapping[str, Cost]:
        integration_id = hub.connect_shop(self.shop.plain)
        first = self._import(integration_id, self.orders)
        hub.read_window_again(integration_id)
        before = hub.rows_written()
        again = self._import(integration_id, self.orders)
        rows = hub.rows_written() - before
        return {OURS: first, AGAIN: replace(again, said={**again.said, "rows": rows})}

    def _large(self) -> Cost:
        return self._import(hub.connect_shop(self.large_shop.plain), self.many_orders)

    def _import(self, integration_id: int, expected: int) -> Cost:
        command = [PYTHON, "-m", "bench.runs.import_orders", str(integration_id)]
        return _complete(run(command, postmaster=self.hub.postmaster, environment=self.hub.environment), expected)

    def _run(self, command: Sequence[str | Path]) -> Cost:
        return _complete(run(command, postmaster=self.hub.postmaster), self.orders)

    def _peers_sql(self, *statements: str) -> None:
        with psycopg.connect(self.hub.peers_database, autocommit=True) as connection:
            for statement in (*statements, "CHECKPOINT"):
                connection.execute(statement.encode())


def _complete(cost: Cost, orders: int) -> Cost:
    """A program that lost an order is not a quick one."""
    if cost.said["orders"] != orders:
        raise RunFailed(f"{cost.said['orders']} orders came in, not {orders}")
    return cost


@dataclass(frozen=True)
class Polls:
    """Asking many shops that have nothing new."""

    hub: Hub
    shop: Listening
    authority: Path
    scratch: Path

    def prepare(self) -> None:
        """The shops, asked once: from then on each remembers what the shop said last."""
        hub.connect_quiet_shops(self.shop.many)
        self._ours()

    def one_round(self) -> Round:
        hub.make_due()
        return {BARE: self._bare(), POLLS: self._ours()}

    def _bare(self) -> Cost:
        urls = self.scratch / "urls.json"
        urls.write_text(json.dumps(self.shop.many), encoding="ascii")
        command = [PYTHON, "-m", "bench.runs.bare_polls", str(urls), str(self.authority)]
        return run(command, postmaster=self.hub.postmaster)

    def _ours(self) -> Cost:
        cost = run([PYTHON, "-m", "bench.runs.polls"], postmaster=self.hub.postmaster, environment=self.hub.environment)
        if cost.said["polls"] != len(self.shop.many) or cost.said["wrong"]:
            raise RunFailed(f"not every poll went well: {cost.said}")
        return cost
