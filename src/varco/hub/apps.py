"""The hub as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class HubConfig(AppConfig):
    name = "varco.hub"
    label = "hub"
    default_auto_field = "django.db.models.BigAutoField"
