"""Apache with PHP behind it, and a front page to which everything is rewritten, as the shops' software does it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from tests.walls.fixes.calls import US4, US6
from tests.walls.process import free_ports, let_in, running

NEEDS: Final = ("/usr/sbin/apache2", "/usr/bin/php-cgi8.2")
MODULES: Final = (
    "mpm_event authn_core authn_file authz_core authz_host authz_user access_compat auth_basic dir env mime proxy "
    "proxy_fcgi rewrite setenvif unique_id"
)
FRONT: Final = (
    "<IfModule mod_rewrite.c>\nRewriteEngine On\nRewriteBase /\nRewriteRule ^index\\.php$ - [L]\n"
    "RewriteCond %{REQUEST_FILENAME} !-f\nRewriteRule . /index.php [L]\n</IfModule>\n"
)
PASSWORDS: Final = "editor:{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g=\n"
_PHP: Final = (
    "<?php $keys = $_SERVER['HTTP_AUTHORIZATION'] ?? $_SERVER['REDIRECT_HTTP_AUTHORIZATION'] ?? '';\n"
    "if (isset($_GET['keys'])) { http_response_code($keys ? 200 : 401); }\n"
)


@contextmanager
def php(folder: Path) -> Iterator[int]:
    """A FastCGI server."""
    (port,) = free_ports(1)
    command = ["/usr/bin/php-cgi8.2", "-n", "-d", "cgi.force_redirect=0", "-b", f"{US4}:{port}"]
    with running(command, folder, [port], {"PHP_FCGI_CHILDREN": "2"}):
        yield port


@contextmanager
def apache(
    folder: Path,
    fastcgi: int,
    *,
    htaccess: str = FRONT,
    host: str = "",
    server: str = "",
    modules: str = MODULES,
    allow: str = "All",
) -> Iterator[int]:
    """Listens on its port for IPv4 and IPv6. `{folder}` in the texts is a folder of its own."""
    (port,) = free_ports(1)
    own = folder / f"apache-{port}"
    root = own / "root"
    root.mkdir(parents=True)
    let_in(root)
    let_in(folder)
    (own / "passwords").write_text(PASSWORDS)
    (root / "index.php").write_text(_PHP)
    (root / ".htaccess").write_text(htaccess.replace("{folder}", str(own)))
    loaded = "".join(f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so\n" for name in modules.split())
    config = own / "apache.conf"
    config.write_text(
        f"ServerRoot {own}\nDefaultRuntimeDir {own}\nPidFile {own}/apache.pid\nServerName {US4}\n"
        f"ErrorLog {own}/error.log\nStartServers 1\nTypesConfig /etc/mime.types\n{loaded}\nUser nobody\nGroup nogroup\n"
        f"Listen {US4}:{port}\nListen [{US6}]:{port}\n{server.replace('{folder}', str(own))}\n"
        f"<VirtualHost *:{port}>\nDocumentRoot {root}\n{host.replace('{folder}', str(own))}\n"
        f"<Directory {root}>\nAllowOverride {allow}\nRequire all granted\n</Directory>\n"
        f'ProxyFCGIBackendType GENERIC\n<FilesMatch "\\.php$">\nSetHandler "proxy:fcgi://{US4}:{fastcgi}"\n</FilesMatch>\n</VirtualHost>\n'
    )
    with running(["/usr/sbin/apache2", "-DFOREGROUND", "-f", str(config)], own, [port]):
        yield port
