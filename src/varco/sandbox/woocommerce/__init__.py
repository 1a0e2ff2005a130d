"""A pretend WooCommerce 9.9.5 on WordPress 6.8.3, held to what a real one answered (tests/recorded/woocommerce)."""
