"""A pretend Magento 2 shop, as the recorded one answers (2.4.7-p3)."""
