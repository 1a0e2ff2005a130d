"""Letting us in: tokens for keys, what may be wrong with either, points, and errors under a good status."""

from __future__ import annotations

import json

import pytest

from tests.contract.stages import shopify
from tests.unit.shops.shopify.stage import act, answer, api_with, held, recorded, run, sending, with_order
from varco.model.errors import ShopFault
from varco.model.exchange import Request, Response
from varco.model.finding import UNKNOWN_CODE
from varco.model.secret import Secret
from varco.net.kinds import KINDS
from varco.sandbox import Key
from varco.shops.base import ShopAccess
from varco.shops.shopify import connect
from varco.shops.shopify.queries import CHECK, COUNT, FULFIL
from varco.shops.shopify.shop import Shopify

ORDERS_COUNTED = {"data": {"ordersCount": {"count": 3, "precision": "EXACT"}}}


def fault_over(response: Response, *, writes: bool = False) -> ShopFault:
    api = api_with(lambda _: response)
    with pytest.raises(ShopFault) as told:
        run(api.ask(FULFIL if writes else COUNT, {}))
    kind = KINDS[told.value.finding.code]
    assert "{" not in (kind.title + kind.sentence + kind.advice).format(**told.value.finding.params)
    assert told.value.finding.code != UNKNOWN_CODE
    return told.value


def test_a_token_is_asked_for_once_and_again_when_it_is_refused() -> None:
    stage, number = with_order()
    run(stage.shop.order(number))
    run(stage.again().order(number))
    assert act(stage, "tokens_given") == 1
    act(stage, "expire_tokens")
    assert run(stage.shop.order(number)) is not None
    assert act(stage, "tokens_given") == 2


def test_an_old_token_needs_no_keys_and_is_never_asked_for() -> None:
    stage, number = with_order(legacy_token=True)
    assert run(stage.shop.order(number)) is not None
    assert act(stage, "tokens_given") == 0
    act(stage, "uninstall")
    with pytest.raises(ShopFault) as told:
        run(stage.shop.order(number))
    assert told.value.finding.code == "app-token-refused"


@pytest.mark.parametrize(
    ("said", "status", "code"),
    [
        ({"error": "shop_not_permitted"}, 400, "app-not-of-shop"),
        ({"error": "app_not_installed"}, 400, "app-not-installed"),
        ({"error": "invalid_client"}, 401, "app-keys-wrong"),
        ({"error": "invalid_request"}, 400, "app-keys-wrong"),
    ],
)
def test_what_is_wrong_with_the_keys_is_told_apart(said: dict[str, str], status: int, code: str) -> None:

    keys = {"client_id": Secret("an-id"), "client_secret": Secret("a-secret")}
    access = ShopAccess(base_url="https://bottega.myshopify.com", credentials=keys, user_agent="Varco/test")
    seen: list[Request] = []
    found = run(Shopify(access, sending(lambda _: answer(said, status), seen)).permissions())
    assert [problem.code for problem in found.problems] == [code]
    assert found.read_orders is False
    assert b"a-secret" in seen[0].body


def test_an_app_of_another_organisation_is_named() -> None:
    stage = shopify(orders=1, keys=(Key(key="an-id", secret="a-secret", manager=False),))
    assert [problem.code for problem in run(stage.shop.permissions()).problems] == ["app-not-of-shop"]


@pytest.mark.parametrize(
    ("status", "code"),
    [(401, "app-token-refused"), (402, "shop-frozen"), (403, "app-address-list"), (404, "not-a-shop"),
     (423, "shop-frozen"), (429, "rate-limited"), (430, "rate-limited"), (500, "shopify-fault")],
)  # fmt: skip
def test_a_status_with_shopifys_words_is_named(status: int, code: str) -> None:
    assert fault_over(answer({"errors": "[API] no"}, status)).finding.code == code


def test_the_apps_own_address_list_is_named() -> None:
    stage, number = with_order(allowed_networks=("203.0.113.0/24",))
    with pytest.raises(ShopFault) as told:
        run(stage.shop.order(number))
    assert told.value.finding.code == "app-address-list"


@pytest.mark.parametrize(
    ("file", "exchange", "code"),
    [
        ("throttled", "throttled", "rate-limited"),
        ("search_field_warning", "invalidField", "query-not-understood"),
        ("errors_under_200", "moveUnknownId", "not-in-shop"),
        ("errors_under_200", "internalError", "shopify-fault"),
        ("fulfillment_order_hold", "hold", "scope-missing"),
        ("assigned_without_service", "assignedFulfillmentOrders", "refused-by-shop"),
    ],
)
def test_what_real_shops_answered_under_a_good_status_is_an_error(file: str, exchange: str, code: str) -> None:
    assert fault_over(recorded(file, exchange)).finding.code == code


def test_a_missing_permission_is_named_even_where_data_stand_beside_the_error() -> None:
    assert fault_over(recorded("fulfillment_order_hold", "hold")).finding.params["scope"] == "read_apps"


def test_an_error_of_shopifys_after_a_write_leaves_open_whether_it_was_done() -> None:
    broken = recorded("errors_under_200", "internalError")
    assert fault_over(broken, writes=True).ambiguous
    assert not fault_over(broken).ambiguous
    assert not fault_over(recorded("throttled", "throttled"), writes=True).ambiguous


@pytest.mark.parametrize("code", ["MAX_COST_EXCEEDED", "undefinedField", "INVALID_VARIABLE", "SOMETHING_NEW"])
def test_a_question_that_is_not_understood_is_never_asked_twice(code: str) -> None:
    asked: list[int] = []

    def refusing(_: Request) -> Response:
        asked.append(1)
        return answer({"errors": [{"message": "no", "extensions": {"code": code}}]})

    with pytest.raises(ShopFault) as told:
        run(api_with(refusing).ask(COUNT, {}))
    assert (told.value.finding.code, len(asked)) == ("query-not-understood", 1)


def throttled(available: float) -> dict[str, object]:
    status = {"maximumAvailable": 2000, "currentlyAvailable": available, "restoreRate": 100}
    return {"cost": {"requestedQueryCost": 10, "throttleStatus": status}}


def test_points_are_waited_for_before_the_next_question() -> None:
    rests: list[float] = []
    api = api_with(lambda _: answer({**ORDERS_COUNTED, "extensions": throttled(4)}), rest=rests)
    run(api.ask(COUNT, {}))
    assert rests == []
    run(api.ask(COUNT, {}))
    assert rests == [pytest.approx(0.06)]


def test_a_throttled_question_is_asked_again_once_there_are_points() -> None:
    rests: list[float] = []
    answers = [
        answer({"errors": [{"message": "Throttled", "extensions": {"code": "THROTTLED"}}], "extensions": throttled(2)}),
        answer({**ORDERS_COUNTED, "extensions": throttled(500)}),
    ]
    api = api_with(lambda _: answers.pop(0), rest=rests)
    assert b"ordersCount" in run(api.ask(COUNT, {})).data
    assert rests == [pytest.approx(0.08)]


def test_a_bucket_that_stays_empty_is_a_fault_that_says_how_long_to_wait() -> None:
    told = fault_over(recorded("throttled", "throttled"))
    assert told.finding.code == "rate-limited"
    assert told.retry_after_s is not None
    assert told.retry_after_s > 0


def test_a_drained_bucket_of_the_pretend_shop_fills_while_we_wait() -> None:
    stage, number = with_order()
    run(stage.shop.order(number))
    act(stage, "drain_bucket", left=5)
    assert run(stage.shop.order(number)) is not None
    assert held(stage, number).id == int(number)


def test_another_version_that_answers_and_one_that_ends_are_said() -> None:
    body = {
        "data": {
            "shop": {"currencyCode": "EUR", "ianaTimezone": "Europe/Rome", "weightUnit": "KILOGRAMS"},
            "currentAppInstallation": {"accessScopes": [{"handle": "read_all_orders"}]},
        }
    }
    other = run(connect.profile(api_with(lambda _: answer(body, 200, ("X-Shopify-API-Version", "2027-01")))))
    assert [warning.code for warning in other.warnings] == ["api-version-other"]
    late = Response(
        status=200,
        headers=(("Content-Type", "application/json"), ("Date", "Wed, 02 Jun 2027 08:00:00 GMT")),
        body=json.dumps(body).encode(),
    )
    ending = run(connect.profile(api_with(lambda _: late)))
    assert [warning.code for warning in ending.warnings] == ["api-version-ends"]
    assert str(ending.version_ends) == "2027-07-01"
    assert CHECK.cost() == 3
