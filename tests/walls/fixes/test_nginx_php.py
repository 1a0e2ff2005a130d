"""The line that hands the shop's keys on to PHP, in real nginx with real PHP."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.walls.conftest import Need
from tests.walls.fixes.apache import NEEDS, php
from tests.walls.fixes.calls import US4, call, fix_for, text
from tests.walls.fixes.table import note
from tests.walls.process import free_ports, let_in
from tests.walls.servers import nginx_with

PHP = "<?php http_response_code(($_SERVER['HTTP_AUTHORIZATION'] ?? '') ? 200 : 401);"
KEYS = {"Authorization": "Basic Y2s6Y3M="}


@pytest.fixture(scope="module")
def fastcgi(need: Need, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    need("/usr/sbin/nginx", NEEDS[1])
    with php(tmp_path_factory.mktemp("php")) as port:
        yield port


@pytest.mark.parametrize(("step", "expected"), [("", 401), ("header", 200)])
@pytest.mark.parametrize("taken_away", ["fastcgi_pass_request_headers off;", ""])
def test_php_sees_the_shops_keys(step: str, expected: int, taken_away: str, fastcgi: int, tmp_path: Path) -> None:
    """Without a word nginx hands the header on; the line then changes nothing."""
    let_in(tmp_path)
    (tmp_path / "index.php").write_text(PHP)
    line = text(fix_for("nginx-php"), step) if step else ""
    (port,) = free_ports(1)
    site = (
        f"server {{ listen {US4}:{port};\nlocation / {{\n{taken_away}\ninclude /etc/nginx/fastcgi_params;\n"
        f"fastcgi_param SCRIPT_FILENAME {tmp_path}/index.php;\nfastcgi_pass {US4}:{fastcgi};\n{line}\n}}\n}}"
    )
    with nginx_with(tmp_path, site, [port]):
        assert call(port, headers=KEYS) == (expected if taken_away else 200)
        assert call(port) == 401, "whoever brings no keys"
    note("nginx-php", "headers kept from PHP", "401", "200", "1 | 0")
