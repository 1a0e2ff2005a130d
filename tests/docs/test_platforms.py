"""Every connector has its page: what to click, what it may do, what its shops really do."""

from __future__ import annotations

import pytest

from tests.docs.pages import DOCS, headings_of, text_of
from varco.shops.base import Shop
from varco.shops.registry import connectors

SECTIONS = [
    "Let Varco in",
    "What the keys must be allowed",
    "What is read",
    "What is written back",
    "What real shops do",
    "Limits",
]


@pytest.mark.parametrize("shop", connectors().values(), ids=connectors().keys())
def test_a_connector_has_its_page_with_everything_that_we_ask_for(shop: type[Shop]) -> None:
    path = DOCS / "platforms" / f"{shop.platform}.md"
    page = text_of(path)
    assert page.startswith(f"# {shop.name}")
    assert set(SECTIONS) <= set(headings_of(path))
    for setting in shop.settings:
        assert setting.label in page
    for option in shop.options:
        assert option.label in page
    for status in shop.default_statuses:
        assert f"`{status}`" in page


def test_no_page_is_about_a_platform_that_is_not_there() -> None:
    assert {path.stem for path in (DOCS / "platforms").glob("*.md")} - {"README"} == set(connectors())
