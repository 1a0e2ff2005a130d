"""Finds out what each given file is, and leads the calls through it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator, Sequence

from varco.inside.audit import apache, nginx, nginx_words, php
from varco.inside.audit.apache_words import Node
from varco.inside.audit.apache_words import parsed as apache_parsed
from varco.inside.audit.calls import Call, calls_of
from varco.inside.audit.modsecurity import Rules
from varco.inside.audit.problems import Problem, Refusals, problems
from varco.inside.caller import Caller
from varco.inside.errors import WrongUse

_MAIN = (
    "nginx.conf",
    "apache2.conf",
    "httpd.conf",
    ".htaccess",
    "pub/.htaccess",
    "php.ini",
    ".user.ini",
    "modsecurity.conf",
    "nginx/nginx.conf",
    "apache2/apache2.conf",
    "httpd/conf/httpd.conf",
    "conf/httpd.conf",
)
"""What is looked for in a folder; where none of it is, every file counts."""
_PLATFORMS = (("woocommerce", "wordpress"), ("prestashop", "prestashop"), ("magento", "magento"), ("magento", "mage_"))
"""Words in a configuration that say whose shop it serves."""
_SECTION = re.compile(r"^\s*<(?:VirtualHost|Directory|Location|Files|IfModule|Limit)", re.IGNORECASE | re.MULTILINE)
_NGINX = re.compile(r"^\s*(?:http|server|location|map|geo|upstream)\b[^;\n]*\{|^\s*\w[\w_]* [^;{}]*;\s*$", re.MULTILINE)
_RULES = re.compile(r"^\s*Sec(?:Rule|Action|RuleEngine|Marker|DefaultAction)\b", re.MULTILINE)
_INI = re.compile(r"^\s*(?:\[\w+\]|[\w.]+(?:\[[\w.]+\])?\s*=)", re.MULTILINE)


@dataclass(frozen=True)
class Report:
    identity: str
    addresses_given: bool
    problems: tuple[Problem, ...]
    files: tuple[str, ...]
    """That were read, without those that they include."""
    passed_over: tuple[str, ...]

    @property
    def certain(self) -> tuple[Problem, ...]:
        return tuple(one for one in self.problems if one.certain)


def audit(paths: Sequence[str], caller: Caller) -> Report:
    """`WrongUse` for what is not there."""
    read, passed_over = [], []
    refusals = Refusals()
    rules: list[Node] = []
    for path in [file for name in paths for file in _files(name)]:
        kind = kind_of(path)
        if not kind:
            passed_over.append(str(path))
            continue
        read.append(str(path))
        calls = _calls(caller, path)
        if kind == "modsecurity":
            rules += apache_parsed(path)
        else:
            _LEAD[kind](path, calls, refusals)
    if rules:
        _through_rules(rules, calls_of(caller), refusals)
    return Report(
        identity=caller.identity,
        addresses_given=bool(caller.networks),
        problems=problems(refusals),
        files=tuple(read),
        passed_over=tuple(passed_over),
    )


def _files(name: str) -> Iterator[Path]:
    path = Path(name)
    if path.is_file():
        yield path
        return
    if not path.is_dir():
        raise WrongUse(f"There is no file {name}.")
    main = [path / one for one in _MAIN if (path / one).is_file()]
    yield from main or sorted(one for one in path.rglob("*") if one.is_file() and not one.name.endswith("~"))


def kind_of(path: Path) -> str:
    """Empty for what is no configuration that we know."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise WrongUse(f"{path} cannot be read: {error.strerror}.") from None
    name = path.name.lower()
    plain = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith(("#", ";")))
    if "htaccess" in name:
        return "htaccess"
    if name.endswith(".ini") or (_INI.search(plain) and "php" in str(path).lower()):
        return "php"
    if _RULES.search(plain) and not _SECTION.search(plain):
        return "modsecurity"
    if _SECTION.search(plain) or name in ("httpd.conf", "apache2.conf"):
        return "apache"
    if _NGINX.search(plain):
        return "nginx"
    return (
        "apache" if re.search(r"^\s*(?:Require|Rewrite\w+|SetEnvIf\w*|Order|Deny|Allow)\s", plain, re.MULTILINE) else ""
    )


def _calls(caller: Caller, path: Path) -> Sequence[Call]:
    """Of those platforms that the file speaks of, if it does."""
    text = path.read_text(encoding="utf-8", errors="replace").lower()
    named = {platform for platform, word in _PLATFORMS if word in text and platform in caller.paths}
    return [call for call in calls_of(caller) if not named or call.platform in named]


def _nginx(path: Path, calls: Sequence[Call], refusals: Refusals) -> None:
    tree = nginx_words.parsed(path)
    nginx.lead_through(tree, calls, refusals)
    if any(one.args[:1] == ("on",) for one in _all(tree) if one.name == "modsecurity"):
        files = [path.parent / name for name in nginx.rules_files(tree)]
        _through_rules([node for file in files if file.is_file() for node in apache_parsed(file)], calls, refusals)


def _all(tree: Sequence[nginx_words.Directive]) -> Iterator[nginx_words.Directive]:
    for one in tree:
        yield one
        yield from _all(one.inner())


def _apache(path: Path, calls: Sequence[Call], refusals: Refusals) -> None:
    for place in apache.places(apache_parsed(path)):
        apache.lead_through(place, calls, refusals)
        for call in calls:
            rules = apache.rules_of(place, call)
            if rules:
                Rules(rules, place.site).lead_through(call, refusals)


def _htaccess(path: Path, calls: Sequence[Call], refusals: Refusals) -> None:
    apache.lead_through(apache.place_of_htaccess(apache_parsed(path)), calls, refusals)


def _through_rules(nodes: Sequence[Node], calls: Sequence[Call], refusals: Refusals) -> None:
    rules = Rules(nodes)
    for call in calls:
        rules.lead_through(call, refusals)


_LEAD = {"nginx": _nginx, "apache": _apache, "htaccess": _htaccess, "php": php.lead_through}
