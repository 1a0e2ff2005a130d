"""Real servers for the session, each started once, when the first test asks for it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.walls import servers
from tests.walls.doctor import Scores
from tests.walls.process import free_ports, let_in, silent
from tests.walls.rules import RULES, Rule
from tests.walls.servers import Backends, Site
from varco.sandbox import ShopSpec
from varco.sandbox.process import Running, sandbox_process

ORDERS = 25
Need = Callable[..., None]
Walls = Callable[[str, str], str]


@pytest.fixture(scope="session")
def need() -> Need:
    """The one way in which a test of this folder may be left out; with VARCO_WALLS_REQUIRED=1 it fails instead."""

    def check(*paths: str, network: bool = False) -> None:
        missing = [path for path in paths if not Path(path).exists()]
        hints = ["run tests/walls/packages"] if missing else []
        if network and not _may_make_networks():
            missing.append("the right to make a network namespace")
            hints.append("run it as root")
        if missing:
            say = pytest.fail if os.environ.get("VARCO_WALLS_REQUIRED") == "1" else pytest.skip
            say(f"not here: {', '.join(missing)} ({', '.join(hints)})")

    return check


def _may_make_networks() -> bool:
    """Root may, but not in every container."""
    return subprocess.run(["unshare", "--net", "--mount", "true"], capture_output=True, check=False).returncode == 0


@pytest.fixture(scope="session")
def shops() -> Iterator[Running]:
    """One that speaks plain http, for standing behind servers, and one with TLS."""
    with sandbox_process([ShopSpec(tls=False), ShopSpec(orders=ORDERS, seed=3)]) as running:
        yield running


@pytest.fixture(scope="session")
def scores() -> Iterator[Scores]:
    """What every examination of the session found: judged when all are made."""
    made = Scores()
    yield made
    made.write()
    made.judge()


@pytest.fixture(scope="session")
def walls(shops: Running, need: Need, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walls]:
    """The address of a server's rule."""
    with ExitStack() as stack:
        dead, backends = free_ports(1)[0], urlsplit(shops.shops[0].url).port
        assert backends is not None
        behind = Backends(shop=backends, dead=dead, silent=stack.enter_context(silent()))
        known: dict[str, dict[str, str]] = {}

        def address(server: str, name: str) -> str:
            need(*servers.NEEDS[server])
            if server not in known:
                folder = tmp_path_factory.mktemp(server)
                sites = _sites([rule for rule in RULES if rule.server == server], folder, behind)
                stack.enter_context(servers.START[server](folder, sites, behind))
                known[server] = servers.urls(sites)
            return known[server][name]

        yield address


def _sites(rules: list[Rule], folder: Path, behind: Backends) -> list[Site]:
    let_in(folder)
    (folder / "passwords").write_text("editor:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=\n")
    (folder / "index.html").write_text("<!doctype html><title>Bottega</title><h1>Benvenuti</h1>")
    sites = []
    for rule, port in zip(rules, free_ports(len(rules)), strict=True):
        text = rule.text
        for name, value in (("dead", behind.dead), ("silent", behind.silent), ("folder", folder)):
            text = text.replace(f"{{{name}}}", str(value))
        sites.append(Site(rule, port, text))
    return sites
