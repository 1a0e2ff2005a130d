"""The list of connections and the page of one: how it stands, why, since when, and what comes next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _later
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from varco.hub import runtime
from varco.hub.models import Channel, ExchangeRecord, FindingRecord, Integration, Operation, WebhookAddress
from varco.hub.store import gaps, integrations, operations, proof, servers, webhooks
from varco.hub.web.access import HubRequest, found, member
from varco.hub.web.stories import story_of
from varco.hub.wording import WEBHOOKS
from varco.model.errors import BadInput
from varco.shops.registry import connector

PER_PAGE: Final = 50
PHASES: Final = {
    "queue_ms": _later("Waited for its turn"),
    "dns_ms": _later("Looking up the name"),
    "connect_ms": _later("Connecting"),
    "tls_ms": _later("Agreeing on encryption"),
    "wait_ms": _later("Waiting for the answer"),
    "total_ms": _later("In all, its turn not counted"),
}
RECENT: Final = timedelta(minutes=2)
"""So long a finished refresh is still news."""


@member
@require_GET
def connections(request: HubRequest) -> HttpResponse:
    cards = [Card(one) for one in integrations.summaries(request.organisation)]
    shown = {"cards": cards, "together": servers.together(request.organisation)}
    return render(request, "connections/list.html", shown)


@member
@require_GET
def card(request: HubRequest, public_id: UUID) -> HttpResponse:
    """One row of the list, which replaces itself while work is under way."""
    summary = integrations.summary(_live(request, public_id))
    return render(request, "connections/card.html", {"card": Card(summary, _followed(request, summary))})


@member
@require_GET
def connection(request: HubRequest, public_id: UUID) -> HttpResponse:
    integration = _live(request, public_id)
    if integration.connected_at is None:
        return redirect("connection-setup", public_id)
    return render(request, "connections/page.html", _overview(request, integration))


@member
@require_GET
def status(request: HubRequest, public_id: UUID) -> HttpResponse:
    """The overview's part that replaces itself."""
    return render(request, "connections/status.html", _overview(request, _live(request, public_id)))


@member
@require_POST
def refresh(request: HubRequest, public_id: UUID) -> HttpResponse:
    """Sync now. In a page that updates itself, its part comes back and follows the work."""
    integration = _live(request, public_id)
    try:
        operation = integrations.refresh(integration, by=request.user.email)
    except BadInput:
        messages.error(request, _("Finish connecting this shop first."))
        return redirect("connection-setup", public_id)
    if not request.htmx:
        return redirect(_next(request, public_id, operation))
    if request.htmx.target == "status":
        return render(request, "connections/status.html", _overview(request, integration, operation))
    shown = Card(integrations.summary(integration), operation)
    return render(request, "connections/card.html", {"card": shown})


@member
@require_POST
def pause(request: HubRequest, public_id: UUID) -> HttpResponse:
    integration = _live(request, public_id)
    integrations.pause(integration)
    messages.success(request, _("%(shop)s is paused: nothing is read or written there.") % {"shop": integration.name})
    return redirect("integration", public_id)


@member
@require_POST
def resume(request: HubRequest, public_id: UUID) -> HttpResponse:
    integration = _live(request, public_id)
    integrations.resume(integration)
    messages.success(
        request, _("%(shop)s goes on; what happened meanwhile is being read.") % {"shop": integration.name}
    )
    return redirect("integration", public_id)


@member
@require_http_methods(["GET", "POST"])
def remove(request: HubRequest, public_id: UUID) -> HttpResponse:
    """Asks first; then keys and log are gone, orders and shipments stay."""
    integration = _live(request, public_id)
    if request.method == "GET":
        return render(request, "connections/remove.html", {"connection": integration})
    integrations.remove(integration)
    messages.success(request, _("%(shop)s is no longer connected.") % {"shop": integration.name})
    return redirect("integrations")


@member
@require_GET
def problems(request: HubRequest, public_id: UUID) -> HttpResponse:
    integration = _live(request, public_id)
    rows = FindingRecord.objects.of(request.organisation).filter(integration=integration).select_related("order")
    shown = {
        **_page(integration, "problems"),
        "open": rows.filter(cleared_at=None).order_by("-last_seen_at")[:PER_PAGE],
        "cleared": rows.exclude(cleared_at=None).order_by("-cleared_at")[:20],
    }
    return render(request, "connections/problems.html", shown)


@member
@require_GET
def log(request: HubRequest, public_id: UUID) -> HttpResponse:
    integration = _live(request, public_id)
    rows = ExchangeRecord.objects.of(request.organisation).filter(integration=integration).order_by("-at", "-pk")
    only_failures = request.GET.get("shown") == "failures"
    if only_failures:
        rows = rows.exclude(finding_code="")
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    query = "shown=failures&" if only_failures else ""
    shown = {**_page(integration, "log"), "page": page, "only_failures": only_failures, "query": query}
    return render(request, "connections/log.html", shown)


@member
@require_GET
def exchange(request: HubRequest, public_id: UUID, exchange_id: UUID) -> HttpResponse:
    integration = _live(request, public_id)
    row = found(ExchangeRecord, request.organisation, exchange_id)
    if row.integration_id != integration.pk:
        raise Http404
    detail = row.detail or {}
    shown = {
        **_page(integration, "log"),
        "exchange": row,
        "detail": detail,
        "timings": [(words, ms) for name, words in PHASES.items() if (ms := detail.get("timings", {}).get(name))],
        "finding": FindingRecord.objects.of(request.organisation).filter(exchange=row).first(),
    }
    return render(request, "connections/exchange.html", shown)


@dataclass(frozen=True)
class Card:
    """A connection as the list shows it, with the refresh that the reader follows."""

    summary: integrations.Summary
    operation: Operation | None = None

    @property
    def connection(self) -> Integration:
        return self.summary.integration

    @property
    def platform(self) -> str:
        return connector(self.connection.platform).name

    @property
    def following(self) -> Operation | None:
        """The refresh under way, or the one just finished."""
        return self.summary.running or self.operation

    @property
    def is_busy(self) -> bool:
        return self.summary.running is not None or self.summary.state == "importing"

    @property
    def reason(self) -> Mapping[str, Any] | None:
        """Why it is not well: the import's trouble first."""
        for channel in (self.summary.import_channel, self.summary.push_channel):
            if channel is not None and channel.finding_code:
                return {"code": channel.finding_code, "params": channel.finding_params, "since": channel.since}
        return None

    @property
    def poll_url(self) -> str:
        """Where this part of the page asks for its next self."""
        return _following(reverse("integration-card", args=[self.connection.public_id]), self.following)


@dataclass(frozen=True)
class ImportProgress:
    """How far the import is, and when it may end: by the pace since the reader began to look."""

    seen: int
    total: int | None
    base_at: datetime
    base_seen: int

    @property
    def minutes_left(self) -> int | None:
        elapsed_s = (runtime.clock().now() - self.base_at).total_seconds()
        gained = self.seen - self.base_seen
        if not self.total or gained <= 0 or elapsed_s < 3:
            return None
        return max(1, round((self.total - self.seen) / gained * elapsed_s / 60))

    @property
    def query(self) -> str:
        return f"from={self.base_at.timestamp():.0f}&seen={self.base_seen}"


def _overview(request: HubRequest, integration: Integration, operation: Operation | None = None) -> dict[str, Any]:
    summary = integrations.summary(integration)
    shown = Card(summary, operation or _followed(request, summary))
    progress = _import_progress(request, integration) if summary.state == "importing" else None
    poll_url = _following(reverse("integration-status", args=[integration.public_id]), shown.following)
    if progress:
        poll_url += ("&" if "?" in poll_url else "?") + progress.query
    return {
        **_page(integration, "overview"),
        "card": shown,
        "summary": summary,
        "progress": progress,
        "proof": proof.of(integration),
        "gap": gaps.of(integration),
        "webhooks": _webhooks(summary),
        "story": story_of(integration) if summary.state in ("failing", "slowed") else None,
        "poll_url": poll_url,
    }


@dataclass(frozen=True)
class Webhooks:
    """How they stand, in words."""

    state: str
    words: str
    channel: Channel | None
    refused: int
    refused_at: datetime | None


def _webhooks(summary: integrations.Summary) -> Webhooks | None:
    """None on a platform that has none."""
    state = webhooks.state_of(summary.integration, summary.webhook_channel)
    if state == "none":
        return None
    said = webhooks.why_not(summary.integration) or state
    address = WebhookAddress.objects.filter(integration=summary.integration).first()
    return Webhooks(
        state=state,
        words=str(WEBHOOKS.get(said, "")),
        channel=summary.webhook_channel if state not in ("off", "not-offered") else None,
        refused=address.refused if address else 0,
        refused_at=address.refused_at if address else None,
    )


def _import_progress(request: HubRequest, integration: Integration) -> ImportProgress:
    now = runtime.clock().now()
    base_at, base_seen = request.GET.get("from", ""), request.GET.get("seen", "")
    if base_at.isdecimal() and base_seen.isdecimal() and len(base_at) < 12:
        now = datetime.fromtimestamp(int(base_at), UTC)
        return ImportProgress(integration.import_seen, integration.import_total, now, int(base_seen))
    return ImportProgress(integration.import_seen, integration.import_total, now, integration.import_seen)


def _page(integration: Integration, tab: str) -> dict[str, Any]:
    """What the frame of each page of a connection needs."""
    open_problems = FindingRecord.objects.filter(integration=integration, cleared_at=None).count()
    return {
        "connection": integration,
        "platform": connector(integration.platform).name,
        "tab": tab,
        "open_problems": open_problems,
    }


def _live(request: HubRequest, public_id: UUID) -> Integration:
    """The organisation's connection; a removed one is not there any more."""
    integration = found(Integration, request.organisation, public_id, "organisation")
    if integration.removed_at is not None:
        raise Http404
    return integration


def _followed(request: HubRequest, summary: integrations.Summary) -> Operation | None:
    """The refresh that the page follows by its address, as long as it is news."""
    if summary.running is not None:
        return summary.running
    try:
        operation = operations.get(request.organisation, UUID(request.GET.get("operation", "")))
    except ValueError:
        return None
    if operation is None or operation.integration_id != summary.integration.pk:
        return None
    old = operation.ended_at is not None and operation.ended_at < runtime.clock().now() - RECENT
    return None if old else operation


def _following(url: str, operation: Operation | None) -> str:
    return f"{url}?operation={operation.public_id}" if operation else url


def _next(request: HubRequest, public_id: UUID, operation: Operation) -> str:
    """Without scripts: back to the page where the button was."""
    back = "integrations" if request.POST.get("back") == "list" else "integration"
    url = reverse(back) if back == "integrations" else reverse(back, args=[public_id])
    return _following(url, operation)


page_of, live = _page, _live
