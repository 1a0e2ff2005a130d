"""ModSecurity's audit logs, version 2 and 3, in their own form and as JSON. They hold names, and the rules in full.

https://github.com/owasp-modsecurity/ModSecurity/wiki/ModSecurity-2-Data-Formats
"""

from __future__ import annotations

import json
import re
from typing import Any, Iterator, Mapping

from varco.inside.logs.access import host_of, time_from
from varco.inside.logs.reasons import _FIELD, Event, Reason, _without_sums

_BOUNDARY = re.compile(rb"^-{2,3}(?P<id>[0-9a-zA-Z@_-]{6,30}?)-{1,3}(?P<part>[A-Z])--\s*$")
_A_VERSION_2 = re.compile(r"^\[(?P<time>[^\]]+)\] (?P<id>\S+) (?P<address>\S+) \d+ \S+ \d+")
_PARTS = "ABFH"
_LINES = 300
"""Of a part that are kept: a call has no more headers, and no more rules matter."""


def is_audit_log(head: bytes) -> bool:
    first = head.lstrip().split(b"\n", 1)[0]
    if first.startswith(b"{"):
        return b'"transaction"' in first
    return any(_BOUNDARY.match(line) for line in head.splitlines()[:50])


class Audits:
    """Reads an audit log chunk by chunk."""

    def __init__(self) -> None:
        self.broken = 0
        self._part = ""
        self._parts: dict[str, list[str]] = {}

    def read(self, chunk: bytes) -> Iterator[Event]:
        for line in chunk.splitlines():
            event = self._line(line)
            if event is not None:
                yield event

    def _line(self, line: bytes) -> Event | None:
        if line.startswith(b"{"):
            return self._json(line)
        boundary = _BOUNDARY.match(line) if line.startswith(b"--") else None
        if boundary is None:
            if self._part in _PARTS and len(self._parts.get(self._part, ())) < _LINES:
                self._parts.setdefault(self._part, []).append(line.decode("utf-8", "replace"))
            return None
        self._part = boundary.group("part").decode()
        if self._part == "A":
            self._parts = {}
        return self._finished() if self._part == "Z" else None

    def _finished(self) -> Event | None:
        parts, self._parts, self._part = self._parts, {}, ""
        request = "".join(parts.get("B", ())[:1]).split(" ")
        opening = _A_VERSION_2.match("".join(parts.get("A", ())[:1]))
        when = time_from(_to_seconds(opening.group("time"))) if opening else None
        if not opening or when is None or len(request) < 2:
            self.broken += 1
            return None
        headers = dict(_header(line) for line in parts.get("B", ())[1:] if ":" in line)
        answer = "".join(parts.get("F", ())[:1]).split(" ")
        said = parts.get("H", ())
        return Event(
            at=when[0],
            in_utc=when[1] is not None,
            address=opening.group("address"),
            host=host_of(headers.get("host", "")),
            method=request[0],
            target=request[1],
            reasons=_without_sums(tuple(filter(None, map(_reason, said)))),
            denies=any("Access denied" in line or line.startswith("Action: Intercepted") for line in said),
            agent=headers.get("user-agent", ""),
            status=int(answer[1]) if len(answer) > 1 and answer[1].isdigit() else 0,
        )

    def _json(self, line: bytes) -> Event | None:
        try:
            data = json.loads(line)
            inner = data["transaction"]
            return _version_3(inner) if "request" in inner else _version_2(data, inner)
        except (ValueError, KeyError, TypeError, AttributeError, IndexError):
            self.broken += 1
            return None


def _header(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name.strip().lower(), value.strip()


def _reason(line: str) -> Reason | None:
    fields = {match.group("name"): match.group("value") for match in _FIELD.finditer(line)}
    if "id" in fields:
        return Reason("modsecurity", "rule", fields["id"], fields.get("msg", ""))
    if "Request body" in line and "limit" in line:
        return Reason("modsecurity", "size", "", line.partition(":")[2].strip(" ."))
    return None


def _to_seconds(text: str) -> str:
    """Version 2.9.7 puts microseconds behind the seconds."""
    return re.sub(r"(:\d\d)\.\d+(?= |$)", r"\1", text)


def _version_2(data: Mapping[str, Any], inner: Mapping[str, Any]) -> Event | None:
    when = time_from(_to_seconds(inner["time"]))
    if when is None:
        return None
    request, audit = data.get("request", {}), data.get("audit_data", {})
    method, target = ([*request["request_line"].split(" "), ""])[:2]
    headers = {name.lower(): str(value) for name, value in request.get("headers", {}).items()}
    return Event(
        at=when[0],
        in_utc=when[1] is not None,
        address=inner["remote_address"],
        host=host_of(headers.get("host", "")),
        method=method,
        target=target,
        reasons=_without_sums(tuple(filter(None, map(_reason, audit.get("messages", ()))))),
        denies=bool(audit.get("action", {}).get("intercepted")),
        agent=headers.get("user-agent", ""),
        status=int(data.get("response", {}).get("status", 0)),
    )


def _version_3(inner: Mapping[str, Any]) -> Event | None:
    when = _time_of_3(inner["time_stamp"])
    if when is None:
        return None
    request = inner["request"]
    headers = {name.lower(): str(value) for name, value in request.get("headers", {}).items()}
    status = int(inner.get("response", {}).get("http_code", 0))
    reasons = tuple(
        Reason("modsecurity", "rule", str(message["details"]["ruleId"]), message.get("message", ""))
        for message in inner.get("messages", ())
    )
    return Event(
        at=when,
        in_utc=False,
        address=inner["client_ip"],
        host=host_of(headers.get("host", "")),
        method=request["method"],
        target=request["uri"],
        reasons=_without_sums(reasons),
        denies=bool(reasons) and status >= 400 and inner.get("is_interrupted", True) is not False,
        agent=headers.get("user-agent", ""),
        status=status,
    )


def _time_of_3(text: str) -> float | None:
    """`Wed Nov 25 04:50:31 2026`, by the server's clock; newer ones write it as access logs do."""
    parts = text.split()
    if len(parts) == 5:
        _, month, day, clock, year = parts
        text = f"{int(day):02}/{month}/{year}:{clock}"
    found = time_from(text)
    return found[0] if found else None
