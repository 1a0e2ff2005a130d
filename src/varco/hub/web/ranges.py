"""Number ranges: which there are, a new one, and an end to one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from varco.carriers.own_label import CheckDigit
from varco.hub.models import Membership, NumberRange
from varco.hub.store import ranges
from varco.hub.web.access import HubRequest, found, member, owner
from varco.hub.web.forms import HubForm
from varco.model.errors import BadInput

CHECK_DIGITS = (
    (CheckDigit.NONE.value, gettext_lazy("None")),
    (CheckDigit.MOD10.value, gettext_lazy("GS1 (SSCC and most couriers)")),
    (CheckDigit.S10.value, gettext_lazy("Post, international (RR 12345678 5 IT)")),
)


class RangeForm(HubForm):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    carrier_name = forms.CharField(label=gettext_lazy("Carrier"), max_length=100)
    first_number = forms.RegexField(
        r"^[0-9]{1,18}$",
        label=gettext_lazy("First number"),
        help_text=gettext_lazy("Only its digits, with the zeros before: 00004500."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": gettext_lazy("Type digits only, 18 at most.")},
    )
    last_number = forms.RegexField(
        r"^[0-9]{1,18}$",
        label=gettext_lazy("Last number"),
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": gettext_lazy("Type digits only, 18 at most.")},
    )
    before_digits = forms.CharField(
        label=gettext_lazy("Before the digits"), max_length=32, required=False, help_text=gettext_lazy("Such as RR.")
    )
    after_digits = forms.CharField(
        label=gettext_lazy("After the digits"), max_length=32, required=False, help_text=gettext_lazy("Such as IT.")
    )
    check_digit = forms.ChoiceField(
        label=gettext_lazy("Check digit"),
        choices=CHECK_DIGITS,
        help_text=gettext_lazy("Varco works it out and puts it behind the digits."),
    )
    link_template = forms.CharField(
        label=gettext_lazy("Tracking link"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("The carrier's tracking page, with {number} where the number goes."),
        widget=forms.TextInput(attrs={"inputmode": "url", "placeholder": "https://…/{number}", "autocomplete": "off"}),
    )

    def new_range(self) -> ranges.NewRange:
        data: dict[str, Any] = self.cleaned_data
        return ranges.NewRange(
            name=data["name"],
            carrier_name=data["carrier_name"],
            first_serial=int(data["first_number"]),
            last_serial=int(data["last_number"]) if data["last_number"] else None,
            prefix=data["before_digits"],
            digits=len(data["first_number"]),
            suffix=data["after_digits"],
            check_digit=CheckDigit(data["check_digit"]),
            link_template=data["link_template"],
        )


@member
@require_http_methods(["GET", "POST"])
def range_list(request: HubRequest) -> HttpResponse:
    """All may look; an owner adds one."""
    form = RangeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if request.membership.role != Membership.OWNER:
            raise PermissionDenied
        if form.is_valid() and _created(request, form):
            messages.success(request, _("The number range is there: choose it when you ship."))
            return redirect("ranges")
    context = {"form": form, "ranges": ranges.of(request.organisation)}
    return render(request, "shipments/ranges.html", context, status=400 if form.errors else 200)


@owner
@require_POST
def range_remove(request: HubRequest, public_id: UUID) -> HttpResponse:
    """Shipments keep the numbers that it gave them."""
    found(NumberRange, request.organisation, public_id).delete()
    messages.success(request, _("Removed."))
    return redirect("ranges")


def _created(request: HubRequest, form: RangeForm) -> bool:
    try:
        ranges.create(request.organisation, form.new_range())
    except BadInput as error:
        form.add_error(None, _(str(error)))
        return False
    return True
