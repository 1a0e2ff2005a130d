"""What two places see of one shop."""

from __future__ import annotations

import msgspec
import pytest

from tests.unit.doctor.shops import FORBIDDEN, examined, only, shop
from varco.doctor.comparison import compare
from varco.doctor.report import Report
from varco.model.errors import BadInput


async def test_what_is_refused_in_one_place_alone_is_a_rule_by_address() -> None:
    found = compare(await examined(shop()), await examined(shop(lambda _: FORBIDDEN)))
    assert found.finding is not None
    assert found.finding.code == "refused-by-address"
    assert found.only_second == ("refused-from-here",)


async def test_a_method_that_one_place_may_use_is_named() -> None:
    found = compare(await examined(shop()), await examined(shop(only("GET HEAD POST OPTIONS PATCH DELETE"))))
    assert {(each.method, each.first, each.second) for each in found.differences} == {("PUT", "ok", "403")}
    assert found.finding is not None


async def test_what_was_not_asked_is_no_difference() -> None:
    refused = only("GET HEAD POST OPTIONS PATCH DELETE")
    found = compare(await examined(shop(refused)), await examined(shop(refused)))
    assert found.same_place
    assert found.finding is None


async def test_a_report_survives_its_json() -> None:
    report = await examined(shop(only("GET HEAD POST")))
    assert msgspec.json.decode(msgspec.json.encode(report), type=Report) == report


async def test_reports_of_two_shops_cannot_be_compared() -> None:
    with pytest.raises(BadInput, match="same shop"):
        compare(await examined(shop()), await examined(shop(), identity="varco"))
