"""Orders and their lines as GraphQL reads them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Final

from varco.sandbox.goods import GOODS
from varco.sandbox.orders import Billing, Shipping
from varco.sandbox.shopify import fields_shipping, states
from varco.sandbox.shopify.fields_goods import product_fields, variant_fields
from varco.sandbox.shopify.fields_shop import location_fields
from varco.sandbox.shopify.money import bag, current_price, current_total, net, total
from varco.sandbox.shopify.orders import Item, ShopifyOrder
from varco.sandbox.shopify.paging import Fields, connection, wanted_by
from varco.sandbox.shopify.versions import NOT_REQUIRED_FROM
from varco.sandbox.shopify.view import View, at, at_or_none, gid
from varco.sandbox.shopify.wares import grams_of, product_of

_COUNTRIES: Final = {"IT": "Italy", "DE": "Germany", "FR": "France", "PL": "Poland", "AT": "Austria"}
_UNPAID: Final = ("PENDING", "AUTHORIZED")


def order_fields(view: View, order: ShopifyOrder) -> Fields:
    return {
        "__typename": "Order",
        "id": gid("Order", order.id),
        "legacyResourceId": str(order.id),
        "name": order.name_shown,
        "number": 1000 + order.id,
        "confirmationNumber": order.key[:9].upper(),
        "createdAt": at(order.created),
        "processedAt": at(order.created),
        "updatedAt": at(order.modified),
        "cancelledAt": at_or_none(order.cancelled),
        "cancelReason": order.cancel_reason if order.cancelled else None,
        "closed": bool(order.closed),
        "closedAt": at_or_none(order.closed),
        "test": order.test,
        "edited": order.edited,
        "confirmed": True,
        "requiresShipping": any(item.requires_shipping for item in order.items),
        "fulfillable": any(states.fulfillable(order, item) for item in order.items),
        "unpaid": order.financial in _UNPAID,
        "fullyPaid": order.financial not in _UNPAID,
        "displayFinancialStatus": order.financial,
        "displayFulfillmentStatus": _shipping_status(view, order),
        "returnStatus": "NO_RETURN",
        "tags": sorted(order.tags),
        "poNumber": None,
        "note": order.customer_note or None,
        "sourceName": order.source,
        "sourceIdentifier": None,
        "customAttributes": [],
        "paymentGatewayNames": ["manual"] if order.financial in _UNPAID else ["shopify_payments"],
        "currencyCode": order.currency,
        "presentmentCurrencyCode": order.shown_currency or order.currency,
        "taxesIncluded": True,
        "dutiesIncluded": False,
        "currentTaxLines": [],
        **_customer(view, order),
        **_totals(view, order),
        **_parts(view, order),
    }


def _shipping_status(view: View, order: ShopifyOrder) -> str:
    status = states.shipping_status(order)
    over = order.cancelled or order.financial == "REFUNDED"
    return (
        "FULFILLMENT_NOT_REQUIRED" if over and status == "UNFULFILLED" and view.version >= NOT_REQUIRED_FROM else status
    )


def _customer(view: View, order: ShopifyOrder) -> Fields:
    """Who it is. An app that may not know gets nulls, and no error."""
    if not view.state.spec.customer_data:
        return dict.fromkeys(("email", "phone", "shippingAddress", "billingAddress"))
    return {
        "email": order.billing.email or None,
        "phone": order.billing.phone or None,
        "shippingAddress": lambda *_: _address(order.shipping, order.id * 2),
        "billingAddress": lambda *_: _address(order.billing, order.id * 2 + 1),
    }


def _address(address: Billing | Shipping, number: int) -> Fields | None:
    if not (address.address_1 or address.city or address.country):
        return None
    return {
        "__typename": "MailingAddress",
        "id": gid("MailingAddress", number),
        "firstName": address.first_name or None,
        "lastName": address.last_name or None,
        "name": f"{address.first_name} {address.last_name}".strip(),
        "company": address.company or None,
        "address1": address.address_1 or None,
        "address2": address.address_2 or None,
        "city": address.city or None,
        "province": address.state or None,
        "provinceCode": address.state or None,
        "zip": address.postcode or None,
        "country": _COUNTRIES.get(address.country, address.country),
        "countryCodeV2": address.country or None,
        "phone": address.phone or None,
        "validationResultSummary": "NO_ISSUES",
        "coordinatesValidated": False,
    }


_AMOUNTS: Final[dict[str, Callable[[ShopifyOrder], int]]] = {
    "totalPriceSet": total,
    "originalTotalPriceSet": total,
    "currentTotalPriceSet": current_total,
    "currentSubtotalPriceSet": lambda order: current_total(order) - order.freight,
    "totalShippingPriceSet": lambda order: order.freight,
    "currentTotalTaxSet": lambda order: current_total(order) - net(current_total(order)),
    "totalTaxSet": lambda order: total(order) - net(total(order)),
    "totalRefundedSet": lambda order: order.refunded,
    "totalTipReceivedSet": lambda order: sum(item.price for item in order.items if item.is_tip),
    "totalOutstandingSet": lambda order: total(order) if order.financial in _UNPAID else 0,
}


def _totals(view: View, order: ShopifyOrder) -> Fields:
    def weight(*_: object) -> str:
        return str(round(sum(grams_of(view.state, item) * item.current for item in order.items)))

    return {
        "currentTotalDutiesSet": None,
        "currentSubtotalLineItemsQuantity": sum(current(order, item) for item in order.items),
        "currentTotalWeight": weight,
        **{name: partial(_amount, order, amount) for name, amount in _AMOUNTS.items()},
    }


def _amount(order: ShopifyOrder, amount: Callable[[ShopifyOrder], int], *_: object) -> Fields:
    return bag(order, amount(order))


def _parts(view: View, order: ShopifyOrder) -> Fields:
    items = {item.id: item for item in order.items}
    shares = {found.id: found for found in view.fulfilment_orders(order)}
    return {
        "retailLocation": lambda *_: location_fields(view, 0) if order.source == "pos" else None,
        "shippingLines": lambda _, args: connection(
            [(order.id, order.id)] if _is_sent(order) else [],
            wanted_by(args, everything=view.bulk),
            lambda _: _shipping_line(order),
        ),
        "shippingLine": lambda *_: _shipping_line(order) if _is_sent(order) else None,
        "lineItems": lambda _, args: connection(
            [(number, number) for number in sorted(items)],
            wanted_by(args, everything=view.bulk),
            lambda number: line_fields(view, order, items[number]),
        ),
        "fulfillmentOrders": lambda _, args: connection(
            [(number, number) for number in sorted(shares)],
            wanted_by(args, everything=view.bulk),
            lambda number: fields_shipping.fulfilment_order_fields(view, order, shares[number]),
        ),
        "fulfillments": lambda _, args: [
            fields_shipping.fulfilment_fields(view, order, found) for found in order.shipments[: args.get("first")]
        ],
        "fulfillmentsCount": {"count": len(order.shipments), "precision": "EXACT"},
        "events": lambda _, args: connection(
            [(order.modified, order.id)] if order.edited else [],
            wanted_by(args, everything=view.bulk),
            lambda number: {
                "__typename": "BasicEvent",
                "id": gid("BasicEvent", number),
                "action": "edited",
                "message": "example.com edited this order.",
                "createdAt": at(order.modified),
            },
        ),
    }


def _is_sent(order: ShopifyOrder) -> bool:
    return order.method != "NONE" and bool(order.items)


def _shipping_line(order: ShopifyOrder) -> Fields:
    price = bag(order, order.freight)
    return {
        "id": gid("ShippingLine", order.id),
        "title": "Corriere espresso",
        "code": "Corriere espresso",
        "source": "shopify",
        "carrierIdentifier": None,
        "deliveryCategory": None,
        "custom": False,
        "isRemoved": False,
        "originalPriceSet": price,
        "discountedPriceSet": price,
        "currentDiscountedPriceSet": price,
    }


def current(order: ShopifyOrder, item: Item) -> int:
    """What was not sent when the order was cancelled does not count any more."""
    if not order.cancelled:
        return item.current
    done = [line.quantity for found in order.shipments if found.status == "SUCCESS" for line in found.lines
            if line.item == item.id]  # fmt: skip
    return min(item.current, sum(done))


def line_fields(view: View, order: ShopifyOrder, item: Item) -> Fields:
    good = GOODS.get(item.variant)
    unit = bag(order, item.price)
    each = bag(order, (item.price * item.quantity - item.discount) // (item.quantity or 1))
    left = states.unfulfilled(order, item)
    found: Fields = {
        "__typename": "LineItem",
        "id": gid("LineItem", item.id),
        "name": states.name_of(item),
        "title": item.title,
        "variantTitle": item.variant_title,
        "vendor": view.state.spec.name if good else None,
        "sku": item.sku,
        "quantity": item.quantity,
        "currentQuantity": current(order, item),
        "unfulfilledQuantity": left,
        "nonFulfillableQuantity": 0 if left else current(order, item),
        "fulfillableQuantity": states.fulfillable(order, item),
        "refundableQuantity": item.current,
        "requiresShipping": item.requires_shipping,
        "isGiftCard": item.gift_card,
        "taxable": not item.is_tip,
        "restockable": True,
        "merchantEditable": True,
        "customAttributes": [{"key": key, "value": value} for key, value in item.properties],
        "originalUnitPriceSet": unit,
        "discountedUnitPriceSet": each,
        "discountedUnitPriceAfterAllDiscountsSet": each,
        "originalTotalSet": bag(order, item.price * item.quantity),
        "discountedTotalSet": bag(order, item.price * item.quantity - item.discount),
        "totalDiscountSet": bag(order, item.discount),
        "priceAfterAllDiscountsBeforeTaxesSet": bag(order, net(current_price(item))),
        "lineItemGroup": None,
        "taxLines": [],
    }
    return found | _goods(view, good)


def _goods(view: View, good: Any) -> Fields:
    if good is None:
        return {"variant": None, "product": None}
    return {
        "variant": lambda *_: variant_fields(view, good),
        "product": lambda *_: product_fields(view, GOODS[product_of(good)]),
    }
