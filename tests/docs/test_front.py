"""What a visitor reads first is true: the version, the doctor's output, and no word about the place we work in."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Final

import pytest

from tests.docs.pages import ROOT, fences_of, text_of
from varco import __version__
from varco.cli.main import run

PLACES: Final = ("/" + "work" + "/", "/" + "tmp" + "/" + "varco", "pypi" + ".org", "python" + "hosted.org")
TEXTS: Final = (".md", ".py", ".toml", ".html", ".css", ".js", ".po", ".lock", ".in", ".sh", ".service", "")
FOLDERS: Final = ("src", "tests", "docs", "tools", "bench", "requirements", ".ci")


def test_the_changelog_begins_with_this_version() -> None:
    newest = re.findall(r"^## (\S+)", text_of(ROOT / "CHANGELOG.md"), re.MULTILINE)[0]
    assert newest == __version__


def test_the_readme_shows_what_the_doctor_really_prints(capsys: pytest.CaptureFixture[str]) -> None:
    (shown,) = [fence.text for fence in fences_of(ROOT / "README.md", "console")]
    command, _, printed = shown.partition("\n")
    assert command == "$ varco check https://shop.example"
    with blocking_shop() as address:
        code = run(["check", address, "--allow-network", "127.0.0.0/8", "--language", "en"])
    assert code == 1
    assert in_general(capsys.readouterr().out.replace(address, "https://shop.example")) == in_general(printed)


def in_general(text: str) -> list[str]:
    """Without what differs from call to call: addresses, times, phases of an encrypted call, how much was asked."""
    text = text.replace("127.0.0.1", "ADDRESS").replace("203.0.113.80", "ADDRESS").replace("shop.example", "ADDRESS")
    text = re.sub(r"^(Questions +)\d+, \d+ s", r"\1MANY", text, flags=re.MULTILINE)
    return [re.sub(r"(\w+ \d+ ms(, )?)+", "TIMES", line).rstrip() for line in text.strip().splitlines()]


@contextmanager
def blocking_shop() -> Iterator[str]:
    """An nginx in front of a shop, with a rule against one platform's name."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Blocking)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Blocking(BaseHTTPRequestHandler):
    server_version, sys_version = "nginx/1.22.1", ""

    def do_GET(self) -> None:
        if "sendcloud" in self.headers.get("User-Agent", "").lower():
            page = "<center><h1>403 Forbidden</h1></center>\r\n<hr><center>nginx/1.22.1</center>"
            self._answer(403, "text/html", page)
        else:
            self._answer(200, "application/json", '{"name":"Shop","namespaces":["wp/v2","wc/v3"]}')

    def _answer(self, status: int, kind: str, body: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing: the test's output is what is compared."""


def test_nothing_speaks_of_the_place_we_work_in() -> None:
    for path in our_texts():
        text = path.read_text(encoding="utf-8")
        assert not [place for place in PLACES if place in text], path.relative_to(ROOT)


def our_texts() -> Iterator[Path]:
    yield from (path for path in ROOT.iterdir() if path.is_file() and path.suffix in TEXTS)
    for folder in FOLDERS:
        for path in (ROOT / folder).rglob("*"):
            if path.is_file() and path.suffix in TEXTS and "__pycache__" not in path.parts:
                yield path
