"""What an owner decides about the organisation, and who belongs to it."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from varco.hub.models import Membership
from varco.hub.store import accounts
from varco.hub.web.access import HubRequest, owner
from varco.hub.web.forms import (
    HubForm,
    SenderFields,
    language_field,
    sender_initial,
    stored_address,
    time_zone_field,
)
from varco.hub.web.login import password_link
from varco.model.errors import BadInput

SESSION_LINK: Final = "password_link"
ROLES: Final = (
    (Membership.MEMBER, pgettext_lazy("role", "Member")),
    (Membership.OWNER, pgettext_lazy("role", "Owner")),
)


class OrganisationForm(SenderFields):
    name = forms.CharField(label=_later("Name of your business"), max_length=200)
    language = language_field()
    time_zone = time_zone_field()
    retention_days = forms.IntegerField(
        label=_later("Days until customers' data is erased"),
        min_value=0,
        max_value=36_500,
        help_text=_later(
            "Counted from when an order is closed. Names, addresses and notes go; numbers and amounts stay. "
            "0 keeps everything."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].help_text = _("In which your customers and your shop's order notes are written to.")


class MemberForm(HubForm):
    email = forms.EmailField(
        label=_later("E-mail address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "off"})
    )
    role = forms.ChoiceField(
        label=_later("Role"),
        choices=ROLES,
        help_text=_later("Members work with orders, shipments and connections. Owners also decide who is a member."),
    )


@owner
@require_http_methods(["GET", "POST"])
def organisation(request: HubRequest) -> HttpResponse:
    row = request.organisation
    if request.method == "GET":
        names = ("name", "language", "time_zone", "retention_days")
        initial = {name: getattr(row, name) for name in names} | sender_initial(row.sender)
        return render(request, "account/organisation.html", {"form": OrganisationForm(initial=initial)})
    form = OrganisationForm(request.POST)
    if not form.is_valid():
        return render(request, "account/organisation.html", {"form": form}, status=400)
    for name in ("name", "language", "time_zone", "retention_days"):
        setattr(row, name, form.cleaned_data[name])
    row.sender = stored_address(form.sender())
    row.save()
    messages.success(request, _("Saved."))
    return redirect("organisation")


@owner
@require_http_methods(["GET", "POST"])
def members(request: HubRequest) -> HttpResponse:
    """The list; a POST adds somebody, whose one-time link is then shown once."""
    form = MemberForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            added = accounts.add_member(
                request.organisation, form.cleaned_data["email"], role=form.cleaned_data["role"]
            )
        except BadInput:
            form.add_error("email", _("This person is a member already."))
        else:
            return _added(request, added)
    rows = Membership.objects.filter(organisation=request.organisation).select_related("user").order_by("pk")
    shown = {"form": form, "members": rows, "link": request.session.pop(SESSION_LINK, None), "roles": ROLES}
    return render(request, "account/members.html", shown, status=400 if form.errors else 200)


@owner
@require_POST
def member_link(request: HubRequest, public_id: UUID) -> HttpResponse:
    """A new password link for somebody who lost theirs."""
    row = _member(request, public_id)
    if not _may_open(request, row):
        messages.error(request, _("This person also works elsewhere in this installation: only its operator can help."))
        return redirect("members")
    return _show_link(request, row)


@owner
@require_POST
def member_role(request: HubRequest, public_id: UUID) -> HttpResponse:
    role = request.POST.get("role", "")
    if role not in dict(ROLES):
        raise Http404
    try:
        accounts.change_role(_member(request, public_id), role)
    except BadInput:
        messages.error(request, _("An organisation needs an owner: make somebody else an owner first."))
    else:
        messages.success(request, _("Saved."))
    return redirect("members")


@owner
@require_http_methods(["GET", "POST"])
def member_remove(request: HubRequest, public_id: UUID) -> HttpResponse:
    row = _member(request, public_id)
    if request.method == "GET":
        return render(request, "account/member_remove.html", {"member": row})
    try:
        accounts.remove_member(row)
    except BadInput:
        messages.error(request, _("An organisation needs an owner: make somebody else an owner first."))
        return redirect("members")
    messages.success(request, _("%(email)s is no longer a member.") % {"email": row.user.email})
    return redirect("home" if row.user_id == request.user.pk else "members")


def _member(request: HubRequest, public_id: UUID) -> Membership:
    row = (
        Membership.objects.filter(organisation=request.organisation, user__public_id=public_id)
        .select_related("user", "organisation")
        .first()
    )
    if row is None:
        raise Http404
    return row


def _may_open(request: HubRequest, row: Membership) -> bool:
    """An owner must not get into the account of somebody who has rights elsewhere."""
    if row.user.is_operator and not request.user.is_operator:
        return False
    return not Membership.objects.filter(user=row.user).exclude(organisation=request.organisation).exists()


def _added(request: HubRequest, row: Membership) -> HttpResponse:
    if row.user.has_usable_password() or not _may_open(request, row):
        messages.success(
            request, _("%(email)s has an account here and now sees your organisation.") % {"email": row.user.email}
        )
        return redirect("members")
    return _show_link(request, row)


def _show_link(request: HubRequest, row: Membership) -> HttpResponse:
    request.session[SESSION_LINK] = {"email": row.user.email, "url": password_link(request, row.user)}
    return redirect("members")
