"""`{% load varco %}`: icons, states, times, money and findings in the reader's words."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from urllib.parse import urlsplit

from babel import Locale, UnknownLocaleError
from babel.dates import format_datetime, format_timedelta
from babel.numbers import format_currency, format_decimal
from django import template
from django.template import Context, TemplateDoesNotExist
from django.template.loader import get_template
from django.utils import timezone, translation
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, gettext_lazy, ngettext, pgettext_lazy

from varco.app.words import Words, words
from varco.app.written import evidence_of
from varco.doctor.report import Call
from varco.fixes import causes
from varco.hub import runtime
from varco.hub.web.icons import ICONS

register = template.Library()

STATES: Final[dict[str, tuple[str, str, Any]]] = {
    # state: (tone, icon, words)
    "ok": ("good", "check", gettext_lazy("Working")),
    "failing": ("warn", "warning", gettext_lazy("Failing")),
    "slowed": ("bad", "stop", pgettext_lazy("state of a connection", "Slowed")),
    "paused": ("quiet", "pause", gettext_lazy("Paused")),
    "importing": ("busy", "download", gettext_lazy("Importing")),
    "unfinished": ("quiet", "settings", gettext_lazy("Not finished")),
    "running": ("busy", "refresh", gettext_lazy("Working on it")),
    "red": ("bad", "stop", gettext_lazy("Stops work")),
    "amber": ("warn", "warning", gettext_lazy("Worth a look")),
    "grey": ("quiet", "info", gettext_lazy("For information")),
}
WHOSE: Final[dict[str, Any]] = {
    "merchant": gettext_lazy("Your move"),
    "host": gettext_lazy("Your hosting provider's move"),
    "us": gettext_lazy("The move of whoever runs Varco"),
    "service": gettext_lazy("The shop system's or another service's move"),
}
PURPOSES: Final[dict[str, Any]] = {
    "poll": gettext_lazy("Look for changes"),
    "import": gettext_lazy("Bring in orders"),
    "refresh": pgettext_lazy("purpose of a request", "Refresh"),
    "push": gettext_lazy("Write back to the shop"),
    "read": gettext_lazy("Read an order again"),
    "connect": gettext_lazy("Try the connection"),
    "recognise": gettext_lazy("Find out what answers"),
}
FAILURES: Final[dict[str, Any]] = {
    "name-not-found": gettext_lazy("Name not found"),
    "name-server-failed": gettext_lazy("Name server failed"),
    "address-forbidden": gettext_lazy("Address not allowed"),
    "refused": gettext_lazy("Refused"),
    "unreachable": gettext_lazy("Unreachable"),
    "timeout": gettext_lazy("No answer in time"),
    "tls": gettext_lazy("Encryption failed"),
    "reset": gettext_lazy("Cut off"),
    "closed": gettext_lazy("Hung up"),
    "too-large": gettext_lazy("Answer too large"),
    "not-http": gettext_lazy("Not a web server"),
    "our-fault": gettext_lazy("Fault in Varco"),
}
_REGIONS: Final = {"en": "en_GB"}
"""Day before month and a clock of 24 hours: read the same way everywhere."""


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """A drawing that says nothing by itself: the words beside it do."""
    return format_html(
        '<svg class="icon {}" viewBox="0 0 24 24" aria-hidden="true" focusable="false">{}</svg>',
        extra,
        mark_safe(ICONS[name]),  # noqa: S308  our own drawings
    )


@register.simple_tag(takes_context=True)
def guide(context: Context, platform: str) -> str:
    """The drawings of where to click in this platform's own screens; nothing if there are none."""
    try:
        drawings = get_template(f"connect/guides/{platform}.html")
    except TemplateDoesNotExist:
        return ""
    return str(drawings.render({str(name): value for name, value in context.flatten().items()}))


@register.inclusion_tag("partials/badge.html")
def badge(state: str, label: str = "") -> dict[str, Any]:
    """A state in words, colour and shape. `label` overrides the words."""
    tone, drawing, said = STATES.get(state, ("quiet", "info", state))
    return {"tone": tone, "icon": drawing, "words": label or said}


@register.inclusion_tag("partials/badge.html")
def tag(tone: str, label: str, drawing: str = "") -> dict[str, Any]:
    """A badge with a tone of its own: good, warn, bad, busy or quiet."""
    return {"tone": tone, "icon": drawing, "words": label}


@register.simple_tag
def when(value: datetime | None, otherwise: str = "–") -> SafeString | str:
    """How long ago or how soon, with the full time on hover and for machines."""
    if value is None:
        return otherwise
    relative = format_timedelta(value - runtime.clock().now(), add_direction=True, locale=locale())
    return _time(value, relative, title=exact(value))


@register.simple_tag
def upcoming(value: datetime | None, otherwise: str = "–") -> SafeString | str:
    """As `when`, for what is due: it may be a moment late."""
    if value is None or value > runtime.clock().now():
        return when(value, otherwise)
    return _time(value, gettext("any moment"), title=exact(value))


@register.simple_tag
def moment(value: datetime | None, otherwise: str = "–") -> SafeString | str:
    """The date and time, in the organisation's zone."""
    return otherwise if value is None else _time(value, exact(value))


@register.simple_tag
def day(value: datetime | None, otherwise: str = "–") -> SafeString | str:
    if value is None:
        return otherwise
    return _time(value, format_datetime(timezone.localtime(value), "d MMMM y", locale=locale()))


@register.filter
def money(amount: Decimal | None, currency: str) -> str:
    """An amount as the reader writes it; the bare number where the shop's currency is not known."""
    if amount is None:
        return "–"
    if not currency:
        return format_decimal(amount, locale=locale())
    return format_currency(amount, currency, locale=locale())


@register.filter
def number(value: Decimal | int | None) -> str:
    """12,345.5 as the reader writes it, without idle zeros."""
    return "–" if value is None else format_decimal(value, locale=locale())


@register.filter
def came(result: dict[str, Any]) -> str:
    """What a sync brought, in words: "12 new, 3 changed"."""
    new, changed = int(result.get("new") or 0), int(result.get("changed") or 0)
    parts = []
    if new:
        parts.append(ngettext("%(n)s new", "%(n)s new", new) % {"n": number(new)})
    if changed:
        parts.append(ngettext("%(n)s changed", "%(n)s changed", changed) % {"n": number(changed)})
    return ", ".join(parts) or gettext("nothing new")


@register.filter
def purpose(value: str) -> str:
    return str(PURPOSES.get(value, value))


@register.simple_tag
def failure_words(kind: str) -> str:
    return str(FAILURES.get(kind, kind))


@register.filter
def path_of(url: str) -> str:
    """The part of an address after its host: what differs from one request to the next."""
    parts = urlsplit(url)
    return f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"


@register.simple_tag
def said(code: str, params: dict[str, Any] | None = None) -> Words:
    """A finding in the reader's language: `{% said code params as problem %}`."""
    return words(code, params or {}, gettext)


@register.filter
def has_lines(code: str) -> bool:
    """Whether there are lines to paste that mend it."""
    return causes.has_lines(code)


@register.filter
def evidence(call: Call) -> str:
    """A call of an examination, as a host looks for it in the log."""
    return evidence_of(call)


@register.filter
def whose_move(whose: Any) -> str:
    return str(WHOSE.get(str(getattr(whose, "value", whose)), ""))


@register.filter
def with_code(text: str) -> SafeString:
    """What stands between backticks is to be typed."""
    parts = text.split("`")
    pieces = (format_html("<code>{}</code>" if at % 2 else "{}", part) for at, part in enumerate(parts))
    return mark_safe("".join(pieces))  # noqa: S308  each piece was escaped


@register.filter
def severity(value: Any) -> str:
    """The plain text of a severity, as `badge` takes it."""
    return str(getattr(value, "value", value))


def exact(value: datetime) -> str:
    return format_datetime(timezone.localtime(value), "d MMM y, HH:mm", locale=locale())


def locale() -> Locale:
    language = translation.get_language() or "en"
    try:
        return Locale.parse(_REGIONS.get(language, language), sep="-" if "-" in language else "_")
    except (UnknownLocaleError, ValueError):
        return Locale.parse("en_GB")


def _time(value: datetime, text: str, title: str = "") -> SafeString:
    return format_html('<time datetime="{}" title="{}">{}</time>', value.isoformat(timespec="seconds"), title, text)
