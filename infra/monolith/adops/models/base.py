"""What all edited rows have in common."""

from collections.abc import Iterable
from typing import Any, TypeVar

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from adops.models.choices import Status
from adops.signals import rows_edited

NAME_LENGTH_MAX = 200


M = TypeVar("M", bound=models.Model)


class EditedQuerySet(models.QuerySet[M]):
    """Sends `rows_edited` for edits of many rows at once."""

    def update(self, **values: Any) -> int:
        with transaction.atomic(using=self.db):
            row_count = super().update(**values)
            if row_count:
                rows_edited.send(self.model)
            return row_count

    def bulk_create(self, objs: Iterable[Any], *args: Any, **options: Any) -> list[Any]:
        with transaction.atomic(using=self.db):
            created = super().bulk_create(objs, *args, **options)
            if created:
                rows_edited.send(self.model)
            return created


# Not `as_manager`, which a type checker does not follow into the models that inherit the manager.
EditedManager = models.Manager.from_queryset(EditedQuerySet)


class Edited(models.Model):
    """A row with the times of its creation and last edit. An update that bypasses `save` must set
    `updated_at` itself.
    """

    objects = EditedManager()

    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("last changed"), auto_now=True, db_index=True)

    class Meta:
        abstract = True

    def save(self, *args: Any, **options: Any) -> None:
        # Receivers of `post_save` write in the transaction of the edit.
        with transaction.atomic(using=options.get("using")):
            super().save(*args, **options)


def _status_field(choices: list[tuple[str, Any]]) -> models.CharField:
    return models.CharField(_("status"), max_length=8, choices=choices, default=Status.ACTIVE, db_index=True)


class Switched(Edited):
    """A row that can be paused and archived."""

    status = _status_field([choice for choice in Status.choices if choice[0] != Status.BLOCKED])

    class Meta:
        abstract = True


class Archivable(Edited):
    """A row that others refer to, and devices ask for: it is archived and not deleted."""

    status = _status_field(
        [choice for choice in Status.choices if choice[0] in (Status.ACTIVE, Status.ARCHIVED)]
    )

    class Meta:
        abstract = True


class Blockable(Switched):
    """A row that links lead to, which can be blocked, too."""

    status = _status_field(Status.choices)

    class Meta:
        abstract = True


def refuse_taken_id(public_id: str, *others: type[models.Model]) -> None:
    """Refuses an id that a row of another kind has.

    A device reports what it showed by id alone: a content must not share its id with an ad.
    """
    taken = (model._default_manager.filter(public_id=public_id).exists() for model in others)
    if public_id and any(taken):
        message = _("The ID “%(id)s” belongs to another row: choose another one.")
        raise ValidationError({"public_id": ValidationError(message, params={"id": public_id})})
