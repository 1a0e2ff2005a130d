"""Leads a call through nginx's configuration: rewriting, access, and where the path goes on to.

The order of the phases: https://nginx.org/en/docs/dev/development_guide.html#http_phases
"""

from __future__ import annotations

import re
from typing import Iterator, Sequence

from varco.inside.audit.calls import Call
from varco.inside.audit.maybe import Maybe, address_in, any_of
from varco.inside.audit.nginx_values import Values, condition
from varco.inside.audit.nginx_words import Directive
from varco.inside.audit.patterns import compiled, matches
from varco.inside.audit.problems import Line, Refusals, Rule

SMALL = 128 * 1024
"""Bytes: calls with more are rare, and every server's own limit is larger."""
_REFUSES = frozenset((400, 401, 403, 404, 405, 406, 410, 421, 429, 444, 500, 501, 503))
_ROUNDS = 6
_PASSES_ON = frozenset("proxy_pass fastcgi_pass uwsgi_pass scgi_pass grpc_pass".split())
_SLOW_PER_S, _SMALL_BURST = 2.0, 10
"""A limit under both stops a platform that reads orders page after page."""

Chain = Sequence[Sequence[Directive]]
"""Of blocks in each other, the outermost first."""


def lead_through(tree: Sequence[Directive], calls: Sequence[Call], refusals: Refusals) -> None:
    """Every call through every server of the configuration."""
    http = _http_of(tree)
    for server in _servers(http, tree):
        names = _all_args(server, "server_name")
        for call in calls:
            _Passage(call, http, server, " ".join(names), refusals).go()


def rules_files(tree: Sequence[Directive]) -> Iterator[str]:
    """Of ModSecurity, where it is switched on."""
    for one in tree:
        if one.name == "modsecurity_rules_file" and one.args:
            yield one.args[0]
        yield from rules_files(one.inner())


def _http_of(tree: Sequence[Directive]) -> Sequence[Directive]:
    return [inner for one in tree if one.name == "http" for inner in one.inner()] or tree


def _servers(http: Sequence[Directive], tree: Sequence[Directive]) -> Sequence[Sequence[Directive]]:
    """Those of shops: not one that only catches what belongs to no other. A fragment is one by itself."""
    servers = [one.inner() for one in http if one.name == "server"]
    named = [server for server in servers if set(_all_args(server, "server_name")) - {"_", ""}]
    if servers:
        return named or servers
    is_main = any(one.name in ("http", "events") for one in tree)
    return [] if is_main else [tuple(http)]


def _all_args(block: Sequence[Directive], name: str) -> Sequence[str]:
    return [arg for one in block if one.name == name for arg in one.args]


class _Passage:
    """One call through one server. A refusal is noted, and the call led on as if it had passed."""

    def __init__(
        self, call: Call, http: Sequence[Directive], server: Sequence[Directive], site: str, refusals: Refusals
    ) -> None:
        self._call, self._http, self._server, self._site = call, http, server, site
        self._refusals = refusals
        self._values = Values(call, http)
        self._stopped = False

    def go(self) -> None:
        self._referers(self._server)
        self._rewrite(self._server, True)
        named = ""
        for _round in range(_ROUNDS):
            if self._stopped:
                return
            chain = self._named(named) if named else self._chain(self._server, [self._http, self._server])
            before = self._values.uri
            if len(chain) > 2:
                self._rewrite(chain[-1], True)
            if self._values.uri != before:
                named = ""
                continue
            self._access(chain)
            next_place = self._goes_on(chain)
            if next_place is None:
                return
            named = next_place

    def _note(self, line: Line, refuses: Maybe, status: int, code: str = "") -> None:
        self._refusals.note(Rule(line, "nginx", self._site, status, code), self._call, refuses)

    # where a path belongs

    def _named(self, name: str) -> Chain:
        found = [one.inner() for one in self._server if one.name == "location" and one.args == (name,)]
        return [self._http, self._server, *found[:1]]

    def _chain(self, block: Sequence[Directive], chain: list[Sequence[Directive]]) -> Chain:
        found = self._location(block)
        return self._chain(found.inner(), [*chain, found.inner()]) if found else chain

    def _location(self, block: Sequence[Directive]) -> Directive | None:
        uri = self._values.uri
        best, length, is_final = None, -1, False
        for one in block:
            if one.name != "location" or not one.args:
                continue
            kind, path = (one.args[0], one.args[1]) if len(one.args) > 1 else ("", one.args[0])
            if kind == "=" and path == uri:
                return one
            if kind in ("", "^~") and not path.startswith("@") and uri.startswith(path) and len(path) > length:
                best, length, is_final = one, len(path), kind == "^~"
        if is_final:
            return best
        return next((one for one in block if self._fits_regex(one)), best)

    def _fits_regex(self, one: Directive) -> bool:
        if one.name != "location" or len(one.args) < 2 or one.args[0] not in ("~", "~*"):
            return False
        return bool(matches(one.args[1], self._values.uri, ignore_case=one.args[0] == "~*"))

    # rewriting

    def _referers(self, block: Sequence[Directive]) -> None:
        listed = _all_args(block, "valid_referers")
        if listed:
            self._values.set["invalid_referer"] = "" if "none" in listed else "1"

    def _rewrite(self, block: Sequence[Directive], certain: Maybe) -> bool:
        """Whether it ends here."""
        for one in block:
            if one.name == "set" and len(one.args) > 1:
                name = one.args[0].lstrip("$")
                self._values.set[name] = self._values.expanded(one.args[1]) if certain else None
            elif one.name == "if":
                met = condition(one.args, self._values)
                if met is not False and self._rewrite(one.inner(), certain if met else None) and met and certain:
                    return True
            elif one.name == "return" and one.args:
                return self._return(one, certain)
            elif (one.name == "rewrite" and len(one.args) > 1 and self._rewritten(one)) or one.name == "break":
                return True
        return False

    def _return(self, one: Directive, certain: Maybe) -> bool:
        status = int(one.args[0]) if one.args[0].isdigit() else 302
        if status in _REFUSES:
            self._note(one.line, certain, status)
        elif certain:
            self._stopped = True
        return status not in _REFUSES or not certain

    def _rewritten(self, one: Directive) -> bool:
        pattern = compiled(one.args[0])
        match = pattern.search(self._values.uri) if pattern else None
        flag = one.args[2] if len(one.args) > 2 else ""
        if not match:
            return False
        if flag in ("redirect", "permanent") or one.args[1].startswith("http"):
            self._stopped = True
            return True
        target = re.sub(r"\$(\d)", lambda found: match.group(int(found.group(1))) or "", one.args[1])
        self._values.uri = (self._values.expanded(target) or self._values.uri).partition("?")[0]
        return flag in ("last", "break")

    # access

    def _access(self, chain: Chain) -> None:
        self._limit_except(chain[-1])
        denied, line = self._by_address(chain)
        asked, password = self._by_password(chain)
        if "any" in _nearest_args(chain, "satisfy"):
            denied = asked = None if None in (denied, asked) else bool(denied and asked)
        if line:
            self._note(line, denied, 403)
        if password:
            self._note(password, asked, 401, "site-password")
        self._limits(chain)

    def _limit_except(self, block: Sequence[Directive]) -> None:
        for one in block:
            allowed = {"HEAD", *one.args} if "GET" in one.args else set(one.args)
            if one.name != "limit_except" or self._call.method in allowed:
                continue
            denied, line = self._by_address([one.inner()])
            asked, password = self._by_password([one.inner()])
            if line or password:
                self._note(one.line, any_of((denied if line else False, asked if password else False)), 403)

    def _by_address(self, chain: Chain) -> tuple[Maybe, Line | None]:
        """By the innermost block that has such rules: the first that fits decides."""
        for block in reversed(chain):
            rules = [one for one in block if one.name in ("allow", "deny") and one.args]
            if rules:
                return self._first_fitting(rules)
        return False, None

    def _first_fitting(self, rules: Sequence[Directive]) -> tuple[Maybe, Line | None]:
        known, possible = True, None
        for one in rules:
            fits = True if one.args[0] == "all" else address_in(self._call.address, one.args)
            denies = one.name == "deny"
            if fits is None:
                known = False
                possible = possible or (one.line if denies else None)
            elif fits and known:
                return denies, one.line if denies else None
            elif fits:
                possible = possible or (one.line if denies else None)
                break
        return (None, possible) if possible else (False, None)

    def _by_password(self, chain: Chain) -> tuple[Maybe, Line | None]:
        for block in reversed(chain):
            for one in block:
                if one.name == "auth_basic" and one.args:
                    realm = self._values.expanded(one.args[0])
                    return (None if realm is None else realm != "off"), one.line
                if one.name == "auth_request" and one.args and one.args[0] != "off":
                    return None, one.line
        return False, None

    def _limits(self, chain: Chain) -> None:
        small = _nearest(chain, "client_max_body_size")
        if small and 0 < size_of(small.args[0]) < SMALL and self._call.method in ("POST", "PUT", "PATCH"):
            self._note(small.line, True, 413, "request-too-large")
        for block in reversed(chain):
            limits = [one for one in block if one.name == "limit_req"]
            for one in limits:
                self._note(one.line, self._slows(one), 503, "rate-limited")
            if limits:
                break
        certificate = _nearest(chain, "ssl_verify_client")
        if certificate and certificate.args[:1] == ("on",):
            self._note(certificate.line, True, 400, "tls-client-certificate")
        if any(one.name == "internal" for one in chain[-1]) and self._values.uri == self._call.path:
            self._note(next(one.line for one in chain[-1] if one.name == "internal"), True, 404)

    def _slows(self, one: Directive) -> Maybe:
        options = dict(arg.split("=", 1) for arg in one.args if "=" in arg)
        zone = next(
            (
                each
                for each in self._http
                if each.name == "limit_req_zone"
                and any(arg.startswith(f"zone={options.get('zone')}:") for arg in each.args)
            ),
            None,
        )
        if zone is None:
            return False
        rate = re.search(r"rate=(\d+)r/([sm])", " ".join(zone.args))
        per_s = float(rate.group(1)) / (60 if rate.group(2) == "m" else 1) if rate else _SLOW_PER_S
        if per_s >= _SLOW_PER_S or int(options.get("burst", "0")) >= _SMALL_BURST:
            return False
        key = self._values.expanded(zone.args[0])
        return None if key is None else bool(key)

    # where it goes on

    def _goes_on(self, chain: Chain) -> str | None:
        """None: it ends here. Empty: by its path, which may be another one now. Otherwise a named location."""
        block = chain[-1]
        if any(one.name in _PASSES_ON for one in block):
            self._header(chain)
            return None
        files = _nearest(chain, "try_files")
        if files is None or not files.args:
            return None
        if self._values.uri.endswith("/") and "$uri/" in files.args:
            self._values.uri += "index.php"
            return ""
        last = files.args[-1]
        if last.startswith("@"):
            return last
        target = (self._values.expanded(last) or "").partition("?")[0]
        if last.startswith("=") or not target or target == self._values.uri:
            return None
        self._values.uri = target
        return ""

    def _header(self, chain: Chain) -> None:
        for name in ("proxy_set_header", "fastcgi_param"):
            for block in reversed(chain):
                found = [one for one in block if one.name == name]
                for one in found:
                    if len(one.args) > 1 and one.args[0].lower() in ("authorization", "http_authorization"):
                        self._note(one.line, one.args[1] == "", 401, "header-lost")
                if found:
                    break
        for name in ("proxy_pass_request_headers", "fastcgi_pass_request_headers"):
            off = _nearest(chain, name)
            if off and off.args[:1] == ("off",):
                self._note(off.line, True, 401, "header-lost")


def _nearest(chain: Chain, name: str) -> Directive | None:
    return next((one for block in reversed(chain) for one in block if one.name == name and one.args), None)


def _nearest_args(chain: Chain, name: str) -> Sequence[str]:
    found = _nearest(chain, name)
    return found.args if found else ()


def size_of(text: str) -> int:
    """`64k`, `8M`; 0 for what is none."""
    match = re.match(r"^(\d+)\s*([kKmMgG]?)", text.strip("\"'"))
    if not match:
        return 0
    return int(match.group(1)) * {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}[match.group(2).lower()]
