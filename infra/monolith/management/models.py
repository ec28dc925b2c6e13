"""Keys of the management API, and the answers that are kept for requests that are repeated."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from adops.models.fields import ExactCharField
from management.tokens import DIGEST_LENGTH, PREFIX_LENGTH


class ManagementKey(models.Model):
    """A secret with which a program acts for its owner. The secret itself is not stored."""

    name = models.CharField(_("name"), max_length=100)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        related_name="management_keys",
        verbose_name=pgettext_lazy("key", "owner"),
    )
    prefix = models.CharField(_("prefix"), max_length=PREFIX_LENGTH, unique=True, editable=False)
    # SHA-256 of the secret, in hexadecimal digits.
    secret_digest = models.CharField(max_length=DIGEST_LENGTH, editable=False)
    # Values of `management.scopes.Scope`.
    scopes = models.JSONField(_("scopes"), default=list)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    expires_at = models.DateTimeField(_("expires"))
    # To the minute.
    last_used_at = models.DateTimeField(_("last used"), null=True, editable=False)
    revoked_at = models.DateTimeField(_("revoked"), null=True, editable=False)

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.name} (lfk_{self.prefix})"

    def is_usable(self, now: datetime) -> bool:
        return self.revoked_at is None and now < self.expires_at


class StoredAnswer(models.Model):
    """The answer to a request with an `Idempotency-Key`, given again when the request is repeated.

    Without a status the request is being carried out.
    """

    key = models.ForeignKey(ManagementKey, models.CASCADE, related_name="+")
    idempotency_key = ExactCharField(max_length=128)
    # SHA-256 of method, path and body.
    request_digest = models.CharField(max_length=DIGEST_LENGTH)
    # Drawn by the request that carries it out.
    attempt = models.CharField(max_length=32)
    started_at = models.DateTimeField(db_index=True)
    status = models.PositiveSmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = models.TextField(default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "idempotency_key"], name="stored_answer_once"),
        ]
