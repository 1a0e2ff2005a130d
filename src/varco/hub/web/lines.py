"""The lines that let a platform into a shop, and the letter with them: for whoever runs the shop's server."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode, urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from varco.app import hosting
from varco.app.fixes import PUBLISHED, Wanted, fix_for, request_from, targets_for, text_of
from varco.app.language import translator
from varco.app.letter import Letter, Seen, letter_for, seen_in
from varco.app.letter_forms import Form, as_text, in_form
from varco.fixes.causes import has_lines
from varco.fixes.paths import PATHS
from varco.fixes.registry import all_targets
from varco.hub import runtime
from varco.hub.models import Channel, Integration, KeptLines, Operation
from varco.hub.store import cases, kept_lines
from varco.hub.web import recheck
from varco.hub.web.access import HubRequest, found, member
from varco.hub.web.connections import live, page_of
from varco.hub.web.following import Follow
from varco.hub.web.forms import HubForm
from varco.hub.web.middleware import zone_of
from varco.model.errors import BadInput
from varco.model.fix import Fix, FixRequest
from varco.model.identity import SENDCLOUD, Identity, varco_identity

_UNKNOWN: Final = "192.0.2.1"
"""Stands for addresses that are not given yet, to find out which targets there are."""
_FIELDS: Final = ("identity", "target", "addresses", "finding", "letter_language")


class LinesForm(HubForm):
    """Asked for by a link: it changes nothing."""

    identity = forms.ChoiceField(
        label=_("Who is let in"),
        choices=[("varco", _("This Varco")), ("sendcloud", "Sendcloud")],
        required=False,
    )
    addresses = forms.CharField(
        label=_("Addresses from which it calls"),
        max_length=2000,
        help_text=_(
            "The addresses themselves, or the address of a list that is published. A rule by name alone would let "
            "everybody in who uses it."
        ),
    )
    letter_language = forms.ChoiceField(label=_("Language of the letter"), choices=settings.LANGUAGES, required=False)
    finding = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)

    def __init__(self, data: dict[str, str], targets: list[tuple[str, str]]) -> None:
        super().__init__(data)
        self.fields["target"] = forms.ChoiceField(
            label=_("What stands in front of the shop"),
            choices=[("", "–"), *targets],
            required=False,
            help_text=_("If you do not know, leave it open: the letter then asks for the conditions."),
        )
        self.order_fields(["identity", "target", "addresses", "letter_language"])


@dataclass(frozen=True)
class Written:
    """What the page shows once all is known."""

    fix: Fix | None
    request: FixRequest
    letter: Letter
    language: str
    source: str

    @property
    def lines(self) -> str:
        return text_of(self.fix, gettext) if self.fix else ""

    @property
    def text(self) -> str:
        return as_text(self.letter)


@dataclass(frozen=True)
class Kept:
    """Lines that are in force, as the page tells of them."""

    row: KeptLines

    @property
    def title(self) -> str:
        return all_targets()[self.row.target].title

    @property
    def is_own(self) -> bool:
        return self.row.source == kept_lines.OWN

    @property
    def anew(self) -> str:
        """What the page is asked for to make them anew, with the list as it is now."""
        wanted = {name: getattr(self.row, name) for name in ("identity", "target", "finding")}
        return urlencode(wanted | ({} if self.is_own else {"addresses": self.row.source}))


@member
@require_GET
def lines(request: HubRequest, public_id: UUID) -> HttpResponse:
    integration = live(request, public_id)
    data = _data(request)
    form = _form(integration, data)
    shown: dict[str, Any] = {
        **page_of(integration, "examination"),
        "form": form,
        "query": urlencode(data),
        "published": PUBLISHED.get(data["identity"], ""),
        "hosting": hosting.lines(report, gettext) if (report := cases.newest(integration)) else [],
        "kept": list(map(Kept, kept_lines.of(integration))),
    }
    if not data["addresses"]:
        form.errors.clear()
    elif form.is_valid():
        shown |= _found(request, integration, form)
    return render(request, "connections/lines.html", shown)


@member
@require_GET
def letter(request: HubRequest, public_id: UUID) -> HttpResponse:
    """The letter as a file, in the form that `format` names."""
    integration = live(request, public_id)
    form = _form(integration, _data(request))
    wanted = request.GET.get("format", "")
    written = _found(request, integration, form).get("written") if form.is_valid() else None
    if wanted not in list(Form) or written is None:
        return HttpResponseBadRequest(gettext("This letter cannot be made: go back and fill in the form."))
    made = in_form(written.letter, Form(wanted), written.language, translator(written.language))
    name = f"{urlsplit(integration.base_url).hostname}-{gettext('letter')}.{Form(wanted).ending}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(made, content_type=Form(wanted).content_type, headers=headers)


@member
@require_POST
def read_list(request: HubRequest, public_id: UUID) -> HttpResponse:
    """Ask a worker to read the list that the address names; the page follows it."""
    live(request, public_id)
    url = request.POST.get("addresses", "")
    if _is_url(url):
        kept_lines.ask(request.organisation, url, by=request.user.email)
    return _back(public_id, _sent(request))


@member
@require_POST
def keep(request: HubRequest, public_id: UUID) -> HttpResponse:
    """The lines were pasted: from now on it is watched whether they still fit."""
    integration = live(request, public_id)
    data = _sent(request)
    form = _form(integration, data)
    written = _found(request, integration, form).get("written") if form.is_valid() else None
    if written is not None and written.fix is not None:
        kept_lines.keep(
            integration,
            by=request.user.email,
            addresses=written.request.addresses,
            identity=data["identity"],
            target=written.fix.target,
            finding=data["finding"],
            source=written.source,
        )
        messages.success(request, gettext("Noted. You are told when these lines must be made anew."))
    return _back(public_id, data)


@member
@require_POST
def forget(request: HubRequest, public_id: UUID, kept_id: UUID) -> HttpResponse:
    integration = live(request, public_id)
    row = found(KeptLines, request.organisation, kept_id)
    if row.integration_id == integration.pk:
        kept_lines.forget(row)
    return redirect("integration-lines", public_id)


def _back(public_id: UUID, data: dict[str, str]) -> HttpResponse:
    return redirect(f"{reverse('integration-lines', args=[public_id])}?{urlencode(data)}")


def _data(request: HubRequest) -> dict[str, str]:
    """What the address of the page asks for, the rest as it usually is."""
    return _completed({name: request.GET[name] for name in _FIELDS if name in request.GET})


def _sent(request: HubRequest) -> dict[str, str]:
    return _completed({name: request.POST[name] for name in _FIELDS if name in request.POST})


def _completed(given: dict[str, str]) -> dict[str, str]:
    identity = "sendcloud" if given.get("identity") == "sendcloud" else "varco"
    usual = ", ".join(kept_lines.own_addresses()) if identity == "varco" else ""
    finding = given.get("finding", "")
    return {
        "identity": identity,
        "target": given.get("target", ""),
        "addresses": given.get("addresses", "").strip() or usual,
        "letter_language": given.get("letter_language", "") or translation.get_language() or "en",
        "finding": finding if has_lines(finding) else "",
    }


def _form(integration: Integration, data: dict[str, str]) -> LinesForm:
    made = _request(integration, data["identity"], _UNKNOWN, data["finding"])
    return LinesForm(data, [(name, all_targets()[name].title) for name in targets_for(made)])


def _found(request: HubRequest, integration: Integration, form: LinesForm) -> dict[str, Any]:
    """Lines and letter, or the list that must be read first; where the addresses cannot be, the form says so."""
    asked, source = form.cleaned_data["addresses"], ""
    if _is_url(asked):
        operation = kept_lines.asked(request.organisation, asked)
        if operation is None or operation.state != Operation.DONE:
            return {"list": asked, "follow": Follow(operation, request.get_full_path()) if operation else None}
        source, asked = asked, ", ".join(operation.result["addresses"])
    elif asked == ", ".join(kept_lines.own_addresses()) and form.cleaned_data["identity"] != "sendcloud":
        source = kept_lines.OWN
    try:
        return {"written": _written(integration, form, asked, source)}
    except BadInput as error:
        form.add_error("addresses", str(error))
        return {}


def _is_url(text: str) -> bool:
    return text.startswith(("https://", "http://"))


def _identity(name: str) -> Identity:
    return SENDCLOUD if name == "sendcloud" else varco_identity(runtime.current().config.operator_url)


def _request(integration: Integration, identity: str, addresses: str, finding: str) -> FixRequest:
    """A hub may be in one network with its shops, so addresses of one's own are taken; Sendcloud is not."""
    who = _identity(identity)
    wanted = Wanted(
        identity=who.name,
        platform=integration.platform if integration.platform in PATHS else "woocommerce",
        addresses=addresses,
        folder=urlsplit(integration.base_url).path,
        finding=finding,
        private=who.name == "varco" or addresses == _UNKNOWN,
    )
    return request_from(wanted, who)


def _written(integration: Integration, form: LinesForm, addresses: str, source: str) -> Written:
    chosen = form.cleaned_data
    request = _request(integration, chosen["identity"], addresses, chosen["finding"])
    fix = fix_for(chosen["target"], request) if chosen["target"] else None
    seen, language = _seen(integration, chosen["finding"]), chosen["letter_language"] or "en"
    check_url = recheck.link(integration) if chosen["identity"] != "sendcloud" else ""
    letter = letter_for(integration.base_url, request, fix, seen, translator(language), check_url)
    return Written(fix, request, letter, language, source)


def _seen(integration: Integration, finding: str) -> Seen:
    """As the newest examination saw it; since when, as the connection's health has it."""
    report = cases.newest(integration)
    seen = seen_in(report, finding) if report else Seen(finding=finding)
    since = Channel.objects.filter(integration=integration).exclude(since=None)
    own = kept_lines.own_addresses()
    return msgspec.structs.replace(
        seen,
        since=since.order_by("since").values_list("since", flat=True).first(),
        zone=_zone(integration),
        address=own[0] if len(own) == 1 and "/" not in own[0] else "",
    )


def _zone(integration: Integration) -> ZoneInfo:
    """The shop's own, or else its people's."""
    try:
        theirs = ZoneInfo(integration.time_zone)
    except (OSError, ValueError, KeyError):
        theirs = ZoneInfo("UTC")
    return theirs if theirs.key != "UTC" else zone_of(integration.organisation)
