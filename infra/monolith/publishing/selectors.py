"""Reads of publications and of the edits that wait for one."""

from dataclasses import dataclass

from publishing.models import CatalogChange, Publication

_STATE = Publication.State


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
        waiting_changes=CatalogChange.objects.count(),
        is_publishing=unfinished.exists(),
        is_rolled_back=is_rolled_back(),
    )


def is_to_be_confirmed(publication: Publication) -> bool:
    """Whether a publication was refused as a likely slip, and no later one has decided about it."""
    later = Publication.objects.filter(pk__gt=publication.pk)
    return publication.state == _STATE.FAILED and bool(publication.risks) and not later.exists()


def is_rolled_back() -> bool:
    """Whether the served version is a rollback: nothing is then published automatically."""
    states = (_STATE.PUBLISHED, _STATE.UNCHANGED)
    last = Publication.objects.filter(state__in=states).order_by("-id").first()
    return last is not None and last.rollback_of is not None
