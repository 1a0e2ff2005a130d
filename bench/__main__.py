"""python -m bench [--rounds 5] [--only imports|polls]: measure, and print the tables. What misses its bar is named."""

from __future__ import annotations

import argparse
import os
import platform
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Final

from bench import certificates, hub, peers
from bench.bars import Bar, Round, Verdict, bars_table, costs_table, judge
from bench.processes import ROOT
from bench.programs import AGAIN, BARE, DLT, LIMIT, MANY, NAIVE, OURS, POLLS, Imports, Polls, pretend_shop
from bench.shop import addresses

CACHE: Final = ROOT / ".cache" / "bench"
ORDERS: Final = 10_000
MANY_ORDERS: Final = 100_000
ADDRESSES: Final = 100
PORTS: Final = 20
"""A shop for each address and port, so that two polls never share a connection."""

IMPORT_BARS: Final = (
    Bar(
        what="first import against the `woocommerce` client and SQLite: CPU",
        needs=(OURS, NAIVE),
        figure=lambda costs: costs[OURS].cpu_s / costs[NAIVE].cpu_s,
        must=1.5,
        goal=0.9,
    ),
    Bar(
        what="first import against dlt with our fields: CPU + PostgreSQL",
        needs=(OURS, DLT),
        figure=lambda costs: costs[OURS].whole_s / costs[DLT].whole_s,
        must=0.5,
        goal=0.3,
    ),
    Bar(
        what="first import against decode + COPY: CPU",
        needs=(OURS, LIMIT),
        figure=lambda costs: costs[OURS].cpu_s / costs[LIMIT].cpu_s,
        must=4,
        goal=2.5,
    ),
    Bar(
        what="unchanged re-import: rows of orders and products written",
        needs=(AGAIN,),
        figure=lambda costs: float(costs[AGAIN].said["rows"]),
        must=0,
        goal=0,
    ),
    Bar(
        what="unchanged re-import against the first import: CPU + PostgreSQL",
        needs=(OURS, AGAIN),
        figure=lambda costs: costs[AGAIN].whole_s / costs[OURS].whole_s,
        must=0.7,
        goal=0.5,
    ),
    Bar(
        what="unchanged re-import against the first import: CPU of the hub alone",
        needs=(OURS, AGAIN),
        figure=lambda costs: costs[AGAIN].cpu_s / costs[OURS].cpu_s,
        must=0.7,
        goal=0.5,
    ),
    Bar(
        what=f"peak memory at {MANY_ORDERS:,} orders",
        needs=(MANY,),
        figure=lambda costs: float(costs[MANY].said["peak_mib"]),
        must=150,
        goal=100,
        unit=" MiB",
    ),
    Bar(
        what=f"peak memory at {MANY_ORDERS:,} orders against {ORDERS:,}",
        needs=(OURS, MANY),
        figure=lambda costs: costs[MANY].said["peak_mib"] / costs[OURS].said["peak_mib"],
        must=1.1,
        goal=1.05,
    ),
)
POLL_BARS: Final = (
    Bar(
        what="a whole empty poll against a bare TLS poll: CPU + PostgreSQL",
        needs=(POLLS, BARE),
        figure=lambda costs: costs[POLLS].whole_s / costs[BARE].cpu_s,
        must=5,
        goal=2.5,
    ),
)


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument("--rounds", type=int, default=5, help="medians of so many, after one to warm up")
    parser.add_argument("--only", choices=("imports", "polls"))
    given = parser.parse_args()
    _let_open_many_files()
    print(f"{_machine()}, medians of {given.rounds} rounds\n", flush=True)
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="varco-bench-")))
        authority, certificate = certificates.make(scratch, addresses(ADDRESSES))
        installed = stack.enter_context(hub.installed(authority))
        verdicts: list[Verdict] = []
        if given.only != "polls":
            verdicts += _imports(installed, scratch, given.rounds)
        if given.only != "imports":
            verdicts += _polls(installed, scratch, authority, certificate, given.rounds)
    print(bars_table(verdicts))


def _imports(installed: hub.Hub, scratch: Path, rounds: int) -> list[Verdict]:
    with (
        pretend_shop("--folder", CACHE, "--orders", str(ORDERS)) as shop,
        pretend_shop("--folder", CACHE, "--orders", str(MANY_ORDERS), "--narrow-only") as large_shop,
    ):
        imports = Imports(
            hub=installed,
            shop=shop,
            large_shop=large_shop,
            peers=peers.python(),
            scratch=scratch,
            orders_folder=CACHE,
            orders=ORDERS,
            many_orders=MANY_ORDERS,
        )
        measured = _rounds(imports.one_round, rounds, "imports")
    print(costs_table(measured, "orders"), end="\n\n", flush=True)
    return judge(IMPORT_BARS, measured)


def _polls(installed: hub.Hub, scratch: Path, authority: Path, certificate: Path, rounds: int) -> list[Verdict]:
    tls = ("--certificate", certificate, "--addresses", str(ADDRESSES), "--ports", str(PORTS))
    with pretend_shop("--folder", CACHE, "--orders", str(ORDERS), *tls) as shop:
        polls = Polls(installed, shop, authority, scratch)
        polls.prepare()
        measured = _rounds(polls.one_round, rounds, "polls")
    print(costs_table(measured, "polls"), end="\n\n", flush=True)
    return judge(POLL_BARS, measured)


def _rounds(one_round: Callable[[], Round], count: int, name: str) -> Sequence[Round]:
    """The programs in turn, round after round; the first one only warms up."""
    measured = []
    for number in range(count + 1):
        began = time.perf_counter()
        measured.append(one_round())
        print(f"{name}, round {number} of {count}: {time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)
    return measured[1:]


def _let_open_many_files() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def _machine() -> str:
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"


if __name__ == "__main__":
    main()
