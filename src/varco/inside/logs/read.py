"""Reads the logs in the order in which they explain each other: who called and what came of it, then why."""

from __future__ import annotations

import time
from typing import Sequence

from varco.inside.caller import Caller
from varco.inside.logs.access import Call, Reader, time_from, usual
from varco.inside.logs.audits import Audits, is_audit_log
from varco.inside.logs.files import Progress, Source, lines_with
from varco.inside.logs.reasons import Errors, is_error_log
from varco.inside.logs.report import LogRead, Report, report_of
from varco.inside.logs.tally import Tally

_ORDER = ("access", "audit", "error", "")
_ADDRESSES = 50
"""That are looked for in error logs, beside the interface's paths."""


def read_logs(
    sources: Sequence[Source],
    caller: Caller,
    *,
    reader: Reader = usual,
    since_at: float = 0.0,
    progress: Progress = lambda _count: None,
) -> Report:
    """Access logs first, then audit logs, then error logs; each kind from old to new."""
    tally = Tally(caller, since_at)
    opened = [_Opened(source, reader) for source in sources]
    opened.sort(key=lambda one: (_ORDER.index(one.kind), one.begins_at, one.source.name))
    logs = [one.read_into(tally, progress) for one in opened]
    return report_of(tally, logs, -time.timezone)


class _Opened:
    """A log of which the beginning was looked at."""

    def __init__(self, source: Source, reader: Reader) -> None:
        self.source, self._reader = source, reader
        head = source.head()
        text = head.decode("utf-8", "replace")
        self.begins_at = 0.0
        self.has_names = True
        self.kind = self._kind(head, text)
        self._lines = self._unread = 0

    def _kind(self, head: bytes, text: str) -> str:
        if is_audit_log(head):
            return "audit"
        if is_error_log(text):
            return "error"
        lines = text.splitlines()[:50]
        calls: list[Call] = [call for call in map(self._reader, lines) if call]
        if not calls:
            return ""
        self.begins_at = calls[0].at
        self.has_names = any(call.agent is not None for call in calls)
        return "access"

    def read_into(self, tally: Tally, progress: Progress) -> LogRead:
        read = {"access": self._access, "audit": self._audit, "error": self._error}.get(self.kind)
        if read is not None:
            read(tally, progress)
        return LogRead(self.source.name, self.kind, self._lines, self._unread, self.source.broken)

    def _access(self, tally: Tally, progress: Progress) -> None:
        tokens = [tally.caller.token] if self.has_names else _paths(tally.caller)
        for chunk in self.source.chunks(progress):
            self._lines += chunk.count(b"\n")
            for line in lines_with(chunk, tokens):
                call = self._reader(line.decode("utf-8", "replace"))
                if call is None:
                    self._unread += 1
                else:
                    tally.add(call, self.source.site)

    def _audit(self, tally: Tally, progress: Progress) -> None:
        audits = Audits()
        for chunk in self.source.chunks(progress):
            self._lines += chunk.count(b"\n")
            for event in audits.read(chunk):
                tally.explain(event, self.source.site)
        self._unread = audits.broken

    def _error(self, tally: Tally, progress: Progress) -> None:
        errors = Errors()
        known = [address.encode() for address in sorted(tally.addresses())[:_ADDRESSES]]
        tokens = [*_paths(tally.caller), *known]
        for chunk in self.source.chunks(progress):
            self._lines += chunk.count(b"\n")
            for line in lines_with(chunk, tokens):
                for event in errors.read(line.decode("utf-8", "replace")):
                    tally.explain(event, self.source.site)


def _paths(caller: Caller) -> Sequence[bytes]:
    """What the line of each call to the interface holds, in lower case."""
    found = {prefix.lower().encode() for paths in caller.paths.values() for prefix in (*paths.prefixes, *paths.exact)}
    return sorted({b"rest_route=", *found})


def since_from(text: str) -> float | None:
    """A day or a moment, in UTC unless it says otherwise: `2026-11-25`, `2026-11-25T06:00:00+01:00`. None: neither."""
    if len(text) == 10:
        text += "T00:00:00"
    elif len(text) == 16:
        text += ":00"
    found = time_from(text)
    return found[0] if found else None
