"""Hosting providers: the shape of their files, and how one is told."""

from __future__ import annotations

import msgspec
import pytest

from tests.unit.app.test_mending import report
from varco.app import hosting
from varco.app.language import translator
from varco.app.telling import telling
from varco.fixes.hosting import Provider, all_providers, provider_by


@pytest.mark.parametrize("provider", [pytest.param(one, id=name) for name, one in all_providers().items()])
def test_a_provider_says_what_its_customers_can_do_and_where_that_is_told(provider: Provider) -> None:
    assert provider.can
    assert provider.ticket
    assert provider.sources
    assert all(source.startswith("https://") for source in provider.sources)
    italian = translator("it")
    assert all(italian(text) != text for text in (*provider.can, provider.ticket))


def test_no_two_providers_are_told_by_the_same_name() -> None:
    for ends in (
        [one.hosts for one in all_providers().values()],
        [one.name_servers for one in all_providers().values()],
    ):
        named = [end for group in ends for end in group]
        assert len(named) == len(set(named))


def test_the_servers_own_name_counts_more_than_the_domains_name_servers() -> None:
    found = provider_by(["webx1.aruba.it"], ["ns1.dns-parking.com"])
    assert found is not None
    assert (found.provider.name, found.is_sure) == ("aruba", True)
    found = provider_by(["server.example"], ["ns1.dns-parking.com"])
    assert found is not None
    assert (found.provider.name, found.is_sure) == ("hostinger", False)


@pytest.mark.parametrize("name", ["notaruba.it", "aruba.it.example", "", "example"])
def test_a_name_that_only_looks_like_it_tells_nobody(name: str) -> None:
    assert provider_by([name], [name]) is None


def test_a_report_of_a_shut_shop_says_whom_to_ask_and_how_sure_that_is() -> None:
    shut = msgspec.structs.replace(report("method-refused"), name_servers=("dns.technorail.com",))
    told = telling(shut, str)
    assert ("Hosting", "perhaps Aruba, by its name server dns.technorail.com") in told.facts
    assert any(line.startswith("At Aruba its customers can change themselves:") for line in told.closing)
    assert any("2026-" in line and "https://guide.hosting.aruba.it" in line for line in told.closing)


def test_of_an_open_shop_it_says_only_where_it_stands() -> None:
    fine = msgspec.structs.replace(report(), host_names=("cluster01.hosting.ovh.net",))
    told = telling(fine, str)
    assert ("Hosting", "OVHcloud, by cluster01.hosting.ovh.net") in told.facts
    assert not any("OVHcloud" in line for line in told.closing)
    assert hosting.lines(report(), str) == []
