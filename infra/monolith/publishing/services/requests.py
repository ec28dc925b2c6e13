"""Requests of publications and rollbacks."""

from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from publishing.models import Publication
from publishing.selectors import needs_second_person

# The keys of the store have 12 digits for a version.
VERSION_MAX = 999_999_999_999


class PublicationRefused(Exception):
    """Nothing is requested. The message is one line for the operator, in their language."""


class RollbackRefused(PublicationRefused):
    """There is no such version."""


def request_publication(
    *,
    trigger: str,
    requested_by: User | None = None,
    is_confirmed: bool = False,
    expected_digest: str = "",
    due_at: datetime | None = None,
    changes: dict[str, Any] | None = None,
) -> Publication:
    """Requests a publication of the edited catalog, or joins one of the same that still waits.

    What is likely a slip is published after a confirmation alone. A command line is one. With the
    digest of a preview nothing else than what that has shown is published; `changes` are what it has
    shown. A publication is made at once or, with `due_at`, not before that moment. Where publications
    need two people it waits for the second one. Raises PublicationRefused.
    """
    is_confirmed = is_confirmed or trigger == Publication.Trigger.COMMAND
    state = _first_state(trigger, requested_by, expected_digest, due_at)
    with transaction.atomic():
        rows = Publication.objects.select_for_update()
        waiting = rows.filter(
            state=state, rollback_of=None, expected_digest=expected_digest, due_at=due_at
        ).first()
        if waiting is None:
            return Publication.objects.create(
                state=state,
                trigger=trigger,
                requested_by=requested_by,
                is_confirmed=is_confirmed,
                expected_digest=expected_digest,
                due_at=due_at,
                changes=changes or {},
            )
        if is_confirmed and not waiting.is_confirmed:
            waiting.is_confirmed = True
            waiting.save(update_fields=["is_confirmed"])
        return waiting


def request_rollback(*, version: int, trigger: str, requested_by: User | None = None) -> Publication:
    """Requests that the rows of an older version become the next version.

    One person is enough: what comes back was published before, and an emergency does not wait.
    """
    if not 1 <= version <= VERSION_MAX:
        raise RollbackRefused(_("There is no version %(version)s.") % {"version": version})
    return Publication.objects.create(trigger=trigger, requested_by=requested_by, rollback_of=version)


def _first_state(trigger: str, requested_by: User | None, digest: str, due_at: datetime | None) -> str:
    if needs_second_person(trigger):
        if not digest or requested_by is None:
            text = _("Publications need two people: preview it in the admin, and another person approves it.")
            raise PublicationRefused(text)
        return Publication.State.REQUESTED
    return Publication.State.PENDING if due_at is None else Publication.State.SCHEDULED
