"""What the recordings do not show: failures by phase, waiting times, and which writes are unclear."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.recordings import AT
from varco.model.exchange import Exchange, Failure, FailureKind, Phase, Request, Response, Timings
from varco.model.finding import UNKNOWN_CODE
from varco.net.diagnose import LONGEST_WAIT_S, diagnose, is_ambiguous, retry_after_s
from varco.net.kinds import KINDS


def exchange(
    response: Response | None = None,
    failure: Failure | None = None,
    method: str = "GET",
    url: str = "https://shop.example/",
) -> Exchange:
    request = Request(method=method, url=url)
    return Exchange(request=request, started_at=AT, response=response, failure=failure, timings=Timings())


def failed(kind: FailureKind, phase: Phase, text: str = "", method: str = "GET") -> Exchange:
    return exchange(failure=Failure(kind=kind, phase=phase, text=text), method=method)


def code_of(found: Exchange) -> str:
    finding = diagnose(found)
    return finding.code if finding else "-"


@pytest.mark.parametrize(
    ("kind", "phase", "code"),
    [
        (FailureKind.NAME_NOT_FOUND, Phase.DNS, "name-not-found"),
        (FailureKind.NAME_SERVER_FAILED, Phase.DNS, "name-server-failed"),
        (FailureKind.ADDRESS_FORBIDDEN, Phase.CONNECT, "address-not-allowed"),
        (FailureKind.REFUSED, Phase.CONNECT, "connection-refused"),
        (FailureKind.UNREACHABLE, Phase.CONNECT, "host-unreachable"),
        (FailureKind.TIMEOUT, Phase.DNS, "connect-timeout"),
        (FailureKind.TIMEOUT, Phase.CONNECT, "connect-timeout"),
        (FailureKind.TIMEOUT, Phase.WAIT, "answer-timeout"),
        (FailureKind.TIMEOUT, Phase.READ, "answer-timeout"),
        (FailureKind.RESET, Phase.WAIT, "connection-dropped"),
        (FailureKind.CLOSED, Phase.WAIT, "connection-dropped"),
        (FailureKind.RESET, Phase.READ, "answer-cut"),
        (FailureKind.CLOSED, Phase.READ, "answer-cut"),
        (FailureKind.TOO_LARGE, Phase.READ, "answer-too-large"),
        (FailureKind.NOT_HTTP, Phase.WAIT, "not-http"),
        (FailureKind.OUR_FAULT, Phase.SEND, "internal-error"),
    ],
)
def test_every_failure_has_its_cause(kind: FailureKind, phase: Phase, code: str) -> None:
    assert code_of(failed(kind, phase)) == code


@pytest.mark.parametrize("kind", FailureKind)
@pytest.mark.parametrize("phase", Phase)
def test_no_failure_is_without_a_cause_that_can_be_said(kind: FailureKind, phase: Phase) -> None:
    finding = diagnose(failed(kind, phase, "some words"))
    assert finding is not None
    kind_of = KINDS[finding.code]
    assert "{" not in (kind_of.title + kind_of.sentence + kind_of.advice).format(**finding.params)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("certificate verify failed: certificate has expired (_ssl.c:1006)", "tls-expired"),
        ("certificate verify failed: self-signed certificate (_ssl.c:1006)", "tls-self-signed"),
        ("certificate verify failed: self signed certificate in certificate chain", "tls-self-signed"),
        ("certificate verify failed: unable to get local issuer certificate", "tls-incomplete-chain"),
        ("Hostname mismatch, certificate is not valid for 'shop.example'", "tls-name-mismatch"),
        ("IP address mismatch, certificate is not valid for '127.0.0.1'", "tls-name-mismatch"),
        ("[SSL: UNSUPPORTED_PROTOCOL] unsupported protocol", "tls-old-protocol"),
        ("[SSL: TLSV1_ALERT_PROTOCOL_VERSION] tlsv1 alert protocol version", "tls-old-protocol"),
        ("[SSL: TLSV1_UNRECOGNIZED_NAME] tlsv1 unrecognized name", "tls-unknown-name"),
        ("[SSL: WRONG_VERSION_NUMBER] wrong version number", "tls-plain-port"),
        ("[SSL: TLSV13_ALERT_CERTIFICATE_REQUIRED] tlsv13 alert certificate required", "tls-client-certificate"),
        ("something new", "tls-failed"),
    ],
)
def test_openssls_words_lead_to_the_cause(text: str, code: str) -> None:
    assert code_of(failed(FailureKind.TLS, Phase.TLS, text)) == code


@pytest.mark.parametrize(
    ("response", "code"),
    [
        (Response(status=200, headers=(("Content-Type", "application/json"),), body=b"[]"), "-"),
        (Response(status=204), "-"),
        (Response(status=200, headers=(("Content-Type", "text/html"),), body=b"<html>"), "page-instead-of-data"),
        (Response(status=302, headers=(("Location", "https://x.example/login"),)), "redirected"),
        (Response(status=401, headers=(("WWW-Authenticate", 'Basic realm="Staging"'),)), "site-password"),
        (Response(status=503, headers=(("Retry-After", "60"),)), "maintenance"),
        (Response(status=503), "server-down"),
        (Response(status=502), "server-down"),
        (Response(status=504), "server-down"),
        (Response(status=429), "rate-limited"),
        (Response(status=413), "request-too-large"),
        (Response(status=431), "request-too-large"),
        (Response(status=418), UNKNOWN_CODE),
    ],
)
def test_the_status_decides_where_nothing_else_speaks(response: Response, code: str) -> None:
    assert code_of(exchange(response)) == code


def test_a_head_answer_without_a_body_is_no_page() -> None:
    assert diagnose(exchange(Response(status=200, headers=(("Content-Type", "text/html"),)), method="HEAD")) is None


def test_a_redirect_names_the_new_address_without_secrets() -> None:
    location = "https://anna:secret@new.example/x?consumer_secret=cs_1&page=2#frag"
    finding = diagnose(exchange(Response(status=301, headers=(("Location", location),))))
    assert finding is not None
    assert finding.params["location"] == "https://new.example/x?consumer_secret=***&page=2"


def test_the_realm_of_a_password_is_shown_but_not_at_any_length() -> None:
    finding = diagnose(exchange(Response(status=401, headers=(("WWW-Authenticate", f'Basic realm="{"x" * 500}"'),))))
    assert finding is not None
    assert finding.params["realm"] == "x" * 80


def test_a_server_that_calls_itself_strangely_is_just_the_server() -> None:
    refused = Response(status=403, headers=(("Server", "<script>alert(1)</script>"),))
    finding = diagnose(exchange(refused))
    assert finding is not None
    assert finding.params["product"] == "The server"


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("600", 600),
        ("0", 0),
        ("99999999", LONGEST_WAIT_S),
        ("9" * 40, None),
        ("-5", None),
        ("soon", None),
        ("", None),
        ("²", None),
    ],
)
def test_how_long_to_wait_is_read_and_bounded(value: str, seconds: int | None) -> None:
    for status in (429, 503):
        assert retry_after_s(exchange(Response(status=status, headers=(("Retry-After", value),))), AT) == seconds


def test_a_date_to_wait_for_becomes_seconds() -> None:
    def wait(text: str) -> int | None:
        return retry_after_s(exchange(Response(status=503, headers=(("Retry-After", text),))), AT)

    assert wait((AT + timedelta(seconds=90)).strftime("%a, %d %b %Y %H:%M:%S GMT")) == 90
    assert wait((AT - timedelta(days=1)).strftime("%a, %d %b %Y %H:%M:%S GMT")) == 0
    assert wait((AT + timedelta(days=1)).strftime("%a, %d %b %Y %H:%M:%S GMT")) == LONGEST_WAIT_S


def test_a_wait_that_is_said_with_any_other_status_means_nothing() -> None:
    assert retry_after_s(exchange(Response(status=403, headers=(("Retry-After", "60"),))), AT) is None
    assert retry_after_s(failed(FailureKind.TIMEOUT, Phase.WAIT), AT) is None


@pytest.mark.parametrize(
    ("found", "unclear"),
    [
        (failed(FailureKind.TIMEOUT, Phase.WAIT, method="POST"), True),
        (failed(FailureKind.RESET, Phase.SEND, method="POST"), True),
        (failed(FailureKind.CLOSED, Phase.READ, method="PUT"), True),
        (failed(FailureKind.REFUSED, Phase.CONNECT, method="POST"), False),
        (failed(FailureKind.TLS, Phase.TLS, method="POST"), False),
        (failed(FailureKind.TIMEOUT, Phase.WAIT, method="GET"), False),
        (exchange(Response(status=500), method="POST"), True),
        (exchange(Response(status=502), method="DELETE"), True),
        (exchange(Response(status=500, body=b'{"code":"x","data":500}'), method="POST"), False),
        (exchange(Response(status=500, body=b'{"code":"x","data":{"status":500}}'), method="POST"), True),
        (exchange(Response(status=404), method="POST"), False),
        (exchange(Response(status=500), method="OPTIONS"), False),
    ],
)
def test_a_write_is_unclear_if_it_left_and_no_clear_answer_came(found: Exchange, unclear: bool) -> None:
    assert is_ambiguous(found) is unclear


@given(
    status=st.integers(100, 599),
    body=st.binary(max_size=80) | st.sampled_from([b'{"code":"a","message":""}', b'{"code":7}', b"[" * 3000]),
    kind=st.sampled_from(["text/html", "application/json", "", "TEXT/HTML; charset=x"]),
    server=st.sampled_from(["nginx", "cloudflare", "Apache/2.4", ""]),
    method=st.sampled_from(["GET", "HEAD", "POST", "OPTIONS"]),
)
def test_any_answer_is_good_or_has_a_cause_that_can_be_said(
    status: int, body: bytes, kind: str, server: str, method: str
) -> None:
    response = Response(status=status, headers=(("Content-Type", kind), ("Server", server)), body=body)
    finding = diagnose(exchange(response, method=method))
    if finding is None:
        assert status < 400
    else:
        found = KINDS[finding.code]
        assert "{" not in (found.title + found.sentence + found.advice).format(**finding.params)


@pytest.mark.parametrize(
    ("message", "reason"),
    [("Invalid item.", "Invalid item"), ("Not for rossi@example.org", "0"), ("<b>No</b>", "0"), ("", "0")],
)
def test_an_exception_that_wordpress_passes_on_is_told_in_its_words_unless_they_may_name_somebody(
    message: str, reason: str
) -> None:
    body = msgspec.json.encode({"code": 0, "message": message, "data": {"status": 400}})
    headers = (("Content-Type", "application/json"),)
    found = diagnose(exchange(Response(status=400, headers=headers, body=body)))
    assert found is not None
    assert (found.code, found.params["reason"]) == ("refused-by-shop", reason)
