from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from zoneinfo import ZoneInfo

import pypdfium2
import pytest

from varco.app.fixes import Wanted, fix_for, request_from
from varco.app.language import translator
from varco.app.letter import Letter, Seen, letter_for
from varco.app.letter_forms import as_mail, as_page, as_pdf, as_text

SEEN = Seen(
    finding="method-refused",
    method="PUT",
    status="403",
    since=datetime(2026, 11, 20, 10, tzinfo=UTC),
    at=datetime(2026, 11, 25, 23, 30, tzinfo=UTC),
    zone=ZoneInfo("Europe/Rome"),
    reference="8a1f",
)
LINK = "https://hub.example/recheck/018f3c2e-7d2b-7000-8000-000000000000:1vNfWb:Qm9uZ2lvcm5vLCBtb25kbyE/"
LONG = " ".join(f"8.8.{net}.0/24" for net in range(40))


def letter(
    language: str = "en",
    platform: str = "woocommerce",
    target: str = "modsecurity",
    finding: str = "method-refused",
    addresses: str = "8.8.4.4",
    link: str = "",
) -> Letter:
    request = request_from(Wanted(identity="sendcloud", platform=platform, addresses=addresses, finding=finding))
    fix = fix_for(target, request) if target else None
    return letter_for("https://shop.example", request, fix, SEEN, translator(language), link)


def pages(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    return [page.get_textpage().get_text_range() for page in document]


def test_it_holds_what_a_host_needs() -> None:
    body = as_text(letter())
    for wanted in ("8.8.4.4", "Sendcloud/1.0.0", "PUT", "403", "8a1f", "SecRule", "Undo", "404"):
        assert wanted in body
    (probe,) = set(re.findall(r"varco-probe-\w+", body))
    assert body.count(probe) == 2  # in the call, and in what finds it in the log


def test_times_are_given_as_utc_and_as_the_servers_clock_shows_them() -> None:
    body = as_text(letter())
    assert "Refused since: 2026-11-20 10:00:00 UTC = 2026-11-20 11:00:00 Europe/Rome" in body
    assert "Seen at: 2026-11-25 23:30:00 UTC = 2026-11-26 00:30:00 Europe/Rome" in body


@pytest.mark.parametrize(("platform", "success"), [("woocommerce", "404"), ("magento", "404"), ("prestashop", "401")])
def test_it_says_what_is_seen_before_and_what_success_looks_like(platform: str, success: str) -> None:
    written = as_text(letter(platform=platform)).replace("\n", " ")
    assert "Before: status 403." in written
    assert f"with status {success}" in written
    assert "From your own desk the same call should go on being refused" in written


def test_it_is_written_in_italian_too() -> None:
    written = letter("it", link=LINK)
    assert "vi preghiamo" in written.subject
    for english in ("WHO CALLS", "Thank you", "Careful", "WHY IT IS SAFE", "Test:", "Seen at", "Before:", "needed"):
        assert english not in as_text(written)


def test_without_a_known_server_it_asks_for_the_conditions() -> None:
    written = as_text(letter(target=""))
    assert "all four conditions" in written.replace("\n", " ")
    assert "SecRule" not in written


def test_it_is_complete_without_a_link_and_has_one_where_there_is_a_hub() -> None:
    assert "hub.example" not in as_text(letter())
    assert LINK in as_text(letter(link=LINK))


def test_its_prose_is_as_wide_as_a_mail() -> None:
    assert max(map(len, as_text(letter(target="")).splitlines()[:12])) <= 78


def test_a_finding_of_which_little_is_known_is_named_without_gaps() -> None:
    request = request_from(Wanted(identity="varco", platform="woocommerce", addresses="8.8.4.4"))
    written = as_text(letter_for("https://shop.example", request, None, Seen(finding="method-refused"), str))
    assert "Method refused (method-refused)" in written
    assert "–" not in written
    assert " or Varco/" not in written


def test_it_shows_one_way_to_do_it_and_no_second() -> None:
    written = as_text(letter(target="cloudflare"))
    assert "starts_with(lower(http.user_agent)" in written
    assert "terraform" not in written.lower()


@pytest.mark.parametrize("language", ["en", "it"])
@pytest.mark.parametrize(
    ("target", "finding"),
    [
        ("modsecurity", "method-refused"),
        ("nginx", "method-refused"),
        ("apache-htaccess", "method-refused"),
        ("cloudflare", "method-refused"),
        ("fail2ban", "banned-meanwhile"),
        ("", "method-refused"),
    ],
)
def test_on_paper_it_is_one_page(language: str, target: str, finding: str) -> None:
    made = letter(language, target=target, finding=finding, addresses="8.8.4.4 8.8.8.8 2a00:1450:4001::8", link=LINK)
    (page,) = pages(as_pdf(made, translator(language)))
    assert made.subject in page
    assert "varco-probe-" in page


def test_a_rule_that_is_too_long_follows_the_letter_which_stays_on_its_page() -> None:
    made = letter("it", target="nginx", finding="refused-by-server", addresses=LONG, link=LINK)
    first, *others = pages(as_pdf(made, translator("it")))
    assert "pagina seguente" in first
    assert "Grazie" in first
    assert "geo $ship_ip" not in first
    assert "geo $ship_ip" in others[0]


def test_the_pdf_carries_its_text_to_copy_from() -> None:
    document = pypdfium2.PdfDocument(io.BytesIO(as_pdf(letter(), str)))
    assert document.count_attachments() == 1
    assert "setvar:'tx.allowed_methods=GET" in bytes(document.get_attachment(0).get_data()).decode()


def test_the_page_loads_nothing_and_escapes_what_it_shows() -> None:
    page = as_page(letter(target="nginx"), "en")
    assert not re.search(r"<(script|link|img|iframe)|@import|url\(", page)
    assert "&quot;~*^sendcloud/[0-9]&quot; 1;" in page


def test_the_mail_waits_for_its_receiver_with_everything_in_it() -> None:
    made = letter("it")
    mail = message_from_bytes(as_mail(made, "it", translator("it")), policy=policy.default)
    assert isinstance(mail, EmailMessage)
    assert mail["Subject"] == made.subject
    assert mail["To"] is None
    body = mail.get_body(("plain",))
    assert body is not None
    assert body.get_content().replace("\r\n", "\n") == as_text(made)
    assert [part.get_filename() for part in mail.iter_attachments()] == ["modsecurity.txt", "letter.pdf"]
