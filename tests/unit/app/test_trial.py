"""The tester let in for the test, and taken out again."""

from __future__ import annotations

import asyncio

import pytest

from varco.app.fixes import Wanted, fix_for, request_from, targets_for
from varco.app.language import translator
from varco.app.trial import Trial, address_of_tester, text_of, trial_for
from varco.fixes.registry import all_targets
from varco.model.errors import BadInput
from varco.model.fix import Fix, FixRequest

TESTER = "9.9.9.9"


def request(target: str) -> FixRequest:
    platform = next(iter(all_targets()[target].platforms or ("woocommerce",)))
    return request_from(
        Wanted(identity="sendcloud", platform=platform, addresses="8.8.4.4", proxies="192.0.2.80", private=True)
    )


def trial(target: str, tester: str = TESTER) -> tuple[Trial, Fix]:
    made = request(target)
    fix = fix_for(target, made)
    return trial_for(fix, made, tester), fix


WITH_ADDRESSES = [
    name
    for name in targets_for(request("nginx"))
    if all_targets()[name].needs_addresses and name not in ("apache-remoteip", "nginx-real-ip")
]


@pytest.mark.parametrize("target", WITH_ADDRESSES)
def test_it_lets_the_tester_in_and_takes_him_out_again(target: str) -> None:
    test, fix = trial(target)
    assert test.begin
    begin = "\n".join(change.text for change in test.begin).replace("\\", "")
    assert TESTER in begin
    told = text_of(test, fix, str)
    taken_back = told.partition("take it out again:")[2]
    assert taken_back.strip()
    for change in test.begin:
        if change.whole and not test.end:
            assert fix.steps[change.number - 1].text in taken_back


def test_a_line_that_is_added_is_shown_alone_with_its_place() -> None:
    told = text_of(*trial("nginx"), str)
    assert "In step 1, below “8.8.4.4 1;”" in told
    assert "    9.9.9.9 1;" in told
    assert "geo $ship_ip" not in told
    assert "Then: nginx -t && systemctl reload nginx" in told


def test_commands_are_taken_back_by_commands() -> None:
    told = text_of(*trial("iptables"), str)
    assert "iptables -I INPUT -s 9.9.9.9" in told.partition("take it out again:")[0]
    assert "iptables -D INPUT -s 9.9.9.9" in told.partition("take it out again:")[2]
    assert "8.8.4.4" not in told.partition("take it out again:")[2]


def test_it_is_told_in_italian_too() -> None:
    told = text_of(*trial("modsecurity"), translator("it"))
    assert "For the test" not in told
    assert "take it out" not in told


def test_who_is_in_the_list_already_needs_no_test() -> None:
    with pytest.raises(BadInput, match="one of the platform's addresses already"):
        trial("nginx", tester="8.8.4.4")


def test_where_no_address_stands_nobody_can_be_let_in() -> None:
    made = request("cpanel")
    with pytest.raises(BadInput, match="no lines with addresses"):
        trial_for(fix_for("cpanel", made), made, TESTER)


def test_a_given_address_is_looked_at() -> None:
    assert asyncio.run(address_of_tester("9.9.9.9")) == "9.9.9.9"
    with pytest.raises(BadInput, match=r"9\.9\.9\.O is no address"):
        asyncio.run(address_of_tester("9.9.9.O"))


def test_towards_a_shop_in_our_own_network_our_address_there_is_the_one() -> None:
    assert asyncio.run(address_of_tester("auto", "http://127.0.0.1:8080")) == "127.0.0.1"
