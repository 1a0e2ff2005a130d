"""Check digits of tracking numbers: a digit that a wrong or swapped digit makes wrong."""

from __future__ import annotations

from itertools import cycle
from typing import Final

S10_WEIGHTS: Final = (8, 6, 4, 2, 3, 5, 9, 7)
"""UPU standard S10, section 6.3: one for each digit of the serial number."""


def gs1(digits: str) -> str:
    """GS1's, as in SSCC and GTIN: weights 3 and 1 from the right (GS1 General Specifications, section 7.9)."""
    total = sum(int(digit) * weight for digit, weight in zip(reversed(digits), cycle((3, 1)), strict=False))
    return str(-total % 10)


def s10(digits: str) -> str:
    """The postal unions', over exactly eight digits: 11 minus the weighted sum modulo 11, where 10 is 0 and 11 is 5."""
    total = sum(int(digit) * weight for digit, weight in zip(digits, S10_WEIGHTS, strict=True))
    check = 11 - total % 11
    return {10: "0", 11: "5"}.get(check, str(check))
