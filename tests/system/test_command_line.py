"""The commands of the hub on a hub that runs, with a pretend shop: connect, look, refresh, ship, rotate, back up."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.system.processes import Running, data_folder, started, until
from tests.unit.cli.running import COMMAND, environment, varco
from varco.cli.exits import Exit
from varco.sandbox import Kind, ShopSpec, Wall, sandbox_process
from varco.sandbox import Running as Shops

ORDERS = 25


@dataclass(frozen=True)
class World:
    hub: Running
    shops: Shops
    settings: Mapping[str, str]

    def run(self, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        return varco(*arguments, settings=self.settings, typed=typed)

    def json(self, *arguments: str, typed: str = "") -> Any:
        answer = self.run(*arguments, "--json", typed=typed)
        assert answer.returncode == Exit.GOOD, answer.stderr
        return json.loads(answer.stdout)

    def add(self, place: int, name: str, *more: str) -> subprocess.CompletedProcess[str]:
        shop = self.shops.shops[place]
        keys = json.dumps({"consumer_key": shop.consumer_key, "consumer_secret": shop.consumer_secret})
        return self.run(
            "integration", "add", shop.url, "--name", name, "--credentials", "-", "--all", *more, typed=keys
        )


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """A hub with one shop connected whose orders are all here. Until they are counted the hub goes on reading."""
    specs = [ShopSpec(name="Bottega", orders=ORDERS, seed=5), ShopSpec(name="Murata", orders=3, seed=6)]
    with data_folder() as folder, sandbox_process(specs, folder / "shops") as shops:
        settings = {
            "VARCO_DATA_DIR": str(folder),
            "VARCO_ALLOWED_NETWORKS": "127.0.0.0/8",
            "VARCO_EXTRA_CA": str(shops.ca_file),
        }
        with started("serve", folder, settings=settings) as hub:
            made = World(hub, shops, settings)
            made.json("user", "create", "anna@shop.example", "--organisation", "Bottega Rossi")
            assert made.add(0, "Bottega").returncode == Exit.GOOD
            until(lambda: made.json("integration", "list")[0]["checked_at"], "the orders are imported and counted")
            yield made


def test_orders_are_listed_as_the_shop_has_them(world: World) -> None:
    wanted = {"processing", "on-hold", "pending"}
    in_shop = [order for order in world.shops.control.shop(0).orders() if order.status in wanted]
    listed = world.json("orders", "--shown", "all", "--limit", "200")["orders"]
    assert len(listed) >= len(in_shop) > 0
    table = world.run("orders").stdout.splitlines()
    assert table[0].split()[:3] == ["number", "shop", "status"]


def test_refresh_tells_what_came(world: World) -> None:
    new = world.shops.control.shop(0).add_orders(2, days=0, status="processing", oddities=[])
    told = world.json("integration", "refresh", "bottega")
    assert told["new"] == 2
    numbers = {order["number"] for order in world.json("orders")["orders"]}
    assert {str(number) for number in new} <= numbers
    assert world.run("integration", "refresh", "Bottega").stdout == "0 new, 0 changed.\n"


def test_a_terminal_sees_a_bar_while_it_waits(world: World) -> None:
    """Nothing of it in a pipe: the other tests read exactly what was said."""
    world.shops.control.shop(0).set_walls([Wall(kind=Kind.SLOW, seconds=2, times=1)])
    ours, theirs = pty.openpty()
    settings = environment({**world.settings, "TERM": "xterm", "COLUMNS": "100"})
    command = [COMMAND, "integration", "refresh", "Bottega"]
    with subprocess.Popen(command, env=settings, stdout=subprocess.PIPE, stderr=theirs) as waiting:
        said, _ = waiting.communicate(timeout=30)
    os.close(theirs)
    shown = os.read(ours, 65536).decode()
    os.close(ours)
    assert waiting.returncode == Exit.GOOD
    assert said.endswith(b"changed.\n")
    assert "Refreshing Bottega" in shown


def test_ship_brings_the_tracking_number_into_the_shop(world: World) -> None:
    (number,) = world.shops.control.shop(0).add_orders(1, days=0, status="processing", oddities=[])
    world.json("integration", "refresh", "Bottega")
    shipped = world.run("ship", str(number), "--carrier", "Corriere", "--number", "AB123456789IT", "--weight", "900")
    assert (shipped.returncode, shipped.stdout) == (Exit.GOOD, "Shipped with Corriere: AB123456789IT\n"), shipped.stderr

    def told() -> bool:
        held = world.shops.control.shop(0).order(number)
        return held is not None and held.status == "completed"

    until(told, "the shop is told")
    seen = world.shops.control.shop(0).tracking(["AB123456789IT"])["AB123456789IT"]
    assert (seen.notes, seen.meta) == (1, 1)
    again = world.run("ship", str(number), "--carrier", "Corriere", "--number", "AB123456789IT")
    assert again.returncode == Exit.PROBLEM
    assert "Traceback" not in again.stderr


def test_log_shows_requests_without_secrets(world: World) -> None:
    answer = world.run("integration", "log", "Bottega", "--limit", "50", "--json")
    rows = json.loads(answer.stdout)
    assert {"connect", "refresh"} <= {row["purpose"] for row in rows}
    assert world.shops.shops[0].consumer_secret not in answer.stdout
    assert world.shops.shops[0].consumer_key not in answer.stdout


def test_a_shop_that_refuses_is_not_added_and_says_why(world: World) -> None:
    refusing = [Wall(kind=Kind.REFUSED, user_agent="varco")]
    world.shops.control.shop(1).set_walls(refusing)
    answer = world.add(1, "Murata", "--platform", "woocommerce")
    assert answer.returncode == Exit.PROBLEM
    assert "(refused-by-server)" in answer.stderr
    assert [row["name"] for row in world.json("integration", "list")] == ["Bottega"]


def test_a_shop_whose_orders_our_keys_may_not_read_is_not_added_and_says_why(world: World) -> None:
    world.shops.control.shop(1).set_walls([Wall(kind=Kind.NO_AUTHORIZATION)])
    answer = world.add(1, "Murata", "--platform", "woocommerce")
    assert answer.returncode == Exit.PROBLEM
    assert "(keys-not-accepted)" in answer.stderr
    assert [row["name"] for row in world.json("integration", "list")] == ["Bottega"]


def test_pause_and_resume(world: World) -> None:
    assert world.json("integration", "pause", "Bottega")["state"] == "paused"
    assert world.json("integration", "resume", "Bottega")["state"] == "ok"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["integration", "refresh", "Nobody"], "There are: Bottega"),
        (["orders", "--organisation", "Nobody"], "There are: Bottega Rossi"),
        (["ship", "0", "--carrier", "X", "--number", "Y1"], "no order 0"),
        (["integration", "add", "ftp://shop.example"], "begins with https://"),
        (["user", "create", "anna@shop.example", "--organisation", "X"], "has an account already"),
        (["db", "restore", "/nonexistent.dump", "--yes"], "The hub is running"),
    ],
)
def test_wrong_use_says_what_there_is(world: World, arguments: list[str], words: str) -> None:
    answer = world.run(*arguments)
    assert answer.returncode == Exit.WRONG_USE
    assert words in answer.stderr
    assert answer.stderr.count("\n") == 1


def test_keys_are_changed_while_the_hub_works(world: World) -> None:
    rotated = world.json("secrets", "rotate")
    assert rotated == {"sealed_anew": 1, "new_key_made": True}
    assert world.json("integration", "refresh", "Bottega")["changed"] == 0


def test_self_check_finds_nothing_wrong(world: World) -> None:
    world.json("db", "backup")
    results = {result["name"]: result for result in world.json("self-check")}
    assert [name for name, result in results.items() if result["state"] not in ("good", "off")] == []
    assert {name for name, result in results.items() if result["state"] == "good"} >= {
        "schema", "keys", "worker", "clock-database", "clock-shop", "disk", "backups",
    }  # fmt: skip


def test_a_second_organisation_must_be_named(world: World) -> None:
    assert world.run("user", "create", "bo@shop.example", "--organisation", "Zweite").returncode == Exit.GOOD
    answer = world.run("integration", "list")
    assert answer.returncode == Exit.WRONG_USE
    assert "--organisation" in answer.stderr
    assert world.json("integration", "list", "--organisation", "zweite") == []
    assert len(world.json("integration", "list", "--organisation", "Bottega Rossi")) == 1


def test_without_a_worker_it_says_so_and_a_backup_comes_back(world: World) -> None:
    """The last one of this hub: it is ended in the middle of a call to a shop that does not answer."""
    organisation = ("--organisation", "Bottega Rossi")
    before = world.json("orders", "--shown", "all", "--limit", "200", *organisation)
    made = world.json("db", "backup")["file"]
    world.shops.control.shop(0).set_walls([Wall(kind=Kind.SLOW, seconds=60)])
    asked = world.shops.control.shop(0).request_count()
    command = [COMMAND, "integration", "refresh", "Bottega", *organisation]
    with subprocess.Popen(command, env=environment(world.settings), stderr=subprocess.DEVNULL) as waiting:
        until(lambda: world.shops.control.shop(0).request_count() > asked, "the shop is being asked")
        code, took_s = world.hub.end()
        waiting.send_signal(signal.SIGINT)
        assert waiting.wait(20) == Exit.INTERRUPTED
    assert (code, took_s < 5) == (Exit.GOOD, True)
    began = time.monotonic()
    answer = world.run("integration", "refresh", "Bottega", *organisation)
    assert answer.returncode == Exit.COULD_NOT_TELL
    assert "No worker is running" in answer.stderr
    assert time.monotonic() - began < 20
    restored = world.run("db", "restore", made, "--yes")
    assert restored.returncode == Exit.GOOD, restored.stderr
    assert re.search(r"kept as the database \w+", restored.stdout)
    assert world.json("orders", "--shown", "all", "--limit", "200", *organisation) == before


def test_the_log_of_the_hub_has_one_line_per_event_and_no_secret(world: World) -> None:
    said = world.hub.said
    events = [line for line in said.splitlines() if re.match(r"\d{4}-\d\d-\d\dT", line)]
    assert events
    assert not [line for line in said.splitlines() if line.startswith((" ", "Traceback"))]
    keys = (Path(world.settings["VARCO_DATA_DIR"]) / "secret-keys").read_text().split()
    secrets = [*keys, *(shop.consumer_secret for shop in world.shops.shops)]
    assert not [secret for secret in secrets if secret in said]
