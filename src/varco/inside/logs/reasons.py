"""Error logs of nginx and Apache: what the server says of a call that it refused.

The sentences were read in nginx 1.22.1, Apache 2.4.71 and ModSecurity 2.9.7 and 3.0.9 at work.
"""

from __future__ import annotations

import calendar
import re
from collections import OrderedDict
from typing import Iterator, NamedTuple

from varco.inside.logs.access import _MONTHS, host_of


class Reason(NamedTuple):
    """By what a call was stopped, as far as a log says it."""

    layer: str
    """`nginx`, `apache` or `modsecurity`."""
    kind: str
    """`rule`, `access`, `rate`, `password`, `size`, `down`: what the sentence is about."""
    rule: str
    """The number of ModSecurity's rule."""
    said: str
    """The log's own words, without what is about this one call."""


class Event(NamedTuple):
    """A line of an error log, or an entry of an audit log."""

    at: float
    """Seconds since 1970 if `zone` is known, by the server's clock otherwise."""
    in_utc: bool
    address: str
    host: str
    method: str
    target: str
    reasons: tuple[Reason, ...]
    denies: bool
    """Whether the call was stopped for certain; a warning may belong to a call that passed."""
    agent: str | None = None
    status: int = 0


_NGINX = re.compile(r"^(\d{4})/(\d\d)/(\d\d) (\d\d):(\d\d):(\d\d) \[\w+\] \d+#\d+: (?:\*\d+ )?(?P<text>.*)$")
_NGINX_CLIENT = re.compile(r", client: (?P<address>[^,\s]+)(?:, server: (?P<server>[^,]*))?")
_NGINX_REQUEST = re.compile(r', request: "(?P<method>\S+) (?P<target>\S+)')
_NGINX_HOST = re.compile(r', host: "(?P<host>[^"]*)"')
_APACHE = re.compile(
    r"^\[(?:\w{3} )?(?P<month>\w{3}) +(?P<day>\d+) (?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)(?:\.\d+)? "
    r"(?P<year>\d{4})\] "
)
_APACHE_CLIENT = re.compile(r"\[client (?P<address>[^\]]+(?:\]:\d+)?)\] ")
_FIELD = re.compile(r'\[(?P<name>id|msg|uri|hostname|unique_id) "(?P<value>(?:[^"\\]|\\.)*)"\]')
_SUMS = frozenset(("949110", "949111", "959100", "980130", "980140", "980170"))
"""Rules that add up what others found."""
_KINDS = (
    ("access", "access forbidden by rule"),
    ("access", "client denied by server configuration"),
    ("rate", "limiting requests"),
    ("rate", "limiting connections"),
    ("size", "client intended to send too large body"),
    ("size", "larger than the configured limit"),
    ("password", "no user/password was provided"),
    ("password", "was not found in"),
    ("password", "password mismatch"),
    ("password", "authentication failure"),
    ("password", "client used wrong authentication scheme"),
    ("password", "AH01618"),
    ("down", "connect() failed"),
    ("down", "upstream timed out"),
    ("down", "upstream prematurely closed"),
    ("down", "no live upstreams"),
    ("down", "failed to make connection to backend"),
    ("down", "Error dispatching request"),
)
_CODE = re.compile(r"Access denied with code (?P<status>\d{3})")
_DENIES = re.compile(r"ModSecurity: Access denied")
_PENDING = 1000
"""Calls whose warnings are kept until it is said whether they were stopped."""


class Errors:
    """Reads an error log line by line. Warnings of ModSecurity wait for its verdict on the same call."""

    def __init__(self) -> None:
        self._pending: OrderedDict[str, list[Reason]] = OrderedDict()

    def read(self, line: str) -> Iterator[Event]:
        event, unique = _event(line)
        if event is None:
            return
        if event.denies or not unique:
            waiting = tuple(self._pending.pop(unique, ())) if unique else ()
            yield event._replace(reasons=_without_sums((*waiting, *event.reasons)))
            return
        self._pending.setdefault(unique, []).extend(event.reasons)
        if len(self._pending) > _PENDING:
            self._pending.popitem(last=False)


def _without_sums(reasons: tuple[Reason, ...]) -> tuple[Reason, ...]:
    """The rules that found something, if the log names them."""
    causes = tuple(dict.fromkeys(reason for reason in reasons if reason.rule not in _SUMS))
    return causes or reasons


def is_error_log(head: str) -> bool:
    lines = [line for line in head.splitlines()[:50] if line]
    fitting = [line for line in lines if _NGINX.match(line) or _APACHE.match(line)]
    return len(fitting) * 2 > len(lines)


def _event(line: str) -> tuple[Event | None, str]:
    """With the number under which ModSecurity keeps the call."""
    for reader in (_nginx, _apache):
        event = reader(line)
        if event is not None:
            fields = _fields(line)
            return event, fields.get("unique_id", "") if "ModSecurity:" in line else ""
    return None, ""


def _fields(line: str) -> dict[str, str]:
    return {match.group("name"): match.group("value") for match in _FIELD.finditer(line)}


def _nginx(line: str) -> Event | None:
    match, client = _NGINX.match(line), _NGINX_CLIENT.search(line)
    if not match or not client:
        return None
    text = match.group("text")
    reason = _reason("nginx", text, text[: text.find(", client:")])
    request, host = _NGINX_REQUEST.search(text), _NGINX_HOST.search(text)
    return reason and Event(
        at=float(calendar.timegm((*map(int, match.groups()[:6]), 0, 0, 0))),
        in_utc=False,
        address=client.group("address"),
        host=host_of(host.group("host") if host else client.group("server") or ""),
        method=request.group("method") if request else "",
        target=request.group("target") if request else _fields(text).get("uri", ""),
        reasons=(reason,),
        denies=reason.layer != "modsecurity" or bool(_DENIES.search(text)),
        status=_code(text),
    )


def _apache(line: str) -> Event | None:
    match = _APACHE.match(line)
    client = _APACHE_CLIENT.search(line)
    if not match or not client or match.group("month") not in _MONTHS:
        return None
    text = re.sub(r"^\[client [^\]]*\] ", "", line[client.end() :]).partition(", referer:")[0]
    reason = _reason("apache", text, text)
    fields = _fields(text)
    parts = (match.group("year"), str(_MONTHS[match.group("month")]), *match.group("day", "hour", "minute", "second"))
    return reason and Event(
        at=float(calendar.timegm((*map(int, parts), 0, 0, 0))),
        in_utc=False,
        address=_without_port(client.group("address"), has_port="[pid " in line[: client.start()]),
        host=host_of(fields.get("hostname", "")),
        method="",
        target=fields.get("uri", ""),
        reasons=(reason,),
        denies=reason.layer != "modsecurity" or bool(_DENIES.search(text)),
        status=_code(text),
    )


def _without_port(client: str, *, has_port: bool) -> str:
    """2.4 puts the port behind, for IPv6 too without brackets; 2.2 names the address alone."""
    return (client.rpartition(":")[0] if has_port else client).strip("[]")


def _reason(layer: str, text: str, said: str) -> Reason | None:
    if "ModSecurity:" in text:
        fields = _fields(text)
        rule = fields.get("id")
        if rule:
            return Reason("modsecurity", "rule", rule, fields.get("msg", ""))
        found = re.search(r"ModSecurity: (?P<said>[^\[]*)", text)
        kind = "size" if "limit" in text else "rule"
        return Reason("modsecurity", kind, "", found.group("said").replace("\\n", "").strip(" .") if found else "")
    kind = next((kind for kind, mark in _KINDS if mark.lower() in text.lower()), "")
    return Reason(layer, kind, "", _general(said)) if kind else None


def _code(text: str) -> int:
    found = _CODE.search(text)
    return int(found.group("status")) if found else 0


def _general(said: str) -> str:
    """What is the same for all calls that the rule stops: no paths, users and amounts."""
    said = re.sub(r": /\S+$|: \S+/\S*$", "", said.strip())
    return re.sub(r", excess: [\d.]+|:? \d+ bytes|user \S+:? ?", "", said)[:200]
