"""Finding the shop from whatever address people type, and each permission that is missing."""

from __future__ import annotations

import pytest

from tests.contract.stages import shopify
from tests.unit.shops.shopify.stage import answer, run, sending
from varco.model.errors import ShopFault
from varco.model.exchange import Request, Response
from varco.shops.base import ShopAccess
from varco.shops.registry import recognise
from varco.shops.shopify.connect import version_ends
from varco.shops.shopify.shop import Shopify

SCOPES = (
    "read_orders", "read_products", "read_locations", "write_merchant_managed_fulfillment_orders",
    "write_third_party_fulfillment_orders", "write_assigned_fulfillment_orders",
)  # fmt: skip
MARK = ("X-ShopId", "1")
PAGE = b'<script>Shopify.shop = "bottega.myshopify.com";</script>'


def found_at(url: str, page: Response) -> str:
    def shop(request: Request) -> Response:
        return page if request.url.rstrip("/") == url else Response(status=404)

    return run(Shopify(ShopAccess(base_url=url, user_agent="Varco"), sending(shop)).recognise()).final_url


def test_the_pretend_shop_is_found_among_all_platforms() -> None:
    stage = shopify(orders=1)
    found = run(recognise("https://shop.example", "Varco", stage.send))
    assert (found.platform, found.final_url) == ("shopify", "https://shop.example")


def test_a_domain_of_its_own_leads_to_the_name_at_shopify() -> None:
    assert found_at("https://bottega.example", Response(status=200, body=PAGE)) == "https://bottega.myshopify.com"


def test_the_name_at_shopify_stays_though_its_home_page_leads_elsewhere() -> None:
    moved = Response(status=301, headers=(MARK, ("Location", "https://bottega.example/")))
    assert found_at("https://bottega.myshopify.com", moved) == "https://bottega.myshopify.com"


def test_the_address_of_the_office_is_understood_without_asking() -> None:
    url = "https://admin.shopify.com/store/bottega"
    assert found_at(url, Response(status=500)) == "https://bottega.myshopify.com"


@pytest.mark.parametrize(
    ("page", "code"),
    [
        (Response(status=200, headers=(MARK,), body=b"a page that tells no name"), "shop-address-needed"),
        (Response(status=404, headers=(MARK,), body=b"there is no such shop"), "not-a-shop"),
        (Response(status=200, body=b"another shop"), "not-a-shop"),
    ],
)
def test_what_is_there_instead_is_said(page: Response, code: str) -> None:
    with pytest.raises(ShopFault) as told:
        found_at("https://bottega.example", page)
    assert told.value.finding.code == code


@pytest.mark.parametrize("missing", SCOPES)
def test_each_permission_that_is_missing_is_named(missing: str) -> None:
    stage = shopify(orders=1, scopes=tuple(scope for scope in SCOPES if scope != missing))
    found = run(stage.shop.permissions())
    assert [problem.params["scope"] for problem in found.problems] == [missing]
    assert found.read_orders is (missing != "read_orders")


def test_the_sixty_days_are_said_unless_the_app_sees_all() -> None:
    few, all_of_them = shopify(orders=1, scopes=SCOPES), shopify(orders=1, scopes=(*SCOPES, "read_all_orders"))
    profile = run(few.shop.profile())
    assert (profile.sees_days, [warning.code for warning in profile.warnings]) == (60, ["orders-of-60-days"])
    profile = run(all_of_them.shop.profile())
    assert (profile.sees_days, profile.warnings) == (None, ())


def test_a_version_is_good_for_a_year_at_least() -> None:
    assert [str(version_ends(name)) for name in ("2026-07", "2026-10", "unstable")] == [
        "2027-07-01", "2027-10-16", "None",
    ]  # fmt: skip


def test_a_shop_in_the_cloud_is_not_probed() -> None:
    assert Shopify(ShopAccess(base_url="https://x.myshopify.com", user_agent="V"), sending(answer)).probes() == ()
