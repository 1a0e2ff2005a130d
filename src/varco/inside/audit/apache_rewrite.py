"""mod_rewrite and mod_setenvif: what they set, what they refuse, and where they lead a path."""

from __future__ import annotations

import re
from typing import Callable, NamedTuple, Sequence

from varco.inside.audit.apache_values import Values, expression
from varco.inside.audit.apache_words import Node
from varco.inside.audit.maybe import Maybe, all_of, any_of, negated
from varco.inside.audit.patterns import matches
from varco.inside.audit.problems import Line

Note = Callable[[Line, Maybe, int, str], None]
_FILES = re.compile(r"^!?-[dfFslLhHxU]$")


class Led(NamedTuple):
    """What came of a list of rules."""

    uri: str
    """To which the path was led; the same if it was not."""
    is_elsewhere: bool = False
    """Sent to another address: what follows here is not asked."""


def mark(nodes: Sequence[Node], values: Values) -> None:
    """`SetEnvIf` and its kin, in their order."""
    for node in nodes:
        if node.name in ("setenvif", "setenvifnocase") and len(node.args) > 2:
            met = matches(node.args[1], _attribute(node.args[0], values), ignore_case=node.name.endswith("nocase"))
            _set(node.args[2:], met, values)
        elif node.name in ("browsermatch", "browsermatchnocase") and len(node.args) > 1:
            met = matches(node.args[0], values.call.agent, ignore_case=node.name.endswith("nocase"))
            _set(node.args[1:], met, values)
        elif node.name == "setenvifexpr" and len(node.args) > 1:
            _set(node.args[1:], expression(node.args[0], values), values)


def _attribute(name: str, values: Values) -> str | None:
    plain = name.lower()
    own = {
        "remote_addr": values.call.one_address,
        "remote_host": None,
        "request_uri": values.uri,
        "request_method": values.call.method,
        "request_protocol": "HTTP/1.1",
    }
    return own[plain] if plain in own else values.call.header(name)


def _set(names: Sequence[str], met: Maybe, values: Values) -> None:
    for name in names:
        key, _, value = name.lstrip("!").partition("=")
        if met and name.startswith("!"):
            values.env.pop(key, None)
        elif met:
            values.env[key] = value or "1"
        elif met is None and (key in values.env) == name.startswith("!"):
            values.env[key] = None


def rewrite(nodes: Sequence[Node], values: Values, base: str, note: Note) -> Led:
    """Rules of one place; `base` is the path of its folder, which patterns do not see, or empty for a server's own."""
    run = _Run(values, base, note)
    conditions: list[Node] = []
    switched_on = False
    for node in nodes:
        if node.name == "rewriteengine":
            switched_on = " ".join(node.args).lower() == "on"
        elif node.name == "rewritecond" and switched_on:
            conditions.append(node)
        elif node.name == "rewriterule" and switched_on and len(node.args) > 1:
            if run.take(_Rule(node, conditions)):
                break
            conditions = []
    return Led(run.uri, run.is_elsewhere)


class _Run:
    """One after the other, with the jumps that they make."""

    def __init__(self, values: Values, base: str, note: Note) -> None:
        self.uri, self.is_elsewhere = values.uri, False
        self._values, self._base, self._note = values, base, note
        self._skipped = self._uncertain = 0

    def take(self, rule: _Rule) -> bool:
        """Whether it was the last one."""
        if self._skipped:
            self._skipped -= 1
            return False
        met = rule.met(self.uri, self._values, self._base)
        if self._uncertain:
            self._uncertain, met = self._uncertain - 1, None if met else met
        if met is False:
            return False
        rule.sets(met, self._values)
        if rule.refuses:
            self._note(rule.line, met, rule.refuses, rule.code)
            return False
        if met is None:
            self._uncertain = rule.jumps
            return False
        return self._lead_on(rule)

    def _lead_on(self, rule: _Rule) -> bool:
        self._skipped = rule.jumps
        self.is_elsewhere = rule.sends_on
        if not self.is_elsewhere:
            self.uri = rule.target(self.uri, self._base)
        return self.is_elsewhere or rule.is_last


class _Rule:
    def __init__(self, node: Node, conditions: Sequence[Node]) -> None:
        self._node, self._conditions = node, conditions
        self.line = node.line
        flags = node.args[2].strip("[]").split(",") if len(node.args) > 2 else []
        self._flags = [flag.strip() for flag in flags]
        self._short = {flag.partition("=")[0].upper(): flag.partition("=")[2] for flag in self._flags}

    def _flag(self, *names: str) -> str | None:
        return next((self._short[name] for name in names if name in self._short), None)

    @property
    def refuses(self) -> int:
        """The status, or 0."""
        if self._flag("F", "FORBIDDEN") is not None:
            return 403
        if self._flag("G", "GONE") is not None:
            return 410
        status = self._flag("R", "REDIRECT") or ""
        if self.code == "robot-test":
            return 403
        return int(status) if status.isdigit() and int(status) >= 400 else 0

    @property
    def code(self) -> str:
        """LiteSpeed's robot test is asked for by a variable."""
        return "robot-test" if any(flag.lower() == "e=verifycaptcha" for flag in self._flags) else ""

    @property
    def sends_on(self) -> bool:
        status = self._flag("R", "REDIRECT")
        return status is not None or bool(re.match(r"^https?://", self._node.args[1]))

    @property
    def jumps(self) -> int:
        value = self._flag("S", "SKIP") or ""
        return int(value) if value.isdigit() else 0

    @property
    def is_last(self) -> bool:
        return self._flag("L", "LAST") is not None or self._flag("END") is not None

    def met(self, uri: str, values: Values, base: str) -> Maybe:
        pattern = self._node.args[0]
        seen = uri[len(base) :] if base else uri
        ignore_case = self._flag("NC", "NOCASE") is not None
        found = matches(pattern.lstrip("!"), seen, ignore_case=ignore_case)
        found = negated(found) if pattern.startswith("!") else found
        return found if found is False else all_of((found, self._conditions_met(values)))

    def _conditions_met(self, values: Values) -> Maybe:
        """Those joined by [OR] count as one."""
        groups: list[list[Maybe]] = [[]]
        for node in self._conditions:
            flags = [
                flag.strip().upper() for flag in (node.args[2].strip("[]").split(",") if len(node.args) > 2 else [])
            ]
            groups[-1].append(_condition(node, values, ignore_case="NC" in flags or "NOCASE" in flags))
            if "OR" not in flags and "ORNEXT" not in flags:
                groups.append([])
        return all_of(any_of(group) for group in groups if group)

    def sets(self, met: Maybe, values: Values) -> None:
        for flag in self._flags:
            if flag[:2].upper() == "E=":
                name, _, value = flag[2:].partition(":")
                if name.startswith("!"):
                    values.env.pop(name[1:], None)
                else:
                    values.env[name] = (values.expanded(value) if value else "1") if met else None

    def target(self, uri: str, base: str) -> str:
        to = self._node.args[1].partition("?")[0]
        if to == "-" or not to:
            return uri
        to = re.sub(r"[$%]\{?[\w:]+\}?", "", to)
        return to if to.startswith("/") else f"{base or '/'}{to}"


def _condition(node: Node, values: Values, *, ignore_case: bool) -> Maybe:
    if len(node.args) < 2:
        return None
    text, pattern = values.expanded(re.sub(r"[$%]\d", "", node.args[0])), node.args[1]
    if _FILES.match(pattern):  # the interface's paths are no files
        return pattern.startswith("!")
    if node.args[0].lower() == "expr":
        return expression(pattern, values)
    if text is None:
        return _unknown_address(pattern)
    plain = pattern.lstrip("!")
    if plain[:1] in ("=", "<", ">"):
        wanted = plain.lstrip("=<>").strip('"')
        same = text.lower() == wanted.lower() if ignore_case else text == wanted
        found: Maybe = same if plain.startswith("=") else None
    else:
        found = matches(plain, text, ignore_case=ignore_case)
    return negated(found) if pattern.startswith("!") else found


def _unknown_address(pattern: str) -> Maybe:
    """An address that we were not told is none of the machine itself or of a private network."""
    plain = pattern.lstrip("!").replace("\\", "")
    if re.match(r"^[\^=]?(127\.|10\.|192\.168|::1|localhost)", plain) and "|" not in plain:
        return pattern.startswith("!")
    return None
