"""The command as a whole: quick, quiet, and with exit codes that scripts can rely on."""

from __future__ import annotations

import re
import resource
import signal
import socket
import subprocess
import sys

import click
import pytest

from tests.unit.cli.running import COMMAND, environment, varco
from varco.cli.exits import CouldNotTell, Exit, Problem
from varco.cli.main import COMMANDS, run
from varco.cli.main import varco as root
from varco.model.errors import BadInput

COLOUR = "\x1b["


def test_help_comes_at_once() -> None:
    """Processor time, since other work on the machine must not decide."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    answer = varco("--help")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert answer.returncode == Exit.GOOD
    assert (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime) < 0.3


def test_help_names_every_command_and_the_exit_codes() -> None:
    answer = varco("--help").stdout
    assert all(re.search(rf"^  {name} ", answer, re.MULTILINE) for name in COMMANDS)
    assert "1 a problem was found" in answer


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_gives_json(name: str) -> None:
    command = root.get_command(click.Context(root), name)
    assert command is not None
    leaves = command.commands.values() if isinstance(command, click.Group) else [command]
    for leaf in leaves:
        assert "as_json" in [parameter.name for parameter in leaf.params], leaf.name
        assert leaf.help, leaf.name


@pytest.mark.parametrize("arguments", [["fly"], ["check"], ["check", "--what"], ["integration", "fly"]])
def test_wrong_use_is_exit_code_2_on_standard_error(arguments: list[str]) -> None:
    answer = varco(*arguments)
    assert answer.returncode == Exit.WRONG_USE
    assert answer.stdout == ""
    assert "Usage:" in answer.stderr


def test_the_version_is_told() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+\n", varco("--version").stdout)


def test_a_setting_that_cannot_be_is_one_line_without_its_secret() -> None:
    answer = varco("config", settings={"VARCO_SECRET_KEYS": "geheim-geheim"})
    assert answer.returncode == Exit.WRONG_USE
    assert answer.stdout == ""
    assert answer.stderr.count("\n") == 1
    assert "VARCO_SECRET_KEYS" in answer.stderr
    assert "geheim" not in answer.stderr


def test_config_shows_secrets_as_stars() -> None:
    answer = varco("config", settings={"VARCO_SMTP_URL": "smtp://anna:geheim@mail.example", "VARCO_BACKUPS": "7"})
    assert answer.returncode == Exit.GOOD
    assert "geheim" not in answer.stdout + answer.stderr
    lines = {line.split()[0]: line.split()[1] for line in answer.stdout.splitlines()}
    assert lines["VARCO_SMTP_URL"] == "***"
    assert lines["VARCO_BACKUPS"] == "7"


def test_a_pipe_gets_neither_colour_nor_broken_lines() -> None:
    answer = varco("config")
    assert COLOUR not in answer.stdout
    assert len(max(answer.stdout.splitlines(), key=len)) > 100


def test_who_reads_only_the_first_line_gets_no_complaint() -> None:
    shell = subprocess.run(
        ["bash", "-c", f"set -o pipefail; '{COMMAND}' config | head -1; echo ${{PIPESTATUS[0]}}"],
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert shell.stderr == ""
    assert shell.stdout.splitlines()[-1] == "0"


@pytest.mark.parametrize(("level", "seen"), [("", False), ("DEBUG", True)])
def test_what_is_logged_reaches_the_terminal_only_where_that_is_wanted(level: str, seen: bool) -> None:
    code = (
        "import logging; from varco.cli.main import run; run(['version']); logging.getLogger('varco.a').error('boom')"
    )
    said = subprocess.run(
        [sys.executable, "-c", code], env=environment({"VARCO_LOG_LEVEL": level}), capture_output=True, check=True
    )
    assert (b"boom" in said.stderr) is seen


def test_ctrl_c_is_quiet() -> None:
    """A shop that never answers, and a person who has waited long enough."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        command = [COMMAND, "check", url, "--allow-network", "127.0.0.0/8"]
        with subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as check:
            silent.settimeout(20)
            call, _ = silent.accept()
            check.send_signal(signal.SIGINT)
            said, _ = check.communicate(timeout=10)
            call.close()
    assert check.returncode == Exit.INTERRUPTED
    assert said.strip() == b""  # click closes the line that the terminal began with ^C


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (BadInput("x"), Exit.WRONG_USE),
        (Problem("x"), Exit.PROBLEM),
        (CouldNotTell("x"), Exit.COULD_NOT_TELL),
        (KeyboardInterrupt(), Exit.INTERRUPTED),
        (RuntimeError("x"), Exit.COULD_NOT_TELL),
    ],
)
def test_each_failure_has_its_exit_code_and_no_traceback(
    error: BaseException, code: Exit, capsys: pytest.CaptureFixture[str]
) -> None:
    @root.command("breaks", hidden=True)
    def breaks() -> None:
        raise error

    outcome = run_with(breaks)
    assert outcome == code
    assert "Traceback" not in capsys.readouterr().err


def run_with(command: click.Command) -> int:
    """Through the same door as every command."""
    COMMANDS["breaks"] = "breaks"
    sys.modules["varco.cli.breaks"] = type(sys)("varco.cli.breaks")
    vars(sys.modules["varco.cli.breaks"])["breaks"] = command
    try:
        return run(["breaks"])
    finally:
        del COMMANDS["breaks"], sys.modules["varco.cli.breaks"]
