"""What recorded refusals of PrestaShop 8.2.1 are called."""

from __future__ import annotations

import pytest

from tests.recordings import exchange_from, recordings
from varco.net.diagnose import diagnose, is_ambiguous
from varco.net.kinds import KINDS

RECORDED = dict(recordings("prestashop"))
CAUSES = {
    "001-disabled-ws_key": "webservice-off",
    "003-basic-stripped-by-fpm": "key-not-received",
    "020-no-key": "key-not-received",
    "022-wrong-key": "key-unknown",
    "023-wrong-key-json": "key-unknown",
    "024-short-key": "key-unknown",
    "029-bearer": "key-not-received",
    "02d-resource-not-permitted": "right-not-granted",
    "02e-resource-not-permitted-json": "right-not-granted",
    "02f-method-not-permitted": "right-not-granted",
    "031-api-root-limited-key-json": "shop-crashed",
    "04n-orders-sort-date-without-date1": "refused-by-shop",
    "051-order-404-json": "not-in-shop",
    "055-order-options": "method-refused",
    "057-order-delete-404": "not-in-shop",
    "060-host-mismatch-redirect": "redirected",
    "064-host-mismatch-followed": "page-instead-of-data",
    "08a-order_carrier-patch-404": "not-in-shop",
    "08b-order_carrier-bad-tracking": "refused-by-shop",
    "08h-order_carrier-no-patch-permission": "right-not-granted",
    "096-order_history-bad-order": "shop-crashed",
    "0a0-url-too-long": "request-too-large",
    "0bj-id_shop-bad": "redirected",
    "0c2-maintenance-front": "maintenance",
    "0c3-rewriting-off-api": "interface-not-found",
    "0d0-history-sendemail-smtp-down": "customer-mail-failed",
    "0d2-order_carrier-sendemail-smtp-down": "customer-mail-failed",
    "0e1-database-down": "shop-crashed",
    "0e3-debugmode-fatal-is-200": "shop-crashed",
    "0e4-debugmode-api-root-json": "shop-crashed",
}


@pytest.mark.parametrize(("name", "code"), CAUSES.items())
def test_a_recorded_refusal_has_its_name(name: str, code: str) -> None:
    finding = diagnose(exchange_from(RECORDED[name]))
    assert finding is not None
    assert finding.code == code
    kind = KINDS[code]
    assert "{" not in (kind.title + kind.sentence + kind.advice).format(**finding.params)


GOOD = [
    name
    for name, recording in RECORDED.items()
    if 200 <= recording["response"]["status"] < 300
    and ["Content-Type", "application/json"] in recording["response"]["headers"]
]


@pytest.mark.parametrize("name", GOOD)
def test_recorded_data_is_no_refusal_whatever_words_it_holds(name: str) -> None:
    assert diagnose(exchange_from(RECORDED[name])) is None


@pytest.mark.parametrize(
    ("name", "unclear"),
    [
        ("0d0-history-sendemail-smtp-down", True),
        ("096-order_history-bad-order", True),
        ("08b-order_carrier-bad-tracking", False),
        ("02f-method-not-permitted", False),
    ],
)
def test_whether_a_refused_write_may_have_been_done(name: str, unclear: bool) -> None:
    assert is_ambiguous(exchange_from(RECORDED[name])) is unclear
