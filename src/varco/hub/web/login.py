"""In and out, and choosing a password by a link that works once."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib.auth import authenticate, login, logout, password_validation
from django.contrib.auth.tokens import default_token_generator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from varco.hub import firstrun
from varco.hub.models import User
from varco.hub.web.forms import HubForm, password_field
from varco.hub.web.throttle import Throttle

BY_PAIR: Final = Throttle(limit=8, minutes=15)
"""Of one address against one account."""
BY_ADDRESS: Final = Throttle(limit=60, minutes=15)
BY_ACCOUNT: Final = Throttle(limit=200, minutes=15)
"""Against one account from anywhere: high, so that a stranger cannot easily lock its owner out."""


class LoginForm(HubForm):
    email = forms.EmailField(
        label=_later("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", "autofocus": True}),
    )
    password = forms.CharField(
        label=_later("Password"),
        max_length=1000,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


class ChoosePasswordForm(HubForm):
    password = password_field(_later("New password"))

    def __init__(self, user: User, *args: object) -> None:
        super().__init__(*args)
        self._user = user

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        password_validation.validate_password(password, self._user)
        return password


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def log_in(request: HttpRequest) -> HttpResponse:
    if firstrun.needed():
        return redirect("setup")
    if request.user.is_authenticated:
        return redirect(_next(request))
    if request.method == "GET":
        return render(request, "account/login.html", {"form": LoginForm(), "next": request.GET.get("next", "")})
    form = LoginForm(request.POST)
    user = _user_of(request, form) if form.is_valid() else None
    if user is None:
        return render(request, "account/login.html", {"form": form, "next": request.POST.get("next", "")}, status=400)
    login(request, user)
    return redirect(_next(request))


@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("login")


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def choose_password(request: HttpRequest, public_id: UUID, token: str) -> HttpResponse:
    """The link that an owner hands over: it works once, and for three days."""
    user = User.objects.filter(public_id=public_id, is_active=True).first()
    if user is None or not default_token_generator.check_token(user, token):
        return render(request, "account/link_over.html", status=404)
    form = ChoosePasswordForm(user, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        user.set_password(form.cleaned_data["password"])
        user.save(update_fields=["password"])
        login(request, user)
        return redirect("home")
    status = 400 if form.errors else 200
    return render(request, "account/choose_password.html", {"form": form, "person": user}, status=status)


def password_link(request: HttpRequest, user: User) -> str:
    """Once used, or once the person has logged in, it is worth nothing."""
    path = reverse("choose-password", args=[user.public_id, default_token_generator.make_token(user)])
    return request.build_absolute_uri(path)


def _user_of(request: HttpRequest, form: LoginForm) -> User | None:
    """The user, or None with the reason on the form. Wrong name and wrong password are told apart by nobody."""
    email, sender = form.cleaned_data["email"].lower(), request.META.get("REMOTE_ADDR", "")
    counted = ((BY_PAIR, f"{sender} {email}"), (BY_ADDRESS, sender), (BY_ACCOUNT, email))
    if any(throttle.is_blocked(key) for throttle, key in counted):
        form.add_error(None, _("Too many attempts. Wait a quarter of an hour, then try again."))
        return None
    user = authenticate(request, username=email, password=form.cleaned_data["password"])
    if isinstance(user, User):
        BY_PAIR.forget(f"{sender} {email}")
        return user
    for throttle, key in counted:
        throttle.failed(key)
    form.add_error(None, _("This e-mail address and this password do not fit together."))
    return None


def _next(request: HttpRequest) -> str:
    """Where the reader wanted to go, if that is one of our own pages."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if ours and wanted.startswith("/") else resolve_url(settings.LOGIN_REDIRECT_URL)
