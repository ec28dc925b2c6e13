"""What all rows that people edit have in common."""

from django.core.exceptions import ValidationError
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


def refuse_taken_id(public_id: str, *others: type[models.Model]) -> None:
    """Refuses an id that a row of another kind has.

    A device reports what it showed by id alone: a content must not share its id with an ad.
    """
    if public_id and any(model.objects.filter(public_id=public_id).exists() for model in others):
        message = _("“%(id)s” is the ID of another row already.")
        raise ValidationError({"public_id": ValidationError(message, params={"id": public_id})})
