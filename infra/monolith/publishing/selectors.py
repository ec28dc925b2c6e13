"""Reads of publications and of the edits that wait for one."""

from dataclasses import dataclass

from publishing.models import CatalogChange, Publication

_STATE = Publication.State


@dataclass(frozen=True)
class Overview:
    """Where publishing stands."""

    # The last one that published something; what is served, unless others publish there too.
    last: Publication | None
    waiting_changes: int
    is_working: bool
    is_rolled_back: bool


def overview() -> Overview:
    unfinished = Publication.objects.filter(state__in=(_STATE.PENDING, _STATE.PUBLISHING))
    return Overview(
        last=Publication.objects.filter(state=_STATE.PUBLISHED).order_by("-id").first(),
        waiting_changes=CatalogChange.objects.count(),
        is_working=unfinished.exists(),
        is_rolled_back=is_rolled_back(),
    )


def is_rolled_back() -> bool:
    """Whether what is served is a rollback: automatic publishing then waits for a person."""
    states = (_STATE.PUBLISHED, _STATE.UNCHANGED)
    last = Publication.objects.filter(state__in=states).order_by("-id").first()
    return last is not None and last.rollback_of is not None
