"""Every setting has its place in the documentation, with the default that the code has, and no page invents one."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest

from tests.docs.pages import DOCS, ROOT, fences_of, name_of, pages, text_of
from varco.hub.config import default_data_dir, read, settings, shown

REFERENCE: Final = DOCS / "reference" / "settings.md"
VARIABLES: Final = {variable for _, variable, _ in settings()}
NOT_SETTINGS: Final = {
    "VARCO_WALLS_REQUIRED",
    "VARCO_WALLS_TABLE",
    "VARCO_WALLS_CRS",
    "VARCO_TEST_SHOP_URL",
    "VARCO_TEST_SHOP_PLATFORM",
    "VARCO_TEST_SHOP_KEYS",
}
"""Read by tests only."""


def sections() -> dict[str, str]:
    """Each setting's part of the page."""
    found = re.split(r"^### `(\w+)`$", text_of(REFERENCE), flags=re.MULTILINE)
    return {name: part.partition("\n## ")[0] for name, part in zip(found[1::2], found[2::2], strict=True)}


def test_every_setting_has_its_section_and_no_other_has() -> None:
    assert sections().keys() == VARIABLES


@pytest.mark.parametrize("variable", sorted(VARIABLES))
def test_a_section_names_the_default_in_force(variable: str) -> None:
    default = shown(read({}))[variable]
    if variable == "VARCO_DATA_DIR":
        assert default == str(default_data_dir())
        default = "/var/lib/varco"
    wanted = "none" if default == "-" else f"`{default}`"
    assert f"Default: {wanted}" in sections()[variable]


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_no_page_names_a_setting_that_does_not_exist(page: Path) -> None:
    named = set(re.findall(r"\bVARCO_[A-Z_]*[A-Z]\b", text_of(page)))
    assert {name.removesuffix("_FILE") for name in named} <= VARIABLES | NOT_SETTINGS | {"VARCO_X"}


@pytest.mark.parametrize("page", [page for page in pages() if fences_of(page, "env")], ids=name_of)
def test_examples_of_settings_are_accepted(page: Path, tmp_path: Path) -> None:
    for fence in fences_of(page, "env"):
        lines = (line for line in fence.text.splitlines() if line and not line.startswith("#"))
        environment = dict(line.split("=", 1) for line in lines)
        for name in [name for name in environment if name.endswith("_FILE")]:
            secret = tmp_path / "secret"
            secret.write_text(environment.get(name.removesuffix("_FILE"), "") or "A" * 43 + "=")
            environment[name] = str(secret)
        in_force = shown(read(environment))
        assert all(in_force[name.removesuffix("_FILE")] != "-" for name in environment)


def test_the_systemd_units_set_only_settings_that_exist() -> None:
    for unit in ROOT.glob("docs/operate/*.service"):
        named = set(re.findall(r"\b(?:VARCO_[A-Z_]*[A-Z]|DATABASE_URL)\b", unit.read_text(encoding="utf-8")))
        assert named <= VARIABLES
