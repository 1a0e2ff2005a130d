"""The examination's wiring: what may be given to it, and what it makes of it."""

from __future__ import annotations

import pytest

from varco.app.check import Place, check, could_not_tell, identity_named, target_of
from varco.model.errors import BadInput
from varco.model.identity import SENDCLOUD
from varco.model.secret import Secret
from varco.shops.registry import connectors


async def test_a_private_address_is_refused_without_a_call() -> None:
    report = await check("http://127.0.0.1:9", identity_named("varco"))
    assert [told.finding.code for told in report.findings] == ["address-not-allowed"]
    assert report.calls == ()


async def test_a_dead_port_is_refused_at_the_connection() -> None:
    report = await check("http://127.0.0.1:9", SENDCLOUD, place=Place(allow_networks=("127.0.0.0/8",)))
    (told,) = report.findings
    assert told.finding.code == "connection-refused"
    assert told.only_from_here, "a firewall that knows the platform would look the same"
    assert not could_not_tell(report)


async def test_a_network_that_is_none_is_said() -> None:
    with pytest.raises(BadInput, match="--allow-network"):
        await check("http://127.0.0.1:9", identity_named("varco"), place=Place(allow_networks=("home",)))


def test_an_unknown_identity_names_the_known_ones() -> None:
    with pytest.raises(BadInput, match="sendcloud, varco"):
        identity_named("dhl")


def test_a_user_agent_cannot_smuggle_a_header() -> None:
    with pytest.raises(BadInput, match="one line"):
        identity_named("varco", "Mozilla/5.0\r\nX-Other: 1")
    assert identity_named("sendcloud", "Mozilla/5.0").user_agents == ("Mozilla/5.0",)


def test_an_unknown_platform_is_asked_of_every_connector() -> None:
    target = target_of("shop.example", SENDCLOUD)
    assert {platform.platform for platform in target.platforms} == set(connectors())
    assert target.url == "https://shop.example"


def test_keys_need_their_platform() -> None:
    with pytest.raises(BadInput, match="--platform") if len(connectors()) > 1 else pytest.raises(BadInput):
        target_of("shop.example", SENDCLOUD, platform="" if len(connectors()) > 1 else "none", credentials=KEYS)
    assert target_of("shop.example", SENDCLOUD, platform="woocommerce", credentials=KEYS).platforms[0].rights


KEYS = {"consumer_key": Secret("ck_1"), "consumer_secret": Secret("cs_1")}
