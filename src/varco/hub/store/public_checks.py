"""Examinations for everybody, on the page `/check`: one per shop in a while, under a link that nobody can guess."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from django.db import connection, transaction

from varco.doctor.report import Report
from varco.hub import runtime
from varco.hub.jobs.defer import defer
from varco.hub.jobs.queues import CARE
from varco.hub.models import PublicCheck
from varco.hub.store.examinations import kept_report

REST: Final = timedelta(minutes=10)
"""Between two examinations of one shop."""
KEPT: Final = timedelta(days=7)
MOST_OPEN: Final = 10
"""At one time: the hub's own work goes first."""
LOST_AFTER: Final = timedelta(minutes=5)
"""An examination takes a quarter of a minute: the worker that did this one is gone."""
_OPEN: Final = (PublicCheck.ASKED, PublicCheck.RUNNING)


class TooSoon(Exception):
    """This shop was examined a moment ago; `again_at` says when it can be again."""

    def __init__(self, again_at: datetime) -> None:
        super().__init__(str(again_at))
        self.again_at = again_at


class TooMany(Exception):
    """More are under way than the hub does at one time."""


def ask(url: str) -> PublicCheck:
    """Raises `TooSoon` or `TooMany`. Two who ask at the same moment get one examination."""
    host, now = (urlsplit(url).hostname or "").removeprefix("www."), runtime.clock().now()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('public check'))")
        last = PublicCheck.objects.filter(host=host, asked_at__gt=now - REST).order_by("-asked_at").first()
        if last is not None:
            raise TooSoon(last.asked_at + REST)
        if PublicCheck.objects.filter(state__in=_OPEN, asked_at__gt=now - LOST_AFTER).count() >= MOST_OPEN:
            raise TooMany
        made: PublicCheck = PublicCheck.objects.create(
            token=secrets.token_urlsafe(32), url=url, host=host, asked_at=now
        )
        defer("run_public_check", CARE, check_id=made.pk)
    return made


def by_token(token: str) -> PublicCheck | None:
    """None where there is none, or its time is over."""
    rows = PublicCheck.objects.filter(token=token, asked_at__gt=runtime.clock().now() - KEPT)
    found: PublicCheck | None = rows.first()
    return found


def start(check_id: int) -> str | None:
    """Take it, once; the address to examine, or None if somebody else did."""
    taken = PublicCheck.objects.filter(pk=check_id, state=PublicCheck.ASKED).update(state=PublicCheck.RUNNING)
    return PublicCheck.objects.values_list("url", flat=True).get(pk=check_id) if taken else None


def end(check_id: int, result: Mapping[str, Any] | None) -> None:
    """None: our own side broke."""
    PublicCheck.objects.filter(pk=check_id).update(
        state=PublicCheck.DONE if result else PublicCheck.FAILED,
        result=dict(result or {}),
        ended_at=runtime.clock().now(),
    )


def is_open(check: PublicCheck) -> bool:
    return check.state in _OPEN and check.asked_at > runtime.clock().now() - LOST_AFTER


def report_of(check: PublicCheck) -> Report | None:
    return kept_report(check.result) if check.state == PublicCheck.DONE else None


def until(check: PublicCheck) -> datetime:
    """When its link ends."""
    ends_at: datetime = check.asked_at + KEPT
    return ends_at


def forget_old() -> int:
    return int(PublicCheck.objects.filter(asked_at__lt=runtime.clock().now() - KEPT).delete()[0])
