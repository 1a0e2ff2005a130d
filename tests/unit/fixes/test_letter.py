from __future__ import annotations

import re

import pytest

from varco.app.fixes import Wanted, fix_for, request_from
from varco.app.language import translator
from varco.app.letter import Letter, Seen, letter_for

SEEN = Seen(finding="method-refused", method="PUT", status="403", since="2026-11-20 10:00", reference="8a1f")


def letter(language: str = "en", platform: str = "woocommerce", target: str = "modsecurity") -> Letter:
    wanted = Wanted(identity="sendcloud", platform=platform, addresses="8.8.4.4", finding="method-refused")
    request = request_from(wanted)
    fix = fix_for(target, request) if target else None
    return letter_for("https://shop.example", request, fix, SEEN, translator(language))


def test_it_holds_what_a_host_needs() -> None:
    body = letter().body
    for wanted in ("8.8.4.4", "Sendcloud/1.0.0", "PUT", "403", "2026-11-20 10:00", "8a1f", "SecRule", "Undo", "404"):
        assert wanted in body
    (probe,) = set(re.findall(r"varco-probe-\w+", body))
    assert body.count(probe) == 2  # in the call, and in what finds it in the log


@pytest.mark.parametrize(("platform", "success"), [("woocommerce", "404"), ("magento", "404"), ("prestashop", "401")])
def test_it_says_what_success_looks_like(platform: str, success: str) -> None:
    written = letter(platform=platform).body
    assert f"status {success}" in written.replace("\n", " ")


def test_it_is_written_in_italian_too() -> None:
    written = letter("it")
    assert "vi preghiamo" in written.subject
    for english in ("WHO CALLS", "Thank you", "Careful", "WHY IT IS SAFE", "Test:"):
        assert english not in written.body


def test_without_a_known_server_it_asks_for_the_conditions() -> None:
    written = letter(target="")
    assert "all four conditions" in written.body.replace("\n", " ")
    assert "SecRule" not in written.body


def test_its_prose_is_as_wide_as_a_mail() -> None:
    assert max(map(len, letter(target="").body.splitlines()[:12])) <= 78


def test_a_finding_of_which_little_is_known_is_named_without_gaps() -> None:
    request = request_from(Wanted(identity="varco", platform="woocommerce", addresses="8.8.4.4"))
    written = letter_for("https://shop.example", request, None, Seen(finding="method-refused"), str).body
    assert "Method refused (method-refused)" in written
    assert "–" not in written
    assert " or Varco/" not in written
