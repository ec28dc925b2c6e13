"""The points ledger: signed entries, which the apps add and never change.

Each entry states the balance after it, so that adding up the earlier entries proves every balance.
The ledger is single-entry: the other side of every entry is the operator, and the kind of the entry
says all that a second side could.
"""

from typing import Any, NoReturn

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

IDEMPOTENCY_KEY_LENGTH_MAX = 160
REFERENCE_LENGTH_MAX = 128


class PointsAccount(models.Model):
    """A member's balance. Every writer of an entry locks this row first."""

    member = models.OneToOneField(
        "members.Member",
        models.PROTECT,
        primary_key=True,
        related_name="points_account",
        verbose_name=_("member"),
    )
    balance = models.BigIntegerField(_("balance"), default=0)
    # The number of the last entry. 0 before the first entry.
    sequence = models.BigIntegerField(_("entries"), default=0)
    closed_at = models.DateTimeField(_("closed at"), null=True)

    class Meta:
        verbose_name = _("points account")
        verbose_name_plural = _("points accounts")
        ordering = ["-member_id"]
        constraints = [
            models.CheckConstraint(name="points_account_balance", condition=Q(balance__gte=0)),
            models.CheckConstraint(
                name="points_account_closed_empty",
                condition=Q(closed_at__isnull=True) | Q(balance=0),
            ),
        ]

    def __str__(self) -> str:
        return str(self.member)


class AppendOnly(Exception):
    """Code tried to change or delete an entry. A correction is another entry."""


class EntryQuerySet(models.QuerySet["PointsEntry"]):
    def update(self, **_kwargs: Any) -> NoReturn:
        raise AppendOnly

    def delete(self) -> NoReturn:
        raise AppendOnly


class PointsEntry(models.Model):
    class Kind(models.TextChoices):
        UNLOCK = "unlock", _("Unlock reward")
        SPENDING = "spending", _("Points spent")
        FORFEITURE = "forfeiture", _("Points forfeited")

    account = models.ForeignKey(
        PointsAccount, models.PROTECT, related_name="entries", verbose_name=_("member")
    )
    # 1, 2, 3 ... in each account, without gaps.
    sequence = models.BigIntegerField(_("number"))
    kind = models.CharField(_("kind"), max_length=16, choices=Kind.choices)
    # Points that the account gained (positive) or lost (negative).
    amount = models.BigIntegerField(_("points"))
    balance_after = models.BigIntegerField(_("balance after"))
    # A second posting with the key of an entry finds that entry and adds none.
    idempotency_key = models.CharField(max_length=IDEMPOTENCY_KEY_LENGTH_MAX)
    # The purpose of a spending, as the client that spends names it.
    reference = models.CharField(_("reference"), max_length=REFERENCE_LENGTH_MAX, blank=True)
    created_at = models.DateTimeField(_("created at"))

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("points entry")
        verbose_name_plural = _("points entries")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(name="points_entry_sequence", fields=["account", "sequence"]),
            models.UniqueConstraint(name="points_entry_once", fields=["account", "idempotency_key"]),
            models.CheckConstraint(
                name="points_entry_sign",
                condition=Q(kind="unlock", amount__gt=0)
                | Q(kind__in=["spending", "forfeiture"], amount__lt=0),
            ),
            models.CheckConstraint(
                name="points_entry_balance",
                condition=Q(balance_after__gte=0) & Q(balance_after__gte=F("amount")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id}/{self.sequence}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise AppendOnly
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise AppendOnly
