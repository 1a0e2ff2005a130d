"""Connectors are found by listing the folder, and then among what is installed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.shops.woocommerce.fakes import html_answer, run, sending
from varco.model.errors import BadInput, ShopFault
from varco.model.exchange import Failure, FailureKind, Phase, Request
from varco.sandbox import Kind, SandboxShop, ShopSpec, Wall, send_to
from varco.shops.registry import connector, connectors, recognise
from varco.shops.woocommerce.shop import WooCommerce

PLUG_IN = """
from varco.shops.woocommerce.shop import WooCommerce
class Other(WooCommerce):
    platform = {platform!r}
    name = "Other"
"""


def test_the_folder_is_listed() -> None:
    assert connectors()["woocommerce"] is WooCommerce
    assert connector("woocommerce") is WooCommerce


def test_an_unknown_platform_is_named_with_those_there_are() -> None:
    with pytest.raises(BadInput, match=r"no platform shopware.*woocommerce"):
        connector("shopware")


def installed(folder: Path, platform: str) -> str:
    """What a process sees that has a package with a connector."""
    (folder / "other_shop.py").write_text(PLUG_IN.format(platform=platform))
    info = folder / "other_shop-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: other-shop\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[varco.shops]\nother = other_shop:Other\n")
    code = (
        f"import sys; sys.path.insert(0, {str(folder)!r})\n"
        "from varco.model.errors import BadInput\n"
        "from varco.shops.registry import connectors\n"
        "try: print(*sorted(connectors()))\n"
        "except BadInput as error: print(error)"
    )
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def test_an_installed_plug_in_joins_by_its_entry_point(tmp_path: Path) -> None:
    assert "other" in installed(tmp_path, "other").split()


def test_a_plug_in_takes_no_platform_over(tmp_path: Path) -> None:
    assert installed(tmp_path, "woocommerce").startswith("Two connectors call themselves woocommerce")


@pytest.mark.parametrize(
    ("platform", "folder"),
    [(platform, folder) for platform in sorted(connectors()) for folder in ("", "/negozio")
     if not (folder and platform == "shopify")],
)  # fmt: skip
def test_every_platform_is_found_by_its_address_alone(platform: str, folder: str) -> None:
    """A cloud shop has no folder."""
    shop = SandboxShop(ShopSpec(platform=platform, folder=folder))
    found = run(recognise(shop.url, "Varco ({shop})", send_to(shop)))
    assert (found.platform, found.final_url) == (platform, shop.url)


@pytest.mark.parametrize("platform", sorted(connectors()))
@pytest.mark.parametrize(
    ("kind", "code"),
    [(Kind.REFUSED, "refused-by-server"), (Kind.CAPTCHA, "robot-test"), (Kind.SERVER_DOWN, "server-down")],
)
def test_a_wall_before_a_shop_is_said_whatever_the_shop(platform: str, kind: Kind, code: str) -> None:
    shop = SandboxShop(ShopSpec(platform=platform))
    shop.backstage.set_walls([Wall(kind=kind)])
    with pytest.raises(ShopFault) as told:
        run(recognise(shop.url, "Varco ({shop})", send_to(shop)))
    assert told.value.finding.code == code


def test_wordpress_without_its_shop_is_nearer_than_no_shop_at_all() -> None:
    shop = SandboxShop(ShopSpec(woocommerce=False))
    with pytest.raises(ShopFault) as told:
        run(recognise(shop.url, "Varco ({shop})", send_to(shop)))
    assert told.value.finding.code == "shop-software-off"


def test_where_nobody_answers_nobody_is_asked_twice() -> None:
    seen: list[Request] = []
    silent = Failure(kind=FailureKind.TIMEOUT, phase=Phase.CONNECT)
    with pytest.raises(ShopFault) as told:
        run(recognise("https://shop.example", "Varco ({shop})", sending(lambda _: silent, seen)))
    assert told.value.finding.code == "connect-timeout"
    assert len(seen) == 1


def test_an_address_without_a_shop_says_what_stands_there() -> None:
    with pytest.raises(ShopFault) as told:
        run(recognise("https://shop.example", "Varco ({shop})", sending(lambda _: html_answer())))
    assert told.value.finding.code == "page-instead-of-data"
