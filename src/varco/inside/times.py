"""Moments as people and programs read them."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone


def iso(at: float) -> str:
    return datetime.fromtimestamp(at, timezone.utc).isoformat().replace("+00:00", "Z")


def told(at: float, zone_s: int) -> str:
    """In UTC, and by the server's clock where that is another."""
    moment = datetime.fromtimestamp(at, timezone.utc)
    text = moment.strftime("%Y-%m-%d %H:%M:%S UTC")
    if not zone_s:
        return text
    local = moment.astimezone(timezone(timedelta(seconds=zone_s)))
    return f"{text} ({local.strftime('%H:%M:%S %z')})"
