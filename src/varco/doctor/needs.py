"""Which methods an identity really needs for a platform. More than these may be asked for; less stops something."""

from __future__ import annotations

from typing import Final

import msgspec

from varco.model.identity import METHODS


class Needs(msgspec.Struct, frozen=True, kw_only=True):
    reading: tuple[str, ...] = ("GET",)
    writing: tuple[str, ...] = ("POST",)

    @property
    def all(self) -> tuple[str, ...]:
        return self.reading + self.writing


_KNOWN: Final = {
    ("sendcloud", "woocommerce"): Needs(writing=("PUT",)),
    ("sendcloud", "magento"): Needs(writing=("POST", "PUT")),
    ("sendcloud", "prestashop"): Needs(reading=("GET", "HEAD"), writing=("POST", "PUT")),
    ("varco", "prestashop"): Needs(writing=("POST", "PUT")),
}
"""Sendcloud's modules change WooCommerce's orders by PUT, though its article does not name it (plug-in 1.0.32, whose
set-up checklist adds PUT to `<LimitExcept>`; Magento module 2.0.27; PrestaShop module 1.6.0)."""


def needs_of(identity: str, platform: str) -> Needs:
    """Of an unknown identity: that it reads by GET and writes by POST."""
    return _KNOWN.get((identity, platform), Needs())


def order_of_asking(needs: Needs) -> tuple[str, ...]:
    """Reading first, then what is needed, then the rest: a scan that must stop has then learnt what matters."""
    first = [method for method in ("GET", "HEAD", "POST") if method in METHODS]
    return tuple(dict.fromkeys((*first, *needs.all, *METHODS)))
