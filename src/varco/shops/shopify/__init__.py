"""Shopify by its GraphQL interface, with an app of the merchant's own. What is known: docs/platforms/shopify.md."""

from varco.shops.shopify.shop import Shopify

CONNECTOR = Shopify
