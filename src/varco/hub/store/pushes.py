"""The rows that say what a shop must still be told. See `sync.push` for how they are worked off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from varco.hub import runtime
from varco.hub.jobs.defer import defer
from varco.hub.jobs.queues import CARE
from varco.hub.models import Channel, Integration, OrderEvent, PushRow
from varco.hub.store import health
from varco.hub.store.evidence import Owner, SaidExchange, clear_findings, keep_exchanges, open_finding
from varco.hub.store.leases import Lease, hold_push
from varco.hub.store.notes import note_text
from varco.hub.store.plans import Plan, plan
from varco.model.finding import Confidence, Finding
from varco.model.shipment import Publication, Published, PushStep, ShippedLine, Tracking

FIRST_RETRY_S: Final = 60
LONGEST_RETRY: Final = timedelta(hours=6)
PATIENCE: Final = timedelta(days=7)
"""After this long a row is only probed once a day; for ever, since nothing is dropped silently."""
SLOW_PROBE: Final = timedelta(days=1)
AT_ONCE: Final = 100
LOOK_AFTER: Final = timedelta(seconds=5)
LATE: Final = timedelta(minutes=15)
"""So long after it was sent a write without a clear answer may still land in the shop."""


@dataclass(frozen=True, kw_only=True)
class Due:
    """One step that is due, with what to publish."""

    row_id: int
    order_id: int
    publication: Publication
    unclear_at: datetime | None = None
    """When an earlier attempt sent a write of which nobody knows what became."""


def push_plan(integration_id: int) -> Plan:
    return plan(Integration.objects.get(pk=integration_id))


def first_rows() -> QuerySet[PushRow]:
    """The first open row of each order: the next ones wait for it, so steps go in order and orders do not mix."""
    earlier = PushRow.objects.filter(order=OuterRef("order"), state__in=PushRow.OPEN, pk__lt=OuterRef("pk"))
    rows: QuerySet[PushRow] = PushRow.objects.filter(~Exists(earlier), state__in=PushRow.OPEN)
    return rows


def due_rows(lease: Lease) -> list[Due]:
    """What this shop can be told now, oldest first: one failing order blocks only itself."""
    rows = (
        first_rows()
        .filter(integration=lease.integration_id, due_at__lte=runtime.clock().now())
        .select_related("order", "integration", "shipment", "organisation")
        .order_by("due_at", "pk")[:AT_ONCE]
    )
    return [_due(row) for row in rows]


def rows_to_look_at(lease: Lease) -> list[Due]:
    """What was told, and is looked at once more."""
    rows = PushRow.objects.filter(integration=lease.integration_id, look_at__lte=runtime.clock().now())
    return [_due(row) for row in rows.select_related("order", "integration", "shipment", "organisation")[:AT_ONCE]]


def _due(row: PushRow) -> Due:
    return Due(row_id=row.pk, order_id=row.order_id, publication=publication_of(row), unclear_at=row.unclear_at)


def begin_write(lease: Lease, due: Due) -> None:
    """Right before a write: whoever dies from here on leaves a row that is looked at first, after the quiet time.

    Raises `LeaseLost`.
    """
    now = runtime.clock().now()
    quiet = timedelta(seconds=runtime.current().config.quiet_s)
    with transaction.atomic():
        hold_push(lease)
        PushRow.objects.filter(pk=due.row_id).update(unclear_at=now, due_at=now + quiet)


def done(lease: Lease, due: Due, published: Published, said: Sequence[SaidExchange]) -> None:
    """The shop has it: mark the row, note it in the order's history, and the channel is well."""
    now = runtime.clock().now()
    with transaction.atomic():
        hold_push(lease)
        row = PushRow.objects.select_for_update().get(pk=due.row_id)
        owner = Owner(row.organisation_id, row.integration_id)
        keep_exchanges(owner, said)
        row.state = PushRow.WITHDRAWN if published is Published.NOT_WANTED else PushRow.DONE
        row.outcome, row.done_at = published.value, now
        row.unclear_at = due.unclear_at
        row.look_at = _when_to_look(row, now)
        row.finding_code, row.finding_params = "", {}
        row.save()
        _note(row, now)
        clear_findings(row.integration_id, channel="push", order_id=row.order_id)
        if due.publication.step is PushStep.STATUS:
            _look_soon(row.integration_id, now)
        if published is Published.DOUBLED:
            open_finding(owner, doubled(row), channel="push", order_id=row.order_id)
        came_back = health.record_success(owner, Channel.PUSH)
        if came_back is not None and came_back.was_slowed:
            defer("mail_back", CARE, integration_id=row.integration_id, channel=Channel.PUSH)


def failed(
    lease: Lease,
    due: Due,
    finding: Finding,
    *,
    ambiguous: bool,
    about_order: bool,
    retry_after_s: int | None,
    said: Sequence[SaidExchange],
) -> None:
    """Note the failure at the row, and at the channel unless it is about this one order."""
    now = runtime.clock().now()
    with transaction.atomic():
        hold_push(lease)
        row = PushRow.objects.select_for_update().get(pk=due.row_id)
        owner = Owner(row.organisation_id, row.integration_id)
        keep_exchanges(owner, said)
        first = row.first_failed_at is None
        row.attempts += 1
        row.first_failed_at = row.first_failed_at or now
        row.unclear_at = row.unclear_at if ambiguous else due.unclear_at
        row.finding_code, row.finding_params = finding.code, finding.params
        row.state = PushRow.QUIET if ambiguous else PushRow.FAILED if about_order else PushRow.DUE
        row.due_at = next_try(row, now, ambiguous)
        row.save()
        exchange = said[-1] if said else None
        if about_order:
            open_finding(owner, finding, channel="push", order_id=row.order_id, exchange=exchange)
            if first:
                defer("mail_push_failing", CARE, push_row_id=row.pk)
        else:
            health.record_failure(owner, Channel.PUSH, finding, retry_after_s=retry_after_s, exchange=exchange)


def _when_to_look(row: PushRow, now: datetime) -> datetime | None:
    """Once a write without a clear answer, of this step or of the same one of another parcel, must have landed."""
    others = PushRow.objects.filter(order=row.order_id, step=row.step).exclude(pk=row.pk)
    moments = [*others.values_list("unclear_at", flat=True), row.unclear_at]
    last = max((at + LATE for at in moments if at is not None), default=now)
    return last if last > now else None


def looked(lease: Lease, due: Due, published: Published | None, said: Sequence[SaidExchange]) -> None:
    """What the shop holds by now. None: it is not there any more, as a late write of another parcel wiped it.

    A status that is another one by now is the merchant's business.
    """
    now = runtime.clock().now()
    with transaction.atomic():
        hold_push(lease)
        row = PushRow.objects.select_for_update().get(pk=due.row_id)
        owner = Owner(row.organisation_id, row.integration_id)
        keep_exchanges(owner, said)
        row.look_at = None
        if published is Published.DOUBLED:
            row.outcome = published.value
            open_finding(owner, doubled(row), channel="push", order_id=row.order_id)
        elif published is None and due.publication.step is not PushStep.STATUS and row.state == PushRow.DONE:
            row.state, row.due_at = PushRow.DUE, now
        row.save()


def look_later(lease: Lease, due: Due, said: Sequence[SaidExchange]) -> None:
    """The shop cannot be asked now."""
    with transaction.atomic():
        hold_push(lease)
        row = PushRow.objects.select_for_update().get(pk=due.row_id)
        keep_exchanges(Owner(row.organisation_id, row.integration_id), said)
        row.look_at = runtime.clock().now() + LATE
        row.save(update_fields=["look_at"])


def suspect(due: Due) -> None:
    """Somebody wrote who had lost the shop meanwhile: what is told by then is looked at once more."""
    now = runtime.clock().now()
    PushRow.objects.filter(pk=due.row_id).update(unclear_at=now)
    PushRow.objects.filter(pk=due.row_id, state=PushRow.DONE).update(look_at=now + LATE)


def next_try(row: PushRow, now: datetime, ambiguous: bool) -> datetime:
    """Backoff lives in the row: doubling up to six hours for seven days, then once a day."""
    if ambiguous:
        return now + timedelta(seconds=runtime.current().config.quiet_s)
    if row.first_failed_at is not None and now - row.first_failed_at > PATIENCE:
        return now + SLOW_PROBE
    doubled_delay = timedelta(seconds=FIRST_RETRY_S * 2 ** min(row.attempts - 1, 12))
    return now + min(doubled_delay, LONGEST_RETRY)


def try_now(rows: QuerySet[PushRow]) -> int:
    """A person says: again, now. After an unclear answer the quiet time is kept all the same, or it may come twice."""
    with transaction.atomic():
        waiting = list(rows.filter(state__in=(PushRow.DUE, PushRow.FAILED)).values_list("pk", "integration_id"))
        shops = {integration_id for _, integration_id in waiting}
        Channel.objects.filter(integration__in=shops, kind=Channel.PUSH).update(next_attempt_at=None)
        return int(PushRow.objects.filter(pk__in=[pk for pk, _ in waiting]).update(due_at=runtime.clock().now()))


def _look_soon(integration_id: int, now: datetime) -> None:
    """The order's new status is read within seconds, unless the shop is not well enough to be asked so often."""
    soon = now + LOOK_AFTER
    well = Channel.objects.filter(kind=Channel.IMPORT, state=Channel.OK).values("integration")
    Integration.objects.filter(pk=integration_id, next_poll_at__gt=soon, pk__in=well).update(next_poll_at=soon)


def doubled(row: PushRow) -> Finding:
    return Finding(
        code="doubled-in-shop",
        params={"number": row.order.number, "step": row.step},
        confidence=Confidence.CERTAIN,
        rests_on="read back from the shop",
    )


def publication_of(row: PushRow) -> Publication:
    """What the shop shall hold after this step."""
    integration = row.integration
    trackings = trackings_of(row)
    return Publication(
        step=PushStep(row.step),
        order_remote_id=row.order.remote_id,
        trackings=trackings,
        note=note_text(trackings, row.organisation.language),
        notify_customer=integration.push_notify,
        status=integration.push_status,
        from_statuses=tuple(integration.push_from_statuses),
    )


def trackings_of(row: PushRow) -> tuple[Tracking, ...]:
    """One per parcel; what is in it is told with the first, since parcels share the shipment's lines."""
    shipment = row.shipment
    sent = shipment.lines.filter(order=row.order).select_related("order_line")
    lines = tuple(
        ShippedLine(remote_line_id=line.order_line.remote_line_id, quantity=format(line.quantity.normalize(), "f"))
        for line in sent
    )
    return tuple(
        Tracking(
            number=parcel.tracking_number,
            carrier=shipment.carrier_name,
            url=parcel.tracking_url,
            shipped_at=shipment.created_at,
            lines=lines if parcel.position == 1 else (),
        )
        for parcel in shipment.parcels.order_by("position")
    )


def _note(row: PushRow, now: datetime) -> None:
    OrderEvent.objects.create(
        organisation_id=row.organisation_id,
        order_id=row.order_id,
        at=now,
        actor="varco",
        kind="told-shop",
        data={"step": row.step, "outcome": row.outcome},
    )
