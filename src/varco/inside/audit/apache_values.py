"""Apache's variables and expressions for a call. https://httpd.apache.org/docs/2.4/expr.html"""

from __future__ import annotations

import re
from typing import Callable, Mapping, Sequence

from varco.inside.audit.calls import Call
from varco.inside.audit.maybe import Maybe, address_in, all_of, any_of, negated
from varco.inside.audit.patterns import matches

_VARIABLE = re.compile(r"%\{(?P<name>[^}]+)\}")
_TOKEN = re.compile(
    r"""\s*(?:(?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")"""
    r"""|(?P<regex>m(?P<mark>[\#/!|,%])(?:(?!(?P=mark)).)*(?P=mark)[ismnx]*|/(?:[^/\\]|\\.)*/[ismnx]*)"""
    r"""|(?P<operator>=~|!~|==|!=|<=|>=|<|>|=|&&|\|\||!|\(|\)|\{|\}|,)"""
    r"""|(?P<word>%\{[^}]+\}|-?[A-Za-z0-9_:./%*+@-]+))""",
    re.VERBOSE,
)


class Values:
    """Of one call in one round: Apache looks at its rules again for the path to which it was led on."""

    def __init__(self, call: Call, uri: str, env: dict[str, str | None]) -> None:
        self.call, self.uri, self.query = call, uri, call.query
        self.env = env
        """What rules have set; None: it cannot be known whether they did."""

    def expanded(self, text: str) -> str | None:
        parts, at = [], 0
        for match in _VARIABLE.finditer(text):
            value = self.variable(match.group("name"))
            if value is None:
                return None
            parts += [text[at : match.start()], value]
            at = match.end()
        return "".join((*parts, text[at:]))

    def variable(self, name: str) -> str | None:
        """Empty for what the call does not have; None if it cannot be known."""
        kind, _, inner = name.partition(":")
        if inner and kind.upper() in ("HTTP", "REQ"):
            return self.call.header(inner)
        if inner and kind.upper() in ("ENV", "REQENV"):
            return self.env.get(inner, "")
        if inner:
            return ""
        plain = name.upper()
        if plain.startswith("HTTP_") or plain in self._own():
            return self._own().get(plain, self.call.header(plain[5:]))
        return ""

    def _own(self) -> Mapping[str, str | None]:
        call = self.call
        return {
            "REQUEST_METHOD": call.method,
            "REQUEST_URI": self.uri,
            "REQUEST_FILENAME": self.uri,
            "SCRIPT_FILENAME": self.uri,
            "QUERY_STRING": self.query,
            "THE_REQUEST": f"{call.method} {call.uri} HTTP/1.1",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": call.one_address,
            "REMOTE_HOST": None,
            "HTTP_HOST": "shop.example",
            "SERVER_NAME": "shop.example",
            "SERVER_PORT": "443",
            "HTTPS": "on",
            "REQUEST_SCHEME": "https",
            "HTTP_USER_AGENT": call.agent,
        }


def expression(text: str, values: Values) -> Maybe:
    """None for what cannot be known, or is not understood."""
    tokens = [
        (str(match.lastgroup if match.lastgroup != "mark" else "regex"), match.group().strip())
        for match in _TOKEN.finditer(text)
    ]
    try:
        parser = _Parser(tokens, values)
        found = parser.either()
    except (IndexError, ValueError, KeyError):
        return None
    return found if parser.is_done else None


class _Parser:
    def __init__(self, tokens: Sequence[tuple[str, str]], values: Values) -> None:
        self._tokens, self._values, self._at = tokens, values, 0

    @property
    def is_done(self) -> bool:
        return self._at == len(self._tokens)

    def _peek(self) -> str:
        return self._tokens[self._at][1] if self._at < len(self._tokens) else ""

    def _take(self) -> str:
        self._at += 1
        return self._tokens[self._at - 1][1]

    def either(self) -> Maybe:
        found = [self._both()]
        while self._peek() in ("||", "or"):
            self._take()
            found.append(self._both())
        return any_of(found)

    def _both(self) -> Maybe:
        found = [self._one()]
        while self._peek() in ("&&", "and"):
            self._take()
            found.append(self._one())
        return all_of(found)

    def _one(self) -> Maybe:
        if self._peek() in ("!", "not"):
            self._take()
            return negated(self._one())
        if self._peek() == "(":
            self._take()
            found = self.either()
            self._take()
            return found
        if self._peek() in ("true", "false"):
            return self._take() == "true"
        if re.match(r"^-[A-Za-z]$", self._peek()):
            return self._unary(self._take())
        return self._compared()

    def _unary(self, operator: str) -> Maybe:
        word = self._word()
        if operator == "-R":
            return address_in(self._values.call.address, [word or ""])
        if operator in ("-f", "-d", "-e", "-s", "-F", "-U", "-L", "-h"):
            return False
        if word is None:
            return None
        if operator == "-T":
            return word.lower() not in ("", "0", "off", "false", "no")
        return (word == "") if operator == "-z" else (word != "") if operator == "-n" else None

    def _word(self) -> str | None:
        text = self._take()
        if self._peek() == "(" and text in (
            "req",
            "http",
            "req_novary",
            "reqenv",
            "env",
            "osenv",
            "tolower",
            "toupper",
        ):
            self._take()
            inner = self._word()
            self._take()
            return self._called(text, inner)
        return self._values.expanded(_unquoted(text))

    def _called(self, name: str, inner: str | None) -> str | None:
        if inner is None or name in ("tolower", "toupper"):
            return None if inner is None else inner.lower() if name == "tolower" else inner.upper()
        return self._values.variable(f"{'ENV' if name.endswith('env') else 'HTTP'}:{inner}")

    def _compared(self) -> Maybe:
        left = self._word()
        operator = self._take()
        if operator in ("=~", "!~"):
            pattern, ignore_case = _regex(self._take())
            found = matches(pattern, left, ignore_case=ignore_case)
            return negated(found) if operator == "!~" else found
        if operator in ("-in", "in"):
            return self._listed(left)
        if operator == "-ipmatch":
            return address_in(self._values.call.address, [self._word() or ""])
        right = self._word()
        if left is None or right is None:
            return None
        return _COMPARE[operator](left, right)

    def _listed(self, left: str | None) -> Maybe:
        self._take()
        values = []
        while self._peek() != "}":
            if self._peek() == ",":
                self._take()
                continue
            values.append(self._word())
        self._take()
        return None if left is None else left in values


_COMPARE: Mapping[str, Callable[[str, str], bool]] = {
    "==": lambda left, right: left == right,
    "=": lambda left, right: left == right,
    "!=": lambda left, right: left != right,
    "-eq": lambda left, right: float(left or 0) == float(right or 0),
    "-ne": lambda left, right: float(left or 0) != float(right or 0),
    "-strmatch": lambda left, right: _glob(right, left, 0),
    "-strcmatch": lambda left, right: _glob(right, left, re.IGNORECASE),
}


def _glob(pattern: str, text: str, flags: int) -> bool:
    return bool(re.match(re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".") + "$", text, flags))


def _unquoted(text: str) -> str:
    return text[1:-1] if text[:1] in ("'", '"') else text


def _regex(text: str) -> tuple[str, bool]:
    mark = text[1] if text.startswith("m") else "/"
    pattern, _, flags = text[2 if text.startswith("m") else 1 :].rpartition(mark)
    return pattern, "i" in flags
