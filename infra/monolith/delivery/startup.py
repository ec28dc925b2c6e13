"""The store of roll-ups, as the settings name it, and what the worker does with it."""

import logging
import time
from functools import cache

from django.conf import settings
from django.utils import timezone

from delivery.services.requests import sync_requests
from delivery.services.sync import sync
from delivery.store import DeliveryStore
from kernel.published.client import connect
from kernel.published.errors import StoreError

# The functions roll the ledger up once a minute. Another look costs two or three reads.
_EVERY_SECONDS = 15.0

_logger = logging.getLogger("django.delivery")


class _Worker:
    """When the worker has looked last."""

    looked_at = float("-inf")


def configured_store() -> DeliveryStore:
    """Raises StoreError, in one line for the operator, if the settings name no table."""
    if not settings.DELIVERY_TABLE:
        raise StoreError("the table is not named: set LOCKFILL_DELIVERY_TABLE")
    return _store(settings.DYNAMODB_ENDPOINT_URL, settings.AWS_REGION, settings.DELIVERY_TABLE)


def sync_in_worker() -> None:
    """A step of the publish worker. A store that fails is asked again at the next step."""
    if not settings.DELIVERY_TABLE or time.monotonic() - _Worker.looked_at < _EVERY_SECONDS:
        return
    _Worker.looked_at = time.monotonic()
    try:
        sync(configured_store(), lambda hour, facts: None)
        sync_requests(configured_store(), timezone.now())
    except StoreError as error:
        _logger.error("deliveries are not read: %s", error)


@cache
def _store(endpoint_url: str | None, region: str | None, table: str) -> DeliveryStore:
    return DeliveryStore(connect(endpoint_url, region), table)
