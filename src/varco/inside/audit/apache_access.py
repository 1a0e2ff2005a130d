"""Who may come in: `Require` of Apache 2.4, and `Order`, `Allow` and `Deny` of 2.2, which still stand in many files."""

from __future__ import annotations

from typing import NamedTuple, Sequence

from varco.inside.audit.apache_values import Values, expression
from varco.inside.audit.apache_words import Node
from varco.inside.audit.maybe import Maybe, address_in, all_of, any_of, negated
from varco.inside.audit.problems import Line

_GROUPS = frozenset(("requireall", "requireany", "requirenone"))


class Verdict(NamedTuple):
    """Whether a call comes in, and the line that keeps it out."""

    lets_in: Maybe
    line: Line | None = None
    asks_password: bool = False


class Ruled(NamedTuple):
    """A directive with the methods for which it is in force; None: all of them."""

    node: Node
    methods: frozenset[str] | None
    excepts: bool = False

    def holds_for(self, method: str) -> bool:
        if self.methods is None:
            return True
        named = method in self.methods or (method == "HEAD" and "GET" in self.methods)
        return named != self.excepts


def flat(nodes: Sequence[Node], methods: frozenset[str] | None = None, excepts: bool = False) -> list[Ruled]:
    """Without the brackets of `Limit` and `LimitExcept`; other sections stay whole."""
    found: list[Ruled] = []
    for node in nodes:
        if node.name in ("limit", "limitexcept"):
            found += flat(node.inner(), frozenset(node.args), node.name == "limitexcept")
        else:
            found.append(Ruled(node, methods, excepts))
    return found


def required(context: Sequence[Ruled], values: Values) -> Verdict | None:
    """By `Require` in that section. None: it has none; those outside of it are in force then."""
    rules = [one for one in context if one.node.name == "require" or one.node.name in _GROUPS]
    if not rules:
        return None
    held = [one.node for one in rules if one.holds_for(values.call.method)]
    return _any(held, values) if held else Verdict(True)


def _any(nodes: Sequence[Node], values: Values) -> Verdict:
    """One of them is enough, but one that begins with `not` lets nobody in."""
    verdicts = [_verdict(node, values) for node in nodes if not _is_negative(node)]
    lets_in = any_of(one.lets_in for one in verdicts) if verdicts else False
    if lets_in is not True:
        blamed = next((one for one in verdicts if one.lets_in is not True), None)
        line = blamed.line if blamed else nodes[0].line
        asks = bool(verdicts) and any(one.asks_password for one in verdicts)
        return Verdict(lets_in, line, asks)
    return Verdict(True)


def _is_negative(node: Node) -> bool:
    return node.name == "requirenone" or (node.name == "require" and node.args[:1] == ("not",))


def _verdict(node: Node, values: Values) -> Verdict:
    if node.name == "requireany":
        return _any(node.inner(), values)
    if node.name == "requirenone":
        inner = [_verdict(one, values) for one in node.inner()]
        return Verdict(negated(any_of(one.lets_in for one in inner)), node.line)
    if node.name == "requireall":
        inner = [_verdict(one, values) for one in node.inner()]
        lets_in = all_of(one.lets_in for one in inner)
        blamed = next((one for one in inner if one.lets_in is lets_in and lets_in is not True), Verdict(True))
        return Verdict(lets_in, blamed.line, blamed.asks_password)
    if _is_negative(node):
        return Verdict(negated(_provider(node.args[1:], node, values)), node.line)
    password = node.args[:1] in (("valid-user",), ("user",), ("group",), ("ldap-group",))
    return Verdict(_provider(node.args, node, values), node.line, password)


def _provider(args: Sequence[str], node: Node, values: Values) -> Maybe:
    kind, rest = (args[0].lower(), args[1:]) if args else ("", ())
    if kind == "all":
        return rest[:1] == ("granted",)
    if kind == "ip":
        return address_in(values.call.address, rest)
    if kind == "env":
        return any_of(_is_set(values, name) for name in rest)
    if kind == "method":
        return values.call.method in rest or (values.call.method == "HEAD" and "GET" in rest)
    if kind == "expr":
        text = node.rest.partition("expr")[2].strip()
        return expression(text[1:-1] if text[:1] == '"' else text, values)
    return None if kind in ("host", "forward-dns") else False


def _is_set(values: Values, name: str) -> Maybe:
    if name not in values.env:
        return False
    return None if values.env[name] is None else True


def ordered(context: Sequence[Ruled], values: Values) -> Verdict | None:
    """By `Order`, `Allow` and `Deny` in that section. None: it has none."""
    rules = [
        one.node for one in context if one.holds_for(values.call.method) and one.node.name in ("order", "allow", "deny")
    ]
    if not rules:
        has_others = any(one.node.name in ("order", "allow", "deny") for one in context)
        return Verdict(True) if has_others else None
    allowed = [(_from(node, values), node) for node in rules if node.name == "allow"]
    denied = [(_from(node, values), node) for node in rules if node.name == "deny"]
    allows, denies = any_of(fits for fits, _node in allowed), any_of(fits for fits, _node in denied)
    order = next((node for node in rules if node.name == "order"), None)
    line = next(
        (node.line for fits, node in denied if fits is denies and fits is not False), order.line if order else None
    )
    if order is not None and "".join(order.args).lower().replace(",", "") == "allowdeny":
        return Verdict(all_of((allows, negated(denies))), line)
    return Verdict(any_of((negated(denies), allows)), line)


def _from(node: Node, values: Values) -> Maybe:
    words = [word for word in node.args if word.lower() != "from"]
    return any_of(_is_from(word, values) for word in words)


def _is_from(word: str, values: Values) -> Maybe:
    if word.lower() == "all":
        return True
    if word.lower().startswith("env="):
        name = word[4:]
        return negated(_is_set(values, name[1:])) if name.startswith("!") else _is_set(values, name)
    if word[:1].isdigit() or ":" in word:
        return address_in(values.call.address, [word])
    return None
