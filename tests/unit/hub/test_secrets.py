"""The keys are checked at start, and can be changed without losing what they sealed."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence

import pytest
from django.apps import apps
from django.db import models
from django.utils import timezone

from varco.hub import runtime
from varco.hub.keys import Keyring, new_key, sealed_by
from varco.hub.models import Integration, KeyCheck, Organisation, UnreadOrder
from varco.hub.models.tenancy import PublicTenant
from varco.hub.store.plans import credentials_of
from varco.hub.store.secrets import SEALED, check_keys, place, rotate
from varco.model.errors import BadInput
from varco.model.secret import Secret

Use = Callable[[Sequence[Secret]], None]
NOT_SEALED = {("shop_order", "content_hash"), ("api_token", "hash"), ("key_check", "check_value")}
"""Hashes, and the check itself."""


@pytest.fixture
def use() -> Iterator[Use]:
    before = runtime.current()
    yield lambda keys: runtime.use(dataclasses.replace(before, keys=keys))
    runtime.use(before)


def test_every_column_of_bytes_is_sealed_or_known_not_to_be() -> None:
    columns = {
        (model._meta.db_table, field.name)
        for model in apps.get_app_config("hub").get_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.BinaryField)
    }
    assert columns == {(model._meta.db_table, column) for model, column in SEALED} | NOT_SEALED


def test_the_first_start_leaves_a_check_and_the_next_passes_it(db: None) -> None:
    check_keys()
    check_keys()
    assert KeyCheck.objects.get().key_id == runtime.keyring().newest.hex()


def test_a_wrong_key_is_refused_at_start(db: None, use: Use) -> None:
    check_keys()
    use([new_key()])
    with pytest.raises(BadInput, match="none of the keys"):
        check_keys()
    assert KeyCheck.objects.count() == 1


def test_a_check_that_was_tampered_with_is_refused(db: None) -> None:
    check_keys()
    row = KeyCheck.objects.get()
    row.check_value = runtime.keyring().seal(b"something else", place_of_check(row))
    row.save()
    with pytest.raises(BadInput, match="was changed"):
        check_keys()


def place_of_check(row: KeyCheck) -> str:
    return f"key_check:{row.key_id}:check_value"


def test_a_new_key_in_front_is_taken_in(integration: Integration, use: Use) -> None:
    check_keys()
    old = runtime.current().keys[0]
    use([new_key(), old])
    check_keys()
    assert KeyCheck.objects.count() == 2
    assert credentials_of(integration)["consumer_key"] == Secret("ck_test")


def test_a_key_that_still_seals_something_may_not_go(integration: Integration, use: Use) -> None:
    check_keys()
    old, new = runtime.current().keys[0], new_key()
    use([new, old])
    check_keys()
    use([new])
    with pytest.raises(BadInput, match=Keyring([old]).newest.hex()):
        check_keys()


def test_after_the_change_every_value_opens_with_the_new_key_alone(integration: Integration, use: Use) -> None:
    check_keys()
    unread = unread_order(integration, b'{"id": 7}')
    old, new = runtime.current().keys[0], new_key()
    use([new, old])
    assert rotate() == 2
    assert rotate() == 0
    use([new])
    check_keys()
    integration.refresh_from_db()
    unread.refresh_from_db()
    assert credentials_of(integration)["consumer_secret"] == Secret("cs_test")
    assert unread.raw is not None
    assert runtime.keyring().open(bytes(unread.raw), place(unread, "raw")) == b'{"id": 7}'
    assert [row.key_id for row in KeyCheck.objects.all()] == [Keyring([new]).newest.hex()]


def test_what_was_dropped_stays_dropped_and_many_rows_are_changed_in_parts(integration: Integration, use: Use) -> None:
    dropped = unread_order(integration, None)
    made: list[PublicTenant] = [unread_order(integration, b"x") for _ in range(5)]
    use([new_key(), runtime.current().keys[0]])
    assert rotate(at_once=2) == 6
    dropped.refresh_from_db()
    assert dropped.raw is None
    for row in UnreadOrder.objects.filter(pk__in=[row.pk for row in made]):
        assert sealed_by(bytes(row.raw or b"")) == runtime.keyring().newest


def test_without_the_old_key_nothing_is_changed(integration: Integration, use: Use) -> None:
    check_keys()
    before = bytes(integration.credentials)
    use([new_key()])
    with pytest.raises(BadInput):
        rotate()
    integration.refresh_from_db()
    assert bytes(integration.credentials) == before


def test_the_tenant_does_not_matter(integration: Integration, other_organisation: Organisation, use: Use) -> None:
    check_keys()
    unread = unread_order(integration, b"x", other_organisation)
    use([new_key(), runtime.current().keys[0]])
    assert rotate() == 2
    unread.refresh_from_db()
    assert sealed_by(bytes(unread.raw or b"")) == runtime.keyring().newest


def unread_order(integration: Integration, raw: bytes | None, organisation: Organisation | None = None) -> UnreadOrder:
    now = timezone.now()
    row = UnreadOrder(
        organisation=organisation or integration.organisation,
        integration=integration,
        remote_id=str(UnreadOrder.objects.count()),
        finding_code="order-unreadable",
        first_seen_at=now,
        last_seen_at=now,
    )
    row.raw = None if raw is None else runtime.keyring().seal(raw, place(row, "raw"))
    row.save()
    return row
