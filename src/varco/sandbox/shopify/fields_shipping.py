"""Fulfilment orders and fulfilments as GraphQL reads them."""

from __future__ import annotations

from datetime import UTC, datetime

from msgspec.structs import replace

from varco.sandbox.goods import GOODS
from varco.sandbox.shopify import fields_order, states
from varco.sandbox.shopify.fields_shop import location_fields, service_fields
from varco.sandbox.shopify.orders import Event, FoLine, Fulfilment, FulfilmentOrder, Hold, Packed, ShopifyOrder
from varco.sandbox.shopify.paging import Fields, connection, wanted_by
from varco.sandbox.shopify.view import View, at, at_or_none, gid
from varco.sandbox.shopify.wares import UNITS, weight_of

_SHOWN_STATUS = {"SUCCESS": "FULFILLED", "CANCELLED": "CANCELED"}
_HELD_WORDS = {
    "AWAITING_PAYMENT": "Awaiting payment",
    "HIGH_RISK_OF_FRAUD": "High risk of fraud",
    "INCORRECT_ADDRESS": "Incorrect address",
    "INVENTORY_OUT_OF_STOCK": "Inventory out of stock",
    "OTHER": "Other",
}


def fulfilment_order_fields(view: View, order: ShopifyOrder, found: FulfilmentOrder) -> Fields:
    lines = {line.id: line for line in found.lines}
    return {
        "__typename": "FulfillmentOrder",
        "id": gid("FulfillmentOrder", found.id),
        "status": found.status,
        "requestStatus": found.request_status,
        "createdAt": at(found.created),
        "updatedAt": at(found.updated),
        "fulfillAt": at_or_none(found.fulfill_at - found.fulfill_at % 3600),
        "fulfillBy": None,
        "channelId": None,
        "orderId": gid("Order", order.id),
        "orderName": order.name_shown,
        "orderProcessedAt": at(order.created),
        "internationalDuties": None,
        "supportedActions": [{"action": action} for action in states.actions(order, found)],
        "order": lambda *_: fields_order.order_fields(view, order),
        "assignedLocation": lambda *_: _assigned(view, found),
        "deliveryMethod": lambda *_: _delivery(order),
        "destination": lambda *_: _destination(view, order),
        "fulfillmentHolds": lambda *_: [_hold_fields(held) for held in found.holds],
        "lineItems": lambda _, args: connection(
            [(number, number) for number in sorted(lines)],
            wanted_by(args, everything=view.bulk),
            lambda number: _line_fields(view, order, lines[number]),
        ),
        "fulfillments": lambda _, args: connection(
            sorted((done.id, done.id) for done in _done_of(order, found)),
            wanted_by(args, everything=view.bulk),
            lambda number: _fulfilment(view, order, number),
        ),
    }


def _done_of(order: ShopifyOrder, found: FulfilmentOrder) -> list[Fulfilment]:
    return [done for done in order.shipments if any(packed.order == found.id for packed in done.lines)]


def _fulfilment(view: View, order: ShopifyOrder, number: int) -> Fields | None:
    found = order.fulfilment(number)
    return None if found is None else fulfilment_fields(view, order, found)


def _assigned(view: View, found: FulfilmentOrder) -> Fields:
    """A snapshot of the location, and the location itself."""
    location = location_fields(view, found.location)
    address = location["address"]
    return {
        "name": location["name"],
        **{name: address[name] for name in ("address1", "address2", "city", "countryCode", "phone", "province", "zip")},
        "location": location,
    }


def _delivery(order: ShopifyOrder) -> Fields:
    return {
        "__typename": "DeliveryMethod",
        "id": gid("DeliveryMethod", order.id),
        "methodType": order.method,
        "presentedName": "Corriere espresso" if order.method == "SHIPPING" else None,
        "serviceCode": "Corriere espresso" if order.method == "SHIPPING" else None,
        "sourceReference": None,
        "minDeliveryDateTime": None,
        "maxDeliveryDateTime": None,
        "additionalInformation": None,
        "brandedPromise": None,
    }


def _destination(view: View, order: ShopifyOrder) -> Fields | None:
    """Nothing where Shopify hides who the customer is; all empty for what is not sent."""
    address = order.shipping
    if not view.state.spec.customer_data:
        return None
    return {
        "__typename": "FulfillmentOrderDestination",
        "id": gid("FulfillmentOrderDestination", order.id),
        "firstName": address.first_name or None,
        "lastName": address.last_name or None,
        "company": address.company or None,
        "address1": address.address_1 or None,
        "address2": address.address_2 or None,
        "city": address.city or None,
        "province": address.state or None,
        "zip": address.postcode or None,
        "countryCode": address.country or None,
        "phone": address.phone or None,
        "email": order.billing.email or None,
        "location": None,
    }


def _line_fields(view: View, order: ShopifyOrder, line: FoLine) -> Fields:
    item = next(item for item in order.items if item.id == line.item)
    good = GOODS.get(item.variant)
    weight = {"unit": UNITS[view.state.spec.weight_unit], "value": 0.0 if good is None else weight_of(view.state, good)}
    return {
        "__typename": "FulfillmentOrderLineItem",
        "id": gid("FulfillmentOrderLineItem", line.id),
        "totalQuantity": line.total,
        "remainingQuantity": line.remaining,
        "requiresShipping": item.requires_shipping,
        "sku": item.sku,
        "productTitle": item.title,
        "variantTitle": item.variant_title,
        "vendor": view.state.spec.name if good else None,
        "weight": weight,
        "inventoryItemId": gid("InventoryItem", item.variant) if good else None,
        "image": None,
        "warnings": [],
        "lineItem": lambda *_: fields_order.line_fields(view, order, item),
    }


def hold_fields(held: Hold) -> Fields:
    return _hold_fields(held)


def _hold_fields(held: Hold) -> Fields:
    return {
        "__typename": "FulfillmentHold",
        "id": gid("FulfillmentHold", held.id),
        "handle": held.handle or None,
        "reason": held.reason,
        "reasonNotes": held.notes or None,
        "displayReason": _HELD_WORDS.get(held.reason, held.reason.replace("_", " ").capitalize()),
        "heldByApp": None,
        "heldByRequestingApp": held.by_us,
    }


# Fulfilments


def fulfilment_fields(view: View, order: ShopifyOrder, found: Fulfilment) -> Fields:
    events = {event.id: event for event in found.events}
    packed = _by_item(found)
    return {
        "__typename": "Fulfillment",
        "id": gid("Fulfillment", found.id),
        "legacyResourceId": str(found.id),
        "name": found.name,
        "status": found.status,
        "displayStatus": _shown_status(found),
        "createdAt": at(found.created),
        "updatedAt": at(found.updated),
        "deliveredAt": _happened(found, "DELIVERED"),
        "inTransitAt": _happened(found, "IN_TRANSIT"),
        "estimatedDeliveryAt": next((event.estimated for event in reversed(found.events) if event.estimated), None),
        "requiresShipping": True,
        "totalQuantity": sum(line.quantity for line in found.lines),
        "originAddress": None,
        "shippingLabel": None,
        "trackingInfo": lambda _, args: [
            {"number": parcel.number, "url": parcel.url, "company": parcel.company}
            for parcel in found.parcels[: args.get("first")]
        ],
        "location": lambda *_: location_fields(view, found.location),
        "service": lambda *_: service_fields(view, found.location),
        "order": lambda *_: fields_order.order_fields(view, order),
        "events": lambda _, args: connection(
            sorted((event.happened, event.id) for event in found.events),
            wanted_by(args, everything=view.bulk),
            lambda number: event_fields(events[number]),
            written=_with_micros,
        ),
        "fulfillmentLineItems": lambda _, args: connection(
            [(number, number) for number in sorted(packed)],
            wanted_by(args, everything=view.bulk),
            lambda number: _packed_fields(view, order, packed[number]),
        ),
    }


def _shown_status(found: Fulfilment) -> str:
    """The last event counts, unless it was cancelled (recorded)."""
    if found.status == "SUCCESS" and found.events:
        return found.events[-1].status
    return _SHOWN_STATUS[found.status]


def _happened(found: Fulfilment, status: str) -> str | None:
    return next((at(event.happened) for event in found.events if event.status == status), None)


def _by_item(found: Fulfilment) -> dict[int, Packed]:
    """One for each line of the order, from however many fulfilment orders it was taken (recorded)."""
    totals: dict[int, Packed] = {}
    for line in found.lines:
        known = totals.get(line.item)
        totals[line.item] = line if known is None else replace(known, quantity=known.quantity + line.quantity)
    return {line.id: line for line in totals.values()}


def _packed_fields(view: View, order: ShopifyOrder, line: Packed) -> Fields:
    item = next(item for item in order.items if item.id == line.item)
    return {
        "__typename": "FulfillmentLineItem",
        "id": gid("FulfillmentLineItem", line.id),
        "quantity": line.quantity,
        "lineItem": lambda *_: fields_order.line_fields(view, order, item),
    }


def event_fields(event: Event) -> Fields:
    return {
        "__typename": "FulfillmentEvent",
        "id": gid("FulfillmentEvent", event.id),
        "status": event.status,
        "message": event.message,
        "happenedAt": at(event.happened),
        "createdAt": at(event.created),
        "estimatedDeliveryAt": event.estimated,
        "city": event.city,
        "province": event.province,
        "country": event.country,
        "zip": event.zip,
        "address1": event.address1,
        "latitude": event.latitude,
        "longitude": event.longitude,
    }


def _with_micros(moment: int) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d %H:%M:%S.000000")
