"""The outbox: edits that wait for a publication."""

from publishing.models import CatalogChange, Publication


def record_change(*, kind: str, row_id: str = "", action: str) -> None:
    """Says that the catalog was edited; to be called in the edit's own transaction."""
    CatalogChange.objects.create(kind=kind, row_id=row_id[:160], action=action)


def attach_all(publication: Publication) -> None:
    """Gives a publication everything that waits; called before it looks at the catalog, so that
    it has at least these edits. What is edited meanwhile waits on, at worst for a publication that
    finds nothing to do.
    """
    CatalogChange.objects.all().update(publication=publication)


def release(publication: Publication) -> None:
    """Lets a publication's edits wait again: it failed by no fault of theirs."""
    publication.edits.update(publication=None)


def drop(publication: Publication) -> None:
    """Forgets the edits that a publication has published."""
    publication.edits.all().delete()
