"""What `logs` and `audit` do once their options are known: the same from `varco` and from `varco-server.pyz`."""

from __future__ import annotations

import sys
from typing import Any, Mapping, Sequence

from varco.inside.audit import telling as audit_telling
from varco.inside.audit.read import audit as read_configuration
from varco.inside.caller import Caller, caller_from
from varco.inside.errors import WrongUse
from varco.inside.known import Known
from varco.inside.logs import telling as logs_telling
from varco.inside.logs.access import reader_of, usual
from varco.inside.logs.files import sources
from varco.inside.logs.read import read_logs, since_from
from varco.inside.progress import Bar
from varco.inside.words import translator

GOOD, PROBLEM, COULD_NOT_TELL = 0, 1, 3


def logs(paths: Sequence[str], options: Mapping[str, Any], known: Known) -> int:
    """`WrongUse` says what cannot be."""
    since_at = since_from(options["since"]) if options["since"] else 0.0
    if since_at is None:
        raise WrongUse(f"{options['since']} is no time. It looks like 2026-11-25 or 2026-11-25T06:00.")
    caller, found = _caller(options, known), sources(paths)
    with Bar(sum(source.size for source in found)) as bar:
        report = read_logs(
            found,
            caller,
            reader=reader_of(options["format"]) if options["format"] else usual,
            since_at=since_at,
            progress=bar.add,
        )
    if options["as_json"]:
        _say(logs_telling.as_json(report, known))
    else:
        _say(logs_telling.as_text(report, known, translator(options["language"])))
    if report.refused:
        return PROBLEM
    return GOOD if report.calls else COULD_NOT_TELL


def audit(paths: Sequence[str], options: Mapping[str, Any], known: Known) -> int:
    """`WrongUse` says what cannot be."""
    report = read_configuration(paths, _caller(options, known))
    if options["as_json"]:
        _say(audit_telling.as_json(report, known))
    else:
        _say(audit_telling.as_text(report, known, translator(options["language"])))
    if report.certain:
        return PROBLEM
    return GOOD if report.files and not report.problems else COULD_NOT_TELL


def _caller(options: Mapping[str, Any], known: Known) -> Caller:
    return caller_from(
        known, options["identity"], ips=options["ips"], platform=options["platform"], folder=options["folder"]
    )


def _say(text: str) -> None:
    sys.stdout.write(text.rstrip("\n") + "\n")
