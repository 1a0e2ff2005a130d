"""Getting to know a shop: with the sandbox where it goes well, with a function where it does not."""

from __future__ import annotations

import pytest

from tests.recordings import exchange_from, recordings
from tests.unit.shops.magento.stage import access, asked, connector, json_answer, run, sandbox, sending
from varco.model.errors import ShopFault
from varco.model.exchange import Request, Response, header
from varco.sandbox import Key
from varco.shops.magento.connect import MISSING_ID, STATUSES
from varco.shops.magento.shop import Magento

RECORDED = dict(recordings("magento"))
NOT_ALLOWED = {
    "message": "The consumer isn't authorized to access %resources.",
    "parameters": {"resources": "Magento_Backend::store"},
}


def key(permissions: str = "read_write", *, manager: bool = True) -> Key:
    return Key(key="k" * 32, secret="s" * 32, permissions=permissions, manager=manager)


class TestRecognising:
    def test_a_shop_is_recognised_without_keys(self) -> None:
        shop = sandbox(folder="/negozio")
        found = run(connector(shop).recognise())
        assert (found.platform, found.version, found.final_url) == ("magento", "2.4", "https://shop.example/negozio")

    def test_no_keys_are_sent_while_looking(self) -> None:
        seen: list[Request] = []
        run(Magento(access(), sending(lambda _: json_answer(NOT_ALLOWED, 401), seen)).recognise())
        assert all(not header(request.headers, "Authorization") for request in seen)

    def test_the_recorded_refusal_is_understood(self) -> None:
        recorded = exchange_from(RECORDED["store_configs_no_token_401"]).response
        assert recorded is not None
        found = run(Magento(access(), sending(lambda _: recorded)).recognise())
        assert (found.platform, found.version) == ("magento", "")

    @pytest.mark.parametrize(
        ("location", "final_url"),
        [
            ("https://www.shop.example/rest/V1/store/storeConfigs", "https://www.shop.example"),
            ("https://www.shop.example/", "https://www.shop.example"),
            ("/negozio/", "https://shop.example/negozio"),
        ],
    )
    def test_redirects_are_followed(self, location: str, final_url: str) -> None:
        def answer(request: Request) -> Response:
            if request.url == "https://shop.example/rest/V1/store/storeConfigs":
                return Response(status=301, headers=(("Location", location),))
            return json_answer(NOT_ALLOWED, 401)

        assert run(Magento(access(), sending(answer)).recognise()).final_url == final_url

    @pytest.mark.parametrize(
        "answer",
        [
            json_answer({"message": "Forbidden"}, 401),
            json_answer({"code": "rest_no_route", "message": "No route", "data": {"status": 404}}, 404),
            Response(status=404, headers=(("Content-Type", "text/html"),), body=b"<html>not here</html>"),
            json_answer([{"id": 1}]),
        ],
    )
    def test_other_software_is_not_taken_for_magento(self, answer: Response) -> None:
        with pytest.raises(ShopFault):
            run(Magento(access(), sending(lambda _: answer)).recognise())


class TestProfile:
    def test_it_is_that_of_the_shop(self) -> None:
        shop = sandbox(time_zone="Europe/Berlin", currency="CHF", weight_unit="lbs")
        found = run(connector(shop).profile())
        assert (found.time_zone, found.currency, found.weight_unit) == ("Europe/Berlin", "CHF", "lbs")
        assert (found.has_fulfilments, found.warnings) == (True, ())
        assert run(connector(sandbox()).profile()).weight_unit == "kg"

    def test_own_statuses_are_found_by_the_orders_that_have_them(self) -> None:
        shop = sandbox(statuses={"spedito": "Spedito", "attesa": "In attesa", "mai": "Mai"}, orders=30)
        shop.backstage.add_orders(1, status="spedito")
        shop.backstage.add_orders(130, status="attesa")
        slugs = [status.slug for status in run(connector(shop).profile()).statuses]
        assert slugs[: len(STATUSES)] == [slug for slug, _ in STATUSES]
        assert set(slugs[len(STATUSES) :]) >= {"spedito", "attesa"}

    def test_a_shop_that_moved_gets_no_keys(self) -> None:
        seen: list[Request] = []

        def answer(request: Request) -> Response:
            if "//shop.example/" in request.url:
                return Response(status=301, headers=(("Location", "https://other.example/"),))
            return json_answer(NOT_ALLOWED, 401)

        with pytest.raises(ShopFault) as told:
            run(Magento(access(), sending(answer, seen)).profile())
        assert told.value.finding.code == "redirected"
        assert all(not header(request.headers, "Authorization") for request in seen)

    def test_without_the_resource_for_stores_the_rest_is_known(self) -> None:
        shop = sandbox(keys=(key("write"),))
        found = run(connector(shop).profile())
        assert (found.weight_unit, found.time_zone) == ("kg", "UTC")
        assert len(found.statuses) == len(STATUSES)


class TestPermissions:
    def test_keys_that_are_not_known_are_said_once(self) -> None:
        shop = sandbox(keys=(key(manager=False),))
        found = run(connector(shop).permissions())
        assert [problem.code for problem in found.problems] == ["keys-not-accepted"]

    def test_each_resource_that_is_missing_is_named(self) -> None:
        found = run(connector(sandbox(keys=(key("read"),))).permissions())
        assert [(problem.code, problem.params["resource"]) for problem in found.problems] == [
            ("resource-missing", "Sales → Operations → Orders → Actions → Ship"),
            ("resource-missing", "Sales → Operations → Orders → Actions → Comment"),
        ]

    def test_writing_is_proved_with_an_order_that_is_not_there(self) -> None:
        shop = sandbox(orders=3)
        assert run(connector(shop).permissions()).write_orders is True
        assert asked(shop, "POST") == [f"/rest/V1/order/{MISSING_ID}/ship", f"/rest/V1/orders/{MISSING_ID}/comments"]

    def test_the_token_alone_works_where_the_shop_allows_it(self) -> None:
        bearer = {"auth": "bearer"}
        assert run(connector(sandbox(bearer=True, orders=1), options=bearer).permissions()).read_orders is True
        refused = run(connector(sandbox(orders=1), options=bearer).permissions())
        assert [problem.code for problem in refused.problems] == ["keys-not-accepted"]
