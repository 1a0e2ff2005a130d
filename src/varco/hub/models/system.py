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


class PublicCheck(models.Model):
    """An examination that somebody without an account asked for on the page `/check`. Forgotten after some days."""

    ASKED = "asked"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"

    token = models.CharField(max_length=64, unique=True)
    """The secret of the link: whoever has it sees the result."""
    url = models.TextField()
    host = models.TextField(db_index=True)
    """Without `www.`: examined once in a while, whoever asks."""
    state = models.CharField(max_length=8, default=ASKED)
    result = models.JSONField(default=dict)
    """`doctor.report.Report`."""
    asked_at = models.DateTimeField(db_index=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "public_check"
