"""Asking for a publication."""

from django.contrib.auth.models import AbstractBaseUser
from django.db import transaction
from django.utils.translation import gettext as _

from publishing.models import Publication

# The store writes versions in 12 digits.
VERSION_MAX = 999_999_999_999


class RollbackRefused(Exception):
    """There is nothing to roll back to. The message is one line for a person."""


def request_publication(
    *, trigger: str, requested_by: AbstractBaseUser | None = None
) -> Publication:
    """Asks for the catalog as it is; joins a request that nobody has begun to work on."""
    with transaction.atomic():
        waiting = Publication.objects.select_for_update().filter(
            state=Publication.State.PENDING, rollback_of=None
        )
        return waiting.first() or Publication.objects.create(
            trigger=trigger, requested_by=requested_by
        )


def request_rollback(
    *, version: int, trigger: str, requested_by: AbstractBaseUser | None = None
) -> Publication:
    """Asks for the rows of an older version, as the next one."""
    if not 1 <= version <= VERSION_MAX:
        raise RollbackRefused(_("There is no version %(version)s.") % {"version": version})
    return Publication.objects.create(
        trigger=trigger, requested_by=requested_by, rollback_of=version
    )
