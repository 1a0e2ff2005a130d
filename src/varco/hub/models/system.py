"""What belongs to the installation, not to a tenant."""

from __future__ import annotations

from django.db import models


class KeyCheck(models.Model):
    """A known text under each key ever used: a wrong or missing key is refused at start."""

    key_id = models.CharField(max_length=16, unique=True)
    check_value = models.BinaryField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "key_check"


class Chore(models.Model):
    """Housekeeping of the installation, and when it is due: whichever worker locks the row does it."""

    name = models.CharField(max_length=32, unique=True)
    due_at = models.DateTimeField()

    class Meta:
        db_table = "chore"


class Worker(models.Model):
    """A sign of life, so that a command can say that no worker is there instead of waiting."""

    token = models.UUIDField(unique=True)
    host = models.TextField()
    pid = models.PositiveIntegerField()
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()

    class Meta:
        db_table = "worker"
