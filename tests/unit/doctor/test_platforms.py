"""Every platform's own software, healthy and behind the same walls. A connector joins by existing."""

from __future__ import annotations

import pytest

from tests.unit.doctor.shops import URL, codes, no_time
from varco.app.check import identity_named, target_of
from varco.doctor.report import Colour, Report
from varco.doctor.runner import examine
from varco.sandbox import Kind, SandboxShop, ShopSpec, Wall, send_to
from varco.shops.registry import connectors

IN_CLOUDS = ("shopify",)
"""They have no server of their own."""
PLATFORMS = sorted(set(connectors()) - set(IN_CLOUDS))


async def examined(platform: str, *walls: Wall, identity: str = "sendcloud", keys: bool = False) -> Report:
    pretended = SandboxShop(ShopSpec(platform=platform, orders=3, walls=walls))
    credentials = pretended.credentials() if keys else {}
    target = target_of(URL, identity_named(identity), platform=platform if keys else "", credentials=credentials)
    return await examine(target, send_to(pretended), sleep=no_time)


@pytest.mark.parametrize("keys", [False, True])
@pytest.mark.parametrize("identity", ["sendcloud", "varco"])
@pytest.mark.parametrize("platform", PLATFORMS)
async def test_a_healthy_shop_is_recognised_and_all_green(platform: str, identity: str, keys: bool) -> None:
    report = await examined(platform, identity=identity, keys=keys)
    assert report.platform == platform
    assert codes(report) == []
    assert report.colour_of("import") is report.colour_of("write-back") is Colour.GREEN
    assert {cell.told for row in report.matrix for cell in row.cells} == {"ok"}
    assert len(report.calls) < 60


@pytest.mark.parametrize(
    ("wall", "code"),
    [
        (Wall(kind=Kind.REFUSED, methods=("PUT",)), "method-refused"),
        (Wall(kind=Kind.REFUSED, user_agent="sendcloud"), "refused-name"),
        (Wall(kind=Kind.REFUSED), "refused-from-here"),
        (Wall(kind=Kind.CAPTCHA), "robot-test"),
        (Wall(kind=Kind.SITE_PASSWORD), "site-password"),
        (Wall(kind=Kind.SERVER_DOWN), "server-down"),
        (Wall(kind=Kind.LIMITED, skip=4), "rate-limited"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
@pytest.mark.parametrize("platform", PLATFORMS)
async def test_a_wall_has_the_same_name_in_front_of_every_platform(platform: str, wall: Wall, code: str) -> None:
    assert codes(await examined(platform, wall)) == [code]


@pytest.mark.parametrize("platform", sorted(set(IN_CLOUDS) & set(connectors())))
async def test_a_shop_in_a_cloud_is_asked_nothing_that_only_servers_need(platform: str) -> None:
    report = await examined(platform)
    assert codes(report) == ["cloud-shop"]
    assert len(report.calls) == 1
    assert report.matrix == ()
    with_keys = await examined(platform, keys=True)
    assert with_keys.platform == platform
    assert codes(with_keys)[0] == "cloud-shop"
    assert with_keys.allowed
    assert len(with_keys.calls) < 60
    assert not [call for call in with_keys.calls if "varco-probe" in call.url]
