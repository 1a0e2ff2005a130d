"""Where something goes, and to whom."""

from __future__ import annotations

import msgspec


class Address(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """A postal address as the shop gave it. Empty text means that the shop had none."""

    name: str = ""
    company: str = ""
    line1: str = ""
    line2: str = ""
    postcode: str = ""
    city: str = ""
    state: str = ""
    country: str = ""
    """ISO 3166-1 alpha-2, upper case."""
    phone: str = ""
    email: str = ""

    def is_deliverable(self) -> bool:
        """Whether a carrier could find it: somebody, a street, a place and a country."""
        return bool((self.name or self.company) and self.line1 and self.city and self.country)
