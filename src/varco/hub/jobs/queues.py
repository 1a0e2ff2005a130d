"""The queues. A worker keeps slots for `NOW`, so that what a person waits for never stands behind polls."""

from typing import Final

NOW: Final = "now"
POLL: Final = "poll"
IMPORT: Final = "import"
PUSH: Final = "push"
CARE: Final = "care"
"""Housekeeping: rota, reconcile, mail, pruning."""
