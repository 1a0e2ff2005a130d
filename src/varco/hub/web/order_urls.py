"""Addresses of the pages for orders, shipments, number ranges and API keys."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from varco.hub.web import api_keys, goods, orders, ranges, shipments

urlpatterns: list[URLPattern | URLResolver] = [
    path("orders/", orders.order_list, name="orders"),
    path("orders/open.csv", orders.open_orders_csv, name="open-orders-csv"),
    path("orders/<uuid:public_id>/", orders.order, name="order"),
    path("orders/<uuid:public_id>/goods/", goods.goods, name="order-goods"),
    path("orders/<uuid:public_id>/state/", orders.order_state, name="order-state"),
    path("orders/<uuid:public_id>/read/", orders.order_read, name="order-read"),
    path("orders/<uuid:public_id>/tell-now/", orders.order_tell_now, name="order-tell-now"),
    path("orders/<uuid:public_id>/erase/", orders.order_erase, name="order-erase"),
    path("ship/", shipments.ship, name="ship"),
    path("ship/<uuid:public_id>/", shipments.ship_progress, name="ship-progress"),
    path("ship/<uuid:public_id>/anyway/", shipments.ship_anyway, name="ship-anyway"),
    path("shipments/", shipments.shipment_list, name="shipments"),
    path("shipments/<uuid:public_id>/", shipments.shipment, name="shipment"),
    path("shipments/<uuid:public_id>/state/", shipments.shipment_state, name="shipment-state"),
    path("shipments/<uuid:public_id>/label.pdf", shipments.shipment_label, name="shipment-label"),
    path("shipments/<uuid:public_id>/handed-over/", shipments.shipment_handed_over, name="shipment-handed-over"),
    path("shipments/<uuid:public_id>/tell-now/", shipments.shipment_tell_now, name="shipment-tell-now"),
    path("number-ranges/", ranges.range_list, name="ranges"),
    path("number-ranges/<uuid:public_id>/remove/", ranges.range_remove, name="range-remove"),
    path("api-keys/", api_keys.key_list, name="api-keys"),
    path("api-keys/<uuid:public_id>/revoke/", api_keys.key_revoke, name="api-key-revoke"),
]
