"""Sums as WooCommerce writes them."""

from __future__ import annotations

import pytest

from varco.sandbox.amounts import micro, part, trimmed, without_tax, written


@pytest.mark.parametrize(
    ("amount", "digits", "text"),
    [
        ("14.5", 2, "14.50"),
        ("2.614754", 2, "2.61"),
        ("2.614754", 6, "2.614754"),
        ("0.005", 2, "0.01"),
        ("-17.954", 2, "-17.95"),
        ("-0.001", 2, "0.00"),
        ("38020.545", 0, "38021"),
    ],
)
def test_amounts_are_rounded_and_written(amount: str, digits: int, text: str) -> None:
    assert written(micro(amount), digits) == text


@pytest.mark.parametrize(("amount", "text"), [("0", "0"), ("0.63", "0.63"), ("6.850820", "6.85082"), ("10", "10")])
def test_taxes_are_written_without_zeros_at_their_end(amount: str, text: str) -> None:
    assert trimmed(micro(amount)) == text


def test_a_price_and_its_tax_are_the_recorded_ones() -> None:
    """14.50 with 22 %: recorded as 11.885246 and 2.614754."""
    net = without_tax(micro("14.50"), 22)
    assert (net, part(net, 22)) == (micro("11.885246"), micro("2.614754"))
