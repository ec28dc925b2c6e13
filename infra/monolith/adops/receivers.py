"""What follows from the edit of a row."""

from typing import Any

from django.db.models import Model

from adops.models import Status
from adops.models.base import Switched
from pausing.services import forget


def forget_pauses(sender: type[Model], instance: Model, created: bool, **_options: Any) -> None:
    """A row that is set active in its form, and paused there again, is paused on purpose."""
    if isinstance(instance, Switched) and not created and instance.status != Status.PAUSED:
        forget(sender, [instance.pk])
