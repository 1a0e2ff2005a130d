"""Every address of the hub."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("varco.hub.web.urls")),
    path("", include("varco.hub.web.order_urls")),
    path("", include("varco.hub.api.service")),
    path("self-check/", include("varco.hub.web.selfcheck")),
]

handler400 = "varco.hub.web.errors.bad_request"
handler403 = "varco.hub.web.errors.forbidden"
handler404 = "varco.hub.web.errors.not_found"
handler500 = "varco.hub.web.errors.broken"
