"""The numbers by which a pretend PrestaShop knows countries, provinces, currencies, states of orders and carriers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from varco.sandbox.prestashop.orders import PsOrder

COUNTRIES: Final = {
    1: "DE", 2: "AT", 3: "BE", 6: "ES", 8: "FR", 9: "GR", 10: "IT", 13: "NL", 14: "PL", 15: "PT", 16: "CZ", 17: "GB",
    18: "SE", 19: "CH", 20: "DK", 21: "US", 26: "IE",
}  # fmt: skip
STATES: Final = {126: "AG", 127: "AL", 128: "AN", 140: "BZ", 155: "FC", 170: "LE", 180: "MI", 190: "NA", 200: "AQ",
                 205: "PU", 211: "RM"}  # fmt: skip
CURRENCIES: Final = {1: ("EUR", "euro", "€", "978"), 2: ("GBP", "Sterlina", "£", "826"),
                     3: ("USD", "Dollaro", "$", "840"), 4: ("PLN", "Złoty", "zł", "985")}  # fmt: skip
STOCK_STATES: Final = {
    "1": "Awaiting check payment", "2": "Payment accepted", "3": "Processing in progress", "4": "Shipped",
    "5": "Delivered", "6": "Canceled", "7": "Refunded", "8": "Payment error", "9": "On backorder (paid)",
    "10": "Awaiting bank wire payment", "11": "Remote payment accepted", "12": "On backorder (not paid)",
    "13": "Awaiting Cash On Delivery validation", "14": "Pronto per la spedizione",
}  # fmt: skip
SHIPPED: Final = ("4", "5")
DELIVERED: Final = ("3", *SHIPPED)
"""States with a delivery slip."""
PAID: Final = ("2", "3", "4", "5", "9", "11", "14")
CARRIERS: Final = {
    1: "Click and collect", 2: "My carrier", 3: "My cheap carrier", 4: "My light carrier", 5: "Corriere Espresso",
    6: "Poste & Pacchi «Già»", 7: "Ritiro in negozio", 8: "Corriere Espresso",
}  # fmt: skip
DELETED_CARRIERS: Final = (5,)


def number_of(table: Mapping[int, Any], code: str) -> str:
    return str(next((number for number, value in table.items() if code in (value, value[0])), 0))


def is_in(order: PsOrder, states: Iterable[str]) -> bool:
    return order.status in states
