"""Reading a pretend Shopify: who may, which version answers, what is hidden, pages and searches."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.contract.shopify_world import RECORDED
from tests.unit.sandbox.helpers import BEGAN, json_of
from tests.unit.sandbox.shopify_caller import ShopifyCaller
from varco.sandbox import Key
from varco.sandbox.shopify.search import Field, search

INDEX = """query($first: Int, $last: Int, $after: String, $before: String, $query: String, $reverse: Boolean) {
  orders(first: $first, last: $last, after: $after, before: $before, query: $query, reverse: $reverse,
    sortKey: UPDATED_AT) { pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    nodes { id updatedAt } } }"""
SHARES = """query($query: String, $includeClosed: Boolean) { fulfillmentOrders(first: 250, query: $query,
  sortKey: UPDATED_AT, includeClosed: $includeClosed) { nodes { id status } } }"""


def ids(page: Any) -> list[int]:
    return [int(node["id"].rpartition("/")[2]) for node in page["nodes"]]


class TestSigningIn:
    def test_gives_a_token_of_a_day_with_its_scopes(self) -> None:
        caller = ShopifyCaller()
        told = json_of(caller.sign_in())
        assert told["expires_in"] == 86_399
        assert "write_merchant_managed_fulfillment_orders" in told["scope"].split(",")
        assert caller.read("{ shop { myshopifyDomain } }") == {
            "shop": {"myshopifyDomain": "bottega-di-prova.myshopify.com"}
        }

    def test_a_token_ends_by_the_shops_clock(self) -> None:
        caller = ShopifyCaller(token_s=100)
        caller.sign_in()
        caller.clock.move(99)
        assert caller.call("{ shop { name } }").status == 200
        caller.clock.move(1)
        assert caller.call("{ shop { name } }").status == 401

    @pytest.mark.parametrize(
        ("changed", "status", "code"),
        [
            ({"client_secret": "shpss_wrong"}, 401, "invalid_client"),
            ({"client_id": "wrong"}, 401, "invalid_client"),
            ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ],
    )
    def test_wrong_credentials_are_told_apart(self, changed: dict[str, str], status: int, code: str) -> None:
        answer = ShopifyCaller().sign_in(**changed)
        assert (answer.status, json_of(answer)["error"]) == (status, code)

    def test_an_app_of_another_organisation_is_not_let_in(self) -> None:
        answer = ShopifyCaller(keys=(Key(key="id", secret="secret", manager=False),)).sign_in()
        assert (answer.status, json_of(answer)["error"]) == (400, "shop_not_permitted")

    def test_an_old_app_has_a_token_that_does_not_end(self) -> None:
        caller = ShopifyCaller(legacy_token=True)
        caller.token = caller.shop.credentials()["access_token"].reveal()
        caller.clock.move(400 * 86_400)
        caller.backstage.act("expire_tokens", {})
        assert caller.call("{ shop { name } }").status == 200

    def test_a_caller_from_elsewhere_is_refused_where_the_app_has_a_list(self) -> None:
        caller = ShopifyCaller(allowed_networks=("192.0.2.0/24",))
        assert caller.call("{ shop { name } }", address="203.0.113.5").status == 403
        assert caller.call("{ shop { name } }", address="192.0.2.5").status == 200


class TestVersions:
    @pytest.mark.parametrize(
        ("asked", "served"), [("2026-07", "2026-07"), ("2024-01", "2026-01"), ("2026-10", "2026-10")]
    )
    def test_an_expired_one_is_served_by_the_oldest(self, asked: str, served: str) -> None:
        answer = ShopifyCaller().call("{ shop { name } }", version=asked)
        assert (answer.status, dict(answer.headers)["X-Shopify-API-Version"]) == (200, served)
        assert dict(answer.headers)["X-Request-Id"]

    def test_one_that_never_was_is_not_there(self) -> None:
        assert ShopifyCaller().call("{ shop { name } }", version="2027-01").status == 404

    def test_the_newest_says_that_a_cancelled_order_needs_no_shipping(self) -> None:
        caller = ShopifyCaller()
        number = caller.order(status="cancelled")
        query = f'{{ order(id: "gid://shopify/Order/{number}") {{ displayFulfillmentStatus }} }}'
        told = [
            json_of(caller.call(query, version=version))["data"]["order"]["displayFulfillmentStatus"]
            for version in ("2026-07", "2026-10")
        ]
        assert told == ["UNFULFILLED", "FULFILLMENT_NOT_REQUIRED"]


class TestWhatIsHidden:
    def test_orders_older_than_sixty_days_are_not_there(self) -> None:
        caller = ShopifyCaller()
        old, new = (caller.order(at=BEGAN - timedelta(days=days)) for days in (61, 59))
        assert ids(caller.read(INDEX, first=10)["orders"]) == [new]
        assert caller.read("query($id: ID!) { order(id: $id) { id } }", id=f"gid://shopify/Order/{old}") == {
            "order": None
        }

    def test_unless_the_app_may_read_all(self) -> None:
        caller = ShopifyCaller(scopes=("read_orders", "read_all_orders"))
        old = caller.order(at=BEGAN - timedelta(days=61))
        assert ids(caller.read(INDEX, first=10)["orders"]) == [old]

    def test_fulfilment_orders_without_their_scope_are_silently_missing(self) -> None:
        caller = ShopifyCaller(scopes=("read_orders", "read_third_party_fulfillment_orders"))
        assert caller.shares_quietly(caller.order()) == []

    def test_they_are_missing_until_they_are_routed(self) -> None:
        caller = ShopifyCaller(routing_s=40)
        number = caller.order(at=BEGAN)
        assert caller.shares(number) == []
        caller.clock.move(41)
        assert len(caller.shares(number)) == 1

    def test_a_customer_that_is_hidden_is_null_and_no_error(self) -> None:
        caller = ShopifyCaller(customer_data=False)
        caller.order()
        (order,) = caller.read("{ orders(first: 1) { nodes { email shippingAddress { city } requiresShipping } } }")[
            "orders"
        ]["nodes"]
        assert order == {"email": None, "shippingAddress": None, "requiresShipping": True}

    def test_a_missing_scope_is_an_error_that_names_it(self) -> None:
        answer = ShopifyCaller(scopes=("read_products",)).ask("{ orders(first: 1) { nodes { id } } }")
        (error,) = answer["errors"]
        assert answer["data"] is None
        assert (error["extensions"]["code"], error["path"]) == ("ACCESS_DENIED", ["orders"])
        assert "`read_orders`" in error["message"]

    def test_what_it_does_not_pretend_is_said_and_not_null(self) -> None:
        answer = ShopifyCaller().ask("{ draftOrders(first: 1) { nodes { id } } }")
        assert "QueryRoot.draftOrders" in answer["errors"][0]["message"]


class TestPages:
    @pytest.mark.parametrize("size", [1, 3, 7, 250])
    def test_lose_nothing_where_many_changed_in_one_second(self, size: int) -> None:
        caller = ShopifyCaller()
        numbers = caller.backstage.add_orders(20, at=BEGAN - timedelta(hours=1), modified_at=BEGAN)
        found: list[int] = []
        cursor, more = None, True
        while more:
            page = caller.read(INDEX, first=size, after=cursor)["orders"]
            found += ids(page)
            cursor, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
        assert found == numbers

    def test_go_on_where_the_row_of_the_cursor_is_gone(self) -> None:
        caller = ShopifyCaller()
        numbers = [caller.order(modified_at=BEGAN - timedelta(minutes=9 - place)) for place in range(6)]
        page = caller.read(INDEX, first=3)["orders"]
        caller.backstage.delete([numbers[2]])
        after = caller.read(INDEX, first=3, after=page["pageInfo"]["endCursor"])["orders"]
        assert ids(after) == numbers[3:]

    def test_can_be_read_from_the_end_and_backwards(self) -> None:
        caller = ShopifyCaller()
        numbers = [caller.order(modified_at=BEGAN - timedelta(minutes=9 - place)) for place in range(6)]
        last = caller.read(INDEX, last=2)["orders"]
        assert ids(last) == numbers[4:]
        assert (last["pageInfo"]["hasNextPage"], last["pageInfo"]["hasPreviousPage"]) == (False, True)
        before = caller.read(INDEX, last=2, before=last["pageInfo"]["startCursor"])["orders"]
        assert ids(before) == numbers[2:4]
        assert ids(caller.read(INDEX, first=2, reverse=True)["orders"]) == [numbers[5], numbers[4]]

    @pytest.mark.parametrize("arguments", [{}, {"first": 251}, {"first": 5, "after": "nonsense"}])
    def test_of_a_wrong_kind_are_refused(self, arguments: dict[str, Any]) -> None:
        assert ShopifyCaller().ask(INDEX, **arguments)["errors"]

    def test_closed_fulfilment_orders_come_only_if_asked_for(self) -> None:
        caller = ShopifyCaller()
        caller.order(status="fulfilled")
        assert caller.read(SHARES)["fulfillmentOrders"]["nodes"] == []
        assert len(caller.read(SHARES, includeClosed=True)["fulfillmentOrders"]["nodes"]) == 1


class TestSearching:
    def test_a_field_that_is_not_known_is_passed_over_with_the_recorded_warning(self) -> None:
        caller = ShopifyCaller(orders=3)
        answer = caller.ask(INDEX, first=9, query="e_mail:hermes@example.com")
        theirs = RECORDED["search_field_warning"]["exchanges"]["invalidField"]["response"]["extensions"]["search"][0]
        (ours,) = answer["extensions"]["search"]
        assert len(answer["data"]["orders"]["nodes"]) == 3
        assert ours == {
            "path": ["orders"],
            "query": "e_mail:hermes@example.com",
            "parsed": theirs["parsed"] | {"field": "e_mail"},
            "warnings": [theirs["warnings"][0] | {"field": "e_mail"}],
        }

    def test_a_good_search_warns_of_nothing(self) -> None:
        assert (
            "search"
            not in ShopifyCaller().ask(INDEX, first=1, query="updated_at:>='2026-11-23T10:00:00Z'")["extensions"]
        )

    @pytest.mark.parametrize(
        ("text", "found"),
        [
            ("n:>2", [3, 4]),
            ("n:>=2 n:<4", [2, 3]),
            ("n:1 OR n:4", [1, 4]),
            ("(n:1 OR n:2) w:even", [2]),
            ("w:odd -n:3", [1]),
            ("NOT w:odd AND n:<=4", [2, 4]),
            ("w:odd,even n:4", [4]),
            ("n:2 OR (n:3 w:odd)", [2, 3]),
            ("three", [3]),
            ("", [1, 2, 3, 4]),
            ("t:>='1970-01-01T00:00:02Z'", [2, 3, 4]),
            ("t:>=1970-01-01T00:00:04+00:00", [4]),
            ("t:<now", [1, 2]),
        ],
    )
    def test_words_are_put_together_as_shopify_does(self, text: str, found: list[int]) -> None:
        names = {1: "one", 2: "two", 3: "three", 4: "four"}
        fields = {
            "n": Field("number", lambda n: n),
            "t": Field("time", lambda n: n),
            "w": Field("text", lambda n: "odd" if n % 2 else "even"),
        }
        asked = search(text, fields, now=3, default=Field("text", lambda n: names[n]))
        assert [n for n in names if asked.fits(n)] == found
        assert asked.warnings == ()

    def test_a_value_that_cannot_be_read_is_passed_over_and_warned_of(self) -> None:
        asked = search("t:>yesterday", {"t": Field("time", int)}, now=0, default=Field("text", str))
        assert [warning.code for warning in asked.warnings] == ["invalid_value"]
        assert asked.fits(1)
