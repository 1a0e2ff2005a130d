"""What is asked about a connection: its address, its keys, which orders come in, what the shop is told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later

from varco.app.address import shop_address
from varco.hub import runtime
from varco.hub.models import Integration
from varco.hub.store import webhooks
from varco.hub.store.integrations import SHORTEST_INTERVAL_S, Choices
from varco.hub.web.forms import HubForm
from varco.hub.wording import PRODUCT_FIELDS
from varco.model.errors import BadInput
from varco.model.secret import Secret
from varco.model.shipment import PushStep
from varco.net.tls import check_pin
from varco.shops.base import Setting
from varco.shops.registry import connector

WINDOWS: Final = (
    ("7", _later("the last 7 days")),
    ("30", _later("the last 30 days")),
    ("90", _later("the last 90 days")),
    ("365", _later("the last year")),
    ("date", _later("since a date")),
    ("all", _later("all orders")),
)
TRIGGERS: Final = (
    ("label", _later("as soon as the label is made")),
    ("scan", _later("when the parcel is handed over to the carrier")),
    ("never", _later("never")),
)
_ABOUT_STATUS: Final = ("push_status", "push_from_statuses")
"""Not asked where a shop sets its orders' statuses by itself."""


class PinField(forms.CharField):
    """A certificate to trust for one shop, as text; empty for none."""

    def __init__(self) -> None:
        super().__init__(
            label=_later("The shop's own certificate"),
            help_text=_later(
                "Only if the shop's certificate comes from no public authority: paste the certificate of its own "
                "authority, or the shop's self-signed one, with its BEGIN and END lines. Varco then trusts only "
                "that one."
            ),
            required=False,
            max_length=20_000,
            widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "class": "mono"}),
        )

    def clean(self, value: Any) -> str:
        pem: str = super().clean(value)
        if pem:
            try:
                check_pin(pem)
            except BadInput:
                raise forms.ValidationError(
                    _("This certificate cannot be read. Paste it whole, with its BEGIN and END lines.")
                ) from None
        return pem


class AddressForm(HubForm):
    url = forms.CharField(
        label=_later("Address of your shop"),
        max_length=500,
        help_text=_later("As you would tell it to a customer."),
        widget=forms.TextInput(
            attrs={"inputmode": "url", "autocomplete": "url", "placeholder": "https://shop.example", "autofocus": True}
        ),
    )
    pinned_ca = PinField()

    def clean_url(self) -> str:
        return _address(self.cleaned_data["url"])


class KeysForm(HubForm):
    """The keys that a platform asks for. What was typed is never sent back to the browser."""

    def __init__(self, platform: str, *args: Any, required: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._settings = connector(platform).settings
        self._names = [setting.name for setting in self._settings]
        for setting in self._settings:
            self.fields[setting.name] = forms.CharField(
                label=_(setting.label),
                help_text=_(setting.help),
                required=required and setting.required,
                max_length=500,
                widget=_key_input(setting),
            )

    def credentials(self) -> Mapping[str, Secret]:
        """Empty if nothing was typed."""
        typed = {name: self.cleaned_data[name].strip() for name in self._names}
        return {name: Secret(value) for name, value in typed.items() if value}


class NewConnectionForm(KeysForm):
    name = forms.CharField(
        label=_later("Name"), max_length=200, help_text=_later("How you call this shop. Only you see it.")
    )
    field_order = ("name",)


def _key_input(setting: Setting) -> forms.Widget:
    attrs = {"autocomplete": "off", "spellcheck": "false", "class": "mono"}
    return forms.PasswordInput(render_value=False, attrs=attrs) if setting.secret else forms.TextInput(attrs=attrs)


class AccessForm(KeysForm):
    """Another address or other keys for a connection; empty keys stay as they are. And how they are sent."""

    url = forms.CharField(label=_later("Address of the shop"), max_length=500)
    pinned_ca = PinField()
    field_order = ("url",)

    def __init__(self, platform: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(platform, *args, required=False, **kwargs)
        for name in self._names:
            self.fields[name].help_text = _("Leave empty to keep the one in use.")
        self._options = connector(platform).options
        for option in self._options:
            self.fields[f"option_{option.name}"] = forms.ChoiceField(
                label=_(option.label),
                help_text=_(option.help),
                required=False,
                choices=[(value, _(words)) for value, words in option.values],
            )

    def clean_url(self) -> str:
        return _address(self.cleaned_data["url"])

    def clean(self) -> dict[str, Any]:
        """Keys belong together: one alone would not work. What need not be given may be given alone."""
        cleaned = super().clean() or {}
        needed = {setting.name for setting in self._settings if setting.required}
        given = {name for name in needed if cleaned.get(name)}
        if given:
            for name in needed - given:
                self.add_error(name, _("Give all the keys: they belong together."))
        return cleaned

    def chosen_options(self, before: Mapping[str, str]) -> Mapping[str, str]:
        """Those of before with what was chosen here; an empty choice is none."""
        chosen = {option.name: str(self.cleaned_data[f"option_{option.name}"]) for option in self._options}
        return {name: value for name, value in {**before, **chosen}.items() if value}


def access_initial(integration: Integration) -> dict[str, str]:
    """What the form above begins with."""
    options = {f"option_{name}": value for name, value in integration.options.items()}
    return {"url": integration.base_url, "pinned_ca": integration.pinned_ca, **options}


class ConnectionForm(HubForm):
    """Fields about one connection, which begin as it is now and offer the shop's own statuses."""

    def __init__(self, integration: Integration, data: QueryDict | None = None) -> None:
        super().__init__(data, initial=_initial(integration))
        self.integration = integration
        if PushStep.STATUS not in connector(integration.platform).steps:
            for name in _ABOUT_STATUS:
                self.fields.pop(name, None)
        for name, offered in _offered(integration).items():
            if name in self.fields:
                self.fields[name].choices = offered  # type: ignore[attr-defined]  # a field with choices


class WhichOrdersForm(ConnectionForm):
    """Which orders come in."""

    statuses = forms.MultipleChoiceField(
        label=_later("Orders in these statuses"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _later("Choose at least one status.")},
    )
    window = forms.ChoiceField(label=_later("Placed in"), choices=WINDOWS)
    since = forms.DateField(
        label=_later("Since"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("window") == "date" and not cleaned.get("since"):
            self.add_error("since", _("Say since which day."))
        return cleaned

    def placed_after(self) -> datetime | None:
        """Where the window begins; None means all. An unchanged one stays as it is, to the second."""
        window, since = self.cleaned_data["window"], self.cleaned_data["since"]
        if window == "all":
            return None
        if window == "date":
            return _begin_of(since, self.integration.import_since)
        return runtime.clock().now() - timedelta(days=int(window))


class PushForm(ConnectionForm):
    """What the shop is told once an order is shipped."""

    push_trigger = forms.ChoiceField(
        label=_later("Write tracking to the shop"), choices=TRIGGERS, widget=forms.RadioSelect
    )
    push_status = forms.ChoiceField(label=_later("When everything is shipped, set the order to"), required=False)
    push_from_statuses = forms.MultipleChoiceField(
        label=_later("But only if it is in"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_later("Cancelled and refunded orders are never changed."),
    )
    push_notify = forms.BooleanField(
        label=_later("Let the shop e-mail the tracking number to the customer"), required=False
    )


class SettingsForm(WhichOrdersForm, PushForm):
    """All settings of a connection."""

    def __init__(self, integration: Integration, data: QueryDict | None = None) -> None:
        super().__init__(integration, data)
        fields = connector(integration.platform).can.write_products
        if fields:
            names = ", ".join(str(PRODUCT_FIELDS[field]) for field in fields)
            self.fields["push_products"].help_text = _(
                "What you correct at an order here then stands in the shop too: {fields}."
            ).format(fields=names)
        else:
            del self.fields["push_products"]
        if webhooks.source_of(integration.platform) is None:
            del self.fields["webhooks"]

    push_products = forms.BooleanField(
        label=_later("Write what is corrected here to the shop's products"),
        required=False,
    )

    webhooks = forms.BooleanField(
        label=_later("Let the shop tell us at once when an order comes or changes (webhooks)"),
        required=False,
        help_text=_later("While that works, the shop is asked less often."),
    )
    name = forms.CharField(label=_later("Name"), max_length=200)
    interval_min = forms.IntegerField(
        label=_later("Minutes between two looks at the shop"),
        min_value=max(1, SHORTEST_INTERVAL_S // 60),
        max_value=1440,
        help_text=_later("Each look costs the shop as much as a visitor."),
    )


def choices_from(integration: Integration, given: Mapping[str, Any], placed_after: datetime | None) -> Choices:
    """The cleaned fields of the forms above as the store takes them; what was not asked stays."""
    return Choices(
        import_statuses=given["statuses"],
        import_since=placed_after,
        push_trigger=given["push_trigger"],
        push_status=given.get("push_status", ""),
        push_from_statuses=given.get("push_from_statuses", []),
        push_notify=given["push_notify"],
        push_products=given.get("push_products", integration.push_products),
        webhooks=given.get("webhooks", integration.webhooks),
        poll_interval_s=given.get("interval_min", 0) * 60 or integration.poll_interval_s,
    )


def status_choices(integration: Integration) -> list[tuple[str, str]]:
    """The shop's statuses by its own names; those in use even if the shop does not name them."""
    named = {one["slug"]: one["name"] for one in integration.shop_statuses}
    used = [*integration.import_statuses, *integration.push_from_statuses, integration.push_status]
    return [*named.items(), *((slug, slug) for slug in dict.fromkeys(used) if slug and slug not in named)]


def _offered(integration: Integration) -> Mapping[str, list[tuple[str, str]]]:
    statuses = status_choices(integration)
    closed = connector(integration.platform).closed_statuses
    return {
        "statuses": statuses,
        "push_status": [("", _("leave the status alone")), *statuses],
        "push_from_statuses": [one for one in statuses if one[0] not in closed],
    }


def _initial(integration: Integration) -> dict[str, Any]:
    since = integration.import_since
    fresh = integration.connected_at is None
    return {
        "name": integration.name,
        "interval_min": max(1, round(integration.poll_interval_s / 60)),
        "statuses": integration.import_statuses,
        "window": "30" if fresh else "date" if since else "all",
        "since": timezone.localtime(since).date() if since and not fresh else None,
        "push_trigger": integration.push_trigger,
        "push_status": integration.push_status,
        "push_from_statuses": integration.push_from_statuses,
        "push_notify": integration.push_notify,
        "push_products": integration.push_products,
        "webhooks": integration.webhooks,
    }


def _begin_of(day: date, so_far: datetime | None) -> datetime:
    if so_far is not None and timezone.localtime(so_far).date() == day:
        return so_far
    return datetime.combine(day, time.min, tzinfo=timezone.get_current_timezone())


def _address(text: str) -> str:
    try:
        return shop_address(text)
    except BadInput:
        raise forms.ValidationError(
            _(
                "This cannot be the address of a shop. It looks like https://shop.example, without spaces and without "
                "a name or a password in it."
            )
        ) from None
