"""Keys by which programs call the API, each for one organisation."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from varco.hub.models.accounts import User
from varco.hub.models.tenancy import PublicTenant


class ApiToken(PublicTenant):
    """The token itself is shown once and kept nowhere: `hash` is its SHA-256, and it is random enough for that."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="api_tokens")
    """Who made it: it sees what this person may see, and ends with the membership."""
    name = models.CharField(max_length=100)
    hash = models.BinaryField(unique=True)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "api_token"
        indexes: ClassVar = [models.Index(fields=["organisation", "-created_at"], name="api_token_newest")]

    def __str__(self) -> str:
        return self.name
