"""Recorded refusals, and what they are called."""

from __future__ import annotations

import pytest

from tests.recordings import exchange_from, recordings
from varco.model.probe import AnsweredBy
from varco.net.diagnose import diagnose
from varco.net.magento import refusal, resource_of, words_of
from varco.shops.magento.shop import answered_by

RECORDED = dict(recordings("magento"))
CAUSES = {
    "auth_admin_token_wrong_password_401": "keys-wrong",
    "body_unknown_property_400": "refused-by-shop",
    "limit_on_max_page_size_100_pagesize_300_400": "refused-by-shop",
    "maintenance_get_503": "maintenance",
    "maintenance_post_503": "maintenance",
    "method_patch_orders_405": "method-refused",
    "order_comment_unknown_status_400": "refused-by-shop",
    "order_id_not_int_400": "refused-by-shop",
    "order_ship_again_400": "refused-by-shop",
    "order_ship_track_missing_fields_400": "refused-by-shop",
    "order_ship_unknown_order_404": "not-in-shop",
    "order_unknown_404": "not-in-shop",
    "orders_basic_auth_401": "keys-not-accepted",
    "orders_bearer_missing_acl_401": "keys-not-accepted",
    "orders_filter_unknown_field_500": "shop-crashed",
    "orders_no_token_401": "keys-not-accepted",
    "orders_oauth1_bad_signature_401": "keys-wrong",
    "orders_oauth1_hmac_sha1_400": "refused-by-shop",
    "orders_oauth1_nonce_reused_401": "keys-wrong",
    "orders_oauth1_timestamp_2h_future_401": "clock-refused",
    "outage_database_down_500": "database-down",
    "outage_database_down_post_500": "database-down",
    "outage_php_fpm_down_502": "server-down",
    "product_unknown_sku_404": "not-in-shop",
    "route_lowercase_v1_400": "interface-not-found",
    "route_unknown_store_code_400": "interface-not-found",
    "route_v2_404": "shop-software-off",
    "accept_html_500": "shop-crashed",
}


@pytest.mark.parametrize(("name", "code"), CAUSES.items())
def test_a_recorded_refusal_has_its_name(name: str, code: str) -> None:
    finding = diagnose(exchange_from(RECORDED[name]), platform="magento")
    assert finding is not None
    assert finding.code == code


def test_no_good_answer_is_taken_for_a_fault() -> None:
    good = {name: one for name, one in RECORDED.items() if one["response"]["status"] == 200}
    assert len(good) > 90
    for name, recording in good.items():
        assert diagnose(exchange_from(recording), platform="magento") is None, name


def test_every_recorded_refusal_is_named() -> None:
    bad = {name: one for name, one in RECORDED.items() if one["response"]["status"] >= 400}
    for name, recording in bad.items():
        finding = diagnose(exchange_from(recording), platform="magento")
        assert finding is not None
        assert finding.code != "unexpected-answer", name


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("orders_no_token_401", "The consumer isn't authorized to access Magento_Sales::actions_view."),
        ("body_empty_400", '"statusHistory" is required. Enter and try again.'),
        ("orders_oauth1_nonce_reused_401", "The nonce is already being used by the consumer with ID 2"),
    ],
)
def test_what_magento_leaves_open_is_filled(name: str, words: str) -> None:
    response = exchange_from(RECORDED[name]).response
    assert response is not None
    assert words_of(response) == words


def test_words_that_others_could_use_count_only_where_the_shop_is_known_to_be_magento() -> None:
    exchange = exchange_from(RECORDED["order_unknown_404"])
    assert refusal(exchange) is None
    assert refusal(exchange, known=True) is not None
    assert refusal(exchange_from(RECORDED["orders_no_token_401"])) is not None


def test_the_resource_is_told() -> None:
    assert resource_of(exchange_from(RECORDED["store_configs_no_token_401"])) == "Magento_Backend::store"
    assert resource_of(exchange_from(RECORDED["order_unknown_404"])) == ""


@pytest.mark.parametrize("name", [name for name in RECORDED if name.startswith(("method_", "route_v2"))])
def test_refused_methods_are_the_shops_own_words(name: str) -> None:
    by_the_server = name == "method_trace_orders_405"
    who = answered_by(exchange_from(RECORDED[name]))
    assert (who is AnsweredBy.APPLICATION) is not by_the_server
