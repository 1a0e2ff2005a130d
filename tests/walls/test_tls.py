"""Faults of certificates and encryption, in real servers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from tests.walls.calls import door, outcome_of
from tests.walls.certificates import Authority
from tests.walls.conftest import Need, Walls
from tests.walls.doctor import MANNERS, Scores, causes, examined
from tests.walls.process import HOST, free_ports, running
from tests.walls.rules import SHOP
from tests.walls.servers import APACHE_MODULES, NEEDS, nginx_with
from varco.doctor.scan import Limits
from varco.sandbox.process import Running

NGINX_TABLE = {
    "good certificate": SHOP,
    "expired": "tls-expired",
    "self-signed": "tls-self-signed",
    "another name": "tls-name-mismatch",
    "no certificate in between": "tls-incomplete-chain",
    "TLS 1.1 only": "tls-old-protocol",
    "client certificate": "tls-client-certificate",
    "unknown name": "tls-unknown-name",
}


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def nginx(
    authority: Authority, shops: Running, need: Need, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Mapping[str, int]]:
    """The port of each fault."""
    need(*NEEDS["nginx"])
    good, self_signed = authority.server(), authority.self_signed()
    faults = {
        "good certificate": _certificate(good),
        "expired": _certificate(authority.server(expired=True)),
        "self-signed": _certificate(self_signed),
        "another name": _certificate(authority.server("www.shop.example")),
        "no certificate in between": _certificate(authority.server(chain=False)),
        "TLS 1.1 only": _certificate(good) + "ssl_protocols TLSv1.1; ssl_ciphers DEFAULT@SECLEVEL=0;",
        "client certificate": f"{_certificate(good)} ssl_client_certificate {authority.file}; ssl_verify_client on;",
        "unknown name": "ssl_reject_handshake on;",
    }
    ports = dict(zip(faults, free_ports(len(faults)), strict=True))
    blocks = "".join(
        f"server {{ listen {HOST}:{ports[name]} ssl; {text} location / {{ proxy_pass {shops.shops[0].url}; }} }}\n"
        for name, text in faults.items()
    )
    with nginx_with(tmp_path_factory.mktemp("nginx-tls"), blocks, list(ports.values())):
        yield ports


def _certificate(files: tuple[Path, Path]) -> str:
    return f"ssl_certificate {files[0]}; ssl_certificate_key {files[1]};"


@pytest.mark.parametrize(("fault", "expected"), NGINX_TABLE.items())
async def test_each_fault_of_a_certificate_has_its_finding(
    fault: str, expected: str, nginx: Mapping[str, int], authority: Authority
) -> None:
    async with door(authority.file) as client:
        assert await outcome_of(client, f"https://localhost:{nginx[fault]}") == expected


@pytest.mark.parametrize(("fault", "expected"), NGINX_TABLE.items())
@pytest.mark.parametrize("limits", MANNERS, ids=lambda limits: limits.manner)
async def test_an_examination_names_each_fault(
    fault: str, expected: str, limits: Limits, nginx: Mapping[str, int], authority: Authority, scores: Scores
) -> None:
    report = await examined(f"https://localhost:{nginx[fault]}", limits, authority.file)
    codes = [] if expected == SHOP else [expected]
    scores.add(f"nginx, TLS: {fault}", limits, codes, report)
    assert causes(report) == codes


async def test_an_authority_that_nobody_knows_is_not_trusted(nginx: Mapping[str, int]) -> None:
    async with door() as client:
        assert await outcome_of(client, f"https://localhost:{nginx['good certificate']}") == "tls-incomplete-chain"


async def test_plain_http_to_a_port_of_nginx_with_tls_is_told(nginx: Mapping[str, int], authority: Authority) -> None:
    async with door(authority.file) as client:
        assert await outcome_of(client, f"http://localhost:{nginx['good certificate']}") == "tls-plain-port"


@pytest.mark.parametrize("server", ["nginx", "apache", "haproxy", "caddy", "lighttpd"])
async def test_tls_to_a_port_of_plain_http_is_told(server: str, walls: Walls) -> None:
    port = urlsplit(walls(server, "no rule")).port
    async with door() as client:
        assert await outcome_of(client, f"https://localhost:{port}") == "tls-plain-port"


async def test_plain_http_to_a_port_of_apache_with_tls_is_told(
    authority: Authority, need: Need, tmp_path: Path
) -> None:
    need(*NEEDS["apache"])
    (port,) = free_ports(1)
    certificate, key = authority.server()
    modules = "".join(
        f"LoadModule {name}_module {APACHE_MODULES}/mod_{name}.so\n"
        for name in ("mpm_event", "authz_core", "socache_shmcb", "ssl")
    )
    config = tmp_path / "apache.conf"
    config.write_text(
        f"ServerRoot {tmp_path}\nDefaultRuntimeDir {tmp_path}\nPidFile {tmp_path}/pid\nServerName localhost\n"
        f"ErrorLog {tmp_path}/error.log\n{modules}Listen {HOST}:{port}\nUser nobody\nGroup nogroup\nSSLEngine On\n"
        f"SSLCertificateFile {certificate}\nSSLCertificateKeyFile {key}\n"
    )
    with running(["/usr/sbin/apache2", "-DFOREGROUND", "-f", str(config)], tmp_path, [port]):
        async with door() as client:
            assert await outcome_of(client, f"http://localhost:{port}") == "tls-plain-port"


async def test_plain_http_to_a_port_of_caddy_with_tls_is_told(authority: Authority, need: Need, tmp_path: Path) -> None:
    need(*NEEDS["caddy"])
    (port,) = free_ports(1)
    certificate, key = authority.server()
    config = tmp_path / "Caddyfile"
    config.write_text(
        f"{{\nadmin off\nauto_https off\n}}\nhttps://localhost:{port} {{\nbind {HOST}\ntls {certificate} {key}\n}}\n"
    )
    command = ["/usr/bin/caddy", "run", "--adapter", "caddyfile", "--config", str(config)]
    with running(command, tmp_path, [port], {"HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path)}):
        async with door() as client:
            assert await outcome_of(client, f"http://localhost:{port}") == "tls-plain-port"


@pytest.mark.parametrize(
    ("version", "expected"),
    [("TLSv1.3", "tls-client-certificate"), ("TLSv1.2", "tls-failed")],  # TLS 1.2 has one alert for many faults
)
async def test_a_client_certificate_that_haproxy_demands_is_told_where_tls_tells_it(
    version: str, expected: str, authority: Authority, need: Need, tmp_path: Path
) -> None:
    need(*NEEDS["haproxy"])
    (port,) = free_ports(1)
    certificate, key = authority.server()
    both = tmp_path / "both.pem"
    both.write_bytes(certificate.read_bytes() + key.read_bytes())
    config = tmp_path / "haproxy.cfg"
    config.write_text(
        "defaults\n  mode http\n  timeout connect 2s\n  timeout client 5s\n  timeout server 5s\nfrontend one\n"
        f"  bind {HOST}:{port} ssl crt {both} ca-file {authority.file} verify required "
        f"ssl-min-ver {version} ssl-max-ver {version}\n  http-request return status 200\n"
    )
    with running(["/usr/sbin/haproxy", "-db", "-f", str(config)], tmp_path, [port]):
        async with door(authority.file) as client:
            assert await outcome_of(client, f"https://localhost:{port}") == expected
