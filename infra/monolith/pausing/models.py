"""Rows that an action on many rows has paused, until their status changes again."""

from django.db import models


class PausedRow(models.Model):
    """A paused row of any model, and when it was paused: all rows of one action have one moment.

    Rows that were paused in their forms have none.
    """

    # `adops.lineitem`
    model = models.CharField(max_length=64)
    row_pk = models.BigIntegerField()
    paused_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["model", "row_pk"], name="paused_row_once")]
