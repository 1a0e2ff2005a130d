"""How forms look: each field with its label, help and error, tied together for screen readers."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

import msgspec
from babel import Locale
from django import forms
from django.conf import settings
from django.forms.renderers import DjangoTemplates
from django.utils.translation import gettext_lazy as _

from varco.hub.templatetags.varco import locale
from varco.model.address import Address


class HubRenderer(DjangoTemplates):
    form_template_name = "partials/form.html"
    field_template_name = "partials/field.html"


class HubForm(forms.Form):
    """`{{ form }}` draws it whole, `{{ form.name.as_field_group }}` one field."""

    default_renderer = HubRenderer
    error_css_class = "wrong"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)


def password_field(label: Any) -> forms.CharField:
    """For a new password; what makes it good enough is `AUTH_PASSWORD_VALIDATORS`."""
    return forms.CharField(
        label=label,
        max_length=1000,
        strip=False,
        help_text=_("At least 10 characters. A short sentence is easy to remember and hard to guess."),
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "minlength": 10}),
    )


def language_field() -> forms.ChoiceField:
    return forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)


def time_zone_field() -> forms.ChoiceField:
    names = sorted(name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "posix/")))
    return forms.ChoiceField(
        label=_("Time zone"),
        choices=[("UTC", "UTC"), *((name, name.replace("_", " ")) for name in names)],
        help_text=_("In which days begin and end, and times are shown."),
    )


def _countries() -> list[tuple[str, str]]:
    territories: Locale = locale()
    names = (
        (code, name) for code, name in territories.territories.items() if len(code) == 2 and code not in _NO_COUNTRY
    )
    return [("", ""), *sorted(names, key=lambda pair: pair[1])]


_NO_COUNTRY = frozenset(
    {"EU", "EZ", "UN", "QO", "ZZ", "XA", "XB", "AQ", "BV", "HM", "CP", "AC", "TA", "DG", "EA", "IC", "CQ"}
)


def country_field(*, required: bool = True) -> forms.ChoiceField:
    """Countries by their names in the reader's language."""
    return forms.ChoiceField(label=_("Country"), choices=_countries, required=required)


class SenderFields(HubForm):
    """An `Address` that parcels come from. Mixed into the forms that ask for it."""

    sender_name = forms.CharField(label=_("Sender on the label"), max_length=200, help_text=_("A person or a firm."))
    sender_line1 = forms.CharField(label=_("Street and number"), max_length=200)
    sender_line2 = forms.CharField(label=_("Further line of the address"), max_length=200, required=False)
    sender_postcode = forms.CharField(label=_("Postcode"), max_length=20, required=False)
    sender_city = forms.CharField(label=_("Town"), max_length=120)
    sender_state = forms.CharField(label=_("Province or state"), max_length=60, required=False)
    sender_country = country_field()
    sender_phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    sender_email = forms.EmailField(label=_("E-mail for carriers"), max_length=200, required=False)

    def sender(self) -> Address:
        return Address(**{name: self.cleaned_data[f"sender_{name}"] for name in SENDER_PARTS})


SENDER_PARTS = ("name", "line1", "line2", "postcode", "city", "state", "country", "phone", "email")


def sender_initial(stored: dict[str, str]) -> dict[str, str]:
    """The form's first values from an organisation's sender."""
    return {f"sender_{name}": stored.get(name, "") for name in SENDER_PARTS}


def stored_address(address: Address) -> dict[str, str]:
    """As the tables keep addresses: empty fields left out."""
    built: dict[str, str] = msgspec.to_builtins(address)
    return built
