"""Requests of publications and rollbacks."""

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from publishing.models import Publication

# The keys of the store have 12 digits for a version.
VERSION_MAX = 999_999_999_999


class RollbackRefused(Exception):
    """There is no such version. The message is one line for the operator, in their language."""


def request_publication(*, trigger: str, requested_by: User | None = None) -> Publication:
    """Requests a publication of the edited catalog, or joins one that still waits in the queue."""
    with transaction.atomic():
        waiting = Publication.objects.select_for_update().filter(
            state=Publication.State.PENDING, rollback_of=None
        )
        return waiting.first() or Publication.objects.create(trigger=trigger, requested_by=requested_by)


def request_rollback(*, version: int, trigger: str, requested_by: User | None = None) -> Publication:
    """Requests that the rows of an older version become the next version."""
    if not 1 <= version <= VERSION_MAX:
        raise RollbackRefused(_("There is no version %(version)s.") % {"version": version})
    return Publication.objects.create(trigger=trigger, requested_by=requested_by, rollback_of=version)
