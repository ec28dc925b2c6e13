"""The unlocks that phones reported, with their outcomes."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

UNLOCK_ID_LENGTH_MAX = 128


class Unlock(models.Model):
    class Outcome(models.TextChoices):
        REWARDED = "rewarded", _("Rewarded")
        TOO_SOON = "too_soon", _("Too soon after the last reward")
        DAILY_LIMIT = "daily_limit", _("Daily limit reached")

    member = models.ForeignKey(
        "members.Member", models.PROTECT, related_name="unlocks", verbose_name=_("member")
    )
    # The phone chooses the ID. A second report with the same ID changes nothing.
    unlock_id = models.CharField(_("unlock ID"), max_length=UNLOCK_ID_LENGTH_MAX)
    outcome = models.CharField(_("outcome"), max_length=16, choices=Outcome.choices)
    points = models.PositiveIntegerField(_("points"))
    # The day in the member's time zone whose limit the unlock counts towards.
    local_date = models.DateField(_("day"))
    received_at = models.DateTimeField(_("received at"))
    next_reward_at = models.DateTimeField(_("next reward at"))

    class Meta:
        verbose_name = _("unlock")
        verbose_name_plural = _("unlocks")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(name="unlock_once", fields=["member", "unlock_id"]),
            models.CheckConstraint(
                name="unlock_points",
                condition=Q(outcome="rewarded", points__gt=0) | (~Q(outcome="rewarded") & Q(points=0)),
            ),
        ]
        indexes = [
            # Finds the last reward, and counts the rewards of its day.
            models.Index(name="unlock_history", fields=["member", "outcome", "received_at"]),
            # Finds old refused unlocks for deletion.
            models.Index(name="unlock_age", fields=["outcome", "received_at"]),
        ]

    def __str__(self) -> str:
        return self.unlock_id
