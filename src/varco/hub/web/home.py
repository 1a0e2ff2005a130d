"""Where a reader begins: at the orders, or at connecting the first shop."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_GET

from varco.hub.models import Integration
from varco.hub.web.access import HubRequest, member


@member
@require_GET
def home(request: HubRequest) -> HttpResponse:
    connected = Integration.objects.of(request.organisation).filter(connected_at__isnull=False).exists()
    return redirect("orders" if connected else "integrations")
