"""`/check`: not there unless the operator wants it, and then for everybody, a little at a time, and never inwards."""

from __future__ import annotations

import asyncio
import dataclasses
import re
from collections.abc import Iterator

import pytest
from django.test import Client

from tests.conftest import FakeClock
from tests.unit.doctor.shops import examined as examined_as
from tests.unit.doctor.shops import only, shop
from varco.doctor.report import Report
from varco.hub import runtime
from varco.hub.models import PublicCheck
from varco.hub.store import public_checks
from varco.hub.sync import public
from varco.hub.web.public_check import BY_CLIENT

pytestmark = pytest.mark.django_db(transaction=True)
SECRET_SHOP = "https://shop.example"


@pytest.fixture(autouse=True)
def switched_on(clock: FakeClock) -> Iterator[None]:
    before = runtime.current()
    runtime.use(dataclasses.replace(before, config=dataclasses.replace(before.config, public_check=True)))
    yield
    runtime.use(before)
    BY_CLIENT.forget("127.0.0.1")


def ask(url: str = SECRET_SHOP, client: Client | None = None) -> str:
    """The address of the result, or the page that says why not."""
    answer = (client or Client()).post("/check/", {"url": url})
    return answer.headers.get("Location", "") or answer.content.decode()


async def healthy(url: str) -> Report:
    return await examined_as(shop(), identity="varco", url=url)


async def blocked(url: str) -> Report:
    return await examined_as(shop(only("GET HEAD")), identity="varco", url=url)


def work(examine: object = healthy) -> None:
    for check in PublicCheck.objects.filter(state=PublicCheck.ASKED):
        asyncio.run(public.run(check.pk, examine))  # type: ignore[arg-type]  # a function from address to report


def test_it_is_not_there_unless_the_operator_wants_it() -> None:
    before = runtime.current()
    runtime.use(dataclasses.replace(before, config=dataclasses.replace(before.config, public_check=False)))
    assert Client().get("/check/").status_code == 404
    assert Client().post("/check/", {"url": SECRET_SHOP}).status_code == 404
    assert not PublicCheck.objects.exists()


def test_without_an_account_a_shop_is_examined_and_the_result_follows() -> None:
    address = ask()
    assert len(address.split("/")[-2]) >= 40, "nobody can guess it"
    waiting = Client().get(address).content.decode()
    assert "hx-get" in waiting
    work(blocked)
    done = Client().get(address).content.decode()
    assert "Method refused" in done
    assert "hx-get" not in done
    part = Client().get(address, headers={"HX-Request": "true"}).content.decode()
    assert part.startswith("<div")
    assert "Method refused" in part


def test_the_pages_speak_the_readers_language_and_no_search_engine_finds_them() -> None:
    page = Client().get("/check/", headers={"Accept-Language": "it"})
    assert '<html lang="it">' in page.content.decode()
    for address in ("/check/", ask()):
        page = Client().get(address)
        assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
        assert "no-store" in page.headers["Cache-Control"]
        assert 'name="robots"' in page.content.decode()
    assert page.headers["Referrer-Policy"] == "no-referrer", "the result's address is a secret"


def test_the_form_works_in_a_browser_that_says_where_it_comes_from() -> None:
    """With no-referrer a browser calls its form's origin `null`, and Django refuses that."""
    strict = Client(enforce_csrf_checks=True)
    page = strict.get("/check/")
    assert page.headers["Referrer-Policy"] == "same-origin"
    token = re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page.content.decode())[0]
    sent = {"url": SECRET_SHOP, "csrfmiddlewaretoken": token}
    assert strict.post("/check/", sent, headers={"Origin": "http://testserver"}).status_code == 302


def test_a_shop_is_examined_once_in_ten_minutes_whoever_asks(clock: FakeClock) -> None:
    first = ask()
    assert "examined a moment ago" in ask("https://www.shop.example/negozio")
    assert first not in ask(), "who asks second does not learn the first one's link"
    assert PublicCheck.objects.count() == 1
    clock.move(601)
    assert ask().startswith("/check/")


def test_a_client_may_ask_for_a_few_shops_an_hour(clock: FakeClock) -> None:
    answers = [ask(f"https://shop{number}.example") for number in range(7)]
    assert [answer.startswith("/check/") for answer in answers] == [True] * 6 + [False]
    assert "a lot of shops" in answers[-1]
    clock.move(3601)
    work()
    assert ask("https://another.example").startswith("/check/")


def test_only_so_many_are_under_way_at_one_time() -> None:
    for number in range(public_checks.MOST_OPEN):
        public_checks.ask(f"https://shop{number}.example")
    assert "Many shops" in ask()


@pytest.mark.parametrize(
    "typed", ["", "my shop", "ftp://shop.example", "https://shop.example:8443", "https://u:p@a.it"]
)
def test_what_cannot_be_a_shops_address_is_said(typed: str) -> None:
    assert 'class="error"' in ask(typed)
    assert not PublicCheck.objects.exists()


@pytest.mark.parametrize("inside", ["http://127.0.0.1", "http://10.0.0.1", "http://[::1]", "http://169.254.169.254"])
def test_an_address_that_is_not_public_is_never_called(inside: str) -> None:
    """The real examination, even where the operator lets the hub itself call private networks."""
    before = runtime.current()
    allowed = dataclasses.replace(before.config, allowed_networks=before.config.allowed_networks)
    runtime.use(dataclasses.replace(before, config=allowed))
    address = ask(inside)
    work(public.examined)
    (check,) = PublicCheck.objects.all()
    report = public_checks.report_of(check)
    assert report is not None
    assert [told.finding.code for told in report.findings] == ["address-not-allowed"]
    assert report.calls == ()
    assert Client().get(address).status_code == 200


def test_a_link_ends_after_a_week(clock: FakeClock) -> None:
    address = ask()
    work()
    clock.move(6 * 86_400)
    assert Client().get(address).status_code == 200
    clock.move(86_400 + 1)
    assert Client().get(address).status_code == 404
    assert public_checks.forget_old() == 1
    assert not PublicCheck.objects.exists()


def test_a_guess_opens_nothing() -> None:
    ask()
    assert Client().get("/check/guess/").status_code == 404


def test_an_examination_that_breaks_and_one_that_is_lost_are_said(clock: FakeClock) -> None:
    async def breaking(_url: str) -> Report:
        raise ZeroDivisionError

    address = ask()
    work(breaking)
    assert "broke off on our side" in Client().get(address).content.decode()
    lost = ask("https://other.example")
    clock.move(public_checks.LOST_AFTER.total_seconds() + 1)
    page = Client().get(lost).content.decode()
    assert "broke off on our side" in page
    assert "hx-get" not in page
