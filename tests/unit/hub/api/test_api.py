"""The REST API: who gets in, what is answered, and that each answer is as the description says."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client, RequestFactory
from pydantic import BaseModel

from tests.conftest import FakeClock
from tests.unit.hub.rows import PLACED, make_integration, make_order, make_product, make_shipment
from varco.hub.api import schemas
from varco.hub.api.service import THROTTLE, api
from varco.hub.models import (
    ApiToken,
    ExchangeRecord,
    FindingRecord,
    Integration,
    Membership,
    Operation,
    Organisation,
    User,
)
from varco.hub.store import orders, tokens


class Caller:
    """A program with a key."""

    def __init__(self, token: tokens.NewToken) -> None:
        self.row = token.row
        self._client = Client(headers={"authorization": f"Bearer {token.secret.reveal()}"})

    def get(self, path: str, **query: Any) -> Any:
        return self._client.get(f"/api/v1/{path}", query)

    def post(self, path: str, body: Any = None) -> Any:
        return self._client.post(f"/api/v1/{path}", body, content_type="application/json")


@pytest.fixture
def caller(organisation: Organisation, user: User) -> Caller:
    return Caller(tokens.create(organisation, user, "test"))


def said(response: Any, status: int = 200) -> Any:
    assert response.status_code == status, response.content
    assert response.headers["Content-Type"] == "application/json"
    return json.loads(response.content)


def fits(schema: type[BaseModel], answer: Any) -> None:
    """Exactly: no field missing, none too many."""
    assert set(schema.model_validate(answer).model_dump()) == set(answer)


def ship_body(order: Any, **values: Any) -> dict[str, Any]:
    return {
        "orders": [str(order.public_id)],
        "carrier_name": "Corriere",
        "parcels": [{"number": "TRK1", "weight_g": 500}],
        "request_key": "0199c0de-0000-7000-8000-000000000001",
        **values,
    }


def test_without_a_key_nobody_gets_in(client: Client, db: None) -> None:
    response = client.get("/api/v1/orders")
    assert said(response, 401)["code"] == "not-signed-in"
    assert response.headers["WWW-Authenticate"] == "Bearer"


def test_a_wrong_key_does_not_get_in(client: Client, db: None) -> None:
    assert said(client.get("/api/v1/orders", headers={"authorization": "Bearer varco_wrong"}), 401)


def test_a_key_is_kept_as_its_hash_alone(organisation: Organisation, user: User) -> None:
    made = tokens.create(organisation, user, "scanner")
    kept = ApiToken.objects.values().get()
    assert made.secret.reveal().startswith("varco_")
    assert made.secret.reveal() not in str(kept)
    assert made.secret.reveal().encode() not in bytes(kept["hash"])


def test_a_revoked_key_does_not_get_in(caller: Caller) -> None:
    tokens.revoke(caller.row)
    assert said(caller.get("orders"), 401)


def test_a_key_ends_with_the_membership_of_who_made_it(caller: Caller, user: User) -> None:
    Membership.objects.filter(user=user).delete()
    assert said(caller.get("orders"), 401)


def test_the_use_of_a_key_is_noted_once_a_minute(caller: Caller, clock: FakeClock) -> None:
    caller.get("orders")
    first = ApiToken.objects.get().last_used_at
    clock.move(30)
    caller.get("orders")
    assert ApiToken.objects.get().last_used_at == first
    clock.move(31)
    caller.get("orders")
    assert ApiToken.objects.get().last_used_at == clock.now()


def test_a_signed_in_person_gets_in_but_not_by_a_forged_request(integration: Integration, user: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    assert said(client.get("/api/v1/integrations"))
    refused = client.post(f"/api/v1/integrations/{integration.public_id}/pause")
    assert said(refused, 403)["code"] == "not-allowed"
    integration.refresh_from_db()
    assert integration.paused_at is None


def test_a_caller_that_asks_too_often_is_told_when_to_come_back(
    caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit is lowered, not worked around: 600 calls would tell no more."""
    assert (THROTTLE.num_requests, THROTTLE.duration) == (600, 60)
    monkeypatch.setattr(THROTTLE, "num_requests", 2)
    assert [caller.get("findings").status_code for _ in range(3)] == [200, 200, 429]
    response = caller.get("findings")
    assert said(response, 429)["code"] == "too-many-requests"
    assert 0 < int(response.headers["Retry-After"]) <= 60


def test_connections_tell_state_and_problem_in_words(
    caller: Caller, integration: Integration, clock: FakeClock
) -> None:
    integration.channels.filter(kind="import").update(
        state="slowed", since=PLACED, failures=7, finding_code="maintenance", finding_params={"host": "shop.example"}
    )
    (row,) = said(caller.get("integrations"))["integrations"]
    fits(schemas.IntegrationOut, row)
    assert (row["state"], row["imports"]["problem"]["code"]) == ("slowed", "maintenance")
    assert row["imports"]["problem"]["sentence"]
    assert said(caller.get(f"integrations/{row['id']}")) == row


def test_refresh_gives_an_operation_to_follow(caller: Caller, integration: Integration) -> None:
    asked = said(caller.post(f"integrations/{integration.public_id}/refresh"), 202)
    fits(schemas.OperationOut, asked)
    assert (asked["kind"], asked["state"]) == ("refresh", "asked")
    assert said(caller.get(f"operations/{asked['id']}")) == asked


def test_pause_and_resume_are_an_owners(caller: Caller, integration: Integration, user: User) -> None:
    path = f"integrations/{integration.public_id}"
    assert said(caller.post(f"{path}/pause"))["state"] == "paused"
    assert said(caller.post(f"{path}/resume"))["state"] == "importing"
    Membership.objects.filter(user=user).update(role=Membership.MEMBER)
    assert said(caller.post(f"{path}/pause"), 403)["code"] == "not-allowed"


def test_the_log_is_paged_newest_first_and_holds_no_secret(caller: Caller, integration: Integration) -> None:
    for minute in range(5):
        ExchangeRecord.objects.create(
            organisation=integration.organisation,
            integration=integration,
            at=PLACED + timedelta(minutes=minute),
            purpose="poll",
            method="GET",
            url=f"https://shop.example/{minute}",
            total_ms=5,
        )
    path = f"integrations/{integration.public_id}/log"
    first = said(caller.get(path, limit=3))
    rest = caller.get(path, limit=3, before=first["next"])
    fits(schemas.ExchangeOut, first["exchanges"][0])
    urls = [row["url"][-1] for row in (*first["exchanges"], *said(rest)["exchanges"])]
    assert urls == ["4", "3", "2", "1", "0"]
    assert said(rest)["next"] is None
    everything = b"".join(caller.get(path).content for path in ("integrations", path, "orders", "findings"))
    assert b"ck_test" not in everything
    assert b"cs_test" not in everything


def test_orders_are_searched_and_paged(caller: Caller, integration: Integration) -> None:
    for number in range(3):
        make_order(integration, f"10{number}", placed_at=PLACED + timedelta(minutes=number))
    first = said(caller.get("orders", limit=2))
    second = said(caller.get("orders", limit=2, before=first["next"]))
    for row in first["orders"]:
        fits(schemas.OrderRow, row)
    assert [row["number"] for row in (*first["orders"], *second["orders"])] == ["102", "101", "100"]
    assert second["next"] is None
    found = said(caller.get("orders", text="101", integration=str(integration.public_id), status="processing"))
    assert [(row["number"], row["total"], row["pieces"]) for row in found["orders"]] == [("101", "49.90", "2")]


def test_an_order_is_told_whole(caller: Caller, integration: Integration) -> None:
    order = make_order(integration)
    make_product(integration)
    make_shipment(order)
    told = said(caller.get(f"orders/{order.public_id}"))
    fits(schemas.OrderOut, told)
    fits(schemas.LineOut, told["lines"][0])
    fits(schemas.PushOut, told["writing_back"][0])
    assert (told["lines"][0]["weight_g"], told["lines"][0]["left"]) == (350, "0")
    assert told["shipping"]["city"] == "Bologna"
    assert told["history"][-1]["sentence"] == "Came in from Bottega"


def test_shipping_asks_a_worker_and_says_how_to_follow(caller: Caller, integration: Integration) -> None:
    order = make_order(integration)
    line = order.lines.get()
    asked = said(caller.post("shipments", ship_body(order, lines={line.pk: "1"})), 202)
    fits(schemas.OperationOut, asked)
    row = Operation.objects.get(public_id=asked["id"])
    assert (row.kind, row.order, row.asked_by) == ("ship", order, "rossi@shop.example")
    assert row.params["lines"] == {str(line.pk): "1"}
    assert row.params["parcels"] == [{"number": "TRK1", "weight_g": 500}]


def test_shipping_asked_twice_with_one_key_is_one_operation(caller: Caller, integration: Integration) -> None:
    order = make_order(integration)
    first, second = (said(caller.post("shipments", ship_body(order)), 202) for _ in range(2))
    assert first["id"] == second["id"]


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"parcels": []}, "parcels"),
        ({"parcels": [{"weight_g": 500}]}, "tracking number"),
        ({"parcels": [{"number": "with space"}]}, "spaces"),
        ({"parcels": [{"number": "T", "weight_g": 0}]}, "weight_g"),
        ({"carrier_name": " "}, "carrier"),
        ({"link_template": "https://carrier.example/"}, "{number}"),
        ({"request_key": "nonsense"}, "request_key"),
        ({"orders": []}, "orders"),
        ({"lines": {"1": "-1"}}, "lines"),
        ({"nonsense": 1}, "nonsense"),
    ],
)
def test_what_cannot_be_shipped_is_said_at_once(
    caller: Caller, integration: Integration, wrong: dict[str, Any], word: str
) -> None:
    answer = said(caller.post("shipments", ship_body(make_order(integration), **wrong)), 422)
    assert set(answer) == {"code", "message"}
    assert answer["code"] == "bad-input"
    assert word in answer["message"]
    assert not Operation.objects.exists()


def test_another_organisations_order_or_range_cannot_be_shipped(
    caller: Caller, integration: Integration, other_organisation: Organisation
) -> None:
    foreign = make_order(make_integration(other_organisation, "Foreign"), "9")
    assert said(caller.post("shipments", ship_body(foreign)), 422)
    own = make_order(integration)
    assert said(caller.post("shipments", ship_body(own, orders=[str(own.public_id), str(foreign.public_id)])), 422)
    assert not Operation.objects.exists()


def test_a_shipment_is_told_printed_and_handed_over(caller: Caller, integration: Integration) -> None:
    shipment = make_shipment(make_order(integration))
    path = f"shipments/{shipment.public_id}"
    told = said(caller.get(path))
    fits(schemas.ShipmentOut, told)
    assert [parcel["tracking_number"] for parcel in told["parcels"]] == ["TRK12345"]
    label = caller.get(f"{path}/label.pdf")
    assert (label.headers["Content-Type"], label.content[:5]) == ("application/pdf", b"%PDF-")
    assert said(caller.post(f"{path}/handed-over"))["handed_over_at"] is not None


def test_open_problems_are_listed_with_their_words(caller: Caller, integration: Integration) -> None:
    for code, cleared in (("maintenance", None), ("doubled-in-shop", PLACED)):
        FindingRecord.objects.create(
            organisation=integration.organisation,
            integration=integration,
            code=code,
            params={"host": "shop.example"},
            confidence="certain",
            first_seen_at=PLACED,
            last_seen_at=PLACED,
            cleared_at=cleared,
        )
    (row,) = said(caller.get("findings"))["findings"]
    fits(schemas.FindingOut, row)
    assert (row["code"], row["integration"]) == ("maintenance", str(integration.public_id))


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("get", "nothing/here", 404, "not-found"),
        ("get", "orders/not-an-id", 422, "bad-input"),
        ("get", f"orders/{UUID(int=7)}", 404, "not-found"),
        ("get", "orders?limit=1000", 422, "bad-input"),
        ("get", "orders?shown=everything", 422, "bad-input"),
        ("get", f"orders?before={UUID(int=7)}", 422, "bad-input"),
        ("delete", "orders", 405, "no-such-method"),
        ("post", "shipments", 400, "bad-request"),
    ],
)
def test_every_error_has_one_form(caller: Caller, method: str, path: str, status: int, code: str) -> None:
    answer = said(getattr(caller._client, method)(f"/api/v1/{path}"), status)
    assert set(answer) == {"code", "message"}
    assert answer["code"] == code
    assert answer["message"]


def test_a_label_that_cannot_be_printed_says_why(caller: Caller, integration: Integration) -> None:
    order = make_order(integration)
    shipment = make_shipment(order)
    orders.erase(order, "test")
    answer = said(caller.get(f"shipments/{shipment.public_id}/label.pdf"), 422)
    assert "erased" in answer["message"]


def test_what_breaks_in_varco_is_said_without_its_insides(rf: RequestFactory) -> None:
    response = api.on_exception(rf.get("/api/v1/orders"), RuntimeError("secret insides"))
    answer = said(response, 500)
    assert answer["code"] == "internal-error"
    assert "insides" not in answer["message"]


def test_the_description_names_every_call_and_its_errors(client: Client, db: None) -> None:
    described = json.loads(client.get("/api/v1/openapi.json").content)
    described_calls = [call for methods in described["paths"].values() for call in methods.values()]
    assert len(described_calls) == 16
    assert all({"401", "404", "422", "429"} <= set(call["responses"]) for call in described_calls)
    assert all(call["summary"] and call["operationId"].count(".") == 1 for call in described_calls)
