"""Reads of publications and of the edits that wait for one."""

from dataclasses import dataclass

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
    states = (_STATE.PUBLISHED, _STATE.UNCHANGED)
    last = Publication.objects.filter(state__in=states).order_by("-id").first()
    return last is not None and last.rollback_of is not None
