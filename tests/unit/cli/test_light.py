"""The light installation: what `pip install varco` brings, and no more."""

from __future__ import annotations

import importlib.metadata
import subprocess
import sys
from pathlib import Path

import pytest
from packaging.requirements import Requirement

import varco
from varco.cli.exits import Exit

MAIN = "import sys; from varco.cli.main import run; code = run(sys.argv[1:]); {after}; sys.exit(code)"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with Varco and the packages that it requires without extras, theirs included."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "varco").symlink_to(Path(varco.__file__).parent)
    for name in _closure("varco"):
        for file in importlib.metadata.distribution(name).files or ():
            top = file.parts[0]
            if top not in ("..", "__pycache__") and not (folder / top).exists():
                (folder / top).symlink_to(
                    Path(str(file.locate())).parents[len(file.parts) - 2] if file.parts[1:] else file.locate()
                )
    return folder


def _closure(root: str) -> set[str]:
    found: set[str] = set()
    waiting = [root]
    while waiting:
        for text in importlib.metadata.requires(waiting.pop()) or ():
            requirement = Requirement(text)
            wanted = requirement.marker is None or requirement.marker.evaluate({"extra": ""})
            if wanted and requirement.name not in found:
                found.add(requirement.name)
                waiting.append(requirement.name)
    return found


def light(site: Path, *arguments: str, after: str = "pass") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [
            sys.executable,
            "-S",
            "-E",
            "-c",
            f"import sys; sys.path.insert(0, {str(site)!r}); " + MAIN.format(after=after),
            *arguments,
        ],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_check_needs_no_hub(site: Path) -> None:
    loaded = "print([m for m in ('django', 'psycopg', 'procrastinate', 'cryptography') if m in sys.modules])"
    answer = light(site, "check", "http://127.0.0.1:9", after=loaded)
    assert answer.returncode == Exit.PROBLEM, answer.stderr
    assert "(address-not-allowed)" in answer.stdout
    assert answer.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    "command",
    [
        "serve",
        "web",
        "worker",
        "migrate",
        "demo",
        "self-check",
        "orders",
        "config",
        "secrets new",
        "db backup",
        "integration list",
        "user create anna@shop.example --organisation Bottega",
        "ship 1001 --number X1 --carrier X",
    ],
)
def test_the_hubs_commands_say_what_to_install(site: Path, command: str) -> None:
    answer = light(site, *command.split())
    assert answer.returncode == Exit.WRONG_USE
    assert answer.stderr == 'varco: This command needs the hub: install "varco[hub]".\n'


def test_help_works_in_the_light_installation(site: Path) -> None:
    assert light(site, "--help").returncode == Exit.GOOD
