"""The report on a configuration as text for people, and as JSON for programs."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Iterator

from varco.inside.audit.problems import Problem
from varco.inside.audit.read import Report
from varco.inside.fixing import fix_command
from varco.inside.known import Known
from varco.inside.words import Translate

_LONGEST = 160
"""Signs of a line that are shown; programs get all."""


def as_json(report: Report, known: Known) -> str:
    data = asdict(report)
    for problem, row in zip(report.problems, data["problems"]):
        row["fix"] = _fix(known, report, problem)
    return json.dumps(data, indent=2, ensure_ascii=False)


def as_text(report: Report, known: Known, _: Translate) -> str:
    parts = [_summary(report, _)]
    parts += ["\n".join(_told(one, report, known, _)) for one in report.certain]
    possible = [one for one in report.problems if not one.certain]
    if possible:
        parts.append(
            _("These depend on the addresses from which {identity} calls: give them with --ips.").format(
                identity=report.identity
            )
        )
        parts += ["\n".join(_told(one, report, known, _)) for one in possible]
    if report.passed_over:
        parts.append(
            _("No configuration that we know, passed over: {names}.").format(names=", ".join(report.passed_over))
        )
    return "\n\n".join(parts)


def _summary(report: Report, _: Translate) -> str:
    if not report.files:
        return _("Nothing was read: no configuration that we know is there.")
    if report.certain:
        return _("Lines that would stop {identity}: {count}.").format(
            identity=report.identity, count=len({(one.file, one.line) for one in report.certain})
        )
    return _("No line was found that would stop {identity}.").format(identity=report.identity)


def _told(one: Problem, report: Report, known: Known, _: Translate) -> Iterator[str]:
    kind = known.kinds.get(one.finding)
    site = f" [{one.site}]" if one.site else ""
    yield f"{one.file}:{one.line}{site}"
    yield f"  {one.text if len(one.text) <= _LONGEST else one.text[:_LONGEST] + ' …'}"
    yield f"  {_(kind.title) if kind else one.finding} ({one.finding}), {one.layer}, {one.status}"
    yield "  " + _("stops {methods} under {names}, for {platforms}").format(
        methods=" ".join(one.methods),
        names=" | ".join(one.user_agents) or _("any name"),
        platforms=", ".join(one.platforms),
    )
    if one.addresses:
        yield "  " + _("from the addresses") + " " + " ".join(one.addresses)
    command = _fix(known, report, one)
    if command:
        yield "  " + _("Lines that mend it: {command}").format(command=command)


def _fix(known: Known, report: Report, one: Problem) -> str:
    platform = next((name for name in known.paths if name in one.platforms), "")
    return fix_command(known, one.finding, target=one.target, identity=report.identity, platform=platform, folder="")
