"""Who may see what: users, organisations, and the membership that joins them."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from varco.hub.ids import uuid7


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser):
    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=8, default="en")
    is_operator = models.BooleanField(default=False)
    """Looks after the installation: sees the self-check, not the tenants' data."""
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"

    class Meta:
        db_table = "user"

    def __str__(self) -> str:
        return self.email


class Organisation(models.Model):
    """A tenant. Every row that belongs to one carries its id."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    name = models.CharField(max_length=200)
    language = models.CharField(max_length=8, default="en")
    time_zone = models.CharField(max_length=64, default="UTC")
    sender = models.JSONField(default=dict)
    """An `Address`: where parcels come from."""
    retention_days = models.PositiveIntegerField(default=730)
    """Orders this long closed lose their people's data; 0 keeps them."""
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "organisation"

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    OWNER = "owner"
    MEMBER = "member"

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=16, default=MEMBER)
    mail_slowed = models.BooleanField(default=True)
    mail_back = models.BooleanField(default=True)
    mail_push_failing = models.BooleanField(default=True)
    mail_quiet = models.BooleanField(default=True)

    class Meta:
        db_table = "membership"
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "organisation"], name="membership_once")]
