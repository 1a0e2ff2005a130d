"""The shop itself, its locations, the app that asks, and what the app has set up."""

from __future__ import annotations

from typing import Final

from varco.sandbox.shopify.app import Hook
from varco.sandbox.shopify.paging import Fields
from varco.sandbox.shopify.versions import REACHABLE
from varco.sandbox.shopify.view import View, at, gid
from varco.sandbox.shopify.wares import UNITS

FIRST_LOCATION: Final = 101
_COUNTRY: Final = "IT"


def shop_fields(view: View) -> Fields:
    spec = view.state.spec
    address = {"__typename": "ShopAddress", "id": gid("ShopAddress", 1), "countryCodeV2": _COUNTRY, "country": "Italy",
               "address1": "Via Emilia 1", "city": "Bologna", "zip": "40121", "provinceCode": "BO"}  # fmt: skip
    return {
        "__typename": "Shop",
        "id": gid("Shop", 548380009),
        "name": spec.name,
        "email": "negozio@example.test",
        "contactEmail": "negozio@example.test",
        "myshopifyDomain": view.app.domain,
        "url": f"https://{view.app.domain}",
        "currencyCode": spec.currency,
        "ianaTimezone": spec.time_zone,
        "weightUnit": UNITS[spec.weight_unit],
        "unitSystem": "METRIC_SYSTEM" if spec.weight_unit in ("kg", "g") else "IMPERIAL_SYSTEM",
        "taxesIncluded": True,
        "orderNumberFormatPrefix": "#",
        "orderNumberFormatSuffix": "",
        "shopOwnerName": "Anna Prova",
        "createdAt": at(view.state.opened),
        "billingAddress": address,
        "shopAddress": address,
        "primaryDomain": {"id": gid("Domain", 1), "host": view.app.domain, "url": f"https://{view.app.domain}",
                          "sslEnabled": True},
        "plan": {"displayName": "Basic", "publicDisplayName": "Basic", "partnerDevelopment": False,
                 "shopifyPlus": False},
    }  # fmt: skip


def installation_fields(view: View) -> Fields:
    scopes = [{"handle": scope, "description": scope.replace("_", " ")} for scope in view.app.listed_scopes()]
    return {"__typename": "AppInstallation", "id": gid("AppInstallation", 1), "accessScopes": scopes}


def version_fields() -> list[Fields]:
    return [{"handle": handle, "displayName": handle, "supported": True} for handle in REACHABLE] + [
        {"handle": "unstable", "displayName": "unstable", "supported": False}
    ]


def location_rows(view: View) -> list[tuple[int, int]]:
    places = len(view.state.spec.locations) + len(view.state.spec.services)
    return [(FIRST_LOCATION + place, FIRST_LOCATION + place) for place in range(places)]


def location_fields(view: View, place: int) -> Fields:
    """By its place among the shop's own and those of services."""
    spec = view.state.spec
    names = (*spec.locations, *spec.services)
    is_service = place >= len(spec.locations)
    address: Fields = {"address1": f"Via dei Magazzini {place + 1}", "address2": None, "city": "Bologna",
               "zip": "40121", "province": "Bologna", "provinceCode": "BO", "country": "Italy", "countryCode": _COUNTRY,
               "phone": "+39 051 000000", "latitude": None, "longitude": None, "formatted": []}  # fmt: skip
    return {
        "__typename": "Location",
        "id": gid("Location", FIRST_LOCATION + place),
        "legacyResourceId": str(FIRST_LOCATION + place),
        "name": names[place],
        "isActive": True,
        "fulfillsOnlineOrders": True,
        "isFulfillmentService": is_service,
        "isPrimary": place == 0,
        "shipsInventory": True,
        "createdAt": at(view.state.opened),
        "updatedAt": at(view.state.opened),
        "address": address,
    }


def service_fields(view: View, place: int) -> Fields:
    """Which fulfilment service packed: the merchant is called `manual` (recorded)."""
    own = place < len(view.state.spec.locations)
    return {
        "id": "gid://shopify/FulfillmentService/manual" if own else gid("FulfillmentService", place),
        "handle": "manual" if own else f"service-{place}",
        "serviceName": "Manual" if own else view.state.spec.services[place - len(view.state.spec.locations)],
        "trackingSupport": not own,
        "inventoryManagement": not own,
        "type": "MANUAL" if own else "THIRD_PARTY",
        "location": lambda *_: location_fields(view, place),
    }


def hook_fields(hook: Hook, version: str) -> Fields:
    return {
        "__typename": "WebhookSubscription",
        "id": gid("WebhookSubscription", hook.id),
        "legacyResourceId": str(hook.id),
        "topic": hook.topic,
        "uri": hook.uri,
        "callbackUrl": hook.uri,
        "format": hook.format,
        "createdAt": at(hook.created),
        "updatedAt": at(hook.updated),
        "includeFields": hook.include_fields,
        "filter": hook.filter,
        "name": hook.name,
        "metafieldNamespaces": [],
        "metafields": [],
        "endpoint": {"__typename": "WebhookHttpEndpoint", "callbackUrl": hook.uri},
        "apiVersion": {"handle": version, "displayName": version, "supported": True},
    }
