"""Publications, and the edits that wait for one."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Publication(models.Model):
    """A request to publish, and its outcome.

    The first free worker takes a pending one. The request is written in the transaction of its
    edits, so that it is neither lost nor executed without them.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("waiting")
        PUBLISHING = "publishing", _("publishing")
        PUBLISHED = "published", _("published")
        UNCHANGED = "unchanged", _("nothing to publish")
        FAILED = "failed", _("failed")
        REQUESTED = "requested", _("waiting for a second person")
        SCHEDULED = "scheduled", _("scheduled")
        CANCELED = "canceled", _("canceled")

    class Trigger(models.TextChoices):
        BUTTON = "button", _("button")
        COMMAND = "command", _("command")
        QUIET_PERIOD = "quiet_period", _("quiet period")
        LEARNED_RATES = "learned_rates", _("learned rates")
        TAKEOVER = "takeover", _("takeover of an interrupted publication")

    state = models.CharField(
        pgettext_lazy("publication", "state"),
        max_length=16,
        choices=State.choices,
        default=State.PENDING,
        db_index=True,
    )
    trigger = models.CharField(_("requested by"), max_length=16, choices=Trigger.choices)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("person"),
    )
    requested_at = models.DateTimeField(_("requested at"), auto_now_add=True)
    rollback_of = models.PositiveBigIntegerField(
        _("rollback to"),
        null=True,
        blank=True,
        help_text=_("The version that the rows are taken from."),
    )
    # Set when the version is claimed in the store.
    version = models.PositiveBigIntegerField(_("version"), null=True, blank=True)
    # As in the publish record, and saved before that is written: after an interruption it tells
    # this publication's version from one that another publisher wrote.
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)
    # Saved every second while a worker executes it.
    alive_at = models.DateTimeField(null=True, blank=True)
    step = models.CharField(_("step"), max_length=32, blank=True)
    # How long each step took, in seconds.
    step_seconds = models.JSONField(_("seconds"), default=dict, blank=True)
    rows_done = models.PositiveBigIntegerField(default=0)
    rows_total = models.PositiveBigIntegerField(default=0)
    row_counts = models.JSONField(_("rows"), default=dict, blank=True)
    # By kind: how many rows were added, changed and removed, and the first ids of each.
    changes = models.JSONField(_("changes"), default=dict, blank=True)
    error = models.TextField(_("error"), blank=True)
    # Whether an operator has confirmed what is likely a slip, and what that would have been.
    is_confirmed = models.BooleanField(_("confirmed"), default=False)
    risks = models.JSONField(_("to be confirmed"), default=list, blank=True)
    # Not before this moment; null is at once.
    due_at = models.DateTimeField(_("scheduled for"), null=True, blank=True)
    # What was previewed (`publishing.typed_digest`): nothing else is published. Empty for whatever
    # the database holds then.
    expected_digest = models.CharField(max_length=64, blank=True, default="")
    # Of the rows that were read.
    rows_digest = models.CharField(max_length=64, blank=True, default="")
    # The second person, where publications need two.
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("approved by"),
    )
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)
    canceled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("canceled by"),
    )
    # When the person who had scheduled it opened its page after it had failed.
    failure_seen_at = models.DateTimeField(null=True, blank=True)
    # The rows that are the error: `kind`, `key`, `field` (may be empty) and `problem` of each.
    refusals = models.JSONField(_("refused rows"), default=list, blank=True)

    class Meta:
        verbose_name = _("publication")
        verbose_name_plural = _("publications")
        ordering = ["-id"]
        permissions = [
            ("publish_catalog", _("Can publish the catalog and roll it back")),
            ("approve_publication", _("Can approve publications that another person requests")),
        ]
        constraints = [
            models.CheckConstraint(
                name="publication_failed_says_why", condition=~Q(state="failed") | ~Q(error="")
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.get_state_display()}"

    @property
    def is_finished(self) -> bool:
        return self.state in _FINISHED


_FINISHED = frozenset(
    {
        Publication.State.PUBLISHED,
        Publication.State.UNCHANGED,
        Publication.State.FAILED,
        Publication.State.CANCELED,
    }
)


class CatalogChange(models.Model):
    """An edit of the catalog that is not published yet, written in the transaction of the edit."""

    class Action(models.TextChoices):
        ADDED = "added", _("added")
        CHANGED = "changed", _("changed")
        REMOVED = "removed", _("removed")

    kind = models.CharField(_("kind"), max_length=32)
    # Empty for an edit of many rows at once.
    row_id = models.CharField(_("id"), max_length=160, blank=True)
    action = models.CharField(_("action"), max_length=8, choices=Action.choices)
    changed_at = models.DateTimeField(_("changed at"), auto_now_add=True)
    # The publication that it is attached to. The edit is deleted once that has published it.
    publication = models.ForeignKey(
        Publication, on_delete=models.SET_NULL, null=True, blank=True, related_name="edits"
    )

    class Meta:
        verbose_name = _("unpublished change")
        verbose_name_plural = _("unpublished changes")
        indexes = [models.Index(fields=["publication", "changed_at"], name="catalog_change_waiting")]

    def __str__(self) -> str:
        return f"{self.kind} {self.row_id} {self.action}"


class KnownDifference(models.Model):
    """How the edited catalog differs from the served version, as of one edit. It has one row, because
    telling it takes about as long as reading the whole catalog.
    """

    # The served version; 0 if nothing is published.
    version = models.PositiveBigIntegerField()
    # The last edit that it knows of: the highest primary key of `CatalogChange`, or 0.
    last_edit = models.PositiveBigIntegerField()
    # By kind: how many rows are added, changed and removed.
    changes = models.JSONField(default=dict)
    noted_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"version {self.version}, edit {self.last_edit}"
