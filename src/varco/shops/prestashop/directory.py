"""Fetching what orders name by number: addresses, customers, countries, provinces, currencies, carriers."""

from __future__ import annotations

from asyncio import gather
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, TypeVar

from varco.shops.fields import Loose
from varco.shops.prestashop.api import AT_ONCE, Api, fields, one_of
from varco.shops.prestashop.payload import Directory, PsAddress, PsCarrier, PsCode, PsCustomer, PsOrder, text

T = TypeVar("T", PsAddress, PsCarrier, PsCode, PsCustomer)

_ADDRESS: Final = fields(
    "id", "firstname", "lastname", "company", "address1", "address2", "postcode", "city", "id_state", "id_country",
    "phone", "phone_mobile", "other",
)  # fmt: skip


async def directory_of(api: Api, orders: Sequence[PsOrder]) -> Directory:
    """Few questions however many orders; deleted addresses and carriers stay readable (measured)."""
    places = (number for order in orders for number in (order.id_address_delivery, order.id_address_invoice))
    addresses, customers, currencies, carriers = await gather(
        _rows(api, "addresses", PsAddress, _ADDRESS, places),
        _rows(api, "customers", PsCustomer, fields("id", "email"), (order.id_customer for order in orders)),
        _codes(api, "currencies", (order.id_currency for order in orders)),
        _carriers(api, (order.id_carrier for order in orders)),
    )
    countries, states = await gather(
        _codes(api, "countries", (address.id_country for address in addresses)),
        _codes(api, "states", (address.id_state for address in addresses)),
    )
    return Directory(
        addresses={str(row.id): row for row in addresses},
        emails={str(row.id): text(row.email) for row in customers},
        countries=countries,
        states=states,
        currencies=currencies,
        carriers=carriers,
    )


async def _codes(api: Api, resource: str, numbers: Iterable[Loose]) -> Mapping[str, str]:
    known = api.tables.setdefault(resource, {})
    rows = await _rows(api, resource, PsCode, fields("id", "iso_code"), _unknown(known, numbers))
    known.update({str(row.id): text(row.iso_code).upper() for row in rows})
    return known


async def _carriers(api: Api, numbers: Iterable[Loose]) -> Mapping[str, str]:
    known = api.tables.setdefault("carriers", {})
    rows = await _rows(api, "carriers", PsCarrier, fields("id", "name"), _unknown(known, numbers))
    known.update({str(row.id): text(row.name) for row in rows})
    return known


def _unknown(known: Mapping[str, str], numbers: Iterable[Loose]) -> set[Loose]:
    return {number for number in numbers if text(number) not in known}


async def _rows(api: Api, resource: str, kind: type[T], display: str, numbers: Iterable[Loose]) -> list[T]:
    wanted = sorted({text(number) for number in numbers} - {"", "0"})
    found: list[T] = []
    for start in range(0, len(wanted), AT_ONCE):
        ids = one_of(wanted[start : start + AT_ONCE])
        found += await api.rows(resource, kind, {"filter[id]": ids, "display": display})
    return found
