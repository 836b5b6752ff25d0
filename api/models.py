from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import uuid4

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from knox.models import AbstractAuthToken

from jobs.models import Job
from matching.models import Search


class Scope(models.TextChoices):
    """What a key may do."""

    SEARCH = "search", _("Search, and keep what was found")
    READ = "catalogue:read", _("Read the catalogue")
    WRITE = "catalogue:write", _("Change the catalogue")
    ADMIN = "admin", _("Everything, keys too")


class ApiClient(models.Model):
    """A program that somebody has given keys to."""

    name = models.CharField(max_length=80, unique=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="api_clients",
        help_text=_("Who answers for it."),
    )
    per_minute = models.PositiveIntegerField(
        _("requests a minute"),
        null=True,
        blank=True,
        help_text=_("Of each of its keys; empty: as many as the site allows all."),
    )
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["name"]
        verbose_name = _("API client")
        verbose_name_plural = _("API clients")

    def __str__(self) -> str:
        return self.name


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    def live(self) -> ApiKeyQuerySet:
        unexpired = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
        return self.filter(unexpired, revoked_at=None, client__is_active=True)


class ApiKey(models.Model):
    """What a program shows to be let in; of the key itself only a hash is kept."""

    class Kind(models.TextChoices):
        SECRET = "secret", _("Secret: for servers, never for a page")
        PUBLISHABLE = "publishable", _("Publishable: for pages of its origins, to search with")

    client = models.ForeignKey(ApiClient, models.CASCADE, related_name="keys")
    kind = models.CharField(max_length=11, choices=Kind, default=Kind.SECRET)
    prefix = models.CharField(max_length=24, unique=True, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    scopes = models.JSONField(default=list)
    origins = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True, editable=False)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")

    def __str__(self) -> str:
        return f"{self.prefix}…"

    @property
    def is_secret(self) -> bool:
        return self.kind == self.Kind.SECRET

    @property
    def is_expired(self) -> bool:
        return self.expires_at is not None and self.expires_at <= timezone.now()

    def may(self, scope: str) -> bool:
        return scope in self.scopes or Scope.ADMIN in self.scopes

    def expires_by(self, moment: datetime) -> None:
        """It ends then at the latest."""
        self.expires_at = moment if self.expires_at is None else min(self.expires_at, moment)

    @staticmethod
    def origins_of(keys: Iterable[ApiKey]) -> set[str]:
        return {origin for key in keys for origin in key.origins}


class ShopperToken(AbstractAuthToken):  # type: ignore[misc]
    """What a program shows that a shopper has signed in to."""

    session_hash: models.CharField[str, str] = models.CharField(
        max_length=128,
        editable=False,
        help_text="Of the account as it signed in: with another password the token is none.",
    )

    class Meta:
        ordering = ["-created", "digest"]

    def __str__(self) -> str:
        return f"{self.token_key} of {self.user_id}"


class AskedSearch(models.Model):
    """A search that a program made and keeps: whose it is, and what it asked for."""

    search = models.OneToOneField(
        Search, models.CASCADE, primary_key=True, related_name="asked_by_program"
    )
    client = models.ForeignKey(ApiClient, models.CASCADE, related_name="searches")
    request = models.JSONField(default=dict, help_text="As the answer repeats it.")
    idempotency_key = models.CharField(max_length=255, blank=True)
    fingerprint = models.CharField(max_length=64, help_text="Of the whole request, photo and all.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at", "search"]
        constraints = [
            models.UniqueConstraint(
                fields=["client", "idempotency_key"],
                condition=~Q(idempotency_key=""),
                name="one_search_of_an_idempotency_key",
            )
        ]
        indexes = [
            # A program's own searches, newest first.
            models.Index(fields=["client", "-created_at"], name="search_of_client"),
        ]

    def __str__(self) -> str:
        return f"{self.search_id} by {self.client_id}"


class ClientJob(models.Model):
    """A long piece of work that a program asked for."""

    id = models.UUIDField(primary_key=True, default=uuid4, editable=False)
    client = models.ForeignKey(ApiClient, models.CASCADE, related_name="jobs")
    job = models.OneToOneField(Job, models.CASCADE, null=True, related_name="asked_by_program")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at", "id"]
        indexes = [
            # A program's own jobs, newest first.
            models.Index(fields=["client", "-created_at"], name="job_of_client"),
        ]

    def __str__(self) -> str:
        return f"{self.id} by {self.client_id}"


class JobRow(models.Model):
    """What became of one row of a job: `number` as it came, from 1."""

    class Outcome(models.TextChoices):
        ADDED = "added", "Added"
        UPDATED = "updated", "Updated"
        UNCHANGED = "unchanged", "Unchanged"
        REFUSED = "refused", "Refused"
        TAGGED = "tagged", "Tagged"

    job = models.ForeignKey(ClientJob, models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    sku = models.CharField(max_length=64, blank=True)
    name = models.CharField(max_length=500, blank=True, help_text="Of a photo: file or address.")
    outcome = models.CharField(max_length=9, choices=Outcome)
    detail = models.TextField(blank=True, help_text="What is to be known of it, if anything.")
    garments = models.JSONField(null=True, help_text="What is worn in a photo that was tagged.")

    class Meta:
        ordering = ["job", "number"]
        constraints = [
            models.UniqueConstraint(fields=["job", "number"], name="one_result_of_a_row")
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.outcome}"
