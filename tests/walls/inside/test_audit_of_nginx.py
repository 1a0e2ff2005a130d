"""What the audit says of an nginx is what the real one does, for each method and each name."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest

from tests.unit.inside.test_audit import BROKEN, SPARED, examined
from tests.walls.conftest import Need
from tests.walls.fixes.calls import AGENTS, US4, call, shop
from tests.walls.process import free_ports
from tests.walls.servers import NEEDS, nginx_with
from varco.model.identity import METHODS

_OTHERS: Final = tuple("limit.nginx small-bodies header-cut certificate brackets fragment stock maintenance.ng".split())
"""Those about more than one call, about contents, and those that are no single server."""
FILES: Final = [
    path
    for path in (*BROKEN, *SPARED)
    if path.name.endswith(".nginx.conf") and not any(one in path.name for one in _OTHERS)
]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_nginx_refuses_the_calls_that_the_audit_names(path: Path, need: Need, tmp_path: Path) -> None:
    need(*NEEDS["nginx"])
    text = path.read_text(encoding="utf-8").replace(US4, "10.0.0.1").replace("203.0.113.10", US4)
    (port,) = free_ports(1)
    (tmp_path / "passwords").write_text("")
    with shop() as behind:
        passed_on = f"proxy_pass http://{US4}:{behind};"
        text = re.sub(r"(?:include fastcgi_params; )?(?:proxy|fastcgi)_pass [^;]+;", passed_on, text)
        text = re.sub(r"listen [^;]+;", f"listen {US4}:{port};", text).replace("root /srv/shop", f"root {tmp_path}")
        text = text.replace("/etc/nginx/passwords", f"{tmp_path}/passwords").replace("rate=", "rate=9")
        copy = tmp_path / "site.nginx.conf"
        copy.write_text(text)
        problems = examined(copy, ips=US4, platform="woocommerce").problems
        with nginx_with(tmp_path, text, [port]):
            for method in METHODS:
                for agent in AGENTS:
                    told = any(method in one.methods for one in problems)
                    status = call(port, method, agent=agent, path="/wp-json/wc/v3/orders")
                    assert (status != 200) == told, (method, agent, status)
