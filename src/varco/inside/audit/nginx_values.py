"""nginx's variables for a call: its own, and those of `set`, `map` and `geo`. None: it cannot be known."""

from __future__ import annotations

import re
from typing import Callable, Mapping, Sequence

from varco.inside.audit.calls import Call
from varco.inside.audit.maybe import Maybe, address_in, negated
from varco.inside.audit.nginx_words import Directive
from varco.inside.audit.patterns import matches

_VARIABLE = re.compile(r"\$(?:\{(?P<braced>\w+)\}|(?P<plain>\w+))")
_DEEPEST = 10
"""Of maps that ask for each other."""


class Values:
    def __init__(self, call: Call, http: Sequence[Directive]) -> None:
        self.call, self.uri, self.args = call, call.path, call.query
        self.set: dict[str, str | None] = {}
        self._maps = {one.args[-1].lstrip("$"): one for one in http if one.name in ("map", "geo") and one.args}
        self._depth = 0

    def expanded(self, text: str) -> str | None:
        """With its variables filled in; None if one of them is not known."""
        parts, at = [], 0
        for match in _VARIABLE.finditer(text):
            value = self.value(match.group("braced") or match.group("plain"))
            if value is None:
                return None
            parts += [text[at : match.start()], value]
            at = match.end()
        return "".join((*parts, text[at:]))

    def value(self, name: str) -> str | None:
        if name in self.set:
            return self.set[name]
        if name in self._maps and self._depth < _DEEPEST:
            self._depth += 1
            try:
                return self._mapped(self._maps[name])
            finally:
                self._depth -= 1
        own = self._own().get(name)
        if own is not None:
            return own
        if name.startswith("http_"):
            return self.call.header(name[5:])
        if name.startswith("arg_"):
            found = re.search(rf"(?:^|&){re.escape(name[4:])}=([^&]*)", self.args)
            return found.group(1) if found else ""
        return "" if name.startswith(("cookie_", "invalid_")) else None

    def _own(self) -> Mapping[str, str | None]:
        call = self.call
        return {
            "request_method": call.method,
            "uri": self.uri,
            "document_uri": self.uri,
            "request_uri": call.uri,
            "args": self.args,
            "query_string": self.args,
            "is_args": "?" if self.args else "",
            "request": f"{call.method} {call.uri} HTTP/1.1",
            "remote_addr": call.one_address,
            "binary_remote_addr": call.address or "an address",
            "host": "shop.example",
            "server_name": "shop.example",
            "scheme": "https",
            "https": "on",
            "server_port": "443",
            "server_protocol": "HTTP/1.1",
            "content_type": call.header("content-type"),
            "content_length": "0",
            "request_filename": f"/{call.path.lstrip('/')}",
            "remote_user": "",
            "ssl_client_verify": "NONE",
            "limit_rate": "",
        }

    def _mapped(self, one: Directive) -> str | None:
        rows = [(row.name, row.args[0] if row.args else "") for row in one.inner()]
        found = self._geo(rows, one) if one.name == "geo" else self._map(rows, one)
        return None if found is None else self.expanded(found)

    def _map(self, rows: Sequence[tuple[str, str]], one: Directive) -> str | None:
        source = self.expanded(one.args[0])
        if source is None:
            return _same([value for _key, value in rows])
        plain = {key.lower(): value for key, value in rows if not key.startswith("~")}
        if source.lower() in plain and source.lower() != "default":
            return plain[source.lower()]
        for key, value in rows:
            if key.startswith("~") and matches(key[1:].lstrip("*"), source, ignore_case=key.startswith("~*")):
                return value
        return plain.get("default", "")

    def _geo(self, rows: Sequence[tuple[str, str]], one: Directive) -> str | None:
        if len(one.args) > 1 and one.args[0] not in ("$remote_addr", "$realip_remote_addr"):
            return None
        default = next((value for key, value in rows if key == "default"), "")
        listed = [(key, value) for key, value in rows if key[:1].isdigit() or ":" in key]
        verdicts = [(address_in(self.call.address, [key]), key, value) for key, value in listed]
        certain = [(_length(key), value) for verdict, key, value in verdicts if verdict]
        if any(verdict is None for verdict, _key, _value in verdicts):
            return _same([default, *(value for verdict, _key, value in verdicts if verdict is not False)])
        return max(certain)[1] if certain else default


def _length(network: str) -> int:
    return int(network.partition("/")[2] or 128)


def _same(values: Sequence[str]) -> str | None:
    """Where it cannot be known which one it is, it does not matter if all are alike."""
    return values[0] if values and len(set(values)) == 1 else None


def condition(args: Sequence[str], values: Values) -> Maybe:
    """Of an `if`."""
    text = " ".join(args).strip()
    text = text[1:-1].strip() if text.startswith("(") else text
    file_test = re.match(r"^(!?)-[fdex] ", text)
    if file_test:  # the interface's paths are no files
        return bool(file_test.group(1))
    parts = text.split(None, 2) or [""]
    value = values.expanded(parts[0])
    if value is None:
        return None
    if len(parts) == 1:
        return value not in ("", "0")
    operator, wanted = parts[1], parts[2].strip("\"'") if len(parts) > 2 else ""
    compare: Callable[[], Maybe] = {
        "=": lambda: value == wanted,
        "~": lambda: matches(wanted, value, ignore_case=False),
        "~*": lambda: matches(wanted, value, ignore_case=True),
    }.get(operator.lstrip("!") or "=", lambda: None)
    return negated(compare()) if operator.startswith("!") else compare()
