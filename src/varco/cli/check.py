"""`varco check`: reach a shop as a platform would. Works without the hub."""

from __future__ import annotations

import asyncio
import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from varco.cli.exits import Exit
from varco.cli.output import json_option, print_json, print_pairs

if TYPE_CHECKING:
    from varco.app.check import Call, Checked
    from varco.app.language import Translate


@click.command()
@click.argument("url")
@click.option(
    "--identity",
    default="sendcloud",
    show_default=True,
    help="Call the shop as this platform does: sendcloud or varco.",
)
@click.option("--user-agent", default="", help="Call under this name instead of the identity's own.")
@click.option("--ca", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Trust this PEM file too.")
@click.option(
    "--allow-network",
    "allow_networks",
    multiple=True,
    metavar="NETWORK",
    help="Also call private addresses of this network, such as 192.168.1.0/24. May be given more than once.",
)
@click.option("--language", default="", help="Language of what is found: en or it. Otherwise the terminal's.")
@json_option
def check(
    url: str,
    identity: str,
    user_agent: str,
    ca: Path | None,
    allow_networks: tuple[str, ...],
    language: str,
    as_json: bool,
) -> Exit:
    """Reach the shop at URL, and say which shop software answers or what stands in between.

    Only reads, and only what every visitor may read.
    """
    from varco.app import check as app
    from varco.app.language import translator

    who = app.identity_named(identity, user_agent)
    with _waiting(url):
        outcome = asyncio.run(app.check(url, who, allow_networks=allow_networks, extra_ca=ca))
    translate = translator(language)
    if as_json:
        print_json(_as_data(outcome, translate))
    else:
        _show(outcome, translate)
    return _exit(outcome)


def _exit(outcome: Checked) -> Exit:
    from varco.app.check import CANNOT_TELL

    if outcome.finding is None:
        return Exit.GOOD
    return Exit.COULD_NOT_TELL if outcome.finding.code in CANNOT_TELL else Exit.PROBLEM


def _show(outcome: Checked, _: Translate) -> None:
    pairs: dict[str, object] = {_("Address"): outcome.url}
    first = outcome.calls[0] if outcome.calls else None
    if outcome.recognised is not None:
        found = outcome.recognised
        pairs[_("Answers")] = f"{_platform_name(found.platform)} {found.version}".strip()
        pairs[_("Lives at")] = found.final_url
    pairs[_("Called as")] = f"{outcome.identity}: {outcome.user_agent}"
    if first is not None:  # the later ones found the connection open
        pairs[_("Server address")] = first.address
        pairs[_("Times")] = _times(first, _)
    print_pairs(pairs)
    if outcome.finding is not None:
        _show_finding(outcome, _)


def _show_finding(outcome: Checked, _: Translate) -> None:
    from varco.app.words import words
    from varco.cli.output import console

    finding = outcome.finding
    if finding is None:
        return
    told = words(finding.code, finding.params, _)
    out = console()
    colour = "yellow" if outcome.only_from_here else {"red": "red", "amber": "yellow"}.get(told.severity, "default")
    out.print()
    out.print(told.title, style=f"bold {colour}", markup=False, end="")
    out.print(f"  ({finding.code})", markup=False)
    for sentence in (told.sentence, _from_where(outcome, _), told.advice):
        if sentence:
            out.print(sentence, markup=False)


def _from_where(outcome: Checked, _: Translate) -> str:
    if outcome.refused_by_name:
        return _("Under another name the shop answers from here: it is the name (User-Agent) that is refused.")
    if outcome.only_from_here:
        return _(
            "This is what happens from where you are now. A rule that lets only the platform's own addresses in "
            "would look the same."
        )
    return ""


def _times(call: Call, _: Translate) -> str:
    phases = (
        (_("name"), call.timings.dns_ms),
        (_("connect"), call.timings.connect_ms),
        (_("encryption"), call.timings.tls_ms),
        (_("answer"), call.timings.wait_ms),
        (_("together"), call.timings.total_ms),
    )
    return ", ".join(f"{name} {ms} ms" for name, ms in phases if ms is not None)


def _platform_name(platform: str) -> str:
    from varco.shops.registry import connector

    return connector(platform).name


def _as_data(outcome: Checked, translate: Translate) -> dict[str, Any]:
    import msgspec

    data: dict[str, Any] = msgspec.to_builtins(outcome)
    data["only_from_here"] = outcome.only_from_here
    if outcome.finding is not None:
        from varco.app.words import words

        told = words(outcome.finding.code, outcome.finding.params, translate)
        data["finding"] |= {
            "title": told.title,
            "sentence": told.sentence,
            "advice": told.advice,
            "severity": "amber" if outcome.only_from_here else told.severity,
            "whose": told.whose,
        }
    return data


def _waiting(url: str) -> AbstractContextManager[object]:
    """A sign of life on a terminal while the shop takes its time."""
    if not sys.stderr.isatty():
        return nullcontext()
    from varco.cli.output import console

    return console(err=True).status(f"Calling {url}", spinner="dots")
