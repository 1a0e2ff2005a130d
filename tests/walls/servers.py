"""How each server software is started with its rules, one port per rule, in front of one shop."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.walls.process import HOST, free_ports, running
from tests.walls.rules import Rule

APACHE_MODULES = Path("/usr/lib/apache2/modules")
_CRS = Path("/usr/share/modsecurity-crs/rules")
_CRS_SETUP = Path("/etc/modsecurity/crs/crs-setup.conf")
_MODSECURITY = Path("/etc/modsecurity/modsecurity.conf-recommended")


@dataclass(frozen=True, kw_only=True)
class Backends:
    """Ports behind the servers."""

    shop: int
    dead: int
    silent: int


@dataclass(frozen=True)
class Site:
    rule: Rule
    port: int
    text: str
    """The rule's, with its placeholders filled in."""


def urls(sites: Sequence[Site]) -> dict[str, str]:
    return {site.rule.name: f"http://{HOST}:{site.port}" for site in sites}


@contextmanager
def nginx(folder: Path, sites: Sequence[Site], backends: Backends) -> Iterator[None]:
    blocks = "".join(_nginx_site(site, backends.shop, folder) for site in sites)
    zone = "limit_req_zone $binary_remote_addr zone=calls:1m rate=1r/m;\n"
    with nginx_with(folder, zone + blocks, [site.port for site in sites]):
        yield


@contextmanager
def nginx_with(folder: Path, http: str, ports: Sequence[int]) -> Iterator[None]:
    """What stands in its `http` block is the caller's."""
    with running(nginx_config(folder, http), folder, ports):
        yield


def nginx_config(folder: Path, http: str) -> list[str]:
    """Written; the command that starts nginx with it."""
    temporary = "".join(
        f"{name}_temp_path {folder}/{name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    config = folder / "nginx.conf"
    config.write_text(
        f"user root;\ndaemon off;\nworker_processes 1;\npid {folder}/nginx.pid;\nerror_log stderr error;\n"
        f"events {{ worker_connections 64; }}\nhttp {{\naccess_log off;\n{temporary}{http}\n}}\n"
    )
    return ["/usr/sbin/nginx", "-p", str(folder), "-e", "stderr", "-c", str(config)]


def log_of(folder: Path, port: int) -> Path:
    """Where nginx and Apache write what went wrong at that site."""
    return folder / f"{port}.log"


def _nginx_site(site: Site, shop: int, folder: Path) -> str:
    further = f"proxy_pass http://{HOST}:{shop};" if site.rule.passes_on else ""
    log = f"error_log {log_of(folder, site.port)} error;"
    return f"server {{ listen {HOST}:{site.port};\n{log}\nlocation / {{ {site.text}\n{further} }} }}\n"


@contextmanager
def apache(folder: Path, sites: Sequence[Site], backends: Backends) -> Iterator[None]:
    names = "mpm_event authn_core authn_file auth_basic authz_core authz_host authz_user env headers proxy proxy_http "
    names += "rewrite setenvif unique_id security2"
    modules = "".join(f"LoadModule {name}_module {APACHE_MODULES}/mod_{name}.so\n" for name in names.split())
    blocks = "".join(_apache_site(site, backends.shop, folder) for site in sites)
    config = folder / "apache.conf"
    config.write_text(
        f"ServerRoot {folder}\nDefaultRuntimeDir {folder}\nPidFile {folder}/apache.pid\nServerName {HOST}\n"
        f"ErrorLog {folder}/error.log\nStartServers 1\n{modules}\nUser nobody\nGroup nogroup\n"
        f"<Directory />\nRequire all granted\n</Directory>\nProxyPreserveHost On\n{modsecurity(folder)}{blocks}"
    )
    ports = [site.port for site in sites]
    with running(["/usr/sbin/apache2", "-DFOREGROUND", "-f", str(config)], folder, ports):
        yield


def _apache_site(site: Site, shop: int, folder: Path) -> str:
    text = site.text
    for level in (1, 2):
        text = text.replace(f"{{crs {level}}}", core_rule_set(level))
    further = f"ProxyPass / http://{HOST}:{shop}/" if site.rule.passes_on else ""
    address = f"{HOST}:{site.port}"
    log = f"ErrorLog {log_of(folder, site.port)}"
    return f"Listen {address}\n<VirtualHost {address}>\n{log}\n{text}\n{further}\n</VirtualHost>\n"


def modsecurity(folder: Path) -> str:
    """As Debian's package recommends it, with its files in `folder`; off where no rule switches it on."""
    lines = _MODSECURITY.read_text().replace("unicode.mapping", str(_MODSECURITY.with_name("unicode.mapping")))
    kept = [line for line in lines.splitlines() if not line.startswith(("SecAudit", "SecTmpDir", "SecDataDir"))]
    ours = [f"SecTmpDir {folder}", f"SecDataDir {folder}", "SecAuditEngine Off", "SecRuleEngine Off"]
    config = folder / "modsecurity.conf"
    config.write_text("\n".join([*kept, *ours, ""]))
    return f"Include {config}\n"


def core_rule_set(level: int, exceptions: str = "") -> str:
    """Switched on as Debian's package lays it out, at that paranoia level, with exceptions in the place for them."""
    action = f'SecAction "id:900000,phase:1,nolog,pass,t:none,setvar:tx.paranoia_level={level}"'
    return f"SecRuleEngine On\nInclude {_CRS_SETUP}\n{action}\n{exceptions}\nInclude {_CRS}/*.conf\n"


@contextmanager
def haproxy(folder: Path, sites: Sequence[Site], backends: Backends) -> Iterator[None]:
    fronts = "".join(
        f"frontend site{number}\n  bind {HOST}:{site.port}\n  {site.text}\n  default_backend shop\n"
        for number, site in enumerate(sites)
    )
    config = folder / "haproxy.cfg"
    config.write_text(
        "defaults\n  mode http\n  timeout connect 2s\n  timeout client 10s\n  timeout server 10s\n"
        f"  timeout tarpit 200ms\n  retries 0\n{fronts}"
        f"backend shop\n  server one {HOST}:{backends.shop}\nbackend dead\n  server one {HOST}:{backends.dead}\n"
    )
    with running(["/usr/sbin/haproxy", "-db", "-f", str(config)], folder, [site.port for site in sites]):
        yield


@contextmanager
def caddy(folder: Path, sites: Sequence[Site], backends: Backends) -> Iterator[None]:
    blocks = ""
    for site in sites:
        further = f"reverse_proxy {HOST}:{backends.shop}" if site.rule.passes_on else ""
        blocks += f"http://{HOST}:{site.port} {{\nbind {HOST}\n{site.text}\n{further}\n}}\n"
    config = folder / "Caddyfile"
    config.write_text(f"{{\nadmin off\nauto_https off\n}}\n{blocks}")
    command = ["/usr/bin/caddy", "run", "--adapter", "caddyfile", "--config", str(config)]
    home = {"HOME": str(folder), "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder)}
    with running(command, folder, [site.port for site in sites], home):
        yield


@contextmanager
def lighttpd(folder: Path, sites: Sequence[Site], backends: Backends) -> Iterator[None]:
    (main,) = free_ports(1)
    blocks = "".join(
        f'$SERVER["socket"] == "{HOST}:{site.port}" {{\n{site.text}\n'
        f'proxy.server = ("" => (("host" => "{HOST}", "port" => {backends.shop})))\n}}\n'
        for site in sites
    )
    config = folder / "lighttpd.conf"
    config.write_text(
        'server.modules = ("mod_access", "mod_proxy")\n'
        f'server.document-root = "{folder}"\nserver.bind = "{HOST}"\nserver.port = {main}\n'
        f'server.upload-dirs = ("{folder}")\nserver.max-request-size = 64\n{blocks}'
    )
    with running(["/usr/sbin/lighttpd", "-D", "-f", str(config)], folder, [site.port for site in sites]):
        yield


@contextmanager
def varnish(folder: Path, sites: Sequence[Site], backends: Backends) -> Iterator[None]:
    rules = "".join(f"if (std.port(local.ip) == {site.port}) {{ {site.text} }}\n" for site in sites)
    config = folder / "rules.vcl"
    config.write_text(
        "vcl 4.1;\nimport std;\n"
        f'backend shop {{ .host = "{HOST}"; .port = "{backends.shop}"; }}\n'
        f'backend dead {{ .host = "{HOST}"; .port = "{backends.dead}"; }}\n'
        f"sub vcl_recv {{ set req.backend_hint = shop;\n{rules} return (pass); }}\n"
    )
    listen = [part for site in sites for part in ("-a", f"{HOST}:{site.port}")]
    command = ["/usr/sbin/varnishd", "-F", "-j", "none", "-n", str(folder), "-s", "default,16m", "-f", str(config)]
    with running([*command, *listen], folder, [site.port for site in sites]):
        yield


Start = Callable[[Path, Sequence[Site], Backends], AbstractContextManager[None]]

START: Mapping[str, Start] = {
    "nginx": nginx,
    "apache": apache,
    "haproxy": haproxy,
    "caddy": caddy,
    "lighttpd": lighttpd,
    "varnish": varnish,
}
NEEDS: Mapping[str, Sequence[str]] = {
    "nginx": ("/usr/sbin/nginx",),
    "apache": ("/usr/sbin/apache2", str(APACHE_MODULES / "mod_security2.so"), str(_CRS), str(_MODSECURITY)),
    "haproxy": ("/usr/sbin/haproxy",),
    "caddy": ("/usr/bin/caddy",),
    "lighttpd": ("/usr/sbin/lighttpd",),
    "varnish": ("/usr/sbin/varnishd",),
}
"""What must be installed; `tests/walls/packages` names the packages."""
