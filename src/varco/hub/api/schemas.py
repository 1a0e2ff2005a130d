"""The forms of what comes in and goes out, for the OpenAPI description. Amounts and quantities are decimal texts."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Schema
from pydantic import ConfigDict, Field


class Strict(Schema):
    """What comes in: a field that we do not know is an error of the caller, not to be ignored."""

    model_config = ConfigDict(extra="forbid")


class Fault(Schema):
    code: str
    message: str


class Problem(Schema):
    code: str
    params: dict[str, Any]
    title: str
    sentence: str
    advice: str
    severity: Literal["red", "amber", "grey"]
    whose: Literal["merchant", "host", "us", "service"]


class ChannelHealth(Schema):
    state: Literal["ok", "failing", "slowed"]
    since: datetime | None
    failures: int
    last_success_at: datetime | None
    next_attempt_at: datetime | None
    problem: Problem | None


class WebhooksOut(Schema):
    """Whether the shop tells by itself what happens. `none`: its platform has no webhooks."""

    state: Literal["none", "not-offered", "off", "setting-up", "failing", "waiting", "working"]
    why_not: Literal["", "platform", "public-url", "port", "secret"]
    since: datetime | None
    last_arrived_at: datetime | None
    next_look_at: datetime | None
    problem: Problem | None


class CountOut(Schema):
    status: str
    status_name: str
    theirs: int
    ours: int


class RepairOut(Schema):
    """The last difference between the shop's counts and ours. Orders by their numbers."""

    began_at: datetime
    ended_at: datetime | None
    came: list[str]
    gone: list[str]
    moved: list[str]


class ProofOut(Schema):
    """The shop says so many, Varco holds so many, checked then."""

    state: Literal["unchecked", "repairing", "differs", "explained", "equal"]
    checked_at: datetime | None
    counts: list[CountOut]
    repair: RepairOut | None


class RecoveredOut(Schema):
    """What came after the last time without the shop. `until` is null while it is being read."""

    since: datetime
    until: datetime | None
    new: int
    changed: int
    numbers: list[str]


class IntegrationOut(Schema):
    id: UUID
    name: str
    platform: str
    version: str
    base_url: str
    state: Literal["ok", "failing", "slowed", "paused", "importing", "unfinished"]
    imports: ChannelHealth | None
    write_back: ChannelHealth | None
    webhooks: WebhooksOut
    last_poll_at: datetime | None
    last_result: dict[str, Any]
    next_attempt_at: datetime | None
    orders_today: int
    pushes_open: int
    pushes_failing: int
    findings: int
    running: UUID | None
    proof: ProofOut
    recovered: RecoveredOut | None


class IntegrationList(Schema):
    integrations: list[IntegrationOut]


class ExchangeOut(Schema):
    id: UUID
    at: datetime
    purpose: str
    method: str
    url: str
    status: int | None
    failure: str
    total_ms: int
    address: str
    finding_code: str
    detail: dict[str, Any] | None


class ExchangeList(Schema):
    exchanges: list[ExchangeOut]
    next: UUID | None


class AddressOut(Schema):
    name: str = ""
    company: str = ""
    line1: str = ""
    line2: str = ""
    postcode: str = ""
    city: str = ""
    state: str = ""
    country: str = ""
    phone: str = ""
    email: str = ""


class OrderRow(Schema):
    id: UUID
    integration: UUID
    number: str
    status: str
    status_name: str
    placed_at: datetime
    currency: str
    total: str
    pieces: str
    recipient: AddressOut
    shipped_at: datetime | None
    gone_at: datetime | None
    erased_at: datetime | None
    has_problem: bool
    has_shipment: bool
    is_untold: bool


class OrderList(Schema):
    orders: list[OrderRow]
    next: UUID | None


class LineOut(Schema):
    id: int
    sku: str
    name: str
    quantity: str
    left: str
    total: str | None
    weight_g: int | None
    ean: str
    hs_code: str
    origin: str
    gone_at: datetime | None


class RefundOut(Schema):
    amount: str
    reason: str


class PushOut(Schema):
    id: UUID
    shipment: UUID
    step: str
    state: Literal["due", "quiet", "done", "failed", "withdrawn"]
    due_at: datetime
    attempts: int
    outcome: str
    done_at: datetime | None
    problem: Problem | None


class EventOut(Schema):
    at: datetime
    actor: str
    kind: str
    data: dict[str, Any]
    sentence: str


class OrderOut(Schema):
    id: UUID
    integration: UUID
    number: str
    status: str
    status_name: str
    placed_at: datetime
    modified_at: datetime
    paid_at: datetime | None
    currency: str
    total: str
    shipping_total: str | None
    tax_total: str | None
    shipping_method: str
    payment_method: str
    customer_note: str
    content_hash: str
    shipped_at: datetime | None
    gone_at: datetime | None
    erased_at: datetime | None
    billing: AddressOut
    shipping: AddressOut
    lines: list[LineOut]
    refunds: list[RefundOut]
    shipments: list[UUID]
    writing_back: list[PushOut]
    problems: list[Problem]
    history: list[EventOut]


class ParcelIn(Strict):
    number: Annotated[str, Field(max_length=100)] = ""
    weight_g: Annotated[int, Field(gt=0, lt=2_000_000_000)] | None = None


Quantity = Annotated[Decimal, Field(gt=0, max_digits=18, decimal_places=6)]
Hash = Annotated[str, Field(max_length=64)]


class ShipIn(Strict):
    """`lines` names order lines with the quantity that goes; without it all that is left goes."""

    orders: Annotated[list[UUID], Field(min_length=1, max_length=50)]
    lines: Annotated[dict[int, Quantity], Field(default_factory=dict)]
    carrier_name: Annotated[str, Field(max_length=100)]
    parcels: Annotated[list[ParcelIn], Field(min_length=1, max_length=99)]
    request_key: UUID
    link_template: Annotated[str, Field(max_length=500)] = ""
    number_range: UUID | None = None
    reference: Annotated[str, Field(max_length=100)] = ""
    seen_hashes: Annotated[dict[UUID, Hash], Field(default_factory=dict)]
    """The `content_hash` of each order as it was seen: an order that changed since is not shipped."""
    unread_ok: bool = False
    """Ship although the shop cannot be reached to read the orders again."""


class CorrectionIn(Strict):
    """What holds instead of the shop's word; what is left out is as the shop says. `line` is the `id` of a line."""

    line: int
    weight_g: Annotated[int, Field(gt=0, le=1_000_000)] | None = None
    ean: Annotated[str, Field(max_length=20)] = ""
    hs_code: Annotated[str, Field(max_length=20)] = ""
    origin: Annotated[str, Field(max_length=2)] = ""


class ParcelOut(Schema):
    position: int
    tracking_number: str
    tracking_url: str
    weight_g: int | None


class ShipmentLineOut(Schema):
    order: UUID
    line: int
    sku: str
    name: str
    quantity: str


class ShipmentOut(Schema):
    id: UUID
    carrier_name: str
    reference: str
    created_at: datetime
    created_by: str
    handed_over_at: datetime | None
    cancelled_at: datetime | None
    recipient: AddressOut
    parcels: list[ParcelOut]
    lines: list[ShipmentLineOut]
    writing_back: list[PushOut]
    problems: list[Problem]


class OperationOut(Schema):
    id: UUID
    kind: str
    state: Literal["asked", "running", "done", "failed"]
    progress: dict[str, Any]
    result: dict[str, Any]
    problem: Problem | None
    asked_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


class FindingOut(Problem):
    id: UUID
    integration: UUID
    order: UUID | None
    channel: str
    confidence: str
    first_seen_at: datetime
    last_seen_at: datetime
    times: int


class FindingList(Schema):
    findings: list[FindingOut]


ERRORS: dict[int, type[Fault]] = {401: Fault, 403: Fault, 404: Fault, 422: Fault, 429: Fault}
