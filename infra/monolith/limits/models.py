"""Counts of attempts, in the database, so that all processes of the server count together."""

from django.db import models

SUBJECT_LENGTH = 64


class AttemptCount(models.Model):
    """The attempts of one subject in one window of time."""

    # A keyed digest, because addresses and user names are personal data.
    subject = models.CharField(max_length=SUBJECT_LENGTH)
    # In seconds of the epoch.
    window_start = models.BigIntegerField()
    window_end = models.BigIntegerField(db_index=True)
    attempts = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject", "window_start"], name="attempt_count_once_in_window"),
        ]
