"""No organisation sees another's rows, over every address of the hub.

The addresses are walked, not listed: a new page or call joins by existing. Every id in an address, every name that a
page reads from a form or a query, and every parameter of the API is filled with ids of another organisation, whose
rows all carry a mark that must appear nowhere.
"""

from __future__ import annotations

import inspect
import json
import logging
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Any, Final

import pytest
from django.apps import apps
from django.db import models
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.unit.hub import rows
from varco.hub.api.service import THROTTLE, api
from varco.hub.models import (
    ApiToken,
    Channel,
    ExchangeRecord,
    FindingRecord,
    KeptLines,
    Membership,
    NumberRange,
    Operation,
    OrderEvent,
    OrderRefund,
    Organisation,
    ShopToken,
    StreamCursor,
    UnreadOrder,
    User,
    WebhookAddress,
    WebhookDelivery,
)
from varco.hub.models.tenancy import PublicTenant, Tenant, TenantManager

MARK: Final = "zqxforeign"
"""Too long to stand in a random token by chance."""
NOT_THERE: Final = (403, 404, 405)
OF_NOBODY: Final = frozenset({"user", "organisation"})
"""Tables of the installation whose rows organisations share or are."""
BY_TOKEN: Final = frozenset({"choose-password", "public-check-result"})
"""Opened by a one-time token in the address, by whoever holds it: no membership is asked."""
CONVERTERS: Final = {"UUIDConverter", "StringConverter"}


@dataclass(frozen=True)
class Route:
    template: str
    name: str
    parameters: tuple[str, ...]
    module: str
    """Where its view stands."""

    def filled(self, ids: tuple[str, ...]) -> str:
        text = self.template
        for parameter, value in zip(self.parameters, ids, strict=True):
            text = re.sub(rf"<(\w+:)?{parameter}>", value, text)
        return "/" + text

    def names_read(self) -> set[str]:
        """What the view may read from a query or a form: in its module's source, or in the API's description."""
        call = self.template.removeprefix("api/v1/") if self.template.startswith("api/v1/") else None
        return names_in_api(call) if call is not None else names_in(self.module)


@cache
def names_in(module: str) -> set[str]:
    reads = r"(?:GET|POST|sent)(?:\.get|\.getlist|\[)\(?\s*\"(\w+)\""
    return set(re.findall(reads, inspect.getsource(sys.modules[module])))


def names_in_api(call: str) -> set[str]:
    """Those that take any text or an id; a number would be refused before anything is looked up."""
    methods = described().get("/api/v1/" + call, {})
    asked = [one for method in methods.values() for one in method.get("parameters", ()) if one["in"] == "query"]
    return {one["name"] for one in asked if '"string"' in json.dumps(one["schema"]) and "enum" not in one["schema"]}


@cache
def described() -> dict[str, Any]:
    paths: dict[str, Any] = api.get_openapi_schema()["paths"]
    return paths


def routes(patterns: list[URLPattern | URLResolver] | None = None, before: str = "") -> Iterator[Route]:
    for pattern in get_resolver().url_patterns if patterns is None else patterns:
        template = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, template)
        else:
            converters = pattern.pattern.converters
            assert {type(one).__name__ for one in converters.values()} <= CONVERTERS, template
            yield Route(template, pattern.name or "", tuple(converters), pattern.callback.__module__)


WITH_IDS: Final = [route for route in routes() if route.parameters]
WITHOUT_IDS: Final = [route for route in routes() if not route.parameters]


def hub_models() -> list[type[models.Model]]:
    return list(apps.get_app_config("hub").get_models())


@dataclass
class TwoOrganisations:
    member: User
    own: dict[str, str]
    """Kind of row to its public id."""
    foreign: dict[str, str]
    theirs: Organisation

    def client(self) -> Client:
        client = Client()
        client.force_login(self.member)
        return client


@pytest.fixture(autouse=True)
def quick(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    """Thousands of refusals are what we want here, not a limit; writing them down takes longer than they do."""
    caplog.set_level(logging.CRITICAL)
    monkeypatch.setattr(THROTTLE, "num_requests", 1_000_000)


@pytest.fixture
def two(db: None) -> TwoOrganisations:
    """Two organisations with a row of every kind; all texts of the second carry the mark."""
    mine, theirs = (Organisation.objects.create(name=name) for name in ("Mine", f"{MARK} organisation"))
    member = person(mine, "me@mine.example")
    person(theirs, f"{MARK}@theirs.example")
    own, foreign = furnish(mine, "mine"), furnish(theirs, MARK)
    return TwoOrganisations(member, own, foreign, theirs)


def person(organisation: Organisation, email: str) -> User:
    made = User.objects.create(email=email, name=f"{organisation.name} person", password="!")
    Membership.objects.create(user=made, organisation=organisation, role=Membership.OWNER)
    return made


def furnish(organisation: Organisation, mark: str) -> dict[str, str]:
    """A row in every table of a tenant; the public ids of those that have one, and of its people."""
    organisation.sender = {"name": f"{mark} sender", "line1": f"{mark} street", "city": mark, "country": "IT"}
    organisation.save()
    user = User.objects.get(memberships__organisation=organisation)
    integration = rows.make_integration(organisation, f"{mark} shop")
    integration.base_url = f"https://{mark}.example"
    integration.shop_statuses = [{"slug": f"{mark}-status", "name": f"{mark} status"}]
    integration.save()
    owned: dict[str, Any] = {"organisation": organisation}
    shop: dict[str, Any] = {**owned, "integration": integration}
    address = {part: f"{mark} {part}" for part in ("name", "company", "line1", "postcode", "city", "phone", "email")}
    order = rows.make_order(
        integration, f"{mark}-1", address=address, lines=[(f"{mark}-sku", 3)], status=f"{mark}-status"
    )
    rows.make_product(integration, name=f"{mark} product")
    rows.make_shipment(order, f"{mark.upper()}123")
    times = {"first_seen_at": rows.PLACED, "last_seen_at": rows.PLACED}
    exchange = ExchangeRecord.objects.create(
        **shop, at=rows.PLACED, purpose="poll", method="GET", url=f"https://{mark}.example/wp-json", total_ms=5
    )
    FindingRecord.objects.create(
        **shop, **times, order=order, code="internal-error", confidence="certain", rests_on=mark, exchange=exchange
    )
    UnreadOrder.objects.create(**shop, **times, remote_id=mark, number=f"{mark}-2", finding_code="internal-error")
    OrderRefund.objects.create(**owned, order=order, remote_id=mark, amount=1, reason=f"{mark} reason")
    OrderEvent.objects.create(**owned, order=order, at=rows.PLACED, actor=f"{mark}@theirs.example", kind="changed")
    ShopToken.objects.create(**shop, keys=mark, token=mark.encode(), until=rows.PLACED)
    StreamCursor.objects.create(**shop, stream=mark, cursor=mark, updated_at=rows.PLACED)
    NumberRange.objects.create(**owned, name=f"{mark} range", carrier_name=f"{mark} carrier", prefix=mark.upper())
    ApiToken.objects.create(**owned, user=user, name=f"{mark} key", hash=mark.encode(), created_at=rows.PLACED)
    lines = {"identity": "varco", "target": "nginx", "source": f"https://{mark}.example/ips"}
    KeptLines.objects.create(**shop, **lines, addresses=[mark], kept_at=rows.PLACED, kept_by=mark)
    WebhookAddress.objects.create(**shop, path=f"{mark}-path", secrets=b"sealed", url=f"https://{mark}.example")
    WebhookDelivery.objects.create(**shop, key=mark, at=rows.PLACED)
    for kind in ("connect", "recognise", "ship"):
        Operation.objects.create(
            **shop,
            order=order,
            kind=kind,
            state=Operation.FAILED,
            params={"url": f"https://{mark}.example", "orders": [str(order.public_id)], "parcels": [{"number": mark}]},
            result={"final_url": f"https://{mark}.example"},
            finding_code="internal-error",
            asked_by=mark,
            asked_at=rows.PLACED,
        )
    assert Channel.objects.of(organisation).exists()
    ids = {"user": str(user.public_id), "organisation": str(organisation.public_id)}
    for model in hub_models():
        if issubclass(model, PublicTenant):
            for row in model.objects.of(organisation):
                ids[f"{model.__name__} {getattr(row, 'kind', '')}"] = str(row.public_id)
    return ids


def snapshot(organisation: Organisation) -> list[tuple[str, list[dict[str, Any]]]]:
    """All that belongs to it, to be compared."""
    tables: list[Any] = [model for model in hub_models() if issubclass(model, Tenant)]
    kept = [(table.__name__, list(table.objects.of(organisation).order_by("pk").values())) for table in tables]
    members = Membership.objects.filter(organisation=organisation)
    users = User.objects.filter(memberships__organisation=organisation)
    return [*kept, ("Membership", list(members.values())), ("User", list(users.values()))]


def tells_of_them(response: Any) -> bool:
    body = b"".join(response) if response.streaming else response.content
    return MARK.encode() in body.lower() or MARK in response.headers.get("Location", "").lower()


def id_combinations(route: Route, two: TwoOrganisations) -> Iterator[tuple[str, ...]]:
    """Every way to name a foreign row: alone, or beside an own row that would be right."""
    foreign, own = list(two.foreign.values()), list(two.own.values())
    yield from ((value,) * len(route.parameters) for value in foreign)
    if len(route.parameters) > 1 and route.name not in BY_TOKEN:
        yield from product(own, foreign)
        yield from product(foreign, own)


def is_refusal(response: Any, ids: tuple[str, ...], two: TwoOrganisations) -> bool:
    """Not there; or, where an own row stood beside the foreign one, back to the page of the own one."""
    back = response.headers.get("Location", "")
    own_page = any(value in back for value in ids if value in two.own.values())
    return response.status_code in NOT_THERE or (own_page and not any(value in back for value in two.foreign.values()))


def test_a_foreign_row_is_not_there(two: TwoOrganisations) -> None:
    before = snapshot(two.theirs)
    seen = []
    for route in WITH_IDS:
        client = two.client()
        for method in ("GET", "POST", "PUT", "PATCH", "DELETE"):
            for ids in id_combinations(route, two):
                response = client.generic(method, route.filled(ids), content_type="application/x-www-form-urlencoded")
                if tells_of_them(response) or not (route.name in BY_TOKEN or is_refusal(response, ids, two)):
                    seen.append((route.template, method, ids, response.status_code))
                if response.status_code == 405:
                    break  # no id changes that
    assert seen == []
    assert snapshot(two.theirs) == before


def test_a_page_or_list_shows_nothing_of_others(two: TwoOrganisations) -> None:
    before = snapshot(two.theirs)
    seen = []
    for route in WITHOUT_IDS:
        names = route.names_read()
        for method in ("get", "post"):
            client = two.client()
            for value in ["", *two.foreign.values()] if names else [""]:
                response = getattr(client, method)(route.filled(()), dict.fromkeys(names, value), follow=True)
                if tells_of_them(response) or response.status_code == 500:
                    seen.append((route.template, method, value, response.status_code))
                if response.status_code == 405:
                    break  # no name changes that
    assert seen == []
    assert snapshot(two.theirs) == before


def test_nobody_sees_anything_without_signing_in(two: TwoOrganisations) -> None:
    before = snapshot(two.theirs)
    seen = []
    for route in [*WITH_IDS, *WITHOUT_IDS]:
        for method, value in product(("GET", "POST"), two.foreign.values() if route.parameters else [""]):
            response = Client().generic(method, route.filled((value,) * len(route.parameters)))
            if tells_of_them(response):
                seen.append((route.template, method, value))
            if response.status_code in (302, 401):
                break  # nobody looked at the id
    assert seen == []
    assert snapshot(two.theirs) == before


def test_the_walk_finds_pages_and_calls() -> None:
    """It would prove nothing if it walked past them."""
    names = {route.name for route in WITH_IDS}
    assert {"order", "shipment", "integration", "integration-exchange", "ship-progress"} <= names
    assert any(route.template.startswith("api/v1/orders/") for route in WITH_IDS)
    names_read = set().union(*(route.names_read() for route in WITHOUT_IDS))
    assert {"order", "shop", "before", "organisation", "integration", "next"} <= names_read


@pytest.mark.parametrize("name", ["order", "shipment", "shipment-label", "integration", "integration-log"])
def test_own_rows_are_there(name: str, two: TwoOrganisations) -> None:
    """The same address with an own id opens: a 404 above is about whose row it is."""
    (route,) = (route for route in WITH_IDS if route.name == name)
    client = two.client()
    assert 200 in {client.get(route.filled((value,))).status_code for value in two.own.values()}


def test_every_tenants_table_has_a_row_in_this_test(two: TwoOrganisations) -> None:
    tables: list[Any] = [model for model in hub_models() if issubclass(model, Tenant)]
    assert [table.__name__ for table in tables if not table.objects.of(two.theirs).exists()] == []


@pytest.mark.parametrize("model", hub_models(), ids=lambda model: model.__name__)
def test_every_table_of_a_tenant_names_its_organisation(model: type[models.Model]) -> None:
    """NOT NULL, and read through the scoped manager. What has no organisation is the installation's."""
    if model in (Organisation, User, Membership) or model.__module__ == "varco.hub.models.system":
        assert not issubclass(model, Tenant)
        return
    field = model._meta.get_field("organisation")
    assert isinstance(field, models.ForeignKey)
    assert field.null is False
    assert isinstance(model._default_manager, TenantManager)
