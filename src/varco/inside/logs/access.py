"""Access logs: the usual formats by their look, others by the format string out of the server's configuration."""

from __future__ import annotations

import calendar
import json
import re
from functools import lru_cache
from typing import Any, Callable, Mapping, NamedTuple, Optional, Sequence

from varco.inside.errors import WrongUse


class Call(NamedTuple):
    """One line of an access log."""

    at: float
    """Seconds since 1970."""
    zone: int | None
    """Seconds by which the server's clock is ahead of UTC; None: the line does not say."""
    address: str
    host: str
    method: str
    target: str
    status: int
    agent: str | None
    """None: the format holds no names."""


Reader = Callable[[str], Optional[Call]]
"""From a line to its call; None if it has another form."""
_MONTHS = {name: number for number, name in enumerate("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), 1)}
_QUOTED = r'(?:[^"\\]|\\.)*'
# common, combined, vhost_combined, what servers append to them, and LiteSpeed's, which may quote its whole line
_USUAL = re.compile(
    r'^"?(?:(?P<host>[\w.-]+?)(?::\d+)? )?(?P<address>[0-9a-fA-F.:]+)(?:, [\d.a-fA-F:, ]+)? \S+ .*?'
    r"\[(?P<time>[^\]]+)\] "
    rf'"(?P<request>{_QUOTED})" (?P<status>\d{{3}}) \S+(?: "(?P<referer>{_QUOTED})" "(?P<agent>{_QUOTED})")?'
)
_REQUEST = re.compile(r"^(?P<method>[A-Za-z-]+) (?P<target>\S*)")
_CLF = re.compile(r"^(\d\d)/(\w{3})/(\d{4}):(\d\d):(\d\d):(\d\d)(?: ([+-])(\d\d)(\d\d))?$")
_ISO = re.compile(r"^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:[.,]\d+)?(?:(Z)|([+-])(\d\d):?(\d\d))?$")


def usual(line: str) -> Call | None:
    if line.startswith("{"):
        return _of_json(line)
    match = _USUAL.match(line)
    return _call(match.groupdict()) if match else None


def _call(found: Mapping[str, str | None]) -> Call | None:
    request = _REQUEST.match(found.get("request") or "")
    method = request.group("method") if request else found.get("method")
    target = request.group("target") if request else found.get("target")
    when, status = time_from(found.get("time") or ""), found.get("status") or ""
    if when is None or not status.isdigit() or target is None:
        return None
    return Call(
        at=when[0],
        zone=when[1],
        address=_first(found.get("address") or ""),
        host=host_of(found.get("host") or ""),
        method=(method or "").upper(),
        target=target,
        status=int(status),
        agent=found.get("agent"),
    )


def _first(address: str) -> str:
    return address.partition(",")[0].strip().strip("[]")


def host_of(header: str) -> str:
    """Without the port; an IPv6 address without its brackets."""
    header = header.strip().lower()
    bracketed = re.match(r"\[(?P<address>[^\]]*)\]", header)
    if bracketed:
        return bracketed.group("address")
    return header if header.count(":") > 1 else header.partition(":")[0]


@lru_cache(maxsize=4096)
def time_from(text: str) -> tuple[float, int | None] | None:
    """UTC, and the zone that stands with it; without one it is taken as UTC."""
    match = _CLF.match(text)
    if match:
        day, month, year, hour, minute, second, sign, hours, minutes = match.groups()
        if month not in _MONTHS:
            return None
        parts = (int(year), _MONTHS[month], int(day), int(hour), int(minute), int(second))
        return _utc(parts, sign, hours, minutes)
    match = _ISO.match(text)
    if match:
        *date, utc, sign, hours, minutes = match.groups()
        return _utc(tuple(map(int, date)), "+" if utc else sign, hours or "0", minutes or "0")
    if re.match(r"^\d{9,10}(\.\d+)?$", text):
        return float(text), None
    return None


def _utc(parts: Sequence[int], sign: str | None, hours: str, minutes: str) -> tuple[float, int | None]:
    seconds = calendar.timegm((*parts, 0, 0, 0))
    if not sign:
        return float(seconds), None
    zone = (int(hours) * 3600 + int(minutes) * 60) * (-1 if sign == "-" else 1)
    return float(seconds - zone), zone


_NAMES: Mapping[str, Sequence[str]] = {
    "address": ("remote_addr", "remote_ip", "client_ip", "clientip", "client", "remoteip", "ip", "remote_host"),
    "time": ("time_iso8601", "time_local", "@timestamp", "timestamp", "time", "date", "msec"),
    "request": ("request", "request_line"),
    "method": ("request_method", "method", "verb"),
    "target": ("request_uri", "uri", "url", "path"),
    "status": ("status", "response", "status_code", "code"),
    "agent": ("http_user_agent", "user_agent", "useragent", "agent", "userAgent"),
    "host": ("http_host", "host", "server_name", "vhost", "virtual_host"),
}
"""Under which names lines of JSON hold it, the likeliest first."""


def _of_json(line: str) -> Call | None:
    try:
        data = json.loads(line)
    except ValueError:
        return None
    if not isinstance(data, dict):
        return None
    return _call({field: _named(data, names) for field, names in _NAMES.items()})


def _named(data: Mapping[str, Any], names: Sequence[str]) -> str | None:
    return next((str(data[name]).strip("[]") for name in names if data.get(name) is not None), None)


_NGINX = {
    "remote_addr": "address", "time_local": "time", "time_iso8601": "time", "msec": "time", "request": "request",
    "request_method": "method", "request_uri": "target", "uri": "target", "status": "status",
    "http_user_agent": "agent", "host": "host", "http_host": "host", "server_name": "host",
}  # fmt: skip
_APACHE = {
    "h": "address", "a": "address", "t": "time", "r": "request", "m": "method", "U": "target", "s": "status",
    "v": "host", "V": "host", "{user-agent}i": "agent", "{host}i": "host",
}  # fmt: skip
_DIRECTIVE = re.compile(r"\$\{?(?P<nginx>\w+)\}?|%[<>!\d,]*(?P<apache>(?:\{[^}]*\})?\^?[a-zA-Z]+?)(?![a-z])|%%")


def reader_of(format_: str) -> Reader:
    """Of a `log_format` of nginx or a `LogFormat` of Apache. `WrongUse` if it lacks what we need."""
    text = format_.replace('\\"', '"')
    pattern, at, seen = "^", 0, set()
    for match in _DIRECTIVE.finditer(text):
        pattern += re.escape(text[at : match.start()])
        field = _field(match)
        after = text[match.end() : match.end() + 1]
        value = _QUOTED if after == '"' else f"[^{re.escape(after)}]*" if after else ".*"
        if field == "time" and match.group("apache"):
            value = r"\[?[^\]]*\]?"
        pattern += f"(?P<{field}>{value})" if field and field not in seen else f"(?:{value})"
        seen.add(field)
        at = match.end()
    compiled = re.compile(pattern + re.escape(text[at:]))
    if not {"time", "status"} <= seen or not {"request", "target"} & seen:
        raise WrongUse("The format must hold the time, the request and the status, such as $time_local or %t.")

    def read(line: str) -> Call | None:
        found = compiled.match(line)
        if not found:
            return None
        fields = found.groupdict()
        return _call({**fields, "time": (fields.get("time") or "").strip("[]")})

    return read


def _field(match: re.Match[str]) -> str:
    if match.group("nginx"):
        return _NGINX.get(match.group("nginx"), "")
    name = match.group("apache") or ""
    return _APACHE.get(name.lower() if name.startswith("{") else name, "")
