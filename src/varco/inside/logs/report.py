"""What came of reading the logs, as data: the same for people and for programs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Sequence

from varco.inside.logs.causes import causes, target_of
from varco.inside.logs.tally import Group, Tally


@dataclass(frozen=True)
class ReasonTold:
    layer: str
    rule: str
    said: str
    count: int


@dataclass(frozen=True)
class Stopped:
    """Calls that did not get through, in the same way."""

    finding: str
    platform: str
    folder: str
    method: str
    path: str
    status: int
    count: int
    first_at: float
    last_at: float
    outcome: str
    is_probe: bool
    by_path_only: bool
    addresses: tuple[str, ...]
    user_agents: tuple[str, ...]
    reasons: tuple[ReasonTold, ...]
    target: str
    """For which `varco fix` prints the lines; empty: the logs do not say who refused."""


@dataclass(frozen=True)
class PassingTold:
    """Real calls let through since the last one that was not."""

    method: str
    count: int
    since_at: float
    last_at: float


@dataclass(frozen=True)
class Site:
    """A virtual host, or a log whose lines name none."""

    name: str
    calls: int
    answered: int
    probes: int
    stopped: tuple[Stopped, ...]
    passing: tuple[PassingTold, ...]


@dataclass(frozen=True)
class LogRead:
    name: str
    kind: str
    """`access`, `error`, `audit`, or empty for what is no log that we know."""
    lines: int
    unread: int
    """Of ours, those that could not be understood."""
    ended_early: str


@dataclass(frozen=True)
class Report:
    identity: str
    addresses_given: bool
    zone_s: int
    """By which the server's clock is ahead of UTC."""
    sites: tuple[Site, ...]
    logs: tuple[LogRead, ...]
    elsewhere: int
    strangers: int
    nameless: tuple[str, ...]
    has_error_log: bool

    @property
    def refused(self) -> int:
        return sum(one.count for site in self.sites for one in site.stopped if one.outcome == "refused")

    @property
    def calls(self) -> int:
        return sum(site.calls for site in self.sites)


def report_of(tally: Tally, logs: Sequence[LogRead], zone_s: int) -> Report:
    codes = causes(tally)
    by_site: dict[str, list[Group]] = {}
    for group in tally.groups.values():
        if group.count > 0:
            by_site.setdefault(group.key.site, []).append(group)
    return Report(
        identity=tally.caller.identity,
        addresses_given=bool(tally.caller.networks),
        zone_s=tally.zones.most_common(1)[0][0] if tally.zones else zone_s,
        sites=tuple(_site(name, groups, codes, tally) for name, groups in sorted(by_site.items())),
        logs=tuple(logs),
        elsewhere=tally.elsewhere,
        strangers=sum(tally.strangers.values()),
        nameless=tuple(sorted(tally.nameless)),
        has_error_log=any(log.kind in ("error", "audit") for log in logs),
    )


def _site(name: str, groups: Sequence[Group], codes: dict[int, str], tally: Tally) -> Site:
    stopped = [_stopped(group, codes[id(group)]) for group in groups if id(group) in codes]
    passing = [
        PassingTold(method=method, count=one.count, since_at=one.since_at, last_at=one.last_at)
        for (site, method), one in tally.passing.items()
        if site == name and one.count
    ]
    return Site(
        name=name,
        calls=sum(group.count for group in groups),
        answered=sum(group.count for group in groups if group.outcome == "answered"),
        probes=sum(group.count for group in groups if group.key.is_probe),
        stopped=tuple(sorted(stopped, key=lambda one: (one.outcome != "refused", -one.count, one.method, one.path))),
        passing=tuple(sorted(passing, key=lambda one: one.method)),
    )


def _stopped(group: Group, code: str) -> Stopped:
    key = group.key
    return Stopped(
        finding=code,
        platform=key.platform,
        folder=key.folder,
        method=key.method,
        path=key.path,
        status=key.status,
        count=group.count,
        first_at=group.first_at,
        last_at=group.last_at,
        outcome=group.outcome,
        is_probe=key.is_probe,
        by_path_only=group.by_path_only,
        addresses=tuple(sorted(group.addresses)),
        user_agents=tuple(sorted(group.agents)),
        reasons=tuple(
            ReasonTold(reason.layer, reason.rule, reason.said, count)
            for reason, count in group.reasons.most_common()
            if count > 0
        ),
        target=target_of(group),
    )
