"""What the audit says of a `.htaccess` is what the real Apache does with it, for each method and each name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.unit.inside.test_audit import BROKEN, SPARED, examined
from tests.walls.conftest import Need
from tests.walls.fixes.apache import MODULES, NEEDS, apache, php
from tests.walls.fixes.calls import AGENTS, US4, call
from varco.model.identity import METHODS

_MORE: Final = f"{MODULES} alias headers"
_NOT_APACHE: Final = ("robot-test", "header-unset", "magento", "prestashop", "old-wordpress")
"""LiteSpeed's alone, what refuses nothing by itself, and files of other shops than the one that is asked for."""
FILES: Final = [
    path
    for path in (*BROKEN, *SPARED)
    if path.suffix == ".htaccess" and not any(one in path.name for one in _NOT_APACHE)
]


@pytest.fixture(scope="module")
def fastcgi(need: Need, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    need(*NEEDS)
    with php(tmp_path_factory.mktemp("php")) as port:
        yield port


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_apache_refuses_the_calls_that_the_audit_names(path: Path, fastcgi: int, tmp_path: Path) -> None:
    text = (
        path.read_text(encoding="utf-8").replace("203.0.113.10", US4).replace("127.0.0.1 192.168", "10.0.0.1 192.168")
    )
    text = text.replace("127\\.0\\.0\\.1", "10\\.0\\.0\\.1")
    copy = tmp_path / "copy" / ".htaccess"
    copy.parent.mkdir()
    copy.write_text(text)
    problems = examined(copy, ips=US4, platform="woocommerce").problems
    with apache(tmp_path, fastcgi, htaccess=text, modules=_MORE) as port:
        for method in METHODS:
            for agent in AGENTS:
                told = any(method in one.methods for one in problems)
                status = call(port, method, agent=agent, path="/wp-json/wc/v3/orders")
                assert (status not in (200, 301)) == told, (method, agent, status)
