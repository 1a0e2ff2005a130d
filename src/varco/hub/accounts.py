"""Making an account with its password in one step, which only whoever runs the installation may do."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from varco.hub.models import Membership, Organisation, User
from varco.hub.store import accounts
from varco.model.errors import BadInput


@dataclass(frozen=True, kw_only=True)
class NewAccount:
    email: str
    password: str
    name: str = ""
    organisation: str
    """Made if there is none of this name."""
    role: str = Membership.OWNER
    operator: bool = False
    """Of the first account it does not matter: somebody must look after the installation."""
    language: str = "en"


def create(new: NewAccount) -> User:
    """The account with its membership, in one transaction. `BadInput` says what cannot be."""
    _check(new)
    name = new.organisation.strip()
    with transaction.atomic():
        user = User.objects.create_user(
            new.email,
            new.password,
            name=new.name,
            language=new.language,
            is_operator=new.operator or not accounts.any_user(),
        )
        organisation = Organisation.objects.filter(name__iexact=name).first()
        if organisation is None:
            _found(user, new, name)
        else:
            Membership.objects.create(user=user, organisation=organisation, role=new.role)
    return user


def _found(user: User, new: NewAccount, name: str) -> None:
    if new.role != Membership.OWNER:
        raise BadInput(f"There is no organisation {name} yet: whoever begins it must be its owner.")
    accounts.found_organisation(user, accounts.NewOrganisation(name=name, language=new.language))


def _check(new: NewAccount) -> None:
    if not new.organisation.strip():
        raise BadInput("An organisation needs a name.")
    try:
        validate_email(new.email)
    except ValidationError:
        raise BadInput(f"{new.email} is no e-mail address.") from None
    if User.objects.filter(email=new.email.lower()).exists():
        raise BadInput(f"{new.email} has an account already.")
    try:
        validate_password(new.password, User(email=new.email, name=new.name))
    except ValidationError as error:
        raise BadInput(" ".join(error.messages)) from None
