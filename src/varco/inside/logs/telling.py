"""The report on logs as text for people, and as JSON for programs."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any, Iterator, Sequence

from varco.inside.fixing import fix_command
from varco.inside.known import Known
from varco.inside.logs.report import PassingTold, Report, Site, Stopped
from varco.inside.times import iso, told
from varco.inside.words import Translate

_ROWS = 12
"""Of one finding that are shown; programs get all."""


def as_json(report: Report, known: Known) -> str:
    """Times in ISO 8601, UTC. Queries are left out everywhere: they may hold keys."""
    data = asdict(report)
    for site, shown in zip(report.sites, data["sites"]):
        for one, row in zip(site.stopped, shown["stopped"]):
            row["fix"] = _fix(known, report, one)
    return json.dumps({"refused": report.refused, "calls": report.calls, **_timed(data)}, indent=2, ensure_ascii=False)


def _timed(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: iso(inner) if name.endswith("_at") and inner else _timed(inner) for name, inner in value.items()}
    return [_timed(inner) for inner in value] if isinstance(value, (list, tuple)) else value


def as_text(report: Report, known: Known, _: Translate) -> str:
    parts = [_summary(report, _)]
    parts += ["\n".join(_site(site, report, known, _)) for site in report.sites]
    notes = list(_notes(report, _))
    return "\n\n".join(filter(None, [*parts, "\n".join(notes)]))


def _summary(report: Report, _: Translate) -> str:
    if not report.calls:
        return _("No call of {identity} to a shop's interface stands in these logs.").format(identity=report.identity)
    if not report.refused:
        return _("{calls} calls of {identity}, none refused.").format(calls=report.calls, identity=report.identity)
    return _("{calls} calls of {identity}, {refused} refused.").format(
        calls=report.calls, identity=report.identity, refused=report.refused
    )


def _site(site: Site, report: Report, known: Known, _: Translate) -> Iterator[str]:
    yield f"{site.name}: " + _("{calls} calls").format(calls=site.calls)
    for group in _by_fix(site.stopped):
        yield from _finding(group, report, known, _)
    stopped = {one.method for one in site.stopped}
    for again in (True, False):
        passing = [one for one in site.passing if (one.method in stopped) == again]
        if passing:
            yield f"  {_passing(passing, again, report, _)}"
    if site.answered:
        yield "  " + _("{count} answered with an error by the shop itself, as far as the log shows.").format(
            count=site.answered
        )
    if site.probes:
        yield "  " + _("{count} of these calls are tests of the doctor (varco-probe).").format(count=site.probes)


def _by_fix(stopped: Sequence[Stopped]) -> Sequence[Sequence[Stopped]]:
    """Those that the same lines mend, together."""
    groups: dict[tuple[str, str, str, str], list[Stopped]] = {}
    for one in stopped:
        groups.setdefault((one.finding, one.target, one.platform, one.folder), []).append(one)
    return list(groups.values())


def _finding(group: Sequence[Stopped], report: Report, known: Known, _: Translate) -> Iterator[str]:
    first = group[0]
    kind = known.kinds.get(first.finding)
    yield f"  {_(kind.title) if kind else first.finding} ({first.finding})"
    for one in group[:_ROWS]:
        yield f"    {one.method} {one.folder}{one.path} → {one.status}, {one.count}x"
        yield f"      {_when(one, report.zone_s, _)}"
    if len(group) > _ROWS:
        yield "    " + _("and {count} more of these").format(count=len(group) - _ROWS)
    yield from (f"    {line}" for line in _details(group, report, _))
    command = _fix(known, report, first)
    if command:
        yield "    " + _("Lines that mend it: {command}").format(command=command)


def _when(one: Stopped, zone_s: int, _: Translate) -> str:
    first, last = told(one.first_at, zone_s), told(one.last_at, zone_s)
    return first if first == last else _("from {first} to {last}").format(first=first, last=last)


def _details(group: Sequence[Stopped], report: Report, _: Translate) -> Iterator[str]:
    reasons: dict[str, int] = {}
    for one in group:
        for reason in one.reasons:
            said = _("ModSecurity rule {rule}").format(rule=reason.rule) if reason.rule else reason.layer
            text = f"{said}: {reason.said}" if reason.said else said
            reasons[text] = reasons.get(text, 0) + reason.count
    for text, count in sorted(reasons.items(), key=lambda item: -item[1]):
        yield f"{text} ({count}x)"
    if not reasons and report.has_error_log and group[0].outcome == "refused":
        yield _(
            "The error log does not say why. Rules that refuse without a word: RewriteRule with [F], “return” in nginx."
        )
    addresses = sorted({address for one in group for address in one.addresses})
    yield _("from the addresses") + " " + " ".join(addresses[:_ROWS])
    if any(one.by_path_only for one in group):
        yield _("This log holds no names: told by the path alone, so some may be another's calls.")


def _passing(passing: Sequence[PassingTold], again: bool, report: Report, _: Translate) -> str:
    """The proof that a rule works for an identity from whose addresses we cannot call."""
    text = (
        _("Real calls of {identity} pass again: {counts} since {since}, none refused after that.")
        if again
        else _("Real calls of {identity} pass: {counts} since {since}.")
    )
    return text.format(
        identity=report.identity,
        counts=", ".join(f"{one.count} {one.method}" for one in passing),
        since=told(min(one.since_at for one in passing), report.zone_s),
    )


def _notes(report: Report, _: Translate) -> Iterator[str]:
    if report.strangers:
        yield _("{count} calls under the name came from other addresses than the given ones: not counted.").format(
            count=report.strangers
        )
    elif not report.addresses_given and any(not one.by_path_only for site in report.sites for one in site.stopped):
        yield _("Told by the name alone, which anybody can use: give the addresses with --ips to be sure.")
    if report.elsewhere:
        yield _("{count} calls under the name to other paths: not counted.").format(count=report.elsewhere)
    for name in report.nameless:
        yield _("{name} holds no names: give the platform's addresses with --ips.").format(name=name)
    unknown = [log.name for log in report.logs if not log.kind and not log.ended_early]
    if unknown:
        yield _("No logs that we know, passed over: {names}. --format says how an access log's lines are made.").format(
            names=", ".join(unknown)
        )
    for log in report.logs:
        if log.unread:
            yield _("{name}: {count} lines could not be understood.").format(name=log.name, count=log.unread)
        if log.ended_early:
            yield _("{name} could not be read to its end: {reason}.").format(name=log.name, reason=log.ended_early)


def _fix(known: Known, report: Report, one: Stopped) -> str:
    return fix_command(
        known,
        one.finding,
        target=one.target,
        identity=report.identity,
        platform=one.platform,
        folder=one.folder,
    )
