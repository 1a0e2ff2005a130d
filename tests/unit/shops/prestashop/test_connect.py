"""Finding a PrestaShop, getting to know it, and what its key may do."""

from __future__ import annotations

from typing import Any

import pytest

from tests.recordings import recordings
from tests.unit.shops.prestashop.stage import NOW, PrestaStage, run
from varco.model.errors import ShopFault
from varco.model.exchange import Exchange, Request, Response, header
from varco.sandbox import Key, Kind, ShopSpec, Wall
from varco.sandbox.prestashop.application import PrestaShopApplication
from varco.shops.prestashop.rights import parsed
from varco.shops.prestashop.shop import PrestaShop
from varco.shops.registry import recognise

READ = (
    "orders addresses customers countries states currencies carriers order_states configurations products combinations "
    "order_details"
).split()
LEAST = {
    **dict.fromkeys(READ, "GET"),
    "order_carriers": "GET,PATCH",
    "order_histories": "GET,POST",
}


def key_with(**changed: str) -> Key:
    """The least rights, some of them changed; empty takes a line away."""
    lines = {name: methods for name, methods in {**LEAST, **changed}.items() if methods}
    return Key(key="K" * 32, secret="", permissions=";".join(f"{name}:{methods}" for name, methods in lines.items()))


def fault_of(work: Any) -> ShopFault:
    with pytest.raises(ShopFault) as told:
        run(work)
    return told.value


class TestRecognising:
    @pytest.mark.parametrize("spec", [{}, {"folder": "/negozio"}, {"webservice": False}, {"pretty_permalinks": False}])
    def test_the_address_alone_tells_it(self, spec: dict[str, Any]) -> None:
        stage = PrestaStage(**spec)
        found = run(recognise(stage.sandbox.url, "Varco/test", stage.send))
        assert (found.platform, found.final_url) == ("prestashop", stage.sandbox.url)

    def test_a_shop_with_another_host_is_found_by_what_it_says_itself(self) -> None:
        """Its redirect leads to the home page; nothing but the host in it counts."""
        stage = PrestaStage(called="https://www.shop.example")
        assert run(stage.shop.recognise()).final_url == "https://shop.example"
        fault = fault_of(stage.shop.profile())
        assert (fault.finding.code, fault.finding.params["location"]) == ("redirected", "https://shop.example")
        assert not any(header(request.headers, "Authorization") for request in stage.asked)

    def test_a_wall_before_it_is_named(self) -> None:
        stage = PrestaStage()
        stage.backstage.set_walls([Wall(kind=Kind.REFUSED)])
        assert fault_of(stage.shop.recognise()).finding.code == "refused-by-server"


class TestProfile:
    def test_zone_unit_currency_version_and_states_are_the_shops_own(self) -> None:
        stage = PrestaStage(time_zone="Europe/Warsaw", weight_unit="lb", currency="PLN", languages=2)
        profile = run(stage.shop.profile())
        assert (profile.time_zone, profile.weight_unit, profile.currency) == ("Europe/Warsaw", "lb", "PLN")
        assert (profile.version, profile.final_url) == ("8.2.1", "https://shop.example")
        names = {status.slug: status.name for status in profile.statuses}
        assert names["4"] == "Shipped"
        assert {*stage.shop.default_statuses, *stage.shop.closed_statuses, stage.shop.shipped_status} <= names.keys()

    def test_own_states_have_their_names(self) -> None:
        profile = run(PrestaStage(statuses={"21": "Dal fornitore"}).shop.profile())
        assert profile.statuses[-1].name == "Dal fornitore"

    def test_plain_http_is_a_warning(self) -> None:
        profile = run(PrestaStage("http://shop.example").shop.profile())
        assert [warning.code for warning in profile.warnings] == ["insecure-http"]

    def test_a_webservice_that_is_off_is_named(self) -> None:
        assert fault_of(PrestaStage(webservice=False).shop.profile()).finding.code == "webservice-off"

    @pytest.mark.parametrize("read", ["order", "import"])
    def test_a_webservice_that_is_off_is_no_deleted_order(self, read: str) -> None:
        stage = PrestaStage(orders=3)
        stage.backstage.set_up({"webservice": False})
        work = stage.shop.order("42") if read == "order" else stage.shop.products(["11"])
        assert fault_of(work).finding.code == "webservice-off"


class TestFriendlyUrls:
    def test_without_them_it_is_said_what_to_do(self) -> None:
        assert fault_of(PrestaStage(pretty_permalinks=False).shop.profile()).finding.code == "friendly-url-off"

    def test_the_other_address_works_by_choice_with_the_key_in_it(self) -> None:
        stage = PrestaStage(pretty_permalinks=False, orders=3, options={"interface": "dispatcher", "auth": "query"})
        assert run(stage.shop.profile()).version == "8.2.1"
        orders = run(stage.shop.orders([str(order.id) for order in stage.backstage.orders()]))
        assert len(orders) == 3

    def test_with_the_key_in_the_header_it_does_not_arrive_there(self) -> None:
        stage = PrestaStage(pretty_permalinks=False, options={"interface": "dispatcher"})
        assert fault_of(stage.shop.profile()).finding.code == "key-not-received"


class TestKey:
    def test_travels_as_the_name_of_basic_and_nowhere_else(self) -> None:
        stage = PrestaStage(orders=1)
        run(stage.shop.order("42"))
        assert all("ws_key" not in request.path for request in stage.backstage.requests())

    def test_is_sent_in_the_address_by_choice_only_and_is_not_kept_in_logs(self) -> None:
        stage = PrestaStage(orders=1, options={"auth": "query"})
        stage.backstage.set_walls([Wall(kind=Kind.NO_AUTHORIZATION)])
        number = str(stage.backstage.orders()[0].id)
        assert run(stage.shop.order(number)) is not None
        assert all(request.path.count("ws_key=***") == 1 for request in stage.backstage.requests())


class TestPermissions:
    def test_the_least_rights_are_enough(self) -> None:
        stage = PrestaStage(orders=2, keys=(key_with(),))
        found = run(stage.shop.permissions())
        assert (found.read_orders, found.write_orders, found.read_products, found.problems) == (True, True, True, ())
        assert run(stage.shop.profile()).time_zone == "Europe/Rome"
        assert len(run(stage.shop.orders([str(order.id) for order in stage.backstage.orders()]))) == 2

    def test_put_does_for_patch(self) -> None:
        found = run(PrestaStage(keys=(key_with(order_carriers="GET,PUT"),)).shop.permissions())
        assert (found.write_orders, found.problems) == (True, ())

    def test_1_7_knows_no_patch_and_is_proven_by_put(self) -> None:
        found = run(PrestaStage(version="1.7.8.11").shop.permissions())
        assert (found.write_orders, found.problems) == (True, ())

    @pytest.mark.parametrize("line", READ[:9])
    def test_each_line_that_reading_lacks_is_named(self, line: str) -> None:
        found = run(PrestaStage(keys=(key_with(**{line: ""}),)).shop.permissions())
        assert (found.read_orders, found.write_orders) == (False, None)
        assert [problem.params["resource"] for problem in found.problems] == [line]

    @pytest.mark.parametrize(
        ("changed", "method"), [({"order_carriers": "GET"}, "PUT"), ({"order_histories": "GET"}, "POST")]
    )
    def test_each_line_that_writing_lacks_is_named(self, changed: dict[str, str], method: str) -> None:
        found = run(PrestaStage(keys=(key_with(**changed),)).shop.permissions())
        assert (found.read_orders, found.write_orders) == (True, False)
        assert [(problem.params["resource"], problem.params["method"]) for problem in found.problems] == [
            (next(iter(changed)), method)
        ]

    def test_without_products_orders_still_come(self) -> None:
        found = run(PrestaStage(keys=(key_with(products=""),)).shop.permissions())
        assert (found.read_orders, found.write_orders, found.read_products) == (True, True, False)

    @pytest.mark.parametrize(("methods", "writes"), [(("PATCH",), True), (("PATCH", "PUT"), None), (("POST",), None)])
    def test_a_wall_that_only_writes_meet_is_found_before_an_order_does(
        self, methods: tuple[str, ...], writes: bool | None
    ) -> None:
        """What PUT can do for PATCH is no problem."""
        stage = PrestaStage(orders=1)
        stage.backstage.set_walls([Wall(kind=Kind.METHOD_NOT_ALLOWED, methods=methods)])
        found = run(stage.shop.permissions())
        assert found.write_orders is writes
        assert [problem.code for problem in found.problems] == ([] if writes else ["method-refused"])

    def test_an_unknown_key_is_told_from_one_that_did_not_arrive(self) -> None:
        stage = PrestaStage()
        stage.sandbox.state.keys.clear()
        assert [problem.code for problem in run(stage.shop.permissions()).problems] == ["key-unknown"]

    def test_a_recorded_list_is_read(self) -> None:
        body = dict(recordings("prestashop"))["030-api-root-limited-key"]["response"]["body"]
        rights = parsed(body.encode())
        assert rights["order_histories"] == {"GET", "POST", "HEAD"}
        assert rights["orders"] == {"GET", "HEAD"}

    def test_a_list_with_entities_is_refused(self) -> None:
        stage = PrestaStage()
        bomb = '<!DOCTYPE a [<!ENTITY b "c">]><prestashop><api><orders get="&b;"/></api></prestashop>'

        async def send(request: Request) -> Exchange:
            return Exchange(request=request, started_at=NOW, response=_xml(bomb))

        found = run(PrestaShop(stage.access, send).permissions())
        assert [problem.code for problem in found.problems] == ["unexpected-answer"]


def _xml(body: str) -> Response:
    return Response(status=200, headers=(("Content-Type", "text/xml"), ("PSWS-Version", "8.2.1")), body=body.encode())


def test_the_pretend_shop_makes_keys_as_prestashop_does() -> None:
    (key,) = PrestaShopApplication.keys_of(ShopSpec(platform="prestashop"))
    assert len(key.key) == 32
