"""Getting to know a shop: with the sandbox where it goes well, with a function where it does not."""

from __future__ import annotations

from typing import Any

import pytest

from tests.recordings import exchange_from, recordings
from tests.unit.shops.woocommerce.fakes import (
    access,
    error,
    html_answer,
    json_answer,
    path_of,
    run,
    sending,
    shop_with,
)
from varco.model.errors import ShopFault
from varco.model.exchange import Exchange, Failure, FailureKind, Phase, Request, Response, header
from varco.sandbox import Key, Kind, SandboxShop, ShopSpec, Wall, send_to
from varco.shops.base import ShopAccess
from varco.shops.woocommerce.connect import MISSING_ID, STOCK_STATUSES
from varco.shops.woocommerce.shop import WooCommerce

RECORDED = dict(recordings("woocommerce"))
INDEX: dict[str, Any] = {
    "namespaces": ["wp/v2", "wc/v3"],
    "timezone_string": "Europe/Rome",
    "gmt_offset": 1,
    "url": "https://shop.example",
}


def connected(spec: ShopSpec, home: str = "https://shop.example") -> tuple[SandboxShop, WooCommerce]:
    shop = SandboxShop(spec, home=home)
    way = ShopAccess(base_url=shop.url, credentials=shop.credentials(), user_agent="Varco/test")
    return shop, WooCommerce(way, send_to(shop))


def fault_of(shop: WooCommerce) -> ShopFault:
    with pytest.raises(ShopFault) as told:
        run(shop.recognise())
    return told.value


class TestRecognising:
    def test_a_shop_is_recognised_without_keys(self) -> None:
        shop, connector = connected(ShopSpec(folder="/negozio"))
        found = run(connector.recognise())
        assert (found.platform, found.final_url) == ("woocommerce", "https://shop.example/negozio")
        assert all("consumer" not in request.path for request in shop.backstage.requests())

    def test_the_version_is_told_by_the_home_page(self) -> None:
        _, connector = connected(ShopSpec(version="10.1.2"))
        assert run(connector.recognise()).version == "10.1.2"

    def test_a_shop_that_hides_its_version_is_recognised_all_the_same(self) -> None:
        def answer(request: Request) -> Response:
            return json_answer(INDEX) if "/wp-json/" in request.url else html_answer()

        found = run(shop_with(answer).recognise())
        assert (found.platform, found.version) == ("woocommerce", "")

    def test_wordpress_without_woocommerce_is_said_to_be_so(self) -> None:
        _, connector = connected(ShopSpec(woocommerce=False))
        assert fault_of(connector).finding.code == "shop-software-off"

    def test_software_that_is_switched_off_is_no_deleted_order(self) -> None:
        shop, connector = connected(ShopSpec(orders=3))
        shop.backstage.set_up({"woocommerce": False})
        with pytest.raises(ShopFault) as told:
            run(connector.order("41"))
        assert told.value.finding.code == "shop-software-off"

    def test_the_recorded_index_is_understood(self) -> None:
        recorded = exchange_from(RECORDED["index_root"]).response
        assert recorded is not None
        assert run(shop_with(lambda _: recorded).recognise()).final_url == "https://shop.example"

    @pytest.mark.parametrize(
        ("location", "final_url"),
        [
            ("https://www.shop.example/wp-json/", "https://www.shop.example"),
            ("https://www.shop.example/", "https://www.shop.example"),
            ("/negozio/", "https://shop.example/negozio"),
            ("/it/wp-json/?lang=it", "https://shop.example/it"),
            ("https://other.example/shop/wp-json/", "https://other.example/shop"),
        ],
    )
    def test_redirects_lead_to_the_final_address_without_keys(self, location: str, final_url: str) -> None:
        seen: list[Request] = []

        def answer(request: Request) -> Response:
            if request.url == "https://shop.example/wp-json/":
                return Response(status=301, headers=(("Location", location),))
            return json_answer(INDEX)

        found = run(WooCommerce(access(), sending(answer, seen)).recognise())
        assert found.final_url == final_url
        assert all(header(request.headers, "Authorization") == "" for request in seen)

    def test_redirects_without_end_are_given_up(self) -> None:
        seen: list[Request] = []
        shop = shop_with(lambda request: Response(status=302, headers=(("Location", request.url + "x/"),)), seen)
        assert fault_of(shop).finding.code == "redirected"
        assert len(seen) < 10

    @pytest.mark.parametrize(
        ("answer", "code"),
        [
            (html_answer(), "page-instead-of-data"),
            (html_answer(status=404), "interface-not-found"),
            (json_answer({"hello": "world"}), "not-a-shop"),
            (json_answer([]), "not-a-shop"),
            (Response(status=200), "not-a-shop"),
            (error("rest_cannot_access", 401), "interface-locked"),
            (Response(status=503, headers=(("Retry-After", "600"),)), "maintenance"),
        ],
    )
    def test_what_stands_there_instead_is_named(self, answer: Response, code: str) -> None:
        assert fault_of(shop_with(lambda _: answer)).finding.code == code

    def test_plain_permalinks_are_named_and_their_redirects_are_no_move(self) -> None:
        _, connector = connected(ShopSpec(pretty_permalinks=False))
        assert fault_of(connector).finding.code == "page-instead-of-data"
        with pytest.raises(ShopFault) as told:
            run(connector.order("1"))
        assert told.value.finding.code == "interface-not-found"


class TestProfile:
    def test_everything_that_an_import_needs_is_read(self) -> None:
        _, connector = connected(ShopSpec(currency="PLN", time_zone="Europe/Warsaw", weight_unit="g", fulfilments=True))
        found = run(connector.profile())
        assert (found.currency, found.time_zone, found.weight_unit) == ("PLN", "Europe/Warsaw", "g")
        assert found.version == "9.9.5"
        assert found.has_fulfilments
        assert found.warnings == ()

    def test_custom_statuses_are_there_and_unfinished_carts_are_not(self) -> None:
        _, connector = connected(ShopSpec(statuses={"spedito": "Spedito"}))
        slugs = {status.slug: status.name for status in run(connector.profile()).statuses}
        assert slugs["spedito"] == "Spedito"
        assert "checkout-draft" not in slugs

    def test_plain_http_is_warned_of_and_works(self) -> None:
        _, connector = connected(ShopSpec(orders=1), home="http://shop.example")
        found = run(connector.profile())
        assert [warning.code for warning in found.warnings] == ["insecure-http"]

    def test_an_index_that_is_hidden_from_strangers_is_no_wall_for_our_keys(self) -> None:
        shop, _ = connected(ShopSpec(currency="PLN", orders=1))
        way = ShopAccess(base_url=shop.url, credentials=shop.credentials(), user_agent="Varco/test")
        asked = send_to(shop)
        hidden = error("rest_not_logged_in", 401)

        async def send(request: Request) -> Exchange:
            keys = header(request.headers, "Authorization")
            if "/wp-json/" in request.url and not (keys and "/wc/v3" in request.url):
                return await sending(lambda _: hidden)(request)
            return await asked(request)

        assert run(WooCommerce(way, send).profile()).currency == "PLN"

        async def refuse(request: Request) -> Exchange:
            return await sending(lambda _: hidden)(request)

        with pytest.raises(ShopFault) as told:
            run(WooCommerce(way, refuse).profile())
        assert told.value.finding.code == "interface-locked"

    def test_keys_are_sent_to_no_address_that_the_owner_has_not_seen(self) -> None:
        seen: list[Request] = []

        def answer(request: Request) -> Response:
            if request.url.startswith("https://shop.example"):
                return Response(status=301, headers=(("Location", "https://evil.example/wp-json/"),))
            return json_answer(INDEX)

        with pytest.raises(ShopFault) as told:
            run(shop_with(answer, seen).profile())
        assert told.value.finding.code == "redirected"
        assert told.value.finding.params["location"] == "https://evil.example"
        assert all(header(request.headers, "Authorization") == "" for request in seen)

    @pytest.mark.parametrize(
        ("said", "zone"),
        [
            ({"timezone_string": "Asia/Kolkata", "gmt_offset": 5.5}, "Asia/Kolkata"),
            ({"timezone_string": "", "gmt_offset": 2}, "Etc/GMT-2"),
            ({"timezone_string": "", "gmt_offset": "-5"}, "Etc/GMT+5"),
            ({"timezone_string": "", "gmt_offset": 5.5}, "Asia/Kolkata"),
            ({"timezone_string": "", "gmt_offset": "5.75"}, "Asia/Kathmandu"),
            ({"timezone_string": None, "gmt_offset": 0}, "UTC"),
            ({"gmt_offset": "soon"}, "UTC"),
            ({"gmt_offset": [1]}, "UTC"),
            ({"gmt_offset": 99}, "UTC"),
            ({}, "UTC"),
        ],
    )
    def test_every_way_to_tell_a_time_zone_is_read(self, said: dict[str, Any], zone: str) -> None:
        assert run(shop_with(answering({"": {"namespaces": ["wc/v3"], **said}})).profile()).time_zone == zone

    def test_what_the_keys_may_not_read_is_left_out(self) -> None:
        found = run(shop_with(answering({"": INDEX})).profile())
        assert (found.currency, found.version, found.weight_unit) == ("", "", "kg")
        assert found.statuses == STOCK_STATUSES

    def test_a_shop_in_trouble_is_no_shop_without_settings(self) -> None:
        def answer(request: Request) -> Response:
            return json_answer(INDEX) if path_of(request) == "/wp-json/" else html_answer(status=502)

        with pytest.raises(ShopFault) as told:
            run(shop_with(answer).profile())
        assert told.value.finding.code == "server-down"


def answering(pages: dict[str, Any]) -> Any:
    """The index, and refusals of everything else."""

    def answer(request: Request) -> Response:
        if path_of(request) == "/wp-json/":
            return json_answer(pages[""])
        return error("woocommerce_rest_cannot_view", 403)

    return answer


class TestPermissions:
    @pytest.mark.parametrize(
        ("permissions", "reads", "writes"), [("read_write", True, True), ("read", True, False), ("write", False, None)]
    )
    def test_what_the_keys_may_do_is_proven(self, permissions: str, reads: bool, writes: bool | None) -> None:
        key = Key(key="ck_a", secret="cs_a", permissions=permissions)
        shop, connector = connected(ShopSpec(orders=3, keys=(key,)))
        before = shop.backstage.orders()
        found = run(connector.permissions())
        assert (found.read_orders, found.write_orders) == (reads, writes)
        assert shop.backstage.orders() == before
        if writes is False:
            assert [problem.code for problem in found.problems] == ["permission-missing"]

    def test_writing_is_tried_on_no_real_order(self) -> None:
        shop, connector = connected(ShopSpec(orders=3))
        run(connector.permissions())
        written = [request for request in shop.backstage.requests() if request.method not in ("GET", "HEAD")]
        assert [request.path for request in written] == [f"/wp-json/wc/v3/orders/{MISSING_ID}"]
        assert [request.method for request in written] == ["POST"]

    def test_a_customers_key_may_not_read(self) -> None:
        key = Key(key="ck_a", secret="cs_a", manager=False)
        _, connector = connected(ShopSpec(orders=1, keys=(key,)))
        found = run(connector.permissions())
        assert found.read_orders is False
        assert found.problems[0].code in ("permission-missing", "interface-locked")

    def test_wrong_keys_are_told_apart(self) -> None:
        shop = SandboxShop(ShopSpec(orders=1))
        found = run(WooCommerce(access(), send_to(shop)).permissions())
        assert found.read_orders is False
        assert [problem.code for problem in found.problems] == ["keys-not-accepted"]

    def test_a_wall_before_writing_is_not_taken_for_a_missing_permission(self) -> None:
        shop, connector = connected(ShopSpec(orders=1))
        shop.backstage.set_walls([Wall(kind=Kind.REFUSED, methods=("POST",))])
        found = run(connector.permissions())
        assert (found.read_orders, found.write_orders) == (True, None)
        assert [problem.code for problem in found.problems] == ["refused-by-server"]

    def test_a_shop_that_does_not_answer_tells_nothing(self) -> None:
        found = run(shop_with(lambda _: Failure(kind=FailureKind.TIMEOUT, phase=Phase.CONNECT)).permissions())
        assert (found.read_orders, found.write_orders, found.read_products) == (None, None, None)
        assert [problem.code for problem in found.problems] == ["connect-timeout"]
