"""From what the examination finds to the lines, into the server, and examined again: nothing stops any more."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.unit.cli.running import varco
from tests.walls.conftest import Need
from tests.walls.fixes.calls import US4
from tests.walls.fixes.test_web_servers import nginx
from tests.walls.process import free_ports
from tests.walls.servers import NEEDS
from varco.cli.exits import Exit
from varco.sandbox.process import Running

REFUSED = "if ($request_method !~ ^(GET|HEAD|POST)$) { return 405; }"


def examined(port: int) -> tuple[subprocess.CompletedProcess[str], dict[str, Any]]:
    places = ("--allow-network", "127.0.0.0/8", "--ips", US4, "--inside", "--pause", "0")
    done = varco("check", f"http://{US4}:{port}", "--platform", "woocommerce", "--fix", "--json", *places)
    return done, json.loads(done.stdout)


def test_the_lines_for_a_finding_end_it(shops: Running, tmp_path: Path, need: Need) -> None:
    need(*NEEDS["nginx"])
    behind = urlsplit(shops.shops[0].url).port
    assert behind is not None
    (port,) = free_ports(1)
    with nginx(tmp_path, port, behind, ("", REFUSED, "")):
        before, report = examined(port)
    assert before.returncode == Exit.PROBLEM
    fix = next(one["fix"] for one in report["mendings"] if one["fix"])
    assert fix["target"] == "nginx"
    lines = {step["name"]: step["text"] for step in fix["steps"]}
    with nginx(tmp_path, port, behind, (lines["who"], lines["if"], "")):
        after, report = examined(port)
    assert [told["finding"]["code"] for told in report["findings"] if told["severity"] == "red"] == []
    assert report["mendings"] == []
    assert after.returncode == Exit.GOOD


def test_whoever_tests_is_let_in_for_the_test_and_not_after_it(shops: Running, tmp_path: Path, need: Need) -> None:
    need(*NEEDS["nginx"])
    behind = urlsplit(shops.shops[0].url).port
    assert behind is not None
    (port,) = free_ports(1)
    tester = ("--test-from", US4)

    def seen(http: str, server: str) -> tuple[int, dict[str, Any]]:
        with nginx(tmp_path, port, behind, (http, server, "")):
            places = ("--allow-network", "127.0.0.0/8", "--ips", "198.51.100.7", "--pause", "0")
            done = varco(
                "check", f"http://{US4}:{port}", "--platform", "woocommerce", "--fix", "--json", *places, *tester
            )
        return done.returncode, json.loads(done.stdout)

    _, report = seen("", REFUSED)
    one = next(one for one in report["mendings"] if one["fix"])
    lines = {step["name"]: step["text"] for step in one["fix"]["steps"]}
    (change,) = one["trial"]["begin"]
    with_tester = lines["who"].replace(f"    {change['below']}\n", f"    {change['below']}\n{change['text']}\n")
    assert seen(lines["who"], lines["if"])[0] == Exit.PROBLEM
    during, report = seen(with_tester, lines["if"])
    assert during == Exit.GOOD
    assert report["test_address"] == US4
    assert seen(lines["who"], lines["if"])[0] == Exit.PROBLEM
