"""`varco check`: examine a shop as a platform would call it. Works without the hub."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from varco.cli.exits import Exit
from varco.cli.output import json_option, print_json, print_pairs

if TYPE_CHECKING:
    from varco.app.language import Translate
    from varco.app.mending import Mending
    from varco.app.planned import Plan
    from varco.app.telling import Part, Telling
    from varco.doctor.report import Report
    from varco.model.secret import Secret


@click.command()
@click.argument("url", default="")
@click.option("--list", "shops", type=click.File(), help="Examine many shops: a file with one address per line.")
@click.option(
    "--identity",
    default="sendcloud",
    show_default=True,
    help="Call the shop as this platform does: sendcloud or varco.",
)
@click.option("--user-agent", default="", help="Call under this name instead of the identity's own.")
@click.option("--platform", default="", help="The shop's system, where it is known, such as woocommerce.")
@click.option(
    "--thorough",
    is_flag=True,
    help="Ask everything, also after a refusal: ten minutes apart, so that no firewall bans us. May take hours.",
)
@click.option(
    "--pause",
    "pause_s",
    type=click.FloatRange(0, 3600),
    default=0.75,
    show_default=True,
    metavar="SECONDS",
    help="Between two questions. Shorter pauses may run into a limit of the server.",
)
@click.option("--ca", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="Trust this PEM file too.")
@click.option(
    "--allow-network",
    "allow_networks",
    multiple=True,
    metavar="NETWORK",
    help="Also call private addresses of this network, such as 192.168.1.0/24. May be given more than once.",
)
@click.option(
    "--key-file",
    type=click.File(),
    help='File with the shop\'s keys as a JSON object, "-" for standard input: tests them too. Needs --platform.',
)
@click.option("--from", "proxy", default="", metavar="URL", help="Call from another place: through this HTTP proxy.")
@click.option("--inside", is_flag=True, help="We call from the platform's own addresses: a refusal proves that it is.")
@click.option("--html", "page", type=click.Path(dir_okay=False, path_type=Path), help="Write a page to keep or send.")
@click.option("--markdown", is_flag=True, help="Print text for a mail, with what a hosting provider needs.")
@click.option("--fix", "with_lines", is_flag=True, help="Also print what mends it: lines to paste, with their undo.")
@click.option(
    "--ips", default="", metavar="FILE|URL|LIST", help="For --fix: the addresses that the platform calls from."
)
@click.option(
    "--test-from",
    default="",
    metavar="auto|ADDRESS",
    help="Your own address is let in for a test: what passes proves the lines. With --fix: print how to let it in.",
)
@click.option("--watch", "watching", is_flag=True, help="Examine it every five minutes until nothing stops it.")
@click.option(
    "--dry-run", is_flag=True, help="Only print what would be asked, and why it is harmless: nothing is sent."
)
@click.option("--language", default="", help="Language of what is found: en or it. Otherwise the terminal's.")
@json_option
def check(
    url: str,
    shops: TextIO | None,
    identity: str,
    user_agent: str,
    platform: str,
    thorough: bool,
    pause_s: float,
    ca: Path | None,
    allow_networks: tuple[str, ...],
    key_file: TextIO | None,
    proxy: str,
    inside: bool,
    page: Path | None,
    markdown: bool,
    with_lines: bool,
    ips: str,
    test_from: str,
    watching: bool,
    dry_run: bool,
    language: str,
    as_json: bool,
) -> Exit:
    """Examine the shop at URL: who answers, what stands in between, and which layer shuts a platform out.

    Asks at most 60 questions, none of which the shop could carry out, and stops at the first refusal so that no
    firewall bans the address from which you call. With --list, one JSON report per line comes out.

    Exit code 0: ready, 1: blocked, 2: wrong use, 3: could not tell.
    """
    from varco.app import check as app
    from varco.app.language import translator
    from varco.app.mending import mendings
    from varco.app.planned import plan
    from varco.app.written import html_page
    from varco.doctor.scan import limits_of

    if not url and shops is None:
        raise click.UsageError("Give the shop's address, or a file of shops by --list.")
    who = app.identity_named(identity, user_agent)
    credentials = _keys(key_file)
    limits = limits_of(thorough=thorough, pause_s=pause_s)
    if dry_run:
        return _show_plan(
            url, partial(plan, identity=who, limits=limits, platform=platform), key_file, language, as_json
        )
    addresses = _addresses(ips, private=bool(allow_networks))
    tester = _tester(test_from, url)
    if thorough:
        click.echo("Thorough: ten minutes after each refusal, two and a half hours at worst.", err=True)
    examine = partial(
        app.check,
        identity=who,
        place=app.Place(allow_networks=allow_networks, extra_ca=ca, proxy=proxy, inside=inside, test_address=tester),
        limits=limits,
        platform=platform,
        credentials=credentials,
    )
    translate = translator(language)
    if shops is not None:
        return _check_list(url, shops, examine, translate)
    if watching:
        _refuse_watching(as_json=as_json, markdown=markdown)
        return _watch(partial(examine, url), translate)
    with _waiting(url):
        report = asyncio.run(examine(url))
    if page is not None:
        page.write_text(html_page(report, translate, language or "en"), encoding="utf-8")
    mended = list(mendings(report, addresses, tester=tester, private=bool(allow_networks))) if with_lines else None
    _print(report, mended, translate, as_json=as_json, markdown=markdown)
    return _exit(report)


def _print(report: Report, mended: Sequence[Mending] | None, _: Translate, *, as_json: bool, markdown: bool) -> None:
    from varco.app.telling import telling
    from varco.app.written import mail_text

    if as_json:
        print_json(_as_data(report, _) | ({} if mended is None else {"mendings": mended}))
        return
    if markdown:
        click.echo(mail_text(report, _), nl=False)
    else:
        _show(report, telling(report, _), _)
    _show_mendings(mended or [], _)


def _refuse_watching(*, as_json: bool, markdown: bool) -> None:
    from varco.model.errors import BadInput

    if as_json or markdown:
        raise BadInput("--watch tells a person what changes: leave out --json and --markdown.")


def _watch(examine: Callable[[], Awaitable[Report]], _: Translate) -> Exit:
    """Until nothing stops a platform, or Ctrl-C."""
    from varco.app.telling import telling
    from varco.cli.check_watch import EVERY_S, say_change, watch

    def said(report: Report, before: Report | None) -> None:
        if before is None:
            _show(report, telling(report, _), _)
        else:
            say_change(report, before, _)
        if _exit(report) is not Exit.GOOD:
            click.echo(_("Again in {minutes} minutes; Ctrl-C ends it.").format(minutes=round(EVERY_S / 60)), err=True)

    return _exit(asyncio.run(watch(examine, lambda report: _exit(report) is Exit.GOOD, said)))


def _tester(test_from: str, url: str) -> str:
    from varco.app.address import shop_address
    from varco.app.trial import address_of_tester

    return asyncio.run(address_of_tester(test_from, shop_address(url) if url else "")) if test_from else ""


def _show_plan(
    url: str, planned: Callable[..., Coroutine[None, None, Plan]], key_file: TextIO | None, language: str, as_json: bool
) -> Exit:
    from varco.app.language import translator
    from varco.cli.check_plan import show
    from varco.model.errors import BadInput

    if not url:
        raise BadInput("--dry-run tells of one shop: give its address.")
    found = asyncio.run(planned(url, with_keys=key_file is not None))
    if as_json:
        print_json(found)
    else:
        show(found, translator(language))
    return Exit.GOOD


def _check_list(url: str, shops: TextIO, examine: Callable[[str], Awaitable[Report]], _: Translate) -> Exit:
    from varco.app.address import shop_address
    from varco.cli.check_list import addresses_in, examine_all, say, show_table, worst_exit
    from varco.model.errors import BadInput

    if url:
        raise BadInput("Give one address, or --list with a file of them: not both.")
    addresses = [shop_address(text) for text in addresses_in(shops)]
    reports = asyncio.run(examine_all(addresses, examine, say))
    show_table(reports, _)
    return worst_exit(reports, _exit)


def _addresses(source: str, *, private: bool) -> str:
    """Read, and looked at before the shop is asked anything."""
    from varco.app.fixes import read_list
    from varco.fixes.addresses import addresses_in

    return " ".join(addresses_in(asyncio.run(read_list(source)), private=private)) if source else ""


def _show_mendings(mended: Sequence[Mending], _: Translate) -> None:
    from varco.app import trial
    from varco.app.fixes import text_of

    for one in mended:
        click.echo()
        if one.fix is None:
            told = _("Lines that mend {finding} are printed by").format(finding=one.finding)
            click.echo(f"{told}: {one.command}")
        else:
            click.echo(text_of(one.fix, _))
        if one.fix is not None and one.trial is not None:
            click.echo(f"\n{trial.text_of(one.trial, one.fix, _)}")


def _keys(file: TextIO | None) -> dict[str, Secret]:
    """From a file alone: what stands on a command line, other users can read."""
    import msgspec

    from varco.model.errors import BadInput
    from varco.model.secret import Secret

    if file is None:
        return {}
    try:
        given = msgspec.json.decode(file.read(), type=dict[str, str])
    except msgspec.DecodeError as error:
        raise BadInput(f"--key-file holds no JSON object of names and texts: {error}.") from None
    return {name: Secret(value) for name, value in given.items()}


def _exit(report: Report) -> Exit:
    from varco.app.check import could_not_tell, is_blocked

    if could_not_tell(report):
        return Exit.COULD_NOT_TELL
    return Exit.PROBLEM if is_blocked(report) else Exit.GOOD


def _show(report: Report, told: Telling, _: Translate) -> None:
    from varco.cli.output import console

    out = console()
    print_pairs(dict(told.facts))
    out.print()
    out.print(told.verdict, style=f"bold {_STYLES[told.colour]}", markup=False)
    _show_matrix(report, told, _)
    for part in told.parts:
        out.print()
        _show_part(part)
    out.print()
    print_pairs({line.label: f"{_SIGNS[line.colour]} {line.text}" for line in told.lines})
    print_pairs(dict(told.layers))
    for line in told.closing:
        out.print()
        out.print(line, markup=False)


_STYLES = {"green": "green", "amber": "yellow", "red": "red", "grey": "default"}
_SIGNS = {"green": "[ok]", "amber": "[!]", "red": "[x]", "grey": "[?]"}
"""Readable without colour."""


def _show_matrix(report: Report, told: Telling, _: Translate) -> None:
    from rich.table import Table
    from rich.text import Text

    from varco.app.telling import columns
    from varco.cli.output import console

    if not report.matrix:
        return
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column(_("Name (User-Agent)"), overflow="fold")
    for method in columns(report):
        table.add_column(method, no_wrap=True)
    for row in report.matrix:
        cells = [Text(cell.told, style=_STYLES[cell.colour]) for cell in row.cells]
        table.add_row(Text(row.user_agent), *cells)
    out = console()
    out.print()
    out.print(table)
    out.print(told.matrix_note, style="dim", markup=False)


def _show_part(part: Part) -> None:
    from varco.cli.output import console

    out = console()
    colour = _STYLES.get(part.severity, "default")
    out.print(part.words.title, style=f"bold {colour}", markup=False, end="")
    out.print(f"  ({part.words.code})", markup=False)
    for sentence in (part.words.sentence, *part.notes, part.words.advice):
        if sentence:
            out.print(sentence, markup=False)


def _as_data(report: Report, translate: Translate) -> dict[str, Any]:
    """The report, with each finding's sentences beside it."""
    import msgspec

    from varco.app.words import words

    data: dict[str, Any] = msgspec.to_builtins(report)
    for found, told in zip(data["findings"], report.findings, strict=True):
        said = words(told.finding.code, told.finding.params, translate)
        found |= {"title": said.title, "sentence": said.sentence, "advice": said.advice, "whose": said.whose}
    return data


def _waiting(url: str) -> AbstractContextManager[object]:
    """A sign of life on a terminal while the shop is asked, with pauses, for about a quarter of a minute."""
    if not sys.stderr.isatty():
        return nullcontext()
    from varco.cli.output import console

    return console(err=True).status(f"Asking {url}, with pauses", spinner="dots")
