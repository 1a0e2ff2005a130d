"""Carriers by the names that Shopify knows: written exactly so, it makes the tracking link and may follow the parcel.

From the description of `FulfillmentTrackingInfo.company` in the schema of 2026-07. Other names are sent as they are.
"""

from __future__ import annotations

from typing import Final

_KNOWN: Final = (
    "4PX", "Amazon Logistics UK", "An Post", "APC", "Asendia USA", "Australia Post", "BPost", "BPost International",
    "BRT", "Bring", "Canada Post", "China Post", "Chronopost", "Colis Privé", "Colissimo", "Correios", "Correos", "CTT",
    "CTT Express", "Cyprus Post", "Deutsche Post", "Deutsche Post (DE)", "DHL", "DHL eCommerce", "DHL eCommerce Asia",
    "DHL Express", "DHL Parcel", "DPD", "DPD Ireland", "DPD Local", "DPD UK", "DX", "Evri", "Fastway", "FedEx", "GLS",
    "GLS Italy", "Hermes", "Iceland Post", "Inpost", "Israel Post", "La Poste Colissimo", "Latvia Post",
    "Lietuvos Paštas", "Mondial Relay", "New Zealand Post", "OnTrac", "Österreichische Post", "Packeta", "Parcelforce",
    "Pitney Bowes", "Portal PostNord", "Poste Italiane", "PostNL", "PostNord DK", "PostNord NO", "PostNord SE",
    "Purolator", "Royal Mail", "SEUR", "SF Express", "Singapore Post", "Speedy", "Swiss Post", "TNT", "UPS", "USPS",
    "Venipak", "Whistl", "Yodel", "YunExpress", "Zásilkovna", "ACS Courier",
)  # fmt: skip
_ALIASES: Final = {
    "bartolini": "BRT",
    "brt bartolini": "BRT",
    "brt corriere espresso": "BRT",
    "poste": "Poste Italiane",
    "posteitaliane": "Poste Italiane",
    "crono poste italiane": "Poste Italiane",
    "fed ex": "FedEx",
    "fedex express": "FedEx",
    "united parcel service": "UPS",
    "tnt express": "TNT",
    "dhl express italy": "DHL Express",
    "austrian post": "Österreichische Post",
    "mondialrelay": "Mondial Relay",
    "colis prive": "Colis Privé",
}
_OWN_NAMES: Final = {("gls", "Europe/Rome"): "GLS Italy", ("dhl", "Europe/Rome"): "DHL Express"}
"""Where the shops of a country have a name of their own for it, by the shop's time zone."""
_BY_LETTERS: Final = {name.casefold(): name for name in _KNOWN}


def company(carrier: str, time_zone: str = "") -> str:
    """The name that Shopify knows; what was given where it knows none."""
    letters = " ".join(carrier.split()).casefold()
    return _OWN_NAMES.get((letters, time_zone)) or _BY_LETTERS.get(letters) or _ALIASES.get(letters) or carrier.strip()
