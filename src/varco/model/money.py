"""An amount with its currency. Decimal only: a float never carries money."""

from __future__ import annotations

from decimal import Decimal

import msgspec


class Money(msgspec.Struct, frozen=True):
    amount: Decimal
    currency: str
    """ISO 4217 code, upper case."""
