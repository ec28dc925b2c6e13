"""What this process allocates with: the environment's stores and keys, put together once.

Nothing below imports this module: Django's table of paths and gunicorn do.
"""

from functools import lru_cache

from django.conf import settings

from allocation.dao.published_catalog import PublishedCatalog
from allocation.dao.redis_users import RedisUsers
from allocation.http.apis import Allocations
from allocation.http.urls import allocation_paths
from allocation.services.allocation import AllocationService
from allocation.services.catalog_cache import CatalogCache
from allocation.services.debug_token import DebugToken
from allocation.services.signing import SigningKey
from allocation.services.user_key import UserKeys
from kernel.published.follower import CatalogFollower


@lru_cache(maxsize=1)
def get_allocations() -> Allocations | None:
    """What the APIs answer with; None if the environment names no stores and keys.

    Nothing is connected before it is used, so that a process may be forked until then.
    """
    environment, allocation = settings.ENVIRONMENT, settings.ENVIRONMENT.allocation
    if allocation is None:
        return None
    catalog = CatalogFollower(
        environment.catalog_table, environment.aws_region, environment.dynamodb_endpoint_url
    )
    users = RedisUsers(allocation.redis_url, allocation.redis_deadline_ms / 1_000)
    service = AllocationService(
        CatalogCache(PublishedCatalog(catalog)),
        users,
        SigningKey(*allocation.signing_keys[0]),
        UserKeys(allocation.user_key_secrets),
    )
    debug_token = allocation.debug_token
    return Allocations(
        service, allocation.link_base, None if debug_token is None else DebugToken(debug_token)
    )


urlpatterns = allocation_paths(get_allocations)
