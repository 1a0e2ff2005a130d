"""Where a redirect leads. What a server writes into `Location` may be anything."""

from __future__ import annotations

from typing import Final
from urllib.parse import SplitResult, urljoin, urlsplit

_NOWHERE: Final = SplitResult("", "", "", "", "")


def followed(url: str, location: str) -> str:
    """The address that it names; the same one again where that is none that can be called: nobody is led astray."""
    return urljoin(url, location) if is_usable(url, location) else url


def is_usable(url: str, location: str) -> bool:
    """Whether it leads to an address that can be called."""
    try:
        parts = urlsplit(urljoin(url, location))
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def parts_of(url: str) -> SplitResult:
    """Empty where it is no address at all."""
    try:
        return urlsplit(url)
    except ValueError:
        return _NOWHERE
