"""The errors that cross a border between layers.

VarcoError
 ├── BadInput          the caller gave something that cannot be: says what to do
 └── ShopFault         a shop did not do what was asked: carries the finding and the exchange
"""

from __future__ import annotations

from varco.model.exchange import Exchange
from varco.model.finding import Finding


class VarcoError(Exception):
    """Its text is for a person: what we tried, what came back, what to do next."""


class BadInput(VarcoError):
    """A setting, an argument or a form field that cannot be right."""


class ShopFault(VarcoError):
    """A call to a shop did not bring what it should have.

    `ambiguous` is true if the shop may have done it all the same (a timeout after sending, a 5xx on a
    write): whoever writes must then wait and look before trying again.
    """

    def __init__(
        self,
        finding: Finding,
        exchange: Exchange | None = None,
        *,
        ambiguous: bool = False,
        retry_after_s: int | None = None,
    ) -> None:
        super().__init__(finding.code)
        self.finding = finding
        self.exchange = exchange
        self.ambiguous = ambiguous
        self.retry_after_s = retry_after_s
