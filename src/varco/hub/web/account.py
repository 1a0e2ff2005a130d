"""What a person decides about themselves: name, language, password, e-mails; and for which organisation they work."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth import password_validation, update_session_auth_hash
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later
from django.utils.translation import override
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from varco.hub.models import Membership, User
from varco.hub.web.access import HubRequest, member
from varco.hub.web.forms import HubForm, language_field, password_field
from varco.hub.web.middleware import SESSION_ORGANISATION

MAILS: Final = ("mail_slowed", "mail_back", "mail_push_failing", "mail_quiet")


class PersonForm(HubForm):
    name = forms.CharField(label=_later("Name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    language = language_field()


class MailsForm(HubForm):
    mail_slowed = forms.BooleanField(label=_later("A shop stopped answering and is asked less often"), required=False)
    mail_back = forms.BooleanField(label=_later("A shop works again"), required=False)
    mail_push_failing = forms.BooleanField(label=_later("A tracking number does not reach its shop"), required=False)
    mail_quiet = forms.BooleanField(
        label=_later("A shop is unusually quiet: fewer orders than on other days like it"), required=False
    )


class PasswordForm(HubForm):
    current = forms.CharField(
        label=_later("Password so far"),
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    password = password_field(_later("New password"))

    def __init__(self, user: User, *args: object) -> None:
        super().__init__(*args)
        self._user = user

    def clean_current(self) -> str:
        current: str = self.cleaned_data["current"]
        if not self._user.check_password(current):
            raise forms.ValidationError(_("This is not your password so far."))
        return current

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        password_validation.validate_password(password, self._user)
        return password


@member
@require_http_methods(["GET"])
def account(request: HubRequest) -> HttpResponse:
    return _page(request)


@member
@require_POST
def change_person(request: HubRequest) -> HttpResponse:
    form = PersonForm(request.POST)
    if not form.is_valid():
        return _page(request, person=form)
    request.user.name, request.user.language = form.cleaned_data["name"], form.cleaned_data["language"]
    request.user.save(update_fields=["name", "language"])
    with override(request.user.language):
        messages.success(request, _("Saved."))
    return redirect("account")


@member
@require_POST
def change_mails(request: HubRequest) -> HttpResponse:
    form = MailsForm(request.POST)
    form.is_valid()
    for name in MAILS:
        setattr(request.membership, name, form.cleaned_data[name])
    request.membership.save(update_fields=MAILS)
    messages.success(request, _("Saved."))
    return redirect("account")


@sensitive_post_parameters("current", "password")
@member
@require_POST
def change_password(request: HubRequest) -> HttpResponse:
    form = PasswordForm(request.user, request.POST)
    if not form.is_valid():
        return _page(request, password=form)
    request.user.set_password(form.cleaned_data["password"])
    request.user.save(update_fields=["password"])
    update_session_auth_hash(request, request.user)
    messages.success(request, _("Your password is changed. Other devices are logged out."))
    return redirect("account")


@member
@require_POST
def choose_organisation(request: HubRequest) -> HttpResponse:
    """Work for another organisation that one belongs to."""
    try:
        wanted = UUID(request.POST.get("organisation", ""))
    except ValueError:
        raise Http404 from None
    chosen = Membership.objects.filter(user=request.user, organisation__public_id=wanted).first()
    if chosen is None:
        raise Http404
    request.session[SESSION_ORGANISATION] = chosen.organisation_id
    return redirect("home")


def _page(request: HubRequest, **forms_with_errors: HubForm) -> HttpResponse:
    user = request.user
    shown: dict[str, Any] = {
        "person": PersonForm(initial={"name": user.name, "language": user.language}),
        "mails": MailsForm(initial={name: getattr(request.membership, name) for name in MAILS}),
        "password": PasswordForm(user),
        **forms_with_errors,
    }
    return render(request, "account/account.html", shown, status=400 if forms_with_errors else 200)
