"""`varco fix` and `varco allow`: lines that let a platform in and nobody else. Work without the hub."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from varco.cli.exits import Exit
from varco.cli.output import json_option, print_json
from varco.model.errors import BadInput

if TYPE_CHECKING:
    from varco.app.trial import Trial
    from varco.model.fix import Fix, FixRequest

Command = TypeVar("Command", bound=Callable[..., Any])


def whom(command: Command) -> Command:
    """The options that say whom to let in where."""
    for option in reversed(
        (
            click.option(
                "--identity", default="sendcloud", show_default=True, help="Whom to let in: sendcloud or varco."
            ),
            click.option("--ips", default="", metavar="FILE|URL|LIST", help="The addresses that it calls from."),
            click.option(
                "--platform",
                default="woocommerce",
                show_default=True,
                help="The shop's: woocommerce, magento or prestashop.",
            ),
            click.option("--folder", default="", help="The folder in which the shop lives, such as /shop."),
            click.option(
                "--proxies", default="", metavar="FILE|URL|LIST", help="Through which calls reach the server."
            ),
            click.option("--allow-private", is_flag=True, help="Take addresses of a network of your own, too."),
            click.option("--language", default="", help="en or it. Otherwise the terminal's."),
        )
    ):
        command = option(command)
    return command


@click.command()
@click.option("--for", "name", default="", help="The server, firewall or service. Without it, those that there are.")
@click.option("--finding", default="", help="What is wrong, by its code: only the lines that mend it are printed.")
@click.option(
    "--test-from",
    default="",
    metavar="auto|ADDRESS",
    help="Also print how to let your own address in for a test, and how to take that out again.",
)
@whom
@json_option
def fix(
    name: str,
    finding: str,
    test_from: str,
    identity: str,
    ips: str,
    platform: str,
    folder: str,
    proxies: str,
    allow_private: bool,
    language: str,
    as_json: bool,
) -> Exit:
    """Print the lines that let a platform in and nobody else, with their test and their undo. Changes nothing."""
    import msgspec

    from varco.app import fixes, trial
    from varco.app.language import translator

    _ = translator(language)
    request = request_of(identity, ips, platform, folder, proxies, allow_private, finding)
    if not name:
        _list_targets(request, language, as_json)
        return Exit.GOOD
    made = fixes.fix_for(name, request)
    test = _trial(made, request, test_from) if test_from else None
    if as_json:
        print_json({**msgspec.to_builtins(fixes.in_words(made, _)), **({"test": test} if test else {})})
        return Exit.GOOD
    click.echo(fixes.text_of(made, _))
    if test is not None:
        click.echo(f"\n{trial.text_of(test, made, _)}")
    return Exit.GOOD


def _trial(made: Fix, request: FixRequest, test_from: str) -> Trial:
    from varco.app.trial import address_of_tester, trial_for

    return trial_for(made, request, asyncio.run(address_of_tester(test_from)))


def _list_targets(request: FixRequest, language: str, as_json: bool) -> None:
    """What can be asked for, the merchant's own first."""
    from varco.app import fixes
    from varco.app.language import translator
    from varco.cli.output import print_table
    from varco.fixes.registry import all_targets

    _ = translator(language)
    able = [all_targets()[name] for name in fixes.targets_for(request)]
    if as_json:
        print_json([{"target": one.name, "title": one.title, "applied_by": one.applied_by} for one in able])
        return
    rows = [
        (one.name, one.title, fixes.whose(one.applied_by, _), _run(bool(one.verified_on), language)) for one in able
    ]
    print_table((_("for"), _("what"), _("whose move"), _("tried")), rows, empty=_("No target can do that."))
    if not request.addresses:
        click.echo(fixes.no_addresses(request.identity), err=True)


def _run(tried: bool, language: str) -> str:
    from varco.app.language import translator

    _ = translator(language)
    return _("in our tests") if tried else _("by its documentation")


@click.command()
@whom
@json_option
def allow(
    identity: str,
    ips: str,
    platform: str,
    folder: str,
    proxies: str,
    allow_private: bool,
    language: str,
    as_json: bool,
) -> Exit:
    """Print what to allow, for every server, firewall and service that we know. Changes nothing."""
    from varco.app import fixes
    from varco.app.language import translator

    _ = translator(language)
    request = request_of(identity, ips, platform, folder, proxies, allow_private, "")
    if not request.addresses:
        raise BadInput(fixes.no_addresses(request.identity))
    made = list(fixes.allow(request))
    if as_json:
        print_json([fixes.in_words(one, _) for one in made])
    else:
        click.echo("\n\n\n".join(fixes.text_of(one, _) for one in made))
    return Exit.GOOD


def request_of(
    identity: str, ips: str, platform: str, folder: str, proxies: str, private: bool, finding: str
) -> FixRequest:
    from varco.app.fixes import Wanted, request_from

    addresses, through = asyncio.run(_lists(ips, proxies))
    return request_from(
        Wanted(
            identity=identity,
            platform=platform,
            addresses=addresses,
            folder=folder,
            finding=finding,
            proxies=through,
            private=private,
        )
    )


async def _lists(ips: str, proxies: str) -> tuple[str, str]:
    from varco.app.fixes import read_list

    return (await read_list(ips) if ips else "", await read_list(proxies) if proxies else "")
