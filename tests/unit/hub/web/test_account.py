"""What people decide about themselves, and what owners decide about the organisation and its members."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from tests.unit.hub.web.conftest import PASSWORD
from tests.unit.hub.web.test_first_run import GIVEN
from varco.hub.models import Membership, Organisation, User

pytestmark = pytest.mark.django_db


def test_name_and_language_are_kept(browser: Client, user: User) -> None:
    browser.post(reverse("account-person"), {"name": "Anna R.", "language": "it"})

    user.refresh_from_db()
    assert (user.name, user.language) == ("Anna R.", "it")


def test_a_language_that_is_not_there_is_refused(browser: Client, user: User) -> None:
    answer = browser.post(reverse("account-person"), {"name": "Anna", "language": "tlh"})

    assert answer.status_code == 400
    user.refresh_from_db()
    assert user.language == "en"


def test_mails_are_chosen_per_membership(browser: Client, user: User, other_organisation: Organisation) -> None:
    second = Membership.objects.create(user=user, organisation=other_organisation)

    browser.post(reverse("account-mails"), {"mail_slowed": "on"})

    first = Membership.objects.exclude(pk=second.pk).get()
    second.refresh_from_db()
    assert (first.mail_slowed, first.mail_back, first.mail_push_failing, first.mail_quiet) == (
        True,
        False,
        False,
        False,
    )
    assert second.mail_back


def test_a_new_password_needs_the_old_one(browser: Client, user: User) -> None:
    wrong = browser.post(reverse("account-password"), {"current": "guess", "password": "a fresh long password"})

    assert wrong.status_code == 400
    assert "not your password" in wrong.content.decode()
    user.refresh_from_db()
    assert user.check_password(PASSWORD)


def test_a_new_password_logs_other_devices_out_and_not_this_one(browser: Client, user: User) -> None:
    other_device = Client()
    other_device.force_login(user)

    browser.post(reverse("account-password"), {"current": PASSWORD, "password": "a fresh long password"})

    assert browser.get(reverse("account")).status_code == 200
    assert other_device.get(reverse("account")).status_code == 302


def test_one_works_for_the_organisation_that_one_chose(
    browser: Client, user: User, other_organisation: Organisation
) -> None:
    Membership.objects.create(user=user, organisation=other_organisation, role=Membership.OWNER)

    browser.post(reverse("choose-organisation"), {"organisation": str(other_organisation.public_id)})

    assert 'value="Somebody Else"' in browser.get(reverse("organisation")).content.decode()


@pytest.mark.parametrize("wanted", ["", "not-an-id", "00000000-0000-7000-8000-000000000000"])
def test_one_cannot_choose_an_organisation_that_is_not_ones_own(wanted: str, browser: Client) -> None:
    assert browser.post(reverse("choose-organisation"), {"organisation": wanted}).status_code == 404


def test_one_cannot_choose_the_organisation_of_others(browser: Client, other_organisation: Organisation) -> None:
    given = {"organisation": str(other_organisation.public_id)}

    assert browser.post(reverse("choose-organisation"), given).status_code == 404


ORGANISATION = {name: value for name, value in GIVEN.items() if name not in ("email", "password", "organisation")} | {
    "name": "Bottega Bianchi",
    "retention_days": "90",
}


def test_the_organisation_is_changed(browser: Client, organisation: Organisation) -> None:
    answer = browser.post(reverse("organisation"), ORGANISATION)

    assert answer.status_code == 302
    organisation.refresh_from_db()
    assert (organisation.name, organisation.time_zone, organisation.retention_days) == (
        "Bottega Bianchi",
        "Europe/Rome",
        90,
    )
    assert organisation.sender["line1"] == "Via Roma 1"
    assert "line2" not in organisation.sender


@pytest.mark.parametrize(
    ("field", "value"),
    [("time_zone", "Mars/Olympus"), ("retention_days", "-1"), ("sender_country", "XX"), ("name", "")],
)
def test_what_cannot_be_is_said_at_its_field(field: str, value: str, browser: Client) -> None:
    answer = browser.post(reverse("organisation"), {**ORGANISATION, field: value})

    assert answer.status_code == 400
    assert f'id="id_{field}_error"' in answer.content.decode()


def added_link(browser: Client, email: str) -> str:
    """The link that the members page shows after adding somebody; empty if it shows none."""
    browser.post(reverse("members"), {"email": email, "role": "member"})
    html = browser.get(reverse("members")).content.decode()
    return html.partition('readonly value="')[2].partition('"')[0]


def test_a_new_member_gets_in_by_a_link_that_is_shown_once(browser: Client, organisation: Organisation) -> None:
    link = added_link(browser, "Luca@Shop.example")

    assert link.startswith("http://testserver/password/")
    assert "readonly value" not in browser.get(reverse("members")).content.decode()
    theirs = Client()
    theirs.post(link, {"password": "a long enough sentence"})
    assert theirs.get(reverse("integrations")).status_code == 200
    assert Membership.objects.get(user__email="luca@shop.example").organisation == organisation


def test_who_has_an_account_is_added_without_a_link(browser: Client, stranger: Client) -> None:
    link = added_link(browser, "else@where.example")

    assert link == ""
    assert Membership.objects.filter(user__email="else@where.example").count() == 2


def test_who_is_invited_elsewhere_and_has_no_password_yet_is_not_handed_over(
    browser: Client, other_organisation: Organisation
) -> None:
    invited = User.objects.create_user("new@where.example", "")
    invited.set_unusable_password()
    invited.save()
    Membership.objects.create(user=invited, organisation=other_organisation)

    assert added_link(browser, "new@where.example") == ""


def test_an_owner_gets_no_link_into_the_account_of_somebody_with_rights_elsewhere(
    browser: Client, colleague: User, other_organisation: Organisation
) -> None:
    Membership.objects.create(user=colleague, organisation=other_organisation)

    browser.post(reverse("member-link", args=[colleague.public_id]))

    html = browser.get(reverse("members")).content.decode()
    assert "readonly value" not in html
    assert "also works elsewhere" in html


def test_an_owner_gets_no_link_into_the_operators_account(browser: Client, colleague: User) -> None:
    User.objects.filter(pk=colleague.pk).update(is_operator=True)

    browser.post(reverse("member-link", args=[colleague.public_id]))

    assert "readonly value" not in browser.get(reverse("members")).content.decode()


def test_a_member_who_lost_the_password_gets_a_new_link(browser: Client, colleague: User) -> None:
    browser.post(reverse("member-link", args=[colleague.public_id]))

    assert "readonly value" in browser.get(reverse("members")).content.decode()


def test_nobody_is_added_twice(browser: Client, colleague: User) -> None:
    answer = browser.post(reverse("members"), {"email": colleague.email, "role": "member"})

    assert answer.status_code == 400
    assert "member already" in answer.content.decode()


def test_the_last_owner_stays(browser: Client, user: User) -> None:
    browser.post(reverse("member-role", args=[user.public_id]), {"role": "member"})
    browser.post(reverse("member-remove", args=[user.public_id]))

    assert Membership.objects.get(user=user).role == Membership.OWNER


def test_a_member_becomes_an_owner_and_the_first_one_may_go(browser: Client, user: User, colleague: User) -> None:
    browser.post(reverse("member-role", args=[colleague.public_id]), {"role": "owner"})
    browser.post(reverse("member-remove", args=[user.public_id]))

    assert [row.user for row in Membership.objects.select_related("user")] == [colleague]


def test_removing_asks_first(browser: Client, colleague: User) -> None:
    page = browser.get(reverse("member-remove", args=[colleague.public_id]))

    assert colleague.email in page.content.decode()
    assert Membership.objects.filter(user=colleague).exists()


def test_members_of_others_are_not_there(browser: Client, stranger: Client) -> None:
    theirs = User.objects.get(email="else@where.example")

    for name in ("member-link", "member-role", "member-remove"):
        assert browser.post(reverse(name, args=[theirs.public_id]), {"role": "member"}).status_code == 404
