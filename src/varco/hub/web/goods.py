"""Correcting what the shop says of a product: weight, EAN, HS code, country of origin."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from varco.hub.models import Order, OrderLine, Product
from varco.hub.store import corrections
from varco.hub.store.corrections import Correction
from varco.hub.web.access import HubRequest, found, member
from varco.hub.web.forms import HubForm
from varco.hub.web.ship_form import kilograms
from varco.hub.wording import PRODUCT_FIELDS
from varco.model.errors import BadInput
from varco.model.units import grams_from
from varco.shops.registry import connector


class GoodsForm(HubForm):
    """Empty fields are as the shop says."""

    weight = forms.CharField(
        label=gettext_lazy("Weight of one piece, in kg"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    ean = forms.CharField(label=gettext_lazy("EAN"), max_length=20, required=False)
    hs_code = forms.CharField(label=gettext_lazy("HS code"), max_length=20, required=False)
    origin = forms.CharField(
        label=gettext_lazy("Country of origin"),
        max_length=2,
        required=False,
        help_text=gettext_lazy("Its two letters, such as IT."),
    )

    def clean_weight(self) -> int | None:
        typed = self.cleaned_data["weight"]
        weight_g = grams_from(typed, "kg")
        if typed and weight_g is None:
            raise forms.ValidationError(_("Type the weight in kilograms, such as 0.35."))
        return weight_g

    def correction(self) -> Correction:
        given = self.cleaned_data
        return Correction(weight_g=given["weight"], ean=given["ean"], hs_code=given["hs_code"], origin=given["origin"])


@member
@require_http_methods(["GET", "POST"])
def goods(request: HubRequest, public_id: UUID) -> HttpResponse:
    """One product, reached from a line of an order; the correction holds in every order."""
    order = found(Order, request.organisation, public_id, "integration")
    line = _line(order, request.GET.get("line", ""))
    row = Product.objects.filter(integration=order.integration_id, remote_id=line.product_id).first()
    form = GoodsForm(request.POST) if request.method == "POST" else GoodsForm(initial=_initial(row))
    if request.method == "POST" and form.is_valid():
        try:
            corrections.correct(line, form.correction(), by=request.user.email)
        except BadInput as error:
            form.add_error(None, _(str(error)))
        else:
            messages.success(request, _("Saved."))
            return redirect("order", public_id)
    written = corrections.written_fields(order.integration)
    shown = {
        "order": order,
        "line": line,
        "product": row,
        "form": form,
        "written": [PRODUCT_FIELDS[field] for field in written],
        "kept": [name for field, name in PRODUCT_FIELDS.items() if field not in written],
        "platform": connector(order.integration.platform).name,
    }
    return render(request, "orders/goods.html", shown, status=400 if form.errors else 200)


def _line(order: Order, key: str) -> OrderLine:
    rows = OrderLine.objects.select_related("order__integration").filter(order=order)
    row: OrderLine | None = rows.filter(pk=int(key)).first() if key.isdecimal() and len(key) < 19 else None
    if row is None or not row.product_id:
        raise Http404
    return row


def _initial(row: Product | None) -> dict[str, Any]:
    if row is None:
        return {}
    return {
        "weight": kilograms(row.known_weight_g),
        "ean": row.known_ean,
        "hs_code": row.known_hs_code,
        "origin": row.known_origin,
    }
