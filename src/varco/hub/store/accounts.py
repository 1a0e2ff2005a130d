"""Users, organisations and who belongs where."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import msgspec
from django.db import connection, transaction

from varco.hub.models import Membership, Organisation, User
from varco.model.address import Address
from varco.model.errors import BadInput

_FIRST_LOCK: Final = 0x5641_5243_4F01
"""Key of the lock that lets one first user through."""


@dataclass(frozen=True, kw_only=True)
class NewOrganisation:
    name: str
    language: str = "en"
    time_zone: str = "UTC"
    sender: Address = field(default_factory=Address)


def any_user() -> bool:
    return User.objects.exists()


def set_up(email: str, password: str, *, name: str, organisation: NewOrganisation) -> User:
    """The first user, who owns the first organisation and looks after the installation. `BadInput` if one exists."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_FIRST_LOCK])
        if any_user():
            raise BadInput("Varco is set up already: log in, or ask its owner to add you.")
        user = User.objects.create_user(email, password, name=name, language=organisation.language, is_operator=True)
        found_organisation(user, organisation)
    return user


def found_organisation(owner: User, new: NewOrganisation) -> Organisation:
    """A new tenant and its owner."""
    with transaction.atomic():
        made = Organisation.objects.create(
            name=new.name,
            language=new.language,
            time_zone=new.time_zone,
            sender=msgspec.to_builtins(new.sender),
        )
        Membership.objects.create(user=owner, organisation=made, role=Membership.OWNER)
    return made


def add_member(organisation: Organisation, email: str, *, role: str) -> Membership:
    """Join somebody to the organisation; who is new gets an account that opens once a password is chosen by link."""
    with transaction.atomic():
        user = User.objects.filter(email=email.lower()).first()
        if user is None:
            user = User(email=email.lower(), language=organisation.language)
            user.set_unusable_password()
            user.save()
        member, made = Membership.objects.get_or_create(user=user, organisation=organisation, defaults={"role": role})
    if not made:
        raise BadInput(f"{email} is a member already.")
    return member


def change_role(member: Membership, role: str) -> None:
    with transaction.atomic():
        _keep_an_owner(member, unless=role == Membership.OWNER)
        member.role = role
        member.save(update_fields=["role"])


def remove_member(member: Membership) -> None:
    with transaction.atomic():
        _keep_an_owner(member, unless=False)
        member.delete()


def _keep_an_owner(member: Membership, *, unless: bool) -> None:
    """Two owners who remove each other at the same time must not both succeed: the rows are locked."""
    owners = list(
        Membership.objects.select_for_update()
        .filter(organisation=member.organisation_id, role=Membership.OWNER)
        .values_list("pk", flat=True)
    )
    if not unless and owners == [member.pk]:
        raise BadInput("An organisation needs an owner: make somebody else an owner first.")
