"""The carrier "own label": what is taken as a number, what a range gives, where a link leads."""

from __future__ import annotations

from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from varco.carriers import check_digits
from varco.carriers.own_label import (
    LONGEST_NUMBER,
    CheckDigit,
    Range,
    number_from,
    tracking_link,
    tracking_number,
    tracking_template,
)
from varco.model.errors import BadInput


@pytest.mark.parametrize(
    ("digits", "check"),
    [
        ("47312482", "9"),  # RR473124829GB
        ("12345678", "5"),
        ("00000000", "5"),  # remainder 0
        ("00000002", "8"),
        ("00000008", "0"),  # remainder 1: the check digit 10 is written 0
    ],
)
def test_the_posts_check_digit_is_that_of_the_standard(digits: str, check: str) -> None:
    assert check_digits.s10(digits) == check


@pytest.mark.parametrize(
    ("digits", "check"),
    [
        ("37610425002123456", "9"),  # the SSCC in section 7.9 of GS1's general specifications
        ("629104150021", "3"),  # the GTIN-13 of GS1's check digit page
        ("0" * 17, "0"),
    ],
)
def test_the_gs1_check_digit_is_that_of_the_specification(digits: str, check: str) -> None:
    assert check_digits.gs1(digits) == check


@given(st.text("0123456789", min_size=8, max_size=8), st.integers(0, 7), st.integers(1, 9))
def test_one_wrong_digit_makes_the_check_digit_wrong(digits: str, at: int, by: int) -> None:
    wrong = digits[:at] + str((int(digits[at]) + by) % 10) + digits[at + 1 :]
    assert check_digits.gs1(wrong) != check_digits.gs1(digits)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "Type the tracking number"),
        (" \t ", "Type the tracking number"),
        ("1" * (LONGEST_NUMBER + 1), f"{LONGEST_NUMBER} characters"),
        ("RR12\x0034", "invisible"),
        ("RR12\n34", "invisible"),
        ("RR12\u200b34", "invisible"),
        ("RR 123 456 785 IT", "without spaces"),
        ("ŁÓDŹ123", "plain letters"),
        ("١٢٣٤", "plain letters"),
    ],
)
def test_what_is_no_number_is_refused_in_plain_words(text: str, says: str) -> None:
    with pytest.raises(BadInput, match=says):
        tracking_number(text)


def test_a_pasted_number_loses_the_space_around_it() -> None:
    assert tracking_number("  1Z999AA10123456784\n") == "1Z999AA10123456784"


def test_a_number_of_the_greatest_length_is_taken() -> None:
    assert tracking_number("A" * LONGEST_NUMBER) == "A" * LONGEST_NUMBER


def test_a_range_gives_one_number_after_the_other() -> None:
    numbers = Range(prefix="VC", digits=6, suffix="-B")
    assert [number_from(numbers, serial) for serial in (1, 2, 999_999)] == ["VC000001-B", "VC000002-B", "VC999999-B"]


@pytest.mark.parametrize(
    ("numbers", "serial"),
    [
        (Range(digits=3), 1000),
        (Range(digits=8, last_serial=500), 501),
        (Range(digits=3, last_serial=5000), 1000),
        (Range(digits=3), -1),
    ],
)
def test_a_used_up_range_says_so_instead_of_giving_a_longer_number(numbers: Range, serial: int) -> None:
    with pytest.raises(BadInput, match="used up"):
        number_from(numbers, serial)


def test_a_postal_range_makes_valid_postal_numbers() -> None:
    numbers = Range(prefix="RR", digits=8, suffix="GB", check_digit=CheckDigit.S10)
    assert number_from(numbers, 47312482) == "RR473124829GB"


def test_an_sscc_range_counts_the_company_prefix_into_its_check_digit() -> None:
    numbers = Range(prefix="3761042500", digits=7, check_digit=CheckDigit("mod10"))
    assert number_from(numbers, 2123456) == "376104250021234569"


@pytest.mark.parametrize(
    ("prefix", "digits", "suffix"), [("RR", 7, "IT"), ("R", 8, "IT"), ("RR", 8, ""), ("rr", 8, "it")]
)
def test_a_postal_range_of_another_form_is_refused(prefix: str, digits: int, suffix: str) -> None:
    with pytest.raises(BadInput, match="two capital letters"):
        Range(prefix=prefix, digits=digits, suffix=suffix, check_digit=CheckDigit.S10)


@pytest.mark.parametrize(("prefix", "digits"), [("A B", 8), (" A", 8), ("Ł", 8), ("A" * 40, 8), ("", 0), ("", 19)])
def test_a_range_whose_numbers_nobody_could_print_is_refused(prefix: str, digits: int) -> None:
    with pytest.raises(BadInput):
        Range(prefix=prefix, digits=digits)


def test_a_link_carries_the_number_in_its_place() -> None:
    link = tracking_link("https://carrier.example/it/track?lang=it&code={number}#top", "RR473124829GB")
    assert link == "https://carrier.example/it/track?lang=it&code=RR473124829GB#top"


@given(st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=40))
def test_no_number_changes_where_a_link_leads(number: str) -> None:
    parts = urlsplit(tracking_link("https://carrier.example/t/{number}?code={number}", number))
    assert (parts.scheme, parts.netloc, parts.fragment) == ("https", "carrier.example", "")
    assert parts.path.count("/") == 2
    assert parse_qs(parts.query, keep_blank_values=True, strict_parsing=True) == {"code": [number]}


@pytest.mark.parametrize(
    "template",
    [
        "http://carrier.example/{number}",
        "javascript:alert({number})",
        "//carrier.example/{number}",
        "https:///{number}",
        "https://{number}.example/",
        "https://carrier.example:{number}/{number}",
        "https://carrier.example@elsewhere.example/{number}",
        "https://carrier.example/track",
        "https://carrier.example/{Number}",
        "https://carrier.example/ {number}",
        "https://carrier.example/\x00{number}",
        'https://carrier.example/"><script>{number}',
        "https://[carrier/{number}",
    ],
)
def test_a_template_that_makes_no_safe_link_is_refused(template: str) -> None:
    with pytest.raises(BadInput):
        tracking_link(template, "1")


def test_no_template_is_no_link() -> None:
    assert tracking_template("  ") == ""
    assert tracking_link("", "RR473124829GB") == ""
