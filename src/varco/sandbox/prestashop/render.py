"""Rows as JSON and XML. XML is as malformed as PrestaShop's where data holds what CDATA cannot (measured)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec

from varco.sandbox.prestashop.query import Display
from varco.sandbox.prestashop.resource import I18n, Resource, Row
from varco.sandbox.prestashop.tables import ALL_NAMES, RESOURCES

_HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>\n<prestashop xmlns:xlink="http://www.w3.org/1999/xlink">\n'
_END: Final = "</prestashop>\n"


def as_json(value: Any) -> bytes:
    return msgspec.json.encode(value).replace(b"/", b"\\/")


def json_list(resource: Resource, rows: Sequence[Row], display: Display, languages: int) -> bytes:
    """Nothing found is a list without a name (measured)."""
    if not rows:
        return b"[]"
    return as_json({resource.name: [_shown(resource, row, display, languages) for row in rows]})


def json_one(resource: Resource, row: Row, languages: int) -> bytes:
    """Every field that PHP calls empty is left out (measured)."""
    whole = _shown(resource, row, Display(None, None), languages)
    return as_json({resource.one: {name: value for name, value in whole.items() if value not in ("", "0", 0, None)}})


def json_written(resource: Resource, row: Row, numbers: Iterable[str] = ()) -> bytes:
    """As a write is answered: the id is a text, and what a setter made a number is one (measured)."""
    whole = {name: value for name, value in row.items() if value not in ("", "0", 0, None)}
    whole = {name: int(value) if name in numbers else value for name, value in whole.items()}
    return as_json({resource.one: {**whole, "id": str(row["id"])}})


def _shown(resource: Resource, row: Row, display: Display, languages: int) -> dict[str, Any]:
    names = resource.fields if display.fields is None else [name for name in resource.fields if name in display.fields]
    found = {name: _value(row[name], languages) for name in names}
    associations = _associations(resource, row, display)
    return {**found, "associations": associations} if associations else found


def _associations(resource: Resource, row: Row, display: Display) -> dict[str, list[dict[str, Any]]]:
    if not resource.associations or (display.associations is not None and not display.associations):
        return {}
    held: Mapping[str, Sequence[Mapping[str, Any]]] = row["associations"]
    if display.associations is None:
        return {name: [dict(one) for one in rows] for name, rows in held.items()}
    return {
        name: [{field: one[field] for field in one if field in wanted} for one in held[name]]
        for name, wanted in display.associations.items()
    }


def _value(value: Any, languages: int) -> Any:
    """A text with one language, a list with several; in XML (a number below 0) always a list (measured)."""
    if not isinstance(value, I18n):
        return value
    if languages == 1:
        return value.text
    return [{"id": str(number), "value": value.text} for number in range(1, abs(languages) + 1)]


def xml_list(resource: Resource, rows: Sequence[Row], display: Display, home: str, languages: int) -> bytes:
    if display.plain:
        inner = "".join(f'<{resource.one} id="{row["id"]}" {_href(home, resource.name, row["id"])}/>\n' for row in rows)
    else:
        inner = "".join(_xml_row(resource, row, display, home, languages) for row in rows)
    return f"{_HEAD}<{resource.name}>\n{inner}</{resource.name}>\n{_END}".encode()


def xml_one(resource: Resource, row: Row, home: str, languages: int) -> bytes:
    return f"{_HEAD}{_xml_row(resource, row, Display(None, None), home, languages)}{_END}".encode()


def _xml_row(resource: Resource, row: Row, display: Display, home: str, languages: int) -> str:
    shown = _shown(resource, row, display, -languages)
    associations = shown.pop("associations", {})
    fields = "".join(_xml_field(resource, name, value, home) for name, value in shown.items())
    return f"<{resource.one}>\n{fields}{''.join(_xml_associations(resource, associations, home))}</{resource.one}>\n"


def _xml_field(resource: Resource, name: str, value: Any, home: str) -> str:
    if isinstance(value, list):
        inner = "".join(
            f'<language id="{one["id"]}" {_href(home, "languages", one["id"])}><![CDATA[{one["value"]}]]></language>'
            for one in value
        )
        return f"\t<{name}>{inner}</{name}>\n"
    link = resource.links.get(name)
    about = f" {_href(home, link, value)}" if link and value not in ("", "0", None) else ""
    mark = ' notFilterable="true"' if name in resource.not_filterable else ""
    return f"\t<{name}{about}{mark}><![CDATA[{'' if value is None else value}]]></{name}>\n"


def _xml_associations(resource: Resource, associations: Mapping[str, Any], home: str) -> Iterator[str]:
    if not associations:
        return
    yield "<associations>\n"
    for name, rows in associations.items():
        one = name.removesuffix("s")
        yield f'<{name} nodeType="{one}" virtualEntity="true">\n'
        for row in rows:
            fields = "".join(_xml_linked(resource, field, value, home) for field, value in row.items())
            yield f"\t<{one}>\n{fields}\t</{one}>\n"
        yield f"</{name}>\n"
    yield "</associations>\n"


def _xml_linked(resource: Resource, name: str, value: str, home: str) -> str:
    """Here PrestaShop links to number 0 too (measured)."""
    link = resource.links.get(name)
    about = f" {_href(home, link, value)}" if link else ""
    return f"\t<{name}{about}><![CDATA[{value}]]></{name}>\n"


def _href(home: str, name: str, number: Any) -> str:
    return f'xlink:href="{home}/api/{name}/{number}"'


def errors(found: Sequence[tuple[int, str]], *, json: bool) -> bytes:
    if json:
        return as_json({"errors": [{"code": number, "message": words} for number, words in found]})
    inner = "".join(
        f"<error>\n<code><![CDATA[{number}]]></code>\n<message><![CDATA[{words}]]></message>\n</error>\n"
        for number, words in found
    )
    return f"{_HEAD}<errors>\n{inner}</errors>\n{_END}".encode()


METHODS: Final = ("GET", "PUT", "POST", "PATCH", "DELETE", "HEAD")


def root(shop: str, home: str, rights: Mapping[str, frozenset[str]], *, patch: bool) -> bytes:
    """What there is, and what the key may do with it. `patch` False: 1.7.8 does not know that method."""
    names = [name for name in ALL_NAMES if rights.get(name)]
    inner = "".join(_root_entry(name, home, rights[name], patch=patch) for name in names)
    return f'{_HEAD}<api shopName="{shop}">\n{inner}</api>\n{_END}'.encode()


def _root_entry(name: str, home: str, may: frozenset[str], *, patch: bool) -> str:
    methods = [method for method in METHODS if patch or method != "PATCH"]
    flags = " ".join(f'{method.lower()}="{str(method in may).lower()}"' for method in methods)
    about = f'xlink:href="{home}/api/{name}" {flags}'
    words = RESOURCES[name].description if name in RESOURCES else f"The {name.replace('_', ' ')}"
    schemas = "".join(
        f'<schema xlink:href="{home}/api/{name}?schema={kind}" type="{kind}"/>\n' for kind in ("blank", "synopsis")
    )
    return f"<{name} {about}>\n<description {about}>\n{words}</description>\n{schemas}</{name}>\n"


def schema(resource: Resource, kind: str, home: str) -> bytes:
    names = resource.fields if kind == "blank" else [name for name in resource.fields if name != "id"]
    inner = "".join(f"\t<{name}{_synopsis(resource, name, kind)}><![CDATA[]]></{name}>\n" for name in names)
    empty = {name: [dict.fromkeys(fields, "")] for name, fields in resource.associations.items()}
    more = "".join(_xml_associations(resource, empty, home))
    return f"{_HEAD}<{resource.one}>\n{inner}{more}</{resource.one}>\n{_END}".encode()


def _synopsis(resource: Resource, name: str, kind: str) -> str:
    if kind == "blank":
        return ""
    needed = ' required="true"' if name in resource.required else ""
    mark = ' notFilterable="true"' if name in resource.not_filterable else ""
    return f"{needed}{mark}"
