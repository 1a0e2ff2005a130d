"""`varco letter`: what the hosting provider needs to know, in the form that it is sent in. Works without the hub."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import click

from varco.cli.exits import Exit
from varco.cli.fix import request_of, whom
from varco.cli.output import json_option, print_json
from varco.model.errors import BadInput

if TYPE_CHECKING:
    from varco.app.letter import Seen
    from varco.doctor.report import Report


@click.command()
@click.argument("url", default="")
@click.option(
    "--report", type=click.File("rb"), help="What `varco check --json` printed: shop, problem, times, numbers."
)
@click.option("--for", "name", default="", help="The server or service of which the letter prints the lines.")
@click.option("--finding", default="", help="What is wrong, by its code.")
@click.option("--method", default="", help="Of the call that was refused, such as PUT.")
@click.option("--status", default="", help="With which it was refused, such as 403.")
@click.option("--since", default="", metavar="TIME", help="When the first call was refused, in UTC: 2026-11-20T10:00.")
@click.option("--zone", default="", help="The server's time zone, such as Europe/Rome: times are given in it too.")
@click.option("--from", "address", default="", help="The address from which the refused call was made.")
@click.option("--reference", default="", help="The number under which the server or service keeps the event.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "html", "pdf", "eml"]),
    default="text",
    show_default=True,
    help="eml is a mail that your mail program opens, ready to be sent.",
)
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write it there instead of printing it."
)
@whom
@json_option
def letter(
    url: str,
    report: IO[bytes] | None,
    name: str,
    finding: str,
    method: str,
    status: str,
    since: str,
    zone: str,
    address: str,
    reference: str,
    form: str,
    output: Path | None,
    identity: str,
    ips: str,
    platform: str,
    folder: str,
    proxies: str,
    allow_private: bool,
    language: str,
    as_json: bool,
) -> Exit:
    """Print a letter to the hosting provider of the shop at URL: what is refused, what to paste, why it is safe."""
    from varco.app import fixes, letter, letter_forms
    from varco.app.language import translator

    found = _report_from(report)
    shop = _shop_of(url, found)
    finding = finding or _finding_of(found)
    platform = found.platform if found and found.platform else platform
    request = request_of(identity, ips, platform, folder or urlsplit(shop).path, proxies, allow_private, finding)
    seen = _seen(
        found,
        finding=finding,
        method=method,
        status=status,
        since=since,
        zone=zone,
        address=address,
        reference=reference,
    )
    lines = fixes.fix_for(name, request) if name else None
    _ = translator(language)
    written = letter.letter_for(shop, request, lines, seen, _)
    if as_json:
        print_json({"subject": written.subject, "body": letter_forms.as_text(written)})
        return Exit.GOOD
    made = letter_forms.in_form(written, letter_forms.Form(form), language or "en", _)
    _put(made, form, output)
    return Exit.GOOD


def _put(made: bytes, form: str, output: Path | None) -> None:
    if output is not None:
        try:
            output.write_bytes(made)
        except OSError as error:
            raise BadInput(f"The letter cannot be written to {output}: {error.strerror}.") from None
    elif form == "pdf" and sys.stdout.isatty():
        raise BadInput("A PDF cannot be shown on a terminal: add --output letter.pdf.")
    else:
        sys.stdout.buffer.write(made)


def _report_from(file: IO[bytes] | None) -> Report | None:
    import msgspec

    from varco.doctor.report import Report

    if file is None:
        return None
    try:
        return msgspec.json.decode(file.read(), type=Report)
    except msgspec.DecodeError as error:
        raise BadInput(f"--report holds no report of `varco check --json`: {error}.") from None


def _shop_of(url: str, report: Report | None) -> str:
    from varco.app.address import shop_address

    if url:
        return shop_address(url)
    if report is None:
        raise BadInput("Give the shop's address, or what `varco check --json` printed by --report.")
    return report.final_url or report.url


def _finding_of(report: Report | None) -> str:
    """The first that a server's rule can mend."""
    from varco.fixes.causes import has_lines

    codes = [told.finding.code for told in report.findings] if report else []
    return next(filter(has_lines, codes), "")


def _seen(report: Report | None, *, since: str, zone: str, **told: str) -> Seen:
    """An option that is given takes the place of what the report says."""
    import msgspec

    from varco.app.letter import Seen, seen_in

    known = seen_in(report, told["finding"]) if report else Seen()
    given = {name: value for name, value in told.items() if value}
    return msgspec.structs.replace(known, since=_moment(since), zone=_zone(zone), **given)


def _moment(text: str) -> datetime | None:
    """In UTC where it says no zone."""
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text.removesuffix("UTC").strip())
    except ValueError:
        raise BadInput(f"--since {text} is no time. It looks like 2026-11-20T10:00, in UTC.") from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (OSError, ValueError, KeyError):
        raise BadInput(f"There is no time zone {name}. They are named like Europe/Rome.") from None
