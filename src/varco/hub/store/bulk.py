"""Many rows in one statement: they travel as one JSON document, and PostgreSQL takes it apart.

The encoder reads our own structures without a detour through rows, so this costs us half of what binary arrays do, and
those a third of the ORM's `bulk_create` (docs/performance.md). The hot paths use it; everything else uses the ORM.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import msgspec
import psycopg
from django.db import connection

_encode = msgspec.json.Encoder().encode


@contextmanager
def binary_cursor() -> Iterator[psycopg.Cursor[Any]]:
    """psycopg's own cursor on Django's connection: parameters are bound by the server, arrays and results in binary.

    Use it inside `transaction.atomic()`.
    """
    connection.ensure_connection()
    with psycopg.Cursor(connection.connection) as cursor:
        cursor.format = psycopg.pq.Format.BINARY
        yield cursor


@contextmanager
def pipelined() -> Iterator[None]:
    """Statements of the block go out together and are answered together: no ORM in it, no result before its end.

    Use it inside `transaction.atomic()`.
    """
    connection.ensure_connection()
    with connection.connection.pipeline():
        yield


def as_json(value: Any) -> str:
    """For a parameter that is cast to `jsonb`. Takes whatever msgspec can encode."""
    return _encode(value).decode()


def names(columns: Iterable[str]) -> str:
    return ", ".join(columns)


def typed(columns: Mapping[str, str]) -> str:
    """Names with their types, as `jsonb_to_recordset` wants them."""
    return ", ".join(f"{name} {kind}" for name, kind in columns.items())


def overwrite(columns: Iterable[str]) -> str:
    """What `ON CONFLICT … DO UPDATE SET` does to an existing row."""
    return ", ".join(f"{name} = excluded.{name}" for name in columns)
