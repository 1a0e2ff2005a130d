"""Fetching what orders name by number: addresses, customers, countries, provinces, currencies, carriers."""

from __future__ import annotations

from asyncio import gather
from collections.abc import Iterable, Sequence
from typing import Final, TypeVar

from varco.shops.prestashop.api import AT_ONCE, Api, fields, one_of
from varco.shops.prestashop.payload import (
    Directory,
    Loose,
    PsAddress,
    PsCarrier,
    PsCode,
    PsCustomer,
    PsOrder,
    text,
)

T = TypeVar("T", PsAddress, PsCarrier, PsCode, PsCustomer)

_ADDRESS: Final = fields(
    "id", "firstname", "lastname", "company", "address1", "address2", "postcode", "city", "id_state", "id_country",
    "phone", "phone_mobile", "other",
)  # fmt: skip


async def directory_of(api: Api, orders: Sequence[PsOrder]) -> Directory:
    """Few questions however many orders; deleted addresses and carriers stay readable (measured)."""
    addresses, customers, currencies, carriers = await gather(
        _rows(
            api, "addresses", PsAddress, _ADDRESS,
            (number for order in orders for number in (order.id_address_delivery, order.id_address_invoice)),
        ),
        _rows(api, "customers", PsCustomer, fields("id", "email"), (order.id_customer for order in orders)),
        _rows(api, "currencies", PsCode, fields("id", "iso_code"), (order.id_currency for order in orders)),
        _rows(
            api, "carriers", PsCarrier, fields("id", "id_reference", "name"), (order.id_carrier for order in orders)
        ),
    )  # fmt: skip
    countries, states = await gather(
        _rows(api, "countries", PsCode, fields("id", "iso_code"), (address.id_country for address in addresses)),
        _rows(api, "states", PsCode, fields("id", "iso_code"), (address.id_state for address in addresses)),
    )
    return Directory(
        addresses={str(row.id): row for row in addresses},
        emails={str(row.id): text(row.email) for row in customers},
        countries=_codes(countries),
        states=_codes(states),
        currencies=_codes(currencies),
        carriers={str(row.id): text(row.name) for row in carriers},
    )


def _codes(rows: Iterable[PsCode]) -> dict[str, str]:
    return {str(row.id): text(row.iso_code).upper() for row in rows}


async def _rows(api: Api, resource: str, kind: type[T], display: str, numbers: Iterable[Loose]) -> list[T]:
    wanted = sorted({text(number) for number in numbers} - {"", "0"})
    found: list[T] = []
    for start in range(0, len(wanted), AT_ONCE):
        ids = one_of(wanted[start : start + AT_ONCE])
        found += await api.rows(resource, kind, {"filter[id]": ids, "display": display})
    return found
