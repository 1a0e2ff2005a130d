"""Rows to what the API says of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext

from varco.app.words import words
from varco.hub.api.replies import amount, quantity
from varco.hub.models import Channel, ExchangeRecord, FindingRecord, Operation, Order, OrderEvent, PushRow, Shipment
from varco.hub.store import aftermath, gaps, orders, proof, webhooks
from varco.hub.store.gaps import Recovered
from varco.hub.store.integrations import Summary
from varco.hub.store.orders import Line, OrderSheet
from varco.hub.store.proof import Proof
from varco.hub.wording import sentence, status_name

Shape = dict[str, Any]


def problem(code: str, params: Mapping[str, Any]) -> Shape | None:
    """A finding with its sentences in the caller's language; None if there is none."""
    if not code:
        return None
    said = words(code, dict(params), gettext)
    return {
        "code": code,
        "params": params,
        "title": said.title,
        "sentence": said.sentence,
        "advice": said.advice,
        "severity": said.severity,
        "whose": said.whose,
    }


def _webhooks(summary: Summary) -> Shape:
    row = summary.webhook_channel
    return {
        "state": webhooks.state_of(summary.integration, row),
        "why_not": webhooks.why_not(summary.integration),
        "since": row.since if row else None,
        "last_arrived_at": row.last_success_at if row else None,
        "next_look_at": row.next_attempt_at if row else None,
        "problem": problem(row.finding_code, row.finding_params) if row else None,
    }


def channel(row: Channel | None) -> Shape | None:
    if row is None:
        return None
    return {
        "state": row.state,
        "since": row.since,
        "failures": row.failures,
        "last_success_at": row.last_success_at,
        "next_attempt_at": row.next_attempt_at,
        "problem": problem(row.finding_code, row.finding_params),
    }


def integration(summary: Summary) -> Shape:
    row = summary.integration
    return {
        "id": row.public_id,
        "name": row.name,
        "platform": row.platform,
        "version": row.version,
        "base_url": row.base_url,
        "state": summary.state,
        "imports": channel(summary.import_channel),
        "write_back": channel(summary.push_channel),
        "webhooks": _webhooks(summary),
        "last_poll_at": row.last_poll_at,
        "last_result": row.last_result,
        "next_attempt_at": summary.next_attempt_at,
        "orders_today": summary.orders_today,
        "pushes_open": summary.pushes_open,
        "pushes_failing": summary.pushes_failing,
        "findings": summary.findings,
        "running": summary.running.public_id if summary.running else None,
        "proof": _proof(proof.of(row)),
        "recovered": _recovered(gaps.of(row)),
    }


def _proof(found: Proof) -> Shape:
    repair = found.repair
    return {
        "state": found.state,
        "checked_at": found.checked_at,
        "counts": [
            {"status": one.status, "status_name": one.name, "theirs": one.theirs, "ours": one.ours}
            for one in found.counts
        ],
        "repair": repair
        and {
            "began_at": repair.began_at,
            "ended_at": repair.ended_at,
            "came": repair.came,
            "gone": repair.gone,
            "moved": repair.moved,
        },
    }


def _recovered(gap: Recovered | None) -> Shape | None:
    if gap is None:
        return None
    return {
        "since": gap.since,
        "until": gap.until,
        "new": gap.new,
        "changed": gap.changed,
        "numbers": gap.numbers,
    }


def exchange(row: ExchangeRecord) -> Shape:
    return {
        "id": row.public_id,
        "at": row.at,
        "purpose": row.purpose,
        "method": row.method,
        "url": row.url,
        "status": row.status,
        "failure": row.failure,
        "total_ms": row.total_ms,
        "address": row.address,
        "finding_code": row.finding_code,
        "detail": row.detail,
    }


def order_row(row: Any) -> Shape:
    """Of a page of `store.orders.search`, whose orders carry some marks more than the table."""
    return {
        **_order_head(row),
        "pieces": quantity(row.pieces),
        "recipient": row.contact.shipping,
        "has_problem": row.has_problem,
        "has_shipment": row.has_shipment,
        "is_untold": row.is_untold,
    }


def order(sheet: OrderSheet) -> Shape:
    row = sheet.order
    return {
        **_order_head(row),
        "modified_at": row.modified_at,
        "paid_at": row.paid_at,
        "shipping_total": amount(row.shipping_total),
        "tax_total": amount(row.tax_total),
        "shipping_method": row.shipping_method,
        "payment_method": row.payment_method,
        "customer_note": sheet.contact.customer_note,
        "content_hash": bytes(row.content_hash).hex(),
        "billing": sheet.contact.billing,
        "shipping": sheet.contact.shipping,
        "lines": [_line(line) for line in sheet.lines],
        "refunds": [{"amount": amount(refund.amount), "reason": refund.reason} for refund in sheet.refunds],
        "shipments": [shipment.public_id for shipment in sheet.shipments],
        "writing_back": [push(step) for step in sheet.pushes],
        "problems": [problem(finding.code, finding.params) for finding in sheet.findings],
        "history": [_event(event) for event in orders.history(row)],
    }


def push(row: PushRow) -> Shape:
    return {
        "id": row.public_id,
        "shipment": row.shipment.public_id,
        "step": row.step,
        "state": row.state,
        "due_at": row.due_at,
        "attempts": row.attempts,
        "outcome": row.outcome,
        "done_at": row.done_at,
        "problem": problem(row.finding_code, row.finding_params),
    }


def shipment(row: Shipment) -> Shape:
    return {
        "id": row.public_id,
        "carrier_name": row.carrier_name,
        "reference": row.reference,
        "created_at": row.created_at,
        "created_by": row.created_by,
        "handed_over_at": row.handed_over_at,
        "cancelled_at": row.cancelled_at,
        "recipient": row.recipient,
        "parcels": [
            {
                "position": parcel.position,
                "tracking_number": parcel.tracking_number,
                "tracking_url": parcel.tracking_url,
                "weight_g": parcel.weight_g,
            }
            for parcel in row.parcels.order_by("position")
        ],
        "lines": [
            {
                "order": line.order.public_id,
                "line": line.order_line_id,
                "sku": line.sku,
                "name": line.name,
                "quantity": quantity(line.quantity),
            }
            for line in row.lines.select_related("order").order_by("pk")
        ],
        "writing_back": [push(step) for step in orders.pushes_of(row)],
        "problems": [
            problem(finding.code, finding.params)
            for finding in aftermath.findings_of(Shipment.objects.filter(pk=row.pk))
        ],
    }


def operation(row: Operation) -> Shape:
    return {
        "id": row.public_id,
        "kind": row.kind,
        "state": row.state,
        "progress": row.progress,
        "result": row.result,
        "problem": problem(row.finding_code, row.finding_params),
        "asked_at": row.asked_at,
        "started_at": row.started_at,
        "ended_at": row.ended_at,
    }


def finding(row: FindingRecord) -> Shape:
    return {
        **(problem(row.code, row.params) or {}),
        "id": row.public_id,
        "integration": row.integration.public_id,
        "order": row.order.public_id if row.order else None,
        "channel": row.channel,
        "confidence": row.confidence,
        "first_seen_at": row.first_seen_at,
        "last_seen_at": row.last_seen_at,
        "times": row.times,
    }


def _order_head(row: Order) -> Shape:
    return {
        "id": row.public_id,
        "integration": row.integration.public_id,
        "number": row.number,
        "status": row.status,
        "status_name": status_name(row.integration, row.status),
        "placed_at": row.placed_at,
        "currency": row.currency,
        "total": amount(row.total),
        "shipped_at": row.shipped_at,
        "gone_at": row.gone_at,
        "erased_at": row.erased_at,
    }


def _line(line: Line) -> Shape:
    row, product = line.row, line.product
    return {
        "id": row.pk,
        "sku": row.sku,
        "name": row.name,
        "quantity": quantity(row.quantity),
        "left": quantity(line.left),
        "total": amount(row.total),
        "weight_g": line.weight_g,
        "ean": product.known_ean if product else "",
        "hs_code": product.known_hs_code if product else "",
        "origin": product.known_origin if product else "",
        "gone_at": row.gone_at,
    }


def _event(event: OrderEvent) -> Shape:
    return {
        "at": event.at,
        "actor": event.actor,
        "kind": event.kind,
        "data": event.data,
        "sentence": sentence(event),
    }
