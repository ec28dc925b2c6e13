"""Reads of publications and of the edits that wait for one."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import QuerySet

from publishing.models import CatalogChange, Publication

_STATE = Publication.State
_REFUSED_MAX = 100


@dataclass(frozen=True)
class Overview:
    """The state of publishing."""

    # The last one that published a version: the served one, unless another system publishes, too.
    last: Publication | None
    waiting_changes: int
    is_publishing: bool
    is_rolled_back: bool


def overview() -> Overview:
    unfinished = Publication.objects.filter(state__in=(_STATE.PENDING, _STATE.PUBLISHING))
    return Overview(
        last=Publication.objects.filter(state=_STATE.PUBLISHED).order_by("-id").first(),
        waiting_changes=waiting_changes(),
        is_publishing=unfinished.exists(),
        is_rolled_back=is_rolled_back(),
    )


def served_version() -> int:
    """The served version, unless another system publishes, too; 0 without one."""
    last = Publication.objects.filter(state=_STATE.PUBLISHED).order_by("-id").first()
    return last.version or 0 if last else 0


def rolled_back() -> Publication | None:
    """The rollback that is served, if one is: nothing is then published automatically."""
    # Each page of the admin asks: without the long fields.
    done = Publication.objects.filter(state__in=(_STATE.PUBLISHED, _STATE.UNCHANGED))
    last = done.only("version", "rollback_of").order_by("-id").first()
    return last if last is not None and last.rollback_of is not None else None


def needs_second_person(trigger: str) -> bool:
    """Whether publications of a trigger are approved by a second person. Learned rates are not edited:
    `publishing.services.queue` sees to it that nothing else is published with them.
    """
    return settings.PUBLISH_NEEDS_TWO and trigger != Publication.Trigger.LEARNED_RATES


def waiting_publications() -> QuerySet[Publication]:
    """Those that wait for a second person or for their time, the earliest first."""
    waiting = Publication.objects.filter(state__in=(_STATE.REQUESTED, _STATE.SCHEDULED))
    return waiting.select_related("requested_by", "approved_by").order_by("due_at", "id")


def failures_to_tell(user: User) -> QuerySet[Publication]:
    """Scheduled publications of a person that failed, and whose page the person has not opened since."""
    return Publication.objects.filter(
        requested_by=user, state=_STATE.FAILED, due_at__isnull=False, failure_seen_at=None
    )


def is_held() -> bool:
    """Whether nothing is published automatically: after a rollback, and while a publication waits for
    its time or for a second person.
    """
    return is_rolled_back() or waiting_publications().exists()


def waiting_changes() -> int:
    """The edits that no version has."""
    return CatalogChange.objects.count()


def refused_since_published() -> list[int]:
    """The last publications that failed since one succeeded, the newest first."""
    succeeded = Publication.objects.filter(state__in=(_STATE.PUBLISHED, _STATE.UNCHANGED)).order_by("-id")
    since = succeeded.values_list("pk", flat=True).first() or 0
    failed = Publication.objects.filter(state=_STATE.FAILED, pk__gt=since).order_by("-id")
    return list(failed.values_list("pk", flat=True)[:_REFUSED_MAX])


def is_to_be_confirmed(publication: Publication) -> bool:
    """Whether a publication was refused as a likely slip, and no later one has decided about it."""
    later = Publication.objects.filter(pk__gt=publication.pk)
    return publication.state == _STATE.FAILED and bool(publication.risks) and not later.exists()


def is_rolled_back() -> bool:
    """Whether the served version is a rollback: nothing is then published automatically."""
    return rolled_back() is not None
