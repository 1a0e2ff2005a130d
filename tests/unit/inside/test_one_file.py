"""`varco-server.pyz`: the same commands in one file, for a server with an old Python and nothing else."""

from __future__ import annotations

import ast
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.unit.inside.logs import combined
from tools.pyz import build
from varco.app.inside import known
from varco.inside.audit.read import audit
from varco.inside.caller import caller_from
from varco.inside.known import known_from

INSIDE: Final = Path(__file__).parents[3] / "src" / "varco" / "inside"
SOURCES: Final = sorted(INSIDE.rglob("*.py"))
OLDEST: Final = (3, 8)
BROKEN: Final = sorted((Path(__file__).parent / "broken").iterdir())


def pythons() -> Iterator[str]:
    """Ours, and every other one from the oldest on that is here and works."""
    yield sys.executable
    for minor in range(OLDEST[1], 20):
        found = shutil.which(f"python3.{minor}")
        if found and subprocess.run([found, "-c", ""], capture_output=True, check=False).returncode == 0:
            yield found


@pytest.fixture(scope="module")
def one_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("dist") / "varco-server.pyz"
    build(target)
    return target


def run(python: str, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
    """With nothing but that Python and its own library."""
    return subprocess.run(
        [python, "-I", "-S", *arguments],
        input=typed,
        capture_output=True,
        text=True,
        check=False,
        env={"LANG": "C.UTF-8"},
    )


@pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.relative_to(INSIDE).as_posix())
def test_the_room_needs_an_old_python_and_its_library_only(source: Path) -> None:
    tree = ast.parse(source.read_text(encoding="utf-8"), feature_version=OLDEST)
    modules = {name.name for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names}
    modules |= {node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    foreign = {name for name in modules if name.partition(".")[0] not in sys.stdlib_module_names}
    assert {name for name in foreign if not name.startswith("varco.inside")} <= {"varco"}
    assert not any(isinstance(node, ast.ImportFrom) and node.level for node in ast.walk(tree))


def test_the_same_sources_make_the_same_file(one_file: Path, tmp_path: Path) -> None:
    build(tmp_path / "again.pyz")
    assert (tmp_path / "again.pyz").read_bytes() == one_file.read_bytes()


def test_it_carries_what_the_rest_knows() -> None:
    carried = known_from(known().to_json())
    assert carried.to_json() == known().to_json()
    assert carried.identities["sendcloud"].product == "sendcloud"


@pytest.mark.parametrize("python", list(pythons()))
def test_it_reads_logs_on_an_empty_python(python: str, one_file: Path, tmp_path: Path) -> None:
    log = tmp_path / "access.log"
    log.write_text(combined("GET") + combined("PUT", 403))
    done = run(python, str(one_file), "logs", str(log))
    assert (done.returncode, done.stderr) == (1, "")
    assert "methods-read-only" in done.stdout
    done = run(python, str(one_file), "logs", "-", "--json", typed=combined("GET"))
    assert (done.returncode, json.loads(done.stdout)["calls"]) == (0, 1)
    done = run(python, str(one_file), "logs", str(log), "--language", "it", "--identity", "varco")
    assert (done.returncode, done.stderr) == (3, "")
    assert "Nessuna richiesta" in done.stdout


@pytest.mark.parametrize("python", list(pythons()))
def test_it_reads_configuration_on_an_empty_python(python: str, one_file: Path, tmp_path: Path) -> None:
    paths = [str(path) for path in BROKEN if "modsecurity" not in path.name]
    done = run(python, str(one_file), "audit", *paths, "--json")
    assert (done.returncode, done.stderr) == (1, "")
    ours = audit(paths, caller_from(known(), "sendcloud")).problems
    told = [(one["file"], one["line"], one["finding"]) for one in json.loads(done.stdout)["problems"]]
    assert told == [(one.file, one.line, one.finding) for one in ours]


def test_wrong_use_is_one_line_and_exit_code_2(one_file: Path, tmp_path: Path) -> None:
    done = run(sys.executable, str(one_file), "logs", str(tmp_path / "none.log"))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"varco-server: There is no file {tmp_path}/none.log.\n"
    assert run(sys.executable, str(one_file)).returncode == 2
