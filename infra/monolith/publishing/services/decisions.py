"""What people decide about publications that wait: they approve and cancel them."""

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from adops.services.history import note_changes
from publishing.models import Publication
from publishing.services.requests import PublicationRefused

_WAITING = (Publication.State.REQUESTED, Publication.State.SCHEDULED)


def release_due() -> int:
    """Lets the publications be made whose time has come. Returns how many."""
    due = Publication.objects.filter(state=Publication.State.SCHEDULED, due_at__lte=timezone.now())
    return due.update(state=Publication.State.PENDING)


@transaction.atomic
def approve(*, publication_id: int, by: User, seen_digest: str) -> Publication:
    """The second person lets a publication be made, and has seen the same as the first.

    Raises PublicationRefused.
    """
    publication = _waiting(publication_id, Publication.State.REQUESTED)
    if publication.requested_by_id == by.pk:
        raise PublicationRefused(_("Another person than the one who requested it approves a publication."))
    if seen_digest != publication.expected_digest:
        raise PublicationRefused(
            _("The rows have changed since #%(id)s was requested: cancel it, and request a new one.")
            % {"id": publication.pk}
        )
    publication.approved_by, publication.approved_at = by, timezone.now()
    has_time = publication.due_at is not None and publication.due_at > timezone.now()
    publication.state = Publication.State.SCHEDULED if has_time else Publication.State.PENDING
    publication.save(update_fields=["approved_by", "approved_at", "state"])
    note_changes(rows=[publication], by=by, words=lambda: _("Approved."))
    return publication


@transaction.atomic
def cancel(*, publication_id: int, by: User) -> Publication:
    """Cancels a publication that waits for its time or for a second person. Raises PublicationRefused."""
    publication = _waiting(publication_id, *_WAITING)
    publication.state, publication.canceled_by = Publication.State.CANCELED, by
    publication.finished_at = timezone.now()
    publication.save(update_fields=["state", "canceled_by", "finished_at"])
    note_changes(rows=[publication], by=by, words=lambda: _("Canceled."))
    return publication


def tell_failure(publication: Publication) -> None:
    """Tells the person who had scheduled a publication, and is not there, that it has failed."""
    person = publication.requested_by
    if publication.due_at is None or person is None:
        return
    first, *_more = publication.error.splitlines()
    note_changes(
        rows=[publication],
        by=person,
        words=lambda: _("The scheduled publication failed: %(reason)s") % {"reason": first},
    )


def _waiting(publication_id: int, *states: str) -> Publication:
    found = Publication.objects.select_for_update().filter(pk=publication_id, state__in=states).first()
    if found is None:
        raise PublicationRefused(_("Publication #%(id)s does not wait any more.") % {"id": publication_id})
    return found
