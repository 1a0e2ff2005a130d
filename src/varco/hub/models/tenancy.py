"""What every tenant's table has in common.

A foreign key has no index of its own where another index begins with it: each one is written with each row.
"""

from __future__ import annotations

from typing import Any, Self, TypeVar

from django.db import models

from varco.hub.ids import uuid7
from varco.hub.models.accounts import Organisation

Row_co = TypeVar("Row_co", bound=models.Model, covariant=True)


class TenantQuerySet(models.QuerySet[Row_co]):
    def of(self, organisation: Organisation | int) -> Self:
        """Only what belongs to this organisation. Pages and the API read through this, never through `all()`."""
        return self.filter(organisation=organisation)


class TenantManager(models.Manager[Row_co]):
    def get_queryset(self) -> TenantQuerySet[Row_co]:
        return TenantQuerySet(self.model, using=self._db)

    def of(self, organisation: Organisation | int) -> TenantQuerySet[Row_co]:
        return self.get_queryset().of(organisation)


class Tenant(models.Model):
    """Belongs to one organisation."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="+", db_index=False)
    """Without an index of its own: tables that are listed by it have one that also orders."""

    objects: Any = TenantManager()

    class Meta:
        abstract = True


class PublicTenant(Tenant):
    """A tenant's row that pages and the API name by its public id."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)

    class Meta:
        abstract = True
