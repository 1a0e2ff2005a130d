"""The options of `logs` and `audit`: the `varco` command and `varco-server.pyz` both make theirs out of these."""

from __future__ import annotations

from typing import NamedTuple


class Option(NamedTuple):
    name: str
    help: str
    metavar: str = ""
    """Empty: it takes no value."""
    default: str | None = ""

    @property
    def key(self) -> str:
        return "as_json" if self.name == "--json" else self.name.strip("-").replace("-", "_")


_WHOM = (
    Option("--identity", "Whose calls: sendcloud, varco, or a file that says how one calls.", "NAME", "sendcloud"),
    Option("--ips", "The addresses that it calls from. Without them its name alone tells its calls.", "FILE|LIST"),
    Option("--platform", "Only this shop system's paths: woocommerce, magento or prestashop.", "NAME"),
    Option("--folder", "The folder in which the shop lives, such as /shop. Otherwise any.", "FOLDER", None),
)
_SHOWN = (
    Option("--language", "en or it. Otherwise the terminal's.", "NAME"),
    Option("--json", "Print JSON, for programs."),
)
LOGS = (
    *_WHOM,
    Option("--since", "Only calls from then on: 2026-11-25 or 2026-11-25T06:00, in UTC.", "TIME"),
    Option(
        "--format",
        "How a line of the access log is made, if it is none of the usual forms: the string out of nginx's log_format "
        "or Apache's LogFormat.",
        "TEXT",
    ),
    *_SHOWN,
)
AUDIT = (*_WHOM, *_SHOWN)
LOGS_HELP = """List which calls of a platform the server refused, by what and when, out of its logs.

Reads access and error logs and ModSecurity's audit logs, of nginx, Apache and LiteSpeed, packed ones too; a folder for
all in it, - for standard input. Changes nothing and calls nobody.

Exit codes: 0 nothing was refused, 1 calls were refused, 2 wrong use, 3 the logs hold no call of the platform.
"""
AUDIT_HELP = """Name the lines in a server's configuration that would stop a platform's calls.

Reads .htaccess files, the configuration of Apache, nginx and ModSecurity, and php.ini; a folder for what is known by
name in it. Changes nothing and calls nobody.

Exit codes: 0 nothing stops the calls, 1 something does, 2 wrong use, 3 could not tell (say, because it depends on the
addresses, and none were given).
"""
