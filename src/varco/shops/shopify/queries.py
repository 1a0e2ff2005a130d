"""Every question that is put to Shopify, in one place. Tests hold each against the schema of `API_VERSION`.

`cost` is what Shopify reckons before it answers, so that it can be waited for; tests hold that too.
"""

from __future__ import annotations

from math import floor, log
from typing import Final

import msgspec

API_VERSION: Final = "2026-07"
"""The newest whose schema is at hand (tests/recorded/shopify). One is made each quarter and kept for a year."""
MOST_ROWS: Final = 250
"""https://shopify.dev/docs/api/usage/pagination-graphql"""
ORDERS_AT_ONCE: Final = 100
"""Whole orders in one answer: about 300 kB, and 695 of the 1000 points that one question may cost."""


class Query(msgspec.Struct, frozen=True, kw_only=True):
    name: str
    """The field of `data` that holds the answer."""
    text: str
    flat: int = 1
    """Points whatever is asked for."""
    each: int = 0
    """Points of each row, their number dampened."""
    writes: bool = False

    def cost(self, rows: int = 0) -> int:
        return self.flat + dampened(rows) * self.each


def dampened(rows: int) -> int:
    """1 for 1, 5 for 20, 11 for 250: how Shopify counts the rows of a list (from 425 recorded answers)."""
    return max(1, floor(2 * log(rows))) if rows > 0 else 0


_ADDRESS: Final = """
fragment HubAddress on MailingAddress {
  firstName lastName name company address1 address2 city province provinceCode zip countryCodeV2 phone
}
"""
_FULFILLMENT_ORDER: Final = """
fragment HubFulfillmentOrder on FulfillmentOrder {
  id status updatedAt fulfillAt
  deliveryMethod { methodType }
  destination { firstName lastName company address1 address2 city province zip countryCode phone email }
  supportedActions { action }
  fulfillmentHolds { reason displayReason }
  lineItems(first: 30) {
    pageInfo { hasNextPage endCursor }
    nodes { id remainingQuantity lineItem { id } }
  }
}
"""
_LINE: Final = """
fragment HubLine on LineItem {
  id sku name quantity currentQuantity requiresShipping
  priceAfterAllDiscountsBeforeTaxesSet { shopMoney { amount } }
  variant { id }
}
"""
_ORDER: Final = (
    """
fragment HubOrder on Order {
  id name createdAt processedAt updatedAt cancelledAt test requiresShipping
  displayFinancialStatus displayFulfillmentStatus
  email phone note paymentGatewayNames currencyCode
  shippingAddress { ...HubAddress }
  billingAddress { ...HubAddress }
  currentTotalPriceSet { shopMoney { amount } }
  totalRefundedSet { shopMoney { amount } }
  totalShippingPriceSet { shopMoney { amount } }
  currentTotalTaxSet { shopMoney { amount } }
  shippingLine { title }
  lineItems(first: 30) { pageInfo { hasNextPage endCursor } nodes { ...HubLine } }
  fulfillmentOrders(first: 5) { pageInfo { hasNextPage endCursor } nodes { ...HubFulfillmentOrder } }
}
"""
    + _ADDRESS
    + _LINE
    + _FULFILLMENT_ORDER
)

INDEX: Final = Query(
    name="orders",
    text="""
query HubOrderIndex($first: Int!, $after: String, $query: String!, $sort: OrderSortKeys!) {
  orders(first: $first, after: $after, query: $query, sortKey: $sort) {
    pageInfo { hasNextPage endCursor }
    nodes { id createdAt updatedAt cancelledAt test displayFinancialStatus displayFulfillmentStatus }
  }
}
""",
    flat=2,
    each=1,
)
"""What is needed to decide which orders to read whole."""

FULFILLMENT_ORDERS: Final = Query(
    name="fulfillmentOrders",
    text="""
query HubFulfillmentOrders($first: Int!, $after: String, $query: String!) {
  fulfillmentOrders(first: $first, after: $after, query: $query, sortKey: UPDATED_AT, includeClosed: true) {
    pageInfo { hasNextPage endCursor }
    nodes { id updatedAt orderId }
  }
}
""",
    flat=2,
    each=1,
)

ORDERS: Final = Query(
    name="orders",
    text="""
query HubOrders($first: Int!, $query: String!) {
  orders(first: $first, query: $query, sortKey: ID) { nodes { ...HubOrder } }
}
"""
    + _ORDER,
    flat=2,
    each=77,
)

ORDER: Final = Query(
    name="order",
    text="""
query HubOrder($id: ID!) { order(id: $id) { ...HubOrder } }
"""
    + _ORDER,
    flat=77,
)

OLDEST: Final = Query(
    name="orders",
    text="""
query HubOldest { orders(first: 1, sortKey: CREATED_AT) { nodes { id createdAt } } }
""",
    flat=3,
)

MORE_LINES: Final = Query(
    name="order",
    text="""
query HubMoreLines($id: ID!, $after: String) {
  order(id: $id) {
    lineItems(first: 250, after: $after) { pageInfo { hasNextPage endCursor } nodes { ...HubLine } }
  }
}
"""
    + _LINE,
    flat=25,
)
"""Of an order with more than thirty."""

MORE_FULFILLMENT_ORDERS: Final = Query(
    name="order",
    text="""
query HubMoreFulfillmentOrders($id: ID!, $after: String) {
  order(id: $id) {
    fulfillmentOrders(first: 20, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes { ...HubFulfillmentOrder }
    }
  }
}
"""
    + _FULFILLMENT_ORDER,
    flat=98,
)

MORE_SHARES: Final = Query(
    name="fulfillmentOrder",
    text="""
query HubMoreShares($id: ID!, $after: String) {
  fulfillmentOrder(id: $id) {
    lineItems(first: 250, after: $after) {
      pageInfo { hasNextPage endCursor }
      nodes { id remainingQuantity lineItem { id } }
    }
  }
}
""",
    flat=25,
)
"""Of a fulfilment order with more than thirty lines."""

COUNT: Final = Query(
    name="ordersCount",
    text="""
query HubCount($query: String!) { ordersCount(query: $query, limit: null) { count precision } }
""",
    flat=10,
)

CHECK: Final = Query(
    name="shop",
    text="""
query HubShopCheck {
  shop { name myshopifyDomain currencyCode ianaTimezone weightUnit }
  currentAppInstallation { accessScopes { handle } }
}
""",
    flat=3,
)

PRODUCTS: Final = Query(
    name="nodes",
    text="""
query HubProducts($ids: [ID!]!) {
  nodes(ids: $ids) {
    ... on ProductVariant {
      id sku barcode displayName
      inventoryItem { id harmonizedSystemCode countryCodeOfOrigin measurement { weight { unit value } } }
    }
  }
}
""",
    flat=4,
)

PRODUCT_UPDATE: Final = Query(
    name="inventoryItemUpdate",
    text="""
mutation HubProductUpdate($id: ID!, $input: InventoryItemInput!) {
  inventoryItemUpdate(id: $id, input: $input) { inventoryItem { id } userErrors { field message } }
}
""",
    flat=10,
    writes=True,
)

STATE: Final = Query(
    name="order",
    text="""
query HubState($id: ID!) {
  order(id: $id) {
    id cancelledAt requiresShipping
    fulfillments(first: 250) {
      id status
      trackingInfo(first: 50) { number url company }
      fulfillmentLineItems(first: 250) { nodes { quantity lineItem { id } } }
    }
    fulfillmentOrders(first: 50) {
      nodes {
        id status fulfillAt
        assignedLocation { name location { id } }
        deliveryMethod { methodType }
        supportedActions { action }
        fulfillmentHolds { reason displayReason }
        lineItems(first: 250) { nodes { id remainingQuantity lineItem { id } } }
      }
    }
  }
}
""",
    flat=239,
)
"""What was shipped of an order, and what is left."""

FULFIL: Final = Query(
    name="fulfillmentCreate",
    text="""
mutation HubFulfil($fulfillment: FulfillmentInput!) {
  fulfillmentCreate(fulfillment: $fulfillment) { fulfillment { id status } userErrors { field message } }
}
""",
    flat=10,
    writes=True,
)

TRACKING: Final = Query(
    name="fulfillmentTrackingInfoUpdate",
    text="""
mutation HubTracking($id: ID!, $tracking: FulfillmentTrackingInput!, $notify: Boolean) {
  fulfillmentTrackingInfoUpdate(fulfillmentId: $id, trackingInfoInput: $tracking, notifyCustomer: $notify) {
    fulfillment { id } userErrors { field message }
  }
}
""",
    flat=50,
    writes=True,
)

BULK_RUN: Final = Query(
    name="bulkOperationRunQuery",
    text="""
mutation HubBulkRun($query: String!) {
  bulkOperationRunQuery(query: $query, groupObjects: true) {
    bulkOperation { id status }
    userErrors { field message code }
  }
}
""",
    flat=10,
    writes=True,
)
"""Grouped, so that an order's parts follow it in the file: it is read piece by piece and never held whole."""

BULK_STATUS: Final = Query(
    name="bulkOperation",
    text="""
query HubBulkStatus($id: ID!) { bulkOperation(id: $id) { id status errorCode url } }
""",
    flat=1,
)


def bulk_orders(search: str) -> str:
    """The text that `BULK_RUN` takes. At most five connections, two deep, `edges` only, `id` on every parent."""
    return (
        """
{
  orders(query: """
        + msgspec.json.encode(search).decode()
        + """, sortKey: CREATED_AT) {
    edges { node {
      id name createdAt processedAt updatedAt cancelledAt test requiresShipping
      displayFinancialStatus displayFulfillmentStatus
      email phone note paymentGatewayNames currencyCode
      shippingAddress { ...HubAddress }
      billingAddress { ...HubAddress }
      currentTotalPriceSet { shopMoney { amount } }
      totalRefundedSet { shopMoney { amount } }
      totalShippingPriceSet { shopMoney { amount } }
      currentTotalTaxSet { shopMoney { amount } }
      shippingLine { title }
      lineItems { edges { node { ...HubLine } } }
      fulfillmentOrders { edges { node {
        id status updatedAt fulfillAt
        deliveryMethod { methodType }
        destination { firstName lastName company address1 address2 city province zip countryCode phone email }
        supportedActions { action }
        fulfillmentHolds { reason displayReason }
        lineItems { edges { node { id remainingQuantity lineItem { id } } } }
      } } }
    } }
  }
}
"""
        + _ADDRESS
        + _LINE
    )


ALL: Final = (
    INDEX, FULFILLMENT_ORDERS, ORDERS, ORDER, OLDEST, MORE_LINES, MORE_FULFILLMENT_ORDERS, MORE_SHARES, COUNT, CHECK,
    PRODUCTS, PRODUCT_UPDATE, STATE, FULFIL, TRACKING, BULK_RUN, BULK_STATUS,
)  # fmt: skip
"""Tests go through these."""
