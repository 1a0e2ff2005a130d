"""`varco fix`, `varco allow` and `varco letter` as people use them."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.unit.cli.running import varco
from varco.cli.exits import Exit

OURS = "8.8.4.4, 2a00:1450:4001::8"


class Lists(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = b"<html>no list</html>" if "page" in self.path else b"8.8.4.4\n"
        self.send_response(404 if "gone" in self.path else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def lists() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Lists) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_lines_are_printed_with_their_test_and_their_undo() -> None:
    done = varco("fix", "--for", "nginx", "--ips", OURS, "--finding", "method-refused")
    assert done.returncode == Exit.GOOD
    for wanted in ("geo $ship_ip {", "8.8.4.4 1;", "2a00:1450:4001::8 1;", "Test: nginx -t", "Undo:", "Opens:"):
        assert wanted in done.stdout
    assert "limit_req" not in done.stdout


def test_they_are_explained_in_italian_too() -> None:
    done = varco("fix", "--for", "wordfence", "--ips", OURS, "--language", "it")
    assert "Annullare: Togliete gli indirizzi dall’elenco e salvate." in done.stdout


def test_programs_get_the_same_as_json() -> None:
    fix = json.loads(varco("fix", "--for", "ufw", "--ips", OURS, "--json").stdout)
    assert fix["target"] == "ufw"
    assert fix["opens"]["user_agents"] == []
    assert "ufw prepend allow proto tcp from 8.8.4.4" in fix["steps"][0]["text"]


def test_without_a_target_those_that_there_are_are_listed() -> None:
    done = varco("fix", "--ips", OURS, "--finding", "robot-test", "--json")
    assert [one["target"] for one in json.loads(done.stdout)] == [
        "litespeed",
        "hostinger",
        "akamai",
        "aws-waf",
        "cloudflare",
        "imperva",
        "imunify360",
        "siteground",
    ]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["fix", "--for", "nginx"], "support.sendcloud.com"),
        (["fix", "--for", "nginx", "--ips", "8.8.4.O"], "8.8.4.O is no address"),
        (["fix", "--for", "nginx", "--ips", "10.0.0.1"], "--allow-private"),
        (["fix", "--for", "nginx", "--ips", "/no/list"], "There is no file /no/list"),
        (["fix", "--for", "iis", "--ips", OURS], "There are no lines for iis. Known:"),
        (["fix", "--for", "nginx", "--ips", OURS, "--platform", "opencart"], "There is no platform opencart"),
        (["fix", "--for", "nginx", "--ips", OURS, "--finding", "tls-expired"], "No rule of a server mends"),
        (["fix", "--for", "nginx-real-ip", "--ips", OURS], "--proxies"),
        (["fix", "--for", "mod-evasive", "--ips", "2a00:1450:4001::/48"], "mod_evasive cannot take an IPv6 network"),
        (["allow"], "support.sendcloud.com"),
        (["letter", "shop example", "--ips", OURS], "has a space in it"),
        (["letter"], "varco check --json"),
        (["letter", "shop.example", "--since", "yesterday"], "--since yesterday is no time"),
        (["letter", "shop.example", "--zone", "Mars/Base"], "There is no time zone Mars/Base"),
        (["letter", "shop.example", "--output", "/no/letter.txt"], "cannot be written to /no/letter.txt"),
    ],
)
def test_wrong_use_is_one_clear_line(arguments: list[str], told: str) -> None:
    done = varco(*arguments)
    assert done.returncode == Exit.WRONG_USE
    assert told in done.stderr
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1


def test_a_list_may_be_a_file(tmp_path: Path) -> None:
    (tmp_path / "ips.txt").write_text("8.8.4.4  # the first\n")
    done = varco("fix", "--for", "iptables", "--ips", str(tmp_path / "ips.txt"))
    assert "iptables -I INPUT -s 8.8.4.4 " in done.stdout


def test_a_list_at_an_address_that_is_not_public_is_not_asked_for(lists: str) -> None:
    done = varco("fix", "--for", "nginx", "--ips", f"{lists}/list")
    assert done.returncode == Exit.WRONG_USE
    assert "cannot be read: address-forbidden" in done.stderr


def test_what_to_allow_is_printed_for_every_target() -> None:
    made = json.loads(varco("allow", "--ips", OURS, "--json").stdout)
    assert {"nginx", "cloudflare", "apache-htaccess", "ufw"} <= {fix["target"] for fix in made}
    assert all("8.8.4.4" in str(fix).replace("\\", "") for fix in made if fix["opens"].get("addresses"))


def test_one_target_that_cannot_take_an_address_stops_no_other() -> None:
    made = json.loads(varco("allow", "--ips", "2a00:1450:4001::/48", "--json").stdout)
    assert "mod-evasive" not in {fix["target"] for fix in made}
    assert "nginx" in {fix["target"] for fix in made}


def test_a_letter_names_the_shops_folder() -> None:
    done = varco("letter", "https://shop.example/negozio", "--ips", OURS, "--for", "nginx", "--language", "it")
    assert done.returncode == Exit.GOOD
    assert "/negozio/wp-json/wc/" in done.stdout
    assert "Buongiorno," in done.stdout


@pytest.mark.parametrize(
    ("form", "begins"), [("html", "<!doctype"), ("pdf", "%PDF"), ("eml", "Subject:"), ("text", "shop")]
)
def test_a_letter_comes_in_every_form(form: str, begins: str, tmp_path: Path) -> None:
    file = tmp_path / "letter"
    done = varco("letter", "shop.example", "--ips", OURS, "--format", form, "--output", str(file))
    assert done.returncode == Exit.GOOD
    assert done.stdout == ""
    assert file.read_bytes().startswith(begins.encode())


def test_a_letter_takes_what_it_says_from_a_report(tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    report.write_text(varco("check", "http://127.0.0.1:9", "--json", "--allow-network", "127.0.0.0/8").stdout)
    done = varco("letter", "--report", str(report), "--ips", OURS)
    assert done.returncode == Exit.GOOD
    assert "(connection-refused)" in done.stdout
