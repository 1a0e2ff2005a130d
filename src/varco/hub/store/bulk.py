"""Many rows in one statement: `INSERT … SELECT … FROM unnest(arrays) ON CONFLICT`, arrays bound in binary.

Three to four times less work than the ORM's `bulk_create` (docs/performance.md), so the import uses it; everything
else uses the ORM.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import psycopg
from django.db import connection


@contextmanager
def binary_cursor() -> Iterator[psycopg.Cursor[Any]]:
    """psycopg's own cursor on Django's connection: parameters are bound by the server, arrays in binary.

    Use it inside `transaction.atomic()`.
    """
    connection.ensure_connection()
    with psycopg.Cursor(connection.connection) as cursor:
        yield cursor


@dataclass(frozen=True)
class Table:
    """A table to write many rows to. `columns` maps each name to its SQL type; `key` is the unique key."""

    name: str
    columns: Mapping[str, str]
    key: tuple[str, ...]
    keep: tuple[str, ...] = ()
    """Columns that an existing row keeps."""
    guard: str = ""
    """Condition under which an existing row is overwritten; the new one is `excluded`."""

    def upsert(self, returning: str = "") -> str:
        """The statement; its parameters are one array per column, in the order of `columns`."""
        names = ", ".join(self.columns)
        arrays = ", ".join(f"%b::{_array_type(kind)}" for kind in self.columns.values())
        values = ", ".join(f"r.{name}{_cast(kind)}" for name, kind in self.columns.items())
        updates = ", ".join(
            f"{name} = excluded.{name}" for name in self.columns if name not in self.key and name not in self.keep
        )
        return " ".join(
            part
            for part in (
                f"INSERT INTO {self.name} ({names}) SELECT {values} FROM unnest({arrays}) AS r({names})",
                f"ON CONFLICT ({', '.join(self.key)}) DO UPDATE SET {updates}",
                f"WHERE {self.guard}" if self.guard else "",
                f"RETURNING {returning}" if returning else "",
            )
            if part
        )


def columns_of(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    """Rows to arrays, one per column."""
    return [list(column) for column in zip(*rows, strict=True)]


def _array_type(kind: str) -> str:
    """jsonb travels as text: an array of jsonb would have to be quoted twice."""
    return "text[]" if kind == "jsonb" else f"{kind}[]"


def _cast(kind: str) -> str:
    return "::jsonb" if kind == "jsonb" else ""
