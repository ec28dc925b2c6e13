"""What this process allocates with, made once."""

from functools import lru_cache

from django.conf import settings

from allocation.dao.published_catalog import DynamoDbCatalog
from allocation.dao.redis_users import RedisUsers
from allocation.services.allocation import AllocationService
from allocation.services.catalog_cache import CatalogCache
from allocation.services.tracking import Signer


@lru_cache(maxsize=1)
def get_allocation_service() -> AllocationService | None:
    """The service over the stores that the environment names; None if it names none.

    Nothing is connected before it is used, so that a process may be forked until then.
    """
    environment, allocation = settings.ENVIRONMENT, settings.ENVIRONMENT.allocation
    if allocation is None:
        return None
    catalog = DynamoDbCatalog(
        environment.catalog_table, environment.aws_region, environment.dynamodb_endpoint_url
    )
    users = RedisUsers(allocation.redis_url, allocation.redis_deadline_ms / 1_000)
    key_id, secret = allocation.signing_keys[0]
    return AllocationService(
        CatalogCache(catalog),
        users,
        Signer(key_id, secret),
        link_base=allocation.link_base,
        debug_token=allocation.debug_token,
    )
