"""Counts a platform's calls by what came of them, in memory that does not grow with the logs."""

from __future__ import annotations

import re
from collections import Counter, OrderedDict
from dataclasses import dataclass, field
from typing import Iterator, NamedTuple

from varco.inside.caller import Caller, Place
from varco.inside.logs.access import Call
from varco.inside.logs.reasons import Event, Reason

REFUSED = frozenset((403, 405, 406, 413, 414, 418, 429, 431, 444, 501, 503))
"""Statuses by which servers and firewalls refuse; 444 is nginx's for hanging up."""
FAILED = frozenset((499, 500, 502, 504, 507, 508))
ANSWERED = frozenset((400, 401, 404, 409, 410, 422))
"""Those of the shop itself, unless an error log says otherwise."""
SENT_ON = frozenset((301, 302, 303, 307, 308))
_OWN_405 = {"magento": frozenset(("HEAD", "OPTIONS", "PATCH"))}
"""Methods that a shop's software itself does not take."""
_KEPT = 20_000
"""Refused calls that may still find their reason in an error log: the latest ones."""
_GROUPS = 2_000
_SAMPLES = 10
_NUMBER = re.compile(r"(?<=/)[0-9]+(?=[/?]|$)")
_APART_S = 2
"""Seconds by which two logs may disagree about the same call."""


class Key(NamedTuple):
    """What calls have in common that are shown as one line."""

    site: str
    platform: str
    folder: str
    method: str
    path: str
    status: int
    is_probe: bool


@dataclass
class Group:
    """Calls of which the same came."""

    key: Key
    outcome: str
    """`refused`, `failed`, `answered`, `sent-on` or `passed`."""
    count: int = 0
    first_at: float = 0.0
    last_at: float = 0.0
    addresses: set[str] = field(default_factory=set)
    agents: set[str] = field(default_factory=set)
    reasons: Counter[Reason] = field(default_factory=Counter)
    by_path_only: bool = False
    """Whether the log holds no names, so that they may be somebody else's."""
    servers: set[str] = field(default_factory=set)


@dataclass
class Passing:
    """Real calls that reached the shop's software, since the last one that did not."""

    count: int = 0
    since_at: float = 0.0
    last_at: float = 0.0


@dataclass
class _Waiting:
    """A call that came to nothing, until a log says why."""

    at: float
    status: int
    group: Group
    target: str
    method: str
    reasons: list[Reason]


@dataclass
class Tally:
    caller: Caller
    since_at: float = 0.0
    groups: dict[tuple[Key, bool], Group] = field(default_factory=dict)
    passing: dict[tuple[str, str], Passing] = field(default_factory=dict)
    """By site and method."""
    elsewhere: int = 0
    """Calls under the name to other paths."""
    strangers: Counter[str] = field(default_factory=Counter)
    """Calls under the name from addresses that are not the platform's."""
    zones: Counter[int] = field(default_factory=Counter)
    nameless: set[str] = field(default_factory=set)
    """Logs that hold neither names nor one of the given addresses."""
    _waiting: OrderedDict[tuple[str, int], list[_Waiting]] = field(default_factory=OrderedDict)
    _waiting_count: int = 0
    _places: dict[str, Place | None] = field(default_factory=dict)

    def add(self, call: Call, log: str) -> None:
        """A line of an access log that may be ours."""
        if call.zone is not None:
            self.zones[call.zone] += 1
        if call.at < self.since_at or not self._is_ours(call.address, call.agent, log):
            return
        place = self._place(call.target)
        if place is None:
            self.elsewhere += call.agent is not None
            return
        group = self._group(call.host or log, place, call.method, call.status)
        self._count(group, call.at, call.address, call.agent)
        self._keep(call, group)

    def explain(self, event: Event, log: str) -> None:
        """An event of an error or audit log: why a call was stopped, or a call that no other log has."""
        waiting = self._found(event)
        if waiting is not None:
            self._attach(waiting, event)
        elif event.denies and self._is_new(event, log):
            place = self._place(event.target)
            at = self._in_utc(event)
            if place is None or at < self.since_at:
                return
            group = self._group(event.host or log, place, event.method or "?", event.status or _status_of(event))
            group.outcome, group.by_path_only = "refused", event.agent is None and not self.caller.networks
            self._count(group, at, event.address, event.agent)
            for reason in event.reasons:
                group.reasons[reason] += 1

    def addresses(self) -> set[str]:
        """From which calls came that wait for their reason."""
        return {address for address, _second in self._waiting}

    def _place(self, target: str) -> Place | None:
        """Remembered: a platform asks for the same few paths, apart from their numbers."""
        path = _NUMBER.sub("N", target)
        if path not in self._places:
            if len(self._places) > _GROUPS:
                self._places.clear()
            self._places[path] = self.caller.place_of(path)
        return self._places[path]

    def _is_ours(self, address: str, agent: str | None, log: str) -> bool:
        if agent is not None and not self.caller.has_name(agent):
            return False
        if self.caller.networks:
            if self.caller.has_address(address):
                return True
            if agent is not None:
                self.strangers[address if len(self.strangers) < _GROUPS else "…"] += 1
            return False
        if agent is None:
            self.nameless.add(log)
        return agent is not None

    def _is_new(self, event: Event, log: str) -> bool:
        """Whether a call that only this log has is ours: by name or address; by its path if nothing else is known."""
        if event.agent is not None or self.caller.networks:
            return self._is_ours(event.address, event.agent, log)
        return not any(not group.by_path_only for group in self.groups.values())

    def _group(self, site: str, place: Place, method: str, status: int) -> Group:
        key = Key(site, place.platform, place.folder, method, place.path, status, place.is_probe)
        outcome = outcome_of(place.platform, method, status)
        if (key, False) not in self.groups and len(self.groups) >= _GROUPS:
            key = key._replace(path="…", is_probe=False)
        return self.groups.setdefault((key, False), Group(key, outcome))

    def _count(self, group: Group, at: float, address: str, agent: str | None) -> None:
        group.first_at = min(group.first_at or at, at)
        group.last_at = max(group.last_at, at)
        group.count += 1
        for sample, value in ((group.addresses, address), (group.agents, agent)):
            if value and len(sample) < _SAMPLES:
                sample.add(value)
        if not group.key.is_probe:
            self._follow(group, at)

    def _follow(self, group: Group, at: float) -> None:
        passing = self.passing.setdefault((group.key.site, group.key.method), Passing())
        if group.outcome in ("refused", "failed"):
            passing.count, passing.since_at = 0, 0.0
        elif group.outcome == "passed":
            passing.count += 1
            passing.since_at = passing.since_at or at
            passing.last_at = max(passing.last_at, at)

    def _keep(self, call: Call, group: Group) -> None:
        """Until its reason is found; what passed needs none."""
        if call.status < 400:
            return
        at = (call.address, int(call.at))
        self._waiting.setdefault(at, []).append(_Waiting(call.at, call.status, group, call.target, call.method, []))
        self._waiting_count += 1
        if self._waiting_count > _KEPT:
            self._waiting_count -= len(self._waiting.popitem(last=False)[1])

    def _in_utc(self, event: Event) -> float:
        return next(self._moments(event), event.at)

    def _moments(self, event: Event) -> Iterator[float]:
        """What its time may be in UTC: an error log does not name the server's zone, an access log does."""
        if event.in_utc:
            yield event.at
            return
        for zone, _count in self.zones.most_common(3):
            yield event.at - zone
        if not self.zones:
            yield local_to_utc(event.at)

    def _found(self, event: Event) -> _Waiting | None:
        """The refused call that it is about: same address, same second or nearly, same request as far as it is said."""
        for moment in self._moments(event):
            for apart in sorted(range(-_APART_S, _APART_S + 1), key=abs):
                for one in self._waiting.get((event.address, int(moment) + apart), ()):
                    if _fits(one, event):
                        return one
        return None

    def _attach(self, waiting: _Waiting, event: Event) -> None:
        new = [reason for reason in event.reasons if reason not in waiting.reasons]
        waiting.reasons.extend(new)
        for reason in new:
            waiting.group.reasons[reason] += 1
        if new and waiting.group.outcome == "answered" and event.denies:
            self._split(waiting)

    def _split(self, waiting: _Waiting) -> None:
        """A status that is the shop's own otherwise: this one was not."""
        group = waiting.group
        refused = self.groups.setdefault((group.key, True), Group(group.key, "refused"))
        for reason in waiting.reasons:
            group.reasons[reason] -= 1
            refused.reasons[reason] += 1
        group.count -= 1
        waiting.group = refused
        self._count(refused, waiting.at, next(iter(group.addresses), ""), next(iter(group.agents), None))


def outcome_of(platform: str, method: str, status: int) -> str:
    if status == 405 and method in _OWN_405.get(platform, ()):
        return "answered"
    if status in REFUSED or (status == 202 and method == "GET"):
        return "refused"
    if status in FAILED:
        return "failed"
    if status in ANSWERED:
        return "answered"
    return "sent-on" if status in SENT_ON else "passed"


def _fits(one: _Waiting, event: Event) -> bool:
    if (event.method or one.method) != one.method or (event.status or one.status) != one.status:
        return False
    if event.target and event.target.partition("?")[0] != one.target.partition("?")[0]:
        return False
    return bool(event.target) or not one.reasons


def _status_of(event: Event) -> int:
    kinds = {reason.kind for reason in event.reasons}
    if "rate" in kinds:
        return 503
    if "size" in kinds:
        return 413
    return 401 if "password" in kinds else 403


def local_to_utc(at: float) -> float:
    """By the zone of this machine, where no log names one."""
    import time

    parts = time.gmtime(at)
    return time.mktime((*parts[:8], -1))
