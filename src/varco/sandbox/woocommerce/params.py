"""How WordPress checks a request's parameters, and the words in which it refuses them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec

from varco.sandbox.woocommerce.rest import Call, RestError, invalid_params
from varco.sandbox.woocommerce.state import State

_DATE: Final = re.compile(r"(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2})(?:\.\d+)?(Z|[+-]\d{2}(?::\d{2})?)?", re.ASCII)
Fault = tuple[str, str]
"""WordPress's code and sentence."""


class Param(msgspec.Struct, frozen=True, kw_only=True):
    kind: str = "string"
    """`string`, `integer`, `boolean`, `date-time`, `array` of words or `ids`."""
    default: Any = None
    minimum: int | None = None
    maximum: int | None = None
    words: Callable[[State], Sequence[str]] | None = None
    """What it may be."""
    note: str = ""


def checked(state: State, call: Call, params: Mapping[str, Param]) -> dict[str, Any]:
    """The values with their defaults. Unknown parameters are not looked at. Raises `RestError` with all faults."""
    values: dict[str, Any] = {}
    faults: dict[str, Fault] = {}
    for name, param in params.items():
        raw = call.query.get(name)
        if raw is None:
            values[name] = param.default
            continue
        value, fault = _KINDS[param.kind](state, name, raw, param)
        values[name] = value
        if fault:
            faults[name] = fault
    if faults:
        raise invalid_params(faults)
    return values


def moment(state: State, text: str, *, is_gmt: bool) -> int:
    """As WooCommerce reads a date: in the shop's time, or in UTC with `dates_are_gmt`.

    A zone in the text is turned into the shop's time first. With `dates_are_gmt` that is then taken for UTC, which
    shifts it by the shop's own offset (measured). Fractions fall away here; a real shop misreads them in a way that was
    not recorded.
    """
    match = _DATE.fullmatch(text)
    if match is None:
        raise ValueError(text)
    naive = datetime.fromisoformat(f"{match[1]}T{match[2]}")
    if match[3]:
        naive = (naive - _offset(match[3])).replace(tzinfo=UTC).astimezone(state.zone).replace(tzinfo=None)
    return int(naive.replace(tzinfo=UTC if is_gmt else state.zone).timestamp())


def listed(words: Sequence[str], before: str) -> str:
    """`a, b, and c`."""
    if len(words) < 3:
        return before + " and ".join(words)
    return f"{before}{', '.join(words[:-1])}, and {words[-1]}"


def not_one_of(name: str, words: Sequence[str]) -> Fault:
    return "rest_not_in_enum", listed(words, f"{name} is not one of ") + "."


def wrong_kind(name: str, kind: str) -> Fault:
    return "rest_invalid_type", f"{name} is not of type {kind}."


def missing(*names: str) -> RestError:
    return RestError(
        "rest_missing_callback_param", f"Missing parameter(s): {', '.join(names)}", 400, params=list(names)
    )


def _offset(zone: str) -> timedelta:
    if zone == "Z":
        return timedelta()
    sign = -1 if zone[0] == "-" else 1
    hours, _, minutes = zone[1:].partition(":")
    return sign * timedelta(hours=int(hours), minutes=int(minutes or 0))


def _integer(_state: State, name: str, raw: Any, param: Param) -> tuple[Any, Fault | None]:
    if isinstance(raw, bool) or not re.fullmatch(r"-?\d+", str(raw), re.ASCII):
        return None, wrong_kind(name, "integer")
    value = int(raw)
    low, high = param.minimum, param.maximum
    if low is not None and high is not None and not low <= value <= high:
        return None, ("rest_out_of_bounds", f"{name} must be between {low} (inclusive) and {high} (inclusive)")
    if low is not None and value < low:
        return None, ("rest_out_of_bounds", f"{name} must be greater than or equal to {low}")
    return value, None


def _boolean(_state: State, name: str, raw: Any, _param: Param) -> tuple[Any, Fault | None]:
    if isinstance(raw, bool):
        return raw, None
    if str(raw).lower() in ("true", "1"):
        return True, None
    if str(raw).lower() in ("false", "0", ""):
        return False, None
    return None, wrong_kind(name, "boolean")


def _string(state: State, name: str, raw: Any, param: Param) -> tuple[Any, Fault | None]:
    if not isinstance(raw, str):
        return None, wrong_kind(name, "string")
    if param.words is not None and raw not in param.words(state):
        return None, not_one_of(name, param.words(state))
    return raw, None


def _date(state: State, _name: str, raw: Any, _param: Param) -> tuple[Any, Fault | None]:
    try:
        moment(state, str(raw), is_gmt=True)
    except ValueError:
        return None, ("rest_invalid_date", "Invalid date.")
    return str(raw), None


def _array(state: State, name: str, raw: Any, param: Param) -> tuple[Any, Fault | None]:
    items = _items(raw)
    words = param.words(state) if param.words else None
    for place, item in enumerate(items):
        if words is not None and item not in words:
            return None, not_one_of(f"{name}[{place}]", words)
    return items, None


def _ids(_state: State, name: str, raw: Any, _param: Param) -> tuple[Any, Fault | None]:
    items = _items(raw)
    for place, item in enumerate(items):
        if not re.fullmatch(r"-?\d+", item, re.ASCII):
            return None, wrong_kind(f"{name}[{place}]", "integer")
    return [int(item) for item in items], None


def _items(raw: Any) -> list[str]:
    """A list, or words between commas and spaces."""
    return [str(item) for item in raw] if isinstance(raw, list) else [item for item in re.split(r"[\s,]+", raw) if item]


_KINDS: Final[dict[str, Callable[[State, str, Any, Param], tuple[Any, Fault | None]]]] = {
    "string": _string,
    "integer": _integer,
    "boolean": _boolean,
    "date-time": _date,
    "array": _array,
    "ids": _ids,
}
