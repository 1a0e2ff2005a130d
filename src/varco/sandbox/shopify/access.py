"""Which scope a field needs. What is denied is null beside an error; where it must not be null, so is all above."""

from __future__ import annotations

from typing import Final

from varco.sandbox.shopify.view import View

_FULFILMENT_ORDERS: Final = ("merchant_managed", "third_party", "assigned")
_READ_FULFILMENT_ORDERS: Final = tuple(f"read_{kind}_fulfillment_orders" for kind in _FULFILMENT_ORDERS)
_WRITE_FULFILMENT_ORDERS: Final = tuple(f"write_{kind}_fulfillment_orders" for kind in _FULFILMENT_ORDERS)
_NEEDS: Final[dict[tuple[str, str], tuple[str, ...]]] = {
    ("QueryRoot", "order"): ("read_orders",),
    ("QueryRoot", "orders"): ("read_orders",),
    ("QueryRoot", "ordersCount"): ("read_orders",),
    ("QueryRoot", "fulfillment"): ("read_orders",),
    ("QueryRoot", "fulfillmentOrder"): _READ_FULFILMENT_ORDERS,
    ("QueryRoot", "fulfillmentOrders"): _READ_FULFILMENT_ORDERS,
    ("QueryRoot", "location"): ("read_locations",),
    ("QueryRoot", "locations"): ("read_locations",),
    ("QueryRoot", "product"): ("read_products",),
    ("QueryRoot", "productVariant"): ("read_products",),
    ("QueryRoot", "productVariants"): ("read_products",),
    ("QueryRoot", "inventoryItem"): ("read_inventory", "read_products"),
    ("LineItem", "variant"): ("read_products",),
    ("LineItem", "product"): ("read_products",),
    ("FulfillmentOrder", "order"): ("read_orders",),
    ("FulfillmentOrderAssignedLocation", "location"): ("read_locations",),
    ("Order", "retailLocation"): ("read_locations",),
    ("FulfillmentHold", "heldByApp"): ("read_apps",),
    ("Mutation", "fulfillmentCreate"): _WRITE_FULFILMENT_ORDERS,
    ("Mutation", "fulfillmentTrackingInfoUpdate"): _WRITE_FULFILMENT_ORDERS,
    ("Mutation", "fulfillmentCancel"): _WRITE_FULFILMENT_ORDERS,
    ("Mutation", "fulfillmentEventCreate"): ("write_fulfillments", *_WRITE_FULFILMENT_ORDERS),
    ("Mutation", "fulfillmentOrderHold"): _WRITE_FULFILMENT_ORDERS,
    ("Mutation", "fulfillmentOrderReleaseHold"): _WRITE_FULFILMENT_ORDERS,
    ("Mutation", "fulfillmentOrderMove"): _WRITE_FULFILMENT_ORDERS,
    ("Mutation", "orderCancel"): ("write_orders",),
    ("Mutation", "inventoryItemUpdate"): ("write_inventory",),
}


def check(view: View, kind: str, field: str) -> None:
    """Raises `GraphQLError`."""
    needed = _NEEDS.get((kind, field))
    if needed is not None:
        view.require(field, *needed)
