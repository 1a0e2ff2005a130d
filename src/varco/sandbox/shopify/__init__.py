"""A pretend Shopify: its Admin GraphQL interface as test shops answered it (sources: tests/recorded/shopify)."""
