"""Lines that refuse calls, collected over all calls, and what each of them looks at."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from varco.inside.audit.calls import Call
from varco.inside.audit.maybe import Maybe


class Line(NamedTuple):
    """Where something stands."""

    file: str
    number: int
    text: str
    """As it stands there, on one line."""


class Rule(NamedTuple):
    """A line that refuses."""

    line: Line
    layer: str
    """`nginx`, `apache`, `modsecurity` or `php`."""
    site: str
    """The virtual host; empty: all of them."""
    status: int
    code: str
    """The finding, where the line says it by itself; empty: it is told from which calls it refuses."""


@dataclass
class Met:
    """The calls that a rule refuses for certain, and those that it may refuse."""

    certain: set[Call] = field(default_factory=set)
    possible: set[Call] = field(default_factory=set)


class Refusals:
    """Collects while calls are led through."""

    def __init__(self) -> None:
        self.rules: dict[Rule, Met] = {}

    def note(self, rule: Rule, call: Call, refuses: Maybe) -> None:
        if refuses is False:
            return
        met = self.rules.setdefault(rule, Met())
        (met.possible if refuses is None else met.certain).add(call)


@dataclass(frozen=True)
class Problem:
    """One line, with all that it stops."""

    file: str
    line: int
    text: str
    layer: str
    site: str
    finding: str
    status: int
    certain: bool
    """If not, it depends on the addresses, which nobody gave."""
    platforms: tuple[str, ...]
    methods: tuple[str, ...]
    user_agents: tuple[str, ...]
    """Empty: whatever the name is."""
    addresses: tuple[str, ...]
    target: str
    """For which `varco fix` prints the lines."""


def problems(refusals: Refusals) -> tuple[Problem, ...]:
    """Those that stop a platform's own calls, in the order of files and lines."""
    found = [
        _problem(rule, met, calls, certain)
        for rule, met in refusals.rules.items()
        for calls, certain in [({call for call in met.certain if call.role == "ours"}, True)]
        if calls
    ]
    found += [
        _problem(rule, met, calls, False)
        for rule, met in refusals.rules.items()
        for calls in [{call for call in met.possible if call.role == "ours"}]
        if calls and not any(call.role == "ours" for call in met.certain)
    ]
    return tuple(sorted(set(found), key=lambda one: (one.file, one.line, one.finding, one.site)))


def _problem(rule: Rule, met: Met, calls: set[Call], certain: bool) -> Problem:
    others = {call for call in (met.certain if certain else met.possible) if call.role != "ours"}
    methods = tuple(dict.fromkeys(call.method for call in sorted(calls, key=_order)))
    whoever = set(methods) <= {call.method for call in others if call.role == "browser"}
    return Problem(
        file=rule.line.file,
        line=rule.line.number,
        text=rule.line.text,
        layer=rule.layer,
        site=rule.site,
        finding=rule.code or _code(rule, set(methods), others, certain),
        status=rule.status,
        certain=certain,
        platforms=tuple(sorted({call.platform for call in calls})),
        methods=methods,
        user_agents=() if whoever else tuple(sorted({call.agent for call in calls})),
        addresses=tuple(sorted({call.address for call in calls if call.address})),
        target=_target(rule),
    )


_METHODS = ("GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE")


def _order(call: Call) -> int:
    return _METHODS.index(call.method) if call.method in _METHODS else len(_METHODS)


def _code(rule: Rule, methods: set[str], others: set[Call], certain: bool) -> str:
    """As the doctor tells it: from what changes when one thing is changed."""
    if not certain:
        return "refused-by-address"
    if "GET" not in methods:
        return _by_method(rule, methods)
    roles = {call.role for call in others if call.method == "GET"}
    if "browser" not in roles:
        return "refused-name"
    if rule.status == 503:
        return "maintenance"
    if "no-query" not in roles:
        return "brackets-refused"
    if "home" not in roles:
        return "path-closed"
    return "connection-dropped" if rule.status == 444 else "refused-by-address"


def _by_method(rule: Rule, methods: set[str]) -> str:
    if rule.layer == "modsecurity":
        return "methods-rule-set"
    if rule.status in (405, 501):
        return "method-refused"
    if rule.status == 444:
        return "method-cut-off"
    return "methods-seven-g" if "PUT" in methods and "PATCH" not in methods else "methods-read-only"


def _target(rule: Rule) -> str:
    if rule.layer == "apache":
        if rule.code == "header-lost":
            return "php-authorization"
        return "apache-htaccess" if "htaccess" in rule.line.file else "apache"
    return rule.layer if rule.layer in ("nginx", "modsecurity") else ""
