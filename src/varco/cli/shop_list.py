"""A list of shops in a file, for `varco integration import`: JSON, or CSV with a line per shop.

JSON is an array of objects with the fields of `ShopRow`. In CSV, `statuses` are separated by semicolons, columns that
begin with `option_` are options, and every other column is a key by its name, such as `consumer_key`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import urlsplit

import msgspec

from varco.app.address import shop_address
from varco.model.errors import BadInput
from varco.model.secret import Secret

_OPTION: Final = "option_"
_PLAIN: Final = ("url", "name", "platform", "statuses", "days")


class ShopRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One shop as the file names it."""

    url: str
    name: str = ""
    """The shop's host if not given."""
    platform: str = ""
    """Found out if not given."""
    credentials: Mapping[str, str] = {}
    options: Mapping[str, str] = {}
    statuses: tuple[str, ...] = ()
    """Which orders come in; the platform's usual ones if not given. For a new shop only."""
    days: int = 30
    """Placed in the last days; 0 means all. For a new shop only."""

    def __repr__(self) -> str:
        return f"ShopRow({self.url})"

    @property
    def place(self) -> str:
        return place_of(self.url)

    @property
    def secrets(self) -> dict[str, Secret]:
        return {name: Secret(value) for name, value in self.credentials.items()}


def place_of(address: str) -> str:
    """What makes two addresses one shop: `http://shop.example` leads to `https://www.shop.example`."""
    parts = urlsplit(shop_address(address))
    return parts.netloc.removeprefix("www.") + parts.path


def shops_from(text: str) -> list[ShopRow]:
    """Every shop of the file, each address once. `BadInput` says what cannot be, and in which line."""
    text = text.removeprefix("\ufeff")
    rows = _from_json(text) if text.lstrip()[:1] in ("[", "{") else _from_csv(text)
    if not rows:
        raise BadInput("The file names no shop.")
    seen: dict[str, int] = {}
    for number, row in enumerate(rows, start=1):
        if row.place in seen:
            raise BadInput(f"Shops {seen[row.place]} and {number} of the file have the same address: {row.url}.")
        seen[row.place] = number
    return rows


def _from_json(text: str) -> list[ShopRow]:
    try:
        rows = msgspec.json.decode(text.encode(), type=list[ShopRow])
    except msgspec.DecodeError as error:
        raise BadInput(f"The file holds no list of shops: {error}.") from None
    return [_checked(row, f"shop {number}") for number, row in enumerate(rows, start=1)]


def _from_csv(text: str) -> list[ShopRow]:
    lines = csv.DictReader(io.StringIO(text), delimiter=_delimiter(text), restkey="", restval="")
    names = [name.strip() for name in lines.fieldnames or ()]
    if "url" not in names or "" in names:
        raise BadInput("The first line of the file names the columns, and one of them is called url.")
    lines.fieldnames = names
    found = []
    for cells in lines:
        if "" in cells:
            raise BadInput(f"Line {lines.line_num} of the file has more cells than its first line has columns.")
        filled = {name: cell.strip() for name, cell in cells.items() if cell.strip()}
        if filled:
            found.append(_checked(_from_cells(filled, lines.line_num), f"line {lines.line_num}"))
    return found


def _delimiter(text: str) -> str:
    """Spreadsheet programs of many countries write semicolons."""
    head = text.partition("\n")[0]
    return ";" if head.count(";") > head.count(",") else ","


def _from_cells(cells: Mapping[str, str], line: int) -> ShopRow:
    days = cells.get("days", "30")
    if not days.isdecimal():
        raise BadInput(f"Line {line} of the file: days is a number, 0 for all orders.")
    options = {name: cell for name, cell in cells.items() if name.startswith(_OPTION)}
    return ShopRow(
        url=cells.get("url", ""),
        name=cells.get("name", ""),
        platform=cells.get("platform", ""),
        statuses=tuple(filter(None, (part.strip() for part in cells.get("statuses", "").split(";")))),
        days=int(days),
        options={name.removeprefix(_OPTION): cell for name, cell in options.items()},
        credentials={name: cell for name, cell in cells.items() if name not in _PLAIN and name not in options},
    )


def _checked(row: ShopRow, where: str) -> ShopRow:
    """With its address as it can be called, and no key that its platform does not know."""
    try:
        address = shop_address(row.url)
        if row.platform:
            needed_keys(row)
    except BadInput as error:
        raise BadInput(f"In {where} of the file: {error}") from None
    return msgspec.structs.replace(row, url=address)


def needed_keys(row: ShopRow, platform: str = "") -> Sequence[str]:
    """The names of the keys that it brings. `BadInput` names one that is missing or that is not known."""
    from varco.shops.registry import connector

    shop = connector(platform or row.platform)
    known = {setting.name: setting for setting in shop.settings}
    strange = sorted(row.credentials.keys() - known.keys())
    if strange:
        raise BadInput(f"{shop.name} has no key called {strange[0]}. It has: {', '.join(known)}.")
    missing = [name for name, setting in known.items() if setting.required and not row.credentials.get(name)]
    if missing and row.credentials:
        raise BadInput(f"The key {missing[0]} is missing.")
    return sorted(row.credentials)
