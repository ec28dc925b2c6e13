"""What publications are executed with, as the settings name it."""

from functools import cache, partial

from django.conf import settings

from kernel.published.client import connect
from kernel.published.errors import StoreError
from publishing.compiler import Compiler, connect_lambda
from publishing.dynamodb.store import CatalogStore
from publishing.services import Publisher


def configured_publisher() -> Publisher:
    """Raises StoreError, in one line for the operator, if the settings name no store.

    Without a compiler each publication fails, and says what to set.
    """
    invoke = partial(connect_lambda, settings.LAMBDA_ENDPOINT_URL, settings.AWS_REGION)
    return Publisher(configured_store(), Compiler(settings.CATALOG_FUNCTION, invoke))


def configured_store() -> CatalogStore:
    """The table of published catalogs. Raises StoreError, as `configured_publisher` does."""
    if not settings.CATALOG_TABLE:
        raise StoreError("the table is not named: set LOCKFILL_CATALOG_TABLE")
    return _store(settings.DYNAMODB_ENDPOINT_URL, settings.AWS_REGION, settings.CATALOG_TABLE)


# Making a client takes longer than most requests of it.
@cache
def _store(endpoint_url: str | None, region: str | None, table: str) -> CatalogStore:
    return CatalogStore(connect(endpoint_url, region), table)
