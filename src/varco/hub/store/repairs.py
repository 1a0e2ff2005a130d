"""A difference between the shop's counts and ours: which orders it was, and that it is gone.

Kept in `Integration.repair`, from the comparing that found it until the next one that finds another:

1. Too few with us: the window is read again (`rota`), and what that brings is noted by number.
2. Too many: every order that we hold in those statuses is asked for by its id; what the shop has no more, or has in
   another status, is noted by number.
3. When both have ended, the counts are compared once more.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any, Final, NamedTuple

from varco.hub import runtime
from varco.hub.models import Integration, Order

AT_ONCE: Final = 100
MOST_NUMBERS: Final = 1000
"""Kept by number; how many there were is kept whole."""


class Asked(NamedTuple):
    """An order that the shop may not have, or not in this status."""

    key: int
    remote_id: str
    status: str


@dataclass(frozen=True, kw_only=True)
class Repair:
    """What became of a difference. Order numbers are as people know them."""

    began_at: datetime
    missing: int
    """How many orders the shop had and we had not."""
    too_many: Sequence[str] = ()
    """Statuses of which we held more than the shop."""
    came: Sequence[str] = ()
    gone: Sequence[str] = ()
    moved: Sequence[str] = ()
    """Which had another status than we thought."""
    after: int = 0
    """Our key of the last order of those statuses that was asked for."""
    asked: bool = False
    """Whether all of them were."""
    ended_at: datetime | None = None
    left: Sequence[Mapping[str, Any]] = field(default_factory=tuple)
    """Counts that differ all the same, after the repair."""

    @property
    def is_open(self) -> bool:
        return self.ended_at is None

    @property
    def found(self) -> int:
        return len(self.came) + len(self.gone) + len(self.moved)


def of(integration: Integration) -> Repair | None:
    """The last one, ended or not."""
    return _from(integration.repair)


def begin(integration_id: int, counts: Sequence[Mapping[str, Any]]) -> None:
    """Counts that differ: what is to be repaired. In the caller's transaction."""
    missing = sum(max(0, one["theirs"] - one["ours"]) for one in counts)
    too_many = [one["status"] for one in counts if one["theirs"] < one["ours"]]
    _keep(
        integration_id,
        Repair(began_at=runtime.clock().now(), missing=missing, too_many=too_many, asked=not too_many),
    )


def note(
    integration_id: int,
    *,
    came: Iterable[str] = (),
    gone: Iterable[str] = (),
    moved: Iterable[str] = (),
    after: int = 0,
    asked: bool = False,
) -> None:
    """More of it is known now. In the caller's transaction; without an open repair nothing is noted."""
    row = Integration.objects.select_for_update().only("repair").get(pk=integration_id)
    so_far = _from(row.repair)
    if so_far is None or not so_far.is_open:
        return
    _keep(
        integration_id,
        replace(
            so_far,
            came=_joined(so_far.came, came),
            gone=_joined(so_far.gone, gone),
            moved=_joined(so_far.moved, moved),
            after=max(so_far.after, after),
            asked=so_far.asked or asked,
        ),
    )


def end(integration_id: int, left: Sequence[Mapping[str, Any]]) -> None:
    """The counts were compared once more: this is what still differs."""
    row = Integration.objects.select_for_update().only("repair").get(pk=integration_id)
    so_far = _from(row.repair)
    if so_far is not None and so_far.is_open:
        _keep(integration_id, replace(so_far, ended_at=runtime.clock().now(), left=list(left)))


def to_ask(integration_id: int, repair: Repair, after: int) -> list[Asked]:
    """The next hundred orders in statuses of which we hold too many."""
    rows = Order.objects.filter(
        integration=integration_id, status__in=repair.too_many, gone_at=None, erased_at=None, pk__gt=after
    )
    return [Asked(*row) for row in rows.order_by("pk").values_list("pk", "remote_id", "status")[:AT_ONCE]]


def note_answers(integration_id: int, asked: Sequence[Asked]) -> None:
    """What was read of them is stored: which are gone, which have another status. In the caller's transaction."""
    gone, moved = _outcome({one.key: one.status for one in asked})
    note(integration_id, gone=gone, moved=moved, after=asked[-1].key)


def _outcome(before: Mapping[int, str]) -> tuple[list[str], list[str]]:
    gone: list[str] = []
    moved: list[str] = []
    for key, number, status, gone_at in Order.objects.filter(pk__in=before).values_list(
        "pk", "number", "status", "gone_at"
    ):
        if gone_at is not None:
            gone.append(number)
        elif status != before[key]:
            moved.append(number)
    return gone, moved


def _joined(before: Sequence[str], more: Iterable[str]) -> list[str]:
    return list(dict.fromkeys([*before, *more]))[:MOST_NUMBERS]


def _keep(integration_id: int, repair: Repair) -> None:
    data = {name: value.isoformat() if isinstance(value, datetime) else value for name, value in asdict(repair).items()}
    Integration.objects.filter(pk=integration_id).update(repair=data)


def _from(data: Mapping[str, Any]) -> Repair | None:
    if not data:
        return None
    ended_at = data.get("ended_at")
    return Repair(
        **{
            **data,
            "began_at": datetime.fromisoformat(data["began_at"]),
            "ended_at": datetime.fromisoformat(ended_at) if ended_at else None,
        }
    )
