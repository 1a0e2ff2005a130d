"""What a pretend shop is set up as."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha1

import msgspec

from varco.sandbox.walls import Walls


class Key(msgspec.Struct, frozen=True, kw_only=True):
    """One key of the shop's interface."""

    key: str
    secret: str
    permissions: str = "read_write"
    """`read`, `write` or `read_write`."""
    manager: bool = True
    """False for the key of somebody with the role of a customer."""


class ShopSpec(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Everything has a good value; tests and the demo name what matters to them."""

    platform: str = "woocommerce"
    """Which software stands behind the walls."""
    name: str = "Bottega di Prova"
    seed: int = 1
    """The same seed makes the same shop."""
    orders: int = 0
    """How many there are at the start."""
    days: float = 30
    """Over how many days back they are spread."""
    arrivals_every_s: float = 0
    """A new order comes in so often; 0: none."""
    tls: bool = True
    port: int = 0
    """0 takes a free one."""
    folder: str = ""
    """Where the shop lives below its host: `/negozio`."""
    currency: str = "EUR"
    time_zone: str = "Europe/Rome"
    weight_unit: str = "kg"
    statuses: Mapping[str, str] = msgspec.field(default_factory=lambda: {"spedito": "Spedito"})
    """Those that a plug-in added: word and name."""
    hpos: bool = True
    """WooCommerce's own order tables. Without them an address's change does not move the date."""
    pretty_permalinks: bool = True
    woocommerce: bool = True
    """Whether the plug-in is switched on; WordPress answers without it too."""
    webservice: bool = True
    """Whether PrestaShop's webservice is switched on."""
    languages: int = 1
    """How many a PrestaShop shop has: with several, names are lists."""
    mail_works: bool = True
    """Whether PrestaShop can send its mails."""
    debug: bool = False
    """PrestaShop's debug mode: a crash is told in words, with status 200."""
    fulfilments: bool = False
    """Whether WooCommerce's own shipments are switched on."""
    bearer: bool = False
    """Whether Magento takes an integration's access token alone."""
    second_store: bool = False
    """Whether a Magento has a second website with its store view `outlet`."""
    sources: tuple[str, ...] = ("default",)
    """From which a Magento ships."""
    largest_page: int = 0
    """How many rows a Magento's owner allows at once; 0: any number."""
    default_page: int = 0
    """How many rows a Magento gives to somebody who asks for no number; 0: all."""
    legacy_token: bool = False
    """Whether a Shopify app was made in the admin before 2026: it has one token, which does not end."""
    token_s: int = 86_399
    """How long another Shopify app's token lives."""
    scopes: tuple[str, ...] = ()
    """What a Shopify app may do; empty: what its key's permissions say."""
    allowed_networks: tuple[str, ...] = ()
    """From where a Shopify app may call (its own list in the Dev Dashboard); empty: from anywhere."""
    locations: tuple[str, ...] = ("Magazzino", "Negozio di Bologna")
    """From where a Shopify ships itself; the first is its main one."""
    services: tuple[str, ...] = ()
    """Locations of a Shopify that belong to fulfilment services of others."""
    routing_s: int = 0
    """How long after an order a Shopify has made its fulfilment orders."""
    bucket: int = 2000
    """How many points of cost a Shopify app can save up."""
    restore_rate: int = 100
    """How many points come back in a second."""
    customer_data: bool = True
    """Whether a Shopify app may see names, addresses, mail and telephone."""
    customs_data: bool = True
    """Whether products carry HS code and country of origin, as the plug-ins of carriers keep them."""
    version: str = ""
    """Empty: the one that was recorded."""
    proxy: str = ""
    """Where the calls go that the shop makes by itself, whatever host they name, as to a proxy that speaks https and
    hands on in plain http: `http://127.0.0.1:8321`. Empty: where they are addressed to."""
    keys: tuple[Key, ...] = ()
    """Empty: one pair made out of the seed."""
    walls: Walls = ()

    def all_keys(self) -> tuple[Key, ...]:
        return self.keys or (
            Key(key=f"ck_{_hex('key', self.seed, self.name)}", secret=f"cs_{_hex('secret', self.seed, self.name)}"),
        )


def _hex(*parts: object) -> str:
    return sha1(" ".join(map(str, parts)).encode(), usedforsecurity=False).hexdigest()
