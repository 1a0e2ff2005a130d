"""Magento 2 by its REST interface V1, without a module. What real shops do: docs/platforms/magento.md."""

from varco.shops.magento.shop import Magento

CONNECTOR = Magento
