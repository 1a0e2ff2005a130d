"""What changed at a shop's server between two examinations, and what of it is worse."""

from __future__ import annotations

import msgspec

from tests.unit.doctor.shops import FORBIDDEN, examined, only, shop
from varco.doctor.history import ADDRESS, FRONT_GONE, FRONT_NEW, SERVER, VERSION, Change, changes, is_good, new_findings
from varco.doctor.report import Call, Report
from varco.doctor.target import Send
from varco.model.exchange import Exchange, Request


def at(send: Send, address: str, *headers: tuple[str, str]) -> Send:
    """From there, with these headers in every answer."""

    async def sent(request: Request) -> Exchange:
        exchange = await send(request)
        response = exchange.response
        if response is not None:
            names = {name for name, _ in headers}
            kept = tuple(pair for pair in response.headers if pair[0] not in names)
            response = msgspec.structs.replace(response, headers=(*kept, *headers))
        return msgspec.structs.replace(exchange, response=response, address=address)

    return sent


NGINX, APACHE = ("Server", "nginx/1.18.0"), ("Server", "Apache/2.4.58")


async def test_a_shop_that_moved_to_another_server_is_told() -> None:
    before = await examined(at(shop(), "203.0.113.7", NGINX))
    now = await examined(at(shop(lambda _: FORBIDDEN), "203.0.113.8", APACHE))
    assert changes(before, now) == (
        Change(what=ADDRESS, before="203.0.113.7", after="203.0.113.8"),
        Change(what=SERVER, before="nginx/1.18.0", after="Apache/2.4.58"),
    )
    assert new_findings(before, now) == ("refused-from-here",)
    assert is_good(before)
    assert not is_good(now)


async def test_a_service_that_came_and_one_that_went_are_told() -> None:
    plain, behind = await examined(shop()), await examined(at(shop(), "", ("CF-RAY", "8f00-MXP")))
    assert changes(plain, behind) == (Change(what=FRONT_NEW, before="", after="Cloudflare"),)
    assert changes(behind, plain) == (Change(what=FRONT_GONE, before="Cloudflare", after=""),)
    assert new_findings(plain, behind) == (), "that it is there is nothing bad"


async def test_what_could_not_be_seen_is_no_change() -> None:
    before = await examined(at(shop(), "203.0.113.7", NGINX))
    nothing = msgspec.structs.replace(before, calls=tuple[Call](), server="", platform="", version="", final_url="")
    assert changes(before, nothing) == ()


async def test_nothing_changes_between_two_equal_examinations() -> None:
    rule = only("GET HEAD POST")
    before, now = await examined(shop(rule)), await examined(shop(rule))
    assert changes(before, now) == ()
    assert new_findings(before, now) == ()


async def test_another_version_is_told() -> None:
    before = await examined(shop())
    reports = [_of_version(before, version) for version in ("9.8.1", "9.9.5")]
    assert changes(*reports) == (Change(what=VERSION, before="9.8.1", after="9.9.5"),)


def _of_version(report: Report, version: str) -> Report:
    return msgspec.structs.replace(report, version=version)
