"""`varco check` as people use it, against a server on a real socket."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.unit.cli.running import varco
from varco.cli.exits import Exit

HERE = ("--allow-network", "127.0.0.0/8", "--pause", "0")


class Shop(BaseHTTPRequestHandler):
    """WordPress with WooCommerce, except for callers whose name holds `Sendcloud`, whatever its case."""

    def answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", "0")))
        refused = "sendcloud" in self.headers["User-Agent"].lower()
        status, body = (403, b"<h1>Forbidden</h1>") if refused else (200, b'{"namespaces": ["wp/v2", "wc/v3"]}')
        if not refused and "probe" in self.path:
            status, body = 404, b'{"code": "rest_no_route", "message": "No route", "data": {"status": 404}}'
        self.send_response(status)
        self.send_header("Content-Type", "text/html" if refused else "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_HEAD = do_POST = do_OPTIONS = do_PUT = do_PATCH = do_DELETE = answer

    def log_message(self, format: str, *args: object) -> None:
        """Quiet."""


@pytest.fixture
def shop() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Shop) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_good_shop_is_named_with_its_times(shop: str) -> None:
    answer = varco("check", shop, "--identity", "varco", *HERE)
    assert answer.returncode == Exit.GOOD, answer.stderr
    assert "WooCommerce" in answer.stdout
    assert "answer" in answer.stdout
    assert answer.stderr == ""


def test_a_refused_name_is_a_problem_with_advice(shop: str) -> None:
    answer = varco("check", shop, *HERE)
    assert answer.returncode == Exit.PROBLEM
    assert "(refused-name)" in answer.stdout
    assert "the same call under another name passes" in answer.stdout
    assert "403  ?     ?" in answer.stdout, "the matrix of methods by names"


def test_json_tells_the_same(shop: str) -> None:
    told = json.loads(varco("check", shop, "--json", *HERE).stdout)
    (finding,) = [found for found in told["findings"] if found["severity"] == "red"]
    assert told["format"] == 2
    assert finding["finding"]["code"] == "refused-name"
    assert finding["stops"] == ["import", "write-back"]
    assert finding["sentence"].startswith("127.0.0.1 refuses calls")
    assert [cell["told"] for cell in told["matrix"][0]["cells"]] == ["403", "?", "?", "?", "?", "?", "?"]
    assert told["calls"][0]["timings"]["total_ms"] >= 0
    good = json.loads(varco("check", shop, "--json", "--user-agent", "Mozilla/5.0", *HERE).stdout)
    assert good["platform"] == "woocommerce"
    assert {requirement["colour"] for requirement in good["requirements"]} == {"green", "grey"}


def test_the_finding_comes_in_italian_on_request(shop: str) -> None:
    told = json.loads(varco("check", shop, "--json", "--language", "it", *HERE).stdout)
    english = json.loads(varco("check", shop, "--json", *HERE).stdout)
    assert told["findings"][0]["sentence"] != english["findings"][0]["sentence"]


def test_a_private_address_is_not_called(shop: str) -> None:
    answer = varco("check", shop)
    assert answer.returncode == Exit.PROBLEM
    assert "(address-not-allowed)" in answer.stdout


@pytest.mark.parametrize("typed", ["ftp://shop.example", "my shop", "https://"])
def test_what_is_no_address_is_wrong_use(typed: str) -> None:
    answer = varco("check", typed)
    assert answer.returncode == Exit.WRONG_USE
    assert answer.stdout == ""
    assert answer.stderr.startswith("varco: ")
    assert answer.stderr.count("\n") == 1


def test_a_shop_is_looked_at_from_another_place(shop: str) -> None:
    """The proxy is asked for a name that only it can know."""
    told = json.loads(varco("check", "http://shop.invalid", "--from", shop, "--json", "--pause", "0").stdout)
    assert told["platform"] == "woocommerce"
    assert told["calls"][0]["url"] == "http://shop.invalid/"


def test_a_proxy_that_is_none_is_wrong_use() -> None:
    answer = varco("check", "shop.example", "--from", "socks://127.0.0.1")
    assert answer.returncode == Exit.WRONG_USE
    assert "--from" in answer.stderr


def test_a_page_and_a_mail_are_written_on_request(shop: str, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    answer = varco("check", shop, "--html", str(page), "--markdown", *HERE)
    assert "| Sendcloud/1.0.0 | 403 | ? |" in answer.stdout
    assert "refused-name" in page.read_text(encoding="utf-8")


def test_keys_come_from_a_file_and_are_shown_nowhere(shop: str, tmp_path: Path) -> None:
    keys = tmp_path / "keys.json"
    keys.write_text('{"consumer_key": "ck_12345678", "consumer_secret": "cs_12345678"}')
    arguments = ("--platform", "woocommerce", "--key-file", str(keys), "--identity", "varco", "--json")
    answer = varco("check", shop, *arguments, *HERE)
    assert "12345678" not in answer.stdout + answer.stderr
    keys.write_text("ck_12345678")
    answer = varco("check", shop, *arguments, *HERE)
    assert answer.returncode == Exit.WRONG_USE
    assert "12345678" not in answer.stdout + answer.stderr


def test_two_reports_are_compared(shop: str, tmp_path: Path) -> None:
    files = [tmp_path / "office.json", tmp_path / "home.json"]
    for file, agent in zip(files, ("Mozilla/5.0", "Sendcloud"), strict=True):
        file.write_text(varco("check", shop, "--json", "--user-agent", agent, *HERE).stdout)
    answer = varco("compare", *map(str, files))
    assert answer.returncode == Exit.PROBLEM
    assert "(refused-by-address)" in answer.stdout
    assert varco("compare", str(files[0]), str(files[0])).returncode == Exit.GOOD
    files[0].write_text("{}")
    answer = varco("compare", *map(str, files))
    assert answer.returncode == Exit.WRONG_USE
    assert "holds no report" in answer.stderr


def test_shops_of_one_server_that_share_a_problem_are_told_of_together(shop: str, tmp_path: Path) -> None:
    file = tmp_path / "shops.txt"
    file.write_text(f"{shop}\n{shop}/negozio\nhttp://127.0.0.1:9\n")
    answer = varco("check", "--list", str(file), "--language", "en", *HERE)
    assert f"2 shops on one server (127.0.0.1) fail alike: {shop}, {shop}/negozio.  (refused-name)" in answer.stderr


def test_many_shops_are_examined_one_report_per_line(shop: str, tmp_path: Path) -> None:
    file = tmp_path / "shops.txt"
    file.write_text(f"# ours\n{shop}\n\nhttp://127.0.0.1:9\n")
    answer = varco("check", "--list", str(file), *HERE)
    assert answer.returncode == Exit.PROBLEM
    found = {
        told["url"]: told["findings"][0]["finding"]["code"] for told in map(json.loads, answer.stdout.splitlines())
    }
    assert found == {shop: "refused-name", "http://127.0.0.1:9": "connection-refused"}
    assert "Our name is refused" in answer.stderr


def test_neither_an_address_nor_a_list_is_wrong_use(tmp_path: Path) -> None:
    assert varco("check").returncode == Exit.WRONG_USE
    (tmp_path / "shops.txt").write_text("shop.example\n")
    assert varco("check", "shop.example", "--list", str(tmp_path / "shops.txt")).returncode == Exit.WRONG_USE
