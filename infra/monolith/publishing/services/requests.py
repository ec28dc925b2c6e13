"""Requests of publications and rollbacks."""

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from publishing.models import Publication

# The keys of the store have 12 digits for a version.
VERSION_MAX = 999_999_999_999


class RollbackRefused(Exception):
    """There is no such version. The message is one line for the operator, in their language."""


def request_publication(
    *, trigger: str, requested_by: User | None = None, is_confirmed: bool = False
) -> Publication:
    """Requests a publication of the edited catalog, or joins one that still waits in the queue.

    What is likely a slip is published after a confirmation alone. A command line is one.
    """
    is_confirmed = is_confirmed or trigger == Publication.Trigger.COMMAND
    with transaction.atomic():
        rows = Publication.objects.select_for_update()
        waiting = rows.filter(state=Publication.State.PENDING, rollback_of=None).first()
        if waiting is None:
            return Publication.objects.create(
                trigger=trigger, requested_by=requested_by, is_confirmed=is_confirmed
            )
        if is_confirmed and not waiting.is_confirmed:
            waiting.is_confirmed = True
            waiting.save(update_fields=["is_confirmed"])
        return waiting


def request_rollback(*, version: int, trigger: str, requested_by: User | None = None) -> Publication:
    """Requests that the rows of an older version become the next version."""
    if not 1 <= version <= VERSION_MAX:
        raise RollbackRefused(_("There is no version %(version)s.") % {"version": version})
    return Publication.objects.create(trigger=trigger, requested_by=requested_by, rollback_of=version)
