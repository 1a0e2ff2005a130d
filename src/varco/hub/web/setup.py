"""The first start: the token from the terminal opens the page that makes the first user and organisation."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.contrib.auth import login, password_validation
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from varco.hub import firstrun
from varco.hub.models import User
from varco.hub.store.accounts import NewOrganisation, set_up
from varco.hub.web.forms import SenderFields, language_field, password_field, time_zone_field
from varco.hub.web.throttle import Throttle
from varco.model.errors import BadInput

GUESSES: Final = Throttle(limit=10, minutes=15)
ALL_GUESSES: Final = Throttle(limit=200, minutes=15)


class SetUpForm(SenderFields):
    token = forms.CharField(
        label=_later("Set-up token"),
        max_length=40,
        help_text=_later("Printed in the terminal where Varco was started."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "class": "mono"}),
    )
    name = forms.CharField(
        label=_later("Your name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label=_later("Your e-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username"}),
    )
    password = password_field(_later("Choose a password"))
    organisation = forms.CharField(
        label=_later("Name of your business"),
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    language = language_field()
    time_zone = time_zone_field()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "password" in cleaned:
            self._judge_password(cleaned)
        return cleaned

    def _judge_password(self, cleaned: dict[str, Any]) -> None:
        person = User(email=cleaned.get("email", ""), name=cleaned.get("name", ""))
        try:
            password_validation.validate_password(cleaned["password"], person)
        except forms.ValidationError as error:
            self.add_error("password", error)


@sensitive_post_parameters("password", "token")
@require_http_methods(["GET", "POST"])
def first_run(request: HttpRequest) -> HttpResponse:
    if not firstrun.needed():
        return redirect("login")
    if request.method == "GET":
        initial = {"token": request.GET.get("token", ""), "language": get_language() or "en", "time_zone": "UTC"}
        return render(request, "account/setup.html", {"form": SetUpForm(initial=initial)})
    form = SetUpForm(request.POST)
    if form.is_valid() and _token_fits(request, form):
        return _set_up(request, form)
    return render(request, "account/setup.html", {"form": form}, status=400)


def _token_fits(request: HttpRequest, form: SetUpForm) -> bool:
    sender = request.META.get("REMOTE_ADDR", "")
    if GUESSES.is_blocked(sender) or ALL_GUESSES.is_blocked(""):
        form.add_error("token", _("Too many wrong tokens. Wait a quarter of an hour, then try again."))
        return False
    if firstrun.is_token(form.cleaned_data["token"]):
        return True
    GUESSES.failed(sender)
    ALL_GUESSES.failed("")
    form.add_error("token", _("This is not the token that was printed at start. Copy it again from the terminal."))
    return False


def _set_up(request: HttpRequest, form: SetUpForm) -> HttpResponse:
    given = form.cleaned_data
    organisation = NewOrganisation(
        name=given["organisation"], language=given["language"], time_zone=given["time_zone"], sender=form.sender()
    )
    try:
        user = set_up(given["email"], given["password"], name=given["name"], organisation=organisation)
    except BadInput:
        return redirect("login")  # somebody else was faster
    login(request, user)
    return redirect("integrations")
