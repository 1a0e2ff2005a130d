"""Which version of the interface answers: https://shopify.dev/docs/api/usage/versioning"""

from __future__ import annotations

import re
from typing import Final

REACHABLE: Final = ("2026-01", "2026-04", "2026-07", "2026-10")
"""As of November 2026, the oldest first."""
NOT_REQUIRED_FROM: Final = "2026-10"
"""Since then an order that needs no shipping any more says so."""


def served(asked: str) -> str | None:
    """An expired one is served by the oldest, not refused; None for one that never was."""
    if asked in (*REACHABLE, "unstable"):
        return asked
    return REACHABLE[0] if re.fullmatch(r"20\d\d-(01|04|07|10)", asked) and asked < REACHABLE[0] else None
