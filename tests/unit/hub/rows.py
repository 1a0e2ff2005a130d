"""Rows of orders and shipments as an import and a person would have left them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

from varco.hub.ids import uuid7
from varco.hub.models import (
    Contact,
    Integration,
    Order,
    OrderLine,
    Organisation,
    Parcel,
    Product,
    PushRow,
    Shipment,
    ShipmentLine,
)
from varco.hub.store import integrations
from varco.model.secret import Secret

PLACED: Final = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
ADDRESS: Final = {
    "name": "Giulia Bianchi",
    "company": "Bianchi Ceramiche",
    "line1": "Via Garibaldi 12",
    "postcode": "40121",
    "city": "Bologna",
    "country": "IT",
    "phone": "+39 051 123456",
    "email": "giulia@example.com",
}


def make_integration(organisation: Organisation, name: str) -> Integration:
    """A connected WooCommerce shop at an address where nothing answers."""
    made = integrations.create(
        organisation,
        integrations.NewIntegration(
            platform="woocommerce",
            name=name,
            base_url="https://other.example",
            credentials={"consumer_key": Secret("ck_other"), "consumer_secret": Secret("cs_other")},
        ),
    )
    integrations.start(made, integrations.choices_of(made))
    return made


def make_order(integration: Integration, number: str = "1001", **values: Any) -> Order:
    """An order of one line, "processing", with its address; `values` are fields of the order, `address`, `lines`."""
    address = values.pop("address", ADDRESS)
    lines = values.pop("lines", [("SKU-1", 2)])
    placed_at = values.pop("placed_at", PLACED)
    order: Order = Order.objects.create(
        organisation=integration.organisation,
        integration=integration,
        remote_id=f"r{number}",
        number=number,
        **{
            "status": "processing",
            "placed_at": placed_at,
            "modified_at": placed_at,
            "currency": "EUR",
            "total": Decimal("49.90"),
            "shipping_total": Decimal("5.00"),
            "shipping_method": "Corriere espresso",
            "payment_method": "PayPal",
            "content_hash": number.encode(),
            "mapper_version": 1,
            "read_started_at": placed_at,
            "first_seen_at": placed_at + timedelta(minutes=3),
            "changed_at": placed_at,
            "checked_at": placed_at,
            **values,
        },
    )
    Contact.objects.create(order=order, organisation=order.organisation, billing=address, shipping=address)
    for position, (sku, quantity) in enumerate(lines):
        OrderLine.objects.create(
            order=order,
            organisation=order.organisation,
            remote_line_id=str(position + 1),
            position=position,
            product_id=f"p{position + 1}",
            sku=sku,
            name=f"Tazza {sku}",
            quantity=Decimal(quantity),
            total=Decimal("44.90"),
        )
    return order


def make_product(integration: Integration, remote_id: str = "p1", **values: Any) -> Product:
    row: Product = Product.objects.create(
        organisation=integration.organisation,
        integration=integration,
        remote_id=remote_id,
        **{"weight_g": 350, "hs_code": "6912 00", "origin": "IT", "read_at": PLACED, **values},
    )
    return row


def make_shipment(order: Order, number: str = "TRK12345", *, pushed: bool = False) -> Shipment:
    """All of the order in one parcel, told to the shop or waiting for it."""
    organisation: Organisation = order.organisation
    shipment: Shipment = Shipment.objects.create(
        organisation=organisation,
        carrier="own-label",
        carrier_name="Corriere Veloce",
        sender=organisation.sender,
        recipient=order.contact.shipping,
        order_hashes={str(order.public_id): bytes(order.content_hash).hex()},
        request_key=uuid7(),
        created_at=PLACED + timedelta(hours=2),
        created_by="rossi@shop.example",
    )
    Parcel.objects.create(
        organisation=organisation, shipment=shipment, position=1, tracking_number=number, weight_g=700
    )
    for line in order.lines.all():
        ShipmentLine.objects.create(
            organisation=organisation,
            shipment=shipment,
            order=order,
            order_line=line,
            quantity=line.quantity,
            name=line.name,
            sku=line.sku,
        )
    PushRow.objects.create(
        organisation=organisation,
        integration=order.integration,
        order=order,
        shipment=shipment,
        step="note",
        position=0,
        state=PushRow.DONE if pushed else PushRow.DUE,
        outcome="written" if pushed else "",
        due_at=shipment.created_at,
        created_at=shipment.created_at,
    )
    Order.objects.filter(pk=order.pk).update(shipped_at=shipment.created_at)
    order.refresh_from_db()
    return shipment
