"""The operator's page, and the address by which the hub meets its own call again."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import FakeClock
from varco.hub import runtime
from varco.hub.models import Operation, User
from varco.hub.selfcheck import Result, State
from varco.hub.selfcheck.proof import PATH, is_proof, proof


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Iterator[None]:
    before = runtime.current()
    (tmp_path / "secret-keys").touch(0o600)
    runtime.use(dataclasses.replace(before, config=dataclasses.replace(before.config, data_dir=tmp_path)))
    yield
    runtime.use(before)


@pytest.fixture
def operator(user: User) -> User:
    User.objects.filter(pk=user.pk).update(is_operator=True)
    return user


def test_an_operator_sees_what_is_wrong(client: Client, operator: User) -> None:
    client.force_login(operator)
    page = client.get(reverse("self-check")).content.decode()
    assert "None has given a sign of life" in page
    assert "Nobody has looked yet" in page


def test_for_others_the_page_is_not_there(client: Client, user: User) -> None:
    assert client.get(reverse("self-check")).status_code == 302
    client.force_login(user)
    assert client.get(reverse("self-check")).status_code == 404
    assert client.post(reverse("self-check-look")).status_code == 404
    assert not Operation.objects.exists()


def test_looking_outside_is_a_workers(client: Client, operator: User) -> None:
    client.force_login(operator)
    assert client.post(reverse("self-check-look"), {"mail": "1"}).status_code == 302
    asked = Operation.objects.get()
    assert (asked.kind, asked.params["mail_to"]) == ("self-check", operator.email)
    part = client.get(reverse("self-check"), headers={"HX-Request": "true"}).content.decode()
    assert "every 2s" in part
    assert "<html" not in part
    told = Result(name="mail", title="E-mail", state=State.PROBLEM, says="It refuses.", advice="Look <there>.")
    Operation.objects.update(
        state=Operation.DONE,
        result={
            "results": [
                {
                    "name": told.name,
                    "title": told.title,
                    "state": told.state.value,
                    "says": told.says,
                    "advice": told.advice,
                }
            ]
        },
    )
    page = client.get(reverse("self-check")).content.decode()
    assert "It refuses." in page
    assert "Look &lt;there&gt;." in page
    assert "every 2s" not in page


def test_only_the_hub_itself_sees_how_its_call_looks(client: Client, db: None) -> None:
    assert client.get(PATH).status_code == 404
    assert client.get(PATH, {"proof": "0" * 32}).status_code == 404
    answer = client.get(PATH, {"proof": proof(runtime.clock().now())})
    assert answer.json() == {"scheme": "http", "host": "testserver", "client": "127.0.0.1"}


def test_a_proof_is_good_for_a_short_time(clock: FakeClock) -> None:
    one = proof(clock.now())
    clock.move(59)
    assert is_proof(one, clock.now())
    clock.move(120)
    assert not is_proof(one, clock.now())
