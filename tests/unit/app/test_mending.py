from __future__ import annotations

from datetime import UTC, datetime

import pytest

from varco.app.mending import mendings
from varco.doctor.layers import Layer
from varco.doctor.report import Call, Report, Told
from varco.model.exchange import Timings
from varco.model.finding import Finding, Params, Severity

NOW = datetime(2026, 11, 25, tzinfo=UTC)


def report(*codes: str, server: str = "", product: str = "", url: str = "https://shop.example") -> Report:
    params: Params = {"product": product} if product else {}
    call = Call(
        number=1,
        method="PUT",
        url=url,
        user_agent="Sendcloud/1.0.0",
        at=NOW,
        status=403,
        failure="",
        address="",
        timings=Timings(),
        headers=(("Server", server),),
    )
    findings = tuple(
        Told(
            finding=Finding(code=code, params=params),
            severity=Severity.RED,
            layer=Layer.SERVER,
            stops=("write-back",),
            only_from_here=False,
            evidence=(1,),
        )
        for code in codes
    )
    return Report(
        url=url,
        identity="sendcloud",
        inside=False,
        manner="careful",
        started_at=NOW,
        took_ms=1,
        platform="woocommerce",
        findings=findings,
        calls=(call,),
    )


@pytest.mark.parametrize(
    ("code", "server", "product", "target"),
    [
        ("method-refused", "nginx/1.22.1", "", "nginx"),
        ("method-refused", "Apache/2.4.71 (Debian)", "", "apache-htaccess"),
        ("methods-rule-set", "nginx/1.22.1", "", "modsecurity"),
        ("robot-test", "cloudflare", "Cloudflare", "cloudflare"),
        ("refused-by-server", "LiteSpeed", "", "litespeed"),
        ("header-lost", "Apache", "", "php-authorization"),
        ("header-lost", "nginx/1.24.0", "", "nginx-php"),
        ("banned-meanwhile", "nginx", "", "fail2ban"),
    ],
)
def test_the_target_is_the_one_that_was_seen(code: str, server: str, product: str, target: str) -> None:
    (one,) = mendings(report(code, server=server, product=product), "8.8.4.4")
    assert one.fix is not None
    assert one.fix.target == target
    assert f"--for {target} --finding {code}" in one.command


def test_without_addresses_it_says_which_command_prints_the_lines() -> None:
    (one,) = mendings(report("method-refused", server="nginx", url="https://shop.example/negozio"))
    assert one.fix is None
    assert one.command == (
        "varco fix --for nginx --finding method-refused --identity sendcloud --platform woocommerce --ips FILE "
        "--folder /negozio"
    )


def test_a_server_that_was_not_seen_is_not_guessed() -> None:
    (one,) = mendings(report("connect-timeout"), "8.8.4.4")
    assert one.fix is None
    assert "--for" not in one.command


def test_what_no_lines_mend_is_left_out_and_no_code_comes_twice() -> None:
    made = mendings(report("tls-expired", "method-refused", "method-refused", server="nginx"))
    assert [one.finding for one in made] == ["method-refused"]
