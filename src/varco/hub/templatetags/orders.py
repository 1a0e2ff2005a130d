"""`{% load orders %}`: addresses, weights, and the words of histories and of what the shop is told."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from babel.numbers import format_decimal
from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from varco.hub import wording
from varco.hub.models import Order, OrderEvent, PushRow
from varco.hub.templatetags.varco import locale
from varco.hub.wording import StepWords

register = template.Library()


@register.filter
def address(stored: Mapping[str, str]) -> SafeString:
    """The address in lines, the country in the reader's language."""
    parts = [
        stored.get("company", ""),
        stored.get("name", ""),
        stored.get("line1", ""),
        stored.get("line2", ""),
        " ".join(
            part for part in (stored.get("postcode", ""), stored.get("city", ""), stored.get("state", "")) if part
        ),
        country(stored.get("country", "")),
    ]
    return format_html_join("", "<span>{}</span>", ((part,) for part in parts if part))


@register.filter
def recipient(stored: Mapping[str, str]) -> str:
    """A few words for lists: who."""
    return stored.get("name") or stored.get("company") or "–"


@register.filter
def place(stored: Mapping[str, str]) -> str:
    """A few words for lists: where to."""
    return ", ".join(part for part in (stored.get("city", ""), country(stored.get("country", ""))) if part)


@register.filter
def country(code: str) -> str:
    return str(locale().territories.get(code, code))


@register.filter
def weight(grams: int | None) -> str:
    """Grams below a kilogram, else kilograms, as the reader writes them."""
    if grams is None:
        return "–"
    if grams < 1000:
        return f"{grams} g"
    return f"{format_decimal(Decimal(grams) / 1000, locale=locale())} kg"


@register.filter
def step(row: PushRow) -> StepWords:
    return wording.step_words(row)


@register.filter
def sentence(event: OrderEvent) -> str:
    return wording.sentence(event)


@register.filter
def actor(event: OrderEvent) -> str:
    return wording.actor(event)


@register.filter
def shop_status(order: Order) -> str:
    return wording.status_name(order.integration, order.status)
