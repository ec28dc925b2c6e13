"""Deletes old versions from the table: the last twenty can be rolled back to, and fallen back to."""

import logging

from kernel.published.errors import StoreError
from publishing.dynamodb.store import CatalogStore

VERSIONS_KEPT = 20
# One is enough in the long run. More of them catch up with what interrupted deletions have left.
_VERSIONS_PER_PUBLICATION = 3

_logger = logging.getLogger("django.publishing")


def delete_old_versions(store: CatalogStore, served_version: int) -> None:
    """Deletes the oldest versions that are not among the last ones, a few at a time.

    An error is logged: the catalog is published, and the next publication goes on where this stops.
    """
    try:
        for record in store.oldest_records(served_version - VERSIONS_KEPT, _VERSIONS_PER_PUBLICATION):
            store.delete_version(record)
    except StoreError as error:
        _logger.warning("Old versions of the catalog could not be deleted: %s", error)
