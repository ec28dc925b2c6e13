"""The queue of publications: which is next, and what becomes of interrupted ones."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max, Min, Q
from django.utils import timezone

from kernel.published.errors import Malformed
from publishing.dynamodb.store import CatalogStore
from publishing.models import CatalogChange, Publication
from publishing.selectors import is_held, needs_second_person
from publishing.services import outbox
from publishing.services.requests import request_publication

# A process that has not saved its progress for so long counts as interrupted. Should it still be alive,
# the claim in the store lets only one of the two publish.
LEASE = timedelta(seconds=10)
# If edits never pause, the catalog is published after so many quiet periods all the same.
_QUIET_PERIODS_MAX = 10
# Between an automatic publication that failed and the next.
_PAUSE_AFTER_FAILURE = timedelta(seconds=30)


def take_next() -> Publication | None:
    """Takes the publication that has waited longest; None while another is being executed."""
    with transaction.atomic():
        unfinished = Publication.objects.select_for_update().filter(
            state__in=(Publication.State.PENDING, Publication.State.PUBLISHING)
        )
        publications = list(unfinished.order_by("id"))
        if not publications or any(p.state == Publication.State.PUBLISHING for p in publications):
            return None
        publication = publications[0]
        publication.state = Publication.State.PUBLISHING
        publication.alive_at = timezone.now()
        publication.save(update_fields=["state", "alive_at"])
        return publication


def request_after_quiet_period(quiet_seconds: int) -> Publication | None:
    """Requests a publication after a period without edits; never, if the period has 0 seconds.

    After a rollback it requests none: the edited catalog still holds what was rolled back, and an
    operator decides when it is right again. Nor does it while one waits for its time, which would
    otherwise come too early, and where publications need two people.
    """
    if not quiet_seconds:
        return None
    waiting = CatalogChange.objects.filter(publication=None).aggregate(
        first=Min("changed_at"), last=Max("changed_at")
    )
    if waiting["last"] is None:
        return None
    now, quiet = timezone.now(), timedelta(seconds=quiet_seconds)
    is_due = waiting["last"] <= now - quiet or waiting["first"] <= now - quiet * _QUIET_PERIODS_MAX
    if not is_due or _has_failed_since(now - _PAUSE_AFTER_FAILURE):
        return None
    if Publication.objects.filter(state=Publication.State.PUBLISHING).exists():
        return None
    if is_held() or needs_second_person(Publication.Trigger.QUIET_PERIOD):
        return None
    return request_publication(trigger=Publication.Trigger.QUIET_PERIOD)


def request_for_learned_rates(after_seconds: int) -> Publication | None:
    """Requests a publication for the sake of learned rates, if none was finished for so long; never,
    if that is 0 seconds, or after a rollback. Where no rate has moved it is one without a change.
    """
    if not after_seconds:
        return None
    limit = timezone.now() - timedelta(seconds=after_seconds)
    unfinished = (Publication.State.PENDING, Publication.State.PUBLISHING)
    recent = Publication.objects.filter(Q(state__in=unfinished) | Q(finished_at__gt=limit))
    if recent.exists() or is_held():
        return None
    if not settings.PUBLISH_NEEDS_TWO:
        return request_publication(trigger=Publication.Trigger.LEARNED_RATES)
    # Nothing but rates: the rows that two people have published.
    done = Publication.objects.filter(state__in=(Publication.State.PUBLISHED, Publication.State.UNCHANGED))
    last = done.order_by("-id").first()
    if last is None or not last.rows_digest or CatalogChange.objects.exists():
        return None
    return request_publication(trigger=Publication.Trigger.LEARNED_RATES, expected_digest=last.rows_digest)


def recover_interrupted(store: CatalogStore) -> list[Publication]:
    """Fails publications whose process has died, and requests each of them again.

    Returns the interrupted ones. One whose record is in the store was published, and is not
    repeated.
    """
    silent = Publication.objects.filter(
        state=Publication.State.PUBLISHING, alive_at__lt=timezone.now() - LEASE
    )
    return [publication for publication in silent if _recover(store, publication)]


def _recover(store: CatalogStore, publication: Publication) -> bool:
    was_published = _was_published(store, publication)
    with transaction.atomic():
        still = Publication.objects.select_for_update().filter(
            pk=publication.pk,
            state=Publication.State.PUBLISHING,
            alive_at=publication.alive_at,
        )
        if not still.exists():
            return False
        publication.finished_at = timezone.now()
        if was_published:
            publication.state = Publication.State.PUBLISHED
            outbox.drop(publication)
        else:
            outbox.release(publication)
            successor = Publication.objects.create(
                trigger=Publication.Trigger.TAKEOVER,
                requested_by=publication.requested_by,
                rollback_of=publication.rollback_of,
                is_confirmed=publication.is_confirmed,
                expected_digest=publication.expected_digest,
                approved_by=publication.approved_by,
                approved_at=publication.approved_at,
                due_at=publication.due_at,
            )
            publication.state = Publication.State.FAILED
            publication.error = (
                f"interrupted while {publication.step or 'starting'}"
                f" ({publication.rows_done:,} of {publication.rows_total:,} rows): its process"
                " ended before it was done. The served version has not changed;"
                f" #{successor.pk} takes over."
            )
        publication.save()
    return True


def _was_published(store: CatalogStore, publication: Publication) -> bool:
    """Whether the publication succeeded and only its state was not saved."""
    if publication.version is None or publication.published_at is None:
        return False
    try:
        record = store.record(publication.version)
    except Malformed:
        return False
    return record.published_at == publication.published_at


def _has_failed_since(moment: datetime) -> bool:
    return Publication.objects.filter(state=Publication.State.FAILED, finished_at__gt=moment).exists()
