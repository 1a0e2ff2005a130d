"""PrestaShop by its webservice, without a module. What real shops do: docs/platforms/prestashop.md."""

from varco.shops.prestashop.shop import PrestaShop

CONNECTOR = PrestaShop
