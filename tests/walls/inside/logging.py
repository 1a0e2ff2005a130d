"""Servers that refuse and log, in each of the forms that logs have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.walls.fixes.apache import FRONT, MODULES, apache
from tests.walls.fixes.calls import US4, US6
from tests.walls.fixes.test_modsecurity import MODULE, RECOMMENDED
from tests.walls.process import free_ports, running
from tests.walls.servers import core_rule_set, modsecurity

AUDIT: Final = (
    "SecAuditEngine RelevantOnly\nSecAuditLogRelevantStatus ^[45]\nSecAuditLogParts ABCFHZ\nSecAuditLogType Serial\n"
)
VHOST_COMBINED: Final = r'LogFormat "%v:%p %h %l %u %t \"%r\" %>s %O \"%{Referer}i\" \"%{User-Agent}i\"" vhost_combined'


@contextmanager
def apache_with_rules(folder: Path, fastcgi: int, *, json: bool = False) -> Iterator[tuple[int, Sequence[Path]]]:
    """ModSecurity 2 with the core rules; its port, and its access, audit and error log."""
    logs = folder / "logs"
    logs.mkdir()
    access, audit = logs / "other_vhosts_access.log", logs / "modsec_audit.log"
    server = f"{VHOST_COMBINED}\nCustomLog {access} vhost_combined\n{modsecurity(folder)}{core_rule_set(1)}{AUDIT}"
    server += f"SecAuditLog {audit}\n" + ("SecAuditLogFormat JSON\n" if json else "")
    with apache(folder, fastcgi, htaccess=FRONT, server=server, modules=f"{MODULES} security2") as port:
        yield port, [access, audit, folder / f"apache-{port}" / "error.log"]


@contextmanager
def nginx_with_rules(folder: Path, behind: int, *, json: bool = False) -> Iterator[tuple[int, Sequence[Path]]]:
    """ModSecurity 3 with the core rules; its port, and its access, audit and error log."""
    (port,) = free_ports(1)
    access, audit, error = (folder / name for name in ("access.log", "audit.log", "error.log"))
    lines = RECOMMENDED.read_text().replace("unicode.mapping", str(RECOMMENDED.with_name("unicode.mapping")))
    kept = [line for line in lines.splitlines() if not line.startswith(("SecAudit", "SecTmpDir", "SecDataDir"))]
    rules = folder / "main.conf"
    form = "SecAuditLogFormat JSON\n" if json else ""
    rules.write_text("\n".join([*kept, core_rule_set(1), f"{AUDIT}SecAuditLog {audit}\n{form}"]))
    site = f"modsecurity on;\nmodsecurity_rules_file {rules};\nlocation / {{ proxy_pass http://{US4}:{behind}; }}"
    with nginx(folder, port, site, access=f"{access} combined", error=f"{error} info", head=f"load_module {MODULE};\n"):
        yield port, [access, audit, error]


@contextmanager
def nginx(
    folder: Path, port: int, site: str, *, access: str, error: str, head: str = "", http: str = ""
) -> Iterator[None]:
    names = "client_body proxy fastcgi uwsgi scgi".split()
    temporary = "".join(f"{name}_temp_path {folder}/{name};\n" for name in names)
    config = folder / "nginx.conf"
    config.write_text(
        f"{head}user root;\ndaemon off;\nworker_processes 1;\npid {folder}/nginx.pid;\nerror_log {error};\n"
        f"events {{ worker_connections 64; }}\nhttp {{\n{temporary}{http}\naccess_log {access};\n"
        f"server {{ listen {US4}:{port}; listen [{US6}]:{port}; server_name shop.example;\n{site}\n}}\n}}\n"
    )
    with running(["/usr/sbin/nginx", "-p", str(folder), "-e", "stderr", "-c", str(config)], folder, [port]):
        yield
