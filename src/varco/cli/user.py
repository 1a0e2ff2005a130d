"""`varco user`: accounts."""

from __future__ import annotations

import secrets
import sys
from typing import Any

import click

from varco.cli.hub import hub
from varco.cli.output import json_option, print_json
from varco.model.errors import BadInput


@click.group()
def user() -> None:
    """Make accounts."""


@user.command()
@click.argument("email")
@click.option("--name", default="", help="The person's name.")
@click.option("--organisation", required=True, help="Where the person works; made if there is none of this name.")
@click.option("--member", is_flag=True, help="May work, but not change connections and people: not an owner.")
@click.option("--operator", is_flag=True, help="Looks after the installation: sees the self-check.")
@click.option("--language", type=click.Choice(["en", "it"]), default="en", show_default=True)
@click.option("--password", "password_file", type=click.File(), help='File with the password, "-" for standard input.')
@json_option
def create(
    email: str,
    name: str,
    organisation: str,
    member: bool,
    operator: bool,
    language: str,
    password_file: Any,
    as_json: bool,
) -> None:
    """Make an account for EMAIL. Without --password one is asked for, or made and printed where nobody can be asked."""
    given, made = _password(password_file)
    with hub():
        from varco.hub import accounts
        from varco.hub.models import Membership

        row = accounts.create(
            accounts.NewAccount(
                email=email,
                password=given,
                name=name,
                organisation=organisation,
                role=Membership.MEMBER if member else Membership.OWNER,
                operator=operator,
                language=language,
            )
        )
        data = {"id": row.public_id, "email": row.email, "organisation": organisation}
    if made:
        data["password"] = given
    if as_json:
        print_json(data)
        return
    click.echo(f"{row.email} can log in.")
    if made:
        click.echo(f"Password: {given}")


def _password(file: Any) -> tuple[str, bool]:
    """The password, and whether we made it."""
    if file is not None:
        given = str(file.readline()).rstrip("\r\n")
        if not given:
            raise BadInput("--password names a file whose first line is empty.")
        return given, False
    if sys.stdin.isatty():
        return str(click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)), False
    return secrets.token_urlsafe(12), True
