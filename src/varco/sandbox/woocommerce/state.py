"""WooCommerce's words for what happens to an order."""

from __future__ import annotations

from varco.sandbox.spec import ShopSpec
from varco.sandbox.state import State, Webhook

__all__ = ["DRAFT", "STATUSES", "TRASH", "VERSION", "State", "Webhook", "statuses_of"]

STATUSES = {
    "pending": "Pending payment",
    "processing": "Processing",
    "on-hold": "On hold",
    "completed": "Completed",
    "cancelled": "Cancelled",
    "refunded": "Refunded",
    "failed": "Failed",
}
VERSION = "9.9.5"
DRAFT = "checkout-draft"
TRASH = "trash"


def statuses_of(spec: ShopSpec) -> dict[str, str]:
    """With those that plug-ins added."""
    return {**STATUSES, **spec.statuses, DRAFT: "Draft"}
