"""All tables of the webservice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

from varco.sandbox.goods import GOODS, Good
from varco.sandbox.prestashop.codes import (
    CARRIERS,
    COUNTRIES,
    CURRENCIES,
    DELETED_CARRIERS,
    DELIVERED,
    PAID,
    SHIPPED,
    STATES,
    STOCK_STATES,
    number_of,
)
from varco.sandbox.prestashop.order_rows import (
    DETAIL_FIELDS,
    ORDER_FIELDS,
    ORDER_ROW,
    OrderRow,
    address_ids,
    carrier_rows,
    carriers_of,
    detail_rows,
    histories_of,
    history_rows,
    order_rows,
    orders_after,
    orders_of,
    weight_text,
)
from varco.sandbox.prestashop.orders import PsOrder
from varco.sandbox.prestashop.resource import LAUNCHED, ZERO_DATE, I18n, Resource, Row
from varco.sandbox.state import State


def _order_states(state: State, last: int) -> Iterator[Row]:
    for number, name in state.statuses().items():
        if int(number) > last:
            yield {
                "id": int(number), "unremovable": str(int(number in STOCK_STATES and number != "14")),
                "delivery": str(int(number in DELIVERED)), "hidden": "0",
                "send_email": str(int(number not in ("5", "13", "14"))), "module_name": "",
                "invoice": str(int(number in (*PAID, "7"))), "color": "#3498D8", "logable": str(int(number in PAID)),
                "shipped": str(int(number in SHIPPED)), "paid": str(int(number in PAID)), "pdf_delivery": "0",
                "pdf_invoice": str(int(number == "2")), "deleted": "0", "name": I18n(name),
                "template": I18n("payment" if number == "2" else "shipped"),
            }  # fmt: skip


def _addresses(state: State, last: int) -> Iterator[Row]:
    return _addresses_of(orders_after(state, last // 2 - 1), last)


def _addresses_of(orders: Iterable[PsOrder], last: int = 0) -> Iterator[Row]:
    for order in orders:
        delivery, invoice = address_ids(order)
        if delivery > last:
            yield _address(order, delivery, order.shipping, order.other)
        if invoice > max(last, delivery):
            yield _address(order, invoice, order.billing, order.other)


def _address(order: PsOrder, number: int, place: Any, other: str) -> Row:
    mobile = place.phone.startswith("+39 333")
    return {
        "id": number, "id_customer": str(order.customer_id), "id_manufacturer": "0", "id_supplier": "0",
        "id_warehouse": "0", "id_country": number_of(COUNTRIES, place.country),
        "id_state": number_of(STATES, place.state),
        "alias": "Casa", "company": place.company, "lastname": place.last_name, "firstname": place.first_name,
        "vat_number": "", "address1": place.address_1, "address2": place.address_2, "postcode": place.postcode,
        "city": place.city, "other": other, "phone": "" if mobile else place.phone,
        "phone_mobile": place.phone if mobile else "", "dni": "RSSLCU80A01H703X" if place.country == "IT" else "",
        "deleted": str(int(order.moved_away)), "date_add": LAUNCHED, "date_upd": LAUNCHED,
    }  # fmt: skip


def _customers(state: State, last: int) -> Iterator[Row]:
    return _customers_of(orders_after(state, last))


def _customers_of(orders: Iterable[PsOrder]) -> Iterator[Row]:
    """Everybody orders once."""
    for order in orders:
        billing = order.billing
        yield {
            "id": order.customer_id, "id_default_group": "3", "id_lang": "1", "newsletter_date_add": ZERO_DATE,
            "ip_registration_newsletter": "", "last_passwd_gen": LAUNCHED, "secure_key": "0" * 32, "deleted": "0",
            "passwd": "$2y$10$not.a.password", "lastname": billing.last_name, "firstname": billing.first_name,
            "email": billing.email, "id_gender": "0", "birthday": "0000-00-00", "newsletter": "0", "optin": "0",
            "website": "", "company": "", "siret": "", "ape": "", "outstanding_allow_amount": "0.000000",
            "show_public_prices": "0", "id_risk": "0", "max_payment_days": "0", "active": "1", "note": "",
            "is_guest": "0", "id_shop": "1", "id_shop_group": "1", "date_add": LAUNCHED, "date_upd": LAUNCHED,
            "reset_password_token": "", "reset_password_validity": ZERO_DATE,
            "associations": {"groups": [{"id": "3"}]},
        }  # fmt: skip


def _countries(_state: State, last: int) -> Iterator[Row]:
    for number, code in COUNTRIES.items():
        if number > last:
            yield {"id": number, "id_zone": "1", "id_currency": "0", "call_prefix": "39", "iso_code": code,
                   "active": "1", "contains_states": str(int(code == "IT")), "need_identification_number": "0",
                   "need_zip_code": "1",
                   "zip_code_format": "NNNNN", "display_tax_label": "1", "name": I18n(code)}  # fmt: skip


def _states(_state: State, last: int) -> Iterator[Row]:
    for number, code in STATES.items():
        if number > last:
            yield {"id": number, "id_zone": "1", "id_country": "10", "iso_code": code, "name": code, "active": "1"}


def _currencies(state: State, last: int) -> Iterator[Row]:
    """The recorded shop's two, and this one's own."""
    for number, (code, name, symbol, numeric) in CURRENCIES.items():
        if number > last and (number < 3 or code == state.spec.currency):
            yield {"id": number, "names": I18n(name), "name": name.capitalize(), "symbol": I18n(symbol),
                   "iso_code": code,
                   "numeric_iso_code": numeric, "precision": "2", "conversion_rate": "1.000000", "deleted": "0",
                   "active": "1", "unofficial": "0", "modified": "0", "pattern": I18n("")}  # fmt: skip


def _carriers(_state: State, last: int) -> Iterator[Row]:
    for number, name in CARRIERS.items():
        if number > last:
            gone = number in DELETED_CARRIERS
            yield {
                "id": number, "deleted": str(int(gone)), "is_module": "0",
                "id_tax_rules_group": 1 if number < 5 else 0, "id_reference": "5" if number == 8 else str(number),
                "name": name, "active": str(int(number not in (3, 4))), "is_free": str(int(number in (1, 5, 6, 7, 8))),
                "url": "https://tracking.example/@" if number > 4 else "", "shipping_handling": str(int(number > 1)),
                "shipping_external": "0", "range_behavior": "0", "shipping_method": 1 if number < 3 else "3",
                "max_width": "0", "max_height": "0", "max_depth": "0", "max_weight": "0.000000", "grade": "0",
                "external_module_name": "", "need_range": "0", "position": str(number - 1), "delay": I18n("2-3 giorni"),
            }  # fmt: skip


def _products(state: State, last: int) -> Iterator[Row]:
    for good in sorted(GOODS.values(), key=lambda good: good.id):
        if good.id > last and not good.parent:
            yield _product(state, good)


def _product(state: State, good: Good) -> Row:
    children = [child.id for child in GOODS.values() if child.parent == good.id]
    associations: dict[str, list[dict[str, str]]] = {"categories": [{"id": "2"}]}
    if children:
        associations["combinations"] = [{"id": str(child)} for child in children]
        associations["product_option_values"] = [{"id": "2"}]
    associations["stock_availables"] = [{"id": str(good.id + STOCK_BEGINS), "id_product_attribute": "0"}]
    return {
        **_PRODUCT_DEFAULTS, "id": good.id, "cache_default_attribute": str(children[0]) if children else "0",
        "id_default_combination": children[0] if children else 0, "position_in_category": str(good.id),
        "reference": good.sku, "price": f"{float(good.price):.6f}",
        "weight": state.weights.get(good.id, weight_text(good)), "ean13": state.eans.get(good.id, good.ean),
        "product_type": "combinations" if children else "standard", "name": I18n(good.name),
        "associations": associations,
    }  # fmt: skip


STOCK_BEGINS: Final = 38
_PRODUCT_FIELDS: Final = (
    "id id_category_default cache_default_attribute id_default_combination id_tax_rules_group position_in_category "
    "type id_shop_default reference width height depth weight state additional_delivery_times delivery_in_stock "
    "delivery_out_stock product_type ean13 ecotax minimal_quantity price wholesale_price unit_price unit_price_ratio "
    "additional_shipping_cost active redirect_type available_for_order available_date condition show_price visibility "
    "date_add date_upd pack_stock_type meta_description meta_keywords meta_title link_rewrite name description "
    "description_short available_now available_later"
).split()
_PRODUCT_DEFAULTS: Final = {
    "id_category_default": "2", "id_tax_rules_group": "1", "type": "simple", "id_shop_default": "1",
    "width": "10.000000", "height": "5.000000", "depth": "3.000000", "state": "1", "additional_delivery_times": "1",
    "ecotax": "0.000000", "minimal_quantity": "1", "wholesale_price": "0.000000", "unit_price": "0.000000",
    "unit_price_ratio": "0.000000", "additional_shipping_cost": "0.000000", "active": "1", "redirect_type": "default",
    "available_for_order": "1", "available_date": "0000-00-00", "condition": "new", "show_price": "1",
    "visibility": "both", "date_add": LAUNCHED, "date_upd": LAUNCHED, "pack_stock_type": "3",
    "link_rewrite": I18n("prodotto"),
    **dict.fromkeys(
        "delivery_in_stock delivery_out_stock meta_description meta_keywords meta_title description description_short "
        "available_now available_later".split(), I18n("")
    ),
}  # fmt: skip


def _combinations(state: State, last: int) -> Iterator[Row]:
    """A combination's weight is what it adds to its product's."""
    for good in sorted(GOODS.values(), key=lambda good: good.id):
        if good.id > last and good.parent:
            adds = float(good.weight) - float(GOODS[good.parent].weight) if good.weight else 0
            yield {
                "id": good.id, "id_product": str(good.parent), "isbn": "", "upc": "", "mpn": "",
                "reference": good.sku, "supplier_reference": "", "wholesale_price": "0.000000", "price": "0.000000",
                "ecotax": "0.000000",
                "ean13": state.eans.get(good.id, good.ean), "weight": state.weights.get(good.id, f"{adds:.6f}"),
                "unit_price_impact": "0.000000", "minimal_quantity": "1",
                "low_stock_threshold": None, "low_stock_alert": "0", "default_on": "", "available_date": "0000-00-00",
                "available_now": I18n(""), "available_later": I18n(""),
                "associations": {"product_option_values": [{"id": "2"}]},
            }  # fmt: skip


def _stock(_state: State, last: int) -> Iterator[Row]:
    for good in sorted(GOODS.values(), key=lambda good: good.id):
        place = good.id + STOCK_BEGINS
        if place > last:
            yield {"id": place, "id_product": str(good.parent or good.id),
                   "id_product_attribute": str(good.id if good.parent else 0), "id_shop": "1", "id_shop_group": "0",
                   "quantity": str(good.stock or 0), "depends_on_stock": "0", "out_of_stock": "2",
                   "location": ""}  # fmt: skip


def _configurations(state: State, last: int) -> Iterator[Row]:
    settings = {
        31: ("PS_WEIGHT_UNIT", state.spec.weight_unit),
        32: ("PS_TIMEZONE", state.spec.time_zone),
        33: ("PS_CURRENCY_DEFAULT", number_of(CURRENCIES, state.spec.currency)),
        34: ("PS_LANG_DEFAULT", "1"),
    }
    for number, (name, value) in settings.items():
        if number > last:
            yield {"id": number, "value": value, "name": name, "id_shop_group": "", "id_shop": "", "date_add": LAUNCHED,
                   "date_upd": LAUNCHED}  # fmt: skip


def _none(_state: State, _last: int) -> Iterator[Row]:
    return iter(())


def _table(
    name: str, one: str, rows: Callable[[State, int], Iterable[Row]], fields: Iterable[str], **more: Any
) -> Resource:
    return Resource(name=name, one=one, rows=rows, fields=tuple(fields), **more)


_ORDER_LINKS: Final = {
    "id_address_delivery": "addresses", "id_address_invoice": "addresses", "id_cart": "carts",
    "id_currency": "currencies", "id_lang": "languages", "id_customer": "customers", "id_carrier": "carriers",
    "current_state": "order_states", "product_id": "products", "id_customization": "customizations",
}  # fmt: skip
_REQUIRED: Final = "true"
RESOURCES: Final = {
    resource.name: resource
    for resource in (
        _table("orders", "order", order_rows, ORDER_FIELDS, links=_ORDER_LINKS,
               found={"id": lambda state, ids: (OrderRow(state, order) for order in orders_of(state, ids))},
               associations={"order_rows": tuple(ORDER_ROW)}, not_filterable=("shipping_number",),
               description="The Customers orders"),
        _table("order_carriers", "order_carrier", carrier_rows,
               "id id_order id_carrier id_order_invoice weight shipping_cost_tax_excl shipping_cost_tax_incl "
               "tracking_number date_add".split(),
               found={"id_order": lambda state, ids: carriers_of(state, orders_of(state, ids))},
               links={"id_order": "orders", "id_carrier": "carriers"},
               required={"id_order": _REQUIRED, "id_carrier": _REQUIRED}, description="The Order carriers"),
        _table("order_histories", "order_history", history_rows,
               "id id_employee id_order_state id_order date_add".split(),
               found={"id_order": lambda state, ids: histories_of(state, orders_of(state, ids))},
               links={"id_order_state": "order_states", "id_order": "orders"},
               required={"id_order_state": _REQUIRED, "id_order": _REQUIRED}, description="The Order histories"),
        _table("order_details", "order_detail", detail_rows, DETAIL_FIELDS, associations={"taxes": ("id",)},
               description="Details of an order"),
        _table("order_states", "order_state", _order_states,
               "id unremovable delivery hidden send_email module_name invoice color logable shipped paid pdf_delivery "
               "pdf_invoice deleted name template".split(), description="The Order statuses"),
        _table("addresses", "address", _addresses,
               "id id_customer id_manufacturer id_supplier id_warehouse id_country id_state alias company lastname "
               "firstname vat_number address1 address2 postcode city other phone phone_mobile dni deleted date_add "
               "date_upd".split(),
               found={"id": lambda state, ids: _addresses_of(orders_of(state, [number // 2 for number in ids]))},
               links={"id_customer": "customers", "id_country": "countries", "id_state": "states"},
               description="The Customer, Brand and Customer addresses"),
        _table("customers", "customer", _customers,
               "id id_default_group id_lang newsletter_date_add ip_registration_newsletter last_passwd_gen secure_key "
               "deleted passwd lastname firstname email id_gender birthday newsletter optin website company siret ape "
               "outstanding_allow_amount show_public_prices id_risk max_payment_days active note is_guest id_shop "
               "id_shop_group date_add date_upd reset_password_token reset_password_validity".split(),
               found={"id": lambda state, ids: _customers_of(orders_of(state, ids))},
               associations={"groups": ("id",)}, description="The e-shop's customers"),
        _table("countries", "country", _countries,
               "id id_zone id_currency call_prefix iso_code active contains_states need_identification_number "
               "need_zip_code zip_code_format display_tax_label name".split(), description="The countries"),
        _table("states", "state", _states, "id id_zone id_country iso_code name active".split(),
               description="The available states of countries"),
        _table("currencies", "currency", _currencies,
               "id names name symbol iso_code numeric_iso_code precision conversion_rate deleted active unofficial "
               "modified pattern".split(), description="The currencies"),
        _table("carriers", "carrier", _carriers,
               "id deleted is_module id_tax_rules_group id_reference name active is_free url shipping_handling "
               "shipping_external range_behavior shipping_method max_width max_height max_depth max_weight grade "
               "external_module_name need_range position delay".split(), description="The Carriers"),
        _table("products", "product", _products, _PRODUCT_FIELDS,
               associations=dict.fromkeys(("categories", "combinations", "product_option_values"), ("id",))
               | {"stock_availables": ("id", "id_product_attribute")}, description="The products"),
        _table("combinations", "combination", _combinations,
               "id id_product ean13 isbn upc mpn reference supplier_reference wholesale_price price ecotax weight "
               "unit_price_impact minimal_quantity low_stock_threshold low_stock_alert default_on available_date "
               "available_now available_later".split(), associations={"product_option_values": ("id",)},
               description="The product combinations"),
        _table("stock_availables", "stock_available", _stock,
               "id id_product id_product_attribute id_shop id_shop_group quantity depends_on_stock out_of_stock "
               "location".split(),
               links={"id_product": "products", "id_product_attribute": "combinations", "id_shop": "shops"},
               description="Available quantities"),
        _table("configurations", "configuration", _configurations,
               "id value name id_shop_group id_shop date_add date_upd".split(), description="Shop configuration"),
        _table("customer_messages", "customer_message", _none, ("id", "id_customer_thread", "message"),
               description="Customer services messages"),
    )
}  # fmt: skip
OTHERS: Final = (
    "attachments cart_rules carts categories contacts content_management_system customer_threads customizations "
    "deliveries employees groups guests image_types images languages manufacturers messages order_cart_rules "
    "order_invoices order_payments order_slip price_ranges product_customization_fields product_feature_values "
    "product_features product_option_values product_options product_suppliers search shop_groups shop_urls shops "
    "specific_price_rules specific_prices stock_movement_reasons stock_movements stocks stores suppliers "
    "supply_order_details supply_order_histories supply_order_receipt_histories supply_order_states supply_orders tags "
    "tax_rule_groups tax_rules taxes translated_configurations warehouse_product_locations warehouses weight_ranges "
    "zones"
).split()
"""Resources of a real shop that the pretend one only names."""
ALL_NAMES: Final = sorted((*RESOURCES, *OTHERS))
