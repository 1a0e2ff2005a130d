"""The lines that let this hub into a shop, and the letter with them: for whoever runs the shop's server."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

import msgspec
from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from varco.app.fixes import Wanted, fix_for, request_from, targets_for, text_of
from varco.app.letter import Letter, Seen, letter_for, seen_in
from varco.doctor.report import Report
from varco.fixes.addresses import spelling
from varco.fixes.causes import has_lines
from varco.fixes.paths import PATHS
from varco.fixes.registry import all_targets
from varco.hub import runtime
from varco.hub.models import Integration, Operation
from varco.hub.store import examinations
from varco.hub.web.access import HubRequest, member
from varco.hub.web.connections import live, page_of
from varco.hub.web.forms import HubForm
from varco.model.errors import BadInput
from varco.model.fix import FixRequest
from varco.model.identity import varco_identity

_UNKNOWN: Final = "192.0.2.1"
"""Stands for addresses that are not given yet, to find out which targets there are."""


class LinesForm(HubForm):
    """Asked for by a link: it changes nothing."""

    addresses = forms.CharField(
        label=_("Addresses from which this Varco calls"),
        max_length=2000,
        help_text=_("Whoever runs this Varco knows them. A rule by name alone would let everybody in who uses it."),
    )
    finding = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)

    def __init__(self, data: dict[str, str], targets: list[tuple[str, str]]) -> None:
        super().__init__(data)
        self.fields["target"] = forms.ChoiceField(
            label=_("What stands in front of the shop"),
            choices=[("", "–"), *targets],
            required=False,
            help_text=_("If you do not know, leave it open: the letter then asks for the conditions."),
        )
        self.order_fields(["target", "addresses"])


@member
@require_GET
def lines(request: HubRequest, public_id: UUID) -> HttpResponse:
    integration = live(request, public_id)
    configured = ", ".join(map(spelling, runtime.current().config.egress_addresses))
    finding = request.GET.get("finding", "")
    data = {
        "target": request.GET.get("target", ""),
        "addresses": request.GET.get("addresses", configured),
        "finding": finding if has_lines(finding) else "",
    }
    form = LinesForm(data, _targets(integration, data["finding"]))
    shown: dict[str, Any] = {**page_of(integration, "examination"), "form": form}
    if data["addresses"] and form.is_valid():
        shown |= _written(integration, form)
    elif not data["addresses"]:
        form.errors.clear()
    return render(request, "connections/lines.html", shown)


def _targets(integration: Integration, finding: str) -> list[tuple[str, str]]:
    made = _request(integration, _UNKNOWN, finding)
    return [(name, all_targets()[name].title) for name in targets_for(made)]


def _request(integration: Integration, addresses: str, finding: str) -> FixRequest:
    """Hubs may be in one network with their shops, so addresses of one's own are taken."""
    identity = varco_identity(runtime.current().config.operator_url)
    wanted = Wanted(
        identity=identity.name,
        platform=integration.platform if integration.platform in PATHS else "woocommerce",
        addresses=addresses,
        folder=urlsplit(integration.base_url).path,
        finding=finding,
        private=True,
    )
    return request_from(wanted, identity)


def _written(integration: Integration, form: LinesForm) -> dict[str, Any]:
    """Lines and letter; where the addresses cannot be, the form says so."""
    target, addresses = form.cleaned_data["target"], form.cleaned_data["addresses"]
    try:
        request = _request(integration, addresses, form.cleaned_data["finding"])
        fix = fix_for(target, request) if target else None
    except BadInput as error:
        form.add_error("addresses", str(error))
        return {}
    seen = _seen(integration, form.cleaned_data["finding"])
    letter: Letter = letter_for(integration.base_url, request, fix, seen, gettext)
    return {"lines": text_of(fix, gettext) if fix else "", "letter": letter}


def _seen(integration: Integration, finding: str) -> Seen:
    """As the newest examination saw it."""
    newest = examinations.latest(integration).filter(state=Operation.DONE).first()
    try:
        return seen_in(msgspec.convert(newest.result, Report), finding) if newest else Seen(finding=finding)
    except msgspec.ValidationError:  # of another version
        return Seen(finding=finding)
