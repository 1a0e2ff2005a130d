"""Every link between our own pages leads somewhere, and every page can be reached."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.pages import DOCS, FRONT, ROOT, anchors_of, links_of, name_of, pages


def inner_links(page: Path) -> Iterator[tuple[str, Path, str]]:
    """Each link into the repository: as written, its file, its anchor."""
    for link in links_of(page):
        if "://" not in link and not link.startswith("mailto:"):
            path, _, anchor = link.partition("#")
            yield link, (page.parent / path).resolve() if path else page, anchor


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_links_lead_to_a_file_and_to_a_heading(page: Path) -> None:
    for link, target, anchor in inner_links(page):
        assert target.exists(), f"{link} leads nowhere"
        assert target.is_relative_to(ROOT), f"{link} leads out of the repository"
        assert not anchor or anchor in anchors_of(target), f"{link}: there is no such heading"


def test_every_page_is_reached_from_the_readme() -> None:
    reached: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in reached:
            continue
        reached.add(page)
        waiting += [target for _, target, _ in inner_links(page) if target.suffix == ".md"]
    assert set(pages()) - reached == set()


def test_the_code_names_only_pages_that_exist() -> None:
    for path in (ROOT / "src").rglob("*.py"):
        for word in path.read_text(encoding="utf-8").replace("`", " ").replace("(", " ").split():
            name = word.rstrip(".,;:)'\"")
            if name.startswith("docs/") and name.endswith(".md"):
                assert (ROOT / name).exists(), f"{path.relative_to(ROOT)} names {name}"


def test_every_image_is_shown_and_small() -> None:
    shown = {target for page in pages() for _, target, _ in inner_links(page)}
    for image in (DOCS / "images").iterdir():
        assert image in shown, f"{image.name} is on no page"
        assert image.stat().st_size < 200_000, f"{image.name} is too large"


@pytest.mark.parametrize("name", FRONT)
def test_front_pages_begin_with_their_title(name: str) -> None:
    assert (ROOT / name).read_text(encoding="utf-8").startswith("# ")
