"""PrestaShop's dates: the shop's local time without a zone. The hour that comes twice in autumn has no mark."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from varco.model.errors import BadInput

_FORM: Final = "%Y-%m-%d %H:%M:%S"
_NEVER: Final = "0000-00-00"
_HOUR: Final = timedelta(hours=1)


def zone_of(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        raise BadInput(f"The shop's time zone {name!r} is unknown here: choose another one in the shop.") from None


def utc_from(text: str, zone: ZoneInfo) -> datetime | None:
    """None for a zero date. The hour that comes twice is read as its first time. `ValueError` for what is none."""
    if not text or text.startswith(_NEVER):
        return None
    return datetime.strptime(text, _FORM).replace(tzinfo=zone).astimezone(UTC)


def shop_text(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).strftime(_FORM)


def earliest_text(moment: datetime, zone: ZoneInfo) -> str:
    """A local time that none from this moment on lies before: right before clocks go back, an hour earlier."""
    here, later = moment.astimezone(zone), (moment + _HOUR).astimezone(zone)
    back = (here.utcoffset() or timedelta()) - (later.utcoffset() or timedelta())
    return (here.replace(tzinfo=None) - max(back, timedelta())).strftime(_FORM)
