"""Writes every edit of the catalog into the outbox, in the transaction of the edit."""

from typing import Any

from django.apps import apps
from django.db.models import Model
from django.db.models.signals import post_delete, post_save

from adops.signals import rows_edited
from kernel.kinds import EDITED_KINDS
from publishing.models import CatalogChange
from publishing.services import record_change


def connect_all() -> None:
    for kind in EDITED_KINDS:
        # `line_item` is `LineItem`.
        model = apps.get_model("adops", kind.name.replace("_", ""))
        post_save.connect(_saved, model, dispatch_uid=f"publishing-saved-{kind.name}")
        post_delete.connect(_deleted, model, dispatch_uid=f"publishing-deleted-{kind.name}")
        rows_edited.connect(_edited, model, dispatch_uid=f"publishing-edited-{kind.name}")


def _saved(sender: type[Model], instance: Model, created: bool, **_: Any) -> None:
    action = CatalogChange.Action.ADDED if created else CatalogChange.Action.CHANGED
    record_change(kind=_kind(sender), row_id=_id(instance), action=action)


def _deleted(sender: type[Model], instance: Model, **_: Any) -> None:
    action = CatalogChange.Action.REMOVED
    record_change(kind=_kind(sender), row_id=_id(instance), action=action)


def _edited(sender: type[Model], **_: Any) -> None:
    record_change(kind=_kind(sender), action=CatalogChange.Action.CHANGED)


def _kind(model: type[Model]) -> str:
    return next(k.name for k in EDITED_KINDS if k.name.replace("_", "") == model._meta.model_name)


def _id(instance: Model) -> str:
    return str(getattr(instance, "public_id", instance.pk))
