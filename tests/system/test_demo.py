"""`varco demo`: ready to look at, the same at the next start, and nothing left behind."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.system.processes import data_folder, free_port, processes_in, until
from tests.unit.cli.running import COMMAND, environment, varco
from varco.cli.exits import Exit
from varco.hub import demo


@pytest.fixture
def folder() -> Iterator[Path]:
    with data_folder() as made:
        yield made


@dataclass(frozen=True)
class Demo:
    process: subprocess.Popen[str]
    told: dict[str, Any]

    def end(self) -> int:
        self.process.terminate()
        return self.process.wait(20)


@contextmanager
def shown(folder: Path, *more: str) -> Iterator[Demo]:
    command = [COMMAND, "demo", "--json", "--port", str(free_port()), *more]
    settings = environment({"VARCO_DATA_DIR": str(folder), "VARCO_LOG_LEVEL": "ERROR"})
    with subprocess.Popen(command, env=settings, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        lines: list[str] = []
        for line in process.stdout:
            lines.append(line)
            if line == "}\n":
                break
        try:
            yield Demo(process, json.loads("".join(lines)))
        finally:
            if process.poll() is None:
                process.kill()


def _connections(folder: Path) -> dict[str, dict[str, Any]]:
    answer = varco("integration", "list", "--json", settings={"VARCO_DATA_DIR": str(folder)})
    return {row["name"]: row for row in json.loads(answer.stdout)}


def test_one_shop_is_well_and_the_other_says_why_not(folder: Path) -> None:
    with shown(folder) as first:
        assert {shop["name"] for shop in first.told["shops"]} == {demo.OPEN.name, demo.WALLED.name}

        def imported_and_refused() -> bool:
            rows = _connections(folder)
            return bool(rows[demo.OPEN.name]["state"] == "ok" and rows[demo.WALLED.name]["problem"])

        until(imported_and_refused, "the import and the refusal")
        rows = _connections(folder)
        assert rows[demo.WALLED.name]["problem"] == "refused-by-server"
        found = varco("orders", "--shown", "all", "--json", settings={"VARCO_DATA_DIR": str(folder)})
        assert json.loads(found.stdout)["more"], "more than a page of orders"
        taken = varco("demo", settings={"VARCO_DATA_DIR": str(folder)})
        assert taken.returncode == Exit.WRONG_USE
        assert "runs already" in taken.stderr
        assert first.end() == Exit.GOOD
    assert processes_in(folder) == []
    with shown(folder) as second:
        assert second.told["password"] == first.told["password"]
        assert [s["address"] for s in second.told["shops"]] == [s["address"] for s in first.told["shops"]]
        assert len(_connections(folder)) == 2
        assert second.end() == Exit.GOOD
    assert processes_in(folder) == []


def test_fresh_begins_anew_and_a_killed_demo_does_no_harm(folder: Path) -> None:
    with shown(folder) as first:
        first.process.kill()
        first.process.wait()
    with shown(folder, "--fresh") as second:
        assert second.told["password"] != first.told["password"]
        assert second.end() == Exit.GOOD
    until(lambda: processes_in(folder) == [], "the killed demo's shops notice", 10)


def test_a_folder_with_real_data_is_not_touched(folder: Path) -> None:
    (folder / "secret-keys").write_text("precious")
    answer = varco("demo", "--fresh", settings={"VARCO_DATA_DIR": str(folder)})
    assert answer.returncode == Exit.WRONG_USE
    assert "not a demo's" in answer.stderr
    assert [path.name for path in folder.iterdir()] == ["secret-keys"]
