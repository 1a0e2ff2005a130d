"""Reading the fields that shops send: numbers that may be texts, and orders that cannot be read. Pure, for mappers."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from hashlib import blake2b
from typing import Any, Final

import msgspec

from varco.model.finding import Confidence, Finding
from varco.model.order import UnreadOrder

Loose = str | int | float | None
"""Plug-ins turn numbers into texts and back."""
_LARGEST: Final = Decimal(10) ** 12
"""The hub keeps 18 digits, six of them behind the point."""
_LONGEST: Final = 40


def text_of(value: object) -> str:
    """Without the zero byte, which PostgreSQL does not store."""
    return "" if value is None else str(value).replace("\x00", "").strip()


def number_of(value: Loose, name: str) -> Decimal:
    """`ValueError` names the field that holds no number, or one that no order has."""
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise ValueError(f"{name} is no number") from None
    if not number.is_finite() or abs(number) >= _LARGEST:
        raise ValueError(f"{name} is no number")
    return number


def number_or_none(value: Loose, name: str) -> Decimal | None:
    return None if value is None or value == "" else number_of(value, name)


def json_object(body: bytes) -> dict[str, Any]:
    """Empty if it is no JSON object."""
    try:
        words = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return {}
    return words if isinstance(words, dict) else {}


def unread_order(body: bytes, error: Exception, *, id_field: str, number_field: str) -> UnreadOrder:
    """What is kept of an order that the mapper could not read. Without an id of its own it is named by its bytes."""
    words = json_object(body)
    remote_id = _short(words.get(id_field)) or f"?{blake2b(body, digest_size=6).hexdigest()}"
    number = _short(words.get(number_field)) or remote_id
    where = str(error).rpartition(" - at ")[2].strip("`") or "?"
    reason = where if isinstance(error, msgspec.ValidationError) else str(error)
    finding = Finding(
        code="order-unreadable",
        params={"number": number, "reason": reason[:100]},
        confidence=Confidence.CERTAIN,
        rests_on="the mapper",
    )
    return UnreadOrder(remote_id=remote_id, number=number, finding=finding, raw=body)


def _short(value: object) -> str:
    return text_of(value)[:_LONGEST] if isinstance(value, str | int) else ""
