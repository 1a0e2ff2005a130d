"""Every command has its place in the documentation, and every call that a page shows is one that works."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from tests.docs.pages import DOCS, ROOT, calls_of, name_of, pages, text_of
from tools.reference import COMMANDS_PAGE, commands_page, leaves
from varco.cli.main import varco


def test_the_reference_is_what_the_commands_say() -> None:
    assert COMMANDS_PAGE.read_text(encoding="utf-8") == commands_page(), "run `make reference`"


def test_every_command_is_shown_at_work_or_in_the_reference() -> None:
    reference = text_of(DOCS / "reference" / "commands.md")
    assert leaves()
    for path, command in leaves():
        assert f"## `varco {' '.join(path)}`" in reference
        for parameter in command.params:
            if isinstance(parameter, click.Option) and not parameter.hidden:
                assert parameter.opts[-1] in reference


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_a_page_calls_only_commands_and_options_that_exist(page: Path) -> None:
    for call in calls_of(page, "varco"):
        refuse_unknown(varco, call)


def refuse_unknown(command: click.Command, words: list[str]) -> None:
    """Words in capitals and those behind an option stand for a value."""
    context = click.Context(command)
    while isinstance(command, click.Group) and words and re.match("[a-z]", words[0]):
        found = command.get_command(context, words[0])
        assert found is not None, f"there is no command {words[0]}"
        command, words = found, words[1:]
        context = click.Context(command, parent=context)
    known = {name for parameter in command.get_params(context) for name in (*parameter.opts, *parameter.secondary_opts)}
    known |= {name for parameter in varco.get_params(click.Context(varco)) for name in parameter.opts}
    for word in words:
        if re.match(r"--?[a-z]", word):
            assert word.partition("=")[0] in known, f"there is no option {word}"


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_a_page_names_only_targets_of_the_makefile(page: Path) -> None:
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert {call[0] for call in calls_of(page, "make") if call} <= targets


def test_the_systemd_units_start_commands_that_exist() -> None:
    units = list(ROOT.glob("docs/operate/*.service"))
    assert units
    for unit in units:
        (start,) = re.findall(r"^ExecStart=\S*/varco (.+)$", unit.read_text(encoding="utf-8"), re.MULTILINE)
        refuse_unknown(varco, start.split())
