"""E-mail about what would otherwise be silent: slowed, back, a push that keeps failing, unusually quiet.

Each member of the organisation chooses what to be told. Every mail is a job of its own, tried again for hours, so one
bad address does not keep the others from being told.
"""

from __future__ import annotations

from typing import Final

from django.core.mail import send_mail
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from varco.app.words import words
from varco.fixes.registry import all_targets
from varco.hub import runtime
from varco.hub.jobs.defer import defer
from varco.hub.jobs.queues import CARE
from varco.hub.models import Channel, FindingRecord, Integration, KeptLines, Membership, PushRow
from varco.hub.store import gaps, servers
from varco.model.finding import Params

SHOWN_NUMBERS: Final = 100
"""Order numbers in one mail."""
SIGNATURE: Final = "\n\n-- \nVarco"


def slowed(integration_id: int, channel: str) -> None:
    row = Channel.objects.select_related("integration__organisation").get(integration=integration_id, kind=channel)
    group = servers.of(row.integration)
    if group is not None and servers.is_told(group, row.integration.organisation):
        return
    for member in _members(integration_id, "mail_slowed"):
        with override(member.user.language):
            if group is not None:
                _defer(member, *_of_several(group))
                continue
            subject = _("%(name)s: slowed") % {"name": row.integration.name}
            what = (
                _("Orders are not coming in.")
                if channel == Channel.IMPORT
                else _("Tracking numbers do not reach the shop.")
            )
            why = _reason(row.finding_code, row.finding_params)
            _defer(member, subject, [what, *why, *_goes_on(row.integration)])


def _of_several(group: servers.Together) -> tuple[str, list[str]]:
    """Shops of one server that fail alike are told of once, with all their names."""
    subject = _("%(n)s shops on one server: slowed") % {"n": len(group.integrations)}
    together = group.finding
    names = [f"* {integration.name}" for integration in group.integrations]
    return subject, [
        words(together.code, together.params, _).sentence,
        "\n".join(names),
        *_reason(group.code, group.params),
        *_goes_on(group.integrations[0]),
    ]


def back(integration_id: int, channel: str) -> None:
    integration = Integration.objects.get(pk=integration_id)
    for member in _members(integration_id, "mail_back"):
        with override(member.user.language):
            subject = _("%(name)s: back to normal") % {"name": integration.name}
            what = (
                [_("Orders are coming in again."), *_recovered(integration)]
                if channel == Channel.IMPORT
                else [_("Tracking numbers reach the shop again. What waited is being sent.")]
            )
            _defer(member, subject, [*what, _link(integration)])


def push_failing(push_row_id: int) -> None:
    row = PushRow.objects.select_related("integration", "order").get(pk=push_row_id)
    for member in _members(row.integration_id, "mail_push_failing"):
        with override(member.user.language):
            subject = _("%(name)s: order %(number)s cannot be updated") % {
                "name": row.integration.name,
                "number": row.order.number,
            }
            _defer(member, subject, [*_reason(row.finding_code, row.finding_params), _link(row.integration)])


def quiet(integration_id: int) -> None:
    finding = (
        FindingRecord.objects.filter(integration=integration_id, code="unusually-quiet", cleared_at=None)
        .select_related("integration")
        .first()
    )
    if finding is None:
        return
    for member in _members(integration_id, "mail_quiet"):
        with override(member.user.language):
            subject = _("%(name)s: unusually quiet") % {"name": finding.integration.name}
            _defer(member, subject, [*_reason(finding.code, finding.params), _link(finding.integration)])


def stale_lines(kept_lines_id: int) -> None:
    """A list of addresses changed, and with it what must be pasted at the shop's server."""
    row = KeptLines.objects.filter(pk=kept_lines_id).select_related("integration").first()
    if row is None or not row.new_addresses:
        return
    title = all_targets()[row.target].title
    for member in _members(row.integration_id, "mail_slowed"):
        with override(member.user.language):
            subject = _("%(name)s: lines at the server are out of date") % {"name": row.integration.name}
            what = _(
                "The addresses of %(identity)s have changed. The lines for %(target)s let the old ones in: make them "
                "anew, or calls will be refused."
            ) % {"identity": row.identity.capitalize(), "target": title}
            gone, come = (
                ", ".join(sorted(set(one) - set(other)))
                for one, other in ((row.addresses, row.new_addresses), (row.new_addresses, row.addresses))
            )
            changes = [f"{name}: {value}" for name, value in ((_("New"), come), (_("Gone"), gone)) if value]
            _defer(member, subject, [what, *changes, _link(row.integration, "integration-lines")])


def deliver(to: str, subject: str, body: str) -> None:
    """Raises what the mail server says, so that the job is tried again."""
    send_mail(subject, body, None, [to])


def _members(integration_id: int, choice: str) -> list[Membership]:
    """Who wants to be told that."""
    organisation_id = Integration.objects.values_list("organisation", flat=True).get(pk=integration_id)
    rows = Membership.objects.filter(organisation=organisation_id, user__is_active=True, **{choice: True})
    return list(rows.select_related("user"))


def _defer(member: Membership, subject: str, paragraphs: list[str]) -> None:
    body = "\n\n".join(filter(None, paragraphs)) + SIGNATURE
    defer("deliver_mail", CARE, to=member.user.email, subject=subject, body=body)


def _reason(code: str, params: Params) -> list[str]:
    told = words(code, params, _)
    return [told.sentence, told.advice]


def _recovered(integration: Integration) -> list[str]:
    """What came meanwhile, with the numbers."""
    gap = gaps.of(integration)
    if gap is None or gap.is_open:
        return [_("What came meanwhile is being read.")]
    if not gap.new:
        return [_("No new order came meanwhile.")]
    said = ngettext("%(n)s order recovered:", "%(n)s orders recovered:", gap.new) % {"n": gap.new}
    more = [] if gap.new <= SHOWN_NUMBERS else ["…"]
    return [f"{said} {', '.join([*gap.numbers[:SHOWN_NUMBERS], *more])}"]


def _goes_on(integration: Integration) -> list[str]:
    return [_("Varco keeps trying by itself, less often. “Refresh” tries at once."), _link(integration)]


def _link(integration: Integration, page: str = "integration") -> str:
    base = runtime.current().config.public_url
    return base + reverse(page, args=[integration.public_id]) if base else ""
