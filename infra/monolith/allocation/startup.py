"""What this process allocates and records events with: the environment's stores and keys, put together
once.

Nothing below imports this module: Django's table of paths and gunicorn do.
"""

import atexit
import time
from functools import lru_cache

from django.conf import settings

from allocation.dao.dynamodb_delivery import DynamoDelivery
from allocation.dao.dynamodb_ledger import DynamoLedger
from allocation.dao.published_catalog import PublishedCatalog
from allocation.dao.redis_users import RedisUsers
from allocation.http.apis import Allocations
from allocation.http.urls import allocation_paths, event_paths
from allocation.services.allocation import AllocationService
from allocation.services.catalog_cache import CatalogCache
from allocation.services.counting import Counts
from allocation.services.debug_token import DebugToken
from allocation.services.events import EventService, LedgerRules
from allocation.services.gates_cache import GatesCache
from allocation.services.signing import SigningKey, SigningKeys
from allocation.services.user_key import UserKeys
from kernel.published.follower import CatalogFollower

_DAY_SECONDS = 24 * 3_600


@lru_cache(maxsize=1)
def get_allocations() -> Allocations | None:
    """What the APIs answer with; None if the environment names no stores and keys.

    Nothing is connected before it is used, so that a process may be forked until then.
    """
    allocation = settings.ENVIRONMENT.allocation
    if allocation is None:
        return None
    delivery = _delivery()
    counts = None if delivery is None else _counts(delivery)
    service = AllocationService(
        _catalog(),
        _users(allocation.redis_url, allocation.redis_deadline_ms),
        SigningKey(*allocation.signing_keys[0]),
        UserKeys(allocation.user_key_secrets),
        None if delivery is None else GatesCache(delivery),
        counts,
    )
    debug_token = allocation.debug_token
    return Allocations(
        service, allocation.link_base, None if debug_token is None else DebugToken(debug_token)
    )


@lru_cache(maxsize=1)
def get_events() -> EventService | None:
    """What records events; None if the environment names no stores and keys, or no ledger."""
    environment, allocation = settings.ENVIRONMENT, settings.ENVIRONMENT.allocation
    if allocation is None or allocation.ledger is None:
        return None
    ledger = allocation.ledger
    return EventService(
        _catalog(),
        DynamoLedger(ledger.table, environment.aws_region, environment.dynamodb_endpoint_url),
        _users(allocation.redis_url, allocation.redis_deadline_ms),
        SigningKeys(SigningKey(*key) for key in allocation.signing_keys),
        UserKeys(allocation.user_key_secrets),
        LedgerRules(
            ledger.days * _DAY_SECONDS,
            ledger.click_seconds_min,
            ledger.user_events_max,
            ledger.address_events_max,
        ),
    )


def _delivery() -> DynamoDelivery | None:
    """Gates and counts; None if their table is not named: every gate is open then, and nothing is counted."""
    environment = settings.ENVIRONMENT
    if not environment.delivery_table:
        return None
    return DynamoDelivery(
        environment.delivery_table, environment.aws_region, environment.dynamodb_endpoint_url
    )


def _counts(delivery: DynamoDelivery) -> Counts:
    """Counts that are flushed when the process is asked to end."""
    counts = Counts(delivery)
    atexit.register(lambda: counts.flush(time.time()))
    return counts


@lru_cache(maxsize=1)
def _catalog() -> CatalogCache:
    environment = settings.ENVIRONMENT
    follower = CatalogFollower(
        environment.catalog_table, environment.aws_region, environment.dynamodb_endpoint_url
    )
    return CatalogCache(PublishedCatalog(follower))


@lru_cache(maxsize=1)
def _users(redis_url: str, deadline_ms: int) -> RedisUsers:
    return RedisUsers(redis_url, deadline_ms / 1_000)


urlpatterns = [*allocation_paths(get_allocations), *event_paths(get_events)]
