"""WooCommerce by its REST interface wc/v3, without a plug-in. What real shops do: docs/platforms/woocommerce.md."""

from varco.shops.woocommerce.shop import WooCommerce

CONNECTOR = WooCommerce
