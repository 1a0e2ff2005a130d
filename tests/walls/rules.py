"""What shop owners and their hosts write into their servers, and what we must make of it: the table of these tests.

`calls` says for each method what comes of our probe: `shop` if the shop itself answered, or else the finding. `browser`
is what a GET with a browser's name brings, where that differs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from varco.model.identity import METHODS

ALL = " ".join(METHODS)
READS = "GET HEAD POST"
WRITES = "OPTIONS PUT PATCH DELETE"
SHOP = "shop"


@dataclass(frozen=True, kw_only=True)
class Rule:
    server: str
    name: str
    text: str = ""
    """`{dead}` is a port where nobody listens, `{silent}` one where nobody answers, `{folder}` a folder of its own."""
    calls: Mapping[str, str] = field(default_factory=lambda: {ALL: SHOP})
    browser: str = ""
    passes_on: bool = True
    """Whether what the rule lets through goes to the shop."""

    @property
    def key(self) -> str:
        return f"{self.server}: {self.name}"


NGINX = (
    Rule(server="nginx", name="no rule"),
    Rule(
        server="nginx",
        name="limit_except",
        text="limit_except GET POST { deny all; }",
        calls={READS: SHOP, WRITES: "refused-by-server"},
    ),
    Rule(
        server="nginx",
        name="405 by method",
        text="if ($request_method !~ ^(GET|HEAD|POST)$) { return 405; }",
        calls={READS: SHOP, WRITES: "method-refused"},
    ),
    Rule(
        server="nginx",
        name="444 by method",
        text="if ($request_method !~ ^(GET|HEAD|POST)$) { return 444; }",
        calls={READS: SHOP, WRITES: "connection-dropped"},
    ),
    Rule(
        server="nginx",
        name="403 by name",
        text='if ($http_user_agent ~* "bot|varco|python") { return 403; }',
        calls={ALL: "refused-by-server"},
        browser=SHOP,
    ),
    Rule(
        server="nginx",
        name="444 by name",
        text='if ($http_user_agent !~* "mozilla") { return 444; }',
        calls={ALL: "connection-dropped"},
        browser=SHOP,
    ),
    Rule(
        server="nginx",
        name="office addresses only",
        text="allow 203.0.113.0/24; deny all;",
        calls={ALL: "refused-by-server"},
        browser="refused-by-server",
    ),
    Rule(
        server="nginx",
        name="password",
        text='auth_basic "Staging"; auth_basic_user_file {folder}/passwords;',
        calls={ALL: "site-password"},
    ),
    Rule(
        server="nginx",
        name="maintenance",
        text="add_header Retry-After 3600 always; return 503;",
        calls={ALL: "maintenance"},
        passes_on=False,
    ),
    Rule(
        server="nginx",
        name="dead PHP",
        text="proxy_pass http://127.0.0.1:{dead};",
        calls={ALL: "server-down"},
        passes_on=False,
    ),
    Rule(
        server="nginx",
        name="slow PHP",
        text="proxy_read_timeout 300ms; proxy_pass http://127.0.0.1:{silent};",
        calls={"GET POST": "server-down"},
        passes_on=False,
    ),
    Rule(
        server="nginx",
        name="static files only",
        text="root {folder}; try_files $uri /index.html;",
        calls={"GET": "page-instead-of-data", "POST PUT PATCH DELETE": "method-refused"},
        passes_on=False,
    ),
    Rule(
        server="nginx",
        name="moved",
        text="return 301 https://www.shop.example$request_uri;",
        calls={ALL: "redirected"},
        passes_on=False,
    ),
    Rule(
        server="nginx",
        name="closed path",
        text="location /wp-json/ { return 404; }",
        calls={"GET POST PUT": "interface-not-found"},
    ),
    Rule(
        server="nginx",
        name="path refused",
        text="location /wp-json/ { return 403; }",
        calls={ALL: "refused-by-server"},
        browser="refused-by-server",
    ),
    Rule(
        server="nginx",
        name="path hung up on",
        text="location /wp-json/ { return 444; }",
        calls={ALL: "connection-dropped"},
    ),
    Rule(
        server="nginx",
        name="robot test",
        text='add_header SG-Captcha challenge always; default_type text/html; return 202 "<html>sgcaptcha</html>";',
        calls={ALL: "robot-test"},
        browser="robot-test",
        passes_on=False,
    ),
    Rule(
        server="nginx",
        name="coming soon",
        text='default_type text/html; return 503 "<title>Coming soon - Bottega</title>";',
        calls={},
        passes_on=False,
    ),
    Rule(
        server="nginx",
        name="login",
        text="location ~ /wp-json { return 302 /wp-login.php; }",
        calls={ALL: "redirected"},
    ),
    Rule(server="nginx", name="small bodies", text="client_max_body_size 64k;"),
    Rule(server="nginx", name="limit_req", text="limit_req zone=calls;", calls={}),
    Rule(server="nginx", name="limit_req 429", text="limit_req zone=calls; limit_req_status 429;", calls={}),
)

APACHE = (
    Rule(server="apache", name="no rule"),
    Rule(
        server="apache",
        name="LimitExcept",
        text="<Location />\n<LimitExcept GET POST>\nRequire all denied\n</LimitExcept>\n</Location>",
        calls={READS: SHOP, WRITES: "refused-by-server"},
    ),
    Rule(
        server="apache",
        name="403 by method",
        text="RewriteEngine On\nRewriteCond %{REQUEST_METHOD} ^(OPTIONS|PUT|PATCH|DELETE)$\nRewriteRule .* - [F]",
        calls={READS: SHOP, WRITES: "refused-by-server"},
    ),
    Rule(
        server="apache",
        name="405 by method",
        text="RewriteEngine On\nRewriteCond %{REQUEST_METHOD} ^(OPTIONS|PUT|PATCH|DELETE)$\nRewriteRule .* - [R=405]",
        calls={READS: SHOP, WRITES: "method-refused"},
    ),
    Rule(
        server="apache",
        name="7G",
        text="RewriteEngine On\nRewriteCond %{REQUEST_METHOD} ^(connect|debug|delete|move|put|trace|track) [NC]\n"
        "RewriteRule .* - [F]",
        calls={"GET HEAD POST OPTIONS PATCH": SHOP, "PUT DELETE": "refused-by-server"},
    ),
    Rule(
        server="apache",
        name="path refused",
        text="RewriteEngine On\nRewriteRule ^/wp-json/ - [F]",
        calls={ALL: "refused-by-server"},
        browser="refused-by-server",
    ),
    Rule(
        server="apache",
        name="only browsers",
        text="RewriteEngine On\nRewriteCond %{HTTP_USER_AGENT} !^Mozilla\nRewriteRule .* - [F]",
        calls={ALL: "refused-by-server"},
        browser=SHOP,
    ),
    Rule(
        server="apache",
        name="bad bots",
        text="SetEnvIfNoCase User-Agent (varco|cloud|curl) bad_bot\n<Location />\n<RequireAll>\nRequire all granted\n"
        "Require not env bad_bot\n</RequireAll>\n</Location>",
        calls={ALL: "refused-by-server"},
        browser=SHOP,
    ),
    Rule(
        server="apache",
        name="office addresses only",
        text="<Location />\nRequire ip 203.0.113.0/24\n</Location>",
        calls={ALL: "refused-by-server"},
        browser="refused-by-server",
    ),
    Rule(
        server="apache",
        name="password",
        text='<Location />\nAuthType Basic\nAuthName "Staging"\nAuthUserFile {folder}/passwords\n'
        "Require valid-user\n</Location>",
        calls={ALL: "site-password"},
    ),
    Rule(
        server="apache",
        name="maintenance",
        text="RewriteEngine On\nHeader always set Retry-After 3600\nRewriteRule .* - [R=503]",
        calls={ALL: "maintenance"},
    ),
    Rule(
        server="apache",
        name="dead PHP",
        text="ProxyPass / http://127.0.0.1:{dead}/ retry=0",
        calls={ALL: "server-down"},
        passes_on=False,
    ),
    Rule(
        server="apache",
        name="core rule set",
        text="{crs 1}",
        calls={"GET HEAD POST OPTIONS": SHOP, "PUT PATCH DELETE": "refused-by-server"},
    ),
    Rule(server="apache", name="core rule set, paranoia level 2", text="{crs 2}", calls={"GET POST": SHOP}),
)

HAPROXY = (
    Rule(server="haproxy", name="no rule"),
    Rule(
        server="haproxy",
        name="deny by method",
        text="http-request deny if !{ method GET HEAD POST }",
        calls={READS: SHOP, WRITES: "refused-by-server"},
    ),
    Rule(
        server="haproxy",
        name="deny by name",
        text="http-request deny if { hdr_sub(user-agent) -i varco }",
        calls={ALL: "refused-by-server"},
        browser=SHOP,
    ),
    Rule(
        server="haproxy",
        name="reject by name",
        text="http-request reject if { hdr_sub(user-agent) -i varco }",
        calls={ALL: "connection-dropped"},
        browser=SHOP,
    ),
    Rule(
        server="haproxy",
        name="reject by address",
        text="tcp-request connection reject if !{ src 203.0.113.0/24 }",
        calls={ALL: "connection-dropped"},
    ),
    Rule(
        server="haproxy",
        name="tarpit",
        text="http-request tarpit if { hdr_sub(user-agent) -i varco }",
        calls={"GET POST PUT": "refused-by-server"},
        browser=SHOP,
    ),
    Rule(
        server="haproxy",
        name="deny 429",
        text="http-request deny deny_status 429 if { hdr_sub(user-agent) -i varco }",
        calls={ALL: "rate-limited"},
    ),
    Rule(
        server="haproxy",
        name="password",
        text="http-request return status 401 hdr WWW-Authenticate 'Basic realm=\"Staging\"'",
        calls={ALL: "site-password"},
    ),
    Rule(
        server="haproxy",
        name="maintenance",
        text="http-request return status 503 content-type text/html hdr Retry-After 600 string '<h1>Maintenance</h1>'",
        calls={ALL: "maintenance"},
    ),
    Rule(server="haproxy", name="dead backend", text="use_backend dead", calls={ALL: "server-down"}),
)

CADDY = (
    Rule(server="caddy", name="no rule"),
    Rule(
        server="caddy",
        name="405 by method",
        text="@others not method GET HEAD POST\nrespond @others 405",
        calls={READS: SHOP, WRITES: "method-refused"},
    ),
    Rule(
        server="caddy",
        name="403 by name",
        text='@bad header_regexp User-Agent (?i)varco\nrespond @bad "Access denied" 403',
        calls={ALL: "refused-by-server"},
        browser=SHOP,
    ),
    Rule(
        server="caddy",
        name="abort by name",
        text="@bad header_regexp User-Agent (?i)varco\nabort @bad",
        calls={ALL: "connection-dropped"},
        browser=SHOP,
    ),
    Rule(
        server="caddy",
        name="path refused",
        text="@api path /wp-json/*\nrespond @api 403",
        calls={ALL: "refused-by-server"},
        browser="refused-by-server",
    ),
    Rule(
        server="caddy",
        name="password",
        text='header WWW-Authenticate "Basic realm=Staging"\nrespond 401',
        calls={ALL: "site-password"},
        passes_on=False,
    ),
    Rule(
        server="caddy",
        name="maintenance",
        text='header Retry-After 600\nrespond "Back soon" 503',
        calls={ALL: "maintenance"},
        passes_on=False,
    ),
    Rule(
        server="caddy",
        name="dead PHP",
        text="reverse_proxy 127.0.0.1:{dead}",
        calls={ALL: "server-down"},
        passes_on=False,
    ),
)

LIGHTTPD = (
    Rule(server="lighttpd", name="no rule"),
    Rule(
        server="lighttpd",
        name="403 by method",
        text='$HTTP["request-method"] !~ "^(GET|HEAD|POST)$" { url.access-deny = ("") }',
        calls={READS: SHOP, WRITES: "refused-by-server"},
    ),
    Rule(
        server="lighttpd",
        name="403 by name",
        text='$HTTP["user-agent"] =~ "(?i)varco" { url.access-deny = ("") }',
        calls={ALL: "refused-by-server"},
        browser=SHOP,
    ),
    Rule(
        server="lighttpd",
        name="path refused",
        text='$HTTP["url"] =~ "^/wp-json/" { url.access-deny = ("") }',
        calls={ALL: "refused-by-server"},
        browser="refused-by-server",
    ),
    Rule(
        server="lighttpd",
        name="403 by address",
        text='$HTTP["remote-ip"] != "203.0.113.0/24" { url.access-deny = ("") }',
        calls={ALL: "refused-by-server"},
    ),
)

VARNISH = (
    Rule(server="varnish", name="no rule"),
    Rule(
        server="varnish",
        name="405 by method",
        text='if (req.method !~ "^(GET|HEAD|POST)$") { return (synth(405)); }',
        calls={READS: SHOP, WRITES: "method-refused"},
    ),
    Rule(
        server="varnish",
        name="403 by name",
        text='if (req.http.User-Agent ~ "(?i)varco") { return (synth(403)); }',
        calls={ALL: "refused-by-server"},
        browser=SHOP,
    ),
    Rule(
        server="varnish",
        name="path refused",
        text='if (req.url ~ "^/wp-json/") { return (synth(403)); }',
        calls={ALL: "refused-by-server"},
        browser="refused-by-server",
    ),
    Rule(
        server="varnish",
        name="dead backend",
        text="set req.backend_hint = dead;",
        calls={ALL: "server-down"},
    ),
)

RULES = (*NGINX, *APACHE, *HAPROXY, *CADDY, *LIGHTTPD, *VARNISH)
