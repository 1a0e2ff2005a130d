"""Leads a call through ModSecurity's rules, as far as they look at its line, its names and its address.

What a rule says of contents is not judged here: whether the core rules take names and links for attacks follows from
their paranoia level (measured with 3.3.4 and 4.28.0: links and apostrophes are refused from level 2 on, brackets from
level 3).
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Callable, Iterator, Mapping, Sequence
from urllib.parse import unquote

from varco.inside.audit.apache_words import Node
from varco.inside.audit.calls import Call
from varco.inside.audit.maybe import Maybe, address_in, any_of, negated
from varco.inside.audit.nginx import SMALL
from varco.inside.audit.patterns import matches
from varco.inside.audit.problems import Line, Refusals, Rule

_STRICT, _STRICTEST = 2, 3
_CORE_ATTACKS = range(930_000, 950_000)
_LEVELS = ("blocking_paranoia_level", "paranoia_level", "detection_paranoia_level", "executing_paranoia_level")
_BRACKETS = ("magento", "prestashop")
"""Whose lists are asked for with brackets in the address."""
_ACTION = re.compile(r"(?:[^,'\\]|\\.|'(?:[^'\\]|\\.)*')+")
_MACRO = re.compile(r"%\{(?P<name>[^}]+)\}")


class _Rule:
    """A `SecRule` or `SecAction`, taken apart once for all calls."""

    def __init__(self, node: Node) -> None:
        self.node = node
        is_rule = node.name == "secrule"
        self.variables = node.args[0] if is_rule and node.args else ""
        self.operator = node.args[1] if is_rule and len(node.args) > 1 else ""
        actions = node.args[2 if is_rule else 0] if len(node.args) > (2 if is_rule else 0) else ""
        self.actions = [
            (key.strip().lower(), value.strip().strip("'"))
            for text in _ACTION.findall(actions)
            for key, _, value in [text.partition(":")]
        ]
        self.names = {name for name, _value in self.actions}
        self.id = next((value for name, value in self.actions if name == "id"), "")
        phase = next((value for name, value in self.actions if name == "phase"), "2")
        self.phase = {"request": 2, "response": 4, "logging": 5}.get(phase, int(phase) if phase.isdigit() else 2)


class Rules:
    """Of one server, in their order."""

    def __init__(self, nodes: Sequence[Node], site: str = "") -> None:
        self._nodes, self._site = nodes, site
        self._chains = list(_chains(nodes))
        removed = [node.args for node in nodes if node.name == "secruleremovebyid"]
        self._removed = [word for args in removed for word in " ".join(args).replace(",", " ").split()]

    def lead_through(self, call: Call, refusals: Refusals) -> None:
        engine = _last(self._nodes, "secruleengine")
        if engine is None or engine.args[:1] == () or engine.args[0].lower() != "on":
            return
        passage = _Passage(call, self._removed)
        for phase in (1, 2):
            passage.run(self._chains, phase)
        for line, refuses in passage.refused:
            refusals.note(Rule(line, "modsecurity", self._site, 403, ""), call, refuses)
        if not passage.is_off:
            self._contents(call, passage, refusals)

    def _contents(self, call: Call, passage: _Passage, refusals: Refusals) -> None:
        level, line, holds = passage.level()
        has_core = any(
            int(rule.id) in _CORE_ATTACKS for chain in self._chains for rule in chain[:1] if rule.id.isdigit()
        )
        writes = call.method in ("POST", "PUT", "PATCH")
        if has_core and line is not None and level >= _STRICT and writes:
            refusals.note(Rule(line, "modsecurity", self._site, 403, "names-refused"), call, holds)
        if has_core and line is not None and level >= _STRICTEST and call.platform in _BRACKETS:
            refusals.note(Rule(line, "modsecurity", self._site, 403, "brackets-refused"), call, holds)
        small = _last(self._nodes, "secrequestbodynofileslimit")
        if small and small.args and small.args[0].isdigit() and int(small.args[0]) < SMALL and writes:
            refusals.note(Rule(small.line, "modsecurity", self._site, 413, "request-too-large"), call, True)


def _last(nodes: Sequence[Node], name: str) -> Node | None:
    return next((node for node in reversed(nodes) if node.name == name), None)


def _chains(nodes: Sequence[Node]) -> Iterator[Sequence[_Rule]]:
    """Rules that hold together only; a marker stands by itself."""
    chain: list[_Rule] = []
    for node in nodes:
        if node.name == "secmarker":
            yield [_Rule(node)]
        elif node.name in ("secrule", "secaction"):
            chain.append(_Rule(node))
            if "chain" not in chain[-1].names:
                yield chain
                chain = []


class _Passage:
    def __init__(self, call: Call, removed: Sequence[str]) -> None:
        self._call, self._removed = call, list(removed)
        self._tx: dict[str, str] = {}
        self._set_by: dict[str, Line] = {}
        self._unsure: set[str] = set()
        """Variables that a rule may have set."""
        self.refused: list[tuple[Line, Maybe]] = []
        self.is_off = False

    def run(self, chains: Sequence[Sequence[_Rule]], phase: int) -> None:
        skipped_to = ""
        for chain in chains:
            first = chain[0]
            if first.node.name == "secmarker":
                skipped_to = "" if first.node.args[:1] == (skipped_to,) else skipped_to
                continue
            if skipped_to or first.phase != phase or self.is_off or self._is_removed(first.id):
                continue
            met = self._met(chain)
            if met is False:
                continue
            for rule in chain:
                self._do(rule, met)
            if met and {"allow"} & first.names:
                return
            if met:
                skipped_to = next((value for name, value in first.actions if name == "skipafter"), "")
            self._refuse(chain, met)

    def _refuse(self, chain: Sequence[_Rule], met: Maybe) -> None:
        first = chain[0]
        if {"deny", "drop", "block"} & first.names and not {"pass", "allow"} & first.names and first.id not in _SUMS:
            self.refused.append((first.node.line, met))

    def level(self) -> tuple[int, Line | None, Maybe]:
        """The core rules' strictness for this call, where it was set, and whether that holds."""
        for name in _LEVELS:
            value = self._tx.get(name, "")
            if value.isdigit():
                return int(value), self._set_by.get(name), None if name in self._unsure else True
        return 1, None, True

    def _is_removed(self, rule: str) -> bool:
        if not rule.isdigit():
            return False
        for word in self._removed:
            low, _, high = word.strip("\"'").partition("-")
            if low.isdigit() and int(low) <= int(rule) <= int(high or low):
                return True
        return False

    def _met(self, chain: Sequence[_Rule]) -> Maybe:
        met: Maybe = True
        for rule in chain:
            one = True if rule.node.name == "secaction" else self._one_met(rule)
            if one is False:
                return False
            met = None if one is None else met
        return met

    def _one_met(self, rule: _Rule) -> Maybe:
        values = self._values(rule.variables)
        negates = rule.operator.startswith("!")
        name, _, argument = rule.operator.lstrip("!").partition(" ")
        if not name.startswith("@"):
            name, argument = "@rx", rule.operator.lstrip("!")
        if name in {"@ipmatch", "@ipMatch"}:
            found = address_in(self._call.address, argument.split(",")) if "REMOTE_ADDR" in rule.variables else False
            return negated(found) if negates else found
        if self._is_unsure(rule):
            return None
        compare = _OPERATORS.get(name.lower())
        if compare is None or not values:
            return False
        argument = self._filled(argument)
        folder = Path(rule.node.line.file).parent
        lower = ("t", "lowercase") in rule.actions
        verdicts = [compare(value.lower() if lower else value, argument, folder) for value in values]
        return any_of(negated(one) if negates else one for one in verdicts)

    def _is_unsure(self, rule: _Rule) -> bool:
        asked = f"{rule.variables} {rule.operator}".lower()
        return any(f"tx:{name}" in asked or f"%{{tx.{name}}}" in asked for name in self._unsure)

    def _values(self, variables: str) -> Sequence[str]:
        found = []
        for variable in variables.split("|"):
            value = self._value(variable.strip())
            if value is not None:
                found.append(value)
        return found

    def _value(self, variable: str) -> str | None:
        """None: not looked at here, or not there."""
        call, (name, _, part) = self._call, variable.partition(":")
        if name.upper() == "TX":
            return self._tx.get(part.lower())
        if name.upper() == "&TX":
            return "1" if part.lower() in self._tx else "0"
        if name.upper() == "REQUEST_HEADERS":
            return call.header(part) or None if part else None
        if name.upper() == "&REQUEST_HEADERS":
            return "1" if call.header(part) else "0"
        return {
            "REQUEST_METHOD": call.method,
            "REQUEST_URI": call.uri,
            "REQUEST_URI_RAW": call.uri,
            "REQUEST_FILENAME": unquote(call.path),
            "REQUEST_BASENAME": call.path.rpartition("/")[2],
            "REQUEST_LINE": f"{call.method} {call.uri} HTTP/1.1",
            "REQUEST_PROTOCOL": "HTTP/1.1",
            "QUERY_STRING": call.query,
            "REMOTE_ADDR": call.one_address,
            "SERVER_NAME": "shop.example",
        }.get(name.upper())

    def _filled(self, text: str) -> str:
        def value(match: re.Match[str]) -> str:
            kind, _, name = match.group("name").partition(".")
            return self._tx.get(name.lower(), "") if kind.lower() == "tx" else ""

        return _MACRO.sub(value, text)

    def _do(self, rule: _Rule, met: Maybe) -> None:
        for name, value in rule.actions:
            if name == "setvar" and met is None:
                self._unsure.add(_variable(value.partition("=")[0]))
            elif name == "setvar":
                self._set(value, rule.node.line)
            elif name == "ctl" and met:
                self._control(value)

    def _set(self, text: str, line: Line) -> None:
        key, _, value = text.partition("=")
        if key.lower().startswith("tx."):
            self._tx[_variable(key)] = self._filled(value)
            self._set_by[_variable(key)] = line
            self._unsure.discard(_variable(key))

    def _control(self, text: str) -> None:
        key, _, value = text.partition("=")
        if key.lower() == "ruleengine" and value.lower() in ("off", "detectiononly"):
            self.is_off = True
        elif key.lower() == "ruleremovebyid":
            self._removed.append(value)


def _variable(key: str) -> str:
    return key.lower().partition("tx.")[2]


_SUMS = frozenset(("949110", "949111", "959100"))


def _pm(value: str, argument: str, _folder: Path) -> Maybe:
    return any(word.lower() in value.lower() for word in argument.split())


def _pm_from_file(value: str, argument: str, folder: Path) -> Maybe:
    words = [word for name in argument.split() for word in _lines(folder / name)]
    return any(word.lower() in value.lower() for word in words)


def _lines(path: Path) -> Sequence[str]:
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ()
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


_OPERATORS: Mapping[str, Callable[[str, str, Path], Maybe]] = {
    "@rx": lambda value, argument, _folder: matches(argument, value) or False,
    "@pm": _pm,
    "@pmfromfile": _pm_from_file,
    "@pmf": _pm_from_file,
    "@streq": lambda value, argument, _folder: value == argument,
    "@contains": lambda value, argument, _folder: argument in value,
    "@containsword": lambda value, argument, _folder: bool(re.search(rf"\b{re.escape(argument)}\b", value)),
    "@beginswith": lambda value, argument, _folder: value.startswith(argument),
    "@endswith": lambda value, argument, _folder: value.endswith(argument),
    "@within": lambda value, argument, _folder: value in argument,
    "@eq": lambda value, argument, _folder: _number(value) == _number(argument),
    "@ge": lambda value, argument, _folder: _number(value) >= _number(argument),
    "@gt": lambda value, argument, _folder: _number(value) > _number(argument),
    "@le": lambda value, argument, _folder: _number(value) <= _number(argument),
    "@lt": lambda value, argument, _folder: _number(value) < _number(argument),
    "@unconditionalmatch": lambda _value, _argument, _folder: True,
}
