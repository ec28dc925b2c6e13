"""Reads the functions' roll-ups into facts.

The facts of an arrival hour are replaced together, in one transaction, so reading one again changes
nothing. Closed hours are read once. The newest ones are summed from their minutes each time, and
are written if they have changed. The memory that is needed is that of one hour.
"""

import hashlib
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from delivery.documents import FactKey, Facts
from delivery.hours import zone_of
from delivery.models import ArrivalHour, Fact, SyncState
from delivery.services.folding import folded_until
from delivery.services.state import locked_state, stored_state
from delivery.services.sums import MODELS, Changes
from delivery.signals import delivery_synced
from delivery.store import DeliveryStore
from kernel.published.errors import Malformed

_BATCH_FACTS = 500
_STATE = 1

# Given an arrival hour since the epoch, and how many of its facts were written.
OnHour = Callable[[int, int], None]


class Synced(NamedTuple):
    """What one look at the roll-ups has done."""

    # Arrival hours whose facts have changed.
    hours: int
    facts: int


def sync(store: DeliveryStore, on_hour: OnHour, *, since: int | None = None) -> Synced:
    """Brings the facts up to what is rolled up. `since` reads closed hours again, from that arrival
    hour on, but for those that are folded. Raises StoreError.
    """
    _keep_zone()
    hours = facts = 0
    cursor = store.cursor()
    if cursor is not None:
        known = stored_state().closed_until
        # Never back: the minutes of hours that were closed once do not live as long as the hours do.
        closed_until = max(cursor.closed_until, known or 0)
        # What is folded has no hours that could be read again.
        first = max(cursor.first_hour, (known or 0) if since is None else since, folded_until())
        for hour in store.closed_hours(first, closed_until):
            written = _replace(hour, _read(store.hour, hour))
            hours, facts = hours + (written is not None), facts + (written or 0)
            on_hour(hour, written or 0)
            _move(max(hour + 1, known or 0))
        for hour in _emptied(first, closed_until, store):
            _replace(hour, [])
        _move(closed_until)
        for hour in range(closed_until, cursor.until):
            written = _replace(hour, _read(store.minutes, hour))
            hours, facts = hours + (written is not None), facts + (written or 0)
            if written is not None:
                on_hour(hour, written)
    SyncState.objects.filter(pk=_STATE).update(synced_at=timezone.now())
    delivery_synced.send(Fact)
    return Synced(hours, facts)


def rebuild_sums() -> None:
    """Makes the sums anew from the facts."""
    with transaction.atomic():
        state = locked_state()
        zone: ZoneInfo = settings.ADMIN_TIME_ZONE
        for model in MODELS:
            model._default_manager.all().delete()
        hours = Fact.objects.order_by("arrival_hour").values_list("arrival_hour", flat=True).distinct()
        for hour in list(hours):
            changes = Changes(zone)
            for fact in _facts_of(hour):
                changes.add(*fact)
            changes.apply()
        state.day_zone = str(zone)
        state.save(update_fields=["day_zone"])


def synced_at() -> datetime | None:
    """When the roll-ups were looked at last."""
    state = SyncState.objects.filter(pk=_STATE).first()
    return None if state is None else state.synced_at


def _keep_zone() -> None:
    """Makes the sums by day anew if the admin's time zone is another one than before."""
    state = stored_state()
    if state.day_zone != str(settings.ADMIN_TIME_ZONE):
        rebuild_sums()


def _move(closed_until: int) -> None:
    SyncState.objects.filter(pk=_STATE).update(closed_until=closed_until)


def _read(read: Callable[[int], list[bytes]], hour: int) -> list[bytes]:
    """The roll-ups of an hour. One whose pieces were being replaced is read once more."""
    try:
        return read(hour)
    except Malformed:
        return read(hour)


def _emptied(first: int, until: int, store: DeliveryStore) -> Iterator[int]:
    """Hours that have facts here and no roll-up any more, because one was made anew."""
    here = set(ArrivalHour.objects.filter(hour__gte=first, hour__lt=until).values_list("hour", flat=True))
    if here:
        yield from sorted(here.difference(store.closed_hours(min(here), until)))


def _replace(hour: int, documents: list[bytes]) -> int | None:
    """Replaces the facts of an arrival hour by those of its roll-ups, which are summed.

    Returns the number of facts, or None if the roll-ups are those of before.
    """
    whole = hashlib.sha256()
    for document in documents:
        whole.update(hashlib.sha256(document).digest())
    digest = whole.hexdigest() if documents else ""
    before = ArrivalHour.objects.filter(hour=hour).first()
    if digest == ("" if before is None else before.digest):
        return None
    facts = Facts()
    for document in documents:
        facts.add(document)
    return _write(hour, digest, facts)


@transaction.atomic
def _write(hour: int, digest: str, facts: Facts) -> int:
    # The lock keeps two processes from changing the same sums.
    state = locked_state()
    changes = Changes(zone_of(state.day_zone))
    for key, count, price_micros in _facts_of(hour):
        changes.add(key, -count, -price_micros)
    Fact.objects.filter(arrival_hour=hour).delete()
    written = 0
    rows: list[Fact] = []
    for key, count, price_micros in facts.sums():
        changes.add(key, count, price_micros)
        rows.append(Fact(arrival_hour=hour, count=count, price_micros=price_micros, **key._asdict()))
        written += 1
        if len(rows) == _BATCH_FACTS:
            Fact.objects.bulk_create(rows)
            rows = []
    Fact.objects.bulk_create(rows)
    changes.apply()
    if digest:
        ArrivalHour.objects.update_or_create(hour=hour, defaults={"digest": digest})
    else:
        ArrivalHour.objects.filter(hour=hour).delete()
    return written


def _facts_of(hour: int) -> Iterator[tuple[FactKey, int, int]]:
    stored = Fact.objects.filter(arrival_hour=hour).values_list(*FactKey._fields, "count", "price_micros")
    for *key, count, price_micros in stored.iterator(chunk_size=_BATCH_FACTS):
        yield FactKey(*key), count, price_micros
