"""Reads of publications and of the edits that wait for one."""

from publishing.models import CatalogChange, Publication


def is_rolled_back() -> bool:
    """Whether what is served is a rollback: automatic publishing then waits for a person."""
    states = (Publication.State.PUBLISHED, Publication.State.UNCHANGED)
    last = Publication.objects.filter(state__in=states).order_by("-id").first()
    return last is not None and last.rollback_of is not None


def waiting_change_count() -> int:
    """How many edits no publication holds yet."""
    return CatalogChange.objects.count()
