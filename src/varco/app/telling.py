"""A report in words, in the reader's language: the same lines for the terminal, for pages and for mail."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit

import msgspec

from varco.app import hosting
from varco.app.check import could_not_tell, is_blocked, is_cloud
from varco.app.language import Translate
from varco.app.words import Words, words
from varco.doctor import history
from varco.doctor.history import Change
from varco.doctor.layers import Layer
from varco.doctor.report import Allowed, Call, Report, Requirement, Told
from varco.shops.registry import connector


class Line(msgspec.Struct, frozen=True, kw_only=True):
    label: str
    colour: str
    text: str


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One finding."""

    words: Words
    severity: str
    notes: tuple[str, ...]
    rests_on: str
    """English, for an engineer."""
    calls: tuple[Call, ...]


class Telling(msgspec.Struct, frozen=True, kw_only=True):
    verdict: str
    """One sentence over everything."""
    colour: str
    facts: tuple[tuple[str, str], ...]
    matrix_note: str
    lines: tuple[Line, ...]
    parts: tuple[Part, ...]
    layers: tuple[tuple[str, str], ...]
    """Each state with the layers that are in it."""
    steps: tuple[Line, ...]
    """Each layer in the order of a call's way, with its state."""
    closing: tuple[str, ...]


def telling(report: Report, _: Translate) -> Telling:
    verdict, colour = _verdict(report, _)
    return Telling(
        verdict=verdict,
        colour=colour,
        facts=tuple(_facts(report, _)),
        matrix_note=_("ok: passed. A number or a word: how it was refused. ?: not asked, so as not to be banned."),
        lines=tuple(_line(requirement, _) for requirement in report.requirements if _is_shown(requirement)),
        parts=tuple(_part(told, report, _) for told in report.findings),
        layers=tuple(_layers(report, _)),
        steps=tuple(_steps(report, _)),
        closing=tuple(_closing(report, _)),
    )


def _verdict(report: Report, _: Translate) -> tuple[str, str]:
    stopped = {what for told in report.findings for what in told.stops}
    if is_cloud(report) and not stopped:
        return _("Nothing is to be configured on a server."), "grey"
    if could_not_tell(report):
        return _("It could not be told whether the shop can be reached."), "grey"
    if not stopped and report.manner == "light":
        return _("Nothing stops orders, as far as a short look can tell."), "green"
    if not stopped:
        return _("Nothing stops orders or tracking, as far as can be seen from here."), "green"
    red = any(told.severity.value == "red" for told in report.findings if told.stops)
    colour = "red" if red else "amber"
    if stopped == {"write-back"}:
        return _("Orders come in, but tracking does not get through to the shop."), colour
    if stopped == {"import"}:
        return _("Orders do not come in."), colour
    if red:
        return _("The shop is shut: neither orders nor tracking get through."), colour
    return _("From here the shop is shut. Whether it is for the platform too cannot be seen from here."), colour


def _facts(report: Report, _: Translate) -> list[tuple[str, str]]:
    facts = [(_("Address"), report.url)]
    if report.platform:
        facts.append((_("Answers"), f"{connector(report.platform).name} {report.version}".strip()))
        if report.final_url != report.url:
            facts.append((_("Lives at"), report.final_url))
    addresses = list(dict.fromkeys(call.address for call in report.calls if call.address))
    if addresses:
        facts.append((_("Server address"), ", ".join(addresses)))
    if host := hosting.told(report, _):
        facts.append((_("Hosting"), host))
    facts += _of_the_shop(report, _)
    facts.append((_("Proof"), _proof(report, _)))
    facts.append((_("Called as"), f"{report.identity} ({_manner(report, _)})"))
    first = next((call for call in report.calls if call.timings.connect_ms is not None), None)
    if first is not None:
        facts.append((_("Times"), _times(first, _)))
    facts.append((_("Questions"), f"{len(report.calls)}, {round(report.took_ms / 1000)} s"))
    return facts


def _of_the_shop(report: Report, _: Translate) -> list[tuple[str, str]]:
    """What its answers and, with keys, its data say."""
    facts = [(_("Web server"), report.server)] if report.server else []
    if report.clock_apart_s is not None:
        facts.append((_("Clock"), _("differs by {seconds} s from ours").format(seconds=abs(report.clock_apart_s))))
    if report.time_zone:
        facts.append((_("Time zone"), report.time_zone))
    if report.pages:
        times = (f"{page.orders}: {page.took_ms} ms" for page in report.pages)
        facts.append((_("Lists of orders"), ", ".join(times)))
    if report.allowed:
        facts.append((_("Keys"), ", ".join(_right(right, _) for right in report.allowed)))
    return facts


def _right(right: Allowed, _: Translate) -> str:
    """`read orders: yes`."""
    names = {
        ("orders", "read"): _("read orders"),
        ("orders", "write"): _("change orders"),
        ("products", "read"): _("read products"),
    }
    answers = {True: _("yes"), False: _("no"), None: _("could not be told")}
    return f"{names[right.resource, right.what]}: {answers[right.allowed]}"


def _manner(report: Report, _: Translate) -> str:
    known = {"light": _("a short look"), "careful": _("careful"), "thorough": _("thorough")}
    return known.get(report.manner, report.manner)


def _times(call: Call, _: Translate) -> str:
    """Of the first call: the later ones found the connection open."""
    phases = (
        (_("name"), call.timings.dns_ms),
        (_("connect"), call.timings.connect_ms),
        (_("encryption"), call.timings.tls_ms),
        (_("answer"), call.timings.wait_ms),
        (_("together"), call.timings.total_ms),
    )
    return ", ".join(f"{name} {ms} ms" for name, ms in phases if ms is not None)


def _is_shown(requirement: Requirement) -> bool:
    """Names and methods stand in the matrix."""
    return requirement.name not in ("name", "method")


def _proof(report: Report, _: Translate) -> str:
    """What a pass or a refusal of this run says about the platform's own calls."""
    if report.inside:
        return _("from the platform's own addresses")
    if report.test_address:
        return _("from {address}, let in for the test").format(address=report.test_address)
    return _("from elsewhere; on the shop's server, `varco logs` finds the platform's real calls")


def _line(requirement: Requirement, _: Translate) -> Line:
    labels = {
        "addresses": _("Addresses"),
        "import": _("Orders"),
        "write-back": _("Tracking"),
    }
    label = labels[requirement.name]
    text = _why(requirement.why, _)
    return Line(
        label=label, colour=requirement.colour, text=f"{requirement.what}: {text}" if requirement.what else text
    )


def _why(why: str, _: Translate) -> str:
    known = {
        "nothing is to be configured on a server": _("nothing is to be configured on a server"),
        "not looked from the platform's own addresses": _("not looked from the platform's own addresses"),
        "called from the platform's own addresses": _("called from the platform's own addresses"),
        "refused": _("refused"),
        "passes": _("passes"),
        "not asked": _("not asked"),
        "something stops it": _("something stops it"),
        "could not be told": _("could not be told"),
        "nothing stops it from here": _("nothing stops it from here"),
    }
    return known.get(why, why)


def _part(told: Told, report: Report, _: Translate) -> Part:
    calls = {call.number: call for call in report.calls}
    return Part(
        words=words(told.finding.code, told.finding.params, _),
        severity=told.severity,
        notes=tuple(_notes(told, _)),
        rests_on=told.finding.rests_on,
        calls=tuple(calls[number] for number in told.evidence if number in calls),
    )


def _notes(told: Told, _: Translate) -> list[str]:
    if told.only_from_here:
        return [
            _(
                "This is what happens from where you are now. A rule that lets only the platform's own addresses in "
                "would look the same."
            )
        ]
    return []


_LAYERS: Final = ("passed", "problem", "not-reached", "not-asked")


_AT_THE_HOST: Final = frozenset((Layer.TCP, Layer.EDGE, Layer.SERVER, Layer.AUTHENTICATION, Layer.CONTENT))
_COLOURS: Final = {"passed": "green", "notice": "green", "problem": "red"}


def _steps(report: Report, _: Translate) -> list[Line]:
    names, states = _layer_names(_), _states(_)
    worst = {told.layer: told.severity.value for told in reversed(report.findings)}
    return [
        Line(
            label=names[each.layer],
            colour=worst.get(each.layer, "red") if each.state == "problem" else _COLOURS.get(each.state, "grey"),
            text=states["passed" if each.state == "notice" else each.state],
        )
        for each in report.layers
    ]


def _states(_: Translate) -> dict[str, str]:
    return {
        "passed": _("Passed"),
        "problem": _("Problem"),
        "not-reached": _("Not reached"),
        "not-asked": _("Not tested without keys"),
    }


def _layer_names(_: Translate) -> dict[str, str]:
    return {
        "dns": _("name"),
        "address": _("address"),
        "tcp": _("connection"),
        "tls": _("encryption"),
        "redirect": _("redirect"),
        "edge": _("service in front"),
        "server": _("web server"),
        "application": _("shop software"),
        "authentication": _("keys"),
        "permission": _("permissions"),
        "content": _("content"),
        "speed": _("speed"),
    }


def _layers(report: Report, _: Translate) -> list[tuple[str, str]]:
    names, states = _layer_names(_), _states(_)
    told = []
    for state in _LAYERS:
        kinds = ("passed", "notice") if state == "passed" else (state,)
        layers = [names[each.layer] for each in report.layers if each.state in kinds]
        if layers:
            told.append((states[state], ", ".join(layers)))
    return told


def _closing(report: Report, _: Translate) -> list[str]:
    """What remains to be said: what was not asked, and where to look if all is well and orders are missing."""
    lines = []
    if is_blocked(report) and report.manner == "careful" and _was_cut_short(report):
        lines.append(
            _(
                "Nothing more was asked after the first refusal, so as not to be banned. `varco check --thorough` asks "
                "everything, ten minutes apart."
            )
        )
    if any(told.stops and told.layer in _AT_THE_HOST for told in report.findings):
        lines += hosting.lines(report, _)
    if (untested := _untested(report, _)) and not could_not_tell(report) and not is_cloud(report):
        lines.append(_("Not tested: {what}.").format(what="; ".join(untested)))
    if not is_blocked(report) and not could_not_tell(report) and not report.inside and not is_cloud(report):
        lines.append(
            _(
                "If orders are missing all the same, a rule by address, country or reputation is likeliest: it cannot "
                "be seen from here. Look also at the import's statuses and period, and whether the connection is "
                "slowed."
            )
        )
        if report.identity == "sendcloud":
            lines.append(
                _("To end the case, in Sendcloud: Integrations → your shop → Refresh. It fetches orders at once.")
            )
    if report.test_address and not is_blocked(report) and not could_not_tell(report):
        lines.append(
            _("The lines work. Take out again what let {address} in for the test.").format(address=report.test_address)
        )
    return lines


def _untested(report: Report, _: Translate) -> list[str]:
    """What this run could not ask, and what it takes."""
    states = {each.check: each.state for each in report.checks}
    found = []
    if states.get("Keys") == "could-not-tell":
        found.append(_("permissions, time zone and lists of orders, which need the shop's keys"))
    if states.get("Pace") == "could-not-tell":
        found.append(_("calls in quick succession, which only a thorough run risks"))
    if report.manner == "light":
        found.append(_("writing methods and content, which a short look leaves out"))
    return found


def change_said(change: Change, _: Translate) -> str:
    """One difference to an earlier examination, as a sentence."""
    sentences = {
        history.ADDRESS: _("The server's address changed from {before} to {after}."),
        history.SERVER: _("The web server changed from {before} to {after}."),
        history.VERSION: _("The shop's software changed from {before} to {after}."),
        history.HOME: _("The shop moved from {before} to {after}."),
        history.FRONT_NEW: _("{after} stands in front of the shop now."),
        history.FRONT_GONE: _("{before} stands in front of the shop no more."),
    }
    return sentences[change.what].format(before=change.before, after=change.after)


def _was_cut_short(report: Report) -> bool:
    return any(state.state == "not-asked" for state in report.checks) or any(
        cell.told == "?" for row in report.matrix for cell in row.cells
    )


def host_of(report: Report) -> str:
    return urlsplit(report.url).hostname or report.url


def columns(report: Report) -> Sequence[str]:
    """The methods of the matrix, in its order."""
    return [cell.method for cell in report.matrix[0].cells] if report.matrix else []
