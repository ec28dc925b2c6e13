"""The outbox: edits that wait for a publication."""

from publishing.models import CatalogChange, Publication


def record_change(*, kind: str, row_id: str = "", action: str) -> None:
    """Adds an edit to the outbox. The caller does so in the transaction of the edit."""
    CatalogChange.objects.create(kind=kind, row_id=row_id[:160], action=action)


def attach_all(publication: Publication) -> None:
    """Attaches all waiting edits to a publication, before it reads the catalog, so that it
    publishes at least these. An edit made meanwhile keeps waiting, at worst for a publication that
    finds no change.
    """
    CatalogChange.objects.all().update(publication=publication)


def release(publication: Publication) -> None:
    """Detaches the edits of a publication that failed for another reason than the edits."""
    publication.edits.update(publication=None)


def drop(publication: Publication) -> None:
    """Deletes the edits that a publication has published."""
    publication.edits.all().delete()
