"""Writing back, each step safe to run twice: look whether it is there, write what is missing, read it back.

A tracking number stands in the order's row in `order_carriers`, a status comes by a row in `order_histories`. The same
state posted twice makes two rows; and with `sendemail` and a broken mail server PrestaShop answers 500 though it has
saved (measured on 8.2.1).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from varco.model.errors import ShopFault
from varco.model.finding import Confidence, Finding
from varco.model.shipment import Publication, Published, PushStep
from varco.net.answer import Answer
from varco.net.prestashop import error_number
from varco.shops.fields import Loose
from varco.shops.prestashop.api import Api, fields, one_of, xml
from varco.shops.prestashop.payload import text

_CARRIER_FIELDS: Final = (
    "id", "id_order", "id_carrier", "id_order_invoice", "weight", "shipping_cost_tax_excl", "shipping_cost_tax_incl",
    "tracking_number", "date_add",
)  # fmt: skip
"""All of them: PUT wipes what is left out (measured)."""
_BETWEEN: Final = ", "
"""Several parcels share a row: PrestaShop keeps one per order."""
_LONGEST: Final = 64
"""The column's width: what is longer is answered whole and kept cut (measured)."""
_NOT_VALID: Final = 85


class _State(msgspec.Struct):
    id: int
    current_state: Loose = None


class _History(msgspec.Struct):
    id: int
    id_order_state: Loose = None


class _Id(msgspec.Struct):
    id: int


async def publish(api: Api, publication: Publication) -> Published:
    """Raises `ShopFault`; one with `ambiguous` may have been written all the same."""
    steps = {PushStep.META: _tracking, PushStep.STATUS: _status}
    step = steps.get(publication.step)
    return Published.NOT_WANTED if step is None else await step(api, publication)


async def _tracking(api: Api, publication: Publication) -> Published:
    """An order of virtual goods alone has no row, and needs none."""
    rows = await _rows(api, publication)
    if not rows:
        await _state(api, publication.order_remote_id)
        return Published.NOT_WANTED
    before = _numbers(rows)
    wanted = [tracking.number for tracking in publication.trackings]
    missing = [number for number in dict.fromkeys(wanted) if number not in before]
    if not missing:
        doubled = any(before.count(number) > 1 for number in wanted)
        return Published.DOUBLED if doubled else Published.ALREADY_THERE
    row = next((row for row in rows if not text(row["tracking_number"])), rows[-1])
    told = _BETWEEN.join(filter(None, (text(row["tracking_number"]), *missing)))
    if len(told) > _LONGEST:
        raise ShopFault(_cannot("PrestaShop keeps no more than 64 characters for all parcels of an order."))
    answer = await _write(api, {**row, "tracking_number": told}, notify=_mails_tracking(publication))
    after = _numbers(await _rows(api, publication))
    if any(number not in after for number in missing):
        raise answer.not_understood("the tracking number was not kept")
    return Published.WRITTEN


def _mails_tracking(publication: Publication) -> bool:
    """The customer hears once: with the status where one is set, otherwise with the number."""
    return publication.notify_customer and not publication.status


async def _rows(api: Api, publication: Publication) -> list[dict[str, Any]]:
    params = {"filter[id_order]": one_of([publication.order_remote_id]), "display": fields(*_CARRIER_FIELDS)}
    rows = await api.rows("order_carriers", dict[str, Any], {**params, "sort": "[id_ASC]"})
    return [{name: row.get(name, "") for name in _CARRIER_FIELDS} for row in rows]


def _numbers(rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """As people type several into one field too."""
    told = [text(row["tracking_number"]) for row in rows]
    return [number for words in told for number in _split(words)]


def _split(words: str) -> list[str]:
    return [part for part in re.split(r"\s*[,;|]\s*", words) if part]


async def _write(api: Api, row: Mapping[str, Any], *, notify: bool) -> Answer:
    """PATCH changes this alone. 1.7.8 refuses it, and gets the whole row by PUT. The body's id is what counts."""
    path, params = f"order_carriers/{row['id']}", {"sendemail": "1"} if notify else {}
    changed = {"id": row["id"], "tracking_number": row["tracking_number"]}
    try:
        return await api.write("PATCH", path, xml("order_carrier", changed), params)
    except ShopFault as fault:
        if _number_of(fault) == _NOT_VALID:
            raise ShopFault(_cannot("PrestaShop does not take one of its characters."), fault.exchange) from None
        if not _is_without_patch(fault):
            raise
    return await api.write("PUT", path, xml("order_carrier", row), params)


def _is_without_patch(fault: ShopFault) -> bool:
    """PrestaShop, the key or a server's rule does not let this method through: PUT may come through."""
    return fault.finding.code in ("method-refused", "right-not-granted")


def _number_of(fault: ShopFault) -> int:
    response = fault.exchange.response if fault.exchange else None
    return error_number(response) if response else 0


def _cannot(reason: str) -> Finding:
    return Finding(code="tracking-number-invalid", params={"reason": reason}, confidence=Confidence.CERTAIN)


async def _status(api: Api, publication: Publication) -> Published:
    """Only from the states that the mapping names."""
    before = await _state(api, publication.order_remote_id)
    if before == publication.status:
        return await _already(api, publication, Published.ALREADY_THERE)
    if before not in publication.from_statuses:
        return Published.NOT_WANTED
    await _assert_known(api, publication.status)
    row = {"id_order": publication.order_remote_id, "id_order_state": publication.status}
    params = {"sendemail": "1" if publication.notify_customer else "0"}
    answer = await api.write("POST", "order_histories", xml("order_history", row), params)
    if await _state(api, publication.order_remote_id) != publication.status:
        raise answer.not_understood("the status was not kept")
    return await _already(api, publication, Published.WRITTEN)


async def _state(api: Api, order: str) -> str:
    """Raises `ShopFault` with `not-in-shop` where the order was deleted."""
    answer = await api.get(f"orders/{order}", {"display": fields("id", "current_state")})
    rows = answer.read(dict[str, list[_State]]).get("orders", [])
    if not rows:
        raise answer.not_understood("no order")
    return text(rows[0].current_state)


async def _already(api: Api, publication: Publication, otherwise: Published) -> Published:
    """The same state twice in a row is what a late answer leaves behind."""
    params = {"filter[id_order]": one_of([publication.order_remote_id]), "display": fields("id", "id_order_state")}
    rows = await api.rows("order_histories", _History, {**params, "sort": "[id_ASC]"})
    last = [text(row.id_order_state) for row in rows[-2:]]
    return Published.DOUBLED if last == [publication.status] * 2 else otherwise


async def _assert_known(api: Api, status: str) -> None:
    """PrestaShop crashes over a state that does not exist (measured)."""
    known: list[_Id] = []
    if status.isdecimal():
        known = await api.rows("order_states", _Id, {"filter[id]": one_of([status]), "display": fields("id")})
    if not known:
        finding = Finding(
            code="status-not-in-shop",
            params={"status": status},
            confidence=Confidence.CERTAIN,
            rests_on="the shop's own list of states",
        )
        raise ShopFault(finding)
