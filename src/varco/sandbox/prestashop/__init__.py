"""PrestaShop's webservice as 8.2.1 answers it (recorded, see tests/recorded/prestashop), for a pretend shop."""
