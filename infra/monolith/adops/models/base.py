"""What all rows that people edit have in common."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from adops.models.choices import Status

NAME_LENGTH_MAX = 200


class Edited(models.Model):
    """Knows when it was made and last saved. Who updates past `save` sets `updated_at` too."""

    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("last changed"), auto_now=True, db_index=True)

    class Meta:
        abstract = True


class Switched(Edited):
    """Can be paused and archived."""

    status = models.CharField(
        _("status"), max_length=8, choices=Status.choices, default=Status.ACTIVE, db_index=True
    )

    class Meta:
        abstract = True
