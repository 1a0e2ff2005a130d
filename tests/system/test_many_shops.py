"""Many shops at once, by the command line: connected from a file, refreshed, the failing ones listed, orders as CSV."""

from __future__ import annotations

import csv
import io
import json
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.system.processes import data_folder, started, until
from tests.unit.cli.running import varco
from varco.cli.exits import Exit
from varco.sandbox import Kind, Running, ShopSpec, Wall, sandbox_process

NAMES = ("Uno", "Due", "Tre")


@dataclass(frozen=True)
class World:
    shops: Running
    settings: Mapping[str, str]
    file: Path

    def run(self, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        return varco(*arguments, settings=self.settings, typed=typed)

    def json(self, *arguments: str, code: Exit = Exit.GOOD) -> Any:
        answer = self.run(*arguments, "--json")
        assert answer.returncode == code, answer.stderr
        return json.loads(answer.stdout)

    def write(self, **names: str) -> None:
        """The file of all three shops; `names` calls one of them otherwise."""
        with self.file.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(["url", "name", "consumer_key", "consumer_secret", "days"])
            for name, shop in zip(NAMES, self.shops.shops, strict=True):
                writer.writerow([shop.url, names.get(name, name), shop.consumer_key, shop.consumer_secret, 0])

    def imported(self, *more: str, code: Exit = Exit.GOOD) -> dict[str, str]:
        told = self.json("integration", "import", str(self.file), *more, code=code)
        return {shop["shop"]: shop["outcome"] for shop in told["shops"]}


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    specs = [ShopSpec(name=name, orders=6, seed=seed) for seed, name in enumerate(NAMES)]
    with data_folder() as folder, sandbox_process(specs, folder / "shops") as shops:
        settings = {
            "VARCO_DATA_DIR": str(folder),
            "VARCO_ALLOWED_NETWORKS": "127.0.0.0/8",
            "VARCO_EXTRA_CA": str(shops.ca_file),
        }
        with started("serve", folder, settings=settings):
            made = World(shops, settings, folder / "shops.csv")
            made.json("user", "create", "anna@shop.example", "--organisation", "Bottega Rossi")
            made.write()
            yield made


def test_shops_come_from_a_file_and_coming_again_changes_nothing(world: World) -> None:
    assert world.imported("--dry-run") == {"Uno": "new", "Due": "new", "Tre": "new"}
    assert world.json("integration", "list") == []
    assert all(world.shops.control.shop(place).request_count() == 0 for place in range(3))

    world.shops.control.shop(2).set_walls([Wall(kind=Kind.REFUSED, user_agent="varco")])
    told = world.run("integration", "import", str(world.file))
    assert told.returncode == Exit.PROBLEM
    assert "refused-by-server" in told.stdout
    assert [row["name"] for row in world.json("integration", "list")] == ["Due", "Uno"]

    world.shops.control.shop(2).set_walls([])
    assert world.imported() == {"Uno": "same", "Due": "same", "Tre": "new"}
    asked = [world.shops.control.shop(place).request_count() for place in range(2)]
    world.write(Uno="Uno nuovo")
    assert world.imported("--dry-run") == {"Uno nuovo": "changed", "Due": "same", "Tre": "same"}
    assert world.imported() == {"Uno nuovo": "changed", "Due": "same", "Tre": "same"}
    assert [row["name"] for row in world.json("integration", "list")] == ["Due", "Tre", "Uno nuovo"]
    assert len(asked) == 2


def test_all_are_refreshed_and_those_that_fail_are_listed(world: World) -> None:
    until(lambda: all(row["checked_at"] for row in world.json("integration", "list")), "all are imported and counted")
    assert world.json("integration", "list", "--failing") == []
    world.shops.control.shop(1).add_orders(2, days=0, status="processing", oddities=[])
    world.shops.control.shop(2).set_walls([Wall(kind=Kind.MAINTENANCE)])

    told = world.json("integration", "refresh", "--all", code=Exit.PROBLEM)

    assert {one["name"]: (one["state"], one.get("new")) for one in told} == {
        "Due": ("done", 2),
        "Tre": ("failed", None),
        "Uno nuovo": ("done", 0),
    }
    failing = world.json("integration", "list", "--failing", code=Exit.PROBLEM)
    assert [(row["name"], row["problem"]) for row in failing] == [("Tre", "maintenance")]
    world.shops.control.shop(2).set_walls([])
    assert world.run("integration", "refresh", "--all").returncode == Exit.GOOD
    assert world.run("integration", "refresh").returncode == Exit.WRONG_USE


def test_a_shop_is_shown_with_its_proof(world: World) -> None:
    until(lambda: world.json("integration", "show", "Due")["checked_at"] is not None, "the counts are compared")
    shown = world.json("integration", "show", "Due")
    assert shown["proof_state"] == "equal"
    assert shown["in_shop"] == shown["here"] == sum(one["theirs"] for one in shown["proof"]["counts"]) > 0
    assert "The shop's counts and ours" in world.run("integration", "show", "Due").stdout


def test_open_orders_are_written_as_csv_in_both_forms(world: World) -> None:
    open_numbers = {order["number"] for order in world.json("orders", "--limit", "200")["orders"]}
    plain = list(csv.DictReader(io.StringIO(world.run("orders", "--csv").stdout)))
    assert {row["order"] for row in plain} == open_numbers != set()
    one_shop = world.run("orders", "--integration", "Due", "--csv", "sendcloud").stdout
    rows = list(csv.DictReader(io.StringIO(one_shop)))
    assert {row["Order reference"] for row in rows} < open_numbers
    assert world.run("orders", "--csv", "--status", "pending").returncode == Exit.WRONG_USE
