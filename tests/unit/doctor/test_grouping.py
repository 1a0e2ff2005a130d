"""Shops that share a server and a problem have one problem."""

from __future__ import annotations

import msgspec

from tests.unit.doctor.shops import FORBIDDEN, examined, shop
from tests.unit.doctor.test_history import at
from varco.doctor.grouping import Group, groups
from varco.doctor.report import Report


async def blocked(url: str, address: str) -> Report:
    return await examined(at(shop(lambda _: FORBIDDEN), address), url=url)


async def test_shops_at_one_address_with_one_problem_are_a_group() -> None:
    reports = [
        await blocked("https://one.example", "203.0.113.7"),
        await blocked("https://two.example", "203.0.113.7"),
        await blocked("https://three.example", "203.0.113.8"),
        await examined(at(shop(), "203.0.113.7"), url="https://well.example"),
    ]
    urls = ("https://one.example", "https://two.example")
    assert groups(reports) == [Group(server="203.0.113.7", code="refused-from-here", urls=urls)]


async def test_where_no_call_got_as_far_the_host_decides() -> None:
    report = msgspec.structs.replace(await blocked("https://one.example", ""), calls=())
    other = msgspec.structs.replace(report, url="https://one.example/negozio")
    assert [group.server for group in groups([report, other])] == ["one.example"]


async def test_one_shop_is_no_group() -> None:
    assert groups([await blocked("https://one.example", "203.0.113.7")]) == []
