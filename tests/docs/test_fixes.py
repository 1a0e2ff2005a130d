"""The pages of docs/fixes are what the targets say."""

from __future__ import annotations

from tools.fixes import FOLDER, pages


def test_the_pages_are_what_the_targets_say() -> None:
    written = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}
    assert written == dict(pages()), "run `make fixes`"
