"""The store that this process publishes to, as the settings name it."""

from django.conf import settings

from kernel.published.client import connect
from kernel.published.errors import StoreError
from publishing.dynamodb.store import CatalogStore


def configured_store() -> CatalogStore:
    """Raises StoreError, in one line for the operator, if the settings name no store."""
    if not settings.CATALOG_TABLE:
        raise StoreError("the table is not named: set LOCKFILL_CATALOG_TABLE")
    client = connect(settings.DYNAMODB_ENDPOINT_URL, settings.AWS_REGION)
    return CatalogStore(client, settings.CATALOG_TABLE)
