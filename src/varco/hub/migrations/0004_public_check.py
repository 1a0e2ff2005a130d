"""Examinations for everybody, on the page `/check`."""

from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("hub", "0003_look_again_profile_ean")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="PublicCheck",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("token", models.CharField(max_length=64, unique=True)),
                ("url", models.TextField()),
                ("host", models.TextField(db_index=True)),
                ("state", models.CharField(default="asked", max_length=8)),
                ("result", models.JSONField(default=dict)),
                ("asked_at", models.DateTimeField(db_index=True)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={"db_table": "public_check"},
        ),
    ]
