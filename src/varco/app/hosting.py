"""Where the shop's server stands, as far as names tell it, and what its owner can do there."""

from __future__ import annotations

from varco.app.language import Translate
from varco.doctor.report import Report
from varco.fixes.hosting import provider_by


def told(report: Report, _: Translate) -> str:
    """Who it is, and how sure that is; empty where no name tells it."""
    found = provider_by(report.host_names, report.name_servers)
    if found is None:
        return ""
    text = _("{provider}, by {name}") if found.is_sure else _("perhaps {provider}, by its name server {name}")
    return text.format(provider=found.provider.title, name=found.by)


def lines(report: Report, _: Translate) -> list[str]:
    """What the shop's owner can change himself, and where he asks for the rest."""
    found = provider_by(report.host_names, report.name_servers)
    if found is None:
        return []
    provider = found.provider
    can = "; ".join(map(_, provider.can))
    return [
        _("At {provider} its customers can change themselves: {what}.").format(provider=provider.title, what=can),
        _("The rest is asked for there: {place}. (As of {day}: {source})").format(
            place=_(provider.ticket), day=provider.seen_on.isoformat(), source=provider.sources[0]
        ),
    ]
