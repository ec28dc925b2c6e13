"""Reads what environments have counted of requests into sums by the hour.

A minute is read once, when it is long over, and its sums move in the transaction that says so. What
an environment writes later is left out: these counts are approximate and never billed.
"""

import logging
from collections import Counter
from datetime import datetime

from django.db import connection, transaction

from delivery.documents import RequestKey, requests_of
from delivery.models import RequestHour, SyncState
from delivery.services.state import locked_state, stored_state
from delivery.store import MINUTES_PER_HOUR, DeliveryStore
from kernel.published.errors import Malformed

# A minute is read so long after its end: a flush is written within three seconds.
_SETTLED_SECONDS = 15
# A look reads at most so many minutes, of 16 reads each: the worker has other work to do.
_MINUTES_MAX = 20
# The first look begins so long ago, and none reads what the table does not keep any more.
_FIRST_MINUTES = MINUTES_PER_HOUR
_KEPT_MINUTES = 8 * 24 * MINUTES_PER_HOUR
_BATCH_ROWS = 200

_logger = logging.getLogger("django.delivery")


def sync_requests(store: DeliveryStore, now: datetime) -> int:
    """Reads minutes that are over, and returns how many. Raises StoreError."""
    state = stored_state()
    until = (int(now.timestamp()) - _SETTLED_SECONDS) // 60
    known = state.requests_until
    first = until - _FIRST_MINUTES if known is None else max(known, until - _KEPT_MINUTES)
    minutes = range(first, min(until, first + _MINUTES_MAX))
    counts = Counter[RequestKey]()
    for minute in minutes:
        for document in store.counts_of_minute(minute):
            counts.update(_read(document))
    return len(minutes) if minutes and _write(counts, known, minutes.stop) else 0


def _read(document: bytes) -> Counter[RequestKey]:
    counts = Counter[RequestKey]()
    try:
        for key, count in requests_of(document):
            counts[key] += count
    except Malformed as error:
        _logger.warning("%s, and are left out", error)
        return Counter()
    return counts


@transaction.atomic
def _write(counts: Counter[RequestKey], known: int | None, until: int) -> bool:
    """Adds to the sums, unless another process has read these minutes meanwhile."""
    state = locked_state()
    if state.requests_until != known:
        return False
    keys = list(counts)
    for start in range(0, len(keys), _BATCH_ROWS):
        _add({key: counts[key] for key in keys[start : start + _BATCH_ROWS]})
    SyncState.objects.filter(pk=state.pk).update(requests_until=until)
    return True


def _add(counts: dict[RequestKey, int]) -> None:
    names = RequestKey._fields
    hours, units = {key.hour for key in counts}, {key.unit for key in counts}
    found = {
        RequestKey(*row[:-1]): int(row[-1])
        for row in RequestHour.objects.filter(hour__in=hours, unit__in=units).values_list(*names, "count")
    }
    rows = [RequestHour(**key._asdict(), count=found.get(key, 0) + count) for key, count in counts.items()]
    # MariaDB takes no name of the key that conflicts.
    takes_target = connection.features.supports_update_conflicts_with_target
    RequestHour.objects.bulk_create(
        rows,
        update_conflicts=True,
        update_fields=["count"],
        unique_fields=list(names) if takes_target else None,
    )
