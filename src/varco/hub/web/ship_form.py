"""The ship form: who carries, which numbers, which parcels, how much of each line.

Parcels and lines are as many as the orders have, so their fields are made per form: `number_1`, `weight_1`,
`line_<key>`. The weight is typed in kilograms, with a comma or a point.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final
from urllib.parse import quote

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from varco.carriers import own_label
from varco.hub.ids import uuid7
from varco.hub.models import Operation, Shipment
from varco.hub.store.orders import Line, OrderSheet
from varco.hub.store.ranges import RangeState
from varco.hub.web.forms import HubForm
from varco.model.errors import BadInput
from varco.model.units import grams_from

MOST_PARCELS: Final = 20


class ShipForm(HubForm):
    """Made for these orders. `params()` is what the operation `ship` takes."""

    carrier_name = forms.CharField(
        label=gettext_lazy("Carrier"),
        max_length=100,
        help_text=gettext_lazy("Your customer reads this name beside the tracking number."),
        widget=forms.TextInput(attrs={"list": "carriers", "autocomplete": "off"}),
    )
    number_range = forms.ChoiceField(label=gettext_lazy("Tracking numbers"), required=False)
    link_template = forms.CharField(
        label=gettext_lazy("Tracking link"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("The carrier's tracking page, with {number} where the number goes."),
        widget=forms.TextInput(attrs={"inputmode": "url", "placeholder": "https://…/{number}", "autocomplete": "off"}),
    )
    reference = forms.CharField(label=gettext_lazy("Reference on the label"), max_length=60, required=False)
    parcels = forms.IntegerField(min_value=1, max_value=MOST_PARCELS, widget=forms.HiddenInput)
    request_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        sheets: Sequence[OrderSheet],
        ranges: Sequence[RangeState],
        parcel_count: int = 1,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.sheets = sheets
        self.parcel_count = max(1, min(parcel_count, MOST_PARCELS))
        self.fields["number_range"].choices = [  # type: ignore[attr-defined]  # it is a ChoiceField
            ("", _("I type them")),
            *(
                (
                    str(one.row.public_id),
                    _("%(name)s: next is %(number)s") % {"name": one.row.name, "number": one.next_number},
                )
                for one in ranges
                if one.left
            ),
        ]
        self.has_ranges = any(one.left for one in ranges)
        self._add_parcels()
        self._add_lines()

    def clean_link_template(self) -> str:
        try:
            return own_label.tracking_template(self.cleaned_data["link_template"])
        except BadInput as error:
            raise forms.ValidationError(_(str(error))) from None

    def clean(self) -> dict[str, Any]:
        """Each parcel has a number or the range gives it one; something goes."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if {"parcels", "request_key"} & set(self.errors):
            raise forms.ValidationError(_("This form cannot be read. Open the order again."))
        for position in range(1, self.parcel_count + 1):
            self._clean_parcel(position, data)
        if not self.errors and not any(data.get(name) for name in self._line_names()):
            raise forms.ValidationError(_("Nothing is to be shipped: enter a quantity."))
        return data

    def parcel_fields(self) -> Iterator[tuple[int, BoundField, BoundField]]:
        for position in range(1, self.parcel_count + 1):
            yield position, self[f"number_{position}"], self[f"weight_{position}"]

    def line_fields(self) -> Iterator[tuple[OrderSheet, list[tuple[Line, BoundField]]]]:
        """Of each order, the lines of which something is left."""
        for sheet in self.sheets:
            yield sheet, [(line, self[f"line_{line.row.pk}"]) for line in sheet.lines if line.left]

    def seen(self) -> Iterator[tuple[OrderSheet, str]]:
        """Each order with its content as the person saw it when the form was opened first."""
        for sheet in self.sheets:
            now = bytes(sheet.order.content_hash).hex()
            name = f"seen_{sheet.order.pk}"
            yield sheet, self.data.get(name) or self.initial.get(name) or now

    def params(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "orders": [str(sheet.order.public_id) for sheet in self.sheets],
            "lines": {
                name.removeprefix("line_"): str(plain(data[name])) for name in self._line_names() if data.get(name)
            },
            "carrier_name": data["carrier_name"],
            "parcels": [
                {"number": data[f"number_{position}"], "weight_g": data[f"weight_{position}"]}
                for position in range(1, self.parcel_count + 1)
            ],
            "request_key": str(data["request_key"]),
            "link_template": data["link_template"],
            "number_range": data["number_range"] or None,
            "reference": data["reference"],
            "seen_hashes": {
                str(sheet.order.public_id): self.data.get(f"seen_{sheet.order.pk}", "") for sheet in self.sheets
            },
            "unread_ok": False,
        }

    def _add_parcels(self) -> None:
        for position in range(1, self.parcel_count + 1):
            first = {"autofocus": True} if position == self.parcel_count else {}
            self.fields[f"number_{position}"] = forms.CharField(
                label=_("Tracking number"),
                max_length=100,
                required=not self.has_ranges,
                help_text=_("With a number range, leave it empty.") if self.has_ranges else "",
                widget=forms.TextInput(attrs={**_TYPED_BY_SCANNER, **first}),
            )
            self.fields[f"weight_{position}"] = forms.CharField(
                label=_("Weight, kg"),
                max_length=12,
                required=False,
                widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
            )

    def _add_lines(self) -> None:
        for sheet in self.sheets:
            for line in sheet.lines:
                if line.left:
                    self.fields[f"line_{line.row.pk}"] = forms.DecimalField(
                        label=line.row.name,
                        min_value=Decimal(0),
                        max_value=plain(line.left),
                        decimal_places=6,
                        required=False,
                        widget=forms.NumberInput(attrs={"step": "any"}),
                    )

    def _line_names(self) -> list[str]:
        return [name for name in self.fields if name.startswith("line_")]

    def _clean_parcel(self, position: int, data: dict[str, Any]) -> None:
        number, weight = data.get(f"number_{position}", ""), data.get(f"weight_{position}", "")
        if number:
            try:
                data[f"number_{position}"] = own_label.tracking_number(number)
            except BadInput as error:
                self.add_error(f"number_{position}", _(str(error)))
        elif not data.get("number_range") and f"number_{position}" not in self.errors:
            self.add_error(f"number_{position}", _("Type the number, or choose a number range above."))
        data[f"weight_{position}"] = grams_from(weight, "kg") if weight else None
        if weight and data[f"weight_{position}"] is None:
            self.add_error(f"weight_{position}", _("Type the weight in kilograms, such as 1.25."))


_TYPED_BY_SCANNER: Final = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}


def first_values(sheets: Sequence[OrderSheet], last: Shipment | None) -> dict[str, Any]:
    """All that is left, in one parcel, with the carrier and link of the last shipment."""
    values: dict[str, Any] = {"request_key": uuid7(), "parcels": 1}
    if last is not None:
        values["carrier_name"] = last.carrier_name
        values["link_template"] = _template_of(last)
    weights = [sheet.weight_left_g for sheet in sheets]
    if weights and None not in weights:
        values["weight_1"] = kilograms(sum(weight for weight in weights if weight))
    for sheet in sheets:
        for line in sheet.lines:
            values[f"line_{line.row.pk}"] = plain(line.left)
    return values


def values_again(operation: Operation) -> dict[str, Any]:
    """What the person had typed, for a form that is opened again after it could not be done."""
    params: Mapping[str, Any] = operation.params
    values: dict[str, Any] = {
        "request_key": uuid7(),
        "parcels": len(params["parcels"]),
        **{name: params.get(name) or "" for name in ("carrier_name", "number_range", "link_template", "reference")},
        **{f"line_{key}": quantity for key, quantity in params.get("lines", {}).items()},
    }
    for position, parcel in enumerate(params["parcels"], start=1):
        values[f"number_{position}"] = parcel.get("number", "")
        values[f"weight_{position}"] = kilograms(parcel.get("weight_g"))
    return values


def kilograms(weight_g: int | None) -> str:
    return "" if weight_g is None else format((Decimal(weight_g) / 1000).normalize(), "f")


def plain(value: Decimal) -> Decimal:
    """Without idle zeros and without an exponent: 2, 0.5, 10."""
    return Decimal(format(value.normalize(), "f"))


def _template_of(shipment: Shipment) -> str:
    """The link of its first parcel, with the number's place free again."""
    parcel = shipment.parcels.order_by("position").first()
    if parcel is None or not parcel.tracking_url:
        return ""
    return str(parcel.tracking_url).replace(quote(parcel.tracking_number, safe=""), own_label.PLACEHOLDER)
