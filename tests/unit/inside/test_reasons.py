"""Error and audit logs: why calls were refused, joined with who called."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from tests.unit.inside.logs import BROWSER, ORDER, OURS, combined, read, stopped

NGINX = "2026/11/25 06:00:01 [error] 77#77: *12 {said}, client: 203.0.113.10, server: shop.example, "
NGINX += 'request: "{method} /wp-json/wc/v3/orders/17 HTTP/1.1", host: "shop.example"\n'
APACHE = "[Wed Nov 25 06:00:00.123456 2026] [{module}:error] [pid 77:tid 88] [client 203.0.113.10:4711] {said}\n"
UNIQUE = '[hostname "shop.example"] [uri "/wp-json/wc/v3/orders/17"] [unique_id "{unique}"]'
DENIED = (
    "[client 203.0.113.10] ModSecurity: Access denied with code 403 (phase 2). Operator GE matched 5 at "
    'TX:anomaly_score. [id "949110"] [msg "Inbound Anomaly Score Exceeded (Total Score: 5)"] ' + UNIQUE
)
WARNED = (
    '[client 203.0.113.10] ModSecurity: Warning. Match of "x" against "y" required. [id "{rule}"] [msg "{msg}"] '
    + UNIQUE
)


def modsecurity(rule: str, msg: str, unique: str = "u1") -> str:
    lines = (WARNED.format(rule=rule, msg=msg, unique=unique), DENIED.format(unique=unique))
    return "".join(APACHE.format(module="security2", said=line) for line in lines)


SENTENCES = {
    "nginx: access forbidden by rule": ("PUT", 403, "methods-read-only"),
    'nginx: limiting requests, excess: 0.998 by zone "calls"': ("GET", 503, "rate-limited"),
    "nginx: client intended to send too large body: 20000 bytes": ("POST", 413, "request-too-large"),
    "nginx: no user/password was provided for basic authentication": ("GET", 401, "site-password"),
    "nginx: connect() failed (111: Connection refused) while connecting to upstream": ("GET", 502, "server-down"),
    "authz_core: AH01630: client denied by server configuration: /srv/shop/x": ("PUT", 403, "methods-read-only"),
    "auth_basic: AH01618: user ck_1 not found: /wp-json/wc/v3/orders/17": ("GET", 401, "site-password"),
}


@pytest.mark.parametrize("sentence", SENTENCES)
def test_the_reason_comes_from_the_error_log(sentence: str, tmp_path: Path) -> None:
    method, status, finding = SENTENCES[sentence]
    who, _, said = sentence.partition(": ")
    target = "nginx" if who == "nginx" else "apache-htaccess"
    line = NGINX.format(said=said, method=method) if who == "nginx" else APACHE.format(module=who, said=said)
    access = combined("GET", path="/wp-json/", at="25/Nov/2026:05:00:00 +0100") + combined(method, status)
    report = read(tmp_path, {"error.log": line, "access.log": access})
    (one,) = stopped(report)
    assert (one.finding, one.target, one.count) == (finding, target, 1)
    assert [reason.count for reason in one.reasons] == [1]
    assert "ck_1" not in repr(report)


@pytest.mark.parametrize(
    ("rule", "finding"),
    [
        ("911100", "methods-rule-set"),
        ("931130", "links-refused"),
        ("942440", "names-refused"),
        ("942431", "brackets-refused"),
        ("913101", "refused-name"),
        ("200002", "request-too-large"),
        ("920420", "refused-by-server"),
    ],
)
def test_the_number_of_the_rule_says_what_is_wrong(rule: str, finding: str, tmp_path: Path) -> None:
    report = read(tmp_path, {"access.log": combined("POST", 403), "error.log": modsecurity(rule, "Says why")})
    (one,) = stopped(report)
    assert (one.finding, one.target) == (finding, "modsecurity")
    assert [(reason.rule, reason.said) for reason in one.reasons] == [(rule, "Says why")]


def test_a_warning_about_a_call_that_passed_refuses_nothing(tmp_path: Path) -> None:
    warned = APACHE.format(module="security2", said=WARNED.format(rule="911100", msg="x", unique="u1"))
    report = read(tmp_path, {"access.log": combined("PUT", 200), "error.log": warned})
    assert (report.refused, report.calls) == (0, 1)


def test_another_callers_refusal_is_not_taken_for_ours(tmp_path: Path) -> None:
    strangers = NGINX.format(said="access forbidden by rule", method="PUT").replace("203.0.113.10", "198.51.100.1")
    access = combined("PUT", 403) + combined("PUT", 403, agent=BROWSER, address="198.51.100.1")
    (one,) = stopped(read(tmp_path, {"access.log": access, "error.log": strangers}))
    assert (one.count, one.reasons) == (1, ())


def test_an_error_log_alone_is_read_by_the_path_and_says_so(tmp_path: Path) -> None:
    line = NGINX.format(said="access forbidden by rule", method="PUT")
    (one,) = stopped(read(tmp_path, {"error.log": line}))
    assert (one.by_path_only, one.method, one.status) == (True, "PUT", 403)
    (one,) = stopped(read(tmp_path, {"error.log": line}, ips="203.0.113.10"))
    assert not one.by_path_only
    assert one.first_at == pytest.approx(time.mktime((2026, 11, 25, 6, 0, 1, 0, 0, -1)))


def test_old_apache_and_ipv6_clients_are_read(tmp_path: Path) -> None:
    said = "client denied by server configuration: /srv/shop/wp-json"
    old = f"[Wed Nov 25 06:00:00 2026] [error] [client 2001:db8::10] {said}\n"
    new = APACHE.format(module="authz_core", said=f"AH01630: {said}").replace("203.0.113.10:4711", "2001:db8::10:4711")
    for line in (old, new):
        access = combined("PUT", 403, address="2001:db8::10")
        (one,) = stopped(read(tmp_path, {"access.log": access, "error.log": line}))
        assert len(one.reasons) == 1


AUDIT_2 = f"""--1a2b3c4d-A--
[25/Nov/2026:06:00:00.123456 +0100] awZsR0MV 203.0.113.10 4711 192.0.2.80 443
--1a2b3c4d-B--
PATCH {ORDER}?consumer_secret=hidden HTTP/1.1
Host: shop.example
User-Agent: {OURS}

--1a2b3c4d-F--
HTTP/1.1 403 Forbidden

--1a2b3c4d-H--
Message: Warning. Match of "x" against "REQUEST_METHOD" required. [id "911100"] [msg "Method is not allowed by policy"]
Message: Access denied with code 403 (phase 2). Operator GE matched 5 at TX:anomaly_score. [id "949110"] [msg "Sum"]
Action: Intercepted (phase 2)

--1a2b3c4d-Z--
"""
AUDIT_2_JSON = (
    '{"transaction":{"time":"25/Nov/2026:06:00:00.123456 +0100","transaction_id":"a","remote_address":"203.0.113.10"},'
    f'"request":{{"request_line":"PATCH {ORDER} HTTP/1.1","headers":{{"Host":"shop.example","User-Agent":"{OURS}"}}}},'
    '"response":{"status":403},"audit_data":{"messages":["Warning. [id \\"911100\\"] [msg \\"Method is not allowed by '
    'policy\\"]"],"action":{"intercepted":true,"phase":2}}}\n'
)
AUDIT_3_JSON = (
    '{"transaction":{"client_ip":"203.0.113.10","time_stamp":"Wed Nov 25 06:00:00 2026","request":{"method":"PATCH",'
    f'"uri":"{ORDER}","headers":{{"Host":"shop.example","User-Agent":"{OURS}"}}}},"response":{{"http_code":403}},'
    '"messages":[{"message":"Method is not allowed by policy","details":{"ruleId":"911100"}}]}}\n'
)
AUDITS = {
    "2, its own form": AUDIT_2,
    "3, its own form": AUDIT_2.replace("--1a2b3c4d-", "---kT3xUYfn---")
    .replace(":00.123456 ", ":00 ")
    .replace("Message: ", "ModSecurity: "),
    "2, JSON": AUDIT_2_JSON,
    "3, JSON": AUDIT_3_JSON,
}


@pytest.mark.parametrize("form", AUDITS)
def test_an_audit_log_tells_who_was_refused_and_by_which_rule(form: str, tmp_path: Path) -> None:
    report = read(tmp_path, {"modsec_audit.log": AUDITS[form]})
    (one,) = stopped(report)
    assert (one.method, one.status, one.count, one.finding) == ("PATCH", 403, 1, "methods-rule-set")
    assert [reason.rule for reason in one.reasons] == ["911100"]
    assert (one.user_agents, one.by_path_only) == ((OURS,), False)
    assert "hidden" not in repr(report)
    assert read(tmp_path, {"modsec_audit.log": AUDITS[form].replace(OURS, BROWSER)}).calls == 0


@pytest.mark.parametrize("form", AUDITS)
def test_a_call_that_stands_in_all_logs_counts_once(form: str, tmp_path: Path) -> None:
    logs = {
        "error.log": modsecurity("911100", "Method is not allowed by policy"),
        "modsec_audit.log": AUDITS[form],
        "access.log": combined("PATCH", 403),
    }
    report = read(tmp_path, logs)
    assert (report.calls, report.refused) == (1, 1)
    assert [(reason.rule, reason.count) for reason in stopped(report)[0].reasons] == [("911100", 1)]


def test_a_broken_entry_of_an_audit_log_is_counted(tmp_path: Path) -> None:
    broken = AUDIT_2.replace("[25/Nov", "25/Nov")
    report = read(tmp_path, {"modsec_audit.log": broken + AUDIT_2 + "--12345678-Z--\n"})
    assert (report.refused, report.logs[0].unread) == (1, 2)
