"""The pages of docs/fixes are what the targets say."""

from __future__ import annotations

from tools.fixes import FOLDER, TRIED, pages
from varco.fixes.registry import all_targets


def test_the_pages_are_what_the_targets_say() -> None:
    written = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md") if path.name != TRIED}
    assert written == dict(pages()), "run `make fixes`"


def test_what_was_run_stands_in_the_table_of_the_tests() -> None:
    table = (FOLDER / TRIED).read_text(encoding="utf-8")
    missing = [name for name, target in all_targets().items() if bool(target.verified_on) != (f"({name}.md)" in table)]
    assert missing == []
