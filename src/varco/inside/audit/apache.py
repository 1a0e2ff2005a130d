"""Leads a call through Apache's configuration: the sections that hold for it, marks, access, rewriting.

How sections are merged: https://httpd.apache.org/docs/2.4/sections.html#merging. Measured on 2.4.71: the shops'
software leads every path on to its `index.php`, and Apache then looks at all rules again for that path.
"""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator, Sequence

from varco.inside.audit.apache_access import Ruled, Verdict, flat, ordered, required
from varco.inside.audit.apache_rewrite import Led, mark, rewrite
from varco.inside.audit.apache_values import Values, expression
from varco.inside.audit.apache_words import Node, parsed
from varco.inside.audit.calls import Call
from varco.inside.audit.maybe import Maybe, any_of, negated
from varco.inside.audit.patterns import matches
from varco.inside.audit.problems import Line, Refusals, Rule

_SECTIONS = frozenset(
    "directory directorymatch location locationmatch files filesmatch if elseif else virtualhost".split()
)
_DEFAULT_ROOT = "/var/www/html"
_HEADER = frozenset(("HTTP_AUTHORIZATION", "REDIRECT_HTTP_AUTHORIZATION", "Authorization"))


@dataclass(frozen=True)
class Place:
    """What decides about a shop: its virtual host, and the `.htaccess` in its folder."""

    site: str
    server: tuple[Node, ...]
    """Of the main server and of the virtual host."""
    root: str
    htaccess: tuple[Node, ...] = ()
    whole: bool = False
    """Whether nothing else can be in force: only then something that is missing means something."""


def places(nodes: Sequence[Node]) -> Iterator[Place]:
    """Of a server's configuration: one per virtual host, or the main server where there is none."""
    main = tuple(node for node in nodes if node.name != "virtualhost")
    hosts = [node.inner() for node in nodes if node.name == "virtualhost"]
    named = [host for host in hosts if _value(host, "servername")]
    for host in named or hosts or [()]:
        root = _value(host, "documentroot") or _value(main, "documentroot") or _DEFAULT_ROOT
        file = Path(root) / ".htaccess"
        inner = parsed(file) if file.is_file() and _may_override((*main, *host), root) else ()
        yield Place(_value(host, "servername"), (*main, *host), root.rstrip("/"), inner, True)


def place_of_htaccess(nodes: Sequence[Node]) -> Place:
    return Place("", (), "", tuple(nodes))


def _value(nodes: Sequence[Node], name: str) -> str:
    return next((node.args[0] for node in reversed(nodes) if node.name == name and node.args), "")


def _may_override(nodes: Sequence[Node], root: str) -> bool:
    found = "None"
    for section in sorted((one for one in nodes if one.name == "directory"), key=lambda one: len(one.args[0])):
        if _is_within(root, section.args[0]):
            found = _value(section.inner(), "allowoverride") or found
    return found.lower() != "none"


def lead_through(place: Place, calls: Sequence[Call], refusals: Refusals) -> None:
    for call in calls:
        _Passage(place, call, refusals).go()


def rules_of(place: Place, call: Call) -> Sequence[Node]:
    """ModSecurity's directives that hold for the call, in their order."""
    passage = _Passage(place, call, Refusals())
    contexts = passage.contexts(Values(call, call.path, {}), "")
    return [one.node for context in contexts for one in context if one.node.name.startswith("sec")]


class _Passage:
    """One call. A refusal is noted, and the call led on as if it had passed."""

    def __init__(self, place: Place, call: Call, refusals: Refusals) -> None:
        self._place, self._call, self._refusals = place, call, refusals

    def go(self) -> None:
        values = Values(self._call, self._call.path, {})
        server = [one.node for one in flat(self._place.server)]
        mark(server, values)
        led = rewrite(server, values, "", self._note)
        values.uri = led.uri
        if led.is_elsewhere:
            return
        led = self._round(values, "wp-json")
        if led.is_elsewhere:
            return
        self._plain(values)
        self._again(values, f"{led.uri}index.php" if led.uri.endswith("/") else led.uri)

    def _again(self, values: Values, uri: str) -> None:
        """With the path to which it was led on, or the file that serves a folder."""
        if uri != values.uri:
            env = {f"REDIRECT_{name}": value for name, value in values.env.items()}
            values = Values(self._call, uri, env)
            self._round(values, uri.rpartition("/")[2])
        self._header(values)

    def _note(self, line: Line, refuses: Maybe, status: int, code: str = "") -> None:
        self._refusals.note(Rule(line, "apache", self._place.site, status, code), self._call, refuses)

    def _round(self, values: Values, file: str) -> Led:
        contexts = self.contexts(values, file)
        for context in contexts[1:]:
            mark([one.node for one in context], values)
        contexts = self.contexts(values, file)
        self._access(contexts, values)
        for context in reversed(contexts[1:]):
            nodes = [one.node for one in context]
            if any(node.name == "rewriterule" for node in nodes):
                return rewrite(nodes, values, "/" if values.uri.startswith("/") else "", self._note)
        return Led(values.uri)

    def contexts(self, values: Values, file: str) -> list[list[Ruled]]:
        """Lists of directives, of which a later one takes precedence: server, folders, files, locations, conditions."""
        top = flat(self._place.server)
        found = [[one for one in top if one.node.name not in _SECTIONS]]
        folders = [node for node in self._place.server if node.name == "directory" and node.args[:1] != ("~",)]
        folders = [node for node in folders if _is_within(self._place.root, node.args[0] if node.args else "")]
        inner = [node.inner() for node in sorted(folders, key=lambda node: node.args[0].count("/"))]
        inner += [node.inner() for node in self._place.server if self._is_folder_match(node)]
        inner.append(self._place.htaccess)
        found += [flat(nodes) for nodes in inner]
        found += self._of_files([self._place.server, *inner], file)
        found += [flat(node.inner()) for node in self._place.server if _is_location(node, values.uri)]
        found += self._of_conditions([self._place.server, *inner], values)
        return found

    def _is_folder_match(self, node: Node) -> bool:
        pattern = node.args[-1] if node.args else ""
        if node.name == "directorymatch" or (node.name == "directory" and node.args[:1] == ("~",)):
            return bool(matches(pattern, f"{self._place.root}/", ignore_case=False))
        return False

    def _of_files(self, blocks: Sequence[Sequence[Node]], file: str) -> Iterator[list[Ruled]]:
        for nodes in blocks:
            for node in nodes:
                if node.name in ("files", "filesmatch") and node.args and file:
                    pattern = node.args[-1]
                    is_regex = node.name == "filesmatch" or node.args[0] == "~"
                    fits = matches(pattern, file, ignore_case=False) if is_regex else fnmatch.fnmatch(file, pattern)
                    if fits:
                        yield flat(node.inner())

    def _of_conditions(self, blocks: Sequence[Sequence[Node]], values: Values) -> Iterator[list[Ruled]]:
        for nodes in blocks:
            for node in nodes:
                if node.name == "if" and expression(" ".join(node.args), values):
                    yield flat(node.inner())

    def _access(self, contexts: Sequence[Sequence[Ruled]], values: Values) -> None:
        by_require, by_order = self._last(required, contexts, values), self._last(ordered, contexts, values)
        satisfy = self._last_args("satisfy", contexts)
        if satisfy[:1] and satisfy[0].lower() == "any":
            either = any_of((by_require.lets_in, by_order.lets_in))
            self._refuse(by_require._replace(lets_in=either))
        else:
            self._refuse(by_require)
            self._refuse(by_order)
        methods = self._last_ruled("allowmethods", contexts)
        if methods is not None:
            named = {word.upper() for word in methods.node.args} - {"RESET"}
            allowed = self._call.method in named or (self._call.method == "HEAD" and "GET" in named)
            self._note(methods.node.line, not allowed, 405)
        certificate = self._last_ruled("sslverifyclient", contexts)
        if certificate is not None and certificate.node.args[:1] == ("require",):
            self._note(certificate.node.line, True, 403, "tls-client-certificate")

    def _refuse(self, verdict: Verdict) -> None:
        if verdict.line is not None:
            status, code = (401, "site-password") if verdict.asks_password else (403, "")
            self._note(verdict.line, negated(verdict.lets_in), status, code)

    @staticmethod
    def _last(ask: object, contexts: Sequence[Sequence[Ruled]], values: Values) -> Verdict:
        for context in reversed(contexts):
            verdict: Verdict | None = ask(context, values)  # type: ignore[operator]
            if verdict is not None:
                return verdict
        return Verdict(True)

    @staticmethod
    def _last_ruled(name: str, contexts: Sequence[Sequence[Ruled]]) -> Ruled | None:
        return next((one for context in reversed(contexts) for one in reversed(context) if one.node.name == name), None)

    def _last_args(self, name: str, contexts: Sequence[Sequence[Ruled]]) -> Sequence[str]:
        found = self._last_ruled(name, contexts)
        return found.node.args if found else ()

    def _plain(self, values: Values) -> None:
        """mod_alias, which looks at the path before any folder does."""
        for node in (*self._place.server, *self._place.htaccess):
            if node.name not in ("redirect", "redirectmatch") or len(node.args) < 2:
                continue
            kind, path = node.args[0].lower(), node.args[1]
            status = 410 if kind == "gone" else int(kind) if kind.isdigit() else 302
            if status >= 400:
                fits = (
                    matches(path, values.uri) if node.name == "redirectmatch" else _below(values.uri, path.rstrip("/"))
                )
                self._note(node.line, fits, status)

    def _header(self, values: Values) -> None:
        """PHP behind FastCGI or CGI sees the keys only where a line hands them on."""
        contexts = self.contexts(values, "index.php")
        flat_ = [one.node for context in contexts for one in context]
        for node in flat_:
            words = [word.lower() for word in node.args]
            if node.name == "requestheader" and "unset" in words and "authorization" in words:
                self._note(node.line, True, 401, "header-lost")
        handlers = [node for node in flat_ if _hands_to_php(node)]
        passes = any(node.name == "cgipassauth" and node.args[:1] and node.args[0].lower() == "on" for node in flat_)
        if handlers and self._place.whole and not passes and not _HEADER & set(values.env):
            self._note(handlers[-1].line, True, 401, "header-lost")


def _hands_to_php(node: Node) -> bool:
    """By FastCGI or CGI, where the header gets lost; the module within Apache has it."""
    if node.name == "sethandler":
        return "fcgi" in node.rest.lower()
    for_php = any(word.lower().endswith("php") for word in node.args)
    return for_php and (node.name == "fcgidwrapper" or (node.name == "addhandler" and "cgi" in node.args[0].lower()))


def _is_location(node: Node, uri: str) -> bool:
    if node.name == "locationmatch" or (node.name == "location" and node.args[:1] == ("~",)):
        return bool(node.args and matches(node.args[-1], uri, ignore_case=False))
    if node.name != "location" or not node.args:
        return False
    path = node.args[0]
    if set(path) & set("*?["):
        return fnmatch.fnmatch(uri, path)
    return path == "/" or _below(uri, path.rstrip("/"))


def _below(uri: str, path: str) -> bool:
    return uri == path or uri.startswith(f"{path}/")


def _is_within(root: str, folder: str) -> bool:
    folder = folder.rstrip("/")
    if set(folder) & set("*?["):
        parts, wanted = root.split("/"), folder.split("/")
        return len(parts) >= len(wanted) and all(map(fnmatch.fnmatch, parts, wanted))
    return root == folder or root.startswith(f"{folder}/")
